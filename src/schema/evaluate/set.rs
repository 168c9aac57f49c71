//! Evaluates keywords about objects, which here means the set of variables.

use super::{Held, Run, Sink, Subject, Verdict};
use crate::schema::instance::{self, Raw, Reading, TEXT, Unreadable, Value};
use crate::schema::plan::{Check, CheckKind, Dependency, KeyId, Limits, Overlay, PatternId, SiteId, SubId};
use crate::schema::violation::ViolationKind;

impl<'v> Run<'v> {
    /// Evaluates a keyword about objects.
    #[inline(never)]
    pub(super) fn set(&self, check: &'v Check, sink: &mut Sink) -> Verdict {
        let site = check.site;
        match &check.kind {
            CheckKind::Properties(keys) => self.properties(keys, sink),
            CheckKind::PatternProperties(patterns) => self.pattern_properties(patterns, sink),
            CheckKind::Additional(sub, declared, patterns) => self.additional((*sub, site), declared, patterns, sink),
            CheckKind::PropertyNames(sub) => self.property_names(*sub, site, sink),
            CheckKind::KeyCount(limits) => self.key_count(limits, site, sink),
            CheckKind::Required(keys) => {
                let mut verdict = Verdict::Met;
                for &key in keys {
                    verdict = verdict.and(self.required(key, site, sink));
                }
                verdict
            }
            CheckKind::DependentRequired(dependencies) => self.dependent_required(dependencies, sink),
            CheckKind::DependentSchemas(dependencies) => {
                let mut verdict = Verdict::Met;
                for &(key, sub) in dependencies {
                    if self.is_set(key) {
                        verdict = verdict.and(self.sub(sub, Value::Set, Subject::SET, sink));
                    }
                }
                verdict
            }
            CheckKind::Together(keys) => self.together(keys, site, sink),
            CheckKind::Exclusive(keys) => {
                let set = || keys.iter().filter(|&&key| self.is_set(key));
                self.judge(set().count() <= 1, site, Subject::SET, sink, || {
                    ViolationKind::Exclusive {
                        present: set().map(|&key| self.name(key)).collect(),
                    }
                })
            }
            _ => Verdict::Met,
        }
    }

    fn properties(&self, keys: &'v [(KeyId, SubId)], sink: &mut Sink) -> Verdict {
        let mut verdict = Verdict::Met;
        for &(key, sub) in keys {
            verdict = verdict.and(self.key(key, sub, sink));
            if verdict == Verdict::Broken && sink.quiet {
                break;
            }
        }
        verdict
    }

    fn pattern_properties(&self, patterns: &'v [(PatternId, SubId)], sink: &mut Sink) -> Verdict {
        self.each_variable(|index, name, key| {
            let Ok(name) = std::str::from_utf8(name) else {
                return Verdict::Unknown;
            };
            let mut verdict = Verdict::Met;
            for &(pattern, sub) in patterns {
                if self.plan.patterns[pattern as usize].is_match(name) {
                    verdict = verdict.and(self.variable(index, key, sub, sink));
                }
            }
            verdict
        })
    }

    /// Checks variables that neither `properties` nor `patternProperties` names.
    fn additional(
        &self,
        (sub, site): (SubId, SiteId),
        declared: &'v [KeyId],
        patterns: &'v [PatternId],
        sink: &mut Sink,
    ) -> Verdict {
        self.each_variable(|index, name, key| {
            if key.is_some_and(|key| declared.binary_search(&key).is_ok()) {
                return Verdict::Met;
            }
            if !patterns.is_empty() {
                let Ok(name) = std::str::from_utf8(name) else {
                    return Verdict::Unknown;
                };
                let is_match = |&pattern: &PatternId| self.plan.patterns[pattern as usize].is_match(name);
                if patterns.iter().any(is_match) {
                    return Verdict::Met;
                }
            }
            if self.is_never(sub) {
                return self.judge(false, site, self.subject_of(index, key), sink, || {
                    ViolationKind::Additional
                });
            }
            self.variable(index, key, sub, sink)
        })
    }

    fn property_names(&self, sub: SubId, site: SiteId, sink: &mut Sink) -> Verdict {
        self.each_variable(|index, name, key| {
            let Ok(name) = std::str::from_utf8(name) else {
                return Verdict::Unknown;
            };
            let subject = self.subject_of(index, key);
            let verdict = self.test(sub, Value::Text(name), subject);
            self.judge(verdict != Verdict::Broken, site, subject, sink, || {
                let mut why = Sink {
                    quiet: false,
                    violations: Vec::new(),
                };
                self.sub(sub, Value::Text(name), subject, &mut why);
                ViolationKind::PropertyName {
                    why: why.violations.into_iter().map(|violation| violation.kind).collect(),
                }
            })
        })
    }

    fn key_count(&self, limits: &Limits, site: SiteId, sink: &mut Sink) -> Verdict {
        let actual = self.variables.count();
        let broken = limits.broken(actual, site);
        self.judge(broken.is_none(), broken.unwrap_or(site), Subject::SET, sink, || {
            ViolationKind::KeyCount {
                actual,
                min: limits.min,
                max: limits.max,
            }
        })
    }

    fn dependent_required(&self, dependencies: &'v [Dependency], sink: &mut Sink) -> Verdict {
        let mut verdict = Verdict::Met;
        for (because, needed, site) in dependencies {
            if !self.is_set(*because) {
                continue;
            }
            for &key in needed {
                if !self.is_set(key) && !self.is_needed(key) {
                    verdict = verdict.and(Verdict::Unknown);
                    continue;
                }
                verdict = verdict.and(self.judge(self.is_set(key), *site, self.subject(key), sink, || {
                    ViolationKind::DependentRequired {
                        missing: self.name(key),
                        because: self.name(*because),
                    }
                }));
            }
        }
        verdict
    }

