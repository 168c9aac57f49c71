//! Groups assignments by key: what sets each variable, in the order of reading.

use std::cell::Cell;
use std::cmp::Ordering;

use crate::parse::decode::{Decoded, decode};
use crate::parse::dialect::{Expander, Unfit};
use crate::parse::{Assignment, AssignmentKind};
use crate::secret::Secret;
use crate::sort;
use crate::source::Span;

use super::{Layer, Origin, ProcessEnvironment, Unknown, Value, Variable};

/// Everything that sets a variable, sorted by key and then in the order of reading.
pub(super) struct Table<'a, 's> {
    pub(super) layers: &'a [Layer<'s>],
    pub(super) process: &'s ProcessEnvironment,
    pub(super) order: &'a Sorted,
    /// The index of the entries that were found last, because the same name is often looked up several times in a row.
    found: Cell<usize>,
}

/// The assignments of some layers, sorted. The result is the same for all loaders that find the same keys.
pub(super) struct Sorted {
    pub(super) entries: Vec<Entry>,
    /// Whether any key is set more than once.
    pub(super) repeats: bool,
}

/// An assignment, small enough to sort quickly.
#[derive(Clone, Copy)]
pub(super) struct Entry {
    /// The first eight bytes of the key, which decide most comparisons.
    prefix: u64,
    /// When it was read.
    pub(super) when: When,
}

/// When an assignment was read: the layer, then the index in the layer. The process environment counts as the highest layer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct When {
    pub(super) layer: u32,
    pub(super) index: u32,
}

/// The layer of the process environment.
pub(super) const PROCESS: u32 = u32::MAX;

impl Sorted {
    pub(super) fn of(layers: &[Layer<'_>], process: &ProcessEnvironment) -> Sorted {
        let of_layers = layers.iter().map(|layer| layer.document.assignments().len());
        let mut entries = Vec::with_capacity(process.len() + of_layers.sum::<usize>());
        for (layer, at) in layers.iter().zip(0..) {
            for (assignment, index) in layer.document.assignments().iter().zip(0..) {
                let prefix = match layer.document.respelled(index as usize) {
                    Some(key) => prefix(key),
                    None => prefix_at(layer.text, assignment.key),
                };
                entries.push(Entry {
                    prefix,
                    when: When { layer: at, index },
                });
            }
        }
        for ((key, _), index) in process.pairs().zip(0..) {
            entries.push(Entry {
                prefix: prefix(key),
                when: When { layer: PROCESS, index },
            });
        }
        // The sort is stable, and entries are pushed in the order of reading.
        sort::merge(&mut entries, |a, b| match a.prefix.cmp(&b.prefix) {
            Ordering::Equal => key(layers, process, a.when) > key(layers, process, b.when),
            unequal => unequal.is_gt(),
        });
        let is_same = |pair: &[Entry]| is_same_key(layers, process, &pair[0], &pair[1]);
        let repeats = entries.windows(2).any(is_same);
        Sorted { entries, repeats }
    }
}

fn key<'s>(layers: &[Layer<'s>], process: &'s ProcessEnvironment, when: When) -> &'s [u8] {
    match layers.get(when.layer as usize) {
        Some(layer) => layer.document.key(when.index as usize, layer.text),
        None => process.get(when.index as usize).0,
    }
}

