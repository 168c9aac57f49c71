//! The name of a secret has a prefix that makes a bundler copy it into public code.

use crate::check::rule::{Check, Findings, Rule, Subject, Traits, in_schema};
use crate::diagnostic::{RuleCode, Severity};
use crate::name::secrecy;

pub(super) static RULE: Rule = Rule {
    code: RuleCode("public-secret"),
    severity: Severity::Error,
    summary: "a secret has a prefix that a bundler publishes",
    docs: docs!("public_secret.md"),
    check: Check::Variable(Traits::PUBLISHED, check),
};

fn check(subject: &Subject<'_>, found: &mut Findings<'_>) {
    if subject.property.is_some_and(|property| property.secret.is_none()) {
        return;
    }
    let Some((prefix, bundler)) = secrecy::published(subject.variable.key) else {
        return;
    };
    let severity = match subject.property {
        Some(_) => Severity::Error,
        None if is_declared_secret(subject, prefix) => Severity::Error,
        None if secrecy::is_plainly_secret(subject.variable.key) => Severity::Warning,
        None => return,
    };
    let context = subject.scope.context;
    let name = subject.name();
    let message = match subject.property {
        None if severity == Severity::Error => {
            let secret = context.name(&subject.variable.key[prefix.len()..]);
            format!(
                "{name} is the secret {secret}, and {bundler} copies every `{prefix}` key into code that anybody can read"
            )
        }
        Some(_) => {
            format!("{name} is a secret, and {bundler} copies every `{prefix}` key into code that anybody can read")
        }
        None => {
            format!(
                "{name} looks like a secret, and {bundler} copies every `{prefix}` key into code that anybody can read"
            )
        }
    };
    let mut draft = found.at(subject.key_location(), message).severity(severity).key(subject.shown()).help(format!(
        "rename it without `{prefix}`, read it on the server only, and issue a new secret if this one was ever in a build; if it is \
         meant to be public, declare it without `secret`"
    ));
    if let Some(property) = subject.property {
        draft = draft
            .pointer(&format!("{}/secret", property.pointer))
            .related(in_schema(property.span), "declared here");
    }
    let _ = draft;
}

/// Whether the key without the prefix is a declared secret.
fn is_declared_secret(subject: &Subject<'_>, prefix: &str) -> bool {
    let behind = &subject.variable.key[prefix.len()..];
    let property = subject.scope.context.schema.property(behind);
    property.is_some_and(|property| property.secret.is_some())
}
