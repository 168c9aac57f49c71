//! Sorting, compiled once.
//!
//! Each type sorted by the standard library costs a few kilobytes of WebAssembly. Here a plain merge sort orders
//! indices, whatever the type of the items. The few types that are sorted in every check may have their own instance of
//! [`merge`].

use std::cmp::Ordering;

/// Sorts by a comparison. Stable.
pub(crate) fn by<T>(items: &mut [T], compare: &dyn Fn(&T, &T) -> Ordering) {
    let mut order = order(items.len(), &|a, b| compare(&items[a], &items[b]));
    for start in 0..items.len() {
        // Follow one cycle of the permutation back to its start.
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

/// Sorts and removes duplicates.
pub(crate) fn set<T: Ord>(mut items: Vec<T>) -> Vec<T> {
    by(&mut items, &Ord::cmp);
    items.dedup();
    items
}

/// Returns, in order, the indices below `len` whose item equals one with a smaller index.
pub(crate) fn repeats(len: usize, compare: &dyn Fn(usize, usize) -> Ordering) -> Vec<usize> {
    let order = order(len, compare);
    let again = order.windows(2).filter(|pair| compare(pair[0], pair[1]).is_eq());
    let mut again: Vec<usize> = again.map(|pair| pair[1]).collect();
    merge(&mut again, |a, b| a > b);
    again
}

/// Returns the indices below `len` in the order of a comparison. Stable.
pub(crate) fn order(len: usize, compare: &dyn Fn(usize, usize) -> Ordering) -> Vec<usize> {
    let mut order: Vec<usize> = (0..len).collect();
    merge(&mut order, |a, b| compare(*a, *b).is_gt());
    order
}

/// Runs up to this length are sorted by insertion.
const RUN: usize = 16;

/// Sorts by insertion in short runs, which are then merged. Stable.
pub(crate) fn merge<T: Copy>(items: &mut [T], is_above: impl Fn(&T, &T) -> bool) {
    for run in items.chunks_mut(RUN) {
        for end in 1..run.len() {
            let item = run[end];
            let mut at = end;
            while at > 0 && is_above(&run[at - 1], &item) {
                run[at] = run[at - 1];
                at -= 1;
            }
            run[at] = item;
        }
    }
    let mut left = Vec::new();
    let mut width = RUN;
    while width < items.len() {
        for pair in items.chunks_mut(2 * width) {
            // Files are often partly sorted.
            if pair.len() <= width || !is_above(&pair[width - 1], &pair[width]) {
                continue;
            }
            left.clear();
            left.extend_from_slice(&pair[..width]);
            let (mut to, mut right) = (0, width);
            for item in &left {
                while right < pair.len() && is_above(item, &pair[right]) {
                    pair[to] = pair[right];
                    (to, right) = (to + 1, right + 1);
                }
                pair[to] = *item;
                to += 1;
            }
        }
        width *= 2;
    }
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
