//! The same key is assigned twice in one file.

use crate::check::rule::{Check, Findings, Rule, Scope, key_location};
use crate::diagnostic::{RuleCode, Severity};
use crate::model::Origin;

pub(super) static RULE: Rule = Rule {
    code: RuleCode("duplicate-key"),
    severity: Severity::Warning,
    summary: "a key is assigned more than once in one file",
    docs: include_str!("duplicate_key.md"),
    check: Check::Environment(check),
};

fn check(scope: &Scope<'_>, found: &mut Findings<'_>) {
    let _ = (scope, found, key_location as fn(&Origin) -> _);
}
