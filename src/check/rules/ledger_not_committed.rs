//! The ledger of rotations was changed, but is not in the commit.

use crate::check::rule::{Check, Rule};
use crate::diagnostic::{RuleCode, Severity};

/// Found by `check/repository.rs`, from what git says about files.
pub(crate) static RULE: Rule = Rule {
    code: RuleCode("ledger-not-committed"),
    severity: Severity::Warning,
    summary: "the ledger of rotations was changed, but is not in the commit",
    docs: docs!("ledger_not_committed.md"),
    check: Check::Search,
};
