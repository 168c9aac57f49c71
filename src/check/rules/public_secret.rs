//! The name of a secret has a prefix that makes a bundler copy it into public code, or a key for everybody holds the token of a secret.

use crate::check::rule::{Check, Findings, Rule, Subject, Traits, in_schema};
use crate::check::rules::placeholder_value;
use crate::check::secrets::{self, Format};
use crate::diagnostic::{RuleCode, Severity};
use crate::find::find;
use crate::name::secrecy;

pub(super) static RULE: Rule = Rule {
    code: RuleCode("public-secret"),
    severity: Severity::Error,
    summary: "a secret has a prefix that a bundler publishes",
    docs: docs!("public_secret.md"),
    check: Check::Variable(Traits::PUBLISHED.or(Traits::TOKEN), check),
};

/// `service_role` in base64, wherever in a text it begins.
const SERVICE_ROLE: [&[u8]; 3] = [b"c2VydmljZV9yb2xl", b"ZXJ2aWNlX3Jv", b"cnZpY2Vfcm9s"];

fn check(subject: &Subject<'_>, found: &mut Findings<'_>) {
    let key = subject.variable.key;
    let published = secrecy::published(key);
    let is_declared = match (subject.property, published) {
        (Some(property), _) => property.secret.is_some(),
        (None, Some((prefix, _))) => is_declared_secret(subject, prefix),
        (None, None) => false,
    };
    if !is_declared
        && secrecy::is_for_everybody(key)
        && let Some(format) = held(subject)
    {
        report_token(subject, format, published, found);
        return;
    }
    let Some((prefix, bundler)) = published else { return };
    let severity = if is_declared {
        Severity::Error
    } else if subject.property.is_none() && secrecy::is_plainly_secret(key) {
        Severity::Warning
    } else {
        return;
    };
    let context = subject.scope.context;
    let name = subject.name();
    let message = match subject.property {
        None if severity == Severity::Error => {
            let secret = context.name(&key[prefix.len()..]);
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

/// Returns the format of the value, if it is one of a secret.
fn held(subject: &Subject<'_>) -> Option<&'static Format> {
    let value = subject.known()?.expose();
    // A JSON Web Token is for whom it was issued to: the anonymous key of Supabase for everybody, that of the service for nobody.
    let is_for_some = value.starts_with(b"eyJ") && !SERVICE_ROLE.iter().any(|part| find(value, part).is_some());
    if is_for_some || placeholder_value::refuses_here(subject) {
        return None;
    }
    let mut formats = secrets::whole_or_begun(value);
    let first = formats.next()?;
    (first.is_secret() && formats.all(Format::is_secret)).then_some(first)
}

/// Reports a key that is for everybody by its name, and not by its value: a mix-up, or a bundler made to hand the key out.
fn report_token(
    subject: &Subject<'_>,
    format: &Format,
    published: Option<(&'static str, &'static str)>,
    found: &mut Findings<'_>,
) {
    let (name, title) = (subject.name(), format.title());
    let message = match published {
        Some((prefix, bundler)) => format!(
            "{name} holds what looks like {title}, and {bundler} copies every `{prefix}` key into code that anybody can read"
        ),
        None => format!("{name} is for everybody by its name, but holds what looks like {title}"),
    };
    subject.report_value(
        found,
        message,
        "put the public key there, or rename it; issue a new secret if this one was ever handed out",
    );
}

/// Whether the key without the prefix is a declared secret.
fn is_declared_secret(subject: &Subject<'_>, prefix: &str) -> bool {
    let behind = &subject.variable.key[prefix.len()..];
    let property = subject.scope.context.schema.property(behind);
    property.is_some_and(|property| property.secret.is_some())
}
