//! Reads values the way Bun did before 1.4, to which a quote is text until one of its kind ends a line.

use crate::parse::document::{Effect, Quote, RawValue, SyntaxErrorKind};
use crate::parse::parser::Parser;
use crate::source::Span;

use super::quoted;

impl Parser<'_> {
    /// Reads quotes up to the one that ends its line, or the bare line.
    pub(super) fn quote_at_line_end(&mut self, from: usize) -> (RawValue, usize) {
        let (text, space) = (self.text, self.grammar.space);
        let line_end = self.line_end(from);
        let open = space.skip(text, from);
        let mark = text.get(open).copied().filter(|&byte| Quote::of(byte).is_some());
        if let Some(mark) = mark {
            if let Some(close) = self.close_at_line_end(open, mark) {
                self.report_value_on_later_line(from, open, close + 1);
                return (quoted(open + 1, close, mark), close + 1);
            }
            if open < line_end {
                let closes = memchr::memchr(mark, &text[open + 1..line_end]).is_some();
                let kind = if closes {
                    SyntaxErrorKind::TextAfterQuote
                } else {
                    SyntaxErrorKind::UnterminatedQuote
                };
                self.error(kind, Effect::Literal, Span::new(open, line_end));
            }
        }
        let start = open.min(line_end);
        (self.bare_line(start, start, line_end), line_end)
    }

    /// Returns the closing quote. A backslash hides the next character from the search, and so does a quote that does not
    /// close. What one search for nothing has passed, the next need not pass again.
    fn close_at_line_end(&mut self, open: usize, mark: u8) -> Option<usize> {
        let mut passed = vec![];
        let mut at = open + 1;
        while let Some(len) = memchr::memchr2(mark, b'\\', self.text.get(at..).unwrap_or_default()) {
            let stop = at + len;
            if self.text[stop] == mark {
                if self.astray.contains(&stop) {
                    break;
                }
                if self.ends_line(stop + 1) {
                    return Some(stop);
                }
                passed.push(stop);
            }
            at = stop + 2;
        }
        for quote in passed {
            self.astray.insert(quote, ());
        }
        None
    }
}
