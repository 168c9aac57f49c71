//! Imports exports of secret managers as evidence. Only metadata is read.
//!
//! What an export omits must not pass for knowledge: an export that has more pages, is cut off, or has an unreadable date says so in a
//! [`Note`] or is refused; one without any dates is refused, and the error names the command to use instead. [`names`] decides which record
//! belongs to which key.
//!
//! The readers (`read/`) exist only in the program and the full build. The compact build refuses every export by name, so that it never
//! arrives at a different verdict.

mod names;
#[cfg(any(feature = "cli", feature = "full"))]
mod read;

use jiff::Timestamp;

pub use names::{Match, NameMap, Names, Target, evidence_in};
#[cfg(any(feature = "cli", feature = "full"))]
pub use read::{import, kinds};

use super::duration::Duration;
use super::evidence::Evidence;
use crate::source::Span;

/// Whether this build reads exports.
pub(crate) const ARE_READ: bool = cfg!(any(feature = "cli", feature = "full"));

/// Refuses the export: this build has no readers.
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

/// What the caller knows about an export besides its text.
#[derive(Debug, Clone, Copy, Default)]
pub struct ImportOptions<'o> {
    /// The kind of export; `None` to recognise it by its shape.
    pub from: Option<&'o str>,
    /// The name of the secret, for exports that don't say, such as Vault's: usually the name of the file.
    pub name: Option<&'o str>,
    /// The environment, for exports that don't say, such as GitHub's.
    pub scope: Option<&'o str>,
    /// When the export was made; `None` for now.
    pub exported_at: Option<Timestamp>,
    /// Whether to take times without an offset for UTC.
    pub assume_utc: bool,
}

/// The contents of an export.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Import {
    /// The kind of export.
    pub kind: &'static str,
    /// One for each secret, or for each key of a secret if the export distinguishes them.
    pub records: Vec<Record>,
    /// Remarks on the export.
    pub notes: Vec<Note>,
    /// Where the records of a name are.
    pub names: Names,
}

/// What an export says about one secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// Which secret.
    pub subject: Subject,
    /// The environments that it belongs to, in the store's terms; empty if the export doesn't say.
    pub scopes: Vec<String>,
    /// Its dates.
    pub evidence: Evidence,
    /// How often it is to be rotated, as configured in the store.
    pub max_age: Option<Duration>,
    /// The place in the export.
    pub span: Span,
}

/// How a record names its secret. These are the store's names: they are compared, and shown only if the schema has them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Subject {
    /// A name or path.
    Name(String),
    /// The public id of a credential, found in the value or next to it.
    PublicId(String),
    /// The export doesn't say.
    Unnamed,
}

/// A remark on an export. Its text contains nothing from the export but counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// The kind of remark.
    pub kind: NoteKind,
    /// The text.
    pub message: String,
    /// The place in the export.
    pub span: Option<Span>,
}

/// The kinds of notes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum NoteKind {
    /// There are more pages: secrets that are missing here may still exist.
    Incomplete,
    /// It contains values; they were not read.
    HoldsValues,
    /// A date could not be read.
    BadDate,
    /// It contains no secrets.
    Empty,
    /// Something in it is disabled, expired or otherwise not in use.
    Inactive,
    /// A field that looks like evidence but isn't.
    NoEvidence,
}

/// Why an export was refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportError {
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub help: String,
    /// The place in the export.
    pub span: Option<Span>,
}
