//! A number is too small, too large, or not a multiple of the step.

use crate::check::rule::{Check, Rule};
use crate::check::rules::violation::Breach;
use crate::diagnostic::{RuleCode, Severity};
use crate::schema::Bound;

pub(super) static RULE: Rule = Rule {
    code: RuleCode("schema-range"),
    severity: Severity::Error,
    summary: "a number is out of its range",
    docs: docs!("schema_range.md"),
    check: Check::Violation,
};

pub(super) fn word(breach: &mut Breach<'_, '_>, demand: &str) {
    let message = format!("{} {demand}", breach.subject());
    breach.report(message, None);
}

pub(super) fn demand(bound: Bound, limit: &str) -> String {
    match bound {
        Bound::AtLeast => format!("must be at least {limit}"),
        Bound::AtMost => format!("must be at most {limit}"),
        Bound::Above => format!("must be more than {limit}"),
        Bound::Below => format!("must be less than {limit}"),
    }
}

pub(super) fn demand_step(step: &str) -> String {
    format!("must be a multiple of {step}")
}
