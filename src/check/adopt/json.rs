//! Schemas in JSON: those of dotenv-linter, those of zenv, which may also be YAML, and JSON Schema itself ([`standard`]).

mod standard;

use super::{Adopted, Draft, Key, Kind, READS, Refused, word};
use crate::carrier::as_json::AsJson;
use crate::schema::SchemaError;
use crate::schema::json::{self, Json, Member, Node};
use crate::source::Span;

/// Reads a text that begins as a JSON object.
pub(super) fn read(text: &str, mut draft: Draft) -> Result<Adopted, Refused> {
    let wrong = |error: SchemaError| Refused {
        span: Some(draft.in_file(error.span)),
        message: error.message,
        help: error.help.unwrap_or_else(|| READS.to_owned()),
    };
    let mut doubles = Vec::new();
    let root = json::parse(text, &mut doubles).map_err(wrong)?;
    // The tools disagree on which of two equal members counts.
    if let Some(double) = doubles.into_iter().next() {
        return Err(wrong(double));
    }
    if root
        .get("$schema")
        .and_then(Node::as_str)
        .is_some_and(|name| name.starts_with("urn:envgate:"))
    {
        return Err(Refused {
            span: None,
            message: "it already is a schema of envgate".to_owned(),
            help: "copy it to env.schema.json".to_owned(),
        });
    }
    let keyword = |name: &str| root.get(name).is_some();
    if root.get("entries").is_some_and(|node| node.as_object().is_some()) && !keyword("properties") {
        linter(&root, &mut draft);
        return whole(draft, Kind::DotenvLinter);
    }
    let is_schema = root.get("properties").is_some_and(|node| {
        node.as_object().is_some_and(|all| {
            all.members
                .iter()
                .all(|one| one.value.as_object().is_some() || matches!(one.value.json, Json::Bool(_)))
        })
    });
    if is_schema || keyword("$schema") || keyword("allOf") || keyword("$ref") {
        return standard::schema(text, &root, draft);
    }
    if let Some(keys) = of_zenv(&root) {
        zenv(text, keys, &mut draft);
        return whole(draft, Kind::Zenv);
    }
    Err(Refused {
        span: None,
        message: "it is not a schema that envgate can read".to_owned(),
        help: READS.to_owned(),
    })
}

/// Reads a zenv schema in YAML; `None` if it isn't one. Spans refer to the YAML.
pub(super) fn read_yaml(text: &str, shift: usize) -> Option<Result<Adopted, Refused>> {
    let written = AsJson::of(text)?;
    let root = json::parse(&written.text, &mut Vec::new()).ok()?;
    let keys = of_zenv(&root)?;
    let mut draft = Draft::new(shift);
    zenv(&written.text, keys, &mut draft);
    for lost in &mut draft.lost {
        let place = written.place(lost.span.start as usize - shift);
        lost.span = Span::new(place.start as usize + shift, place.end as usize + shift);
    }
    Some(whole(draft, Kind::Zenv))
}

/// Returns the keys of a zenv schema, including `extends`, if every member is an object with nothing but keywords of zenv.
fn of_zenv<'n, 's>(root: &'n Node<'s>) -> Option<&'n [Member<'s>]> {
    const WORDS: [&str; 8] = [
        "type",
        "required",
        "description",
        "default",
        "values",
        "validate",
        "secret",
        "severity",
    ];
    let keys = &root.as_object()?.members;
    let is_a_key = |member: &Member<'_>| {
        let object = member.value.as_object();
        object.is_some_and(|all| all.members.iter().any(|one| WORDS.contains(&&*one.key)))
    };
    let mut declared = keys.iter().filter(|member| member.key != "extends").peekable();
    (declared.peek().is_some() && declared.all(is_a_key)).then_some(keys)
}

fn whole(draft: Draft, kind: Kind) -> Result<Adopted, Refused> {
    if draft.keys.is_empty() {
        return Err(Refused {
            span: None,
            message: "it declares no key".to_owned(),
            help: READS.to_owned(),
        });
    }
    draft.finish(kind)
}

fn flag(node: &Node<'_>) -> Option<bool> {
    match node.json {
        Json::Bool(flag) => Some(flag),
        _ => None,
    }
}

fn unknown(draft: &mut Draft, name: &str, member: &Member<'_>) {
    let what = format!(
        "{} is not known to the tool that this schema is for, nor to envgate",
        word(&member.key)
    );
    draft.lose_of(name, member.key_span, what);
}

/// A schema of dotenv-linter: `{ "version": …, "allow_other_keys": …, "entries": { NAME: { "type", "required", "regex" } } }`
fn linter(root: &Node<'_>, draft: &mut Draft) {
    let mut is_open = false;
    for member in root.own_members() {
        match &*member.key {
            "version" | "entries" => {}
            "allow_other_keys" => is_open = flag(&member.value) == Some(true),
            name => draft.lose(
                member.key_span,
                format!("{} is not known to dotenv-linter, nor to envgate", word(name)),
            ),
        }
    }
    for entry in root.members("entries") {
        linter_entry(entry, draft);
    }
    if !is_open {
        draft.tail.push(("additionalProperties", "false".to_owned()));
    }
}

