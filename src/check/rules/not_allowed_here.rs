//! A key is set in an environment in which the schema does not allow it.

use crate::check::rule::{Check, Findings, Rule, Subject, Traits};
use crate::check::rules::violation::Breach;
use crate::check::wording;
use crate::diagnostic::{RuleCode, Severity};

pub(super) static RULE: Rule = Rule {
    code: RuleCode("not-allowed-here"),
    severity: Severity::Error,
    summary: "a key is set in an environment that must not have it",
    docs: docs!("not_allowed_here.md"),
    check: Check::Variable(Traits::LIMITED, check),
};

fn check(subject: &Subject<'_>, found: &mut Findings<'_>) {
    let Some(property) = subject.property else { return };
    let Some(allowed) = &property.allowed_in else { return };
    let scope = subject.scope;
    if allowed.contains(&scope.environment.id) {
        return;
    }
    let names: Vec<&str> = allowed.iter().map(|&id| scope.context.spec(id).name.as_str()).collect();
    // Without the environment, so that a file that several share is told of it once.
    let message = format!("{} is allowed only in {}", property.name, wording::list(&names, "and"));
    found
        .at(subject.key_location(), message)
        .key(Some(&property.name))
        .help(format!("remove it from {}", subject.place()))
        .pointer(&format!("{}/allowedIn", property.pointer))
        .related(crate::check::rule::in_schema(property.span), "declared here");
}

/// Words a schema of `false` for the key, either unconditional or by a condition that is met.
pub(super) fn word(breach: &mut Breach<'_, '_>) {
    let message = format!(
        "{} must not be set: the schema allows no value for it here",
        breach.subject()
    );
    breach.locate_at_key();
    breach.report(message, Some("remove it".to_owned()));
}
