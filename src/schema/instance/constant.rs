//! JSON values in a schema, and values that have been read.

use crate::join::join;
use crate::schema::json::{Json, Node};
use crate::schema::number::Decimal;
use crate::schema::violation::{TypeName, Types};
use crate::sort;

/// A JSON value in the schema, or a typed instance.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Constant {
    Null,
    Bool(bool),
    Number(Decimal),
    String(Box<str>),
    Array(Box<[Constant]>),
    /// Sorted by name.
    Object(Box<[(Box<str>, Constant)]>),
}

impl Constant {
    pub(crate) fn of(node: &Node<'_>) -> Constant {
        match &node.json {
            Json::Null => Constant::Null,
            Json::Bool(flag) => Constant::Bool(*flag),
            Json::Number(number) => Constant::Number(*number),
            Json::String(text) => Constant::String(text.as_ref().into()),
            Json::Array(items) => Constant::Array(items.iter().map(Constant::of).collect()),
            Json::Object(object) => {
                let mut members: Vec<(Box<str>, Constant)> = object
                    .members
                    .iter()
                    .map(|member| (member.key.as_ref().into(), Constant::of(&member.value)))
                    .collect();
                sort::by(&mut members, &|a, b| a.0.cmp(&b.0));
                Constant::Object(members.into())
            }
        }
    }

    /// Returns the type it implies if none is declared.
    pub(crate) fn types(&self) -> Types {
        Types::one(match self {
            Constant::Null => TypeName::Null,
            Constant::Bool(_) => TypeName::Boolean,
            Constant::Number(number) if number.is_integer() => TypeName::Integer,
            Constant::Number(_) => TypeName::Number,
            Constant::String(_) => TypeName::String,
            Constant::Array(_) => TypeName::Array,
            Constant::Object(_) => TypeName::Object,
        })
    }

    /// Formats it for a message: a string as it is, anything else as JSON.
    pub(crate) fn show(&self) -> String {
        match self {
            Constant::String(text) => text.to_string(),
            other => other.to_json(),
        }
    }

    /// Formats it as JSON.
    pub(crate) fn to_json(&self) -> String {
        match self {
            Constant::Null => String::from("null"),
            Constant::Bool(flag) => flag.to_string(),
            Constant::Number(number) => number.to_string(),
            Constant::String(text) => crate::json::quoted(text),
            Constant::Array(items) => {
                format!(
                    "[{}]",
                    join(&items.iter().map(Constant::to_json).collect::<Vec<_>>(), ",")
                )
            }
            Constant::Object(members) => {
                let member =
                    |(key, value): &(Box<str>, Constant)| format!("{}:{}", crate::json::quoted(key), value.to_json());
                format!("{{{}}}", join(&members.iter().map(member).collect::<Vec<_>>(), ","))
            }
        }
    }
}
