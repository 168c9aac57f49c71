//! A value is not the constant that the schema requires.

use crate::check::rule::{Check, Rule};
use crate::check::rules::violation::Breach;
use crate::check::wording;
use crate::diagnostic::{RuleCode, Severity};

pub(super) static RULE: Rule = Rule {
    code: RuleCode("schema-const"),
    severity: Severity::Error,
    summary: "a value is not the one required",
    docs: docs!("schema_const.md"),
    check: Check::Violation,
};

pub(super) fn word(breach: &mut Breach<'_, '_>, allowed: &str) {
    let message = format!("{} {}", breach.subject(), demand(allowed, breach.hides_words()));
    breach.report(message, None);
}

/// What a secret must be is not shown.
pub(super) fn demand(allowed: &str, hides: bool) -> String {
    if hides {
        return "must be the value that the schema names".to_owned();
    }
    format!("must be {}", wording::quoted(allowed))
}
