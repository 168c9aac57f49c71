//! The lines of the file: which decorators belong to the key below them, and which to the whole file.

use super::{Defaults, is_decorated};
use crate::check::adopt::value::{Argument, Form, Reader, Value};
use crate::check::adopt::{Draft, is_a_name, word};
use crate::source::Span;

/// `@name`, `@name=value`, `@name(…)`
pub(super) struct Decorator {
    pub(super) name: String,
    pub(super) span: Span,
    pub(super) value: Option<Value>,
    /// The arguments of `@name(…)`.
    pub(super) arguments: Option<Vec<Argument>>,
}

impl Decorator {
    /// Returns the boolean that the decorator states, if it is a plain one.
    pub(super) fn flag(&self) -> Option<bool> {
        match &self.value {
            None => Some(true),
            Some(value) => value.flag(),
        }
    }
}

/// A key with its decorators, notes and value.
pub(super) struct Item {
    pub(super) name: String,
    /// The span of the name.
    pub(super) span: Span,
    pub(super) decorators: Vec<Decorator>,
    pub(super) notes: Vec<String>,
    pub(super) value: Option<Value>,
}

pub(super) struct File<'t, 'd> {
    pub(super) text: &'t str,
    pub(super) at: usize,
    pub(super) draft: &'d mut Draft,
    /// Decorators that wait for their key.
    pub(super) decorators: Vec<Decorator>,
    pub(super) notes: Vec<String>,
}

impl File<'_, '_> {
    /// Ends a comment block at a blank line or divider: pending decorators belong to no key.
    pub(super) fn detach(&mut self, is_header: bool, defaults: &mut Defaults) {
        for one in std::mem::take(&mut self.decorators) {
            if is_header || is_root(&one.name) {
                self.root(one, defaults);
            } else {
                let message = format!(
                    "@{} is above no key, so it applies to none",
                    word(&one.name).trim_matches('"')
                );
                self.draft.lose(one.span, message);
            }
        }
        self.notes.clear();
    }

    /// Reads the decorators of a comment line, which continue on the next line while a bracket is open.
    pub(super) fn decorators_of(&mut self, start: usize, line_end: usize) {
        let mut reader = Reader {
            text: self.text,
            at: start,
            end: self.text.len(),
        };
        while reader.at < line_end.max(self.at.saturating_sub(1)) && reader.peek() == Some(b'@') {
            let begin = reader.at;
            reader.at += 1;
            let Some(name) = reader.name() else { break };
            let name_end = reader.at;
            let (mut value, mut arguments) = (None, None);
            if reader.take(b'=') {
                value = reader.value(b" \t#\r\n", 0);
            } else if reader.take(b'(') {
                arguments = reader.arguments(b')', 0);
            }
            if value.is_none() && arguments.is_none() && reader.at > name_end {
                self.draft
                    .lose(Span::new(begin, line_end), format!("@{name} can't be read"));
                self.at = self.at.max(line_end + 1);
                return;
            }
            self.decorators.push(Decorator {
                name,
                span: Span::new(begin, reader.at.min(self.text.len()).max(name_end)),
                value,
                arguments,
            });
            reader.blanks();
        }
        if reader.at > line_end {
            // The decorator spanned further lines.
            let end = self.text[reader.at..]
                .find('\n')
                .map_or(self.text.len(), |len| reader.at + len);
            self.at = end + 1;
        }
    }

    /// Applies a decorator to the whole file.
    pub(super) fn root(&mut self, one: Decorator, defaults: &mut Defaults) {
        let mut lose = |what: &str| self.draft.lose(one.span, format!("@{} {what}", one.name));
        match (one.name.as_str(), &one.value) {
            ("currentEnv", Some(value)) => {
                let name = self.text[value.span.range()]
                    .trim_start_matches(['$', '{'])
                    .trim_end_matches('}');
                defaults.environment_key = Some(name.to_owned()).filter(|name| is_a_name(name));
            }
            ("envFlag", Some(value)) => {
                defaults.environment_key = value.text().map(str::to_owned).filter(|name| is_a_name(name))
            }
            ("defaultRequired", value) => match value.as_ref().map(|value| (value.flag(), value.text())) {
                None => defaults.required = Some(true),
                Some((Some(flag), _)) => defaults.required = Some(flag),
                Some((None, Some("infer"))) => defaults.required = None,
                Some(_) => lose("depends on what only varlock can compute: keys with a value are taken as required"),
            },
            ("defaultSensitive", value) => match value.as_ref().map(|value| &value.form) {
                None => defaults.sensitive = true,
                Some(Form::Call(name, arguments)) if name == "inferFromPrefix" && arguments.len() == 1 => {
                    defaults.public = arguments[0].value.text().map(str::to_owned);
                }
                Some(Form::Word(word)) if word == "true" || word == "false" => defaults.sensitive = word == "true",
                Some(_) => lose("depends on what only varlock can compute: keys are taken as sensitive"),
            },
            ("import", _) => lose("is not followed: convert that file by itself"),
            ("setValuesBulk", _) => lose("sets values from elsewhere: envgate checks what is in the env files"),
            ("plugin", _) => lose("is not loaded: its types and functions mean nothing to envgate"),
            ("disable", _) => lose("is ignored: the keys are carried over"),
            ("generateTypes" | "generateTsTypes", _) => lose("is what `envgate types --output FILE` does"),
            _ => lose("has no counterpart"),
        }
    }

