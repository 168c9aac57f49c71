//! Whether the services of several Compose files, merged or included, can be checked together. The same is asked of them as of the
//! services of one file: no two set a key to different values, or take variables from different files.

use crate::map::Map;
use crate::parse::EntryError;
use crate::parse::carried::Binding;
use crate::source::Span;

use super::set::part::agree;
use super::{Cut, Reading, Whole};

/// A service, as far as it is in the files that were looked at.
struct Service<'r, T> {
    /// What decides on each key, and in which file that is.
    keys: Map<&'r str, (usize, &'r Binding)>,
    /// What it takes variables from.
    taken: Vec<&'r T>,
    /// Where it says so, if it does, or the beginning of its last file.
    place: (usize, Span),
}

/// Returns what is wrong with each of the files, which are read as a whole, lowest first. With each file comes what its services take
/// variables from.
pub(crate) fn apart<T: PartialEq>(files: &[(&Reading, Vec<T>)]) -> Vec<Vec<Cut>> {
    let mut services: Map<&str, Service<'_, T>> = Map::default();
    for (index, (reading, taken)) in files.iter().enumerate() {
        for set in reading.sets.iter().filter(|set| !set.is_empty()) {
            let name = set.names.first().map_or("", String::as_str);
            let place = (index, Span::new(0, 0));
            let (keys, nothing) = (Map::default(), Vec::new());
            let service = services.or(
                name,
                Service {
                    keys,
                    taken: nothing,
                    place,
                },
            );
            for binding in &set.bindings {
                service.keys.insert(&binding.key, (index, binding));
            }
            service.taken.extend(taken);
            let base = set.base.as_ref().map(|(_, span)| *span);
            service.place = match set.files.first().map(|file| file.span).or(base) {
                Some(span) => (index, span),
                None if service.place.1 == Span::new(0, 0) => place,
                None => service.place,
            };
        }
    }
    let mut wrong = vec![Vec::new(); files.len()];
    let mut add = |(file, span): (usize, Span), error| {
        wrong[file].push(Cut {
            part: String::new(),
            what: Whole::Nothing(span, error),
        });
    };
    let mut all: Map<&str, (usize, &Binding)> = Map::default();
    let first = services.entries().first().map(|(_, first)| first);
    for (_, service) in services.entries() {
        for &(key, (file, binding)) in service.keys.entries() {
            let other = *all.or(key, (file, binding));
            // Two of one file were compared when it was read.
            if other.0 != file && !agree(other.1, binding) {
                add((file, binding.key_span), EntryError::Ambiguous);
            }
        }
        if let Some(first) = first.filter(|first| first.taken != service.taken) {
            let says = |one: &Service<'_, T>| one.place.1 != Span::new(0, 0);
            let odd = if says(service) || !says(first) { service } else { first };
            add(odd.place, EntryError::AmbiguousFiles);
        }
    }
    wrong
}
