//! Schemas of other tools, carried over: what they declare becomes `env.schema.json`, and what has no counterpart is told with its place.
//!
//! The kind is seen from the shape of the text, not from its name. What another tool takes for granted and envgate does not is written down in
//! `$comment`, as [`draft`] does with its guesses. A default goes over unless its key is a secret, or it looks like one: a schema is
//! a file that everybody may read, and so was the one it comes from.

mod envfile;
mod envspec;
mod json;
mod value;

use super::draft;
use crate::name;
use crate::schema::pattern::Pattern;
use crate::schema::{Format, json::quoted as cut};
use crate::source::{Source, Span};

/// What a text is a schema of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// `.env.schema` of varlock: @env-spec.
    EnvSpec,
    /// `Envfile` of dotenvx.
    Envfile,
    /// The JSON of dotenv-linter.
    DotenvLinter,
    /// The JSON or YAML of zenv (zorath-env).
    Zenv,
    /// JSON Schema.
    JsonSchema,
}

impl Kind {
    /// What people call it.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Kind::EnvSpec => "an @env-spec schema (varlock)",
            Kind::Envfile => "an Envfile (dotenvx)",
            Kind::DotenvLinter => "a schema of dotenv-linter",
            Kind::Zenv => "a schema of zenv",
            Kind::JsonSchema => "a JSON Schema",
        }
    }
}

/// A schema that was carried over.
#[derive(Debug)]
pub struct Adopted {
    /// What it was.
    pub kind: Kind,
    /// The text of `env.schema.json`.
    pub text: String,
    /// What could not be carried over, in the order of the text.
    pub lost: Vec<Lost>,
}

/// Something that has no counterpart.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Lost {
    /// Where it stands.
    pub span: Span,
    /// What it is, and what became of it; no value.
    pub message: String,
}

/// Why nothing can be carried over.
#[derive(Debug)]
pub struct Refused {
    /// Where, if at one place.
    pub span: Option<Span>,
    /// In a sentence.
    pub message: String,
    /// What to do.
    pub help: String,
}

const READS: &str = "read are: .env.schema (varlock, @env-spec), Envfile (dotenvx), the schemas of dotenv-linter (JSON) and zenv (JSON, YAML), and JSON Schema";

/// Carries a schema over.
///
/// # Errors
/// When it is none that is known, or not written as that kind has to be.
pub fn adopt(source: &Source) -> Result<Adopted, Refused> {
    let refused = |message: &str, help: &str| Refused {
        span: None,
        message: message.to_owned(),
        help: help.to_owned(),
    };
    let bytes = source.bytes().strip_prefix(b"\xEF\xBB\xBF").unwrap_or(source.bytes());
    let Ok(text) = str::from_utf8(bytes) else {
        return Err(refused("it is not UTF-8", "save it as UTF-8"));
    };
    let mut draft = Draft::new(source.bytes().len() - bytes.len());
    if text.trim_start().starts_with('{') {
        return json::read(text, draft);
    }
    if [
        "createEnv(",
        "cleanEnv(",
        "z.object(",
        "makeValidator(",
        "parseEnv(",
        "convict(",
    ]
    .iter()
    .any(|call| text.contains(call))
    {
        return Err(refused(
            "it is source code (t3-env, envalid, znv, convict, zod): only running it tells what it declares, and envgate does not run it",
            "`envgate init` drafts a schema from the env files; or write the JSON Schema that the library can give, and take that",
        ));
    }
    let kind = if envfile::is_one(text) {
        envfile::read(text, &mut draft)?;
        Kind::Envfile
    } else if envspec::is_one(text) {
        envspec::read(text, &mut draft);
        Kind::EnvSpec
    } else if let Some(read) = json::read_yaml(text, draft.shift) {
        return read;
    } else {
        return Err(refused("it is no schema that envgate can read", READS));
    };
    if draft.keys.is_empty() {
        return Err(refused("it declares no key", READS));
    }
    Ok(draft.finish(kind))
}

