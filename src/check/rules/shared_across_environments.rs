//! Environments share a value that must be different in each.

use crate::check::promotion::is_for_tests;
use crate::check::rule::{Check, Context, Findings, Matter, Rule, in_schema, value_location};
use crate::check::rules::placeholder_value;
use crate::check::{placeholders, url, wording};
use crate::diagnostic::{RuleCode, Severity};
use crate::model::{Value, Variable};
use crate::schema::{EnvironmentId, Property};
use crate::sort;

pub(super) static RULE: Rule = Rule {
    code: RuleCode("shared-across-environments"),
    severity: Severity::Error,
    summary: "environments share a value that must be different in each",
    docs: docs!("shared_across_environments.md"),
    check: Check::Across(Matter::Environments, check),
};

/// The value of one environment.
struct Held<'c> {
    environment: EnvironmentId,
    variable: &'c Variable<'c>,
    value: &'c [u8],
    /// The part of the value that must differ.
    compared: &'c [u8],
}

/// A shorter password in a URL is most likely that of a database on a developer's machine.
const MIN_PASSWORD: usize = 8;

/// Returns the part of a value that must differ: the password of a secret that is a URL, because its host differs anyway.
fn compared<'c>(property: &Property, value: &'c [u8]) -> &'c [u8] {
    if property.secret.is_none() {
        return value;
    }
    url::password_in(value)
        .filter(|password| password.len() >= MIN_PASSWORD && placeholders::find(value, true).is_none())
        .unwrap_or(value)
}

fn check(context: &Context<'_>, found: &mut Findings<'_>) {
    if context.environments.len() < 2 {
        return;
    }
    let mut held: Vec<Held<'_>> = Vec::with_capacity(context.environments.len());
    for property in context
        .schema
        .properties()
        .iter()
        .filter(|property| property.distinct_across.len() > 1)
    {
        held.clear();
        held.extend(context.environments.iter().filter_map(|checked| {
            let variable = checked.environment.get(property.name.as_bytes())?;
            let Value::Known(secret) = &variable.value else {
                return None;
            };
            let value = secret.expose();
            // A placeholder that is refused as such is not reported as shared, too.
            let is_refused = property.secret.is_some() && placeholder_value::refuses(context, checked.id, value);
            let counts = !value.is_empty()
                && !is_refused
                && property.default.as_deref().map(str::as_bytes) != Some(value)
                && property.distinct_across.contains(&checked.id);
            counts.then_some(Held {
                environment: checked.id,
                variable,
                value,
                compared: compared(property, value),
            })
        }));
        sort::by(&mut held, &|a, b| {
            a.compared.cmp(b.compared).then(a.environment.cmp(&b.environment))
        });
        held.dedup_by(|a, b| a.compared == b.compared && a.environment == b.environment);
        for sharing in held
            .chunk_by(|a, b| a.compared == b.compared)
            .filter(|sharing| sharing.len() > 1)
        {
            report(context, property, sharing, found);
        }
    }
}

/// Reports one shared value. `sharing` is in promotion order.
fn report(context: &Context<'_>, property: &Property, sharing: &[Held<'_>], found: &mut Findings<'_>) {
    let [others @ .., last] = sharing else { return };
    let is_last_of_all = usize::from(last.environment.0) + 1 == context.schema.environments().len();
    let is_for_tests = is_for_tests(&context.spec(last.environment).name);
    let names: Vec<&str> = sharing
        .iter()
        .map(|held| context.spec(held.environment).name.as_str())
        .collect();
    let location = value_location(&last.variable.origin);
    let is_one_assignment = others
        .iter()
        .any(|held| value_location(&held.variable.origin) == location && location.is_some());
    let what = if is_one_assignment {
        "comes from one assignment in"
    } else if others.iter().any(|held| held.value != last.value) {
        "has the same password in"
    } else {
        "has the same value in"
    };
    let help = wording::help(&[
        Some("give each environment a value of its own; `distinctAcross` says which must differ".to_owned()),
        wording::contacts(property),
    ]);
    let mut draft = found
        .at(
            location,
            format!(
                "{} {what} {}; each must have its own",
                property.name,
                wording::list(&names, "and")
            ),
        )
        .severity(if is_last_of_all && !is_for_tests {
            Severity::Error
        } else {
            Severity::Warning
        })
        .environment(last.environment)
        .key(Some(&property.name))
        .help(help.unwrap_or_default())
        .pointer(&property.pointer);
    for other in others {
        let place = value_location(&other.variable.origin).filter(|place| Some(*place) != location);
        draft = draft.related(place, format!("the value of {}", context.spec(other.environment).name));
    }
    let _ = draft.related(in_schema(property.span), "declared here");
}
