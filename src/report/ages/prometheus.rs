//! Renders gauges for Prometheus's textfile collector. They are absolute seconds since 1970, which compress well and
//! stay right between two runs. A series whose value isn't known is left out, never zero;
//! `envgate_last_run_timestamp_seconds` reveals a job that no longer runs, and `envgate_last_run_complete` one that can't
//! read what it is about.

use std::fmt::Write as _;

use jiff::Timestamp;

use super::Row;
use crate::report::Export;

/// A gauge: name, help text, and how to get its value.
type Gauge = (&'static str, &'static str, fn(&Row<'_>) -> Option<Timestamp>);

const GAUGES: [Gauge; 5] = [
    (
        "envgate_secret_changed_after_timestamp_seconds",
        "The value came to be at this instant or later.",
        |row| row.age.earliest,
    ),
    (
        "envgate_secret_changed_before_timestamp_seconds",
        "The value came to be at this instant or earlier.",
        |row| row.age.latest,
    ),
    (
        "envgate_secret_warn_timestamp_seconds",
        "From this instant on the value is due soon.",
        |row| row.age.warn,
    ),
    (
        "envgate_secret_due_timestamp_seconds",
        "The first instant at which the value may be due.",
        |row| row.age.due,
    ),
    (
        "envgate_secret_expires_timestamp_seconds",
        "The end of the value by the word of its issuer.",
        |row| row.age.expires,
    ),
];

/// Renders the contents of the textfile.
#[must_use]
pub fn render(export: &Export<'_>) -> String {
    let report = export.report;
    let mut rows = super::rows(report);
    crate::sort::by(&mut rows, &|a, b| (a.environment, a.key).cmp(&(b.environment, b.key)));
    let mut text = String::new();
    for (name, help, value) in GAUGES {
        if rows.iter().any(|row| value(row).is_some()) {
            head(&mut text, name, help);
        }
        for row in &rows {
            if let Some(at) = value(row) {
                let _ = writeln!(text, "{name}{{{}}} {}", labels(row), at.as_second());
            }
        }
    }
    if !rows.is_empty() {
        head(
            &mut text,
            "envgate_secret_verdict",
            "The verdict of the policy on the value, as a label.",
        );
    }
    for row in &rows {
        let _ = writeln!(
            text,
            "envgate_secret_verdict{{{},verdict=\"{}\"}} 1",
            labels(row),
            row.age.verdict
        );
    }
    head(
        &mut text,
        "envgate_last_run_timestamp_seconds",
        "When the ages were looked at.",
    );
    let _ = writeln!(
        text,
        "envgate_last_run_timestamp_seconds {}",
        report.checked_at.as_second()
    );
    let complete = "envgate_last_run_complete";
    head(
        &mut text,
        complete,
        "Whether all that was asked for could be looked at.",
    );
    let _ = writeln!(text, "{complete} {}", u8::from(export.complete));
    text
}

fn head(text: &mut String, name: &str, help: &str) {
    let _ = write!(text, "# HELP {name} {help}\n# TYPE {name} gauge\n");
}

fn labels(row: &Row<'_>) -> String {
    format!(
        "env=\"{}\",key=\"{}\",class=\"{}\",owner=\"{}\"",
        escaped(row.environment),
        escaped(row.key),
        escaped(row.age.class.as_deref().unwrap_or_default()),
        escaped(row.age.owner.as_deref().unwrap_or_default())
    )
}

/// Escapes backslash, quote and line end, as the exposition format requires.
fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for char in text.chars() {
        match char {
            '\\' => safe.push_str("\\\\"),
            '"' => safe.push_str("\\\""),
            '\n' => safe.push_str("\\n"),
            other => safe.push(other),
        }
    }
    safe
}
