//! What a schema asks of an environment that another did not: what a deployment needs to know. Words of the two schemas, no value of any file; of defaults, only that
//! they are others.

use std::collections::BTreeSet;

use envgate::diagnostic::Severity;
use envgate::schema::{EnvironmentId, Property, Schema, Shape};
use serde_json::Value;

use crate::example;
use crate::schema::Opened;

/// A key that has to be set.
pub(super) struct Demand {
    pub(super) key: String,
    pub(super) secret: bool,
    /// What its value is, in a few words.
    pub(super) kind: String,
}

/// A key of which the schema says something else.
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

/// One thing that is other than it was.
pub(super) struct Note {
    /// The keyword.
    pub(super) what: &'static str,
    pub(super) direction: Direction,
    pub(super) words: String,
}

/// Whether what was good before still is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Direction {
    /// What was good may be bad now.
    Narrower,
    /// What was good is good.
    Wider,
    /// Neither can be told.
    Other,
    /// It is no matter of good or bad.
    Neutral,
}

impl Direction {
    pub(super) fn name(self) -> &'static str {
        match self {
            Direction::Narrower => "narrower",
            Direction::Wider => "wider",
            Direction::Other => "other",
            Direction::Neutral => "neutral",
        }
    }
}

impl KeyChange {
    pub(super) fn severity(&self) -> Severity {
        let asks = |note: &Note| matches!(note.direction, Direction::Narrower | Direction::Other);
        if self.notes.iter().any(asks) {
            Severity::Warning
        } else {
            Severity::Info
        }
    }
}

/// Parts of a schema that are about all keys. What is in them is not compared further.
const WHOLE: [&str; 12] = [
    "additionalProperties",
    "allOf",
    "anyOf",
    "dependentRequired",
    "dependentSchemas",
    "dialects",
    "exclusive",
    "if",
    "oneOf",
    "patternProperties",
    "propertyNames",
    "together",
];

/// Which of those are others, and `rules` and `not`.
pub(super) fn whole(old: Option<&Opened>, new: &Opened) -> Vec<String> {
    let Some(old) = old else { return Vec::new() };
    let [old, new] = [old, new].map(document);
    let words = WHOLE.iter().chain(&["rules", "not", "then", "else"]);
    let differ = words.filter(|word| old.get(word) != new.get(word));
    differ
        .map(|word| match (old.get(word), new.get(word)) {
            (None, _) => format!("{word} is new"),
            (_, None) => format!("{word} is gone"),
            _ => format!("{word} changed"),
        })
        .collect()
}

fn document(opened: &Opened) -> Value {
    serde_json::from_slice(opened.sources[0].bytes()).unwrap_or_default()
}

/// What has to be set, and what else is other, in an environment. `is_set`: whether a key is known to have a value already.
pub(super) fn changes(
    old: Option<(&Opened, EnvironmentId)>,
    new: (&Opened, EnvironmentId),
    is_set: &dyn Fn(&str) -> bool,
) -> (Vec<Demand>, Vec<KeyChange>) {
    let before = old.map(|(opened, id)| Here::of(opened, id));
    let after = Here::of(new.0, new.1);
    let mut demands = Vec::new();
    let mut changes = Vec::new();
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
                kind: example::kind(after.schema, property),
            });
        }
        let (kind, notes) = match known {
            None if is_demand => continue,
            None if !after.allows(property) => continue,
            None => (KeyChangeKind::Added, asked(after.requires(property))),
            Some((here, was)) => (
                KeyChangeKind::Changed,
                notes((here, was), (&after, property), is_demand),
            ),
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
        let is_closed = after.document.get("additionalProperties") == Some(&Value::Bool(false));
        let notes = is_closed.then(|| Note {
            what: "additionalProperties",
            direction: Direction::Narrower,
            words: "must no longer be set".to_owned(),
        });
        changes.push(KeyChange {
            key: property.name.clone(),
            kind: KeyChangeKind::Removed,
            notes: notes.into_iter().collect(),
        });
    }
    changes.sort_by(|a, b| a.key.cmp(&b.key));
    (demands, changes)
}

/// What is asked of a key that is new, where it has a value already.
fn asked(required: bool) -> Vec<Note> {
    let note = Note {
        what: "required",
        direction: Direction::Neutral,
        words: "required, and set".to_owned(),
    };
    required.then_some(note).into_iter().collect()
}

/// A schema in one environment.
struct Here<'h> {
    schema: &'h Schema,
    id: EnvironmentId,
    name: &'h str,
    document: Value,
}

