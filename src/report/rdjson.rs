//! rdjson, the input format of reviewdog, which comments on pull requests of many hosts. Its columns count bytes.

use crate::diagnostic::Severity;
use crate::report::export::{BESIDES, Export};
use crate::report::jsontext::JsonText;
use crate::report::merged::merged;
use crate::report::places::{Place, Places};
use crate::report::{Part, neutralise};
use crate::source::{Location, PositionEncoding, SourceId};

/// Renders a report.
#[must_use]
pub fn render(export: &Export<'_>) -> String {
    render_all(&[export.alone(&export.path(SourceId(0)))])
}

/// Renders the reports of several schemas as one list.
#[must_use]
pub fn render_all(parts: &[Part<'_>]) -> String {
    JsonText::object_of(&mut |json| {
        json.object("source", &mut |json| json.string("name", env!("CARGO_PKG_NAME")));
        json.array("diagnostics", &mut |json| {
            for part in parts {
                for (severity, text) in part.besides() {
                    json.item(&mut |json| {
                        json.string("message", &text);
                        json.object("location", &mut |json| json.string("path", &neutralise(part.schema)));
                        end(json, severity, BESIDES);
                    });
                }
                if let Some(export) = &part.export {
                    diagnostics(json, export);
                }
            }
        });
    })
}

/// Writes what every diagnostic ends with.
fn end(json: &mut JsonText, level: Severity, code: &str) {
    json.string("severity", severity(level));
    json.object("code", &mut |json| json.string("value", code));
}

fn diagnostics(json: &mut JsonText, export: &Export<'_>) {
    let places = export.places(PositionEncoding::Scalar);
    for one in merged(export.report) {
        let diagnostic = one.diagnostic;
        json.item(&mut |json| {
            let location = Export::location(diagnostic);
            json.string("message", &export.message_with_help(&one));
            json.object("location", &mut |json| {
                json.string("path", &export.path(location.source));
                range(json, &places, location);
            });
            end(json, diagnostic.severity, diagnostic.code.0);
            if let (Some(fix), Some(location)) = (&diagnostic.fix, diagnostic.location) {
                json.array("suggestions", &mut |json| {
                    for edit in &fix.edits {
                        let span = edit.span;
                        json.item(&mut |json| {
                            range(json, &places, Location { span, ..location });
                            json.string("text", edit.text);
                        });
                    }
                });
            }
        });
    }
}

fn range(json: &mut JsonText, places: &Places, Location { source, span }: Location) {
    json.object("range", &mut |json| {
        for (name, offset) in [("start", span.start), ("end", span.end)] {
            let Place { at, line, offset } = places.at(source, offset);
            // Without the text of a file we cannot know where its lines begin.
            let column = if line.is_empty() {
                at.column
            } else {
                offset.saturating_sub(line.start) + 1
            };
            json.object(name, &mut |json| {
                json.number("line", at.line);
                json.number("column", column);
            });
        }
    });
}

fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "ERROR",
        Severity::Warning => "WARNING",
        Severity::Info | Severity::Hint => "INFO",
    }
}
