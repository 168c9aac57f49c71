//! `envgate schema check`, and the schema of every other check: found, read and compiled, or refused with all its mistakes.

use std::path::{Path, PathBuf};

use envgate::check::rules;
use envgate::report::{MaskedSource, counted, human, neutralise, refused};
use envgate::schema::{META_SCHEMA, Schema, SchemaError, Vocabulary};
use envgate::source::{LineIndex, Location, PositionEncoding, Source, SourceId};

use crate::args::{Format, SchemaArguments};
use crate::terminal::{self, Problem, complain, print_error};
use crate::{FAILED, discover, host, read};

/// Runs the subcommand.
pub(crate) fn run(arguments: &SchemaArguments) -> u8 {
    let named: Vec<PathBuf> = arguments.file.iter().cloned().collect();
    let Some(opened) = open(&named, &[], Format::Human) else {
        return FAILED;
    };
    let name = discover::shown(&opened.path);
    let errors = against_meta_schema(&opened.sources[0]);
    if !errors.is_empty() {
        refuse(&errors, &opened.path, &opened.sources, Format::Human);
        return FAILED;
    }
    let keys = counted(opened.schema.properties().len(), "key");
    let environments = counted(opened.schema.environments().len(), "environment");
    terminal::print(
        &format!("{}: no mistakes in {keys} and {environments}\n", neutralise(&name)),
        0,
    )
}

/// Prints the meta-schema, for editors.
pub(crate) fn print() -> u8 {
    terminal::print(META_SCHEMA, 0)
}

/// Checks with the meta-schema, as an editor does. The compiler checks more, so what only this finds is a bug in one of the two.
#[cfg(feature = "full")]
fn against_meta_schema(source: &Source) -> Vec<SchemaError> {
    Schema::check_meta(source)
}

#[cfg(not(feature = "full"))]
fn against_meta_schema(_: &Source) -> Vec<SchemaError> {
    Vec::new()
}

/// A schema that compiled.
pub(crate) struct Opened {
    /// Its path.
    pub(crate) path: PathBuf,
    pub(crate) schema: Schema,
    /// Its text, and room for what is checked against it.
    pub(crate) sources: Vec<Source>,
    /// The files beside it that it refers to, directly or not.
    pub(crate) beside: Vec<Source>,
}

/// Finds, reads and compiles a schema. Returns `None` if that is impossible, which has been reported.
pub(crate) fn open(named: &[PathBuf], paths: &[PathBuf], format: Format) -> Option<Opened> {
    match discover::schema(named, paths) {
        Ok(path) => open_at(path, format),
        Err(problem) => {
            complain(&problem);
            None
        }
    }
}

/// Reads and compiles the schema at a path. Returns `None` if that is impossible, which has been reported.
pub(crate) fn open_at(path: PathBuf, format: Format) -> Option<Opened> {
    match read(&path) {
        Ok(source) => compile(path, source, format),
        Err(problem) => {
            complain(&problem);
            None
        }
    }
}

/// Returns an empty schema in the current folder, for commands that need none.
#[cfg(not(target_family = "wasm"))]
pub(crate) fn none(format: Format) -> Option<Opened> {
    let source = Source::new(discover::SCHEMA, "{}").ok()?;
    compile(PathBuf::from(discover::SCHEMA), source, format)
}

/// Reads a schema without compiling it.
///
/// # Errors
/// Why it can't be read.
pub(crate) fn read(path: &Path) -> Result<Source, Problem> {
    let name = discover::shown(path);
    let inside = path.join(discover::SCHEMA);
    if host::is_file(&inside) {
        let help = format!("name the file: {}", discover::shown(&inside));
        return Err(Problem::new(format!("{name} is a folder, not a schema")).help(help));
    }
    let bytes = read::file(path, &name).map_err(Problem::without_help)?;
    if bytes.trim_ascii().is_empty() {
        return Err(Problem::new(format!("{name} is empty: a schema is a JSON object")));
    }
    Source::new(discover::name(path, path), bytes).map_err(|error| Problem::new(error.to_string()))
}

fn compile(path: PathBuf, source: Source, format: Format) -> Option<Opened> {
    match compiled(path.clone(), source) {
        Ok(opened) => return Some(opened),
        Err(Refused::Mistakes(errors, sources)) => refuse(&errors, &path, &sources, format),
        Err(Refused::Unread(problem)) => complain(&problem),
    }
    None
}

/// Why there is no schema.
pub(crate) enum Refused {
    /// The mistakes in it and in the files beside it, which are these.
    Mistakes(Vec<SchemaError>, Vec<Source>),
    /// One of the files beside it can't be read.
    Unread(Problem),
}

