//! A tree that is read in place of the files on disk: the content of a commit. While it is set, all commands read it and nothing of the
//! work tree, so that the check of a commit is the same check, word for word.

use std::cell::RefCell;
use std::io::ErrorKind;
use std::path::Path;
use std::rc::Rc;

use super::{Kind, Refusal};

/// A tree. `None` means that a path is outside of it.
pub(crate) trait View {
    /// Returns the kind of thing at a path.
    fn kind(&self, path: &Path) -> Option<Result<Kind, ErrorKind>>;
    /// The content of a file of at most `limit` bytes.
    fn read(&self, path: &Path, limit: usize) -> Option<Result<Vec<u8>, Refusal>>;
}

thread_local! {
    static VIEW: RefCell<Option<Rc<dyn View>>> = const { RefCell::new(None) };
}

/// Runs `work` with a tree in place of the disk.
pub(crate) fn through<T>(view: Rc<dyn View>, work: impl FnOnce() -> T) -> T {
    let before = VIEW.replace(Some(view));
    let result = work();
    VIEW.set(before);
    result
}

pub(super) fn kind(path: &Path) -> Option<Result<Kind, ErrorKind>> {
    current()?.kind(path)
}

pub(super) fn read(path: &Path, limit: usize) -> Option<Result<Vec<u8>, Refusal>> {
    current()?.read(path, limit)
}

pub(super) fn is_there() -> bool {
    current().is_some()
}

fn current() -> Option<Rc<dyn View>> {
    VIEW.with_borrow(Clone::clone)
}
