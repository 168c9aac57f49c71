//! `envgate init`: writes a first schema from the existing env files, and never overwrites one.
//!
//! The draft is checked against the same files before it is written, so that the first check reports no wrong
//! guesses.

mod composed;
mod copies;
mod files;
mod scripts;

use std::borrow::Cow;
use std::path::{Path, PathBuf};

use envgate::carrier::{self, Carrier, Merge};
use envgate::check::adopt::{self, Refused};
use envgate::check::draft::{self, Draft, Found, Loader};
use envgate::check::{FileInput, Form, rules};
use envgate::diagnostic::Severity;
use envgate::report::{counted, neutralise};
use envgate::schema::{EnvironmentId, LANGUAGE, Schema, Vocabulary};
use envgate::source::{LineIndex, PositionEncoding, Source, SourceId, Span, is_utf16};
use envgate::{EnvironmentInput, Options};

use crate::args::InitArguments;
use crate::models::{self, COPY, copy_of};
use crate::terminal::{self, Problem, complain};
use crate::{FAILED, discover, host, read, write};
use files::OfEnvironment;

/// Runs the subcommand.
pub(crate) fn run(arguments: &InitArguments) -> u8 {
    match init(arguments) {
        Ok(said) => terminal::print(&said, 0),
        Err(problem) => {
            complain(&problem);
            FAILED
        }
    }
}

fn init(arguments: &InitArguments) -> Result<String, Problem> {
    let folder = arguments.folder.clone().unwrap_or_else(|| PathBuf::from("."));
    let path = folder.join(discover::SCHEMA);
    refuse_to_write(arguments, &folder, &path)?;
    let name = discover::shown(&path);
    if let Some(from) = &arguments.from {
        return adopted(from, &path, &name);
    }
    let own = own_loader(&folder);
    let modes = own.as_ref().and_then(|own| own.modes);
    let files = files::find(&folder, modes);
    let mut environments = found(&folder, files.environments)?;
    let mut asked = None;
    let example = match models::model(&folder) {
        Some(path) => Some(source(&folder, &path)?),
        None => None,
    };
    if environments.is_empty() && example.is_none() {
        // If there are env files that could not be used, the Compose file is only a part of the project.
        let may_be_composed = files.passed_over.is_empty() && models::alike(&folder).is_empty();
        let mut composed = may_be_composed.then(|| composed::find(&folder)).transpose()?.flatten();
        if composed.is_none() && may_be_composed && below(&folder).is_empty() && composed_below(&folder).is_none() {
            composed = composed::sourced(&folder)?;
        }
        let Some(composed) = composed else {
            return Err(nothing(&folder, &files.passed_over));
        };
        environments = composed.environments;
        asked = Some(composed.asked);
    }
    composed::layer(&folder, &mut environments)?;
    let blank = without_blank(&mut environments, example.is_some());
    let others = match &example {
        Some(example) => copies::expect(&mut environments, example, &folder, modes)?,
        None => Vec::new(),
    };
    let mut draft = Draft {
        loaders: &loaders(own, &folder, &environments),
        environments: &environments,
        example: example.as_ref(),
        asked: asked.as_ref(),
        doubted: &[],
    };
    let doubted = wrongly_guessed(&draft.write(), &environments, example.as_ref())?;
    draft.doubted = &doubted;
    let text = draft.write();
    let schema = compile(&text)?;
    if schema.properties().is_empty() {
        let mut files = environments.iter().flat_map(|found| &found.files).chain(&example);
        if let Some(file) = files.find(|file| is_utf16(file.bytes())) {
            return Err(read::utf16(file.name()));
        }
        let sources = sources_of(&environments, example.as_ref());
        return Err(Problem::new(format!("no variable is set in {sources}"))
            .help("a draft needs keys that are set: remove the `#` from the lines that count"));
    }
    write_schema(&path, &name, &text)?;
    Ok(format!(
        "{}, as guessed from {}\n{}{blank}{}{}Read the \"$comment\" of each key{}, then run: envgate check\n",
        summary(&name, &schema),
        origins(&draft, &others),
        passed_over(&files.passed_over),
        left_out(&draft),
        elsewhere(&folder),
        what_to_fill_in(&draft, &others),
    ))
}

