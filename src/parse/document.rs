//! The file as typed: a flat, lossless list of spans.

use crate::source::Span;

use super::carried::{Carried, EntryError, External};
use super::pieces::Pieces;

/// A parsed file. Holds spans, not text, but for what another carrier holds in another form than a program gets it.
#[derive(Debug, Default)]
pub struct Document {
    pub(super) assignments: Vec<Assignment>,
    pub(super) errors: Vec<SyntaxError>,
    /// Keys that the loader spells otherwise than they stand, each behind the place of its assignment. Hardly ever any.
    pub(super) respelled: Vec<(usize, Box<[u8]>)>,
    pub(super) carried: Option<Box<Carried>>,
    pub(super) ordinary: bool,
}

impl Document {
    /// The assignments, in file order. What stands behind an error that rejects the file is among them, as if the error were
    /// mended, so that one run tells of everything; [`Document::rejected`] says that the loader gets none of it.
    #[must_use]
    pub fn assignments(&self) -> &[Assignment] {
        &self.assignments
    }

    /// The key of an assignment as its loader spells it. `text` is what the spans of the assignments are about.
    #[must_use]
    pub fn key<'d>(&'d self, index: usize, text: &'d [u8]) -> &'d [u8] {
        self.respelled(index)
            .unwrap_or_else(|| self.assignments[index].key.of(text))
    }

    /// The key of an assignment, if its loader spells it otherwise than it stands.
    pub(crate) fn respelled(&self, index: usize) -> Option<&[u8]> {
        let at = self.respelled.binary_search_by_key(&index, |one| one.0).ok()?;
        Some(&self.respelled[at].1)
    }

    /// What the loader stumbles over, silently drops, or takes in another way than it looks, in file order.
    #[must_use]
    pub fn errors(&self) -> &[SyntaxError] {
        &self.errors
    }

    /// The first error for which the loader gives up the file, if there is one.
    #[must_use]
    pub fn rejected(&self) -> Option<&SyntaxError> {
        self.errors
            .iter()
            .find(|error| matches!(error.effect, Effect::Rejected | Effect::Halted))
    }

    /// Whether there is nothing in the text but lines of `KEY=value`, without quotes, that every loader reads alike.
    pub(crate) fn is_ordinary(&self) -> bool {
        self.ordinary
    }

    /// Whether it is of a .env file, and every assignment sets a value that stands there as it is.
    pub(crate) fn is_plain(&self) -> bool {
        let is_plain = |one: &Assignment| one.value.plain && one.kind == AssignmentKind::Value;
        self.carried.is_none() && self.assignments.iter().all(is_plain)
    }

    /// Whether another loader comes to the same of the same .env file.
    pub(super) fn is_same(&self, other: &Document) -> bool {
        self.ordinary == other.ordinary
            && self.assignments == other.assignments
            && self.errors == other.errors
            && self.respelled == other.respelled
    }

    /// Whether another loader finds the same keys in the same .env file.
    pub(crate) fn has_keys_of(&self, other: &Document) -> bool {
        let (own, others) = (&self.assignments, &other.assignments);
        own.len() == others.len()
            && own.iter().zip(others).all(|(one, other)| one.key == other.key)
            && self.respelled == other.respelled
            && !self.is_carried()
            && !other.is_carried()
    }

    /// What the spans of the assignments are about: the text of the file, or what was taken from another carrier.
    #[must_use]
    pub fn text<'d>(&'d self, typed: &'d [u8]) -> &'d [u8] {
        self.carried.as_ref().map_or(typed, |carried| carried.text())
    }

    /// Where the key and the value of an assignment stand in the file.
    #[must_use]
    pub fn place(&self, index: usize) -> (Span, Span) {
        match &self.carried {
            Some(carried) => carried.places[index],
            None => (self.assignments[index].key, self.assignments[index].value.span),
        }
    }

    /// Whether another carrier than a .env file held the variables.
    #[must_use]
    pub fn is_carried(&self) -> bool {
        self.carried.is_some()
    }

    /// Of another carrier: what names a part of its structure, besides the keys of variables. Sorted.
    #[must_use]
    pub fn structure(&self) -> &[Span] {
        self.carried.as_ref().map_or(&[], |carried| &carried.structure)
    }

    /// Of another carrier: the Secret or ConfigMap that is named at a place, if all of its variables are taken, and it is not in the file.
    pub(crate) fn wanted_store(&self, place: Span) -> Option<&str> {
        let wanted = &self.carried.as_ref()?.stores.wanted;
        wanted.iter().find(|one| one.0 == place).map(|one| &*one.1)
    }

