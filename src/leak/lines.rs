//! Tracks line and column in a stream of which only a window is in memory.

use crate::source::LineColumn;

/// The line and column of one offset, which moves forward over the text. A line ends with LF, CRLF or a lone CR, and
/// columns count characters, as in
/// [`LineIndex`](crate::source::LineIndex).
#[derive(Debug, Clone, Copy)]
pub(super) struct Lines {
    line: u32,
    /// Number of characters of the line so far.
    column: u32,
    /// Whether the last byte was a CR; an LF after it completes the same line end.
    after_cr: bool,
}

impl Lines {
    pub(super) fn new() -> Lines {
        Lines {
            line: 1,
            column: 0,
            after_cr: false,
        }
    }

    pub(super) fn at(&self) -> LineColumn {
        LineColumn {
            line: self.line,
            column: self.column.saturating_add(1),
        }
    }

    /// Moves forward over `text`.
    pub(super) fn advance(&mut self, text: &[u8]) {
        let mut line = 0;
        for at in memchr::memchr2_iter(b'\n', b'\r', text) {
            let completes = text[at] == b'\n' && if at == 0 { self.after_cr } else { text[at - 1] == b'\r' };
            if !completes {
                self.line = self.line.saturating_add(1);
            }
            self.column = 0;
            line = at + 1;
        }
        let characters: usize = text[line..]
            .utf8_chunks()
            .map(|chunk| chunk.valid().chars().count() + usize::from(!chunk.invalid().is_empty()))
            .sum();
        self.column = self
            .column
            .saturating_add(u32::try_from(characters).unwrap_or(u32::MAX));
        if let Some(last) = text.last() {
            self.after_cr = *last == b'\r';
        }
    }
}
