//! Searches what git stores: versions of files, the contents that Git LFS pointers stand for, and the texts of commits and tags.

use std::path::Path;

use envgate::leak::{Found, Kept, Search};
use envgate::source::SourceId;

use crate::git::{Change, Objects, Tree, lfs};
use crate::host::{self, Refusal};

/// Searches an object. Also returns whether it is a pointer whose content is not here.
///
/// # Errors
/// When the repository does not have it.
pub(crate) fn object(
    objects: &Objects,
    id: &str,
    git: &Path,
    search: &mut Search<'_>,
) -> Result<(Found, bool), Refusal> {
    let mut pointer = Vec::new();
    let found = objects.stream(id, |size, content| {
        if size > lfs::LONGEST_POINTER {
            return reader(search, |room| content.read(room));
        }
        content.read_to_end(&mut pointer)?;
        text(search, &pointer)
    })?;
    // Git LFS pushes the content of a pointer as well.
    let Some(path) = lfs::content(&pointer, git) else {
        return Ok((found, false));
    };
    match host::stream(&path) {
        Ok(mut content) => Ok((reader(search, |room| content.read(room))?, false)),
        Err(_) => Ok((found, true)),
    }
}

/// Returns which values may be in this version of the env file `id`. If `tree` has the file, the version may hold its values; if not, the
/// file was not meant to be committed. Only the version in `tree` is checked, so tokens in any other are reported here.
pub(crate) fn kept(tree: &Tree, change: &Change, id: SourceId) -> Kept {
    if tree.has_version(&change.path, &change.id) {
        Kept::All(id)
    } else if tree.has(&change.path) {
        Kept::Values(id)
    } else {
        Kept::Nothing
    }
}

/// Searches what `read` returns, up to its end.
fn reader<E>(search: &mut Search<'_>, mut read: impl FnMut(&mut [u8]) -> Result<usize, E>) -> Result<Found, E> {
    loop {
        let count = read(search.space())?;
        if count == 0 {
            return Ok(search.finish());
        }
        search.filled(count);
    }
}

/// Searches a text in memory.
pub(crate) fn text<E>(search: &mut Search<'_>, mut text: &[u8]) -> Result<Found, E> {
    reader(search, |room| {
        let (now, later) = text.split_at(text.len().min(room.len()));
        room[..now.len()].copy_from_slice(now);
        text = later;
        Ok(now.len())
    })
}
