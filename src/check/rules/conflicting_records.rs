//! Two records for the same instant differ.

use crate::check::records::report;
use crate::check::rule::{Check, Context, Findings, Matter, Rule};
use crate::diagnostic::{RuleCode, Severity};
use crate::rotation::ledger::FindingKind;

pub(super) static RULE: Rule = Rule {
    code: RuleCode("conflicting-records"),
    severity: Severity::Warning,
    summary: "two records for one instant say different things",
    docs: docs!("conflicting_records.md"),
    check: Check::Across(Matter::Ages, check),
};

fn check(context: &Context<'_>, found: &mut Findings<'_>) {
    report(context, FindingKind::SameInstant, found);
}
