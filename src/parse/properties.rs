//! Reads an env file as `java.util.Properties` does: `KEY=value`, `KEY: value` or `KEY value`, without quotes and without `export`.

use zeroize::Zeroizing;

use crate::source::Span;

use super::carried::External;
use super::dialect::Properties;
use super::document::{AssignmentKind, Effect, RawValue, SyntaxErrorKind};
use super::parser::Parser;
use super::words::properties::{Offsets, comments, convert, is_blank, line};

impl Parser<'_> {
    /// Reads one logical line, with the comments before it; returns the offset after it. A wrong escape rejects the file.
    pub(super) fn properties_line(&mut self, from: usize, reader: Properties) -> usize {
        let text = self.text;
        let mut start = from;
        if reader == Properties::Spring {
            start = comments(text, from, &mut |at, effect| {
                self.error(SyntaxErrorKind::BadEscape, effect, Span::new(at, at + 1));
            });
        }
        let (line, next) = line(text, start, true);
        let (Some(first), Some(last)) = (line.first(), line.last()) else {
            return next;
        };
        let (start, end) = (first.range().start, last.range().end);
        let mut escapes = false;
        let ends_key = |&at: &usize| {
            let ends = !escapes && (is_blank(text[at]) || matches!(text[at], b'=' | b':'));
            escapes = text[at] == b'\\' && !escapes;
            ends
        };
        let key_end = Offsets::new(&line, start, end).find(ends_key).unwrap_or(end);
        let mut is_separated = false;
        let is_of_value = |&at: &usize| {
            let separates = matches!(text[at], b'=' | b':') && !is_separated;
            is_separated |= separates;
            !separates && !is_blank(text[at])
        };
        let value = Offsets::new(&line, key_end, end).find(is_of_value).unwrap_or(end);

        let mut name = Vec::new();
        let mut meant = Zeroizing::new(Vec::with_capacity(2 * (end - value)));
        let read = convert(text, Offsets::new(&line, start, key_end), reader, &mut name)
            .and_then(|()| convert(text, Offsets::new(&line, value, end), reader, &mut *meant));
        if let Err(fault) = read {
            self.error(fault.kind, Effect::Rejected, Span::new(fault.at, end));
            return next;
        }
        if reader == Properties::Spring {
            let end = name.iter().rposition(|&byte| byte > b' ').map_or(0, |at| at + 1);
            name.truncate(end);
            name.drain(..name.iter().position(|&byte| byte > b' ').unwrap_or(0));
        }
        let key_last = Offsets::new(&line, start, key_end).last();
        let Some(key_last) = key_last.filter(|_| !name.is_empty()) else {
            self.error(SyntaxErrorKind::NoKey, Effect::Dropped, Span::new(start, end));
            return next;
        };
        let key = Span::new(start, key_last + 1);
        if key.of(text) != name {
            let index = self.document.assignments.len();
            self.document.respelled.push((index, name.into()));
        }
        let kind = if holds_placeholder(&meant) {
            AssignmentKind::External(External::Placeholder)
        } else {
            AssignmentKind::Value
        };
        let value = RawValue {
            span: Span::new(value, end),
            quote: None,
            plain: false,
        };
        self.assign(key, value, kind);
        next
    }
}

/// Whether the program that asks for a value gets another: `${NAME}` is replaced, and so is what escapes it.
fn holds_placeholder(value: &[u8]) -> bool {
    let mut dollars = memchr::memchr_iter(b'$', value);
    dollars.any(|at| matches!(value.get(at + 1), Some(b'{' | b'$')) || value[..at].ends_with(b"\\"))
}
