//! Markdown for a pull request comment and for a job summary.
//!
//! Text from names and messages is escaped so that it shows as itself: no formatting, no HTML, no mentions. The first
//! line is an HTML comment by which a later run finds its own comment again.

use std::fmt::Write;

#[cfg(feature = "cli")]
use crate::report::Part;
use crate::report::export::Export;
use crate::report::merged::Merged;
use crate::report::places::Places;
use crate::report::{neutralise, summary};
use crate::source::PositionEncoding;

/// The longest comment GitHub accepts. Its limit is in characters; we count bytes to be safe.
pub const MAX_LEN: usize = 65_536;

/// The first line of a comment.
const MARK: &str = "<!-- envgate -->\n";

/// How many bytes are reserved for the lines after the table.
const TAIL: usize = 1_024;

/// Renders a report in at most [`MAX_LEN`] bytes: the worst diagnostics first, then how many did not fit.
#[must_use]
pub fn render(export: &Export<'_>) -> String {
    let mut text = String::from(MARK);
    section(export, "envgate", MAX_LEN - text.len(), &mut text);
    text
}

/// Renders the reports of several schemas, a section for each, in at most [`MAX_LEN`] bytes overall. Schemas with
/// problems come first.
#[cfg(feature = "cli")]
#[must_use]
pub fn render_all(parts: &[Part<'_>]) -> String {
    let is_clean = |part: &&Part<'_>| {
        let export = part.export.as_ref();
        export.is_some_and(|export| export.complete && export.report.diagnostics.is_empty())
    };
    let mut sorted: Vec<&Part<'_>> = parts.iter().collect();
    sorted.sort_by_key(is_clean);
    let mut text = String::from(MARK);
    for (index, Part { schema, export }) in sorted.iter().enumerate() {
        let left = sorted.len() - index;
        let room = (MAX_LEN - TAIL).saturating_sub(text.len()) / left;
        if room < 2 * TAIL && left > 1 {
            let _ = writeln!(text, "\nThere is no room for {left} more schemas.");
            break;
        }
        if index > 0 {
            text.push('\n');
        }
        let title = format!("envgate, {}", escape(schema));
        match export {
            Some(export) => section(export, &title, room, &mut text),
            None => {
                let _ = writeln!(text, "### {title}: {}", summary::INCOMPLETE);
            }
        }
    }
    text
}

/// Writes a report in at most `room` bytes.
fn section(export: &Export<'_>, title: &str, room: usize, text: &mut String) {
    let (start, report) = (text.len(), export.report);
    let places = export.places(PositionEncoding::Scalar);
    let outcome = summary::outcome(&summary::count_merged(report));
    // Writing to a string cannot fail.
    let _ = writeln!(
        text,
        "### {title}: {}\n",
        if export.complete { &outcome } else { summary::INCOMPLETE }
    );
    text.push_str("| Environment | Files | Variables | Outcome |\n| --- | --- | --: | --- |\n");
    for environment in &report.environments {
        let files: Vec<String> = environment
            .files
            .iter()
            .map(|&file| escape(&export.path(file)))
            .collect();
        let _ = writeln!(
            text,
            "| {} | {} | {} | {} |",
            escape(&environment.name),
            files.join(", "),
            summary::present(environment),
            summary::outcome_in(environment, &summary::count(report, &environment.name))
        );
        if text.len() - start > room / 2 {
            text.push_str("| … | | | |\n");
            break;
        }
    }
    for name in export.passed_over() {
        let row = format!("| {} | | | not checked |\n", escape(name));
        if text.len() - start + row.len() > room / 2 {
            text.push_str("| … | | | |\n");
            break;
        }
        text.push_str(&row);
    }
    if !report.diagnostics.is_empty() {
        text.push_str("\n| Severity | Where | What |\n| --- | --- | --- |\n");
    }
    let all = export.by_severity();
    for (index, one) in all.iter().enumerate() {
        let row = row(export, &places, one);
        if text.len() - start + row.len() + TAIL > room {
            let _ = writeln!(text, "\nThere is no room for {} more.", all.len() - index);
            break;
        }
        text.push_str(&row);
    }
    text.push('\n');
    for line in summary::last_lines(export) {
        let line = escape(&line);
        // A name in a schema can be of any length, so even this line may not fit.
        if text.len() - start + line.len() < room {
            text.push_str(&line);
            text.push('\n');
        }
    }
}

fn row(export: &Export<'_>, places: &Places, merged: &Merged<'_>) -> String {
    let diagnostic = merged.diagnostic;
    let (start, _) = Export::span(places, diagnostic);
    let path = escape(&export.path(Export::location(diagnostic).source));
    let help = diagnostic.help.as_deref();
    let help = help.map(|help| format!("<br>{}", escape(&neutralise(help))));
    format!(
        "| {} | {path}:{} | {} `{}`{} |\n",
        diagnostic.severity.name(),
        start.at.line,
        escape(&export.message(merged)),
        diagnostic.code,
        help.unwrap_or_default()
    )
}

/// Escapes text so that it shows as itself. An HTML comment keeps `@name` from becoming a mention and `#1` from
/// becoming a link.
pub(super) fn escape(text: &str) -> String {
    let mut safe = String::with_capacity(text.len() + 16);
    let mut before = ' ';
    let neutral = neutralise(text);
    let mut characters = neutral.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            // Inside a word an underscore has no effect, and keys are full of them.
            '_' if before.is_alphanumeric() && characters.peek().is_some_and(|next| next.is_alphanumeric()) => {
                safe.push('_');
            }
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '~' | '!' | '$' => {
                safe.push('\\');
                safe.push(character);
            }
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '@' | '#' => {
                safe.push(character);
                safe.push_str("<!-- -->");
            }
            // Otherwise the name of a file or a word in a message can become a link.
            ':' if characters.peek() == Some(&'/') => safe.push_str("&#58;"),
            character => safe.push(character),
        }
        before = character;
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_reads_as_itself() {
        assert_eq!(
            escape("SECRET_KEY has 1 * 2 | `x`"),
            "SECRET_KEY has 1 \\* 2 \\| \\`x\\`"
        );
        assert_eq!(escape("_a_ <b>&[c](d)"), "\\_a\\_ &lt;b&gt;&amp;\\[c\\](d)");
        assert_eq!(escape("@team #1 https://x"), "@<!-- -->team #<!-- -->1 https&#58;//x");
        assert_eq!(escape("two\nlines"), "two lines");
    }
}
