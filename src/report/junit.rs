//! JUnit XML according to Jenkins's schema: an environment is a suite, a variable is a case, and a diagnostic at or
//! above `--fail-on` is its failure. So the report also shows that a correct variable was checked, and that an environment
//! was not: its suite is skipped.

use std::collections::BTreeMap;

use crate::diagnostic::Diagnostic;
use crate::instant::Shown;
#[cfg(feature = "cli")]
use crate::report::Part;
use crate::report::export::Export;
use crate::report::untrusted::neutralise_first;
use crate::report::{Places, Report, neutralise, summary};
use crate::source::PositionEncoding;

/// The suite of diagnostics that concern no particular environment.
const GENERAL: &str = "all environments";

/// The cases of a suite: the diagnostics of each, by name.
type Cases<'r> = BTreeMap<&'r str, Vec<&'r Diagnostic>>;

/// Renders a report.
#[must_use]
pub fn render(export: &Export<'_>) -> String {
    let mut suites = Suites::default();
    suites.add(export, "");
    suites.finish()
}

/// Renders the reports of several schemas; the names of suites begin with the folder of their schema.
#[cfg(feature = "cli")]
#[must_use]
pub fn render_all(parts: &[Part<'_>]) -> String {
    let mut suites = Suites::default();
    for Part { schema, export } in parts {
        // Of several refs, what the name begins with is the ref, and a colon.
        let folder = schema.rsplit_once(['/', ':']).map_or("", |(folder, _)| folder);
        match export {
            Some(export) => suites.add(export, folder),
            None => suites.add_error(folder),
        }
    }
    suites.finish()
}

/// The suites as text, and their totals.
#[derive(Default)]
struct Suites {
    text: String,
    tests: usize,
    failures: usize,
    errors: usize,
}

impl Suites {
    /// Adds the suites of a report.
    fn add(&mut self, export: &Export<'_>, folder: &str) {
        let places = export.places(PositionEncoding::Scalar);
        for (suite, cases) in suites(export.report) {
            let (mut text, mut failed) = (String::new(), 0);
            let (name, class) = names(folder, suite);
            for (name, diagnostics) in &cases {
                failed += usize::from(case(export, &places, (&class, name), diagnostics, &mut text));
            }
            self.text.push_str(&format!(
                "  <testsuite name=\"{}\" tests=\"{}\" failures=\"{failed}\" errors=\"0\" timestamp=\"{}\">\n{text}  </testsuite>\n",
                attribute(&name),
                cases.len(),
                Shown(export.report.checked_at)
            ));
            self.tests += cases.len();
            self.failures += failed;
        }
        for passed_over in export.passed_over() {
            self.add_check(names(folder, passed_over), "skipped", "message=\"not checked\"");
        }
        if !export.complete {
            self.add_error(folder);
        }
    }

    /// Adds a failed suite for a schema that could not be checked in full.
    fn add_error(&mut self, folder: &str) {
        let (name, class) = match folder {
            "" => ("envgate".to_owned(), "envgate".to_owned()),
            _ => (format!("{folder}: envgate"), format!("envgate.{folder}")),
        };
        let why = format!("type=\"incomplete\" message=\"{}\"", summary::INCOMPLETE);
        self.add_check((name, class), "error", &why);
        self.errors += 1;
    }

    /// Adds a suite whose only case is the check itself, which has not been done.
    fn add_check(&mut self, (name, class): (String, String), outcome: &str, why: &str) {
        let (errors, skipped) = if outcome == "error" {
            (1, "")
        } else {
            (0, " skipped=\"1\"")
        };
        self.text.push_str(&format!(
            "  <testsuite name=\"{}\" tests=\"1\" failures=\"0\" errors=\"{errors}\"{skipped}>\n    \
             <testcase classname=\"{}\" name=\"check\">\n      <{outcome} {why}/>\n    \
             </testcase>\n  </testsuite>\n",
            attribute(&name),
            attribute(&class),
        ));
        self.tests += 1;
    }

    fn finish(self) -> String {
        let Suites {
            text,
            tests,
            failures,
            errors,
        } = self;
        format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"envgate\" tests=\"{tests}\" failures=\"{failures}\" \
             errors=\"{errors}\">\n{text}</testsuites>\n"
        )
    }
}

/// Returns the name of a suite and the class of its cases; the folder of a schema keeps them apart from those of others.
fn names(folder: &str, suite: &str) -> (String, String) {
    match folder {
        "" => (suite.to_owned(), format!("envgate.{suite}")),
        _ => (format!("{folder}: {suite}"), format!("envgate.{folder}.{suite}")),
    }
}

/// Writes a case. Returns whether it failed.
fn case(
    export: &Export<'_>,
    places: &Places,
    (class, name): (&str, &str),
    diagnostics: &[&Diagnostic],
    text: &mut String,
) -> bool {
    let (class, name) = (attribute(class), attribute(name));
    let open = format!("    <testcase classname=\"{class}\" name=\"{name}\"");
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
            let (code, message) = (worst.code, attribute(&worst.message));
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
    let path = neutralise_first(&path);
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

/// Returns the suites in the order of the report. Each has all its variables as cases; a diagnostic about no variable
/// is a case named after its rule.
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

/// Escapes for an attribute, which stays on one line: at the beginning of the next could be what is a command to the service that runs the job.
fn attribute(text: &str) -> String {
    escape(&neutralise(text))
}

/// Escapes for text and attributes. Characters that act on a terminal are replaced; they include all that XML forbids.
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
