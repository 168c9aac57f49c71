//! Some keys of a group are set and others are missing.

use crate::check::rule::{Check, Rule, key_location};
use crate::check::rules::violation::Breach;
use crate::check::wording;
use crate::diagnostic::{RuleCode, Severity};

pub(super) static RULE: Rule = Rule {
    code: RuleCode("incomplete-group"),
    severity: Severity::Error,
    summary: "some keys of a group are set and others are missing",
    docs: docs!("incomplete_group.md"),
    check: Check::Violation,
};

pub(super) fn word(breach: &mut Breach<'_, '_>, present: &[String], missing: &[String]) {
    let (present_list, missing_list) = (wording::list(present, "and"), wording::list(missing, "and"));
    let message = format!(
        "{missing_list} {} missing, while {present_list} {} set; they belong together",
        is_or_are(missing.len()),
        is_or_are(present.len())
    );
    let wherein = breach
        .scope
        .home()
        .map(|file| format!(" in {file}"))
        .unwrap_or_default();
    let help = format!("set {missing_list}{wherein}, or remove {present_list}");
    breach.locate(
        present
            .first()
            .and_then(|key| breach.scope.environment.environment.get(key.as_bytes()))
            .and_then(|v| key_location(&v.origin)),
    );
    breach
        .report(message, Some(help))
        .key(missing.first().map(String::as_str));
}

fn is_or_are(count: usize) -> &'static str {
    if count == 1 { "is" } else { "are" }
}

pub(super) fn demand(missing: &[String]) -> String {
    format!("{} must be set", wording::list(missing, "and"))
}
