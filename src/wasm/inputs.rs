//! Turns a request into the inputs of a check: its files become sources after the schema's, and its environments,
//! exceptions and evidence of ages become options.

use jiff::Timestamp;

use super::refusal::Refusal;
use super::request::{CheckRequest, Environment, Extra, ExtraKind, Malformed, Variables};
use crate::carrier::{self, Carrier, Included, MAX_EXTENDING, Merge, Way};
use crate::check::quiet::{Baseline, Quiet, Waivers};
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
    let mut silent = Vec::new();
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
        let files = files(sources, request, given)?;
        let files = FileInput::arranged(files, sources);
        let process = given.variables.read(schema.properties())?;
        let is_empty = process.is_empty() && files.iter().all(|file| has_no_variables(sources, file));
        if is_empty || schema.asks_nothing() {
            silent.push(name);
        }
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
    })
}

/// Returns the files of one environment in the order given, each with the files it takes further variables from.
fn files(sources: &[Source], request: &CheckRequest<'_>, given: &Environment<'_>) -> Result<Vec<FileInput>, Refusal> {
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
            take_in(sources, SourceId(index + 1), part, &mut files)?;
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
fn take_in(sources: &[Source], file: SourceId, part: Option<&str>, files: &mut Vec<FileInput>) -> Result<(), Refusal> {
    let source = &sources[file.0 as usize];
    let carrier = match (Carrier::of(source), part) {
        (Some(carrier), _) => carrier,
        (None, None) => {
            files.push(file.into());
            return Ok(());
        }
        (None, Some(_)) => {
            let message = format!("{} is a .env file, which has no parts", source.name());
            return Err(Refusal::because(message));
        }
    };
    let folder = folder_of(source.name());
    take_of(
        sources,
        (file, carrier, part),
        (Way::Named, folder),
        files,
        &mut Trail::default(),
    )
}

/// The folder of a file, with a slash at its end.
fn folder_of(name: &str) -> &str {
    name.rfind('/').map_or("", |slash| &name[..=slash])
}

/// What leads to a file.
#[derive(Default)]
struct Trail {
    /// The number of services in other files on the chain of `extends` that leads here.
    extending: usize,
    /// The files that include each other, down to this one.
    including: Vec<SourceId>,
    /// What was included, and from which folder its paths start: a file that is included again adds nothing.
    included: Vec<(SourceId, String)>,
}

/// Like [`take_in`], for a known carrier. Paths in the file start from `folder`.
fn take_of(
    sources: &[Source],
    (file, carrier, part): (SourceId, Carrier, Option<&str>),
    (way, folder): (Way, &str),
    files: &mut Vec<FileInput>,
    trail: &mut Trail,
) -> Result<(), Refusal> {
    let source = &sources[file.0 as usize];
    let reading = carrier::read(source.bytes(), carrier, part);
    if reading.is_unsupported() {
        let message = format!("{} needs the full build", source.name());
        return Err(Refusal::because(
            message + ": it is no .env file and no JSON object of variables, and the compact build reads nothing else",
        ));
    }
    let find = |name: &str| sources.iter().zip(0..).find(|(other, _)| other.name() == name);
    let before = files.len();
    // Of a file that holds the service that is extended, Compose does not read what it includes.
    if cfg!(feature = "yaml") && way != Way::Extended {
        trail.including.push(file);
        include(sources, &reading.included, (source.name(), folder, part), files, trail)?;
        trail.including.pop();
        if !reading.has_part && (way == Way::Included || files.len() > before) {
            return Ok(());
        }
    }
    if let Some(base) = &reading.base {
        let name = carrier::beside(folder, &base.path);
        let (_, id) = find(&name).ok_or_else(|| {
            let message = format!("{} extends a service of {name}, which was not given", source.name());
            Refusal::because(message)
        })?;
        if trail.extending > MAX_EXTENDING {
            let message = format!("{name} is extended by what it extends itself");
            return Err(Refusal::because(message));
        }
        trail.extending += 1;
        take_of(
            sources,
            (SourceId(id), Carrier::Compose, Some(&base.part)),
            (Way::Extended, folder_of(&name)),
            files,
            trail,
        )?;
        trail.extending -= 1;
    }
    let (mut below, mut above) = (Vec::new(), Vec::new());
    for reference in &reading.files {
        let name = carrier::beside(folder, &reference.path);
        match find(&name) {
            Some((_, id)) => {
                let input = FileInput {
                    source: SourceId(id),
                    form: Form::Env(Some(reference.dialect)),
                };
                if reference.wins { &mut above } else { &mut below }.push(input);
            }
            None if reference.required => {
                let message = format!("{} takes variables from {name}, which was not given", source.name());
                return Err(Refusal::because(message));
            }
            None => {}
        }
    }
    files.append(&mut below);
    files.push(FileInput {
        source: file,
        form: Form::Carried(carrier, part.map(str::to_owned), Merge::default()),
    });
    files.append(&mut above);
    Ok(())
}

/// Adds the files of a service, or of all of them, as far as they are in files that another includes. What is included first prevails.
#[inline(never)]
fn include(
    sources: &[Source],
    included: &[Included],
    (by, folder, part): (&str, &str, Option<&str>),
    files: &mut Vec<FileInput>,
    trail: &mut Trail,
) -> Result<(), Refusal> {
    let mut groups = Vec::new();
    for one in included {
        let mut merged = Vec::new();
        let names: Vec<String> = one.paths.iter().map(|path| carrier::beside(folder, path)).collect();
        let own = match &one.folder {
            Some(own) => carrier::beside(folder, own) + "/",
            None => names.first().map_or("", |name| folder_of(name)).to_owned(),
        };
        for name in names {
            let Some((_, id)) = sources.iter().zip(0..).find(|(other, _)| other.name() == name) else {
                return Err(Refusal::because(format!("{by} includes {name}, which was not given")));
            };
            let id = SourceId(id);
            if trail.including.contains(&id) || trail.including.len() >= MAX_EXTENDING {
                return Err(Refusal::because(format!(
                    "{name} is included by what it includes itself"
                )));
            }
            let place = (id, own.clone());
            if !trail.included.contains(&place) {
                trail.included.push(place);
                let way = (Way::Included, own.as_str());
                take_of(sources, (id, Carrier::Compose, part), way, &mut merged, trail)?;
            }
        }
        groups.push(merged);
    }
    files.extend(groups.into_iter().rev().flatten());
    Ok(())
}

/// Returns whether a file holds nothing but comments and white space, which is nothing in every dialect, or is another
/// carrier without variables in the part taken of it.
fn has_no_variables(sources: &[Source], file: &FileInput) -> bool {
    let source = &sources[file.source.0 as usize];
    let text = source.bytes();
    let carried = match &file.form {
        Form::Carried(carrier, part, merge) => Some(carrier::read_merged(text, *carrier, part.as_deref(), merge)),
        Form::Detected | Form::Env(_) => Carrier::of(source).map(|carrier| carrier::read(text, carrier, None)),
    };
    if let Some(reading) = carried {
        return reading.document.assignments().is_empty();
    }
    let text = text.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(text);
    text.split(|byte| matches!(byte, b'\n' | b'\r'))
        .all(|line| matches!(line.trim_ascii_start().first(), None | Some(b'#')))
}
