//! A value without quotes ends at a `#` that nothing sets apart from it.

use crate::check::hygiene::{in_value, unusual};
use crate::check::rule::{Check, Findings, Matter, Rule, Scope, value_location};
use crate::check::rules::schema_format;
use crate::diagnostic::{RuleCode, Severity};
use crate::parse::AssignmentKind;
use crate::schema::ViolationKind;
use crate::sort;
use crate::source::{Location, Span};

pub(super) static RULE: Rule = Rule {
    code: RuleCode("cut-value"),
    severity: Severity::Warning,
    summary: "a value is cut off at a `#`",
    docs: docs!("cut_value.md"),
    check: Check::Environment(Matter::Lines, check),
};

fn check(scope: &Scope<'_>, found: &mut Findings<'_>) {
    let mut broken = None;
    for layer in unusual(scope) {
        let document = &layer.document;
        for (index, assignment) in document.assignments().iter().enumerate() {
            if assignment.kind != AssignmentKind::Value || assignment.value.quote.is_some() {
                continue;
            }
            let at = assignment.value.span.end as usize;
            let Some(rest) = rest(layer.text, at) else { continue };
            // Where one of the loaders keeps it, `divergent-value` reports it.
            let is_cut = |view| in_value(view, layer.source, at) == Some(false);
            let value = Location {
                source: layer.source,
                span: assignment.value.span,
            };
            if !scope.views.iter().all(is_cut) {
                continue;
            }
            let broken = broken.get_or_insert_with(|| broken_urls(scope));
            if broken.binary_search(&value).is_ok() {
                continue;
            }
            let key = document.key(index, layer.text);
            let location = Location {
                source: layer.source,
                span: rest,
            };
            found
                .at(
                    location,
                    format!(
                        "{} ends before this `#`; {} takes the rest of the line for a comment",
                        scope.context.name(key),
                        scope.loader(layer.source),
                    ),
                )
                .key(scope.context.shown(key))
                .help("put the value in quotes; before a comment, leave a space");
        }
    }
}

/// Returns the values that `schema-format` reports as what is left of a URL, and says how to write a `#` in one; sorted.
fn broken_urls(scope: &Scope<'_>) -> Vec<Location> {
    let violations = scope.environment.violations.iter();
    let of_urls =
        violations.filter(|one| matches!(one.kind, ViolationKind::Format { name } if schema_format::is_url(name)));
    let broken = of_urls.filter_map(|one| {
        let variable = scope.variables().get(one.variable? as usize)?;
        value_location(&variable.origin)
    });
    sort::set(broken.collect())
}

/// Returns the `#` at which a value ends, and what follows on the line, if it reads like a part of the value: no white
/// space comes before it, nor directly after it, as most people write comments. After an empty value it has to be a
/// single word, as in `COLOUR=#ff0000`.
fn rest(text: &[u8], at: usize) -> Option<Span> {
    let before = text[..at].last()?;
    let line = &text[at..];
    let line = &line[..memchr::memchr2(b'\n', b'\r', line).unwrap_or(line.len())];
    let rest = line.trim_ascii_end();
    let is_apart = before.is_ascii_whitespace() || rest.first() != Some(&b'#');
    let is_comment = rest
        .get(1)
        .is_none_or(|next| next.is_ascii_whitespace() || *next == b'#');
    let is_empty = matches!(before, b'=' | b':');
    if is_apart || is_comment || (is_empty && rest.iter().any(u8::is_ascii_whitespace)) {
        return None;
    }
    Some(Span::new(at, at + rest.len()))
}
