//! A first schema, guessed from the files that are there. Each guess says what it stands on, in `$comment`.
//!
//! No value goes into it: what a key may be is told by a type, a format, or a list of words that everybody uses and that is written
//! here. A guess is made only where every value that was seen meets it; one that a check would still find fault with is given up, see
//! [`Draft::doubted`].

use super::secrets::{self, Secrecy};
use crate::model::{Environment, Layer, NO_PROCESS, Value};
use crate::name;
use crate::name::secrecy;
use crate::parse::{self, dialect};
use crate::schema::Format;
use crate::source::{Source, SourceId, Span};

/// An environment, by the names of its files.
#[derive(Debug)]
pub struct Found {
    /// Its name.
    pub name: String,
    /// Its files, low to high precedence.
    pub files: Vec<Source>,
}

/// What a schema is drafted from.
#[derive(Debug)]
pub struct Draft<'d> {
    /// The environments that have files.
    pub environments: &'d [Found],
    /// `.env.example`, or what else the project calls it.
    pub example: Option<&'d Source>,
    /// Keys about whose values nothing is guessed, because a check found fault with it.
    pub doubted: &'d [String],
}

/// One key, in all files.
struct Key {
    name: String,
    /// For each environment: whether it is there with a value.
    set: Vec<bool>,
    /// Every value that was seen. No `Debug`: these are values.
    values: Vec<String>,
    /// Whether each of its values is known, and text.
    readable: bool,
    in_example: bool,
    /// What the example says of it in words.
    said: Said,
}

/// What the comments of an example say of a key.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Said {
    Nothing,
    /// That it need not be set.
    Optional,
    /// It stands there as a comment itself.
    Off,
}

