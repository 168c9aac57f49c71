//! Evaluates what only the engine can.

use std::cmp::Ordering;

use super::{Held, Run, Sink, Subject, Verdict};
use crate::schema::instance::{self, Constant, Raw, Value};
use crate::schema::plan::KeyId;
use crate::schema::violation::ViolationKind;

impl<'v> Run<'v> {
    /// Evaluates keywords that only the engine can.
    pub(super) fn engine(&self, engine: u32, value: Value<'v>, subject: Subject, sink: &mut Sink) -> Verdict {
        let engine = &self.plan.engines[engine as usize];
        let set = matches!(value, Value::Set);
        // Unreadable values are left out of the instance, which may be why a keyword about the whole set is not met.
        let mut unknown = false;
        let instance = if set {
            let mut members = Vec::with_capacity(self.variables.count());
            self.each_variable(|index, name, key| {
                let constant = match (key, self.variables.raw(index as usize)) {
                    (Some(key), _) => match self.slots[key as usize].bound {
                        Held::Value(value) => Some(value.to_constant()),
                        _ => None,
                    },
                    (None, Raw::Typed(constant)) => Some(constant.clone()),
                    (None, Raw::Text(text)) => instance::read(text, self.other_reading(index))
                        .ok()
                        .map(Value::to_constant),
                    (None, Raw::Unknown | Raw::Null) => None,
                };
                match (constant, std::str::from_utf8(name)) {
                    (Some(constant), Ok(name)) => members.push((name.into(), constant)),
                    _ => unknown = true,
                }
                Verdict::Met
            });
            Constant::Object(members.into())
        } else {
            value.to_constant()
        };
        let mut verdict = Verdict::Met;
        for unmet in engine.evaluate(&instance) {
            let (keyword, site) = engine.keywords[unmet.keyword];
            let subject = match unmet.key.filter(|_| set) {
                Some(name) => match self.find_variable(name.as_bytes()) {
                    Some((index, key)) => self.subject_of(index, key),
                    None => Subject::SET,
                },
                None if set && unknown => {
                    verdict = verdict.and(Verdict::Unknown);
                    continue;
                }
                None => subject,
            };
            let kind = || ViolationKind::Engine {
                keyword: keyword.to_owned(),
            };
            verdict = verdict.and(self.judge(false, site, subject, sink, kind));
        }
        verdict
    }

    /// Returns the variable with that name, and its number if the document names it.
    #[expect(
        clippy::cast_possible_truncation,
        reason = "keys and variables are numbered with u32"
    )]
    pub(super) fn find_variable(&self, name: &[u8]) -> Option<(u32, Option<KeyId>)> {
        let (mut low, mut high) = (0, self.variables.count());
        while low < high {
            let middle = low.midpoint(high);
            match self.variables.key(middle).cmp(name) {
                Ordering::Less => low = middle + 1,
                Ordering::Equal => {
                    let key = self
                        .plan
                        .keys
                        .binary_search_by(|key| key.name.as_bytes().cmp(name))
                        .ok();
                    return Some((middle as u32, key.map(|key| key as KeyId)));
                }
                Ordering::Greater => high = middle,
            }
        }
        None
    }
}
