//! Renders the ages as a Markdown table, for a job summary or an issue.

use std::fmt::Write as _;

use super::{COLUMNS, cells, counted};
use crate::report::markdown::escape;
use crate::report::{Export, summary};

/// Renders the table.
#[must_use]
pub fn render(export: &Export<'_>) -> String {
    let report = export.report;
    let rows = super::rows(report);
    let mut text = format!(
        "## Age of secrets\n\n{}, as of {}.\n",
        counted(&rows),
        super::date(report.checked_at)
    );
    if !export.complete {
        let _ = writeln!(text, "\n{}", summary::NO_PASS);
    }
    if !report.unchecked.is_empty() {
        let _ = writeln!(text, "\nNot checked: {}.", escape(&report.unchecked.join(", ")));
    }
    if rows.is_empty() {
        return text;
    }
    let _ = write!(
        text,
        "\n| {} |\n|{}\n",
        COLUMNS.join(" | "),
        "---|".repeat(COLUMNS.len())
    );
    for row in &rows {
        let cells = cells(row, report.checked_at).map(|cell| escape(&cell));
        let _ = writeln!(text, "| {} |", cells.join(" | "));
    }
    let open: Vec<_> = rows.iter().filter(|row| row.age.settle.is_some()).collect();
    if !open.is_empty() {
        text.push_str("\nTo know more:\n\n");
        for row in open {
            let settle = row.age.settle.unwrap_or_default();
            let _ = writeln!(
                text,
                "- {} ({}): {}",
                escape(row.key),
                escape(row.environment),
                escape(settle)
            );
        }
    }
    text
}
