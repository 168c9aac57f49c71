//! GitLab's code quality report, which merge requests show at the lines they change.

use crate::diagnostic::Severity;
use crate::report::export::{BESIDES, Export, Fingerprints};
use crate::report::jsontext::JsonText;
use crate::report::merged::merged;
use crate::report::{Part, neutralise};
use crate::source::{PositionEncoding, SourceId};

/// Renders a report.
#[must_use]
pub fn render(export: &Export<'_>) -> String {
    render_all(&[export.alone(&export.path(SourceId(0)))])
}

/// Renders the reports of several schemas as one list.
#[must_use]
pub fn render_all(parts: &[Part<'_>]) -> String {
    JsonText::array_of(&mut |json| {
        // GitLab shows one of two issues that share a fingerprint, so they are told apart over all reports.
        let mut prints = Fingerprints::default();
        for part in parts {
            for (severity, text) in part.besides() {
                let print = prints.next([BESIDES, severity.name(), "", part.schema]);
                let severity = if severity == Severity::Error { "blocker" } else { "info" };
                let path = neutralise(part.schema);
                issue(json, [&text, BESIDES, &print, severity, &path], [(1, 1), (1, 1)]);
            }
            if let Some(export) = &part.export {
                issues(json, export, &mut prints);
            }
        }
    })
}

fn issues(json: &mut JsonText, export: &Export<'_>, prints: &mut Fingerprints) {
    let places = export.places(PositionEncoding::Scalar);
    for one in merged(export.report) {
        let diagnostic = one.diagnostic;
        let (start, end) = Export::span(&places, diagnostic);
        let (text, print) = (export.message_with_help(&one), prints.of(export, diagnostic));
        let path = export.path(Export::location(diagnostic).source);
        let texts = [&text, diagnostic.code.0, &print, severity(diagnostic.severity), &path];
        issue(json, texts, [start, end].map(|place| (place.at.line, place.at.column)));
    }
}

fn issue(json: &mut JsonText, texts: [&str; 5], positions: [(u32, u32); 2]) {
    let [description, check, fingerprint, severity, path] = texts;
    json.item(&mut |json| {
        json.string("description", description);
        json.string("check_name", check);
        json.string("fingerprint", fingerprint);
        json.string("severity", severity);
        json.object("location", &mut |json| {
            json.string("path", path);
            json.object("positions", &mut |json| {
                for (name, (line, column)) in ["begin", "end"].into_iter().zip(positions) {
                    json.object(name, &mut |json| {
                        json.number("line", line);
                        json.number("column", column);
                    });
                }
            });
        });
    });
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
