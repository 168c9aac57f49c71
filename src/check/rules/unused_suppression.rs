//! A suppression comment hides nothing.

use crate::check::rule::{Check, Rule};
use crate::diagnostic::{RuleCode, Severity};

pub(crate) static RULE: Rule = Rule {
    code: RuleCode("unused-suppression"),
    severity: Severity::Warning,
    summary: "a comment suppresses a rule that finds nothing",
    docs: docs!("unused_suppression.md"),
    check: Check::Triage,
};
