//! Determines whether declared variables meet the schema without sorting them first. If they don't, the violations are
//! computed the usual way.

use std::cell::Cell;

use super::{Held, Run, SMALL, Sink, Slot, Subject, Verdict};
use crate::schema::instance::{Raw, Value, Variables};
use crate::schema::plan::{Overlay, Plan};
use crate::schema::{EnvironmentId, Phase, Property, Schema, Violation};

/// The values of declared keys.
pub(crate) struct Assigned<'v> {
    /// By the number of the key.
    values: Vec<Option<&'v str>>,
    /// The property after the last one found: variables mostly come in the order of the schema.
    next: usize,
}

impl<'v> Assigned<'v> {
    /// Creates one without values.
    pub(crate) fn of(schema: &Schema) -> Assigned<'v> {
        Assigned {
            values: vec![None; schema.plan.keys.len()],
            next: 0,
        }
    }

    /// Adds a variable. Returns the property of its key, or `None` if the key is not declared or has a value already.
    pub(crate) fn put<'s>(&mut self, schema: &'s Schema, key: &[u8], value: &'v str) -> Option<&'s Property> {
        let index = schema.index_from(&mut self.next, key)?;
        let place = &mut self.values[schema.plan.ids[index] as usize];
        if place.replace(value).is_some() {
            return None;
        }
        schema.properties.get(index)
    }
}

impl Schema {
    /// Returns what [`Schema::evaluate`] would find if these are all the variables; `None` if it can't be known.
    pub(crate) fn violations(
        &self,
        environment: EnvironmentId,
        phase: Option<Phase>,
        assigned: &Assigned<'_>,
    ) -> Option<Vec<Violation>> {
        self.plan
            .violations(usize::from(environment.0), phase, &assigned.values)
    }
}

impl Plan {
    fn violations(&self, environment: usize, phase: Option<Phase>, values: &[Option<&str>]) -> Option<Vec<Violation>> {
        let mut small = [Slot::ABSENT; SMALL];
        let mut large = Vec::new();
        let slots = self.slots(&mut small, &mut large);
        let overlay = &self.environments[environment];
        let broken = self.fill(overlay, values, slots);
        let variables = InOrder {
            plan: self,
            values,
            reached: Cell::default(),
        };
        let run = Run::new(self, &variables, slots, phase);
        if !broken && run.is_met(overlay) {
            return Some(Vec::new());
        }
        let violations = run.violations(overlay, broken);
        (!violations.is_empty()).then_some(violations)
    }

    /// Puts each variable into its slot. Returns whether any can't be read.
    fn fill<'v>(&'v self, overlay: &'v Overlay, values: &[Option<&'v str>], slots: &mut [Slot<'v>]) -> bool {
        let mut broken = false;
        for ((key, value), slot) in (0..).zip(values).zip(slots) {
            if let Some(text) = value {
                self.put(overlay, key as usize, (Raw::Text(text), key), slot);
                broken |= matches!(slot.bound, Held::Broken(_));
            }
        }
        broken
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

/// The variables in the order of their names, which is that of the keys. Most plans never request one, and the others
/// request each in turn, so the search resumes from the last one.
struct InOrder<'v> {
    plan: &'v Plan,
    values: &'v [Option<&'v str>],
    /// The last variable requested, and its key.
    reached: Cell<(usize, usize)>,
}

impl InOrder<'_> {
    /// Returns the key of a variable.
    fn key_of(&self, index: usize) -> usize {
        let (mut number, mut at) = self.reached.get();
        if number > index {
            (number, at) = (0, 0);
        }
        while self.values[at].is_none() || number < index {
            number += usize::from(self.values[at].is_some());
            at += 1;
        }
        self.reached.set((number, at));
        at
    }
}

impl Variables for InOrder<'_> {
    fn count(&self) -> usize {
        self.values.iter().flatten().count()
    }

    fn key(&self, index: usize) -> &[u8] {
        self.plan.keys[self.key_of(index)].name.as_bytes()
    }

    fn raw(&self, index: usize) -> Raw<'_> {
        Raw::Text(self.values[self.key_of(index)].unwrap_or_default())
    }
}
