//! What is known about the instant at which a key got its present value.
//!
//! No field anywhere means "so many days old"; each is a bound. A piece of [`Evidence`] is therefore an [`Interval`] for that instant, with
//! the origin that says so, and several pieces intersect ([`Age::of`]). What an origin *claims* is not yet what it *proves*:
//!
//! - An origin at least as strong as the policy asks for is believed: its whole interval counts.
//! - A weaker one that holds the value (a copy, a commit) proves only that the value existed then, so only its upper bound counts: that the
//!   copy was made today doesn't make the secret young. A comment proves nothing.
//! - What was exported a while ago says nothing about changes since: its upper bound, and its expiry, no longer count.

use jiff::Timestamp;

use super::sort;
use super::time::shift;

/// Pieces that disagree by no more than this are taken to mean the same change: a bare date stands for any instant of a day
/// anywhere on earth, and people write down a rotation after making it.
pub const TOLERANCE_SECONDS: i64 = 2 * 86_400;

/// How far a date may lie ahead of us before it counts as one of the future: clocks differ.
pub const SKEW_SECONDS: i64 = 300;

/// How old an export may be and still speak of the present.
pub const FRESH_SECONDS: i64 = 86_400;

/// Where a date comes from, the strongest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rank {
    /// Who made the credential: IAM, a certificate authority.
    Issuer,
    /// The value says so itself. No signature was verified.
    Value,
    /// The store that the value comes from.
    Store,
    /// Our ledger, fingerprint and seal verified.
    Ledger,
    /// Our ledger, nothing of it verified: somebody wrote it down.
    Record,
    /// A place that the value was copied to.
    Copy,
    /// A commit.
    Git,
    /// A comment beside the value.
    Comment,
}

impl Rank {
    /// All, the strongest first.
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

    /// The weakest that is believed where a policy doesn't say.
    pub const DEFAULT_FLOOR: Rank = Rank::Record;

    /// Its name in a policy's `evidence`.
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

    /// The rank of that name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Rank> {
        Rank::ALL.into_iter().find(|rank| rank.name() == name)
    }

    /// Whether the origin held the value at the instant it names, so that the value is at least that old.
    fn proves_existence(self) -> bool {
        !matches!(self, Rank::Record | Rank::Comment)
    }
}

/// The instants that are possible, both ends included; an end that is `None` is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Interval {
    /// Not before.
    pub earliest: Option<Timestamp>,
    /// Not after.
    pub latest: Option<Timestamp>,
}

impl Interval {
    /// Nothing is known.
    pub const UNKNOWN: Interval = Interval {
        earliest: None,
        latest: None,
    };

    /// Exactly then.
    #[must_use]
    pub fn exact(at: Timestamp) -> Interval {
        Interval {
            earliest: Some(at),
            latest: Some(at),
        }
    }

    /// Then or later.
    #[must_use]
    pub fn since(at: Timestamp) -> Interval {
        Interval {
            earliest: Some(at),
            latest: None,
        }
    }

    /// Then or earlier.
    #[must_use]
    pub fn until(at: Timestamp) -> Interval {
        Interval {
            earliest: None,
            latest: Some(at),
        }
    }

    /// Between two bounds of one origin. If they contradict each other, only what both allow is left: not after the later one.
    #[must_use]
    pub fn between(earliest: Option<Timestamp>, latest: Option<Timestamp>) -> Interval {
        match (earliest, latest) {
            (Some(from), Some(to)) if from > to => Interval::until(from),
            _ => Interval { earliest, latest },
        }
    }

    /// What both allow, if anything.
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

    /// What either allows.
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

    /// How far two intervals lie apart, in seconds; zero where they meet.
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

/// When a value ends by the word of who issued it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Expiry {
    /// Nobody says.
    #[default]
    Unknown,
    /// It has no end.
    Never,
    /// It is no longer good at that instant (JWT, SSH, the stores).
    At(Timestamp),
    /// It is good up to and with that instant (X.509).
    Through(Timestamp),
}

impl Expiry {
    /// The instant that it names.
    #[must_use]
    pub fn instant(self) -> Option<Timestamp> {
        match self {
            Expiry::Unknown | Expiry::Never => None,
            Expiry::At(at) | Expiry::Through(at) => Some(at),
        }
    }

    /// Whether the value has ended.
    #[must_use]
    pub fn is_over(self, now: Timestamp) -> bool {
        match self {
            Expiry::Unknown | Expiry::Never => false,
            Expiry::At(at) => now >= at,
            Expiry::Through(at) => now > at,
        }
    }

    /// The sooner of two; a known end before an unknown one.
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
    /// The field it was read from.
    pub field: &'static str,
    /// When the value was written, by the word of the origin.
    pub written: Interval,
    /// When it ends, by the word of the origin.
    pub expires: Expiry,
    /// When the origin was asked; `None` if that is now.
    pub as_of: Option<Timestamp>,
    /// The version in the origin's own counting. Random or a number: says nothing about the value.
    pub version: Option<String>,
    /// The export or the act that would settle what this one leaves open.
    pub better: Option<&'static str>,
}

/// What all evidence about one value comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Age {
    /// When the value came to be.
    pub written: Interval,
    /// Which piece set the lower bound.
    pub earliest_by: Option<usize>,
    /// Which piece set the upper bound.
    pub latest_by: Option<usize>,
    /// When it ends: the soonest of all that say so.
    pub expires: Expiry,
    /// Which piece says when it ends.
    pub expires_by: Option<usize>,
    /// Two pieces that can't both be true, the stronger first.
    pub conflict: Option<(usize, usize)>,
    /// What any of the pieces allows: where there is a conflict, the truth is in here.
    pub hull: Interval,
    /// Pieces that name an instant of the future; they count for nothing.
    pub future: Vec<usize>,
    /// Pieces too old to speak of the present.
    pub stale: Vec<usize>,
    /// Pieces weaker than the policy asks for.
    pub weak: Vec<usize>,
}

impl Age {
    /// Brings the pieces together as of `now`, believing origins down to `floor`.
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

    /// What a piece proves, with what stands against it noted.
    fn proven(&mut self, pieces: &[Evidence], index: usize, floor: Rank, now: Timestamp) -> Option<(Interval, Expiry)> {
        let piece = &pieces[index];
        let (mut written, mut expires) = (piece.written, piece.expires);
        if written
            .earliest
            .is_some_and(|earliest| earliest > shift(now, SKEW_SECONDS))
        {
            self.future.push(index);
            return None;
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
            // Close enough to mean the same change: the stronger word stands.
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