fn linter_entry(entry: &Member<'_>, draft: &mut Draft) {
    let mut key = Key::new(&entry.key, entry.key_span);
    let mut is_text = true;
    if let Some(kind) = entry.value.get("type") {
        let name = kind.as_str().unwrap_or_default();
        is_text = name == "String";
        draft.take_type(&mut key, name, kind.span);
    }
    for member in entry.value.own_members() {
        match &*member.key {
            "type" | "key" => {}
            "required" => key.required = flag(&member.value) == Some(true),
            "regex" => match member.value.as_str() {
                // dotenv-linter applies the regex to strings only.
                Some(pattern) if is_text => draft.take_pattern(&mut key, pattern, member.value.span),
                _ => draft.lose_of(
                    &entry.key,
                    member.value.span,
                    "dotenv-linter applies a regex only to strings",
                ),
            },
            _ => unknown(draft, &entry.key, member),
        }
    }
    key.guess_secret();
    draft.keys.push(key);
}

/// A schema of zenv: `{ NAME: { "type", "required", "description", "values", "default", "validate", "secret", "severity" } }`
fn zenv(text: &str, keys: &[Member<'_>], draft: &mut Draft) {
    for entry in keys {
        if entry.key == "extends" {
            draft.lose(
                entry.value.span,
                "\"extends\" is not followed: convert that file by itself",
            );
        } else {
            zenv_entry(text, entry, draft);
        }
    }
}

fn zenv_entry(text: &str, entry: &Member<'_>, draft: &mut Draft) {
    let mut key = Key::new(&entry.key, entry.key_span);
    let kind = entry.value.get("type").and_then(Node::as_str).unwrap_or("string");
    if kind != "enum" {
        let place = entry.value.get("type").map_or(entry.key_span, |node| node.span);
        draft.take_type(&mut key, kind, place);
    }
    let mut default = None;
    for member in entry.value.own_members() {
        let value = &member.value;
        match &*member.key {
            "type" => {}
            "required" => key.required = flag(value) == Some(true),
            "description" => {
                if let Some(text) = value.as_str() {
                    key.text("description", text);
                }
            }
            "values" => {
                if kind == "enum" {
                    key.choices(value.as_array().unwrap_or_default().iter().filter_map(Node::as_str));
                }
            }
            "default" => default = Some(value),
            "secret" => {
                if flag(value) == Some(true) {
                    key.set("secret", "true");
                }
            }
            "severity" => {
                if value.as_str() == Some("warning") {
                    draft.lose_of(
                        &entry.key,
                        value.span,
                        "a severity belongs to a rule, not to a key: it is an error",
                    );
                }
            }
            "validate" => zenv_rules(text, value, kind, &mut key, draft),
            _ => unknown(draft, &entry.key, member),
        }
    }
    if entry.value.get("secret").and_then(flag) != Some(false) {
        key.guess_secret();
    }
    if let Some(value) = default.filter(|value| !matches!(value.json, Json::Null)) {
        let json = written(value, text);
        let said = value.as_str().map_or_else(|| json.clone(), str::to_owned);
        key.set_default(&said, json);
        if key.required && key.has("default") {
            key.satisfy_required_by_default();
        }
    }
    draft.keys.push(key);
}

/// `"validate": { "min", "max", "min_value", "max_value", "min_length", "max_length", "pattern" }`
fn zenv_rules(text: &str, node: &Node<'_>, kind: &str, key: &mut Key, draft: &mut Draft) {
    let name = key.name.clone();
    for member in node.own_members() {
        let value = &member.value;
        if matches!(value.json, Json::Null) {
            continue;
        }
        let keyword = match (&*member.key, kind) {
            ("pattern", "string") => {
                match value.as_str() {
                    Some(pattern) => draft.take_pattern(key, pattern, value.span),
                    None => draft.lose_of(&name, value.span, "its pattern is not a string"),
                }
                continue;
            }
            ("min", "int") | ("min_value", "float") => "minimum",
            ("max", "int") | ("max_value", "float") => "maximum",
            ("min_length", "string") => "minLength",
            ("max_length", "string") => "maxLength",
            ("min" | "max" | "min_value" | "max_value" | "min_length" | "max_length" | "pattern", _) => {
                draft.lose_of(&name, value.span, "zenv does not apply it to a value of this type");
                continue;
            }
            _ => {
                unknown(draft, &name, member);
                continue;
            }
        };
        match value.json {
            Json::Number(_) => key.set(keyword, written(value, text)),
            _ => draft.lose_of(&name, value.span, format_args!("{keyword} is not a number")),
        }
    }
}

/// Returns a value as it is written in the text.
fn written(node: &Node<'_>, text: &str) -> String {
    text[node.span.range()].to_owned()
}
