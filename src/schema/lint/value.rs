//! Validates the value of a keyword: a schema, a list, a number within a range, a name that must exist.

use super::{Found, Linter, Position, count, number};
use crate::schema::LANGUAGE;
use crate::schema::errors::SchemaError;
use crate::schema::format::Format;
use crate::schema::instance::Constant;
use crate::schema::json::{Json, Node, quoted};
use crate::schema::keyword::{Keyword, Shape};
use crate::schema::number::Decimal;
use crate::schema::pattern::{Pattern, PatternErrorKind, Unsupported};
use crate::schema::violation::{TypeName, Types};
use crate::sort;
use crate::source::Span;

impl<'l, 's> Linter<'l, 's, '_> {
    /// Checks the value of a keyword.
    #[inline(never)]
    pub(super) fn value(&mut self, keyword: Keyword, node: &'l Node<'s>, position: Position) {
        let name = keyword.name();
        match keyword.shape() {
            Shape::Anything | Shape::Own => {}
            Shape::Text if keyword == Keyword::Dialect => self.language(node, name),
            Shape::Text => drop(self.errors.string(node, name)),
            Shape::Flag => drop(self.errors.flag(node, name)),
            Shape::List => {
                if node.as_array().is_none() {
                    self.errors.wrong_kind(node, name, "a list");
                }
            }
            Shape::Count => {
                if count(node).is_none() {
                    self.errors
                        .wrong_number(node, name, "a whole number from 0 to 4294967295");
                }
            }
            Shape::Limit => {
                if number(node).is_none() {
                    self.errors.wrong_kind(node, name, "a number");
                }
            }
            Shape::Step => {
                if !number(node).is_some_and(Decimal::is_positive) {
                    self.errors.wrong_number(node, name, "a number above 0");
                }
            }
            Shape::Types => self.types(node),
            Shape::Values => match node.as_array() {
                Some([]) => self.errors.push(node.span, "\"enum\" allows nothing: it has no values"),
                Some(items) => self.values(items),
                None => self.errors.wrong_kind(node, name, "a list of values"),
            },
            Shape::Pattern => {
                if let Some(pattern) = self.errors.string(node, name) {
                    self.pattern(node.span, pattern);
                }
            }
            Shape::Format => self.format(node, name),
            Shape::Schema => self.schema(node, Position::Inner),
            Shape::Schemas => {
                let is_branch = keyword == Keyword::AllOf && self.holds_for_all(position);
                self.list(node, name, if is_branch { Position::Branch } else { Position::Inner });
            }
            Shape::SchemaMap | Shape::PatternMap => self.map(keyword, node, position),
            Shape::Keys => self.keys(node, name),
            Shape::KeyLists => match node.as_object() {
                Some(object) => object
                    .members
                    .iter()
                    .for_each(|member| self.keys(&member.value, &member.key)),
                None => self.errors.wrong_kind(node, name, "an object: keys to lists of keys"),
            },
            Shape::Reference => self.reference(node, name),
            Shape::Anchor => self.anchor(node, name),
        }
        if keyword == Keyword::In {
            for member in node.own_members() {
                self.schema(&member.value, Position::In);
            }
        }
    }

    /// Checks `$schema`, the language that the schema is written in.
    fn language(&mut self, node: &Node<'_>, name: &str) {
        if self
            .errors
            .string(node, name)
            .is_some_and(|text| !is_known_dialect(text))
        {
            self.errors.push_help(
                node.span,
                "\"$schema\" names another language",
                "write \"urn:envgate:schema:1\", or \"https://json-schema.org/draft/2020-12/schema\"",
            );
        }
    }

    fn reference(&mut self, node: &Node<'_>, name: &str) {
        if let Some(reference) = self.errors.string(node, name)
            && let Err((message, help)) = self.documents.resolve(self.errors.file, reference)
        {
            self.errors.add(SchemaError {
                help,
                ..SchemaError::new(node.span, message)
            });
        }
    }

    fn anchor(&mut self, node: &Node<'_>, name: &str) {
        if self.errors.string(node, name).is_some_and(|text| !is_anchor(text)) {
            self.errors.push(
                node.span,
                format!(
                    "{} takes a name: a letter, then letters, digits, `-`, `.`, `_`",
                    quoted(name)
                ),
            );
        }
    }

    /// Checks a list of schemas.
    fn list(&mut self, node: &'l Node<'s>, name: &str, position: Position) {
        match node.as_array() {
            Some([]) => self
                .errors
                .push(node.span, format!("{} needs at least one schema", quoted(name))),
            Some(items) => items.iter().for_each(|item| self.schema(item, position)),
            None => self.errors.wrong_kind(node, name, "a list of schemas"),
        }
    }

    /// Checks an object of schemas.
    fn map(&mut self, keyword: Keyword, node: &'l Node<'s>, position: Position) {
        let Some(object) = node.as_object() else {
            self.errors.wrong_kind(node, keyword.name(), "an object of schemas");
            return;
        };
        let keys = keyword == Keyword::Defs || (keyword == Keyword::Properties && self.holds_for_all(position));
        for member in &object.members {
            if keyword == Keyword::PatternProperties {
                self.pattern(member.key_span, &member.key);
            }
            self.schema(&member.value, if keys { Position::Property } else { Position::Inner });
        }
    }

    fn format(&mut self, node: &Node<'_>, name: &str) {
        if let Some(format) = self.errors.string(node, name)
            && Format::find(format).is_none()
        {
            let message = format!("there is no format {}", quoted(format));
            let known = Format::ALL.iter().map(|format| format.name());
            self.errors.unknown(node.span, &message, format, known);
        }
    }

    #[inline(never)]
    fn types(&mut self, node: &Node<'_>) {
        let items = match &node.json {
            Json::String(_) => std::slice::from_ref(node),
            Json::Array(items) if !items.is_empty() => items,
            _ => {
                self.errors
                    .wrong_kind(node, "type", "the name of a type, or a list of names");
                return;
            }
        };
        let mut seen = Vec::new();
        for item in items {
            let Some(name) = self.errors.string(item, "type") else {
                continue;
            };
            if Types::find(name).is_none() {
                let message = format!("there is no type {}", quoted(name));
                match meant_type(name) {
                    Some(help) => self.errors.push_help(item.span, &message, help),
                    None => self
                        .errors
                        .unknown(item.span, &message, name, TypeName::ALL.map(TypeName::name)),
                }
            } else if seen.contains(&name) {
                self.errors.push(item.span, format!("{} is named twice", quoted(name)));
            }
            seen.push(name);
        }
    }

    /// Checks a list of distinct keys.
    fn keys(&mut self, node: &Node<'_>, keyword: &str) {
        let all = self.errors.strings(node, keyword);
        for again in sort::repeats(all.len(), &|a, b| all[a].1.cmp(all[b].1)) {
            let (node, name) = all[again];
            self.errors.push(node.span, format!("{} is named twice", quoted(name)));
        }
    }

    /// Reports values that occur twice in `enum`.
    pub(super) fn values(&mut self, items: &[Node<'_>]) {
        let all: Vec<_> = items.iter().map(Constant::of).collect();
        for again in sort::repeats(all.len(), &|a, b| all[a].cmp(&all[b])) {
            self.errors.push(items[again].span, "this value is already in \"enum\"");
        }
    }

    fn pattern(&mut self, span: Span, pattern: &'l str) {
        if self.patterns.contains(pattern) {
            return;
        }
        match Pattern::compile(pattern) {
            Ok(compiled) => drop(self.patterns.add(pattern, Found::Compiled(compiled))),
            Err(error)
                if cfg!(feature = "full")
                    && error.kind == PatternErrorKind::Unsupported(Unsupported::UnicodeProperty) =>
            {
                self.patterns.add(pattern, Found::Engines);
            }
            Err(error) => {
                let place = pattern.get(..error.offset).map_or(0, |before| before.chars().count()) + 1;
                self.errors.push(
                    span,
                    format!("the pattern does not compile, at its character {place}: {error}"),
                );
            }
        }
    }
}

