//! The words with which a report ends: what was checked, and what came of it.

use crate::diagnostic::Severity;
use crate::report::{EnvironmentReport, Report, State};
use crate::sort;
use crate::source::{Source, SourceId};

/// The last line of a report. It never says that all is well without saying how much was looked at.
pub(crate) fn last_line(report: &Report, sources: &[Source]) -> String {
    let files: Vec<SourceId> = report
        .environments
        .iter()
        .flat_map(|one| one.files.iter().copied())
        .collect();
    let files = sort::set(files);
    let variables: usize = report.environments.iter().map(present).sum();
    let carrier = match files.len() {
        0 => "the process environment".to_owned(),
        count => counted(count, "file"),
    };
    let schema = sources.first().map_or("", Source::name);
    format!(
        "Checked {} of {} in {carrier} against {}: {}.",
        counted(variables, "variable"),
        counted(report.environments.len(), "environment"),
        crate::report::neutralise(schema),
        if variables == 0 && report.diagnostics.is_empty() {
            "nothing was there to check".to_owned()
        } else {
            outcome(&count(report, None))
        },
    )
}

/// What is not among the diagnostics of a report, if anything.
pub(crate) fn hidden(report: &Report) -> Option<String> {
    let hidden = report.hidden;
    let parts = [
        (hidden.omitted, "beyond the limit of a report"),
        (hidden.suppressed, "suppressed by a comment"),
        (hidden.waived, "waived"),
        (hidden.baseline, "in the baseline"),
    ];
    let parts: Vec<String> = parts
        .iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, why)| format!("{count} {why}"))
        .collect();
    (!parts.is_empty()).then(|| format!("Not shown: {}.", parts.join(", ")))
}

/// How many variables of an environment there were to look at.
pub(crate) fn present(environment: &EnvironmentReport) -> usize {
    let absent = |state| matches!(state, State::Missing | State::Defaulted);
    environment
        .variables
        .iter()
        .filter(|variable| !absent(variable.state))
        .count()
}

/// How many diagnostics of each severity there are, worst first; of one environment, or of all.
pub(crate) fn count(report: &Report, environment: Option<&str>) -> [(Severity, usize); 4] {
    [Severity::Error, Severity::Warning, Severity::Info, Severity::Hint].map(|severity| {
        let here = |of: Option<&str>| environment.is_none() || of == environment;
        let found = report
            .diagnostics
            .iter()
            .filter(|one| one.severity == severity && here(one.environment.as_deref()));
        (severity, found.count())
    })
}

/// `2 errors, 1 warning`, or that there is nothing.
pub(crate) fn outcome(counts: &[(Severity, usize)]) -> String {
    let parts: Vec<String> = counts
        .iter()
        .filter(|(_, count)| *count > 0)
        .map(|&(severity, count)| counted(count, severity.name()))
        .collect();
    if parts.is_empty() {
        "no problems found".to_owned()
    } else {
        parts.join(", ")
    }
}

/// A number with its noun.
pub(crate) fn counted(count: usize, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}
