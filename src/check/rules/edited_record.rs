//! A record was changed after it was sealed.

use crate::check::records::report;
use crate::check::rule::{Check, Context, Findings, Matter, Rule};
use crate::diagnostic::{RuleCode, Severity};
use crate::rotation::ledger::FindingKind;

pub(in crate::check) static RULE: Rule = Rule {
    code: RuleCode("edited-record"),
    severity: Severity::Error,
    summary: "a record in the ledger was edited",
    docs: docs!("edited_record.md"),
    check: Check::Across(Matter::Ages, check),
};

fn check(context: &Context<'_>, found: &mut Findings<'_>) {
    report(context, FindingKind::EditedEntry, found);
}
