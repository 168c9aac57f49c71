//! The plan, run over the variables of one environment.
//!
//! Nothing is allocated while the variables meet the schema. What is not known (a command, a reference to itself, no UTF-8, a text
//! that its type can't read) makes a combination that depends on it unknown, not wrong.

use crate::sort;
use std::cmp::Ordering;

use super::Phase;
use super::format::Format;
use super::instance::{self, Constant, List, Raw, Reading, TEXT, Unreadable, Value, Variables};
use super::plan::{Check, CheckKind, Key, KeyId, Overlay, Plan, Site, SiteId, SubId};
use super::violation::{Bound, Combinator, Violation, ViolationKind};

impl Plan {
    /// What the variables don't meet in an environment and phase.
    pub(crate) fn evaluate(
        &self,
        environment: usize,
        phase: Option<Phase>,
        variables: &dyn Variables,
    ) -> Vec<Violation> {
        let mut small = [Slot::ABSENT; SMALL];
        let mut large = Vec::new();
        let slots = if self.keys.len() <= SMALL {
            &mut small[..self.keys.len()]
        } else {
            large.resize(self.keys.len(), Slot::ABSENT);
            &mut large[..]
        };
        let overlay = &self.environments[environment];
        let broken = self.bind(overlay, variables, slots);
        let run = Run {
            plan: self,
            variables,
            slots,
            phase: phase.map_or(u8::MAX, |phase| 1 << phase as u8),
        };
        let mut sink = Sink {
            quiet: false,
            violations: Vec::new(),
        };
        run.sub(self.root, Value::Set, Subject::SET, &mut sink);
        for &(key, site) in &overlay.required {
            run.required(key, site, &mut sink);
        }
        for &(key, sub) in &overlay.subs {
            run.key(key, sub, &mut sink);
        }
        if broken {
            run.unreadable(overlay, &mut sink);
        }
        let mut violations = sink.violations;
        if violations.len() > 1 {
            one_for_each_unreadable(&mut violations);
        }
        violations
    }

    /// Puts every variable that the schema speaks of into its slot; whether any can't be read.
    fn bind<'v>(&'v self, overlay: &'v Overlay, variables: &'v dyn Variables, slots: &mut [Slot<'v>]) -> bool {
        let mut broken = false;
        let mut key = 0;
        for index in 0..variables.count() {
            let name = variables.key(index);
            let Some(known) = self.advance(&mut key, name) else {
                continue;
            };
            let reading = match known.reading.as_deref() {
                Some(reading) => reading,
                None => overlay.reading(key).map_or(&TEXT, |found| &found.1),
            };
            let raw = variables.raw(index);
            let bound = match raw {
                Raw::Unknown => Held::Unknown,
                Raw::Typed(constant) => Held::Value(Value::of(constant)),
                Raw::Text(text) => match instance::read(text, reading) {
                    Ok(value) => Held::Value(value),
                    Err(unreadable) => Held::Broken(unreadable),
                },
            };
            broken |= matches!(bound, Held::Broken(_));
            #[expect(
                clippy::cast_possible_truncation,
                reason = "a source has fewer variables than u32 counts"
            )]
            let variable = index as u32;
            let empty = matches!(raw, Raw::Text(""))
                && !known.empty
                && !(overlay.empty.iter().any(|&allowed| allowed as usize == key));
            slots[key] = Slot { bound, variable, empty };
        }
        broken
    }

    /// The key of a name, where names ascend from call to call and `at` goes along.
    fn advance(&self, at: &mut usize, name: &[u8]) -> Option<&Key> {
        loop {
            let key = self.keys.get(*at)?;
            match key.name.as_bytes().cmp(name) {
                Ordering::Less => *at += 1,
                Ordering::Equal => return Some(key),
                Ordering::Greater => return None,
            }
        }
    }
}

impl Overlay {
    fn reading(&self, key: usize) -> Option<&(KeyId, Reading, SiteId)> {
        self.readings.iter().find(|(id, _, _)| *id as usize == key)
    }
}

