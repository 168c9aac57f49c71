//! The environment key in a file names a different environment from the one that is checked.

use crate::check::rule::{Check, Findings, Matter, Rule, Scope, key_location, value_location};
use crate::check::wording;
use crate::diagnostic::{RuleCode, Severity};
use crate::model::Value;
use crate::schema::EnvironmentSpec;

pub(super) static RULE: Rule = Rule {
    code: RuleCode("environment-mismatch"),
    severity: Severity::Error,
    summary: "the environment key names a different environment than the one being checked",
    docs: docs!("environment_mismatch.md"),
    check: Check::Environment(Matter::Name, check),
};

fn check(scope: &Scope<'_>, found: &mut Findings<'_>) {
    let Some(key) = scope.context.schema.environment_key() else {
        return;
    };
    let Some(variable) = scope.environment.environment.get(key.as_bytes()) else {
        return;
    };
    let Value::Known(value) = &variable.value else { return };
    let spec = scope.context.spec(scope.environment.id);
    let value = value.expose();
    if is_silent(spec, value) {
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

/// Whether a value does not contradict the environment. An empty value names none; whether it may be empty is for `required` to say.
pub(in crate::check) fn is_silent(spec: &EnvironmentSpec, value: &[u8]) -> bool {
    value.is_empty() || value == spec.name.as_bytes() || spec.aliases.iter().any(|alias| alias.as_bytes() == value)
}
