//! The end of a report for people: what was checked, and the result.

use crate::diagnostic::{Diagnostic, Severity};
use crate::find;
use crate::join::join;
#[cfg(feature = "cli")]
use crate::report::Part;
use crate::report::export::Export;
use crate::report::merged::{Merged, merged};
use crate::report::{EnvironmentReport, Report, State, neutralise};
use crate::sort;
use crate::source::{Source, SourceId};

/// Writes the end of a report for people: what was left out, and the result.
pub(super) fn conclude(text: &mut String, report: &Report, sources: &[Source]) {
    if let Some(hidden) = hidden(report) {
        text.push_str(&hidden);
        text.push('\n');
    }
    text.push_str(&last_line(report, sources.first().map_or("", Source::name)));
    text.push('\n');
}

/// Returns the last line of a report. It never says that all is well without saying how much was checked.
pub(crate) fn last_line(report: &Report, schema: &str) -> String {
    if let Some(searched) = &report.searched {
        return format!("{searched}: {}.", outcome(&count_merged(report)));
    }
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
    let external: usize = report.environments.iter().map(external).sum();
    let not_here = match external {
        0 => String::new(),
        count => format!(" ({count} external, not checked)"),
    };
    let void = report.environments.iter().filter(|one| is_void(one));
    let void: Vec<String> = void.map(|one| neutralise(&one.name).into_owned()).collect();
    format!(
        "Checked {}{not_here} of {} in {carrier} against {}: {}.",
        counted(variables, "variable"),
        counted(report.environments.len(), "environment"),
        neutralise(schema),
        if report.diagnostics.is_empty() && !void.is_empty() {
            format!("{VOID} in {}", join(&void, ", "))
        } else {
            outcome(&count_merged(report))
        },
    )
}

/// Said of an environment of which no file sets anything.
const VOID: &str = "nothing to check";

/// Whether an environment has files, and they set nothing.
fn is_void(environment: &EnvironmentReport) -> bool {
    present(environment) == 0 && !environment.files.is_empty() && !has_defaults(environment)
}

/// Returns the outcome of one environment of several, of which these are the counts. That nothing was found would be no answer where there was
/// nothing.
pub(super) fn outcome_in(environment: &EnvironmentReport, counts: &Counts) -> String {
    if is_void(environment) && counts.iter().all(|(_, count)| *count == 0) {
        VOID.to_owned()
    } else {
        outcome(counts)
    }
}