/// A key that can't be read has that one violation and no other, and so has a required key that is empty.
fn one_for_each_unreadable(violations: &mut Vec<Violation>) {
    let alone = |violation: &Violation| match violation.kind {
        ViolationKind::EmptyRequired { .. } => Some(0),
        ViolationKind::Type { unreadable: true, .. } => Some(1),
        _ => None,
    };
    let mut keys: Vec<(u32, u8, usize)> = violations
        .iter()
        .enumerate()
        .filter_map(|(index, violation)| Some((violation.variable?, alone(violation)?, index)))
        .collect();
    sort::by(&mut keys, &Ord::cmp);
    keys.dedup_by_key(|key| key.0);
    let mut required: Vec<String> = Vec::new();
    let mut index = 0;
    violations.retain(|violation| {
        let this = index;
        index += 1;
        if let ViolationKind::Required { key } = &violation.kind {
            // `required` and `requiredIn` may both name it.
            let again = required.contains(key);
            if !again && required.len() < 64 {
                required.push(key.clone());
            }
            return !again;
        }
        match violation
            .variable
            .and_then(|variable| keys.binary_search_by_key(&variable, |key| key.0).ok())
        {
            Some(found) => keys[found].2 == this,
            None => true,
        }
    });
}

/// Schemas of up to this many names are evaluated on the stack.
const SMALL: usize = 64;

/// Lists up to this length are compared item by item.
const FEW: usize = 16;

/// A key of the schema in one evaluation.
#[derive(Clone, Copy)]
struct Slot<'v> {
    bound: Held<'v>,
    variable: u32,
    /// Set to the empty string, where the schema does not say that this is meant: as good as not set.
    empty: bool,
}

#[derive(Clone, Copy)]
enum Held<'v> {
    Absent,
    Unknown,
    Broken(Unreadable),
    Value(Value<'v>),
}

impl Slot<'_> {
    const ABSENT: Slot<'static> = Slot {
        bound: Held::Absent,
        variable: 0,
        empty: false,
    };

    fn is_set(&self) -> bool {
        !matches!(self.bound, Held::Absent) && !self.empty
    }
}

/// What became of a check.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Verdict {
    Met,
    Unknown,
    Broken,
}

impl Verdict {
    /// Of two that must both be met.
    fn and(self, other: Verdict) -> Verdict {
        match (self, other) {
            (Verdict::Broken, _) | (_, Verdict::Broken) => Verdict::Broken,
            (Verdict::Unknown, _) | (_, Verdict::Unknown) => Verdict::Unknown,
            _ => Verdict::Met,
        }
    }

    fn met(met: bool) -> Verdict {
        if met { Verdict::Met } else { Verdict::Broken }
    }
}

/// Where violations go.
struct Sink {
    /// Only the verdict is asked for.
    quiet: bool,
    violations: Vec<Violation>,
}

/// What a check is about.
#[derive(Clone, Copy)]
struct Subject {
    property: Option<u16>,
    variable: Option<u32>,
    item: Option<u32>,
}

impl Subject {
    const SET: Subject = Subject {
        property: None,
        variable: None,
        item: None,
    };
}

/// One evaluation.
struct Run<'v> {
    plan: &'v Plan,
    variables: &'v dyn Variables,
    slots: &'v [Slot<'v>],
    phase: u8,
}

impl<'v> Run<'v> {
    /// All checks of a schema.
    fn sub(&self, sub: SubId, value: Value<'v>, subject: Subject, sink: &mut Sink) -> Verdict {
        let mut verdict = Verdict::Met;
        for check in &self.plan.subs[sub as usize].checks {
            verdict = verdict.and(self.check(check, value, subject, sink));
            if verdict == Verdict::Broken && sink.quiet {
                break;
            }
        }
        verdict
    }

    /// The verdict alone.
    fn test(&self, sub: SubId, value: Value<'v>, subject: Subject) -> Verdict {
        self.sub(
            sub,
            value,
            subject,
            &mut Sink {
                quiet: true,
                violations: Vec::new(),
            },
        )
    }

    /// A schema of a key, if the key is set.
    fn key(&self, key: KeyId, sub: SubId, sink: &mut Sink) -> Verdict {
        let slot = &self.slots[key as usize];
        match slot.bound {
            Held::Absent => Verdict::Met,
            Held::Unknown | Held::Broken(_) => Verdict::Unknown,
            Held::Value(value) => self.sub(sub, value, self.subject(key), sink),
        }
    }

    fn subject(&self, key: KeyId) -> Subject {
        let slot = &self.slots[key as usize];
        let variable = (!matches!(slot.bound, Held::Absent)).then_some(slot.variable);
        Subject {
            property: self.plan.keys[key as usize].property,
            variable,
            item: None,
        }
    }

