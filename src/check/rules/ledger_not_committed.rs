//! The ledger of rotations was changed, and the commit does not have it.

use crate::check::rule::{Check, Rule};
use crate::diagnostic::{RuleCode, Severity};

/// Found by `check/repository.rs`, from what a repository says of its files.
pub(crate) static RULE: Rule = Rule {
    code: RuleCode("ledger-not-committed"),
    severity: Severity::Warning,
    summary: "the ledger of rotations was changed, but is not in the commit",
    docs: docs!("ledger_not_committed.md"),
    check: Check::Search,
};
