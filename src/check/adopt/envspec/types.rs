//! `@type`: what varlock's types and their options are in JSON Schema.

use super::lines::Decorator;
use crate::check::adopt::value::{Argument, Form, Value};
use crate::check::adopt::{Draft, Key, escaped, quoted, shown, simple_type, take_pattern, word};

/// `@type=name` or `@type=name(…)`
pub(super) fn read(one: &Decorator, key: &mut Key, draft: &mut Draft) {
    let Some(value) = &one.value else {
        return draft.lose(one.start, one.end, format!("{}: @type names no type", shown(&key.name)));
    };
    shape(value, key, draft);
}

fn shape(value: &Value, key: &mut Key, draft: &mut Draft) {
    let (name, arguments): (&str, &[Argument]) = match &value.form {
        Form::Word(name) => (name, &[]),
        Form::Call(name, arguments) => (name, arguments),
        _ => {
            let message = format!("{}: its type is computed by varlock", shown(&key.name));
            return draft.lose(value.start, value.end, message);
        }
    };
    match name {
        "enum" => return choices(arguments, key, draft),
        "array" => return list(arguments, key, draft),
        "simple-object" | "record" => {
            key.text("type", "object");
            if !arguments.is_empty() {
                draft.lose(
                    value.start,
                    value.end,
                    format!("{}: what a record holds is not checked", shown(&key.name)),
                );
            }
            return;
        }
        "isoDate" => key.set("anyOf", "[{ \"format\": \"date\" }, { \"format\": \"date-time\" }]"),
        "md5" => key.pattern("^[0-9a-fA-F]{32}$"),
        "domain" => key.text("format", "hostname"),
        "duration" => key.pattern("^[0-9]+(?:\\.[0-9]+)?\\s*[a-z]*$"),
        // Its port may be 0.
        _ if simple_type(key, name) => {}
        _ => {
            return draft.lose(
                value.start,
                value.end,
                format!("{}: {} is not a type that envgate has", shown(&key.name), word(name)),
            );
        }
    }
    for argument in arguments {
        option(name, argument, key, draft);
    }
}

/// `minLength=5`
fn option(kind: &str, argument: &Argument, key: &mut Key, draft: &mut Draft) {
    let value = &argument.value;
    let place = (value.start, value.end);
    let Some(option) = argument.name.as_deref() else {
        return draft.lose(
            place.0,
            place.1,
            format!("{}: this option of {} has no name", shown(&key.name), word(kind)),
        );
    };
    let text = value.text();
    let mut set = |word: &str, json: Option<String>| match json {
        Some(json) => {
            key.set(word, json);
            true
        }
        None => false,
    };
    let taken = match (kind, option) {
        ("string", "minLength") => set("minLength", value.count()),
        ("string", "maxLength") => set("maxLength", value.count()),
        ("string", "isLength") => set("minLength", value.count()) && set("maxLength", value.count()),
        ("number" | "port", "min") => set("minimum", value.number()),
        ("number" | "port", "max") => set("maximum", value.number()),
        ("number", "isDivisibleBy") => set(
            "multipleOf",
            value.number().filter(|number| !number.starts_with(['-', '0'])),
        ),
        ("number", "isInt") if value.flag().is_some() => {
            if value.flag() == Some(true) {
                key.text("type", "integer");
            }
            true
        }
        ("number", "precision") if text == Some("0") => {
            key.text("type", "integer");
            true
        }
        ("ip", "version") if matches!(text, Some("4" | "6")) => {
            key.words.retain(|(word, _)| word != "anyOf");
            key.text("format", if text == Some("4") { "ipv4" } else { "ipv6" });
            true
        }
        ("string", "startsWith") if text.is_some() => {
            key.pattern(&format!("^{}", escaped(text.unwrap_or_default())));
            true
        }
        ("string", "endsWith") if text.is_some() => {
            key.pattern(&format!("{}$", escaped(text.unwrap_or_default())));
            true
        }
        ("string" | "url" | "domain", "matches") => return pattern(value, key, draft),
        ("url", "allowedProtocols") => match words(value) {
            Some(names) => {
                let names: Vec<String> = names.iter().map(|name| escaped(name.trim_end_matches(':'))).collect();
                key.pattern(&format!("^(?:{}):", names.join("|")));
                true
            }
            None => false,
        },
        ("url", "noTrailingSlash") if value.flag() == Some(true) => {
            key.pattern("[^/]$");
            true
        }
        ("url", "prependHttps") => {
            if value.flag() == Some(true) {
                key.words.retain(|(word, _)| word != "format");
                key.comment("varlock puts https:// in front where it is missing: so the format is not asked for");
            }
            true
        }
        ("domain", "allowIp" | "allowSingleLabel") if value.flag() == Some(true) => {
            key.text("format", "host");
            true
        }
        ("domain", "allowWildcard") if value.flag() == Some(true) => {
            key.words.retain(|(word, _)| word != "format");
            key.pattern("^(?:\\*\\.)?[A-Za-z0-9.-]+$");
            true
        }
        // What it is if nobody says so.
        (_, _) if value.flag() == Some(false) => true,
        _ => false,
    };
    if !taken {
        let computed = matches!(value.form, Form::Computed | Form::Call(..));
        let why = if computed {
            "is computed by varlock"
        } else {
            "has no counterpart"
        };
        draft.lose(
            place.0,
            place.1,
            format!("{}: {} of {} {why}", shown(&key.name), word(option), word(kind)),
        );
    }
}

