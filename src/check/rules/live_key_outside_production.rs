//! A live key is in an environment other than production.

use crate::check::promotion::is_production;
use crate::check::rule::{Check, Findings, Rule, Subject, Traits};
use crate::check::rules::placeholder_value;
use crate::check::secrets::{self, Mode};
use crate::diagnostic::{RuleCode, Severity};

pub(super) static RULE: Rule = Rule {
    code: RuleCode("live-key-outside-production"),
    severity: Severity::Error,
    summary: "a live key is in an environment other than production",
    docs: docs!("live_key_outside_production.md"),
    check: Check::Variable(Traits::TOKEN, check),
};

fn check(subject: &Subject<'_>, found: &mut Findings<'_>) {
    let Some(value) = subject.known().map(|secret| secret.expose()) else {
        return;
    };
    if secrets::mode(subject.variable.key, value).is_none_or(|mode| mode != Mode::Live) {
        return;
    }
    let (context, id) = (subject.scope.context, subject.scope.environment.id);
    if is_production(context.schema.environments(), id) != Some(false) || placeholder_value::refuses_here(subject) {
        return;
    }
    let message = format!(
        "{} is a live key, and {} is not production",
        subject.name(),
        subject.scope.name()
    );
    subject.report_value(
        found,
        message,
        "use a test key there; revoke this one if anybody else had it",
    );
}
