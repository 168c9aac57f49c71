//! The plan: a schema as flat lists of checks, which [`super::evaluate`] runs.
//!
//! A [`Sub`] is one schema of the document, with its checks in the order of the text. Subs refer to each other by
//! number and never in a cycle. All environments share them: what `in`, `requiredIn` and `phases` add is a small table
//! for each.

use std::sync::OnceLock;

#[cfg(feature = "full")]
use super::engine::Engine;
use super::format::Format;
use super::instance::{Constant, Reading};
use super::number::Decimal;
use super::pattern::Pattern;
use super::property;
use super::violation::{Bound, Types};
use crate::source::Span;

/// The number of a schema in the document.
pub(crate) type SubId = u32;
/// The number of a name that the schema mentions. Numbers are in the order of the names.
pub(crate) type KeyId = u32;
/// The number of a place in the document.
pub(crate) type SiteId = u32;
/// The number of a pattern.
pub(crate) type PatternId = u32;

/// A compiled document.
#[derive(Debug, Default)]
pub(crate) struct Plan {
    pub subs: Vec<Sub>,
    pub sites: Vec<Site>,
    pub patterns: Vec<SourcedPattern>,
    /// Every name that occurs in it, sorted.
    pub keys: Vec<Key>,
    /// The number of each property.
    pub ids: Vec<KeyId>,
    /// The schema of the whole set.
    pub root: SubId,
    /// How to read keys that are not in `keys`, by pattern.
    pub other: Vec<(PatternId, Reading)>,
    /// How to read keys that match none of those patterns either.
    pub rest: Option<Reading>,
    /// One for each environment.
    pub environments: Vec<Overlay>,
    /// What the root and, behind it, each environment always ask of keys; computed on first use.
    pub asked: OnceLock<Vec<Asked>>,
    #[cfg(feature = "full")]
    pub engines: Vec<Engine>,
}

/// The schemas that keys must meet and the keys that are required, sorted by key, so that one of thousands is found quickly.
#[derive(Debug, Default)]
pub(crate) struct Asked {
    pub subs: Vec<(KeyId, SubId)>,
    pub required: Vec<KeyId>,
}

/// A name that the schema mentions.
#[derive(Debug)]
pub(crate) struct Key {
    pub name: Box<str>,
    /// Its index in the properties.
    pub property: Option<u16>,
    /// How to read it; `None` for text.
    pub reading: Option<Box<Reading>>,
    /// Where its type is declared.
    pub site: SiteId,
    /// Whether the schema allows it to be empty.
    pub empty: bool,
    /// The phases in which it can be required, as bits.
    pub phases: u8,
}

/// What an environment adds.
#[derive(Debug, Default)]
pub(crate) struct Overlay {
    /// `in`.
    pub subs: Vec<(KeyId, SubId)>,
    /// `requiredIn`.
    pub required: Vec<(KeyId, SiteId)>,
    /// How to read keys whose type is declared only in `in`.
    pub readings: Vec<(KeyId, Reading, SiteId)>,
    /// Keys that `in` allows to be empty.
    pub empty: Vec<KeyId>,
}

/// The checks of one schema.
#[derive(Debug)]
pub(crate) struct Sub {
    pub checks: Vec<Check>,
}

/// A place in the document: one step from another. The root is a step from itself.
#[derive(Debug)]
pub(crate) struct Site {
    pub parent: SiteId,
    pub step: Step,
    pub span: Span,
    pub file: u16,
}

/// A token of a JSON Pointer.
#[derive(Debug)]
pub(crate) enum Step {
    Root,
    Word(&'static str),
    Name(Box<str>),
    Index(u32),
}

/// A keyword that is checked.
#[derive(Debug)]
pub(crate) struct Check {
    pub site: SiteId,
    pub kind: CheckKind,
}

/// What is checked.
#[derive(Debug)]
pub(crate) enum CheckKind {
    Never,
    Type(Types),
    Enum(Box<[Constant]>),
    Const(Box<Constant>),
    Pattern(PatternId),
    /// The second site is that of the upper limit if both are set.
    Length(Limits),
    Range(Bound, Box<Decimal>),
    MultipleOf(Box<Decimal>),
    Format(Format),
    Ref(SubId),
    AllOf(Box<[SubId]>),
    AnyOf(Box<[SubId]>),
    OneOf(Box<[SubId]>),
    Not(SubId),
    If(SubId, Option<SubId>, Option<SubId>),
    Items(Box<[SubId]>, Option<SubId>),
    ItemCount(Limits),
    Contains(SubId, u32, Option<u32>),
    Unique,
    Properties(Box<[(KeyId, SubId)]>),
    PatternProperties(Box<[(PatternId, SubId)]>),
    /// Keys that are in neither list: by number, by pattern.
    Additional(SubId, Box<[KeyId]>, Box<[PatternId]>),
    PropertyNames(SubId),
    KeyCount(Limits),
    Required(Box<[KeyId]>),
    DependentRequired(Box<[Dependency]>),
    DependentSchemas(Box<[(KeyId, SubId)]>),
    Together(Box<[KeyId]>),
    Exclusive(Box<[KeyId]>),
    /// Evaluated only by the engine.
    #[cfg(feature = "full")]
    Engine(u32),
}

/// A key, the keys it requires, and the place that says so.
pub(crate) type Dependency = (KeyId, Box<[KeyId]>, SiteId);

/// The lower and the upper limit, and the site of the upper one.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Limits {
    pub min: Option<u32>,
    pub max: Option<u32>,
    pub max_site: SiteId,
}

