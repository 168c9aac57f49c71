//! Shows the progress of long work to people who wait at a terminal. Native program only.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use envgate::report::{counted, size};

use crate::host::{self, Stream};
use crate::terminal::print_error;

/// Shows the progress of long work, on a terminal only.
#[derive(Debug)]
pub(crate) struct Progress {
    is_shown_to_anybody: bool,
    /// When it is shown next, in milliseconds of the process; 0 if it never was.
    next: AtomicU64,
    shown: AtomicBool,
}

impl Progress {
    /// Shorter work shows no progress.
    const FIRST: u64 = 1000;
    const EVERY: u64 = 200;

    pub(crate) fn new() -> Progress {
        Progress {
            is_shown_to_anybody: host::is_terminal(Stream::Stderr),
            next: AtomicU64::new(host::milliseconds() + Progress::FIRST),
            shown: AtomicBool::new(false),
        }
    }

    /// Must be called often.
    pub(crate) fn show(&self, files: u64, bytes: u64) {
        if !self.is_shown_to_anybody {
            return;
        }
        let (now, next) = (host::milliseconds(), self.next.load(Ordering::Relaxed));
        let turn = |next: u64| {
            self.next
                .compare_exchange(next, now + Progress::EVERY, Ordering::Relaxed, Ordering::Relaxed)
        };
        if now >= next && turn(next).is_ok() {
            self.shown.store(true, Ordering::Relaxed);
            let rate = bytes.saturating_mul(1000) / now.max(1);
            print_error(&format!(
                "\r\x1b[K{}, {}, {}/s",
                counted(usize::try_from(files).unwrap_or(usize::MAX), "file"),
                size(bytes),
                size(rate)
            ));
        }
    }

    /// Clears the line.
    pub(crate) fn end(&self) {
        if self.shown.load(Ordering::Relaxed) {
            print_error("\r\x1b[K");
        }
    }
}
