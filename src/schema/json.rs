//! Parses JSON and keeps the span of every node, so that a mistake in a schema can be shown where it is.
//!
//! Strict RFC 8259: no comments, no trailing commas, no duplicate keys. The result is a tree that borrows the text; its
//! meaning is left to others.

use std::borrow::Cow;

use super::SchemaError;
use super::number::Decimal;
use crate::json::read::{self, Cursor, Fault};
use crate::source::Span;
use crate::{name, sort};

/// How deep arrays and objects may nest: far beyond any real schema, far below what a stack allows.
const MAX_DEPTH: u32 = 128;

const NO_CHARACTER: &str = "`\\u` needs four hexadecimal digits that make a Unicode character";

/// Objects up to this size are searched linearly.
const SMALL: usize = 12;

/// A value and its place.
#[derive(Debug, Clone)]
pub(crate) struct Node<'s> {
    /// The span of the whole value, including quotes and brackets.
    pub span: Span,
    /// What it is.
    pub json: Json<'s>,
}

/// The six kinds of JSON values.
#[derive(Debug, Clone)]
pub(crate) enum Json<'s> {
    Null,
    Bool(bool),
    Number(Decimal),
    String(Cow<'s, str>),
    Array(Vec<Node<'s>>),
    Object(Object<'s>),
}

/// The members, in the order of the text.
#[derive(Debug, Clone)]
pub(crate) struct Object<'s> {
    /// All members, including those with duplicate keys.
    pub members: Vec<Member<'s>>,
    /// Indices in the order of the keys; empty for a small object.
    sorted: Vec<u32>,
}

/// A key and its value.
#[derive(Debug, Clone)]
pub(crate) struct Member<'s> {
    pub key: Cow<'s, str>,
    pub key_span: Span,
    pub value: Node<'s>,
}

impl<'s> Node<'s> {
    /// Returns the usual name of its kind.
    pub(crate) fn kind(&self) -> &'static str {
        match self.json {
            Json::Null => "null",
            Json::Bool(_) => "a boolean",
            Json::Number(_) => "a number",
            Json::String(_) => "a string",
            Json::Array(_) => "an array",
            Json::Object(_) => "an object",
        }
    }

    pub(crate) fn as_str(&self) -> Option<&str> {
        match &self.json {
            Json::String(text) => Some(text),
            _ => None,
        }
    }

    pub(crate) fn as_array(&self) -> Option<&[Node<'s>]> {
        match &self.json {
            Json::Array(items) => Some(items),
            _ => None,
        }
    }

    pub(crate) fn as_object(&self) -> Option<&Object<'s>> {
        match &self.json {
            Json::Object(object) => Some(object),
            _ => None,
        }
    }

    /// Returns the member with that name, if this is an object that has it.
    pub(crate) fn get(&self, key: &str) -> Option<&Node<'s>> {
        self.as_object()?.get(key).map(|member| &member.value)
    }

    /// Returns the items of the list with that name; none if there is no such list.
    pub(crate) fn items(&self, key: &str) -> &[Node<'s>] {
        self.get(key).and_then(Node::as_array).unwrap_or_default()
    }

    /// Returns the members of the object with that name; none if there is no such object.
    pub(crate) fn members(&self, key: &str) -> &[Member<'s>] {
        self.get(key).map_or(&[], Node::own_members)
    }

    /// Returns its members if it is an object, otherwise none.
    pub(crate) fn own_members(&self) -> &[Member<'s>] {
        self.as_object().map_or(&[], |object| &object.members)
    }
}

impl<'s> Object<'s> {
    pub(crate) fn get(&self, key: &str) -> Option<&Member<'s>> {
        if self.sorted.is_empty() {
            return self.members.iter().find(|member| member.key == key);
        }
        let at = self
            .sorted
            .binary_search_by(|&index| (*self.members[index as usize].key).cmp(key))
            .ok()?;
        Some(&self.members[self.sorted[at] as usize])
    }
}

