//! JSON for exports and ledgers: strict RFC 8259, every node with its place, strings left as they stand in the text.
//!
//! An export may hold values that nobody asked for. So no string is decoded or copied while reading: it stays a slice of the text
//! until a reader asks for that one member by name ([`Node::text`]), and what no reader asks for is never looked at.

use std::borrow::Cow;

use crate::source::Span;

/// How deep arrays and objects may nest: far above any export, far below any stack.
pub(super) const MAX_DEPTH: u32 = 96;

/// A value and its place.
#[derive(Clone)]
pub(super) struct Node<'t> {
    /// All of it, quotes and brackets included.
    pub span: Span,
    pub kind: Kind<'t>,
}

/// The kinds of JSON.
#[derive(Clone)]
pub(super) enum Kind<'t> {
    Null,
    Bool(bool),
    Number(&'t str),
    /// What stands between the quotes, escapes and all.
    String(&'t str),
    /// A string that has no escapes, since it comes from YAML.
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
    /// The text ends inside a value: it was cut off.
    Truncated,
    /// Something else stands where this is expected.
    Expected(&'static str),
    /// Nested beyond all reason.
    TooDeep,
}

impl<'t> Node<'t> {
    /// The member of that name, the last if there are several, as every common reader takes it.
    pub(super) fn get(&self, name: &str) -> Option<&Node<'t>> {
        self.members()
            .iter()
            .rev()
            .find(|member| member.name == name)
            .map(|member| &member.value)
    }

    /// The node at the end of a path of names.
    pub(super) fn at(&self, path: &[&str]) -> Option<&Node<'t>> {
        path.iter().try_fold(self, |node, name| node.get(name))
    }

    /// Whether a member of that name is there and not null.
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

    /// The digits of a number.
    pub(super) fn number(&self) -> Option<&'t str> {
        match self.kind {
            Kind::Number(text) => Some(text),
            _ => None,
        }
    }

    /// A number that is a whole one.
    pub(super) fn integer(&self) -> Option<i64> {
        self.number()?.parse().ok()
    }

    /// The string, decoded.
    pub(super) fn text(&self) -> Option<Cow<'t, str>> {
        match &self.kind {
            Kind::String(raw) => Some(unescape(raw)),
            #[cfg(feature = "yaml")]
            Kind::Text(text) => Some(text.clone()),
            _ => None,
        }
    }

    /// Whether it is a string with anything in it; looks at none of it.
    pub(super) fn is_text(&self) -> bool {
        match &self.kind {
            Kind::String(raw) => !raw.is_empty(),
            #[cfg(feature = "yaml")]
            Kind::Text(text) => !text.is_empty(),
            _ => false,
        }
    }

    /// The string member of that name, decoded.
    pub(super) fn text_of(&self, name: &str) -> Option<Cow<'t, str>> {
        self.get(name)?.text()
    }
}

/// Reads a text that is one JSON value.
pub(super) fn parse(text: &str) -> Result<Node<'_>, JsonError> {
    let mut reader = Reader { text, at: 0 };
    let node = reader.value(0)?;
    reader.space();
    if reader.at < text.len() {
        return Err(reader.expected("the end of the text"));
    }
    Ok(node)
}

/// Reads a text that is JSON values one behind the other, as a loop over a command writes them.
pub(super) fn parse_all(text: &str) -> Result<Vec<Node<'_>>, JsonError> {
    let mut reader = Reader { text, at: 0 };
    let mut nodes = Vec::new();
    loop {
        nodes.push(reader.value(0)?);
        reader.space();
        if reader.at == text.len() {
            return Ok(nodes);
        }
    }
}

struct Reader<'t> {
    text: &'t str,
    at: usize,
}

