//! `Envfile` of dotenvx: declarations that look like Ruby, for all files or for one.
//!
//! ```text
//! env "PORT", type: "port", redacted: false
//! file ".env.production" do
//!   env "API_KEY", min: 32
//! end
//! ```

use super::value::{Argument, Form, Reader, Value};
use super::{Draft, Key, Refused, is_a_name, quoted, shown, simple_type, word};
use crate::source::Span;

/// Whether a text is one.
pub(super) fn is_one(text: &str) -> bool {
    text.lines().any(|line| {
        let line = line.trim_start();
        ["env \"", "env '", "env  "].iter().any(|start| line.starts_with(start))
    })
}

/// Reads a whole file.
pub(super) fn read(text: &str, draft: &mut Draft) -> Result<(), Refused> {
    let mut block: Option<String> = None;
    let mut files: Vec<String> = Vec::new();
    let mut start = 0;
    while start < text.len() {
        let line_end = text[start..].find('\n').map_or(text.len(), |len| start + len);
        let line = text[start..line_end].trim_end_matches('\r');
        let trimmed = line.trim_start();
        let at = start + (line.len() - trimmed.len());
        let mut next = line_end + 1;
        let mut reader = Reader {
            text,
            at,
            end: text.len(),
        };
        let first = reader.name().unwrap_or_default();
        match first.as_str() {
            _ if trimmed.is_empty() || trimmed.starts_with('#') => {}
            "end" => block = None,
            "file" => {
                reader.blanks();
                match reader.value(b" \t\r\n", 0).as_ref().and_then(Value::text) {
                    Some(name) => {
                        if !files.contains(&name.to_owned()) {
                            files.push(name.to_owned());
                        }
                        block = Some(name.to_owned());
                    }
                    None => {
                        return Err(broken(
                            draft,
                            at,
                            line_end,
                            "`file` is followed by the name of a file in quotes",
                        ));
                    }
                }
            }
            "env" => {
                let Some((declaration, end)) = declaration(reader) else {
                    return Err(broken(
                        draft,
                        at,
                        line_end,
                        "`env` is followed by a name in quotes, and options behind commas",
                    ));
                };
                if end > line_end {
                    next = text[end..].find('\n').map_or(text.len(), |len| end + len) + 1;
                }
                declare(declaration, block.as_deref(), draft);
            }
            "strict" => draft.lose(
                at,
                line_end,
                "strict: a check of envgate always ends with 1 when something is wrong",
            ),
            _ => draft.lose(at, line_end, format!("{} has no counterpart", word(&first))),
        }
        start = next;
    }
    if !files.is_empty() {
        let base = "    \"default\": { \"files\": [\".env\"] }".to_owned();
        let each = files.iter().map(|file| {
            format!(
                "    {}: {{ \"files\": [{}] }}",
                quoted(&environment(file)),
                quoted(file)
            )
        });
        let each: Vec<String> = std::iter::once(base).chain(each).collect();
        draft
            .root
            .push(("environments", format!("{{\n{}\n  }}", each.join(",\n"))));
    }
    Ok(())
}

fn broken(draft: &Draft, start: usize, end: usize, message: &str) -> Refused {
    Refused {
        span: Some(Span::new(start + draft.shift, end + draft.shift)),
        message: format!("this is not an Envfile: {message}"),
        help: "`dotenvx check` says the same".to_owned(),
    }
}

/// `.env.production` is of production; another name stands for itself.
fn environment(file: &str) -> String {
    let name = file.rsplit('/').next().unwrap_or(file);
    let name = name.strip_prefix(".env.").unwrap_or(name);
    let is_plain = !name.is_empty()
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
    if is_plain && name != "default" {
        name.to_owned()
    } else {
        format!(
            "file-{}",
            name.replace(|letter: char| !letter.is_ascii_alphanumeric(), "-")
        )
    }
}

struct Declaration {
    name: String,
    start: usize,
    end: usize,
    options: Vec<Argument>,
}

/// Behind `env`: the name, and `, option: value` as often as there is a comma. Where that ends.
fn declaration(mut reader: Reader<'_>) -> Option<(Declaration, usize)> {
    reader.blanks();
    let start = reader.at;
    let name = reader.value(b" \t\r\n,", 0)?;
    let (name, end) = (name.text().filter(|name| is_a_name(name))?.to_owned(), name.end);
    let mut options = Vec::new();
    loop {
        reader.blanks();
        if !reader.take(b',') {
            break;
        }
        // A comma lets it go on on the next line.
        while matches!(reader.peek(), Some(b' ' | b'\t' | b'\r' | b'\n')) {
            reader.at += 1;
        }
        let option = reader.name()?;
        if !reader.take(b':') {
            return None;
        }
        reader.blanks();
        let value = reader.value(b" \t\r\n,#", 0)?;
        options.push(Argument {
            name: Some(option),
            value,
        });
    }
    let at = reader.at;
    Some((
        Declaration {
            name,
            start,
            end,
            options,
        },
        at,
    ))
}

