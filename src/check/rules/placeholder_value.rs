//! A value is a placeholder that a real one was to replace.

use zeroize::Zeroizing;

use crate::check::placeholders::{self, Placeholder};
use crate::check::promotion::is_for_tests;
use crate::check::rule::{Check, Context, Findings, Rule, Subject, Traits};
use crate::check::traits::{Bytes, Noted};
use crate::check::wording;
use crate::diagnostic::{RuleCode, Severity};
use crate::find::find;
use crate::model::{Origin, Value, Variable};
use crate::name::{is_among, secrecy};
use crate::schema::{EnvironmentId, Property, Shape};

pub(super) static RULE: Rule = Rule {
    code: RuleCode("placeholder-value"),
    severity: Severity::Error,
    summary: "a value is a placeholder or a well-known default",
    docs: docs!("placeholder_value.md"),
    check: Check::Variable(Traits::PLACEHOLDER, check),
};

const GUESSED: &str = "is made of words or digits that are easy to guess";

fn check(subject: &Subject<'_>, found: &mut Findings<'_>) {
    let Some(value) = subject
        .known()
        .map(|secret| secret.expose())
        .filter(|value| !value.is_empty())
    else {
        return;
    };
    let secret = match subject.property {
        Some(property) => property.holds_secret(),
        None => secrecy::looks_secret(subject.variable.key),
    };
    let Some(what) = said(subject, value, secret) else {
        return;
    };
    let is_declared = subject.property.is_some_and(|property| property.secret.is_some());
    if secret && !is_declared && placeholders::find(value, false).is_none() && is_meant(subject, value) {
        return;
    }
    let severity = usual_severity(subject.scope.context, subject.scope.environment.id);
    // A key that somebody else issues can't be generated, so only key material gets a recipe.
    let is_material = subject
        .property
        .is_some_and(|property| property.min_bits.iter().any(Option::is_some));
    let make = is_material.then(|| "set a real value; `openssl rand -base64 32` makes a random one".to_owned());
    let help = wording::help(&[
        make.or_else(|| Some("set the real value".to_owned())),
        subject.property.and_then(wording::purpose),
        subject.property.and_then(wording::contacts),
    ]);
    found
        .at(subject.value_location(), format!("{} {what}", subject.name()))
        .severity(severity)
        .key(subject.shown())
        .help(help.unwrap_or_default());
}

/// Returns what is wrong with a value, behind the name of its key.
fn said(subject: &Subject<'_>, value: &[u8], secret: bool) -> Option<String> {
    let placeholder = if secret {
        subject.placeholder()
    } else {
        placeholders::find(value, false)
    };
    Some(match placeholder {
        Some(Placeholder::Unreplaced) => "is a placeholder that was never replaced".to_owned(),
        Some(Placeholder::Words) => GUESSED.to_owned(),
        Some(Placeholder::Credentials) => "has a well-known default user and password".to_owned(),
        // Where another declared loader runs it, `command-execution` says so.
        Some(Placeholder::Command) if is_run(subject) => return None,
        Some(Placeholder::Command) => "is the text of a command, which nothing runs here".to_owned(),
        None if secret => match copied_from(subject, value).or_else(|| named_after(subject, value)) {
            Some(from) => format!("has the same value as {from}"),
            None if is_made_of_names(subject, value) => GUESSED.to_owned(),
            None => return None,
        },
        None => return None,
    })
}

/// Whether a key that is secret by its name alone is none: it holds a switch (`SHOW_PASSWORD=true`; `false` may mean that there is no secret),
/// the name or the path of something (`TOKEN_KEY=access_token`), or a value that the schema itself gives.
fn is_meant(subject: &Subject<'_>, value: &[u8]) -> bool {
    let is_given = |property| {
        let mut shapes = subject
            .scope
            .context
            .schema
            .shape(subject.scope.environment.id, property)
            .of
            .into_iter();
        shapes.any(|shape| matches!(shape, Shape::Literal(json) if json.trim_matches('"').as_bytes() == value))
    };
    let is_path = || value.iter().filter(|byte| **byte == b'/').count() > 1;
    is_among(value, "true yes on")
        || is_path()
        || secrecy::names_something(subject.variable.key, value)
        || subject.property.is_some_and(is_given)
}

/// Whether a declared loader runs a command for the value.
fn is_run(subject: &Subject<'_>) -> bool {
    let views = &subject.scope.views;
    views
        .iter()
        .any(|view| view.environment.commands.contains(&subject.variable.origin))
}

/// Whether this rule passes a value of a declared key, unless the value is copied from a reference file: it is not a placeholder, and a
/// secret is not among `examples`.
pub(in crate::check) fn is_silent(property: &Property, noted: Noted, value: &[u8], bytes: Bytes) -> bool {
    let (key, is_secret) = (property.name.as_bytes(), property.holds_secret());
    let is_made_of_key = || noted.has(Noted::OWN_WORDS) && !bytes.has(Bytes::UNNAMED) && is_made_of(key, value, bytes);
    let is_easy = || noted.has(Noted::MADE_UP) && placeholders::is_name_with_word(value);
    placeholders::find_among(value, bytes, is_secret).is_none()
        && !(is_secret
            && (is_shown(property, value) || begin_of_password(key, value).is_some() || is_made_of_key() || is_easy()))
}

/// Returns what precedes `PASSWORD` in the name of a key, if the value may be a name, too.
fn begin_of_password<'k>(key: &'k [u8], value: &[u8]) -> Option<&'k [u8]> {
    let begin = key.strip_suffix(b"PASSWORD").or_else(|| key.strip_suffix(b"PASS"))?;
    let may_be_name = |byte: &u8| byte.is_ascii_lowercase() || matches!(byte, b'_' | b'-');
    value.iter().all(may_be_name).then_some(begin)
}

