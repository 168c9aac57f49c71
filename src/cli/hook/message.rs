//! The message of a commit: it is published with the commit, so it is searched for values, too.

use std::path::Path;

use crate::terminal::Problem;
use crate::{discover, host, read};

/// The message of a commit that is about to be made.
pub(super) struct Message {
    pub(super) name: String,
    pub(super) text: Vec<u8>,
}

impl Message {
    /// Reads the part of the file that git will use: without the diff that `git commit --verbose` shows below the scissors line. Only an editor
    /// is shown one. In a commit without an editor (`-m`, `-F`), git tells the hook that the editor is `:`, and keeps what looks like a diff.
    pub(super) fn read(path: &Path) -> Result<Message, Problem> {
        let name = discover::shown(path);
        let mut text = read::file(path, &name)?;
        let is_edited = host::variable("GIT_EDITOR").is_none_or(|editor| editor != ":");
        if let Some(end) = diff_shown(&text).filter(|_| is_edited) {
            text.truncate(end);
        }
        Ok(Message { name, text })
    }
}

/// Returns where the scissors line before a diff begins. Scissors alone may be part of a message.
fn diff_shown(text: &[u8]) -> Option<usize> {
    const SCISSORS: &[u8] = b" ------------------------ >8 ------------------------\n";
    let at = memchr::memmem::find(text, SCISSORS)?;
    let start = memchr::memrchr(b'\n', &text[..at]).map_or(0, |end| end + 1);
    let comment = &text[start..at];
    let mut lines = text[at + SCISSORS.len()..].split(|byte| *byte == b'\n');
    let first = lines.find(|line| comment.is_empty() || !line.starts_with(comment))?;
    first.starts_with(b"diff --git ").then_some(start)
}
