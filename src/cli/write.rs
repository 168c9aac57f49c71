//! Writes files, whole or not at all, with a message for each way in which that can fail.

use std::io::ErrorKind;
use std::path::Path;

use envgate::report::counted;
use envgate::source::MAX_SOURCE_LEN;

use crate::host::{self, Refusal};
use crate::read;
use crate::terminal::{Problem, note};

/// Replaces the file at `path` by `after`, calling it `name` in errors. `before` is its content when it was read, or `None` if there was
/// no file: a change made since is not overwritten.
///
/// # Errors
/// Why it can't be written; then nothing has changed, and nothing is left behind.
pub(crate) fn file(path: &Path, name: &str, before: Option<&[u8]>, after: &[u8]) -> Result<(), Problem> {
    let others = before.map_or(0, |_| host::other_names(path));
    host::replace(path, before, after).map_err(|refusal| worded(refusal, name))?;
    if others > 0 {
        note(&format!(
            "{name} had {} through hard links, where what it held is left as it was",
            counted(others, "other name")
        ));
    }
    Ok(())
}

/// Writes `text` to `path`, whatever it held before.
///
/// # Errors
/// Why it can't be written; then nothing has changed, and nothing is left behind.
pub(crate) fn whole(path: &Path, name: &str, text: &[u8]) -> Result<(), Problem> {
    let before = if host::exists(path) {
        let before = host::read(path, MAX_SOURCE_LEN).map_err(|refusal| match refusal {
            // A link that leads nowhere is not a file, and is not replaced.
            Refusal::Failed(ErrorKind::NotFound) => {
                Problem::new(format!("{name} is a link that leads nowhere: not written"))
            }
            refusal => worded(refusal, name),
        });
        Some(before?)
    } else {
        None
    };
    file(path, name, before.as_deref(), text)
}

/// Appends to a file that others append to as well.
///
/// # Errors
/// Why that can't be done.
pub(crate) fn append(path: &Path, name: &str, text: &[u8]) -> Result<(), Problem> {
    host::append(path, text).map_err(|kind| worded(Refusal::Failed(kind), name))
}

/// The problem with a file that can't be written.
pub(crate) fn worded(refusal: Refusal, name: &str) -> Problem {
    match refusal {
        Refusal::Changed => Problem::new(format!(
            "{name} was changed by something else in the meantime: not written"
        ))
        .help("run it again"),
        Refusal::Failed(ErrorKind::AlreadyExists) => {
            Problem::new(format!("{name} exists already: not written")).help("was it made just now? then run it again")
        }
        Refusal::Failed(ErrorKind::NotFound) => {
            Problem::new(format!("{name} can't be written: its folder does not exist"))
        }
        Refusal::Failed(ErrorKind::PermissionDenied) => {
            Problem::new(format!("{name} can't be written: permission denied"))
                .help("may the user that runs envgate write it, and to its folder?")
        }
        Refusal::Failed(kind) if read::is_loop(kind) => {
            Problem::new(format!("{name} can't be written: {}", read::LOOP))
        }
        Refusal::Failed(kind) => Problem::new(format!("{name} can't be written: {kind}")),
        // The help is about reading, which is of no use here.
        Refusal::Not(_) => read::worded(refusal, name).without_help(),
        other => read::worded(other, name),
    }
}
