//! The lexer that all readers of JSON share, of strict RFC 8259. What they make of its tokens is up to them.

use std::borrow::Cow;

/// A place in a text.
pub(crate) struct Cursor<'t> {
    pub text: &'t str,
    pub at: usize,
    /// Whether the last string has an escape in it.
    pub is_escaped: bool,
}

/// Why a string is none. The cursor stands where it was seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    /// The text ends before it does.
    Open,
    /// A control character in it.
    Control,
    /// Behind a backslash, what JSON does not have.
    Escape,
    /// Behind `\u`, no hexadecimal digit.
    Hex,
}

impl<'t> Cursor<'t> {
    pub(crate) fn new(text: &'t str) -> Cursor<'t> {
        Cursor {
            text,
            at: 0,
            is_escaped: false,
        }
    }

    pub(crate) fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    pub(crate) fn eat(&mut self, byte: u8) -> bool {
        let is = self.peek() == Some(byte);
        self.at += usize::from(is);
        is
    }

    pub(crate) fn word(&mut self, word: &str) -> bool {
        let is = self.text.as_bytes()[self.at..].starts_with(word.as_bytes());
        self.at += if is { word.len() } else { 0 };
        is
    }

    pub(crate) fn space(&mut self) {
        while let Some(b' ' | b'\n' | b'\t' | b'\r') = self.peek() {
            self.at += 1;
        }
    }

    /// `DQUOTE *( char / "\" escape ) DQUOTE`, checked, not decoded: what stands between the quotes.
    pub(crate) fn string(&mut self) -> Result<&'t str, Fault> {
        self.at += 1;
        self.is_escaped = false;
        let start = self.at;
        loop {
            match self.peek() {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(&self.text[start..self.at - 1]);
                }
                Some(b'\\') => {
                    self.at += 1;
                    self.is_escaped = true;
                    self.escape()?;
                }
                Some(0..=0x1F) => return Err(Fault::Control),
                Some(_) => self.at += 1,
                None => return Err(Fault::Open),
            }
        }
    }

    fn escape(&mut self) -> Result<(), Fault> {
        match self.peek() {
            Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => self.at += 1,
            Some(b'u') => {
                self.at += 1;
                for _ in 0..4 {
                    if !self.peek().is_some_and(|byte| byte.is_ascii_hexdigit()) {
                        return Err(Fault::Hex);
                    }
                    self.at += 1;
                }
            }
            _ => return Err(Fault::Escape),
        }
        Ok(())
    }

    /// `[ "-" ] int [ "." 1*DIGIT ] [ ( "e" / "E" ) [ "+" / "-" ] 1*DIGIT ]`; if it is none, the cursor stands where a digit is missing.
    pub(crate) fn number(&mut self) -> Option<&'t str> {
        let start = self.at;
        self.eat(b'-');
        let mut is = self.eat(b'0') || self.digits();
        if is && self.eat(b'.') {
            is = self.digits();
        }
        if is && (self.eat(b'e') || self.eat(b'E')) {
            let _sign = self.eat(b'+') || self.eat(b'-');
            is = self.digits();
        }
        is.then(|| &self.text[start..self.at])
    }

    fn digits(&mut self) -> bool {
        let start = self.at;
        while self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            self.at += 1;
        }
        self.at > start
    }

    /// A value that holds no others.
    fn scalar(&mut self) -> bool {
        match self.peek() {
            Some(b'"') => self.string().is_ok(),
            Some(b'-' | b'0'..=b'9') => self.number().is_some(),
            _ => self.word("true") || self.word("false") || self.word("null"),
        }
    }

    /// A name in an object, and the colon behind it.
    fn name(&mut self) -> bool {
        self.space();
        if self.peek() != Some(b'"') || self.string().is_err() {
            return false;
        }
        self.space();
        self.eat(b':')
    }
}

