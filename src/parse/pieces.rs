//! Splits a text into tiles, given its [`Document`].
//!
//! A document records assignments and errors only. What lies between them is white space, comments and the word
//! `export`, and is classified here on demand, so that parsing need not.

use crate::source::Span;

use super::document::{Document, Piece, PieceKind};

const BOM: &[u8] = b"\xEF\xBB\xBF";

/// Iterator over the tiles of a text.
pub(super) struct Pieces<'d> {
    document: &'d Document,
    text: &'d [u8],
    at: usize,
    /// The index of the next assignment.
    assignment: usize,
    /// How many of its tiles have been returned.
    step: u8,
    /// The index of the next error.
    error: usize,
}

impl<'d> Pieces<'d> {
    pub(super) fn new(document: &'d Document, text: &'d [u8]) -> Pieces<'d> {
        Pieces {
            document,
            text,
            at: 0,
            assignment: 0,
            step: 0,
            error: 0,
        }
    }

    /// Returns the tile up to `end`.
    fn piece(&mut self, kind: PieceKind, end: usize) -> Piece {
        let span = Span::new(self.at, end);
        self.at = end;
        Piece { kind, span }
    }

    /// Returns the next tile of the text between two assignments.
    fn gap(&mut self, end: usize) -> Piece {
        while self
            .document
            .errors
            .get(self.error)
            .is_some_and(|error| error.span.end as usize <= self.at)
        {
            self.error += 1;
        }
        let gap = &self.text[self.at..end];
        let mut stop = end;
        if let Some(error) = self.document.errors.get(self.error) {
            let span = error.span.range();
            if span.start <= self.at {
                return self.piece(PieceKind::Malformed, span.end.min(end));
            }
            stop = span.start.min(end);
        }
        let gap = &gap[..stop - self.at];
        if gap.starts_with(BOM) && self.at == 0 {
            return self.piece(PieceKind::Whitespace, BOM.len());
        }
        let white = gap
            .iter()
            .take_while(|byte| byte.is_ascii_whitespace() || **byte == 0x0B)
            .count();
        if white > 0 {
            return self.piece(PieceKind::Whitespace, self.at + white);
        }
        if gap.starts_with(b"export") {
            return self.piece(PieceKind::Export, self.at + b"export".len());
        }
        let line = memchr::memchr2(b'\n', b'\r', gap).unwrap_or(gap.len());
        let kind = if matches!(gap[0], b'#' | b';') {
            PieceKind::Comment
        } else {
            PieceKind::Malformed
        };
        self.piece(kind, self.at + line)
    }

    /// Returns the next tile between a key and its value.
    fn separator(&mut self, end: usize) -> Piece {
        let gap = &self.text[self.at..end];
        let is_separator = |byte: &u8| matches!(byte, b'=' | b':');
        let separators = usize::from(is_separator(&gap[0]));
        let white = gap.iter().take_while(|byte| !is_separator(byte)).count();
        let kind = if separators > 0 {
            PieceKind::Separator
        } else {
            PieceKind::Whitespace
        };
        self.piece(kind, self.at + separators.max(white))
    }
}

impl Iterator for Pieces<'_> {
    type Item = Piece;

    fn next(&mut self) -> Option<Piece> {
        loop {
            if self.at == self.text.len() {
                return None;
            }
            let Some(assignment) = self.document.assignments.get(self.assignment) else {
                return Some(self.gap(self.text.len()));
            };
            let (key, value) = (assignment.key.range(), assignment.value.span.range());
            let quote = usize::from(assignment.value.quote.is_some());
            let (kind, start, end) = match self.step {
                0 => (PieceKind::Key, key.start, key.end),
                1 => (PieceKind::Quote, value.start - quote, value.start),
                2 => (PieceKind::Value, value.start, value.end),
                3 => (PieceKind::Quote, value.end, value.end + quote),
                _ => {
                    self.assignment += 1;
                    self.step = 0;
                    continue;
                }
            };
            if self.at < start {
                return Some(if self.step == 0 {
                    self.gap(start)
                } else {
                    self.separator(start)
                });
            }
            self.step += 1;
            // Assignments don't overlap. If they ever did, the shared bytes would be part of the first one only, and masked.
            if self.at < end {
                return Some(self.piece(kind, end));
            }
        }
    }
}
