//! Reads how a statement starts: key and separator, the way each loader does.

mod up_to_equals;

use crate::name::is_name;
use crate::source::Span;

use super::dialect::{Colon, Expander, Key, Names, Space};
use super::document::{AssignmentKind, Effect, SyntaxErrorKind};
use super::inherited::{PROTOTYPE, stumbles_over};
use super::lexer::{char_at, key_run, skip, skip_back};
use super::parser::Parser;
use super::reader::BOM;
use super::words::shlex;

/// The longest key that Kubernetes accepts.
const MAX_KEY: usize = 253;

/// How a statement starts.
pub(super) enum Head {
    /// A key and a separator, followed by a value at `value`.
    Key { key: Span, value: usize },
    /// A key that the loader drops together with its value.
    Dropped { key: Span, value: usize },
    /// A key alone on its line, with what it does and where the next statement may start.
    Alone {
        key: Span,
        kind: AssignmentKind,
        next: usize,
    },
}

type Result = std::result::Result<Head, SyntaxErrorKind>;

impl Parser<'_> {
    /// Reads key and separator.
    pub(super) fn head(&mut self, start: usize) -> Result {
        match self.grammar.key {
            Key::Word {
                dash,
                across,
                colon,
                stands_alone,
            } => self.word(start, dash, (across, colon), stands_alone),
            Key::Compose => {
                let is_part = |c: char| {
                    c.is_alphanumeric() && !is_mark(c) && !is_symbol(c)
                        || matches!(c, '_' | '.' | '-' | '[' | ']')
                        || self.grammar.space.is_blank(c)
                };
                self.key_of_go(start, skip(self.text, key_run(self.text, start), is_part))
            }
            // godotenv takes each byte for a character.
            Key::Godotenv => {
                let is_part = |&byte: &u8| {
                    let c = char::from(byte);
                    c.is_alphanumeric() || matches!(c, '_' | '.') || self.grammar.space.is_blank(c)
                };
                let from = key_run(self.text, start);
                let len = self.text[from..].iter().take_while(|byte| is_part(byte)).count();
                self.key_of_go(start, from + len)
            }
            Key::UpToEquals {
                lone_equals,
                glues,
                trims,
            } => self.up_to_equals(start, lone_equals, glues, trims),
            Key::Verbatim(names) => self.verbatim_key(start, names),
            Key::Python => self.python_key(start),
            Key::Shlex => self.shlex_key(start),
            Key::Systemd => self.systemd_key(start),
            Key::Dotenvy => self.dotenvy_key(start),
            Key::Php => self.php_key(start),
            Key::Symfony { underscores } => self.symfony_key(start, underscores),
            Key::Stripped => self.stripped_key(start),
            Key::Glued { exports } => self.glued_key(start, exports),
            Key::Shell(_) | Key::Make | Key::Xargs | Key::Nf | Key::FileCommand | Key::Properties(_) => {
                Err(SyntaxErrorKind::Command)
            }
        }
    }

    fn word(&mut self, start: usize, dash: bool, (across, colon): (bool, Colon), stands_alone: bool) -> Result {
        let (text, space) = (self.text, self.grammar.space);
        let is_space = |c: char| {
            if across {
                space.is_space(c)
            } else {
                space.is_blank(c) && c != '\r'
            }
        };
        let glued_colon = colon == Colon::Glued;
        let end = skip(text, key_run(text, start), |c| {
            c.is_ascii_alphanumeric() || matches!(c, '_' | '.') || dash && c == '-'
        });
        let key = Span::new(start, end);
        if !key.is_empty() {
            let behind = match text.get(end) {
                Some(b'=') => end,
                _ => space.skip_white(text, end, is_space),
            };
            let is_lost = space == Space::JavaScript && key.of(text) == PROTOTYPE;
            if is_lost && matches!(self.dialect.expander, Expander::Dotenvx | Expander::Dotenvx1) {
                // The assignment to `__proto__` makes dotenvx fail, and it loses the whole file.
                self.error(SyntaxErrorKind::BadKey, Effect::Dropped, Span::new(0, text.len()));
            }
            self.report_inherited_key(key);
            let named = |value: usize| {
                if is_lost {
                    Head::Dropped { key, value }
                } else {
                    Head::Key { key, value }
                }
            };
            if text.get(behind) == Some(&b'=') {
                return Ok(named(behind + 1));
            }
            let at = if glued_colon { end } else { behind };
            let is_colon = colon != Colon::None && text.get(at) == Some(&b':');
            let colon = at;
            if let Some((c, len)) = space.char_at(text, colon + 1).filter(|&(c, _)| is_colon && is_space(c)) {
                let crlf = glued_colon && c == '\r' && text.get(colon + 2) == Some(&b'\n');
                let len = if crlf { 2 } else { len };
                return Ok(named(colon + 1 + len));
            }
            if stands_alone && self.ends_line(end) {
                return Ok(Head::Alone {
                    key,
                    kind: AssignmentKind::Value,
                    next: end,
                });
            }
        }
        Err(self.no_head(start))
    }

    /// Returns what is wrong with a line that starts no assignment.
    fn no_head(&self, start: usize) -> SyntaxErrorKind {
        match memchr::memchr(b'=', &self.text[start..self.line_end(start)]) {
            None => SyntaxErrorKind::NoSeparator,
            Some(0) => SyntaxErrorKind::NoKey,
            Some(_) => SyntaxErrorKind::BadKey,
        }
    }

    /// Compose and godotenv share a scanner, but only Compose allows a key alone, and rejects a key with a space in it.
    fn key_of_go(&mut self, start: usize, stop: usize) -> Result {
        let (text, space) = (self.text, self.grammar.space);
        let inherits = self.grammar.key == Key::Compose;
        let key = Span::new(start, space.skip_back(text, start, stop));
        let has_space = memchr::memchr(b' ', key.of(text)).is_some();
        match text.get(stop) {
            Some(b'=' | b':' | b'\n') if inherits && has_space => Err(SyntaxErrorKind::BadKey),
            // A process environment can't hold a variable without a name.
            Some(b'=' | b':') if key.is_empty() && !inherits => Ok(Head::Dropped { key, value: stop + 1 }),
            Some(b'=' | b':') => Ok(Head::Key { key, value: stop + 1 }),
            Some(b'\n') if inherits => Ok(Head::Alone {
                key,
                kind: AssignmentKind::Inherit,
                next: stop + 1,
            }),
            Some(b'\n') => Err(SyntaxErrorKind::NoSeparator),
            Some(_) => Err(SyntaxErrorKind::BadKey),
            None if start == stop => Err(SyntaxErrorKind::NoKey),
            None if !inherits => {
                // The loader sets a variable without a name, which the process environment refuses.
                self.error(SyntaxErrorKind::NoSeparator, Effect::Dropped, key);
                Ok(Head::Alone {
                    key: Span::new(start, start),
                    kind: AssignmentKind::Value,
                    next: stop,
                })
            }
            // Without a terminator the key is empty, and the line is its value.
            None => Ok(Head::Key {
                key: Span::new(start, start),
                value: start,
            }),
        }
    }

    /// Reports a key under which the loader finds a member of every object instead of a string, and fails.
    fn report_inherited_key(&mut self, key: Span) {
        if let Some(effect) = stumbles_over(self.dialect.expander, key.of(self.text)) {
            let span = match effect {
                Effect::Dropped => Span::new(0, self.text.len()),
                _ => key,
            };
            self.error(SyntaxErrorKind::BadKey, effect, span);
        }
    }

    fn verbatim_key(&self, start: usize, names: Names) -> Result {
        let text = self.text;
        let line_end = self.content_end(start);
        let equals = memchr::memchr(b'=', &text[start..line_end]).map(|len| start + len);
        let key = Span::new(start, equals.unwrap_or(line_end));
        let name = key.of(text);
        let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'-');
        if name.is_empty() {
            // To a loader for which a CR is no white space, the line end of a blank line is one only as CRLF.
            let next = self.line_end(start);
            let kind = AssignmentKind::Inherit;
            return match equals {
                None => Ok(Head::Alone { key, kind, next }),
                Some(_) => Err(SyntaxErrorKind::NoKey),
            };
        }
        let strict = names == Names::Strict;
        if names != Names::Any && memchr::memchr2(b' ', b'\t', name).is_some()
            || strict && !(name.len() <= MAX_KEY && name.iter().all(is_name) && !name[0].is_ascii_digit())
        {
            return Err(SyntaxErrorKind::BadKey);
        }
        Ok(match equals {
            Some(equals) => Head::Key { key, value: equals + 1 },
            None => {
                let kind = if strict {
                    AssignmentKind::InheritOrEmpty
                } else {
                    AssignmentKind::Inherit
                };
                Head::Alone {
                    key,
                    kind,
                    next: line_end,
                }
            }
        })
    }

    fn python_key(&mut self, start: usize) -> Result {
        let (text, space) = (self.text, self.grammar.space);
        let is_blank = |c: char| space.is_blank(c) && c != '\r';
        let (key, end) = if text.get(start) == Some(&b'\'') {
            let len = memchr::memchr(b'\'', &text[start + 1..])
                .filter(|&len| len > 0)
                .ok_or(SyntaxErrorKind::BadKey)?;
            (Span::new(start + 1, start + 1 + len), start + len + 2)
        } else {
            let end = skip(text, key_run(text, start), |c| {
                !matches!(c, '=' | '#') && !space.is_space(c)
            });
            (Span::new(start, end), end)
        };
        let behind = skip(text, end, is_blank);
        match text.get(behind) {
            _ if key.is_empty() => Err(SyntaxErrorKind::NoKey),
            Some(b'=') => Ok(Head::Key { key, value: behind + 1 }),
            _ if self.ends_line(end) => Ok(Head::Alone {
                key,
                kind: AssignmentKind::Clear,
                next: end,
            }),
            _ => {
                // A quoted key may contain line ends; the line on which it ends is dropped too.
                self.stumbled = end;
                Err(self.no_head(start))
            }
        }
    }

    /// honcho splits every line into words, whether it sets a variable or not, and so fails at a quote that is not closed on
    /// its line. It sets no variable without a word behind the `=`.
    fn shlex_key(&mut self, start: usize) -> Result {
        let line = &self.text[..self.line_end(start)];
        let nothing = Head::Alone {
            key: Span::new(start, start),
            kind: AssignmentKind::Value,
            next: line.len(),
        };
        let mut name = vec![];
        let is_blank = |c: char| matches!(c, ' ' | '\t');
        let (end, value) = match (
            shlex::first_word(line, start, &mut name),
            shlex::scan(line, start, &mut ()),
        ) {
            (Ok(end), Ok(_)) => (end, skip(line, end, is_blank) + 1),
            (Err(fault), _) | (_, Err(fault)) => {
                self.error(fault.kind, Effect::Rejected, Span::new(start, line.len()));
                return Ok(nothing);
            }
        };
        let is_first = self.follows_line_end(skip_back(line, 0, start, is_blank));
        let begins = name
            .first()
            .is_some_and(|byte| byte.is_ascii_alphabetic() || *byte == b'_');
        if line.get(value - 1) != Some(&b'=') || !is_first || !begins {
            return Err(self.no_head(start));
        }
        if shlex::scan(line, value, &mut ()).is_ok_and(|end| end.value == value) {
            return Err(SyntaxErrorKind::NoValue);
        }
        let quote = usize::from(matches!(line[start], b'"' | b'\''));
        let bare = Span::new(start + quote, end - quote);
        let key = if bare.of(line) == name {
            bare
        } else {
            Span::new(start, end)
        };
        if key.of(line) != name {
            self.document
                .respelled
                .push((self.document.assignments.len(), name.into()));
        }
        Ok(Head::Key { key, value })
    }

    fn systemd_key(&self, start: usize) -> Result {
        let line_end = self.line_end(start);
        let equals =
            start + 1 + memchr::memchr(b'=', &self.text[start + 1..line_end]).ok_or(SyntaxErrorKind::NoSeparator)?;
        let key = Span::new(start, self.grammar.space.skip_back(self.text, start, equals));
        if is_name(key.of(self.text)) {
            Ok(Head::Key { key, value: equals + 1 })
        } else {
            // Its value is read nonetheless, over several lines if it is quoted.
            Ok(Head::Dropped { key, value: equals + 1 })
        }
    }

    fn dotenvy_key(&self, start: usize) -> Result {
        let text = &self.text[..self.line_limit.max(start)];
        let first = text
            .get(start)
            .is_some_and(|byte| byte.is_ascii_alphabetic() || *byte == b'_');
        let end = skip(text, key_run(text, start), |c| {
            c.is_ascii_alphanumeric() || matches!(c, '_' | '.')
        });
        let behind = skip(text, end, char::is_whitespace);
        match text.get(behind) {
            Some(b'=') if start == end => Err(SyntaxErrorKind::NoKey),
            _ if !first => Err(self.no_head(start)),
            Some(b'=') => Ok(Head::Key {
                key: Span::new(start, end),
                value: behind + 1,
            }),
            None => Err(SyntaxErrorKind::NoSeparator),
            Some(_) => Err(self.no_head(start)),
        }
    }

    fn php_key(&self, start: usize) -> Result {
        let text = self.text;
        let equals = memchr::memchr(b'=', &text[start..self.line_limit.max(start)]).map(|len| start + len);
        let space = self.grammar.space;
        let mut end = space.skip_back(text, start, equals.unwrap_or(self.line_limit));
        let mut from = start;
        if end - from > 7 && text[from..].starts_with(b"export") && text[from + 6].is_ascii_whitespace() {
            from = skip(text, from + 6, |c| c.is_ascii_whitespace());
        }
        let quote = text[from..end]
            .first()
            .copied()
            .filter(|mark| matches!(mark, b'"' | b'\''));
        if quote.is_some_and(|mark| end - from > 2 && text[end - 1] == mark) {
            from += 1;
            end -= 1;
        }
        let key = Span::new(from, end);
        let has_case = |c: char| (c.is_lowercase() || c.is_uppercase()) && !is_symbol(c) && !is_modifier(c);
        let is_name = |c: char| matches!(c, '_' | '.') || has_case(c) || c.is_numeric() || is_mark(c);
        match equals {
            Some(_) if start == end => Err(SyntaxErrorKind::NoKey),
            _ if skip(&text[..end], key_run(text, from).min(end), is_name) < end || from == end => {
                Err(self.no_head(start))
            }
            Some(equals) => Ok(Head::Key { key, value: equals + 1 }),
            // White space around a key is only trimmed if there is an `=`.
            None if self.line_limit < self.line_next || !self.begins_line(start) => Err(SyntaxErrorKind::NoSeparator),
            None => Ok(Head::Alone {
                key,
                kind: AssignmentKind::Clear,
                next: self.line_next,
            }),
        }
    }

    /// Returns whether there is nothing before an offset on its line.
    pub(super) fn begins_line(&self, at: usize) -> bool {
        matches!(&self.text[..at], [] | [.., b'\n' | b'\r']) || self.text[..at] == *BOM
    }

    /// Returns whether a line begins at an offset, after whichever line end the loader knows.
    fn follows_line_end(&self, at: usize) -> bool {
        let is_end = |len: usize| {
            let end = at - len;
            self.line_end(end) == end && char_at(self.text, end).is_some_and(|(_, typed)| typed == len)
        };
        at == 0 || (1..=at.min(3)).any(is_end)
    }

    fn glued_key(&self, start: usize, exports: bool) -> Result {
        let is_first = self.follows_line_end(start);
        let from = start
            + if exports && self.text[start..].starts_with(b"export ") {
                b"export ".len()
            } else {
                0
            };
        let end = key_run(self.text, from);
        if is_first && from < end && self.text.get(end) == Some(&b'=') {
            return Ok(Head::Key {
                key: Span::new(from, end),
                value: end + 1,
            });
        }
        Err(self.no_head(start))
    }

    fn stripped_key(&self, start: usize) -> Result {
        let line = &self.text[start..self.line_end(start)];
        let is_javascript = self.grammar.space == Space::JavaScript;
        let equals = start + memchr::memchr(b'=', line).ok_or(SyntaxErrorKind::NoSeparator)?;
        // env-cmd requires something before the separator, be it white space or another `=`; it then gets a name that
        // other loaders would not call one.
        if is_javascript && equals == start && self.begins_line(start) && memchr::memchr(b'=', &line[1..]).is_none() {
            return Err(SyntaxErrorKind::NoKey);
        }
        let key = Span::new(start, self.grammar.space.skip_back(self.text, start, equals));
        let value = equals + 1;
        Ok(if is_javascript && key.of(self.text) == PROTOTYPE {
            Head::Dropped { key, value }
        } else {
            Head::Key { key, value }
        })
    }

    fn symfony_key(&self, start: usize, underscores: bool) -> Result {
        let text = self.text;
        let letter = skip(text, start, |c| c == '_');
        let begins = underscores || letter <= start + 1;
        let end = key_run(text, letter);
        let key = Span::new(start, end);
        match text.get(end) {
            Some(b'=') if start == end => Err(SyntaxErrorKind::NoKey),
            _ if !begins || !text.get(letter).is_some_and(u8::is_ascii_alphabetic) => Err(self.no_head(start)),
            Some(b'=') => Ok(Head::Key { key, value: end + 1 }),
            Some(b' ' | b'\t') if text.get(skip(text, end, |c| matches!(c, ' ' | '\t'))) == Some(&b'=') => {
                Err(SyntaxErrorKind::SpaceBeforeSeparator)
            }
            _ => Err(self.no_head(start)),
        }
    }
}

/// Returns whether a character is a combining mark. Covers the common blocks only.
fn is_mark(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36F}' | '\u{483}'..='\u{489}' | '\u{591}'..='\u{5BD}' | '\u{610}'..='\u{61A}' | '\u{64B}'..='\u{65F}'
        | '\u{E31}' | '\u{E34}'..='\u{E3A}' | '\u{E47}'..='\u{E4E}' | '\u{900}'..='\u{903}' | '\u{93A}'..='\u{94F}' | '\u{1AB0}'..='\u{1AFF}' | '\u{1DC0}'..='\u{1DFF}' | '\u{20D0}'..='\u{20FF}' | '\u{FE20}'..='\u{FE2F}')
}

/// Returns whether a character is a circled or squared letter, which is a letter to Rust and a symbol to other languages.
fn is_symbol(c: char) -> bool {
    matches!(c, '\u{24B6}'..='\u{24E9}' | '\u{1F130}'..='\u{1F189}')
}

/// Returns whether a character is lower case to Rust but caseless to PHP. Covers the first blocks only.
fn is_modifier(c: char) -> bool {
    matches!(c, 'ª' | 'º' | '\u{2B0}'..='\u{2E4}')
}
