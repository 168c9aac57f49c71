//! `envgate example` and `envgate docs`: the schema as the `.env.example` that a newcomer copies, and as a table for a README.
//!
//! Neither holds anything but words of the schema: what a secret would be is never filled in, whatever the schema gives for it.

use envgate::report::neutralise_first;
use envgate::schema::{EnvironmentId, Property, Schema};

use crate::args::GenerateArguments;
use crate::generated;
use crate::kind::{kind, line};
use crate::said::Said;
use crate::schema::Opened;

/// The width at which comments are broken, in characters.
const WIDTH: usize = 100;

/// Runs `envgate example`.
pub(crate) fn run(arguments: &GenerateArguments) -> u8 {
    generated::run(arguments, "example", ".env.example", example)
}

/// Runs `envgate docs`.
pub(crate) fn run_docs(arguments: &GenerateArguments) -> u8 {
    generated::run(arguments, "docs", "ENVIRONMENT.md", docs)
}

/// The keys under their headings, in the order in which the headings first occur.
fn grouped(schema: &Schema) -> Vec<(Option<&str>, Vec<&Property>)> {
    let mut groups: Vec<(Option<&str>, Vec<&Property>)> = Vec::new();
    for property in schema.properties() {
        let heading = property.category.as_deref();
        match groups.iter_mut().find(|group| group.0 == heading) {
            Some(group) => group.1.push(property),
            None => groups.push((heading, vec![property])),
        }
    }
    // Keys without a heading come first: after a heading, they would seem to belong to it.
    groups.sort_by_key(|group| group.0.is_some());
    groups
}

fn example(opened: &Opened) -> String {
    let (schema, said) = (&opened.schema, Said::by(opened));
    let mut text = String::from("# Written by `envgate example` from the schema; changes belong there.\n");
    for (heading, properties) in grouped(schema) {
        if let Some(heading) = heading {
            text.push_str(&format!("\n# --- {} ---\n", line(heading)));
        }
        for property in properties {
            text.push('\n');
            for note in [&property.title, &property.description].into_iter().flatten() {
                for words in note.lines() {
                    wrapped(&mut text, &line(words));
                }
            }
            wrapped(&mut text, &facts(&said, schema, property).join("; "));
            let asked = environments(schema).any(|id| schema.shape(id, property).required);
            let value = filled(property).unwrap_or_default();
            // A key that is neither required nor filled in is commented out: to some programs, an empty value is not the same as none.
            let off = if asked || !value.is_empty() { "" } else { "# " };
            let assignment = format!("{off}{}={value}", line(&property.name));
            text.push_str(&neutralise_first(&assignment));
            text.push('\n');
        }
    }
    text
}

/// Returns what to write after the `=`: the default, or an example from the schema, if every loader reads it as it is.
fn filled(property: &Property) -> Option<&str> {
    if property.holds_secret() {
        return None;
    }
    let plain = |text: &&str| {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"_-.,:/@+".contains(&byte);
        text.bytes().all(plain)
    };
    property
        .default
        .as_deref()
        .or(property.examples.first().map(String::as_str))
        .filter(plain)
}

/// What is asked of a key, in a few words.
fn facts(said: &Said<'_>, schema: &Schema, property: &Property) -> Vec<String> {
    let all: Vec<EnvironmentId> = environments(schema).collect();
    let mut facts = vec![required(schema, property)];
    facts.push(kind(said, schema, property, &all));
    if property.secret.is_some() {
        facts.push("secret".to_owned());
    } else if let (false, Some(default)) = (property.holds_secret(), &property.default) {
        facts.push(format!("default {}", line(default)));
    }
    if let Some(bits) = property.min_bits.iter().flatten().max() {
        facts.push(format!("at least {bits} bits"));
    }
    if property.deprecated {
        let instead = property.replaced_by.as_ref();
        facts.push(instead.map_or("deprecated".to_owned(), |key| format!("deprecated: use {}", line(key))));
    }
    facts
}

fn environments(schema: &Schema) -> impl Iterator<Item = EnvironmentId> {
    (0..).zip(schema.environments()).map(|(index, _)| EnvironmentId(index))
}

fn required(schema: &Schema, property: &Property) -> String {
    let all = schema.environments();
    let names: Vec<String> = environments(schema)
        .filter(|&id| schema.shape(id, property).required)
        .map(|id| line(&all[usize::from(id.0)].name))
        .collect();
    let phases = property.phases.as_ref().filter(|phases| phases.len() < 3);
    match names.len() {
        0 if phases.is_some() => "needed in some phases".to_owned(),
        0 => "optional".to_owned(),
        count if count == all.len() => "required".to_owned(),
        _ => format!("required in {}", names.join(", ")),
    }
}

fn docs(opened: &Opened) -> String {
    let (schema, said) = (&opened.schema, Said::by(opened));
    let all: Vec<EnvironmentId> = environments(schema).collect();
    let mut text = String::from("<!-- Written by `envgate docs` from the schema; changes belong there. -->\n");
    for (heading, properties) in grouped(schema) {
        if let Some(heading) = heading {
            text.push_str(&format!("\n### {}\n", cell(heading)));
        }
        text.push_str("\n| Variable | Required | Value | Default | What for |\n| --- | --- | --- | --- | --- |\n");
        for property in properties {
            let default = property.default.as_deref().filter(|_| !property.holds_secret());
            let mut kind = kind(&said, schema, property, &all);
            if property.secret.is_some() {
                kind.push_str(", secret");
            }
            let mut notes: Vec<String> = [&property.title, &property.description]
                .into_iter()
                .flatten()
                .map(|note| cell(note))
                .collect();
            if property.deprecated {
                let instead = property.replaced_by.as_ref();
                notes.push(instead.map_or("Deprecated.".to_owned(), |key| {
                    format!("Deprecated: use {}.", cell(key))
                }));
            }
            text.push_str(&format!(
                "| `{}` | {} | {} | {} | {} |\n",
                code(&property.name),
                cell(&required(schema, property)),
                cell(&kind),
                default.map(cell).unwrap_or_default(),
                notes.join(" ")
            ));
        }
    }
    text
}

/// Escapes words of the schema for a cell of a Markdown table.
fn cell(text: &str) -> String {
    let mut cell = String::new();
    for character in line(text).chars() {
        match character {
            '<' => cell.push_str("&lt;"),
            '&' => cell.push_str("&amp;"),
            '|' | '\\' | '*' | '[' | ']' | '!' => cell.extend(['\\', character]),
            other => cell.push(other),
        }
    }
    cell
}

/// Formats a name in backticks in a cell, where only `|` and a backtick have a meaning.
fn code(name: &str) -> String {
    line(name).replace('`', "'").replace('|', "\\|")
}

/// A comment, broken between words.
fn wrapped(text: &mut String, words: &str) {
    let mut width = 0;
    for word in words.split_whitespace() {
        let length = word.chars().count();
        if width == 0 || width + 1 + length > WIDTH {
            text.push_str(if width == 0 { "# " } else { "\n# " });
            width = length;
        } else {
            text.push(' ');
            width += 1 + length;
        }
        text.push_str(word);
    }
    if width > 0 {
        text.push('\n');
    }
}
