//! Finds where a value ends: quotes, comments, white space.

mod anchored;
mod at_line_end;
mod joined;

use crate::source::Span;

use super::dialect::{Comment, Key, LineEnds, Space, Value, Words};
use super::document::{Effect, Quote, RawValue, SyntaxErrorKind};
use super::lexer::{char_at, is_visible, skip, skip_back};
use super::parser::Parser;
use super::words::{self, End};

type Result = std::result::Result<(RawValue, usize), SyntaxErrorKind>;

impl Parser<'_> {
    /// Reads the value of `key` after the separator; returns it and the start of the next statement.
    pub(super) fn value(&mut self, key: Span, from: usize) -> Result {
        match self.grammar.value {
            Value::Pattern { marks } => Ok(self.pattern_value(from, marks)),
            Value::QuotesThenStatement { pairs } => self.quoted_or_line(key, from, pairs),
            Value::FirstQuote {
                escapes,
                prefers_line_end,
            } => {
                let read = self.first_quote(from, escapes, prefers_line_end);
                if self.is_lost(read) {
                    self.stumbled = read.0.span.start as usize;
                    Err(SyntaxErrorKind::UnterminatedQuote)
                } else {
                    Ok(read)
                }
            }
            Value::QuoteAtLineEnd => Ok(self.quote_at_line_end(from)),
            Value::Statement { pairs } => self.whole_statement(from, pairs),
            Value::Line { both } => {
                let mut end = self.line_end(from);
                if end < self.text.len() {
                    end = self.content_end(from);
                }
                let value = match self.text[from..end] {
                    // django-environ removes both kinds of quotes, one after the other.
                    [b'\'', b'"', .., b'"', b'\''] if both && end - from > 3 => quoted(from + 2, end - 2, b'"'),
                    [mark @ (b'"' | b'\''), .., last] if mark == last => quoted(from + 1, end - 1, mark),
                    _ => bare(from, end),
                };
                Ok((value, end))
            }
            Value::Stripped => {
                let end = self.line_end(from);
                Ok((self.stripped(from, end), end))
            }
            Value::Old => self.old_line(from),
            Value::ToLastQuote => Ok(self.to_last_quote(from)),
            Value::LastQuote => self.last_quote(from),
            Value::Joined => self.joined(from),
            Value::Anchored => self.anchored(from),
            Value::Words(words) => self.words(words, from),
            Value::Verbatim => {
                let end = self.content_end(from);
                Ok((bare(from, end), end))
            }
        }
    }

    /// Returns whether a value is lost: Node 20 loses an unterminated quote on a last line without a line end.
    fn is_lost(&self, (value, next): (RawValue, usize)) -> bool {
        let typed = value.span.of(self.text);
        let is_open = value.quote.is_none() && typed.first().is_some_and(|&byte| Quote::of(byte).is_some());
        self.grammar.space == Space::Spaces && is_open && next == self.text.len()
    }

    /// Reads a value up to the last quote of its line, or the bare line.
    fn to_last_quote(&self, from: usize) -> (RawValue, usize) {
        let line_end = self.line_end(from);
        let (start, end) = self.trimmed(from, line_end);
        let value = match self.text[start..end] {
            [mark @ (b'"' | b'\''), ref rest @ ..] => match memchr::memrchr(mark, rest) {
                Some(len) => quoted(start + 1, start + 1 + len, mark),
                // The closing quote is the opening one, with nothing in between.
                None => bare(start, start),
            },
            _ => self.bare_line(start, start, line_end),
        };
        (value, line_end)
    }

    /// Trims the white space off both ends of a range.
    fn trimmed(&self, start: usize, end: usize) -> (usize, usize) {
        let space = self.grammar.space;
        let start = space.skip(&self.text[..end], start);
        (start, space.skip_back(self.text, start, end))
    }

    /// Reads a value as npm dotenv did before 15, where a quote followed by white space does not close the value.
    fn old_line(&self, from: usize) -> Result {
        let (text, space) = (self.text, self.grammar.space);
        let line_end = self.line_end(from);
        let start = space.skip(&text[..line_end], from);
        let mut end = line_end;
        if self.grammar.comment != Comment::None {
            // The first `#` after white space, unless it is inside quotes that close before it.
            let line = &text[start..line_end];
            let mark = line.first().copied().filter(|byte| matches!(byte, b'"' | b'\''));
            let close = mark
                .and_then(|mark| memchr::memchr(mark, &line[1..]))
                .map(|len| start + 1 + len);
            let comment = |from: usize| {
                let hashes = memchr::memchr_iter(b'#', &text[from..line_end]).map(|len| from + len);
                let white = |at: usize| space.skip_back(text, from, at);
                hashes
                    .map(|at| (white(at), at))
                    .find(|(white, at)| white < at)
                    .map(|(white, _)| white)
            };
            let behind = close.filter(|&close| {
                let rest = space.skip(&text[..line_end], close + 1);
                close + 1 == line_end || rest > close + 1 && text[..line_end].get(rest) == Some(&b'#')
            });
            end = behind
                .map(|close| close + 1)
                .or_else(|| comment(start))
                .unwrap_or(line_end);
            let hash = space.skip(&text[..line_end], end);
            if self.separator(hash, line_end).is_some() || behind.is_none() && self.separator(start, end).is_some() {
                return Err(SyntaxErrorKind::BadKey);
            }
        } else {
            let (start, trimmed) = self.trimmed(start, end);
            if self.separator(start, trimmed).is_some() {
                return Err(SyntaxErrorKind::BadKey);
            }
            // Behind the value it is white space, unlike a blank.
            end = self.separator(trimmed, end).unwrap_or(end);
        }
        match text[start..end] {
            [mark @ (b'"' | b'\''), .., last] if mark == last => Ok((quoted(start + 1, end - 1, mark), line_end)),
            _ => {
                let (start, end) = self.trimmed(start, end);
                Ok((bare(start, end), line_end))
            }
        }
    }

    /// Returns where a range contains U+2028 or U+2029 first. `.` of JavaScript does not match these, so within a value the
    /// loader does not match the line.
    fn separator(&self, start: usize, end: usize) -> Option<usize> {
        let mut found = memchr::memchr_iter(0xE2, &self.text[start..end]).map(|len| start + len);
        found.find(|&at| matches!(self.text[at..end], [_, 0x80, 0xA8 | 0xA9, ..]))
    }

    /// Reads quotes up to the last of the same kind that only a comment follows, or one word.
    fn last_quote(&self, from: usize) -> Result {
        let (text, space) = (self.text, self.grammar.space);
        let line_end = self.line_end(from);
        let line = &text[..line_end];
        let start = space.skip(line, from);
        let ends = |at: usize| {
            let behind = space.skip(line, at);
            matches!(line.get(behind), None | Some(b'#'))
        };
        if let Some(&mark) = line.get(start).filter(|byte| matches!(byte, b'"' | b'\'')) {
            let close = memchr::memrchr_iter(mark, &line[start + 1..])
                .map(|len| start + 1 + len)
                .find(|&close| ends(close + 1));
            if let Some(close) = close {
                return Ok((quoted(start + 1, close, mark), line_end));
            }
        }
        let end = skip(line, start, |c| c != '#' && !space.is_space(c));
        if ends(end) {
            return Ok((bare(start, end), line_end));
        }
        let is_quoted = matches!(line.get(start), Some(b'"' | b'\''));
        Err(if is_quoted {
            SyntaxErrorKind::TextAfterQuote
        } else {
            SyntaxErrorKind::SpaceInValue
        })
    }

    fn pattern_value(&mut self, from: usize, marks: &[u8]) -> (RawValue, usize) {
        let (text, space) = (self.text, self.grammar.space);
        let start = space.skip(text, from);
        let mark = text.get(start).copied().filter(|byte| marks.contains(byte));
        if let Some((end, mark)) = mark.and_then(|mark| Some((self.pattern_close(start, mark)?, mark))) {
            self.report_value_on_later_line(from, start, end + 1);
            return (quoted(start + 1, end, mark), end + 1);
        }
        let line_end = self.line_end(from);
        let end = memchr::memchr(b'#', &text[from..line_end]).map_or(line_end, |len| from + len);
        let next = self.pattern_end(end);
        // Ruby strips zero bytes along with the white space.
        let is_ruby = matches!(self.grammar.key, Key::Word { stands_alone: true, .. });
        let strips = |c: char| space.is_space(c) || is_ruby && c == '\0';
        let start = skip(&text[..end], from, strips);
        let end = skip_back(text, start, end, strips);
        if start < end {
            self.report_value_on_later_line(from, start, end);
        }
        let value = &text[start..end];
        let Some(&mark) = value.first().filter(|byte| marks.contains(byte)) else {
            return (bare(start, end), next);
        };
        if value.len() > 1 && value.last() == Some(&mark) {
            return (quoted(start + 1, end - 1, mark), next);
        }
        let closes = memchr::memchr(mark, &value[1..]).is_some();
        let kind = if closes {
            SyntaxErrorKind::TextAfterQuote
        } else {
            SyntaxErrorKind::UnterminatedQuote
        };
        self.error(kind, Effect::Literal, Span::new(start, end));
        (bare(start, end), next)
    }

    /// Returns the closing quote that the regular expression finds: the first without a backslash before it, if only
    /// white space or a comment follows, else the last one before it for which that holds.
    pub(super) fn pattern_close(&self, open: usize, mark: u8) -> Option<usize> {
        let body = &self.text[open + 1..];
        let stop = memchr::memchr_iter(mark, body).find(|&at| at == 0 || body[at - 1] != b'\\');
        let before = &body[..stop.unwrap_or(body.len())];
        let escaped = memchr::memrchr_iter(mark, before);
        stop.into_iter()
            .chain(escaped)
            .map(|at| open + 1 + at)
            .find(|&close| self.ends_line(close + 1))
    }

    /// Reports a value that is on a later line than its separator.
    fn report_value_on_later_line(&mut self, from: usize, start: usize, end: usize) {
        let gap = &self.text[from - 1..start];
        if gap.contains(&b'\n') || gap[0] == b'\r' {
            self.error(
                SyntaxErrorKind::SwallowsNextLine,
                Effect::Literal,
                Span::new(start, end),
            );
        }
    }

    fn quoted_or_line(&mut self, key: Span, from: usize, pairs: bool) -> Result {
        let (text, space) = (self.text, self.grammar.space);
        let start = space.skip_blanks(text, from);
        if let Some(&mark) = text.get(start).filter(|byte| matches!(byte, b'\'' | b'"')) {
            let close = closing(&text[start + 1..], mark, pairs).ok_or(SyntaxErrorKind::UnterminatedQuote)? + start + 1;
            let behind = space.skip_blanks(text, close + 1);
            if !matches!(text.get(behind), None | Some(b'\n' | b'#')) {
                let line_end = self.line_end(behind);
                self.error(
                    SyntaxErrorKind::TextAfterQuote,
                    Effect::Literal,
                    Span::new(behind, line_end),
                );
            }
            return Ok((quoted(start + 1, close, mark), close + 1));
        }
        if key.is_empty() && from == key.start as usize {
            self.error(
                SyntaxErrorKind::NoSeparator,
                Effect::Literal,
                Span::new(start, self.line_end(start)),
            );
        }
        let line_end = self.line_end(start);
        Ok((self.bare_line(start, start, line_end), line_end))
    }

    fn first_quote(&mut self, from: usize, escapes: bool, prefers_line_end: bool) -> (RawValue, usize) {
        let (text, space) = (self.text, self.grammar.space);
        let mut start = from;
        // Node looks for a line end directly after the separator before it skips white space, which includes line ends.
        let is_empty = !escapes && self.ends_here(from);
        if !is_empty {
            start = space.skip(text, from);
        }
        if let Some(&mark) = text.get(start).filter(|&&byte| Quote::of(byte).is_some() && !is_empty) {
            if let Some(close) = self.first_close(start, mark, escapes, prefers_line_end) {
                let line_end = self.line_end(close);
                self.report_value_on_later_line(from, start, close + 1);
                let behind = space.skip_on_line(text, close + 1);
                if !matches!(text.get(behind), None | Some(b'\n' | b'\r' | b'#')) {
                    self.error(
                        SyntaxErrorKind::TextAfterQuote,
                        Effect::Dropped,
                        Span::new(behind, line_end),
                    );
                }
                self.trimmed = false;
                return (quoted(start + 1, close, mark), line_end);
            }
            self.error(
                SyntaxErrorKind::UnterminatedQuote,
                Effect::Literal,
                Span::new(start, self.line_end(start)),
            );
            if !escapes {
                self.trimmed = true;
                let line_end = self.line_end(start);
                return (bare(start, line_end), line_end);
            }
        }
        if escapes {
            start = from.max(space.skip(&text[..self.line_end(from)], from));
        }
        self.trimmed = !is_empty;
        let line_end = self.line_end(start);
        if start < line_end {
            self.report_value_on_later_line(from, start, line_end);
        }
        (self.bare_line(start, start, line_end), line_end)
    }

    /// Returns the closing quote, for loaders that take the first one.
    fn first_close(&self, open: usize, mark: u8, escapes: bool, prefers_line_end: bool) -> Option<usize> {
        let body = &self.text[open + 1..];
        let first = open
            + 1
            + if escapes {
                closing(body, mark, true)?
            } else {
                memchr::memchr(mark, body)?
            };
        if !prefers_line_end {
            return Some(first);
        }
        let line_end = self.line_end(first);
        memchr::memchr_iter(mark, &self.text[first..line_end])
            .map(|len| first + len)
            .find(|&at| self.ends_line(at + 1))
            .or(Some(first))
    }

    fn whole_statement(&mut self, from: usize, pairs: bool) -> Result {
        let (text, space) = (self.text, self.grammar.space);
        let start = space.skip_on_line(text, from);
        let Some(&mark) = text.get(start).filter(|byte| matches!(byte, b'\'' | b'"')) else {
            let line_end = self.line_end(start);
            return Ok((self.bare_line(from, start, line_end), line_end));
        };
        let body = &text[start + 1..];
        let last = || memchr::memrchr(mark, body).filter(|_| !pairs);
        let close = closing(body, mark, pairs)
            .or_else(last)
            .ok_or(SyntaxErrorKind::UnterminatedQuote)?
            + start
            + 1;
        if self.ends_line(close + 1) {
            return Ok((quoted(start + 1, close, mark), close + 1));
        }
        // The statement is dropped along with the line on which its quotes end.
        self.stumbled = close;
        Err(SyntaxErrorKind::TextAfterQuote)
    }

    fn words(&mut self, words: Words, from: usize) -> Result {
        let line = &self.text[..self.line_limit.max(from)];
        let start = skip(line, from, |c| self.is_before_words(c));
        let End { value, next } = match words::scan(words, line, start, &mut ()) {
            Ok(end) => end,
            Err(fault) => {
                self.stumbled = fault.at;
                return Err(fault.kind);
            }
        };
        let next = if self.line_next > 0 { self.line_next } else { next };
        Ok((self.quoted_whole(start, value), next))
    }

    /// Returns the value from `start` to `end`, without its quotes if one pair encloses all of it.
    pub(super) fn quoted_whole(&self, start: usize, end: usize) -> RawValue {
        match self.text[start..end] {
            [mark @ (b'"' | b'\''), ref inner @ .., last]
                if mark == last && memchr::memchr2(mark, b'\\', inner).is_none() =>
            {
                quoted(start + 1, end - 1, mark)
            }
            _ => bare(start, end),
        }
    }

    /// Returns whether a character is skipped between separator and value.
    fn is_before_words(&self, c: char) -> bool {
        match self.grammar.key {
            Key::Systemd | Key::Shlex => matches!(c, ' ' | '\t'),
            Key::Php => self.grammar.space.is_blank(c),
            Key::Dotenvy => c.is_whitespace(),
            _ => false,
        }
    }

    /// Returns a value without quotes, minus comment and trailing white space.
    fn bare_line(&self, from: usize, start: usize, line_end: usize) -> RawValue {
        let (text, space) = (self.text, self.grammar.space);
        let line = &text[start..line_end];
        // godotenv recognises fewer characters as white space within a statement than between two.
        let is_space = |c: char| match self.grammar.key {
            Key::Godotenv => space.is_blank(c),
            _ => space.is_space(c),
        };
        let is_white = |at: usize| at > 0 && is_space(char_before(&text[..start + at]));
        let hashes = || memchr::memchr_iter(b'#', line);
        let comment = match self.grammar.comment {
            Comment::None => None,
            Comment::Glued => hashes().next(),
            Comment::BehindSpace => crate::find::find(line, b" #"),
            Comment::BehindWhite => hashes().find(|&at| is_white(at)),
            Comment::BehindWhiteOrSeparator => hashes().find(|&at| is_white(at) || at == 0 && start > from),
            Comment::LastBehindWhite => memchr::memrchr_iter(b'#', line).find(|&at| is_white(at)),
        };
        let end = comment.map_or(line_end, |len| start + len);
        let end = match self.grammar.key {
            Key::Godotenv => skip_back(text, start, end, is_space),
            _ => space.skip_back(text, start, end),
        };
        bare(start, end)
    }

    /// Returns whether only white space or a comment follows on the line.
    pub(super) fn ends_line(&self, at: usize) -> bool {
        if is_visible(self.text.get(at)) {
            return self.text[at] == b'#';
        }
        let separates = |c: char| matches!(c, '\u{2028}' | '\u{2029}') && self.takes_separators();
        // If the loader removes every CR, none is left here.
        let has_cr = self.dialect.reader.lines != LineEnds::LfWithoutCr;
        let is_blank = |c: char| {
            if c == '\r' {
                !has_cr
            } else {
                self.grammar.space.is_blank(c) && !separates(c)
            }
        };
        match char_at(self.text, self.grammar.space.skip_white(self.text, at, is_blank)) {
            None => true,
            Some((c, _)) => matches!(c, '\n' | '\r' | '#') || separates(c),
        }
    }

    /// Returns whether there is a line end at an offset.
    pub(super) fn ends_here(&self, at: usize) -> bool {
        let at = if self.dialect.reader.lines == LineEnds::LfWithoutCr {
            skip(self.text, at, |c| c == '\r')
        } else {
            at
        };
        matches!(self.text.get(at), None | Some(b'\n'))
    }

    /// Returns the end of the content of a line, before CRLF or LF.
    pub(super) fn content_end(&self, at: usize) -> usize {
        let end = self.line_end(at);
        let has_cr = self.dialect.reader.lines == LineEnds::Crlf && end > at && self.text[end - 1] == b'\r';
        end - usize::from(has_cr)
    }
}

fn bare(start: usize, end: usize) -> RawValue {
    RawValue {
        span: Span::new(start, end),
        quote: None,
        plain: false,
    }
}

fn quoted(start: usize, end: usize, mark: u8) -> RawValue {
    RawValue {
        span: Span::new(start, end),
        quote: Quote::of(mark),
        plain: false,
    }
}

/// Returns the first `mark` that closes: one without a backslash before it, or with `pairs`, one with an even number of them.
fn closing(body: &[u8], mark: u8, pairs: bool) -> Option<usize> {
    if !pairs {
        return memchr::memchr_iter(mark, body).find(|&at| at == 0 || body[at - 1] != b'\\');
    }
    let mut from = 0;
    loop {
        let at = from + memchr::memchr2(mark, b'\\', &body[from..])?;
        if body[at] == mark {
            return Some(at);
        }
        from = (at + 2).min(body.len());
    }
}

/// Returns the last character of a text, or `'\0'`.
fn char_before(text: &[u8]) -> char {
    let start = (text.len().saturating_sub(4)..text.len())
        .rev()
        .find(|&at| text[at] & 0xC0 != 0x80);
    start.and_then(|start| char_at(text, start)).map_or('\0', |(c, _)| c)
}
