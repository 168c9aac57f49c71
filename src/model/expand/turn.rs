//! The order in which loaders expand the properties of a JavaScript object: numbers come first, in ascending order.

use std::cmp::Ordering;

use crate::parse::dialect::{Expander, Order};
use crate::sort;

use super::super::table::{PROCESS, Table, When};
use super::super::{Layer, is_index};
use super::{is_merged, is_object};

/// Sorts the assignments of a layer into the order in which its loader expands them.
pub(super) fn order(table: &Table<'_, '_>, layer: &Layer<'_>, todo: &mut Vec<When>) {
    let expander = layer.dialect.expander;
    if !is_object(expander) {
        return;
    }
    if is_sorted(layer) {
        sort::by(todo, &|a, b| table.key(*a).cmp(table.key(*b)));
    } else if table.order.repeats {
        // A key keeps the position where it first occurred, and what is expanded before it matters.
        let mut placed: Vec<_> = todo
            .iter()
            .map(|&when| (first(table, when.layer, table.key(when)), when))
            .collect();
        if !placed.is_sorted() {
            sort::by(&mut placed, &|a, b| a.cmp(b));
            *todo = placed.into_iter().map(|(_, when)| when).collect();
        }
    }
    // Bun has its own map, in which numbers are nothing special.
    if !matches!(expander, Expander::Bun | Expander::Bun13) && todo.iter().any(|&when| is_index(table.key(when))) {
        sort::by(todo, &|&a, &b| {
            let (one, other) = (table.key(a), table.key(b));
            numbers(one, other).unwrap_or(Ordering::Equal)
        });
    }
}

/// Returns whether a name is expanded before another one, in the file of an assignment or, if files are merged, in all of them.
pub(super) fn is_before(table: &Table<'_, '_>, when: When, name: &[u8], other: &[u8]) -> bool {
    if let Some(order) = numbers(name, other) {
        return order.is_lt();
    }
    let (one, two) = (first(table, when.layer, name), first(table, when.layer, other));
    let is_one_file = one.map(|one| one.layer) == two.map(|two| two.layer);
    let layer = table.layers.get(when.layer as usize);
    if is_one_file && layer.is_some_and(is_sorted) {
        name < other
    } else {
        one < two
    }
}

/// Returns whether an assignment is the first of several to its key.
pub(super) fn is_first(table: &Table<'_, '_>, when: When) -> bool {
    let group = table.find(table.key(when));
    group.len() > 1 && group[0].when == when
}

/// Returns where a name first occurs in the files that the loader of a layer expands together, in the order of reading.
fn first(table: &Table<'_, '_>, layer: u32, name: &[u8]) -> Option<When> {
    let group = table.find(name);
    let dialect = table.layers.get(layer as usize)?.dialect;
    let highest = || group.iter().rev().find(|entry| entry.when.layer != PROCESS);
    let from = match dialect.expander {
        expander if !is_merged(expander) => layer,
        _ if dialect.reads_winner_first() => highest()?.when.layer,
        _ => 0,
    };
    let first = group.get(group.partition_point(|entry| entry.when.layer < from))?.when;
    let layer = if dialect.reads_winner_first() {
        PROCESS - first.layer
    } else {
        first.layer
    };
    Some(When { layer, ..first })
}

/// Returns whether the loader gets variables sorted by name, because Node's parser returns them that way.
fn is_sorted(layer: &Layer<'_>) -> bool {
    matches!(layer.dialect.expander, Expander::Vite | Expander::Expo) && layer.dialect.order == Order::Sorted
}

/// Compares two names if at least one of them is a number.
fn numbers(one: &[u8], other: &[u8]) -> Option<Ordering> {
    match (is_index(one), is_index(other)) {
        (true, true) => Some((one.len(), one).cmp(&(other.len(), other))),
        (true, false) => Some(Ordering::Less),
        (false, true) => Some(Ordering::Greater),
        (false, false) => None,
    }
}
