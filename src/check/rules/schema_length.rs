//! A value has too few or too many characters.

use crate::check::rule::{Check, Rule};
use crate::check::rules::violation::Breach;
use crate::check::wording::{self, Limits};
use crate::diagnostic::{RuleCode, Severity};

pub(super) static RULE: Rule = Rule {
    code: RuleCode("schema-length"),
    severity: Severity::Error,
    summary: "a value has too few or too many characters",
    docs: docs!("schema_length.md"),
    check: Check::Violation,
};

pub(super) fn word(breach: &mut Breach<'_, '_>, actual: usize, limits: Limits) {
    let message = format!(
        "{} has {}; {}",
        breach.subject(),
        wording::count(actual as u64, "character"),
        limits.missed_by(actual as u64)
    );
    // A key that somebody else issues can't be generated, so only key material gets a recipe.
    let is_material = breach
        .property()
        .is_some_and(|property| property.min_bits.iter().any(Option::is_some));
    let help = (is_material && limits.min.is_some_and(|min| actual < min as usize))
        .then(|| "`openssl rand -base64 32` makes one of 44 characters".to_owned())
        .filter(|_| limits.min.is_none_or(|min| min <= 44));
    breach.report(message, help);
}

pub(super) fn demand(limits: Limits) -> String {
    format!("must have {} characters", limits.range())
}
