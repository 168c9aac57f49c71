//! Reads values the way gotenv does, which matches a line up to its end, and together with those below it if a quote on it does not close.

use crate::parse::dialect::Space;
use crate::parse::document::{Effect, Quote, RawValue, SyntaxErrorKind};
use crate::parse::lexer::skip;
use crate::parse::parser::Parser;

use super::{Result, bare, quoted};

impl Parser<'_> {
    /// Reads quotes up to the last of the same kind that only a comment follows, or the line up to a `#`.
    pub(super) fn anchored(&mut self, from: usize) -> Result {
        let (text, space) = (self.text, self.grammar.space);
        let mut next = self.line_end(from);
        let mut end = space.skip_back(text, from, next);
        let is_colon = text[from - 1] != b'=';
        if is_colon && from == end {
            return Err(SyntaxErrorKind::NoSeparator);
        }
        // A quote is looked for behind the first `=`, even if the separator is a colon before it.
        let equals = memchr::memchr(b'=', &text[from..end]).filter(|_| is_colon);
        let open = space.skip(&text[..end], equals.map_or(from, |len| from + len + 1));
        let mark = text[open..end].first().copied().filter(is_mark);
        if let Some(mark) = mark {
            let inner = space.skip(&text[..end], open + 1);
            let close = memchr::memrchr(mark, &text[inner..end]);
            // The loader counts from the first quote what it has found without the white space behind that.
            let mut closes = close.is_some_and(|len| text[open + len] != b'\\');
            while !closes {
                if next == text.len() {
                    self.stumbled = next;
                    return Err(SyntaxErrorKind::UnterminatedQuote);
                }
                let line = next + 1 + usize::from(text[next..].starts_with(b"\r\n"));
                next = self.line_end(line);
                end = next;
                let close = memchr::memrchr(mark, &text[line..end]).map(|len| line + len);
                closes = close.is_some_and(|close| close == line || text[close - 1] != b'\\');
            }
        }
        self.stumbled = next;
        let value = self.up_to_end(from, end, is_colon);
        if let Some(RawValue { span, quote: None, .. }) = value
            && span.of(text).first().is_some_and(is_mark)
        {
            self.error(SyntaxErrorKind::TextAfterQuote, Effect::Literal, span);
        }
        Ok((value.ok_or(SyntaxErrorKind::TextAfterQuote)?, next))
    }

    /// Returns the value of a text that only a comment on its last line may follow. Of the white space before it, a colon takes one character
    /// along, and more only for quotes that would not close otherwise.
    fn up_to_end(&self, from: usize, end: usize, is_colon: bool) -> Option<RawValue> {
        let text = &self.text[..end];
        let last_line = memchr::memrchr2(b'\n', b'\r', &text[from..]).map_or(from, |len| from + len);
        let behind = |at: usize| skip(text, at, |c| Space::Re2.is_space(c));
        let ends = |at: usize| {
            let at = behind(at);
            at == end || text[at] == b'#' && at >= last_line
        };
        let quotes = |open: usize| {
            let mark = text.get(open).copied().filter(is_mark)?;
            let close = memchr::memrchr_iter(mark, &text[open + 1..]).find(|len| ends(open + len + 2))?;
            Some(quoted(open + 1, open + 1 + close, mark))
        };
        let line = |start: usize| {
            let stop = memchr::memchr3(b'#', b'\n', b'\r', &text[start..]).map_or(end, |len| start + len);
            ends(stop).then(|| self.stripped(start, stop))
        };
        let start = behind(from);
        let first = if is_colon { from } else { start };
        quotes(first).or_else(|| line(first)).or_else(|| quotes(start))
    }

    /// Returns a value without surrounding white space, minus one pair of quotes around that.
    pub(super) fn stripped(&self, start: usize, end: usize) -> RawValue {
        let (start, end) = self.trimmed(start, end);
        match self.text[start..end] {
            [mark @ (b'"' | b'\''), .., last] if mark == last => quoted(start + 1, end - 1, mark),
            _ => bare(start, end),
        }
    }
}

fn is_mark(byte: &u8) -> bool {
    Quote::of(*byte).is_some_and(|quote| quote != Quote::Backtick)
}
