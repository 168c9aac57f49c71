//! A record names an environment or a key that the schema does not have.

use crate::check::records::report;
use crate::check::rule::{Check, Context, Findings, Matter, Rule};
use crate::diagnostic::{RuleCode, Severity};
use crate::rotation::ledger::FindingKind;

pub(super) static RULE: Rule = Rule {
    code: RuleCode("unknown-record"),
    severity: Severity::Warning,
    summary: "the ledger has records of a key or an environment that the schema does not have",
    docs: docs!("unknown_record.md"),
    check: Check::Across(Matter::Ages, check),
};

fn check(context: &Context<'_>, found: &mut Findings<'_>) {
    report(context, FindingKind::UnknownKey, found);
    report(context, FindingKind::UnknownEnvironment, found);
}
