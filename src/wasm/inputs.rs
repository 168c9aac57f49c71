//! Turns a request into the inputs of a check: its files become sources after the schema's, and its environments,
//! exceptions and evidence of ages become options.

use jiff::Timestamp;

use super::refusal::Refusal;
use super::request::{CheckRequest, Environment, Extra, ExtraKind, Malformed, Variables};
use crate::carrier::{self, Carrier, Reading};
use crate::check::links::{self, Files, Link, LinkKind, Start};
use crate::check::quiet::{Baseline, Quiet, Waivers};
#[cfg(feature = "yaml")]
use crate::check::unread::{self, Named};
use crate::check::{AgeEvidence, EnvironmentInput, ExportInput, FileInput, Form, Options};
use crate::parse::Dialect;
use crate::schema::Schema;
use crate::source::{Source, SourceId};

/// The arguments of [`check`](fn@crate::check).
pub(super) struct Inputs<'s> {
    pub(super) environments: Vec<EnvironmentInput>,
    pub(super) options: Options,
    /// The environments without anything to check. If nothing is reported for one of them either, the check is not a
    /// pass.
    pub(super) silent: Vec<&'s str>,
    /// Whether all files could be read, and some of those of each environment hold more than white space.
    pub(super) complete: bool,
}

/// Adds the files of the request to the sources, after the schema's and in the order given, and resolves its names to
/// ids.
pub(super) fn inputs<'s>(
    schema: &'s Schema,
    sources: &mut Vec<Source>,
    request: &CheckRequest<'_>,
) -> Result<Inputs<'s>, Refusal> {
    if request.environments.is_empty() {
        return Err(Refusal::because(
            "no environment was named, so there is nothing to check",
        ));
    }
    for file in &request.files {
        sources.push(file.source()?);
    }
    let source_id = |index: u32| SourceId(index + 1);
    let mut environments = Vec::with_capacity(request.environments.len());
    let (mut silent, mut complete) = (Vec::new(), true);
    for given in &request.environments {
        let id = schema
            .find_environment(given.name)
            .ok_or_else(|| Refusal::environment(schema, given.name))?;
        let dialect = match given.dialect {
            "" => None,
            name => Some(Dialect::find(name).ok_or_else(|| Refusal::dialect(name))?),
        };
        let name = schema.environments()[id.0 as usize].name.as_str();
        if given.files.is_empty() && matches!(given.variables, Variables::None) {
            return Err(Refusal::because(format!(
                "{name} was given neither files nor variables"
            )));
        }
        let files = files(schema, sources, request, given, &mut complete)?;
        #[cfg_attr(not(feature = "yaml"), allow(unused_mut, reason = "of Compose files only"))]
        let mut files = FileInput::arranged(files, sources);
        #[cfg(feature = "yaml")]
        look_beside(schema, sources, given, &mut files);
        let process = given.variables.read(schema.properties())?;
        let is_empty = process.is_empty() && files.iter().all(|file| has_no_variables(sources, file));
        if is_empty || schema.asks_nothing() {
            silent.push(name);
        }
        let is_blank = |file: &FileInput| sources[file.source.0 as usize].bytes().trim_ascii().is_empty();
        complete &= files.is_empty() || !process.is_empty() || !files.iter().all(is_blank);
        environments.push(EnvironmentInput {
            id,
            files,
            dialect,
            process,
        });
    }
    let options = Options {
        now: request.now,
        phase: request.phase,
        example: request.example.map(source_id),
        ..Options::default()
    };
    let options = if request.extras.is_empty() {
        options
    } else {
        Options {
            quiet: quiet(schema, sources, request)?,
            ages: ages(schema, sources, request)?,
            ..options
        }
    };
    Ok(Inputs {
        environments,
        options,
        silent,
        complete,
    })
}

/// Returns the files of one environment in the order given, each with the files it takes further variables from. Where one of them holds
/// nothing, the check is not `complete`.
fn files(
    schema: &Schema,
    sources: &[Source],
    request: &CheckRequest<'_>,
    given: &Environment<'_>,
    complete: &mut bool,
) -> Result<Vec<FileInput>, Refusal> {
    let mut files: Vec<FileInput> = Vec::with_capacity(given.files.len());
    for (at, &index) in given.files.iter().enumerate() {
        let is_of = |extra: &&Extra<'_>| {
            extra.kind == ExtraKind::Part && extra.file == Some(index) && extra.word("environment") == Some(given.name)
        };
        let asked = request.extras.iter().filter(is_of);
        let mut parts: Vec<&str> = asked.filter_map(|extra| extra.word("part")).collect();
        let times = |files: &[u32]| files.iter().filter(|&&other| other == index).count();
        if times(&given.files) > 1 {
            let here = times(&given.files[..at]);
            parts = parts.get(here).copied().into_iter().collect();
        }
        if parts.is_empty() {
            parts.push("");
        }
        for part in parts {
            let part = Some(part).filter(|part| !part.is_empty());
            let mut given = Given::of(schema, sources);
            take_in(&mut given, SourceId(index + 1), part, &mut files)?;
            *complete &= given.holds_something;
        }
    }
    Ok(files)
}

