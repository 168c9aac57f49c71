//! Selects a part of a file, or all of its parts together, and makes the document of it.

use std::rc::Rc;

use crate::map::Map;
use crate::parse::carried::{Binding, Held, Stores};
use crate::parse::{Document, Effect, EntryError, SyntaxError, SyntaxErrorKind};
use crate::sort;
use crate::source::Span;

#[cfg(feature = "yaml")]
use super::MAX_VISITED;
use super::{Reader, Set};
#[cfg(feature = "yaml")]
use crate::carrier::container::{self, Claim, Lending, Standing};
use crate::carrier::{Base, Carrier, Cut, Included, Merge, Reading, Reference, Removed};

impl Set {
    /// Puts in what other files give to a container.
    #[cfg(feature = "yaml")]
    fn borrow(&mut self, lending: &Lending<'_>) {
        if let Some(steps) = &self.steps {
            let outcome = container::outcome(steps, lending);
            self.bindings = outcome.own;
            self.claims = outcome.claims;
        }
    }

    /// Whether it can be selected by that name.
    pub(in crate::carrier) fn is_called(&self, name: &str) -> bool {
        self.names.iter().any(|one| one == name)
    }

    /// What it has from other files.
    #[cfg(feature = "yaml")]
    pub(in crate::carrier) fn taken(&self) -> impl Iterator<Item = &Binding> {
        let wins = |claim: &&Claim| claim.standing == Standing::Wins;
        self.claims.iter().filter(wins).map(|claim| &claim.binding)
    }

    #[cfg(not(feature = "yaml"))]
    fn taken(&self) -> impl Iterator<Item = &Binding> {
        std::iter::empty()
    }

    /// Leaves out what files above take away. Returns where variables begin that no container takes.
    fn cut(&mut self, cuts: &[Cut]) -> Option<Span> {
        let names = &self.names;
        let mut keys = Map::default();
        let mut unused = None;
        for cut in cuts
            .iter()
            .filter(|cut| cut.part.is_empty() || names.contains(&cut.part))
        {
            match &cut.what {
                Removed::Unused | Removed::Lent => {
                    let first = self.bindings.first().filter(|_| cut.what == Removed::Unused);
                    unused = unused.or(first.map(|binding| binding.key_span));
                    self.bindings.clear();
                    self.files.clear();
                }
                Removed::Environment => self.bindings.clear(),
                Removed::Files => self.files.clear(),
                Removed::Key(key) => {
                    keys.insert(&**key, ());
                }
            }
        }
        self.bindings.retain(|binding| !keys.contains(&*binding.key));
        unused
    }

    /// Returns whether it sets, takes, extends and takes away nothing.
    pub(in crate::carrier) fn is_empty(&self) -> bool {
        self.bindings.is_empty() && self.files.is_empty() && self.base.is_none() && self.cuts.is_empty()
    }
}

