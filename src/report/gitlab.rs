//! GitLab's code quality report, which merge requests show at the lines they change.

use crate::diagnostic::Severity;
#[cfg(feature = "cli")]
use crate::report::Part;
use crate::report::export::Export;
use crate::report::jsontext::JsonText;
use crate::report::merged::merged;
use crate::source::PositionEncoding;

/// Renders a report.
#[must_use]
pub fn render(export: &Export<'_>) -> String {
    JsonText::array_of(&mut |json| issues(json, export))
}

/// Renders the reports of several schemas as one list.
#[cfg(feature = "cli")]
#[must_use]
pub fn render_all(parts: &[Part<'_>]) -> String {
    JsonText::array_of(&mut |json| {
        for export in parts.iter().filter_map(|part| part.export.as_ref()) {
            issues(json, export);
        }
    })
}

fn issues(json: &mut JsonText, export: &Export<'_>) {
    let places = export.places(PositionEncoding::Scalar);
    let merged = merged(export.report);
    let fingerprints = export.fingerprints(&merged);
    for (one, fingerprint) in merged.iter().zip(&fingerprints) {
        let diagnostic = one.diagnostic;
        let (start, end) = Export::span(&places, diagnostic);
        json.item(&mut |json| {
            json.string("description", &export.message_with_help(one));
            json.string("check_name", diagnostic.code.0);
            json.string("fingerprint", fingerprint);
            json.string("severity", severity(diagnostic.severity));
            json.object("location", &mut |json| {
                json.string("path", &export.path(Export::location(diagnostic).source));
                json.object("positions", &mut |json| {
                    for (name, place) in [("begin", start), ("end", end)] {
                        json.object(name, &mut |json| {
                            json.number("line", place.at.line);
                            json.number("column", place.at.column);
                        });
                    }
                });
            });
        });
    }
}

/// Maps a severity to one of GitLab's five.
fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "critical",
        Severity::Warning => "major",
        Severity::Info => "minor",
        Severity::Hint => "info",
    }
}
