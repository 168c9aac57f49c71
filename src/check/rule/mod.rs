//! What a rule is: a plain value with a function in it. What that function sees is in `scope`, what it says goes to the `sink`.

mod scope;
mod sink;

pub use crate::check::traits::Traits;
pub use scope::{
    Context, Example, Reach, SCHEMA, Scope, Subject, in_schema, key_location, loader, referred, shown, value_location,
};
pub use sink::{Draft, Finding, Findings, Sink};

use crate::diagnostic::{RuleCode, Severity};

/// The docs of a rule. The compact WebAssembly has none: they are as large as all loaders together, and who shows them loads them when they are asked for.
macro_rules! docs {
    ($file:literal) => {
        if cfg!(all(target_family = "wasm", not(any(feature = "full", feature = "cli")))) {
            ""
        } else {
            include_str!($file)
        }
    };
}

/// A check with a code. Rules have no state, so a value with a function pointer is the whole design.
#[derive(Debug)]
pub struct Rule {
    /// Its id, in reports, in `rules` of a schema, in `explain` and in file names.
    pub code: RuleCode,
    /// How bad it is, unless the rule or the schema says otherwise.
    pub severity: Severity,
    /// What it finds, in a few words.
    pub summary: &'static str,
    /// What, why and how to mend, with examples that are also its tests.
    pub docs: &'static str,
    /// How it looks.
    pub check: Check,
}

/// What a rule looks at.
#[derive(Debug, Clone, Copy)]
pub enum Check {
    /// One variable of one environment at a time, of those that have one of the traits. Most rules are of this kind: what the schema says of the
    /// key is looked up once for all.
    Variable(Traits, fn(&Subject<'_>, &mut Findings<'_>)),
    /// One environment at a time.
    Environment(Matter, fn(&Scope<'_>, &mut Findings<'_>)),
    /// All environments of the check side by side.
    Across(Matter, fn(&Context<'_>, &mut Findings<'_>)),
    /// What the schema's evaluation found, worded by `rules/violation.rs`.
    Violation,
    /// What a search of other files found (`leak/`), and no check of env files does.
    Search,
    /// What is seen only when all the others have spoken, worded by `triage.rs`.
    Triage,
}

/// What a rule about more than one variable is concerned with. Where there is none of it, the rule has nothing to say: `sieve.rs` goes by that.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Matter {
    /// How a file is written, where that is not the ordinary way.
    Lines,
    /// What values refer to, and commands in them.
    References,
    /// The variable that names the environment.
    Name,
    /// How old values are, and what is recorded of it.
    Ages,
    /// Comments that silence a rule.
    Comments,
    /// Policies that ask less than a preset.
    Remarks,
    /// That there are several environments.
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
