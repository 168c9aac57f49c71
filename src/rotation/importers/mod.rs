//! From exports of secret managers to evidence: metadata only.
//!
//! What an export leaves out must not pass for knowledge: one that has more pages, or is cut off, or has a date that can't be read says so in a
//! [`Note`] or is refused; one that carries no dates at all is refused with the command to use instead. [`names`] says which record is about which key.
//!
//! The readers (`read/`) are in the full build and in the program. The compact build refuses every export, by name, so that it never gives another verdict.

mod names;
#[cfg(any(feature = "cli", feature = "full"))]
mod read;

use jiff::Timestamp;

pub use names::{Match, NameMap, Target, evidence_in};
#[cfg(any(feature = "cli", feature = "full"))]
pub use read::{import, kinds};

use super::duration::Duration;
use super::evidence::Evidence;
use crate::source::Span;

/// Whether any export is read in this build.
pub(crate) const ARE_READ: bool = cfg!(any(feature = "cli", feature = "full"));

/// Reads no export: the readers are not in this build.
///
/// # Errors
/// Always.
#[cfg(not(any(feature = "cli", feature = "full")))]
pub fn import(_: &[u8], _: &ImportOptions<'_>) -> Result<Import, ImportError> {
    Err(ImportError {
        message: "this export needs the full build, which reads exports of secret managers".to_owned(),
        help: "use the full build; the ledger is read by both".to_owned(),
        span: None,
    })
}

/// What to know about an export beside its text.
#[derive(Debug, Clone, Copy, Default)]
pub struct ImportOptions<'o> {
    /// What it is, if the shape is not to decide.
    pub from: Option<&'o str>,
    /// What it is about, for exports that don't say, such as Vault's: usually the name of the file.
    pub name: Option<&'o str>,
    /// The environment that it is about, for exports that don't say, such as GitHub's.
    pub scope: Option<&'o str>,
    /// When it was made; `None` for now.
    pub exported_at: Option<Timestamp>,
    /// Take times without an offset for UTC.
    pub assume_utc: bool,
}

/// What an export holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Import {
    /// What kind of export it is.
    pub kind: &'static str,
    /// One for each secret, or for each key of it where the export tells them apart.
    pub records: Vec<Record>,
    /// What to know about it.
    pub notes: Vec<Note>,
}

/// What an export says of one secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// Which secret.
    pub subject: Subject,
    /// The environments it belongs to, in the words of the store; empty if it doesn't say.
    pub scopes: Vec<String>,
    /// Its dates.
    pub evidence: Evidence,
    /// How often the store was told that it is to be changed.
    pub max_age: Option<Duration>,
    /// Where in the export.
    pub span: Span,
}

/// How a record names its secret. Names are the store's: they are compared, and shown only where the schema knows them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Subject {
    /// A name or path.
    Name(String),
    /// The public id of a credential, which stands in the value or beside it.
    PublicId(String),
    /// The export doesn't say.
    Unnamed,
}

/// Something to know about an export. Its text holds nothing of the export but counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// What kind of thing.
    pub kind: NoteKind,
    /// The text.
    pub message: String,
    /// Where in the export.
    pub span: Option<Span>,
}

/// Kinds of notes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum NoteKind {
    /// There are more pages: what is not in here may still exist.
    Incomplete,
    /// It holds values; they were not read.
    HoldsValues,
    /// A date that can't be read.
    BadDate,
    /// It holds nothing.
    Empty,
    /// Something in it is switched off, expired or otherwise not what is in use.
    Inactive,
    /// A field that looks like an answer and is none.
    NoEvidence,
}

/// Why an export was refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportError {
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub help: String,
    /// Where.
    pub span: Option<Span>,
}
