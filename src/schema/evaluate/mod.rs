//! Runs the plan over the variables of one environment.
//!
//! Nothing is allocated while the variables meet the schema. An unknown value (from a command, a self-reference, not
//! UTF-8, or unreadable as its type) makes combinations that depend on it unknown, not wrong.

mod combine;
#[cfg(feature = "full")]
mod general;
mod implied;
mod list;
mod quick;
mod set;

use std::cmp::Ordering;

pub(crate) use quick::Assigned;

use crate::sort;

use super::Phase;
use super::format::Format;
use super::instance::{self, Constant, Raw, Reading, Unreadable, Value, Variables};
use super::plan::{Check, CheckKind, Key, KeyId, Overlay, Plan, Site, SiteId, SubId};
use super::violation::{Bound, Combinator, Violation, ViolationKind};

impl Plan {
    /// Returns what the variables violate in an environment and phase.
    pub(crate) fn evaluate(
        &self,
        environment: usize,
        phase: Option<Phase>,
        variables: &dyn Variables,
    ) -> Vec<Violation> {
        let mut small = [Slot::ABSENT; SMALL];
        let mut large = Vec::new();
        let slots = self.slots(&mut small, &mut large);
        let overlay = &self.environments[environment];
        let broken = self.bind(overlay, variables, slots);
        Run::new(self, variables, slots, phase).violations(overlay, broken)
    }

    /// Returns a slot for each key, on the stack if that has room for them.
    fn slots<'s, 'v>(&self, small: &'s mut [Slot<'v>; SMALL], large: &'s mut Vec<Slot<'v>>) -> &'s mut [Slot<'v>] {
        if self.keys.len() <= SMALL {
            return &mut small[..self.keys.len()];
        }
        large.resize(self.keys.len(), Slot::ABSENT);
        large
    }

    /// Puts every variable that the schema names into its slot. Returns whether any can't be read.
    fn bind<'v>(&'v self, overlay: &'v Overlay, variables: &'v dyn Variables, slots: &mut [Slot<'v>]) -> bool {
        let mut broken = false;
        let mut key = 0;
        for index in 0..variables.count() {
            let name = variables.key(index);
            if self.advance(&mut key, name).is_none() {
                continue;
            }
            let slot = &mut slots[key];
            #[expect(
                clippy::cast_possible_truncation,
                reason = "a source has fewer variables than u32 counts"
            )]
            self.put(overlay, key, (variables.raw(index), index as u32), slot);
            broken |= matches!(slot.bound, Held::Broken(_));
        }
        broken
    }

    /// Puts a variable into the slot of its key, read according to the key. Writes in place because a slot is large.
    fn put<'v>(&'v self, overlay: &'v Overlay, key: usize, (raw, variable): (Raw<'v>, u32), slot: &mut Slot<'v>) {
        let reading = self.keys[key].reading.as_deref();
        let reading = reading.or_else(|| overlay.reading(key).map(|found| &found.1));
        slot.variable = variable;
        slot.empty = matches!(raw, Raw::Text("") | Raw::Null) && !self.may_be_empty(overlay, key);
        let raw = match raw {
            Raw::Null if slot.empty => {
                slot.bound = Held::Absent;
                return;
            }
            Raw::Null => Raw::Text(""),
            raw => raw,
        };
        slot.bound = match (raw, reading) {
            (Raw::Unknown | Raw::Null, _) => Held::Unknown,
            (Raw::Typed(constant), _) => Held::Value(Value::of(constant)),
            (Raw::Text(text), None) => Held::Value(Value::Text(text)),
            (Raw::Text(text), Some(reading)) => match instance::read(text, reading) {
                Ok(value) => Held::Value(value),
                Err(unreadable) => Held::Broken(unreadable),
            },
        };
    }

    /// Returns whether the schema allows a key to be empty.
    fn may_be_empty(&self, overlay: &Overlay, key: usize) -> bool {
        self.keys[key].empty || overlay.empty.iter().any(|&allowed| allowed as usize == key)
    }

    /// Returns the key with a name. Names must ascend from call to call; `at` keeps the position between calls.
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
    pub(in crate::schema) fn reading(&self, key: usize) -> Option<&(KeyId, Reading, SiteId)> {
        self.readings.iter().find(|(id, _, _)| *id as usize == key)
    }
}

/// Keeps a single violation for each key that can't be read, and for each required key that is empty.
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
            // `required` and `requiredIn` may both name the key.
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
const SMALL: usize = 32;

