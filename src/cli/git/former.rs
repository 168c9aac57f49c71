//! What schemas and ledgers were before, in every commit that a commit or a push builds on or replaces: a record of a rotation must not get
//! lost on the way.

use std::path::{Path, PathBuf};

use envgate::rotation::ledger;

use super::asked::{git, trimmed};
use super::changed::Raw;
use super::{Id, Repository, is_id};
use crate::terminal::Problem;
use crate::{discover, host, read};

/// A schema or a ledger before it was changed or taken away.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Former {
    /// Its path from the top of the work tree.
    pub(crate) path: PathBuf,
    /// Its content; `None` if there was no such file.
    pub(crate) id: Option<Id>,
    /// Its content where a branch that is merged began, if that is another one. What the branch still has of it was gone from the other
    /// side before.
    pub(crate) gone_before: Option<Id>,
}

/// The names of the files whose former content matters.
fn names() -> impl Iterator<Item = &'static str> {
    discover::SCHEMAS.into_iter().chain([ledger::FILE_NAME])
}

/// The same as patterns for git, for any folder.
fn watched() -> impl Iterator<Item = String> {
    names().map(|name| format!(":(top,glob)**/{name}"))
}

/// Whether the former content of a file matters.
pub(super) fn is_watched(path: &Path) -> bool {
    path.file_name().is_some_and(|file| names().any(|name| file == name))
}

impl Repository {
    /// Returns the schemas and ledgers of the branches that are being merged, as far as those of the index are others. Those of the commit
    /// that is checked out are compared like those of any commit.
    pub(super) fn merged(&self) -> Result<Vec<Former>, Problem> {
        let staged = |commit: &str| differences(&["diff-index", "--cached"], &[commit]);
        let mut former = Vec::new();
        for head in self.merge_heads()? {
            let mut theirs = staged(&head)?;
            if theirs.is_empty() {
                continue;
            }
            // Branches without a common commit began with nothing.
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

    /// The commits that are being merged into the one that is checked out.
    fn merge_heads(&self) -> Result<Vec<Id>, Problem> {
        if host::exists(&self.merge_head) {
            let text = read::file(&self.merge_head, "MERGE_HEAD")?;
            let text = String::from_utf8_lossy(&text);
            return Ok(text.lines().filter(|line| is_id(line)).map(str::to_owned).collect());
        }
        // Where nothing is in conflict, git notes them only after it has asked the hook, but names them to it.
        let variables = host::variables();
        let named = variables.pairs().filter_map(|(name, _)| name.strip_prefix(b"GITHEAD_"));
        let named = named.filter_map(|id| str::from_utf8(id).ok().filter(|id| is_id(id)));
        // A hook may well work in another repository.
        Ok(named.filter_map(|id| self.resolve(id).ok()).collect())
    }

    /// Returns the schemas and ledgers of some commits, which the other side has, as far as those of a later one are others. Of a commit that
    /// led to another of them, nothing is missing.
    pub(super) fn replaced(&self, mut commits: Vec<&str>, later: &str) -> Result<Vec<Former>, Problem> {
        let mut former = Vec::new();
        if commits.is_empty() {
            return Ok(former);
        }
        let mut words = vec!["merge-base", "--independent", "--end-of-options"];
        words.append(&mut commits);
        let independent = git(&words)?;
        for commit in String::from_utf8_lossy(trimmed(&independent)).lines() {
            former.append(&mut differences(&["diff-tree", "-r"], &[commit, later])?);
        }
        Ok(former)
    }
}

/// Returns the schemas and ledgers of which a command of git says that they are not what they were.
fn differences(command: &[&str], commits: &[&str]) -> Result<Vec<Former>, Problem> {
    let paths: Vec<String> = watched().collect();
    let mut words = command.to_vec();
    words.extend(["--raw", "-z", "--no-abbrev", "--no-renames", "--end-of-options"]);
    words.extend(commits);
    words.push("--");
    words.extend(paths.iter().map(String::as_str));
    Ok(Raw::parse(&git(&words)?).iter().filter_map(Raw::former).collect())
}
