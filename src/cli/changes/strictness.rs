//! Whether a schema asks more of a key than it did, or less: what was accepted may be refused now, or vice versa. Shows words of the two schemas,
//! never a value; of a default, only that it changed.

use std::collections::BTreeSet;

use envgate::schema::{EnvironmentId, Phase, Property, SecretSpec, Shape};
use serde_json::Value;

use super::contract::Here;
use crate::kind::word;

/// One change.
pub(super) struct Note {
    /// The keyword.
    pub(super) what: &'static str,
    pub(super) direction: Direction,
    pub(super) words: String,
}

impl Note {
    /// Whether more may be asked than before.
    pub(super) fn asks(&self) -> bool {
        matches!(self.direction, Direction::Narrower | Direction::Other)
    }
}

/// Whether values that were valid still are.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Direction {
    /// Valid values may be invalid now.
    Narrower,
    /// Valid values stay valid.
    Wider,
    /// That can't be decided.
    Other,
    /// It does not affect validity.
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

/// Keywords with a lower or an upper limit.
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

/// Keywords that restrict a value in a way that is not compared.
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

/// A key in one environment of a schema.
#[derive(Clone, Copy)]
pub(super) struct Declared<'d> {
    pub(super) here: &'d Here<'d>,
    pub(super) property: &'d Property,
}

impl<'d> Declared<'d> {
    fn allowed(self) -> bool {
        self.here.allows(self.property)
    }

    fn required(self) -> bool {
        self.here.requires(self.property)
    }

    fn word(self, word: &str) -> Option<&'d Value> {
        self.here.word(self.property, word)
    }

    fn default(self) -> Option<&'d str> {
        self.property.default_in[usize::from(self.here.id.0)].as_deref()
    }

    fn shapes(self) -> Vec<Shape> {
        self.here.schema.shape(self.here.id, self.property).of
    }
}

/// Returns what changed about a key. `is_demand`: that it has to be set is listed separately.
pub(super) fn notes(was: Declared<'_>, is: Declared<'_>, is_demand: bool) -> Vec<Note> {
    let mut comparison = Comparison {
        was,
        is,
        notes: Vec::new(),
    };
    comparison.presence(is_demand);
    if was.allowed() && is.allowed() {
        comparison.words();
        comparison.types();
    }
    comparison.limits();
    comparison.asking();
    comparison.phases();
    comparison.default();
    comparison.secrecy();
    comparison.deprecation();
    comparison.rest();
    comparison.notes
}

struct Comparison<'c> {
    was: Declared<'c>,
    is: Declared<'c>,
    notes: Vec<Note>,
}

