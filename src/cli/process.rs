//! What the process may leave behind: no core image, and no input in the words of a panic.

use std::panic::{self, PanicHookInfo};

use crate::FAILED;

/// To be called before anything is read.
pub(crate) fn harden() {
    panic::set_hook(Box::new(say_where_and_exit));
    no_core_dumps();
}

/// A panic is a mistake of ours. Its message may hold a piece of whatever was being worked on, so only its place is told; and
/// leaving here instead of aborting leaves no core image.
#[expect(clippy::print_stderr, reason = "the program ends here")]
fn say_where_and_exit(info: &PanicHookInfo<'_>) {
    let place = info
        .location()
        .map(|location| format!(" at {}:{}", location.file(), location.line()));
    eprintln!(
        "error: envgate has a bug{}; nothing can be said about the files",
        place.unwrap_or_default()
    );
    std::process::exit(i32::from(FAILED));
}

/// A limit of zero keeps a core out of the folder; a process that can't be dumped also keeps it from a handler such as
/// systemd-coredump, for which the limit does not count. If either is refused, the check is still worth making.
#[cfg(unix)]
fn no_core_dumps() {
    use rustix::process::{Resource, Rlimit, setrlimit};
    let _ = setrlimit(
        Resource::Core,
        Rlimit {
            current: Some(0),
            maximum: Some(0),
        },
    );
    #[cfg(target_os = "linux")]
    let _ = rustix::process::set_dumpable_behavior(rustix::process::DumpableBehavior::NotDumpable);
}

#[cfg(not(unix))]
fn no_core_dumps() {}
