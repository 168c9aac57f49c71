//! A violation found by the general engine, or of a keyword about the set of keys as a whole.

use crate::check::rule::{Check, Rule};
use crate::check::rules::violation::Breach;
use crate::check::wording::{self, Limits};
use crate::diagnostic::{RuleCode, Severity};

pub(super) static RULE: Rule = Rule {
    code: RuleCode("schema-keyword"),
    severity: Severity::Error,
    summary: "a keyword of the schema without a rule of its own is not met",
    docs: docs!("schema_keyword.md"),
    check: Check::Violation,
};

pub(super) fn word(breach: &mut Breach<'_, '_>, keyword: &str) {
    let message = format!("{} {}", breach.subject(), demand(keyword));
    breach.report(message, None);
}

pub(super) fn word_count(breach: &mut Breach<'_, '_>, actual: usize, limits: Limits) {
    let message = format!("{} set; {}", are(actual), limits.missed_by(actual as u64));
    breach.report(message, None);
}

pub(super) fn demand(keyword: &str) -> String {
    format!("must meet the `{keyword}` of the schema")
}

pub(super) fn demand_count(limits: Limits) -> String {
    format!("{} keys must be set", limits.range())
}

fn are(actual: usize) -> String {
    format!(
        "{} {}",
        wording::count(actual as u64, "key"),
        if actual == 1 { "is" } else { "are" }
    )
}
