//! A file or a value contains bytes that are not UTF-8.

use crate::check::rule::{Check, Findings, Matter, Rule, Scope, loader, value_location};
use crate::check::wording::count;
use crate::diagnostic::{RuleCode, Severity};
use crate::model::{Origin, Value};
use crate::parse::{Effect, SyntaxError, SyntaxErrorKind};
use crate::source::Location;

pub(in crate::check) static RULE: Rule = Rule {
    code: RuleCode("not-utf8"),
    severity: Severity::Error,
    summary: "a file has bytes that are not UTF-8",
    docs: docs!("not_utf8.md"),
    check: Check::Environment(Matter::Lines, check),
};

fn check(scope: &Scope<'_>, found: &mut Findings<'_>) {
    files(scope, found);
    values(scope, found);
}

/// Reports values that are not UTF-8 although their file is, because of an escape, and those of the process environment: no keyword of the
/// schema applies to them.
fn values(scope: &Scope<'_>, found: &mut Findings<'_>) {
    let context = scope.context;
    for variable in scope.variables() {
        let Value::Known(value) = &variable.value else { continue };
        if value.is_text() {
            continue;
        }
        let is_told = match variable.origin {
            Origin::File { source, .. } => str::from_utf8(context.sources[source.0 as usize].bytes()).is_err(),
            // Other variables of the process are none of this program's business.
            Origin::Process => context.schema.property(variable.key).is_none(),
        };
        if is_told {
            continue;
        }
        let message = format!(
            "{} holds bytes that are not UTF-8, so its value was not checked",
            context.name(variable.key)
        );
        let key = context.shown(variable.key);
        found
            .at(value_location(&variable.origin), message)
            .key(key)
            .help("set it to text; bytes can be written in base64");
    }
}

fn files(scope: &Scope<'_>, found: &mut Findings<'_>) {
    for layer in &scope.environment.layers {
        let is_one = |error: &&SyntaxError| error.kind == SyntaxErrorKind::NotUtf8;
        let mut errors = layer.document.errors().iter().filter(is_one);
        // All in one file have one cause and one remedy, and a binary file has hundreds of them.
        let Some(first) = errors.next() else { continue };
        let (mut places, mut bytes) = (1, first.span.len() as u64);
        for error in errors {
            places += 1;
            bytes += error.span.len() as u64;
        }
        let loader = loader(layer.dialect);
        let effect = match first.effect {
            Effect::Literal => format!("{loader} puts replacement characters there"),
            Effect::Dropped => format!("{loader} drops them"),
            Effect::Rejected => format!("{loader} rejects the file"),
            Effect::Stopped => format!("{loader} silently stops reading there"),
            Effect::Halted => format!("{loader} fails there, after setting what comes before it"),
        };
        let bytes = count(bytes, "byte");
        let at = match places {
            1 => format!("{bytes} at offset {}", first.span.start),
            _ => format!("{bytes} in {places} places, the first at offset {},", first.span.start),
        };
        let location = Location {
            source: layer.source,
            span: first.span,
        };
        found
            .at(location, format!("{at} can't be read as UTF-8; {effect}"))
            .help("save the file as UTF-8; is it Latin-1, UTF-16, or not text at all?");
    }
}
