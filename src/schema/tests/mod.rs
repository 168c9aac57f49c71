//! Tests the modules of this folder together: small schemas in, mistakes or violations out.

mod mistakes;
mod violations;

use super::*;
use crate::model::{Origin, Value, Variable};
use crate::secret::Secret;

const CODES: [&str; 2] = ["unknown-key", "duplicate-key"];

fn compile(text: &str) -> Result<Schema, Vec<SchemaError>> {
    Schema::compile(
        &Source::new("env.schema.json", text).unwrap(),
        &Vocabulary {
            rules: &CODES,
            ..Vocabulary::default()
        },
    )
}

#[track_caller]
fn good(text: &str) -> Schema {
    compile(text).unwrap_or_else(|errors| panic!("{text}\n{errors:#?}"))
}

/// Returns the mistakes, each as `the text at its place: message (help)`.
fn mistakes(text: &str) -> Vec<String> {
    let errors = compile(text).err().unwrap_or_default();
    errors
        .into_iter()
        .map(|error| {
            let place = String::from_utf8_lossy(error.span.of(text.as_bytes())).into_owned();
            let help = error.help.map(|help| format!(" ({help})")).unwrap_or_default();
            format!("{place}: {}{help}", error.message)
        })
        .collect()
}

#[track_caller]
fn mistake(text: &str, expected: &str) {
    let found = mistakes(text);
    assert!(
        found.len() == 1 && found[0].contains(expected),
        "{text}\nexpected {expected}\nfound {found:#?}"
    );
}

fn environment<'s>(pairs: &[(&'s str, &'s str)]) -> Environment<'s> {
    let mut variables: Vec<Variable<'s>> = pairs
        .iter()
        .map(|(key, value)| Variable {
            key: key.as_bytes(),
            value: Value::Known(Secret::borrowed(value.as_bytes())),
            origin: Origin::Process,
            overridden: Vec::new(),
            references: Vec::new(),
            is_null: false,
        })
        .collect();
    variables.sort_by_key(|variable| variable.key);
    Environment {
        variables,
        failures: Vec::new(),
        commands: Vec::new(),
    }
}

/// Returns the violations, each as `KEY pointer kind`.
fn violations(schema: &Schema, environment_name: &str, pairs: &[(&str, &str)]) -> Vec<String> {
    let instance = environment(pairs);
    let id = schema.find_environment(environment_name).unwrap();
    let found = schema.evaluate(id, None, &instance);
    found
        .into_iter()
        .map(|violation| {
            let key = match (violation.property, violation.variable) {
                (Some(index), _) => schema.properties()[usize::from(index)].name.clone(),
                (None, Some(index)) => String::from_utf8_lossy(instance.variables[index as usize].key).into_owned(),
                (None, None) => String::from("-"),
            };
            format!("{key} {} {:?}", violation.pointer, violation.kind)
        })
        .collect()
}

#[track_caller]
fn finds(schema: &str, pairs: &[(&str, &str)], expected: &[&str]) {
    let found = violations(&good(schema), "default", pairs);
    let same = found.len() == expected.len()
        && found
            .iter()
            .zip(expected)
            .all(|(found, expected)| found.starts_with(expected));
    assert!(same, "{schema}\n{pairs:?}\nexpected {expected:#?}\nfound {found:#?}");
}
