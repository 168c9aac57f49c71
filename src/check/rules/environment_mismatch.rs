//! The environment key in a file names a different environment from the one that is checked, or production has what was left from development.

use crate::check::left_over;
use crate::check::promotion::is_production;
use crate::check::rule::{Check, Findings, Matter, Rule, Scope, key_location, value_location};
use crate::check::rules::violation;
use crate::check::traits::Bytes;
use crate::check::wording;
use crate::diagnostic::{RuleCode, Severity};
use crate::model::{Origin, Value};
use crate::schema::{EnvironmentSpec, ViolationKind};
use crate::sort;

pub(super) static RULE: Rule = Rule {
    code: RuleCode("environment-mismatch"),
    severity: Severity::Error,
    summary: "the environment key, or a setting in production, is of another environment",
    docs: docs!("environment_mismatch.md"),
    check: Check::Environment(Matter::Name, check),
};

fn check(scope: &Scope<'_>, found: &mut Findings<'_>) {
    name(scope, found);
    left_over_in_production(scope, found);
}

/// Reports what production was left with from development.
fn left_over_in_production(scope: &Scope<'_>, found: &mut Findings<'_>) {
    let context = scope.context;
    if is_production(context.schema.environments(), scope.environment.id) != Some(true) {
        return;
    }
    let refused = refused(scope);
    for variable in scope.variables() {
        let Value::Known(value) = &variable.value else { continue };
        let key = variable.key;
        let value = value.expose();
        let Some(left) = left_over::find(key, value, Bytes::of(value)) else {
            continue;
        };
        // A variable of the process that the schema does not declare belongs to the shell of the caller. The key that names the environment
        // was compared before.
        let is_foreign = variable.origin == Origin::Process && context.schema.property(key).is_none();
        if is_foreign
            || context
                .schema
                .environment_key()
                .is_some_and(|own| own.as_bytes() == key)
            || refused.binary_search(&key).is_ok()
        {
            continue;
        }
        let (message, to_do) = left.words();
        found
            .at(
                value_location(&variable.origin),
                format!("{} in {} {message}", context.name(key), scope.name()),
            )
            .severity(Severity::Warning)
            .key(context.shown(key))
            .help(to_do);
    }
}

/// Reports that the key that names the environment names another.
fn name(scope: &Scope<'_>, found: &mut Findings<'_>) {
    let Some(key) = scope.context.schema.environment_key() else {
        return;
    };
    let Some(variable) = scope.environment.environment.get(key.as_bytes()) else {
        return;
    };
    let Value::Known(value) = &variable.value else { return };
    let spec = scope.context.spec(scope.environment.id);
    let value = value.expose();
    if is_silent(spec, value) || refused(scope).binary_search(&key.as_bytes()).is_ok() {
        return;
    }
    let is_known = str::from_utf8(value).is_ok_and(|name| scope.context.schema.find_environment(name).is_some());
    let names: Vec<&str> = std::iter::once(&spec.name)
        .chain(&spec.aliases)
        .map(String::as_str)
        .collect();
    let location = value_location(&variable.origin).or_else(|| key_location(&variable.origin));
    found
        .at(
            location,
            match is_known {
                true => format!(
                    "{key} names a different environment than {}, the one being checked",
                    spec.name
                ),
                false => format!(
                    "{key} names no environment of the schema; {} is being checked",
                    spec.name
                ),
            },
        )
        .key(Some(key))
        .help(format!(
            "it must be {} here; or does this file belong to another environment?",
            wording::list(&names, "or")
        ));
}

/// Returns the keys whose values the schema refuses for not being a constant, and so says already what they must be here; sorted.
fn refused<'c>(scope: &Scope<'c>) -> Vec<&'c [u8]> {
    let schema = scope.context.schema;
    let of_constants = scope.environment.violations.iter().filter(|one| {
        matches!(one.kind, ViolationKind::Const { .. }) && violation::is_error(schema, scope.environment.id, one)
    });
    let keys = of_constants.filter_map(|one| Some(schema.properties()[usize::from(one.property?)].name.as_bytes()));
    sort::set(keys.collect())
}

/// Whether a value does not contradict the environment. An empty value names none; whether it may be empty is for `required` to say.
pub(in crate::check) fn is_silent(spec: &EnvironmentSpec, value: &[u8]) -> bool {
    value.is_empty() || value == spec.name.as_bytes() || spec.aliases.iter().any(|alias| alias.as_bytes() == value)
}
