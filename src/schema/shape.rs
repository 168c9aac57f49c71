//! What a program receives for each declared key, for everything that is generated from a schema: its type, and whether
//! it is present.
//!
//! A shape is never narrower than what [`Schema::typed`] returns after a check without errors: keywords that depend on
//! a condition (`if`, `not`, `dependentRequired`) are ignored.

use super::instance::{self, Constant, Reading, TEXT, Value};
use super::plan::{Asked, CheckKind, Key, SubId};
use super::violation::TypeName;
use super::{EnvironmentId, Property, Schema};
use crate::sort;

/// How many schemas are visited for one key: more than any real key has, fewer than a chain of `$ref` could reach.
const FUEL: u32 = 2000;

/// The type of a value, one of several.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Shape {
    /// Null.
    Null,
    /// A boolean.
    Boolean,
    /// A number; `true` if it is an integer.
    Number(bool),
    /// A string.
    String,
    /// A list: its first items, then all others. It may be shorter.
    List(Vec<Vec<Shape>>, Vec<Shape>),
    /// A JSON object.
    Object,
    /// Exactly this value, as JSON.
    Literal(String),
}

/// What is known about a key in an environment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyShape {
    /// The types its value may have; empty for a key that must not be set.
    pub of: Vec<Shape>,
    /// Whether it must be set, in all phases.
    pub required: bool,
    /// Whether a program always receives it, because it is required or has a default.
    pub present: bool,
}

impl Schema {
    /// Returns the shape of a declared key in an environment.
    #[must_use]
    pub fn shape(&self, environment: EnvironmentId, property: &Property) -> KeyShape {
        let has_default = property.default_in[usize::from(environment.0)].is_some();
        let is_allowed = is_allowed(environment, property);
        let always = property.phases.as_ref().is_none_or(|phases| phases.len() >= 3);
        let required = always && self.requires(environment, property);
        KeyShape {
            of: if is_allowed || has_default {
                self.values_of(environment, property)
            } else {
                Vec::new()
            },
            required,
            present: required || has_default,
        }
    }

    /// Returns the types that the value of a key may have.
    pub(super) fn values_of(&self, environment: EnvironmentId, property: &Property) -> Vec<Shape> {
        let Some((id, _)) = self.key(property) else {
            return Vec::new();
        };
        let mut finder = Finder {
            schema: self,
            fuel: FUEL,
        };
        let mut members = finder.members(self.reading(environment, id));
        for sub in self.subs_of(environment, id) {
            members = finder.narrow(sub, members);
        }
        let shapes: Vec<Shape> = members.into_iter().map(|member| member.shape).collect();
        let again = sort::repeats(shapes.len(), &|a, b| shapes[a].cmp(&shapes[b]));
        let first = shapes.into_iter().enumerate();
        let first = first.filter(|(index, _)| again.binary_search(index).is_err());
        first.map(|(_, shape)| shape).collect()
    }

    fn key(&self, property: &Property) -> Option<(u32, &Key)> {
        let index = self.plan.keys.binary_search_by(|key| (*key.name).cmp(&property.name));
        let index = index.ok()?;
        Some((u32::try_from(index).ok()?, &self.plan.keys[index]))
    }

    /// Returns the checks on the set of variables that always apply: those of the root and of the schemas it is
    /// composed of.
    fn checks(&self) -> Vec<&super::plan::Check> {
        let mut found = Vec::new();
        let mut open = vec![self.plan.root];
        let mut fuel = FUEL;
        while let Some(sub) = open.pop() {
            for check in &self.plan.subs[sub as usize].checks {
                match &check.kind {
                    CheckKind::Ref(sub) if fuel > 0 => open.push(*sub),
                    CheckKind::AllOf(subs) if fuel > 0 => open.extend(subs),
                    _ => found.push(check),
                }
                fuel = fuel.saturating_sub(1);
            }
        }
        found
    }

    /// Returns what the root and what the environment ask of keys.
    fn asked(&self, environment: EnvironmentId) -> impl Iterator<Item = &Asked> {
        let all = self.plan.asked.get_or_init(|| {
            let mut root = Asked::default();
            for check in self.checks() {
                match &check.kind {
                    CheckKind::Properties(of) => root.subs.extend(of),
                    CheckKind::Required(keys) => root.required.extend(keys),
                    _ => {}
                }
            }
            let environments = self.plan.environments.iter().map(|overlay| Asked {
                subs: overlay.subs.clone(),
                required: overlay.required.iter().map(|(key, _)| *key).collect(),
            });
            let mut all: Vec<Asked> = std::iter::once(root).chain(environments).collect();
            for asked in &mut all {
                sort::by(&mut asked.subs, &|(a, _), (b, _)| a.cmp(b));
                sort::by(&mut asked.required, &Ord::cmp);
            }
            all
        });
        let overlay = all.get(usize::from(environment.0) + 1);
        all.first().into_iter().chain(overlay)
    }

