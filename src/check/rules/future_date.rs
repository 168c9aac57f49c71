//! A record is dated in the future, or later than the instant at which it was recorded.

use crate::check::records::report;
use crate::check::rule::{Check, Context, Findings, Matter, Rule};
use crate::diagnostic::{RuleCode, Severity};
use crate::rotation::ledger::FindingKind;

pub(super) static RULE: Rule = Rule {
    code: RuleCode("future-date"),
    severity: Severity::Error,
    summary: "a rotation was recorded before it happened",
    docs: docs!("future_date.md"),
    check: Check::Across(Matter::Ages, check),
};

fn check(context: &Context<'_>, found: &mut Findings<'_>) {
    report(context, FindingKind::FutureDate, found);
}
