//! Compares a [`Policy`] with an [`Age`], keeping apart what is certain and what isn't.
//!
//! Every requirement of a policy becomes a [`Demand`]: an instant by which the value must be replaced. Since the age is only known as an
//! interval, so is that instant. After its later bound the value is certainly overdue, before its earlier bound it is certainly fine;
//! in between nobody knows, and that is a verdict of its own, [`Verdict::Unknown`], which never counts as either.

use jiff::Timestamp;

use super::duration::Duration;
use super::evidence::{Age, Evidence, Expiry, Interval};
use super::policy::{ExpiryPolicy, Policy};
use super::sort;
use super::time::shift;

/// What can be said of one value, least urgent first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// The policy requires nothing that evidence could meet.
    Unregulated,
    /// The value certainly meets every demand.
    Current,
    /// The value meets every demand, but a warning band of one has begun.
    DueSoon {
        /// The shortest band that has begun.
        band: Duration,
    },
    /// It isn't known whether the value meets its demands.
    Unknown,
    /// Two pieces of evidence can't both be true. A value that is overdue by either account is [`Verdict::Overdue`] instead.
    Conflict,
    /// The value certainly breaks a demand, whichever evidence is true.
    Overdue {
        /// Whether the policy's grace period is still running.
        in_grace: bool,
    },
    /// The value has expired, according to its issuer.
    Expired,
}

impl Verdict {
    /// Returns the name used in reports.
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

/// The member of the policy that a demand comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum DemandKind {
    /// The expiry that the issuer set.
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

/// An instant by which the value must be replaced, known only to lie between two bounds. `None` stands for the end of time: no such
/// instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Demand {
    /// Where the demand comes from.
    pub kind: DemandKind,
    /// Not due before this. [`Timestamp::MIN`] for a demand that was never met, or if nothing is known.
    pub earliest: Option<Timestamp>,
    /// Due by this at the latest.
    pub latest: Option<Timestamp>,
    /// Whether the demand is still met at the instant itself.
    inclusive: bool,
}

impl Demand {
    /// Creates a demand that is broken from the instant itself on.
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

    /// Whether the demand is broken for every possible age.
    fn is_broken(self, now: Timestamp) -> bool {
        self.past(self.latest, now)
    }

    /// Whether the demand is met for every possible age.
    fn is_kept(self, now: Timestamp) -> bool {
        !self.past(self.earliest, now)
    }
}

/// A verdict and the reasons for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judgement {
    /// The verdict.
    pub verdict: Verdict,
    /// The demand that decides: the broken one, the undecided one, or the next to come due.
    pub decided_by: Option<Demand>,
    /// All demands, in the order of [`DemandKind`].
    pub demands: Vec<Demand>,
    /// What would turn an unknown verdict into a known one.
    pub settle: Option<&'static str>,
}

impl Judgement {
    /// Returns the first instant at which the value may be due, as for a calendar entry. `None` if none is known.
    #[must_use]
    pub fn due(&self) -> Option<Timestamp> {
        first(self.demands.iter().map(|demand| demand.earliest))
    }

    /// Returns the instant at which the value is certainly due.
    #[must_use]
    pub fn due_for_certain(&self) -> Option<Timestamp> {
        first(self.demands.iter().map(|demand| demand.latest))
    }
}

/// Returns the instant from which the value is due soon: where the longest band before a demand begins, for the earliest of the demands.
/// `None` if none is known.
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

/// Returns the earliest instant, ignoring [`Timestamp::MIN`], which stands for "always".
fn first(instants: impl Iterator<Item = Option<Timestamp>>) -> Option<Timestamp> {
    instants.flatten().filter(|at| *at > Timestamp::MIN).min()
}

/// Whether the key that holds the previous value is still within `previous.overlap`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Overlap {
    /// It may still be there.
    Within,
    /// It should have been removed.
    Over {
        /// The latest instant at which the overlap can have ended.
        since: Timestamp,
    },
    /// It isn't known whether it may still be there.
    Unknown,
}

/// Whether the previous key may still be there, given when the new value was written.
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

/// The longest warning before an expiry if the policy names no band, in seconds. Azure and certificate exporters use 30 days, too.
const LONGEST_DEFAULT_BAND: i64 = 30 * 86_400;

/// The advice if there is no evidence at all.
const RECORD_IT: &str = "give an export of the store that the value comes from (`--evidence FILE` on the command line), or record its last rotation with `envgate rotation record`";

/// Judges `age` by `policy` as of `now`. `pieces` must be the slice that `age` was computed from.
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
    // A demand that is broken by every account is broken, even if the accounts disagree.
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
        return judgement(Verdict::Unknown, open, Some(narrowing_evidence(age, pieces)));
    }
    let (verdict, next) = ahead(policy, age, &demands, now);
    judgement(verdict, next, None)
}

/// Whether the broken demand is of a kind that has a grace period, and the period isn't over.
fn is_in_grace(policy: &Policy, broken: Demand, now: Timestamp) -> bool {
    policy.grace.zip(broken.latest).is_some_and(|(grace, latest)| {
        matches!(broken.kind, DemandKind::MaxAge | DemandKind::ChangedSince)
            && latest > Timestamp::MIN
            && now <= shift(latest, grace.seconds())
    })
}

/// If every demand is met: whether a warning band has begun, and which demand comes due next.
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

/// Returns the warning bands of the policy. If it names none, an expiry still gets one: the last third of the lifetime, when cert-manager
/// renews, but at most 30 days.
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

/// Returns everything that the policy requires of a value with that interval and that expiry.
fn demands(policy: &Policy, written: Interval, expires: Expiry, now: Timestamp) -> Vec<Demand> {
    // The value exists, so it was written by now. Without a lower bound it may be arbitrarily old.
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

/// Adds what the policy requires of the expiry of a value written between `lo` and `hi`.
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
        // A value that was written before this lives too long.
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

/// Returns what would narrow the age: the better export named by the piece that set a bound, or any evidence at all.
fn narrowing_evidence(age: &Age, pieces: &[Evidence]) -> &'static str {
    if !age.future.is_empty() && age.written == Interval::UNKNOWN {
        return "the evidence is dated in the future: its date or the clock (`--now`) is wrong";
    }
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
