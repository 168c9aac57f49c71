//! Validates a schema: every keyword is known, in an allowed place, has a value that it takes, and does not contradict
//! others.
//!
//! Walks every document once, including definitions that nothing refers to. A schema that passes can be lowered.

mod value;

use super::documents::Documents;
use super::errors::{Errors, SchemaError};
use super::format::Format;
use super::instance::{self, Constant, Reading, TEXT, Value};
use super::json::{Json, Member, Node, Object, quoted};
use super::keyword::{self, Keyword, Place};
use super::number::Decimal;
use super::pattern::Pattern;
use super::plan::PatternId;
use super::property::{self, Names};
use super::violation::{TypeName, Types};
use crate::map::Map;

/// Where a schema is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Position {
    Root,
    /// A file beside the schema.
    File,
    /// A schema that holds whenever the root does: a file that the root is made of, or a member of its `allOf`.
    Branch,
    /// The schema of a declared key, or a definition.
    Property,
    /// A branch of `in`.
    In,
    Inner,
}

/// Walks every document. `parts` are the files that the root is made of.
pub(crate) fn lint<'l>(
    documents: &'l Documents<'_>,
    parts: &[u16],
    names: &Names<'_>,
    errors: &mut Errors,
) -> Patterns<'l> {
    let mut linter = Linter {
        documents,
        names,
        errors,
        patterns: Patterns::default(),
        is_part: false,
    };
    for file in 0..documents.count() {
        #[expect(clippy::cast_possible_truncation, reason = "the caller bounds the files")]
        let file = file as u16;
        linter.errors.file = file;
        let position = if file == 0 { Position::Root } else { Position::File };
        linter.is_part = parts.contains(&file);
        linter.schema(documents.root(file), position);
    }
    linter.errors.file = 0;
    linter.patterns
}

/// All patterns in the documents.
pub(crate) type Patterns<'l> = Map<&'l str, Found>;

/// The state of a pattern.
pub(crate) enum Found {
    /// It is compiled but not yet used.
    Compiled(Pattern),
    /// It is left to the engine.
    Engines,
    /// It is in the plan.
    Used(PatternId),
}