impl<'h> Here<'h> {
    fn of(opened: &'h Opened, id: EnvironmentId) -> Here<'h> {
        Here {
            schema: &opened.schema,
            id,
            name: &opened.schema.environments()[usize::from(id.0)].name,
            document: document(opened),
        }
    }

    fn allows(&self, property: &Property) -> bool {
        property
            .allowed_in
            .as_ref()
            .is_none_or(|allowed| allowed.contains(&self.id))
    }

    /// In any phase: who deploys goes through all of them.
    fn requires(&self, property: &Property) -> bool {
        let everywhere = self.document.get("required").and_then(Value::as_array);
        let named = everywhere.is_some_and(|keys| keys.iter().any(|key| key == &property.name));
        self.allows(property) && (named || property.required_in.contains(&self.id))
    }

    /// A keyword of a key, from where it stands nearest: `in`, the key, what it refers to.
    fn word(&self, property: &Property, word: &str) -> Option<&Value> {
        let own = self.document.get("properties")?.get(&property.name)?;
        let overlay = own.get("in").and_then(|all| all.get(self.name));
        let mut next = Some(own);
        overlay.and_then(|overlay| overlay.get(word)).or_else(|| {
            // A circle would have been refused; this is for what could not be followed.
            for _ in 0..64 {
                let here = next?;
                if let Some(found) = here.get(word) {
                    return Some(found);
                }
                let pointer = here.get("$ref")?.as_str()?.strip_prefix('#')?;
                next = self.document.pointer(pointer);
            }
            None
        })
    }
}

/// Words with a limit that a value has to be above, or below.
const LIMITS: [(&str, bool); 10] = [
    ("minLength", true),
    ("minimum", true),
    ("exclusiveMinimum", true),
    ("minItems", true),
    ("minBits", true),
    ("minProperties", true),
    ("maxLength", false),
    ("maximum", false),
    ("exclusiveMaximum", false),
    ("maxItems", false),
];

/// Words that ask for something; what exactly is not compared.
const ASKING: [&str; 14] = [
    "pattern",
    "format",
    "const",
    "multipleOf",
    "items",
    "prefixItems",
    "uniqueItems",
    "contains",
    "not",
    "allOf",
    "anyOf",
    "oneOf",
    "encoding",
    "separator",
];

fn notes((before, was): (&Here<'_>, &Property), (after, is): (&Here<'_>, &Property), is_demand: bool) -> Vec<Note> {
    let mut notes = Vec::new();
    let mut note = |what, direction, words: String| notes.push(Note { what, direction, words });
    match (before.requires(was), after.requires(is)) {
        (true, false) => note("required", Direction::Wider, "no longer required".to_owned()),
        // What has to be set is told as such.
        (false, true) if !is_demand => note("required", Direction::Narrower, "required now, and set".to_owned()),
        _ => {}
    }
    match (before.allows(was), after.allows(is)) {
        (true, false) => note(
            "allowedIn",
            Direction::Narrower,
            "must no longer be set here".to_owned(),
        ),
        (false, true) => note("allowedIn", Direction::Wider, "may be set here now".to_owned()),
        _ => {}
    }
    if after.allows(is) && before.allows(was) {
        shapes(
            before.schema.shape(before.id, was).of,
            after.schema.shape(after.id, is).of,
            hides(was, is),
            &mut note,
        );
    }
    for (word, is_lower) in LIMITS {
        let [old, new] = [before.word(was, word), after.word(is, word)];
        if old == new {
            continue;
        }
        let [low, high] = [old, new].map(|limit| limit.and_then(Value::as_f64));
        let is_narrower = match (low, high) {
            (None, _) => true,
            (_, None) => false,
            (Some(old), Some(new)) => (new > old) == is_lower,
        };
        let direction = if is_narrower {
            Direction::Narrower
        } else {
            Direction::Wider
        };
        let words = match (old, new) {
            (None, Some(new)) => format!("{word} {new}, there was none"),
            (Some(old), None) => format!("no {word} now, it was {old}"),
            (Some(old), Some(new)) => format!("{word} {new}, it was {old}"),
            (None, None) => continue,
        };
        note(word, direction, words);
    }
    for word in ASKING {
        match (before.word(was, word), after.word(is, word)) {
            (old, new) if old == new => {}
            (None, _) => note(word, Direction::Narrower, format!("{word} is new")),
            (_, None) => note(word, Direction::Wider, format!("no {word} now")),
            _ => note(word, Direction::Other, format!("another {word}")),
        }
    }
    let phases = |property: &Property| {
        property.phases.clone().map(|phases| {
            phases
                .iter()
                .map(|one| format!("{one:?}").to_lowercase())
                .collect::<BTreeSet<_>>()
        })
    };
    if phases(was) != phases(is) {
        let words = phases(is).map_or("required in all phases".to_owned(), |phases| {
            format!("required in {} only", phases.into_iter().collect::<Vec<_>>().join(", "))
        });
        note("phases", Direction::Other, words);
    }
    let default = |here: &Here<'_>, property: &Property| property.default_in[usize::from(here.id.0)].clone();
    match (default(before, was), default(after, is)) {
        (old, new) if old == new => {}
        (None, _) => note("default", Direction::Wider, "has a default now".to_owned()),
        (_, None) => note("default", Direction::Narrower, "no longer has a default".to_owned()),
        _ => note("default", Direction::Neutral, "another default".to_owned()),
    }
    match (&was.secret, &is.secret) {
        (None, Some(_)) => note("secret", Direction::Neutral, "a secret now".to_owned()),
        (Some(_), None) => note("secret", Direction::Neutral, "no longer a secret".to_owned()),
        (Some(old), Some(new)) => {
            let policy = |secret: &envgate::schema::SecretSpec, id: EnvironmentId| {
                secret.policies.get(usize::from(id.0)).map(|one| one.policy.clone())
            };
            if policy(old, before.id) != policy(new, after.id) {
                note("rotation", Direction::Other, "a different age policy".to_owned());
            }
        }
        (None, None) => {}
    }
    if is.deprecated && !was.deprecated {
        let words = is
            .replaced_by
            .as_ref()
            .map_or("deprecated".to_owned(), |key| format!("deprecated: use {key}"));
        note("deprecated", Direction::Neutral, words);
    }
    notes
}

/// Whether the words that a value may be are not shown.
fn hides(was: &Property, is: &Property) -> bool {
    was.hides_words() || is.hides_words()
}

/// What a value may be, before and after.
fn shapes(old: Vec<Shape>, new: Vec<Shape>, hides: bool, note: &mut dyn FnMut(&'static str, Direction, String)) {
    let words = |shapes: &[Shape]| -> BTreeSet<String> {
        let literal = |shape: &Shape| match shape {
            Shape::Literal(json) => Some(serde_json::from_str::<String>(json).unwrap_or_else(|_| json.clone())),
            _ => None,
        };
        shapes.iter().filter_map(literal).collect()
    };
    let types = |shapes: &[Shape]| -> BTreeSet<&'static str> {
        let name = |shape: &Shape| match shape {
            Shape::Null => Some("empty"),
            Shape::Boolean => Some("true or false"),
            Shape::Number(true) => Some("whole number"),
            Shape::Number(false) => Some("number"),
            Shape::String => Some("text"),
            Shape::List(..) => Some("list"),
            Shape::Object => Some("JSON object"),
            Shape::Literal(_) => None,
        };
        shapes.iter().filter_map(name).collect()
    };
    let (known, now) = (words(&old), words(&new));
    let (was, is) = (types(&old), types(&new));
    let list = |words: &[&String]| words.iter().map(|word| word.as_str()).collect::<Vec<_>>().join(", ");
    match (known.is_empty(), now.is_empty()) {
        (false, false) => {
            let gone: Vec<&String> = known.difference(&now).collect();
            let come: Vec<&String> = now.difference(&known).collect();
            let shown = |words: &[&String], how: &str| {
                if hides {
                    format!("a word {how}")
                } else {
                    format!("{how}: {}", list(words))
                }
            };
            if !gone.is_empty() {
                note("enum", Direction::Narrower, shown(&gone, "no longer allowed"));
            }
            if !come.is_empty() {
                note("enum", Direction::Wider, shown(&come, "allowed now"));
            }
        }
        (true, false) => {
            let words = if hides {
                "limited to a few words now".to_owned()
            } else {
                format!("one of {} now", list(&now.iter().collect::<Vec<_>>()))
            };
            return note("enum", Direction::Narrower, words);
        }
        (false, true) => return note("enum", Direction::Wider, "no longer limited to a few words".to_owned()),
        (true, true) => {}
    }
    if was != is && !(is.is_empty() && was.is_empty()) {
        let takes_all = |types: &BTreeSet<&str>| types.contains("text");
        let number = |types: &BTreeSet<&str>| types.contains("number") || types.contains("whole number");
        let direction = if is.is_subset(&was)
            || takes_all(&was) && !takes_all(&is)
            || was.contains("number") && number(&is) && is.len() == 1
        {
            Direction::Narrower
        } else if was.is_subset(&is) || takes_all(&is) || is.contains("number") && number(&was) {
            Direction::Wider
        } else {
            Direction::Other
        };
        let join = |types: &BTreeSet<&str>| types.iter().copied().collect::<Vec<_>>().join(" or ");
        note("type", direction, format!("{}, it was {}", join(&is), join(&was)));
    }
}
