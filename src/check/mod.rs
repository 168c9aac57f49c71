//! Environments and a schema to a [`Report`]: every rule, then triage, one page from top to bottom.
//!
//! What is wrong is decided by the rules (`rules/`, one file each); how bad it is in the end, by [`triage`]. This module only
//! brings them together: it does no checking of its own.

pub mod ages;
mod age_wording;
mod mask;
pub mod quiet;
mod records;
pub mod rule;
pub mod rules;
pub mod secrets;
mod triage;
mod summary;
#[cfg(all(feature = "cli", not(target_family = "wasm")))]
mod known_values;

mod divergence;
mod material;
mod mend;
mod placeholders;
mod promotion;
mod similar;
mod wording;

pub use ages::{AgeEvidence, EvidenceError, ExportInput};
#[cfg(all(feature = "cli", not(target_family = "wasm")))]
pub use known_values::{KnownValue, is_worth_searching, known_values, password_in};
pub use mask::mask;
pub use triage::MAX_DIAGNOSTICS;

use std::cmp::Ordering;

use jiff::Timestamp;

use crate::model::{Environment, Layer, ProcessEnvironment};
use crate::parse::{self, Dialect, Document, dialect};
use crate::report::Report;
#[cfg(all(feature = "cli", not(target_family = "wasm")))]
use crate::report::Searched;
use crate::schema::{EnvironmentId, Phase, Schema, Violation};
use crate::source::{Source, SourceId};
use ages::Ages;
use quiet::Quiet;
use quiet::suppression::Suppressions;
use rule::{Check, Context, Example, Scope, Sink, Subject};

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
#[derive(Debug)]
pub struct EnvironmentInput {
    /// Which environment of the schema.
    pub id: EnvironmentId,
    /// Its files, low to high precedence.
    pub files: Vec<SourceId>,
    /// Read the files as this loader does, whatever the schema says.
    pub dialect: Option<&'static Dialect>,
    /// Variables from no file, which a loader lets win over its files.
    pub process: Vec<(Vec<u8>, Vec<u8>)>,
}

/// One environment, read and evaluated: what the rules look at.
#[derive(Debug)]
pub struct Checked<'c> {
    /// Which environment of the schema.
    pub id: EnvironmentId,
    /// Its files, low to high precedence.
    pub layers: Vec<Layer<'c>>,
    /// What a program would see.
    pub environment: Environment<'c>,
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
    /// What a program would see.
    pub environment: Environment<'c>,
}

/// Checks the environments against the schema. `sources[0]` is the text of the schema; every [`SourceId`] is an index into `sources`.
///
/// Never fails and never stops early: what cannot be read is a diagnostic.
#[must_use]
pub fn check(schema: &Schema, sources: &[Source], environments: &[EnvironmentInput], options: &Options) -> Report {
    let documents = Documents::parse(schema, sources, environments, options.example);
    let checked = documents.evaluate(schema, sources, environments, options);
    let context = documents.context(schema, sources, &checked, options);
    let (diagnostics, hidden) = triage::triage(&context, findings(&context));
    summary::report(&context, diagnostics, hidden)
}

/// The report of a search, for what was found in it: [`check`] without environments. `sources` are the schema, then whatever the findings point into.
#[cfg(all(feature = "cli", not(target_family = "wasm")))]
#[must_use]
pub fn conclude(schema: &Schema, sources: &[Source], options: &Options, found: Sink, searched: Searched) -> Report {
    let context = Context {
        schema,
        sources,
        environments: &[],
        options,
        example: None,
        suppressions: Suppressions::default(),
        ages: Ages::default(),
    };
    let (diagnostics, hidden) = triage::triage(&context, found);
    Report {
        searched: Some(searched),
        ..summary::report(&context, diagnostics, hidden)
    }
}

/// Whether [`check`] would report anything at `floor` or above, without writing the report: for gates that only need the verdict.
#[must_use]
pub fn passes(
    schema: &Schema,
    sources: &[Source],
    environments: &[EnvironmentInput],
    options: &Options,
    floor: crate::diagnostic::Severity,
) -> bool {
    let documents = Documents::parse(schema, sources, environments, options.example);
    let checked = documents.evaluate(schema, sources, environments, options);
    let context = documents.context(schema, sources, &checked, options);
    let found = findings(&context);
    let is_silent = found.findings.is_empty() && !context.has_exceptions();
    is_silent
        || !triage::triage(&context, found)
            .0
            .iter()
            .any(|diagnostic| diagnostic.severity >= floor)
}

/// The values of one environment as the schema's types read them: a JSON object that holds values, for the program whose values
/// they are. See [`Schema::typed`]. Whether they may be used, [`check`] says.
#[must_use]
pub fn typed(schema: &Schema, sources: &[Source], environment: &EnvironmentInput) -> String {
    let inputs = std::slice::from_ref(environment);
    let documents = Documents::parse(schema, sources, inputs, None);
    let dialect = dialect_of(schema, environment);
    let layers = documents.layers(sources, &environment.files, dialect);
    schema.typed(environment.id, &Environment::resolve(&layers, &environment.process))
}

/// The text of a baseline that knows all that [`check`] would report, and of the environments that are not under check what the present
/// one knows.
#[must_use]
pub fn baseline(schema: &Schema, sources: &[Source], environments: &[EnvironmentInput], options: &Options) -> String {
    let documents = Documents::parse(schema, sources, environments, options.example);
    let checked = documents.evaluate(schema, sources, environments, options);
    let context = documents.context(schema, sources, &checked, options);
    triage::baseline(&context, findings(&context))
}

