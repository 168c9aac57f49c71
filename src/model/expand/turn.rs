//! When the turn of a key comes, for loaders that expand the members of an object of JavaScript: numbers come first, by their size.

use std::cmp::Ordering;

use crate::parse::dialect::{Expander, Order};
use crate::sort;

use super::super::table::{Table, When};
use super::super::{Layer, is_index};
use super::is_object;

/// Puts the assignments of a layer into the order in which its loader expands them.
pub(super) fn order(table: &Table<'_, '_>, layer: &Layer<'_>, todo: &mut Vec<When>) {
    let expander = layer.dialect.expander;
    if !is_object(expander) {
        return;
    }
    if is_sorted(layer) {
        sort::by(todo, &|a, b| table.key(*a).cmp(table.key(*b)));
    } else if table.order.repeats {
        // A key keeps the place where it first stood, and what is expanded before matters.
        let mut placed: Vec<_> = todo.iter().map(|&when| (first(table, table.key(when)), when)).collect();
        if !placed.is_sorted() {
            sort::by(&mut placed, &|a, b| a.cmp(b));
            *todo = placed.into_iter().map(|(_, when)| when).collect();
        }
    }
    // Bun has a map of its own.
    if expander != Expander::Bun && todo.iter().any(|&when| is_index(table.key(when))) {
        sort::by(todo, &|&a, &b| {
            let (one, other) = (table.key(a), table.key(b));
            numbers(one, other).unwrap_or(Ordering::Equal)
        });
    }
}

/// Whether the turn of a name comes before that of another. `layer` is that of the loader, if it has one.
pub(super) fn is_before(table: &Table<'_, '_>, layer: Option<&Layer<'_>>, name: &[u8], other: &[u8]) -> bool {
    match numbers(name, other) {
        Some(order) => order.is_lt(),
        None if layer.is_some_and(is_sorted) => name < other,
        None => first(table, name) < first(table, other),
    }
}

/// Where a name first stands.
fn first(table: &Table<'_, '_>, name: &[u8]) -> Option<When> {
    table.find(name).first().map(|entry| entry.when)
}

/// Whether the loader reads variables in the order of their names: Node hands them over so.
fn is_sorted(layer: &Layer<'_>) -> bool {
    layer.dialect.expander == Expander::Vite && layer.dialect.order == Order::Sorted
}

/// The order of two names, if one of them is a number.
fn numbers(one: &[u8], other: &[u8]) -> Option<Ordering> {
    match (is_index(one), is_index(other)) {
        (true, true) => Some((one.len(), one).cmp(&(other.len(), other))),
        (true, false) => Some(Ordering::Less),
        (false, true) => Some(Ordering::Greater),
        (false, false) => None,
    }
}
