//! Reads escapes and classes, which represent a character or a set of characters.

use super::{Assertion, Class, Lexer, MAX_NAMES, Token};
use crate::name::is_word_byte;
use crate::schema::pattern::charset::{CharSet, DIGIT, SPACE, SPACE_WIDE, WORD};
use crate::schema::pattern::error::{PatternError, PatternErrorKind, Unsupported};

/// What an escape or a plain character in a class represents.
enum Member {
    Char(char),
    Set,
}

impl<'s> Lexer<'s> {
    /// `"^"? ( member ( "-" member )? )* "]"`, after the opening bracket.
    pub(super) fn class(&mut self, start: usize) -> Result<Class<'s>, PatternError> {
        let mut class = Class {
            negated: self.eat(b'^'),
            ..Class::default()
        };
        loop {
            let at = self.offset;
            let Some(c) = self.bump() else {
                return Err(PatternErrorKind::UnclosedClass.at(start));
            };
            if c == ']' {
                return Ok(class);
            }
            let first = self.member(c, at, &mut class)?;
            // A hyphen before the closing bracket is a character, otherwise it makes a range.
            if self.peek() != Some(b'-') || matches!(self.source.as_bytes().get(self.offset + 1), None | Some(b']')) {
                if let Member::Char(c) = first {
                    class.set.add_range(c as u32, c as u32);
                }
                continue;
            }
            self.offset += 1;
            let last_at = self.offset;
            let Some(c) = self.bump() else { continue };
            let last = self.member(c, last_at, &mut class)?;
            let kind = match (first, last) {
                (Member::Char(first), Member::Char(last)) if first <= last => {
                    class.set.add_range(first as u32, last as u32);
                    continue;
                }
                (Member::Char(_), Member::Char(_)) => PatternErrorKind::RangeOrder,
                _ => PatternErrorKind::RangeEnd,
            };
            return Err(kind.at(at));
        }
    }

    /// Reads one character or escape of a class. A set is added to the class here; a character is left to the caller,
    /// who knows whether a range begins with it.
    fn member(&mut self, c: char, start: usize, class: &mut Class<'s>) -> Result<Member, PatternError> {
        if c != '\\' {
            return Ok(Member::Char(c));
        }
        match self.bump() {
            Some('b') => Ok(Member::Char('\u{8}')),
            Some('-') => Ok(Member::Char('-')),
            Some('1'..='9') => Err(PatternErrorKind::DecimalEscape.at(start)),
            Some(c) => match self.set_escape(c, start)? {
                None => self.char_escape(c, start).map(Member::Char),
                Some(escape) => {
                    let set = if escape.negated {
                        escape.set.complement()
                    } else {
                        escape.set
                    };
                    // A property has no members here, so a set with one is never complemented.
                    class.set.add_set(&set);
                    class.properties.extend(escape.properties);
                    Ok(Member::Set)
                }
            },
            None => Err(PatternErrorKind::TrailingBackslash.at(start)),
        }
    }

    /// Reads an escape outside classes, after the backslash.
    pub(super) fn escape(&mut self, start: usize) -> Result<Token<'s>, PatternError> {
        match self.bump() {
            Some('b') => Ok(Token::Assertion(Assertion::Boundary)),
            Some('B') => Ok(Token::Assertion(Assertion::NotBoundary)),
            Some('1'..='9') => {
                self.offset = start + 1;
                let number = self.number().unwrap_or(u32::MAX);
                self.reference = self.reference.max((number, start));
                Ok(Token::Unsupported(Unsupported::Backreference))
            }
            Some('k') if self.eat(b'<') => {
                let name = self.group_name()?;
                if self.named_references.len() == MAX_NAMES {
                    return Err(PatternErrorKind::TooLarge.at(start));
                }
                if !self.named_references.iter().any(|(known, _)| *known == name) {
                    self.named_references.push((name, start));
                }
                Ok(Token::Unsupported(Unsupported::Backreference))
            }
            Some('k') => Err(PatternErrorKind::GroupName.at(start)),
            Some(c) => match self.set_escape(c, start)? {
                Some(class) => Ok(Token::Class(class)),
                None => self.char_escape(c, start).map(Token::Char),
            },
            None => Err(PatternErrorKind::TrailingBackslash.at(start)),
        }
    }

    /// Reads `\d`, `\w`, `\s`, `\p{…}` and their uppercase forms.
    fn set_escape(&mut self, c: char, start: usize) -> Result<Option<Class<'s>>, PatternError> {
        let set = match c.to_ascii_lowercase() {
            'd' => CharSet::new(DIGIT, &[]),
            'w' => CharSet::new(WORD, &[]),
            's' => CharSet::new(SPACE, &SPACE_WIDE),
            'p' => {
                let name = self.source[self.offset..]
                    .strip_prefix('{')
                    .and_then(|rest| rest.split_once('}'));
                let Some((name, _)) = name.filter(|(name, _)| is_property(name)) else {
                    return Err(PatternErrorKind::Property.at(start));
                };
                self.offset += name.len() + 2;
                let properties = vec![&self.source[start..self.offset]];
                return Ok(Some(Class {
                    properties,
                    ..Class::default()
                }));
            }
            _ => return Ok(None),
        };
        Ok(Some(Class::of(set, c.is_ascii_uppercase())))
    }

    /// Reads an escape that represents one character.
    fn char_escape(&mut self, c: char, start: usize) -> Result<char, PatternError> {
        let kind = match c {
            't' => return Ok('\t'),
            'n' => return Ok('\n'),
            'v' => return Ok('\u{B}'),
            'f' => return Ok('\u{C}'),
            'r' => return Ok('\r'),
            '^' | '$' | '\\' | '.' | '*' | '+' | '?' | '(' | ')' | '[' | ']' | '{' | '}' | '|' | '/' => return Ok(c),
            '0' if !self.peek().is_some_and(|b| b.is_ascii_digit()) => return Ok('\0'),
            '0' => PatternErrorKind::DecimalEscape,
            'c' => match self.peek() {
                Some(letter) if letter.is_ascii_alphabetic() => {
                    self.offset += 1;
                    return Ok(char::from(letter % 32));
                }
                _ => PatternErrorKind::ControlEscape,
            },
            'x' => match self.hex(2) {
                Some(value) => return Ok(char::from(value as u8)),
                None => PatternErrorKind::HexEscape,
            },
            'u' => match self.code_point() {
                Some(value) => match char::from_u32(value) {
                    Some(c) => return Ok(c),
                    None => PatternErrorKind::LoneSurrogate,
                },
                None => PatternErrorKind::UnicodeEscape,
            },
            _ => PatternErrorKind::UnknownEscape(c),
        };
        Err(kind.at(start))
    }

    /// Reads `HHHH`, two of them for a surrogate pair, or `{H…}`; at most 10FFFF.
    fn code_point(&mut self) -> Option<u32> {
        if self.eat(b'{') {
            let digits = self.source.as_bytes()[self.offset..]
                .iter()
                .take_while(|b| b.is_ascii_hexdigit())
                .count();
            let value = self
                .hex(digits)
                .filter(|&value| digits > 0 && value <= char::MAX as u32)?;
            return self.eat(b'}').then_some(value);
        }
        let high = self.hex(4)?;
        let after = self.offset;
        if (0xD800..0xDC00).contains(&high)
            && self.eat(b'\\')
            && self.eat(b'u')
            && let Some(low @ 0xDC00..0xE000) = self.hex(4)
        {
            return Some(0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00));
        }
        self.offset = after;
        Some(high)
    }

    /// Reads a fixed number of hexadecimal digits. A number that doesn't fit saturates.
    fn hex(&mut self, digits: usize) -> Option<u32> {
        let mut value = 0u32;
        for &b in self.source.as_bytes().get(self.offset..self.offset + digits)? {
            let digit = char::from(b).to_digit(16)?;
            value = value.checked_mul(16).map_or(u32::MAX, |value| value | digit);
        }
        self.offset += digits;
        Some(value)
    }
}

/// `name` or `name=value`; whether the property exists is decided by the engine.
fn is_property(text: &str) -> bool {
    let is_word = |word: &str| !word.is_empty() && word.bytes().all(|b| is_word_byte(&b));
    match text.split_once('=') {
        Some((name, value)) => is_word(name) && is_word(value),
        None => is_word(text),
    }
}
