//! Variables that come from no file.

use std::fmt;

/// The process environment, or an object given by a program. They win over every layer where the loader lets them.
///
/// All names and values stand in one text, one behind the other, so that a check of fifty variables does not keep a hundred pieces of memory.
#[derive(Clone, Default)]
pub struct ProcessEnvironment {
    text: Vec<u8>,
    /// Where each name ends, and its value.
    ends: Vec<(usize, usize)>,
}

/// None at all.
pub static NO_PROCESS: ProcessEnvironment = ProcessEnvironment {
    text: Vec::new(),
    ends: Vec::new(),
};

impl ProcessEnvironment {
    /// Room for so many variables, whose names and values take so many bytes: memory that grows is copied, and wiped, each time.
    #[must_use]
    pub fn with_capacity(variables: usize, bytes: usize) -> ProcessEnvironment {
        ProcessEnvironment {
            text: Vec::with_capacity(bytes),
            ends: Vec::with_capacity(variables),
        }
    }

    /// Sets a variable.
    pub fn push(&mut self, name: &[u8], value: &[u8]) {
        self.text.extend_from_slice(name);
        let middle = self.text.len();
        self.text.extend_from_slice(value);
        self.ends.push((middle, self.text.len()));
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// Name and value of the one at a place.
    pub(super) fn get(&self, index: usize) -> (&[u8], &[u8]) {
        let start = index.checked_sub(1).map_or(0, |before| self.ends[before].1);
        let (middle, end) = self.ends[index];
        (&self.text[start..middle], &self.text[middle..end])
    }

    /// All of them, in the order in which they were given.
    pub fn pairs(&self) -> impl Iterator<Item = (&[u8], &[u8])> {
        (0..self.len()).map(|index| self.get(index))
    }
}

impl<N: AsRef<[u8]>, V: AsRef<[u8]>> FromIterator<(N, V)> for ProcessEnvironment {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(variables: I) -> ProcessEnvironment {
        let mut process = ProcessEnvironment::default();
        for (name, value) in variables {
            process.push(name.as_ref(), value.as_ref());
        }
        process
    }
}

/// Without the values.
impl fmt::Debug for ProcessEnvironment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ProcessEnvironment")
            .field("variables", &self.len())
            .finish_non_exhaustive()
    }
}
