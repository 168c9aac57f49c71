//! The environment key in a file names a different environment from the one that is checked, or production hands out an address that only
//! the own machine has.

use crate::check::promotion::is_production;
use crate::check::rule::{Check, Findings, Matter, Rule, Scope, key_location, value_location};
use crate::check::wording;
use crate::diagnostic::{RuleCode, Severity};
use crate::model::{Origin, Value};
use crate::name::secrecy;
use crate::schema::EnvironmentSpec;

pub(super) static RULE: Rule = Rule {
    code: RuleCode("environment-mismatch"),
    severity: Severity::Error,
    summary: "the environment key, or an address in production, is of another environment",
    docs: docs!("environment_mismatch.md"),
    check: Check::Environment(Matter::Name, check),
};

/// Ends of names of addresses at which browsers and other services reach the program. Other addresses may lead to a program beside it.
const REACHED: &[&str] = &[
    "APP_URL",
    "CALLBACK_URL",
    "CLIENT_URL",
    "CORS_ORIGIN",
    "FRONTEND_URL",
    "NEXTAUTH_URL",
    "PUBLIC_URL",
    "REDIRECT_URI",
    "REDIRECT_URL",
    "SITE_URL",
    "WEBSITE_URL",
];

/// Hosts that are another machine for whoever gets the address.
const OWN: &[&str] = &["localhost", "127.0.0.1", "0.0.0.0", "[::1]", "host.docker.internal"];

fn check(scope: &Scope<'_>, found: &mut Findings<'_>) {
    name(scope, found);
    addresses(scope, found);
}

/// Reports addresses of the own machine that production hands out.
fn addresses(scope: &Scope<'_>, found: &mut Findings<'_>) {
    let context = scope.context;
    if is_production(context.schema.environments(), scope.environment.id) != Some(true) {
        return;
    }
    for variable in scope.variables() {
        let Value::Known(value) = &variable.value else { continue };
        let key = variable.key;
        if !is_of_own_machine(value.expose())
            || !is_handed_out(key)
            || variable.origin == Origin::Process && context.schema.property(key).is_none()
        {
            continue;
        }
        let message = format!(
            "{} in {} is an address of the own machine, which nobody else can reach",
            context.name(key),
            scope.name()
        );
        found
            .at(value_location(&variable.origin), message)
            .severity(Severity::Warning)
            .key(context.shown(key))
            .help("set the address under which others reach it");
    }
}

/// Whether a value is a URL of the own machine.
pub(in crate::check) fn is_of_own_machine(value: &[u8]) -> bool {
    let Some(rest) = value.strip_prefix(b"http") else {
        return false;
    };
    let rest = rest.strip_prefix(b"s").unwrap_or(rest);
    let Some(host) = rest.strip_prefix(b"://") else {
        return false;
    };
    OWN.iter().any(|own| {
        let behind = host.strip_prefix(own.as_bytes());
        behind.is_some_and(|behind| matches!(behind.first(), None | Some(b':' | b'/' | b'?' | b'#')))
    })
}

/// Whether the name says that others get the address, because a bundler publishes it or because they are sent there.
fn is_handed_out(key: &[u8]) -> bool {
    let is_end = |end: &&str| {
        let before = key.strip_suffix(end.as_bytes());
        before.is_some_and(|before| before.last().is_none_or(|byte| *byte == b'_'))
    };
    let is_inner = |word: &[u8]| matches!(word, b"INTERNAL" | b"LOCAL" | b"DEV" | b"UPSTREAM" | b"PROXY");
    (secrecy::published(key).is_some() || REACHED.iter().any(is_end)) && !key.split(|byte| *byte == b'_').any(is_inner)
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
