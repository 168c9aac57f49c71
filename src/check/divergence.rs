//! Where the loaders that a schema declares give a program different variables, and which bytes of the file make them.
//!
//! The environments are compared as they come out in the end, so what is overridden is no divergence. The cause is found by going
//! back: which assignment counts, where its value ends, what its quotes and escapes stand for, what its references become. How
//! it is worded, `rules/divergent_value.rs` says.

use crate::check::rule::loader;
use crate::check::{Checked, Reading};
use crate::model::{Environment, Layer, Origin, Unknown, Value, Variable};
use crate::parse::decode::decode;
use crate::parse::dialect::{Dialect, Key, Shell};
use crate::parse::words;
use crate::parse::{Assignment, AssignmentKind, Document, Effect, RawValue, SyntaxError};
use crate::sort;
use crate::source::{SourceId, Span};

/// One reading of an environment, be it the first or another.
#[derive(Debug, Clone, Copy)]
pub(super) struct View<'a, 'c> {
    pub(super) dialect: &'static Dialect,
    pub(super) layers: &'a [Layer<'c>],
    pub(super) environment: &'a Environment<'c>,
}

impl<'c> Checked<'c> {
    /// All readings, the one that decides first; none where no file is read.
    pub(super) fn views(&self) -> Vec<View<'_, 'c>> {
        // Other carriers are read alike, whatever loader is declared.
        let first = self.layers.iter().find(|layer| !layer.document.is_carried());
        let first = first.map(|layer| View {
            dialect: layer.dialect,
            layers: &self.layers,
            environment: &self.environment,
        });
        let others = self.others.iter().map(Reading::view);
        first
            .map(|first| std::iter::once(first).chain(others).collect())
            .unwrap_or_default()
    }
}

impl<'c> Reading<'c> {
    pub(super) fn view(&self) -> View<'_, 'c> {
        View {
            dialect: self.dialect,
            layers: &self.layers,
            environment: &self.environment,
        }
    }
}

impl<'a, 'c> View<'a, 'c> {
    /// The loader in a sentence; a row for other versions of a loader by the name that tells them apart.
    pub(super) fn loader(&self) -> &'static str {
        if self.dialect.name.contains('@') {
            self.dialect.name
        } else {
            loader(self.dialect)
        }
    }

    /// A .env file among the layers.
    pub(super) fn layer(&self, source: SourceId) -> Option<&'a Layer<'c>> {
        let mut layers = self.layers.iter();
        layers.find(|layer| layer.source == source && !layer.document.is_carried())
    }

    /// The assignment whose key stands at a place.
    pub(super) fn assignment(&self, source: SourceId, key: Span) -> Option<&'a Assignment> {
        let assignments = self.layer(source)?.document.assignments();
        let index = assignments.partition_point(|assignment| assignment.key.start < key.start);
        assignments.get(index).filter(|assignment| assignment.key == key)
    }
}

/// What makes the difference. Of each pair of things that loaders do, `doing` is the one named first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Cause {
    /// A comment behind a value is dropped, or kept.
    Comment,
    /// Quotes are taken off, or kept.
    Quotes,
    /// What stands behind the closing quote is dropped, or kept.
    Behind,
    /// White space around a value is dropped, or kept.
    Blank,
    /// The CR of a line end is dropped, or kept.
    CarriageReturn,
    /// A backslash is read as the start of an escape, or kept.
    Escape,
    /// A backslash makes something else of what is behind it.
    OtherEscape,
    /// A `$` is expanded, or kept.
    Reference,
    /// A reference is expanded to something else.
    OtherReference,
    /// A reference leads back to itself, or does not.
    Cycle,
    /// The last of several assignments counts, or the first.
    Duplicate,
    /// A value goes on on the next line, or ends with its own.
    Lines,
    /// `export` is no part of the key, or is.
    Export,
    /// A byte order mark is taken off, or is a part of the key.
    ByteOrderMark,
    /// A key is taken as it is, or is another.
    Key,
    /// White space beside the `=` is no matter, or ends the assignment.
    Around,
    /// White space or an operator ends the value, or is a part of it.
    Syntax,
    /// An assignment is taken, or left out with its line.
    Dropped,
    /// An assignment is taken, or is behind the place where reading stopped.
    Stopped,
    /// A key without `=` is set, or is not.
    Alone,
    /// The file wins over the process environment, or the other way round.
    Precedence,
    /// Bytes that are no text become something else.
    Bytes,
    /// Something else.
    Other,
}

/// A difference between what loaders give a program.
#[derive(Debug)]
pub(super) struct Divergence<'c> {
    pub(super) source: SourceId,
    pub(super) span: Span,
    pub(super) cause: Cause,
    /// Whether the first loader is among those that do it, as [`Cause`] says it first.
    pub(super) doing: bool,
    /// The keys that differ for it.
    pub(super) keys: Vec<&'c [u8]>,
    /// The loaders for which the first of them is as it is for the first loader: indices of the views.
    pub(super) like: Vec<usize>,
    /// Those for which it is not.
    pub(super) unlike: Vec<usize>,
}

