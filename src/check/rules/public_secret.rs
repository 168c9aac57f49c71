//! The name of a secret has a prefix that makes a bundler copy it into public code, or a key for everybody holds the token of a secret, or
//! the key of a secret holds what is for everybody.

use crate::check::password_in;
use crate::check::rule::{Check, Findings, Rule, Subject, Traits, in_schema};
use crate::check::rules::placeholder_value;
use crate::check::secrets::{self, Format, Secrecy};
use crate::diagnostic::{RuleCode, Severity};
use crate::find::find;
use crate::name::secrecy;

pub(super) static RULE: Rule = Rule {
    code: RuleCode("public-secret"),
    severity: Severity::Error,
    summary: "a secret is where anybody can read it, or what is public in a secret's place",
    docs: docs!("public_secret.md"),
    check: Check::Variable(Traits::PUBLISHED.or(Traits::TOKEN), check),
};

/// `service_role` in base64, wherever in a text it begins.
const SERVICE_ROLE: [&[u8]; 3] = [b"c2VydmljZV9yb2xl", b"ZXJ2aWNlX3Jv", b"cnZpY2Vfcm9s"];

fn check(subject: &Subject<'_>, found: &mut Findings<'_>) {
    let key = subject.variable.key;
    let published = secrecy::published(key).filter(|(prefix, _)| *prefix != "PUBLIC_" || !is_of_php(subject));
    let is_declared = match (subject.property, published) {
        (Some(property), _) => property.secret.is_some(),
        (None, Some((prefix, _))) => is_declared_secret(subject, prefix),
        (None, None) => false,
    };
    if (!is_declared || published.is_none())
        && secrecy::is_for_everybody(key)
        && let Some(title) = held(subject)
    {
        report_token(subject, &title, published, found);
        return;
    }
    if secrecy::is_for_nobody_else(key) {
        report_public(subject, found);
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

/// Whether the loader is one of PHP: no bundler of `PUBLIC_` reads its files, and Laravel calls the disk so whose files are public.
fn is_of_php(subject: &Subject<'_>) -> bool {
    let first = subject.scope.views.first();
    first.is_some_and(|view| matches!(view.dialect.loader(), "phpdotenv" | "laravel" | "symfony"))
}

/// Returns what the value is, if it is a secret by its form.
fn held(subject: &Subject<'_>) -> Option<String> {
    let value = subject.known()?.expose();
    if is_token_of_role(value) && !is_of_service(value) || placeholder_value::refuses_here(subject) {
        return None;
    }
    let mut formats = secrets::whole_or_begun(value);
    match formats.next() {
        Some(first) => (first.is_secret() && formats.all(Format::is_secret)).then(|| first.title()),
        None => (password_in(value).is_some() && subject.placeholder().is_none())
            .then(|| "a URL with a password".to_owned()),
    }
}

/// Whether a value is a JSON Web Token, whose payload says for whom it is: the anonymous key of Supabase is for everybody, the key of the
/// service for nobody.
fn is_token_of_role(value: &[u8]) -> bool {
    value.starts_with(b"eyJ")
}

fn is_of_service(value: &[u8]) -> bool {
    SERVICE_ROLE.iter().any(|part| find(value, part).is_some())
}

/// Reports a key whose name says that it is public but whose value is a secret: two keys were mixed up, or a bundler would publish a
/// secret.
fn report_token(
    subject: &Subject<'_>,
    title: &str,
    published: Option<(&'static str, &'static str)>,
    found: &mut Findings<'_>,
) {
    let name = subject.name();
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

/// Reports a key whose name says that it is a secret but whose value is public: it is the other half of the pair, with which no request
/// succeeds.
fn report_public(subject: &Subject<'_>, found: &mut Findings<'_>) {
    let key = subject.variable.key;
    let Some(value) = subject.known().map(|secret| secret.expose()) else {
        return;
    };
    let held = if secrecy::is_of_service(key) && is_token_of_role(value) && !is_of_service(value) {
        "the token of another role than `service_role`".to_owned()
    } else if secrets::is_id_of(key, value) {
        "the id of a client or of a secret".to_owned()
    } else {
        let mut formats = secrets::whole_or_begun(value);
        let Some(first) = formats.next() else { return };
        let is_public = |format: &Format| matches!(format.secrecy, Secrecy::Public | Secrecy::Id);
        // This may be intended: a program that only verifies may call the public key its secret, and a certificate may precede its private
        // key.
        let is_meant = first.is_pem() && (!key.ends_with(b"PRIVATE_KEY") || find(value, b" PRIVATE KEY").is_some());
        if !is_public(first) || !formats.all(is_public) || is_meant {
            return;
        }
        first.title()
    };
    if placeholder_value::refuses_here(subject) {
        return;
    }
    let message = format!(
        "{} is a secret by its name, but holds what looks like {held}",
        subject.name()
    );
    subject.report_value(found, message, "put the secret there: were two values mixed up?");
}

/// Whether the key without the prefix is a declared secret.
fn is_declared_secret(subject: &Subject<'_>, prefix: &str) -> bool {
    let behind = &subject.variable.key[prefix.len()..];
    let property = subject.scope.context.schema.property(behind);
    property.is_some_and(|property| property.secret.is_some())
}
