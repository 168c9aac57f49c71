//! A first schema, guessed from the existing files. Each guess says in `$comment` what it is based on.
//!
//! No value goes into it: a key is described by a type, a format, or a list of common words that is written down here. A guess is
//! made only if every value that was seen meets it; one that a check would still find fault with is dropped, see [`Draft::doubted`].

mod added;
mod composed;
mod described;
mod kind;
mod loader;
mod secret;

use std::collections::{BTreeMap, BTreeSet};

use crate::carrier::{self, Carrier};
use crate::json::quoted;
use crate::model::{Environment, Layer, NO_PROCESS, Unknown, Value};
use crate::name::{self, secrecy};
use crate::parse::{self, Dialect, Document, dialect};
use crate::schema::LANGUAGE;
use crate::source::{Source, SourceId, Span};
pub use added::{Addition, Missing, extended};
pub use composed::Asked;
#[cfg(not(target_family = "wasm"))]
pub(crate) use composed::has_default;
use kind::kind;
pub use loader::{Loader, MANIFESTS, Modes, compose, loader, modes, script};
use secret::secret;
pub(super) use secret::{is_secret_by_name, is_secret_value};

/// An environment, recognised by the names of its files.
#[derive(Debug)]
pub struct Found {
    /// Its name.
    pub name: String,
    /// Its files, from low to high precedence.
    pub files: Vec<Source>,
    /// Whether the name is merely a word in the name of a file, which may denote a part of the system instead of an environment.
    pub is_guessed: bool,
    /// Whether its file does not exist yet. It will be a copy of the example, which is read in its place.
    pub is_to_come: bool,
    /// The loader of its files, if their names determine it.
    pub dialect: Option<&'static Dialect>,
}

impl Found {
    fn dialect(&self, draft: &Draft<'_>) -> &'static Dialect {
        self.dialect.unwrap_or(draft.dialect())
    }

    /// Returns what the schema says about the environment besides its files. If the environment was guessed, the files may belong to one
    /// and the same, so shared values are only mentioned; and nobody knows whether a live key is allowed there.
    fn settings(&self) -> String {
        let mut settings = String::new();
        if let Some(dialect) = self.dialect {
            settings.push_str(&format!(", \"dialects\": [{}]", quoted(dialect.name)));
        }
        if self.is_guessed {
            let rules = UNKNOWN_PLACE.map(|(rule, severity)| format!("{}: {}", quoted(rule), quoted(severity)));
            settings.push_str(&format!(", \"rules\": {{ {} }}", rules.join(", ")));
        }
        settings
    }

    fn comment(&self, draft: &Draft<'_>) -> &'static str {
        if self.is_guessed && draft.asked.is_some() {
            "a service of the Compose file. If it is an environment, remove the rules"
        } else if self.is_to_come && draft.asked.is_some() {
            "by what takes variables from it, though it is not there yet"
        } else if self.is_guessed {
            "by the name of the file: an environment, or a part of the system? If it is an environment, remove the rules"
        } else if self.is_to_come {
            "by the example, of which its file is a copy"
        } else {
            "by the names of the files"
        }
    }
}

/// The severities of rules that depend on the order of promotion, for an environment whose place in it is unknown.
const UNKNOWN_PLACE: [(&str, &str); 4] = [
    ("live-key-outside-production", "off"),
    ("placeholder-value", "warning"),
    ("shared-across-environments", "off"),
    ("test-key-in-production", "off"),
];

/// What a schema is drafted from.
#[derive(Debug)]
pub struct Draft<'d> {
    /// The environments that have files.
    pub environments: &'d [Found],
    /// `.env.example`, or whatever the project calls it.
    pub example: Option<&'d Source>,
    /// The loaders, as far as the project determines them. The first decides what a value is.
    pub loaders: &'d [Loader],
    /// What a Compose file takes from outside, which the first environment has to provide.
    pub asked: Option<&'d Asked>,
    /// Keys whose values are not described, because a check with an earlier draft reported them.
    pub doubted: &'d [String],
}

/// All keys, by name.
type Keys = BTreeMap<String, Key>;

/// One key, as found in all files.
struct Key {
    name: String,
    /// For each environment, whether the key is set to a value.
    set: Vec<bool>,
    /// Every value that was seen. No `Debug`, since these are values.
    values: Vec<String>,
    /// Whether all its values are known and UTF-8.
    readable: bool,
    /// Whether any of them is encrypted, or kept in a secret manager.
    elsewhere: bool,
    in_example: bool,
    /// Whether the example has it without a value, as a copy of it will.
    empty_in_example: bool,
    /// `None` if no Compose file takes it from outside; otherwise, whether one of them has no default for it.
    asked: Option<bool>,
    /// What comments in the example say about it.
    said: Said,
    /// What a comment in the example says that it is for.
    description: Option<String>,
}

/// What is said about the value of a key: members of its schema, and what they are based on.
struct Described {
    is_secret: bool,
    words: Vec<String>,
    comments: Vec<String>,
}

/// What the comments of an example say about a key.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Said {
    Nothing,
    /// It need not be set.
    Optional,
    /// It is commented out.
    Off,
}

