//! Policies that others published, each with its source, section and version, and one of our own.
//!
//! Where a source names no figure, there is none here: such a class asks for what the source does ask for ([`Requirement`]), a figure of the team's own among
//! them. A preset may be tightened; loosening it is told ([`Preset::loosened`]), unless the source itself lets its users choose.
//!
//! How far each source was read stands in `checked`. Where the number of a control moves from version to version, all are given.

mod table;

pub use table::PRESETS;

use super::duration::Duration;
use super::policy::{ExpiryPolicy, Policy};

/// A set of policies from one source.
#[derive(Debug)]
pub struct Preset {
    /// Its name in a schema's `rotation.presets`.
    pub name: &'static str,
    /// Who published what.
    pub source: &'static str,
    /// How far that was checked for this table; the compact WebAssembly, which shows it nowhere, does not know.
    pub checked: &'static str,
    /// Its policies, by class; `*` is any class that has no row of its own.
    pub classes: &'static [PresetClass],
}

/// What a source asks of one class.
#[derive(Debug)]
pub struct PresetClass {
    /// The class, or `*`.
    pub class: &'static str,
    /// The section, and what it says in a few words.
    pub section: &'static str,
    /// Version of the source to number of the control, the oldest first; empty where the section says all.
    pub controls: &'static [(&'static str, &'static str)],
    /// How old a value may be; `None` where the source names no figure.
    pub max_age: Option<Duration>,
    /// How long before to tell; only in our own preset.
    pub warn_before: Option<Duration>,
    /// What is asked of the end.
    pub expiry: Option<ExpiryPolicy>,
    /// What is asked beside figures.
    pub requires: &'static [Requirement],
    /// The source lets its users choose another figure.
    pub configurable: bool,
}

/// What a source asks for without naming a figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Requirement {
    /// Some policy of rotation.
    Rotation,
    /// Somebody who answers for it.
    Owner,
    /// A frequency that follows from the team's own risk analysis, which is reviewed every twelve months.
    RiskAnalysis,
    /// A cryptoperiod that the team defined.
    Cryptoperiod,
    /// No change on a schedule at all.
    NoMaxAge,
}

impl Requirement {
    /// What is missing, and what to do.
    #[must_use]
    pub fn words(self) -> (&'static str, &'static str) {
        match self {
            Requirement::Rotation => (
                "a rotation policy is required; the source names no number",
                "add maxAge, changedSince or expiry",
            ),
            Requirement::Owner => ("an owner is required", "add owner"),
            Requirement::RiskAnalysis => (
                "a frequency is required that follows from a targeted risk analysis of your own, reviewed every 12 months; the source names no number",
                "add the maxAge that your risk analysis arrives at, and link it as runbook",
            ),
            Requirement::Cryptoperiod => (
                "a cryptoperiod of your own is required; the source names no number",
                "add the maxAge that your key management defines",
            ),
            Requirement::NoMaxAge => (
                "passwords that people chose must not be changed on a schedule, only when they may be known to others",
                "take maxAge away, and use changedSince after an incident",
            ),
        }
    }
}

/// A member of a policy that asks less than the preset.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Loosened {
    /// The member, as the schema spells it.
    pub member: &'static str,
    /// What the preset asks.
    pub preset: String,
    /// What the policy asks.
    pub policy: String,
}

