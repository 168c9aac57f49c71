//! Says why there is no result: `{"errors": […]}`, each with its place if it has one.

use super::request::Malformed;
use crate::check::EvidenceError;
use crate::join::join;
use crate::name::is_plainly_a_name;
use crate::parse::dialect::DIALECTS;
use crate::parse::tools;
use crate::report::{JsonText, neutralise};
use crate::schema::{Schema, SchemaError};
use crate::source::{LineColumn, LineIndex, PositionEncoding, Source, TooLarge};
use crate::suggest;

/// Why there is no result.
#[derive(Debug)]
pub(super) struct Refusal {
    errors: Vec<Reason>,
}

#[derive(Debug)]
struct Reason {
    message: String,
    file: Option<String>,
    start: Option<Place>,
    end: Option<Place>,
    help: Option<String>,
}

#[derive(Debug)]
struct Place {
    line: u32,
    column: u32,
    offset: u32,
}

impl Reason {
    /// Creates a reason without a place.
    fn of(message: String, help: Option<String>) -> Reason {
        Reason {
            message,
            file: None,
            start: None,
            end: None,
            help,
        }
    }

    fn write(&self, json: &mut JsonText) {
        json.string("message", &self.message);
        json.nullable("file", self.file.as_deref());
        for (name, place) in [("start", &self.start), ("end", &self.end)] {
            let Some(place) = place else {
                json.null(name);
                continue;
            };
            json.object(name, &mut |json| {
                json.number("line", place.line);
                json.number("column", place.column);
                json.number("offset", place.offset);
            });
        }
        json.nullable("help", self.help.as_deref());
    }
}

impl Refusal {
    /// Returns the answer `{"errors": […]}`.
    pub(super) fn to_json(&self) -> String {
        JsonText::answer(&mut |json| {
            json.array("errors", &mut |json| {
                for reason in &self.errors {
                    json.item(&mut |json| reason.write(json));
                }
            });
        })
    }

    pub(super) fn because(message: impl Into<String>) -> Refusal {
        Refusal::with_help(message, None)
    }

    fn with_help(message: impl Into<String>, help: Option<String>) -> Refusal {
        Refusal {
            errors: vec![Reason::of(message.into(), help)],
        }
    }

    /// Lists all mistakes in a schema with their places.
    pub(super) fn schema(
        schema: &Source,
        beside: &[Source],
        encoding: PositionEncoding,
        errors: Vec<SchemaError>,
    ) -> Refusal {
        let files: Vec<(&Source, LineIndex)> = std::iter::once(schema)
            .chain(beside)
            .map(|source| (source, LineIndex::new(source.bytes())))
            .collect();
        let reason = |error: SchemaError| {
            let file = files.get(usize::from(error.file));
            let place = |offset| {
                let (source, lines) = file?;
                let LineColumn { line, column } = lines.line_column(source.bytes(), offset, encoding);
                Some(Place { line, column, offset })
            };
            Reason {
                message: neutralise(&error.message).into_owned(),
                file: file.map(|(source, _)| neutralise(source.name()).into_owned()),
                start: place(error.span.start),
                end: place(error.span.end),
                help: error.help.as_deref().map(|help| neutralise(help).into_owned()),
            }
        };
        Refusal {
            errors: errors.into_iter().map(reason).collect(),
        }
    }

    /// Lists all mistakes in exports and ledger with their places.
    pub(super) fn evidence(sources: &[Source], encoding: PositionEncoding, errors: Vec<EvidenceError>) -> Refusal {
        let lines: Vec<LineIndex> = sources.iter().map(|source| LineIndex::new(source.bytes())).collect();
        let reason = |error: EvidenceError| {
            let source = &sources[error.source.0 as usize];
            let lines = &lines[error.source.0 as usize];
            let place = |offset| {
                let LineColumn { line, column } = lines.line_column(source.bytes(), offset, encoding);
                Place { line, column, offset }
            };
            Reason {
                message: neutralise(&error.message).into_owned(),
                file: Some(neutralise(source.name()).into_owned()),
                start: error.span.map(|span| place(span.start)),
                end: error.span.map(|span| place(span.end)),
                help: Some(neutralise(&error.help).into_owned()),
            }
        };
        Refusal {
            errors: errors.into_iter().map(reason).collect(),
        }
    }

    pub(super) fn environment(schema: &Schema, name: &str) -> Refusal {
        let known: Vec<&str> = schema
            .environments()
            .iter()
            .map(|environment| environment.name.as_str())
            .collect();
        let help = match schema.meant(name) {
            Some(meant) => format!("did you mean {}?", quoted(meant)),
            None => format!("the schema has {}", join(&known, ", ")),
        };
        Refusal::with_help(format!("there is no environment {}", quoted(name)), Some(help))
    }

    /// Names every environment without anything to check, since a gate must not pass without having checked.
    pub(super) fn unchecked(schema: &Schema, source: &Source, environments: &[&str]) -> Refusal {
        if schema.asks_nothing() {
            let name = neutralise(source.name());
            return Refusal::because(format!("{name} declares no variables: nothing was checked"));
        }
        let reason = |name| Reason::of(format!("{name} has no variables: nothing was checked"), None);
        Refusal {
            errors: environments.iter().map(reason).collect(),
        }
    }

    /// Refuses a file that is not UTF-8: what a loader makes of such bytes is not what the file says.
    pub(super) fn not_utf8(source: &Source) -> Refusal {
        Refusal::because(format!("{} is not UTF-8", neutralise(source.name())))
    }

    pub(super) fn dialect(name: &str) -> Refusal {
        if let Some(hint) = tools::hint(name) {
            return Refusal::because(format!("there is no dialect {}: {hint}", quoted(name)));
        }
        let known: Vec<&str> = DIALECTS.iter().map(|dialect| dialect.name).collect();
        let help = match suggest::nearest(name, known.iter().copied()) {
            Some(near) => format!("did you mean {near}? The dialects are {}", join(&known, ", ")),
            None => format!("the dialects are {}", join(&known, ", ")),
        };
        Refusal::with_help(format!("there is no dialect {}", quoted(name)), Some(help))
    }
}

impl From<TooLarge> for Refusal {
    fn from(error: TooLarge) -> Refusal {
        Refusal::because(neutralise(&error.to_string()))
    }
}

impl From<Malformed> for Refusal {
    fn from(malformed: Malformed) -> Refusal {
        Refusal::because(malformed.to_string())
    }
}

/// Quotes a name given by the caller. If the calling program mixes up its fields, a supposed name may be a value, which
/// is not shown.
fn quoted(name: &str) -> String {
    if is_plainly_a_name(name.as_bytes()) {
        format!("`{name}`")
    } else {
        "of that name".to_owned()
    }
}