    /// Returns the schemas that a key must always meet: its own and that of `in`.
    fn subs_of(&self, environment: EnvironmentId, id: u32) -> Vec<SubId> {
        let of_key = |asked: &'_ Asked| {
            let from = asked.subs.partition_point(|(key, _)| *key < id);
            let to = asked.subs.partition_point(|(key, _)| *key <= id);
            asked.subs[from..to].iter().map(|(_, sub)| *sub).collect::<Vec<_>>()
        };
        self.asked(environment).flat_map(of_key).collect()
    }

    /// Whether a declared key must be set in an environment, in some phase at least.
    #[must_use]
    pub fn requires(&self, environment: EnvironmentId, property: &Property) -> bool {
        let Some((id, _)) = self.key(property) else {
            return false;
        };
        let mut asked = self.asked(environment);
        is_allowed(environment, property) && asked.any(|asked| asked.required.binary_search(&id).is_ok())
    }
}

fn is_allowed(environment: EnvironmentId, property: &Property) -> bool {
    let allowed = property.allowed_in.as_ref();
    allowed.is_none_or(|allowed| allowed.contains(&environment))
}

/// A shape being narrowed.
#[derive(Clone)]
struct Member<'s> {
    /// The value of a literal.
    literal: Option<&'s Constant>,
    shape: Shape,
}

impl Member<'_> {
    /// Returns whether a constant is one of its values.
    fn takes(&self, constant: &Constant) -> bool {
        match (&self.shape, self.literal) {
            (_, Some(literal)) => literal == constant,
            (Shape::Null, _) => *constant == Constant::Null,
            (Shape::Boolean, _) => matches!(constant, Constant::Bool(_)),
            (Shape::Number(whole), _) => {
                matches!(constant, Constant::Number(number) if !whole || number.is_integer())
            }
            (Shape::String, _) => matches!(constant, Constant::String(_)),
            (Shape::List(..), _) => matches!(constant, Constant::Array(_)),
            (Shape::Object, _) => matches!(constant, Constant::Object(_)),
            (Shape::Literal(_), None) => false,
        }
    }

    /// Returns what remains of it under a constraint on the type.
    fn of_type(&self, types: super::violation::Types) -> Option<Self> {
        let (integer, number) = (types.has(TypeName::Integer), types.has(TypeName::Number));
        if let Some(literal) = self.literal {
            return Value::of(literal).is(types).then(|| self.clone());
        }
        let name = match self.shape {
            Shape::Number(whole) if number || integer => {
                let shape = Shape::Number(whole || !number);
                return Some(Member { literal: None, shape });
            }
            Shape::Number(_) => TypeName::Number,
            Shape::Null => TypeName::Null,
            Shape::Boolean => TypeName::Boolean,
            Shape::String => TypeName::String,
            Shape::List(..) => TypeName::Array,
            Shape::Object => TypeName::Object,
            Shape::Literal(_) => return None,
        };
        types.has(name).then(|| self.clone())
    }
}

struct Finder<'s> {
    schema: &'s Schema,
    fuel: u32,
}

impl<'s> Finder<'s> {
    /// Returns everything that a text can be read as.
    fn members(&mut self, reading: &Reading) -> Vec<Member<'s>> {
        let types = reading.types;
        let mut shapes = Vec::new();
        if types.has(TypeName::Number) {
            shapes.push(Shape::Number(false));
        } else if types.has(TypeName::Integer) {
            shapes.push(Shape::Number(true));
        }
        for (name, shape) in [(TypeName::Boolean, Shape::Boolean), (TypeName::Null, Shape::Null)] {
            if types.has(name) {
                shapes.push(shape);
            }
        }
        if types.has(TypeName::Array) {
            let shapes_of = |finder: &mut Self, reading: &Reading| {
                let members = finder.members(reading);
                members.into_iter().map(|member| member.shape).collect::<Vec<_>>()
            };
            let first = reading.prefix.iter().map(|item| shapes_of(self, item)).collect();
            let rest = shapes_of(self, reading.rest.as_deref().unwrap_or(&TEXT));
            shapes.push(Shape::List(first, rest));
        }
        for (name, shape) in [(TypeName::Object, Shape::Object), (TypeName::String, Shape::String)] {
            if types.has(name) {
                shapes.push(shape);
            }
        }
        let member = |shape| Member { literal: None, shape };
        shapes.into_iter().map(member).collect()
    }

    /// Returns what remains of the members under a schema.
    fn narrow(&mut self, sub: SubId, mut members: Vec<Member<'s>>) -> Vec<Member<'s>> {
        if self.fuel == 0 {
            return members;
        }
        self.fuel -= 1;
        let schema = self.schema;
        for check in &schema.plan.subs[sub as usize].checks {
            members = match &check.kind {
                CheckKind::Never => Vec::new(),
                CheckKind::Type(types) => members.iter().filter_map(|member| member.of_type(*types)).collect(),
                CheckKind::Enum(constants) => literals(constants, &members),
                CheckKind::Const(constant) => literals(std::slice::from_ref(&**constant), &members),
                CheckKind::Ref(sub) => self.narrow(*sub, members),
                CheckKind::AllOf(subs) => subs.iter().fold(members, |members, &sub| self.narrow(sub, members)),
                CheckKind::AnyOf(subs) | CheckKind::OneOf(subs) => {
                    let branches = subs.iter().map(|&sub| self.narrow(sub, members.clone()));
                    branches.collect::<Vec<_>>().concat()
                }
                CheckKind::Items(first, rest) => self.items(first, *rest, members),
                _ => members,
            };
        }
        members
    }

    /// Returns the members with the items of lists narrowed.
    fn items(&mut self, first: &[SubId], rest: Option<SubId>, members: Vec<Member<'s>>) -> Vec<Member<'s>> {
        let mut narrowed = |sub: Option<SubId>, shapes: Vec<Shape>| {
            let Some(sub) = sub else { return shapes };
            let members = shapes.into_iter().map(|shape| Member { literal: None, shape });
            let members = self.narrow(sub, members.collect());
            members.into_iter().map(|member| member.shape).collect()
        };
        let mut list = |member: Member<'s>| match member.shape {
            Shape::List(prefix, others) => {
                let prefix = prefix.into_iter().enumerate();
                let prefix = prefix.map(|(index, shapes)| narrowed(first.get(index).copied(), shapes));
                let shape = Shape::List(prefix.collect(), narrowed(rest, others));
                Member { shape, ..member }
            }
            _ => member,
        };
        members.into_iter().map(&mut list).collect()
    }
}

