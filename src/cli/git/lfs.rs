//! Git LFS: pointers, which are committed in place of large files, and where their content is.

use std::path::{Path, PathBuf};

use envgate::report::counted;

use crate::terminal::note;

/// How a pointer begins.
pub(crate) const POINTER: &[u8] = b"version https://git-lfs.github.com/spec/v1\n";

/// The maximum length of a pointer.
pub(crate) const LONGEST_POINTER: u64 = 1024;

/// Where the content that a pointer names is kept in a repository, if it has been fetched or is about to be pushed.
pub(crate) fn content(pointer: &[u8], git: &Path) -> Option<PathBuf> {
    let rest = str::from_utf8(pointer.strip_prefix(POINTER)?).ok()?;
    let name = rest.lines().find_map(|line| line.strip_prefix("oid sha256:"))?;
    let is_hash = name.len() == 64 && name.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_hash.then(|| git.join("lfs/objects").join(&name[..2]).join(&name[2..4]).join(name))
}

/// Says that the content of files was not searched, because it is not on this machine.
pub(crate) fn note_absent(pointers: usize) {
    if pointers > 0 {
        let files = counted(pointers, "file");
        note(&format!(
            "{files} of Git LFS: the content is not here, so only what is committed in its place was searched"
        ));
    }
}
