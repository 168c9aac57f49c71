//! The reference file and the schema have different keys.

use crate::check::rule::{Check, Rule};
use crate::diagnostic::{RuleCode, Severity};

/// Found by `check/repository.rs`.
pub(crate) static RULE: Rule = Rule {
    code: RuleCode("example-out-of-step"),
    severity: Severity::Warning,
    summary: "the reference file and the schema don't have the same keys",
    docs: docs!("example_out_of_step.md"),
    check: Check::Search,
};
