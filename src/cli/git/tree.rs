//! The files of a commit, or of the one being made, in place of those on disk.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::io::{BufRead, BufReader, ErrorKind, Read, Write};
use std::ops::Range;
use std::path::{Component, Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Stdio};

use super::Change;
use super::asked::{bytes_of, command, path_of};
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

/// The files of a commit, or of the one to come.
pub(crate) struct Tree {
    top: PathBuf,
    /// The output of git, which the entries point into: of thousands, hardly any is ever used.
    listed: Vec<u8>,
    /// By path from the top, byte by byte.
    entries: Vec<Entry>,
    objects: RefCell<Option<Objects>>,
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
    pub(super) fn new(top: &Path, listed: Vec<u8>, objects: Option<Objects>) -> Tree {
        let mut entries = Vec::new();
        let mut start = 0;
        for end in memchr::memchr_iter(0, &listed) {
            entries.extend(Entry::read(&listed, start..end));
            start = end + 1;
        }
        // As git lists them already, but for the sides of a merge.
        entries.sort_by(|a, b| listed[a.path.clone()].cmp(&listed[b.path.clone()]));
        Tree {
            top: top.to_owned(),
            listed,
            entries,
            objects: RefCell::new(objects),
        }
    }

    fn path(&self, entry: &Entry) -> &[u8] {
        &self.listed[entry.path.clone()]
    }

    /// Returns the paths of files whose names end with a suffix.
    pub(crate) fn ending<'t>(&'t self, end: &'t str) -> impl Iterator<Item = PathBuf> + 't {
        let paths = self.entries.iter().map(|entry| self.path(entry));
        paths.filter(|path| path.ends_with(end.as_bytes())).map(path_of)
    }

    /// All files and links.
    pub(crate) fn files(&self) -> Vec<Change> {
        let ours = self.entries.iter().filter(|entry| entry.mode != Mode::Submodule);
        let change = |entry: &Entry| Change {
            path: path_of(self.path(entry)),
            id: String::from_utf8_lossy(&self.listed[entry.id.clone()]).into_owned(),
            is_file: true,
        };
        ours.map(change).collect()
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

    /// Hands the content of an object to `work`, piece by piece.
    ///
    /// # Errors
    /// When the repository does not have it.
    pub(crate) fn stream<T>(
        &self,
        id: &str,
        work: impl FnOnce(u64, &mut dyn Read) -> std::io::Result<T>,
    ) -> Result<T, Refusal> {
        let mut objects = self.objects.borrow_mut();
        let mut running = match objects.take() {
            Some(running) => running,
            None => Objects::start()?,
        };
        // One that has given up, as it does over an object that can't be fetched, is not asked again.
        let size = running.ask(id)?;
        let running = objects.insert(running);
        let Some(size) = size else {
            return Err(Refusal::Absent);
        };
        let mut content = running.stdout.by_ref().take(size);
        let result = work(size, &mut content);
        // What was left unread, and the line end behind it.
        let drained = std::io::copy(&mut content, &mut std::io::sink());
        let mut end = [0];
        let ended = running.stdout.read_exact(&mut end);
        drained?;
        ended?;
        Ok(result?)
    }

    /// The entry of a path on disk, after links; `None` for one outside of the work tree or within git's own folder.
    fn find(&self, path: &Path) -> Option<Result<Found<'_>, ErrorKind>> {
        let mut inside = discover::absolute(path).strip_prefix(&self.top).ok()?.to_owned();
        if inside.components().next() == Some(Component::Normal(OsStr::new(".git"))) {
            return None;
        }
        for _ in 0..40 {
            match self.entry(&inside) {
                None if self.is_folder(&inside) => return Some(Ok(Found::Folder)),
                None => return Some(Err(ErrorKind::NotFound)),
                Some((Mode::File, id)) => return Some(Ok(Found::File(id))),
                Some((Mode::Submodule, _)) => return Some(Ok(Found::Folder)),
                Some((Mode::Link, id)) => {
                    // The content of what is outside is not a part of the commit.
                    let Ok(target) = self.target(id) else {
                        return Some(Ok(Found::Absent));
                    };
                    let joined = self.top.join(&inside).parent()?.join(target);
                    match discover::absolute(&joined).strip_prefix(&self.top) {
                        Ok(next) => inside = next.to_owned(),
                        Err(_) => return Some(Err(ErrorKind::NotFound)),
                    }
                }
            }
        }
        Some(Err(ErrorKind::NotFound))
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
        self.stream(id, |_, content| content.take(4096).read_to_end(&mut target))?;
        Ok(path_of(&target))
    }
}

enum Found<'t> {
    File(&'t str),
    Folder,
    /// A link that the repository does not have.
    Absent,
}

impl View for Tree {
    fn kind(&self, path: &Path) -> Option<Result<Kind, ErrorKind>> {
        Some(self.find(path)?.map(|found| match found {
            Found::File(_) | Found::Absent => Kind::File,
            Found::Folder => Kind::Folder,
        }))
    }

    fn read(&self, path: &Path, limit: usize) -> Option<Result<Vec<u8>, Refusal>> {
        let id = match self.find(path)? {
            Ok(Found::File(id)) => id,
            Ok(Found::Folder) => return Some(Err(Refusal::Not(Kind::Folder))),
            Ok(Found::Absent) => return Some(Err(Refusal::Absent)),
            Err(kind) => return Some(Err(kind.into())),
        };
        let mut bytes = Vec::new();
        let fits = self.stream(id, |size, content| {
            if size > limit as u64 {
                return Ok(false);
            }
            content.read_to_end(&mut bytes).map(|_| true)
        });
        Some(match fits {
            Ok(true) => Ok(bytes),
            Ok(false) => Err(Refusal::TooLarge),
            Err(refusal) => Err(refusal),
        })
    }
}

/// `git cat-file --batch`, which answers many questions.
pub(super) struct Objects {
    child: Child,
    stdin: ChildStdin,
    stdout: BufReader<ChildStdout>,
}

impl Objects {
    pub(super) fn start() -> Result<Objects, Refusal> {
        let mut child = command(&["cat-file", "--batch"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()?;
        let (Some(stdin), Some(stdout)) = (child.stdin.take(), child.stdout.take()) else {
            return Err(ErrorKind::BrokenPipe.into());
        };
        Ok(Objects {
            child,
            stdin,
            stdout: BufReader::with_capacity(1 << 16, stdout),
        })
    }

    /// The size of an object, whose content comes next; `None` if the repository does not have it.
    ///
    /// # Errors
    /// When git has ended.
    fn ask(&mut self, id: &str) -> Result<Option<u64>, Refusal> {
        let mut answer = String::new();
        let asked = writeln!(self.stdin, "{id}").and_then(|()| self.stdout.read_line(&mut answer));
        if !matches!(asked, Ok(1..)) {
            return Err(Refusal::Absent);
        }
        // OBJECT blob SIZE, or OBJECT missing
        Ok(answer.trim_end().rsplit(' ').next().and_then(|size| size.parse().ok()))
    }
}

impl Drop for Objects {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
