//! A [`Policy`] held against an [`Age`]: what is certain, and what is not.
//!
//! Everything that a policy asks comes down to one shape: a [`Demand`], an instant by which the value must be gone, which is only known
//! between two bounds because the age is. Past the later bound the value is overdue for certain; before the earlier one it is fine for certain;
//! between them nobody knows, and that is a verdict of its own, which never passes for either.

use jiff::Timestamp;

use super::duration::Duration;
use super::evidence::{Age, Evidence, Expiry, Interval};
use super::policy::{ExpiryPolicy, Policy};
use super::sort;
use super::time::shift;

/// What can be said of one value, the least urgent first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// The policy asks nothing that evidence could meet.
    Unregulated,
    /// It keeps every demand, for certain.
    Current,
    /// It keeps every demand, but one of them soon no longer: the shortest band that has begun.
    DueSoon {
        /// The band.
        band: Duration,
    },
    /// Whether it keeps its demands isn't known.
    Unknown,
    /// Two pieces of evidence can't both be true. (What is overdue by both accounts is overdue.)
    Conflict,
    /// It breaks a demand, for certain, whichever evidence is true.
    Overdue {
        /// The policy's grace has not ended yet.
        in_grace: bool,
    },
    /// It has ended by the word of its issuer.
    Expired,
}

impl Verdict {
    /// Its name in reports.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Verdict::Unregulated => "unregulated",
            Verdict::Current => "current",
            Verdict::DueSoon { .. } => "due-soon",
            Verdict::Unknown => "unknown",
            Verdict::Conflict => "conflict",
            Verdict::Overdue { .. } => "overdue",
            Verdict::Expired => "expired",
        }
    }
}

/// Which member of the policy asks for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum DemandKind {
    /// The end that the issuer set.
    Expiry,
    /// `expiry.required`.
    ExpiryRequired,
    /// `expiry.maxLifetime`.
    MaxLifetime,
    /// `expiry.minRemaining`.
    MinRemaining,
    /// `changedSince`.
    ChangedSince,
    /// `maxAge`.
    MaxAge,
}

/// An instant by which the value must be replaced, as far as it is known. `None` is the end of time: there is no such instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Demand {
    /// What asks.
    pub kind: DemandKind,
    /// Not due before. [`Timestamp::MIN`] for what was never kept, or where nothing is known.
    pub earliest: Option<Timestamp>,
    /// Due at the latest.
    pub latest: Option<Timestamp>,
    /// Whether it still holds at the instant itself.
    inclusive: bool,
}

impl Demand {
    /// A demand that is broken at the instant itself.
    fn new(kind: DemandKind, earliest: Option<Timestamp>, latest: Option<Timestamp>) -> Demand {
        Demand {
            kind,
            earliest,
            latest,
            inclusive: false,
        }
    }

    fn past(self, bound: Option<Timestamp>, now: Timestamp) -> bool {
        bound.is_some_and(|bound| if self.inclusive { now > bound } else { now >= bound })
    }

    /// Broken, whatever the age is.
    fn is_broken(self, now: Timestamp) -> bool {
        self.past(self.latest, now)
    }

    /// Kept, whatever the age is.
    fn is_kept(self, now: Timestamp) -> bool {
        !self.past(self.earliest, now)
    }
}

/// A verdict with its reasons.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judgement {
    /// What can be said.
    pub verdict: Verdict,
    /// The demand that decides: the one that is broken, open or next.
    pub decided_by: Option<Demand>,
    /// All demands, in the order of [`DemandKind`].
    pub demands: Vec<Demand>,
    /// What would turn an unknown verdict into a known one.
    pub settle: Option<&'static str>,
}

impl Judgement {
    /// The instant to put into a calendar: the first at which the value may be due. `None` if none is known.
    #[must_use]
    pub fn due(&self) -> Option<Timestamp> {
        first(self.demands.iter().map(|demand| demand.earliest))
    }

    /// The instant at which it is due for certain.
    #[must_use]
    pub fn due_for_certain(&self) -> Option<Timestamp> {
        first(self.demands.iter().map(|demand| demand.latest))
    }
}

/// The instant from which the value is due soon: the longest band before the first demand that has one. `None` if none is known.
#[must_use]
pub fn warns(policy: &Policy, age: &Age, judgement: &Judgement) -> Option<Timestamp> {
    first(judgement.demands.iter().map(|demand| {
        let longest = bands(policy, *demand, age).into_iter().next()?;
        Some(shift(
            demand.earliest.filter(|at| *at > Timestamp::MIN)?,
            -longest.seconds(),
        ))
    }))
}

