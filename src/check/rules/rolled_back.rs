//! A value that had been replaced is in use again.

use crate::check::records::report;
use crate::check::rule::{Check, Context, Findings, Matter, Rule};
use crate::diagnostic::{RuleCode, Severity};
use crate::rotation::ledger::FindingKind;

pub(super) static RULE: Rule = Rule {
    code: RuleCode("rolled-back"),
    severity: Severity::Error,
    summary: "a value that was replaced is in use again",
    docs: docs!("rolled_back.md"),
    check: Check::Across(Matter::Ages, check),
};

fn check(context: &Context<'_>, found: &mut Findings<'_>) {
    report(context, FindingKind::RolledBack, found);
}