/// Reads waivers and baseline. A mistake in either is a refusal, like a mistake in the schema.
#[inline(never)]
fn quiet(schema: &Schema, sources: &[Source], request: &CheckRequest<'_>) -> Result<Quiet, Refusal> {
    let mut quiet = Quiet::default();
    for kind in [ExtraKind::Waivers, ExtraKind::Baseline] {
        let mut given = request.extras.iter().filter(|extra| extra.kind == kind);
        let Some(index) = given.next().and_then(|extra| extra.file) else {
            continue;
        };
        if given.next().is_some() {
            return Err(Refusal::because(
                "there are two files of waivers, or two baselines; a check has one",
            ));
        }
        let id = SourceId(index + 1);
        let source = &sources[id.0 as usize];
        let refusal = |errors| Refusal::schema(source, &[], request.encoding, errors);
        if kind == ExtraKind::Waivers {
            quiet.waivers = Waivers::read(source, id, schema, request.now).map_err(refusal)?;
        } else {
            quiet.baseline = Baseline::read(source, id, schema).map_err(refusal)?;
        }
    }
    Ok(quiet)
}

/// Reads the exports and the ledger of a request.
#[inline(never)]
fn ages(schema: &Schema, sources: &[Source], request: &CheckRequest<'_>) -> Result<AgeEvidence, Refusal> {
    let (mut exports, mut ledger, mut names) = (Vec::new(), None, Vec::new());
    for extra in &request.extras {
        let source = SourceId(extra.file.map_or(0, |index| index + 1));
        match extra.kind {
            ExtraKind::Names => names.extend(extra.words.iter().map(|&(name, key)| (name.to_owned(), key.to_owned()))),
            ExtraKind::Ledger if ledger.is_some() => {
                return Err(Refusal::because("there are two ledgers; a check has one"));
            }
            ExtraKind::Ledger => ledger = Some(source),
            ExtraKind::Waivers | ExtraKind::Baseline | ExtraKind::Part => {}
            ExtraKind::Export => exports.push(ExportInput {
                source,
                kind: extra.word("kind").map(str::to_owned),
                environment: match extra.word("environment") {
                    Some(name) => {
                        let id = schema.find_environment(name);
                        Some(id.ok_or_else(|| Refusal::environment(schema, name))?)
                    }
                    None => None,
                },
                exported_at: match extra.word("exportedAt") {
                    Some(text) => {
                        let instant = text.parse().ok().and_then(|at| Timestamp::from_millisecond(at).ok());
                        Some(instant.ok_or(Malformed("exportedAt in milliseconds since 1970"))?)
                    }
                    None => None,
                },
                assume_utc: extra.word("assumeUtc") == Some("true"),
            }),
        }
    }
    AgeEvidence::read(schema, sources, &exports, names, ledger)
        .map_err(|errors| Refusal::evidence(sources, request.encoding, errors))
}

/// Adds a file, or a part of it, and the files it takes further variables from, which must be in the request too.
#[inline(never)]
fn take_in(
    given: &mut Given<'_>,
    file: SourceId,
    part: Option<&str>,
    files: &mut Vec<FileInput>,
) -> Result<(), Refusal> {
    let source = &given.sources[file.0 as usize];
    let carrier = match (Carrier::of(source), part) {
        (Some(carrier), _) => carrier,
        (None, None) => {
            files.push(file.into());
            given.holds_something = true;
            return Ok(());
        }
        (None, Some(_)) => {
            let message = format!("{} is a .env file, which has no parts", source.name());
            return Err(Refusal::because(message));
        }
    };
    let start = Start {
        source: file,
        carrier,
        part,
        folder: &folder_of(source.name()),
    };
    files.extend(links::follow(given, start)?);
    Ok(())
}

