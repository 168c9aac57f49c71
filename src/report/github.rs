//! GitHub workflow commands: each diagnostic becomes an annotation at its line in the pull request.
//!
//! GitHub shows ten errors, ten warnings and ten notices per step and silently drops the rest, so the worst come
//! first; the job summary ([`markdown`](super::markdown)) has room for more.

use std::fmt::Write;

use crate::diagnostic::Severity;
use crate::report::export::Export;
use crate::report::summary;
use crate::source::PositionEncoding;

/// How many annotations of each kind GitHub shows for a step.
const SHOWN: usize = 10;

/// Renders a report.
#[must_use]
pub fn render(export: &Export<'_>) -> String {
    let places = export.places(PositionEncoding::Utf16);
    let mut text = String::new();
    let mut counts = [0; 3];
    for one in export.by_severity() {
        let diagnostic = one.diagnostic;
        let (kind, command) = match diagnostic.severity {
            Severity::Error => (0, "error"),
            Severity::Warning => (1, "warning"),
            Severity::Info | Severity::Hint => (2, "notice"),
        };
        counts[kind] += 1;
        let (start, end) = Export::span(&places, diagnostic);
        let path = property(&export.path(Export::location(diagnostic).source));
        // Writing to a string cannot fail. GitHub accepts columns only for a range within one line.
        let _ = write!(text, "::{command} file={path},line={}", start.at.line);
        let _ = if start.at.line == end.at.line {
            write!(text, ",col={},endColumn={}", start.at.column, end.at.column)
        } else {
            write!(text, ",endLine={}", end.at.line)
        };
        let title = property(&format!("envgate {}", diagnostic.code));
        let message = data(&export.message_with_help(&one));
        let _ = writeln!(text, ",title={title}::{message}");
    }
    if counts.iter().any(|&count| count > SHOWN) {
        let _ = writeln!(
            text,
            "GitHub shows {SHOWN} annotations of a kind for a step; above are all, the worst first."
        );
    }
    for line in summary::last_lines(export) {
        // The line begins with a word of ours, so it can't be mistaken for a command.
        text.push_str(&line);
        text.push('\n');
    }
    text
}

/// Escapes the message of a command as actions/toolkit does.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// Escapes a property of a command as actions/toolkit does.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_escaped_as_the_toolkit_does() {
        assert_eq!(data("100% of\r\na: b, ::c"), "100%25 of%0D%0Aa: b, ::c");
        assert_eq!(property("a,b::c%\n"), "a%2Cb%3A%3Ac%25%0A");
    }
}
