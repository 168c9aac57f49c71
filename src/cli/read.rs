//! Reads inputs, up to a maximum size, with a message for each way in which that can fail.

use std::io::ErrorKind;
use std::path::Path;

use envgate::source::MAX_SOURCE_LEN;

use crate::host::{self, Kind, Refusal};
use crate::terminal::Problem;

/// Reads a file.
///
/// # Errors
/// Why it can't be read, calling it `name`.
pub(crate) fn file(path: &Path, name: &str) -> Result<Vec<u8>, Problem> {
    host::read(path, MAX_SOURCE_LEN).map_err(|refusal| worded(refusal, name))
}

/// Reads standard input.
///
/// # Errors
/// Why it can't be read.
pub(crate) fn stdin(name: &str) -> Result<Vec<u8>, Problem> {
    host::stdin(MAX_SOURCE_LEN).map_err(|refusal| worded(refusal, name))
}

/// The problem with an input that can't be used.
pub(crate) fn worded(refusal: Refusal, name: &str) -> Problem {
    match refusal {
        Refusal::Not(kind) => no_file(kind, name),
        Refusal::TooLarge => Problem::new(format!(
            "{name} is larger than {} MiB, which is the most that is read",
            MAX_SOURCE_LEN >> 20
        ))
        .help("is it an env file?"),
        Refusal::Failed(ErrorKind::NotFound) => Problem::new(format!("{name} does not exist")),
        Refusal::Failed(ErrorKind::NotADirectory) => {
            Problem::new(format!("{name} does not exist: a part of its path is a file"))
        }
        Refusal::Failed(ErrorKind::PermissionDenied) => {
            Problem::new(format!("{name} can't be read: permission denied"))
                .help("may the user that runs envgate read it?")
        }
        Refusal::Failed(kind) if is_loop(kind) => Problem::new(format!("{name} can't be read: {LOOP}")),
        Refusal::Failed(kind) => Problem::new(format!("{name} can't be read: {kind}")),
        #[cfg(not(target_family = "wasm"))]
        Refusal::Absent => Problem::new(format!("{name}: its content is not in this repository"))
            .help("is it a partial clone without its remote, or damaged? `git fetch --refetch` gets what is missing"),
        Refusal::Changed => Problem::new(format!("{name} was changed by something else in the meantime")),
    }
}

/// The problem with an env file in UTF-16.
pub(crate) fn utf16(name: &str) -> Problem {
    Problem::new(format!("{name} is UTF-16, which next to no loader reads"))
        .help("save it as UTF-8; Windows PowerShell's `>` writes UTF-16, its `Out-File -Encoding utf8` does not")
}

/// Said of links that lead in a circle.
pub(crate) const LOOP: &str = "the links there lead back to themselves";

/// Whether links lead in a circle. Stable Rust has no name for this kind of error, so it is recognised by how it is printed. What Node
/// reports is mapped to `TooManyLinks`.
pub(crate) fn is_loop(kind: ErrorKind) -> bool {
    kind == ErrorKind::TooManyLinks || format!("{kind:?}") == "FilesystemLoop"
}

fn no_file(kind: Kind, name: &str) -> Problem {
    match kind {
        Kind::Folder => Problem::new(format!("{name} is a folder, not a file")),
        Kind::Fifo => Problem::new(format!("{name} is a named pipe, not a file"))
            .help("to check what a program writes, give `-` and pipe it into standard input"),
        Kind::Socket => Problem::new(format!("{name} is a socket, not a file")),
        Kind::Device => Problem::new(format!("{name} is a device, not a file")).help("for standard input, give `-`"),
        Kind::File | Kind::Other => Problem::new(format!("{name} is not a file")),
    }
}