/// Words that everybody uses for the value of a key whose name ends like that.
const VOCABULARIES: &[(&[&str], &[&str])] = &[
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

/// Words of names whose value is a switch whatever else they say.
const SWITCHING: &[&str] = &[
    "ALLOW", "DISABLE", "ENABLE", "FORCE", "IS", "REQUIRE", "SKIP", "USE", "VERIFY",
];

/// Others whose value is one if it can be, so that `0` and `1` are no numbers there.
const SWITCHED: &[&str] = &[
    "DEBUG", "DISABLED", "ENABLED", "HAS", "REQUIRED", "SECURE", "SSL", "TLS", "VERBOSE",
];

/// Last words of names whose value is no switch: a `false` there says that there is none.
const NO_SWITCHES: &[&str] = &[
    "ADDRESS", "BUCKET", "CERT", "COMMAND", "DIR", "DN", "DOMAIN", "EMAIL", "ENDPOINT", "FILE", "FOLDER", "HOST", "ID",
    "ISSUER", "MESSAGE", "NAME", "PATH", "PORT", "PREFIX", "REGION", "SERVER", "TENANT", "TIMEOUT", "URI", "URL",
    "USER", "USERNAME", "VERSION",
];

/// The fewest keys that make a group.
const GROUP: usize = 3;

/// The most digits of a number: longer ones are identifiers.
const MAX_DIGITS: usize = 9;

/// The shortest run of letters and digits that is taken for a secret by its looks.
const MIN_RANDOM: usize = 24;

impl Draft<'_> {
    /// The text of a schema.
    #[must_use]
    pub fn write(&self) -> String {
        let keys = self.keys();
        let mut text = String::from("{\n  \"$schema\": \"urn:envgate:schema:1\",\n");
        text.push_str(
            "  \"$comment\": \"A first draft by `envgate init`. Each \\\"$comment\\\" says what a guess stands on: correct it, then take the comment away.\",\n",
        );
        self.write_environments(&mut text);
        let everywhere: Vec<String> = keys
            .iter()
            .filter(|key| key.said == Said::Nothing && key.set.iter().all(|&set| set))
            .map(|key| quoted(&key.name))
            .collect();
        if !everywhere.is_empty() {
            text.push_str(&format!("  \"required\": [{}],\n", everywhere.join(", ")));
        }
        text.push_str("  \"properties\": {");
        let groups = groups(&keys);
        for (index, key) in keys.iter().enumerate() {
            text.push_str(if index > 0 { ",\n    " } else { "\n    " });
            let words = self.property(key, &groups);
            text.push_str(&format!("{}: {{ {} }}", quoted(&key.name), words.join(", ")));
        }
        text.push_str("\n  }\n}\n");
        text
    }

    /// The keys that are left out, because their names could as well be data: in which file, and where.
    #[must_use]
    pub fn left_out(&self) -> Vec<(&Source, Span)> {
        let mut files: Vec<&Source> = Vec::new();
        for file in self
            .environments
            .iter()
            .flat_map(|found| &found.files)
            .chain(self.example)
        {
            // One file may belong to several environments.
            if !files.iter().any(|known| known.name() == file.name()) {
                files.push(file);
            }
        }
        let mut left_out = Vec::new();
        for file in files {
            let document = parse::parse(file.bytes(), dialect::DEFAULT);
            let keys = document.assignments().iter().map(|assignment| assignment.key);
            let strange = keys.filter(|key| !name::is_plainly_a_name(&file.bytes()[key.range()]));
            left_out.extend(strange.map(|key| (file, key)));
        }
        left_out
    }

    /// Without files of environments the example alone stands for one, which needs no name.
    fn write_environments(&self, text: &mut String) {
        if self.environments.is_empty() {
            return;
        }
        text.push_str("  \"environments\": {\n");
        for (index, found) in self.environments.iter().enumerate() {
            let files: Vec<String> = found.files.iter().map(|file| quoted(file.name())).collect();
            let comma = if index + 1 < self.environments.len() { "," } else { "" };
            text.push_str(&format!(
                "    {}: {{ \"$comment\": \"by the names of the files\", \"files\": [{}] }}{comma}\n",
                quoted(&found.name),
                files.join(", ")
            ));
        }
        text.push_str("  },\n");
    }

    /// All keys, in the order of their names.
    fn keys(&self) -> Vec<Key> {
        let mut keys: Vec<Key> = Vec::new();
        for (index, found) in self.environments.iter().enumerate() {
            let files: Vec<&Source> = found.files.iter().collect();
            self.see(&mut keys, &files, Some(index));
        }
        if let Some(example) = self.example {
            self.see(&mut keys, &[example], None);
            self.listen(&mut keys, example);
        }
        keys.sort_by(|a, b| a.name.cmp(&b.name));
        keys
    }

    /// Adds what files set. What an example holds counts as a value only where no file of an environment is there.
    fn see(&self, keys: &mut Vec<Key>, files: &[&Source], environment: Option<usize>) {
        let documents: Vec<_> = files
            .iter()
            .map(|file| parse::parse(file.bytes(), dialect::DEFAULT))
            .collect();
        let layers: Vec<Layer<'_>> = (0..)
            .zip(files.iter().zip(&documents))
            .map(|(index, (file, document))| Layer {
                source: SourceId(index),
                text: file.bytes(),
                document,
                dialect: dialect::DEFAULT,
            })
            .collect();
        let alone = self.environments.is_empty();
        for variable in Environment::resolve(&layers, &NO_PROCESS).variables {
            let Some(name) = str::from_utf8(variable.key).ok().filter(|name| is_a_name(name)) else {
                continue;
            };
            let at = keys.iter().position(|key| key.name == name).unwrap_or_else(|| {
                keys.push(Key {
                    name: name.to_owned(),
                    set: vec![false; self.environments.len().max(1)],
                    values: Vec::new(),
                    readable: true,
                    in_example: false,
                    said: Said::Nothing,
                });
                keys.len() - 1
            });
            let key = &mut keys[at];
            key.in_example |= environment.is_none();
            if environment.is_none() && !alone {
                continue;
            }
            let known = match &variable.value {
                Value::Known(secret) => str::from_utf8(secret.expose()).ok(),
                Value::Unknown(_) => None,
            };
            match known {
                Some("") => {}
                Some(value) => {
                    key.set[environment.unwrap_or(0)] = true;
                    key.values.push(value.to_owned());
                }
                None => {
                    key.set[environment.unwrap_or(0)] = true;
                    key.readable = false;
                }
            }
        }
    }

    /// What stands in the comments of an example: that a key is optional, and keys that are no more than a comment.
    fn listen(&self, keys: &mut Vec<Key>, example: &Source) {
        let mut optional = false;
        for line in example.bytes().split(|byte| *byte == b'\n') {
            let line = str::from_utf8(line).unwrap_or_default().trim();
            let Some(comment) = line.strip_prefix('#') else {
                let name = line
                    .strip_prefix("export ")
                    .unwrap_or(line)
                    .split('=')
                    .next()
                    .unwrap_or_default()
                    .trim();
                if optional && let Some(key) = keys.iter_mut().find(|key| key.name == name) {
                    key.said = Said::Optional;
                }
                optional = false;
                continue;
            };
            optional |= comment.to_ascii_lowercase().contains("optional");
            let name = comment.trim_start().split_once('=').map_or("", |(name, _)| name);
            let is_key = name.len() > 2
                && name
                    .bytes()
                    .all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_');
            if is_key && is_a_name(name) && !keys.iter().any(|key| key.name == name) {
                keys.push(Key {
                    name: name.to_owned(),
                    set: vec![false; self.environments.len().max(1)],
                    values: Vec::new(),
                    readable: true,
                    in_example: true,
                    said: Said::Off,
                });
            }
        }
    }

    /// The members of the schema of a key.
    fn property(&self, key: &Key, groups: &[(String, Vec<String>)]) -> Vec<String> {
        let mut comments: Vec<String> = Vec::new();
        let mut words: Vec<String> = Vec::new();
        let secret = secret(key);
        if let Some(why) = secret {
            words.push("\"secret\": true".to_owned());
            comments.push(format!("secret {why}"));
        }
        let doubted = self.doubted.contains(&key.name) || !key.readable;
        if !doubted && let Some((guess, why)) = kind(key, secret.is_some()) {
            words.push(guess);
            comments.push(why);
        }
        let named: Vec<String> = (self.environments.iter().zip(&key.set))
            .filter(|(_, set)| **set)
            .map(|(found, _)| quoted(&found.name))
            .collect();
        if key.said == Said::Off {
            comments.push("optional, since the example has it as a comment only".to_owned());
        } else if key.said == Said::Optional {
            comments.push("optional, since a comment in the example says so".to_owned());
        } else if key.set.iter().all(|&set| set) {
            comments.push("required since it is set everywhere".to_owned());
        } else if !named.is_empty() {
            words.push(format!("\"requiredIn\": [{}]", named.join(", ")));
            comments.push("required where it is set".to_owned());
        } else if key.in_example {
            comments.push("optional, since only the example has it, or it is empty".to_owned());
        } else {
            comments.push("optional, since it is empty".to_owned());
        }
        if let Some((prefix, _)) = groups.iter().find(|(_, members)| members.contains(&key.name)) {
            words.push(format!("\"category\": {}", quoted(prefix)));
            comments.push("category by its prefix".to_owned());
        }
        words.insert(0, format!("\"$comment\": {}", quoted(&comments.join("; "))));
        words
    }
}