    /// Checks that all of the keys are set, or none. Like `required`, it demands no key of another phase.
    fn together(&self, keys: &'v [KeyId], site: SiteId, sink: &mut Sink) -> Verdict {
        let any = keys.iter().any(|&key| self.is_set(key));
        let lacking = |key: KeyId| !self.is_set(key) && self.is_needed(key);
        let complete = !any || !keys.iter().any(|&key| lacking(key));
        self.judge(complete, site, Subject::SET, sink, || {
            let names = |chosen: &dyn Fn(KeyId) -> bool| {
                let keys = keys.iter().filter(|&&key| chosen(key));
                keys.map(|&key| self.name(key)).collect()
            };
            ViolationKind::Together {
                present: names(&|key| self.is_set(key)),
                missing: names(&lacking),
            }
        })
    }

    /// Whether the current phase needs the key.
    fn is_needed(&self, key: KeyId) -> bool {
        self.plan.keys[key as usize].phases & self.phase != 0
    }

    fn is_set(&self, key: KeyId) -> bool {
        self.slots[key as usize].is_set()
    }

    /// Checks that a key is set if the current phase requires it. Whether a key of another phase will be set there is
    /// unknown here: a condition that asks for it is not met, but neither is its opposite.
    pub(super) fn required(&self, key: KeyId, site: SiteId, sink: &mut Sink) -> Verdict {
        let slot = &self.slots[key as usize];
        if slot.is_set() {
            return Verdict::Met;
        }
        if !self.is_needed(key) {
            return Verdict::Unknown;
        }
        self.judge(false, site, self.subject(key), sink, || {
            let key = self.name(key);
            if slot.empty {
                ViolationKind::EmptyRequired { key }
            } else {
                ViolationKind::Required { key }
            }
        })
    }

    /// Reports keys that can't be read: the only violation of each.
    pub(super) fn unreadable(&self, overlay: &Overlay, sink: &mut Sink) {
        for (key, slot) in self.slots.iter().enumerate() {
            let Held::Broken(Unreadable { item, expected }) = slot.bound else {
                continue;
            };
            let site = overlay
                .reading(key)
                .filter(|_| self.plan.keys[key].reading.is_none())
                .map_or(self.plan.keys[key].site, |found| found.2);
            #[expect(clippy::cast_possible_truncation, reason = "keys are numbered with u32")]
            let subject = Subject {
                item,
                ..self.subject(key as KeyId)
            };
            self.judge(false, site, subject, sink, || ViolationKind::Type {
                expected: expected.names(),
                unreadable: true,
            });
        }
    }

    /// Visits the variables, with the key number of each that the schema names.
    pub(super) fn each_variable(&self, mut each: impl FnMut(u32, &'v [u8], Option<KeyId>) -> Verdict) -> Verdict {
        let mut verdict = Verdict::Met;
        let mut key = 0;
        for index in 0..self.variables.count() {
            let name = self.variables.key(index);
            let known = self.plan.advance(&mut key, name).is_some();
            #[expect(
                clippy::cast_possible_truncation,
                reason = "keys and variables are numbered with u32"
            )]
            let (index, known) = (index as u32, known.then_some(key as KeyId));
            verdict = verdict.and(each(index, name, known));
        }
        verdict
    }

    /// Evaluates a schema for a variable that the document may not name.
    pub(super) fn variable(&self, index: u32, key: Option<KeyId>, sub: SubId, sink: &mut Sink) -> Verdict {
        if let Some(key) = key {
            return self.key(key, sub, sink);
        }
        let subject = self.subject_of(index, key);
        match self.variables.raw(index as usize) {
            Raw::Unknown | Raw::Null => Verdict::Unknown,
            Raw::Typed(constant) => self.sub(sub, Value::of(constant), subject, sink),
            Raw::Text(text) => match instance::read(text, self.other_reading(index)) {
                Ok(value) => self.sub(sub, value, subject, sink),
                Err(Unreadable { item, expected }) => {
                    let site = self.plan.subs[sub as usize]
                        .checks
                        .first()
                        .map_or(0, |check| check.site);
                    let kind = || ViolationKind::Type {
                        expected: expected.names(),
                        unreadable: true,
                    };
                    self.judge(false, site, Subject { item, ..subject }, sink, kind)
                }
            },
        }
    }

    /// Returns how a variable that the document does not name is read.
    pub(super) fn other_reading(&self, index: u32) -> &'v Reading {
        let name = std::str::from_utf8(self.variables.key(index as usize)).unwrap_or_default();
        let found = self
            .plan
            .other
            .iter()
            .find(|(pattern, _)| self.plan.patterns[*pattern as usize].is_match(name));
        found
            .map(|(_, reading)| reading)
            .or(self.plan.rest.as_ref())
            .unwrap_or(&TEXT)
    }

    pub(super) fn subject_of(&self, index: u32, key: Option<KeyId>) -> Subject {
        key.map_or(
            Subject {
                property: None,
                variable: Some(index),
                item: None,
            },
            |key| self.subject(key),
        )
    }

    pub(super) fn is_never(&self, sub: SubId) -> bool {
        matches!(
            &self.plan.subs[sub as usize].checks[..],
            [Check {
                kind: CheckKind::Never,
                ..
            }]
        )
    }
}
