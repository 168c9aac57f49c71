//! Inputs, and places in them.
//!
//! A [`Source`] is a name and bytes; the shells read it, the library never does. Inside the library a place is a
//! [`Span`] of bytes. Lines and columns are computed at the edge, by a [`LineIndex`], because only there is it known in
//! which units the reader counts ([`PositionEncoding`]).

use crate::join::join;
use std::cell::Cell;
use std::fmt;
use std::ops::Range;

/// The largest input that is read, in bytes: 256 MiB. A larger configuration file is a mistake (a log, a dump, a
/// device), and the bound allows a [`Span`] of eight bytes.
pub const MAX_SOURCE_LEN: usize = 256 << 20;

/// Returns the path to what a file in a folder refers to by `path`, with `/` between folders on every system: without `.`, and without `..`
/// where it can be resolved.
#[must_use]
pub fn resolved(folder: &str, path: &str) -> String {
    let mut parts = Vec::new();
    if !folder.is_empty() {
        parts.extend(folder.split('/'));
    }
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    join(&parts, "/")
}

/// Whether a text is UTF-16: it begins with the byte order mark of that, or with two characters of ASCII, of which each has a NUL byte there.
#[must_use]
pub fn is_utf16(text: &[u8]) -> bool {
    matches!(
        text,
        [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..] | [0, 1..=255, 0, 1..=255, ..] | [1..=255, 0, 1..=255, 0, ..]
    )
}

/// A named input: a file, standard input, a pane of the page.
///
/// `Debug` shows its name and length, never its bytes.
pub struct Source {
    name: String,
    bytes: Vec<u8>,
    marks: Option<Vec<Mark>>,
}

/// A known place in a text whose bytes are not kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mark {
    /// The offset in bytes; `u32::MAX` if it is larger.
    pub offset: u32,
    /// Line and column, in Unicode scalar values.
    pub at: LineColumn,
}

impl Source {
    /// Takes any bytes, UTF-8 or not.
    ///
    /// # Errors
    /// Returns [`TooLarge`] for more than [`MAX_SOURCE_LEN`] bytes.
    pub fn new(name: impl Into<String>, bytes: impl Into<Vec<u8>>) -> Result<Source, TooLarge> {
        let (name, bytes) = (name.into(), bytes.into());
        if bytes.len() > MAX_SOURCE_LEN {
            return Err(TooLarge { name });
        }
        Ok(Source {
            name,
            bytes,
            marks: None,
        })
    }

    /// An input of which only some places are kept, because it is too large or must not be held. A [`Span`] in it
    /// counts marks, not bytes.
    #[must_use]
    pub fn marked(name: impl Into<String>, marks: Vec<Mark>) -> Source {
        Source {
            name: name.into(),
            bytes: Vec::new(),
            marks: Some(marks),
        }
    }

    /// Returns the same input under another name.
    #[must_use]
    pub fn renamed(&self, name: String) -> Source {
        Source {
            name,
            bytes: self.bytes.clone(),
            marks: self.marks.clone(),
        }
    }

    /// The known places of an input made by [`Source::marked`].
    #[must_use]
    pub fn marks(&self) -> Option<&[Mark]> {
        self.marks.as_deref()
    }

    /// The name used in reports: usually a path relative to the project, with `/` between folders.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// All bytes.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }
}

impl fmt::Debug for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Source({:?}, {} bytes)", self.name, self.bytes.len())
    }
}

/// The error for an input of more than [`MAX_SOURCE_LEN`] bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TooLarge {
    name: String,
}

impl fmt::Display for TooLarge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} is larger than {} MiB; is it a configuration file?",
            self.name,
            MAX_SOURCE_LEN >> 20
        )
    }
}

impl std::error::Error for TooLarge {}

/// A range of bytes in one [`Source`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Span {
    /// Offset of the first byte.
    pub start: u32,
    /// Offset after the last byte.
    pub end: u32,
}

