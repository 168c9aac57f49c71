//! The files of a commit, or of the commit being made, read in place of those on disk.

use std::collections::{BTreeSet, HashSet};
use std::ffi::OsStr;
use std::io::{ErrorKind, Read};
use std::ops::Range;
use std::path::{Component, Path, PathBuf};

use envgate::source::MAX_SOURCE_LEN;

use super::Change;
use super::asked::{bytes_of, path_of};
use super::encrypted;
use super::objects::Objects;
use crate::discover;
use crate::host::{Kind, Refusal, View};
use crate::terminal::Problem;

/// What an entry of a tree is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    File,
    Link,
    Submodule,
}

impl Mode {
    pub(super) fn of(mode: &[u8]) -> Mode {
        match mode {
            b"120000" => Mode::Link,
            b"160000" => Mode::Submodule,
            _ => Mode::File,
        }
    }
}

/// The files of a commit, or of the commit being made.
pub(crate) struct Tree {
    top: PathBuf,
    /// The output of git, which the entries point into. Of thousands of paths, only a few are ever used.
    listed: Vec<u8>,
    /// By path from the top, byte by byte.
    entries: Vec<Entry>,
    objects: Objects,
    /// Whether it stands for the whole disk, so that no path leads out of it.
    is_alone: bool,
}

#[derive(Clone)]
struct Entry {
    mode: Mode,
    is_merged: bool,
    id: Range<usize>,
    path: Range<usize>,
}

impl Entry {
    /// `100644 OBJECT 0<tab>PATH` of the index, or `100644 blob OBJECT<tab>PATH` of a commit, at `record` in the output of git.
    fn read(listed: &[u8], record: Range<usize>) -> Option<Entry> {
        let text = &listed[record.clone()];
        let tab = memchr::memchr(b'\t', text)?;
        let mut spaces = memchr::memchr_iter(b' ', &text[..tab]);
        let (first, second) = (spaces.next()?, spaces.next()?);
        let (word, last) = (first + 1..second, second + 1..tab);
        let is_index = last.len() == 1;
        let id = if is_index { &word } else { &last };
        Some(Entry {
            mode: Mode::of(&text[..first]),
            is_merged: !is_index || text[last.start] == b'0',
            id: record.start + id.start..record.start + id.end,
            path: record.start + tab + 1..record.end,
        })
    }
}

impl Tree {
    pub(super) fn new(top: &Path, listed: Vec<u8>, objects: Objects) -> Tree {
        let mut entries = Vec::new();
        let mut start = 0;
        for end in memchr::memchr_iter(0, &listed) {
            entries.extend(Entry::read(&listed, start..end));
            start = end + 1;
        }
        // git lists them in this order, except for the sides of a merge conflict.
        entries.sort_by(|a, b| listed[a.path.clone()].cmp(&listed[b.path.clone()]));
        Tree {
            top: top.to_owned(),
            listed,
            entries,
            objects,
            is_alone: false,
        }
    }

    /// Makes it stand for the whole disk.
    pub(super) fn alone(self) -> Tree {
        Tree { is_alone: true, ..self }
    }

    /// Removes the files at these paths from the top.
    pub(super) fn take_out(&mut self, paths: &HashSet<PathBuf>) {
        if !paths.is_empty() {
            let listed = &self.listed;
            self.entries
                .retain(|entry| !paths.contains(&path_of(&listed[entry.path.clone()])));
        }
    }

    fn path(&self, entry: &Entry) -> &[u8] {
        &self.listed[entry.path.clone()]
    }

    /// Returns the paths of files whose names end with a suffix, in whatever case.
    pub(crate) fn ending<'t>(&'t self, end: &'t str) -> impl Iterator<Item = PathBuf> + 't {
        let paths = self.entries.iter().map(|entry| self.path(entry));
        let ends = |path: &&[u8]| {
            let start = path.len().checked_sub(end.len());
            start.is_some_and(|start| path[start..].eq_ignore_ascii_case(end.as_bytes()))
        };
        paths.filter(ends).map(path_of)
    }