/// Parses a text that is one JSON value. Duplicate keys are added to `errors` and parsing continues; any other mistake
/// ends it.
///
/// # Errors
/// Returns the first place that is not JSON.
pub(crate) fn parse<'s>(text: &'s str, errors: &mut Vec<SchemaError>) -> Result<Node<'s>, SchemaError> {
    let mut reader = Reader {
        cursor: Cursor::new(text),
        errors,
    };
    let root = reader.value(0)?;
    reader.cursor.space();
    if reader.cursor.at < text.len() {
        return Err(reader.unexpected("the end of the text"));
    }
    Ok(root)
}

/// Returns whether a text is one JSON object without duplicate keys; builds nothing that outlives the call.
pub(crate) fn is_object(text: &str) -> bool {
    let mut errors = Vec::new();
    text.trim_ascii_start().starts_with('{') && parse(text, &mut errors).is_ok() && errors.is_empty()
}

struct Reader<'s, 'e> {
    cursor: Cursor<'s>,
    errors: &'e mut Vec<SchemaError>,
}

impl<'s> Reader<'s, '_> {
    /// `ws value`
    fn value(&mut self, depth: u32) -> Result<Node<'s>, SchemaError> {
        self.cursor.space();
        let start = self.cursor.at;
        let json = match self.cursor.peek() {
            Some(b'{') if depth < MAX_DEPTH => Json::Object(self.object(depth + 1)?),
            Some(b'[') if depth < MAX_DEPTH => Json::Array(self.array(depth + 1)?),
            Some(b'{' | b'[') => {
                let message = format!("the JSON is nested deeper than {MAX_DEPTH} levels");
                return Err(SchemaError::new(Span::new(start, start + 1), message));
            }
            Some(b'"') => Json::String(self.string()?),
            Some(b'-' | b'0'..=b'9') => Json::Number(self.number()?),
            _ if self.cursor.word("true") => Json::Bool(true),
            _ if self.cursor.word("false") => Json::Bool(false),
            _ if self.cursor.word("null") => Json::Null,
            _ => return Err(self.unexpected("a value")),
        };
        Ok(Node {
            span: Span::new(start, self.cursor.at),
            json,
        })
    }

    /// `{ (string : value (, string : value)*)? }`
    fn object(&mut self, depth: u32) -> Result<Object<'s>, SchemaError> {
        self.cursor.at += 1;
        let mut members = Vec::new();
        loop {
            self.cursor.space();
            match self.cursor.peek() {
                Some(b'}') if members.is_empty() => break,
                Some(b'"') => {}
                _ => return Err(self.unexpected("a key in double quotes")),
            }
            let start = self.cursor.at;
            let key = self.string()?;
            let key_span = Span::new(start, self.cursor.at);
            self.cursor.space();
            if !self.cursor.eat(b':') {
                return Err(self.unexpected("`:`"));
            }
            let value = self.value(depth)?;
            members.push(Member { key, key_span, value });
            self.cursor.space();
            if !self.cursor.eat(b',') {
                if self.cursor.peek() != Some(b'}') {
                    return Err(self.unexpected("`,` or `}`"));
                }
                break;
            }
        }
        self.cursor.at += 1;
        Ok(self.index(members))
    }

    /// Finds duplicate keys, and the order to search in.
    #[expect(
        clippy::cast_possible_truncation,
        reason = "a source has fewer bytes than u32 counts"
    )]
    fn index(&mut self, members: Vec<Member<'s>>) -> Object<'s> {
        let mut sorted = Vec::new();
        if members.len() <= SMALL {
            for (index, member) in members.iter().enumerate() {
                if members[..index].iter().any(|before| before.key == member.key) {
                    self.twice(member);
                }
            }
        } else {
            sorted = (0..members.len() as u32).collect();
            sort::by(&mut sorted, &|&a, &b| {
                members[a as usize].key.cmp(&members[b as usize].key)
            });
            for pair in sorted.windows(2) {
                let later = &members[pair[1] as usize];
                if members[pair[0] as usize].key == later.key {
                    self.twice(later);
                }
            }
        }
        Object { members, sorted }
    }

    fn twice(&mut self, member: &Member<'s>) {
        let message = format!("the key {} appears twice in this object", quoted(&member.key));
        self.errors
            .push(SchemaError::new(member.key_span, message).help("keep one of them"));
    }

    /// `[ (value (, value)*)? ]`
    fn array(&mut self, depth: u32) -> Result<Vec<Node<'s>>, SchemaError> {
        self.cursor.at += 1;
        let mut items = Vec::new();
        self.cursor.space();
        if self.cursor.eat(b']') {
            return Ok(items);
        }
        loop {
            items.push(self.value(depth)?);
            self.cursor.space();
            if self.cursor.eat(b']') {
                return Ok(items);
            }
            if !self.cursor.eat(b',') {
                return Err(self.unexpected("`,` or `]`"));
            }
        }
    }

    /// Reads a string; one without escapes is borrowed.
    fn string(&mut self) -> Result<Cow<'s, str>, SchemaError> {
        let open = self.cursor.at;
        let raw = self.cursor.string().map_err(|fault| self.no_string(fault, open))?;
        if !self.cursor.is_escaped {
            return Ok(Cow::Borrowed(raw));
        }
        match read::unescape(raw) {
            (text, None) => Ok(text),
            (_, Some(half)) => {
                let start = open + 1 + half;
                Err(SchemaError::new(Span::new(start, start + 6), NO_CHARACTER))
            }
        }
    }

    fn no_string(&self, fault: Fault, open: usize) -> SchemaError {
        let at = self.cursor.at;
        match fault {
            Fault::Open => SchemaError::new(Span::new(open, at), "this string has no closing `\"`"),
            Fault::Control => SchemaError::new(
                Span::new(at, at + 1),
                "a string ends at the end of its line; a line break or tab in it is written `\\n` or `\\t`",
            ),
            Fault::Escape => SchemaError::new(Span::new(at - 1, at), "JSON has no such escape")
                .help("a backslash itself is written `\\\\`, as in the pattern \"^\\\\d+$\""),
            Fault::Hex => {
                let start = self.cursor.text[..at].rfind('\\').unwrap_or(at);
                SchemaError::new(Span::new(start, start + 2), NO_CHARACTER)
            }
        }
    }

    fn number(&mut self) -> Result<Decimal, SchemaError> {
        let start = self.cursor.at;
        while matches!(self.cursor.peek(), Some(b'-' | b'+' | b'.' | b'0'..=b'9' | b'e' | b'E')) {
            self.cursor.at += 1;
        }
        match Decimal::parse(&self.cursor.text.as_bytes()[start..self.cursor.at]) {
            Some((number, _)) => Ok(number),
            None => Err(SchemaError::new(
                Span::new(start, self.cursor.at),
                "this is not a JSON number",
            )),
        }
    }

    /// Reports what was found where JSON requires something else.
    fn unexpected(&self, expected: &str) -> SchemaError {
        let width = self.cursor.text[self.cursor.at..]
            .chars()
            .next()
            .map_or(0, char::len_utf8);
        let error = SchemaError::new(
            Span::new(self.cursor.at, self.cursor.at + width),
            format!("this is not JSON: expected {expected} here"),
        );
        let before = self.cursor.text[..self.cursor.at].trim_end_matches([' ', '\n', '\t', '\r']);
        match self.cursor.peek() {
            Some(b'/' | b'#') => error.help("JSON has no comments; use \"$comment\""),
            Some(b'\'') => error.help("JSON strings are in double quotes"),
            Some(b'}' | b']') if before.ends_with(',') => error.help("remove the comma before it"),
            None => error.help("the text ends too early; is a bracket left open?"),
            _ if is_conflict_marker(&self.cursor.text.as_bytes()[self.cursor.at..]) => error.help(UNMERGED),
            _ => error,
        }
    }
}

