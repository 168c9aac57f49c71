//! `envgate types`: the declared keys as TypeScript, so that `assertEnv` returns them and nothing else.
//!
//! The output extends an interface of the package (`Register`), so no import in the program has to change.

use std::borrow::Cow;
use std::collections::BTreeSet;

use envgate::report::neutralise;
use envgate::schema::{EnvironmentId, EnvironmentSpec, KeyShape, Property, Schema, Shape};

use crate::args::TypesArguments;
use crate::generated;

/// The default file.
const FILE_NAME: &str = "env.d.ts";

/// Keys that `@types/node` and, for `NODE_ENV`, the types of Next.js and others declare in a way that can't be extended.
const DECLARED_ELSEWHERE: &[&str] = &["NODE_ENV", "TZ"];

/// Runs the subcommand.
pub(crate) fn run(arguments: &TypesArguments) -> u8 {
    generated::run(&arguments.generate, "types", FILE_NAME, |opened| {
        declarations(&opened.schema, arguments.process_env)
    })
}

fn declarations(schema: &Schema, process_env: bool) -> String {
    let mut text = String::from(
        "// Written by `envgate types` from the schema; changes belong there.\n\nimport \"envgate\";\n\ndeclare module \"envgate\" {\n  interface Register {\n",
    );
    let environments = || (0..).map(EnvironmentId).zip(schema.environments());
    members(&mut text, schema, "    ", "env", &|property| {
        let shapes = environments().map(|(id, _)| schema.shape(id, property));
        shapes
            .reduce(either)
            .map(|shape| typed(&shape, property.holds_secret()))
    });
    text.push_str("    environments: {\n");
    for (id, spec) in environments() {
        members(&mut text, schema, "      ", &name(&spec.name), &|property| {
            Some(typed(&schema.shape(id, property), property.holds_secret()))
        });
        for alias in aliases(spec) {
            let target = quoted(&spec.name);
            text.push_str(&format!(
                "      {}: Register[\"environments\"][{target}];\n",
                name(alias)
            ));
        }
    }
    text.push_str("    };\n  }\n}\n");
    if process_env {
        text.push_str("\ndeclare global {\n  namespace NodeJS {\n    interface ProcessEnv {\n");
        for property in schema.properties() {
            if DECLARED_ELSEWHERE.contains(&&*property.name) {
                continue;
            }
            comment(&mut text, property, "      ");
            // A key is only certain to be in `process.env` if every environment requires it: a default is known to the schema, but not set
            // in the process.
            let line = if environments().all(|(id, _)| schema.shape(id, property).required) {
                format!("      {}: string;\n", name(&property.name))
            } else {
                format!("      {}?: string | undefined;\n", name(&property.name))
            };
            text.push_str(&line);
        }
        text.push_str("    }\n  }\n}\n");
    }
    text
}

fn aliases(spec: &EnvironmentSpec) -> impl Iterator<Item = &str> {
    spec.aliases
        .iter()
        .map(String::as_str)
        .filter(|alias| *alias != spec.name)
}

/// Formats an object type with a member for each key, whose type `of` returns.
fn members(
    text: &mut String,
    schema: &Schema,
    indent: &str,
    called: &str,
    of: &dyn Fn(&Property) -> Option<(bool, String)>,
) {
    text.push_str(&format!("{indent}{called}: {{\n"));
    let inside = format!("{indent}  ");
    for property in schema.properties() {
        let Some((present, of)) = of(property) else { continue };
        comment(text, property, &inside);
        let key = name(&property.name);
        let line = if present {
            format!("{inside}readonly {key}: {of};\n")
        } else {
            format!("{inside}readonly {key}?: {of};\n")
        };
        text.push_str(&line);
    }
    text.push_str(&format!("{indent}}};\n"));
}

/// Merges the types that a key has in two environments.
fn either(mut one: KeyShape, other: KeyShape) -> KeyShape {
    let known: BTreeSet<Shape> = one.of.iter().cloned().collect();
    one.of
        .extend(other.of.into_iter().filter(|shape| !known.contains(shape)));
    one.required &= other.required;
    one.present &= other.present;
    one
}