struct Linter<'l, 's, 'e> {
    documents: &'l Documents<'s>,
    names: &'e Names<'e>,
    errors: &'e mut Errors,
    patterns: Patterns<'l>,
    /// Whether the root is made of the file being read.
    is_part: bool,
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
        if position == Position::Property {
            self.refused_default(object, types);
        }
        self.contradictions(object, position);
    }

    /// Returns whether a schema in that position always applies to the set of variables.
    fn holds_for_all(&self, position: Position) -> bool {
        matches!(position, Position::Root | Position::Branch) || position == Position::File && self.is_part
    }

    /// Checks one member of a schema that declares these types, or none.
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
                Place::Root | Place::Document => (
                    "at the root of the schema",
                    (keyword == Keyword::Environments).then_some(
                        "the environments that may set a key are a list, \"allowedIn\"; those that need it, \"requiredIn\"",
                    ),
                ),
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
        if keyword == Keyword::Required && position == Position::Property && matches!(member.value.json, Json::Bool(_))
        {
            self.errors.push_help(
                member.key_span,
                "a key does not say itself that it is required",
                "name it in \"required\", a list at the root of the schema, or say where with \"requiredIn\"",
            );
            return;
        }
        let concerns = match keyword {
            // A port is the only format that a number may have.
            Keyword::Format if member.value.as_str() != Some(Format::Port.name()) => Types::one(TypeName::String),
            _ => keyword.concerns(),
        };
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

    /// Reports a keyword for another type. The standard ignores it; no author means that.
    #[inline(never)]
    fn idle(&mut self, member: &Member<'_>, concerns: Types) {
        let name = quoted(&member.key);
        let needs = concerns.names();
        let needs = needs.last().copied().unwrap_or(TypeName::String);
        self.errors.push_help(
            member.key_span,
            &format!("{name} does nothing without the type {}", quoted(needs.name())),
            match needs {
                TypeName::String if member.key == *"format" => "remove one of the two",
                TypeName::String => "remove \"type\" to check the text as it is, or use \"minimum\" and \"maximum\"",
                _ => "correct \"type\", or remove it",
            },
        );
    }

    /// Checks that the default of a key can be read as its type: a program would receive it without a check.
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

    /// Checks that the default of a key is an allowed value, as far as that can be decided without matching patterns.
    /// The empty string means that there is no default.
    #[inline(never)]
    fn refused_default(&mut self, object: &Object<'_>, types: Types) {
        let Some(default) = object.get("default") else { return };
        let text = property::as_text(&default.value, &TEXT.separator);
        let named = |name| object.get(name).map(|member| &member.value);
        let allowed = match (named("const"), named("enum").and_then(Node::as_array)) {
            (Some(only), _) => Some(std::slice::from_ref(only)),
            (None, items) => items,
        };
        let types = if types.is_empty() {
            let own = |node: &Node<'_>| match node.json {
                Json::String(_) => TEXT.types,
                _ => Constant::of(node).types(),
            };
            allowed
                .unwrap_or_default()
                .iter()
                .map(own)
                .fold(Types::NONE, Types::with)
        } else {
            types
        };
        let reading = Reading { types, ..TEXT.clone() };
        if text.is_empty() || types.is_empty() || types.has(TypeName::Array) {
            return;
        }
        let Ok(value) = instance::read(&text, &reading) else {
            return;
        };
        let is_it = |node: &Node<'_>| match (value, node.as_str()) {
            (Value::Text(own), Some(text)) => own == text,
            _ => value.equals(&Constant::of(node)),
        };
        let number = |name| named(name).and_then(number);
        let size = |name| named(name).and_then(count);
        let keyword = match value {
            _ if allowed.is_some_and(|all| !all.iter().any(is_it)) => {
                if named("const").is_some() {
                    "const"
                } else {
                    "enum"
                }
            }
            Value::Number(own) if number("minimum").is_some_and(|least| own < least) => "minimum",
            Value::Number(own) if number("maximum").is_some_and(|most| own > most) => "maximum",
            Value::Text(own) if size("minLength").is_some_and(|least| own.chars().count() < least as usize) => {
                "minLength"
            }
            Value::Text(own) if size("maxLength").is_some_and(|most| own.chars().count() > most as usize) => {
                "maxLength"
            }
            _ => return,
        };
        self.errors.push_help(
            default.value.span,
            &format!(
                "{} does not allow this default: a program would get it without a check",
                quoted(keyword)
            ),
            "correct one of them",
        );
    }

    /// Checks that the allowed values are of an allowed type.
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

    /// Reports keywords that can't be met together, and those that have no effect by themselves.
    #[inline(never)]
    fn contradictions(&mut self, object: &Object<'_>, position: Position) {
        self.crossed_limits(object);
        self.keywords_without_partner(object);
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

    /// Reports limits that exclude every value.
    fn crossed_limits(&mut self, object: &Object<'_>) {
        const COUNTS: [(&str, &str); 5] = [
            ("minLength", "maxLength"),
            ("minItems", "maxItems"),
            ("minProperties", "maxProperties"),
            ("minContains", "maxContains"),
            ("minimum", "maximum"),
        ];
        // The lower limit and the upper limit, of which at least one is exclusive.
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
                let Some((from, least)) = limit(low) else { continue };
                let Some((_, most)) = limit(high) else { continue };
                if least > most || (least == most && !may_be_equal) {
                    let message = format!("{} and {} allow nothing: {least} and {most}", quoted(low), quoted(high));
                    self.errors.push(from.key_span, message);
                }
            }
        }
    }

    /// Reports keywords that the standard ignores without another keyword; no author means that.
    fn keywords_without_partner(&mut self, object: &Object<'_>) {
        for (name, needs) in [
            ("then", "if"),
            ("else", "if"),
            ("minContains", "contains"),
            ("maxContains", "contains"),
        ] {
            if let Some(member) = object.get(name)
                && object.get(needs).is_none()
            {
                self.errors.push(
                    member.key_span,
                    format!("{} does nothing without {}", quoted(name), quoted(needs)),
                );
            }
        }
        if let Some(member) = object.get("if")
            && object.get("then").is_none()
            && object.get("else").is_none()
        {
            self.errors.push(
                member.key_span,
                String::from("\"if\" does nothing without \"then\" or \"else\""),
            );
        }
    }
}

/// Returns the types that `type` names.
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

/// Returns a non-negative integer.
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
