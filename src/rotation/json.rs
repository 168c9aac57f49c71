//! JSON for exports and ledgers: strict RFC 8259, with a span for every node and strings left undecoded.
//!
//! An export may hold values that have no business there. So no string is decoded or copied while parsing: it remains a slice of the text
//! until a reader takes that member by name ([`Node::text`]), and members that no reader names are never looked at.

use std::borrow::Cow;

use crate::json::read::{self, Cursor, Fault};
use crate::source::Span;

/// How deep arrays and objects may nest: far more than any export, far less than any stack.
pub(super) const MAX_DEPTH: u32 = 96;

/// A value and its span.
#[derive(Clone)]
pub(super) struct Node<'t> {
    /// The whole value, including quotes and brackets.
    pub span: Span,
    pub kind: Kind<'t>,
}

/// The kinds of JSON values.
#[derive(Clone)]
pub(super) enum Kind<'t> {
    Null,
    Bool(bool),
    Number(&'t str),
    /// The text between the quotes, with escapes as written.
    String(&'t str),
    /// A string from YAML, which is decoded already.
    #[cfg(feature = "yaml")]
    Text(Cow<'t, str>),
    Array(Vec<Node<'t>>),
    Object(Vec<Member<'t>>),
}

/// A member of an object.
#[derive(Clone)]
pub(super) struct Member<'t> {
    /// The name, decoded.
    pub name: Cow<'t, str>,
    pub name_span: Span,
    pub value: Node<'t>,
}

/// Why a text is not JSON, and where.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct JsonError {
    pub at: usize,
    pub kind: ErrorKind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ErrorKind {
    /// The text ends inside a value, so it was cut off.
    Truncated,
    /// Something else was found where this is expected.
    Expected(&'static str),
    /// Nested more than [`MAX_DEPTH`] levels.
    TooDeep,
}

impl<'t> Node<'t> {
    /// Returns the member of that name; the last one if there are several, as every common reader does.
    pub(super) fn get(&self, name: &str) -> Option<&Node<'t>> {
        self.members()
            .iter()
            .rev()
            .find(|member| member.name == name)
            .map(|member| &member.value)
    }

    /// Returns the node at the end of a path of names.
    pub(super) fn at(&self, path: &[&str]) -> Option<&Node<'t>> {
        path.iter().try_fold(self, |node, name| node.get(name))
    }

    /// Whether the member exists and is not null.
    pub(super) fn has(&self, name: &str) -> bool {
        self.get(name).is_some_and(|node| !matches!(node.kind, Kind::Null))
    }

    pub(super) fn members(&self) -> &[Member<'t>] {
        match &self.kind {
            Kind::Object(members) => members,
            _ => &[],
        }
    }

    pub(super) fn items(&self) -> &[Node<'t>] {
        match &self.kind {
            Kind::Array(items) => items,
            _ => &[],
        }
    }

    pub(super) fn is_object(&self) -> bool {
        matches!(self.kind, Kind::Object(_))
    }

    pub(super) fn is_array(&self) -> bool {
        matches!(self.kind, Kind::Array(_))
    }

    pub(super) fn boolean(&self) -> Option<bool> {
        match self.kind {
            Kind::Bool(value) => Some(value),
            _ => None,
        }
    }

    /// Returns the text of a number.
    pub(super) fn number(&self) -> Option<&'t str> {
        match self.kind {
            Kind::Number(text) => Some(text),
            _ => None,
        }
    }

    /// Returns the number if it is an integer.
    pub(super) fn integer(&self) -> Option<i64> {
        self.number()?.parse().ok()
    }

    /// Returns the decoded string.
    pub(super) fn text(&self) -> Option<Cow<'t, str>> {
        match &self.kind {
            Kind::String(raw) => Some(read::unescape(raw).0),
            #[cfg(feature = "yaml")]
            Kind::Text(text) => Some(text.clone()),
            _ => None,
        }
    }

    /// Whether this is a non-empty string; does not decode it.
    pub(super) fn is_text(&self) -> bool {
        match &self.kind {
            Kind::String(raw) => !raw.is_empty(),
            #[cfg(feature = "yaml")]
            Kind::Text(text) => !text.is_empty(),
            _ => false,
        }
    }

    /// Returns the decoded string member of that name.
    pub(super) fn text_of(&self, name: &str) -> Option<Cow<'t, str>> {
        self.get(name)?.text()
    }
}

/// Parses a text that consists of one JSON value.
pub(super) fn parse(text: &str) -> Result<Node<'_>, JsonError> {
    let mut reader = Reader(Cursor::new(text));
    let node = reader.value(0)?;
    reader.0.space();
    if reader.0.at < text.len() {
        return Err(reader.expected("the end of the text"));
    }
    Ok(node)
}

/// Parses a sequence of JSON values, as a loop over a command writes them.
pub(super) fn parse_all(text: &str) -> Result<Vec<Node<'_>>, JsonError> {
    let mut reader = Reader(Cursor::new(text));
    let mut nodes = Vec::new();
    loop {
        nodes.push(reader.value(0)?);
        reader.0.space();
        if reader.0.at == text.len() {
            return Ok(nodes);
        }
    }
}

struct Reader<'t>(Cursor<'t>);

