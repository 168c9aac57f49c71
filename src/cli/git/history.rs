//! Everything that was ever committed.

use std::collections::HashSet;

use super::asked::{git, trimmed};
use super::changed::{Change, Raw};
use super::pushed::behind_tags;
use super::{Id, Objects, Repository, path_of};
use crate::terminal::Problem;
use crate::{host, read};

/// The versions of all files in some commits, and the texts of those commits.
pub(crate) struct History {
    /// The versions of each file from the first to the last, then the messages.
    pub(crate) changes: Vec<Change>,
    /// How many commits there are.
    pub(crate) commits: usize,
    /// Whether the clone is shallow, so that what came before some of them is missing.
    pub(crate) is_shallow: bool,
}

impl Repository {
    /// Returns what `revisions` select, or what all branches, tags, stashes and other refs lead to if there are none.
    ///
    /// # Errors
    /// When git knows no such revisions, or they select nothing.
    pub(crate) fn history(&self, revisions: Option<&str>) -> Result<History, Problem> {
        // Commits of parallel branches are sorted by date, so that another branch does not change which of two commits counts as the first.
        let mut words = vec!["rev-list", "--reverse", "--date-order"];
        match revisions {
            Some(revisions) => words.extend(["--end-of-options", revisions, "--"]),
            None => words.push("--all"),
        }
        let stashes = match revisions {
            Some(_) => String::new(),
            None => stashes()?,
        };
        words.extend(stashes.lines());
        let listed = git(&words).map_err(|problem| {
            problem.help("revisions are written as for git: `main..HEAD`, `v1.2..`, or a branch for all that led to it")
        })?;
        let listed = String::from_utf8_lossy(&listed).into_owned();
        let commits: Vec<&str> = listed.lines().collect();
        if commits.is_empty() {
            return Err(Problem::new("there are no such commits: nothing was searched"));
        }
        let mut changes: Vec<Change> = self.changed(&listed)?.into_iter().filter_map(Raw::change).collect();
        changes.extend(commits.iter().map(|id| Change::message("commit", id)));
        if revisions.is_none() {
            self.beside_commits(&mut changes)?;
        }
        Change::sort(&mut changes);
        let first = self.first_of_shallow()?;
        Ok(History {
            is_shallow: commits.iter().any(|id| first.contains(*id)),
            commits: commits.len(),
            changes,
        })
    }

    /// Adds what refs lead to besides commits: the texts of tags, and trees and files that only a ref names.
    fn beside_commits(&self, changes: &mut Vec<Change>) -> Result<(), Problem> {
        let listed = git(&["for-each-ref", "--format=%(objecttype) %(objectname)"])?;
        let objects = Objects::default();
        for line in String::from_utf8_lossy(&listed).lines() {
            let Some((kind, id)) = line.split_once(' ') else {
                continue;
            };
            let (tags, kind, id) = behind_tags(&objects, kind.to_owned(), id.to_owned())?;
            changes.extend(tags.iter().map(|tag| Change::message("tag", tag)));
            match kind.as_str() {
                "blob" => changes.push(Change::message("blob", &id)),
                // There is no commit to name, so the tree is named instead.
                "tree" => changes.extend(self.commit(&id)?.files().into_iter().map(|file| Change {
                    commit: Some(id.clone()),
                    ..file
                })),
                _ => {}
            }
        }
        Ok(())
    }

    /// The commits whose parents a shallow clone does not have.
    fn first_of_shallow(&self) -> Result<HashSet<Id>, Problem> {
        let path = git(&["rev-parse", "--git-path", "shallow"])?;
        let path = path_of(trimmed(&path));
        if !host::exists(&path) {
            return Ok(HashSet::new());
        }
        let text = read::file(&path, "shallow")?;
        Ok(String::from_utf8_lossy(&text).lines().map(str::to_owned).collect())
    }
}

/// The commits of all stashes, of which only the last has a ref.
fn stashes() -> Result<String, Problem> {
    let listed = git(&["for-each-ref", "--format=%(objectname)", "refs/stash"])?;
    if listed.is_empty() {
        return Ok(String::new());
    }
    let listed = git(&["rev-list", "--walk-reflogs", "refs/stash", "--"])?;
    Ok(String::from_utf8_lossy(&listed).into_owned())
}
