//! Finds what keeps the services of several Compose files, merged or included, or the containers of several files of Kubernetes, from being
//! checked together. The same is asked of them as of those of one file: no two may set a key to different values, or take variables from
//! different files.

use crate::map::Map;
use crate::parse::EntryError;
use crate::parse::carried::Binding;
use crate::source::Span;

use super::set::Set;
use super::set::part::agree;
use super::{Conflict, Reading};

/// A service, as far as it is in the files that were looked at.
struct Service<'r, T> {
    /// For each key, the file and the binding that set it, and the error to report there if another service has another value.
    keys: Map<&'r str, (usize, &'r Binding, EntryError)>,
    /// What it takes variables from.
    taken: Vec<&'r T>,
    /// The last file that has the service, and the place at which to report a conflict, if one of its files has any.
    place: (usize, Option<Span>),
}

/// Returns the conflicts of each of the files, which are read as a whole, lowest first. With each file comes what its services take
/// variables from.
pub(crate) fn between<T: PartialEq>(files: &[(&Reading, Vec<T>)]) -> Vec<Vec<Conflict>> {
    if files.len() < 2 {
        return vec![Vec::new(); files.len()];
    }
    let mut services: Map<&str, Service<'_, T>> = Map::default();
    for (index, (reading, taken)) in files.iter().enumerate() {
        let starts = |set: &&Set| set.store.is_none() && (!set.is_empty() || set.taken().next().is_some());
        for set in reading.sets.iter().filter(starts) {
            let name = set.names.first().map_or("", String::as_str);
            let new = Service {
                keys: Map::default(),
                taken: Vec::new(),
                place: (index, None),
            };
            let service = services.or(name, new);
            for binding in &set.bindings {
                service
                    .keys
                    .insert(&binding.key, (index, binding, EntryError::Ambiguous));
            }
            for taken in set.taken() {
                service
                    .keys
                    .insert(&taken.key, (index, taken, EntryError::AmbiguousStore));
            }
            service.taken.extend(taken);
            let base = set.base.as_ref().map(|(_, span)| *span);
            service.place = match set.files.first().map(|file| file.span).or(base) {
                None if service.place.1.is_some() => service.place,
                stated => (index, stated),
            };
        }
    }
    let mut conflicts = vec![Vec::new(); files.len()];
    let mut add = |(file, span): (usize, Span), error| conflicts[file].push(Conflict { span, error });
    let mut all: Map<&str, (usize, &Binding)> = Map::default();
    let first = services.entries().first().map(|(_, first)| first);
    for (_, service) in services.entries() {
        for &(key, (file, binding, error)) in service.keys.entries() {
            let other = *all.or(key, (file, binding));
            // Two of one file were compared when it was read.
            if other.0 != file && !agree(other.1, binding) {
                add((file, binding.key_span), error);
            }
        }
        if let Some(first) = first.filter(|first| first.taken != service.taken) {
            let says = |one: &Service<'_, T>| one.place.1.is_some();
            let odd = if says(service) || !says(first) { service } else { first };
            let (file, span) = odd.place;
            add((file, span.unwrap_or(Span::new(0, 0))), EntryError::AmbiguousFiles);
        }
    }
    conflicts
}
