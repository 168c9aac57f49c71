//! `Envfile` of dotenvx: declarations in a Ruby-like syntax, for all files or for one of them.
//!
//! ```text
//! env "PORT", type: "port", redacted: false
//! file ".env.production" do
//!   env "API_KEY", min: 32
//! end
//! ```

use super::value::{Argument, Form, Reader, Value};
use super::{Draft, Key, Refused, is_a_name, quoted, word};
use crate::source::Span;

/// Whether a text is an `Envfile`.
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
        let span = Span::new(at, line_end);
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
                let name = file(reader)
                    .ok_or_else(|| broken(draft, span, "`file` is followed by the name of a file in quotes"))?;
                if !files.contains(&name) {
                    files.push(name.clone());
                }
                block = Some(name);
            }
            "env" => {
                let (declaration, end) = declaration(reader).ok_or_else(|| {
                    let form = "`env` is followed by a name in quotes, and options after commas";
                    broken(draft, span, form)
                })?;
                if end > line_end {
                    next = text[end..].find('\n').map_or(text.len(), |len| end + len) + 1;
                }
                declare(declaration, block.as_deref(), draft);
            }
            "strict" => draft.lose(
                span,
                "strict: a check of envgate always ends with 1 when something is wrong",
            ),
            _ => draft.lose(span, format!("{} has no counterpart", word(&first))),
        }
        start = next;
    }
    if !files.is_empty() {
        draft.root.push(("environments", environments(&files)));
    }
    Ok(())
}

fn broken(draft: &Draft, span: Span, message: &str) -> Refused {
    Refused {
        span: Some(draft.in_file(span)),
        message: format!("this is not an Envfile: {message}"),
        help: "`dotenvx check` says the same".to_owned(),
    }
}

/// Reads the name after `file`.
fn file(mut reader: Reader<'_>) -> Option<String> {
    reader.blanks();
    let name = reader.value(b" \t\r\n", 0)?;
    name.text().map(str::to_owned)
}

/// Returns the `environments` of the schema: one for each file, after that of `.env`.
fn environments(files: &[String]) -> String {
    let mut members = vec!["    \"default\": { \"files\": [\".env\"] }".to_owned()];
    members.extend(files.iter().map(|file| {
        let name = quoted(&environment(file));
        format!("    {name}: {{ \"files\": [{}] }}", quoted(file))
    }));
    format!("{{\n{}\n  }}", members.join(",\n"))
}

/// Returns the name of a file's environment: `.env.production` belongs to `production`; other files give their own name.
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
    /// The span of the name.
    span: Span,
    options: Vec<Argument>,
}

/// Reads what follows `env`: the name, then any number of `, option: value`. Also returns where that ends.
fn declaration(mut reader: Reader<'_>) -> Option<(Declaration, usize)> {
    reader.blanks();
    let value = reader.value(b" \t\r\n,", 0)?;
    let name = value.text().filter(|name| is_a_name(name))?.to_owned();
    let mut options = Vec::new();
    loop {
        reader.blanks();
        if !reader.take(b',') {
            break;
        }
        // After a comma, the declaration may continue on the next line.
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
    let declaration = Declaration {
        name,
        span: value.span,
        options,
    };
    Some((declaration, reader.at))
}

fn declare(one: Declaration, block: Option<&str>, draft: &mut Draft) {
    let mut key = Key::new(&one.name, one.span);
    let kind = one.options.iter().find(|option| option.name.as_deref() == Some("type"));
    if let Some(kind) = kind {
        draft.take_type(&mut key, kind.value.text().unwrap_or_default(), kind.value.span);
    }
    let is_number = key.has("type");
    let mut stated = Stated {
        required: true,
        redacted: None,
    };
    for one in &one.options {
        option(one, is_number, &mut stated, &mut key, draft);
    }
    match stated.redacted {
        Some(true) => key.set("secret", "true"),
        Some(false) => {}
        None if is_number || key.has("enum") => {}
        None => key.guess_secret(),
    }
    match block {
        None if draft.is_duplicate(&one.name, one.span) => {}
        None => {
            key.required = stated.required;
            draft.keys.push(key);
        }
        Some(file) => overlay(key, stated.required, &environment(file), draft),
    }
}

/// Options that don't become keywords of the key.
struct Stated {
    required: bool,
    redacted: Option<bool>,
}

/// Reads one option, such as `min: 32`.
fn option(option: &Argument, is_number: bool, stated: &mut Stated, key: &mut Key, draft: &mut Draft) {
    let (name, value) = (option.name.as_deref().unwrap_or_default(), &option.value);
    let key_name = key.name.clone();
    let mut lose = |what: &str| draft.lose_of(&key_name, value.span, format_args!("{name} {what}"));
    match (name, value.flag()) {
        ("type", _) => {}
        ("required", Some(flag)) => stated.required = flag,
        ("optional", Some(flag)) => stated.required = !flag,
        ("redacted" | "redact", Some(flag)) => stated.redacted = Some(flag),
        ("min" | "max", _) => {
            let keyword = match (name, is_number) {
                ("min", true) => "minimum",
                ("min", false) => "minLength",
                (_, true) => "maximum",
                (_, false) => "maxLength",
            };
            let limit = if is_number { value.number() } else { value.count() };
            match limit {
                Some(limit) => key.set(keyword, limit),
                None => lose("is not a number"),
            }
        }
        ("enum", _) => match &value.form {
            Form::List(items) if items.iter().all(|item| item.text().is_some()) && !items.is_empty() => {
                key.choices(items.iter().filter_map(Value::text));
            }
            _ => lose("is not a list of strings"),
        },
        ("encrypted", flag) => {
            if flag == Some(true) {
                stated.redacted = stated.redacted.or(flag);
            }
            lose("is not carried over: envgate checks values, not how a file is encrypted");
        }
        ("proxy", _) => lose("has no counterpart"),
        _ => lose("is not known to envgate"),
    }
}

/// Overlays what one file declares on what is declared for all.
fn overlay(key: Key, required: bool, environment: &str, draft: &mut Draft) {
    let position = draft.keys.iter().position(|other| other.name == key.name);
    let index = position.unwrap_or_else(|| {
        draft.keys.push(Key::new(&key.name, key.span));
        draft.keys.len() - 1
    });
    let whole = &mut draft.keys[index];
    if key.is_secret() && !whole.is_secret() {
        whole.set("secret", "true");
    }
    let mut own = key;
    own.remove("secret");
    let members = own.members();
    if !members.is_empty() {
        let item = format!("{}: {{ {} }}", quoted(environment), members.join(", "));
        whole.append("in", item, ["{ ", " }"]);
    }
    if required && !whole.required {
        whole.append("requiredIn", quoted(environment), ["[", "]"]);
    }
}