/// Returns the constants that remain as literals. Lists and objects are kept as they are.
fn literals<'s>(constants: &'s [Constant], members: &[Member<'s>]) -> Vec<Member<'s>> {
    let left = constants.iter().filter_map(|constant| {
        let member = members.iter().find(|member| member.takes(constant))?;
        Some(match constant {
            Constant::Array(_) | Constant::Object(_) => member.clone(),
            _ => Member {
                literal: Some(constant),
                shape: Shape::Literal(constant.to_json()),
            },
        })
    });
    left.collect()
}

/// Returns whether the empty string, read this way, is one of the values.
pub(super) fn takes_empty(reading: &Reading, of: &[Shape]) -> bool {
    match instance::read("", reading) {
        Ok(Value::Text(_)) => of.iter().any(|shape| match shape {
            Shape::String => true,
            Shape::Literal(json) => json == "\"\"",
            _ => false,
        }),
        Ok(_) => true,
        Err(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::Vocabulary;
    use crate::source::Source;

    fn shape(property: &str) -> KeyShape {
        let text = format!(
            r#"{{ "environments": {{ "dev": {{}}, "prod": {{}} }}, "$defs": {{ "level": {{ "enum": ["low", "high"] }} }}, "properties": {{ "K": {property} }} }}"#
        );
        let source = Source::new("env.schema.json", text).unwrap();
        let schema = Schema::compile(&source, &Vocabulary::default()).unwrap();
        schema.shape(EnvironmentId(1), &schema.properties()[0])
    }

    fn literal(json: &str) -> Shape {
        Shape::Literal(json.to_owned())
    }

    #[test]
    fn types_follow_how_values_are_read() {
        for (property, expected) in [
            ("{}", vec![Shape::String]),
            (r#"{ "type": "integer" }"#, vec![Shape::Number(true)]),
            (
                r#"{ "type": ["number", "null"] }"#,
                vec![Shape::Number(false), Shape::Null],
            ),
            (r#"{ "enum": [1, "a"] }"#, vec![literal("1"), literal("\"a\"")]),
            (r#"{ "type": "string", "const": "a" }"#, vec![literal("\"a\"")]),
            (
                r##"{ "$ref": "#/$defs/level" }"##,
                vec![literal("\"low\""), literal("\"high\"")],
            ),
            (
                r#"{ "anyOf": [{ "const": "auto" }, { "type": "integer" }] }"#,
                vec![literal("\"auto\""), Shape::Number(true)],
            ),
            (
                r#"{ "enum": ["a", "b", "c"], "in": { "prod": { "enum": ["b", "c", "d"] }, "dev": { "const": "a" } } }"#,
                vec![literal("\"b\""), literal("\"c\"")],
            ),
            (
                r#"{ "type": "array", "prefixItems": [{ "type": "integer" }], "items": { "enum": ["x"] } }"#,
                vec![Shape::List(vec![vec![Shape::Number(true)]], vec![literal("\"x\"")])],
            ),
        ] {
            assert_eq!(shape(property).of, expected, "{property}");
        }
    }

    #[test]
    fn required_keys_and_keys_that_are_always_present() {
        for (property, required, present) in [
            ("{}", false, false),
            (r#"{ "requiredIn": ["prod"] }"#, true, true),
            (r#"{ "requiredIn": ["dev"] }"#, false, false),
            (r#"{ "default": "x" }"#, false, true),
            (r#"{ "in": { "prod": { "default": "x" } } }"#, false, true),
            (r#"{ "requiredIn": ["prod"], "phases": ["build"] }"#, false, false),
        ] {
            let shape = shape(property);
            assert_eq!((shape.required, shape.present), (required, present), "{property}");
        }
        assert_eq!(shape(r#"{ "allowedIn": ["dev"] }"#).of, []);
    }
}