impl Key {
    fn new(name: &str, environments: usize) -> Key {
        Key {
            name: name.to_owned(),
            set: vec![false; environments.max(1)],
            values: Vec::new(),
            readable: true,
            elsewhere: false,
            in_example: false,
            empty_in_example: false,
            asked: None,
            said: Said::Nothing,
            description: None,
        }
    }
}

/// The minimum size of a group.
const GROUP: usize = 3;

impl Draft<'_> {
    /// Returns the text of a schema.
    #[must_use]
    pub fn write(&self) -> String {
        let keys = self.keys();
        let mut text = format!("{{\n  \"$schema\": \"{LANGUAGE}\",\n");
        let mut comment = "A first draft by `envgate init`. Each \"$comment\" says what a guess is based on: correct it, then remove the comment.".to_owned();
        for loader in self.loaders {
            let Loader {
                dialect,
                manifest,
                older,
                ..
            } = loader;
            comment.push_str(&format!(
                " Loader guessed from {manifest}: {} (version {}).",
                dialect.title, dialect.versions
            ));
            if let Some(version) = older {
                comment.push_str(&format!(
                    " The project has {version}, which is older and may read the files differently."
                ));
            }
        }
        text.push_str(&format!("  \"$comment\": {},\n", quoted(&comment)));
        self.write_environments(&mut text);
        let dialects: Vec<String> = self.loaders.iter().map(|loader| quoted(loader.dialect.name)).collect();
        if !dialects.is_empty() {
            text.push_str(&format!("  \"dialects\": [{}],\n", dialects.join(", ")));
        }
        let everywhere: Vec<String> = keys
            .values()
            .filter(|key| key.said == Said::Nothing && key.set.iter().all(|&set| set))
            .map(|key| quoted(&key.name))
            .collect();
        if !everywhere.is_empty() {
            text.push_str(&format!("  \"required\": [{}],\n", everywhere.join(", ")));
        }
        text.push_str("  \"properties\": {");
        let groups = Groups::of(&keys);
        for (index, key) in keys.values().enumerate() {
            text.push_str(if index > 0 { ",\n    " } else { "\n    " });
            let words = self.property(key, &groups);
            text.push_str(&format!("{}: {{ {} }}", quoted(&key.name), words.join(", ")));
        }
        text.push_str("\n  }\n}\n");
        text
    }

    /// Returns the places of keys that were left out because their names may be data.
    #[must_use]
    pub fn left_out(&self) -> Vec<(&Source, Span)> {
        let mut files: Vec<&Source> = Vec::new();
        for file in self
            .environments
            .iter()
            .flat_map(|found| &found.files)
            .chain(self.example)
        {
            // A file may belong to several environments.
            if !files.iter().any(|known| known.name() == file.name()) {
                files.push(file);
            }
        }
        let mut left_out = Vec::new();
        for file in files {
            let of = self
                .environments
                .iter()
                .find(|found| found.files.iter().any(|own| own.name() == file.name()));
            let dialect = of.map_or(self.dialect(), |found| found.dialect(self));
            let (document, _) = read(file, dialect);
            let text = document.text(file.bytes());
            let keys = document.assignments().iter().map(|assignment| assignment.key);
            let strange = keys.filter(|key| !name::is_plainly_a_name(&text[key.range()]));
            left_out.extend(strange.map(|key| (file, key)));
        }
        left_out
    }

    fn dialect(&self) -> &'static Dialect {
        self.loaders.first().map_or(dialect::DEFAULT, |loader| loader.dialect)
    }

    /// Writes the environments. If none has files, the example alone stands for one, which needs no name.
    fn write_environments(&self, text: &mut String) {
        if self.environments.is_empty() {
            return;
        }
        text.push_str("  \"environments\": {\n");
        for (index, found) in self.environments.iter().enumerate() {
            let files: Vec<String> = found.files.iter().map(|file| quoted(file.name())).collect();
            let comma = if index + 1 < self.environments.len() { "," } else { "" };
            text.push_str(&format!(
                "    {}: {{ \"$comment\": {}, \"files\": [{}]{} }}{comma}\n",
                quoted(&found.name),
                quoted(found.comment(self)),
                files.join(", "),
                found.settings()
            ));
        }
        text.push_str("  },\n");
    }

    /// Returns all keys.
    fn keys(&self) -> Keys {
        let mut keys = Keys::new();
        for (index, found) in self.environments.iter().enumerate() {
            let files: Vec<&Source> = found.files.iter().collect();
            self.add_files(&mut keys, &files, Some(index), found.dialect(self));
        }
        if let Some(example) = self.example {
            self.add_files(&mut keys, &[example], None, self.dialect());
            self.add_comments(&mut keys, example);
            for (name, said) in described::descriptions(example.bytes()) {
                if let Some(key) = keys.get_mut(name) {
                    key.description = Some(said);
                }
            }
        }
        if let Some(asked) = self.asked {
            for (name, is_needed) in &asked.keys {
                let new = || Key::new(name, self.environments.len());
                let key = keys.entry(name.clone()).or_insert_with(new);
                key.set[0] |= is_needed;
                key.asked = Some(*is_needed);
            }
        }
        keys
    }

    /// Adds what the files set. Values from an example count only if no environment has files.
    fn add_files(&self, keys: &mut Keys, files: &[&Source], environment: Option<usize>, dialect: &'static Dialect) {
        let documents: Vec<_> = files.iter().map(|file| read(file, dialect)).collect();
        let layers: Vec<Layer<'_>> = (0..)
            .zip(files.iter().zip(&documents))
            .map(|(index, (file, (document, dialect)))| Layer {
                source: SourceId(index),
                text: document.text(file.bytes()),
                document,
                dialect,
            })
            .collect();
        let alone = self.environments.is_empty();
        for variable in Environment::resolve(&layers, &NO_PROCESS).without_stand_ins().variables {
            let Some(name) = str::from_utf8(variable.key).ok().filter(|name| is_a_name(name)) else {
                continue;
            };
            if name::is_of_encryption(variable.key) {
                continue;
            }
            let new = || Key::new(name, self.environments.len());
            let key = keys.entry(name.to_owned()).or_insert_with(new);
            // A value that a Compose file takes from outside is not a secret for that reason.
            key.elsewhere |= self.asked.is_none() && matches!(variable.value, Value::Unknown(Unknown::External(_)));
            let known = match &variable.value {
                Value::Known(secret) => str::from_utf8(secret.expose()).ok(),
                Value::Unknown(_) => None,
            };
            key.in_example |= environment.is_none();
            key.empty_in_example |= environment.is_none() && known == Some("");
            if environment.is_none() && !alone {
                continue;
            }
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

    /// Reads the comments of an example: which keys are optional, and which are commented out.
    fn add_comments(&self, keys: &mut Keys, example: &Source) {
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
                if optional && let Some(key) = keys.get_mut(name) {
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
            if is_key && is_a_name(name) && !keys.contains_key(name) {
                let key = Key {
                    in_example: true,
                    said: Said::Off,
                    ..Key::new(name, self.environments.len())
                };
                keys.insert(name.to_owned(), key);
            }
        }
    }

    /// Returns what is said about the value of a key.
    fn described(&self, key: &Key) -> Described {
        let mut comments: Vec<String> = Vec::new();
        let mut words: Vec<String> = Vec::new();
        let secret = secret(key);
        if let Some(why) = secret {
            words.push("\"secret\": true".to_owned());
            comments.push(format!("secret {why}"));
        }
        // A key that is optional and empty in the example stays empty in most copies.
        let may_be_empty = key.empty_in_example && !key.set.iter().all(|&set| set);
        let doubted = self.doubted.contains(&key.name) || !key.readable || may_be_empty;
        if !doubted && let Some((guess, why)) = kind(key, secret.is_some(), self.dialect()) {
            words.push(guess);
            comments.push(why);
        }
        Described {
            is_secret: secret.is_some(),
            words,
            comments,
        }
    }

    /// Returns the members of a key's schema.
    fn property(&self, key: &Key, groups: &Groups<'_>) -> Vec<String> {
        let Described {
            mut words,
            mut comments,
            ..
        } = self.described(key);
        let named: Vec<String> = (self.environments.iter().zip(&key.set))
            .filter(|(_, set)| **set)
            .map(|(found, _)| quoted(&found.name))
            .collect();
        if let (Some(is_needed), Some(asked)) = (key.asked, self.asked) {
            comments.push(if is_needed {
                format!("required, since {} takes it and has no default", asked.file)
            } else {
                format!("optional, since {} does without it", asked.file)
            });
            if is_needed && !key.set.iter().all(|&set| set) {
                words.push(format!("\"requiredIn\": [{}]", named.join(", ")));
            }
        } else if key.said == Said::Off {
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
        if let Some(prefix) = groups.name(&key.name) {
            words.push(format!("\"category\": {}", quoted(prefix)));
            comments.push("category by its prefix".to_owned());
        }
        words.insert(0, format!("\"$comment\": {}", quoted(&comments.join("; "))));
        if let Some(said) = &key.description {
            words.insert(0, format!("\"description\": {}", quoted(said)));
        }
        words
    }
}

/// Reads a file: as an env file, or as a part of a Compose file, `compose.yaml#web`.
fn read(file: &Source, dialect: &'static Dialect) -> (Document, &'static Dialect) {
    match file.name().split_once('#') {
        Some((_, part)) => {
            let read = carrier::read(file, Carrier::Compose, Some(part));
            (read.document, read.carrier.dialect())
        }
        None => (parse::parse(file.bytes(), dialect), dialect),
    }
}

/// Whether a key is plainly a name. It may also be a line of an unquoted PEM block, which must not get into a schema.
fn is_a_name(name: &str) -> bool {
    name::is_plainly_a_name(name.as_bytes())
}

/// Words that say nothing about what a key belongs to.
const NO_GROUPS: &[&str] = &["DEFAULT", "MAX", "MIN", "NO"];

/// Returns the first word of a name of several words. A prefix that a bundler requires, and the word that begins most names, are skipped.
fn first_word<'n>(name: &'n str, common: Option<&str>) -> Option<&'n str> {
    let bundled = secrecy::published(name.as_bytes()).map_or("NEXT_PRIVATE_", |(prefix, _)| prefix);
    let name = name.strip_prefix(bundled).unwrap_or(name).trim_start_matches('_');
    let own = common.and_then(|common| name.strip_prefix(common)?.strip_prefix('_'));
    let (word, _) = own.unwrap_or(name).split_once('_')?;
    (word.len() > 1 && !NO_GROUPS.contains(&word) && !kind::is_of_switches(word)).then_some(word)
}

/// The groups of keys whose names begin with the same word.
struct Groups<'k> {
    /// The word that begins most names, such as the name of the project.
    common: Option<&'k str>,
    words: BTreeSet<&'k str>,
}

impl<'k> Groups<'k> {
    fn of(keys: &'k Keys) -> Groups<'k> {
        let sizes = |common: Option<&str>| {
            let mut sizes: BTreeMap<&str, usize> = BTreeMap::new();
            for word in keys.keys().filter_map(|name| first_word(name, common)) {
                *sizes.entry(word).or_default() += 1;
            }
            sizes.retain(|_, size| *size >= GROUP);
            sizes
        };
        let first = sizes(None);
        let common = first
            .iter()
            .find(|(_, size)| **size >= 2 * GROUP && **size * 3 > keys.len() * 2);
        let common = common.map(|(word, _)| *word);
        let words = if common.is_some() { sizes(common) } else { first };
        Groups {
            common,
            words: words.into_keys().collect(),
        }
    }

    fn name<'n>(&self, key: &'n str) -> Option<&'n str> {
        first_word(key, self.common).filter(|word| self.words.contains(word))
    }
}
