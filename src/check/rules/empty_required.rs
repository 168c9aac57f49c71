//! A key that the environment requires is set, but empty.

use crate::check::rule::{Check, Rule};
use crate::check::rules::violation::Breach;
use crate::check::wording;
use crate::diagnostic::{RuleCode, Severity};

pub(super) static RULE: Rule = Rule {
    code: RuleCode("empty-required"),
    severity: Severity::Error,
    summary: "a key that the environment needs is empty",
    docs: docs!("empty_required.md"),
    check: Check::Violation,
};

pub(super) fn word(breach: &mut Breach<'_, '_>, key: &str) {
    let wherein = match breach.scope.context.schema.environments().len() {
        ..2 => String::new(),
        _ => format!(" in {}", breach.scope.name()),
    };
    let property = breach.scope.context.schema.property(key.as_bytes());
    let help = wording::help(&[
        Some("give it a value; if the empty string is meant, say so with `\"minLength\": 0`".to_owned()),
        property.and_then(wording::purpose),
        property.and_then(wording::contacts),
    ]);
    breach
        .report(format!("{key} is required{wherein} and empty"), help)
        .key(Some(key));
}

pub(super) fn demand(key: &str) -> String {
    format!("{key} must not be empty")
}
