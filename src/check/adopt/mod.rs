//! Converts schemas of other tools: what they declare becomes `env.schema.json`, and what has no counterpart is
//! reported with its place.
//!
//! The kind of schema is recognised by the shape of the text, not by its name. What another tool assumes and envgate doesn't is written to
//! `$comment`, as [`draft`](super::draft) does with its guesses. A default is kept unless its key is a secret or the default looks like
//! one: a schema is a file that everybody may read, as was the original.

mod envfile;
mod envspec;
mod json;
mod mend;
mod target;
mod value;

use crate::json::quoted;
use crate::name;
use crate::schema::{Format, json::quoted as word};
use crate::source::{Source, Span};
use target::{Draft, Key};

/// The kinds of schemas that can be converted.
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
    /// Returns its name in messages.
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

/// A converted schema.
#[derive(Debug)]
pub struct Adopted {
    /// What it was converted from.
    pub kind: Kind,
    /// The text of `env.schema.json`.
    pub text: String,
    /// What could not be converted, in the order of the text.
    pub lost: Vec<Lost>,
}

/// Something that has no counterpart.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Lost {
    /// The place in the original.
    pub span: Span,
    /// What it is, and what became of it. Contains no values.
    pub message: String,
}

/// Why a schema can't be converted.
#[derive(Debug)]
pub struct Refused {
    /// The place, if there is a single one.
    pub span: Option<Span>,
    /// What is wrong, in a sentence.
    pub message: String,
    /// What to do.
    pub help: String,
}

const READS: &str = "envgate reads .env.schema (varlock, @env-spec), Envfile (dotenvx), the schemas of dotenv-linter (JSON) and zenv (JSON, YAML), and JSON Schema";

/// Converts a schema.
///
/// # Errors
/// If it is not a kind that envgate knows, or not valid for its kind.
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
            "it is source code (t3-env, envalid, znv, convict, zod): only running it would tell what it declares, and envgate never runs code",
            "`envgate init` drafts a schema from the env files; or have the library write a JSON Schema, and use that",
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
    } else if is_list_of_keys(text) {
        return Err(refused(
            "it lists keys, and says nothing about them",
            "copy it to .env.example: `envgate init` drafts a schema from that",
        ));
    } else {
        return Err(refused("it is not a schema that envgate can read", READS));
    };
    if draft.keys.is_empty() {
        return Err(refused("it declares no key", READS));
    }
    draft.finish(kind)
}

/// Whether a text is an env file, which dotenv-extended uses as a schema.
fn is_list_of_keys(text: &str) -> bool {
    let mut lines = text
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty() && !line.starts_with('#'));
    let is_one = |line: &str| line.split_once('=').is_some_and(|(name, _)| is_a_name(name.trim_end()));
    lines.next().is_some_and(is_one) && lines.all(is_one)
}

/// Whether a text can be the name of a variable.
fn is_a_name(name: &str) -> bool {
    name::is_name(name.as_bytes())
}

/// Escapes everything that has a meaning in a pattern.
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

/// Whether envgate has a format of that name.
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

    /// Any text gets an answer, with spans that lie in the text.
    #[test]
    fn damaged_texts_do_not_panic() {
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
