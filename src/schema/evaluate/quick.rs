//! Determines whether declared variables meet the schema without sorting them first. If they don't, the violations are
//! computed the usual way.

use std::cell::Cell;

use super::{Held, Run, SMALL, Sink, Slot, Subject, Verdict};
use crate::schema::instance::{Raw, Value, Variables};
use crate::schema::plan::{KeyId, Overlay, Plan};
use crate::schema::{EnvironmentId, Phase, Property, Schema, Violation};

/// Declared keys with their values, in any order, without duplicates.
pub(crate) struct Assigned<'v> {
    list: Vec<(KeyId, &'v str)>,
    /// The property after the last one found: variables mostly come in the order of the schema.
    next: usize,
}

impl<'v> Assigned<'v> {
    /// Creates an empty list with room for `count` variables.
    pub(crate) fn with_room(count: usize) -> Assigned<'v> {
        Assigned {
            list: Vec::with_capacity(count),
            next: 0,
        }
    }

    /// Adds a variable. Returns the property of its key, or `None` if the key is not declared.
    pub(crate) fn put<'s>(&mut self, schema: &'s Schema, key: &str, value: &'v str) -> Option<&'s Property> {
        let index = schema.index_from(&mut self.next, key)?;
        self.list.push((schema.plan.ids[index], value));
        schema.properties.get(index)
    }
}

impl Schema {
    /// Returns what [`Schema::evaluate`] would find if these are all the variables; `None` if a key is given twice, or
    /// if it can't be known.
    pub(crate) fn violations(
        &self,
        environment: EnvironmentId,
        phase: Option<Phase>,
        assigned: &Assigned<'_>,
    ) -> Option<Vec<Violation>> {
        self.plan.violations(usize::from(environment.0), phase, &assigned.list)
    }
}

impl Plan {
    fn violations(
        &self,
        environment: usize,
        phase: Option<Phase>,
        assigned: &[(KeyId, &str)],
    ) -> Option<Vec<Violation>> {
        let mut slots = [Slot::ABSENT; SMALL];
        let slots = slots.get_mut(..self.keys.len())?;
        let overlay = &self.environments[environment];
        let broken = self.fill(overlay, assigned, slots)?;
        let variables = InOrder {
            plan: self,
            assigned,
            slots,
            reached: Cell::default(),
        };
        let run = Run::new(self, &variables, slots, phase);
        if !broken && run.is_met(overlay) {
            return Some(Vec::new());
        }
        let violations = run.violations(overlay, broken);
        (!violations.is_empty()).then_some(violations)
    }

    /// Puts each variable into its slot. Returns whether any can't be read, or `None` if a key occurs twice.
    fn fill<'v>(&'v self, overlay: &'v Overlay, assigned: &[(KeyId, &'v str)], slots: &mut [Slot<'v>]) -> Option<bool> {
        let mut broken = false;
        for (&(id, text), variable) in assigned.iter().zip(0..) {
            let slot = &mut slots[id as usize];
            if slot.is_there() {
                return None;
            }
            self.put(overlay, id as usize, (Raw::Text(text), variable), slot);
            broken |= matches!(slot.bound, Held::Broken(_));
        }
        Some(broken)
    }
}

impl<'v> Run<'v> {
    fn is_met(&self, overlay: &'v Overlay) -> bool {
        let mut sink = Sink {
            quiet: true,
            violations: Vec::new(),
        };
        self.sub(self.plan.root, Value::Set, Subject::SET, &mut sink) != Verdict::Broken
            && overlay
                .required
                .iter()
                .all(|&(key, site)| self.required(key, site, &mut sink) != Verdict::Broken)
            && overlay
                .subs
                .iter()
                .all(|&(key, sub)| self.key(key, sub, &mut sink) != Verdict::Broken)
    }
}

/// The variables in the order of their names, which is that of the slots. Most plans never request one, and the others
/// request each in turn, so the search resumes from the last one.
struct InOrder<'v> {
    plan: &'v Plan,
    assigned: &'v [(KeyId, &'v str)],
    slots: &'v [Slot<'v>],
    /// The last variable requested, and its slot.
    reached: Cell<(usize, usize)>,
}

impl<'v> InOrder<'v> {
    fn get(&self, index: usize) -> (KeyId, &'v str) {
        let (mut number, mut at) = self.reached.get();
        if number > index {
            (number, at) = (0, 0);
        }
        while !self.slots[at].is_there() || number < index {
            number += usize::from(self.slots[at].is_there());
            at += 1;
        }
        self.reached.set((number, at));
        self.assigned[self.slots[at].variable as usize]
    }
}

impl Variables for InOrder<'_> {
    fn count(&self) -> usize {
        // Each variable has a slot of its own.
        self.assigned.len()
    }

    fn key(&self, index: usize) -> &[u8] {
        self.plan.keys[self.get(index).0 as usize].name.as_bytes()
    }

    fn raw(&self, index: usize) -> Raw<'_> {
        Raw::Text(self.get(index).1)
    }
}
