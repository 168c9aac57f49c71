//! A value is no value yet: it stands where a real one is to come.

use crate::check::names;
use crate::check::placeholders::{self, Placeholder};
use crate::check::rule::{Check, Findings, Rule, Subject};
use crate::check::wording;
use crate::diagnostic::{RuleCode, Severity};
use crate::model::Origin;

pub(super) static RULE: Rule = Rule {
    code: RuleCode("placeholder-value"),
    severity: Severity::Error,
    summary: "a value is a placeholder or a well-known default",
    docs: include_str!("placeholder_value.md"),
    check: Check::Variable(check),
};

fn check(subject: &Subject<'_>, found: &mut Findings<'_>) {
    let Some(value) = subject
        .known()
        .map(|secret| secret.expose())
        .filter(|value| !value.is_empty())
    else {
        return;
    };
    let secret =
        subject.property.is_some_and(|property| property.secret.is_some()) || names::looks_secret(subject.variable.key);
    let what = match placeholders::find(value, secret) {
        Some(Placeholder::Unreplaced) => "is a placeholder that nobody replaced".to_owned(),
        Some(Placeholder::Words) => "is made of words or digits that anybody guesses".to_owned(),
        Some(Placeholder::Credentials) => "has a user and password that everybody knows".to_owned(),
        None if secret => match copied_from(subject, value) {
            Some(from) => format!("has the same value as {from}"),
            None => return,
        },
        None => return,
    };
    let scope = subject.scope;
    let severity = match scope.context.schema.environments().len() {
        ..2 => Severity::Warning,
        _ if scope.is_first_of_several() => Severity::Info,
        _ => Severity::Error,
    };
    let make = secret.then(|| "put a real value there; `openssl rand -base64 32` makes a random one".to_owned());
    let help = wording::help([
        make.or_else(|| Some("put the real value there".to_owned())),
        subject.property.and_then(wording::purpose),
        subject.property.and_then(wording::contacts),
    ]);
    found
        .at(subject.value_location(), format!("{} {what}", subject.name()))
        .severity(severity)
        .key(subject.shown())
        .help(help.unwrap_or_default());
}

/// The public place in which the same value stands.
fn copied_from(subject: &Subject<'_>, value: &[u8]) -> Option<String> {
    let context = subject.scope.context;
    if let Some(example) = &context.example
        && !matches!(subject.variable.origin, Origin::File { source, .. } if source == example.source)
        && example.get(subject.variable.key) == Some(value)
    {
        return Some(context.sources[example.source.0 as usize].name().to_owned());
    }
    subject
        .property?
        .examples
        .iter()
        .any(|text| text.as_bytes() == value)
        .then(|| "`examples` of the schema".to_owned())
}
