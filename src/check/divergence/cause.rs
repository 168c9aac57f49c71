//! Why two loaders give a program different values for a key, and which bytes of the file make the difference.

use super::{Cause, View, first_line, outer};
use crate::model::{Origin, Unknown, Value, Variable};
use crate::parse::decode::decode;
use crate::parse::dialect::{Expander, Key, Shell};
use crate::parse::words;
use crate::parse::{AssignmentKind, Document, Effect, RawValue, SyntaxError};
use crate::source::{SourceId, Span};

/// The place, the cause, and whether the first of the two readings shows the behaviour that [`Cause`] names first.
pub(super) type Found = (SourceId, Span, Cause, bool);

/// Two readings.
pub(super) struct Pair<'a, 'v, 'c> {
    pub(super) a: &'a View<'v, 'c>,
    pub(super) b: &'a View<'v, 'c>,
}

impl<'c> Pair<'_, '_, 'c> {
    fn flipped(&self) -> Pair<'_, '_, 'c> {
        Pair { a: self.b, b: self.a }
    }

    /// Returns why a key differs between the two; `None` if something else reports that.
    pub(super) fn cause(&self, key: &[u8], differs: &dyn Fn(&[u8]) -> bool) -> Option<Found> {
        let place = |view: &View<'_, 'c>| match view.environment.get(key)?.origin {
            Origin::File { source, key, .. } => Some((source, key)),
            Origin::Process => None,
        };
        let is_process = |view: &View<'_, 'c>| {
            let variable = view.environment.get(key);
            variable.is_some_and(|variable| variable.origin == Origin::Process)
        };
        match (place(self.a), place(self.b)) {
            (Some(one), Some(other)) if one == other => self.same_assignment(key, one.0, one.1, differs),
            (Some((source, span)), None) if is_process(self.b) => Some((source, span, Cause::Precedence, true)),
            (None, Some((source, span))) if is_process(self.a) => Some((source, span, Cause::Precedence, false)),
            (Some(one), other) => {
                if self.b.assignment(one.0, one.1).is_none() || other.is_none() {
                    return self.absence(one.0, one.1);
                }
                let (source, span) = other?;
                if self.a.assignment(source, span).is_none() {
                    return negate(self.flipped().absence(source, span));
                }
                // Both loaders read both assignments, but a different one counts.
                let later = one.max((source, span));
                Some((later.0, later.1, Cause::Duplicate, one == later))
            }
            (None, Some((source, span))) => negate(self.flipped().absence(source, span)),
            (None, None) => None,
        }
    }

    /// Returns why `b` doesn't have the assignment that `a` has.
    fn absence(&self, source: SourceId, key: Span) -> Option<Found> {
        let assignment = self.a.assignment(source, key)?;
        let layer = self.b.layer(source)?;
        if let Key::Shell(shell) = self.b.dialect.grammar.key
            && let Some(found) = broken_by_shell(shell, layer.text, key, assignment.value)
        {
            let (span, cause, doing) = found;
            return Some((source, span, cause, doing));
        }
        let end = assignment.value.span.end.max(key.end);
        let overlaps = |span: Span| span.start < end && key.start < span.end;
        if let Some(error) = dropping(layer.document, &overlaps) {
            return match error.effect {
                // A failing loader is reported by another rule.
                Effect::Rejected | Effect::Halted => None,
                Effect::Stopped => Some((source, first_line(layer.text, error.span), Cause::Stopped, true)),
                _ if error.span.start < key.start && error.span.len() > 3 && error.span.end > end => {
                    Some((source, first_line(layer.text, error.span), Cause::Stopped, true))
                }
                _ => Some((source, key, Cause::Dropped, true)),
            };
        }
        if let Some(other) = self.b.assignment(source, key) {
            let alone = matches!(
                other.kind,
                AssignmentKind::Clear
                    | AssignmentKind::Exported
                    | AssignmentKind::Inherit
                    | AssignmentKind::InheritOrEmpty
            );
            let cause = if alone { Cause::Alone } else { Cause::Other };
            return Some((source, key, cause, true));
        }
        let assignments = layer.document.assignments();
        // The assignment before may extend over the key, by its value or by a longer key.
        let index = assignments.partition_point(|other| other.key.start < end);
        let mut before = assignments[..index].iter().rev().take(2);
        let found = before.find_map(|other| {
            if overlaps(other.key) {
                Some(another_key(layer.text, key, other.key))
            } else {
                swallowed(layer.text, key, outer(other.value))
            }
        });
        let (span, cause, doing) = found.unwrap_or((key, Cause::Dropped, true));
        Some((source, span, cause, doing))
    }

    /// Returns why one assignment gives two values.
    fn same_assignment(
        &self,
        key: &[u8],
        source: SourceId,
        place: Span,
        differs: &dyn Fn(&[u8]) -> bool,
    ) -> Option<Found> {
        let (layer, other) = (self.a.layer(source)?, self.b.layer(source)?);
        let (a, b) = (self.a.assignment(source, place)?, self.b.assignment(source, place)?);
        if a.kind != b.kind {
            return Some((source, place, Cause::Alone, a.kind == AssignmentKind::Value));
        }
        let text = layer.text;
        if let Some((span, cause, doing)) = extents(text, a.value, b.value) {
            return Some((source, span, cause, doing));
        }
        let (one, two) = (
            decode(text, a.value, layer.dialect),
            decode(text, b.value, other.dialect),
        );
        if one.bytes != two.bytes {
            let common = one
                .bytes
                .iter()
                .zip(two.bytes.iter())
                .take_while(|(a, b)| a == b)
                .count();
            let (at, bt) = (one.origin(common), two.origin(common));
            // A byte that stands for itself is where it was typed; the other reading is past it.
            let at = at.min(bt).min(outer(a.value).end as usize);
            return Some(self.decoding(
                source,
                a.value,
                at,
                (one.bytes.get(common), two.bytes.get(common)),
                text,
            ));
        }
        self.expansion(key, source, a.value, differs)
    }

    /// Returns why one text is decoded differently from an offset on.
    fn decoding(
        &self,
        source: SourceId,
        value: RawValue,
        at: usize,
        (a, b): (Option<&u8>, Option<&u8>),
        text: &[u8],
    ) -> Found {
        let span = |len: usize| Span::new(at, (at + len).min(text.len()));
        // Both may be past a backslash that one of them removed.
        let escape =
            if text.get(at) != Some(&b'\\') && at > 0 && text[at - 1] == b'\\' && at > value.span.start as usize {
                Some(at - 1)
            } else {
                Some(at).filter(|&at| text.get(at) == Some(&b'\\'))
            };
        if let Some(at) = escape {
            let span = Span::new(at, (at + 2).min(text.len()));
            let (a, b) = (a == Some(&b'\\'), b == Some(&b'\\'));
            return if a == b {
                (source, span, Cause::OtherEscape, true)
            } else {
                (source, span, Cause::Escape, b)
            };
        }
        match text.get(at) {
            Some(b'\r') => (source, span(1), Cause::CarriageReturn, b == Some(&b'\r')),
            Some(b'"' | b'\'' | b'`') => {
                let is_quote = |byte: Option<&u8>| byte == text.get(at);
                (source, span(1), Cause::Quotes, is_quote(b))
            }
            Some(b' ' | b'\t') => {
                let is_blank = |byte: Option<&u8>| matches!(byte, Some(b' ' | b'\t'));
                (source, span(1), Cause::Blank, is_blank(b))
            }
            Some(b'$') => (source, span(1), Cause::Reference, b == Some(&b'$')),
            Some(0 | 0x80..) => (source, span(1), Cause::Bytes, true),
            _ => (source, value.span, Cause::Other, true),
        }
    }

    /// Returns why one text is expanded differently.
    fn expansion(
        &self,
        key: &[u8],
        source: SourceId,
        value: RawValue,
        differs: &dyn Fn(&[u8]) -> bool,
    ) -> Option<Found> {
        let (one, two) = (self.a.environment.get(key)?, self.b.environment.get(key)?);
        let text = self.a.layer(source)?.text;
        let is_cycle = |variable: &Variable<'_>| matches!(variable.value, Value::Unknown(Unknown::Cycle));
        if is_cycle(one) != is_cycle(two) {
            return Some((source, value.span, Cause::Cycle, is_cycle(one)));
        }
        let inner = |variable: &Variable<'_>, span: Span| variable.references.iter().any(|other| other.span == span);
        // Find a reference that only one of them recognises.
        let lone = |one: &Variable<'_>, two: &Variable<'_>| {
            one.references
                .iter()
                .find(|reference| !inner(two, reference.span))
                .map(|reference| reference.span)
        };
        if let Some(span) = lone(one, two) {
            return Some((source, span, Cause::Reference, true));
        }
        if let Some(span) = lone(two, one) {
            return Some((source, span, Cause::Reference, false));
        }
        // A difference inherited through a reference is reported at its origin.
        let mut references = one.references.iter();
        if references.clone().any(|reference| {
            let name = reference.name.of(text);
            name != key && differs(name)
        }) {
            return None;
        }
        if let Some(reference) = references.next() {
            return Some((source, reference.span, Cause::OtherReference, true));
        }
        let dollar = memchr::memchr(b'$', value.span.of(text)).map(|at| value.span.start as usize + at);
        Some(match dollar {
            Some(at) => {
                let at = at - usize::from(at > value.span.start as usize && text[at - 1] == b'\\');
                (source, Span::new(at, at + 1), Cause::OtherReference, true)
            }
            None => {
                let is_laravel = |view: &View<'_, 'c>| view.dialect.expander == Expander::Laravel;
                if is_laravel(self.a) == is_laravel(self.b) {
                    (source, value.span, Cause::Other, true)
                } else {
                    (source, value.span, Cause::Word, is_laravel(self.a))
                }
            }
        })
    }
}

