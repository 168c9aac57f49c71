//! `@type`: translates varlock's types and their options to JSON Schema.

use super::lines::Decorator;
use crate::check::adopt::value::{Argument, Form, Value};
use crate::check::adopt::{Draft, Key, escaped, word};

/// `@type=name` or `@type=name(…)`
pub(super) fn read(one: &Decorator, key: &mut Key, draft: &mut Draft) {
    let Some(value) = &one.value else {
        return draft.lose_of(&key.name, one.span, "@type names no type");
    };
    shape(value, key, draft);
}

fn shape(value: &Value, key: &mut Key, draft: &mut Draft) {
    let (name, arguments): (&str, &[Argument]) = match &value.form {
        Form::Word(name) => (name, &[]),
        Form::Call(name, arguments) => (name, arguments),
        _ => return draft.lose_of(&key.name, value.span, "its type is computed by varlock"),
    };
    match name {
        "enum" => return choices(arguments, key, draft),
        "array" => return list(arguments, key, draft),
        "simple-object" | "record" => {
            key.text("type", "object");
            if !arguments.is_empty() {
                draft.lose_of(&key.name, value.span, "what a record holds is not checked");
            }
            return;
        }
        "isoDate" => key.set("anyOf", "[{ \"format\": \"date\" }, { \"format\": \"date-time\" }]"),
        "md5" => key.pattern("^[0-9a-fA-F]{32}$"),
        "domain" => key.text("format", "hostname"),
        "duration" => key.pattern("^[0-9]+(?:\\.[0-9]+)?\\s*[a-z]*$"),
        _ => {
            if !draft.take_type(key, name, value.span) {
                return;
            }
        }
    }
    for argument in arguments {
        option(name, argument, key, draft);
    }
}

/// Reads one option of a type, such as `minLength=5`.
fn option(kind: &str, argument: &Argument, key: &mut Key, draft: &mut Draft) {
    let value = &argument.value;
    let Some(option) = argument.name.as_deref() else {
        let what = format!("this option of {} has no name", word(kind));
        return draft.lose_of(&key.name, value.span, what);
    };
    if matches!((kind, option), ("string" | "url" | "domain", "matches")) {
        return pattern(value, key, draft);
    }
    let is_taken = match kind {
        "string" => string_option(option, value, key),
        "number" | "port" => number_option(kind, option, value, key),
        "url" => url_option(option, value, key),
        "domain" => domain_option(option, value, key),
        "ip" => ip_option(option, value, key),
        _ => false,
    };
    // An option that is switched off is the same as none.
    if !is_taken && value.flag() != Some(false) {
        let is_computed = matches!(value.form, Form::Computed | Form::Call(..));
        let why = if is_computed {
            "is computed by varlock"
        } else {
            "has no counterpart"
        };
        let what = format!("{} of {} {why}", word(option), word(kind));
        draft.lose_of(&key.name, value.span, what);
    }
}

/// Sets a keyword to the value of an option, if that is valid for the keyword; returns whether it was.
fn set(key: &mut Key, keyword: &str, json: Option<String>) -> bool {
    json.map(|json| key.set(keyword, json)).is_some()
}

fn string_option(option: &str, value: &Value, key: &mut Key) -> bool {
    match (option, value.text()) {
        ("minLength", _) => set(key, "minLength", value.count()),
        ("maxLength", _) => set(key, "maxLength", value.count()),
        ("isLength", _) => set(key, "minLength", value.count()) && set(key, "maxLength", value.count()),
        ("startsWith", Some(text)) => {
            key.pattern(&format!("^{}", escaped(text)));
            true
        }
        ("endsWith", Some(text)) => {
            key.pattern(&format!("{}$", escaped(text)));
            true
        }
        _ => false,
    }
}

fn number_option(kind: &str, option: &str, value: &Value, key: &mut Key) -> bool {
    let divisor = || value.number().filter(|number| !number.starts_with(['-', '0']));
    match (option, value.flag()) {
        ("min", _) => set(key, "minimum", value.number()),
        ("max", _) => set(key, "maximum", value.number()),
        _ if kind == "port" => false,
        ("isDivisibleBy", _) => set(key, "multipleOf", divisor()),
        ("isInt", Some(true)) => {
            key.text("type", "integer");
            true
        }
        ("precision", _) if value.text() == Some("0") => {
            key.text("type", "integer");
            true
        }
        _ => false,
    }
}

