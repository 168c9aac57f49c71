//! Git LFS: what is committed in the place of a large file, and where the content is meanwhile.

use std::path::{Path, PathBuf};

use envgate::report::counted;

use crate::terminal::note;

/// What stands in the place of the content begins so.
pub(crate) const POINTER: &[u8] = b"version https://git-lfs.github.com/spec/v1\n";

/// None is longer.
pub(crate) const LONGEST_POINTER: u64 = 1024;

/// Where the content that a pointer names is kept in a repository, if it has been fetched or is about to be pushed.
pub(crate) fn content(pointer: &[u8], git: &Path) -> Option<PathBuf> {
    let rest = str::from_utf8(pointer.strip_prefix(POINTER)?).ok()?;
    let name = rest.lines().find_map(|line| line.strip_prefix("oid sha256:"))?;
    let is_hash = name.len() == 64 && name.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_hash.then(|| git.join("lfs/objects").join(&name[..2]).join(&name[2..4]).join(name))
}

/// Says that the content of so many files was not searched, being nowhere on this machine.
pub(crate) fn note_absent(pointers: usize) {
    if pointers > 0 {
        let files = counted(pointers, "file");
        note(&format!(
            "{files} of Git LFS: the content is not here, so only what is committed in its place was searched"
        ));
    }
}
