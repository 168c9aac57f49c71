//! The parsed file: a flat, lossless list of spans.

use crate::source::Span;

#[cfg(feature = "yaml")]
use super::carried::Asked;
use super::carried::{Carried, EntryError, External, Unset, Wanted};
use super::pieces::Pieces;

/// A parsed file. It holds spans, not text, except for carriers in which a value is written in another form than the
/// program gets it.
#[derive(Debug, Default)]
pub struct Document {
    pub(super) assignments: Vec<Assignment>,
    pub(super) errors: Vec<SyntaxError>,
    /// Keys that the loader spells differently from the file, each with the index of its assignment. Usually empty.
    pub(super) respelled: Vec<(usize, Box<[u8]>)>,
    pub(super) carried: Option<Box<Carried>>,
    pub(super) ordinary: bool,
}

impl Document {
    /// The assignments, in file order.
    ///
    /// Assignments after an error that rejects the file are included, as if the error were corrected, so that one run
    /// reports everything; [`Document::rejected`] says that the loader gets none of them.
    #[must_use]
    pub fn assignments(&self) -> &[Assignment] {
        &self.assignments
    }

    /// Returns the key of an assignment as its loader spells it. `text` is what [`Document::text`] returns.
    #[must_use]
    pub fn key<'d>(&'d self, index: usize, text: &'d [u8]) -> &'d [u8] {
        self.respelled(index)
            .unwrap_or_else(|| self.assignments[index].key.of(text))
    }

    /// Returns the key of an assignment if its loader spells it differently from the file.
    pub(crate) fn respelled(&self, index: usize) -> Option<&[u8]> {
        let at = self.respelled.binary_search_by_key(&index, |one| one.0).ok()?;
        Some(&self.respelled[at].1)
    }

    /// What the loader can't read, silently drops, or reads differently from how it looks, in file order.
    #[must_use]
    pub fn errors(&self) -> &[SyntaxError] {
        &self.errors
    }

    /// Returns the first error for which the loader gives up on the file.
    #[must_use]
    pub fn rejected(&self) -> Option<&SyntaxError> {
        self.errors
            .iter()
            .find(|error| matches!(error.effect, Effect::Rejected | Effect::Halted))
    }

    /// Returns whether the text has only lines of `KEY=value` without quotes, which every loader reads the same way.
    pub(crate) fn is_ordinary(&self) -> bool {
        self.ordinary
    }

    /// Returns whether this is a .env file in which every assignment sets a value that needs no decoding.
    pub(crate) fn is_plain(&self) -> bool {
        let is_plain = |one: &Assignment| one.value.plain && one.kind == AssignmentKind::Value;
        self.carried.is_none() && self.assignments.iter().all(is_plain)
    }

    /// Returns whether another loader gets the same document from the same .env file.
    pub(super) fn is_same(&self, other: &Document) -> bool {
        self.ordinary == other.ordinary
            && self.assignments == other.assignments
            && self.errors == other.errors
            && self.respelled == other.respelled
    }

    /// Returns whether another loader finds the same keys in the same .env file.
    pub(crate) fn has_keys_of(&self, other: &Document) -> bool {
        let (own, others) = (&self.assignments, &other.assignments);
        own.len() == others.len()
            && own.iter().zip(others).all(|(one, other)| one.key == other.key)
            && self.respelled == other.respelled
            && !self.is_carried()
            && !other.is_carried()
    }

    /// Returns the text that the spans of the assignments refer to: that of the file, or what was extracted from another carrier.
    #[must_use]
    pub fn text<'d>(&'d self, typed: &'d [u8]) -> &'d [u8] {
        self.carried.as_ref().map_or(typed, |carried| carried.text())
    }

    /// Returns the places of key and value of an assignment in the file.
    #[must_use]
    pub fn place(&self, index: usize) -> (Span, Span) {
        match &self.carried {
            Some(carried) => carried.places[index],
            None => (self.assignments[index].key, self.assignments[index].value.span),
        }
    }

    /// Returns whether the variables come from a carrier other than a .env file.
    #[must_use]
    pub fn is_carried(&self) -> bool {
        self.carried.is_some()
    }

