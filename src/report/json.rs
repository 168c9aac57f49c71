//! `report.v1`, the wire format: `--format json`, the page and the npm package return these bytes.
//!
//! Every member is written by hand, so that a change to internal types can't change what others read.
//! `schemas/report.v1.schema.json` describes the format; a breaking change becomes a `report.v2` beside this file.

use jiff::Timestamp;

use crate::diagnostic::{Applicability, Diagnostic};
use crate::instant::Shown;
#[cfg(feature = "cli")]
use crate::report::Part;
use crate::report::export::Export;
use crate::report::jsontext::JsonText;
use crate::report::places::{Place, Places};
use crate::report::{AgeReport, EnvironmentReport, Report, State, VariableReport};
use crate::source::{Location, PositionEncoding, Source, SourceId};

/// Renders a report, indented by two spaces and ending in a line feed.
#[must_use]
pub fn render(export: &Export<'_>) -> String {
    JsonText::object_of(&mut |json| report(json, export))
}

/// Renders the reports of several schemas in the format of `schemas/reports.v1.schema.json`. It includes the schemas
/// that could not be checked, so that a reader who sees nothing else does not mistake them for a pass.
#[cfg(feature = "cli")]
#[must_use]
pub fn render_all(parts: &[Part<'_>]) -> String {
    JsonText::object_of(&mut |json| {
        json.number("version", 1);
        json.array("reports", &mut |json| {
            for Part { schema, export } in parts {
                json.item(&mut |json| {
                    json.string("schema", schema);
                    json.boolean("complete", export.as_ref().is_some_and(|export| export.complete));
                    let Some(export) = export else {
                        json.null("report");
                        return;
                    };
                    json.object("report", &mut |json| report(json, export));
                });
            }
        });
    })
}

fn report(json: &mut JsonText, export: &Export<'_>) {
    let report = export.report;
    let writer = &Writer::new(report, export.sources, export.encoding);
    json.number("version", 1);
    json.object("tool", &mut |json| {
        json.string("name", env!("CARGO_PKG_NAME"));
        json.string("version", env!("CARGO_PKG_VERSION"));
    });
    json.string("checkedAt", &Shown(report.checked_at).to_string());
    json.boolean("complete", export.complete);
    json.array("environments", &mut |json| {
        for one in &report.environments {
            json.item(&mut |json| writer.environment(json, one));
        }
    });
    json.strings("unchecked", &mut report.unchecked.iter().map(String::as_str));
    json.array("diagnostics", &mut |json| {
        for one in &report.diagnostics {
            json.item(&mut |json| writer.diagnostic(json, one));
        }
    });
    json.object("hidden", &mut |json| {
        json.number("suppressed", report.hidden.suppressed);
        json.number("waived", report.hidden.waived);
        json.number("baseline", report.hidden.baseline);
        json.number("omitted", report.hidden.omitted);
    });
}

pub(super) struct Writer<'w> {
    sources: &'w [Source],
    places: Places,
}

