//! Environments and a schema to a [`Report`]: every rule, then triage, one page from top to bottom.
//!
//! What is wrong is decided by the rules (`rules/`, one file each); how bad it is in the end, by [`triage`]. This module only
//! brings them together: it does no checking of its own.

pub mod ages;
#[cfg(feature = "cli")]
pub mod adopt;
#[cfg(feature = "cli")]
pub mod draft;
#[cfg(feature = "cli")]
pub mod record;
mod age_wording;
mod compare;
mod mask;
pub mod quiet;
mod records;
#[macro_use]
pub mod rule;
pub mod rules;
pub mod secrets;
pub mod trace;
mod sieve;
mod traits;
mod triage;
mod summary;
#[cfg(all(feature = "cli", not(target_family = "wasm")))]
pub mod repository;
#[cfg(all(feature = "cli", not(target_family = "wasm")))]
mod known_values;

mod divergence;
mod hygiene;
mod material;
mod mend;
mod placeholders;
mod promotion;
pub(crate) mod wording;

pub use ages::{AgeEvidence, EvidenceError, ExportInput};
pub use compare::{Comparison, Held, compare};
#[cfg(all(feature = "cli", not(target_family = "wasm")))]
pub use known_values::{Fingerprint, KnownValue, is_worth_searching, known_values, password_in};
pub use mask::{Tile, TileKind, mask, mask_ledger, tiles};
pub use mend::agreement_holds;
#[cfg(all(feature = "cli", not(target_family = "wasm")))]
pub use rule::Reach;
pub use triage::MAX_DIAGNOSTICS;

use std::cmp::Ordering;
use std::rc::Rc;

use jiff::Timestamp;

use crate::carrier::{self, Carrier};
use crate::diagnostic::Severity;
use crate::model::{Environment, Environments, Layer, ProcessEnvironment};
use crate::parse::{self, Dialect, Document, Readings, dialect};
use crate::report::Report;
use crate::schema::{EnvironmentId, Phase, Schema, Violation};
use crate::source::{Source, SourceId};
use ages::Ages;
use quiet::Quiet;
use quiet::suppression::Suppressions;
use rule::{Check, Context, Example, Scope, Sink, Subject, Traits};

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

/// One file of an environment.
#[derive(Debug, Clone)]
pub struct FileInput {
    /// Which input it is.
    pub source: SourceId,
    /// How it is read.
    pub form: Form,
}

impl From<SourceId> for FileInput {
    fn from(source: SourceId) -> FileInput {
        FileInput {
            source,
            form: Form::Told,
        }
    }
}

impl FileInput {
    /// Files in the order in which they count: Secrets and ConfigMaps below the files whose containers take variables from elsewhere, in
    /// whatever order they are named.
    #[must_use]
    pub fn stores_below(files: Vec<FileInput>, sources: &[Source]) -> Vec<FileInput> {
        let carrier = |file: &FileInput| match &file.form {
            Form::Told => Carrier::of(&sources[file.source.0 as usize]).map(|carrier| (carrier, None)),
            Form::Env(_) => None,
            Form::Carried(carrier, part) => Some((*carrier, part.clone())),
        };
        let carriers: Vec<Option<(Carrier, Option<String>)>> = files.iter().map(carrier).collect();
        if carriers.iter().flatten().count() < 2 {
            return files;
        }
        let role = |(file, carrier): (&FileInput, Option<(Carrier, Option<String>)>)| {
            let read =
                carrier.map(|(carrier, part)| carrier::read(text(sources, file.source), carrier, part.as_deref()));
            read.map_or((false, false), |read| (read.lies_below, read.takes))
        };
        let roles: Vec<(bool, bool)> = files.iter().zip(carriers).map(role).collect();
        if !roles.iter().any(|role| role.1) {
            return files;
        }
        let (below, above): (Vec<_>, Vec<_>) = files.into_iter().zip(roles).partition(|(_, role)| role.0);
        below.into_iter().chain(above).map(|(file, _)| file).collect()
    }