/// Compiles a schema, with the files beside it that it refers to.
///
/// # Errors
/// When that is impossible.
pub(crate) fn compiled(path: PathBuf, source: Source) -> Result<Opened, Refused> {
    let rules = rules::codes();
    let vocabulary = Vocabulary {
        rules: &rules,
        ..Vocabulary::default()
    };
    // Few schemas refer to other files, and to find out takes another pass over the text. So the schema is first compiled without any.
    let errors = match Schema::compile(&source, &vocabulary) {
        Ok(schema) => {
            return Ok(Opened {
                path,
                schema,
                sources: vec![source],
                beside: Vec::new(),
            });
        }
        Err(errors) => errors,
    };
    let mut sources = vec![source];
    if beside(&path, &mut sources).map_err(Refused::Unread)? == 0 {
        return Err(Refused::Mistakes(errors, sources));
    }
    let with_files = Vocabulary {
        files: &sources[1..],
        ..vocabulary
    };
    match Schema::compile(&sources[0], &with_files) {
        Ok(schema) => {
            let beside = sources.split_off(1);
            Ok(Opened {
                path,
                schema,
                sources,
                beside,
            })
        }
        Err(errors) => Err(Refused::Mistakes(errors, sources)),
    }
}

/// Reads the files that the first source refers to, directly or not, and appends them; returns how many. A missing one is left to the
/// compiler, which can say where it is named.
///
/// # Errors
/// Why one can't be read.
pub(crate) fn beside(path: &Path, sources: &mut Vec<Source>) -> Result<usize, Problem> {
    let folder = path.parent().unwrap_or(Path::new(""));
    let mut asked = 0;
    while asked < sources.len() {
        for name in Schema::files(&sources[asked]) {
            let file = folder.join(&name);
            if sources.iter().any(|source| source.name() == name) || !host::exists(&file) {
                continue;
            }
            if !discover::is_in_project(&file, path) {
                let message = format!("{} is outside of the project, and is not read", discover::shown(&file));
                return Err(Problem::new(message).help(
                    "\"$ref\" reaches files in the repository of the schema, or below the folder in which envgate runs",
                ));
            }
            let bytes = read::file(&file, &discover::shown(&file)).map_err(Problem::without_help)?;
            sources.push(Source::new(name, bytes).map_err(|error| Problem::new(error.to_string()))?);
        }
        asked += 1;
    }
    Ok(sources.len() - 1)
}

/// How many mistakes are shown with an excerpt. Nobody fixes more before checking again, and the formats for editors have all of them.
const MAX_FRAMED: usize = 50;

/// Prints the mistakes at their places, with names of files as the user would write them.
pub(crate) fn refuse(errors: &[SchemaError], path: &Path, sources: &[Source], format: Format) {
    let folder = path.parent().unwrap_or(Path::new(""));
    let named = sources.iter().enumerate().map(|(index, source)| {
        let path = if index == 0 {
            path.to_owned()
        } else {
            folder.join(source.name())
        };
        Source::new(discover::shown(&path), source.bytes())
    });
    let Ok(sources) = named.collect::<Result<Vec<Source>, _>>() else {
        return;
    };
    let masked: Vec<MaskedSource<'_>> = sources.iter().map(refused).collect();
    let shown = if format == Format::Human {
        MAX_FRAMED
    } else {
        errors.len()
    };
    for error in errors.iter().take(shown) {
        let text = if format == Format::Human {
            let location = Location {
                source: SourceId(u32::from(error.file)),
                span: error.span,
            };
            let (help, style) = (error.help.as_deref(), terminal::stderr_style());
            human::render_error(&error.message, location, help, &sources, &masked, style) + "\n\n"
        } else {
            concise(error, &sources[usize::from(error.file)])
        };
        print_error(&text);
    }
    let (name, mistakes) = (sources[0].name(), counted(errors.len(), "mistake"));
    let part = if errors.len() > shown {
        format!(", of which the first {shown} are shown")
    } else {
        String::new()
    };
    complain(&Problem::new(format!(
        "{name} has {mistakes}{part}: nothing was checked"
    )));
}

fn concise(error: &SchemaError, source: &Source) -> String {
    let index = LineIndex::new(source.bytes());
    let at = index.line_column(source.bytes(), error.span.start, PositionEncoding::Scalar);
    let [name, message] = [source.name(), &error.message].map(neutralise);
    format!("{name}:{}:{}: error: {message}\n", at.line, at.column)
}
