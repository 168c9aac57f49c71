//! The file as typed: a flat, lossless list of spans.

use crate::source::Span;

/// A parsed file. Holds spans, not text.
#[derive(Debug)]
pub struct Document {}

impl Document {
    /// The assignments, in file order.
    #[must_use]
    pub fn assignments(&self) -> &[Assignment] {
        unimplemented!()
    }

    /// What the loader would stumble over or silently drop, in file order.
    #[must_use]
    pub fn errors(&self) -> &[SyntaxError] {
        unimplemented!()
    }

    /// Every byte of the text, once, in order: the pieces tile it. Masking shows keys, separators and quotes, and nothing else.
    pub fn pieces(&self) -> impl Iterator<Item = Piece> + '_ {
        std::iter::empty()
    }
}

/// One `KEY=value`.
#[derive(Debug, Clone, Copy)]
pub struct Assignment {
    /// The key, without `export` and white space.
    pub key: Span,
    /// The value as typed.
    pub value: RawValue,
}

/// A value as typed.
#[derive(Debug, Clone, Copy)]
pub struct RawValue {
    /// What is between the quotes, or the bare text without surrounding white space and comment.
    pub span: Span,
    /// How it is quoted.
    pub quote: Option<Quote>,
}

/// A kind of quote.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Quote {
    /// `'`
    Single,
    /// `"`
    Double,
    /// `` ` ``
    Backtick,
}

/// One tile of the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Piece {
    /// What it is.
    pub kind: PieceKind,
    /// Where.
    pub span: Span,
}

/// What a tile is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PieceKind {
    /// White space, line ends and a byte order mark.
    Whitespace,
    /// The word `export`.
    Export,
    /// A key.
    Key,
    /// `=` or `:`.
    Separator,
    /// An opening or closing quote.
    Quote,
    /// What is inside the quotes, or bare.
    Value,
    /// A comment with its `#`.
    Comment,
    /// Text that the loader cannot read.
    Malformed,
}

/// Something that the loader stumbles over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SyntaxError {
    /// What it is.
    pub kind: SyntaxErrorKind,
    /// Where.
    pub span: Span,
}

/// What a loader stumbles over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SyntaxErrorKind {
    /// A line without a separator.
    NoSeparator,
    /// Bytes that are not UTF-8.
    NotUtf8,
}