    /// Returns the paths of files and links with one of these lengths in bytes.
    pub(crate) fn of_lengths<'t>(&'t self, lengths: &'t BTreeSet<usize>) -> impl Iterator<Item = PathBuf> + 't {
        let ours = self.entries.iter().filter(|entry| entry.mode != Mode::Submodule);
        let ours = ours.filter(|entry| lengths.contains(&entry.path.len()));
        ours.map(|entry| path_of(self.path(entry)))
    }

    /// All files and links.
    pub(crate) fn files(&self) -> Vec<Change> {
        let ours = self.entries.iter().filter(|entry| entry.mode != Mode::Submodule);
        let change = |entry: &Entry| Change {
            path: path_of(self.path(entry)),
            id: String::from_utf8_lossy(&self.listed[entry.id.clone()]).into_owned(),
            commit: None,
            is_file: true,
        };
        ours.map(change).collect()
    }

    /// Whether there is a file or a link at a path from the top.
    pub(crate) fn has(&self, inside: &Path) -> bool {
        self.entry(inside).is_some()
    }

    /// Whether the file at a path from the top is this object.
    pub(crate) fn has_version(&self, inside: &Path, id: &str) -> bool {
        self.entry(inside).is_some_and(|(_, found)| found == id)
    }

    /// Whether what is committed at a path on disk is encrypted by a filter of git.
    pub(crate) fn is_encrypted(&self, path: &Path) -> bool {
        match self.find(path) {
            Some(Found::File(id)) => {
                (self.objects.read(id, MAX_SOURCE_LEN)).is_ok_and(|content| encrypted::is(&content))
            }
            _ => false,
        }
    }

    /// Whether there is a link at a path on disk, whatever it leads to.
    pub(crate) fn is_link(&self, path: &Path) -> bool {
        let inside = path.strip_prefix(&self.top);
        inside.is_ok_and(|inside| matches!(self.entry(inside), Some((Mode::Link, _))))
    }

    pub(super) fn refuse_unmerged(&self) -> Result<(), Problem> {
        let unmerged = self.entries.iter().filter(|entry| !entry.is_merged);
        let paths: BTreeSet<&[u8]> = unmerged.map(|entry| self.path(entry)).collect();
        let Some(first) = paths.first() else { return Ok(()) };
        let more = match paths.len() - 1 {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        let first = String::from_utf8_lossy(first);
        let problem = Problem::new(format!(
            "{first}{more}: a merge is not resolved, so there is nothing to check yet"
        ));
        Err(problem.help("resolve it and `git add` it"))
    }

    /// The objects of its repository.
    pub(crate) fn objects(&self) -> &Objects {
        &self.objects
    }

    /// Returns what the tree has at a path on disk, after following links; `None` outside of the work tree and within git's own folder.
    fn find(&self, path: &Path) -> Option<Found<'_>> {
        let path = discover::absolute(path);
        let is_files = |inside: &&Path| inside.components().next() != Some(Component::Normal(OsStr::new(".git")));
        match path.strip_prefix(&self.top).ok().filter(is_files) {
            Some(inside) => Some(self.follow(inside.to_owned())),
            None => self.is_alone.then_some(Found::Outside),
        }
    }

    /// Returns where a path from the top ends.
    pub(crate) fn end(&self, inside: &Path) -> End {
        match self.follow(inside.to_owned()) {
            Found::File(_) | Found::Folder | Found::Absent => End::There,
            Found::Outside => End::Outside,
            Found::Nothing(last) if self.above(&last, Mode::Submodule).is_some() => End::Submodule,
            Found::Nothing(last) if last == inside => End::Nowhere,
            Found::Nothing(last) => End::Missing(last),
        }
    }

