//! Environments and a schema to a [`Report`]: every rule, then triage, one page from top to bottom.
//!
//! What is wrong is decided by the rules (`rules/`, one file each); how bad it is in the end, by [`triage`]. This module only
//! brings them together: it does no checking of its own.

// The way of a check: files are read and evaluated, rules look at them, triage judges, a report comes of it.
mod input;
mod documents;
#[macro_use]
pub mod rule;
pub mod rules;
pub mod quiet;
mod triage;
mod summary;
mod traits;
mod sieve;

// What rules share.
pub mod ages;
mod age_wording;
mod records;
mod divergence;
mod mend;
mod hygiene;
mod material;
mod placeholders;
mod promotion;
pub mod secrets;
pub(crate) mod wording;

// The same files, asked something else.
mod compare;
mod mask;
pub mod trace;
#[cfg(feature = "cli")]
pub mod adopt;
#[cfg(feature = "cli")]
pub mod draft;
#[cfg(feature = "cli")]
pub mod record;
#[cfg(all(feature = "cli", not(target_family = "wasm")))]
mod known_values;
#[cfg(all(feature = "cli", not(target_family = "wasm")))]
pub mod repository;
#[cfg(all(feature = "cli", not(target_family = "wasm")))]
mod searching;

pub use ages::{AgeEvidence, EvidenceError, ExportInput};
pub use compare::{Comparison, Held, compare};
pub use input::{FileInput, Form};
#[cfg(all(feature = "cli", not(target_family = "wasm")))]
pub use known_values::{Fingerprint, KnownValue, is_worth_searching, known_values, password_in};
pub use mask::{Tile, TileKind, mask, mask_ledger, tiles};
pub use mend::{agreement_holds, applied};
#[cfg(all(feature = "cli", not(target_family = "wasm")))]
pub use rule::Reach;
pub use triage::MAX_DIAGNOSTICS;

use std::cmp::Ordering;
use std::rc::Rc;

use jiff::Timestamp;

#[cfg(feature = "cli")]
use crate::diagnostic::Diagnostic;
use crate::diagnostic::Severity;
use crate::model::{Environment, Layer, ProcessEnvironment};
use crate::parse::{Dialect, Readings};
use crate::report::Report;
use crate::schema::{EnvironmentId, Phase, Schema, Violation};
use crate::source::{Source, SourceId};
use documents::{Documents, dialect_of, dialects_of, text};
use input::Manner;
use quiet::Quiet;
use rule::{Check, Context, Scope, Sink, Subject, Traits};
#[cfg(all(feature = "cli", not(target_family = "wasm")))]
pub(crate) use searching::Searching;

/// What of the world outside the files a check depends on: all of it is handed in.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// The instant at which the check is made.
    pub now: Timestamp,
    /// The phase in which the gate runs; `None` asks for the keys of all phases.
    pub phase: Option<Phase>,
    /// The reference file (`.env.example`), if the project has one: its values are placeholders, and it is what a missing key is copied from.
    pub example: Option<SourceId>,
    /// What is waived, and what is known.
    pub quiet: Quiet,
    /// What is known of the age of values beside the values.
    pub ages: AgeEvidence,
}

/// One environment to check, with its files.
#[derive(Debug, Clone)]
pub struct EnvironmentInput {
    /// Which environment of the schema.
    pub id: EnvironmentId,
    /// Its files, low to high precedence.
    pub files: Vec<FileInput>,
    /// Read its .env files as this loader does, whatever the schema says.
    pub dialect: Option<&'static Dialect>,
    /// Variables from no file, which a loader lets win over its files.
    pub process: ProcessEnvironment,
}

/// One environment, read and evaluated: what the rules look at.
#[derive(Debug)]
pub struct Checked<'c> {
    /// Which environment of the schema.
    pub id: EnvironmentId,
    /// Its files, low to high precedence.
    pub layers: Vec<Layer<'c>>,
    /// What a program would see.
    pub environment: Rc<Environment<'c>>,
    /// What the schema has to say.
    pub violations: Vec<Violation>,
    /// What the process environment adds.
    pub process: &'c ProcessEnvironment,
    /// The same files as the other loaders read them that the schema declares. The schema is not held against these: what a value
    /// is, the first loader decides.
    pub others: Vec<Reading<'c>>,
}

/// The files of an environment, as one loader reads them.
#[derive(Debug)]
pub struct Reading<'c> {
    /// The loader.
    pub dialect: &'static Dialect,
    /// The files, low to high precedence.
    pub layers: Vec<Layer<'c>>,
    /// What a program would see; shared by those that must see the same.
    pub environment: Rc<Environment<'c>>,
}

/// Checks the environments against the schema. `sources[0]` is the text of the schema; every [`SourceId`] is an index into `sources`.
///
/// Never fails and never stops early: what cannot be read is a diagnostic.
#[must_use]
pub fn check(schema: &Schema, sources: &[Source], environments: &[EnvironmentInput], options: &Options) -> Report {
    let documents = Documents::parse(schema, sources, environments, options.example);
    let checked = documents.evaluate(schema, sources, environments, options);
    let context = documents.context(schema, sources, &checked, options);
    let mut found = findings(&context, Sink::default());
    mend::hold(&context, &mut found.findings);
    let (diagnostics, hidden) = triage::triage(&context, found);
    summary::report(&context, diagnostics, hidden)
}

