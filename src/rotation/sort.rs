//! Sorting, compiled once.
//!
//! Each type that the standard library sorts costs a few kilobytes of WebAssembly; here indices are sorted, whatever they stand for.

use std::cmp::Ordering;

/// Sorts by a comparison; equals stay in their order.
pub(super) fn by<T>(items: &mut Vec<T>, compare: &dyn Fn(&T, &T) -> Ordering) {
    let order = order(items.len(), &|a, b| compare(&items[a], &items[b]));
    let mut slots: Vec<Option<T>> = std::mem::take(items).into_iter().map(Some).collect();
    items.extend(order.into_iter().filter_map(|index| slots[index].take()));
}

/// The indices below `len`, sorted by a comparison.
pub(super) fn order(len: usize, compare: &dyn Fn(usize, usize) -> Ordering) -> Vec<usize> {
    let mut order: Vec<usize> = (0..len).collect();
    order.sort_by(|a, b| compare(*a, *b));
    order
}
