//! The check itself: from environments and a schema to a [`Report`].
//!
//! The rules (`rules/`, one file each) decide what is wrong, and [`triage`] decides how severe it finally is. This module only connects
//! them and checks nothing itself. Read [`check`] first: it is the whole pipeline.

// The stages of a check: files are read and evaluated, rules run, triage judges, and a report is written.
mod input;
pub mod links;
#[cfg(feature = "yaml")]
pub mod unread;
#[cfg(feature = "yaml")]
mod arranged;
#[cfg(feature = "yaml")]
mod stores;
mod documents;
#[macro_use]
pub mod rule;
pub mod rules;
pub mod quiet;
mod triage;
mod summary;
mod traits;
mod sieve;

// Shared by the rules.
pub mod ages;
mod age_wording;
mod records;
mod divergence;
mod mend;
mod hygiene;
mod material;
mod private_key;
mod placeholders;
mod promotion;
mod left_over;
pub mod secrets;
pub(crate) mod wording;

// Other questions about the same files.
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
mod url;

pub use ages::{AgeEvidence, EvidenceError, ExportInput};
pub use compare::{Comparison, Held, compare};
pub use input::{FileInput, Form};
#[cfg(all(feature = "cli", not(target_family = "wasm")))]
pub use known_values::{Fingerprint, KnownValue, is_worth_searching, known_values};
pub use mask::{Tile, TileKind, mask, mask_ledger, tiles};
pub use mend::{agreement_holds, applied};
#[cfg(all(feature = "cli", not(target_family = "wasm")))]
pub use rule::Reach;
pub use triage::MAX_DIAGNOSTICS;
pub use url::password_in;

use std::cmp::Ordering;
use std::rc::Rc;

use jiff::Timestamp;

#[cfg(feature = "cli")]
use crate::diagnostic::Diagnostic;
use crate::diagnostic::Severity;
use crate::model::{Environment, Layer, ProcessEnvironment};
use crate::parse::Dialect;
use crate::report::Report;
use crate::schema::{EnvironmentId, Phase, Schema, Violation};
use crate::source::{Source, SourceId};
use documents::{Documents, dialect_of, dialects_of};
use input::{Manner, Text};
use quiet::Quiet;
use rule::{Check, Context, Scope, Sink, Subject, Traits};
#[cfg(all(feature = "cli", not(target_family = "wasm")))]
pub(crate) use searching::Searching;

/// Everything outside the files that a check depends on. The caller supplies all of it.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// The time of the check.
    pub now: Timestamp,
    /// The phase in which the gate runs; `None` requires the keys of all phases.
    pub phase: Option<Phase>,
    /// The reference file (`.env.example`), if the project has one. Its values are placeholders, and missing keys are copied from it.
    pub example: Option<SourceId>,
    /// Waivers and the baseline.
    pub quiet: Quiet,
    /// Evidence for the age of values, apart from that in the values themselves.
    pub ages: AgeEvidence,
}

/// One environment to check, with its files.
#[derive(Debug, Clone)]
pub struct EnvironmentInput {
    /// The environment of the schema.
    pub id: EnvironmentId,
    /// Its files, from low to high precedence.
    pub files: Vec<FileInput>,
    /// The loader that reads its .env files, overriding the schema.
    pub dialect: Option<&'static Dialect>,
    /// Variables of the process, which a loader may let override its files.
    pub process: ProcessEnvironment,
}

impl EnvironmentInput {
    /// An environment that has files and no variables of a process, read by the loader that the schema names.
    #[must_use]
    pub fn new(id: EnvironmentId, files: impl IntoIterator<Item: Into<FileInput>>) -> EnvironmentInput {
        EnvironmentInput {
            id,
            files: files.into_iter().map(Into::into).collect(),
            dialect: None,
            process: ProcessEnvironment::default(),
        }
    }
}

/// One environment, read and evaluated, for the rules.
#[derive(Debug)]
pub struct Checked<'c> {
    /// The environment of the schema.
    pub id: EnvironmentId,
    /// Its files, from low to high precedence.
    pub layers: Vec<Layer<'c>>,
    /// The variables that a program would get.
    pub environment: Rc<Environment<'c>>,
    /// The violations of the schema.
    pub violations: Vec<Violation>,
    /// The process environment.
    pub process: &'c ProcessEnvironment,
    /// The same files as read by the other declared loaders. Only the reading of the first loader is evaluated by the schema.
    pub others: Vec<Reading<'c>>,
}

