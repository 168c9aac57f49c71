//! Decides which keys are secrets, by their names and their values.

use super::Key;
use super::kind::is_switch_after_all;
use crate::check::secrets::{self, Secrecy};
use crate::check::{material, password_in, placeholders};
use crate::name::secrecy;
use crate::schema::Format;

/// The minimum length of letters and digits that look like a secret.
const MIN_RANDOM: usize = 24;

/// First words of names of URLs that usually hold the password of a database or a broker: `POSTGRES_PRISMA_URL`, `DATABASE_URL_UNPOOLED`.
const CONNECTED: &[&str] = &[
    "AMQP",
    "DATABASE",
    "DB",
    "DIRECT",
    "MONGO",
    "MONGODB",
    "MYSQL",
    "PG",
    "POSTGRES",
    "POSTGRESQL",
    "RABBITMQ",
    "REDIS",
];

/// Returns why a key is taken for a secret.
pub(super) fn secret(key: &Key) -> Option<&'static str> {
    let published = secrecy::published(key.name.as_bytes()).is_some();
    // In production, the URL of a database contains a password, even if that in the example is empty or `****`.
    let is_to_come = |value: &String| placeholders::find(value.as_bytes(), false).is_some();
    let has_form = key.values.iter().any(|value| has_secret_form(&key.name, value));
    let is_connection = !has_form && key.values.iter().all(is_to_come) && is_connection(&key.name);
    let is_name = |value: &String| is_path(value) || secrecy::names_something(key.name.as_bytes(), value.as_bytes());
    let is_none = !key.values.is_empty() && key.values.iter().all(is_name);
    if (is_secret_by_name(&key.name) || is_connection) && !is_none && !is_switch_after_all(key) {
        return Some("by its name");
    }
    if key.elsewhere {
        return Some("since its value is encrypted or kept elsewhere");
    }
    // The identifier of a key looks just as random, but isn't secret, and nor is the public half of a pair.
    let may_be_random = !published && !key.name.ends_with("ID") && !is_public_key(&key.name);
    if has_form || may_be_random && key.values.iter().any(|value| is_random(value)) {
        return Some("by the shape of its value");
    }
    None
}

fn is_public_key(name: &str) -> bool {
    let words: Vec<&str> = name.split('_').collect();
    words.contains(&"PUBKEY") || words.windows(2).any(|pair| matches!(pair, ["PUBLIC", "KEY" | "KEYS"]))
}

fn is_connection(name: &str) -> bool {
    let mut words = name.split('_');
    words.next().is_some_and(|first| CONNECTED.contains(&first)) && words.any(|word| matches!(word, "URL" | "URI"))
}

/// Whether the name of a key says that its value is a secret.
pub(in crate::check) fn is_secret_by_name(name: &str) -> bool {
    secrecy::published(name.as_bytes()).is_none() && secrecy::looks_secret(name.as_bytes())
        || secrecy::is_plainly_secret(name.as_bytes())
}

/// Whether a value looks like a secret, whatever its key is called.
pub(in crate::check) fn is_secret_value(name: &str, value: &str) -> bool {
    has_secret_form(name, value) || is_random(value)
}

/// Whether a value is the path of a file, so that the secret is in there: `MYSQL_SSL_KEY=/etc/ssl/client.key`.
fn is_path(value: &str) -> bool {
    let begins = ["/", "./", "../", "~/"].iter().any(|start| value.starts_with(start));
    let ends = ["cer", "crt", "json", "key", "pem", "pfx", "p12", "txt"];
    let last = value.rsplit('/').next().unwrap_or(value);
    begins && last.rsplit_once('.').is_some_and(|(_, end)| ends.contains(&end)) || value.starts_with("/run/secrets/")
}

/// Whether a value is a provider's secret token, a URL with a password, or a private key in PEM.
fn has_secret_form(key: &str, value: &str) -> bool {
    secrets::whole(key.as_bytes(), value.as_bytes()).any(|format| format.secrecy == Secrecy::Secret)
        || password_in(value.as_bytes()).is_some()
        || value.contains(" PRIVATE KEY")
}

/// Whether a value is a long mixture of letters and digits. UUIDs don't count, since they often are mere names, nor does the alphabet of
/// which a program makes names of its own.
fn is_random(value: &str) -> bool {
    let byte = |byte: u8| byte.is_ascii_alphanumeric() || b"+/=_-".contains(&byte);
    let count = |test: fn(&u8) -> bool| value.bytes().filter(test).count();
    value.len() >= MIN_RANDOM
        && value.bytes().all(byte)
        && count(u8::is_ascii_digit) >= 3
        && count(u8::is_ascii_alphabetic) >= 6
        && !Format::find("uuid").is_some_and(|format| format.is_match(value))
        && !is_object_id(value)
        && material::pattern(value.as_bytes()).is_none()
}

/// Whether a value is the id of a MongoDB document.
fn is_object_id(value: &str) -> bool {
    value.len() == 24 && value.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}
