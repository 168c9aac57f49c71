//! Production uses a test key, or a well-known one.

use crate::check::promotion::is_production;
use crate::check::rule::{Check, Findings, Rule, Subject, Traits};
use crate::check::rules::placeholder_value;
use crate::check::secrets::{self, Mode};
use crate::diagnostic::{RuleCode, Severity};

pub(super) static RULE: Rule = Rule {
    code: RuleCode("test-key-in-production"),
    severity: Severity::Error,
    summary: "a test key is in production",
    docs: docs!("test_key_in_production.md"),
    check: Check::Variable(Traits::TOKEN.or(Traits::FAMOUS), check),
};

fn check(subject: &Subject<'_>, found: &mut Findings<'_>) {
    let Some(value) = subject.known().map(|secret| secret.expose()) else {
        return;
    };
    let (what, help) = if secrets::mode(subject.variable.key, value) == Some(Mode::Test) {
        ("is a test key", "use the live key there")
    } else if secrets::is_well_known(value) {
        ("is a well-known example or default", "set a value that nobody else has")
    } else {
        return;
    };
    let (context, id) = (subject.scope.context, subject.scope.environment.id);
    if is_production(context.schema.environments(), id) != Some(true) || placeholder_value::refuses_here(subject) {
        return;
    }
    let message = format!("{} in {} {what}", subject.name(), subject.scope.name());
    subject.report_value(found, message, help);
}