/// Whether a text is one value, however deep it nests.
pub(crate) fn is_value(text: &str) -> bool {
    let mut cursor = Cursor::new(text);
    // What is open: an object, or a list.
    let mut open = Vec::new();
    loop {
        cursor.space();
        let is_object = cursor.peek() == Some(b'{');
        let is_well = if is_object || cursor.peek() == Some(b'[') {
            cursor.at += 1;
            cursor.space();
            if !cursor.eat(if is_object { b'}' } else { b']' }) {
                open.push(is_object);
                if is_object && !cursor.name() {
                    return false;
                }
                continue;
            }
            true
        } else {
            cursor.scalar()
        };
        if !is_well {
            return false;
        }
        loop {
            cursor.space();
            let Some(&is_object) = open.last() else {
                return cursor.at == text.len();
            };
            if cursor.eat(b',') {
                if is_object && !cursor.name() {
                    return false;
                }
                break;
            }
            if !cursor.eat(if is_object { b'}' } else { b']' }) {
                return false;
            }
            open.pop();
        }
    }
}

/// The text behind the escapes of a checked string, and where in it the first escape stands that is half a character, for which there is U+FFFD.
pub(crate) fn unescape(raw: &str) -> (Cow<'_, str>, Option<usize>) {
    if !raw.contains('\\') {
        return (Cow::Borrowed(raw), None);
    }
    let mut text = String::with_capacity(raw.len());
    let mut half = None;
    let mut rest = raw;
    while let Some(at) = rest.find('\\') {
        text.push_str(&rest[..at]);
        let escape = &rest[at..];
        let (character, len) = match escape.as_bytes()[1] {
            b'u' => unicode(escape),
            b'b' => (Some('\u{8}'), 2),
            b'f' => (Some('\u{c}'), 2),
            b'n' => (Some('\n'), 2),
            b'r' => (Some('\r'), 2),
            b't' => (Some('\t'), 2),
            other => (Some(char::from(other)), 2),
        };
        if character.is_none() {
            half.get_or_insert(raw.len() - escape.len());
        }
        text.push(character.unwrap_or('\u{FFFD}'));
        rest = &escape[len..];
    }
    text.push_str(rest);
    (Cow::Owned(text), half)
}

/// What `\uXXXX` at the start stands for, or two of them, and how long that is.
fn unicode(escape: &str) -> (Option<char>, usize) {
    let unit = |at: usize| {
        let digits = escape[at..].chars().take(4).filter_map(|digit| digit.to_digit(16));
        digits.fold(0, |unit, digit| unit << 4 | digit)
    };
    let high = unit(2);
    if (0xD800..0xDC00).contains(&high) && escape[6..].starts_with("\\u") {
        let low = unit(8);
        if (0xDC00..0xE000).contains(&low) {
            return (char::from_u32(0x1_0000 + ((high - 0xD800) << 10) + (low - 0xDC00)), 12);
        }
    }
    (char::from_u32(high), 6)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde::de::IgnoredAny;

    use super::{is_value, unescape};

    proptest! {
        #[test]
        fn what_is_json_for_serde_is_json(text in r#"([\[\]{},:"\\u0a1.eE+-]|"a"|true|null|[ \t\n\x01é]|"a":|\{"a":|\\u00e9|1\.5e-3){0,12}"#) {
            prop_assert_eq!(is_value(&text), serde_json::from_str::<IgnoredAny>(&text).is_ok(), "{}", text);
        }

        #[test]
        fn what_serde_writes_is_read(text: String) {
            let quoted = serde_json::to_string(&text).unwrap();
            prop_assert!(is_value(&quoted));
            prop_assert_eq!(unescape(&quoted[1..quoted.len() - 1]), (text.as_str().into(), None));
        }

        #[test]
        fn escapes_stand_for_what_they_stand_for_to_serde(raw in r#"(a|é|\\n|\\/|\\u[dD][89cdCD][0-9a-f]{2}|\\u00[0-9a-f]{2}){0,8}"#) {
            let (text, half) = unescape(&raw);
            match serde_json::from_str::<String>(&format!("\"{raw}\"")) {
                Ok(expected) => prop_assert_eq!((text.as_ref(), half), (expected.as_str(), None)),
                Err(_) => prop_assert!(half.is_some_and(|at| raw[at..].starts_with("\\u"))),
            }
        }
    }

    #[test]
    fn depth_is_nothing_to_it() {
        let deep = "[".repeat(200_000) + &"]".repeat(200_000);
        assert!(is_value(&deep) && !is_value(&deep[1..]));
    }
}
