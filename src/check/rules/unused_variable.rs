//! The schema declares a key that no source reads.

use crate::check::rule::{Check, Rule};
use crate::diagnostic::{RuleCode, Severity};

/// Found by `usage/`, in source code.
pub(crate) static RULE: Rule = Rule {
    code: RuleCode("unused-variable"),
    severity: Severity::Warning,
    summary: "a declared key is used nowhere in the source",
    docs: docs!("unused_variable.md"),
    check: Check::Search,
};
