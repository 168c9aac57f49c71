//! The reference file contains what looks like a real secret.

use crate::check::rule::{Check, Rule};
use crate::diagnostic::{RuleCode, Severity};

/// Found by `check/repository.rs`.
pub(crate) static RULE: Rule = Rule {
    code: RuleCode("example-holds-secret"),
    severity: Severity::Error,
    summary: "the reference file has what looks like a real secret",
    docs: docs!("example_holds_secret.md"),
    check: Check::Search,
};
