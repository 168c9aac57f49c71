//! Variables that don't come from a file.

use std::fmt;

/// The process environment, or an object passed in by a program. Its variables override every layer if the loader allows it.
///
/// All names and values share one buffer, so that a check of fifty variables does not make a hundred allocations.
#[derive(Clone, Default)]
pub struct ProcessEnvironment {
    text: Vec<u8>,
    places: Vec<Place>,
}

/// The place of a variable in the buffer.
#[derive(Clone, Copy)]
struct Place {
    name: usize,
    name_end: usize,
    value: usize,
    value_end: usize,
}

/// A process environment without variables.
pub static NO_PROCESS: ProcessEnvironment = ProcessEnvironment {
    text: Vec::new(),
    places: Vec::new(),
};

impl ProcessEnvironment {
    /// Reads `count` variables from one text, in which each is a name, a zero byte, a value and a zero byte. Neither
    /// names nor values can contain a zero byte. Returns `None` if the text has more or fewer variables.
    #[must_use]
    pub fn from_words(text: &[u8], count: usize) -> Option<ProcessEnvironment> {
        let mut places = Vec::with_capacity(count.min(text.len() / 2));
        let mut ends = memchr::memchr_iter(0, text);
        let mut name = 0;
        while name < text.len() {
            let (name_end, value_end) = (ends.next()?, ends.next()?);
            let value = name_end + 1;
            places.push(Place {
                name,
                name_end,
                value,
                value_end,
            });
            name = value_end + 1;
        }
        (places.len() == count).then(|| ProcessEnvironment {
            text: text.to_vec(),
            places,
        })
    }

    /// Reads the values of `names` from one text, in which each value is followed by a zero byte. `absent` lists the
    /// indices, in ascending order, of the names without a value. Returns `None` if there are more or fewer values than
    /// that.
    #[must_use]
    pub fn from_values<'n>(
        names: impl ExactSizeIterator<Item = &'n str>,
        absent: &[u32],
        values: &[u8],
    ) -> Option<ProcessEnvironment> {
        let mut absent = absent.iter().copied().peekable();
        let mut places = Vec::with_capacity(names.len());
        let mut text = Vec::with_capacity(values.len() + 16 * names.len());
        text.extend_from_slice(values);
        let mut ends = memchr::memchr_iter(0, values);
        let mut value = 0;
        for (name, index) in names.zip(0..) {
            if absent.next_if_eq(&index).is_some() {
                continue;
            }
            let value_end = ends.next()?;
            let start = text.len();
            text.extend_from_slice(name.as_bytes());
            places.push(Place {
                name: start,
                name_end: text.len(),
                value,
                value_end,
            });
            value = value_end + 1;
        }
        let is_all = value == values.len() && absent.next().is_none();
        is_all.then_some(ProcessEnvironment { text, places })
    }

    /// Returns the number of variables.
    #[must_use]
    pub fn len(&self) -> usize {
        self.places.len()
    }

    /// Returns whether there are no variables.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.places.is_empty()
    }

    /// Returns the name and the value of the variable at an index.
    pub(super) fn get(&self, index: usize) -> (&[u8], &[u8]) {
        let place = self.places[index];
        (
            &self.text[place.name..place.name_end],
            &self.text[place.value..place.value_end],
        )
    }

    /// Returns all variables in the order in which they were given, as text: `None` for each that is not UTF-8.
    pub(crate) fn texts(&self) -> impl Iterator<Item = Option<(&str, &str)>> {
        // Mostly all of the buffer is UTF-8; otherwise each variable is looked at for itself.
        let whole = str::from_utf8(&self.text).ok();
        let part = move |start: usize, end: usize| match whole {
            // What is no part of a text at a place is none by itself either.
            Some(text) => text.get(start..end),
            None => str::from_utf8(&self.text[start..end]).ok(),
        };
        self.places
            .iter()
            .map(move |place| part(place.name, place.name_end).zip(part(place.value, place.value_end)))
    }

    /// Returns all variables in the order in which they were given.
    pub fn pairs(&self) -> impl Iterator<Item = (&[u8], &[u8])> {
        (0..self.len()).map(|index| self.get(index))
    }
}

impl<N: AsRef<[u8]>, V: AsRef<[u8]>> FromIterator<(N, V)> for ProcessEnvironment {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(variables: I) -> ProcessEnvironment {
        let mut process = ProcessEnvironment::default();
        let mut put = |bytes: &[u8]| {
            let start = process.text.len();
            process.text.extend_from_slice(bytes);
            (start, process.text.len())
        };
        for (one, other) in variables {
            let ((name, name_end), (value, value_end)) = (put(one.as_ref()), put(other.as_ref()));
            process.places.push(Place {
                name,
                name_end,
                value,
                value_end,
            });
        }
        process
    }
}

/// Leaves out the values.
impl fmt::Debug for ProcessEnvironment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ProcessEnvironment")
            .field("variables", &self.len())
            .finish_non_exhaustive()
    }
}
