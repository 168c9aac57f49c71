//! What containers of Kubernetes take from Secrets and ConfigMaps in other files of their environment.
//!
//! A file of nothing but Secrets and ConfigMaps lies below those with containers, without what no container takes. What a container takes
//! under other names, or out of a file with containers, is a layer of its own; single keys are put in where the container names them.
//! Which of all of these a variable has its value from is decided by the order in which the container takes them, so what is overridden is
//! left out of its layer.

use std::sync::Arc;

use super::arranged::{Item, carried, change};
use super::input::{FileInput, Form};
use crate::carrier::{
    Carrier, Claim, Conflict, Cut, Lendable, Lent, LentStore, Merge, Reading, Removed, Standing, within,
};
use crate::map::Map;
use crate::parse::EntryError;
use crate::parse::carried::{Held, Wanted};
use crate::sort;
use crate::source::{Source, SourceId};

/// What changes in the files of an environment because containers take variables from Secrets and ConfigMaps of other files.
#[derive(Default)]
pub(super) struct Stores {
    /// What changes in each file.
    merges: Map<SourceId, Merge>,
    /// The layers that are added.
    pub(super) aside: Vec<FileInput>,
}

/// A Secret or ConfigMap, and the file that it is in.
struct Holder<'i> {
    file: &'i FileInput,
    lies_below: bool,
    store: Lendable<'i>,
}

/// What the Secrets and ConfigMaps of the files offer to containers.
struct Offer<'i> {
    /// By name. Of two objects with the same name, the one that is named last is applied last.
    holders: Map<&'i str, Vec<Holder<'i>>>,
    /// By the name of the object and the key; `None` for a key whose value is not text.
    values: Map<(&'i str, &'i str), Option<&'i Held>>,
    /// Whether a kustomization may add keys to any of them.
    is_patched: bool,
}

impl<'i> Offer<'i> {
    fn of(items: &'i [Item], namespace: Option<&str>) -> Offer<'i> {
        let mut offer = Offer {
            holders: Map::default(),
            values: Map::default(),
            is_patched: read(items).any(|(_, reading)| reading.carrier == Carrier::Kustomize),
        };
        for (file, reading) in read(items) {
            for store in reading.lendable().filter(|store| is_near(store, namespace)) {
                for key in store.keys.into_iter().flatten() {
                    offer.values.insert((store.name, key), None);
                }
                for binding in store.bindings {
                    offer.values.insert((store.name, &binding.key), Some(&binding.value));
                }
                let name = store.name;
                let holder = Holder {
                    file,
                    lies_below: reading.lies_below,
                    store,
                };
                offer.holders.or(name, Vec::new()).push(holder);
            }
        }
        offer
    }

    /// Whether all keys of a Secret or ConfigMap are known.
    fn has_all_keys_of(&self, store: &str) -> bool {
        let holders = self.holders.get(&store).filter(|_| !self.is_patched);
        holders.is_some_and(|holders| holders.iter().all(|holder| holder.store.keys.is_some()))
    }
}

impl Stores {
    pub(super) fn of(items: &[Item], sources: &[Source]) -> Stores {
        let mut stores = Stores::default();
        let starting: Vec<(&FileInput, &Reading)> = read(items).filter(|(_, reading)| reading.starts).collect();
        if starting.is_empty() {
            return stores;
        }
        let namespace = namespace(&starting);
        stores.leave_out_unused(items, &starting);
        stores.leave_out_far(items, namespace);
        let offer = Offer::of(items, namespace);
        stores.lend_whole(&starting, &offer, sources);
        stores.lend_keys(&starting, &offer);
        stores
    }

    /// Lends what containers take as a whole.
    fn lend_whole(&mut self, starting: &[(&FileInput, &Reading)], offer: &Offer<'_>, sources: &[Source]) {
        let mut known: Map<(&str, &str), LentStore> = Map::default();
        for (file, reading) in starting {
            for wanted in reading.document.wanted_stores() {
                let Some(holders) = offer.holders.get(&*wanted.store) else {
                    continue;
                };
                let key = (&*wanted.store, &*wanted.prefix);
                if !known.contains(&key) {
                    let aside = holders
                        .iter()
                        .filter(|holder| !holder.is_layer_for(wanted) && !holder.store.takes_files);
                    self.aside
                        .extend(aside.filter_map(|holder| layer(holder.file, wanted, sources)));
                    known.insert(key, lent(holders, wanted, offer.is_patched));
                }
                if let Some(lent) = known.get(&key) {
                    self.merges
                        .or(file.source, Merge::default())
                        .lent_stores
                        .push(LentStore {
                            place: wanted.place,
                            ..lent.clone()
                        });
                }
            }
        }
    }

