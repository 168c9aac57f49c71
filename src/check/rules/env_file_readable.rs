//! An env file with secrets can be read by every user of the machine.

use crate::check::rule::{Check, Rule};
use crate::diagnostic::{RuleCode, Severity};

/// Found by `check/repository.rs`, from the permissions of the files.
pub(crate) static RULE: Rule = Rule {
    code: RuleCode("env-file-readable"),
    severity: Severity::Warning,
    summary: "an env file with secrets can be read by every user of the machine",
    docs: docs!("env_file_readable.md"),
    check: Check::Search,
};
