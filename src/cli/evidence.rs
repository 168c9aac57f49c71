//! Evidence for the age of secrets: the exports that were given, and the ledger.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use envgate::check::{AgeEvidence, EvidenceError, ExportInput};
use envgate::report::neutralise;
use envgate::rotation::importers;
use envgate::rotation::ledger::FILE_NAME;
use envgate::schema::Schema;
use envgate::source::{LineIndex, PositionEncoding, Source, SourceId};

use crate::args::EvidenceArguments;
use crate::discover::{self, shown};
use crate::terminal::Problem;
use crate::{host, read};

/// Reads the exports and the ledger behind `sources`; `folder` is that of the env files.
///
/// # Errors
/// Everything that is wrong with any of them.
pub(crate) fn gather(
    arguments: &EvidenceArguments,
    schema: &Schema,
    schema_path: &Path,
    folder: &Path,
    sources: &mut Vec<Source>,
) -> Result<AgeEvidence, Vec<Problem>> {
    let mut problems = Vec::new();
    let mut add = |name: String, read: Result<Vec<u8>, Problem>| {
        let source = read.and_then(|bytes| Source::new(name, bytes).map_err(|error| Problem::new(error.to_string())));
        match source {
            Ok(source) => {
                sources.push(source);
                u32::try_from(sources.len() - 1).ok().map(SourceId)
            }
            Err(problem) => {
                problems.push(problem);
                None
            }
        }
    };
    let mut exports = Vec::new();
    for text in &arguments.evidence {
        let Named {
            environment,
            kind,
            file,
        } = named(text, schema);
        let (name, read) = if file.is_empty() {
            // As from a variable that is not set.
            (
                text.clone(),
                Err(Problem::new(format!("--evidence names no file: {text:?}"))),
            )
        } else if file == "-" {
            ("<stdin>".to_owned(), read::stdin("standard input"))
        } else {
            let path = Path::new(file);
            (discover::name(path, schema_path), read::file(path, &shown(path)))
        };
        let Some(source) = add(name, read) else { continue };
        exports.push(ExportInput {
            source,
            kind: kind.map(str::to_owned),
            environment: environment.and_then(|name| schema.find_environment(name)),
            exported_at: arguments.evidence_at,
            assume_utc: arguments.assume_utc,
        });
    }
    let ledger = ledger_path(arguments.ledger.path.as_ref(), schema_path, folder)
        .and_then(|path| add(discover::name(&path, schema_path), read::file(&path, &shown(&path))));
    if !problems.is_empty() {
        return Err(problems);
    }
    AgeEvidence::read(schema, sources, &exports, arguments.evidence_name.clone(), ledger)
        .map_err(|errors| self::problems(errors, sources))
}

/// Adds what git knows about the lines of the env files, if `--evidence-git` asks for it. A file that git does not know proves nothing.
///
/// # Errors
/// When git can't be asked.
#[cfg(not(target_family = "wasm"))]
pub(crate) fn add_commits(
    arguments: &EvidenceArguments,
    schema_path: &Path,
    sources: &[Source],
    mut ages: AgeEvidence,
) -> Result<AgeEvidence, Problem> {
    if !arguments.evidence_git {
        return Ok(ages);
    }
    for (source, id) in sources.iter().zip(0..).skip(1) {
        let path = discover::folder(schema_path).join(source.name());
        if host::is_file(&path) {
            let lines = crate::git::blame(&path)?;
            ages.commits.push((SourceId(id), lines));
        }
    }
    Ok(ages)
}

/// The ledger: the one that was named, else the one beside the env files, else the one beside the schema.
pub(crate) fn ledger_path(named: Option<&PathBuf>, schema_path: &Path, folder: &Path) -> Option<PathBuf> {
    let beside = |folder: &Path| Some(folder.join(FILE_NAME)).filter(|path| host::exists(path));
    named
        .cloned()
        .or_else(|| beside(folder))
        .or_else(|| beside(discover::folder(schema_path)))
}

/// An argument of `--evidence`, taken apart.
struct Named<'a> {
    environment: Option<&'a str>,
    kind: Option<&'a str>,
    file: &'a str,
}

/// A word before `=` only counts if it is an environment or a kind, because the name of a file may contain a `=`.
fn named<'a>(text: &'a str, schema: &Schema) -> Named<'a> {
    let mut named = Named {
        environment: None,
        kind: None,
        file: text,
    };
    while let Some((word, rest)) = named.file.split_once('=') {
        if named.environment.is_none() && schema.find_environment(word).is_some() {
            named.environment = Some(word);
        } else if named.kind.is_none() && importers::kinds().any(|(kind, _)| kind == word) {
            named.kind = Some(word);
        } else {
            break;
        }
        named.file = rest;
    }
    named
}

/// More mistakes than this are counted, not listed.
const MAX_LISTED: usize = 1000;

/// Why files were refused, with the places.
pub(crate) fn problems(errors: Vec<EvidenceError>, sources: &[Source]) -> Vec<Problem> {
    let mut indices: BTreeMap<SourceId, LineIndex> = BTreeMap::new();
    let problem = |error: EvidenceError| {
        let source = &sources[error.source.0 as usize];
        let name = neutralise(source.name());
        let place = match error.span {
            Some(span) => {
                let index = indices.entry(error.source);
                let index = index.or_insert_with(|| LineIndex::new(source.bytes()));
                let at = index.line_column(source.bytes(), span.start, PositionEncoding::Scalar);
                format!("{name}:{}:{}", at.line, at.column)
            }
            None => name.into_owned(),
        };
        Problem::new(format!("{place}: {}", error.message)).help(error.help)
    };
    let more = errors.len().saturating_sub(MAX_LISTED);
    let mut problems: Vec<Problem> = errors.into_iter().take(MAX_LISTED).map(problem).collect();
    if more > 0 {
        let problem = Problem::new(format!("{more} more mistakes are not listed"));
        problems.push(problem.help("mend those above first"));
    }
    problems
}
