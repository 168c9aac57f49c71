//! Converts one key: what its decorators and its value say, as keywords of a schema.

use super::lines::{Decorator, Item};
use super::{Defaults, types};
use crate::check::adopt::value::{Form, Value};
use crate::check::adopt::{Draft, Key, quoted};

/// Adds the key that an item declares.
pub(super) fn add(item: &Item, defaults: &Defaults, environments: &[String], draft: &mut Draft) {
    if draft.is_duplicate(&item.name, item.span) {
        return;
    }
    let mut reading = Reading::new(item, defaults);
    for one in &item.decorators {
        reading.decorator(one, environments, draft);
    }
    reading.infer_type();
    reading.keep_secret();
    reading.describe();
    reading.take_value(draft);
    draft.keys.push(reading.finish());
}

/// A key under conversion.
struct Reading<'i> {
    item: &'i Item,
    key: Key,
    /// Whether the item gives it a value, literal or computed.
    has_value: bool,
    required: bool,
    required_in: Vec<String>,
    sensitive: bool,
    /// Whether a decorator says explicitly that it is sensitive or not.
    is_explicit: bool,
    is_environment: bool,
    notes: Vec<String>,
}

impl<'i> Reading<'i> {
    fn new(item: &'i Item, defaults: &Defaults) -> Reading<'i> {
        let text = item.value.as_ref().and_then(Value::text);
        let has_value = item.value.is_some() && !matches!(text, Some("" | "undefined"));
        let is_public = |prefix: &String| item.name.starts_with(prefix.as_str());
        Reading {
            item,
            key: Key::new(&item.name, item.span),
            has_value,
            required: defaults.required.unwrap_or(has_value),
            required_in: Vec::new(),
            sensitive: defaults.sensitive && !defaults.public.as_ref().is_some_and(is_public),
            is_explicit: false,
            is_environment: defaults.environment_key.as_ref() == Some(&item.name),
            notes: item.notes.clone(),
        }
    }

    fn decorator(&mut self, one: &Decorator, environments: &[String], draft: &mut Draft) {
        let mut lose = |what: &str| draft.lose_of(&self.item.name, one.span, format_args!("@{} {what}", one.name));
        match (one.name.as_str(), one.flag()) {
            ("required", Some(flag)) => self.required = flag,
            ("optional", Some(flag)) => self.required = !flag,
            ("sensitive", Some(flag)) => (self.sensitive, self.is_explicit) = (flag, true),
            ("public", Some(flag)) => (self.sensitive, self.is_explicit) = (!flag, true),
            ("required", None) => match for_environments(one, environments) {
                Some(named) => (self.required_in, self.required) = (named, false),
                None => lose("depends on what only varlock can compute: use requiredIn, or if and then"),
            },
            ("sensitive", None) => {
                (self.sensitive, self.is_explicit) = (true, true);
                lose("has options that have no counterpart: it is a secret");
            }
            ("type", _) => types::read(one, &mut self.key, draft),
            ("example", _) => match one.value.as_ref().and_then(Value::text) {
                Some(text) => self.key.set("examples", format!("[{}]", quoted(text))),
                None => lose("has no text"),
            },
            ("docs" | "docsUrl", _) => {
                let arguments = one.arguments.iter().flatten().map(|argument| &argument.value);
                let said = arguments.chain(&one.value).filter_map(Value::text);
                self.notes.extend(said.map(str::to_owned));
            }
            ("deprecated", flag) => {
                if flag != Some(false) {
                    self.key.set("deprecated", "true");
                }
                let why = one.value.as_ref().filter(|value| value.flag().is_none());
                self.notes.extend(why.and_then(Value::text).map(str::to_owned));
            }
            ("internal" | "dynamic" | "static" | "icon" | "tag" | "auditIgnore", _) => lose("has no counterpart"),
            _ => lose("is not known to envgate"),
        }
    }

    /// Infers the type from an unquoted value if nothing else states it, as varlock does.
    fn infer_type(&mut self) {
        let is_beside = |(word, _): &(String, String)| word == "examples" || word == "deprecated";
        if self.key.words.iter().all(is_beside)
            && let Some(Value {
                form: Form::Word(word), ..
            }) = &self.item.value
        {
            infer(word, &mut self.key);
        }
    }

    /// Marks the key as secret if varlock treats it as sensitive, and removes the examples of a secret.
    fn keep_secret(&mut self) {
        let key = &mut self.key;
        let is_harmless = SCALARS.iter().any(|name| key.is_of_type(name)) || key.has("enum") || self.is_environment;
        if self.sensitive && (self.is_explicit || !is_harmless) {
            key.set("secret", "true");
            if !self.is_explicit {
                key.comment("secret, since varlock treats every key as sensitive that is not marked public");
            }
        }
        if key.is_secret() && key.has("examples") {
            key.remove("examples");
            key.comment("its example is left out, since it is a secret");
        }
    }

    fn describe(&mut self) {
        if !self.notes.is_empty() {
            self.key.text("description", &self.notes.join("\n"));
        }
    }

    fn take_value(&mut self, draft: &mut Draft) {
        let Some(value) = self.item.value.as_ref().filter(|_| self.has_value) else {
            return;
        };
        let what = match &value.form {
            Form::Word(text) | Form::Text(text) => return default(&mut self.key, text),
            Form::List(_) | Form::Object => "its list or record is no default here",
            _ => "its value is computed by varlock",
        };
        let is_required = self.required || !self.required_in.is_empty();
        let so = if is_required {
            "; envgate requires it to be set"
        } else {
            ""
        };
        draft.lose_of(&self.item.name, value.span, format_args!("{what}{so}"));
    }

    fn finish(mut self) -> Key {
        if !self.required_in.is_empty() {
            let names: Vec<String> = self.required_in.iter().map(|name| quoted(name)).collect();
            self.key.set("requiredIn", format!("[{}]", names.join(", ")));
        }
        let is_static = self.item.value.as_ref().is_some_and(|value| value.text().is_some());
        if self.required && is_static && self.has_value && self.key.has("default") {
            self.key.satisfy_required_by_default();
        } else {
            self.key.required = self.required;
        }
        self.key
    }
}

/// Types that no secret has.
const SCALARS: [&str; 3] = ["integer", "number", "boolean"];

/// Returns the environments in `forEnv(…)`, if the value is nothing else and the schema has all of them.
fn for_environments(one: &Decorator, environments: &[String]) -> Option<Vec<String>> {
    match &one.value.as_ref()?.form {
        Form::Call(name, arguments) if name == "forEnv" => {
            let names = arguments.iter().map(|argument| Some(argument.value.text()?.to_owned()));
            let names: Vec<String> = names.collect::<Option<_>>()?;
            (!names.is_empty() && names.iter().all(|name| environments.contains(name))).then_some(names)
        }
        _ => None,
    }
}

/// Sets the type that varlock infers from an unquoted value.
fn infer(word: &str, key: &mut Key) {
    let is_number = serde_json::from_str::<serde_json::Number>(word).is_ok_and(|number| number.to_string() == word);
    if word == "true" || word == "false" {
        key.text("type", "boolean");
        key.comment("a boolean since its value is one");
    } else if is_number {
        key.text("type", if word.contains('.') { "number" } else { "integer" });
        key.comment("a number since its value is one");
    }
}

fn default(key: &mut Key, text: &str) {
    let is_typed = SCALARS.iter().any(|name| key.is_of_type(name));
    let json = if is_typed && serde_json::from_str::<serde_json::Value>(text).is_ok() {
        text.to_owned()
    } else {
        quoted(text)
    };
    key.set_default(text, json);
}