/// A key of the schema during one evaluation.
#[derive(Clone, Copy)]
struct Slot<'v> {
    bound: Held<'v>,
    variable: u32,
    /// Set to the empty string without the schema allowing that, which counts as not set.
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

    /// Returns whether there is a variable.
    fn is_there(&self) -> bool {
        !matches!(self.bound, Held::Absent)
    }

    fn is_set(&self) -> bool {
        self.is_there() && !self.empty
    }
}

/// The outcome of a check; the greater one prevails.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Verdict {
    Met,
    Unknown,
    Broken,
}

impl Verdict {
    /// Combines two verdicts that must both be met.
    fn and(self, other: Verdict) -> Verdict {
        self.max(other)
    }

    fn met(met: bool) -> Verdict {
        if met { Verdict::Met } else { Verdict::Broken }
    }
}

/// Receives violations.
struct Sink {
    /// Whether only the verdict is needed.
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
    fn new(plan: &'v Plan, variables: &'v dyn Variables, slots: &'v [Slot<'v>], phase: Option<Phase>) -> Run<'v> {
        Run {
            plan,
            variables,
            slots,
            phase: phase.map_or(u8::MAX, |phase| 1 << phase as u8),
        }
    }

    /// Returns what the variables violate. `broken` says whether any of them can't be read.
    fn violations(&self, overlay: &'v Overlay, broken: bool) -> Vec<Violation> {
        let mut sink = Sink {
            quiet: false,
            violations: Vec::new(),
        };
        self.sub(self.plan.root, Value::Set, Subject::SET, &mut sink);
        for &(key, site) in &overlay.required {
            self.required(key, site, &mut sink);
        }
        for &(key, sub) in &overlay.subs {
            self.key(key, sub, &mut sink);
        }
        if broken {
            self.unreadable(overlay, &mut sink);
        }
        let mut violations = sink.violations;
        if violations.len() > 1 {
            one_for_each_unreadable(&mut violations);
            implied::drop_implied(&mut violations);
        }
        violations
    }

    /// Runs all checks of a schema.
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

    /// Returns only the verdict.
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

    /// Evaluates a schema of a key, if the key is set.
    fn key(&self, key: KeyId, sub: SubId, sink: &mut Sink) -> Verdict {
        let slot = &self.slots[key as usize];
        match slot.bound {
            Held::Absent => Verdict::Met,
            Held::Unknown | Held::Broken(_) => Verdict::Unknown,
            Held::Value(ref value) if self.is_plainly_met(sub, value) => Verdict::Met,
            Held::Value(value) => self.sub(sub, value, self.subject(key), sink),
        }
    }

    fn subject(&self, key: KeyId) -> Subject {
        let slot = &self.slots[key as usize];
        let variable = slot.is_there().then_some(slot.variable);
        Subject {
            property: self.plan.keys[key as usize].property,
            variable,
            item: None,
        }
    }

    /// Returns whether a value meets all checks of a schema, provided each depends only on the value. Most values do,
    /// and then the place of each check need not be computed.
    fn is_plainly_met(&self, sub: SubId, value: &Value<'v>) -> bool {
        let checks = &self.plan.subs[sub as usize].checks;
        checks.iter().all(|check| self.holds(&check.kind, value) == Some(true))
    }

    /// Returns whether a value meets a check that depends only on the value; `None` for other checks.
    fn holds(&self, kind: &CheckKind, value: &Value<'v>) -> Option<bool> {
        Some(match (kind, value) {
            (CheckKind::Pattern(pattern), Value::Text(text)) => self.plan.patterns[*pattern as usize].is_match(text),
            (CheckKind::Type(types), value) => value.is(*types),
            (CheckKind::Enum(allowed), value) => allowed.iter().any(|constant| value.equals(constant)),
            (CheckKind::Const(constant), value) => value.equals(constant),
            (CheckKind::Length(limits), Value::Text(text)) => limits.broken(text.chars().count(), 0).is_none(),
            (CheckKind::Range(bound, limit), Value::Number(number)) => match bound {
                Bound::AtLeast => *number >= **limit,
                Bound::AtMost => *number <= **limit,
                Bound::Above => *number > **limit,
                Bound::Below => *number < **limit,
            },
            (CheckKind::MultipleOf(step), Value::Number(number)) => number.is_multiple_of(**step),
            (CheckKind::Format(format), Value::Text(text)) => format.is_match(text),
            // The only format that applies to numbers: a port is declared as an integer as often as a string.
            (CheckKind::Format(Format::Port), Value::Number(number)) => {
                number.as_count().is_some_and(|port| (1..=65_535).contains(&port))
            }
            (CheckKind::Never, _) => false,
            // The keyword does not apply to a value of this type.
            (
                CheckKind::Pattern(_)
                | CheckKind::Length(_)
                | CheckKind::Range(..)
                | CheckKind::MultipleOf(_)
                | CheckKind::Format(_),
                _,
            ) => true,
            _ => return None,
        })
    }

    /// Returns the violation of a value for which [`Run::holds`] returned `false`, and its site.
    #[cold]
    #[inline(never)]
    fn violation(&self, check: &Check, value: &Value<'v>) -> (SiteId, ViolationKind) {
        let kind = match (&check.kind, value) {
            (CheckKind::Type(types), _) => ViolationKind::Type {
                expected: types.names(),
                unreadable: false,
            },
            (CheckKind::Enum(allowed), _) => ViolationKind::Enum {
                allowed: allowed.iter().map(Constant::show).collect(),
            },
            (CheckKind::Const(constant), _) => ViolationKind::Const {
                allowed: constant.show(),
            },
            (CheckKind::Pattern(pattern), _) => ViolationKind::Pattern {
                pattern: self.plan.patterns[*pattern as usize].source.to_string(),
            },
            (CheckKind::Length(limits), Value::Text(text)) => {
                let actual = text.chars().count();
                let kind = ViolationKind::Length {
                    actual,
                    min: limits.min,
                    max: limits.max,
                };
                return (limits.broken(actual, check.site).unwrap_or(check.site), kind);
            }
            (CheckKind::Range(bound, limit), _) => ViolationKind::Range {
                bound: *bound,
                limit: limit.to_string(),
            },
            (CheckKind::MultipleOf(step), _) => ViolationKind::MultipleOf { step: step.to_string() },
            (CheckKind::Format(format), _) => ViolationKind::Format { name: format.name() },
            _ => ViolationKind::Never,
        };
        (check.site, kind)
    }

    fn check(&self, check: &'v Check, value: Value<'v>, subject: Subject, sink: &mut Sink) -> Verdict {
        if let Some(met) = self.holds(&check.kind, &value) {
            if !met && !sink.quiet {
                let (site, kind) = self.violation(check, &value);
                self.broken(site, subject, sink, kind);
            }
            return Verdict::met(met);
        }
        let site = check.site;
        match (&check.kind, value) {
            (CheckKind::Ref(sub), _) => self.sub(*sub, value, subject, sink),
            (CheckKind::AllOf(subs), _) => self.all(subs.iter().map(|&sub| (sub, value, subject)), sink),
            (CheckKind::AnyOf(subs), _) => self.any_or_one(Combinator::AnyOf, subs, value, site, subject, sink),
            (CheckKind::OneOf(subs), _) => self.any_or_one(Combinator::OneOf, subs, value, site, subject, sink),
            (CheckKind::Not(sub), _) => match self.test(*sub, value, subject) {
                Verdict::Unknown => Verdict::Unknown,
                verdict => self.judge(verdict == Verdict::Broken, site, subject, sink, || {
                    self.refused(*sub, value, subject)
                }),
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
            // The keyword does not apply to a value of this type.
            _ => Verdict::Met,
        }
    }

    fn name(&self, key: KeyId) -> String {
        self.plan.keys[key as usize].name.to_string()
    }

    /// Returns the verdict of a check, and reports a violation if it is not met.
    fn judge(
        &self,
        met: bool,
        site: SiteId,
        subject: Subject,
        sink: &mut Sink,
        kind: impl Fn() -> ViolationKind,
    ) -> Verdict {
        if !met && !sink.quiet {
            self.broken(site, subject, sink, kind());
        }
        Verdict::met(met)
    }

    /// Kept apart so that the checks stay small while all is met: WebAssembly compiles a whole function when it is
    /// first called.
    #[cold]
    #[inline(never)]
    fn broken(&self, site: SiteId, subject: Subject, sink: &mut Sink, kind: ViolationKind) {
        let Site { span, file, .. } = self.plan.sites[site as usize];
        sink.violations.push(Violation {
            kind,
            property: subject.property,
            variable: subject.variable,
            item: subject.item,
            pointer: self.plan.pointer(site),
            span,
            file,
        });
    }
}