    /// The names of structural parts of another carrier, which are not keys of variables. Sorted.
    #[must_use]
    pub fn structure(&self) -> &[Span] {
        self.carried.as_ref().map_or(&[], |carried| &carried.structure)
    }

    /// Returns the Secret or ConfigMap named at a place of another carrier, if all of its variables are taken and it is
    /// not in the file itself.
    pub(crate) fn wanted_store(&self, place: Span) -> Option<&Wanted> {
        let wanted = &self.carried.as_ref()?.stores.wanted;
        wanted.iter().find(|one| one.place == place)
    }

    /// Returns whether another carrier contains a Secret or ConfigMap, and gives its variables by the names that are wanted.
    pub(crate) fn gives_store(&self, wanted: &Wanted) -> bool {
        self.carried.as_ref().is_some_and(|carried| {
            let mut held = carried.stores.held.iter();
            carried.stores.prefix == wanted.prefix && held.any(|one| one.1 == wanted.store)
        })
    }

    /// Returns the Secret or ConfigMap of another carrier whose name is at a place.
    pub(crate) fn held_store(&self, place: Span) -> Option<&str> {
        let held = &self.carried.as_ref()?.stores.held;
        held.iter().find(|one| one.0 == place).map(|one| &*one.1)
    }

    /// Returns whether a container here takes anything of a Secret or ConfigMap in another file.
    pub(crate) fn takes_of(&self, store: &str) -> bool {
        #[cfg(feature = "yaml")]
        let asks = self.asked().iter().any(|asked| *asked.store == *store);
        #[cfg(not(feature = "yaml"))]
        let asks = false;
        let mut wanted = self.carried.iter().flat_map(|carried| &carried.stores.wanted);
        asks || wanted.any(|wanted| *wanted.store == *store)
    }

    /// Returns what it removes from the variables of all files of its environment.
    pub(crate) fn unset(&self) -> &[Unset] {
        self.carried.as_ref().map_or(&[], |carried| &carried.unset)
    }

    /// Returns the Secrets and ConfigMaps that it contains, or adds to.
    #[cfg(feature = "yaml")]
    pub(crate) fn stores(&self) -> impl Iterator<Item = &str> {
        let held = self.carried.iter().flat_map(|carried| &carried.stores.held);
        let wanted = self.wanted_stores().iter().map(|wanted| &*wanted.store);
        held.map(|(_, name)| &**name).chain(wanted)
    }

    /// Returns the Secrets and ConfigMaps that are not in the file, and of which it takes all variables.
    #[cfg(feature = "yaml")]
    pub(crate) fn wanted_stores(&self) -> &[Wanted] {
        self.carried.as_ref().map_or(&[], |carried| &carried.stores.wanted)
    }

    /// Returns the keys that it takes from Secrets and ConfigMaps that are not in the file.
    #[cfg(feature = "yaml")]
    pub(crate) fn asked(&self) -> &[Asked] {
        self.carried.as_ref().map_or(&[], |carried| &carried.stores.asked)
    }

    /// Splits the text into pieces that tile it: every byte, once, in order. Masking shows keys, separators and quotes,
    /// and nothing else. `text` is the text that was parsed.
    pub fn pieces<'d>(&'d self, text: &'d [u8]) -> impl Iterator<Item = Piece> + 'd {
        Pieces::new(self, text)
    }
}

/// One `KEY=value`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Assignment {
    /// The key, without `export` and white space.
    pub key: Span,
    /// The value as written; empty for a key alone.
    pub value: RawValue,
    /// What the assignment does to the variable.
    pub kind: AssignmentKind,
}