/// The first of some instants, but for those that stand for "always".
fn first(instants: impl Iterator<Item = Option<Timestamp>>) -> Option<Timestamp> {
    instants.flatten().filter(|at| *at > Timestamp::MIN).min()
}

/// How the key that holds the value before this one stands to `previous.overlap`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Overlap {
    /// It may still be there.
    Within,
    /// It must be gone.
    Over {
        /// Since when, at the latest.
        since: Timestamp,
    },
    /// Whether it may be there isn't known.
    Unknown,
}

/// Whether the old key may still be there, now that the new value came to be then.
#[must_use]
pub fn overlap(allowed: Duration, written: Interval, now: Timestamp) -> Overlap {
    let end = |from: Timestamp| shift(from, allowed.seconds());
    let since = end(written.latest.unwrap_or(now));
    if now > since {
        Overlap::Over { since }
    } else if written.earliest.is_some_and(|earliest| now <= end(earliest)) {
        Overlap::Within
    } else {
        Overlap::Unknown
    }
}

/// How long before an end people are told where the policy names no band, at most: as long as Azure and the exporters of certificates do.
const LONGEST_DEFAULT_BAND: i64 = 30 * 86_400;

/// What is asked for when nothing at all is known.
const RECORD_IT: &str = "give an export of the store that the value comes from (`--evidence FILE` on the command line), or record its last rotation with `envgate rotation record`";

/// Holds `policy` against `age`, which was made of `pieces`, as of `now`.
#[must_use]
pub fn judge(policy: &Policy, age: &Age, pieces: &[Evidence], now: Timestamp) -> Judgement {
    let demands = demands(policy, age.written, age.expires, now);
    let judgement = |verdict, decided_by, settle| Judgement {
        verdict,
        decided_by,
        demands: demands.clone(),
        settle,
    };
    let find = |kind| demands.iter().copied().find(|demand| demand.kind == kind);

    if age.expires.is_over(now) {
        return judgement(Verdict::Expired, find(DemandKind::Expiry), None);
    }
    if !policy.asks() && demands.is_empty() {
        return judgement(Verdict::Unregulated, None, None);
    }
    // What is broken by every account is broken, even where the accounts differ.
    let widest = match age.conflict {
        Some(_) => self::demands(policy, age.hull, age.expires, now),
        None => demands.clone(),
    };
    if let Some(broken) = widest
        .iter()
        .copied()
        .filter(|demand| demand.is_broken(now))
        .min_by_key(|demand| demand.latest)
    {
        let in_grace = is_in_grace(policy, broken, now);
        return judgement(Verdict::Overdue { in_grace }, Some(broken), None);
    }
    let open = widest.iter().copied().find(|demand| !demand.is_kept(now));
    if age.conflict.is_some() && policy.asks_for_age() {
        return judgement(
            Verdict::Conflict,
            open,
            Some(
                "find out which of the two is wrong; an export made now of the store that the value comes from decides",
            ),
        );
    }
    if open.is_some() {
        return judgement(Verdict::Unknown, open, Some(settle(age, pieces)));
    }
    let (verdict, next) = ahead(policy, age, &demands, now);
    judgement(verdict, next, None)
}

/// Whether a broken demand is one for which the policy gives some time, and that is not over.
fn is_in_grace(policy: &Policy, broken: Demand, now: Timestamp) -> bool {
    policy.grace.zip(broken.latest).is_some_and(|(grace, latest)| {
        matches!(broken.kind, DemandKind::MaxAge | DemandKind::ChangedSince)
            && latest > Timestamp::MIN
            && now <= shift(latest, grace.seconds())
    })
}

/// Where everything is kept: whether one of the bands before an end has begun, and which demand comes due.
fn ahead(policy: &Policy, age: &Age, demands: &[Demand], now: Timestamp) -> (Verdict, Option<Demand>) {
    let mut coming: Vec<(Timestamp, Demand)> = demands
        .iter()
        .filter_map(|demand| Some((demand.earliest?, *demand)))
        .collect();
    sort::by(&mut coming, &|(a, _), (b, _)| a.cmp(b));
    for &(due, demand) in &coming {
        let mut bands = bands(policy, demand, age).into_iter().rev();
        if let Some(band) = bands.find(|band| now >= shift(due, -band.seconds())) {
            return (Verdict::DueSoon { band }, Some(demand));
        }
    }
    (Verdict::Current, coming.first().map(|(_, demand)| *demand))
}

