//! Where a value ends: quotes, comments, white space.

use crate::source::Span;

use super::dialect::{Comment, LineEnds};
use super::document::{Effect, Quote, RawValue, SyntaxErrorKind};
use super::lexer::{skip, skip_back};
use super::parser::Parser;

impl Parser<'_> {
    /// As the regular expression of npm dotenv: quotes if they end the line, else the line.
    pub(super) fn pattern_value(&mut self, from: usize) -> (RawValue, usize) {
        let (text, space) = (self.text, self.grammar.space);
        let start = skip(text, from, |c| space.is_space(c));
        let mark = text
            .get(start)
            .copied()
            .filter(|byte| self.grammar.quotes.marks.contains(byte));
        if let Some((end, mark)) = mark.and_then(|mark| Some((self.pattern_close(start, mark)?, mark))) {
            let value = RawValue {
                span: Span::new(start + 1, end),
                quote: Quote::of(mark),
                plain: false,
            };
            if start > self.line_end(from) || self.is_behind_line_end(from) {
                self.error(
                    SyntaxErrorKind::SwallowsNextLine,
                    Effect::Literal,
                    Span::new(start, end + 1),
                );
            }
            return (value, end + 1);
        }
        let line_end = self.line_end(from);
        let end = memchr::memchr(b'#', &text[from..line_end]).map_or(line_end, |len| from + len);
        let start = skip(&text[..end], from, |c| space.is_space(c));
        let end = skip_back(text, start, end, |c| space.is_space(c));
        if start < end && self.is_behind_line_end(from) {
            self.error(
                SyntaxErrorKind::SwallowsNextLine,
                Effect::Literal,
                Span::new(start, end),
            );
        }
        let value = &text[start..end];
        let Some(quote) = value
            .first()
            .and_then(|&first| Quote::of(first))
            .filter(|_| mark.is_some())
        else {
            return (
                RawValue {
                    span: Span::new(start, end),
                    quote: None,
                    plain: false,
                },
                line_end,
            );
        };
        if value.len() > 1 && value.last() == Some(&quote.byte()) {
            return (
                RawValue {
                    span: Span::new(start + 1, end - 1),
                    quote: Some(quote),
                    plain: false,
                },
                line_end,
            );
        }
        let closes = memchr::memchr(quote.byte(), &value[1..]).is_some();
        let kind = if closes {
            SyntaxErrorKind::TextAfterQuote
        } else {
            SyntaxErrorKind::UnterminatedQuote
        };
        self.error(kind, Effect::Literal, Span::new(start, end));
        (
            RawValue {
                span: Span::new(start, end),
                quote: None,
                plain: false,
            },
            line_end,
        )
    }

    /// The closing quote that the regular expression finds: the first that no backslash precedes, if only white space or a
    /// comment is behind it, else the nearest before it of which that is true.
    fn pattern_close(&self, open: usize, mark: u8) -> Option<usize> {
        let body = &self.text[open + 1..];
        let stop = memchr::memchr_iter(mark, body).find(|&at| at == 0 || body[at - 1] != b'\\');
        let before = &body[..stop.unwrap_or(body.len())];
        let escaped = memchr::memrchr_iter(mark, before);
        stop.into_iter()
            .chain(escaped)
            .map(|at| open + 1 + at)
            .find(|&close| self.ends_line(close + 1))
    }

    /// Whether only white space or a comment stands between an offset and the line end.
    fn ends_line(&self, at: usize) -> bool {
        let at = skip(self.text, at, |c| self.grammar.space.is_blank(c) && c != '\r');
        matches!(self.text.get(at), None | Some(b'\n' | b'\r' | b'#'))
    }

    /// Whether the separator before a value took a line end with it.
    fn is_behind_line_end(&self, from: usize) -> bool {
        self.dialect.reader.lines == LineEnds::Any && matches!(self.text[from - 1], b'\n' | b'\r')
    }

    /// A quoted value, behind which the next statement begins, or what is left of the line.
    pub(super) fn quoted_or_line(&mut self, from: usize) -> Result<(RawValue, usize), SyntaxErrorKind> {
        let (text, space) = (self.text, self.grammar.space);
        let start = skip(text, from, |c| space.is_blank(c));
        if let Some(quote) = text
            .get(start)
            .filter(|byte| self.grammar.quotes.marks.contains(byte))
            .and_then(|&byte| Quote::of(byte))
        {
            let close =
                unescaped(&text[start + 1..], quote.byte()).ok_or(SyntaxErrorKind::UnterminatedQuote)? + start + 1;
            let behind = skip(text, close + 1, |c| space.is_blank(c));
            if !matches!(text.get(behind), None | Some(b'\n' | b'#')) {
                let line_end = self.line_end(behind);
                self.error(
                    SyntaxErrorKind::TextAfterQuote,
                    Effect::Literal,
                    Span::new(behind, line_end),
                );
            }
            return Ok((
                RawValue {
                    span: Span::new(start + 1, close),
                    quote: Some(quote),
                    plain: false,
                },
                close + 1,
            ));
        }
        let line_end = self.line_end(start);
        let end = match self.grammar.comment {
            Comment::Glued => memchr::memchr(b'#', &text[start..line_end]),
            Comment::BehindSpace => memchr::memmem::find(&text[start..line_end], b" #"),
        };
        let end = skip_back(text, start, end.map_or(line_end, |len| start + len), |c| {
            space.is_space(c)
        });
        Ok((
            RawValue {
                span: Span::new(start, end),
                quote: None,
                plain: false,
            },
            line_end,
        ))
    }
}

/// The first `mark` that an even number of backslashes precedes.
fn unescaped(body: &[u8], mark: u8) -> Option<usize> {
    let mut from = 0;
    loop {
        let at = from + memchr::memchr2(mark, b'\\', &body[from..])?;
        if body[at] == mark {
            return Some(at);
        }
        from = (at + 2).min(body.len());
    }
}