    /// Each .env file once, where it counts most: an environment and a carrier in it may both name one.
    #[must_use]
    pub fn once(files: Vec<FileInput>) -> Vec<FileInput> {
        let is_env = |file: &FileInput| !matches!(file.form, Form::Carried(..));
        let is_named_again = |index: usize| {
            let file = &files[index];
            let later = files[index + 1..].iter();
            is_env(file)
                && later
                    .filter(|other| is_env(other))
                    .any(|other| other.source == file.source)
        };
        let again: Vec<bool> = (0..files.len()).map(is_named_again).collect();
        let kept = files.into_iter().zip(again).filter(|(_, again)| !again);
        kept.map(|(file, _)| file).collect()
    }
}

/// How a file is read.
#[derive(Debug, Clone)]
pub enum Form {
    /// As its name and its text tell: as another carrier, or as a .env file of the environment's loader.
    Told,
    /// As a .env file, by this loader or else by the environment's.
    Env(Option<&'static Dialect>),
    /// As this carrier: one part of it, or all.
    Carried(Carrier, Option<String>),
}

/// How a file is read, once it is settled.
#[derive(Debug, Clone, Copy)]
enum Manner<'i> {
    Env(&'static Dialect),
    Carried(Carrier, Option<&'i str>),
}

impl<'i> Manner<'i> {
    /// How a file is read in an environment whose .env files are those of a loader.
    fn of(sources: &[Source], file: &'i FileInput, dialect: &'static Dialect) -> Manner<'i> {
        match &file.form {
            Form::Carried(carrier, part) => Manner::Carried(*carrier, part.as_deref()),
            Form::Env(Some(dialect)) => Manner::Env(dialect),
            Form::Env(None) => Manner::Env(dialect),
            Form::Told => match Carrier::of(&sources[file.source.0 as usize]) {
                Some(carrier) => Manner::Carried(carrier, None),
                None => Manner::Env(dialect),
            },
        }
    }

    fn is(self, other: Manner<'_>) -> bool {
        match (self, other) {
            (Manner::Env(one), Manner::Env(other)) => std::ptr::eq(one, other),
            (Manner::Carried(one, part), Manner::Carried(other, whole)) => one == other && part == whole,
            _ => false,
        }
    }

    /// What stands in the file, and whose reading that is.
    fn read(self, text: &mut Readings<'_>) -> (Rc<Document>, &'static Dialect) {
        match self {
            Manner::Env(dialect) => (text.by(dialect), dialect),
            Manner::Carried(carrier, part) => {
                let read = carrier::read(text.text(), carrier, part);
                (Rc::new(read.document), read.carrier.dialect())
            }
        }
    }
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
    let mut found = findings(&context);
    mend::hold(&context, &mut found.findings);
    let (diagnostics, hidden) = triage::triage(&context, found);
    summary::report(&context, diagnostics, hidden)
}

/// What a search found, and how far it went.
#[cfg(all(feature = "cli", not(target_family = "wasm")))]
#[derive(Debug, Default)]
pub(crate) struct Searching {
    pub(crate) found: Sink,
    /// How much was looked at and for what, in words.
    pub(crate) searched: String,
    pub(crate) suppressions: Suppressions,
    pub(crate) reach: Reach,
}

#[cfg(all(feature = "cli", not(target_family = "wasm")))]
impl Searching {
    /// The report: [`check`] without environments. `sources` are the schema, then whatever the findings point into.
    pub(crate) fn report(mut self, schema: &Schema, sources: &[Source], options: &Options) -> Report {
        let searched = std::mem::take(&mut self.searched);
        self.conclude(schema, sources, options, |context, found| {
            let (diagnostics, hidden) = triage::triage(context, found);
            Report {
                searched: Some(searched),
                ..summary::report(context, diagnostics, hidden)
            }
        })
    }

    /// The text of a baseline that knows all of it, and of everything else what the present one knows.
    pub(crate) fn baseline(self, schema: &Schema, sources: &[Source], options: &Options) -> String {
        self.conclude(schema, sources, options, triage::baseline)
    }

