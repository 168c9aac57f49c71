//! Renders the ages as a table for people, followed by what would settle the unknown ones.

use std::fmt::Write as _;

use super::{COLUMNS, cells, counted};
use crate::report::{Report, column, neutralise};

/// Renders the table.
#[must_use]
pub fn render(report: &Report) -> String {
    let rows = super::rows(report);
    let mut lines: Vec<Vec<String>> = vec![COLUMNS.map(str::to_owned).to_vec()];
    lines.extend(rows.iter().map(|row| {
        cells(row, report.checked_at)
            .map(|cell| neutralise(&cell).into_owned())
            .to_vec()
    }));
    let widths: Vec<usize> = (0..COLUMNS.len())
        .map(|at| column::width(lines.iter().map(|line| &*line[at])))
        .collect();
    let mut text = String::new();
    if !rows.is_empty() {
        for line in &lines {
            let padded: Vec<String> = line
                .iter()
                .zip(&widths)
                .map(|(cell, &width)| format!("{cell:width$}"))
                .collect();
            let _ = writeln!(text, "{}", padded.join("  ").trim_end());
        }
        text.push('\n');
    }
    // Each advice once, however the rows are sorted. There are only a few.
    let mut told = Vec::new();
    for settle in rows.iter().filter_map(|row| row.age.settle) {
        if told.contains(&settle) {
            continue;
        }
        told.push(settle);
        let _ = writeln!(text, "to know more: {settle}");
        for row in rows.iter().filter(|row| row.age.settle == Some(settle)) {
            let _ = writeln!(text, "  {} ({})", neutralise(row.key), neutralise(row.environment));
        }
    }
    if !told.is_empty() {
        text.push('\n');
    }
    let _ = writeln!(text, "{}.", capital(&counted(&rows)));
    text
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters
        .next()
        .map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