    /// `NAME=value # comment`, whose value may span lines.
    pub(super) fn item(&mut self, start: usize, line_end: usize, notes: Vec<String>) -> Option<Item> {
        let line = &self.text[start..line_end];
        let lead = line.len() - line.trim_start().len();
        let body = line
            .trim_start()
            .strip_prefix("export ")
            .map_or(line.trim_start(), str::trim_start);
        let at = start + lead + (line.trim_start().len() - body.len());
        let name = body.split('=').next().unwrap_or_default().trim_end();
        let mut decorators = std::mem::take(&mut self.decorators);
        if !is_a_name(name) || !body.contains('=') {
            self.draft.lose(Span::new(at, line_end), "this line declares no key");
            return None;
        }
        let mut reader = Reader {
            text: self.text,
            at: at + body.find('=').unwrap_or_default() + 1,
            end: self.text.len(),
        };
        reader.blanks();
        let value = match reader.peek() {
            None | Some(b'\n' | b'\r' | b'#') => None,
            Some(_) => self.value(&mut reader, line_end),
        };
        if reader.at > line_end {
            let end = self.text[reader.at.min(self.text.len())..]
                .find('\n')
                .map_or(self.text.len(), |len| reader.at + len);
            self.at = self.at.max(end + 1);
        }
        // Decorators may also follow the value.
        let rest = &self.text[reader.at.min(line_end)..line_end];
        if let Some(hash) = rest.find('#') {
            let comment = &rest[hash + 1..];
            let inner = comment.trim_start();
            if is_decorated(inner) {
                let after = self.at;
                self.decorators_of(line_end - inner.len(), line_end);
                self.at = self.at.max(after);
                decorators.append(&mut self.decorators);
            }
        }
        Some(Item {
            name: name.to_owned(),
            span: Span::new(at, at + name.len()),
            decorators,
            notes,
            value,
        })
    }

    fn value(&self, reader: &mut Reader<'_>, line_end: usize) -> Option<Value> {
        let start = reader.at;
        for fence in ["```", "\"\"\""] {
            if self.text[start..].starts_with(fence) {
                let inner = start + fence.len();
                let end = self.text[inner..]
                    .find(fence)
                    .map_or(self.text.len(), |len| inner + len);
                reader.at = (end + fence.len()).min(self.text.len());
                let form = Form::Text(self.text[inner..end].trim_matches('\n').to_owned());
                return Some(Value {
                    span: Span::new(start, end),
                    form,
                });
            }
        }
        if let Some(mut value) = reader.value(b"#\r\n", 0) {
            if let Form::Word(word) = &mut value.form {
                *word = word.trim_end().to_owned();
            }
            return Some(value);
        }
        let Some(len) = over_lines(&self.text[start..]) else {
            // Something is not closed; its contents are not needed.
            reader.at = line_end;
            return Some(Value {
                span: Span::new(start, line_end),
                form: Form::Computed,
            });
        };
        reader.at = start + len;
        let text = self.text[start + 1..reader.at - 1].to_owned();
        let is_computed = text.contains("${") && !self.text[start..].starts_with('\'');
        Some(Value {
            span: Span::new(start, reader.at),
            form: if is_computed { Form::Computed } else { Form::Text(text) },
        })
    }
}

/// Returns the length of a quoted text that may span lines.
fn over_lines(rest: &str) -> Option<usize> {
    let quote = rest.bytes().next().filter(|byte| matches!(byte, b'"' | b'\''))?;
    let mut is_escaped = false;
    let inner = rest.bytes().skip(1).position(|byte| {
        let ends = byte == quote && !is_escaped;
        is_escaped = byte == b'\\' && !is_escaped;
        ends
    })?;
    Some(inner + 2)
}

pub(super) fn is_root(name: &str) -> bool {
    [
        "currentEnv",
        "envFlag",
        "defaultRequired",
        "defaultSensitive",
        "defaultDynamic",
        "disable",
        "import",
        "setValuesBulk",
        "plugin",
        "cache",
        "generateTypes",
        "generateTsTypes",
        "redactLogs",
        "preventLeaks",
        "encryptInjectedEnv",
        "resolveFrom",
    ]
    .contains(&name)
        || name.starts_with("init") && name.len() > 4
        || name.starts_with("generate")
}
