//! Which keys are taken for secrets, by their names and their values.

use super::Key;
use crate::check::secrets::{self, Secrecy};
use crate::name::secrecy;
use crate::schema::Format;

/// The shortest run of letters and digits that is taken for a secret by its looks.
const MIN_RANDOM: usize = 24;

/// Names of what holds the password of a database as a rule.
const CONNECTIONS: &[&str] = &[
    "DATABASE_URI",
    "DATABASE_URL",
    "DIRECT_URL",
    "MONGODB_URI",
    "MONGO_URI",
    "MONGO_URL",
    "POSTGRES_URL",
];

/// Why a key is taken for a secret.
pub(super) fn secret(key: &Key) -> Option<&'static str> {
    let published = secrecy::published(key.name.as_bytes()).is_some();
    // Of a database, the URL in production has a password, even if the one in an example is empty.
    let is_connection = key.values.is_empty() && CONNECTIONS.contains(&key.name.as_str());
    let is_path = !key.values.is_empty() && key.values.iter().all(|value| is_path(value));
    if (is_secret_by_name(&key.name) || is_connection) && !is_path {
        return Some("by its name");
    }
    let is_secret = |value: &String| is_token(&key.name, value) || has_password(value) || value.contains("-----BEGIN ");
    // The identifier of a key is as random, and no secret.
    let may_be_random = !published && !key.name.ends_with("ID");
    if key.values.iter().any(is_secret) || may_be_random && key.values.iter().any(|value| is_random(value)) {
        return Some("by the shape of its value");
    }
    None
}

/// Whether a name says that its value is a secret.
pub(in crate::check) fn is_secret_by_name(name: &str) -> bool {
    secrecy::published(name.as_bytes()).is_none() && secrecy::looks_secret(name.as_bytes())
        || secrecy::is_plainly_secret(name.as_bytes())
}

/// Whether a value looks like a secret, whatever its key is called.
pub(in crate::check) fn is_secret_value(name: &str, value: &str) -> bool {
    is_token(name, value) || has_password(value) || value.contains("-----BEGIN ") || is_random(value)
}

/// Whether a value says where a file is, so that the secret is in there: `MYSQL_SSL_KEY=/etc/ssl/client.key`.
fn is_path(value: &str) -> bool {
    let begins = ["/", "./", "../", "~/"].iter().any(|start| value.starts_with(start));
    let ends = ["cer", "crt", "json", "key", "pem", "pfx", "p12", "txt"];
    let last = value.rsplit('/').next().unwrap_or(value);
    begins && last.rsplit_once('.').is_some_and(|(_, end)| ends.contains(&end)) || value.starts_with("/run/secrets/")
}

/// Whether a value has the form of a provider's secret tokens.
fn is_token(key: &str, value: &str) -> bool {
    secrets::whole(key.as_bytes(), value.as_bytes()).any(|format| format.secrecy == Secrecy::Secret)
}

/// `scheme://user:password@host`.
fn has_password(value: &str) -> bool {
    let authority = value
        .split_once("://")
        .map(|(_, rest)| rest.split(['/', '?', '#']).next().unwrap_or(rest));
    let user = authority.and_then(|authority| authority.rsplit_once('@'));
    user.and_then(|(user, _)| user.split_once(':'))
        .is_some_and(|(_, password)| !password.is_empty())
}

/// A long run of letters and digits in which both are mixed. A UUID is none: those are names as often as not.
fn is_random(value: &str) -> bool {
    let byte = |byte: u8| byte.is_ascii_alphanumeric() || b"+/=_-".contains(&byte);
    let count = |test: fn(&u8) -> bool| value.bytes().filter(test).count();
    value.len() >= MIN_RANDOM
        && value.bytes().all(byte)
        && count(u8::is_ascii_digit) >= 3
        && count(u8::is_ascii_alphabetic) >= 6
        && !Format::find("uuid").is_some_and(|format| format.is_match(value))
        && !is_object_id(value)
}

/// The name of a document of MongoDB.
fn is_object_id(value: &str) -> bool {
    value.len() == 24 && value.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}
