//! How old a value may be, as a schema declares it by class, property and environment.
//!
//! A [`Policy`] is plain data in which every member is optional, so that policies can be layered ([`Policy::over`]): preset, class,
//! property, environment. The schema reads them from JSON; [`Policy::contradictions`] finds members that make no sense together.

use jiff::Timestamp;

use super::duration::Duration;
use super::evidence::Rank;
use super::sort;

/// What a schema requires of the age of one value.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Policy {
    /// The class by which presets refer to the value.
    pub class: Option<String>,
    /// How old the value may become, counted from its last change.
    pub max_age: Option<Duration>,
    /// How long before the due date to warn; any number of bands. `None` inherits the bands of the layer below.
    pub warn_before: Option<Vec<Duration>>,
    /// How long after the due date a finding remains a warning.
    pub grace: Option<Duration>,
    /// The value must have been changed since this instant: an incident, somebody leaving.
    pub changed_since: Option<Timestamp>,
    /// What is required of the expiry that the issuer set.
    pub expiry: Option<ExpiryPolicy>,
    /// The key that holds the previous value while both are valid.
    pub previous: Option<Previous>,
    /// The weakest origin whose date is believed; `None` means [`Rank::DEFAULT_FLOOR`].
    pub evidence: Option<Rank>,
    /// Who to ask.
    pub owner: Option<String>,
    /// What to do.
    pub runbook: Option<String>,
}

/// What is required of the expiry that the issuer set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ExpiryPolicy {
    /// Whether the value must have an expiry.
    pub required: Option<bool>,
    /// The longest time allowed between the beginning of the value and its expiry.
    pub max_lifetime: Option<Duration>,
    /// How long before its expiry the value must have been replaced.
    pub min_remaining: Option<Duration>,
}

/// The key that holds the previous value during a rotation with two valid keys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Previous {
    /// The key that holds the old value.
    pub key: String,
    /// How long it may remain after the new value was written.
    pub overlap: Option<Duration>,
}

/// A contradiction within a policy, or a member that has no effect.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contradiction {
    /// The member to point at: a JSON Pointer below the policy, in the schema's spelling.
    pub pointer: &'static str,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub help: &'static str,
}

impl Policy {
    /// Lays this policy over `below`: members that are `None` here are taken from there.
    #[must_use]
    pub fn over(self, below: &Policy) -> Policy {
        let below = below.clone();
        let expiry = match (self.expiry, below.expiry) {
            (Some(this), Some(below)) => Some(ExpiryPolicy {
                required: this.required.or(below.required),
                max_lifetime: this.max_lifetime.or(below.max_lifetime),
                min_remaining: this.min_remaining.or(below.min_remaining),
            }),
            (this, below) => this.or(below),
        };
        Policy {
            class: self.class.or(below.class),
            max_age: self.max_age.or(below.max_age),
            warn_before: self.warn_before.or(below.warn_before),
            grace: self.grace.or(below.grace),
            changed_since: self.changed_since.or(below.changed_since),
            expiry,
            previous: self.previous.or(below.previous),
            evidence: self.evidence.or(below.evidence),
            owner: self.owner.or(below.owner),
            runbook: self.runbook.or(below.runbook),
        }
    }

    /// Returns the warning bands, longest first, without duplicates.
    #[must_use]
    pub fn bands(&self) -> Vec<Duration> {
        let mut bands = self.warn_before.clone().unwrap_or_default();
        sort::by(&mut bands, &|a, b| b.cmp(a));
        bands.dedup();
        bands
    }

    /// Returns the weakest rank whose date is believed.
    #[must_use]
    pub fn floor(&self) -> Rank {
        self.evidence.unwrap_or(Rank::DEFAULT_FLOOR)
    }

    /// Whether the policy requires anything of the age.
    #[must_use]
    pub fn asks_for_age(&self) -> bool {
        self.max_age.is_some() || self.changed_since.is_some()
    }

