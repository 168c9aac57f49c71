//! GitLab's code quality report: shown in a merge request where lines changed.

use crate::diagnostic::Severity;
#[cfg(feature = "cli")]
use crate::report::Part;
use crate::report::export::Export;
use crate::report::jsontext::JsonText;
use crate::report::told::told;
use crate::source::PositionEncoding;

/// Renders a report.
#[must_use]
pub fn render(export: &Export<'_>) -> String {
    JsonText::array_of(&mut |json| issues(json, export))
}

/// Renders the reports of several schemas, in one list.
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
    let told = told(export.report);
    let fingerprints = export.fingerprints(&told);
    for (one, fingerprint) in told.iter().zip(&fingerprints) {
        let diagnostic = one.diagnostic;
        let (start, end) = Export::span(&places, diagnostic);
        json.item(&mut |json| {
            json.string("description", &export.message(one));
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

/// One of GitLab's five.
fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "critical",
        Severity::Warning => "major",
        Severity::Info => "minor",
        Severity::Hint => "info",
    }
}