/// Says which files the draft is based on. `others` are further examples, each with what it is copied to.
fn origins(draft: &Draft<'_>, others: &[(String, String)]) -> String {
    if let Some(asked) = draft.asked {
        return neutralise(&asked.file).into_owned();
    }
    let others = others.iter().map(|(name, _)| format!(", {}", neutralise(name)));
    sources_of(draft.environments, draft.example) + &others.collect::<String>()
}

/// Says which files the user still has to make, because a check has nothing to read before; empty if there are none.
fn what_to_fill_in(draft: &Draft<'_>, others: &[(String, String)]) -> String {
    let is_to_come = draft.environments.is_empty() || draft.environments.iter().any(|found| found.is_to_come);
    if !is_to_come {
        return String::new();
    }
    if let Some(example) = draft.example {
        let copies: Vec<String> = [(example.name(), copy_of(example.name()))]
            .into_iter()
            .chain(others.iter().map(|(name, copy)| (name.as_str(), copy.as_str())))
            .map(|(name, copy)| format!("{name} to {copy}"))
            .collect();
        let it = if others.is_empty() { "it" } else { "each" };
        return format!("; copy {} and fill {it} in", neutralise(&copies.join(", ")));
    }
    draft.asked.map_or_else(String::new, |asked| {
        format!("; set in {COPY} what {} takes from it", neutralise(&asked.file))
    })
}

/// The meta-schema in the installed npm package, from the folder of a schema.
const INSTALLED: &str = "node_modules/envgate/env.schema.v1.json";

/// Writes the schema, with the path of the meta-schema as its `$schema` if the npm package is installed: an editor follows a path, and finds
/// nothing under the URN.
fn write_schema(path: &Path, name: &str, text: &str) -> Result<(), Problem> {
    let text = if host::is_file(&path.with_file_name(INSTALLED)) {
        Cow::Owned(text.replacen(LANGUAGE, &format!("./{INSTALLED}"), 1))
    } else {
        Cow::Borrowed(text)
    };
    write::file(path, name, None, text.as_bytes())
}

/// A schema can only be written into a folder that has none.
fn refuse_to_write(arguments: &InitArguments, folder: &Path, path: &Path) -> Result<(), Problem> {
    if !host::is_folder(folder) {
        let problem = Problem::new(format!("{} is not a folder", discover::shown(folder)));
        return Err(if host::is_file(folder) {
            problem.help("name the folder: the env files in it are found by their names")
        } else {
            problem
        });
    }
    if !host::exists(path) {
        return Ok(());
    }
    // The schema of zenv has the same name as ours.
    let is_source = arguments
        .from
        .as_ref()
        .is_some_and(|from| discover::absolute(from) == discover::absolute(path));
    let help = if is_source {
        "it is not overwritten; rename it, and carry it over from there"
    } else {
        "it is not overwritten; move it away to begin anew"
    };
    Err(Problem::new(format!("{} exists already", discover::shown(path))).help(help))
}

/// The maximum number of places that are listed.
const MAX_PLACES: usize = 10;

/// Says which files have names of env files but were not used.
fn passed_over(files: &[PathBuf]) -> String {
    if files.is_empty() {
        return String::new();
    }
    let mut names: Vec<String> = files
        .iter()
        .take(MAX_PLACES)
        .map(|file| discover::shown(file))
        .collect();
    if files.len() > MAX_PLACES {
        names.push(format!("{} more", files.len() - MAX_PLACES));
    }
    format!(
        "Not taken, because it is not clear what reads it beside the others; add what is one to \"files\": {}\n",
        neutralise(&names.join(", "))
    )
}

