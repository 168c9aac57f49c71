//! Summarises a check in a [`Report`]: the variables of each environment and their states.

use crate::check::Checked;
use crate::check::ages::Assessed;
use crate::check::rule::{self, Context};
use crate::check::rules;
use crate::diagnostic::{Diagnostic, Severity};
use crate::model::{Origin, Value};
use crate::report::{EnvironmentReport, Hidden, Report, State, VariableReport};
use crate::schema::{EnvironmentId, Property};
use crate::sort;

/// Writes the report.
pub(super) fn report(context: &Context<'_>, diagnostics: Vec<Diagnostic>, hidden: Hidden) -> Report {
    let environments = context
        .environments
        .iter()
        .map(|checked| environment(context, checked, &diagnostics))
        .collect();
    let is_checked = |id| context.environments.iter().any(|one| one.id == EnvironmentId(id));
    let unchecked = (0..)
        .zip(context.schema.environments())
        .filter(|(id, _)| !is_checked(*id))
        .map(|(_, spec)| spec.name.clone())
        .collect();
    Report {
        checked_at: context.options.now,
        environments,
        unchecked,
        diagnostics,
        hidden,
        searched: None,
    }
}

fn environment(context: &Context<'_>, checked: &Checked<'_>, diagnostics: &[Diagnostic]) -> EnvironmentReport {
    let name = &context.spec(checked.id).name;
    let here = || {
        diagnostics
            .iter()
            .filter(|diagnostic| diagnostic.environment.as_ref() == Some(name))
    };
    let count = |severity| {
        u32::try_from(here().filter(|diagnostic| diagnostic.severity == severity).count()).unwrap_or(u32::MAX)
    };
    let keys_with = |wanted: fn(&Diagnostic) -> bool| -> Vec<&str> {
        let keys = here()
            .filter(|diagnostic| wanted(diagnostic))
            .filter_map(|diagnostic| diagnostic.key.as_deref());
        sort::set(keys.collect())
    };
    let broken = Broken {
        invalid: keys_with(|diagnostic| diagnostic.severity == Severity::Error),
        missing: keys_with(|diagnostic| diagnostic.code == rules::missing_required::RULE.code),
    };
    let mut variables = Vec::with_capacity(context.schema.properties().len());
    declared(context, checked, &broken, &mut variables);
    let unnamed = undeclared(context, checked, &mut variables);
    EnvironmentReport {
        name: name.clone(),
        files: checked.layers.iter().map(|layer| layer.source).collect(),
        errors: count(Severity::Error),
        warnings: count(Severity::Warning),
        variables,
        unnamed,
    }
}

/// The keys of one environment with errors, sorted.
struct Broken<'b> {
    invalid: Vec<&'b str>,
    missing: Vec<&'b str>,
}

/// Adds the declared variables that are set, missing or have a default, in the order of the schema.
fn declared(context: &Context<'_>, checked: &Checked<'_>, broken: &Broken<'_>, variables: &mut Vec<VariableReport>) {
    let has = |keys: &[&str], key: &str| keys.binary_search(&key).is_ok();
    // In the order of the schema, like the properties.
    let mut ages = context.ages.in_environment(checked.id).peekable();
    for property in context.schema.properties() {
        let age = ages
            .next_if(|secret| std::ptr::eq(secret.property, property))
            .map(Assessed::report);
        let key = property.name.as_str();
        let variable = checked.environment.get(key.as_bytes());
        let is_invalid = has(&broken.invalid, key);
        let state = match variable {
            Some(variable) => state(property, checked.id, &variable.value, is_invalid),
            None if has(&broken.missing, key) || is_invalid => State::Missing,
            None if property.default_in[usize::from(checked.id.0)].is_some() => State::Defaulted,
            // Optional and absent: nothing to report.
            None => continue,
        };
        let location = variable.and_then(|variable| rule::key_location(&variable.origin));
        variables.push(VariableReport {
            key: key.to_owned(),
            state,
            secret: property.secret.is_some(),
            location,
            age,
        });
    }
}

/// Adds the other variables; returns how many have a name that may not be shown.
fn undeclared(context: &Context<'_>, checked: &Checked<'_>, variables: &mut Vec<VariableReport>) -> usize {
    let mut unnamed = 0;
    for variable in &checked.environment.variables {
        // Undeclared variables of the process are none of this program's business.
        if matches!(variable.origin, Origin::Process) || context.schema.property(variable.key).is_some() {
            continue;
        }
        let Some(key) = context.shown(variable.key) else {
            unnamed += 1;
            continue;
        };
        variables.push(VariableReport {
            key: key.to_owned(),
            state: State::Unknown,
            secret: false,
            location: rule::key_location(&variable.origin),
            age: None,
        });
    }
    unnamed
}

/// Returns the state of a variable that is set.
fn state(property: &Property, environment: EnvironmentId, value: &Value, is_invalid: bool) -> State {
    let allowed = property.allowed_in.as_ref();
    if allowed.is_some_and(|allowed| !allowed.contains(&environment)) {
        State::Forbidden
    } else if is_invalid {
        State::Invalid
    } else if matches!(value, Value::Unknown(_)) {
        State::External
    } else {
        State::Ok
    }
}