    /// Returns what is at a path from the top, after following links.
    fn follow(&self, mut inside: PathBuf) -> Found<'_> {
        for _ in 0..MAX_LINKS {
            match self.entry(&inside) {
                Some((Mode::File, id)) => return Found::File(id),
                Some((Mode::Submodule, _)) => return Found::Folder,
                Some((Mode::Link, _)) => {}
                None if self.is_folder(&inside) => return Found::Folder,
                None => {}
            }
            let Some((link, id)) = self.above(&inside, Mode::Link) else {
                break;
            };
            // A file outside of the work tree is not part of the commit.
            let Ok(target) = self.target(id) else {
                return Found::Absent;
            };
            let mut joined = self.top.join(link.parent().unwrap_or(link)).join(target);
            if let Ok(rest) = inside.strip_prefix(link)
                && !rest.as_os_str().is_empty()
            {
                joined.push(rest);
            }
            match discover::absolute(&joined).strip_prefix(&self.top) {
                Ok(next) => inside = next.to_owned(),
                Err(_) => return Found::Outside,
            }
        }
        Found::Nothing(inside)
    }

    /// Returns the link or submodule at a path or above it. There is at most one, because nothing in the tree is below either.
    fn above<'p>(&self, inside: &'p Path, mode: Mode) -> Option<(&'p Path, &str)> {
        inside.ancestors().find_map(|path| match self.entry(path) {
            Some((found, id)) if found == mode => Some((path, id)),
            _ => None,
        })
    }

    fn entry(&self, inside: &Path) -> Option<(Mode, &str)> {
        let path = bytes_of(inside);
        let at = self
            .entries
            .binary_search_by(|entry| self.path(entry).cmp(&path))
            .ok()?;
        let entry = &self.entries[at];
        Some((entry.mode, str::from_utf8(&self.listed[entry.id.clone()]).ok()?))
    }

    fn is_folder(&self, inside: &Path) -> bool {
        let mut start = bytes_of(inside);
        if start.is_empty() {
            return true;
        }
        start.push(b'/');
        let at = self
            .entries
            .partition_point(|entry| self.path(entry) < start.as_slice());
        let next = self.entries.get(at);
        next.is_some_and(|entry| self.path(entry).starts_with(&start))
    }

    fn target(&self, id: &str) -> Result<PathBuf, Refusal> {
        let mut target = Vec::new();
        self.objects
            .stream(id, |_, content| content.take(4096).read_to_end(&mut target))?;
        Ok(path_of(&target))
    }
}

/// The longest chain of links; the limit is that of Linux.
const MAX_LINKS: usize = 40;

enum Found<'t> {
    File(&'t str),
    Folder,
    /// A link whose object the repository does not have.
    Absent,
    /// Nothing; this is the path after following links.
    Nothing(PathBuf),
    /// A link out of the work tree.
    Outside,
}

/// Where a path ends.
pub(crate) enum End {
    /// Something in the tree.
    There,
    /// The tree has nothing at this path.
    Nowhere,
    /// A link leads to this path in the work tree, where the tree has nothing.
    Missing(PathBuf),
    /// A link leads out of the work tree.
    Outside,
    /// In a submodule, whose files are in another repository.
    Submodule,
}

impl View for Tree {
    fn kind(&self, path: &Path) -> Option<Result<Kind, ErrorKind>> {
        Some(match self.find(path)? {
            Found::File(_) | Found::Absent => Ok(Kind::File),
            Found::Folder => Ok(Kind::Folder),
            Found::Nothing(_) | Found::Outside => Err(ErrorKind::NotFound),
        })
    }

    fn read(&self, path: &Path, limit: usize) -> Option<Result<Vec<u8>, Refusal>> {
        let id = match self.find(path)? {
            Found::File(id) => id,
            Found::Folder => return Some(Err(Refusal::Not(Kind::Folder))),
            Found::Absent => return Some(Err(Refusal::Absent)),
            Found::Nothing(_) | Found::Outside => return Some(Err(ErrorKind::NotFound.into())),
        };
        let content = self.objects.read(id, limit);
        // A program reads the file as git checks it out. Without the key, git leaves it encrypted.
        Some(match content {
            Ok(content) if encrypted::is(&content) => {
                let inside = discover::absolute(path);
                let inside = inside.strip_prefix(&self.top).unwrap_or(path);
                Ok(encrypted::checked_out(id, inside, limit).unwrap_or(content))
            }
            content => content,
        })
    }
}
