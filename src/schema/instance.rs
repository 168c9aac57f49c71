//! Reads variables as the schema declares them: from text to typed values.
//!
//! # How a value is read
//! An environment variable is a string; the `type` that its key declares says how to read it. These are the only
//! literals:
//!
//! - `integer`: an optional `-` and decimal digits without a leading zero (`0`, `8000`, `-1`; not `+1`, `007`, `1.0`, `1e3`, `0x1F`,
//!   `1_000`, ` 1`), since loaders and languages differ about all of those.
//! - `number`: a number as JSON writes it (`0.5`, `-3`, `1e6`; not `.5`, `1.`, `NaN`, `Infinity`). Kept exactly, to 37 digits.
//! - `boolean`: `true`, `false`, `1`, `0`, `yes`, `no`, `on`, `off`, in any case.
//! - `null`: the empty string.
//! - `array`: split at every `separator` (default `,`); spaces and tabs around an item are dropped; the empty string is the
//!   empty array, and `a,,b` has three items. An item is read as `prefixItems` and `items` declare it, by these same rules.
//! - `object`: a JSON object.
//! - `string`: the text as it is.
//!
//! If several types are declared, the first in this order that can read the text is used: integer, number, boolean,
//! null, array, object, string.
//! Without `type`, the types of the values in `enum` or `const` are used, then those of the branches of `anyOf`,
//! `oneOf`, `allOf`, `then` and `else`; without any of these the value is a string.
//! A text that none of the types can read is a single violation of `type`, and the key is not checked further.

mod constant;

pub(crate) use constant::Constant;

use std::borrow::Cow;
use std::cmp::Ordering;

use super::json;
use super::number::Decimal;
use super::violation::{TypeName, Types};
use crate::find;
use crate::model;

/// How to read the text of a key, or of an item of its list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Reading {
    /// The types it may be read as.
    pub types: Types,
    /// For a list: what separates its items.
    pub separator: Cow<'static, str>,
    /// For a list: its first items.
    pub prefix: Vec<Reading>,
    /// For a list: the items after those; `None` for strings.
    pub rest: Option<Box<Reading>>,
}

/// Reads a text unchanged.
pub(crate) static TEXT: Reading = Reading {
    types: Types::one(TypeName::String),
    separator: Cow::Borrowed(","),
    prefix: Vec::new(),
    rest: None,
};

impl Reading {
    fn item(&self, index: usize) -> &Reading {
        self.prefix.get(index).or(self.rest.as_deref()).unwrap_or(&TEXT)
    }
}