/// Returns the type of a key. For a secret, without literals: the file is committed.
fn typed(key: &KeyShape, hides: bool) -> (bool, String) {
    let union = union(&key.of, hides);
    let text = match (key.present, key.of.is_empty()) {
        (true, _) => union,
        (false, true) => "undefined".to_owned(),
        (false, false) => format!("{union} | undefined"),
    };
    (key.present, text)
}

fn union(shapes: &[Shape], hides: bool) -> String {
    let mut seen = BTreeSet::new();
    let mut words: Vec<String> = shapes
        .iter()
        .map(|shape| word(shape, hides))
        .filter(|word| seen.insert(word.clone()))
        .collect();
    if words.is_empty() {
        words.push("never".to_owned());
    }
    words.join(" | ")
}

fn word(shape: &Shape, hides: bool) -> String {
    match shape {
        Shape::Null => "null".to_owned(),
        Shape::Boolean => "boolean".to_owned(),
        Shape::Number(_) => "number".to_owned(),
        Shape::String => "string".to_owned(),
        Shape::Object => "{ readonly [key: string]: unknown }".to_owned(),
        Shape::Literal(json) if hides => match json.as_bytes().first() {
            Some(b'"') => "string".to_owned(),
            Some(b't' | b'f') => "boolean".to_owned(),
            Some(b'n') => "null".to_owned(),
            Some(b'[' | b'{') => "unknown".to_owned(),
            _ => "number".to_owned(),
        },
        Shape::Literal(json) => harmless(json),
        Shape::List(first, rest) if first.is_empty() => list(rest, hides),
        Shape::List(first, rest) => {
            let first: String = first
                .iter()
                .map(|shapes| format!("({})?, ", union(shapes, hides)))
                .collect();
            format!("[{first}...{}]", list(rest, hides))
        }
    }
}

fn list(of: &[Shape], hides: bool) -> String {
    let item = union(of, hides);
    if item.contains(' ') {
        format!("({item})[]")
    } else {
        format!("{item}[]")
    }
}

/// Formats the documentation of a key, which editors show.
fn comment(text: &mut String, property: &Property, indent: &str) {
    let mut lines: Vec<String> = Vec::new();
    for note in [&property.title, &property.description].into_iter().flatten() {
        lines.extend(note.lines().map(safe));
    }
    if property.deprecated {
        let instead = property.replaced_by.as_ref();
        lines.push(instead.map_or("@deprecated".to_owned(), |key| format!("@deprecated use {}", safe(key))));
    }
    match &lines[..] {
        [] => {}
        [line] => text.push_str(&format!("{indent}/** {line} */\n")),
        _ => {
            text.push_str(&format!("{indent}/**\n"));
            for line in lines {
                text.push_str(format!("{indent} * {line}").trim_end());
                text.push('\n');
            }
            text.push_str(&format!("{indent} */\n"));
        }
    }
}

/// Neutralises text of the schema so that it can't end the comment.
fn safe(text: &str) -> String {
    neutralise(text.trim()).replace("*/", "*\\/")
}

/// Formats the name of a member.
fn name(key: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'$';
    if key.bytes().all(plain) && key.bytes().next().is_some_and(|first| !first.is_ascii_digit()) {
        key.to_owned()
    } else {
        quoted(key)
    }
}

fn quoted(text: &str) -> String {
    harmless(&serde_json::Value::from(text).to_string())
}

/// Turns JSON into TypeScript whose strings can't be read as another line, or as a command to a CI service.
fn harmless(json: &str) -> String {
    let json = json.replace("##", "#\\u{23}");
    let mut out = String::with_capacity(json.len());
    for character in json.chars() {
        if matches!(neutralise(character.encode_utf8(&mut [0; 4])), Cow::Borrowed(_)) {
            out.push(character);
        } else {
            out.push_str(&format!("\\u{{{:x}}}", u32::from(character)));
        }
    }
    out
}
