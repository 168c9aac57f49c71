//! The earlier content of schemas and ledgers, in every commit that a commit or a push builds on or replaces: without it, nobody would
//! notice that a record of a rotation was lost.

use std::path::{Path, PathBuf};

use envgate::rotation::ledger;

use super::asked::{git, git_with};
use super::changed::Raw;
use super::{Id, Repository, is_id};
use crate::terminal::Problem;
use crate::{discover, host, read};

/// A schema or a ledger as it was before it was changed or removed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Former {
    /// Its path from the top of the work tree.
    pub(crate) path: PathBuf,
    /// Its content; `None` if there was no such file.
    pub(crate) id: Option<Id>,
    /// In a merge, its content where the merged branch began, if that differs. Whatever the branch still has from then, the other side had
    /// already removed.
    pub(crate) gone_before: Option<Id>,
}

/// The names of the files whose former content matters.
fn names() -> impl Iterator<Item = &'static str> {
    discover::SCHEMAS.into_iter().chain([ledger::FILE_NAME])
}

/// The same names as patterns for git, which match in any folder.
fn watched() -> impl Iterator<Item = String> {
    names().map(|name| format!(":(top,glob)**/{name}"))
}

/// Whether the former content of a file matters.
pub(super) fn is_watched(path: &Path) -> bool {
    path.file_name().is_some_and(|file| names().any(|name| file == name))
}

impl Repository {
    /// Returns the schemas and ledgers of the branches that are being merged, if those in the index differ. The ones of the checked out
    /// commit are compared as for any other commit.
    pub(super) fn merged(&self) -> Result<Vec<Former>, Problem> {
        let staged = |commit: &str| differences(&["diff-index", "--cached"], &[commit]);
        let mut former = Vec::new();
        for head in self.merge_heads()? {
            let mut theirs = staged(&head)?;
            if theirs.is_empty() {
                continue;
            }
            // Branches without a common commit have no content in common to begin with.
            let base = self.merge_base("HEAD", &head).map(|base| staged(&base));
            let base = base.unwrap_or(Ok(Vec::new()))?;
            for one in &mut theirs {
                let there = base.iter().find(|other| other.path == one.path);
                one.gone_before = there.and_then(|other| other.id.clone());
            }
            former.append(&mut theirs);
        }
        Ok(former)
    }

    /// Returns the commits that are being merged into the checked out one.
    fn merge_heads(&self) -> Result<Vec<Id>, Problem> {
        if host::exists(&self.merge_head) {
            let text = read::file(&self.merge_head, "MERGE_HEAD")?;
            let text = String::from_utf8_lossy(&text);
            return Ok(text.lines().filter(|line| is_id(line)).map(str::to_owned).collect());
        }
        // If a merge has no conflict, git writes that file only after the hook has run, but tells the hook in variables.
        let variables = host::variables();
        let named = variables.pairs().filter_map(|(name, _)| name.strip_prefix(b"GITHEAD_"));
        let named = named.filter_map(|id| str::from_utf8(id).ok().filter(|id| is_id(id)));
        // A hook may be working in another repository, which does not have these commits.
        Ok(named.filter_map(|id| self.resolve(id).ok()).collect())
    }

    /// Returns the schemas and ledgers of some commits that the other side has, if they differ from those of a later commit. A commit that
    /// is an ancestor of another of them is left out, because nothing of it can be missing there.
    pub(super) fn replaced(&self, commits: Vec<&str>, later: &str) -> Result<Vec<Former>, Problem> {
        let mut former = Vec::new();
        if commits.is_empty() {
            return Ok(former);
        }
        for commit in independent(&commits)? {
            former.append(&mut differences(&["diff-tree", "-r"], &[&commit, later])?);
        }
        Ok(former)
    }
}

/// Returns those of some commits that are not ancestors of another of them.
fn independent(commits: &[&str]) -> Result<Vec<Id>, Problem> {
    if commits.len() <= FEW {
        let mut words = vec!["merge-base", "--independent", "--end-of-options"];
        words.extend(commits);
        let listed = git(&words)?;
        return Ok(String::from_utf8_lossy(&listed).lines().map(str::to_owned).collect());
    }
    // A commit with a child in the history of all of them is an ancestor of another one.
    let listed = git_with(&["rev-list", "--children", "--stdin"], &(commits.join("\n") + "\n"))?;
    let listed = String::from_utf8_lossy(&listed);
    let alone = listed.lines().filter(|line| is_id(line));
    Ok(alone.map(str::to_owned).collect())
}

/// Up to this many commits, git compares each with each, which is faster than walking through the whole history.
const FEW: usize = 100;

/// Returns the schemas and ledgers that changed according to a command of git.
fn differences(command: &[&str], commits: &[&str]) -> Result<Vec<Former>, Problem> {
    let paths: Vec<String> = watched().collect();
    let mut words = command.to_vec();
    words.extend(["--raw", "-z", "--no-abbrev", "--no-renames", "--end-of-options"]);
    words.extend(commits);
    words.push("--");
    words.extend(paths.iter().map(String::as_str));
    Ok(Raw::parse(&git(&words)?).iter().filter_map(Raw::former).collect())
}