/// A key that differs, for which views.
pub(super) struct Differing<'c> {
    pub(super) key: &'c [u8],
    pub(super) unlike: Vec<usize>,
}

/// The keys for which a view does not give a program what the first does, sorted.
pub(super) fn differing<'c>(views: &[View<'_, 'c>]) -> Vec<Differing<'c>> {
    let mut all: Vec<(&'c [u8], usize)> = Vec::new();
    let Some((first, others)) = views.split_first() else {
        return Vec::new();
    };
    for (view, index) in others.iter().zip(1..) {
        if std::ptr::eq(first.environment, view.environment) {
            continue;
        }
        let (mut a, mut b) = (
            first.environment.variables.as_slice(),
            view.environment.variables.as_slice(),
        );
        loop {
            let (one, other) = match (a.first(), b.first()) {
                (Some(one), Some(other)) if one.key == other.key => (Some(one), Some(other)),
                (Some(one), Some(other)) if one.key < other.key => (Some(one), None),
                (Some(one), None) => (Some(one), None),
                (_, Some(other)) => (None, Some(other)),
                (None, None) => break,
            };
            a = &a[usize::from(one.is_some())..];
            b = &b[usize::from(other.is_some())..];
            if !agree(one, other) {
                all.extend(one.or(other).map(|variable| (variable.key, index)));
            }
        }
    }
    sort::by(&mut all, &|a, b| a.cmp(b));
    let mut differing: Vec<Differing<'c>> = Vec::new();
    for (key, index) in all {
        match differing.last_mut() {
            Some(last) if last.key == key => last.unlike.push(index),
            _ => differing.push(Differing {
                key,
                unlike: vec![index],
            }),
        }
    }
    differing
}

/// Whether two loaders give a program the same for a key. What only a command can tell has a rule of its own, and what is set by
/// no file is nobody's reading of one.
pub(super) fn agree(a: Option<&Variable<'_>>, b: Option<&Variable<'_>>) -> bool {
    let of_file = |variable: &&Variable<'_>| variable.origin != Origin::Process;
    match (a, b) {
        (Some(a), Some(b)) => match (&a.value, &b.value) {
            (Value::Known(a), Value::Known(b)) => a.expose() == b.expose(),
            (Value::Unknown(Unknown::Cycle), Value::Known(_)) | (Value::Known(_), Value::Unknown(Unknown::Cycle)) => {
                false
            }
            (Value::Unknown(_), _) | (_, Value::Unknown(_)) => true,
        },
        (one, other) => one
            .or(other)
            .filter(of_file)
            .is_none_or(|variable| matches!(variable.value, Value::Unknown(Unknown::Command | Unknown::TooLarge))),
    }
}

/// The keys to which loaders give several values, or which one sets and another does not, as far as that is known. Sorted.
pub(super) fn known_differently<'c>(views: &[View<'_, 'c>]) -> Vec<&'c [u8]> {
    let is_open = |key: &&'c [u8]| {
        let variables = views.iter().map(|view| view.environment.get(key));
        let mut known = variables.filter_map(|variable| match variable.map(|variable| &variable.value) {
            Some(Value::Known(value)) => Some(Some(value.expose())),
            Some(Value::Unknown(_)) => None,
            None => Some(None),
        });
        let first = known.next();
        known.any(|other| Some(other) != first)
    };
    let keys = differing(views).into_iter().map(|differing| differing.key);
    keys.filter(is_open).collect()
}

/// All divergences of an environment, sorted by place.
pub(super) fn divergences<'c>(views: &[View<'_, 'c>], differing: &[Differing<'c>]) -> Vec<Divergence<'c>> {
    let mut found: Vec<Divergence<'c>> = Vec::new();
    let Some(first) = views.first() else { return found };
    let differs = |name: &[u8]| differing.binary_search_by(|other| other.key.cmp(name)).is_ok();
    for Differing { key, unlike } in differing {
        for &index in unlike {
            let pair = Pair {
                a: first,
                b: &views[index],
            };
            let Some((source, mut span, cause, doing)) = pair.cause(key, &differs) else {
                continue;
            };
            // Line ends are one matter for the whole file, and told at the first.
            let text = first.layer(source).map_or(&b""[..], |layer| layer.text);
            if let (Cause::CarriageReturn, Some(at)) = (cause, memchr::memchr(b'\r', text)) {
                span = Span::new(at, at + 1);
            }
            found.push(Divergence {
                source,
                span,
                cause,
                doing,
                keys: vec![key],
                like: (0..views.len()).filter(|view| !unlike.contains(view)).collect(),
                unlike: vec![index],
            });
        }
    }
    // Two loaders may read a reference to another end.
    let place = |one: &Divergence<'c>| (one.source, one.span.start, one.cause, one.doing);
    sort::by(&mut found, &|a, b| {
        place(a).cmp(&place(b)).then_with(|| a.keys[0].cmp(b.keys[0]))
    });
    // One cause for several keys, or for several loaders, is one divergence.
    found.dedup_by(|one, kept| {
        let same = place(one) == place(kept);
        if same && kept.keys == one.keys {
            kept.unlike.append(&mut one.unlike);
        } else if same && kept.keys.last() != one.keys.first() {
            kept.keys.append(&mut one.keys);
        }
        same
    });
    found
}

