//! The ledger key of a record is not available, so the record can't be verified.

use crate::check::records::report;
use crate::check::rule::{Check, Context, Findings, Matter, Rule};
use crate::diagnostic::{RuleCode, Severity};
use crate::rotation::ledger::FindingKind;

pub(super) static RULE: Rule = Rule {
    code: RuleCode("unverifiable-record"),
    severity: Severity::Warning,
    summary: "a record in the ledger can't be verified",
    docs: docs!("unverifiable_record.md"),
    check: Check::Across(Matter::Ages, check),
};

fn check(context: &Context<'_>, found: &mut Findings<'_>) {
    report(context, FindingKind::Unverifiable, found);
}