    /// Of another carrier: whether a Secret or a ConfigMap stands in it.
    pub(crate) fn holds_store(&self, name: &str) -> bool {
        let carried = self.carried.as_ref();
        carried.is_some_and(|carried| carried.stores.held.iter().any(|one| **one == *name))
    }

    /// Every byte of the text, once, in order: the pieces tile it. Masking shows keys, separators and quotes, and nothing else.
    /// `text` is what was parsed.
    pub fn pieces<'d>(&'d self, text: &'d [u8]) -> impl Iterator<Item = Piece> + 'd {
        Pieces::new(self, text)
    }
}

/// One `KEY=value`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Assignment {
    /// The key, without `export` and white space.
    pub key: Span,
    /// The value as typed; empty for a key alone.
    pub value: RawValue,
    /// What the line does to the variable.
    pub kind: AssignmentKind,
}

/// What a line does to its variable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AssignmentKind {
    /// It sets the variable to the value.
    Value,
    /// It adds the value to what the variable holds: `+=` of a shell.
    Append,
    /// It may set the variable, to what can't be known without running a shell.
    Unknown,
    /// It sets the variable to the value if it is not set: `${NAME:=value}` of a shell.
    Default {
        /// Whether a variable that is empty is taken for one that is not set.
        colon: bool,
    },
    /// It makes a variable of a shell of it, of which the program gets nothing: an array, or one that is no longer exported.
    Hidden,
    /// A key alone, for which the loader takes the value of the process environment, if there is one.
    Inherit,
    /// As [`AssignmentKind::Inherit`], and the empty string if the process environment has none.
    InheritOrEmpty,
    /// A key alone, which takes back what the file set before.
    Clear,
    /// It sets the variable to what is kept elsewhere.
    External(External),
}

/// A value as typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RawValue {
    /// What is between the quotes, or the bare text without surrounding white space and comment.
    pub span: Span,
    /// How it is quoted.
    pub quote: Option<Quote>,
    /// Whether its bytes are known to be the value: no escape, no reference, nothing to decode.
    pub(crate) plain: bool,
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

impl Quote {
    /// The quote that a byte is.
    #[must_use]
    pub fn of(byte: u8) -> Option<Quote> {
        match byte {
            b'\'' => Some(Quote::Single),
            b'"' => Some(Quote::Double),
            b'`' => Some(Quote::Backtick),
            _ => None,
        }
    }

    /// The byte that it is.
    #[must_use]
    pub fn byte(self) -> u8 {
        match self {
            Quote::Single => b'\'',
            Quote::Double => b'"',
            Quote::Backtick => b'`',
        }
    }
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
    /// What the loader makes of it.
    pub effect: Effect,
    /// Where.
    pub span: Span,
}

/// What a loader stumbles over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SyntaxErrorKind {
    /// A line that a shell runs as a command. It sets nothing by itself.
    Command,
    /// What a shell does from here on can't be known without running it.
    NotStatic,
    /// What a shell can't read as a command.
    ShellSyntax,
    /// A command of which a shell gives up the line, or the file.
    FailingCommand,
    /// A line without a separator.
    NoSeparator,
    /// A separator without a key before it.
    NoKey,
    /// A key with a character that the loader does not allow in one.
    BadKey,
    /// A key that the loader sets from no file.
    RefusedKey,
    /// A quote that nothing closes.
    UnterminatedQuote,
    /// Text behind a closing quote that is no comment.
    TextAfterQuote,
    /// A key that is assigned before, where the loader takes each but once.
    DuplicateKey,
    /// White space between key and separator, or separator and value, where the loader allows none.
    SpaceBeforeSeparator,
    /// White space inside a value without quotes.
    SpaceInValue,
    /// A backslash before a character that it does not go with.
    BadEscape,
    /// A reference that begins and does not end.
    BadReference,
    /// A line that is longer than the loader reads.
    LineTooLong,
    /// A byte order mark, which the loader does not take off.
    ByteOrderMark,
    /// A value that is taken from the line below, with the assignment that stands there.
    SwallowsNextLine,
    /// Bytes that are not UTF-8.
    NotUtf8,
    /// A zero byte, which no environment can hold.
    Nul,
    /// An entry of another carrier than a .env file.
    Entry(EntryError),
}

/// What a loader makes of an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// It is taken as text; the value is another than it looks.
    Literal,
    /// What is in the span is dropped, and loading goes on without a word.
    Dropped,
    /// The loader stops there without a failure, and has set what stands before.
    Stopped,
    /// The loader fails, and sets nothing.
    Rejected,
    /// The loader fails, and has set what stands before.
    Halted,
}
