//! What a check has to say, and the formats in which it is said.
//!
//! A renderer is a function from a [`Report`] to text: it decides nothing, renders all that it gets, and knows no terminal. One file
//! a format. Whatever shows a piece of a file shows it through a [`MaskedSource`].

#[cfg(any(feature = "cli", feature = "full"))]
pub mod ages;
pub mod concise;
mod export;
pub mod github;
pub mod gitlab;
#[cfg(feature = "cli")]
pub mod human;
pub mod json;
mod jsontext;
pub mod junit;
pub mod markdown;
mod masked;
mod places;
pub mod rdjson;
mod refused;
pub mod sarif;
mod summary;
mod told;
mod untrusted;

pub use export::{Export, RuleText, rules_json};
#[cfg(feature = "cli")]
pub use export::{Part, path_from};
#[cfg(feature = "wasm")]
pub(crate) use jsontext::JsonText;
pub use masked::{Excerpt, MASK, MaskedSource};
pub use places::{Place, Places};
pub use refused::refused;
#[cfg(feature = "cli")]
pub use summary::last_line_of_all;
pub use summary::{counted, size};
pub use untrusted::neutralise;

use jiff::Timestamp;

use crate::diagnostic::Diagnostic;
use crate::source::{Location, SourceId};

/// The outcome of one check.
#[derive(Debug, Clone)]
pub struct Report {
    /// The instant that was handed in as now.
    pub checked_at: Timestamp,
    /// One for each environment under check, in the order given.
    pub environments: Vec<EnvironmentReport>,
    /// Sorted, each once, at most [`MAX_DIAGNOSTICS`](crate::check::MAX_DIAGNOSTICS).
    pub diagnostics: Vec<Diagnostic>,
    /// What is not among them, counted.
    pub hidden: Hidden,
    /// How much was searched and for what, in words, if this is the report of a search.
    pub searched: Option<String>,
}

#[cfg(all(feature = "cli", not(target_family = "wasm")))]
impl Report {
    /// Takes over what another report about the same inputs has to tell, and what it hides.
    pub fn absorb(&mut self, other: Report) {
        self.diagnostics.extend(other.diagnostics);
        self.hidden.suppressed += other.hidden.suppressed;
        self.hidden.waived += other.hidden.waived;
        self.hidden.baseline += other.hidden.baseline;
        self.hidden.omitted = self.hidden.omitted.saturating_add(other.hidden.omitted);
    }
}

/// One environment of a [`Report`].
#[derive(Debug, Clone)]
pub struct EnvironmentReport {
    /// Its name.
    pub name: String,
    /// The files that were read, low to high precedence.
    pub files: Vec<SourceId>,
    /// How many diagnostics are errors.
    pub errors: u32,
    /// How many are warnings.
    pub warnings: u32,
    /// Declared keys in the order of the schema, then the others by name; without optional keys that are absent.
    pub variables: Vec<VariableReport>,
    /// How many more the files set whose names may not be shown, since they could be data.
    pub unnamed: usize,
}

/// One variable of an [`EnvironmentReport`].
#[derive(Debug, Clone)]
pub struct VariableReport {
    /// Its name.
    pub key: String,
    /// How it stands.
    pub state: State,
    /// Whether the schema calls it a secret.
    pub secret: bool,
    /// Where its key stands; `None` when it is absent or comes from no file.
    pub location: Option<Location>,
    /// How old its value is; `None` where nothing is asked of that and nothing known.
    pub age: Option<AgeReport>,
}

/// How old the value of a [`VariableReport`] is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgeReport {
    /// How it stands to its policy: the name of a [`Verdict`](crate::rotation::Verdict).
    pub verdict: &'static str,
    /// It is overdue, but the policy's grace has not ended.
    pub in_grace: bool,
    /// The class of the policy.
    pub class: Option<String>,
    /// When the value came to be, between these two as far as they are known.
    pub earliest: Option<Timestamp>,
    /// See `earliest`.
    pub latest: Option<Timestamp>,
    /// From when on it is due soon.
    pub warn: Option<Timestamp>,
    /// The first instant at which it may be due.
    pub due: Option<Timestamp>,
    /// When it ends, by the word of its issuer.
    pub expires: Option<Timestamp>,
    /// What says so, the strongest first.
    pub evidence: Vec<EvidenceReport>,
    /// Who to ask.
    pub owner: Option<String>,
    /// What to do.
    pub runbook: Option<String>,
    /// What would settle an unknown age.
    pub settle: Option<&'static str>,
    /// How many rotations the ledger has of it.
    pub records: u32,
}

/// One piece of evidence of an [`AgeReport`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EvidenceReport {
    /// How strong its origin is: the name of a [`Rank`](crate::rotation::Rank).
    pub rank: &'static str,
    /// The kind of origin.
    pub source: &'static str,
    /// The field it was read from.
    pub field: &'static str,
    /// When the value was written, by its word.
    pub earliest: Option<Timestamp>,
    /// See `earliest`.
    pub latest: Option<Timestamp>,
    /// When it ends, by its word.
    pub expires: Option<Timestamp>,
    /// Where it stands.
    pub location: Option<Location>,
}

/// How a variable stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Present, and nothing is wrong with it.
    Ok,
    /// Present, and an error is reported for it.
    Invalid,
    /// Absent, and required.
    Missing,
    /// Absent, and the schema has a default.
    Defaulted,
    /// Present where it is not allowed.
    Forbidden,
    /// Present, and not declared.
    Unknown,
    /// Present, and not checkable here.
    External,
}

/// Diagnostics that are not in the list.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Hidden {
    /// By a comment in the file.
    pub suppressed: u32,
    /// By a waiver.
    pub waived: u32,
    /// By the baseline.
    pub baseline: u32,
    /// Behind the cap.
    pub omitted: u32,
}
