//! A value exceeds the size limit once its references are expanded.

use crate::check::rule::{Check, Findings, Rule, Subject, Traits};
use crate::diagnostic::{RuleCode, Severity};
use crate::model::{Unknown, Value};

pub(super) static RULE: Rule = Rule {
    code: RuleCode("expansion-limit"),
    severity: Severity::Error,
    summary: "a value is too large once its references are expanded",
    docs: docs!("expansion_limit.md"),
    check: Check::Variable(Traits::UNKNOWN, check),
};

fn check(subject: &Subject<'_>, found: &mut Findings<'_>) {
    if !matches!(subject.variable.value, Value::Unknown(Unknown::TooLarge)) {
        return;
    }
    found
        .at(
            subject.value_location(),
            format!(
                "{} becomes too large when its references are expanded, so it was not checked",
                subject.name()
            ),
        )
        .key(subject.shown())
        .help("avoid references to variables that refer to others many times over");
}
