//! A value is not the one that the schema asks for.

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
    let message = format!("{} {}", breach.subject(), demand(allowed));
    breach.report(message, None);
}

pub(super) fn demand(allowed: &str) -> String {
    format!("must be {}", wording::quoted(allowed))
}
