//! Reads lines as node-foreman does: what stands before the first `=` is the key, a `#` ends a bare value anywhere, a quoted one ends at
//! the next quote, and one that has no other on its line makes it fail.

use crate::source::{PositionEncoding, Span};

use super::document::{AssignmentKind, Effect, Quote, RawValue, SyntaxErrorKind};
use super::inherited::PROTOTYPE;
use super::parser::{Parser, ends_javascript_line};

/// A line of no more UTF-16 units is taken for a blank one, even if it is `A=`.
const BLANK: usize = 2;

impl Parser<'_> {
    /// Reads one line; returns the offset after it.
    pub(super) fn nf_line(&mut self, from: usize) -> usize {
        let (text, space) = (self.text, self.grammar.space);
        let end = self.line_end(from);
        let next = (end + 1).min(text.len());
        let line = &text[..end];
        let js_end = |at: usize| (at..end).find(|&at| ends_javascript_line(&line[at..])).unwrap_or(end);
        let mut start = space.skip(line, from);
        while line.get(start) == Some(&b'#') {
            start = space.skip(line, js_end(start));
        }
        let end = space.skip_back(text, start, end);
        let line = &text[..end];
        if start == end {
            return next;
        }
        if is_short(&line[start..]) {
            self.error(SyntaxErrorKind::NoValue, Effect::Dropped, Span::new(start, end));
            return next;
        }
        let equals = memchr::memchr(b'=', &line[start..]).map_or(end, |len| start + len);
        let key = Span::new(start, space.skip_back(text, start, equals));
        if key.is_empty() || key.of(text) == PROTOTYPE {
            let kind = if key.is_empty() {
                SyntaxErrorKind::NoKey
            } else {
                SyntaxErrorKind::BadKey
            };
            self.error(kind, Effect::Dropped, Span::new(start, end));
            return next;
        }
        let from = space.skip(line, (equals + 1).min(end));
        let value = match line.get(from) {
            Some(&mark @ (b'"' | b'\'')) => match memchr::memchr(mark, &line[from + 1..]) {
                Some(len) => RawValue {
                    span: Span::new(from + 1, from + 1 + len),
                    quote: Some(if mark == b'"' { Quote::Double } else { Quote::Single }),
                    plain: false,
                },
                None => {
                    self.error(
                        SyntaxErrorKind::UnterminatedQuote,
                        Effect::Rejected,
                        Span::new(start, end),
                    );
                    return next;
                }
            },
            _ => {
                // Behind the last line end that JavaScript knows, which the comment may not hold.
                let last = (from..end)
                    .rfind(|&at| ends_javascript_line(&line[at..]))
                    .unwrap_or(from);
                let cut = memchr::memchr(b'#', &line[last..]).map_or(end, |len| last + len);
                RawValue {
                    span: Span::new(from, space.skip_back(text, from, cut)),
                    quote: None,
                    plain: false,
                }
            }
        };
        self.assign(key, value, AssignmentKind::Value);
        next
    }
}

/// Returns whether a line has at most two UTF-16 units.
fn is_short(line: &[u8]) -> bool {
    line.len() <= 4 * BLANK && PositionEncoding::Utf16.units(line) <= BLANK
}
