//! One line per diagnostic in the form that editors and `grep` know: `path:line:column: severity[code]: message`.

use std::fmt::Write;

use crate::report::merged::merged;
use crate::report::places::Places;
use crate::report::untrusted::neutralise_first;
use crate::report::{Report, neutralise, summary};
use crate::source::{PositionEncoding, Source};

/// Takes the place of the path for a variable that comes from no file.
const NO_FILE: &str = "<process environment>";

/// Renders a report.
#[must_use]
pub fn render(report: &Report, sources: &[Source]) -> String {
    let mut text = lines(report, sources);
    summary::conclude(&mut text, report, sources);
    text
}

/// Renders only the diagnostics of a report.
#[must_use]
pub fn lines(report: &Report, sources: &[Source]) -> String {
    let places = Places::of(report, sources, PositionEncoding::Scalar);
    let mut text = String::new();
    for one in merged(report) {
        let diagnostic = one.diagnostic;
        let (severity, code, message) = (
            diagnostic.severity.name(),
            diagnostic.code,
            neutralise(&diagnostic.message),
        );
        let where_it_holds = summary::environments(report, &one);
        // Writing to a string cannot fail.
        let _ = match diagnostic.location {
            Some(location) => {
                let at = places.start(location).at;
                let path = neutralise_first(sources[location.source.0 as usize].name());
                writeln!(
                    text,
                    "{path}:{}:{}: {severity}[{code}]: {message}{where_it_holds}",
                    at.line, at.column
                )
            }
            None => writeln!(text, "{NO_FILE}: {severity}[{code}]: {message}{where_it_holds}"),
        };
    }
    text
}