impl Comparison<'_> {
    fn note(&mut self, what: &'static str, direction: Direction, words: impl Into<String>) {
        let words = words.into();
        self.notes.push(Note { what, direction, words });
    }

    /// Compares whether it has to be set, and whether it may be.
    fn presence(&mut self, is_demand: bool) {
        match (self.was.required(), self.is.required()) {
            (true, false) => self.note("required", Direction::Wider, "no longer required"),
            (false, true) if !is_demand => self.note("required", Direction::Narrower, "required now, and set"),
            _ => {}
        }
        match (self.was.allowed(), self.is.allowed()) {
            (true, false) => self.note("allowedIn", Direction::Narrower, "must no longer be set here"),
            (false, true) => self.note("allowedIn", Direction::Wider, "may be set here now"),
            _ => {}
        }
    }

    /// Compares the allowed values.
    fn words(&mut self) {
        let [was, is] = [self.was, self.is].map(|side| literals(&side.shapes()));
        let is_hidden = self.was.property.holds_secret() || self.is.property.holds_secret();
        match (was.is_empty(), is.is_empty()) {
            (false, false) => {
                let shown = |words: Vec<&String>, how: &str| match is_hidden {
                    true => format!("a word {how}"),
                    false => format!("{how}: {}", list(&words)),
                };
                let gone: Vec<&String> = was.difference(&is).collect();
                let come: Vec<&String> = is.difference(&was).collect();
                if !gone.is_empty() {
                    self.note("enum", Direction::Narrower, shown(gone, "no longer allowed"));
                }
                if !come.is_empty() {
                    self.note("enum", Direction::Wider, shown(come, "allowed now"));
                }
            }
            (true, false) if is_hidden => self.note("enum", Direction::Narrower, "limited to a few words now"),
            (true, false) => {
                let words = format!("one of {} now", list(&is.iter().collect::<Vec<_>>()));
                self.note("enum", Direction::Narrower, words);
            }
            (false, true) => self.note("enum", Direction::Wider, "no longer limited to a few words"),
            (true, true) => {}
        }
    }

    /// Compares the types, unless one side has a list of allowed values, which has been compared.
    fn types(&mut self) {
        let (old, new) = (self.was.shapes(), self.is.shapes());
        if literals(&old).is_empty() != literals(&new).is_empty() {
            return;
        }
        let (was, is) = (types(&old), types(&new));
        if was == is {
            return;
        }
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
        self.note("type", direction, format!("{}, it was {}", join(&is), join(&was)));
    }

    fn limits(&mut self) {
        for (word, is_lower) in LIMITS {
            let [old, new] = [self.was, self.is].map(|side| side.word(word));
            if old == new {
                continue;
            }
            let words = match (old, new) {
                (None, Some(new)) => format!("{word} {new}, there was none"),
                (Some(old), None) => format!("no {word} now, it was {old}"),
                (Some(old), Some(new)) => format!("{word} {new}, it was {old}"),
                (None, None) => continue,
            };
            let is_narrower = match [old, new].map(|limit| limit.and_then(Value::as_f64)) {
                [None, _] => true,
                [_, None] => false,
                [Some(old), Some(new)] => (new > old) == is_lower,
            };
            let direction = if is_narrower {
                Direction::Narrower
            } else {
                Direction::Wider
            };
            self.note(word, direction, words);
        }
    }

    fn asking(&mut self) {
        for word in ASKING {
            match (self.was.word(word), self.is.word(word)) {
                (old, new) if old == new => {}
                (None, _) => self.note(word, Direction::Narrower, format!("{word} is new")),
                (_, None) => self.note(word, Direction::Wider, format!("no {word} now")),
                _ => self.note(word, Direction::Other, format!("another {word}")),
            }
        }
    }

    fn phases(&mut self) {
        let name = |phase: &Phase| format!("{phase:?}").to_lowercase();
        let names = |side: Declared<'_>| -> Option<BTreeSet<String>> {
            let phases = side.property.phases.as_ref()?;
            Some(phases.iter().map(name).collect())
        };
        let (was, is) = (names(self.was), names(self.is));
        if was != is {
            let words = is.map_or("required in all phases".to_owned(), |phases| {
                format!("required in {} only", phases.into_iter().collect::<Vec<_>>().join(", "))
            });
            self.note("phases", Direction::Other, words);
        }
    }

    fn default(&mut self) {
        match (self.was.default(), self.is.default()) {
            (old, new) if old == new => {}
            (None, _) => self.note("default", Direction::Wider, "has a default now"),
            (_, None) => self.note("default", Direction::Narrower, "no longer has a default"),
            _ => self.note("default", Direction::Neutral, "another default"),
        }
    }

    fn secrecy(&mut self) {
        let policy = |secret: &SecretSpec, EnvironmentId(id): EnvironmentId| {
            secret.policies.get(usize::from(id)).map(|one| one.policy.clone())
        };
        match (&self.was.property.secret, &self.is.property.secret) {
            (None, Some(_)) => self.note("secret", Direction::Neutral, "a secret now"),
            (Some(_), None) => self.note("secret", Direction::Neutral, "no longer a secret"),
            (Some(old), Some(new)) if policy(old, self.was.here.id) != policy(new, self.is.here.id) => {
                self.note("rotation", Direction::Other, "a different age policy");
            }
            _ => {}
        }
    }

    /// Tells that something else changed: keywords that are not compared, and those of other places than the first that has them.
    fn rest(&mut self) {
        if self.notes.iter().any(Note::asks) {
            return;
        }
        let [mut was, mut is] = [self.was, self.is].map(|side| side.here.all_of(side.property));
        if self.notes.iter().any(|note| note.direction == Direction::Wider) {
            was.iter_mut().chain(&mut is).for_each(drop_compared);
        }
        if was != is {
            self.note(
                "schema",
                Direction::Other,
                "what its value must be is said in another way",
            );
        }
    }

    fn deprecation(&mut self) {
        let is = self.is.property;
        if is.deprecated && !self.was.property.deprecated {
            let instead = is.replaced_by.as_ref();
            let words = instead.map_or("deprecated".to_owned(), |key| format!("deprecated: use {key}"));
            self.note("deprecated", Direction::Neutral, words);
        }
    }
}

/// Drops the keywords that are compared one by one, where they are looked for.
fn drop_compared(said: &mut Value) {
    let Value::Object(members) = said else { return };
    let limits = LIMITS.iter().map(|(word, _)| *word);
    for word in limits.chain(ASKING).chain(["type", "enum"]) {
        members.remove(word);
    }
    members.get_mut("$ref").into_iter().for_each(drop_compared);
    let overlays = members.get_mut("in").and_then(Value::as_array_mut);
    overlays.into_iter().flatten().for_each(drop_compared);
}

/// Returns the allowed values.
fn literals(shapes: &[Shape]) -> BTreeSet<String> {
    let literal = |shape: &Shape| match shape {
        Shape::Literal(json) => Some(serde_json::from_str::<String>(json).unwrap_or_else(|_| json.clone())),
        _ => None,
    };
    shapes.iter().filter_map(literal).collect()
}

fn types(shapes: &[Shape]) -> BTreeSet<&'static str> {
    let types = shapes.iter().filter(|shape| !matches!(shape, Shape::Literal(_)));
    types.map(word).collect()
}

fn list(words: &[&String]) -> String {
    words.iter().map(|word| word.as_str()).collect::<Vec<_>>().join(", ")
}
