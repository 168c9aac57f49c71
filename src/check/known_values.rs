//! The values in env files that must not appear anywhere else.

use crate::check::quiet::baseline::ledger_key;
use crate::check::rule::value_location;
use crate::check::{Documents, EnvironmentInput, dialect_of, material, password_in, placeholders, secrets};
use crate::find;
use crate::map::Map;
use crate::model::{Environment, NO_PROCESS, Origin, Value, Variable};
use crate::name::{self, secrecy};
pub use crate::rotation::ledger::Fingerprint;
use crate::schema::{EnvironmentId, Schema};
use crate::secret::Secret;
use crate::source::{Location, Source};

/// A secret value, and where it is kept.
#[derive(Debug)]
pub struct KnownValue {
    /// Its key, if the name may be shown.
    pub key: Option<String>,
    /// The environment that has it.
    pub environment: EnvironmentId,
    /// Its place; `None` if it comes from the process environment.
    pub location: Option<Location>,
    /// The value itself.
    pub value: Secret<'static>,
    /// Its fingerprint in the ledger, if the environment has a ledger key.
    pub fingerprint: Option<Fingerprint>,
}

/// From how many files below it a file takes what its references insert, where it is read as if nothing were above it: more than any loader
/// reads for one environment. Without a limit, the time for many files would be quadratic.
const NEAR: usize = 16;

/// Returns the values of all secrets of these environments, including those overridden by a file of higher precedence. Takes the same
/// arguments as [`check`](super::check()).
///
/// A key declared without `secret` is not a secret. An undeclared key is one if its name or its value looks like one.
#[must_use]
pub fn known_values(schema: &Schema, sources: &[Source], environments: &[EnvironmentInput]) -> Vec<KnownValue> {
    let documents = Documents::parse(schema, sources, environments, None);
    let mut known = Vec::new();
    for input in environments {
        let layers = documents.layers(sources, &input.files, dialect_of(schema, input));
        let first = known.len();
        for (layer, end) in layers.iter().zip(1..) {
            let near = &layers[usize::saturating_sub(end, NEAR)..end];
            let environment = Environment::resolve(near, &NO_PROCESS).without_stand_ins();
            let stands_here =
                |one: &&Variable<'_>| matches!(one.origin, Origin::File { source, .. } if source == layer.source);
            let here = environment.variables.iter().filter(stands_here);
            known.extend(here.filter_map(|variable| known_value(schema, input.id, variable)));
        }
        // Files above one, and the process environment, may change what its references insert.
        let whole = Environment::resolve(&layers, &input.process).without_stand_ins();
        let mut texts = Map::default();
        for one in &known[first..] {
            texts.insert(one.value.expose(), ());
        }
        let seen = whole
            .variables
            .iter()
            .filter_map(|variable| known_value(schema, input.id, variable));
        let others = seen.filter(|one| one.location.is_none() || !texts.contains(one.value.expose()));
        let others: Vec<KnownValue> = others.collect();
        known.extend(others);
        if let Some(ledger_key) = ledger_key(&whole) {
            let environment = &schema.environments()[input.id.0 as usize].name;
            for one in &mut known[first..] {
                let key = one.key.as_deref();
                one.fingerprint = key.and_then(|key| ledger_key.fingerprint(environment, key, one.value.expose()));
            }
        }
    }
    known
}

/// Returns the value of a variable if it is a secret.
fn known_value(schema: &Schema, id: EnvironmentId, variable: &Variable<'_>) -> Option<KnownValue> {
    let Value::Known(secret) = &variable.value else {
        return None;
    };
    let value = secret.expose();
    let declared = schema.property(variable.key);
    let is_secret = match declared {
        Some(property) => property.secret.is_some(),
        // Undeclared variables of the process are none of this program's business.
        None if variable.origin == Origin::Process => false,
        None => {
            secrecy::looks_secret(variable.key)
                || secrecy::is_plainly_secret(variable.key)
                || secrets::whole(variable.key, value).any(|format| format.secrecy == secrets::Secrecy::Secret)
        }
    };
    if !is_secret || value.is_empty() {
        return None;
    }
    let may_be_shown = declared.is_some() || name::is_plainly_a_name(variable.key);
    let key = str::from_utf8(variable.key).ok().filter(|_| may_be_shown);
    Some(KnownValue {
        key: key.map(str::to_owned),
        environment: id,
        location: value_location(&variable.origin),
        value: Secret::owned(value.to_vec()),
        fingerprint: None,
    })
}

