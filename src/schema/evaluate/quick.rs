//! Whether variables that the schema declares meet it, and no more than that: neither sorted before nor told of behind.

use super::{Held, Run, SMALL, Sink, Slot, Subject, Verdict};
use crate::schema::instance::{self, Raw, TEXT, Value, Variables};
use crate::schema::plan::{KeyId, Overlay, Plan};
use crate::schema::{EnvironmentId, Phase, Property, Schema, Violation};
use crate::sort;

/// Declared keys with their values, in any order, each once.
pub(crate) struct Assigned<'v> {
    list: Vec<(KeyId, &'v str)>,
    /// The property behind the last one: variables mostly keep the order of the schema.
    next: usize,
}

impl<'v> Assigned<'v> {
    /// None yet, and room for so many.
    pub(crate) fn with_room(count: usize) -> Assigned<'v> {
        Assigned {
            list: Vec::with_capacity(count),
            next: 0,
        }
    }

    /// Adds a variable; gives what the schema says of it, `None` if it does not declare the key.
    pub(crate) fn put<'s>(&mut self, schema: &'s Schema, key: &str, value: &'v str) -> Option<&'s Property> {
        let is_next = schema.properties.get(self.next).is_some_and(|next| next.name == key);
        let index = if is_next {
            self.next
        } else {
            schema.index(key.as_bytes())?
        };
        self.next = index + 1;
        self.list.push((schema.plan.ids[index], value));
        schema.properties.get(index)
    }
}

impl Schema {
    /// Whether [`Schema::evaluate`] would find that these are all the variables there are and meet the schema. `false` also where a key is given
    /// twice, or where that can't be known.
    pub(crate) fn is_met(&self, environment: EnvironmentId, phase: Option<Phase>, assigned: &Assigned<'_>) -> bool {
        self.plan.is_met(usize::from(environment.0), phase, &assigned.list)
    }

    /// What [`Schema::evaluate`] would find if these are all the variables there are; `None` where a key is given twice.
    pub(crate) fn violations(
        &self,
        environment: EnvironmentId,
        phase: Option<Phase>,
        assigned: Assigned<'_>,
    ) -> Option<Vec<Violation>> {
        let mut list = assigned.list;
        sort::by(&mut list, &|a, b| a.0.cmp(&b.0));
        let sorted = Sorted {
            plan: &self.plan,
            list: &list,
        };
        let is_each_once = list.windows(2).all(|pair| pair[0].0 != pair[1].0);
        is_each_once.then(|| self.plan.evaluate(usize::from(environment.0), phase, &sorted))
    }
}

impl Plan {
    fn is_met(&self, environment: usize, phase: Option<Phase>, assigned: &[(KeyId, &str)]) -> bool {
        let mut slots = [Slot::ABSENT; SMALL];
        let Some(slots) = slots.get_mut(..self.keys.len()) else {
            return false;
        };
        let overlay = &self.environments[environment];
        if !self.fill(overlay, assigned, slots) {
            return false;
        }
        let variables = InOrder {
            plan: self,
            assigned,
            slots,
        };
        let run = Run::new(self, &variables, slots, phase);
        let mut sink = Sink {
            quiet: true,
            violations: Vec::new(),
        };
        run.sub(self.root, Value::Set, Subject::SET, &mut sink) == Verdict::Met
            && overlay
                .required
                .iter()
                .all(|&(key, site)| run.required(key, site, &mut sink) == Verdict::Met)
            && overlay
                .subs
                .iter()
                .all(|&(key, sub)| run.key(key, sub, &mut sink) == Verdict::Met)
    }

    /// Puts each variable into its slot; whether each can be read, and none came before.
    fn fill<'v>(&'v self, overlay: &'v Overlay, assigned: &[(KeyId, &'v str)], slots: &mut [Slot<'v>]) -> bool {
        for (&(id, text), variable) in assigned.iter().zip(0..) {
            let (key, slot) = (&self.keys[id as usize], &mut slots[id as usize]);
            let reading = match key.reading.as_deref() {
                Some(reading) => reading,
                None => overlay.reading(id as usize).map_or(&TEXT, |found| &found.1),
            };
            let Ok(value) = instance::read(text, reading) else {
                return false;
            };
            if !matches!(slot.bound, Held::Absent) {
                return false;
            }
            *slot = Slot {
                bound: Held::Value(value),
                variable,
                empty: text.is_empty() && !self.may_be_empty(overlay, id as usize),
            };
        }
        true
    }
}

/// The variables in the order of their names, which is that of the slots. There are few, so that each is sought anew: most plans never ask.
struct InOrder<'v> {
    plan: &'v Plan,
    assigned: &'v [(KeyId, &'v str)],
    slots: &'v [Slot<'v>],
}

impl<'v> InOrder<'v> {
    fn set(&self) -> impl Iterator<Item = &'v Slot<'v>> {
        self.slots.iter().filter(|slot| !matches!(slot.bound, Held::Absent))
    }

    fn get(&self, index: usize) -> (KeyId, &'v str) {
        let slot = self.set().nth(index).expect("an index below the count");
        self.assigned[slot.variable as usize]
    }
}

impl Variables for InOrder<'_> {
    fn count(&self) -> usize {
        self.set().count()
    }

    fn key(&self, index: usize) -> &[u8] {
        self.plan.keys[self.get(index).0 as usize].name.as_bytes()
    }

    fn raw(&self, index: usize) -> Raw<'_> {
        Raw::Text(self.get(index).1)
    }
}

/// The same, sorted already.
struct Sorted<'v> {
    plan: &'v Plan,
    list: &'v [(KeyId, &'v str)],
}

impl Variables for Sorted<'_> {
    fn count(&self) -> usize {
        self.list.len()
    }

    fn key(&self, index: usize) -> &[u8] {
        self.plan.keys[self.list[index].0 as usize].name.as_bytes()
    }

    fn raw(&self, index: usize) -> Raw<'_> {
        Raw::Text(self.list[index].1)
    }
}