/// The schema that comes of it, while it is put together.
struct Draft {
    /// How many bytes of the file stand in front of the text.
    shift: usize,
    /// Members of the root, in front of `required` and `properties`: name and JSON.
    root: Vec<(&'static str, String)>,
    keys: Vec<Key>,
    lost: Vec<Lost>,
    /// Members behind `properties`.
    tail: Vec<(&'static str, String)>,
}

/// A key.
#[derive(Default)]
struct Key {
    name: String,
    required: bool,
    /// Keywords and their JSON, in the order in which they are written.
    words: Vec<(String, String)>,
    comments: Vec<String>,
}

impl Draft {
    fn new(shift: usize) -> Draft {
        Draft {
            shift,
            root: Vec::new(),
            keys: Vec::new(),
            lost: Vec::new(),
            tail: Vec::new(),
        }
    }

    /// Says that something at a place is not carried over.
    fn lose(&mut self, start: usize, end: usize, message: impl Into<String>) {
        self.lost.push(Lost {
            span: Span::new(start + self.shift, end + self.shift),
            message: message.into(),
        });
    }

    fn finish(mut self, kind: Kind) -> Adopted {
        let mut text = String::from("{\n  \"$schema\": \"urn:envgate:schema:1\",\n");
        let comment = format!(
            "Carried over from {} by `envgate init --from`. Each \"$comment\" says what was taken for granted there: correct it, then take the comment away.",
            kind.title()
        );
        text.push_str(&format!("  \"$comment\": {},\n", quoted(&comment)));
        for (word, json) in &self.root {
            text.push_str(&format!("  {}: {json},\n", quoted(word)));
        }
        let required: Vec<String> = self
            .keys
            .iter()
            .filter(|key| key.required)
            .map(|key| quoted(&key.name))
            .collect();
        if !required.is_empty() {
            text.push_str(&format!("  \"required\": [{}],\n", required.join(", ")));
        }
        text.push_str("  \"properties\": {");
        for (index, key) in self.keys.iter().enumerate() {
            text.push_str(if index > 0 { ",\n    " } else { "\n    " });
            let comment = (!key.comments.is_empty()).then(|| ("$comment".to_owned(), quoted(&key.comments.join("; "))));
            let words: Vec<String> = comment
                .iter()
                .chain(&key.words)
                .map(|(word, json)| format!("{}: {json}", quoted(word)))
                .collect();
            let body = if words.is_empty() {
                "{}".to_owned()
            } else {
                format!("{{ {} }}", words.join(", "))
            };
            text.push_str(&format!("{}: {body}", quoted(&key.name)));
        }
        text.push_str("\n  }");
        for (word, json) in &self.tail {
            text.push_str(&format!(",\n  {}: {json}", quoted(word)));
        }
        text.push_str("\n}\n");
        self.lost.sort();
        self.lost.dedup();
        Adopted {
            kind,
            text,
            lost: self.lost,
        }
    }
}

impl Key {
    fn new(name: &str) -> Key {
        Key {
            name: name.to_owned(),
            ..Key::default()
        }
    }

    /// Sets a keyword, in place of what it said before.
    fn set(&mut self, word: &str, json: impl Into<String>) {
        self.words.retain(|(other, _)| other != word);
        self.words.push((word.to_owned(), json.into()));
    }

    fn text(&mut self, word: &str, text: &str) {
        self.set(word, quoted(text));
    }

    fn has(&self, word: &str) -> bool {
        self.words.iter().any(|(other, _)| other == word)
    }

    fn is_of_type(&self, name: &str) -> bool {
        let json = quoted(name);
        self.words.iter().any(|(word, said)| word == "type" && *said == json)
    }

    /// Says in `$comment` what nobody asked for in these words.
    fn comment(&mut self, text: &str) {
        self.comments.push(text.to_owned());
    }

    /// One more pattern; several are all asked for.
    fn pattern(&mut self, pattern: &str) {
        let json = quoted(pattern);
        match self
            .words
            .iter()
            .position(|(word, _)| word == "pattern" || word == "allOf")
        {
            None => self.set("pattern", json),
            Some(at) if self.words[at].0 == "pattern" => {
                let first = self.words.remove(at).1;
                self.set(
                    "allOf",
                    format!("[{{ \"pattern\": {first} }}, {{ \"pattern\": {json} }}]"),
                );
            }
            Some(at) => {
                let all = self.words[at].1.trim_end_matches(']').to_owned();
                self.words[at].1 = format!("{all}, {{ \"pattern\": {json} }}]");
            }
        }
    }

    fn is_secret(&self) -> bool {
        self.has("secret")
    }

    /// Marks it a secret by its name, where the other tool says nothing.
    fn guess_secret(&mut self) {
        if !self.is_secret() && draft::is_secret_by_name(&self.name) {
            self.set("secret", "true");
            self.comment("secret by its name");
        }
    }

    /// A default, unless it is none of the schema's business. `json`: as it is to be written.
    fn fall_back(&mut self, text: &str, json: String) {
        let by_name = self.is_secret() || draft::is_secret_by_name(&self.name);
        if by_name || draft::is_secret_value(&self.name, text) {
            self.comment("its default is left out, since it may be a secret");
        } else {
            self.set("default", json);
        }
    }
}

/// A type that several tools have, by the name that one of them gives it; whether it is known.
fn simple_type(key: &mut Key, name: &str) -> bool {
    match name.to_ascii_lowercase().as_str() {
        "string" | "str" | "text" => {}
        "int" | "integer" => key.text("type", "integer"),
        "float" | "number" | "num" => key.text("type", "number"),
        "bool" | "boolean" => key.text("type", "boolean"),
        "url" | "uri" => key.text("format", "uri"),
        "email" => key.text("format", "email"),
        "uuid" => key.text("format", "uuid"),
        "ipv4" => key.text("format", "ipv4"),
        "ipv6" => key.text("format", "ipv6"),
        "ip" => key.set("anyOf", "[{ \"format\": \"ipv4\" }, { \"format\": \"ipv6\" }]"),
        "semver" => key.text("format", "semver"),
        "date" => key.text("format", "date"),
        "hostname" | "host" => key.text("format", "hostname"),
        "port" => {
            key.text("type", "integer");
            key.set("minimum", "1");
            key.set("maximum", "65535");
        }
        _ => return false,
    }
    true
}

/// A pattern, if it can be matched without going back; else it is told as lost.
fn take_pattern(draft: &mut Draft, key: &mut Key, pattern: &str, (start, end): (usize, usize)) {
    match Pattern::check(pattern) {
        Ok(()) => key.pattern(pattern),
        Err(error) => draft.lose(
            start,
            end,
            format!("{}: its pattern is not carried over: {error}", shown(&key.name)),
        ),
    }
}

/// A name of a key as it may be shown.
fn shown(name: &str) -> &str {
    if name::is_plainly_a_name(name.as_bytes()) {
        name
    } else {
        "this key"
    }
}

/// Whether a text can be the name of a variable.
fn is_a_name(name: &str) -> bool {
    let word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    name.bytes().all(word) && name.bytes().next().is_some_and(|first| !first.is_ascii_digit())
}

/// A word of a schema in a message.
fn word(text: &str) -> String {
    cut(text)
}

fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// A text in which nothing means anything to a pattern.
fn escaped(text: &str) -> String {
    let mut pattern = String::new();
    for letter in text.chars() {
        if "\\^$.|?*+()[]{}/".contains(letter) {
            pattern.push('\\');
        }
        pattern.push(letter);
    }
    pattern
}

/// Whether a format is one that envgate has.
fn is_format(name: &str) -> bool {
    Format::find(name).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SAMPLES: [&str; 6] = [
        "# @defaultSensitive=inferFromPrefix(PUBLIC_) @currentEnv=$APP_ENV\n# @import(./x, pick=[\n#   A, # b\n# ])\n# ---\n# Note\n# @type=enum(a, \"b\") @required=forEnv(a)\nAPP_ENV=a # @docs(\"x\", y)\n# @type=array(string(matches=/^x$/i), separator=\";\")\nLIST=```\nx\n```\nexport F=fn({a=1}, [b])\nG=\"${A}\"\n",
        "strict true\nenv \"PORT\", type: \"port\", min: 1,\n  enum: [\"1\", '2']\nfile \".env.production\" do\n  env \"PORT\", proxy: { domain: \"x\" }\nend\n",
        r#"{ "version": "1", "entries": { "A": { "type": "Integer", "regex": "x" }, "B": {} } }"#,
        r#"{ "A": { "type": "enum", "values": ["a"], "default": 1, "validate": { "min": 1 } }, "extends": "x" }"#,
        "extends: x\nA: &a\n  type: enum # x\n  values: [a, 'b']\n  validate: { min: 1 }\nB: *a\n",
        r##"{ "$ref": "#/definitions/E", "definitions": { "E": { "properties": { "A": { "format": "x", "items": [true] } }, "dependencies": { "A": ["B"] } } } }"##,
    ];

    /// Whatever stands there, an answer comes, and its places are in the text.
    #[test]
    fn damaged_texts_are_answered() {
        let pieces = [
            "", "é", "`", "\"", "(", "\n", "#", "@", "[", "\r\n", "=", "}", "\\", "$", "'",
        ];
        for sample in SAMPLES {
            for (at, _) in sample.char_indices() {
                for piece in pieces {
                    let (before, behind) = sample.split_at(at);
                    for text in [format!("{before}{piece}{behind}"), format!("{before}{piece}")] {
                        let source = Source::new("x", text.as_str()).unwrap();
                        if let Ok(adopted) = adopt(&source) {
                            let inside = |lost: &Lost| lost.span.end as usize <= text.len();
                            assert!(adopted.lost.iter().all(inside), "{text}");
                        }
                    }
                }
            }
        }
    }
}