    fn check(&self, check: &'v Check, value: Value<'v>, subject: Subject, sink: &mut Sink) -> Verdict {
        let site = check.site;
        match (&check.kind, value) {
            (CheckKind::Never, _) => self.tell(false, site, subject, sink, || ViolationKind::Never),
            (CheckKind::Type(types), _) => self.tell(value.is(*types), site, subject, sink, || ViolationKind::Type {
                expected: types.names(),
                unreadable: false,
            }),
            (CheckKind::Enum(allowed), _) => {
                let is = allowed.iter().any(|constant| value.equals(constant));
                self.tell(is, site, subject, sink, || ViolationKind::Enum {
                    allowed: allowed.iter().map(Constant::show).collect(),
                })
            }
            (CheckKind::Const(constant), _) => {
                self.tell(value.equals(constant), site, subject, sink, || ViolationKind::Const {
                    allowed: constant.show(),
                })
            }
            (CheckKind::Pattern(pattern), Value::Text(text)) => {
                let pattern = &self.plan.patterns[*pattern as usize];
                self.tell(pattern.is_match(text), site, subject, sink, || ViolationKind::Pattern {
                    pattern: pattern.source.to_string(),
                })
            }
            (CheckKind::Length(limits), Value::Text(text)) => {
                let actual = text.chars().count();
                let broken = limits.broken(actual, site);
                self.tell(broken.is_none(), broken.unwrap_or(site), subject, sink, || {
                    ViolationKind::Length {
                        actual,
                        min: limits.min,
                        max: limits.max,
                    }
                })
            }
            (CheckKind::Range(bound, limit), Value::Number(number)) => {
                let is = match bound {
                    Bound::AtLeast => number >= **limit,
                    Bound::AtMost => number <= **limit,
                    Bound::Above => number > **limit,
                    Bound::Below => number < **limit,
                };
                self.tell(is, site, subject, sink, || ViolationKind::Range {
                    bound: *bound,
                    limit: limit.to_string(),
                })
            }
            (CheckKind::MultipleOf(step), Value::Number(number)) => {
                self.tell(number.is_multiple_of(**step), site, subject, sink, || {
                    ViolationKind::MultipleOf { step: step.to_string() }
                })
            }
            (CheckKind::Format(format), Value::Text(text)) => {
                self.tell(format.is_match(text), site, subject, sink, || ViolationKind::Format {
                    name: format.name(),
                })
            }
            // The one format of numbers: a port is as often declared an integer as a string.
            (CheckKind::Format(format @ Format::Port), Value::Number(number)) => {
                let is = number.as_count().is_some_and(|port| (1..=65_535).contains(&port));
                self.tell(is, site, subject, sink, || ViolationKind::Format {
                    name: format.name(),
                })
            }
            (CheckKind::Ref(sub), _) => self.sub(*sub, value, subject, sink),
            (CheckKind::AllOf(subs), _) => self.all(subs.iter().map(|&sub| (sub, value, subject)), sink),
            (CheckKind::AnyOf(subs), _) => self.any_of(subs, value, site, subject, sink),
            (CheckKind::OneOf(subs), _) => self.one_of(subs, value, site, subject, sink),
            (CheckKind::Not(sub), _) => match self.test(*sub, value, subject) {
                Verdict::Unknown => Verdict::Unknown,
                verdict => self.tell(verdict == Verdict::Broken, site, subject, sink, || self.refused(*sub)),
            },
            (CheckKind::If(condition, then, otherwise), _) => {
                let branch = match self.test(*condition, value, subject) {
                    Verdict::Met => *then,
                    Verdict::Broken => *otherwise,
                    Verdict::Unknown => return Verdict::Unknown,
                };
                branch.map_or(Verdict::Met, |sub| self.sub(sub, value, subject, sink))
            }
            #[cfg(feature = "full")]
            (CheckKind::Engine(engine), _) => self.engine(*engine, value, subject, sink),
            (_, Value::List(list)) => self.list(check, list, subject, sink),
            (_, Value::Set) => self.set(check, sink),
            // The keyword says nothing about a value of this type.
            _ => Verdict::Met,
        }
    }

    /// What `not` refuses: values, where it names them.
    fn refused(&self, sub: SubId) -> ViolationKind {
        let show = |constants: &[Constant]| constants.iter().map(Constant::show).collect::<Vec<_>>();
        let values = match self.plan.subs[sub as usize].checks.as_slice() {
            [one] => match &one.kind {
                CheckKind::Const(constant) => vec![constant.show()],
                CheckKind::Enum(constants) => show(constants),
                _ => Vec::new(),
            },
            _ => Vec::new(),
        };
        if values.is_empty() {
            return ViolationKind::Combinator {
                keyword: Combinator::Not,
                branches: Vec::new(),
                matched: Vec::new(),
            };
        }
        ViolationKind::Refused { values }
    }