/// Removes environments whose files are empty, unless nothing else is there: a check of them would fail, because there is nothing to check.
/// Returns what to say about it.
fn without_blank(environments: &mut Vec<Found>, has_example: bool) -> String {
    let is_blank =
        |found: &Found| !found.is_to_come && found.files.iter().all(|file| file.bytes().trim_ascii().is_empty());
    if !has_example && environments.iter().all(is_blank) {
        return String::new();
    }
    let (blank, rest): (Vec<Found>, Vec<Found>) = environments.drain(..).partition(is_blank);
    *environments = rest;
    let names: Vec<&str> = (blank.iter().flat_map(|found| &found.files))
        .map(Source::name)
        .collect();
    match names.as_slice() {
        [] => String::new(),
        names => format!(
            "Not taken, because nothing is in it: {}\n",
            neutralise(&names.join(", "))
        ),
    }
}

/// Says where keys are that the schema left out, not their names, which may be data.
fn left_out(draft: &Draft<'_>) -> String {
    let keys = draft.left_out();
    let mut places: Vec<String> = (keys.iter().take(MAX_PLACES))
        .map(|(source, span)| {
            let at = LineIndex::new(source.bytes()).line_column(source.bytes(), span.start, PositionEncoding::Scalar);
            format!("{}:{}", neutralise(source.name()), at.line)
        })
        .collect();
    match keys.len() {
        0 => return String::new(),
        count if count > MAX_PLACES => places.push(format!("{} more", count - MAX_PLACES)),
        _ => {}
    }
    format!(
        "Left out, because it may not be the name of a key; add what is one: {}\n",
        places.join(", ")
    )
}

/// Says what is in the schema that was written.
fn summary(name: &str, schema: &Schema) -> String {
    let secrets = schema.properties().iter().filter(|property| property.secret.is_some());
    format!(
        "{}: {} ({}) and {}",
        neutralise(name),
        counted(schema.properties().len(), "key"),
        counted(secrets.count(), "secret"),
        counted(schema.environments().len(), "environment")
    )
}

/// Converts a schema of another tool.
fn adopted(from: &Path, path: &Path, name: &str) -> Result<String, Problem> {
    let called = discover::shown(from);
    let source =
        Source::new(called.clone(), read::file(from, &called)?).map_err(|error| Problem::new(error.to_string()))?;
    let index = LineIndex::new(source.bytes());
    let at = |span: Span| {
        let at = index.line_column(source.bytes(), span.start, PositionEncoding::Scalar);
        format!("{called}:{}:{}", at.line, at.column)
    };
    let adopted = adopt::adopt(&source).map_err(|Refused { span, message, help }| {
        let place = span.map_or_else(|| called.clone(), at);
        Problem::new(format!("{place}: {message}")).help(help)
    })?;
    let schema = compile_or_message(&adopted.text)
        .map_err(|error| Problem::new(format!("{called}: what it declares is not a valid schema: {error}")))?;
    write_schema(path, name, &adopted.text)?;
    let mut said = format!(
        "{}, carried over from {}, {}\n",
        summary(name, &schema),
        neutralise(&called),
        adopted.kind.title()
    );
    if !adopted.lost.is_empty() {
        said.push_str("Not carried over:\n");
        for lost in &adopted.lost {
            said.push_str(&format!(
                "  {}: {}\n",
                neutralise(&at(lost.span)),
                neutralise(&lost.message)
            ));
        }
    }
    said.push_str("Read the \"$comment\" of each key, then run: envgate check\n");
    Ok(said)
}

/// Returns the loader that the project depends on. A loader of the server is preferred to a bundler, which only reads the files for what
/// runs in the browser.
fn own_loader(folder: &Path) -> Option<Loader> {
    let mut found = draft::MANIFESTS
        .iter()
        .filter_map(|name| draft::loader(name, &text(folder, name)?));
    let first = found.next().or_else(|| scripts::loader(folder))?;
    let server = first
        .is_bundler
        .then(|| found.find(|other| other.dialect.name != "bun"));
    Some(server.flatten().unwrap_or(first))
}

