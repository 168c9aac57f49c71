//! `envgate schema check`, and the schema of every other check: found, read and compiled, or refused with all its mistakes.

use std::path::PathBuf;

use envgate::report::{human, MaskedSource};
use envgate::schema::{Schema, SchemaError};
use envgate::source::{LineIndex, Location, PositionEncoding, Source, SourceId};

use crate::args::{Format, SchemaArguments};
use crate::terminal::{self, complain, print_error, Problem};
use crate::{discover, read, FAILED};

/// Runs the subcommand.
pub(crate) fn run(arguments: &SchemaArguments) -> u8 {
    let named: Vec<PathBuf> = arguments.file.iter().cloned().collect();
    let Some(opened) = open(&named, &[], Format::Human) else {
        return FAILED;
    };
    let (environments, keys) = (opened.schema.environments().len(), opened.schema.properties().len());
    let plural = |count: usize| if count == 1 { "" } else { "s" };
    let text = format!(
        "{}: no mistakes in {keys} key{} and {environments} environment{}\n",
        envgate::report::neutralise(opened.sources[0].name()),
        plural(keys),
        plural(environments),
    );
    terminal::print(&text, 0)
}

/// A schema that compiled.
pub(crate) struct Opened {
    /// Where it stands.
    pub(crate) path: PathBuf,
    pub(crate) schema: Schema,
    /// Its text, and room for what is checked against it.
    pub(crate) sources: Vec<Source>,
}

/// Finds, reads and compiles a schema; what keeps it from that has been said when there is none.
pub(crate) fn open(named: &[PathBuf], paths: &[PathBuf], format: Format) -> Option<Opened> {
    let read = discover::schema(named, paths).and_then(|path| {
        let name = discover::shown(&path);
        let inside = path.join(discover::SCHEMA);
        if inside.is_file() {
            let help = format!("name the file: {}", discover::shown(&inside));
            return Err(Problem::new(format!("{name} is a folder, not a schema")).help(help));
        }
        let bytes = read::file(&path, &name)?;
        if bytes.trim_ascii().is_empty() {
            return Err(Problem::new(format!("{name} is empty: a schema is a JSON object")));
        }
        let source = Source::new(discover::name(&path, &path), bytes);
        source
            .map(|source| (path, source))
            .map_err(|error| Problem::new(error.to_string()))
    });
    let (path, source) = match read {
        Ok(read) => read,
        Err(problem) => {
            complain(&problem);
            return None;
        }
    };
    match Schema::compile(&source) {
        Ok(schema) => Some(Opened {
            path,
            schema,
            sources: vec![source],
        }),
        Err(errors) => {
            refuse(&errors, source, format);
            None
        }
    }
}

/// Shows every mistake where it stands.
fn refuse(errors: &[SchemaError], source: Source, format: Format) {
    let name = source.name().to_owned();
    let sources = [source];
    let masked = [MaskedSource::schema(&sources[0])];
    for error in errors {
        let location = Location {
            source: SourceId(0),
            span: error.span,
        };
        let text = if format == Format::Human {
            human::render_error(
                &error.message,
                location,
                error.help.as_deref(),
                &sources,
                &masked,
                terminal::stderr_style(),
            ) + "\n\n"
        } else {
            concise(error, &sources[0])
        };
        print_error(&text);
    }
    let count = errors.len();
    complain(&Problem::new(format!(
        "{name} has {count} mistake{}: nothing was checked",
        if count == 1 { "" } else { "s" }
    )));
}

fn concise(error: &SchemaError, source: &Source) -> String {
    let index = LineIndex::new(source.bytes());
    let at = index.line_column(source.bytes(), error.span.start, PositionEncoding::Scalar);
    let [name, message] = [source.name(), &error.message].map(envgate::report::neutralise);
    format!("{name}:{}:{}: error: {message}\n", at.line, at.column)
}
