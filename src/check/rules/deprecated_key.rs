//! A key that the schema marks as deprecated is set.

use crate::check::rule::{Check, Findings, Rule, Subject, Traits, in_schema};
use crate::check::wording;
use crate::diagnostic::{RuleCode, Severity};

pub(super) static RULE: Rule = Rule {
    code: RuleCode("deprecated-key"),
    severity: Severity::Warning,
    summary: "a key is deprecated",
    docs: docs!("deprecated_key.md"),
    check: Check::Variable(Traits::DEPRECATED, check),
};

fn check(subject: &Subject<'_>, found: &mut Findings<'_>) {
    let Some(property) = subject.property.filter(|property| property.deprecated) else {
        return;
    };
    let name = &property.name;
    let replacement = property.replaced_by.as_deref();
    let both = replacement.filter(|key| subject.scope.environment.environment.get(key.as_bytes()).is_some());
    let message = match replacement {
        Some(other) if both.is_some() => format!("{name} is deprecated, and {other}, which replaces it, is set too"),
        Some(other) => format!("{name} is deprecated; use {other} instead"),
        None => format!("{name} is deprecated"),
    };
    let what = match replacement {
        Some(_) if both.is_some() => format!("remove {name} once nothing reads it"),
        Some(other) => format!("rename it to {other} where nothing reads {name} any more"),
        None => format!("remove it once nothing reads {name}"),
    };
    let help =
        wording::help(&[Some(what), wording::purpose(property), wording::contacts(property)]).unwrap_or_default();
    found
        .at(subject.key_location(), message)
        .key(Some(name))
        .help(help)
        .pointer(&format!("{}/deprecated", property.pointer))
        .related(in_schema(property.span), "declared here");
}
