//! Sorting, compiled once.
//!
//! Each type that the standard library sorts costs a few kilobytes of WebAssembly; here indices are sorted, whatever they stand for.

use std::cmp::Ordering;

/// Sorts by a comparison; equals stay in their order.
pub(crate) fn by<T>(items: &mut [T], compare: &dyn Fn(&T, &T) -> Ordering) {
    let mut order = order(items.len(), &|a, b| compare(&items[a], &items[b]));
    for start in 0..items.len() {
        // Along the circle of those that take each other's place, back to its start.
        let mut at = start;
        loop {
            let from = std::mem::replace(&mut order[at], at);
            if from == start {
                break;
            }
            items.swap(at, from);
            at = from;
        }
    }
}

/// Sorts, and keeps one of those that are equal.
pub(crate) fn set<T: Ord>(mut items: Vec<T>) -> Vec<T> {
    by(&mut items, &Ord::cmp);
    items.dedup();
    items
}

/// The indices below `len`, sorted by a comparison.
pub(crate) fn order(len: usize, compare: &dyn Fn(usize, usize) -> Ordering) -> Vec<usize> {
    let mut order: Vec<usize> = (0..len).collect();
    order.sort_by(|a, b| compare(*a, *b));
    order
}

#[cfg(test)]
mod tests {
    #[test]
    fn sorts_as_the_standard_library_does() {
        for len in 0..200_u32 {
            let mut items: Vec<(u32, u32)> = (0..len)
                .map(|index| (index.wrapping_mul(2_654_435_761) >> 27, index))
                .collect();
            let mut expected = items.clone();
            expected.sort_by_key(|item| item.0);
            super::by(&mut items, &|a, b| a.0.cmp(&b.0));
            assert_eq!(items, expected);
        }
    }
}
