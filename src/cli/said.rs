//! What a schema says in full: with what its references lead to in their place, whichever file that is in. A keyword of a key is looked up there, and
//! a comparison of two schemas finds in it whether anything changed that is not compared word by word.

use std::cell::Cell;

use envgate::report::path_from;
use envgate::schema::EnvironmentSpec;
use serde_json::{Map, Value};

use crate::schema::Opened;

/// Keywords that ask nothing of a value, or that are compared by themselves in each environment.
const ASIDE: [&str; 16] = [
    "$comment",
    "$defs",
    "allowedIn",
    "category",
    "default",
    "deprecated",
    "description",
    "examples",
    "owner",
    "phases",
    "replacedBy",
    "requiredIn",
    "runbook",
    "secret",
    "title",
    "$schema",
];

/// Keywords whose members are named by the author of the schema.
const NAMED: [&str; 3] = ["dependentSchemas", "patternProperties", "properties"];

/// How many nodes are looked at: references may lead to the same place many times.
const FUEL: u32 = 100_000;

/// The texts of one schema, as seen from one of its environments.
pub(crate) struct Said<'o> {
    opened: &'o Opened,
    documents: Vec<Value>,
    fuel: Cell<u32>,
}

/// A schema within one of the texts.
#[derive(Clone, Copy)]
struct At<'d> {
    file: usize,
    value: &'d Value,
}

impl<'o> Said<'o> {
    pub(crate) fn by(opened: &'o Opened) -> Said<'o> {
        let parsed = |source: &envgate::source::Source| serde_json::from_slice(source.bytes()).unwrap_or_default();
        let documents = opened.sources[..1].iter().chain(&opened.beside).map(parsed);
        Said {
            opened,
            documents: documents.collect(),
            fuel: Cell::new(FUEL),
        }
    }

    /// The schema itself.
    pub(crate) fn document(&self) -> &Value {
        &self.documents[0]
    }

    /// Everything that is said of a key in an environment, wherever that is.
    pub(crate) fn of_key(&self, key: &str, environment: &EnvironmentSpec) -> Vec<Value> {
        let mut said = Vec::new();
        self.fuel.set(FUEL);
        self.each_part(self.root(), 0, &mut |part| {
            if let Some(own) = part.value.get("properties").and_then(|all| all.get(key)) {
                said.push(self.whole(At { value: own, ..part }, Some(environment), 0));
            }
        });
        said
    }

    /// What a keyword says of a key in an environment, from the most specific place that has it.
    pub(crate) fn word(&self, key: &str, environment: &EnvironmentSpec, word: &str) -> Option<&Value> {
        self.words(key, environment, word).into_iter().next()
    }

    /// The same from all places that have it, of which a value must meet each: `in`, the key itself, what it refers to.
    pub(crate) fn words(&self, key: &str, environment: &EnvironmentSpec, word: &str) -> Vec<&Value> {
        let mut found = Vec::new();
        self.fuel.set(FUEL);
        self.each_part(self.root(), 0, &mut |part| {
            let Some(value) = part.value.get("properties").and_then(|all| all.get(key)) else {
                return;
            };
            let overlays = value.get("in").and_then(Value::as_object).into_iter().flatten();
            let here = overlays.filter(|(name, _)| is_name_of(environment, name));
            found.extend(here.filter_map(|(_, overlay)| overlay.get(word)));
            self.along(At { value, ..part }, word, &mut found);
        });
        found
    }

    /// Adds what a keyword says in a schema and in what it refers to.
    fn along<'d>(&'d self, mut at: At<'d>, word: &str, found: &mut Vec<&'d Value>) {
        for depth in 0.. {
            found.extend(at.value.get(word));
            let reference = at.value.get("$ref").filter(|_| self.may_go_on(depth));
            let Some(target) = reference.and_then(|reference| self.behind(at.file, reference)) else {
                return;
            };
            at = target;
        }
    }

    /// What is said of all keys together by one keyword, without what is said of single keys.
    pub(crate) fn of_all(&self, word: &str) -> Vec<Value> {
        let mut said = Vec::new();
        self.fuel.set(FUEL);
        self.each_part(self.root(), 0, &mut |part| {
            if let Some(value) = part.value.get(word) {
                said.push(self.member(part, word, value, None, 0));
            }
        });
        said
    }

    /// The keys that must be set in every environment, declared or not.
    pub(crate) fn required(&self) -> Vec<String> {
        let mut keys = Vec::new();
        self.fuel.set(FUEL);
        self.each_part(self.root(), 0, &mut |part| {
            let required = part.value.get("required").and_then(Value::as_array);
            keys.extend(
                required
                    .into_iter()
                    .flatten()
                    .filter_map(|key| Some(key.as_str()?.to_owned())),
            );
        });
        keys.sort_unstable();
        keys.dedup();
        keys
    }

