//! The value of a secret appears outside the file that it belongs to.

use crate::check::rule::{Check, Rule};
use crate::diagnostic::{RuleCode, Severity};

/// Found by `leak/`, in any text.
pub(crate) static RULE: Rule = Rule {
    code: RuleCode("known-value-leaked"),
    severity: Severity::Error,
    summary: "the value of a secret is where it does not belong",
    docs: docs!("known_value_leaked.md"),
    check: Check::Search,
};