    fn conclude<T>(
        self,
        schema: &Schema,
        sources: &[Source],
        options: &Options,
        then: impl FnOnce(&Context<'_>, Sink) -> T,
    ) -> T {
        let Searching {
            mut found,
            suppressions,
            reach,
            ..
        } = self;
        let context = Context {
            schema,
            sources,
            environments: &[],
            options,
            example: None,
            suppressions,
            ages: Ages::default(),
            reach: Some(&reach),
        };
        let rule = &rules::unknown_suppression::RULE;
        if let Check::Across(_, check) = rule.check {
            check(&context, &mut found.of(rule, None));
        }
        then(&context, found)
    }
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
    let found = findings(&context);
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
    triage::baseline(&context, findings(&context))
}

/// Whether an environment has nothing that a check could look at: a pass would mean nothing.
#[must_use]
pub fn sets_nothing(schema: &Schema, sources: &[Source], input: &EnvironmentInput) -> bool {
    let sets = |file: &FileInput| {
        let manner = Manner::of(sources, file, dialect_of(schema, input));
        let (document, _) = manner.read(&mut Readings::new(text(sources, file.source)));
        !document.assignments().is_empty()
    };
    // Of the variables that every process has, the schema says nothing.
    let is_spoken_of = |(name, _): (&[u8], &[u8])| schema.speaks_of_others() || schema.property(name).is_some();
    !input.process.pairs().any(is_spoken_of) && !input.files.iter().any(sets)
}

/// Runs every rule.
fn findings(context: &Context<'_>) -> Sink {
    let mut sink = Sink::default();
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

/// The parsed files of one check, each parsed once for every way in which it is read.
struct Documents<'i> {
    parsed: Vec<Parsed<'i>>,
    example: Option<Document>,
}

struct Parsed<'i> {
    source: SourceId,
    manner: Manner<'i>,
    document: Rc<Document>,
    dialect: &'static Dialect,
}

impl<'i> Documents<'i> {
    fn parse(
        schema: &Schema,
        sources: &[Source],
        environments: &'i [EnvironmentInput],
        example: Option<SourceId>,
    ) -> Documents<'i> {
        let mut parsed: Vec<Parsed<'i>> = Vec::with_capacity(environments.len());
        let mut texts: Vec<(SourceId, Readings<'_>)> = Vec::new();
        for input in environments {
            for file in &input.files {
                for dialect in dialects_of(schema, input) {
                    let (source, manner) = (file.source, Manner::of(sources, file, dialect));
                    if !parsed.iter().any(|one| one.source == source && one.manner.is(manner)) {
                        let index = texts
                            .iter()
                            .position(|(known, _)| *known == source)
                            .unwrap_or(texts.len());
                        if index == texts.len() {
                            texts.push((source, Readings::new(text(sources, source))));
                        }
                        let (document, dialect) = manner.read(&mut texts[index].1);
                        parsed.push(Parsed {
                            source,
                            manner,
                            document,
                            dialect,
                        });
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

    /// The files of an environment, its .env files as that loader reads them.
    fn layers<'c>(&'c self, sources: &'c [Source], files: &[FileInput], dialect: &'static Dialect) -> Vec<Layer<'c>> {
        let layer = |file: &FileInput| {
            let (source, manner) = (file.source, Manner::of(sources, file, dialect));
            let mut parsed = self.parsed.iter();
            let parsed = parsed.find(|one| one.source == source && one.manner.is(manner))?;
            Some(Layer {
                source,
                text: parsed.document.text(text(sources, source)),
                document: &parsed.document,
                dialect: parsed.dialect,
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
                let mut readings = self.readings(schema, sources, input);
                let Reading {
                    layers, environment, ..
                } = readings.remove(0);
                let violations = schema.evaluate(input.id, options.phase, &environment);
                Checked {
                    id: input.id,
                    layers,
                    environment,
                    violations,
                    process: &input.process,
                    others: readings,
                }
            })
            .collect()
    }

    /// The files of an environment as each of its loaders reads them; that of the one that decides is first, and always there.
    fn readings<'c>(&'c self, schema: &Schema, sources: &'c [Source], input: &'c EnvironmentInput) -> Vec<Reading<'c>> {
        let mut environments = Environments::default();
        let reading = |dialect| {
            let layers = self.layers(sources, &input.files, dialect);
            let environment = environments.of(&layers, &input.process);
            Reading {
                dialect,
                layers,
                environment,
            }
        };
        dialects_of(schema, input).map(reading).collect()
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
            suppressions: Suppressions::read(environments.iter().flat_map(|one| &one.layers)),
            reach: None,
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