impl Reader {
    /// Creates the document of one part, or of all parts.
    pub(in crate::carrier) fn finish(
        mut self,
        mut sets: Rc<Vec<Set>>,
        carrier: Carrier,
        part: Option<&str>,
        merge: &Merge,
    ) -> Reading {
        if cfg!(feature = "yaml") {
            self.apply(&mut sets, merge);
        }
        let is_aside = |set: &Set| set.store.as_ref().is_some_and(|store| store.is_aside);
        let counts = |set: &&Set| (carrier != Carrier::Compose || !set.is_empty()) && !is_aside(set);
        let full = sets.iter().filter(counts);
        let mut parts: Vec<String> = full.filter_map(|set| set.names.first().cloned()).collect();
        parts = sort::set(parts);
        // A service that sets nothing can still be selected as the one that another file's service extends.
        let is_asked = |set: &&Set| match part {
            Some(part) => set.is_called(part),
            None => counts(set),
        };
        let chosen: Vec<&Set> = sets.iter().filter(is_asked).collect();
        if chosen.is_empty() && part.is_some() && !parts.is_empty() {
            self.error(Span::new(0, 0), EntryError::NoSuchPart, Effect::Rejected);
        }
        // A build without YAML never has more than one set.
        let is_one = chosen.len() == 1 || !cfg!(feature = "yaml");
        if !is_one {
            self.report_conflicting_keys(&chosen);
        }
        let files = self.files(&chosen);
        let base = self.base(&chosen);
        let base_place = chosen.first().and_then(|set| Some(set.base.as_ref()?.1));
        let included: Vec<Included> = std::mem::take(&mut self.included);
        let taken = sets.iter().flat_map(|set| &set.files).map(|file| file.path.clone());
        let extended = sets.iter().filter_map(|set| Some(set.base.as_ref()?.0.path.clone()));
        let named = taken.chain(extended);
        let named = named.chain(included.iter().flat_map(|included| included.paths.iter().cloned()));
        let named = sort::set(named.collect());
        let mut bindings: Vec<Binding> = Vec::new();
        let mut seen = Map::default();
        for binding in chosen.iter().flat_map(|set| &set.bindings) {
            // The steps of a job share the bindings of the job, so each is added only once.
            let is_new = is_one || seen.insert((binding.key_span, binding.value_span, &binding.key), ());
            if is_new {
                bindings.push(binding.clone());
            }
        }
        if !merge.prefix.is_empty() {
            for binding in &mut bindings {
                binding.key = (merge.prefix.clone() + &binding.key).into();
            }
        }
        let structure = sort::set(std::mem::take(&mut self.structure));
        let taken = self.taken(&sets, &chosen);
        let stores = Stores {
            prefix: (&*merge.prefix).into(),
            held: std::mem::take(&mut self.stores.held),
            ..taken
        };
        let errors = std::mem::take(&mut self.errors);
        let lies_below = self.stores_alone && sets.iter().any(|set| set.store.is_some());
        let takes = !stores.wanted.is_empty();
        let unset = std::mem::take(&mut self.unset);
        Reading {
            document: Document::carried(&bindings, errors, structure, stores, unset),
            carrier,
            files,
            base,
            base_place: base_place.unwrap_or(Span::new(0, 0)),
            named,
            parts,
            included,
            unread: std::mem::take(&mut self.unread),
            has_part: part.is_none() || !chosen.is_empty(),
            cuts: if cfg!(feature = "yaml") {
                cut_by(&chosen)
            } else {
                Vec::new()
            },
            lies_below,
            takes,
            starts: self.starts,
            #[cfg(feature = "yaml")]
            sets,
        }
    }

    /// Applies what other files of the environment change about this one.
    fn apply(&mut self, sets: &mut Rc<Vec<Set>>, merge: &Merge) {
        for conflict in &merge.conflicts {
            let effect = match conflict.error {
                EntryError::Override(_) | EntryError::NotFollowed => Effect::Literal,
                _ => Effect::Rejected,
            };
            self.error(conflict.span, conflict.error, effect);
        }
        #[cfg(feature = "yaml")]
        self.lend(sets, merge);
        if !merge.cuts.is_empty() {
            for place in Rc::make_mut(sets).iter_mut().filter_map(|set| set.cut(&merge.cuts)) {
                self.error(place, EntryError::Unreferenced, Effect::Literal);
            }
        }
    }

    /// Puts in what other files give to containers, as long as the limit on work allows it.
    #[cfg(feature = "yaml")]
    fn lend(&mut self, sets: &mut Rc<Vec<Set>>, merge: &Merge) {
        let lending = Lending::of(&merge.lent, &merge.lent_stores);
        if lending.is_empty() {
            return;
        }
        let mut left = MAX_VISITED;
        for set in Rc::make_mut(sets) {
            let count = set.steps.as_ref().map_or(0, |steps| lending.count(steps));
            let Some(rest) = left.checked_sub(count) else {
                let place = set.wanted.first().map_or(Span::new(0, 0), |wanted| wanted.place);
                return self.error(place, EntryError::TooLarge, Effect::Rejected);
            };
            left = rest;
            set.borrow(&lending);
        }
    }

