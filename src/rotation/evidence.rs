//! Evidence for the instant at which a key got its present value.
//!
//! No origin says "this value is N days old"; each gives a bound. A piece of [`Evidence`] is therefore an [`Interval`] that contains the
//! instant, together with its origin, and [`Age::of`] intersects the pieces. What an origin *claims* is not always what it *proves*:
//!
//! - An origin at least as strong as the policy requires is believed: its whole interval counts.
//! - A weaker origin that held the value (a copy, a commit) proves only that the value existed then, so only its upper bound counts: a copy
//!   made today doesn't make the secret young. A comment proves nothing.
//! - An old export says nothing about later changes, so its upper bound and its expiry are ignored.

use jiff::Timestamp;

use super::sort;
use super::time::shift;

/// How many seconds two pieces of evidence may lie apart and still be taken for the same change: a bare date can mean any instant of that
/// day anywhere on earth, and people record a rotation after making it.
pub const TOLERANCE_SECONDS: i64 = 2 * 86_400;

/// How many seconds a date may lie ahead of the clock before it counts as a date in the future, since clocks differ.
pub const SKEW_SECONDS: i64 = 300;

/// How old an export may be, in seconds, and still describe the present.
pub const FRESH_SECONDS: i64 = 86_400;

/// Where a date comes from, strongest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rank {
    /// The issuer of the credential: IAM, a certificate authority.
    Issuer,
    /// The value itself. No signature was verified.
    Value,
    /// The store that the value comes from.
    Store,
    /// The ledger, with fingerprint and seal verified.
    Ledger,
    /// The ledger, with nothing verified: somebody wrote it down.
    Record,
    /// A place that the value was copied to.
    Copy,
    /// A commit.
    Git,
    /// A comment beside the value.
    Comment,
}

impl Rank {
    /// All ranks, strongest first.
    pub const ALL: [Rank; 8] = [
        Rank::Issuer,
        Rank::Value,
        Rank::Store,
        Rank::Ledger,
        Rank::Record,
        Rank::Copy,
        Rank::Git,
        Rank::Comment,
    ];

    /// The weakest rank that is believed if the policy doesn't name one.
    pub const DEFAULT_FLOOR: Rank = Rank::Record;

    /// Returns the name used in a policy's `evidence`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Rank::Issuer => "issuer",
            Rank::Value => "value",
            Rank::Store => "store",
            Rank::Ledger => "ledger",
            Rank::Record => "record",
            Rank::Copy => "copy",
            Rank::Git => "git",
            Rank::Comment => "comment",
        }
    }

    /// Returns the rank of that name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Rank> {
        Rank::ALL.into_iter().find(|rank| rank.name() == name)
    }

    /// Whether the origin held the value at the instant that it names, which proves that the value is at least that old.
    fn proves_existence(self) -> bool {
        !matches!(self, Rank::Record | Rank::Comment)
    }
}

/// The range of possible instants, both ends included; `None` leaves an end open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Interval {
    /// No earlier than this.
    pub earliest: Option<Timestamp>,
    /// No later than this.
    pub latest: Option<Timestamp>,
}

impl Interval {
    /// Nothing is known: both ends are open.
    pub const UNKNOWN: Interval = Interval {
        earliest: None,
        latest: None,
    };

    /// The interval of that one instant.
    #[must_use]
    pub fn exact(at: Timestamp) -> Interval {
        Interval {
            earliest: Some(at),
            latest: Some(at),
        }
    }

    /// That instant or later.
    #[must_use]
    pub fn since(at: Timestamp) -> Interval {
        Interval {
            earliest: Some(at),
            latest: None,
        }
    }

    /// That instant or earlier.
    #[must_use]
    pub fn until(at: Timestamp) -> Interval {
        Interval {
            earliest: None,
            latest: Some(at),
        }
    }