    /// Whether the policy requires anything that evidence can meet or break.
    #[must_use]
    pub fn asks(&self) -> bool {
        self.asks_for_age() || self.expiry.is_some_and(|expiry| expiry != ExpiryPolicy::default())
    }

    /// Returns the contradictions in this policy for `key`. Call it on the effective policy of an environment, with all layers applied: a
    /// class without `maxAge` is fine as long as whatever uses it has one.
    #[must_use]
    pub fn contradictions(&self, key: &str) -> Vec<Contradiction> {
        let mut found = Contradictions(Vec::new());
        self.check_limits(&mut found);
        self.check_warnings(&mut found);
        self.check_grace(&mut found);
        self.check_expiry(&mut found);
        self.check_previous(key, &mut found);
        found.0
    }

    fn check_limits(&self, found: &mut Contradictions) {
        let max_lifetime = self.expiry.and_then(|expiry| expiry.max_lifetime);
        for (pointer, name, value) in [
            ("/maxAge", "maxAge", self.max_age),
            ("/expiry/maxLifetime", "expiry.maxLifetime", max_lifetime),
        ] {
            if value == Some(ZERO) {
                found.add(
                    pointer,
                    format!("{name} is zero, so every value is too old at once"),
                    "write how long a value may be used",
                );
            }
        }
    }

    fn check_warnings(&self, found: &mut Contradictions) {
        for band in self.bands() {
            if band == ZERO {
                found.add(
                    "/warnBefore",
                    "a warning zero days before is no warning",
                    "remove it, or say how long before",
                );
            } else if let Some(max_age) = self.max_age.filter(|max_age| band >= *max_age) {
                let message = format!(
                    "warnBefore {band} is not shorter than maxAge {max_age}, so the value is due soon from its first day"
                );
                found.add("/warnBefore", message, "warn for a part of maxAge only");
            }
        }
        let Some(bands) = &self.warn_before else { return };
        if self.bands().len() < bands.len() {
            found.add("/warnBefore", "the same period is named twice", "write each once");
        }
        if !self.asks_for_age() && self.expiry.is_none() {
            found.add(
                "/warnBefore",
                "there is nothing to warn before: neither maxAge, changedSince nor expiry",
                "add maxAge",
            );
        }
    }

    fn check_grace(&self, found: &mut Contradictions) {
        let Some(grace) = self.grace else { return };
        if !self.asks_for_age() {
            found.add(
                "/grace",
                "there is nothing to be late for: neither maxAge nor changedSince",
                "add maxAge, or remove grace",
            );
        }
        if let Some(max_age) = self.max_age.filter(|max_age| grace >= *max_age) {
            let message = format!("grace {grace} is not shorter than maxAge {max_age}: maxAge would mean nothing");
            found.add("/grace", message, "write a longer maxAge instead of a long grace");
        }
    }

    fn check_expiry(&self, found: &mut Contradictions) {
        let expiry = self.expiry.unwrap_or_default();
        if let (Some(remaining), Some(lifetime)) = (expiry.min_remaining, expiry.max_lifetime)
            && remaining >= lifetime
        {
            let message = format!(
                "minRemaining {remaining} is not shorter than maxLifetime {lifetime}, so no value is ever valid"
            );
            let help = "replace it for the last part of its life only";
            found.add("/expiry/minRemaining", message, help);
        }
        if expiry.required == Some(false) && (expiry.max_lifetime.is_some() || expiry.min_remaining.is_some()) {
            found.add(
                "/expiry/required",
                "expiry has limits, but `required` is false",
                "remove `required`: the limits then apply to values that have an expiry",
            );
        }
    }

    fn check_previous(&self, key: &str, found: &mut Contradictions) {
        let Some(previous) = &self.previous else { return };
        if let (Some(overlap), Some(max_age)) = (previous.overlap, self.max_age)
            && overlap >= max_age
        {
            let message =
                format!("the overlap {overlap} is not shorter than maxAge {max_age}, so the old key is never removed");
            let help = "remove the old key before the next rotation";
            found.add("/previous/overlap", message, help);
        }
        if previous.key == key {
            found.add(
                "/previous/key",
                "the key names itself as its predecessor",
                "name the key that holds the old value",
            );
        }
    }
}