/// Looks among the sources for what Compose merges over the files of an environment without being told.
#[cfg(feature = "yaml")]
fn look_beside(schema: &Schema, sources: &[Source], given: &Environment<'_>, files: &mut [FileInput]) {
    let named = |&index: &u32| {
        let source = SourceId(index + 1);
        let folder = folder_of(sources[source.0 as usize].name());
        Named { source, folder }
    };
    let named: Vec<Named<String>> = given.files.iter().map(named).collect();
    unread::note(&mut Given::of(schema, sources), &named, files);
}

/// The sources of a request, as the place of the files that a carrier takes variables from.
struct Given<'s> {
    schema: &'s Schema,
    sources: &'s [Source],
    /// Whether any of what was read sets or takes anything.
    holds_something: bool,
}

impl<'s> Given<'s> {
    fn of(schema: &'s Schema, sources: &'s [Source]) -> Given<'s> {
        Given {
            schema,
            sources,
            holds_something: false,
        }
    }

    fn find(&self, name: &str) -> Option<SourceId> {
        let found = self.sources.iter().position(|source| source.name() == name)?;
        u32::try_from(found).ok().map(SourceId)
    }
}

impl Files for Given<'_> {
    /// A name; that of a folder ends in a slash, unless it is empty.
    type Place = String;
    type Refusal = Refusal;

    fn file(&self, folder: &String, path: &str) -> String {
        carrier::beside(folder, path)
    }

    fn folder(&self, folder: &String, path: &str) -> String {
        carrier::beside(folder, path) + "/"
    }

    fn folder_of(&self, file: &String) -> String {
        folder_of(file)
    }

    fn schema(&self) -> &Schema {
        self.schema
    }

    fn name(&self, file: SourceId) -> &str {
        let name = self.sources[file.0 as usize].name();
        &name[folder_of(name).len()..]
    }

    fn known(&mut self, file: &String) -> Option<SourceId> {
        self.find(file)
    }

    fn is_there(&self, place: &String) -> bool {
        self.find(place).is_some()
    }

    fn look(&self, file: &String) -> Option<Vec<u8>> {
        let id = self.find(file)?;
        Some(self.sources[id.0 as usize].bytes().to_owned())
    }

    fn open(&mut self, link: &Link<'_, String>) -> Result<Option<SourceId>, Refusal> {
        if let Some(id) = self.find(link.to) {
            return Ok(Some(id));
        }
        let refers = match link.kind {
            LinkKind::Takes { required: false } => return Ok(None),
            LinkKind::Takes { required: true } => "takes variables from",
            LinkKind::Includes => "includes",
            LinkKind::Extends => "extends a service of",
        };
        let (by, name) = (self.sources[link.by.0 as usize].name(), link.to);
        Err(Refusal::because(format!("{by} {refers} {name}, which was not given")))
    }

    fn refuse_cycle(&mut self, link: &Link<'_, String>) -> Refusal {
        let what = match link.kind {
            LinkKind::Extends => "is extended by what it extends itself",
            LinkKind::Includes | LinkKind::Takes { .. } => "is included by what it includes itself",
        };
        Refusal::because(format!("{} {what}", link.to))
    }

    fn read(&mut self, start: &Start<'_, String>) -> Result<Reading, Refusal> {
        let source = &self.sources[start.source.0 as usize];
        let reading = carrier::read(source, start.carrier, start.part);
        if reading.is_unsupported() {
            let message = format!("{} needs the full build", source.name());
            return Err(Refusal::because(
                message
                    + ": it is no .env file and no JSON object of variables, and the compact build reads nothing else",
            ));
        }
        self.holds_something |= reading.holds_something();
        Ok(reading)
    }
}

/// The folder of a file, with a slash at its end.
fn folder_of(name: &str) -> String {
    name.rfind('/').map_or("", |slash| &name[..=slash]).to_owned()
}

/// Returns whether a file holds nothing but comments and white space, which is nothing in every dialect, or is another
/// carrier without variables in the part taken of it.
fn has_no_variables(sources: &[Source], file: &FileInput) -> bool {
    let source = &sources[file.source.0 as usize];
    let text = source.bytes();
    let carried = match &file.form {
        Form::Carried(carrier, part, merge) => {
            Some(carrier::read_merged(source.into(), *carrier, part.as_deref(), merge))
        }
        Form::Detected | Form::Env(_) => Carrier::of(source).map(|carrier| carrier::read(source, carrier, None)),
    };
    if let Some(reading) = carried {
        return reading.document.assignments().is_empty();
    }
    let text = text.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(text);
    text.split(|byte| matches!(byte, b'\n' | b'\r'))
        .all(|line| matches!(line.trim_ascii_start().first(), None | Some(b'#')))
}
