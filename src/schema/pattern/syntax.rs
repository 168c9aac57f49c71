//! Reads a pattern as tokens. It is the only place that knows the grammar: ECMA-262 section 22.2.1 with the flag `u`,
//! without Annex B.
//!
//! Groups nest, but no consumer needs a tree: a stack of open groups is enough to check that they close, and
//! quantifiers follow what they repeat. So there is no tree, and no recursion to limit.

mod escape;

use super::charset::{CharSet, LINE_END, LINE_END_WIDE};
use super::error::{PatternError, PatternErrorKind, Unsupported};

/// The longest pattern in bytes.
const MAX_SOURCE: usize = 32 * 1024;
/// The deepest nesting of groups.
const MAX_DEPTH: usize = 100;
/// The most named groups and names referred to; each new name is compared with all before it.
const MAX_NAMES: usize = 100;

/// A meaningful piece of a pattern. Lazy and greedy quantifiers are not distinguished, nor are kinds of groups, because
/// they don't affect whether there is a match.
#[derive(Debug)]
pub(super) enum Token<'s> {
    /// A literal character.
    Char(char),
    /// `.`, `\d`, `[…]` and similar.
    Class(Class<'s>),
    /// `^`, `$`, `\b`, `\B`.
    Assertion(Assertion),
    /// `(`, `(?:`, `(?<name>`.
    Open,
    /// `)`.
    Close,
    /// `|`.
    Or,
    /// How often the preceding piece is repeated; `max` is `None` if unlimited.
    Repeat { min: u32, max: Option<u32> },
    /// Valid, but not possible in an automaton: a back reference, or the opening of a lookaround group.
    Unsupported(Unsupported),
}

/// A condition on the position between two characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Assertion {
    /// `^`: nothing before.
    Start,
    /// `$`: nothing after.
    End,
    /// `\b`: a word begins or ends.
    Boundary,
    /// `\B`: no word begins or ends.
    NotBoundary,
}

/// A set of characters, or its complement.
#[derive(Debug, Default)]
pub(super) struct Class<'s> {
    pub(super) set: CharSet,
    pub(super) negated: bool,
    /// `\p{…}` and `\P{…}` as written in the pattern, for [`super::translate`], since their members are not known here.
    pub(super) properties: Vec<&'s str>,
}

impl Class<'_> {
    fn of(set: CharSet, negated: bool) -> Self {
        Class {
            set,
            negated,
            properties: Vec::new(),
        }
    }
}

/// Reads tokens one by one.
pub(super) struct Lexer<'s> {
    source: &'s str,
    offset: usize,
    open: Vec<OpenGroup>,
    names: Vec<&'s str>,
    /// Number of capturing groups so far.
    captures: u32,
    /// Back references by name, and the greatest by number, with their places: the group may come later.
    named_references: Vec<(&'s str, usize)>,
    reference: (u32, usize),
    /// Whether the last token can be repeated.
    repeatable: bool,
}

/// A group that is not yet closed.
struct OpenGroup {
    start: usize,
    /// A lookaround group consumes nothing, so it can't be repeated.
    repeatable: bool,
}

impl<'s> Lexer<'s> {
    /// # Errors
    /// Returns an error if the pattern is too long.
    pub(super) fn new(source: &'s str) -> Result<Self, PatternError> {
        if source.len() > MAX_SOURCE {
            return Err(PatternErrorKind::TooLarge.at(MAX_SOURCE));
        }
        Ok(Lexer {
            source,
            offset: 0,
            open: Vec::new(),
            names: Vec::new(),
            captures: 0,
            named_references: Vec::new(),
            reference: (0, 0),
            repeatable: false,
        })
    }

    /// Returns the end of what was read.
    pub(super) fn offset(&self) -> usize {
        self.offset
    }