    fn root(&self) -> At<'_> {
        At {
            file: 0,
            value: self.document(),
        }
    }

    /// Calls `each` with the schema and with those that it is put together from.
    fn each_part<'d>(&'d self, at: At<'d>, depth: u32, each: &mut dyn FnMut(At<'d>)) {
        if !self.may_go_on(depth) {
            return;
        }
        each(at);
        let parts = at.value.get("allOf").and_then(Value::as_array);
        for value in parts.into_iter().flatten() {
            self.each_part(At { value, ..at }, depth + 1, each);
        }
        if let Some(target) = at
            .value
            .get("$ref")
            .and_then(|reference| self.behind(at.file, reference))
        {
            self.each_part(target, depth + 1, each);
        }
    }

    /// A schema with the targets of its references.
    fn whole(&self, at: At<'_>, environment: Option<&EnvironmentSpec>, depth: u32) -> Value {
        let Value::Object(members) = at.value else {
            return at.value.clone();
        };
        if !self.may_go_on(depth) {
            return Value::Null;
        }
        let asking = members.iter().filter(|(word, _)| !ASIDE.contains(&word.as_str()));
        let whole = asking.map(|(word, value)| (word.clone(), self.member(at, word, value, environment, depth)));
        // Of other environments only.
        let whole = whole.filter(|(word, value)| word != "in" || value.as_array().is_none_or(|here| !here.is_empty()));
        Value::Object(whole.collect())
    }

    fn member(
        &self,
        at: At<'_>,
        word: &str,
        value: &Value,
        environment: Option<&EnvironmentSpec>,
        depth: u32,
    ) -> Value {
        let schema = |value: &Value| self.whole(At { file: at.file, value }, environment, depth + 1);
        match (word, value) {
            ("$ref", reference) => match self.behind(at.file, reference) {
                Some(target) => self.whole(target, environment, depth + 1),
                // Any change might be one of it.
                None => Value::Array(self.documents.clone()),
            },
            ("in", Value::Object(overlays)) => {
                let is_here = |name: &str| environment.is_none_or(|spec| is_name_of(spec, name));
                let here = overlays.iter().filter(|(name, _)| is_here(name));
                Value::Array(here.map(|(_, overlay)| schema(overlay)).collect())
            }
            ("const" | "enum", literal) => literal.clone(),
            (_, Value::Object(members)) if NAMED.contains(&word) => {
                let each = members.iter().map(|(name, value)| (name.clone(), schema(value)));
                Value::Object(each.collect::<Map<String, Value>>())
            }
            (_, Value::Array(items)) => Value::Array(items.iter().map(schema).collect()),
            _ => schema(value),
        }
    }

    /// The target of a `$ref`.
    fn behind(&self, file: usize, reference: &Value) -> Option<At<'_>> {
        let (path, fragment) = reference.as_str()?.split_once('#').unwrap_or((reference.as_str()?, ""));
        let file = if path.is_empty() { file } else { self.file(file, path)? };
        let document = self.documents.get(file)?;
        let value = if fragment.is_empty() || fragment.starts_with('/') {
            document.pointer(fragment)?
        } else {
            anchored(document, fragment)?
        };
        Some(At { file, value })
    }

    /// The file at a path that starts from another one.
    fn file(&self, from: usize, path: &str) -> Option<usize> {
        let folder = match from {
            0 => "",
            _ => self
                .opened
                .beside
                .get(from - 1)?
                .name()
                .rsplit_once('/')
                .map_or("", |(folder, _)| folder),
        };
        let name = path_from(folder, path.trim_start_matches("./"));
        let found = self.opened.beside.iter().position(|source| source.name() == name);
        found.map(|index| index + 1)
    }

    fn may_go_on(&self, depth: u32) -> bool {
        let fuel = self.fuel.get();
        self.fuel.set(fuel.saturating_sub(1));
        fuel > 0 && depth < 64
    }
}

/// Whether an environment has a name, perhaps as an alias.
fn is_name_of(environment: &EnvironmentSpec, name: &str) -> bool {
    environment.name == name || environment.aliases.iter().any(|alias| alias == name)
}

/// The schema with an `$anchor`.
fn anchored<'d>(value: &'d Value, name: &str) -> Option<&'d Value> {
    match value {
        Value::Object(members) if members.get("$anchor").and_then(Value::as_str) == Some(name) => Some(value),
        Value::Object(members) => members.values().find_map(|value| anchored(value, name)),
        Value::Array(items) => items.iter().find_map(|value| anchored(value, name)),
        _ => None,
    }
}