/// What an assignment does to its variable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AssignmentKind {
    /// It sets the variable to the value.
    Value,
    /// It appends the value to the variable: `+=` of a shell.
    Append,
    /// It may set the variable, to a value that only running the shell would tell.
    Unknown,
    /// It sets the variable to the value unless it is set: `${NAME:=value}` of a shell.
    Default {
        /// Whether an empty variable counts as unset.
        colon: bool,
    },
    /// It makes the variable private to the shell, so that the program does not get it: an array, or one that is no
    /// longer exported.
    Hidden,
    /// A key alone: the loader takes the value from the process environment, if it is there.
    Inherit,
    /// Like [`AssignmentKind::Inherit`], but with the empty string if the process environment has no value.
    InheritOrEmpty,
    /// A key alone behind `export`, as Ruby reads it: sets nothing, and makes the loader fail unless the variable is set elsewhere.
    Exported,
    /// A key alone: removes what the file set before.
    Clear,
    /// It sets the variable to a value that is kept elsewhere.
    External(External),
}

/// A value as written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RawValue {
    /// What is between the quotes, or the bare text without comment and surrounding white space.
    pub span: Span,
    /// How it is quoted.
    pub quote: Option<Quote>,
    /// Whether the bytes are known to be the value: no escape, no reference, nothing to decode.
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
    /// Returns the kind of quote that a byte is.
    #[must_use]
    pub fn of(byte: u8) -> Option<Quote> {
        match byte {
            b'\'' => Some(Quote::Single),
            b'"' => Some(Quote::Double),
            b'`' => Some(Quote::Backtick),
            _ => None,
        }
    }

    /// Returns the byte of the quote.
    #[must_use]
    pub fn byte(self) -> u8 {
        match self {
            Quote::Single => b'\'',
            Quote::Double => b'"',
            Quote::Backtick => b'`',
        }
    }
}

/// A piece of the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Piece {
    /// What it is.
    pub kind: PieceKind,
    /// Where it is.
    pub span: Span,
}

/// What a piece of the text is.
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
    /// What is inside the quotes, or a bare value.
    Value,
    /// A comment with its `#`.
    Comment,
    /// Text that the loader cannot read.
    Malformed,
}

/// Something in the text that the loader rejects, drops, or reads differently from how it looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SyntaxError {
    /// What is wrong.
    pub kind: SyntaxErrorKind,
    /// What the loader does about it.
    pub effect: Effect,
    /// Where it is.
    pub span: Span,
}

/// What is wrong with a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SyntaxErrorKind {
    /// A line that a shell runs as a command, which sets no variable by itself.
    Command,
    /// From here on, only running the shell would tell what is set.
    NotStatic,
    /// Text that a shell can't parse.
    ShellSyntax,
    /// A command at which a shell gives up on the line, or on the file.
    FailingCommand,
    /// A line without a separator.
    NoSeparator,
    /// A separator without a key before it.
    NoKey,
    /// A separator without a value behind it, where the loader then sets no variable.
    NoValue,
    /// A key with a character that the loader does not allow in one.
    BadKey,
    /// A key that the loader refuses to set from a file.
    RefusedKey,
    /// A key that the loader sets only from a developer's own file.
    PersonalKey,
    /// An unterminated quote.
    UnterminatedQuote,
    /// Text after a closing quote that is not a comment.
    TextAfterQuote,
    /// A key that was assigned before, where the loader accepts each key only once.
    DuplicateKey,
    /// White space around the separator, where the loader allows none.
    SpaceBeforeSeparator,
    /// White space inside a value without quotes.
    SpaceInValue,
    /// A backslash before a character that can't be escaped.
    BadEscape,
    /// An unterminated reference.
    BadReference,
    /// A line that is longer than the loader reads.
    LineTooLong,
    /// A byte order mark that the loader does not remove.
    ByteOrderMark,
    /// A value taken from the next line, which thereby loses its assignment.
    SwallowsNextLine,
    /// Bytes that are not UTF-8.
    NotUtf8,
    /// A zero byte, which no environment can hold.
    Nul,
    /// An entry of a carrier other than a .env file.
    Entry(EntryError),
}

/// What a loader does about an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// It reads the bytes as text; the value differs from how it looks.
    Literal,
    /// It silently drops what is in the span, and goes on.
    Dropped,
    /// It stops here without failing; what comes before is set.
    Stopped,
    /// It fails, and sets nothing.
    Rejected,
    /// It fails; what comes before is set.
    Halted,
}