/// What a file has for a key may be the body of an unquoted PEM block: only what is plainly a name goes into a schema.
fn is_a_name(name: &str) -> bool {
    name::is_plainly_a_name(name.as_bytes())
}

/// Why a key is taken for a secret.
fn secret(key: &Key) -> Option<&'static str> {
    let published = secrecy::published(key.name.as_bytes()).is_some();
    if is_secret_by_name(&key.name) {
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
pub(super) fn is_secret_by_name(name: &str) -> bool {
    secrecy::published(name.as_bytes()).is_none() && secrecy::looks_secret(name.as_bytes())
        || secrecy::is_plainly_secret(name.as_bytes())
}

/// Whether a value looks like a secret, whatever its key is called.
pub(super) fn is_secret_value(name: &str, value: &str) -> bool {
    is_token(name, value) || has_password(value) || value.contains("-----BEGIN ") || is_random(value)
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

/// What every value of a key is, and what that is guessed from.
fn kind(key: &Key, secret: bool) -> Option<(String, String)> {
    let values = &key.values;
    // What Laravel takes for nothing is none of what the other values are.
    if values.is_empty() || values.iter().any(|value| value == "null") {
        return None;
    }
    let all = |test: &dyn Fn(&str) -> bool| values.iter().all(|value| test(value));
    let format = |name: &str| Format::find(name).is_some_and(|format| all(&|value| format.is_match(value)));
    let guess = |guess: String, why: &str| Some((guess, why.to_owned()));
    if secret {
        // Of a secret, only that it is a URL: more would narrow down what it can be.
        return if format("uri") && all(&|value| value.contains("://")) {
            guess(r#""format": "uri""#.to_owned(), "every value is a URL")
        } else {
            None
        };
    }
    for (names, known) in VOCABULARIES {
        let named = names.iter().any(|end| {
            let before = key.name.strip_suffix(end);
            before.is_some_and(|before| before.is_empty() || before.ends_with('_'))
        });
        if named && all(&|value| known.contains(&value)) {
            let list: Vec<String> = known.iter().map(|word| quoted(word)).collect();
            let why = "the words that are usual for a key of this name";
            return guess(format!("\"enum\": [{}]", list.join(", ")), why);
        }
    }
    let words = || key.name.split('_');
    let is_no = |value: &str| ["false", "no", "off"].contains(&value.to_lowercase().as_str());
    let is_switch = |value: &str| is_no(value) || ["true", "yes", "on"].contains(&value.to_lowercase().as_str());
    let switches = words().any(|word| SWITCHING.contains(&word));
    if !switches && all(&is_no) && words().next_back().is_some_and(|last| NO_SWITCHES.contains(&last)) {
        return None;
    }
    if all(&is_switch) {
        return guess(r#""type": "boolean""#.to_owned(), "every value is a switch");
    }
    if all(&|value| is_switch(value) || matches!(value, "0" | "1"))
        && (switches || words().any(|word| SWITCHED.contains(&word)))
    {
        return guess(r#""type": "boolean""#.to_owned(), "a switch, by its name and values");
    }
    let is_whole = |value: &str| {
        let digits = value.strip_prefix('-').unwrap_or(value);
        !digits.is_empty()
            && digits.len() <= MAX_DIGITS
            && digits.bytes().all(|byte| byte.is_ascii_digit())
            && (digits == "0" && value == digits || !digits.starts_with('0'))
    };
    let is_id = key.name.ends_with("ID") || key.name.ends_with("VERSION");
    if all(&is_whole) && !is_id {
        if key.name.ends_with("PORT") && format("port") {
            let words = r#""type": "integer", "minimum": 1, "maximum": 65535"#;
            return guess(words.to_owned(), "a port, by its name and values");
        }
        return guess(r#""type": "integer""#.to_owned(), "every value is a whole number");
    }
    let is_decimal = |value: &str| {
        let digits = value.strip_prefix('-').unwrap_or(value);
        let parts = digits.split_once('.');
        parts.is_some_and(|(whole, part)| {
            is_whole(whole) && !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit())
        })
    };
    if all(&|value| is_whole(value) || is_decimal(value)) && !is_id {
        return guess(r#""type": "number""#.to_owned(), "every value is a number");
    }
    let is_url =
        |value: &str| value.contains("://") && Format::find("uri").is_some_and(|format| format.is_match(value));
    let has_several = values.iter().any(|value| value.matches("://").count() > 1);
    if has_several && all(&|value| value.split(',').all(|part| is_url(part.trim()))) {
        let words = r#""type": "array", "items": { "format": "uri" }"#;
        return guess(words.to_owned(), "every value is a list of URLs");
    }
    if all(&is_url) {
        return guess(r#""format": "uri""#.to_owned(), "every value is a URL");
    }
    // The virtual host of a broker is a name of its own.
    let is_host = key.name.ends_with("HOSTNAME") || key.name.ends_with("HOST") && !key.name.ends_with("VHOST");
    if is_host && format("host") {
        return guess(r#""format": "host""#.to_owned(), "a host, by its name and values");
    }
    if format("email") {
        return guess(r#""format": "email""#.to_owned(), "every value is an e-mail address");
    }
    None
}

/// Keys that share their first word.
fn groups(keys: &[Key]) -> Vec<(String, Vec<String>)> {
    let mut groups: Vec<(String, Vec<String>)> = Vec::new();
    for key in keys {
        let Some((prefix, _)) = key.name.split_once('_').filter(|(prefix, _)| prefix.len() > 1) else {
            continue;
        };
        match groups.iter_mut().find(|group| group.0 == prefix) {
            Some(group) => group.1.push(key.name.clone()),
            None => groups.push((prefix.to_owned(), vec![key.name.clone()])),
        }
    }
    groups.retain(|group| group.1.len() >= GROUP);
    groups
}

fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}