/// Runs every rule.
fn findings(context: &Context<'_>) -> Sink {
    let mut sink = Sink::default();
    let of_variables: Vec<_> = rules::RULES
        .iter()
        .filter_map(|rule| match rule.check {
            Check::Variable(check) => Some((*rule, check)),
            Check::Environment(_) | Check::Across(_) | Check::Violation | Check::Search | Check::Triage => None,
        })
        .collect();
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
            let subject = Subject {
                scope: &scope,
                variable,
                property,
            };
            for (rule, check) in &of_variables {
                check(&subject, &mut sink.of(rule, Some(environment.id)));
            }
        }
        for rule in rules::RULES {
            if let Check::Environment(check) = rule.check {
                check(&scope, &mut sink.of(rule, Some(environment.id)));
            }
        }
        rules::violation::check(&scope, &mut sink);
    }
    for rule in rules::RULES {
        if let Check::Across(check) = rule.check {
            check(context, &mut sink.of(rule, None));
        }
    }
    sink
}

/// The parsed files of one check, each parsed once for every dialect that reads it.
struct Documents {
    parsed: Vec<(SourceId, &'static Dialect, Document)>,
    example: Option<Document>,
}

impl Documents {
    fn parse(
        schema: &Schema,
        sources: &[Source],
        environments: &[EnvironmentInput],
        example: Option<SourceId>,
    ) -> Documents {
        let mut parsed: Vec<(SourceId, &'static Dialect, Document)> = Vec::with_capacity(environments.len());
        for input in environments {
            for dialect in dialects_of(schema, input) {
                for &file in &input.files {
                    if !parsed
                        .iter()
                        .any(|(id, by, _)| *id == file && std::ptr::eq(*by, dialect))
                    {
                        parsed.push((file, dialect, parse::parse(text(sources, file), dialect)));
                    }
                }
            }
        }
        let example = example.map(|id| {
            let dialect = environments
                .first()
                .map_or(dialect::DEFAULT, |input| dialect_of(schema, input));
            parse::parse(text(sources, id), dialect)
        });
        Documents { parsed, example }
    }

    /// The files of an environment, as that loader reads them.
    fn layers<'c>(&'c self, sources: &'c [Source], files: &[SourceId], dialect: &'static Dialect) -> Vec<Layer<'c>> {
        let layer = |&source: &SourceId| {
            let mut parsed = self.parsed.iter();
            let (.., document) = parsed.find(|(id, by, _)| *id == source && std::ptr::eq(*by, dialect))?;
            Some(Layer {
                source,
                text: text(sources, source),
                document,
                dialect,
            })
        };
        files.iter().filter_map(layer).collect()
    }

    fn evaluate<'c>(
        &'c self,
        schema: &Schema,
        sources: &'c [Source],
        environments: &'c [EnvironmentInput],
        options: &Options,
    ) -> Vec<Checked<'c>> {
        environments
            .iter()
            .map(|input| {
                let mut dialects = dialects_of(schema, input);
                let Reading {
                    layers, environment, ..
                } = self.read(sources, input, dialects.next().unwrap_or(dialect::DEFAULT));
                let violations = schema.evaluate(input.id, options.phase, &environment);
                Checked {
                    id: input.id,
                    layers,
                    environment,
                    violations,
                    process: &input.process,
                    others: dialects.map(|dialect| self.read(sources, input, dialect)).collect(),
                }
            })
            .collect()
    }

    /// The files of an environment as one loader reads them.
    fn read<'c>(
        &'c self,
        sources: &'c [Source],
        input: &'c EnvironmentInput,
        dialect: &'static Dialect,
    ) -> Reading<'c> {
        let layers = self.layers(sources, &input.files, dialect);
        let process: &ProcessEnvironment = &input.process;
        let environment = Environment::resolve(&layers, process);
        Reading {
            dialect,
            layers,
            environment,
        }
    }

    fn context<'c>(
        &'c self,
        schema: &'c Schema,
        sources: &'c [Source],
        environments: &'c [Checked<'c>],
        options: &'c Options,
    ) -> Context<'c> {
        let example = options
            .example
            .zip(self.example.as_ref())
            .map(|(source, document)| Example::new(source, text(sources, source), document));
        Context {
            ages: Ages::of(schema, sources, environments, options),
            schema,
            sources,
            environments,
            options,
            example,
            suppressions: Suppressions::read(environments),
        }
    }
}

fn dialect_of(schema: &Schema, input: &EnvironmentInput) -> &'static Dialect {
    input
        .dialect
        .or_else(|| schema.environments()[input.id.0 as usize].dialects.first().copied())
        .unwrap_or(dialect::DEFAULT)
}

/// The loaders that read the files of an environment, each once; the first decides what a value is.
fn dialects_of(schema: &Schema, input: &EnvironmentInput) -> impl Iterator<Item = &'static Dialect> {
    let declared = &schema.environments()[input.id.0 as usize].dialects;
    let others = declared.iter().enumerate().filter(move |&(index, dialect)| {
        input.dialect.is_none() && index > 0 && !declared[..index].iter().any(|before| std::ptr::eq(*before, *dialect))
    });
    std::iter::once(dialect_of(schema, input)).chain(others.map(|(_, dialect)| *dialect))
}

fn text(sources: &[Source], id: SourceId) -> &[u8] {
    sources[id.0 as usize].bytes()
}