/// Returns the text of a file in a folder, if it is there.
fn text(folder: &Path, name: &str) -> Option<Vec<u8>> {
    let path = folder.join(name);
    host::is_file(&path).then(|| read::file(&path, name).ok())?
}

/// Returns the loaders of the files: the one that the project depends on, and Docker Compose where it reads the same files.
fn loaders(own: Option<Loader>, folder: &Path, environments: &[Found]) -> Vec<Loader> {
    let mut files: Vec<&str> = (environments.iter().flat_map(|found| &found.files))
        .map(Source::name)
        .filter(|name| !name.contains('#'))
        .collect();
    if own.is_none() {
        // Without another loader, Compose is taken even if it does not read all of these files.
        files.clear();
    }
    let names = composed::names(folder);
    let compose = names
        .iter()
        .find_map(|name| draft::compose(name, &text(folder, name)?, &files));
    own.into_iter().chain(compose).collect()
}

/// The problem with a folder without env files. It suggests folders below, where projects of several parts have theirs.
fn nothing(folder: &Path, passed_over: &[PathBuf]) -> Problem {
    if let [file, ..] = passed_over {
        let message = format!(
            "{} does more than set variables, so nothing can be guessed from it",
            discover::shown(file)
        );
        return Problem::new(message).help("what its commands set is not known; write the schema by hand, or begin with a file that only sets variables");
    }
    let problem = Problem::new(format!("there is no env file in {}", discover::shown(folder)));
    let models = models::alike(folder);
    if !models.is_empty() {
        let help = format!("copy {} to .env, fill it in, and begin again", models.join(" or "));
        return problem.help(neutralise(&help).into_owned());
    }
    let below = below(folder);
    match below.split_first() {
        Some((first, [])) => problem.help(format!("there is one in {first}: envgate init {first}")),
        Some((first, _)) => {
            let some: Vec<&str> = below.iter().take(MAX_PLACES).map(String::as_str).collect();
            problem.help(format!(
                "there are some in {}; each can have a schema of its own: envgate init {first}",
                some.join(", ")
            ))
        }
        None => problem.help(match composed_below(folder) {
            Some(first) => format!("there is a Compose file in {first}: envgate init {first}"),
            None => "looked for names such as .env, .env.production, production.env, config/production.env, .envrc and .env.example; copy files with other names to one of these".to_owned(),
        }),
    }
}

/// Returns the nearest folder below that has a Compose file with variables.
fn composed_below(folder: &Path) -> Option<String> {
    let mut found = None;
    discover::walk(folder, LOOKED_AT, &mut |folder, names| {
        let is_one = || names.iter().any(|name| carrier::is_compose_name(name));
        if found.is_none() && is_one() && matches!(composed::find(folder), Ok(Some(_))) {
            found = Some(discover::shown(folder));
        }
    });
    found
}

/// Says which folders below have env files that are not part of this schema, as in a monorepo.
fn elsewhere(folder: &Path) -> String {
    let mut below = below(folder);
    below.retain(|other| !files::is_searched(folder, Path::new(other)));
    let Some(first) = below.first() else {
        return String::new();
    };
    let (some, more) = below.split_at(below.len().min(MAX_ELSEWHERE));
    let mut names = some.join(", ");
    if !more.is_empty() {
        names.push_str(&format!(" and {} more", more.len()));
    }
    let said = format!("Not taken: env files in {names}; each can have a schema of its own: envgate init {first}");
    neutralise(&said).into_owned() + "\n"
}

/// How many folders with further env files are named.
const MAX_ELSEWHERE: usize = 4;

/// How many folders are searched for env files to suggest.
const LOOKED_AT: usize = 1_000;

