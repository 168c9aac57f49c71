//! Whether a text is a schema: every keyword known, in its place, with a value that it takes, and none that contradict each other.
//!
//! Walks all of every document once, definitions that nothing refers to included. What passes here can be lowered.

use super::documents::Documents;
use super::errors::{Errors, SchemaError};
use super::format::Format;
use super::instance::{self, Constant, Reading, TEXT};
use super::json::{Json, Member, Node, Object, quoted};
use super::keyword::{self, Keyword, Place, Shape};
use super::number::Decimal;
use super::pattern::{Pattern, PatternErrorKind, Unsupported};
use super::plan::PatternId;
use super::property::{self, Names};
use super::violation::{TypeName, Types};
use crate::map::Map;
use crate::sort;
use crate::source::Span;

/// Where a schema stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Position {
    Root,
    /// A file beside the schema.
    File,
    /// Of a declared key, or a definition.
    Property,
    /// In a branch of `in`.
    In,
    Inner,
}

/// Walks every document.
pub(crate) fn lint<'l>(documents: &'l Documents<'_>, names: &Names<'_>, errors: &mut Errors) -> Patterns<'l> {
    let mut linter = Linter {
        documents,
        names,
        errors,
        patterns: Patterns::default(),
    };
    for file in 0..documents.count() {
        #[expect(clippy::cast_possible_truncation, reason = "the caller bounds the files")]
        let file = file as u16;
        linter.errors.file = file;
        let position = if file == 0 { Position::Root } else { Position::File };
        linter.schema(documents.root(file), position);
    }
    linter.errors.file = 0;
    linter.patterns
}

/// Every pattern of the documents.
pub(crate) type Patterns<'l> = Map<&'l str, Found>;

/// What became of a pattern.
pub(crate) enum Found {
    /// It is compiled, and waits to be used.
    Compiled(Pattern),
    /// It is the engine's.
    Engines,
    /// It is in the plan.
    Used(PatternId),
}

struct Linter<'l, 's, 'e> {
    documents: &'l Documents<'s>,
    names: &'e Names<'e>,
    errors: &'e mut Errors,
    patterns: Patterns<'l>,
}

