//! Where the loaders that a schema declares give a program different variables, and which bytes of the file cause it.
//!
//! The final environments are compared, so a value that is overridden is no divergence. `cause.rs` works backwards to the cause: which
//! assignment counts, where its value ends, what its quotes and escapes stand for, what its references become. The wording is in
//! `rules/divergent_value.rs`.

mod cause;

use crate::check::rule::loader;
use crate::check::{Checked, Reading};
use crate::model::{Environment, Layer, Origin, Unknown, Value, Variable};
use crate::parse::dialect::Dialect;
use crate::parse::{Assignment, External, RawValue};
use crate::sort;
use crate::source::{SourceId, Span};
use cause::Pair;

/// One reading of an environment: the first, which decides, or another.
#[derive(Debug, Clone, Copy)]
pub(super) struct View<'a, 'c> {
    pub(super) dialect: &'static Dialect,
    pub(super) layers: &'a [Layer<'c>],
    pub(super) environment: &'a Environment<'c>,
}

impl<'c> Checked<'c> {
    /// Returns all readings, beginning with the one that decides; none if no .env file is read.
    pub(super) fn views(&self) -> Vec<View<'_, 'c>> {
        // Other carriers are read the same way by every loader.
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
    /// Returns the name of the loader for a message. A row for another version of a loader is shown by its unique name.
    pub(super) fn loader(&self) -> &'static str {
        if self.dialect.name.contains('@') {
            self.dialect.name
        } else {
            loader(self.dialect)
        }
    }

    /// Returns the layer of a .env file.
    pub(super) fn layer(&self, source: SourceId) -> Option<&'a Layer<'c>> {
        let mut layers = self.layers.iter();
        layers.find(|layer| layer.source == source && !layer.document.is_carried())
    }

    /// Returns the assignment with the key at that place.
    pub(super) fn assignment(&self, source: SourceId, key: Span) -> Option<&'a Assignment> {
        let assignments = self.layer(source)?.document.assignments();
        let index = assignments.partition_point(|assignment| assignment.key.start < key.start);
        assignments.get(index).filter(|assignment| assignment.key == key)
    }
}

/// What makes the difference. Each variant names two behaviours; `doing` refers to the first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Cause {
    /// A comment after a value is dropped, or kept.
    Comment,
    /// Quotes are removed, or kept.
    Quotes,
    /// Text after the closing quote is dropped, or kept.
    Behind,
    /// White space around a value is dropped, or kept.
    Blank,
    /// The CR of a line end is dropped, or kept.
    CarriageReturn,
    /// A backslash is read as the start of an escape, or kept.
    Escape,
    /// A backslash turns what follows it into different characters.
    OtherEscape,
    /// A `$` is expanded, or kept.
    Reference,
    /// A reference is expanded to something else.
    OtherReference,
    /// A reference is circular, or isn't.
    Cycle,
    /// The last of several assignments counts, or the first.
    Duplicate,
    /// A value continues on the next line, or ends with its own.
    Lines,
    /// `export` is ignored, or is part of the key.
    Export,
    /// A word stands for nothing or for a boolean, or for itself.
    Word,
    /// A byte order mark is removed, or is part of the key.
    ByteOrderMark,
    /// A key is read as it is, or as another key.
    Key,
    /// White space around the `=` is ignored, or ends the assignment.
    Around,
    /// White space or an operator ends the value, or is part of it.
    Syntax,
    /// An assignment is read, or dropped with its line.
    Dropped,
    /// An assignment is read, or comes after the place where reading stopped.
    Stopped,
    /// A key without `=` is set, or isn't.
    Alone,
    /// The file takes precedence over the process environment, or vice versa.
    Precedence,
    /// Bytes that are not UTF-8 are replaced in different ways.
    Bytes,
    /// Anything else.
    Other,
}

/// A difference between what loaders give a program.
#[derive(Debug)]
pub(super) struct Divergence<'c> {
    pub(super) source: SourceId,
    pub(super) span: Span,
    pub(super) cause: Cause,
    /// Whether the first loader shows the behaviour that [`Cause`] names first.
    pub(super) doing: bool,
    /// The keys that differ because of it.
    pub(super) keys: Vec<&'c [u8]>,
    /// Indices of the views that agree with the first one on the first key.
    pub(super) like: Vec<usize>,
    /// Indices of the views that don't.
    pub(super) unlike: Vec<usize>,
}

/// A key, and the views that differ from the first one on it.
pub(super) struct Differing<'c> {
    pub(super) key: &'c [u8],
    pub(super) unlike: Vec<usize>,
}

/// Returns the keys for which some view gives a program something else than the first view, sorted.
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

/// Whether two loaders give a program the same for a key. Commands have a rule of their own, and variables that no file sets are not read
/// differently.
pub(super) fn agree(a: Option<&Variable<'_>>, b: Option<&Variable<'_>>) -> bool {
    let of_file = |variable: &&Variable<'_>| variable.origin != Origin::Process;
    match (a, b) {
        (Some(a), Some(b)) => match (&a.value, &b.value) {
            (Value::Known(a), Value::Known(b)) => a.expose() == b.expose(),
            // What a login sets is neither unset nor the text of the reference.
            (Value::Unknown(Unknown::Cycle | Unknown::External(External::Login)), Value::Known(_))
            | (Value::Known(_), Value::Unknown(Unknown::Cycle | Unknown::External(External::Login))) => false,
            (Value::Unknown(_), _) | (_, Value::Unknown(_)) => true,
        },
        (one, other) => one
            .or(other)
            .filter(of_file)
            .is_none_or(|variable| matches!(variable.value, Value::Unknown(Unknown::Command | Unknown::TooLarge))),
    }
}

/// Returns the keys with several known values, or which one loader sets and another doesn't. Sorted.
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

/// Returns all divergences of an environment, sorted by place.
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
            // Line ends are a matter of the whole file, so they are reported once, at the first CR. It is searched for only if line ends
            // are the cause, since each search scans the file.
            if cause == Cause::CarriageReturn
                && let Some(at) = first.layer(source).and_then(|layer| memchr::memchr(b'\r', layer.text))
            {
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
    // Two loaders may disagree on where a reference ends.
    let place = |one: &Divergence<'c>| (one.source, one.span.start, one.cause, one.doing);
    sort::by(&mut found, &|a, b| {
        place(a).cmp(&place(b)).then_with(|| a.keys[0].cmp(b.keys[0]))
    });
    // One cause for several keys or several loaders is one divergence.
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

/// Returns the span of the value with its quotes.
pub(super) fn outer(value: RawValue) -> Span {
    let quote = u32::from(value.quote.is_some());
    Span {
        start: value.span.start - quote,
        end: value.span.end + quote,
    }
}

/// Returns the part of a span that is on its first line.
pub(super) fn first_line(text: &[u8], span: Span) -> Span {
    let line = memchr::memchr2(b'\n', b'\r', span.of(text))
        .unwrap_or(span.len())
        .max(1);
    Span::new(span.start as usize, (span.start as usize + line).min(span.end as usize))
}
