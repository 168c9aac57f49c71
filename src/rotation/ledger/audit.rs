//! What a ledger reveals: on its own ([`Ledger::audit`], which needs neither values nor keys) and compared with the value in use
//! ([`Ledger::standing`]).

use jiff::Timestamp;

use super::{Entry, Fingerprint, Ledger, LedgerKey, Reason};
use crate::map::Map;
use crate::rotation::evidence::{Evidence, Expiry, Interval, Rank, SKEW_SECONDS};
use crate::rotation::sort;
use crate::rotation::time::shift;
use crate::source::Span;

/// How long after a rotation it may be recorded without remark, in seconds.
const LATE_SECONDS: i64 = 14 * 86_400;

/// A finding about an entry of a ledger. Says which entry, never anything about a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    /// The entry: an index into [`Ledger::entries`].
    pub entry: usize,
    /// The kind of finding.
    pub kind: FindingKind,
    /// The entry that it disagrees with.
    pub against: Option<usize>,
}

/// The kinds of findings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum FindingKind {
    /// A later date for the same value: nothing was rotated.
    RotatedOnPaper,
    /// The value matches no recorded rotation.
    ChangedWithoutRecord,
    /// The value was in use before and had been replaced.
    RolledBack,
    /// The date lies in the future, or after the instant at which it was recorded.
    FutureDate,
    /// None of the ledger keys at hand is the one that the entry was made with.
    Unverifiable,
    /// The entry was edited after it was sealed.
    EditedEntry,
    /// Two entries for the same instant differ.
    SameInstant,
    /// The rotation was recorded long after it happened.
    RecordedLate,
    /// The schema has no such key.
    UnknownKey,
    /// The schema has no such environment.
    UnknownEnvironment,
}

/// Whether a schema has the names in an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Known {
    /// It has both.
    Yes,
    /// It has the environment, but not the key.
    NoSuchKey,
    /// It doesn't have the environment.
    NoSuchEnvironment,
}

/// The value in use, compared with the ledger.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Standing {
    /// The findings to report.
    pub findings: Vec<Finding>,
    /// What the ledger proves or claims about the age of the value.
    pub evidence: Option<Evidence>,
    /// Where in the ledger the evidence is.
    pub span: Span,
}

impl Ledger {
    /// Returns the findings that need no values: what the entries say about themselves and about each other.
    #[must_use]
    pub fn audit(&self, now: Timestamp, known: impl Fn(&str, &str) -> Known) -> Vec<Finding> {
        let mut findings = Vec::new();
        let mut start = 0;
        for of_one in self
            .entries
            .chunk_by(|a, b| a.environment == b.environment && a.key == b.key)
        {
            let mut say = |entry, kind, against| {
                findings.push(Finding {
                    entry: start + entry,
                    kind,
                    against,
                })
            };
            match known(&of_one[0].environment, &of_one[0].key) {
                Known::Yes => {}
                Known::NoSuchKey => say(0, FindingKind::UnknownKey, None),
                Known::NoSuchEnvironment => say(0, FindingKind::UnknownEnvironment, None),
            }
            for (index, entry) in of_one.iter().enumerate() {
                if entry.rotated_at > shift(entry.recorded_at.unwrap_or(now).min(now), SKEW_SECONDS) {
                    say(index, FindingKind::FutureDate, None);
                } else if entry.reason != Reason::Initial
                    && entry
                        .recorded_at
                        .is_some_and(|recorded| recorded > shift(entry.rotated_at, LATE_SECONDS))
                {
                    // A value older than the ledger can't have been recorded in time.
                    say(index, FindingKind::RecordedLate, None);
                }
            }
            compare_entries(of_one, start, &mut say);
            start += of_one.len();
        }
        sort::by(&mut findings, &Ord::cmp);
        findings
    }