/// Returns the variable of the user or the database of which the password says something: that for which `says` of its value is true.
fn owner<'c>(subject: &Subject<'c>, value: &[u8], says: impl Fn(&[u8]) -> bool) -> Option<&'c Variable<'c>> {
    let begin = begin_of_password(subject.variable.key, value)?;
    "USER USERNAME DATABASE DB NAME".split(' ').find_map(|end| {
        let other = subject
            .scope
            .environment
            .environment
            .get(&[begin, end.as_bytes()].concat())?;
        matches!(&other.value, Value::Known(secret) if says(secret.expose())).then_some(other)
    })
}

/// Returns the key of the user or the database that the password is named after: `DB_USERNAME=shop`, `DB_PASSWORD=shop`.
fn named_after(subject: &Subject<'_>, value: &[u8]) -> Option<String> {
    let other = owner(subject, value, |other| other == value)?;
    Some(subject.scope.context.name(other.key).to_owned())
}

/// Whether a secret is made of words of its own key, or of its user or database, and of known words besides; or of any name and a word for a
/// password.
fn is_made_of_names(subject: &Subject<'_>, value: &[u8]) -> bool {
    is_guessed(subject.variable.key, value)
        || owner(subject, value, |other| is_made_of(other, value, Bytes::of(value))).is_some()
}

/// The same of the key alone: `VAULT_TOKEN=vault-test-token`, `ROOT_PASSWORD=acmeroot`. A key that ends in no more than `KEY` may be that of
/// a record.
fn is_guessed(key: &[u8], value: &[u8]) -> bool {
    let bytes = Bytes::of(value);
    may_not_be_made_of(key) && !bytes.has(Bytes::UNNAMED) && is_made_of(key, value, bytes)
        || secrecy::may_be_made_up(key) && placeholders::is_name_with_word(value)
}

/// Whether the name of a key says that its value may not be made of words of it.
pub(in crate::check) fn may_not_be_made_of(key: &[u8]) -> bool {
    secrecy::is_for_nobody_else(key) || key.ends_with(b"TOKEN")
}

/// Whether a value has words of a name, and beside them at most words that are easy to guess.
fn is_made_of(name: &[u8], value: &[u8], bytes: Bytes) -> bool {
    let words = || {
        name.split(|byte| matches!(byte, b'_' | b'-'))
            .filter(|word| word.len() >= 3)
    };
    // A random value mostly lacks a letter of each word, and in most places the first one.
    let is_there = |part: &[u8], word: &[u8]| part[0] | 0x20 == word[0] | 0x20 && part.eq_ignore_ascii_case(word);
    let is_in =
        |word: &[u8]| bytes.has_all(Bytes::of_word(word)) && value.windows(word.len()).any(|part| is_there(part, word));
    if !words().any(is_in) {
        return false;
    }
    let mut rest = Zeroizing::new(value.to_ascii_lowercase());
    for word in words() {
        while let Some(at) = find(&rest, &word.to_ascii_lowercase()) {
            rest[at..at + word.len()].fill(b'-');
        }
    }
    placeholders::find(&rest, true).is_some()
}

fn is_shown(property: &Property, value: &[u8]) -> bool {
    property.examples.iter().any(|text| text.as_bytes() == value)
}

/// Returns the severity of a placeholder in an environment if the schema sets none.
pub(super) fn usual_severity(context: &Context<'_>, environment: EnvironmentId) -> Severity {
    match context.schema.environments() {
        [_, _, ..] if environment.0 == 0 => Severity::Info,
        // Values for tests are made up, wherever their environment is in the order of promotion.
        all @ [_, _, ..] if is_for_tests(&all[usize::from(environment.0)].name) => Severity::Info,
        // A schema without `environments` doesn't say what its single file is for.
        [only] if is_among(only.name.as_bytes(), "default development dev local") => Severity::Warning,
        [only] if is_for_tests(&only.name) => Severity::Warning,
        _ => Severity::Error,
    }
}

/// Whether the value of a secret is refused here as a placeholder, so that other rules need not refuse it again. If placeholders are
/// tolerated here, they must.
pub(super) fn refuses(context: &Context<'_>, environment: EnvironmentId, value: &[u8]) -> bool {
    is_refused(context, environment) && placeholders::find(value, true).is_some()
}

/// Like [`refuses`], for the variable that a rule is checking.
pub(super) fn refuses_here(subject: &Subject<'_>) -> bool {
    let scope = subject.scope;
    is_refused(scope.context, scope.environment.id) && subject.placeholder().is_some()
}

/// Whether placeholders are errors in an environment.
fn is_refused(context: &Context<'_>, environment: EnvironmentId) -> bool {
    let severity = match context.schema.severity(environment, RULE.code) {
        Some(said) => said,
        None => Some(usual_severity(context, environment)),
    };
    severity == Some(Severity::Error)
}

/// Returns the public place that has the same value.
fn copied_from(subject: &Subject<'_>, value: &[u8]) -> Option<String> {
    let context = subject.scope.context;
    if let Some(example) = &context.example
        && !matches!(subject.variable.origin, Origin::File { source, .. } if source == example.source)
        && example.get(subject.variable.key) == Some(value)
    {
        return Some(context.sources[example.source.0 as usize].name().to_owned());
    }
    is_shown(subject.property?, value).then(|| "`examples` of the schema".to_owned())
}