    /// The interval between two bounds from one origin. If they contradict each other, only the weaker statement is kept: not after the
    /// later of the two.
    #[must_use]
    pub fn between(earliest: Option<Timestamp>, latest: Option<Timestamp>) -> Interval {
        match (earliest, latest) {
            (Some(from), Some(to)) if from > to => Interval::until(from),
            _ => Interval { earliest, latest },
        }
    }

    /// Returns the instants that both intervals allow, or `None` if they don't overlap.
    #[must_use]
    pub fn intersect(self, other: Interval) -> Option<Interval> {
        let earliest = self.earliest.max(other.earliest);
        let latest = match (self.latest, other.latest) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        };
        match (earliest, latest) {
            (Some(from), Some(to)) if from > to => None,
            _ => Some(Interval { earliest, latest }),
        }
    }

    /// Returns the smallest interval that contains both.
    #[must_use]
    pub fn hull(self, other: Interval) -> Interval {
        Interval {
            earliest: self.earliest.zip(other.earliest).map(|(a, b)| a.min(b)),
            latest: self.latest.zip(other.latest).map(|(a, b)| a.max(b)),
        }
    }

    /// Whether both ends are the same instant.
    #[must_use]
    pub fn is_exact(self) -> bool {
        self.earliest.is_some() && self.earliest == self.latest
    }

    /// Returns the distance between two intervals in seconds; zero if they overlap.
    fn gap_seconds(self, other: Interval) -> i64 {
        let gap = |from: Option<Timestamp>, to: Option<Timestamp>| match (from, to) {
            (Some(from), Some(to)) => from.as_second() - to.as_second(),
            _ => 0,
        };
        gap(self.earliest, other.latest)
            .max(gap(other.earliest, self.latest))
            .max(0)
    }
}

/// When a value expires, according to its issuer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Expiry {
    /// The origin doesn't say.
    #[default]
    Unknown,
    /// It never expires.
    Never,
    /// Invalid from that instant on (JWT, SSH, the stores).
    At(Timestamp),
    /// Valid up to and including that instant (X.509).
    Through(Timestamp),
}

impl Expiry {
    /// Returns the instant, if there is one.
    #[must_use]
    pub fn instant(self) -> Option<Timestamp> {
        match self {
            Expiry::Unknown | Expiry::Never => None,
            Expiry::At(at) | Expiry::Through(at) => Some(at),
        }
    }

    /// Whether the value has expired at `now`.
    #[must_use]
    pub fn is_over(self, now: Timestamp) -> bool {
        match self {
            Expiry::Unknown | Expiry::Never => false,
            Expiry::At(at) => now >= at,
            Expiry::Through(at) => now > at,
        }
    }

    /// Returns the sooner of the two. An instant precedes `Never` and `Unknown`, and `Never` precedes `Unknown`.
    #[must_use]
    pub fn sooner(self, other: Expiry) -> Expiry {
        match (self.instant(), other.instant()) {
            (Some(this), Some(that)) => {
                if that < this {
                    other
                } else {
                    self
                }
            }
            (Some(_), None) => self,
            (None, Some(_)) => other,
            (None, None) => {
                if self == Expiry::Unknown {
                    other
                } else {
                    self
                }
            }
        }
    }
}

/// One piece of evidence about the value of one key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evidence {
    /// How strong the origin is.
    pub rank: Rank,
    /// The kind of origin, such as `aws-secretsmanager`.
    pub source: &'static str,
    /// The field that the date was read from.
    pub field: &'static str,
    /// When the value was written, according to the origin.
    pub written: Interval,
    /// When the value expires, according to the origin.
    pub expires: Expiry,
    /// When the export was made; `None` for now.
    pub as_of: Option<Timestamp>,
    /// The version id that the origin assigns: random or a counter, so it reveals nothing about the value.
    pub version: Option<String>,
    /// Which export or action would narrow down what this evidence leaves open.
    pub better: Option<&'static str>,
}