    /// Lends the single keys that containers take, or reports that there is no such key.
    fn lend_keys(&mut self, starting: &[(&FileInput, &Reading)], offer: &Offer<'_>) {
        for (file, reading) in starting {
            for asked in reading.document.asked() {
                let merge = self.merges.or(file.source, Merge::default());
                let place = asked.place;
                match offer.values.get(&(&*asked.store, &*asked.key)) {
                    Some(Some(value)) => merge.lent.push(Lent {
                        place,
                        value: Some((*value).clone()),
                    }),
                    // The key exists, but its value is not text, or is in another file.
                    Some(None) => {}
                    None if !offer.has_all_keys_of(&asked.store) => {}
                    None if asked.is_optional => merge.lent.push(Lent { place, value: None }),
                    None => merge.conflicts.push(Conflict {
                        span: place,
                        error: EntryError::NoSuchKey,
                    }),
                }
            }
        }
    }

    /// What changes in a file.
    pub(super) fn get(&self, source: SourceId) -> Option<&Merge> {
        self.merges.get(&source)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.merges.is_empty()
    }

    /// Removes from the layers of Secrets and ConfigMaps the variables that containers take but get from another one. The files with the
    /// containers have already been read with what is lent to them.
    pub(super) fn leave_out_overridden(&mut self, items: &mut [Item]) {
        let (mut lost, mut won) = (Vec::new(), Vec::new());
        for (file, reading) in read(items) {
            for claim in reading.claims(part(file)) {
                match claim.standing {
                    Standing::Wins => won.push(key_of(claim)),
                    Standing::LosesElsewhere => lost.push(key_of(claim)),
                    Standing::LosesHere => {}
                }
            }
        }
        let won = sort::set(won);
        let mut cuts: Map<(String, String), Vec<Cut>> = Map::default();
        for key in sort::set(lost) {
            // If another container takes them in a different order, it does get this one.
            if won.binary_search(&key).is_err() {
                let (store, prefix, key) = key;
                let cut = Cut {
                    part: store.to_owned(),
                    what: Removed::Key(key.into()),
                };
                cuts.or((store.to_owned(), prefix.to_owned()), Vec::new()).push(cut);
            }
        }
        if cuts.is_empty() {
            return;
        }
        let of = |store: &str, prefix: &str| cuts.get(&(store.to_owned(), prefix.to_owned()));
        for item in &mut *items {
            let Some(reading) = item.1.as_ref().filter(|reading| reading.lies_below) else {
                continue;
            };
            let here = reading.document.stores().filter_map(|store| of(store, ""));
            let here: Vec<Cut> = here.flatten().cloned().collect();
            if !here.is_empty() {
                change(item, |merge| merge.cuts.extend(here));
            }
        }
        for file in &mut self.aside {
            if let Form::Carried(_, Some(store), merge) = &mut file.form
                && let Some(here) = of(store, &merge.prefix)
            {
                merge.cuts.extend_from_slice(here);
            }
        }
    }

    /// In files with nothing but Secrets and ConfigMaps, leaves out those whose namespace is not that of the containers.
    fn leave_out_far(&mut self, items: &[Item], namespace: Option<&str>) {
        for (file, reading) in below(items) {
            for store in reading.lendable().filter(|store| !is_near(store, namespace)) {
                let cut = Cut {
                    part: within(store.name, store.namespace.unwrap_or_default()),
                    what: Removed::Unused,
                };
                self.merges.or(file.source, Merge::default()).cuts.push(cut);
            }
        }
    }