/// Where, why, and whether the first of the two does it.
type Found = (SourceId, Span, Cause, bool);

/// Two readings.
struct Pair<'a, 'v, 'c> {
    a: &'a View<'v, 'c>,
    b: &'a View<'v, 'c>,
}

impl<'c> Pair<'_, '_, 'c> {
    fn flipped(&self) -> Pair<'_, '_, 'c> {
        Pair { a: self.b, b: self.a }
    }

    /// Why a key is not the same in both; `None` if that is told elsewhere.
    fn cause(&self, key: &[u8], differs: &dyn Fn(&[u8]) -> bool) -> Option<Found> {
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
                // Both have both, and count another.
                let later = one.max((source, span));
                Some((later.0, later.1, Cause::Duplicate, one == later))
            }
            (None, Some((source, span))) => negate(self.flipped().absence(source, span)),
            (None, None) => None,
        }
    }

    /// Why `b` has not the assignment that `a` has.
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
                // That the loader fails is told by another rule.
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
                AssignmentKind::Clear | AssignmentKind::Inherit | AssignmentKind::InheritOrEmpty
            );
            let cause = if alone { Cause::Alone } else { Cause::Other };
            return Some((source, key, cause, true));
        }
        let assignments = layer.document.assignments();
        // The one before may reach over the key: the text of a value, or a longer key.
        let index = assignments.partition_point(|other| other.key.start < end);
        for other in assignments[..index].iter().rev().take(2) {
            if overlaps(other.key) {
                let (start, end) = (other.key.start.min(key.start), other.key.start.max(key.start));
                let before = &layer.text[start as usize..end as usize];
                let shorter = key.start == end;
                return Some(if before.starts_with(b"\xEF\xBB\xBF") {
                    (source, Span::new(0, 3), Cause::ByteOrderMark, shorter)
                } else if before.starts_with(b"export") {
                    let word = Span::new(start as usize, start as usize + b"export".len());
                    (source, word, Cause::Export, shorter)
                } else {
                    (source, Span { start: end, ..key }, Cause::Key, true)
                });
            }
            let outer = outer(other.value);
            if outer.start <= key.start && key.end <= outer.end {
                let before = &layer.text[outer.start as usize..key.start as usize];
                if memchr::memchr(b'\n', before).is_none() {
                    let blanks = before
                        .iter()
                        .rev()
                        .take_while(|byte| byte.is_ascii_whitespace())
                        .count();
                    let at = (key.start as usize).saturating_sub(blanks + usize::from(blanks < before.len()));
                    return Some((source, Span::new(at, at + 1), Cause::Syntax, true));
                }
                let opening = Span::new(outer.start as usize, outer.start as usize + 1);
                return Some((source, opening, Cause::Lines, false));
            }
        }
        Some((source, key, Cause::Dropped, true))
    }

    /// Why one assignment gives two values.
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
            // A byte that stands for itself is where it was typed; the other has gone on.
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

    /// Why one text is decoded to two, from an offset on.
    fn decoding(
        &self,
        source: SourceId,
        value: RawValue,
        at: usize,
        (a, b): (Option<&u8>, Option<&u8>),
        text: &[u8],
    ) -> Found {
        let span = |len: usize| Span::new(at, (at + len).min(text.len()));
        // What is behind a backslash may be where both are, one having taken the backslash off.
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

    /// Why one text is expanded to two.
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
        // A reference that only one of them sees.
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
        // What a reference inherits is told where it comes from.
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
            None => (source, value.span, Cause::Other, true),
        })
    }
}

/// What keeps a shell from an assignment that another loader takes: white space beside the `=`, or what ends a word.
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

/// The value with its quotes.
pub(super) fn outer(value: RawValue) -> Span {
    let quote = u32::from(value.quote.is_some());
    Span {
        start: value.span.start - quote,
        end: value.span.end + quote,
    }
}

/// Why two readings of a value do not begin and end alike.
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
        // A value of another line is the one that begins later; dropping white space makes it begin later, too.
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

/// The error with which a loader leaves out what a test says.
fn dropping<'d>(document: &'d Document, overlaps: &dyn Fn(Span) -> bool) -> Option<&'d SyntaxError> {
    let errors = document.errors();
    errors
        .iter()
        .find(|error| error.effect != Effect::Literal && overlaps(error.span))
}

/// What of a span is on its first line.
pub(super) fn first_line(text: &[u8], span: Span) -> Span {
    let line = memchr::memchr2(b'\n', b'\r', span.of(text))
        .unwrap_or(span.len())
        .max(1);
    Span::new(span.start as usize, (span.start as usize + line).min(span.end as usize))
}