impl<'l, 's> Linter<'l, 's, '_> {
    fn schema(&mut self, node: &'l Node<'s>, position: Position) {
        let object = match &node.json {
            Json::Object(object) => object,
            Json::Bool(_) if position != Position::Root => return,
            _ => {
                let expected = if position == Position::Root {
                    "a schema is an object"
                } else {
                    "a schema is an object, true or false"
                };
                self.errors.push(node.span, format!("{expected}, not {}", node.kind()));
                return;
            }
        };
        let types = object.get("type").map_or(Types::NONE, |member| declares(&member.value));
        for member in &object.members {
            self.keyword(member, types, position);
        }
        if matches!(position, Position::Property | Position::File) {
            property::read_words(node, self.names, self.errors);
        }
        self.contradictions(object, position);
    }

    /// One member of a schema that declares these types, or none.
    fn keyword(&mut self, member: &'l Member<'s>, types: Types, position: Position) {
        let name = &*member.key;
        let Some(keyword) = Keyword::find(name) else {
            if !name.starts_with("x-") {
                self.unknown(member, position);
            }
            return;
        };
        let stands = match keyword.place() {
            Place::Any => true,
            Place::Root => position == Position::Root,
            Place::Document => matches!(position, Position::Root | Position::File),
            Place::Property => matches!(position, Position::Property | Position::File),
            Place::PropertyOrIn => matches!(position, Position::Property | Position::File | Position::In),
        };
        if !stands {
            let (place, help) = match keyword.place() {
                Place::Root | Place::Document => ("at the root of the schema", None),
                _ if position == Position::In => ("in the schema of a key, the same for all environments", None),
                _ => (
                    "in the schema of a key",
                    Some("move it into \"properties\" / the key, or into a definition that the key refers to"),
                ),
            };
            self.errors.add(SchemaError {
                help: help.map(str::to_owned),
                ..SchemaError::new(member.key_span, format!("{} belongs {place}, not here", quoted(name)))
            });
            return;
        }
        let concerns = keyword.concerns();
        if !types.is_empty() && !concerns.is_empty() && !types.meets(concerns) {
            self.idle(member, concerns);
        }
        if !types.is_empty() {
            match keyword {
                Keyword::Const | Keyword::Enum => self.meets(keyword, &member.value, types),
                Keyword::Default if matches!(position, Position::Property | Position::In) => {
                    self.default(&member.value, types);
                }
                _ => {}
            }
        }
        self.value(keyword, &member.value, position);
    }

    /// The standard ignores a keyword of another type; nobody who writes it means that.
    #[inline(never)]
    fn idle(&mut self, member: &Member<'_>, concerns: Types) {
        let name = quoted(&member.key);
        let needs = concerns.names();
        let needs = needs.last().copied().unwrap_or(TypeName::String);
        self.errors.push_help(
            member.key_span,
            &format!("{name} does nothing without the type {}", quoted(needs.name())),
            match needs {
                TypeName::String => "remove \"type\" to check the text as it is, or use \"minimum\" and \"maximum\"",
                _ => "correct \"type\", or remove it",
            },
        );
    }

    /// Whether the default of a key can be read as its type: a program would get it without a check.
    #[inline(never)]
    fn default(&mut self, node: &Node<'_>, types: Types) {
        let text = property::as_text(node, &TEXT.separator);
        if instance::read(&text, &Reading { types, ..TEXT.clone() }).is_err() {
            let own = Constant::of(node).types().names();
            let own = own.first().copied().unwrap_or(TypeName::String);
            self.errors.push_help(
                node.span,
                &format!(
                    "this default can't be read as \"type\" says: it does nothing without the type {}",
                    quoted(own.name())
                ),
                "correct it, or \"type\"",
            );
        }
    }

    /// Whether a value that is allowed is of a type that is.
    #[inline(never)]
    fn meets(&mut self, keyword: Keyword, node: &Node<'_>, types: Types) {
        let values = match keyword {
            Keyword::Enum => node.as_array().unwrap_or_default(),
            _ => std::slice::from_ref(node),
        };
        let whole = Types::one(TypeName::Integer);
        let is_met = |value: &Node<'_>| {
            let own = Constant::of(value).types();
            types.meets(own) || own == whole && types.has(TypeName::Number)
        };
        if !values.is_empty() && !values.iter().any(is_met) {
            self.errors.push_help(
                node.span,
                &format!(
                    "{} and \"type\" allow nothing: no allowed value is of that type",
                    quoted(keyword.name())
                ),
                "write numbers, true and false without quotes where \"type\" asks for them",
            );
        }
    }

    #[inline(never)]
    fn unknown(&mut self, member: &Member<'_>, position: Position) {
        let name = &*member.key;
        let message = format!("there is no keyword {}", quoted(name));
        if let Some(help) = keyword::replaced(name) {
            self.errors.push_help(member.key_span, &message, help);
            return;
        }
        let near = self.errors.nearest(name, &mut Keyword::all().map(Keyword::name));
        let help = match near {
            Some(near) => Some(format!("did you mean {}?", quoted(near))),
            None if position == Position::Root && member.value.as_object().is_some() => {
                Some(String::from("is it a key? keys are declared in \"properties\""))
            }
            None => Some(String::from("a note of your own begins with \"x-\"")),
        };
        self.errors.add(SchemaError {
            help,
            ..SchemaError::new(member.key_span, message)
        });
    }

    /// What a keyword takes.
    #[inline(never)]
    fn value(&mut self, keyword: Keyword, node: &'l Node<'s>, position: Position) {
        let name = keyword.name();
        match keyword.shape() {
            Shape::Anything | Shape::Own => {}
            Shape::Text => {
                let text = self.errors.string(node, name);
                if keyword == Keyword::Dialect && text.is_some_and(|text| !is_known_dialect(text)) {
                    self.errors.push_help(
                        node.span,
                        "\"$schema\" names another language",
                        "write \"urn:envgate:schema:1\", or \"https://json-schema.org/draft/2020-12/schema\"",
                    );
                }
            }
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
            Shape::Schemas => match node.as_array() {
                Some([]) => self
                    .errors
                    .push(node.span, format!("{} needs at least one schema", quoted(name))),
                Some(items) => items.iter().for_each(|item| self.schema(item, Position::Inner)),
                None => self.errors.wrong_kind(node, name, "a list of schemas"),
            },
            Shape::SchemaMap | Shape::PatternMap => self.schemas(keyword, node, position),
            Shape::Keys => self.keys(node, name),
            Shape::KeyLists => match node.as_object() {
                Some(object) => object
                    .members
                    .iter()
                    .for_each(|member| self.keys(&member.value, &member.key)),
                None => self.errors.wrong_kind(node, name, "an object: keys to lists of keys"),
            },
            Shape::Reference => {
                if let Some(reference) = self.errors.string(node, name)
                    && let Err((message, help)) = self.documents.resolve(self.errors.file, reference)
                {
                    self.errors.add(SchemaError {
                        help,
                        ..SchemaError::new(node.span, message)
                    });
                }
            }
            Shape::Anchor => {
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
        }
        if keyword == Keyword::In {
            for member in node.own_members() {
                self.schema(&member.value, Position::In);
            }
        }
    }

    /// An object of schemas.
    fn schemas(&mut self, keyword: Keyword, node: &'l Node<'s>, position: Position) {
        let Some(object) = node.as_object() else {
            self.errors.wrong_kind(node, keyword.name(), "an object of schemas");
            return;
        };
        let keys = keyword == Keyword::Defs || (keyword == Keyword::Properties && position == Position::Root);
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
                let help = match name {
                    "int" | "port" => Some("integer"),
                    "bool" => Some("boolean"),
                    "str" | "text" | "url" | "uri" | "email" => Some("string"),
                    "float" | "double" => Some("number"),
                    "list" => Some("array"),
                    _ => None,
                };
                let message = format!("there is no type {}", quoted(name));
                match help {
                    Some(meant) => {
                        self.errors
                            .push_help(item.span, &message, format!("did you mean {}?", quoted(meant)))
                    }
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

    /// A list of different keys.
    fn keys(&mut self, node: &Node<'_>, keyword: &str) {
        let all = self.errors.strings(node, keyword);
        for again in sort::repeats(all.len(), &|a, b| all[a].1.cmp(all[b].1)) {
            let (node, name) = all[again];
            self.errors.push(node.span, format!("{} is named twice", quoted(name)));
        }
    }

    /// A value that stands twice in `enum`.
    fn values(&mut self, items: &[Node<'_>]) {
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

    /// What can't be met together.
    #[inline(never)]
    fn contradictions(&mut self, object: &Object<'_>, position: Position) {
        const COUNTS: [(&str, &str); 5] = [
            ("minLength", "maxLength"),
            ("minItems", "maxItems"),
            ("minProperties", "maxProperties"),
            ("minContains", "maxContains"),
            ("minimum", "maximum"),
        ];
        // The lower limit, the upper limit, and whether they may be equal.
        const OPEN: [(&str, &str); 3] = [
            ("exclusiveMinimum", "maximum"),
            ("minimum", "exclusiveMaximum"),
            ("exclusiveMinimum", "exclusiveMaximum"),
        ];
        let limit = |name: &str| {
            object
                .get(name)
                .and_then(|member| Some((member, number(&member.value)?)))
        };
        for (pairs, may_be_equal) in [(&COUNTS[..], true), (&OPEN[..], false)] {
            for (low, high) in pairs {
                let (Some((from, least)), Some((_, most))) = (limit(low), limit(high)) else {
                    continue;
                };
                if least > most || (least == most && !may_be_equal) {
                    let message = format!("{} and {} allow nothing: {least} and {most}", quoted(low), quoted(high));
                    self.errors.push(from.key_span, message);
                }
            }
        }
        for (name, needs) in [
            ("then", "if"),
            ("else", "if"),
            ("minContains", "contains"),
            ("maxContains", "contains"),
        ] {
            if let (Some(member), None) = (object.get(name), object.get(needs)) {
                // The standard ignores them; nobody who writes them means that.
                self.errors.push(
                    member.key_span,
                    format!("{} does nothing without {}", quoted(name), quoted(needs)),
                );
            }
        }
        if position == Position::Root
            && let Some(member) = object.get("type")
            && !declares(&member.value).has(TypeName::Object)
        {
            self.errors.push(
                member.value.span,
                "a set of variables is an object; no other type can be met",
            );
        }
    }
}

/// The types that `type` names.
pub(crate) fn declares(node: &Node<'_>) -> Types {
    let items = match &node.json {
        Json::Array(items) => items,
        _ => std::slice::from_ref(node),
    };
    items
        .iter()
        .filter_map(|item| Types::find(item.as_str()?))
        .fold(Types::NONE, Types::with)
}

/// A whole number that is no less than 0.
pub(crate) fn count(node: &Node<'_>) -> Option<u32> {
    number(node).and_then(Decimal::as_count)
}

/// A number.
pub(crate) fn number(node: &Node<'_>) -> Option<Decimal> {
    match node.json {
        Json::Number(number) => Some(number),
        _ => None,
    }
}

/// `$anchor`: what XML calls a name without a colon, in ASCII.
fn is_anchor(name: &str) -> bool {
    let mut bytes = name.bytes();
    bytes
        .next()
        .is_some_and(|byte| byte.is_ascii_alphabetic() || byte == b'_')
        && bytes.all(|byte| byte.is_ascii_alphanumeric() || b"-._".contains(&byte))
}

/// Ours, the standard's, and a copy of our meta-schema that an editor finds by its path.
fn is_known_dialect(text: &str) -> bool {
    let text = text.strip_suffix('#').unwrap_or(text);
    matches!(
        text,
        "urn:envgate:schema:1" | "https://json-schema.org/draft/2020-12/schema"
    ) || text.rsplit('/').next() == Some("env.schema.v1.json")
}