    /// Compares the value in use with the entries of its key, using the ledger keys among the values of the environment.
    ///
    /// If there is a ledger key, only sealed entries are believed: otherwise anybody who can write to the repository could remove a seal
    /// and backdate an entry. Without a value (a review of the ledger alone), or without both ledger key and fingerprint, the last date is
    /// taken as claimed.
    #[must_use]
    pub fn standing(&self, environment: &str, key: &str, value: Option<&[u8]>, keys: &[LedgerKey]) -> Standing {
        let (start, entries) = self.of(environment, key);
        let mut standing = Standing::default();
        let mut say = |entry: usize, kind, against: Option<usize>| {
            let against = against.map(|index| start + index);
            standing.findings.push(Finding {
                entry: start + entry,
                kind,
                against,
            });
        };
        let key_of = |entry: &Entry| keys.iter().find(|key| Some(key.kid()) == entry.kid.as_deref());
        let mut believed: Vec<(usize, &Entry)> = Vec::new();
        for (index, entry) in entries.iter().enumerate() {
            match key_of(entry) {
                Some(key) if entry.seal.is_some() && !key.sealed(entry) => say(index, FindingKind::EditedEntry, None),
                _ => believed.push((index, entry)),
            }
        }
        let Some(&(last, newest)) = believed.last() else {
            return standing;
        };
        standing.span = newest.span;
        // Once values are sealed, whether by a key that is present or by one that isn't, an entry without a seal could be anybody's.
        let is_sealed = !keys.is_empty() || entries.iter().any(|entry| entry.seal.is_some());
        let has_seal = newest.seal.is_some() && newest.fingerprint.is_some();
        if value.is_none() || keys.is_empty() && newest.fingerprint.is_none() {
            if is_sealed && !has_seal {
                say(last, FindingKind::Unverifiable, None);
            } else {
                let first = first_of_value(&believed);
                standing.evidence = Some(evidence(first, written(first, entries), Rank::Record));
            }
            return standing;
        }
        let value = value.unwrap_or_default();
        // All entries are compared, whichever agree. The value was in use since the first that agrees, whatever later entries claim.
        let agrees = |entry: &Entry| entry.seal.is_some() && key_of(entry).is_some_and(|key| key.agrees(entry, value));
        let agreeing: Vec<(usize, &Entry)> = believed.iter().copied().filter(|(_, entry)| agrees(entry)).collect();
        standing.evidence = match (agreeing.first(), agreeing.last()) {
            (Some((_, oldest)), Some(&(index, _))) => {
                if index != last {
                    let kind = if newest.fingerprint.is_none() {
                        FindingKind::RotatedOnPaper
                    } else {
                        FindingKind::RolledBack
                    };
                    say(last, kind, Some(index));
                }
                standing.span = oldest.span;
                Some(evidence(oldest, written(oldest, entries), Rank::Ledger))
            }
            _ if newest.seal.is_none() || newest.fingerprint.is_none() || key_of(newest).is_none() => {
                say(last, FindingKind::Unverifiable, None);
                None
            }
            _ => {
                // If an entry was edited, it may be the one of this value; that is reported already.
                if believed.len() == entries.len() {
                    say(last, FindingKind::ChangedWithoutRecord, None);
                }
                Some(evidence(newest, Interval::since, Rank::Ledger))
            }
        };
        standing
    }
}

/// Reports what the entries of one key say about each other.
fn compare_entries<'e>(entries: &'e [Entry], start: usize, say: &mut impl FnMut(usize, FindingKind, Option<usize>)) {
    // Where each fingerprint was last seen, at another instant than the one that is looked at.
    let mut seen: Map<(&str, Fingerprint), usize> = Map::default();
    let of = |entry: &'e Entry| Some((entry.kid.as_deref()?, entry.fingerprint?));
    let mut earlier = 0;
    let mut begin = 0;
    for of_instant in entries.chunk_by(|a, b| a.rotated_at == b.rotated_at) {
        if begin > 0 && of_instant.iter().all(|entry| entry.reason == Reason::Rekey) {
            say(begin, FindingKind::RotatedOnPaper, Some(start + begin - 1));
        }
        begin += of_instant.len();
    }
    for (index, entry) in entries.iter().enumerate().skip(1) {
        let before = &entries[index - 1];
        if entry.rotated_at == before.rotated_at && entry.kid == before.kid {
            say(index, FindingKind::SameInstant, Some(start + index - 1));
            continue;
        }
        // An entry of the same instant under another ledger key is the same rotation, fingerprinted again.
        while entries[earlier].rotated_at < entry.rotated_at {
            if let Some(value) = of(&entries[earlier]) {
                *seen.or(value, earlier) = earlier;
            }
            earlier += 1;
        }
        match of(entry).and_then(|value| seen.get(&value).copied()) {
            Some(older) if older == index - 1 => say(index, FindingKind::RotatedOnPaper, Some(start + older)),
            Some(older) => say(index, FindingKind::RolledBack, Some(start + older)),
            None => {}
        }
    }
}

/// Returns what an entry says about when its value was written. One that says that the value stayed, at an instant of which there is no
/// other record, says no more than that it was there.
fn written(entry: &Entry, entries: &[Entry]) -> fn(Timestamp) -> Interval {
    let is_of = |other: &Entry| other.rotated_at == entry.rotated_at && other.reason != Reason::Rekey;
    if entry.reason == Reason::Rekey && !entries.iter().any(is_of) {
        Interval::until
    } else {
        Interval::exact
    }
}

/// Returns the oldest entry with the fingerprint of the newest: neither a rotation on paper nor a roll-back makes a value young.
fn first_of_value<'e>(entries: &[(usize, &'e Entry)]) -> &'e Entry {
    let newest = entries[entries.len() - 1].1;
    let same = |entry: &&Entry| {
        newest.fingerprint.is_some() && entry.fingerprint == newest.fingerprint && entry.kid == newest.kid
    };
    let mut entries = entries.iter().map(|(_, entry)| *entry);
    entries.find(same).unwrap_or(newest)
}

fn evidence(entry: &Entry, written: fn(Timestamp) -> Interval, rank: Rank) -> Evidence {
    Evidence {
        rank,
        source: "ledger",
        field: "rotatedAt",
        written: written(entry.rotated_at),
        expires: Expiry::Unknown,
        as_of: None,
        version: entry.origin.clone(),
        better: (rank == Rank::Record)
            .then_some("record the rotation with a ledger key, so that it can be verified: `envgate rotation key new`"),
    }
}