/// Returns the folders below that have an env file or an example.
fn below(folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    discover::walk(folder, LOOKED_AT, &mut |folder, names| {
        if files::has_any(folder, names) {
            found.push(discover::shown(folder));
        }
    });
    found
}

fn sources_of(environments: &[Found], example: Option<&Source>) -> String {
    let mut names: Vec<&str> = Vec::new();
    let there = environments.iter().filter(|found| !found.is_to_come);
    for file in there.flat_map(|found| &found.files).chain(example) {
        if !names.contains(&file.name()) && !file.bytes().is_empty() {
            names.push(file.name());
        }
    }
    if names.is_empty() {
        // The files were found but are empty.
        names.extend(environments.iter().flat_map(|found| &found.files).map(Source::name));
    }
    neutralise(&names.join(", ")).into_owned()
}

/// Reads the files of environments.
fn found(folder: &Path, files: Vec<OfEnvironment>) -> Result<Vec<Found>, Problem> {
    let read = |one: OfEnvironment| {
        let files = one.files.iter().map(|file| source(folder, file));
        Ok(Found {
            name: one.name,
            files: files.collect::<Result<Vec<Source>, Problem>>()?,
            is_guessed: one.is_guessed,
            is_to_come: false,
            dialect: one.dialect,
        })
    };
    files.into_iter().map(read).collect()
}

fn source(folder: &Path, path: &Path) -> Result<Source, Problem> {
    let bytes = read::file(path, &discover::shown(path))?;
    let name = discover::name(path, &folder.join(discover::SCHEMA));
    Source::new(name, bytes).map_err(|error| Problem::new(error.to_string()))
}

fn compile(text: &str) -> Result<Schema, Problem> {
    compile_or_message(text).map_err(|_| Problem::new("no schema could be drafted from these files"))
}

/// Compiles a schema. The error is the message of the first mistake.
fn compile_or_message(text: &str) -> Result<Schema, String> {
    let codes = rules::codes();
    let vocabulary = Vocabulary {
        rules: &codes,
        ..Vocabulary::default()
    };
    let source = Source::new(discover::SCHEMA, text).map_err(|error| error.to_string())?;
    Schema::compile(&source, &vocabulary).map_err(|errors| {
        errors
            .into_iter()
            .next()
            .map_or_else(String::new, |error| error.message)
    })
}

/// Returns the keys whose own values fail the check, so that the guess about them must be wrong.
pub(crate) fn wrongly_guessed(
    text: &str,
    environments: &[Found],
    example: Option<&Source>,
) -> Result<Vec<String>, Problem> {
    let schema = compile(text)?;
    let mut sources = vec![Source::new(discover::SCHEMA, text).map_err(|error| Problem::new(error.to_string()))?];
    let mut inputs = Vec::new();
    let alone: Vec<Vec<&Source>> = match example {
        Some(example) if environments.is_empty() => vec![vec![example]],
        _ => environments.iter().map(|found| found.files.iter().collect()).collect(),
    };
    for (id, files) in (0..).map(EnvironmentId).zip(alone) {
        let mut named = Vec::new();
        for file in files {
            let again = Source::new(file.name(), file.bytes()).map_err(|error| Problem::new(error.to_string()))?;
            let id = SourceId(u32::try_from(sources.len()).unwrap_or(u32::MAX));
            named.push(match file.name().split_once('#') {
                Some((_, part)) => FileInput {
                    source: id,
                    form: Form::Carried(Carrier::Compose, Some(part.to_owned()), Merge::default()),
                },
                None => FileInput::from(id),
            });
            sources.push(again);
        }
        inputs.push(EnvironmentInput::new(id, named));
    }
    let report = envgate::check(&schema, &sources, &inputs, &Options::default());
    let guessed = report
        .diagnostics
        .into_iter()
        .filter(|diagnostic| diagnostic.severity == Severity::Error && diagnostic.code.0.starts_with("schema-"));
    Ok(guessed.filter_map(|diagnostic| diagnostic.key).collect())
}