fn is_same_key(layers: &[Layer<'_>], process: &ProcessEnvironment, a: &Entry, b: &Entry) -> bool {
    a.prefix == b.prefix && key(layers, process, a.when) == key(layers, process, b.when)
}

impl<'a, 's> Table<'a, 's> {
    pub(super) fn new(layers: &'a [Layer<'s>], process: &'s ProcessEnvironment, order: &'a Sorted) -> Table<'a, 's> {
        Table {
            layers,
            process,
            order,
            found: Cell::new(0),
        }
    }

    pub(super) fn key(&self, when: When) -> &'s [u8] {
        key(self.layers, self.process, when)
    }

    /// Returns the entries of a key, in the order of reading.
    pub(super) fn find(&self, key: &[u8]) -> &'a [Entry] {
        let prefix = prefix(key);
        let Sorted { entries, repeats } = self.order;
        let is_key = |entry: &Entry| entry.prefix == prefix && self.key(entry.when) == key;
        let is_below = |entry: &Entry| entry.prefix < prefix || entry.prefix == prefix && self.key(entry.when) < key;
        let mut start = self.found.get();
        if !entries.get(start).is_some_and(is_key) {
            start = entries.partition_point(is_below);
            if !entries.get(start).is_some_and(is_key) {
                return &[];
            }
            self.found.set(start);
        }
        let found = &entries[start..];
        let len = if *repeats { found.partition_point(is_key) } else { 1 };
        &found[..len]
    }

    /// Returns the entries grouped by key.
    pub(super) fn groups(&self) -> impl Iterator<Item = &'a [Entry]> {
        let mut rest = self.order.entries.as_slice();
        std::iter::from_fn(move || {
            let (first, behind) = rest.split_first()?;
            let is_same = |entry: &&Entry| is_same_key(self.layers, self.process, first, entry);
            let more = if self.order.repeats {
                behind.iter().take_while(is_same).count()
            } else {
                0
            };
            let (group, others) = rest.split_at(1 + more);
            rest = others;
            Some(group)
        })
    }

    /// Returns the value that the process environment sets, if it is among the entries of a key.
    pub(super) fn process_value(&self, entries: &[Entry]) -> Option<&'s [u8]> {
        let last = entries.last().filter(|entry| entry.when.layer == PROCESS)?;
        Some(self.process.get(last.when.index as usize).1)
    }

    pub(super) fn assignment(&self, when: When) -> Option<(&'a Layer<'s>, &'s Assignment)> {
        let layer = self.layers.get(when.layer as usize)?;
        Some((layer, &layer.document.assignments()[when.index as usize]))
    }

    /// Decodes the value of an assignment without expanding it. Returns `None` for a key alone and for the process environment.
    pub(super) fn decoded(&self, when: When) -> Option<Decoded<'s>> {
        let (layer, assignment) = self.assignment(when)?;
        self.has_value(when)
            .then(|| decode(layer.text, assignment.value, layer.dialect))
    }

    /// Returns whether an assignment has a value of its own.
    pub(super) fn has_value(&self, when: When) -> bool {
        let kind = self.assignment(when).map(|(_, assignment)| assignment.kind);
        matches!(
            kind,
            Some(AssignmentKind::Value | AssignmentKind::Append | AssignmentKind::Default { .. })
        )
    }

    /// Returns whether an entry has no effect: a key alone that the process environment does not set, or a default for
    /// a variable that it does set.
    pub(super) fn does_nothing(&self, when: When, group: &[Entry]) -> bool {
        let kind = self.assignment(when).map(|(_, assignment)| assignment.kind);
        match kind {
            Some(AssignmentKind::Inherit) => self.process_value(group).is_none(),
            Some(AssignmentKind::Exported) => true,
            // What precedes it in make sets the variable, be it another default.
            Some(AssignmentKind::Default { .. }) if self.is_of_make(when) && group[0].when != when => true,
            Some(AssignmentKind::Default { colon }) => self
                .process_value(group)
                .is_some_and(|value| !colon || !value.is_empty()),
            _ => false,
        }
    }

    fn is_of_make(&self, when: When) -> bool {
        self.assignment(when)
            .is_some_and(|(layer, _)| layer.dialect.expander == Expander::Make)
    }

    /// Returns whether the loader of an entry ignores that the environment rejects values with a zero byte, so that the
    /// variable stays unset.
    pub(super) fn loses_nul(&self, when: When) -> bool {
        self.assignment(when)
            .is_some_and(|(layer, _)| layer.dialect.reader.nul == Unfit::NotSet)
    }

    /// Returns whether an entry removes the variable from the program's view.
    pub(super) fn clears(&self, when: When) -> bool {
        self.assignment(when)
            .is_some_and(|(_, assignment)| matches!(assignment.kind, AssignmentKind::Clear | AssignmentKind::Hidden))
    }

    /// Returns why the value that an entry sets is unknown, or `None` if it is known.
    pub(super) fn unknown(&self, when: When) -> Option<Unknown> {
        match self.assignment(when)?.1.kind {
            AssignmentKind::Unknown | AssignmentKind::Hidden => Some(Unknown::Command),
            AssignmentKind::External(why) => Some(Unknown::External(why)),
            _ => None,
        }
    }

    /// Returns the variable of a key that is assigned once, to a value that needs no decoding. Returns `None` in all other cases.
    pub(super) fn plain(&self, when: When, process_alone: bool) -> Option<Variable<'s>> {
        let variable = |key, value, origin| Variable {
            key,
            value: Value::Known(value),
            origin,
            overridden: Vec::new(),
            references: Vec::new(),
            is_null: false,
        };
        let Some(layer) = self.layers.get(when.layer as usize) else {
            let (key, value) = self.process.get(when.index as usize);
            return process_alone.then(|| variable(key, Secret::borrowed(value), Origin::Process));
        };
        let assignment = &layer.document.assignments()[when.index as usize];
        let bytes = verbatim(layer, assignment)?;
        let (key, value) = (assignment.key, assignment.value.span);
        let origin = Origin::File {
            source: layer.source,
            key,
            value,
        };
        Some(variable(
            layer.document.key(when.index as usize, layer.text),
            Secret::borrowed(bytes),
            origin,
        ))
    }

    /// Returns the value of an assignment if it needs no decoding, and `None` for other values and for the process environment.
    pub(super) fn verbatim(&self, when: When) -> Option<&'s [u8]> {
        let (layer, assignment) = self.assignment(when)?;
        verbatim(layer, assignment)
    }

    pub(super) fn origin(&self, when: When) -> Origin {
        match self.assignment(when) {
            Some((layer, _)) => {
                let (key, value) = layer.document.place(when.index as usize);
                Origin::File {
                    source: layer.source,
                    key,
                    value,
                }
            }
            None => Origin::Process,
        }
    }
}

/// Implements [`Table::verbatim`] for an assignment of a layer.
fn verbatim<'s>(layer: &Layer<'s>, assignment: &Assignment) -> Option<&'s [u8]> {
    let stands = assignment.value.plain && assignment.kind == AssignmentKind::Value && !layer.document.is_carried();
    stands.then(|| assignment.value.span.of(layer.text))
}

/// Like [`prefix`], for a key in a text.
fn prefix_at(text: &[u8], key: Span) -> u64 {
    match text.get(key.start as usize..).and_then(|rest| rest.first_chunk()) {
        Some(first) if !key.is_empty() => u64::from_be_bytes(*first) & u64::MAX << (64 - 8 * key.len().min(8)),
        _ => prefix(key.of(text)),
    }
}

/// Returns the first eight bytes of a key as a number, so that numbers are in the order of the keys. Keys that differ
/// only in trailing zero bytes may get the same number; the sort then compares the keys themselves.
fn prefix(key: &[u8]) -> u64 {
    if let Some(first) = key.first_chunk() {
        return u64::from_be_bytes(*first);
    }
    let bytes = key.iter().fold(0, |bytes, &byte| bytes << 8 | u64::from(byte));
    if key.is_empty() {
        0
    } else {
        bytes << (64 - 8 * key.len())
    }
}