const ZERO: Duration = Duration::days(0);

struct Contradictions(Vec<Contradiction>);

impl Contradictions {
    fn add(&mut self, pointer: &'static str, message: impl Into<String>, help: &'static str) {
        let message = message.into();
        self.0.push(Contradiction { pointer, message, help });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn days(days: u32) -> Option<Duration> {
        Some(Duration::days(days))
    }

    fn pointers(policy: &Policy) -> Vec<&'static str> {
        policy.contradictions("KEY").iter().map(|found| found.pointer).collect()
    }

    #[test]
    fn a_layer_overrides_only_what_it_sets() {
        let class = Policy {
            max_age: days(90),
            warn_before: Some(vec![Duration::days(14)]),
            expiry: Some(ExpiryPolicy {
                required: Some(true),
                ..ExpiryPolicy::default()
            }),
            ..Policy::default()
        };
        let here = Policy {
            max_age: days(30),
            expiry: Some(ExpiryPolicy {
                min_remaining: days(7),
                ..ExpiryPolicy::default()
            }),
            ..Policy::default()
        };
        let policy = here.over(&class);
        assert_eq!((policy.max_age, policy.bands()), (days(30), vec![Duration::days(14)]));
        assert_eq!(
            policy.expiry,
            Some(ExpiryPolicy {
                required: Some(true),
                max_lifetime: None,
                min_remaining: days(7)
            })
        );
    }

    #[test]
    fn bands_are_sorted_and_each_once() {
        let policy = Policy {
            warn_before: Some([7, 30, 7].map(Duration::days).to_vec()),
            ..Policy::default()
        };
        assert_eq!(policy.bands(), [30, 7].map(Duration::days));
    }

    #[test]
    fn contradictions_are_found() {
        let plain = || Policy {
            max_age: days(90),
            ..Policy::default()
        };
        assert_eq!(pointers(&Policy::default()), [""; 0]);
        let sound = Policy {
            warn_before: Some([30, 7].map(Duration::days).to_vec()),
            grace: days(7),
            expiry: Some(ExpiryPolicy {
                required: Some(true),
                max_lifetime: days(366),
                min_remaining: days(14),
            }),
            previous: Some(Previous {
                key: "KEY_OLD".to_owned(),
                overlap: days(7),
            }),
            ..plain()
        };
        assert_eq!(pointers(&sound), [""; 0]);
        let empty = Policy::default;
        let warning = |bands: &[u32], policy| Policy {
            warn_before: Some(bands.iter().copied().map(Duration::days).collect()),
            ..policy
        };
        let grace = |grace, policy| Policy {
            grace: days(grace),
            ..policy
        };
        let expiry = |required, max_lifetime, min_remaining| Policy {
            expiry: Some(ExpiryPolicy {
                required,
                max_lifetime,
                min_remaining,
            }),
            ..plain()
        };
        let previous = |key: &str, overlap| Policy {
            previous: Some(Previous {
                key: key.to_owned(),
                overlap,
            }),
            ..plain()
        };
        let at_once = Policy {
            max_age: days(0),
            ..empty()
        };
        for (pointer, policy) in [
            ("/maxAge", at_once),
            ("/warnBefore", warning(&[90], plain())),
            ("/warnBefore", warning(&[0], plain())),
            ("/warnBefore", warning(&[7, 7], plain())),
            ("/warnBefore", warning(&[7], empty())),
            ("/grace", grace(7, empty())),
            ("/grace", grace(90, plain())),
            ("/expiry/minRemaining", expiry(None, days(7), days(7))),
            ("/expiry/maxLifetime", expiry(None, days(0), None)),
            ("/expiry/required", expiry(Some(false), days(7), None)),
            ("/previous/overlap", previous("OLD", days(90))),
            ("/previous/key", previous("KEY", None)),
        ] {
            assert_eq!(pointers(&policy), [pointer], "{policy:?}");
        }
    }
}
