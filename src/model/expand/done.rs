//! The results of assignments with references in them, by the order in which they were read.

use super::super::table::When;
use super::Expanded;

/// A number for each assignment that has a value here, so that finding one takes no search.
#[derive(Default)]
pub(super) struct Done {
    /// Of each layer, as far as there is something: 0, or the number of the value.
    numbers: Vec<Vec<u32>>,
    /// Until they are given away.
    values: Vec<Option<Expanded>>,
}

impl Done {
    pub(super) fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    pub(super) fn reserve(&mut self, additional: usize) {
        self.values.reserve(additional);
    }

    /// Where the value of an assignment is kept.
    fn index(&self, when: When) -> Option<usize> {
        let numbers = self.numbers.get(when.layer as usize)?;
        let number = *numbers.get(when.index as usize)?;
        (number as usize).checked_sub(1)
    }

    pub(super) fn get(&self, when: When) -> Option<&Expanded> {
        self.values[self.index(when)?].as_ref()
    }

    /// Gives a value away.
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