impl<'t> Reader<'t> {
    /// `ws value`
    fn value(&mut self, depth: u32) -> Result<Node<'t>, JsonError> {
        self.0.space();
        let start = self.0.at;
        let kind = match self.0.peek() {
            Some(b'{' | b'[') if depth == MAX_DEPTH => return Err(self.error(ErrorKind::TooDeep)),
            Some(b'{') => self.object(depth + 1)?,
            Some(b'[') => self.array(depth + 1)?,
            Some(b'"') => Kind::String(self.string()?),
            Some(b'-' | b'0'..=b'9') => Kind::Number(self.0.number().ok_or_else(|| self.expected("a digit"))?),
            _ if self.0.word("null") => Kind::Null,
            _ if self.0.word("true") => Kind::Bool(true),
            _ if self.0.word("false") => Kind::Bool(false),
            _ => return Err(self.expected("a value")),
        };
        Ok(Node {
            span: Span::new(start, self.0.at),
            kind,
        })
    }

    /// `"{" [ string ":" value *( "," string ":" value ) ] "}"`
    fn object(&mut self, depth: u32) -> Result<Kind<'t>, JsonError> {
        let mut members = Vec::new();
        self.0.at += 1;
        self.0.space();
        if self.0.eat(b'}') {
            return Ok(Kind::Object(members));
        }
        loop {
            self.0.space();
            let start = self.0.at;
            if self.0.peek() != Some(b'"') {
                return Err(self.expected("a member name in double quotes"));
            }
            let (name, _) = read::unescape(self.string()?);
            let name_span = Span::new(start, self.0.at);
            self.0.space();
            if !self.0.eat(b':') {
                return Err(self.expected("`:`"));
            }
            members.push(Member {
                name,
                name_span,
                value: self.value(depth)?,
            });
            self.0.space();
            if self.0.eat(b'}') {
                return Ok(Kind::Object(members));
            }
            if !self.0.eat(b',') {
                return Err(self.expected("`,` or `}`"));
            }
        }
    }

    /// `"[" [ value *( "," value ) ] "]"`
    fn array(&mut self, depth: u32) -> Result<Kind<'t>, JsonError> {
        let mut items = Vec::new();
        self.0.at += 1;
        self.0.space();
        if self.0.eat(b']') {
            return Ok(Kind::Array(items));
        }
        loop {
            items.push(self.value(depth)?);
            self.0.space();
            if self.0.eat(b']') {
                return Ok(Kind::Array(items));
            }
            if !self.0.eat(b',') {
                return Err(self.expected("`,` or `]`"));
            }
        }
    }

    fn string(&mut self) -> Result<&'t str, JsonError> {
        self.0.string().map_err(|fault| {
            self.expected(match fault {
                Fault::Open => "`\"`",
                Fault::Control => "an escape instead of a control character",
                Fault::Escape => "an escape that JSON has",
                Fault::Hex => "four hexadecimal digits",
            })
        })
    }

    /// Reports what is missing here, or that the text was cut off if this is its end.
    fn expected(&self, what: &'static str) -> JsonError {
        let rest = &self.0.text.as_bytes()[self.0.at..];
        let words = [&b"true"[..], b"false", b"null"];
        let cut = rest.is_empty() || words.iter().any(|word| word.starts_with(rest));
        self.error(if cut {
            ErrorKind::Truncated
        } else {
            ErrorKind::Expected(what)
        })
    }

    fn error(&self, kind: ErrorKind) -> JsonError {
        JsonError { at: self.0.at, kind }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(text: &str) -> (usize, ErrorKind) {
        let error = parse(text).err().expect("not JSON");
        (error.at, error.kind)
    }

    #[test]
    fn members_are_found_by_name_the_last_one_wins() {
        let node = parse(r#" {"a": {"b": [1, -2.5e+3, true, null, "x\u0041\n\ud83d\ude00\ud800"]}, "n": 1, "n": 2} "#)
            .unwrap();
        let items = node.at(&["a", "b"]).unwrap().items();
        assert_eq!(items[1].number(), Some("-2.5e+3"));
        assert_eq!(items[2].boolean(), Some(true));
        assert_eq!(items[4].text().unwrap(), "xA\n😀\u{FFFD}");
        assert_eq!(node.get("n").unwrap().integer(), Some(2));
        assert!(node.has("a") && !items[3].has("a"));
    }

    #[test]
    fn truncated_text_is_reported_as_cut_off() {
        for text in [
            "",
            "{",
            "{\"a\"",
            "{\"a\":",
            "{\"a\": \"x",
            "{\"a\": \"x\\",
            "{\"a\": tr",
            "[1,",
            "[1",
            "{\"a\": \"\\u00",
        ] {
            assert_eq!(
                error(text),
                (
                    text.len() - if text.ends_with("tr") { 2 } else { 0 },
                    ErrorKind::Truncated
                ),
                "{text}"
            );
        }
    }

    #[test]
    fn invalid_json_is_refused_at_its_position() {
        assert_eq!(error("{'a': 1}").0, 1);
        assert_eq!(error("[1,]"), (3, ErrorKind::Expected("a value")));
        assert_eq!(error("[01]"), (2, ErrorKind::Expected("`,` or `]`")));
        assert_eq!(error("{} {}").0, 3);
        assert_eq!(error("\"a\tb\"").0, 2);
        assert_eq!(error("// no").0, 0);
        assert_eq!(error(&"[".repeat(100_000)).1, ErrorKind::TooDeep);
    }

    #[test]
    fn values_may_follow_each_other() {
        assert_eq!(parse_all("{}\n{}[]").map(|nodes| nodes.len()), Ok(3));
        assert!(parse_all("{} {").is_err() && parse_all(" ").is_err());
    }
}
