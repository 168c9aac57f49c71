//! A file contains something in the format of a secret token.

use crate::check::rule::{Check, Rule};
use crate::diagnostic::{RuleCode, Severity};

/// Found by `leak/`, in any text.
pub(crate) static RULE: Rule = Rule {
    code: RuleCode("token-in-source"),
    severity: Severity::Error,
    summary: "a token of a known format is where it does not belong",
    docs: docs!("token_in_source.md"),
    check: Check::Search,
};
