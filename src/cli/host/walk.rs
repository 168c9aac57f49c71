//! Every file of some trees, on all cores, and streams of any length.

use std::fs::File;
use std::io::{self, ErrorKind, Read};
use std::path::{Path, PathBuf};

use ignore::{DirEntry, WalkBuilder, WalkState};

use super::Refusal;
use super::native::{kind_of, open};

/// An input that may be larger than memory.
pub(crate) struct Reader(Box<dyn Read>);

impl Reader {
    /// Reads what is available and fits into the buffer; returns 0 at the end.
    pub(crate) fn read(&mut self, room: &mut [u8]) -> Result<usize, ErrorKind> {
        loop {
            match self.0.read(room) {
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                other => return other.map_err(|error| error.kind()),
            }
        }
    }
}

/// Standard input as it comes.
pub(crate) fn stdin_reader() -> Reader {
    Reader(Box::new(io::stdin().lock()))
}

/// One file, of any length.
///
/// # Errors
/// Why it can't be read, or that it is not a file.
pub(crate) fn stream(path: &Path) -> Result<Reader, Refusal> {
    match opened(path)? {
        Some(file) => Ok(Reader(Box::new(file))),
        None => Err(Refusal::Not(kind_of(std::fs::metadata(path)?.file_type()))),
    }
}

/// What a walk finds: a file, or why one can't be read or a folder can't be listed.
pub(crate) type Visit = Result<Reader, Refusal>;

/// Visits every file below `roots` in several threads, each with a visitor of its own. Links within a tree are not followed, and anything
/// but a file is skipped, unless it is a root itself. With `all`, files that ignore files exclude are visited, too, and folders with a name
/// in `left_out`. `.git` folders are never visited.
pub(crate) fn walk<'v, V>(
    roots: &[PathBuf],
    all: bool,
    left_out: &'static [&'static str],
    visitor: &(dyn Fn() -> V + Sync),
) where
    V: FnMut(&Path, Visit) + Send + 'v,
{
    let Some((first, others)) = roots.split_first() else {
        return;
    };
    let mut builder = WalkBuilder::new(first);
    for root in others {
        builder.add(root);
    }
    // Files whose names begin with a dot are as public as the rest.
    builder
        .standard_filters(!all)
        .hidden(false)
        .require_git(false)
        .threads(threads());
    builder.filter_entry(move |entry| {
        let is_folder = || entry.file_type().is_some_and(|kind| kind.is_dir());
        let name = entry.file_name();
        let is_left_out = !all && left_out.iter().any(|one| name == *one) && is_folder();
        entry.depth() == 0 || name != ".git" && !is_left_out
    });
    builder.build_parallel().run(|| {
        let mut visit = visitor();
        Box::new(move |entry| {
            match entry {
                Ok(entry) => file(&entry, &mut visit),
                Err(error) => refused(&error, &mut visit),
            }
            WalkState::Continue
        })
    });
}

/// One thread for each core; they wait for the disk, so more would not help.
fn threads() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

fn file(entry: &DirEntry, visit: &mut dyn FnMut(&Path, Visit)) {
    let path = entry.path();
    // A root is what the user named, so a link is followed there. Within a tree, only files are read.
    let is_root = entry.depth() == 0;
    let kind = if is_root {
        std::fs::metadata(path).map(|metadata| metadata.file_type())
    } else {
        entry.file_type().ok_or_else(|| ErrorKind::Other.into())
    };
    match kind {
        Ok(kind) if kind.is_dir() => {}
        Ok(kind) if kind.is_file() => match opened(path) {
            Ok(Some(file)) => visit(path, Ok(Reader(Box::new(file)))),
            Ok(None) => {}
            Err(error) => visit(path, Err(error.into())),
        },
        Ok(kind) if is_root => visit(path, Err(Refusal::Not(kind_of(kind)))),
        Ok(_) => {}
        Err(error) => visit(path, Err(error.into())),
    }
    // An unreadable ignore file or an invalid pattern in it excludes less, which is no reason to fail.
}

/// Opens a file; `None` if it is no longer one.
fn opened(path: &Path) -> io::Result<Option<File>> {
    let file = open(path)?;
    let is_file = file.metadata()?.is_file();
    Ok(is_file.then_some(file))
}

fn refused(error: &ignore::Error, visit: &mut dyn FnMut(&Path, Visit)) {
    let mut path: &Path = Path::new("");
    let mut inner = error;
    loop {
        match inner {
            ignore::Error::WithPath { path: of, err } => {
                path = of;
                inner = err;
            }
            ignore::Error::WithDepth { err, .. } | ignore::Error::WithLineNumber { err, .. } => inner = err,
            _ => break,
        }
    }
    let kind = inner.io_error().map_or(ErrorKind::Other, io::Error::kind);
    visit(path, Err(Refusal::Failed(kind)));
}