/// Returns the last line for the reports of several schemas.
#[cfg(feature = "cli")]
#[must_use]
pub fn last_line_of_all(parts: &[Part<'_>]) -> String {
    let mut total = count_each(&mut std::iter::empty());
    let (mut whole, mut variables) = (0, 0);
    for export in parts.iter().filter_map(|part| part.export.as_ref()) {
        whole += usize::from(export.complete);
        variables += export.report.environments.iter().map(present).sum::<usize>();
        for ((_, sum), (_, count)) in total.iter_mut().zip(count_merged(export.report)) {
            *sum += count;
        }
    }
    let (schemas, variables) = (counted(parts.len(), "schema"), counted(variables, "variable"));
    let outcome = outcome(&total);
    if whole == parts.len() {
        format!("Checked {variables} against {schemas}: {outcome}.\n")
    } else {
        format!("Checked {variables} against {schemas}, {whole} of them in full: {outcome}. This is not a pass.\n")
    }
}

/// Said of an incomplete report.
pub(crate) const INCOMPLETE: &str = "not everything could be checked";

/// The same as a sentence.
pub(super) const NO_PASS: &str = "Not everything could be checked: this is not a pass.";

/// Returns the lines with which a format for other tools ends.
pub(crate) fn last_lines(export: &Export<'_>) -> impl Iterator<Item = String> {
    let failed = (!export.complete).then(|| NO_PASS.to_owned());
    let schema = export.sources.first().map(|_| export.path(SourceId(0)));
    let last = last_line(export.report, &schema.unwrap_or_default());
    failed.into_iter().chain(hidden(export.report)).chain([last])
}

/// Returns ` (staging, production)` if neither message nor file implies the environments: if other environments read
/// the file as well, or if the location is the schema or the process environment.
pub(super) fn environments(report: &Report, merged: &Merged<'_>) -> String {
    let Merged {
        diagnostic,
        environments,
    } = merged;
    let reads = |one: &&EnvironmentReport| diagnostic.location.is_some_and(|at| one.files.contains(&at.source));
    let is_named = environments
        .iter()
        .all(|name| find::contains(&diagnostic.message, name));
    let is_alone = report.environments.len() < 2;
    if is_named || is_alone || report.environments.iter().filter(reads).count() == environments.len() {
        return String::new();
    }
    format!(" ({})", neutralise(&join(environments, ", ")))
}

/// Formats a size as `512 bytes` or `58.8 MB`.
#[must_use]
pub fn size(bytes: u64) -> String {
    match bytes {
        0..1000 => counted(usize::try_from(bytes).unwrap_or(usize::MAX), "byte"),
        1000..1_000_000 => format!("{}.{} kB", bytes / 1000, bytes % 1000 / 100),
        1_000_000..1_000_000_000 => format!("{}.{} MB", bytes / 1_000_000, bytes % 1_000_000 / 100_000),
        _ => format!("{}.{} GB", bytes / 1_000_000_000, bytes % 1_000_000_000 / 100_000_000),
    }
}

/// Returns a sentence about the diagnostics left out of a report, if there are any.
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
    (!parts.is_empty()).then(|| format!("Not shown: {}.", join(&parts, ", ")))
}

/// Returns how many variables of an environment were present to be checked.
pub(crate) fn present(environment: &EnvironmentReport) -> usize {
    let absent = |state| matches!(state, State::Missing | State::Defaulted);
    let named = environment
        .variables
        .iter()
        .filter(|variable| !absent(variable.state))
        .count();
    named + environment.unnamed
}

/// Returns whether a default in the schema applies to an absent variable, in which case that was checked.
fn has_defaults(environment: &EnvironmentReport) -> bool {
    let mut variables = environment.variables.iter();
    variables.any(|variable| variable.state == State::Defaulted)
}

/// Returns how many of its variables have a value that is not available to check.
pub(crate) fn external(environment: &EnvironmentReport) -> usize {
    let variables = environment.variables.iter();
    variables.filter(|variable| variable.state == State::External).count()
}

/// Counts the diagnostics of an environment by severity, worst first.
pub(super) fn count(report: &Report, environment: &str) -> Counts {
    let is_here = |one: &&Diagnostic| one.environment.as_deref() == Some(environment);
    count_each(&mut report.diagnostics.iter().filter(is_here))
}

/// Counts what a report says by severity, worst first; a diagnostic that several environments share counts once.
pub(super) fn count_merged(report: &Report) -> Counts {
    count_each(&mut merged(report).iter().map(|one| one.diagnostic))
}

/// A count for each severity, worst first.
pub(super) type Counts = [(Severity, usize); 4];

fn count_each(diagnostics: &mut dyn Iterator<Item = &Diagnostic>) -> Counts {
    let mut counts = [Severity::Error, Severity::Warning, Severity::Info, Severity::Hint].map(|severity| (severity, 0));
    for diagnostic in diagnostics {
        for (severity, count) in &mut counts {
            *count += usize::from(*severity == diagnostic.severity);
        }
    }
    counts
}

/// Returns `2 errors, 1 warning`, or says that there are none.
pub(crate) fn outcome(counts: &[(Severity, usize)]) -> String {
    let parts: Vec<String> = counts
        .iter()
        .filter(|(_, count)| *count > 0)
        .map(|&(severity, count)| counted(count, severity.name()))
        .collect();
    if parts.is_empty() {
        "no problems found".to_owned()
    } else {
        join(&parts, ", ")
    }
}

/// Returns a number with its noun.
#[must_use]
pub fn counted(count: usize, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}