    fn all(&self, subs: impl Iterator<Item = (SubId, Value<'v>, Subject)>, sink: &mut Sink) -> Verdict {
        let mut verdict = Verdict::Met;
        for (sub, value, subject) in subs {
            verdict = verdict.and(self.sub(sub, value, subject, sink));
            if verdict == Verdict::Broken && sink.quiet {
                break;
            }
        }
        verdict
    }

    fn any_of(&self, subs: &[SubId], value: Value<'v>, site: SiteId, subject: Subject, sink: &mut Sink) -> Verdict {
        let mut unknown = false;
        for &sub in subs {
            match self.test(sub, value, subject) {
                Verdict::Met => return Verdict::Met,
                Verdict::Unknown => unknown = true,
                Verdict::Broken => {}
            }
        }
        if unknown {
            return Verdict::Unknown;
        }
        self.tell(false, site, subject, sink, || {
            self.none_matched(Combinator::AnyOf, subs, value, subject)
        })
    }

    fn one_of(&self, subs: &[SubId], value: Value<'v>, site: SiteId, subject: Subject, sink: &mut Sink) -> Verdict {
        let (mut met, mut unknown) = (0, 0);
        for &sub in subs {
            match self.test(sub, value, subject) {
                Verdict::Met => met += 1,
                Verdict::Unknown => unknown += 1,
                Verdict::Broken => {}
            }
        }
        match (met, unknown) {
            (0, 0) => self.tell(false, site, subject, sink, || {
                self.none_matched(Combinator::OneOf, subs, value, subject)
            }),
            (1, 0) => Verdict::Met,
            (0 | 1, _) => Verdict::Unknown,
            _ => self.tell(false, site, subject, sink, || ViolationKind::Combinator {
                keyword: Combinator::OneOf,
                branches: Vec::new(),
                matched: (0..)
                    .zip(subs)
                    .filter(|&(_, &sub)| self.test(sub, value, subject) == Verdict::Met)
                    .map(|(at, _)| at)
                    .collect(),
            }),
        }
    }

    /// What is wrong in each branch.
    fn none_matched(&self, keyword: Combinator, subs: &[SubId], value: Value<'v>, subject: Subject) -> ViolationKind {
        let branch = |&sub: &SubId| {
            let mut sink = Sink {
                quiet: false,
                violations: Vec::new(),
            };
            self.sub(sub, value, subject, &mut sink);
            sink.violations
        };
        ViolationKind::Combinator {
            keyword,
            branches: subs.iter().map(branch).collect(),
            matched: Vec::new(),
        }
    }

    /// Keywords of arrays.
    #[expect(clippy::cast_possible_truncation, reason = "a value has fewer bytes than u32 counts")]
    fn list(&self, check: &'v Check, list: List<'v>, subject: Subject, sink: &mut Sink) -> Verdict {
        let site = check.site;
        match &check.kind {
            CheckKind::Items(prefix, rest) => {
                let item = |(index, value)| {
                    let sub = prefix.get(index).copied().or(*rest)?;
                    Some((
                        sub,
                        value,
                        Subject {
                            item: Some(index as u32),
                            ..subject
                        },
                    ))
                };
                let items = list.items().enumerate();
                match rest {
                    Some(_) => self.all(items.filter_map(item), sink),
                    None => self.all(items.take(prefix.len()).filter_map(item), sink),
                }
            }
            CheckKind::ItemCount(limits) => {
                let actual = list.items().count();
                let broken = limits.broken(actual, site);
                self.tell(broken.is_none(), broken.unwrap_or(site), subject, sink, || {
                    ViolationKind::ItemCount {
                        actual,
                        min: limits.min,
                        max: limits.max,
                    }
                })
            }
            CheckKind::Contains(sub, min, max) => {
                let found = list
                    .items()
                    .filter(|&item| self.test(*sub, item, subject) == Verdict::Met)
                    .count();
                let is = found >= *min as usize && max.is_none_or(|max| found <= max as usize);
                self.tell(is, site, subject, sink, || ViolationKind::Contains {
                    actual: found,
                    min: *min,
                    max: *max,
                })
            }
            CheckKind::Unique => {
                let twice = twice(list);
                self.tell(twice.is_none(), site, subject, sink, || ViolationKind::Unique {
                    items: twice.unwrap_or_default(),
                })
            }
            _ => Verdict::Met,
        }
    }

    /// Keywords of objects, which here are about the set of variables.
    fn set(&self, check: &'v Check, sink: &mut Sink) -> Verdict {
        let site = check.site;
        match &check.kind {
            CheckKind::Properties(keys) => {
                let mut verdict = Verdict::Met;
                for &(key, sub) in keys {
                    verdict = verdict.and(self.key(key, sub, sink));
                    if verdict == Verdict::Broken && sink.quiet {
                        break;
                    }
                }
                verdict
            }
            CheckKind::PatternProperties(patterns) => self.each_variable(|index, name, key| {
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
            }),
            CheckKind::Additional(sub, declared, patterns) => self.each_variable(|index, name, key| {
                if key.is_some_and(|key| declared.binary_search(&key).is_ok()) {
                    return Verdict::Met;
                }
                if !patterns.is_empty() {
                    let Ok(name) = std::str::from_utf8(name) else {
                        return Verdict::Unknown;
                    };
                    if patterns
                        .iter()
                        .any(|&pattern| self.plan.patterns[pattern as usize].is_match(name))
                    {
                        return Verdict::Met;
                    }
                }
                if self.is_never(*sub) {
                    return self.tell(false, site, self.subject_of(index, key), sink, || {
                        ViolationKind::Additional
                    });
                }
                self.variable(index, key, *sub, sink)
            }),
            CheckKind::PropertyNames(sub) => self.each_variable(|index, name, key| {
                let Ok(name) = std::str::from_utf8(name) else {
                    return Verdict::Unknown;
                };
                let subject = self.subject_of(index, key);
                let verdict = self.test(*sub, Value::Text(name), subject);
                self.tell(verdict != Verdict::Broken, site, subject, sink, || {
                    let mut why = Sink {
                        quiet: false,
                        violations: Vec::new(),
                    };
                    self.sub(*sub, Value::Text(name), subject, &mut why);
                    ViolationKind::PropertyName {
                        why: why.violations.into_iter().map(|violation| violation.kind).collect(),
                    }
                })
            }),
            CheckKind::KeyCount(limits) => {
                let actual = self.variables.count();
                let broken = limits.broken(actual, site);
                self.tell(broken.is_none(), broken.unwrap_or(site), Subject::SET, sink, || {
                    ViolationKind::KeyCount {
                        actual,
                        min: limits.min,
                        max: limits.max,
                    }
                })
            }
            CheckKind::Required(keys) => {
                let mut verdict = Verdict::Met;
                for &key in keys {
                    verdict = verdict.and(self.required(key, site, sink));
                }
                verdict
            }
            CheckKind::DependentRequired(dependencies) => {
                let mut verdict = Verdict::Met;
                for (because, needed, site) in dependencies {
                    if !self.slots[*because as usize].is_set() {
                        continue;
                    }
                    for &key in needed {
                        let is = self.slots[key as usize].is_set();
                        verdict = verdict.and(self.tell(is, *site, self.subject(key), sink, || {
                            ViolationKind::DependentRequired {
                                missing: self.name(key),
                                because: self.name(*because),
                            }
                        }));
                    }
                }
                verdict
            }
            CheckKind::DependentSchemas(dependencies) => {
                let mut verdict = Verdict::Met;
                for &(key, sub) in dependencies {
                    if self.slots[key as usize].is_set() {
                        verdict = verdict.and(self.sub(sub, Value::Set, Subject::SET, sink));
                    }
                }
                verdict
            }
            CheckKind::Together(keys) => {
                let set = keys.iter().filter(|&&key| self.slots[key as usize].is_set()).count();
                self.tell(set == 0 || set == keys.len(), site, Subject::SET, sink, || {
                    let names = |set| {
                        let keys = keys.iter().filter(|&&key| self.slots[key as usize].is_set() == set);
                        keys.map(|&key| self.name(key)).collect()
                    };
                    ViolationKind::Together {
                        present: names(true),
                        missing: names(false),
                    }
                })
            }
            CheckKind::Exclusive(keys) => {
                let set = || keys.iter().filter(|&&key| self.slots[key as usize].is_set());
                self.tell(set().count() <= 1, site, Subject::SET, sink, || {
                    ViolationKind::Exclusive {
                        present: set().map(|&key| self.name(key)).collect(),
                    }
                })
            }
            _ => Verdict::Met,
        }
    }

    /// A key that must be set, in this phase.
    fn required(&self, key: KeyId, site: SiteId, sink: &mut Sink) -> Verdict {
        let slot = &self.slots[key as usize];
        if slot.is_set() || self.plan.keys[key as usize].phases & self.phase == 0 {
            return Verdict::Met;
        }
        self.tell(false, site, self.subject(key), sink, || {
            let key = self.name(key);
            if slot.empty {
                ViolationKind::EmptyRequired { key }
            } else {
                ViolationKind::Required { key }
            }
        })
    }

    /// Keys that can't be read: the one violation of each.
    fn unreadable(&self, overlay: &Overlay, sink: &mut Sink) {
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
            self.tell(false, site, subject, sink, || ViolationKind::Type {
                expected: expected.names(),
                unreadable: true,
            });
        }
    }