/// The minimum length of a value to search for, in bytes: shorter ones appear anywhere by chance.
const SHORTEST: usize = 8;

/// Whether finding a value somewhere means that it was copied there: it is long, not made of words, and not well known.
#[must_use]
pub fn is_worth_searching(value: &[u8]) -> bool {
    let is_said_to_be = |is: fn(&u8) -> bool| value.iter().all(is);
    if value.len() < SHORTEST
        || secrets::distinct(value) < 6
        || placeholders::find(value, true).is_some()
        || material::pattern(value).is_some()
        || secrets::is_well_known(value)
    {
        return false;
    }
    if let Some(at) = scheme_end(value) {
        return match password_in(value) {
            Some(password) => is_worth_searching(password),
            // The address itself is public, but what follows it may be a key.
            None => value[at..]
                .split(|byte| b"/?&=#".contains(byte))
                .skip(1)
                .any(|piece| piece.len() >= 16 && is_mixed(piece)),
        };
    }
    if is_said_to_be(u8::is_ascii_digit) {
        return value.len() >= 16;
    }
    // Exclude names, hosts, paths and sentences.
    is_mixed(value)
        || value.len() >= 20 && secrets::distinct(value) >= 10 && is_said_to_be(u8::is_ascii_alphabetic)
        || value.len() >= 16
            && value
                .iter()
                .any(|byte| !byte.is_ascii_alphanumeric() && !b"-_./:@, ".contains(byte))
}

/// Whether there are digits and letters, or letters of both cases within a word.
fn is_mixed(value: &[u8]) -> bool {
    let has = |is: fn(&u8) -> bool| value.iter().any(is);
    let in_a_word = |pair: &[u8]| pair[0].is_ascii_lowercase() && pair[1].is_ascii_uppercase();
    has(u8::is_ascii_alphabetic) && (has(u8::is_ascii_digit) || value.windows(2).any(in_a_word))
}

/// Returns the offset after `://`, if a scheme precedes it.
fn scheme_end(value: &[u8]) -> Option<usize> {
    let at = find::find(value, b"://")?;
    let is_scheme = value[..at]
        .iter()
        .all(|byte| byte.is_ascii_alphanumeric() || b"+.-".contains(byte));
    (is_scheme && at > 0).then_some(at + 3)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn common_values_are_not_worth_searching() {
        for value in [
            "abc",
            "localhost",
            "production",
            "development",
            "5432",
            "8000",
            "https://api.example.com/v1",
            "postgres",
            "changeme",
            "password",
            "admin",
            "true",
            "0.0.0.0",
            "http://localhost:3000",
            "postgres://postgres:postgres@localhost:5432/db",
            "db.staging.internal",
            "20261120",
            "eu-central",
            "info",
            "aaaaaaaaaaaaaaaa",
            "dev-secret-key-change-in-production",
            "/var/log/app.log",
        ] {
            assert!(!is_worth_searching(value.as_bytes()), "{value}");
        }
    }

    #[test]
    fn secrets_are() {
        for value in [
            "q8Zt5LmX",
            "hR4v!kPz",
            "mahogany otter rivet canyon?!",
            "postgres://app:m4Tz9QwLr7@db/app",
            "9f86d081884c7d65",
            "https://hooks.invalid/services/T024BE7LD/m4Tz9QwLr7Xc2BvKa",
            "qzxjvkwpfhgmtrbnlcsd",
        ] {
            assert!(is_worth_searching(value.as_bytes()), "{value}");
        }
    }
}