/// Whether [`check`] would report anything at `floor` or above, without writing the report: for gates that only need the verdict.
#[must_use]
pub fn passes(
    schema: &Schema,
    sources: &[Source],
    environments: &[EnvironmentInput],
    options: &Options,
    floor: Severity,
) -> bool {
    let documents = Documents::parse(schema, sources, environments, options.example);
    let at_a_glance = sieve::verdict(schema, sources, environments, &documents, options);
    // Where debug assertions are on, the sieve is never believed.
    if let Some(passes) = at_a_glance
        && !cfg!(debug_assertions)
    {
        return passes;
    }
    let checked = documents.evaluate(schema, sources, environments, options);
    let context = documents.context(schema, sources, &checked, options);
    let found = findings(&context, Sink::default());
    let is_silent = found.findings.is_empty() && !context.has_exceptions();
    debug_assert!(
        is_silent || at_a_glance != Some(true),
        "what the sieve calls right must be right: {:?}",
        found.findings
    );
    let told = if is_silent {
        Vec::new()
    } else {
        triage::triage(&context, found).0
    };
    debug_assert!(
        at_a_glance != Some(false) || told.iter().any(|diagnostic| diagnostic.severity == Severity::Error),
        "what the sieve calls wrong must be wrong"
    );
    !told.iter().any(|diagnostic| diagnostic.severity >= floor)
}

/// The values of one environment as the schema's types read them: a JSON object that holds values, for the program whose values
/// they are. See [`Schema::typed`]. Whether they may be used, [`check`] says.
#[must_use]
pub fn typed(schema: &Schema, sources: &[Source], environment: &EnvironmentInput) -> String {
    let inputs = std::slice::from_ref(environment);
    let documents = Documents::parse(schema, sources, inputs, None);
    let layers = documents.layers(sources, &environment.files, dialect_of(schema, environment));
    schema.typed(environment.id, &Environment::resolve(&layers, &environment.process))
}

/// The text of a baseline that knows all that [`check`] would report, and of the environments that are not under check what the present
/// one knows.
#[must_use]
pub fn baseline(schema: &Schema, sources: &[Source], environments: &[EnvironmentInput], options: &Options) -> String {
    let documents = Documents::parse(schema, sources, environments, options.example);
    let checked = documents.evaluate(schema, sources, environments, options);
    let context = documents.context(schema, sources, &checked, options);
    triage::baseline(&context, findings(&context, Sink::default()))
}

/// The diagnostics of [`check`] that offer a fix: all of them, where a report stops at [`MAX_DIAGNOSTICS`].
#[cfg(feature = "cli")]
#[must_use]
pub fn fixes(
    schema: &Schema,
    sources: &[Source],
    environments: &[EnvironmentInput],
    options: &Options,
) -> Vec<Diagnostic> {
    let documents = Documents::parse(schema, sources, environments, options.example);
    let checked = documents.evaluate(schema, sources, environments, options);
    let context = documents.context(schema, sources, &checked, options);
    let mut found = findings(&context, Sink::of_fixes()).fixes();
    mend::hold(&context, &mut found.findings);
    triage::fixes(&context, found)
}

/// Whether an environment has nothing that a check could look at: a pass would mean nothing. A process that has variables, none of them
/// declared, was looked at.
#[must_use]
pub fn sets_nothing(schema: &Schema, sources: &[Source], input: &EnvironmentInput) -> bool {
    let sets = |file: &FileInput| {
        let manner = Manner::of(sources, file, dialect_of(schema, input));
        let (document, _) = manner.read(&mut Readings::new(text(sources, file.source)));
        !document.assignments().is_empty()
    };
    input.process.is_empty() && !input.files.iter().any(sets)
}

/// Runs every rule.
fn findings(context: &Context<'_>, mut sink: Sink) -> Sink {
    let of_variables = rules::OF_VARIABLES.map(|index| rules::RULES[usize::from(index)]);
    for environment in context.environments {
        let scope = Scope::new(context, environment);
        // Both are sorted, so one walk finds what the schema says of each variable.
        let mut declared = context.schema.properties_by_name().peekable();
        for variable in scope.variables() {
            let property = loop {
                let Some(next) = declared.peek().copied() else {
                    break None;
                };
                match next.name.as_bytes().cmp(variable.key) {
                    Ordering::Less => drop(declared.next()),
                    Ordering::Equal => break Some(next),
                    Ordering::Greater => break None,
                }
            };
            let traits = Traits::of(variable, property);
            if traits == Traits::NONE {
                continue;
            }
            let subject = Subject::new(&scope, variable, property);
            for rule in of_variables {
                if let Check::Variable(about, check) = rule.check
                    && about.meet(traits)
                {
                    check(&subject, &mut sink.of(rule, Some(environment.id)));
                }
            }
        }
        for rule in rules::RULES {
            if let Check::Environment(_, check) = rule.check {
                check(&scope, &mut sink.of(rule, Some(environment.id)));
            }
        }
        rules::violation::check(&scope, &mut sink);
    }
    for rule in rules::RULES {
        if let Check::Across(_, check) = rule.check {
            check(context, &mut sink.of(rule, None));
        }
    }
    sink
}