impl Span {
    /// A span from `start` to `end`, which is not included.
    ///
    /// # Panics
    /// If `start` is greater than `end`, or `end` greater than [`MAX_SOURCE_LEN`]. No span of a [`Source`] is.
    #[must_use]
    #[expect(clippy::cast_possible_truncation, reason = "asserted")]
    pub fn new(start: usize, end: usize) -> Span {
        assert!(start <= end && end <= MAX_SOURCE_LEN, "span out of bounds");
        Span {
            start: start as u32,
            end: end as u32,
        }
    }

    /// The span as a range for slicing.
    #[must_use]
    pub fn range(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }

    /// The length in bytes.
    #[must_use]
    pub fn len(self) -> usize {
        (self.end - self.start) as usize
    }

    /// Returns whether the span holds no byte.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.start == self.end
    }

    /// Returns the bytes of `text` in this span.
    #[must_use]
    pub fn of(self, text: &[u8]) -> &[u8] {
        &text[self.range()]
    }
}

impl fmt::Debug for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}..{}", self.start, self.end)
    }
}

/// Identifies an input of one check: an index into its list of sources.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct SourceId(pub u32);

/// A place in one of the inputs of a check.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Location {
    /// The input.
    pub source: SourceId,
    /// The bytes in it.
    pub span: Span,
}

/// The unit in which columns are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum PositionEncoding {
    /// Unicode scalar values, for people and for `report.v1`; an invalid UTF-8 sequence counts as one.
    #[default]
    Scalar,
    /// UTF-16 code units, as browsers and editors count.
    Utf16,
}

impl PositionEncoding {
    /// Counts the units of a text.
    pub(crate) fn units(self, text: &[u8]) -> usize {
        let of_chunk = |chunk: std::str::Utf8Chunk<'_>| {
            let valid = match self {
                PositionEncoding::Scalar => chunk.valid().chars().count(),
                PositionEncoding::Utf16 => chunk.valid().encode_utf16().count(),
            };
            valid + usize::from(!chunk.invalid().is_empty())
        };
        text.utf8_chunks().map(of_chunk).sum()
    }
}

/// A place as people see it: both numbers start at 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct LineColumn {
    /// The line, from 1.
    pub line: u32,
    /// The column, from 1, in units of the [`PositionEncoding`].
    pub column: u32,
}

/// Where the lines of one text start. A line ends with LF, CRLF or a lone CR.
#[derive(Debug)]
pub struct LineIndex {
    starts: Vec<u32>,
    /// The last offset that was converted, its units from the start of its line, and their encoding. The next
    /// conversion on the same line continues from there; else each of many places in one long line would be counted
    /// from the start.
    counted: Cell<(usize, usize, PositionEncoding)>,
}

impl LineIndex {
    /// Builds the index in one pass over the text.
    #[must_use]
    #[expect(clippy::cast_possible_truncation, reason = "a source is at most MAX_SOURCE_LEN long")]
    pub fn new(text: &[u8]) -> LineIndex {
        let mut starts = vec![0];
        for at in memchr::memchr2_iter(b'\n', b'\r', text) {
            if text[at] == b'\n' || text.get(at + 1) != Some(&b'\n') {
                starts.push(at as u32 + 1);
            }
        }
        LineIndex {
            starts,
            counted: Cell::default(),
        }
    }

    /// Returns line and column of a byte offset. `text` must be the text that the index was built for.
    #[must_use]
    #[expect(clippy::cast_possible_truncation, reason = "a source is at most MAX_SOURCE_LEN long")]
    pub fn line_column(&self, text: &[u8], offset: u32, encoding: PositionEncoding) -> LineColumn {
        let line = self.starts.partition_point(|&start| start <= offset) - 1;
        let (start, end) = (self.starts[line] as usize, (offset as usize).min(text.len()));
        let (from, known) = match self.counted.get() {
            (from, units, counts) if counts == encoding && (start..=end).contains(&from) => (from, units),
            _ => (start, 0),
        };
        let units = known + encoding.units(&text[from..end]);
        // A count can't continue from the middle of a character.
        if text.get(end).is_none_or(|byte| byte & 0xC0 != 0x80) {
            self.counted.set((end, units, encoding));
        }
        LineColumn {
            line: line as u32 + 1,
            column: units as u32 + 1,
        }
    }

