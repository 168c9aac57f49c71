//! The value in use matches no entry of the ledger.

use crate::check::records::report;
use crate::check::rule::{Check, Context, Findings, Matter, Rule};
use crate::diagnostic::{RuleCode, Severity};
use crate::rotation::ledger::FindingKind;

pub(in crate::check) static RULE: Rule = Rule {
    code: RuleCode("changed-without-record"),
    severity: Severity::Warning,
    summary: "a value was changed without a record",
    docs: docs!("changed_without_record.md"),
    check: Check::Across(Matter::Ages, check),
};

fn check(context: &Context<'_>, found: &mut Findings<'_>) {
    report(context, FindingKind::ChangedWithoutRecord, found);
}
