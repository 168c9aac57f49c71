//! What type of value a key holds, guessed from its name and from all values that it was seen with.

use super::{Key, described, quoted};
use crate::name::ends_in;
use crate::parse::Dialect;
use crate::schema::Format;

/// Common values of keys with these names or endings.
const VOCABULARIES: &[(&[&str], &[&str])] = &[
    // Vercel sets it, and calls what others call staging a preview.
    (&["VERCEL_ENV"], &["development", "preview", "production"]),
    (
        &[
            "NODE_ENV",
            "APP_ENV",
            "RAILS_ENV",
            "RACK_ENV",
            "ENVIRONMENT",
            "FLASK_ENV",
        ],
        &["development", "test", "staging", "production"],
    ),
    (
        &["ENVIRONMENT", "ENV", "STAGE"],
        &["local", "development", "staging", "production"],
    ),
    (
        &["APP_ENV", "LARAVEL_ENV"],
        &["local", "testing", "staging", "production"],
    ),
    (
        &["LOG_LEVEL", "LOGLEVEL", "RUST_LOG"],
        &["trace", "debug", "info", "warn", "error", "fatal"],
    ),
    (
        &["LOG_LEVEL", "LOGLEVEL"],
        &["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"],
    ),
    (&["LOG_FORMAT"], &["json", "text", "pretty"]),
];

/// In PHP: the levels of PSR-3, since its loggers refuse all other words, and the environments of Laravel.
const OF_PHP: &[(&[&str], &[&str])] = &[
    (
        &["LOG_LEVEL", "LOGLEVEL"],
        &[
            "debug",
            "info",
            "notice",
            "warning",
            "error",
            "critical",
            "alert",
            "emergency",
        ],
    ),
    (
        &["APP_ENV", "LARAVEL_ENV"],
        &["local", "development", "testing", "staging", "production"],
    ),
];

/// Words in names of keys that are switches, whatever else the name says.
const SWITCHING: &[&str] = &[
    "ALLOW", "DISABLE", "ENABLE", "FORCE", "IS", "REQUIRE", "SKIP", "USE", "VERIFY",
];

/// Whether a word in the name of a key says that it is a switch.
pub(super) fn is_of_switches(word: &str) -> bool {
    SWITCHING.contains(&word)
}

/// Words in names of keys that are switches if their values allow it, so `0` and `1` are not numbers there.
const SWITCHED: &[&str] = &[
    "DEBUG", "DISABLED", "ENABLED", "HAS", "REQUIRED", "SECURE", "SSL", "TLS", "VERBOSE",
];

/// Last words in names of keys that aren't switches: `false` means that there is none.
const NO_SWITCHES: &[&str] = &[
    "ADDRESS", "BUCKET", "CERT", "COMMAND", "DIR", "DN", "DOMAIN", "EMAIL", "ENDPOINT", "FILE", "FOLDER", "HOST", "ID",
    "ISSUER", "MESSAGE", "NAME", "PATH", "PORT", "PREFIX", "REGION", "SERVER", "TENANT", "TIMEOUT", "URI", "URL",
    "USER", "USERNAME", "VERSION",
];

/// The maximum number of digits of a number; anything longer is an identifier.
const MAX_DIGITS: usize = 9;

/// Keywords for a key, as members of a schema, and what they are based on.
type Guess = (String, String);