    /// Returns the span of a line, counted from 1, without its line end; `None` after the last line.
    #[must_use]
    pub fn line_span(&self, text: &[u8], line: u32) -> Option<Span> {
        let index = (line as usize).checked_sub(1)?;
        let start = *self.starts.get(index)? as usize;
        let mut end = self.starts.get(index + 1).map_or(text.len(), |&next| next as usize);
        while end > start && matches!(text[end - 1], b'\n' | b'\r') {
            end -= 1;
        }
        Some(Span::new(start, end))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str, offset: u32, encoding: PositionEncoding) -> (u32, u32) {
        let place = LineIndex::new(text.as_bytes()).line_column(text.as_bytes(), offset, encoding);
        (place.line, place.column)
    }

    #[test]
    fn utf16_is_told_by_its_mark_or_by_its_first_characters() {
        let little: Vec<u8> = "A=b".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let big: Vec<u8> = "A=b".encode_utf16().flat_map(u16::to_be_bytes).collect();
        for text in [&little[..], &big, b"\xFF\xFEA\0", b"\xFE\xFF"] {
            assert!(is_utf16(text), "{text:?}");
        }
        for text in [
            &b""[..],
            b"A",
            b"A\0",
            b"A\0=b",
            b"\0A=b",
            b"\0\0\0\0",
            b"\xEF\xBB\xBFA=b",
        ] {
            assert!(!is_utf16(text), "{text:?}");
        }
    }

    #[test]
    fn lines_end_with_lf_crlf_or_cr() {
        assert_eq!(at("a\nb\r\nc\rd", 7, PositionEncoding::Scalar), (4, 1));
        assert_eq!(at("a\nb\r\nc\rd", 3, PositionEncoding::Scalar), (2, 2));
    }

    #[test]
    fn columns_count_in_the_units_asked_for() {
        assert_eq!(at("é😀x", 6, PositionEncoding::Scalar), (1, 3));
        assert_eq!(at("é😀x", 6, PositionEncoding::Utf16), (1, 4));
    }

    #[test]
    fn bytes_that_are_not_utf8_count_as_one_each() {
        let text = b"A=\xFF\xFEx";
        let place = LineIndex::new(text).line_column(text, 4, PositionEncoding::Scalar);
        assert_eq!(place.column, 5);
    }

    #[test]
    fn debug_does_not_show_the_bytes() {
        let source = Source::new(".env", *b"KEY=hunter2").unwrap();
        assert_eq!(format!("{source:?}"), "Source(\".env\", 11 bytes)");
    }

    #[test]
    fn an_index_that_was_asked_before_says_the_same() {
        let texts: [&[u8]; 3] = [
            "é=😀\nKEY=東京 x\r\n\rA".as_bytes(),
            b"A=\xFF\xFE\x80\x80\x80x\n\xC3(\xE2\x82\nend\xF0\x9F",
            b"one line",
        ];
        for text in texts {
            let asked = LineIndex::new(text);
            let offsets = || 0..=u32::try_from(text.len()).unwrap();
            for (first, second) in offsets().flat_map(|first| offsets().map(move |second| (first, second))) {
                for encoding in [PositionEncoding::Scalar, PositionEncoding::Utf16] {
                    for offset in [first, second] {
                        let fresh = LineIndex::new(text).line_column(text, offset, encoding);
                        assert_eq!(asked.line_column(text, offset, encoding), fresh, "{text:?} {offset}");
                    }
                }
            }
        }
    }
}
