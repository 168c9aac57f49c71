//! Rotation policies from published sources, each with its source, section and version, and one of our own.
//!
//! If a source names no figure, neither does its preset: such a class states what the source does require ([`Requirement`]), for example a
//! figure that the team chose itself. A preset may be tightened; loosening it is reported ([`Preset::loosened`]), unless the source itself
//! lets its users choose.
//!
//! `checked` says how much of each source was read. If the number of a control changes between versions, all are given.

mod table;

pub use table::PRESETS;

use super::duration::Duration;
use super::policy::{ExpiryPolicy, Policy};
use crate::join::join;

/// A set of policies from one source.
#[derive(Debug)]
pub struct Preset {
    /// The name used in a schema's `rotation.presets`.
    pub name: &'static str,
    /// The publisher and title of the source.
    pub source: &'static str,
    /// How far the source was checked for this table; empty in the compact WebAssembly build, which never shows it.
    pub checked: &'static str,
    /// The policies by class; `*` applies to classes without a row of their own.
    pub classes: &'static [PresetClass],
}

/// What a source requires of one class.
#[derive(Debug)]
pub struct PresetClass {
    /// The class, or `*`.
    pub class: &'static str,
    /// The section, and in a few words what it says.
    pub section: &'static str,
    /// Version of the source and number of the control in it, oldest first; empty if `section` says it all.
    pub controls: &'static [(&'static str, &'static str)],
    /// How old a value may be; `None` if the source names no figure.
    pub max_age: Option<Duration>,
    /// How long before the due date to warn; only set in our own preset.
    pub warn_before: Option<Duration>,
    /// What is required of the expiry.
    pub expiry: Option<ExpiryPolicy>,
    /// What is required besides figures.
    pub requires: &'static [Requirement],
    /// Whether the source lets its users choose another figure.
    pub configurable: bool,
}

/// A requirement of a source that has no figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Requirement {
    /// Any rotation policy.
    Rotation,
    /// An owner who is responsible for the value.
    Owner,
    /// A frequency derived from the team's own risk analysis, which is reviewed every twelve months.
    RiskAnalysis,
    /// A cryptoperiod defined by the team.
    Cryptoperiod,
    /// No changes on a schedule.
    NoMaxAge,
}

impl Requirement {
    /// Returns what is missing, and what to do.
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

/// A member of a policy that requires less than the preset.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Loosened {
    /// The member, as the schema spells it.
    pub member: &'static str,
    /// What the preset requires.
    pub preset: String,
    /// What the policy requires.
    pub policy: String,
}

impl Preset {
    /// Returns the preset of that name.
    #[must_use]
    pub fn find(name: &str) -> Option<&'static Preset> {
        PRESETS.iter().find(|preset| preset.name == name)
    }

    /// Returns what the preset requires of a class.
    #[must_use]
    pub fn class(&self, class: &str) -> Option<&'static PresetClass> {
        let of = |name: &str| self.classes.iter().find(|row| row.class == name);
        of(class).or_else(|| of("*"))
    }

    /// Returns the names of its classes, for use in a schema.
    pub fn class_names(&self) -> impl Iterator<Item = &'static str> {
        self.classes.iter().map(|row| row.class).filter(|class| *class != "*")
    }

    /// Returns the requirements without a figure that a policy doesn't meet.
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

    /// Returns the members in which a policy, laid over the preset, requires less than the preset.
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
    /// Converts the row to a policy over which others can be laid.
    #[must_use]
    pub fn policy(&self) -> Policy {
        Policy {
            max_age: self.max_age,
            warn_before: self.warn_before.map(|band| vec![band]),
            expiry: self.expiry,
            ..Policy::default()
        }
    }

    /// Formats section, control and version for findings: `2.12 in version 7.0.0 (1.14 in 1.4.0, …)`.
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
            text.push_str(&format!(" ({})", join(&older, ", ")));
        }
        text
    }
}

/// Combines several presets, taking the strictest of each member, and lays the schema's class `over` them.
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
