//! The source reads a variable that the schema does not declare.

use crate::check::rule::{Check, Rule};
use crate::diagnostic::{RuleCode, Severity};

/// Found by `usage/`, in source code.
pub(crate) static RULE: Rule = Rule {
    code: RuleCode("undeclared-variable"),
    severity: Severity::Error,
    summary: "the source reads a variable that the schema does not declare",
    docs: docs!("undeclared_variable.md"),
    check: Check::Search,
};