/// The help for a conflict marker.
pub(crate) const UNMERGED: &str = "a merge left its marker here: decide what stays, and remove the markers";

/// Returns whether a line begins like those that git writes into a file it could not merge.
pub(crate) fn is_conflict_marker(line: &[u8]) -> bool {
    [b"<<<<<<<", b"|||||||", b"=======", b">>>>>>>"]
        .iter()
        .any(|mark| line.starts_with(*mark))
}

/// Formats a word of the schema for a message: quoted as JSON, control characters escaped, cut if it is long. What is not
/// made of words is masked, since it may be a value that was typed in the wrong place.
pub(crate) fn quoted(text: &str) -> String {
    if !name::is_plainly_words(text) {
        return "\"********\"".to_owned();
    }
    let mut out = String::from("\"");
    for (count, character) in text.chars().enumerate() {
        if count == 60 {
            out.push('…');
            break;
        }
        match character {
            '"' | '\\' => out.extend(['\\', character]),
            c if c.is_control()
                || ('\u{200b}'..='\u{200f}').contains(&c)
                || ('\u{202a}'..='\u{202e}').contains(&c)
                || ('\u{2066}'..='\u{2069}').contains(&c) =>
            {
                out.push_str(&format!("\\u{:04x}", c as u32));
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keywords_are_quoted_as_they_are() {
        for keyword in crate::schema::keyword::Keyword::all() {
            assert_eq!(quoted(keyword.name()), format!("{:?}", keyword.name()));
        }
        assert_eq!(quoted("xK9fQ2mZ7wP4"), "\"********\"");
    }

    fn fails(text: &str) -> String {
        let mut errors = Vec::new();
        match parse(text, &mut errors) {
            Err(error) => format!("{:?} {}", error.span, error.message),
            Ok(_) => errors
                .into_iter()
                .map(|error| format!("{:?} {}", error.span, error.message))
                .collect(),
        }
    }

    #[test]
    fn spans_are_those_of_the_text() {
        let text = "{ \"a\" : [1, \"x\\n\"] }";
        let root = parse(text, &mut Vec::new()).unwrap();
        let member = root.as_object().unwrap().get("a").unwrap();
        assert_eq!(member.key_span.of(text.as_bytes()), b"\"a\"");
        let items = member.value.as_array().unwrap();
        assert_eq!(items[1].span.of(text.as_bytes()), b"\"x\\n\"");
        assert_eq!(items[1].as_str(), Some("x\n"));
    }

    #[test]
    fn strings_decode() {
        let root = parse(r#""\ud83d\ude00\u00e9\/\\""#, &mut Vec::new()).unwrap();
        assert_eq!(root.as_str(), Some("😀é/\\"));
    }

    #[test]
    fn duplicates_are_found_in_large_objects() {
        let mut text = String::from("{");
        for index in 0..100 {
            text.push_str(&format!("\"k{index}\":{index},"));
        }
        text.push_str("\"k7\":0}");
        let mut errors = Vec::new();
        let root = parse(&text, &mut errors).unwrap();
        assert!(root.get("k99").is_some() && root.get("k100").is_none());
        assert_eq!(errors.len(), 1);
        assert!(errors[0].message.contains("\"k7\""));
    }

    #[test]
    fn invalid_json_is_refused_at_its_position() {
        for (text, place) in [
            ("", "0..0"),
            ("{", "1..1"),
            ("[1,]", "3..4"),
            ("{\"a\":1,}", "7..8"),
            ("{a:1}", "1..2"),
            ("// x\n{}", "0..1"),
            ("{} {}", "3..4"),
            ("\"a", "0..2"),
            ("\"\\x\"", "1..2"),
            ("\"\\ud800\"", "1..7"),
            ("\"\\u12é\"", "1..3"),
            ("01", "0..2"),
            ("\"a\nb\"", "2..3"),
            ("{\"a\":1,\"a\":2}", "7..10"),
            ("tru", "0..1"),
        ] {
            let failure = fails(text);
            assert!(failure.starts_with(&format!("{place} ")), "{text}: {failure}");
        }
    }

    #[test]
    fn depth_is_bounded() {
        let deep = "[".repeat(200_000);
        assert!(fails(&deep).contains("deeper"));
    }
}