/// `"…"`, `/…/flags` or `regex("…", "flags")`
fn pattern(value: &Value, key: &mut Key, draft: &mut Draft) {
    let place = (value.start, value.end);
    let (source, flags) = match &value.form {
        Form::Text(text) => (text.clone(), String::new()),
        Form::Word(text) => match text.strip_prefix('/').and_then(|rest| rest.rsplit_once('/')) {
            Some((source, flags)) => (source.to_owned(), flags.to_owned()),
            None => (text.clone(), String::new()),
        },
        Form::Call(name, arguments) if name == "regex" => {
            let text = |index: usize| {
                arguments
                    .get(index)
                    .and_then(|argument| argument.value.text())
                    .unwrap_or_default()
                    .to_owned()
            };
            (text(0), text(1))
        }
        _ => {
            return draft.lose(
                place.0,
                place.1,
                format!("{}: its pattern is computed by varlock", shown(&key.name)),
            );
        }
    };
    if flags.bytes().any(|flag| flag != b'u') {
        let message = format!(
            "{}: the flags {} of its pattern are not carried over, nor is the pattern",
            shown(&key.name),
            word(&flags)
        );
        return draft.lose(place.0, place.1, message);
    }
    take_pattern(draft, key, &source, place);
}

fn words(value: &Value) -> Option<Vec<String>> {
    match &value.form {
        Form::List(items) => items.iter().map(|item| item.text().map(str::to_owned)).collect(),
        _ => value.text().map(|text| vec![text.to_owned()]),
    }
}

fn choices(arguments: &[Argument], key: &mut Key, draft: &mut Draft) {
    let mut words = Vec::new();
    for argument in arguments {
        match argument.value.text() {
            Some(text) => words.push(quoted(text)),
            None => {
                let message = format!("{}: its choices are computed by varlock", shown(&key.name));
                return draft.lose(argument.value.start, argument.value.end, message);
            }
        }
    }
    if !words.is_empty() {
        words.dedup();
        key.set("enum", format!("[{}]", words.join(", ")));
    }
}

fn list(arguments: &[Argument], key: &mut Key, draft: &mut Draft) {
    key.text("type", "array");
    for argument in arguments {
        let value = &argument.value;
        let taken = match argument.name.as_deref() {
            None => {
                let mut item = Key::new(&key.name);
                shape(value, &mut item, draft);
                if !item.words.is_empty() {
                    let words: Vec<String> = item
                        .words
                        .iter()
                        .map(|(word, json)| format!("{}: {json}", quoted(word)))
                        .collect();
                    key.set("items", format!("{{ {} }}", words.join(", ")));
                }
                true
            }
            Some("separator") => match value.text().filter(|text| !text.is_empty()) {
                Some(text) => {
                    key.text("separator", text);
                    true
                }
                None => false,
            },
            Some("unique") if value.flag().is_some() => {
                if value.flag() == Some(true) {
                    key.set("uniqueItems", "true");
                }
                true
            }
            Some(name @ ("minLength" | "maxLength" | "isLength")) => match value.count() {
                Some(count) => {
                    if name != "maxLength" {
                        key.set("minItems", count.clone());
                    }
                    if name != "minLength" {
                        key.set("maxItems", count);
                    }
                    true
                }
                None => false,
            },
            Some(_) => false,
        };
        if !taken {
            let name = argument.name.as_deref().unwrap_or_default();
            draft.lose(
                value.start,
                value.end,
                format!("{}: {} of \"array\" has no counterpart", shown(&key.name), word(name)),
            );
        }
    }
    if !key.has("minItems") {
        key.set("minItems", "1");
    }
}
