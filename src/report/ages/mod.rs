//! The ages in a [`Report`], and their formats. All dates come from the report; nothing is judged here.
//!
//! Each format is a file with a function from [`Row`]s to text. Calendar and gauges hold instants only, so they stay
//! the same from day to day until something changes.

pub mod calendar;
pub mod json;
pub mod markdown;
pub mod prometheus;
pub mod table;

use std::cmp::Ordering;

use jiff::Timestamp;

use crate::instant::Shown;
use crate::report::{AgeReport, Report};
use crate::sort;

/// The age of one secret of one environment.
#[derive(Debug, Clone, Copy)]
pub struct Row<'r> {
    /// The environment.
    pub environment: &'r str,
    /// The key.
    pub key: &'r str,
    /// Its age.
    pub age: &'r AgeReport,
}

/// Returns all ages of a report, most urgent first; among equally urgent ones, by due date.
#[must_use]
pub fn rows(report: &Report) -> Vec<Row<'_>> {
    let mut rows: Vec<Row<'_>> = report
        .environments
        .iter()
        .flat_map(|one| one.variables.iter().map(move |variable| (one, variable)))
        .filter_map(|(one, variable)| {
            Some(Row {
                environment: &one.name,
                key: &variable.key,
                age: variable.age.as_ref()?,
            })
        })
        .collect();
    sort::by(&mut rows, &|a, b| {
        urgency(a.age).cmp(&urgency(b.age)).then_with(|| by_due(a, b))
    });
    rows
}

/// Orders by due date, with undated ones last, then by name.
fn by_due(a: &Row<'_>, b: &Row<'_>) -> Ordering {
    let due = |row: &Row<'_>| row.age.due.unwrap_or(Timestamp::MAX);
    (due(a), a.environment, a.key).cmp(&(due(b), b.environment, b.key))
}

/// The verdicts, most urgent first.
const VERDICTS: [&str; 7] = [
    "expired",
    "overdue",
    "conflict",
    "unknown",
    "due-soon",
    "current",
    "unregulated",
];

fn urgency(age: &AgeReport) -> usize {
    VERDICTS
        .iter()
        .position(|verdict| *verdict == age.verdict)
        .unwrap_or(VERDICTS.len())
}

/// Counts the rows of each verdict, most urgent first, in words that end a sentence.
fn counted(rows: &[Row<'_>]) -> String {
    let parts: Vec<String> = VERDICTS
        .iter()
        .map(|verdict| (rows.iter().filter(|row| row.age.verdict == *verdict).count(), *verdict))
        .filter(|(count, _)| *count > 0)
        .map(|(count, verdict)| format!("{count} {verdict}"))
        .collect();
    match rows.len() {
        0 => "no secret has a policy or a date".to_owned(),
        1 => format!("1 secret: {}", parts.join(", ")),
        all => format!("{all} secrets: {}", parts.join(", ")),
    }
}

/// Returns the cells of a row in a table for people.
fn cells(row: &Row<'_>, now: Timestamp) -> [String; 8] {
    let age = row.age;
    let verdict = if age.in_grace {
        format!("{} (in grace)", age.verdict)
    } else {
        age.verdict.to_owned()
    };
    let mut sources: Vec<&str> = Vec::new();
    for piece in &age.evidence {
        if !sources.contains(&piece.source) {
            sources.push(piece.source);
        }
    }
    let or_dash = |text: Option<&str>| text.unwrap_or("-").to_owned();
    [
        row.key.to_owned(),
        row.environment.to_owned(),
        or_dash(age.class.as_deref()),
        span(age, now),
        age.due.map_or_else(|| "-".to_owned(), date),
        verdict,
        if sources.is_empty() {
            "-".to_owned()
        } else {
            sources.join(", ")
        },
        or_dash(age.owner.as_deref()),
    ]
}

/// The column headings.
const COLUMNS: [&str; 8] = [
    "Key",
    "Environment",
    "Class",
    "Age",
    "Due",
    "Verdict",
    "Evidence",
    "Owner",
];

/// Returns the present age of a value in whole days. It is a range if only bounds are known.
fn span(age: &AgeReport, now: Timestamp) -> String {
    let days = |at: Timestamp| (now.as_second() - at.as_second()).max(0) / 86_400;
    match (age.latest.map(days), age.earliest.map(days)) {
        (Some(least), Some(most)) if least == most => format!("{least} d"),
        (Some(least), Some(most)) => format!("{least} to {most} d"),
        (Some(least), None) => format!("{least} d or more"),
        (None, Some(most)) => format!("at most {most} d"),
        (None, None) => "not known".to_owned(),
    }
}

/// Formats an instant as its day in UTC.
fn date(at: Timestamp) -> String {
    let text = Shown(at).to_string();
    text.split('T').next().unwrap_or_default().to_owned()
}
