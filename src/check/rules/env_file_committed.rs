//! An env file with secrets is committed.

use crate::check::rule::{Check, Rule};
use crate::diagnostic::{RuleCode, Severity};

/// Found by `check/repository.rs`, from what git says about files.
pub(crate) static RULE: Rule = Rule {
    code: RuleCode("env-file-committed"),
    severity: Severity::Error,
    summary: "an env file with secrets is committed",
    docs: docs!("env_file_committed.md"),
    check: Check::Search,
};
