//! A list has too few or too many items, or equal ones.

use crate::check::rule::{Check, Rule};
use crate::check::rules::violation::Breach;
use crate::check::wording::{self, Limits};
use crate::diagnostic::{RuleCode, Severity};

pub(super) static RULE: Rule = Rule {
    code: RuleCode("schema-items"),
    severity: Severity::Error,
    summary: "a list has too few, too many or equal items",
    docs: docs!("schema_items.md"),
    check: Check::Violation,
};

pub(super) fn word_count(breach: &mut Breach<'_, '_>, actual: usize, limits: Limits) {
    let count = wording::count(actual as u64, "item");
    let message = format!("{} has {count}; {}", breach.subject(), limits.missed_by(actual as u64));
    breach.report(message, None);
}

pub(super) fn word_contains(breach: &mut Breach<'_, '_>, actual: usize, limits: Limits) {
    let message = format!(
        "{} has {} matching `contains`; {}",
        breach.subject(),
        wording::count(actual as u64, "item"),
        limits.missed_by(actual as u64)
    );
    breach.report(message, None);
}

pub(super) fn word_unique(breach: &mut Breach<'_, '_>, (first, second): (u32, u32)) {
    let message = format!(
        "items {} and {} of {} are equal; each may appear only once",
        first + 1,
        second + 1,
        breach.subject()
    );
    breach.report(message, Some("remove one of them".to_owned()));
}

pub(super) fn demand_count(limits: Limits) -> String {
    format!("must have {} items", limits.range())
}

pub(super) fn demand_contains(limits: Limits) -> String {
    format!("must have {} items matching `contains`", limits.range())
}

pub(super) fn demand_unique() -> String {
    "must not have the same item twice".to_owned()
}
