//! Stores the expanded values of assignments, indexed by layer and position.

use super::super::table::When;
use super::Expanded;

/// A map from assignments to expanded values. It uses numbers instead of a search.
#[derive(Default)]
pub(super) struct Done {
    /// For each layer, up to the last assignment that has a value: 0, or the number of the value, counted from 1.
    numbers: Vec<Vec<u32>>,
    /// Values are `None` once they have been taken.
    values: Vec<Option<Expanded>>,
}

impl Done {
    pub(super) fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    pub(super) fn reserve(&mut self, additional: usize) {
        self.values.reserve(additional);
    }

    /// Returns the index of the value of an assignment.
    fn index(&self, when: When) -> Option<usize> {
        let numbers = self.numbers.get(when.layer as usize)?;
        let number = *numbers.get(when.index as usize)?;
        (number as usize).checked_sub(1)
    }

    pub(super) fn get(&self, when: When) -> Option<&Expanded> {
        self.values[self.index(when)?].as_ref()
    }

    /// Removes and returns a value.
    pub(super) fn take(&mut self, when: When) -> Option<Expanded> {
        let index = self.index(when)?;
        self.values[index].take()
    }

    #[expect(
        clippy::cast_possible_truncation,
        reason = "there are no more than assignments, which a number of 32 bits counts"
    )]
    pub(super) fn insert(&mut self, when: When, expanded: Expanded) {
        let (layer, index) = (when.layer as usize, when.index as usize);
        if self.numbers.len() <= layer {
            self.numbers.resize_with(layer + 1, Vec::new);
        }
        let numbers = &mut self.numbers[layer];
        if numbers.len() <= index {
            numbers.resize(index + 1, 0);
        }
        self.values.push(Some(expanded));
        numbers[index] = self.values.len() as u32;
    }
}