/// Returns why the key at a place is read as another key.
fn another_key(text: &[u8], key: Span, other: Span) -> (Span, Cause, bool) {
    let (start, end) = (other.start.min(key.start), other.start.max(key.start));
    let before = &text[start as usize..end as usize];
    let shorter = key.start == end;
    if before.starts_with(b"\xEF\xBB\xBF") {
        (Span::new(0, 3), Cause::ByteOrderMark, shorter)
    } else if before.starts_with(b"export") {
        let word = Span::new(start as usize, start as usize + b"export".len());
        (word, Cause::Export, shorter)
    } else {
        (Span { start: end, ..key }, Cause::Key, true)
    }
}

/// Returns why a key is part of the value before it, if it is: that value ends on a later line, or after a later blank.
fn swallowed(text: &[u8], key: Span, value: Span) -> Option<(Span, Cause, bool)> {
    if key.start < value.start || value.end < key.end {
        return None;
    }
    let before = &text[value.start as usize..key.start as usize];
    if memchr::memchr(b'\n', before).is_some() {
        let opening = Span::new(value.start as usize, value.start as usize + 1);
        return Some((opening, Cause::Lines, false));
    }
    let blanks = before
        .iter()
        .rev()
        .take_while(|byte| byte.is_ascii_whitespace())
        .count();
    let at = (key.start as usize).saturating_sub(blanks + usize::from(blanks < before.len()));
    Some((Span::new(at, at + 1), Cause::Syntax, true))
}

