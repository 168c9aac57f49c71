//! An env file with secrets is not ignored by git.

use crate::check::rule::{Check, Rule};
use crate::diagnostic::{RuleCode, Severity};

/// Found by `check/repository.rs`, from what git says about files.
pub(crate) static RULE: Rule = Rule {
    code: RuleCode("env-file-not-ignored"),
    severity: Severity::Warning,
    summary: "an env file with secrets is not ignored by git",
    docs: docs!("env_file_not_ignored.md"),
    check: Check::Search,
};
