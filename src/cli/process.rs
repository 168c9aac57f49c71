//! Keeps the process from leaving traces of its input: a core dump, or the message of a panic.

use std::panic::{self, PanicHookInfo};

use crate::host::Stream;
use crate::{FAILED, host};

/// Must be called before anything is read.
pub(crate) fn harden() {
    panic::set_hook(Box::new(print_place_and_exit));
    host::forbid_core_dumps();
}

/// Prints the place of a panic, which is a bug of envgate. The message may hold a piece of the input, so it is not printed. Exiting instead
/// of aborting leaves no core dump.
fn print_place_and_exit(info: &PanicHookInfo<'_>) {
    let place = info
        .location()
        .map(|location| format!(" at {}:{}", location.file(), location.line()));
    let message = format!(
        "error: envgate has a bug{}; nothing can be said about the files\n",
        place.unwrap_or_default()
    );
    let _ = host::write(Stream::Stderr, message.as_bytes());
    host::exit(FAILED);
}