/// Returns what prevents a shell from reading an assignment that another loader reads: white space around the `=`, or something that ends a
/// word.
fn broken_by_shell(shell: Shell, text: &[u8], key: Span, value: RawValue) -> Option<(Span, Cause, bool)> {
    let blanks = |from: usize| {
        text[from..]
            .iter()
            .take_while(|byte| matches!(byte, b' ' | b'\t'))
            .count()
    };
    let key_end = key.end as usize;
    let before = blanks(key_end);
    if before > 0 && text.get(key_end + before) == Some(&b'=') {
        return Some((Span::new(key_end, key_end + before), Cause::Around, true));
    }
    if text.get(key_end) != Some(&b'=') {
        return None;
    }
    let typed = outer(value);
    let behind = blanks(key_end + 1);
    if behind > 0 && !typed.is_empty() && typed.start as usize >= key_end + 1 + behind {
        return Some((Span::new(key_end + 1, key_end + 1 + behind), Cause::Around, true));
    }
    let end = words::shell::word(shell, text, typed.start as usize, &mut ()).ok()?;
    (end < typed.end as usize).then(|| (Span::new(end, end + 1), Cause::Syntax, false))
}

fn negate(found: Option<Found>) -> Option<Found> {
    found.map(|(source, span, cause, doing)| (source, span, cause, !doing))
}

/// Returns why two readings of a value begin or end differently.
fn extents(text: &[u8], a: RawValue, b: RawValue) -> Option<(Span, Cause, bool)> {
    let (one, two) = (outer(a), outer(b));
    if one == two || a.span == b.span && a.quote == b.quote || one.is_empty() && two.is_empty() {
        return None;
    }
    let gap = |from: u32, to: u32| Span {
        start: from.min(to),
        end: from.max(to),
    };
    let begin = gap(one.start, two.start);
    if !begin.is_empty() {
        let lines = memchr::memchr(b'\n', begin.of(text)).is_some();
        let cause = if lines { Cause::Lines } else { Cause::Blank };
        let later = one.start > two.start;
        // Dropped white space makes a value begin later, and so does a value on another line.
        if !one.is_empty() || !lines {
            return Some((begin, cause, later));
        }
        return Some((begin, cause, false));
    }
    let end = gap(one.end, two.end);
    let is_shorter = one.end < two.end;
    let rest = end.of(text);
    let blanks = rest
        .iter()
        .take_while(|byte| matches!(byte, b' ' | b'\t' | 0x0B | 0x0C))
        .count();
    let at = end.start as usize + blanks;
    let line = memchr::memchr2(b'\n', b'\r', &rest[blanks..]).map_or(rest.len(), |len| blanks + len);
    let to_line_end = Span::new(at, end.start as usize + line);
    match rest.get(blanks) {
        None => Some((end, Cause::Blank, is_shorter)),
        Some(b'#') => Some((to_line_end, Cause::Comment, is_shorter)),
        Some(b'\r') if rest.len() == blanks + 1 => Some((Span::new(at, at + 1), Cause::CarriageReturn, is_shorter)),
        Some(_) if memchr::memchr(b'\n', rest).is_some() => {
            let opening = Span::new(one.start as usize, one.start as usize + 1);
            Some((opening, Cause::Lines, !is_shorter))
        }
        Some(_) => Some((to_line_end, Cause::Behind, is_shorter)),
    }
}

/// Returns the error that makes a loader drop a place that satisfies the test.
fn dropping<'d>(document: &'d Document, overlaps: &dyn Fn(Span) -> bool) -> Option<&'d SyntaxError> {
    let errors = document.errors();
    errors
        .iter()
        .find(|error| error.effect != Effect::Literal && overlaps(error.span))
}
