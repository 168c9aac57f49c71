//! A value does not match the pattern of the schema.

use crate::check::rule::{Check, Rule};
use crate::check::rules::violation::Breach;
use crate::check::wording::{self, spells_values};
use crate::diagnostic::{RuleCode, Severity};

pub(super) static RULE: Rule = Rule {
    code: RuleCode("schema-pattern"),
    severity: Severity::Error,
    summary: "a value does not match its pattern",
    docs: docs!("schema_pattern.md"),
    check: Check::Violation,
};

pub(super) fn word(breach: &mut Breach<'_, '_>, pattern: &str) {
    let message = format!("{} {}", breach.subject(), demand(pattern, breach.hides_words()));
    let help = breach.property().and_then(wording::purpose);
    breach.report(message, help);
}

/// A pattern describes a secret without revealing it, unless only a few texts match it.
pub(super) fn demand(pattern: &str, hides: bool) -> String {
    if hides && spells_values(pattern) {
        return "must match the pattern of the schema".to_owned();
    }
    format!("must match the pattern {}", wording::quoted(pattern))
}