/// Returns whether this is a valid `$anchor`: an XML name without a colon, in ASCII.
fn is_anchor(name: &str) -> bool {
    let mut bytes = name.bytes();
    bytes
        .next()
        .is_some_and(|byte| byte.is_ascii_alphabetic() || byte == b'_')
        && bytes.all(|byte| byte.is_ascii_alphanumeric() || b"-._".contains(&byte))
}

/// Returns whether this is our dialect, the standard's, or a copy of our meta-schema that an editor finds by its path.
fn is_known_dialect(text: &str) -> bool {
    let text = text.strip_suffix('#').unwrap_or(text);
    matches!(text, LANGUAGE | "https://json-schema.org/draft/2020-12/schema")
        || text.rsplit('/').next() == Some("env.schema.v1.json")
}

/// Returns what to write for a type that other tools have, or that JSON Schema calls a format.
fn meant_type(name: &str) -> Option<String> {
    let meant = match name {
        "int" => "integer",
        "bool" => "boolean",
        "str" | "text" => "string",
        "float" | "double" | "decimal" => "number",
        "list" => "array",
        "enum" => return Some("a list of allowed values is \"enum\", beside a \"type\" or without one".to_owned()),
        "port" => return Some("a port is an \"integer\" with \"minimum\": 1 and \"maximum\": 65535".to_owned()),
        "url" => return Some(as_format("uri")),
        "ip" => return Some(as_format("ipv4")),
        "host" => return Some(as_format("hostname")),
        _ if Format::find(name).is_some() => return Some(as_format(name)),
        _ => return None,
    };
    Some(format!("did you mean {}?", quoted(meant)))
}

fn as_format(name: &str) -> String {
    format!("this is a format: \"type\": \"string\", \"format\": {}", quoted(name))
}
