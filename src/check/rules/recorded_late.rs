//! A rotation was recorded long after it happened.

use crate::check::records::report;
use crate::check::rule::{Check, Context, Findings, Matter, Rule};
use crate::diagnostic::{RuleCode, Severity};
use crate::rotation::ledger::FindingKind;

pub(super) static RULE: Rule = Rule {
    code: RuleCode("recorded-late"),
    severity: Severity::Info,
    summary: "a rotation was recorded long after it happened",
    docs: docs!("recorded_late.md"),
    check: Check::Across(Matter::Ages, check),
};

fn check(context: &Context<'_>, found: &mut Findings<'_>) {
    report(context, FindingKind::RecordedLate, found);
}