impl<'t> Reader<'t> {
    /// `ws value`
    fn value(&mut self, depth: u32) -> Result<Node<'t>, JsonError> {
        self.space();
        let start = self.at;
        let kind = match self.peek() {
            Some(b'{' | b'[') if depth == MAX_DEPTH => return Err(self.error(ErrorKind::TooDeep)),
            Some(b'{') => self.object(depth + 1)?,
            Some(b'[') => self.array(depth + 1)?,
            Some(b'"') => Kind::String(self.string()?),
            Some(b'-' | b'0'..=b'9') => Kind::Number(self.digits()?),
            _ if self.word("null") => Kind::Null,
            _ if self.word("true") => Kind::Bool(true),
            _ if self.word("false") => Kind::Bool(false),
            _ => return Err(self.expected("a value")),
        };
        Ok(Node {
            span: Span::new(start, self.at),
            kind,
        })
    }

    /// `"{" [ string ":" value *( "," string ":" value ) ] "}"`
    fn object(&mut self, depth: u32) -> Result<Kind<'t>, JsonError> {
        let mut members = Vec::new();
        self.at += 1;
        self.space();
        if self.eat(b'}') {
            return Ok(Kind::Object(members));
        }
        loop {
            self.space();
            let start = self.at;
            if self.peek() != Some(b'"') {
                return Err(self.expected("a member name in double quotes"));
            }
            let name = unescape(self.string()?);
            let name_span = Span::new(start, self.at);
            self.space();
            if !self.eat(b':') {
                return Err(self.expected("`:`"));
            }
            members.push(Member {
                name,
                name_span,
                value: self.value(depth)?,
            });
            self.space();
            if self.eat(b'}') {
                return Ok(Kind::Object(members));
            }
            if !self.eat(b',') {
                return Err(self.expected("`,` or `}`"));
            }
        }
    }

    /// `"[" [ value *( "," value ) ] "]"`
    fn array(&mut self, depth: u32) -> Result<Kind<'t>, JsonError> {
        let mut items = Vec::new();
        self.at += 1;
        self.space();
        if self.eat(b']') {
            return Ok(Kind::Array(items));
        }
        loop {
            items.push(self.value(depth)?);
            self.space();
            if self.eat(b']') {
                return Ok(Kind::Array(items));
            }
            if !self.eat(b',') {
                return Err(self.expected("`,` or `]`"));
            }
        }
    }

    /// `DQUOTE *( char / "\" escape ) DQUOTE`, checked, not decoded.
    fn string(&mut self) -> Result<&'t str, JsonError> {
        let start = self.at + 1;
        self.at = start;
        loop {
            match self.peek() {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(&self.text[start..self.at - 1]);
                }
                Some(b'\\') => {
                    self.at += 1;
                    self.escape()?;
                }
                Some(0..=0x1F) => return Err(self.expected("an escape instead of a control character")),
                Some(_) => self.at += 1,
                None => return Err(self.error(ErrorKind::Truncated)),
            }
        }
    }

    fn escape(&mut self) -> Result<(), JsonError> {
        match self.peek() {
            Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => self.at += 1,
            Some(b'u') => {
                self.at += 1;
                for _ in 0..4 {
                    if !self.peek().is_some_and(|byte| byte.is_ascii_hexdigit()) {
                        return Err(self.expected("four hexadecimal digits"));
                    }
                    self.at += 1;
                }
            }
            _ => return Err(self.expected("an escape that JSON has")),
        }
        Ok(())
    }

    /// `[ "-" ] int [ "." 1*DIGIT ] [ ( "e" / "E" ) [ "+" / "-" ] 1*DIGIT ]`
    fn digits(&mut self) -> Result<&'t str, JsonError> {
        let start = self.at;
        self.eat(b'-');
        if !self.eat(b'0') {
            self.run_of_digits()?;
        }
        if self.eat(b'.') {
            self.run_of_digits()?;
        }
        if self.eat(b'e') || self.eat(b'E') {
            let _sign = self.eat(b'+') || self.eat(b'-');
            self.run_of_digits()?;
        }
        Ok(&self.text[start..self.at])
    }

    fn run_of_digits(&mut self) -> Result<(), JsonError> {
        let start = self.at;
        while self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            self.at += 1;
        }
        if self.at == start {
            Err(self.expected("a digit"))
        } else {
            Ok(())
        }
    }

    fn word(&mut self, word: &str) -> bool {
        let there = self.text.as_bytes()[self.at..].starts_with(word.as_bytes());
        self.at += if there { word.len() } else { 0 };
        there
    }

    fn eat(&mut self, byte: u8) -> bool {
        let there = self.peek() == Some(byte);
        self.at += usize::from(there);
        there
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    /// What is missing here; at the end of the text, that the text was cut off.
    fn expected(&self, what: &'static str) -> JsonError {
        let cut = self.at >= self.text.len()
            || ["true", "false", "null"]
                .iter()
                .any(|word| word.starts_with(&self.text[self.at..]));
        self.error(if cut {
            ErrorKind::Truncated
        } else {
            ErrorKind::Expected(what)
        })
    }

    fn error(&self, kind: ErrorKind) -> JsonError {
        JsonError { at: self.at, kind }
    }
}

/// The text behind the escapes of a checked string. Half a surrogate pair becomes U+FFFD.
fn unescape(raw: &str) -> Cow<'_, str> {
    if !raw.contains('\\') {
        return Cow::Borrowed(raw);
    }
    let mut text = String::with_capacity(raw.len());
    let mut units = Vec::new();
    let mut rest = raw;
    while let Some(at) = rest.find('\\') {
        let (before, escape) = rest.split_at(at);
        if !before.is_empty() {
            flush(&mut units, &mut text);
            text.push_str(before);
        }
        let (unit, len) = match escape.as_bytes()[1] {
            b'u' => (u16::from_str_radix(&escape[2..6], 16).unwrap_or(0xFFFD), 6),
            b'b' => (0x08, 2),
            b'f' => (0x0C, 2),
            b'n' => (0x0A, 2),
            b'r' => (0x0D, 2),
            b't' => (0x09, 2),
            other => (u16::from(other), 2),
        };
        units.push(unit);
        rest = &escape[len..];
    }
    flush(&mut units, &mut text);
    text.push_str(rest);
    Cow::Owned(text)
}

fn flush(units: &mut Vec<u16>, text: &mut String) {
    text.extend(char::decode_utf16(units.drain(..)).map(|unit| unit.unwrap_or('\u{FFFD}')));
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
    fn a_text_that_ends_early_is_cut_off() {
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
    fn what_json_has_not_is_refused_where_it_stands() {
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
