//! `git blame` as evidence: the weakest kind that proves anything.
//!
//! Parses the output of `git blame -w --line-porcelain -- FILE`; the native shell runs it. The committer's time counts, since the author's
//! survives rebases, and `-w` keeps a change of line endings from dating every line anew. In a shallow clone every line seems to be as
//! young as the clone, so blame proves nothing and no lines are returned.

use super::evidence::{Evidence, Expiry, Interval, Rank};
use super::time::{self, Moment};

/// When one line of a file was last changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Blame {
    /// The line, from 1.
    pub line: u32,
    /// What the commit proves about a value on that line.
    pub written: Interval,
}

/// Returns the lines of a file with their commits; none if the repository is shallow (`git rev-parse --is-shallow-repository`).
#[must_use]
pub fn blame(porcelain: &str, is_shallow: bool) -> Vec<Blame> {
    if is_shallow {
        return Vec::new();
    }
    let mut commits: std::collections::BTreeMap<&str, Commit> = std::collections::BTreeMap::new();
    let mut lines = Vec::new();
    let mut current: Option<(&str, u32)> = None;
    for line in porcelain.split('\n') {
        if line.starts_with('\t') {
            // The text of the line, which is not looked at, ends the record of that line.
            let commit = current.take().and_then(|(id, number)| Some((number, commits.get(id)?)));
            lines.extend(commit.and_then(|(line, commit)| {
                Some(Blame {
                    line,
                    written: commit.written()?,
                })
            }));
            continue;
        }
        let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
        if current.is_none() {
            current = rest
                .split(' ')
                .nth(1)
                .and_then(|number| Some((word, number.parse().ok()?)));
            continue;
        }
        let Some((id, _)) = current else { continue };
        // Uncommitted lines have an id of zeros and the current time, which proves nothing.
        if id.bytes().all(|byte| byte == b'0') {
            continue;
        }
        let commit = commits.entry(id).or_default();
        match word {
            "committer-time" => commit.time = time::parse_number(rest).ok(),
            "boundary" => commit.is_first = true,
            _ => {}
        }
    }
    lines
}

#[derive(Default)]
struct Commit {
    time: Option<Moment>,
    is_first: bool,
}

impl Commit {
    /// The very first commit may have brought in lines older than the repository, so its time is only an upper bound.
    fn written(&self) -> Option<Interval> {
        match self.time? {
            Moment::At(at) if self.is_first => Some(Interval::until(at)),
            Moment::At(at) => Some(Interval::exact(at)),
            Moment::Never | Moment::Unset => None,
        }
    }
}

impl Blame {
    /// Converts the blame to evidence about the value on the line.
    #[must_use]
    pub fn evidence(&self) -> Evidence {
        Evidence {
            rank: Rank::Git,
            source: "git",
            field: "committer-time of the line",
            written: self.written,
            expires: Expiry::Unknown,
            as_of: None,
            version: None,
            better: Some(
                "a commit dates the line, not the secret: export the store that the value comes from, or record its last rotation with `envgate rotation record`",
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shallow_clone_gives_no_evidence() {
        let text = "a 1 1 1\ncommitter-time 1\n\tA=1\n";
        assert_eq!((blame(text, false).len(), blame(text, true).len()), (1, 0));
    }

    #[test]
    fn uncommitted_lines_give_no_evidence() {
        let text = "0000000000000000000000000000000000000000 1 1 1\ncommitter-time 9\n\tA=1\na 2 2 1\ncommitter-time 1\n\tB=1\n";
        let lines: Vec<u32> = blame(text, false).iter().map(|one| one.line).collect();
        assert_eq!(lines, [2]);
    }

    #[test]
    fn unexpected_git_output_gives_no_evidence() {
        for text in [
            "",
            "\t",
            "a\n\tx",
            "a b c\n\tx",
            "a 1 2\ncommitter-time x\n\tx",
            "a 1 99999999999\n\tx",
            "committer-time 1\n\tx",
        ] {
            assert_eq!(blame(text, false), [], "{text}");
        }
    }
}