    /// Walks the variables, with the number of each that the schema names.
    fn each_variable(&self, mut each: impl FnMut(u32, &'v [u8], Option<KeyId>) -> Verdict) -> Verdict {
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

    /// A schema of a variable that the document may not name.
    fn variable(&self, index: u32, key: Option<KeyId>, sub: SubId, sink: &mut Sink) -> Verdict {
        if let Some(key) = key {
            return self.key(key, sub, sink);
        }
        let subject = self.subject_of(index, key);
        match self.variables.raw(index as usize) {
            Raw::Unknown => Verdict::Unknown,
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
                    self.tell(false, site, Subject { item, ..subject }, sink, kind)
                }
            },
        }
    }

    /// How a variable is read that the document does not name.
    fn other_reading(&self, index: u32) -> &'v Reading {
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

    /// What the engine alone evaluates.
    #[cfg(feature = "full")]
    fn engine(&self, engine: u32, value: Value<'v>, subject: Subject, sink: &mut Sink) -> Verdict {
        let engine = &self.plan.engines[engine as usize];
        let set = matches!(value, Value::Set);
        // What can't be read is left out, and what is said of the set as a whole may then be for that.
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
                    (None, Raw::Unknown) => None,
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
            verdict = verdict.and(self.tell(false, site, subject, sink, kind));
        }
        verdict
    }

    /// The variable of that name, with its number in the document.
    #[cfg(feature = "full")]
    #[expect(
        clippy::cast_possible_truncation,
        reason = "keys and variables are numbered with u32"
    )]
    fn find_variable(&self, name: &[u8]) -> Option<(u32, Option<KeyId>)> {
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

    fn subject_of(&self, index: u32, key: Option<KeyId>) -> Subject {
        key.map_or(
            Subject {
                property: None,
                variable: Some(index),
                item: None,
            },
            |key| self.subject(key),
        )
    }

    fn is_never(&self, sub: SubId) -> bool {
        matches!(
            &self.plan.subs[sub as usize].checks[..],
            [Check {
                kind: CheckKind::Never,
                ..
            }]
        )
    }

    fn name(&self, key: KeyId) -> String {
        self.plan.keys[key as usize].name.to_string()
    }

    /// Counts a check as met, or tells what is not.
    fn tell(
        &self,
        met: bool,
        site: SiteId,
        subject: Subject,
        sink: &mut Sink,
        kind: impl FnOnce() -> ViolationKind,
    ) -> Verdict {
        if !met && !sink.quiet {
            let Site { span, file, .. } = self.plan.sites[site as usize];
            sink.violations.push(Violation {
                kind: kind(),
                property: subject.property,
                variable: subject.variable,
                item: subject.item,
                pointer: self.plan.pointer(site),
                span,
                file,
            });
        }
        Verdict::met(met)
    }
}

/// Two items of a list that are equal.
#[expect(clippy::cast_possible_truncation, reason = "a value has fewer bytes than u32 counts")]
fn twice(list: List<'_>) -> Option<(u32, u32)> {
    let mut few = [Value::Null; FEW];
    for (count, item) in list.items().enumerate() {
        if count == FEW {
            let mut sorted: Vec<(usize, Value<'_>)> = list.items().enumerate().collect();
            sort::by(&mut sorted, &|a, b| a.1.order(b.1));
            let equal = sorted.windows(2).filter(|pair| pair[0].1.order(pair[1].1).is_eq());
            return equal
                .map(|pair| (pair[0].0 as u32, pair[1].0 as u32))
                .min_by_key(|pair| pair.1);
        }
        if let Some(before) = few[..count].iter().position(|before| before.order(item).is_eq()) {
            return Some((before as u32, count as u32));
        }
        few[count] = item;
    }
    None
}
