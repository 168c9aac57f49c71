//! The definition of a rule: a plain value with a function in it. `scope` defines what the function sees, and `sink` collects what it
//! reports.

mod scope;
mod sink;

pub use crate::check::traits::Traits;
pub use scope::{
    Context, Example, Reach, SCHEMA, Scope, Subject, in_schema, key_location, loader, referred, shown, value_location,
};
pub use sink::{Draft, Finding, Findings, Sink};

use crate::diagnostic::{RuleCode, Severity};

/// The docs of a rule. The compact WebAssembly build has none: they are as large as all loaders together, and the page loads them on
/// demand.
macro_rules! docs {
    ($file:literal) => {
        if cfg!(all(target_family = "wasm", not(any(feature = "full", feature = "cli")))) {
            ""
        } else {
            include_str!($file)
        }
    };
}

/// A check with a code. Rules have no state, so a value with a function pointer is all that is needed.
#[derive(Debug)]
pub struct Rule {
    /// Its id, as used in reports, in `rules` of a schema, in `explain` and in file names.
    pub code: RuleCode,
    /// The severity, unless the rule or the schema sets another.
    pub severity: Severity,
    /// What it finds, in a few words.
    pub summary: &'static str,
    /// What it finds, why it matters and how to fix it, with examples that are also its tests.
    pub docs: &'static str,
    /// What it looks at, and the function that does.
    pub check: Check,
}

/// What a rule looks at.
#[derive(Debug, Clone, Copy)]
pub enum Check {
    /// One variable of one environment at a time, among those with at least one of the traits. Most rules are of this kind; the property of
    /// the key is looked up once for all of them.
    Variable(Traits, fn(&Subject<'_>, &mut Findings<'_>)),
    /// One environment at a time.
    Environment(Matter, fn(&Scope<'_>, &mut Findings<'_>)),
    /// All environments of the check, side by side.
    Across(Matter, fn(&Context<'_>, &mut Findings<'_>)),
    /// The violations of the schema, worded by `rules/violation.rs`.
    Violation,
    /// What a search of other files finds (`leak/`); no check of env files does.
    Search,
    /// What only shows once all other rules have run, worded by `triage.rs`.
    Triage,
}

/// What a rule about more than one variable depends on. In its absence the rule reports nothing, which `sieve.rs` relies on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Matter {
    /// How a file is written, if that is unusual.
    Lines,
    /// References and commands in values.
    References,
    /// The variable that names the environment.
    Name,
    /// How old values are, and the records of rotations.
    Ages,
    /// Comments that silence a rule.
    Comments,
    /// Policies that require less than a preset.
    Remarks,
    /// Several environments.
    Environments,
}

impl Matter {
    /// All of them.
    pub(in crate::check) const ALL: [Matter; 7] = [
        Matter::Lines,
        Matter::References,
        Matter::Name,
        Matter::Ages,
        Matter::Comments,
        Matter::Remarks,
        Matter::Environments,
    ];
}