impl Preset {
    /// The preset of that name.
    #[must_use]
    pub fn find(name: &str) -> Option<&'static Preset> {
        PRESETS.iter().find(|preset| preset.name == name)
    }

    /// What it asks of a class.
    #[must_use]
    pub fn class(&self, class: &str) -> Option<&'static PresetClass> {
        let of = |name: &str| self.classes.iter().find(|row| row.class == name);
        of(class).or_else(|| of("*"))
    }

    /// The classes that it brings, to be named in a schema.
    pub fn class_names(&self) -> impl Iterator<Item = &'static str> {
        self.classes.iter().map(|row| row.class).filter(|class| *class != "*")
    }

    /// What of the preset a policy doesn't meet: asks that have no figure.
    #[must_use]
    pub fn unmet(&self, class: &str, policy: &Policy) -> Vec<Requirement> {
        let requires = self.class(class).map_or(&[][..], |row| row.requires);
        let is_met = |requirement: Requirement| match requirement {
            Requirement::Rotation => policy.asks(),
            Requirement::Owner => policy.owner.is_some(),
            Requirement::RiskAnalysis | Requirement::Cryptoperiod => policy.max_age.is_some(),
            Requirement::NoMaxAge => policy.max_age.is_none(),
        };
        requires
            .iter()
            .copied()
            .filter(|requirement| !is_met(*requirement))
            .collect()
    }

    /// Where a policy, laid over the preset, asks less than it.
    #[must_use]
    pub fn loosened(&self, class: &str, policy: &Policy) -> Vec<Loosened> {
        let Some(row) = self.class(class).filter(|row| !row.configurable) else {
            return Vec::new();
        };
        let (asked, expiry) = (row.expiry.unwrap_or_default(), policy.expiry.unwrap_or_default());
        let mut found = Vec::new();
        let mut longer = |member, preset: Option<Duration>, policy: Option<Duration>| {
            if let (Some(preset), Some(policy)) = (preset, policy)
                && policy > preset
            {
                found.push(Loosened {
                    member,
                    preset: preset.to_string(),
                    policy: policy.to_string(),
                });
            }
        };
        longer("maxAge", row.max_age, policy.max_age);
        longer("expiry.maxLifetime", asked.max_lifetime, expiry.max_lifetime);
        if asked.required == Some(true) && expiry.required == Some(false) {
            found.push(Loosened {
                member: "expiry.required",
                preset: "true".to_owned(),
                policy: "false".to_owned(),
            });
        }
        found
    }
}

impl PresetClass {
    /// As a policy, to lay others over.
    #[must_use]
    pub fn policy(&self) -> Policy {
        Policy {
            max_age: self.max_age,
            warn_before: self.warn_before.map(|band| vec![band]),
            expiry: self.expiry,
            ..Policy::default()
        }
    }

    /// Section, control and version, for findings: `2.12 in version 7.0.0 (1.14 in 1.4.0, …)`.
    #[must_use]
    pub fn citation(&self) -> String {
        let Some(((version, control), older)) = self.controls.split_last() else {
            return self.section.to_owned();
        };
        let mut text = format!("{}: {control} in version {version}", self.section);
        let older: Vec<String> = older
            .chunk_by(|(_, a), (_, b)| a == b)
            .map(|same| match same {
                [(version, control)] => format!("{control} in {version}"),
                [(from, control), .., (to, _)] => format!("{control} in {from} to {to}"),
                [] => String::new(),
            })
            .collect();
        if !older.is_empty() {
            text.push_str(&format!(" ({})", older.join(", ")));
        }
        text
    }
}

/// What several presets and the class of the schema itself come to: of the presets the strictest, under what the schema says.
#[must_use]
pub fn layered(presets: &[&Preset], class: &str, over: Policy) -> Policy {
    let below = presets
        .iter()
        .filter_map(|preset| preset.class(class))
        .map(PresetClass::policy)
        .reduce(|a, b| {
            let strictest = |a: Option<Duration>, b: Option<Duration>| a.into_iter().chain(b).min();
            let (one, other) = (a.expiry.unwrap_or_default(), b.expiry.unwrap_or_default());
            Policy {
                max_age: strictest(a.max_age, b.max_age),
                warn_before: a.warn_before.or(b.warn_before),
                expiry: a.expiry.or(b.expiry).map(|_| ExpiryPolicy {
                    required: one.required.max(other.required),
                    max_lifetime: strictest(one.max_lifetime, other.max_lifetime),
                    min_remaining: one.min_remaining.max(other.min_remaining),
                }),
                ..Policy::default()
            }
        });
    Policy {
        class: Some(class.to_owned()),
        ..over.over(&below.unwrap_or_default())
    }
}
