//! A key that the schema does not declare is either not allowed or plainly mistyped.

use crate::check::rule::{Check, Findings, Rule, Scope, Subject, Traits, key_location};
use crate::check::rules::violation::Breach;
use crate::diagnostic::{RuleCode, Severity};
use crate::model::Origin;
use crate::name;
use crate::schema::ViolationKind;

pub(in crate::check) static RULE: Rule = Rule {
    code: RuleCode("unknown-key"),
    severity: Severity::Error,
    summary: "a key is not declared in the schema",
    docs: docs!("unknown_key.md"),
    check: Check::Variable(Traits::UNDECLARED, check),
};

/// Words a key that the schema does not allow.
pub(super) fn word(breach: &mut Breach<'_, '_>) {
    let (scope, Some(variable)) = (breach.scope, breach.variable()) else {
        return;
    };
    // The process environment holds what every program gets (`PATH`, `HOME`), so unknown names there are no mistake.
    if variable.origin == Origin::Process || name::is_of_encryption(variable.key) {
        return;
    }
    let context = scope.context;
    let meant = meant(scope, variable.key).or_else(|| missing(scope, variable.key));
    let message = match meant {
        Some(meant) => format!(
            "{} is not declared in the schema; did you mean {meant}?",
            context.name(variable.key)
        ),
        None => format!("{} is not declared in the schema", context.name(variable.key)),
    };
    let help = match meant {
        Some(meant) => format!("rename it to {meant}, or declare it under `properties`"),
        None => "declare it under `properties`, or remove it".to_owned(),
    };
    breach.locate(key_location(&variable.origin));
    breach.report(message, Some(help)).key(context.shown(variable.key));
}

/// Words a key whose name the schema does not allow.
pub(super) fn word_name(breach: &mut Breach<'_, '_>, demands: &str) {
    let message = format!("the name of {} {demands}", breach.subject());
    breach.locate_at_key();
    breach.report(
        message,
        Some("rename it; `propertyNames` of the schema says how keys are named".to_owned()),
    );
}

/// If the schema allows other keys, reports one that is a typo away from a declared key that is not set.
fn check(subject: &Subject<'_>, found: &mut Findings<'_>) {
    let scope = subject.scope;
    if subject.property.is_some() || subject.variable.origin == Origin::Process || scope.is_closed {
        return;
    }
    let Some(meant) = meant(scope, subject.variable.key) else {
        return;
    };
    if scope.environment.environment.get(meant.as_bytes()).is_some() {
        return;
    }
    found
        .at(
            subject.key_location(),
            format!(
                "{} is not declared in the schema; did you mean {meant}?",
                subject.name()
            ),
        )
        .severity(Severity::Warning)
        .key(subject.shown())
        .help(format!("rename it to {meant}, or declare it under `properties`"));
}

/// Returns the declared key that was probably meant.
fn meant<'s>(scope: &Scope<'s>, key: &[u8]) -> Option<&'s str> {
    let context = scope.context;
    let declared = context.schema.properties().iter();
    scope.budget.nearest(
        context.shown(key)?,
        &mut declared.map(|property| property.name.as_str()),
    )
}

/// Returns the key that the schema misses in the environment, if it is called like this one but for some words.
fn missing<'s>(scope: &Scope<'s>, key: &[u8]) -> Option<&'s str> {
    // What else the schema finds wrong counts as compared, since there may be as much of it as there are unknown keys.
    let mut missing = scope
        .environment
        .violations
        .iter()
        .map(|violation| match &violation.kind {
            ViolationKind::Required { key } | ViolationKind::DependentRequired { missing: key, .. } => key,
            _ => "",
        });
    scope.budget.counterpart(scope.context.shown(key)?, &mut missing)
}
