//! How wide a column of a table for people is.

/// No column is wider: a cell that is longer stands out of it. `format!` panics above 65,535, which the names of some thousand files reach.
const WIDEST: usize = 2_000;

/// Returns the width of the widest cell, in characters.
pub fn width<'c>(cells: impl Iterator<Item = &'c str>) -> usize {
    let widest = cells.map(|cell| cell.chars().count()).max();
    widest.unwrap_or(0).min(WIDEST)
}
