//! JUnit XML, as the schema of Jenkins has it: an environment is a suite, a variable is a case, and what is told at or above
//! `--fail-on` is its failure. So a variable that is fine is seen to have been looked at.

use std::collections::BTreeMap;

use crate::diagnostic::Diagnostic;
use crate::instant::Shown;
use crate::report::export::Export;
use crate::report::{Places, Report, neutralise, summary};
use crate::source::PositionEncoding;

/// The suite of what is told of no environment.
const GENERAL: &str = "all environments";

/// Cases of one suite: what is told of each, by name.
type Cases<'r> = BTreeMap<&'r str, Vec<&'r Diagnostic>>;

/// Renders a report.
#[must_use]
pub fn render(export: &Export<'_>) -> String {
    let places = export.places(PositionEncoding::Scalar);
    let (mut body, mut all, mut all_failed) = (String::new(), 0, 0);
    for (suite, cases) in suites(export.report) {
        let mut text = String::new();
        let mut failed = 0;
        for (name, diagnostics) in &cases {
            failed += usize::from(case(export, &places, (suite, name), diagnostics, &mut text));
        }
        body.push_str(&format!(
            "  <testsuite name=\"{}\" tests=\"{}\" failures=\"{failed}\" errors=\"0\" timestamp=\"{}\">\n{text}  </testsuite>\n",
            escape(suite),
            cases.len(),
            Shown(export.report.checked_at)
        ));
        all += cases.len();
        all_failed += failed;
    }
    let errors = usize::from(!export.complete);
    if !export.complete {
        body.push_str(&format!(
            "  <testsuite name=\"envgate\" tests=\"1\" failures=\"0\" errors=\"1\">\n    \
             <testcase classname=\"envgate\" name=\"check\">\n      <error type=\"incomplete\" message=\"{}\"/>\n    \
             </testcase>\n  </testsuite>\n",
            summary::INCOMPLETE
        ));
    }
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"envgate\" tests=\"{}\" failures=\"{all_failed}\" \
         errors=\"{errors}\">\n{body}</testsuites>\n",
        all + errors
    )
}

/// Writes a case; whether it failed.
fn case(
    export: &Export<'_>,
    places: &Places,
    (suite, name): (&str, &str),
    diagnostics: &[&Diagnostic],
    text: &mut String,
) -> bool {
    let (class, name) = (escape(suite), escape(name));
    let open = format!("    <testcase classname=\"envgate.{class}\" name=\"{name}\"");
    if diagnostics.is_empty() {
        text.push_str(&format!("{open}/>\n"));
        return false;
    }
    let lines: String = diagnostics.iter().map(|one| line(export, places, one)).collect();
    let lines = escape(&lines);
    let worst = diagnostics
        .iter()
        .copied()
        .reduce(|a, b| if b.severity > a.severity { b } else { a });
    let worst = worst.filter(|worst| worst.severity >= export.floor);
    let inside = match worst {
        Some(worst) => {
            let (code, message) = (worst.code, escape(&neutralise(&worst.message)));
            format!("<failure type=\"{code}\" message=\"{message}\">{lines}</failure>")
        }
        None => format!("<system-out>{lines}</system-out>"),
    };
    text.push_str(&format!("{open}>\n      {inside}\n    </testcase>\n"));
    worst.is_some()
}

fn line(export: &Export<'_>, places: &Places, diagnostic: &Diagnostic) -> String {
    let (start, _) = Export::span(places, diagnostic);
    let path = export.path(Export::location(diagnostic).source);
    let (severity, code) = (diagnostic.severity.name(), diagnostic.code);
    let help = diagnostic
        .help
        .as_deref()
        .map(|help| format!("\n  help: {}", neutralise(help)));
    format!(
        "{path}:{}:{}: {severity}[{code}]: {}{}\n",
        start.at.line,
        start.at.column,
        neutralise(&diagnostic.message),
        help.unwrap_or_default()
    )
}

/// The suites in the order of the report, each with all its variables and with what is about none of them under its rule.
fn suites(report: &Report) -> Vec<(&str, Cases<'_>)> {
    let mut suites: Vec<(&str, Cases<'_>)> = report
        .environments
        .iter()
        .map(|environment| {
            let cases = environment
                .variables
                .iter()
                .map(|variable| (&*variable.key, Vec::new()));
            (&*environment.name, cases.collect())
        })
        .collect();
    let mut general = Cases::new();
    for diagnostic in &report.diagnostics {
        let suite = suites
            .iter_mut()
            .find(|(name, _)| diagnostic.environment.as_deref() == Some(name));
        let cases = suite.map_or(&mut general, |(_, cases)| cases);
        let name = diagnostic.key.as_deref().unwrap_or(diagnostic.code.0);
        cases.entry(name).or_default().push(diagnostic);
    }
    if !general.is_empty() {
        suites.push((GENERAL, general));
    }
    suites
}

/// As text and as an attribute; what acts on a terminal, and so all that XML forbids, is replaced.
fn escape(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        let (line, end) = line.strip_suffix('\n').map_or((line, ""), |line| (line, "\n"));
        for character in neutralise(line).chars() {
            match character {
                '&' => safe.push_str("&amp;"),
                '<' => safe.push_str("&lt;"),
                '>' => safe.push_str("&gt;"),
                '"' => safe.push_str("&quot;"),
                character => safe.push(character),
            }
        }
        safe.push_str(end);
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_xml_forbids_is_replaced() {
        assert_eq!(
            escape("a\u{0}\u{1b}\u{FFFE}\u{FFFF}<\"&]]>\nb"),
            "a\u{FFFD}\u{FFFD}\u{FFFD}\u{FFFD}&lt;&quot;&amp;]]&gt;\nb"
        );
    }
}
