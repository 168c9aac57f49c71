//! Reports a value once if it violates both a keyword and a stricter refinement of it (in `in`, in a branch of `if`,
//! behind a `$ref`): a value that meets the stricter of the two meets both.

use std::cmp::Ordering;

use crate::schema::number::Decimal;
use crate::schema::violation::{Bound, Violation, ViolationKind};
use crate::sort;

/// Drops violations that another violation of the same value implies. Of equal ones the later is kept: what an
/// environment adds comes last.
pub(super) fn drop_implied(violations: &mut Vec<Violation>) {
    let place = |one: &Violation| (one.variable, one.item, side(&one.kind));
    let order = sort::order(violations.len(), &|a, b| {
        place(&violations[a]).cmp(&place(&violations[b]))
    });
    let mut implied = vec![false; violations.len()];
    for run in order.chunk_by(|&a, &b| place(&violations[a]) == place(&violations[b])) {
        let first = &violations[run[0]];
        if first.variable.is_none() || side(&first.kind).is_none() {
            continue;
        }
        let mut strictest = run[0];
        for &next in &run[1..] {
            let (kept, other) = (&violations[strictest].kind, &violations[next].kind);
            if implies(other, kept) {
                implied[strictest] = true;
            } else if implies(kept, other) {
                implied[next] = true;
                continue;
            }
            strictest = next;
        }
    }
    let mut implied = implied.into_iter();
    violations.retain(|_| !implied.next().unwrap_or_default());
}

/// Returns the kind of a requirement and on which side of the value it is; only requirements that share these can imply
/// each other.
fn side(kind: &ViolationKind) -> Option<u8> {
    let is_below = |actual: usize, min: Option<u32>| u8::from(min.is_some_and(|min| actual < min as usize));
    Some(match *kind {
        ViolationKind::Length { actual, min, .. } => is_below(actual, min),
        ViolationKind::ItemCount { actual, min, .. } => 2 + is_below(actual, min),
        ViolationKind::Range { bound, .. } => 4 + u8::from(matches!(bound, Bound::AtLeast | Bound::Above)),
        ViolationKind::Enum { .. } | ViolationKind::Const { .. } => 6,
        ViolationKind::Pattern { .. } => 7,
        ViolationKind::Format { .. } => 8,
        ViolationKind::MultipleOf { .. } => 9,
        _ => return None,
    })
}

/// Returns whether every value that meets `one` also meets `other`, which is on the same side.
fn implies(one: &ViolationKind, other: &ViolationKind) -> bool {
    use ViolationKind as K;
    match (one, other) {
        (
            &K::Length { actual, min, max } | &K::ItemCount { actual, min, max },
            &K::Length {
                min: low, max: high, ..
            }
            | &K::ItemCount {
                min: low, max: high, ..
            },
        ) => match min.filter(|&min| actual < min as usize) {
            Some(min) => low.is_some_and(|low| min >= low),
            None => max.zip(high).is_some_and(|(max, high)| max <= high),
        },
        (
            K::Range { bound, limit },
            K::Range {
                bound: wider,
                limit: far,
            },
        ) => {
            let Some(order) = compared(limit, far) else {
                return false;
            };
            match bound {
                _ if order.is_eq() => bound == wider || matches!(bound, Bound::Above | Bound::Below),
                Bound::AtLeast | Bound::Above => order.is_gt(),
                Bound::AtMost | Bound::Below => order.is_lt(),
            }
        }
        (K::Pattern { pattern: text }, K::Pattern { pattern: same })
        | (K::MultipleOf { step: text }, K::MultipleOf { step: same }) => text == same,
        (K::Format { name }, K::Format { name: same }) => name == same,
        _ => match (allowed(one), allowed(other)) {
            (Some(few), Some(many)) => {
                few.len() * many.len() <= MAX_COMPARED && few.iter().all(|value| many.contains(value))
            }
            _ => false,
        },
    }
}

/// How many pairs of allowed values are compared at most.
const MAX_COMPARED: usize = 4_096;

fn allowed(kind: &ViolationKind) -> Option<&[String]> {
    match kind {
        ViolationKind::Enum { allowed } => Some(allowed),
        ViolationKind::Const { allowed } => Some(std::slice::from_ref(allowed)),
        _ => None,
    }
}

fn compared(one: &str, other: &str) -> Option<Ordering> {
    let read = |limit: &str| Decimal::parse(limit.as_bytes()).map(|(number, _)| number);
    Some(read(one)?.cmp(&read(other)?))
}