    /// In files with nothing but Secrets and ConfigMaps, leaves out those from which no container takes all variables under their own
    /// names.
    fn leave_out_unused(&mut self, items: &[Item], starting: &[(&FileInput, &Reading)]) {
        let wanted = starting
            .iter()
            .flat_map(|(_, reading)| reading.document.wanted_stores());
        let whole = wanted.filter(|wanted| wanted.prefix.is_empty());
        let whole = sort::set(whole.map(|wanted| &*wanted.store).collect());
        // Containers other than the part that is asked for count, too.
        let taken = starting.iter().flat_map(|(_, reading)| reading.taken_stores());
        let taken = sort::set(taken.collect());
        for (file, reading) in below(items) {
            for name in reading.document.stores() {
                if whole.binary_search(&name).is_err() {
                    let is_taken = taken.binary_search(&name).is_ok();
                    let what = if is_taken { Removed::Lent } else { Removed::Unused };
                    let part = name.to_owned();
                    let merge = self.merges.or(file.source, Merge::default());
                    merge.cuts.push(Cut { part, what });
                }
            }
        }
    }
}

/// Returns the files with nothing but Secrets and ConfigMaps, except those of which a part was asked for by name.
fn below(items: &[Item]) -> impl Iterator<Item = (&FileInput, &Reading)> {
    read(items).filter(|(file, reading)| reading.lies_below && part(file).is_none())
}

/// Returns the part of a file that is asked for.
fn part(file: &FileInput) -> Option<&str> {
    match &file.form {
        Form::Carried(_, part, _) => part.as_deref(),
        _ => None,
    }
}

/// Returns the namespace of the containers, if all of them name the same one.
fn namespace<'i>(starting: &[(&'i FileInput, &'i Reading)]) -> Option<&'i str> {
    let mut all = starting
        .iter()
        .flat_map(|&(file, reading)| reading.namespaces(part(file)));
    let first = all.next()??;
    all.all(|other| other == Some(first)).then_some(first)
}

/// Whether containers of a namespace may mean this Secret or ConfigMap. One without a namespace may be in any.
fn is_near(store: &Lendable<'_>, namespace: Option<&str>) -> bool {
    namespace.is_none() || store.namespace.is_none() || store.namespace == namespace
}

impl Holder<'_> {
    /// Whether the file of this Secret or ConfigMap is a layer by itself, in which the variables already have the names that the container
    /// wants.
    fn is_layer_for(&self, wanted: &Wanted) -> bool {
        let is_read = match &self.file.form {
            Form::Carried(_, Some(part), _) => {
                let short = wanted.store.split_once('/').map(|(_, name)| name);
                **part == *wanted.store || Some(&**part) == short
            }
            _ => true,
        };
        self.lies_below && is_read && wanted.prefix.is_empty()
    }
}

/// Returns what a claim is for: the Secret or ConfigMap, the prefix, and the key in it.
fn key_of(claim: &Claim) -> (&str, &str, &str) {
    let key = claim.binding.key.get(claim.prefix.len()..).unwrap_or_default();
    (&claim.store, &claim.prefix, key)
}

/// What a container takes from a Secret or ConfigMap of which there are layers: the variables that are in one.
fn lent(holders: &[Holder<'_>], wanted: &Wanted, is_patched: bool) -> LentStore {
    let mut entries: Map<&str, &Held> = Map::default();
    let mut is_whole = !is_patched;
    for holder in holders {
        is_whole &= holder.store.keys.is_some();
        if holder.is_layer_for(wanted) || !holder.store.takes_files {
            for binding in holder.store.bindings {
                entries.insert(&binding.key, &binding.value);
            }
        }
    }
    let owned = |&(key, value): &(&str, &Held)| (key.into(), value.clone());
    LentStore {
        place: wanted.place,
        entries: Arc::new(entries.entries().iter().map(owned).collect()),
        is_whole,
    }
}

/// Makes a Secret or ConfigMap of a file a layer of its own.
fn layer(file: &FileInput, wanted: &Wanted, sources: &[Source]) -> Option<FileInput> {
    let (carrier, _) = carried(file, sources)?;
    let merge = Merge {
        prefix: (*wanted.prefix).to_owned(),
        ..Merge::default()
    };
    let form = Form::Carried(carrier, Some((*wanted.store).to_owned()), merge);
    let source = file.source;
    Some(FileInput { source, form })
}

fn read(items: &[Item]) -> impl Iterator<Item = (&FileInput, &Reading)> {
    items
        .iter()
        .filter_map(|(file, reading)| Some((file, reading.as_ref()?)))
}
