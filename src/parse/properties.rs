//! Reads an env file as `java.util.Properties` does: `KEY=value`, `KEY: value` or `KEY value`, without quotes and without `export`.

use zeroize::Zeroizing;

use crate::source::Span;

use super::carried::External;
use super::dialect::Properties;
use super::document::{AssignmentKind, Effect, RawValue, SyntaxErrorKind};
use super::parser::Parser;
use super::words::properties::{convert, escapes_in_comments, is_blank, line};

impl Parser<'_> {
    /// Reads one logical line, with the comments before it; returns the offset after it. A wrong escape rejects the file.
    pub(super) fn properties_line(&mut self, from: usize, reader: Properties) -> usize {
        let text = self.text;
        let (line, next) = line(text, from, true);
        if reader == Properties::Spring {
            let comments = Span::new(from, line.first().map_or(next, |&at| at));
            for at in escapes_in_comments(comments.of(text)) {
                let at = from + at;
                self.error(SyntaxErrorKind::BadEscape, Effect::Rejected, Span::new(at, at + 1));
            }
        }
        let (Some(&start), Some(&last)) = (line.first(), line.last()) else {
            return next;
        };
        // To Spring this is a comment as well, which no backslash continues.
        if reader == Properties::Spring && matches!(text[start..], [b'\\', b'#' | b'!', ..]) {
            return memchr::memchr2(b'\n', b'\r', &text[start..]).map_or(text.len(), |len| start + len + 1);
        }
        let mut escapes = false;
        let ends_key = |&&at: &&usize| {
            let ends = !escapes && (is_blank(text[at]) || matches!(text[at], b'=' | b':'));
            escapes = text[at] == b'\\' && !escapes;
            !ends
        };
        let (key, rest) = line.split_at(line.iter().take_while(ends_key).count());
        let mut is_separated = false;
        let separates = |&&at: &&usize| {
            let separates = matches!(text[at], b'=' | b':') && !is_separated;
            is_separated |= separates;
            separates || is_blank(text[at])
        };
        let value = &rest[rest.iter().take_while(separates).count()..];

        let mut name = Vec::new();
        let mut meant = Zeroizing::new(Vec::with_capacity(2 * value.len()));
        let read = convert(text, key, reader, &mut name).and_then(|()| convert(text, value, reader, &mut *meant));
        if let Err(fault) = read {
            self.error(fault.kind, Effect::Rejected, Span::new(fault.at, last + 1));
            return next;
        }
        if reader == Properties::Spring {
            let end = name.iter().rposition(|&byte| byte > b' ').map_or(0, |at| at + 1);
            name.truncate(end);
            name.drain(..name.iter().position(|&byte| byte > b' ').unwrap_or(0));
        }
        let Some(key_last) = key.last().filter(|_| !name.is_empty()) else {
            self.error(SyntaxErrorKind::NoKey, Effect::Dropped, Span::new(start, last + 1));
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
        let end = last + 1;
        let value = RawValue {
            span: Span::new(value.first().map_or(end, |&at| at), end),
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
