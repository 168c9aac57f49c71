//! Reading an input: bounded, never blocking on what is no file, and with an answer of its own for each way in which it can
//! fail.

use std::fs::{File, FileType, OpenOptions};
use std::io::{self, ErrorKind, Read};
use std::path::Path;

use envgate::source::MAX_SOURCE_LEN;

use crate::terminal::Problem;

/// Reads a file.
///
/// # Errors
/// Why it can't be read, calling it `name`.
pub(crate) fn file(path: &Path, name: &str) -> Result<Vec<u8>, Problem> {
    let failed = |error: io::Error| refusal(&error, name);
    // Opening some devices already has an effect, so what it is is asked before; and again of what was opened, since a name can
    // come to mean something else in between.
    only_files(path.metadata().map_err(failed)?.file_type(), name)?;
    let file = open(path).map_err(failed)?;
    let metadata = file.metadata().map_err(failed)?;
    only_files(metadata.file_type(), name)?;
    if metadata.len() > MAX_SOURCE_LEN as u64 {
        return Err(too_large(name));
    }
    bounded(file, usize::try_from(metadata.len()).unwrap_or(0), name)
}

/// Reads standard input.
///
/// # Errors
/// Why it can't be read.
pub(crate) fn stdin(name: &str) -> Result<Vec<u8>, Problem> {
    bounded(io::stdin().lock(), 0, name)
}

/// Reads up to the limit, and one byte more to know whether it was kept: a file may grow, or not tell its length.
fn bounded(input: impl Read, expected: usize, name: &str) -> Result<Vec<u8>, Problem> {
    let mut bytes = Vec::with_capacity(expected + 1);
    let limit = MAX_SOURCE_LEN as u64 + 1;
    input
        .take(limit)
        .read_to_end(&mut bytes)
        .map_err(|error| refusal(&error, name))?;
    if bytes.len() > MAX_SOURCE_LEN {
        Err(too_large(name))
    } else {
        Ok(bytes)
    }
}

/// Opens without waiting: a pipe that was put in place of the file has perhaps no writer.
#[cfg(unix)]
fn open(path: &Path) -> io::Result<File> {
    use std::os::unix::fs::OpenOptionsExt;
    let flags = rustix::fs::OFlags::NONBLOCK | rustix::fs::OFlags::NOCTTY;
    OpenOptions::new()
        .read(true)
        .custom_flags(flags.bits().cast_signed())
        .open(path)
}

#[cfg(not(unix))]
fn open(path: &Path) -> io::Result<File> {
    OpenOptions::new().read(true).open(path)
}

fn only_files(kind: FileType, name: &str) -> Result<(), Problem> {
    if kind.is_file() {
        return Ok(());
    }
    if kind.is_dir() {
        return Err(Problem::new(format!("{name} is a folder, not a file")));
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::FileTypeExt;
        if kind.is_fifo() {
            let problem = Problem::new(format!("{name} is a named pipe, not a file"));
            return Err(problem.help("to check what a program writes, give `-` and pipe it into standard input"));
        }
        if kind.is_socket() {
            return Err(Problem::new(format!("{name} is a socket, not a file")));
        }
        if kind.is_block_device() || kind.is_char_device() {
            let problem = Problem::new(format!("{name} is a device, not a file"));
            return Err(problem.help("for standard input, give `-`"));
        }
    }
    Err(Problem::new(format!("{name} is not a file")))
}

fn too_large(name: &str) -> Problem {
    Problem::new(format!(
        "{name} is larger than {} MiB, which is the most that is read",
        MAX_SOURCE_LEN >> 20
    ))
    .help("is it an env file?")
}

fn refusal(error: &io::Error, name: &str) -> Problem {
    match error.kind() {
        ErrorKind::NotFound => Problem::new(format!("{name} does not exist")),
        ErrorKind::NotADirectory => Problem::new(format!("{name} does not exist: a part of its path is a file")),
        ErrorKind::PermissionDenied => Problem::new(format!("{name} can't be read: permission denied"))
            .help("may the user that runs envgate read it?"),
        kind => Problem::new(format!("{name} can't be read: {kind}")),
    }
}
