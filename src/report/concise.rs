//! One line a diagnostic, in the form that editors and `grep` know: `path:line:column: severity[code]: message`.

use std::fmt::Write;

use crate::diagnostic::Diagnostic;
use crate::report::places::Places;
use crate::report::{EnvironmentReport, Report, neutralise, summary};
use crate::source::{PositionEncoding, Source};

/// What stands in place of a path where a variable comes from no file.
const NO_FILE: &str = "<process environment>";

/// Renders a report.
#[must_use]
pub fn render(report: &Report, sources: &[Source]) -> String {
    let places = Places::of(report, sources, PositionEncoding::Scalar);
    let mut text = String::new();
    for diagnostic in &report.diagnostics {
        let (severity, code, message) = (
            diagnostic.severity.name(),
            diagnostic.code,
            neutralise(&diagnostic.message),
        );
        let where_it_holds = environment(report, diagnostic);
        // Writing to a string cannot fail.
        let _ = match diagnostic.location {
            Some(location) => {
                let at = places.start(location).at;
                let path = neutralise(sources[location.source.0 as usize].name());
                writeln!(
                    text,
                    "{path}:{}:{}: {severity}[{code}]: {message}{where_it_holds}",
                    at.line, at.column
                )
            }
            None => writeln!(text, "{NO_FILE}: {severity}[{code}]: {message}{where_it_holds}"),
        };
    }
    for line in summary::hidden(report)
        .into_iter()
        .chain([summary::last_line(report, sources)])
    {
        text.push_str(&line);
        text.push('\n');
    }
    text
}

/// ` (production)` behind what neither message nor file tells: a file that several environments read, the schema, the process environment.
fn environment(report: &Report, diagnostic: &Diagnostic) -> String {
    let Some(name) = &diagnostic.environment else {
        return String::new();
    };
    let reads = |one: &&EnvironmentReport| diagnostic.location.is_some_and(|at| one.files.contains(&at.source));
    let is_told = diagnostic.message.contains(name.as_str());
    if is_told || report.environments.len() < 2 || report.environments.iter().filter(reads).count() == 1 {
        return String::new();
    }
    format!(" ({})", neutralise(name))
}