impl Limits {
    /// Returns the site of the limit that is violated, if one is.
    pub(crate) fn broken(self, actual: usize, site: SiteId) -> Option<SiteId> {
        if self.min.is_some_and(|min| actual < min as usize) {
            Some(site)
        } else if self.max.is_some_and(|max| actual > max as usize) {
            Some(self.max_site)
        } else {
            None
        }
    }
}

/// A pattern. Its states are built when a key it applies to is first present; until then it is little more than its
/// text.
#[derive(Debug)]
pub(crate) struct SourcedPattern {
    pub source: Box<str>,
    pub pattern: Pattern,
}

impl SourcedPattern {
    pub(crate) fn is_match(&self, text: &str) -> bool {
        self.pattern.is_match(text)
    }
}

impl Plan {
    /// Returns whether a verdict can depend on keys that no property declares.
    pub(crate) fn depends_on_undeclared(&self) -> bool {
        let others = |check: &Check| match check.kind {
            CheckKind::PatternProperties(_) | CheckKind::PropertyNames(_) | CheckKind::KeyCount(_) => true,
            // Which ones there are is nobody's business, but not what they hold.
            CheckKind::Additional(sub, ..) => {
                (self.subs[sub as usize].checks.first()).is_some_and(|check| !matches!(check.kind, CheckKind::Never))
            }
            #[cfg(feature = "full")]
            CheckKind::Engine(_) => true,
            _ => false,
        };
        self.rest.is_some()
            || !self.other.is_empty()
            || self.keys.iter().any(|key| key.property.is_none())
            || self.subs.iter().flat_map(|sub| &sub.checks).any(others)
    }

    /// Returns whether any set of variables passes. A set is an object, and keywords that only compose schemas require
    /// nothing by themselves.
    pub(crate) fn asks_nothing(&self) -> bool {
        let asks = |check: &Check| {
            !matches!(
                check.kind,
                CheckKind::Ref(_) | CheckKind::AllOf(_) | CheckKind::Properties(_) | CheckKind::Type(_)
            )
        };
        !self.subs.iter().flat_map(|sub| &sub.checks).any(asks)
    }

    /// Returns whether a name matches a pattern of the root's `patternProperties`.
    #[cfg(all(feature = "cli", not(target_family = "wasm")))]
    pub(crate) fn names_by_pattern(&self, name: &str) -> bool {
        let checks = &self.subs[self.root as usize].checks;
        checks.iter().any(|check| match &check.kind {
            CheckKind::PatternProperties(patterns) => patterns
                .iter()
                .any(|(pattern, _)| self.patterns[*pattern as usize].is_match(name)),
            _ => false,
        })
    }

    /// Returns the JSON Pointer of a place.
    pub(crate) fn pointer(&self, site: SiteId) -> String {
        let mut steps = Vec::new();
        let mut at = &self.sites[site as usize];
        while !matches!(at.step, Step::Root) {
            steps.push(&at.step);
            at = &self.sites[at.parent as usize];
        }
        let mut pointer = String::new();
        for step in steps.into_iter().rev() {
            pointer.push('/');
            match step {
                Step::Root => {}
                Step::Word(word) => pointer.push_str(word),
                Step::Name(name) => pointer.push_str(&property::escaped(name)),
                Step::Index(index) => pointer.push_str(&index.to_string()),
            }
        }
        pointer
    }
}

#[cfg(test)]
mod tests {
    use crate::schema::{Schema, Vocabulary};
    use crate::source::Source;

    #[test]
    fn what_undeclared_keys_hold_may_decide() {
        let depends = |others: &str| {
            let text = format!(
                r#"{{ "$defs": {{ "long": {{ "minLength": 5 }} }}, "properties": {{ "A": {{}} }}, {others} }}"#
            );
            let source = Source::new("env.schema.json", text).unwrap();
            Schema::compile(&source, &Vocabulary::default())
                .unwrap()
                .depends_on_undeclared()
        };
        for schema in [
            r#"{ "minLength": 5 }"#,
            r##"{ "$ref": "#/$defs/long" }"##,
            r#"{ "type": "integer" }"#,
            r#"{ "not": {} }"#,
        ] {
            assert!(depends(&format!(r#""additionalProperties": {schema}"#)), "{schema}");
            assert!(
                depends(&format!(r#""allOf": [{{ "additionalProperties": {schema} }}]"#)),
                "{schema}"
            );
        }
        for schema in ["false", "true", "{}"] {
            assert!(!depends(&format!(r#""additionalProperties": {schema}"#)), "{schema}");
        }
    }
}
