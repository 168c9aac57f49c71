//! A key that the environment requires is not set.

use crate::check::rule::{Check, Rule};
use crate::check::rules::violation::Breach;
use crate::check::wording;
use crate::diagnostic::{RuleCode, Severity};

pub(in crate::check) static RULE: Rule = Rule {
    code: RuleCode("missing-required"),
    severity: Severity::Error,
    summary: "a key that the environment needs is missing",
    docs: docs!("missing_required.md"),
    check: Check::Violation,
};

pub(super) fn word(breach: &mut Breach<'_, '_>, key: &str, because: Option<&str>) {
    let scope = breach.scope;
    let context = scope.context;
    let wherein = match context.schema.environments().len() {
        ..2 => String::new(),
        _ => format!(" in {}", scope.name()),
    };
    let reason = because
        .map(|other| format!(" because {} is set", context.name(other.as_bytes())))
        .unwrap_or_default();
    let absent = match scope.home() {
        Some(file) => format!("missing from {file}"),
        None => "not set".to_owned(),
    };
    let property = context.schema.property(key.as_bytes());
    let mut undeclared = scope
        .variables()
        .iter()
        .filter(|variable| context.schema.property(variable.key).is_none())
        .filter_map(|variable| context.shown(variable.key));
    let typed = scope.budget.counterpart(key, &mut undeclared);
    let example = context
        .example
        .as_ref()
        .filter(|example| example.get(key.as_bytes()).is_some())
        .map(|example| context.sources[example.source.0 as usize].name());
    let help = wording::help(&[
        typed.map(|typed| format!("{typed} is set but not declared; did you mean {key}?")),
        example.map(|file| format!("copy it from {file} and give it a value")),
        property.and_then(wording::purpose),
        property.and_then(wording::contacts),
    ]);
    let message = match because {
        Some(_) => format!("{key} is {absent}; it is required{wherein}{reason}"),
        None => format!("{key} is required{wherein} and {absent}"),
    };
    breach.report(message, help).key(Some(key));
}

pub(super) fn demand(key: &str) -> String {
    format!("{key} must be set")
}