/// Returns the keywords that all values of a key meet.
pub(super) fn kind(key: &Key, secret: bool, dialect: &Dialect) -> Option<Guess> {
    // Laravel reads `null` as nothing, so it has none of the types of the other values.
    if key.values.is_empty() || key.values.iter().any(|value| value == "null") {
        return None;
    }
    if secret {
        // For a secret, only that it is a URL: anything more would narrow down its value.
        let is_url = key.is_all("uri") && key.all(|value| value.contains("://"));
        return if is_url {
            Some(guess(r#""format": "uri""#, "every value is a URL"))
        } else {
            connection(key)
        };
    }
    if let Some(guess) = vocabulary(key, dialect) {
        return Some(guess);
    }
    if key.all(is_negative) && key.last_word_is_of(NO_SWITCHES) && !key.has_word_of(SWITCHING) {
        return None;
    }
    switch(key).or_else(|| number(key)).or_else(|| address(key))
}

fn guess(words: &str, why: &str) -> Guess {
    (words.to_owned(), why.to_owned())
}

/// Returns the values that a comment in the example lists, or else the common ones of keys with such a name.
fn vocabulary(key: &Key, dialect: &Dialect) -> Option<Guess> {
    let is_any_of = |words: &[&str]| key.all(|value| words.contains(&value));
    let said = key.description.as_deref().and_then(described::listed);
    if let Some(said) = said.filter(|said| is_any_of(said)) {
        return Some(list(&said, "the words that a comment in the example lists"));
    }
    let is_named = |end: &&str| ends_in(key.name.as_bytes(), end);
    let is_php = ["laravel", "phpdotenv"].contains(&dialect.name);
    let mut usual = (is_php.then_some(OF_PHP).into_iter().flatten())
        .chain(VOCABULARIES)
        .filter(|(names, _)| names.iter().any(is_named));
    let (_, known) = usual.find(|(_, known)| is_any_of(known))?;
    Some(list(known, "the words that are usual for a key of this name"))
}

fn list(words: &[&str], why: &str) -> Guess {
    let words: Vec<String> = words.iter().map(|word| quoted(word)).collect();
    guess(&format!("\"enum\": [{}]", words.join(", ")), why)
}

fn switch(key: &Key) -> Option<Guess> {
    let words = r#""type": "boolean""#;
    if key.all(is_switch) {
        return Some(guess(words, "every value is a switch"));
    }
    let by_name = key.has_word_of(SWITCHING) || key.has_word_of(SWITCHED);
    let may_be = by_name && key.all(|value| is_switch(value) || matches!(value, "0" | "1"));
    may_be.then(|| guess(words, "a switch, by its name and values"))
}

/// Whether the values of a key whose name is that of a secret say that it is none: `CORS_CREDENTIALS=true`. `false` alone may mean that
/// there is no secret.
pub(super) fn is_switch_after_all(key: &Key) -> bool {
    let is_said = !key.all(is_negative) || key.has_word_of(SWITCHING) || key.has_word_of(&["CORS"]);
    is_said && !key.values.is_empty() && key.all(is_switch)
}

fn is_negative(value: &str) -> bool {
    ["false", "no", "off"].contains(&&*value.to_lowercase())
}

fn is_switch(value: &str) -> bool {
    is_negative(value) || ["true", "yes", "on"].contains(&&*value.to_lowercase())
}

fn number(key: &Key) -> Option<Guess> {
    if key.name.ends_with("ID") || key.name.ends_with("VERSION") {
        return None;
    }
    if !key.all(is_whole) {
        let is_number = key.all(|value| is_whole(value) || is_decimal(value));
        return is_number.then(|| guess(r#""type": "number""#, "every value is a number"));
    }
    Some(if key.name.ends_with("PORT") && key.is_all("port") {
        let words = r#""type": "integer", "minimum": 1, "maximum": 65535"#;
        guess(words, "a port, by its name and values")
    } else {
        guess(r#""type": "integer""#, "every value is a whole number")
    })
}

fn is_whole(value: &str) -> bool {
    let digits = value.strip_prefix('-').unwrap_or(value);
    !digits.is_empty()
        && digits.len() <= MAX_DIGITS
        && digits.bytes().all(|byte| byte.is_ascii_digit())
        && (digits == "0" && value == digits || !digits.starts_with('0'))
}

fn is_decimal(value: &str) -> bool {
    let digits = value.strip_prefix('-').unwrap_or(value);
    let parts = digits.split_once('.');
    parts.is_some_and(|(whole, part)| {
        is_whole(whole) && !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit())
    })
}

fn address(key: &Key) -> Option<Guess> {
    let is_url = |value: &str| value.contains("://") && is(value, "uri");
    let has_several = key.values.iter().any(|value| value.matches("://").count() > 1);
    if has_several && key.all(|value| value.split(',').all(|part| is_url(part.trim()))) {
        let words = r#""type": "array", "items": { "format": "uri" }"#;
        return Some(guess(words, "every value is a list of URLs"));
    }
    if key.all(is_url) {
        return Some(guess(r#""format": "uri""#, "every value is a URL"));
    }
    if let Some(guess) = connection(key) {
        return Some(guess);
    }
    // The virtual host of a broker is not a host name.
    let is_host = key.name.ends_with("HOSTNAME") || key.name.ends_with("HOST") && !key.name.ends_with("VHOST");
    if is_host && key.is_all("host") {
        return Some(guess(r#""format": "host""#, "a host, by its name and values"));
    }
    // One that may have several has one in most files.
    let has_several = ["ADMINS", "EMAILS", "RECIPIENTS", "USERS"];
    (key.is_all("email") && !key.last_word_is_of(&has_several))
        .then(|| guess(r#""format": "email""#, "every value is an e-mail address"))
}

fn connection(key: &Key) -> Option<Guess> {
    let words = r#""format": "connection-url""#;
    key.is_all("connection-url")
        .then(|| guess(words, "every value is a URL of a database or a broker"))
}

fn is(value: &str, format: &str) -> bool {
    Format::find(format).is_some_and(|format| format.is_match(value))
}

impl Key {
    fn all(&self, test: impl Fn(&str) -> bool) -> bool {
        self.values.iter().all(|value| test(value))
    }

    /// Whether every value has that format.
    fn is_all(&self, format: &str) -> bool {
        self.all(|value| is(value, format))
    }

    fn has_word_of(&self, words: &[&str]) -> bool {
        self.name.split('_').any(|word| words.contains(&word))
    }

    fn last_word_is_of(&self, words: &[&str]) -> bool {
        self.name
            .split('_')
            .next_back()
            .is_some_and(|last| words.contains(&last))
    }
}
