//! What a commit or a push is about to change: git's raw differences, and what they say.

use std::collections::HashSet;
use std::path::PathBuf;

use envgate::leak::Origin;

use super::asked::{path_of, records};
use super::former::{Former, is_watched};
use super::tree::{Mode, Tree};
use super::{Id, is_id, short};

/// What is about to be committed or pushed: the resulting files, and how they differ from what was there.
pub(crate) struct Coming {
    /// All files, as they will be.
    pub(crate) tree: Tree,
    /// What is new.
    pub(crate) changes: Vec<Change>,
    /// The files that the commit removes.
    pub(crate) gone: Vec<PathBuf>,
    /// The earlier content of the schemas and ledgers that changed.
    pub(crate) former: Vec<Former>,
}

/// A file that a commit adds or changes, or the text of the commit itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Change {
    /// Its path from the top of the work tree, or the name of the commit.
    pub(crate) path: PathBuf,
    /// Its content.
    pub(crate) id: Id,
    /// The commit that added or changed it; `None` for a message, for a file of the index, and for a tree that no commit has.
    pub(crate) commit: Option<Id>,
    /// Whether it is a file.
    pub(crate) is_file: bool,
}

impl Change {
    /// Where its content comes from.
    pub(crate) fn origin(&self) -> Origin<'_> {
        match &self.commit {
            _ if !self.is_file => Origin::Message(short(&self.id)),
            Some(id) => Origin::Commit(short(id)),
            None => Origin::Present,
        }
    }

    /// The text of a commit or a tag (author, message and the rest), which is pushed with it. Also a file that only a tag leads to.
    pub(super) fn message(kind: &str, id: &str) -> Change {
        Change {
            path: PathBuf::from(format!("{kind} {}", short(id))),
            id: id.to_owned(),
            commit: None,
            is_file: false,
        }
    }

    /// Sorts changes by path, without changing the order of the versions of one path, and drops versions that occur again.
    pub(super) fn sort(changes: &mut Vec<Change>) {
        let mut seen = HashSet::new();
        changes.retain(|one| seen.insert((one.path.clone(), one.id.clone())));
        changes.sort_by(|a, b| a.path.cmp(&b.path));
    }
}

/// One file of git's raw differences.
pub(super) struct Raw {
    commit: Option<Id>,
    path: PathBuf,
    /// The object before and after; `None` where there is no file.
    before: Option<Id>,
    after: Option<Id>,
}

impl Raw {
    /// Parses `:100644 100644 OLD NEW M<NUL>PATH<NUL>`, one entry for each file, after the id of their commit if there is one. The entry of
    /// a merge begins with a colon for each parent, and has a mode and an id for each parent before its own.
    pub(super) fn parse(raw: &[u8]) -> Vec<Raw> {
        let mut found = Vec::new();
        let mut commit = None;
        let mut words = records(raw);
        while let Some(head) = words.next() {
            let head = String::from_utf8_lossy(head);
            let columns = head.trim_start_matches(':');
            let parents = head.len() - columns.len();
            if parents == 0 {
                commit = Some(columns.to_owned()).filter(|id| is_id(id));
                continue;
            }
            let Some(file) = words.next() else { break };
            let columns: Vec<&str> = columns.split(' ').collect();
            let content = |at: usize| {
                let mode = columns.get(at).filter(|mode| **mode != "000000")?;
                let id = columns.get(parents + 1 + at)?;
                (Mode::of(mode.as_bytes()) != Mode::Submodule).then(|| (*id).to_owned())
            };
            found.push(Raw {
                commit: commit.clone(),
                path: path_of(file),
                before: content(0),
                after: content(parents),
            });
        }
        found
    }

    /// Whether the file is added empty, or becomes empty.
    pub(super) fn is_empty(&self) -> bool {
        // The id of the empty file, in each of git's two hashes.
        const EMPTY: [&str; 2] = [
            "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391",
            "473a0f4c3be8a93681a267e3b1e9a7dcda1185436fe141f7749120a303721813",
        ];
        self.after.as_deref().is_some_and(|id| EMPTY.contains(&id))
    }

    /// Returns the empty files among some differences that are not among those `staged`.
    pub(super) fn announced(all: &[Raw], staged: &[Raw]) -> HashSet<PathBuf> {
        let staged = staged.iter().filter(|raw| raw.is_empty());
        let staged: HashSet<&PathBuf> = staged.map(|raw| &raw.path).collect();
        let empty = all.iter().filter(|raw| raw.is_empty()).map(|raw| &raw.path);
        empty.filter(|path| !staged.contains(path)).cloned().collect()
    }

    /// The file as it is added or changed; `None` if it is removed.
    pub(super) fn change(self) -> Option<Change> {
        Some(Change {
            path: self.path,
            id: self.after?,
            commit: self.commit,
            is_file: true,
        })
    }

    /// The file, if it is removed.
    pub(super) fn gone(&self) -> Option<PathBuf> {
        self.after.is_none().then(|| self.path.clone())
    }

    /// The earlier content, if it is a schema or a ledger.
    pub(super) fn former(&self) -> Option<Former> {
        is_watched(&self.path).then(|| Former {
            path: self.path.clone(),
            id: self.before.clone(),
            gone_before: None,
        })
    }
}