/// The combined evidence about one value. Indices refer to the slice that was given to [`Age::of`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Age {
    /// When the value was written.
    pub written: Interval,
    /// The piece that set the lower bound.
    pub earliest_by: Option<usize>,
    /// The piece that set the upper bound.
    pub latest_by: Option<usize>,
    /// When the value expires: the soonest of all that were given.
    pub expires: Expiry,
    /// The piece that set `expires`.
    pub expires_by: Option<usize>,
    /// Two pieces that can't both be true, the stronger one first.
    pub conflict: Option<(usize, usize)>,
    /// The smallest interval that contains those of all pieces. If pieces conflict, the true instant lies in here.
    pub hull: Interval,
    /// Pieces dated in the future: what they say of the age is ignored.
    pub future: Vec<usize>,
    /// Pieces from exports too old to describe the present.
    pub stale: Vec<usize>,
    /// Pieces weaker than the policy requires.
    pub weak: Vec<usize>,
}

impl Age {
    /// Combines the pieces as of `now`, believing origins down to `floor`.
    #[must_use]
    pub fn of(pieces: &[Evidence], floor: Rank, now: Timestamp) -> Age {
        let mut age = Age {
            written: Interval::UNKNOWN,
            earliest_by: None,
            latest_by: None,
            expires: Expiry::Unknown,
            expires_by: None,
            conflict: None,
            hull: Interval::UNKNOWN,
            future: Vec::new(),
            stale: Vec::new(),
            weak: Vec::new(),
        };
        let mut first = true;
        for index in sort::order(pieces.len(), &|a, b| pieces[a].rank.cmp(&pieces[b].rank)) {
            if let Some((written, expires)) = age.proven(pieces, index, floor, now) {
                age.add(index, written, expires, first);
                first = false;
            }
        }
        age
    }

    /// Returns what a piece proves, and notes it as `future`, `weak` or `stale` where that applies.
    fn proven(&mut self, pieces: &[Evidence], index: usize, floor: Rank, now: Timestamp) -> Option<(Interval, Expiry)> {
        let piece = &pieces[index];
        let (mut written, mut expires) = (piece.written, piece.expires);
        if written
            .earliest
            .is_some_and(|earliest| earliest > shift(now, SKEW_SECONDS))
        {
            self.future.push(index);
            // When the value ends is not in doubt: a token must not outlive its `exp` because it has a wrong `iat`.
            let ends = expires != Expiry::Unknown;
            return ends.then_some((Interval::UNKNOWN, expires));
        }
        if piece.rank > floor {
            self.weak.push(index);
            written.earliest = None;
            if !piece.rank.proves_existence() {
                return None;
            }
        }
        if piece.as_of.is_some_and(|as_of| as_of < shift(now, -FRESH_SECONDS)) {
            self.stale.push(index);
            written.latest = None;
            expires = Expiry::Unknown;
        }
        Some((written, expires))
    }

    fn add(&mut self, index: usize, written: Interval, expires: Expiry, first: bool) {
        self.hull = if first { written } else { self.hull.hull(written) };
        match self.written.intersect(written) {
            Some(both) => {
                if both.earliest != self.written.earliest {
                    self.earliest_by = Some(index);
                }
                if both.latest != self.written.latest {
                    self.latest_by = Some(index);
                }
                self.written = both;
            }
            // Close enough to mean the same change, so keep what the stronger piece says.
            None if self.written.gap_seconds(written) <= TOLERANCE_SECONDS => {}
            None => {
                let newer = written
                    .earliest
                    .zip(self.written.latest)
                    .is_some_and(|(from, to)| from > to);
                let against = if newer { self.latest_by } else { self.earliest_by };
                self.conflict = self.conflict.or(against.map(|against| (against, index)));
            }
        }
        let sooner = self.expires.sooner(expires);
        if sooner != self.expires {
            (self.expires, self.expires_by) = (sooner, Some(index));
        }
    }
}

#[cfg(test)]
mod tests;
