//! What one schema asks of an environment that another did not, which a deployment needs to know. Shows words of the two schemas and no value of any file; of a
//! default, only that it changed.

use std::collections::BTreeSet;

use envgate::diagnostic::Severity;
use envgate::schema::{EnvironmentId, EnvironmentSpec, Property, Schema};
use serde_json::Value;

use super::strictness::{self, Declared, Direction, Note};
use crate::kind::kind;
use crate::said::Said;
use crate::schema::Opened;

/// A key that has to be set.
pub(super) struct Demand {
    pub(super) key: String,
    pub(super) secret: bool,
    /// A short description of its value.
    pub(super) kind: String,
}

/// A key whose schema changed.
pub(super) struct KeyChange {
    pub(super) key: String,
    pub(super) kind: KeyChangeKind,
    pub(super) notes: Vec<Note>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum KeyChangeKind {
    Added,
    Removed,
    Changed,
}

impl KeyChange {
    pub(super) fn severity(&self) -> Severity {
        if self.notes.iter().any(Note::asks) {
            Severity::Warning
        } else {
            Severity::Info
        }
    }
}

/// Keywords of a schema that concern all keys. Their content is not compared further.
const WHOLE: [&str; 19] = [
    "additionalProperties",
    "anyOf",
    "dependentRequired",
    "dependentSchemas",
    "dialects",
    "environmentKey",
    "exclusive",
    "if",
    "maxProperties",
    "minProperties",
    "oneOf",
    "patternProperties",
    "propertyNames",
    "together",
    "unevaluatedProperties",
    "rules",
    "not",
    "then",
    "else",
];

/// What an environment says of how its files are read and judged.
const OF_ENVIRONMENT: [&str; 4] = ["files", "extends", "dialects", "rules"];

/// Returns which of those changed, wherever the schema says them.
pub(super) fn whole(old: Option<&Opened>, new: &Opened) -> Vec<String> {
    let Some(old) = old else { return Vec::new() };
    let [said, says] = [old, new].map(Said::by);
    let mut changes: Vec<String> = WHOLE
        .iter()
        .filter_map(|word| changed(word, &said.of_all(word), &says.of_all(word)))
        .collect();
    for spec in new.schema.environments() {
        let of = |said: &Said<'_>, word: &str| {
            let all = said.document().get("environments")?.get(&spec.name)?;
            Some(vec![all.get(word).cloned().unwrap_or_default()])
        };
        for word in OF_ENVIRONMENT {
            if let (Some(before), Some(after)) = (of(&said, word), of(&says, word))
                && before != after
            {
                changes.push(format!("{word} of {} changed", spec.name));
            }
        }
    }
    changes
}

fn changed(word: &str, old: &[Value], new: &[Value]) -> Option<String> {
    let how = match (old, new) {
        (old, new) if old == new => return None,
        ([], _) => "is new",
        (_, []) => "is gone",
        _ => "changed",
    };
    Some(format!("{word} {how}"))
}

/// Returns what has to be set, and what else changed, in an environment. `is_set`: whether a key is known to have a value already.
pub(super) fn changes(
    old: Option<(&Opened, EnvironmentId)>,
    new: (&Opened, EnvironmentId),
    is_set: &dyn Fn(&str) -> bool,
) -> (Vec<Demand>, Vec<KeyChange>) {
    let before = old.map(|(opened, id)| Here::of(opened, id));
    let after = Here::of(new.0, new.1);
    let mut demands = Vec::new();
    let mut changes = Vec::new();
    let was_required: BTreeSet<String> = before.iter().flat_map(|here| here.said.required()).collect();
    for key in after.said.required() {
        let is_declared = after.schema.property(key.as_bytes()).is_some();
        if !is_declared && !was_required.contains(&key) && !is_set(&key) {
            let kind = "text".to_owned();
            demands.push(Demand {
                key,
                secret: false,
                kind,
            });
        }
    }
    for property in after.schema.properties_by_name() {
        let key = &property.name;
        let known = before
            .as_ref()
            .and_then(|here| Some((here, here.schema.property(key.as_bytes())?)));
        let was_required = known.is_some_and(|(here, property)| here.requires(property));
        let is_demand = after.requires(property) && !was_required && !is_set(key);
        if is_demand {
            demands.push(Demand {
                key: key.clone(),
                secret: property.secret.is_some(),
                kind: kind(&after.said, after.schema, property, &[after.id]),
            });
        }
        let (kind, notes) = match known {
            None if is_demand => continue,
            None if !after.allows(property) => continue,
            None => (KeyChangeKind::Added, asked(after.requires(property))),
            Some((here, was)) => {
                let was = Declared { here, property: was };
                let is = Declared { here: &after, property };
                (KeyChangeKind::Changed, strictness::notes(was, is, is_demand))
            }
        };
        if kind == KeyChangeKind::Added || !notes.is_empty() {
            changes.push(KeyChange {
                key: key.clone(),
                kind,
                notes,
            });
        }
    }
    let gone = before.iter().flat_map(|here| here.schema.properties_by_name());
    for property in gone.filter(|one| after.schema.property(one.name.as_bytes()).is_none()) {
        let mut closing = ["additionalProperties", "unevaluatedProperties"].into_iter();
        let closing = closing.find(|keyword| after.said.of_all(keyword).contains(&Value::Bool(false)));
        let notes = closing.map(|what| Note {
            what,
            direction: Direction::Narrower,
            words: "must no longer be set".to_owned(),
        });
        changes.push(KeyChange {
            key: property.name.clone(),
            kind: KeyChangeKind::Removed,
            notes: notes.into_iter().collect(),
        });
    }
    demands.sort_by(|a, b| a.key.cmp(&b.key));
    changes.sort_by(|a, b| a.key.cmp(&b.key));
    (demands, changes)
}

/// Returns what is asked of a new key that already has a value.
fn asked(required: bool) -> Vec<Note> {
    let note = Note {
        what: "required",
        direction: Direction::Neutral,
        words: "required, and set".to_owned(),
    };
    required.then_some(note).into_iter().collect()
}

/// A schema in one environment.
pub(super) struct Here<'h> {
    pub(super) schema: &'h Schema,
    pub(super) id: EnvironmentId,
    spec: &'h EnvironmentSpec,
    said: Said<'h>,
}

impl<'h> Here<'h> {
    fn of(opened: &'h Opened, id: EnvironmentId) -> Here<'h> {
        Here {
            schema: &opened.schema,
            id,
            spec: &opened.schema.environments()[usize::from(id.0)],
            said: Said::by(opened),
        }
    }

    pub(super) fn allows(&self, property: &Property) -> bool {
        property
            .allowed_in
            .as_ref()
            .is_none_or(|allowed| allowed.contains(&self.id))
    }

    /// In any phase: a deployment goes through all of them.
    pub(super) fn requires(&self, property: &Property) -> bool {
        self.schema.requires(self.id, property)
    }

    /// Everything that is said of a key here, wherever the schema says it.
    pub(super) fn all_of(&self, property: &Property) -> Vec<Value> {
        self.said.of_key(&property.name, self.spec)
    }

    /// Returns a keyword of a key from the most specific place that has it: `in`, the key, what it refers to.
    pub(super) fn word(&self, property: &Property, word: &str) -> Option<&Value> {
        self.said.word(&property.name, self.spec, word)
    }
}