impl<'w> Writer<'w> {
    pub(super) fn new(report: &Report, sources: &'w [Source], encoding: PositionEncoding) -> Writer<'w> {
        Writer {
            sources,
            places: Places::of(report, sources, encoding),
        }
    }

    fn file(&self, source: SourceId) -> &str {
        self.sources[source.0 as usize].name()
    }

    fn environment(&self, json: &mut JsonText, environment: &EnvironmentReport) {
        json.string("name", &environment.name);
        json.strings("files", &mut environment.files.iter().map(|&source| self.file(source)));
        json.number("errors", environment.errors);
        json.number("warnings", environment.warnings);
        json.array("variables", &mut |json| {
            for one in &environment.variables {
                json.item(&mut |json| self.variable(json, one));
            }
        });
    }

    fn variable(&self, json: &mut JsonText, variable: &VariableReport) {
        json.string("key", &variable.key);
        json.string("state", state(variable.state));
        json.boolean("secret", variable.secret);
        self.line(json, variable.location);
        match &variable.age {
            Some(age) => json.object("age", &mut |json| self.age(json, age)),
            None => json.null("age"),
        }
    }

    pub(super) fn age(&self, json: &mut JsonText, age: &AgeReport) {
        json.string("verdict", age.verdict);
        instant(json, "due", age.due);
        instant(json, "warn", age.warn);
        instant(json, "from", age.earliest);
        instant(json, "to", age.latest);
        instant(json, "expires", age.expires);
        json.nullable("class", age.class.as_deref());
        json.nullable("owner", age.owner.as_deref());
        json.nullable("runbook", age.runbook.as_deref());
        json.array("evidence", &mut |json| {
            for piece in &age.evidence {
                json.item(&mut |json| {
                    json.string("rank", piece.rank);
                    json.string("source", piece.source);
                    json.string("field", piece.field);
                    instant(json, "from", piece.earliest);
                    instant(json, "to", piece.latest);
                    instant(json, "expires", piece.expires);
                    self.line(json, piece.location);
                });
            }
        });
        json.nullable("settle", age.settle);
    }

    /// Writes file and line, or null where there are none.
    fn line(&self, json: &mut JsonText, location: Option<Location>) {
        json.nullable("file", location.map(|location| self.file(location.source)));
        match location {
            Some(location) => json.number("line", self.places.start(location).at.line),
            None => json.null("line"),
        }
    }

    fn diagnostic(&self, json: &mut JsonText, diagnostic: &Diagnostic) {
        json.string("code", diagnostic.code.0);
        json.string("severity", diagnostic.severity.name());
        json.nullable("environment", diagnostic.environment.as_deref());
        json.nullable("key", diagnostic.key.as_deref());
        json.string("message", &diagnostic.message);
        match diagnostic.location {
            Some(location) => self.location(json, location),
            None => ["file", "start", "end"].iter().for_each(|name| json.null(name)),
        }
        json.nullable("schemaPointer", diagnostic.schema_pointer.as_deref());
        json.array("related", &mut |json| {
            for label in &diagnostic.related {
                json.item(&mut |json| {
                    json.string("message", &label.message);
                    self.location(json, label.location);
                });
            }
        });
        json.nullable("help", diagnostic.help.as_deref());
        // The edits of a fix apply to the file of its diagnostic; without a file there is nothing to edit.
        let Some((fix, Location { source, .. })) = diagnostic.fix.as_ref().zip(diagnostic.location) else {
            json.null("fix");
            return;
        };
        json.object("fix", &mut |json| {
            json.string("title", &fix.title);
            json.string(
                "applicability",
                match fix.applicability {
                    Applicability::Safe => "safe",
                    Applicability::Unsafe => "unsafe",
                },
            );
            json.array("edits", &mut |json| {
                for edit in &fix.edits {
                    json.item(&mut |json| {
                        self.position(json, "start", source, edit.span.start);
                        self.position(json, "end", source, edit.span.end);
                        json.string("text", edit.text);
                    });
                }
            });
        });
    }

    fn location(&self, json: &mut JsonText, Location { source, span }: Location) {
        json.string("file", self.file(source));
        self.position(json, "start", source, span.start);
        self.position(json, "end", source, span.end);
    }

    fn position(&self, json: &mut JsonText, name: &str, source: SourceId, offset: u32) {
        let Place { at, .. } = self.places.at(source, offset);
        json.object(name, &mut |json| {
            json.number("line", at.line);
            json.number("column", at.column);
            json.number("offset", offset);
        });
    }
}

fn instant(json: &mut JsonText, name: &str, at: Option<Timestamp>) {
    json.nullable(name, at.map(|at| Shown(at).to_string()).as_deref());
}

fn state(state: State) -> &'static str {
    match state {
        State::Ok => "ok",
        State::Invalid => "invalid",
        State::Missing => "missing",
        State::Defaulted => "defaulted",
        State::Forbidden => "forbidden",
        State::Unknown => "unknown",
        State::External => "external",
    }
}
