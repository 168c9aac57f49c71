//! The world, as the commands see it: files, streams, variables, the clock. Nothing else of the program names `std::fs`, `std::env`,
//! `std::io` or a clock (`tests/tidy.rs` holds it to that), so that the same commands run as WebAssembly in Node, where another implementation provides the same functions.
//!
//! Nothing here decides anything: the commands decide what a refusal means, and how it is worded.

#[cfg(not(target_family = "wasm"))]
mod native;
#[cfg(target_family = "wasm")]
mod node;
#[cfg(not(target_family = "wasm"))]
mod replace;
#[cfg(not(target_family = "wasm"))]
mod serve;
#[cfg(not(target_family = "wasm"))]
mod view;
#[cfg(not(target_family = "wasm"))]
mod walk;

#[cfg(not(target_family = "wasm"))]
pub(crate) use native::*;
#[cfg(target_family = "wasm")]
pub(crate) use node::*;
#[cfg(not(target_family = "wasm"))]
pub(crate) use replace::{install, replace};
#[cfg(not(target_family = "wasm"))]
pub(crate) use serve::{Asker, Event, Events, Listener, Reply, Then, browse};
#[cfg(not(target_family = "wasm"))]
pub(crate) use view::{View, through};
#[cfg(not(target_family = "wasm"))]
pub(crate) use walk::{Reader, Visit, stdin_reader, stream, walk};

use std::path::Path;

/// The kind of thing at a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(
    windows,
    expect(dead_code, reason = "a folder of Windows holds no pipes, sockets or devices")
)]
pub(crate) enum Kind {
    File,
    Folder,
    Fifo,
    Socket,
    Device,
    Other,
}

/// One of the two output streams.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stream {
    Stdout,
    Stderr,
}

/// Why a file could not be read or replaced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// The operating system refused.
    Failed(std::io::ErrorKind),
    /// It is not a file.
    Not(Kind),
    /// It is larger than the limit.
    TooLarge,
    /// It changed since it was read.
    Changed,
    /// The repository refers to its content and does not have it.
    #[cfg(not(target_family = "wasm"))]
    Absent,
}

impl From<std::io::ErrorKind> for Refusal {
    fn from(kind: std::io::ErrorKind) -> Refusal {
        Refusal::Failed(kind)
    }
}

impl From<std::io::Error> for Refusal {
    fn from(error: std::io::Error) -> Refusal {
        Refusal::Failed(error.kind())
    }
}

/// The names of the entries of a folder, sorted.
pub(crate) fn names(folder: &Path) -> Vec<String> {
    entries(folder).into_iter().map(|(name, _)| name).collect()
}

/// Whether there is a file at a path, or at the end of the links there.
pub(crate) fn is_file(path: &Path) -> bool {
    kind(path) == Ok(Kind::File)
}

/// Whether there is a folder at a path, or at the end of the links there.
pub(crate) fn is_folder(path: &Path) -> bool {
    kind(path) == Ok(Kind::Folder)
}
