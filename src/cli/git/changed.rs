//! What a commit or a push is about to change: git's raw differences, and what they say.

use std::path::PathBuf;

use envgate::rotation::ledger;

use super::Id;
use super::asked::{path_of, records};
use super::tree::{Mode, Tree};
use crate::discover;

/// What is about to be committed or pushed.
pub(crate) struct Coming {
    /// All files, as they will be.
    pub(crate) tree: Tree,
    /// What is new.
    pub(crate) changes: Vec<Change>,
    /// The schemas and ledgers that are not what they were.
    pub(crate) former: Vec<Former>,
}

/// A file that a commit adds or changes, or the text of the commit itself.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Change {
    /// Its path from the top of the work tree, or the name of the commit.
    pub(crate) path: PathBuf,
    /// Its content.
    pub(crate) id: Id,
    /// Whether it is a file.
    pub(crate) is_file: bool,
}

impl Change {
    /// Author, message and everything else in a commit or a tag, which is pushed with it; and a file that only a tag names.
    pub(super) fn message(kind: &str, id: &str) -> Change {
        Change {
            path: PathBuf::from(format!("{kind} {}", id.get(..12).unwrap_or(id))),
            id: id.to_owned(),
            is_file: false,
        }
    }
}

/// A schema or a ledger before it was changed or taken away.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Former {
    /// Its path from the top of the work tree.
    pub(crate) path: PathBuf,
    /// Its content; `None` if there was no such file.
    pub(crate) id: Option<Id>,
}

/// The names of the files whose former content matters.
fn names() -> impl Iterator<Item = &'static str> {
    discover::SCHEMAS.into_iter().chain([ledger::FILE_NAME])
}

/// The same as patterns for git, for any folder.
pub(super) fn watched() -> Vec<String> {
    names().map(|name| format!(":(top,glob)**/{name}")).collect()
}

/// One file of git's raw differences.
pub(super) struct Raw {
    path: PathBuf,
    /// Content before and after, `None` where there is no file.
    before: Option<Id>,
    after: Option<Id>,
}

impl Raw {
    /// Parses `:100644 100644 OLD NEW M<NUL>PATH<NUL>`, one entry per file.
    pub(super) fn parse(raw: &[u8]) -> Vec<Raw> {
        let mut found = Vec::new();
        let mut words = records(raw);
        while let Some(head) = words.next() {
            // `git log` leaves the line end of an empty message before the entry.
            let head = String::from_utf8_lossy(head.trim_ascii_start());
            let Some(head) = head.strip_prefix(':') else { continue };
            let Some(file) = words.next() else { break };
            let mut columns = head.split(' ');
            let mut column = || columns.next().unwrap_or_default();
            let (mode_before, mode_after, before, after) = (column(), column(), column(), column());
            let content = |mode: &str, id: &str| {
                let is_file = mode != "000000" && Mode::of(mode.as_bytes()) != Mode::Submodule;
                (is_file && !id.is_empty()).then(|| id.to_owned())
            };
            found.push(Raw {
                path: path_of(file),
                before: content(mode_before, before),
                after: content(mode_after, after),
            });
        }
        found
    }

    /// The file as it is added or changed; `None` for one that is taken away.
    pub(super) fn change(self) -> Option<Change> {
        Some(Change {
            path: self.path,
            id: self.after?,
            is_file: true,
        })
    }

    /// What it was before, if that matters.
    pub(super) fn former(&self) -> Option<Former> {
        let name = self.path.file_name()?;
        names().any(|watched| name == watched).then(|| Former {
            path: self.path.clone(),
            id: self.before.clone(),
        })
    }
}
