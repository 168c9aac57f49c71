//! The [`Report`] that a check returns, and the formats it is rendered in.
//!
//! A renderer is a function from a [`Report`] to text: it decides nothing, renders everything it gets, and knows no
//! terminal. Each format is a file. Any piece of an input file is shown through a [`MaskedSource`].

#[cfg(any(feature = "cli", feature = "full"))]
pub mod ages;
#[cfg(feature = "cli")]
mod alike;
#[cfg(any(feature = "cli", feature = "full"))]
pub mod column;
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
mod merged;
mod places;
pub mod rdjson;
mod refused;
pub mod sarif;
mod summary;
mod untrusted;

pub use export::{Export, Part, RuleText, path_from, rules_json};
#[cfg(feature = "wasm")]
pub(crate) use jsontext::JsonText;
pub use masked::{Excerpt, MASK, MaskedSource};
pub use places::{Place, Places};
pub use refused::refused;
#[cfg(feature = "cli")]
pub use summary::last_line_of_all;
pub use summary::{counted, size};
pub use untrusted::{neutralise, neutralise_first};

use jiff::Timestamp;

use crate::diagnostic::Diagnostic;
use crate::source::{Location, SourceId};

/// The outcome of one check.
#[derive(Debug, Clone)]
pub struct Report {
    /// The instant that was passed to the check as the present.
    pub checked_at: Timestamp,
    /// One entry for each environment checked, in the order given.
    pub environments: Vec<EnvironmentReport>,
    /// The other environments of the schema, in its order: the report says nothing about them.
    pub unchecked: Vec<String>,
    /// Sorted and deduplicated, at most [`MAX_DIAGNOSTICS`](crate::check::MAX_DIAGNOSTICS).
    pub diagnostics: Vec<Diagnostic>,
    /// How many diagnostics were left out.
    pub hidden: Hidden,
    /// What was searched and for how many values, in words, if this is the report of a search.
    pub searched: Option<String>,
}

#[cfg(all(feature = "cli", not(target_family = "wasm")))]
impl Report {
    /// Adds the diagnostics of another report about the same inputs, and its counts of hidden ones.
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
    /// Declared keys in the order of the schema, then the others by name. Absent optional keys are left out.
    pub variables: Vec<VariableReport>,
    /// How many more variables the files set whose names may not be shown, since they could be data.
    pub unnamed: usize,
}

/// One variable of an [`EnvironmentReport`].
#[derive(Debug, Clone)]
pub struct VariableReport {
    /// Its name.
    pub key: String,
    /// The result of its checks.
    pub state: State,
    /// Whether the schema calls it a secret.
    pub secret: bool,
    /// The span of its key; `None` if it is absent or comes from no file.
    pub location: Option<Location>,
    /// How old its value is; `None` if no policy applies and nothing is known.
    pub age: Option<AgeReport>,
}

/// How old the value of a [`VariableReport`] is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgeReport {
    /// The verdict of its policy: the name of a [`Verdict`](crate::rotation::Verdict).
    pub verdict: &'static str,
    /// Whether it is overdue but still within the policy's grace period.
    pub in_grace: bool,
    /// The class of the policy.
    pub class: Option<String>,
    /// The earliest instant at which the value may have been created, if known.
    pub earliest: Option<Timestamp>,
    /// The latest such instant, if known.
    pub latest: Option<Timestamp>,
    /// The instant from which it counts as due soon.
    pub warn: Option<Timestamp>,
    /// The earliest instant at which it may be due.
    pub due: Option<Timestamp>,
    /// When it expires, according to its issuer.
    pub expires: Option<Timestamp>,
    /// The evidence for this, strongest first.
    pub evidence: Vec<EvidenceReport>,
    /// Whom to ask.
    pub owner: Option<String>,
    /// What to do about it, as the schema says.
    pub runbook: Option<String>,
    /// What would settle an unknown age.
    pub settle: Option<&'static str>,
    /// How many rotations of it the ledger has.
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
    /// The earliest instant at which the value was written, according to this evidence.
    pub earliest: Option<Timestamp>,
    /// The latest such instant.
    pub latest: Option<Timestamp>,
    /// When the value expires, according to this evidence.
    pub expires: Option<Timestamp>,
    /// The location of the evidence.
    pub location: Option<Location>,
}

/// The state of a variable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Present, and without errors.
    Ok,
    /// Present, with an error reported for it.
    Invalid,
    /// Absent but required.
    Missing,
    /// Absent, with a default in the schema.
    Defaulted,
    /// Present but not allowed.
    Forbidden,
    /// Present but not declared.
    Unknown,
    /// Present, but its value is not available here to check.
    External,
}

/// How many diagnostics are left out of the list, by reason.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Hidden {
    /// Suppressed by a comment in the file.
    pub suppressed: u32,
    /// Covered by a waiver.
    pub waived: u32,
    /// Covered by the baseline.
    pub baseline: u32,
    /// Beyond the maximum length of the list.
    pub omitted: u32,
}
