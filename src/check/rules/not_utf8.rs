//! A file has bytes that are no text.

use crate::check::rule::{Check, Findings, Matter, Rule, Scope, loader};
use crate::diagnostic::{RuleCode, Severity};
use crate::parse::{Effect, SyntaxErrorKind};
use crate::source::Location;

pub(in crate::check) static RULE: Rule = Rule {
    code: RuleCode("not-utf8"),
    severity: Severity::Error,
    summary: "a file has bytes that are not UTF-8",
    docs: docs!("not_utf8.md"),
    check: Check::Environment(Matter::Lines, check),
};

fn check(scope: &Scope<'_>, found: &mut Findings<'_>) {
    for layer in &scope.environment.layers {
        for error in layer
            .document
            .errors()
            .iter()
            .filter(|error| error.kind == SyntaxErrorKind::NotUtf8)
        {
            let loader = loader(layer.dialect);
            let effect = match error.effect {
                Effect::Literal => format!("{loader} puts replacement characters there"),
                Effect::Dropped => format!("{loader} drops them"),
                Effect::Rejected => format!("{loader} rejects the file"),
                Effect::Stopped => format!("{loader} silently stops reading there"),
                Effect::Halted => format!("{loader} fails there, after setting what comes before it"),
            };
            let bytes = crate::check::wording::count(error.span.len() as u64, "byte");
            found
                .at(
                    Location {
                        source: layer.source,
                        span: error.span,
                    },
                    format!(
                        "{bytes} at offset {} can't be read as UTF-8; {effect}",
                        error.span.start
                    ),
                )
                .help("save the file as UTF-8; is it Latin-1, UTF-16, or not text at all?");
        }
    }
}
