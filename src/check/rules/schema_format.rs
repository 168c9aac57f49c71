//! A value is not written as its format asks.

use crate::check::rule::{Check, Rule};
use crate::check::rules::violation::Breach;
use crate::diagnostic::{RuleCode, Severity};
use crate::schema::Format;

pub(super) static RULE: Rule = Rule {
    code: RuleCode("schema-format"),
    severity: Severity::Error,
    summary: "a value does not have the required format",
    docs: docs!("schema_format.md"),
    check: Check::Violation,
};

pub(super) fn word(breach: &mut Breach<'_, '_>, name: &str) {
    let message = format!("{} {}", breach.subject(), demand(name));
    breach.report(message, None);
}

pub(super) fn demand(name: &str) -> String {
    match Format::find(name) {
        Some(format) => format!("must be {}", format.description()),
        None => format!("must have the format `{name}`"),
    }
}