/// The bands of the policy. Where it names none, an end is still told before it comes: for the last third of the life, as cert-manager renews, but a month at most.
fn bands(policy: &Policy, demand: Demand, age: &Age) -> Vec<Duration> {
    let (None, DemandKind::Expiry, Some(end)) = (&policy.warn_before, demand.kind, demand.earliest) else {
        return policy.bands();
    };
    let life = age
        .written
        .earliest
        .map_or(i64::MAX, |from| end.as_second() - from.as_second());
    let hours = (life / 3).min(LONGEST_DEFAULT_BAND) / 3600;
    u64::try_from(hours)
        .ok()
        .and_then(|hours| Duration::from_seconds(hours * 3600))
        .into_iter()
        .collect()
}

/// Everything that the policy asks of a value written then and ending then.
fn demands(policy: &Policy, written: Interval, expires: Expiry, now: Timestamp) -> Vec<Demand> {
    // The value exists now, so it was written by now; how long ago, nobody knows who has no lower bound.
    let lo = written.earliest.unwrap_or(Timestamp::MIN);
    let hi = written.latest.unwrap_or(now);
    let mut demands = Vec::new();
    if let Some(end) = expires.instant() {
        demands.push(Demand {
            inclusive: matches!(expires, Expiry::Through(_)),
            ..Demand::new(DemandKind::Expiry, Some(end), Some(end))
        });
    }
    if let Some(expiry) = policy.expiry {
        demand_expiry(expiry, (lo, hi), expires, &mut demands);
    }
    if let Some(cut) = policy.changed_since {
        if hi < cut {
            demands.push(Demand::new(DemandKind::ChangedSince, Some(cut), Some(cut)));
        } else if lo < cut {
            demands.push(Demand::new(DemandKind::ChangedSince, Some(cut), None));
        }
    }
    if let Some(max_age) = policy.max_age {
        let due = |from| shift(from, max_age.seconds());
        let earliest = written.earliest.map_or(Timestamp::MIN, due);
        demands.push(Demand {
            inclusive: true,
            ..Demand::new(DemandKind::MaxAge, Some(earliest), Some(due(hi)))
        });
    }
    demands
}

/// What the policy asks of the end of a value that was written between two instants.
fn demand_expiry(policy: ExpiryPolicy, (lo, hi): (Timestamp, Timestamp), expires: Expiry, demands: &mut Vec<Demand>) {
    let never_kept = |kind| Demand::new(kind, Some(Timestamp::MIN), Some(Timestamp::MIN));
    let not_known = |kind| Demand::new(kind, Some(Timestamp::MIN), None);
    if policy.required == Some(true) {
        match expires {
            Expiry::Never => demands.push(never_kept(DemandKind::ExpiryRequired)),
            Expiry::Unknown => demands.push(not_known(DemandKind::ExpiryRequired)),
            _ => {}
        }
    }
    if let Some(lifetime) = policy.max_lifetime {
        // A value that ends then and was written earlier than this lives too long.
        let first = expires.instant().map(|end| shift(end, -lifetime.seconds()));
        match first {
            Some(first) if hi < first => demands.push(never_kept(DemandKind::MaxLifetime)),
            Some(first) if lo < first => demands.push(not_known(DemandKind::MaxLifetime)),
            None if expires == Expiry::Never => demands.push(never_kept(DemandKind::MaxLifetime)),
            _ => {}
        }
    }
    if let (Some(remaining), Some(end)) = (policy.min_remaining, expires.instant()) {
        let due = Some(shift(end, -remaining.seconds()));
        demands.push(Demand {
            inclusive: true,
            ..Demand::new(DemandKind::MinRemaining, due, due)
        });
    }
}

/// What would narrow the age: the better question to the origin that set its bounds, or any evidence at all.
fn settle(age: &Age, pieces: &[Evidence]) -> &'static str {
    if let Some(&stale) = age.stale.first()
        && age.written.latest.is_none()
    {
        return pieces[stale]
            .better
            .unwrap_or("make the export again: it is more than a day old, and the value may have changed since");
    }
    let bounding = [age.latest_by, age.earliest_by, age.expires_by].into_iter().flatten();
    let others = 0..pieces.len();
    bounding
        .chain(others)
        .find_map(|index| pieces[index].better)
        .unwrap_or(RECORD_IT)
}

#[cfg(test)]
mod tests;