fn declare(one: Declaration, block: Option<&str>, draft: &mut Draft) {
    let mut key = Key::new(&one.name);
    let mut required = true;
    let mut redacted = None;
    let find = |name: &str| {
        one.options
            .iter()
            .find(|option| option.name.as_deref() == Some(name))
            .map(|option| &option.value)
    };
    if let Some(kind) = find("type")
        && !kind.text().is_some_and(|name| simple_type(&mut key, name))
    {
        let name = kind.text().unwrap_or_default();
        draft.lose(
            kind.start,
            kind.end,
            format!("{}: {} is not a type that envgate has", shown(&one.name), word(name)),
        );
    }
    let is_number = key.has("type");
    for option in &one.options {
        let (name, value) = (option.name.as_deref().unwrap_or_default(), &option.value);
        let told = |what: &str| format!("{}: {name} {what}", shown(&one.name));
        match name {
            "type" => {}
            "required" if value.flag().is_some() => required = value.flag() != Some(false),
            "optional" if value.flag().is_some() => required = value.flag() != Some(true),
            "redacted" | "redact" if value.flag().is_some() => redacted = value.flag(),
            "min" | "max" => {
                let word = match (name, is_number) {
                    ("min", true) => "minimum",
                    ("min", false) => "minLength",
                    (_, true) => "maximum",
                    (_, false) => "maxLength",
                };
                let limit = if is_number { value.number() } else { value.count() };
                match limit {
                    Some(limit) => key.set(word, limit),
                    None => draft.lose(value.start, value.end, told("is no number")),
                }
            }
            "enum" => match &value.form {
                Form::List(items) if items.iter().all(|item| item.text().is_some()) && !items.is_empty() => {
                    let mut words: Vec<String> = items.iter().filter_map(Value::text).map(quoted).collect();
                    words.dedup();
                    key.set("enum", format!("[{}]", words.join(", ")));
                }
                _ => draft.lose(value.start, value.end, told("is not a list of strings")),
            },
            "encrypted" => {
                if value.flag() == Some(true) {
                    redacted = redacted.or(Some(true));
                }
                draft.lose(
                    value.start,
                    value.end,
                    told("is not carried over: envgate checks values, not how a file is encrypted"),
                );
            }
            "proxy" => draft.lose(value.start, value.end, told("has no counterpart")),
            _ => draft.lose(value.start, value.end, told("is not known to envgate")),
        }
    }
    match redacted {
        Some(true) => key.set("secret", "true"),
        Some(false) => {}
        None if is_number || key.has("enum") => {}
        None => key.guess_secret(),
    }
    match block {
        None => {
            if draft.keys.iter().any(|other| other.name == one.name) {
                return draft.lose(
                    one.start,
                    one.end,
                    format!("{} is declared again: the first time counts", shown(&one.name)),
                );
            }
            key.required = required;
            draft.keys.push(key);
        }
        Some(file) => in_file(key, required, &environment(file), draft),
    }
}

/// What is said for one file, laid over what is said for all.
fn in_file(key: Key, required: bool, environment: &str, draft: &mut Draft) {
    let index = draft
        .keys
        .iter()
        .position(|other| other.name == key.name)
        .unwrap_or_else(|| {
            draft.keys.push(Key::new(&key.name));
            draft.keys.len() - 1
        });
    let whole = &mut draft.keys[index];
    if key.is_secret() && !whole.is_secret() {
        whole.set("secret", "true");
    }
    let words: Vec<String> = key
        .words
        .iter()
        .filter(|(word, _)| word != "secret")
        .map(|(word, json)| format!("{}: {json}", quoted(word)))
        .collect();
    let mut add = |word: &str, item: String, open: &str, close: &str| {
        let before = whole
            .words
            .iter()
            .find(|(other, _)| other == word)
            .map(|(_, json)| json.clone());
        let json = match before {
            Some(before) => format!("{}, {item}{close}", before.trim_end_matches(close.trim_start())),
            None => format!("{open}{item}{close}"),
        };
        whole.set(word, json);
    };
    if !words.is_empty() {
        add(
            "in",
            format!("{}: {{ {} }}", quoted(environment), words.join(", ")),
            "{ ",
            " }",
        );
    }
    if required && !whole_required(draft, index) {
        let whole = &mut draft.keys[index];
        let before = whole
            .words
            .iter()
            .find(|(word, _)| word == "requiredIn")
            .map(|(_, json)| json.clone());
        let json = match before {
            Some(before) => format!("{}, {}]", before.trim_end_matches(']'), quoted(environment)),
            None => format!("[{}]", quoted(environment)),
        };
        whole.set("requiredIn", json);
    }
}

fn whole_required(draft: &Draft, index: usize) -> bool {
    draft.keys[index].required
}
