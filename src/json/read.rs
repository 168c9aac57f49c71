//! The lexer for strict RFC 8259 that all readers of JSON share. What they build from its tokens is up to them.

use std::borrow::Cow;

/// A position in a text.
pub(crate) struct Cursor<'t> {
    pub text: &'t str,
    pub at: usize,
    /// Whether the last string contains an escape.
    pub is_escaped: bool,
}

/// Why a string is invalid. The cursor is at the place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    /// The text ends within the string.
    Open,
    /// A control character in the string.
    Control,
    /// A backslash before a character that JSON does not escape.
    Escape,
    /// `\u` without four hexadecimal digits.
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

    /// Reads `DQUOTE *( char / "\" escape ) DQUOTE`, and returns what is between the quotes, checked but not decoded.
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

    /// Reads `[ "-" ] int [ "." 1*DIGIT ] [ ( "e" / "E" ) [ "+" / "-" ] 1*DIGIT ]`. On failure the cursor is where a
    /// digit is missing.
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

    /// Reads a value that is neither an object nor a list.
    fn scalar(&mut self) -> bool {
        match self.peek() {
            Some(b'"') => self.string().is_ok(),
            Some(b'-' | b'0'..=b'9') => self.number().is_some(),
            _ => self.word("true") || self.word("false") || self.word("null"),
        }
    }

    /// Reads a name in an object, and the colon after it.
    fn name(&mut self) -> bool {
        self.space();
        if self.peek() != Some(b'"') || self.string().is_err() {
            return false;
        }
        self.space();
        self.eat(b':')
    }
}

/// Returns whether a text is exactly one JSON value, at any depth of nesting.
pub(crate) fn is_value(text: &str) -> bool {
    let mut cursor = Cursor::new(text);
    // The open objects and lists.
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

/// Decodes the escapes of a checked string. An unpaired surrogate becomes U+FFFD; also returns the offset in `raw` of
/// the first one.
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

/// Decodes one `\uXXXX`, or a surrogate pair, at the start; returns the character and the length of the escape.
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
        fn the_lexer_accepts_what_serde_accepts(text in r#"([\[\]{},:"\\u0a1.eE+-]|"a"|true|null|[ \t\n\x01é]|"a":|\{"a":|\\u00e9|1\.5e-3){0,12}"#) {
            prop_assert_eq!(is_value(&text), serde_json::from_str::<IgnoredAny>(&text).is_ok(), "{}", text);
        }

        #[test]
        fn what_serde_writes_is_read(text: String) {
            let quoted = serde_json::to_string(&text).unwrap();
            prop_assert!(is_value(&quoted));
            prop_assert_eq!(unescape(&quoted[1..quoted.len() - 1]), (text.as_str().into(), None));
        }

        #[test]
        fn escapes_decode_as_with_serde(raw in r#"(a|é|\\n|\\/|\\u[dD][89cdCD][0-9a-f]{2}|\\u00[0-9a-f]{2}){0,8}"#) {
            let (text, half) = unescape(&raw);
            match serde_json::from_str::<String>(&format!("\"{raw}\"")) {
                Ok(expected) => prop_assert_eq!((text.as_ref(), half), (expected.as_str(), None)),
                Err(_) => prop_assert!(half.is_some_and(|at| raw[at..].starts_with("\\u"))),
            }
        }
    }

    #[test]
    fn deep_nesting_does_not_overflow() {
        let deep = "[".repeat(200_000) + &"]".repeat(200_000);
        assert!(is_value(&deep) && !is_value(&deep[1..]));
    }
}
