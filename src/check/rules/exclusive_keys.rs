//! More than one of several mutually exclusive keys is set.

use crate::check::rule::{Check, Rule, key_location};
use crate::check::rules::violation::Breach;
use crate::check::wording;
use crate::diagnostic::{RuleCode, Severity};

pub(super) static RULE: Rule = Rule {
    code: RuleCode("exclusive-keys"),
    severity: Severity::Error,
    summary: "more than one of several exclusive keys is set",
    docs: docs!("exclusive_keys.md"),
    check: Check::Violation,
};

pub(super) fn word(breach: &mut Breach<'_, '_>, present: &[String]) {
    let scope = breach.scope;
    let message = format!("{} are set; at most one of them may be", wording::list(present, "and"));
    let place = |key: &String| {
        scope
            .environment
            .environment
            .get(key.as_bytes())
            .and_then(|found| key_location(&found.origin))
    };
    breach.locate(present.last().and_then(place));
    let mut draft = breach
        .report(message, Some("keep the one you mean".to_owned()))
        .key(present.last().map(String::as_str));
    for other in &present[..present.len().saturating_sub(1)] {
        draft = draft.related(place(other), "also set");
    }
}

pub(super) fn demand(present: &[String]) -> String {
    format!("at most one of {} may be set", wording::list(present, "and"))
}
