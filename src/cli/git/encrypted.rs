//! Files that a filter of git encrypts when they are committed and decrypts when they are checked out: by git-crypt, transcrypt, git-agecrypt.

use std::path::Path;
use std::process::Stdio;

use super::asked::{Asked, command};
use crate::inputs::GIT_CRYPT;

/// The first bytes of what these filters commit.
const BEGINNINGS: [&[u8]; 3] = [GIT_CRYPT, b"U2FsdGVkX1", b"age-encryption.org/v1\n"];

/// Whether one of these filters has encrypted this content.
pub(super) fn is(content: &[u8]) -> bool {
    BEGINNINGS.iter().any(|beginning| content.starts_with(beginning))
}

/// Returns an object as git checks it out at a path from the top; `None` if it is still encrypted, or too large.
pub(super) fn checked_out(id: &str, inside: &Path, limit: usize) -> Option<Vec<u8>> {
    let mut command = command(&["cat-file", "--filters"]);
    let mut path = std::ffi::OsString::from("--path=");
    path.push(inside);
    command.arg(path).arg(id).stdin(Stdio::null());
    let content = Asked::spawn("cat-file", &mut command).and_then(Asked::answer).ok()?;
    (content.len() <= limit && !is(&content)).then_some(content)
}