/// A value during evaluation of the plan. It has no `Debug`, since it is a value.
#[derive(Clone, Copy)]
pub(crate) enum Value<'v> {
    Null,
    Bool(bool),
    Number(Decimal),
    Text(&'v str),
    List(List<'v>),
    Object(Object<'v>),
    /// The set of variables itself.
    Set,
}

/// A list, either to be split or typed.
#[derive(Clone, Copy)]
pub(crate) enum List<'v> {
    Split(&'v str, &'v Reading),
    Typed(&'v [Constant]),
}

/// A JSON object, either as text that is known to be one, or typed.
#[derive(Clone, Copy)]
pub(crate) enum Object<'v> {
    Text(&'v str),
    Typed(&'v Constant),
}

/// A text that can't be read as any of its types.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Unreadable {
    /// The unreadable item, for a list that is readable apart from it.
    pub item: Option<u32>,
    /// The types it should have been readable as.
    pub expected: Types,
}

/// Reads a text.
pub(crate) fn read<'v>(text: &'v str, reading: &'v Reading) -> Result<Value<'v>, Unreadable> {
    let types = reading.types;
    if types == TEXT.types {
        return Ok(Value::Text(text));
    }
    let mut failed = Unreadable {
        item: None,
        expected: types,
    };
    if types.has(TypeName::Integer) || types.has(TypeName::Number) {
        match Decimal::parse(text.as_bytes()) {
            Some((number, plain)) if plain || types.has(TypeName::Number) => return Ok(Value::Number(number)),
            _ => {}
        }
    }
    if types.has(TypeName::Boolean)
        && let Some(flag) = boolean(text)
    {
        return Ok(Value::Bool(flag));
    }
    if types.has(TypeName::Null) && text.is_empty() {
        return Ok(Value::Null);
    }
    if types.has(TypeName::Array) {
        match unreadable_item(text, reading) {
            None => return Ok(Value::List(List::Split(text, reading))),
            Some(item) => failed = item,
        }
    }
    if types.has(TypeName::Object) && json::is_object(text) {
        return Ok(Value::Object(Object::Text(text)));
    }
    if types.has(TypeName::String) {
        return Ok(Value::Text(text));
    }
    if types != Types::one(TypeName::Array) {
        failed = Unreadable {
            item: None,
            expected: types,
        };
    }
    Err(failed)
}

/// Reads the literals of `boolean`.
pub(crate) fn boolean(text: &str) -> Option<bool> {
    const LITERALS: [(&str, bool); 8] = [
        ("true", true),
        ("false", false),
        ("1", true),
        ("0", false),
        ("yes", true),
        ("no", false),
        ("on", true),
        ("off", false),
    ];
    LITERALS
        .iter()
        .find(|(literal, _)| literal.eq_ignore_ascii_case(text))
        .map(|&(_, flag)| flag)
}

/// Returns the first item that can't be read.
fn unreadable_item(text: &str, reading: &Reading) -> Option<Unreadable> {
    if reading.prefix.is_empty() && reading.rest.is_none() {
        return None;
    }
    split(text, &reading.separator).zip(0u32..).find_map(|(item, index)| {
        let failed = read(item, reading.item(index as usize)).err()?;
        Some(Unreadable {
            item: Some(index),
            expected: failed.expected,
        })
    })
}

/// Returns the items of a list.
fn split<'v>(text: &'v str, separator: &'v str) -> impl Iterator<Item = &'v str> {
    let items = (!text.is_empty()).then(|| find::split(text, separator));
    items.into_iter().flatten().map(|item| item.trim_matches([' ', '\t']))
}

impl<'v> List<'v> {
    /// Returns its items, each read as the schema says.
    pub(crate) fn items(self) -> impl Iterator<Item = Value<'v>> {
        let (text, reading, typed) = match self {
            List::Split(text, reading) => (text, reading, &[][..]),
            List::Typed(items) => ("", &TEXT, items),
        };
        // The items were found readable when the list was read.
        let texts = split(text, &reading.separator).enumerate();
        let texts = texts.map(|(index, item)| read(item, reading.item(index)).unwrap_or(Value::Text(item)));
        texts.chain(typed.iter().map(Value::of))
    }
}

impl<'v> Object<'v> {
    /// Converts to a tree.
    pub(crate) fn to_constant(self) -> Constant {
        match self {
            Object::Typed(constant) => constant.clone(),
            Object::Text(text) => json::parse(text, &mut Vec::new()).map_or(Constant::Null, |node| Constant::of(&node)),
        }
    }
}

impl<'v> Value<'v> {
    /// Returns a typed value.
    pub(crate) fn of(constant: &'v Constant) -> Value<'v> {
        match constant {
            Constant::Null => Value::Null,
            Constant::Bool(flag) => Value::Bool(*flag),
            Constant::Number(number) => Value::Number(*number),
            Constant::String(text) => Value::Text(text),
            Constant::Array(items) => Value::List(List::Typed(items)),
            Constant::Object(_) => Value::Object(Object::Typed(constant)),
        }
    }

    /// Returns whether it is of one of the types.
    pub(crate) fn is(self, types: Types) -> bool {
        types.has(match self {
            Value::Null => TypeName::Null,
            Value::Bool(_) => TypeName::Boolean,
            Value::Number(number) if number.is_integer() && types.has(TypeName::Integer) => TypeName::Integer,
            Value::Number(_) => TypeName::Number,
            Value::Text(_) => TypeName::String,
            Value::List(_) => TypeName::Array,
            Value::Object(_) | Value::Set => TypeName::Object,
        })
    }

    /// Returns whether it equals a constant of the schema.
    pub(crate) fn equals(self, constant: &Constant) -> bool {
        match (self, constant) {
            (Value::Text(text), Constant::String(other)) => text == &**other,
            (value, other) => value.order(Value::of(other)) == Ordering::Equal,
        }
    }

    /// A total order in which only equal values are equal.
    pub(crate) fn order(self, other: Value<'_>) -> Ordering {
        match (self, other) {
            (Value::Bool(a), Value::Bool(b)) => a.cmp(&b),
            (Value::Number(a), Value::Number(b)) => a.cmp(&b),
            (Value::Text(a), Value::Text(b)) => a.cmp(b),
            (Value::List(a), Value::List(b)) => {
                let (mut left, mut right) = (a.items(), b.items());
                loop {
                    match (left.next(), right.next()) {
                        (None, None) => return Ordering::Equal,
                        (None, Some(_)) => return Ordering::Less,
                        (Some(_), None) => return Ordering::Greater,
                        (Some(x), Some(y)) => match x.order(y) {
                            Ordering::Equal => {}
                            unequal => return unequal,
                        },
                    }
                }
            }
            (Value::Object(a), Value::Object(b)) => a.to_constant().cmp(&b.to_constant()),
            (a, b) => a.rank().cmp(&b.rank()),
        }
    }

    fn rank(self) -> u8 {
        match self {
            Value::Null => 0,
            Value::Bool(_) => 1,
            Value::Number(_) => 2,
            Value::Text(_) => 3,
            Value::List(_) => 4,
            Value::Object(_) => 5,
            Value::Set => 6,
        }
    }

    /// Converts to a tree, for the engine.
    #[cfg(feature = "full")]
    pub(crate) fn to_constant(self) -> Constant {
        match self {
            Value::Null | Value::Set => Constant::Null,
            Value::Bool(flag) => Constant::Bool(flag),
            Value::Number(number) => Constant::Number(number),
            Value::Text(text) => Constant::String(text.into()),
            Value::List(list) => Constant::Array(list.items().map(Value::to_constant).collect()),
            Value::Object(object) => object.to_constant(),
        }
    }
}

/// The instance to evaluate: the variables of an environment, or a typed set.
pub(crate) trait Variables {
    fn count(&self) -> usize;
    /// Returns the name of a variable. Names ascend.
    fn key(&self, index: usize) -> &[u8];
    fn raw(&self, index: usize) -> Raw<'_>;
}

/// A value before it is read.
#[derive(Clone, Copy)]
pub(crate) enum Raw<'v> {
    Text(&'v str),
    Typed(&'v Constant),
    /// The loader makes `null` of it. It is empty, and nothing that has to be read.
    Null,
    /// Unknown, or not UTF-8, which another rule reports. All that is known is that it is present.
    Unknown,
}

impl Variables for model::Environment<'_> {
    fn count(&self) -> usize {
        self.variables.len()
    }

    fn key(&self, index: usize) -> &[u8] {
        self.variables[index].key
    }

    fn raw(&self, index: usize) -> Raw<'_> {
        match &self.variables[index].value {
            _ if self.variables[index].is_null => Raw::Null,
            model::Value::Known(secret) => std::str::from_utf8(secret.expose()).map_or(Raw::Unknown, Raw::Text),
            model::Value::Unknown(_) => Raw::Unknown,
        }
    }
}

/// A set of typed values, as in JSON Schema's own tests. Environments are text, so only tests build one.
pub(crate) struct TypedSet(Vec<(Box<str>, Constant)>);

impl TypedSet {
    /// Reads a text that is a JSON object.
    pub(crate) fn read(text: &str) -> Option<TypedSet> {
        match Constant::of(&json::parse(text, &mut Vec::new()).ok()?) {
            Constant::Object(members) => Some(TypedSet(members.into_vec())),
            _ => None,
        }
    }
}

impl Variables for TypedSet {
    fn count(&self) -> usize {
        self.0.len()
    }

    fn key(&self, index: usize) -> &[u8] {
        self.0[index].0.as_bytes()
    }

    fn raw(&self, index: usize) -> Raw<'_> {
        Raw::Typed(&self.0[index].1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reading(types: &[TypeName]) -> Reading {
        let types = types.iter().fold(Types::NONE, |set, &name| set.with(Types::one(name)));
        Reading { types, ..TEXT.clone() }
    }

    fn reads(text: &str, types: &[TypeName]) -> Option<Constant> {
        let reading = reading(types);
        read(text, &reading).ok().map(|value| match value {
            Value::Null => Constant::Null,
            Value::Bool(flag) => Constant::Bool(flag),
            Value::Number(number) => Constant::Number(number),
            Value::Text(text) => Constant::String(text.into()),
            Value::List(list) => Constant::Array(list.items().map(|item| Constant::from_item(item)).collect()),
            Value::Object(object) => object.to_constant(),
            Value::Set => unreachable!(),
        })
    }

    impl Constant {
        fn from_item(value: Value<'_>) -> Constant {
            match value {
                Value::Text(text) => Constant::String(text.into()),
                _ => Constant::Null,
            }
        }
    }

    #[test]
    fn integers() {
        for text in ["0", "8000", "-1", "123456789012345678901234567890"] {
            assert!(reads(text, &[TypeName::Integer]).is_some(), "{text}");
        }
        for text in ["", "+1", "007", "1.0", "1e3", "0x1F", "1_000", " 1", "1 ", "-", "one"] {
            assert!(reads(text, &[TypeName::Integer]).is_none(), "{text}");
        }
    }

    #[test]
    fn booleans() {
        for text in ["true", "FALSE", "1", "0", "Yes", "no", "on", "off"] {
            assert!(
                matches!(reads(text, &[TypeName::Boolean]), Some(Constant::Bool(_))),
                "{text}"
            );
        }
        for text in ["", "2", "y", "t", "enabled", " true"] {
            assert!(reads(text, &[TypeName::Boolean]).is_none(), "{text}");
        }
    }

    #[test]
    fn lists() {
        let list = |items: &[&str]| {
            Some(Constant::Array(
                items.iter().map(|&item| Constant::String(item.into())).collect(),
            ))
        };
        assert_eq!(reads("a, b\t,c", &[TypeName::Array]), list(&["a", "b", "c"]));
        assert_eq!(reads("", &[TypeName::Array]), list(&[]));
        assert_eq!(reads("a,,b", &[TypeName::Array]), list(&["a", "", "b"]));
        let mut numbers = reading(&[TypeName::Array]);
        numbers.rest = Some(Box::new(reading(&[TypeName::Integer])));
        assert!(read("1,2", &numbers).is_ok());
        let failed = read("1,x", &numbers).err().unwrap();
        assert_eq!(
            (failed.item, failed.expected.names()),
            (Some(1), vec![TypeName::Integer])
        );
    }

    #[test]
    fn the_first_type_that_reads_wins() {
        use TypeName::{Boolean, Integer, Null, Object, String};
        assert_eq!(
            reads("1", &[Boolean, Integer]),
            Some(Constant::Number(Decimal::from(1)))
        );
        assert_eq!(reads("", &[Null, String]), Some(Constant::Null));
        assert_eq!(reads("auto", &[Integer, String]), Some(Constant::String("auto".into())));
        assert_eq!(
            reads("{\"a\":1}", &[Object]).map(|object| object.to_json()),
            Some("{\"a\":1}".to_owned())
        );
        assert!(reads("{\"a\":1", &[Object]).is_none() && reads("[]", &[Object]).is_none());
    }
}