/// The files of an environment as read by one loader.
#[derive(Debug)]
pub struct Reading<'c> {
    /// The loader.
    pub dialect: &'static Dialect,
    /// The files, from low to high precedence.
    pub layers: Vec<Layer<'c>>,
    /// The variables that a program would get; shared between readings that must be equal.
    pub environment: Rc<Environment<'c>>,
}

/// Checks the environments by the schema. `sources[0]` is the text of the schema; every [`SourceId`] is an index into `sources`.
///
/// Never fails and never stops early: anything that can't be read becomes a diagnostic.
///
/// # Panics
/// If a [`SourceId`] or [`EnvironmentId`] is out of range.
#[must_use]
pub fn check(schema: &Schema, sources: &[Source], environments: &[EnvironmentInput], options: &Options) -> Report {
    let documents = Documents::parse(schema, sources, environments, options.example);
    let checked = documents.evaluate(schema, sources, environments, options);
    let context = documents.context(schema, sources, &checked, options);
    let mut found = findings(&context, Sink::default());
    mend::downgrade_unsafe_fixes(&context, &mut found.findings);
    let (diagnostics, hidden) = triage::triage(&context, found);
    summary::report(&context, diagnostics, hidden)
}

/// Whether [`check`] would report nothing at `floor` or above. Skips writing the report, for gates that need only the verdict.
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
    // With debug assertions, the verdict of the sieve is verified instead of used.
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
    let diagnostics = if is_silent {
        Vec::new()
    } else {
        triage::triage(&context, found).0
    };
    debug_assert!(
        at_a_glance != Some(false)
            || diagnostics
                .iter()
                .any(|diagnostic| diagnostic.severity == Severity::Error),
        "what the sieve calls wrong must be wrong"
    );
    !diagnostics.iter().any(|diagnostic| diagnostic.severity >= floor)
}

/// Returns the values of one environment, converted to the schema's types, as a JSON object. It contains the values, for the program they
/// belong to; see [`Schema::typed`]. Only [`check`] says whether they may be used.
#[must_use]
pub fn typed(schema: &Schema, sources: &[Source], environment: &EnvironmentInput) -> String {
    // What a process has refers to nothing, so there is nothing to resolve.
    if environment.files.is_empty() {
        return schema.typed(environment.id, &mut environment.process.texts().flatten());
    }
    let inputs = std::slice::from_ref(environment);
    let documents = Documents::parse(schema, sources, inputs, None);
    let layers = documents.layers(sources, &environment.files, dialect_of(schema, environment));
    let resolved = Environment::resolve(&layers, &environment.process);
    schema.typed(environment.id, &mut resolved.texts())
}

/// Returns the text of a baseline with everything that [`check`] would report. Entries of the present baseline are kept for environments
/// that are not checked.
#[must_use]
pub fn baseline(schema: &Schema, sources: &[Source], environments: &[EnvironmentInput], options: &Options) -> String {
    let documents = Documents::parse(schema, sources, environments, options.example);
    let checked = documents.evaluate(schema, sources, environments, options);
    let context = documents.context(schema, sources, &checked, options);
    triage::baseline(&context, findings(&context, Sink::default()))
}

/// Returns all diagnostics of [`check`] that offer a fix; a report would stop at [`MAX_DIAGNOSTICS`].
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
    mend::downgrade_unsafe_fixes(&context, &mut found.findings);
    triage::fixes(&context, found)
}

/// Whether an environment sets nothing at all, so that a pass would mean nothing. A process with variables counts, even if none is
/// declared.
#[must_use]
pub fn sets_nothing(schema: &Schema, sources: &[Source], input: &EnvironmentInput) -> bool {
    let sets = |file: &FileInput| {
        let manner = Manner::of(sources, file, dialect_of(schema, input));
        let (document, _) = manner.read(&mut Text::new(&sources[file.source.0 as usize]));
        !document.assignments().is_empty()
    };
    input.process.is_empty() && !input.files.iter().any(sets)
}

/// Runs all rules.
fn findings(context: &Context<'_>, mut sink: Sink) -> Sink {
    let of_variables = rules::OF_VARIABLES.map(|index| rules::RULES[usize::from(index)]);
    for environment in context.environments {
        let scope = Scope::new(context, environment);
        // Both are sorted by key, so a single walk finds the property of each variable.
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