    /// Returns the next token; `None` at the end.
    ///
    /// # Errors
    /// Returns the mistake found there.
    pub(super) fn next(&mut self) -> Result<Option<Token<'s>>, PatternError> {
        let start = self.offset;
        let Some(c) = self.bump() else {
            return self.end().map(|()| None);
        };
        let token = match c {
            '^' => Token::Assertion(Assertion::Start),
            '$' => Token::Assertion(Assertion::End),
            '|' => Token::Or,
            '.' => Token::Class(Class::of(CharSet::new(LINE_END, &LINE_END_WIDE), true)),
            '(' => self.group(start)?,
            ')' => match self.open.pop() {
                Some(group) => {
                    self.repeatable = group.repeatable;
                    return Ok(Some(Token::Close));
                }
                None => {
                    return Err(PatternErrorKind::UnopenedGroup.at(start));
                }
            },
            '[' => Token::Class(self.class(start)?),
            '\\' => self.escape(start)?,
            '*' | '+' | '?' | '{' => self.quantifier(start, c)?,
            ']' | '}' => {
                return Err(PatternErrorKind::LoneBracket(c).at(start));
            }
            _ => Token::Char(c),
        };
        self.repeatable = matches!(
            token,
            Token::Char(_) | Token::Class(_) | Token::Unsupported(Unsupported::Backreference)
        );
        Ok(Some(token))
    }

    /// Checks at the end that groups are closed, and that references have groups.
    fn end(&self) -> Result<(), PatternError> {
        let unknown = self
            .named_references
            .iter()
            .find(|(name, _)| !self.names.contains(name));
        let (kind, offset) = match (self.open.last(), unknown) {
            (Some(group), _) => (PatternErrorKind::UnclosedGroup, group.start),
            (None, Some(&(_, offset))) => (PatternErrorKind::UnknownReference, offset),
            (None, None) if self.reference.0 > self.captures => (PatternErrorKind::UnknownReference, self.reference.1),
            (None, None) => return Ok(()),
        };
        Err(kind.at(offset))
    }

    /// `"(" ( "?:"
    /// "?<" name ">"
    /// "?="
    /// "?!"
    /// "?<="
    /// "?<!" )?`, after the parenthesis.
    fn group(&mut self, start: usize) -> Result<Token<'s>, PatternError> {
        let error = |kind: PatternErrorKind| Err(kind.at(start));
        if self.open.len() == MAX_DEPTH {
            return error(PatternErrorKind::TooLarge);
        }
        let mut token = Token::Open;
        if self.eat(b'?') {
            match self.source.as_bytes()[self.offset..] {
                [b':', ..] => self.offset += 1,
                [b'=' | b'!', ..] => {
                    self.offset += 1;
                    token = Token::Unsupported(Unsupported::Lookahead);
                }
                [b'<', b'=' | b'!', ..] => {
                    self.offset += 2;
                    token = Token::Unsupported(Unsupported::Lookbehind);
                }
                [b'<', ..] => {
                    self.offset += 1;
                    self.new_group_name()?;
                    self.captures += 1;
                }
                [b'i' | b'm' | b's' | b'-', ..] => return error(PatternErrorKind::Unsupported(Unsupported::Modifiers)),
                _ => return error(PatternErrorKind::UnknownGroup),
            }
        } else {
            self.captures += 1;
        }
        self.open.push(OpenGroup {
            start,
            repeatable: matches!(token, Token::Open),
        });
        Ok(token)
    }

    fn new_group_name(&mut self) -> Result<(), PatternError> {
        let start = self.offset;
        let name = self.group_name()?;
        let kind = if self.names.contains(&name) {
            PatternErrorKind::DuplicateGroupName
        } else if self.names.len() == MAX_NAMES {
            PatternErrorKind::TooLarge
        } else {
            self.names.push(name);
            return Ok(());
        };
        Err(kind.at(start))
    }

    /// `name ">"`.
    fn group_name(&mut self) -> Result<&'s str, PatternError> {
        let start = self.offset;
        let bytes = &self.source.as_bytes()[start..];
        let length = bytes
            .iter()
            .take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'$'))
            .count();
        self.offset += length;
        if length == 0 || bytes[0].is_ascii_digit() || !self.eat(b'>') {
            return Err(PatternErrorKind::GroupName.at(start));
        }
        Ok(&self.source[start..start + length])
    }

    /// `( "*"
    /// "+"
    /// "?"
    /// "{" number ( "," number? )? "}" ) "?"?`, after the first character.
    fn quantifier(&mut self, start: usize, first: char) -> Result<Token<'s>, PatternError> {
        let error = |kind: PatternErrorKind| Err(kind.at(start));
        let (min, max) = match first {
            _ if !self.repeatable => {
                let lone = first == '{' && self.braces().is_none();
                return error(if lone {
                    PatternErrorKind::LoneBracket('{')
                } else {
                    PatternErrorKind::NothingToRepeat
                });
            }
            '*' => (0, None),
            '+' => (1, None),
            '?' => (0, Some(1)),
            _ => match self.braces() {
                Some(bounds) => bounds,
                None => return error(PatternErrorKind::Quantifier),
            },
        };
        if max.is_some_and(|max| max < min) {
            return error(PatternErrorKind::QuantifierOrder);
        }
        self.eat(b'?');
        Ok(Token::Repeat { min, max })
    }

    /// `number ( "," number? )? "}"`.
    fn braces(&mut self) -> Option<(u32, Option<u32>)> {
        let min = self.number()?;
        let max = if self.eat(b',') { self.number() } else { Some(min) };
        self.eat(b'}').then_some((min, max))
    }

    /// Reads a decimal number. One that doesn't fit saturates, and is refused where it is used.
    fn number(&mut self) -> Option<u32> {
        let start = self.offset;
        let mut value = 0u32;
        while let Some(digit @ b'0'..=b'9') = self.peek() {
            value = value.saturating_mul(10).saturating_add(u32::from(digit - b'0'));
            self.offset += 1;
        }
        (self.offset > start).then_some(value)
    }

    fn peek(&self) -> Option<u8> {
        self.source.as_bytes().get(self.offset).copied()
    }

    fn eat(&mut self, expected: u8) -> bool {
        let found = self.peek() == Some(expected);
        self.offset += usize::from(found);
        found
    }

    fn bump(&mut self) -> Option<char> {
        let c = self.source[self.offset..].chars().next()?;
        self.offset += c.len_utf8();
        Some(c)
    }
}

/// Returns whether this is a valid ECMA-262 pattern, supported or not.
pub(in crate::schema) fn is_sound(source: &str) -> bool {
    let Ok(mut lexer) = Lexer::new(source) else {
        return false;
    };
    loop {
        match lexer.next() {
            Ok(Some(_)) => {}
            Ok(None) => return true,
            Err(_) => return false,
        }
    }
}