fn url_option(option: &str, value: &Value, key: &mut Key) -> bool {
    match option {
        "allowedProtocols" => {
            let Some(names) = words(value) else { return false };
            let names: Vec<String> = names.iter().map(|name| escaped(name.trim_end_matches(':'))).collect();
            key.pattern(&format!("^(?:{}):", names.join("|")));
        }
        "noTrailingSlash" if value.flag() == Some(true) => key.pattern("[^/]$"),
        "prependHttps" => {
            if value.flag() == Some(true) {
                key.remove("format");
                key.comment("varlock adds a missing https://, so the format is not required");
            }
        }
        _ => return false,
    }
    true
}

fn domain_option(option: &str, value: &Value, key: &mut Key) -> bool {
    match (option, value.flag()) {
        ("allowIp" | "allowSingleLabel", Some(true)) => key.text("format", "host"),
        ("allowWildcard", Some(true)) => {
            key.remove("format");
            key.pattern("^(?:\\*\\.)?[A-Za-z0-9.-]+$");
        }
        _ => return false,
    }
    true
}

fn ip_option(option: &str, value: &Value, key: &mut Key) -> bool {
    let format = match (option, value.text()) {
        ("version", Some("4")) => "ipv4",
        ("version", Some("6")) => "ipv6",
        _ => return false,
    };
    key.remove("anyOf");
    key.text("format", format);
    true
}

/// `"…"`, `/…/flags` or `regex("…", "flags")`
fn pattern(value: &Value, key: &mut Key, draft: &mut Draft) {
    let (source, flags) = match &value.form {
        Form::Text(text) => (text.as_str(), ""),
        Form::Word(text) => {
            let literal = text.strip_prefix('/').and_then(|rest| rest.rsplit_once('/'));
            literal.unwrap_or((text, ""))
        }
        Form::Call(name, arguments) if name == "regex" => {
            let text = |index| arguments.get(index).and_then(|one: &Argument| one.value.text());
            (text(0).unwrap_or_default(), text(1).unwrap_or_default())
        }
        _ => return draft.lose_of(&key.name, value.span, "its pattern is computed by varlock"),
    };
    if flags.bytes().any(|flag| flag != b'u') {
        let flags = word(flags);
        let what = format!("the flags {flags} of its pattern are not carried over, nor is the pattern");
        return draft.lose_of(&key.name, value.span, what);
    }
    draft.take_pattern(key, source, value.span);
}

fn words(value: &Value) -> Option<Vec<&str>> {
    match &value.form {
        Form::List(items) => items.iter().map(Value::text).collect(),
        _ => value.text().map(|text| vec![text]),
    }
}

fn choices(arguments: &[Argument], key: &mut Key, draft: &mut Draft) {
    if let Some(computed) = arguments.iter().find(|argument| argument.value.text().is_none()) {
        return draft.lose_of(&key.name, computed.value.span, "its choices are computed by varlock");
    }
    key.choices(arguments.iter().filter_map(|argument| argument.value.text()));
}

fn list(arguments: &[Argument], key: &mut Key, draft: &mut Draft) {
    key.text("type", "array");
    for argument in arguments {
        let value = &argument.value;
        let Some(option) = argument.name.as_deref() else {
            items(value, key, draft);
            continue;
        };
        if !list_option(option, value, key) {
            let what = format!("{} of \"array\" has no counterpart", word(option));
            draft.lose_of(&key.name, value.span, what);
        }
    }
    if !key.has("minItems") {
        key.set("minItems", "1");
    }
}

/// Sets the type of the items of a list.
fn items(value: &Value, key: &mut Key, draft: &mut Draft) {
    let mut item = Key::new(&key.name, key.span);
    shape(value, &mut item, draft);
    let members = item.members();
    if !members.is_empty() {
        key.set("items", format!("{{ {} }}", members.join(", ")));
    }
}

fn list_option(option: &str, value: &Value, key: &mut Key) -> bool {
    match (option, value.text(), value.flag()) {
        ("separator", Some(text), _) if !text.is_empty() => {
            key.text("separator", text);
            true
        }
        ("unique", _, Some(is_unique)) => {
            if is_unique {
                key.set("uniqueItems", "true");
            }
            true
        }
        ("minLength", ..) => set(key, "minItems", value.count()),
        ("maxLength", ..) => set(key, "maxItems", value.count()),
        ("isLength", ..) => set(key, "minItems", value.count()) && set(key, "maxItems", value.count()),
        _ => false,
    }
}
