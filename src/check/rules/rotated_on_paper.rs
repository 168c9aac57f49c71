//! A later record, but the same value.

use crate::check::records::report;
use crate::check::rule::{Check, Context, Findings, Matter, Rule};
use crate::diagnostic::{RuleCode, Severity};
use crate::rotation::ledger::FindingKind;

pub(super) static RULE: Rule = Rule {
    code: RuleCode("rotated-on-paper"),
    severity: Severity::Error,
    summary: "a rotation was recorded, but the value did not change",
    docs: docs!("rotated_on_paper.md"),
    check: Check::Across(Matter::Ages, check),
};

fn check(context: &Context<'_>, found: &mut Findings<'_>) {
    report(context, FindingKind::RotatedOnPaper, found);
}