    /// Returns what parts take from Secrets and ConfigMaps in other files. What only the others take is of no concern.
    fn taken(&mut self, sets: &[Set], chosen: &[&Set]) -> Stores {
        let mut stores = Stores::default();
        for set in chosen {
            stores.wanted.extend(set.wanted.iter().cloned());
            #[cfg(feature = "yaml")]
            stores.asked.extend(set.asked.iter().cloned());
        }
        if chosen.len() < sets.len() {
            let mut places = Map::default();
            for wanted in sets.iter().flat_map(|set| &set.wanted) {
                places.insert(wanted.place, false);
            }
            for wanted in &stores.wanted {
                places.insert(wanted.place, true);
            }
            let foreign = SyntaxErrorKind::Entry(EntryError::ForeignSource);
            let counts = |error: &SyntaxError| error.kind != foreign || places.get(&error.span) != Some(&false);
            self.errors.retain(counts);
        }
        stores
    }

    /// Records each key that two parts set to different values: the report could only judge one of them.
    fn report_conflicting_keys(&mut self, sets: &[&Set]) {
        let mut all: Map<&str, &Binding> = Map::default();
        let (mut conflicts, mut elsewhere) = (Vec::new(), Vec::new());
        for set in sets {
            let mut winners: Map<&str, &Binding> = Map::default();
            for binding in &set.bindings {
                winners.insert(&binding.key, binding);
            }
            for &(key, winner) in winners.entries() {
                if !agree(all.or(key, winner), winner) {
                    conflicts.push(winner.key_span);
                }
            }
            for taken in set.taken() {
                if !agree(all.or(&taken.key, taken), taken) {
                    elsewhere.push(taken.key_span);
                }
            }
        }
        for span in sort::set(conflicts) {
            self.error(span, EntryError::Ambiguous, Effect::Rejected);
        }
        for span in sort::set(elsewhere) {
            self.error(span, EntryError::AmbiguousStore, Effect::Rejected);
        }
    }

    /// Returns the service of another file that all parts extend. If they differ, none is read, which is recorded.
    fn base(&mut self, sets: &[&Set]) -> Option<Base> {
        let of = |set: &Set| set.base.as_ref().map(|(base, _)| base.clone());
        let base = of(sets.first()?);
        if sets.iter().all(|set| of(set) == base) {
            return base;
        }
        for (_, span) in sets.iter().filter_map(|set| set.base.as_ref()) {
            self.error(*span, EntryError::Extends, Effect::Dropped);
        }
        None
    }

    /// Returns the files that all parts take. If they differ, that is recorded, and those of the first part are returned.
    fn files(&mut self, sets: &[&Set]) -> Vec<Reference> {
        let Some(first) = sets.first() else { return Vec::new() };
        let paths = |set: &Set| -> Vec<String> { set.files.iter().map(|file| file.path.clone()).collect() };
        let other = sets.iter().find(|set| paths(set) != paths(first));
        if let Some(other) = other {
            let odd = other.files.first().or(first.files.first());
            let span = odd.map_or(Span::new(0, 0), |file| file.span);
            self.error(span, EntryError::AmbiguousFiles, Effect::Rejected);
        }
        first.files.clone()
    }
}

/// Returns what parts take away from files below.
fn cut_by(sets: &[&Set]) -> Vec<Cut> {
    let cut = |set: &Set, what: &Removed| Cut {
        part: set.names.first().cloned().unwrap_or_default(),
        what: what.clone(),
    };
    sets.iter()
        .flat_map(|set| set.cuts.iter().map(move |what| cut(set, what)))
        .collect()
}

/// Returns whether two bindings of one key have the same value.
pub(in crate::carrier) fn agree(a: &Binding, b: &Binding) -> bool {
    match (&a.value, &b.value) {
        (Held::Known(a), Held::Known(b)) => a == b,
        (Held::External(a_why), Held::External(b_why)) => a_why == b_why,
        _ => false,
    }
}
