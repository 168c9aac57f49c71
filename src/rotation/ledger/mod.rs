//! `env.rotation.json`, the ledger: a committed record of rotations that holds no values.
//!
//! An entry says that a key of an environment got a new value at some instant. Its fingerprint ([`fingerprint`]) ties it to the value
//! without giving readers of the repository anything to test guesses with; its seal proves that it was written by somebody who holds the
//! values. [`audit`] lists what can be wrong.
//!
//! # The merge rule
//!
//! The ledger is a set: entries are never changed, and their order in the file has no meaning. Each has a line of its own, sorted by
//! environment, key and instant, and every line ends in a comma, because the list closes with a `null`. Adding an entry inserts one line
//! and touches no other, so two branches that both add are merged by keeping the lines of both. git does that by itself if the lines aren't
//! adjacent, and always with this line in `.gitattributes`:
//!
//! ```text
//! env.rotation.json merge=union
//! ```
//!
//! The same rotation recorded on both branches in the same words is one entry; in different words it is a finding
//! ([`FindingKind::SameInstant`]). Committed conflict markers are errors, with their place.

pub mod audit;
pub mod fingerprint;
mod read;
mod wording;

use jiff::Timestamp;

use super::json::Kind;
use super::sort;
use super::time::{self, Shown};
use crate::json::quoted;
use crate::source::Span;
pub use audit::{Finding, FindingKind, Standing};
pub use fingerprint::{Fingerprint, LedgerKey, Seal};
use read::{conflict_markers, error, list, read_entry};

/// The name of the file, which is kept next to the schema.
pub const FILE_NAME: &str = "env.rotation.json";

/// The text of a new ledger.
pub const EMPTY: &str = "{\n  \"version\": 1,\n  \"entries\": [\n    null\n  ]\n}\n";

/// All recorded rotations.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Ledger {
    /// Sorted by environment, key and instant; no duplicates.
    entries: Vec<Entry>,
}

/// One rotation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The environment, by its name in the schema.
    pub environment: String,
    /// The key.
    pub key: String,
    /// When the value changed.
    pub rotated_at: Timestamp,
    /// When the rotation was recorded.
    pub recorded_at: Option<Timestamp>,
    /// Why it changed.
    pub reason: Reason,
    /// Who recorded it.
    pub by: Option<String>,
    /// The version in the store that the value comes from, such as `aws-sm:…`; reveals nothing about the value.
    pub origin: Option<String>,
    /// The id of the ledger key that fingerprint and seal were made with.
    pub kid: Option<String>,
    /// Twenty bits that the value must match.
    pub fingerprint: Option<Fingerprint>,
    /// Proof that the entry was written by somebody who holds the values.
    pub seal: Option<Seal>,
    /// The place in the ledger's text; empty for a new entry.
    pub span: Span,
}

/// Why a value was changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reason {
    /// It was due.
    Scheduled,
    /// It is, or may be, known to others.
    Compromise,
    /// Somebody who knew it left.
    StaffChange,
    /// It expired.
    Expiry,
    /// It is the first value.
    Initial,
    /// The value stays the same; it was fingerprinted with another ledger key.
    Rekey,
}

impl Reason {
    /// All reasons.
    pub const ALL: [Reason; 6] = [
        Reason::Scheduled,
        Reason::Compromise,
        Reason::StaffChange,
        Reason::Expiry,
        Reason::Initial,
        Reason::Rekey,
    ];

    /// Returns the name used in the ledger.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Reason::Scheduled => "scheduled",
            Reason::Compromise => "compromise",
            Reason::StaffChange => "staff-change",
            Reason::Expiry => "expiry",
            Reason::Initial => "initial",
            Reason::Rekey => "rekey",
        }
    }

    /// Returns the reason of that name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Reason> {
        Reason::ALL.into_iter().find(|reason| reason.name() == name)
    }
}

/// An error in a ledger; a ledger with any is refused. Its text contains nothing from the ledger but names of members.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LedgerError {
    /// The place in the ledger's text.
    pub span: Span,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub help: &'static str,
}

/// The members of an entry, in the order in which they are written.
const MEMBERS: [&str; 10] = [
    "environment",
    "key",
    "rotatedAt",
    "recordedAt",
    "reason",
    "by",
    "origin",
    "kid",
    "fingerprint",
    "mac",
];

/// The longest text of a member that is ever shown, in bytes: long enough for any name, but not for a date with an endless fraction.
const MAX_SHOWN: usize = 80;

impl Ledger {
    /// Parses a ledger.
    ///
    /// # Errors
    /// Returns all errors, in the order of the text.
    pub fn parse(text: &[u8]) -> Result<Ledger, Vec<LedgerError>> {
        let markers = conflict_markers(text);
        if !markers.is_empty() {
            return Err(markers);
        }
        let mut entries = Vec::new();
        let mut errors = Vec::new();
        let (_, items) = list(text).map_err(|error| vec![error])?;
        for item in &items {
            match item.kind {
                Kind::Null => {}
                Kind::Object(_) => entries.extend(read_entry(item, &mut errors)),
                _ => errors.push(error(
                    item.span,
                    "an entry is an object",
                    "see schemas/env.rotation.v1.schema.json",
                )),
            }
        }
        if !errors.is_empty() {
            sort::by(&mut errors, &|a, b| a.span.cmp(&b.span));
            return Err(errors);
        }
        sort::by(&mut entries, &|a: &Entry, b: &Entry| {
            a.order().cmp(&b.order()).then(a.span.cmp(&b.span))
        });
        entries.dedup_by(|this, kept| this.same_as(kept));
        Ok(Ledger { entries })
    }

    /// Returns all entries, sorted by environment, key and instant.
    #[must_use]
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// Returns the entries of one key, oldest first, and the index of the first of them in [`Ledger::entries`].
    #[must_use]
    pub fn of(&self, environment: &str, key: &str) -> (usize, &[Entry]) {
        let start = self
            .entries
            .partition_point(|entry| (&*entry.environment, &*entry.key) < (environment, key));
        let len = self.entries[start..].partition_point(|entry| entry.environment == environment && entry.key == key);
        (start, &self.entries[start..start + len])
    }

    /// Returns the entries that a later state of the ledger lacks, although entries are never changed or removed. One that makes the same
    /// value no younger may stand in for another: so a wrong date is corrected, and a record is sealed.
    pub fn lost<'l>(&'l self, later: &'l Ledger) -> impl Iterator<Item = &'l Entry> {
        self.entries.iter().filter(|entry| !later.has(entry))
    }

    /// Whether there is this entry, or one that stands for it.
    #[must_use]
    pub fn has(&self, entry: &Entry) -> bool {
        let (_, ours) = self.of(&entry.environment, &entry.key);
        ours.iter().any(|one| one.stands_for(entry))
    }
}

/// Inserts an entry into the text of a ledger as one new line; all other bytes stay as they are.
///
/// # Errors
/// If the text is not a valid ledger.
pub fn insert(text: &str, entry: &Entry) -> Result<String, Vec<LedgerError>> {
    let ledger = Ledger::parse(text.as_bytes())?;
    let (list, items) = list(text.as_bytes()).map_err(|error| vec![error])?;
    let after = ledger
        .entries
        .iter()
        .filter(|other| other.order() <= entry.order())
        .map(|other| other.span.end)
        .max();
    let line = render(entry);
    let mut new = String::with_capacity(text.len() + line.len() + 16);
    let mut put = |at: usize, parts: [&str; 3]| {
        new.push_str(&text[..at]);
        new.extend(parts);
        new.push_str(&text[at..]);
    };
    let next = items.iter().find(|item| item.span.start >= after.unwrap_or(0));
    match (next, items.last()) {
        (Some(next), _) => put(next.span.range().start, ["", &line, ",\n    "]),
        (None, Some(last)) => put(last.span.range().end, [",\n    ", &line, ",\n    null"]),
        (None, None) => put(list.range().start + 1, ["\n    ", &line, ",\n    null\n  "]),
    }
    Ok(new)
}

/// Returns the spans of a ledger's text that may be shown, sorted and disjoint: structure, dates, reasons, and those environments and keys
/// that `may` allows, which is called with the name of the member and its text. Never who recorded it, nor anything derived from a value.
#[must_use]
pub fn visible(text: &str, may: &dyn Fn(&str, &str) -> bool) -> Vec<Span> {
    let Ok((_, items)) = list(text.as_bytes()) else {
        return Vec::new();
    };
    let mut visible = Vec::new();
    let around = |byte: &u8| matches!(byte, b' ' | b'\t' | b',');
    for item in items.iter().filter(|item| item.is_object()) {
        let (start, end) = (item.span.range().start, item.span.range().end);
        let floor = visible.last().map_or(0, |last: &Span| last.range().end);
        let before = text.as_bytes()[floor..start]
            .iter()
            .rev()
            .take_while(|byte| around(byte))
            .count();
        let after = text.as_bytes()[end..].iter().take_while(|byte| around(byte)).count();
        let mut from = start - before;
        for member in item.members() {
            let value = member.value.text();
            let value = value.as_deref().filter(|value| value.len() <= MAX_SHOWN);
            let is_shown = value.is_some_and(|value| match &*member.name {
                "rotatedAt" | "recordedAt" => time::parse(value, false).is_ok(),
                "reason" => Reason::parse(value).is_some(),
                name @ ("environment" | "key") => may(name, value),
                _ => false,
            });
            let hidden = [
                Some(member.name_span).filter(|_| !MEMBERS.contains(&&*member.name)),
                Some(member.value.span).filter(|_| !is_shown),
            ];
            for hidden in hidden.into_iter().flatten() {
                visible.push(Span::new(from, hidden.range().start));
                from = hidden.range().end;
            }
        }
        visible.push(Span::new(from, end + after));
    }
    visible.retain(|span| !span.is_empty());
    visible
}

/// Formats an entry as a line, without its comma.
#[must_use]
pub fn render(entry: &Entry) -> String {
    let mut line = String::from("{");
    for (name, value) in MEMBERS.into_iter().zip(entry.members()) {
        if let Some(value) = value {
            let separator = if line.len() == 1 { "" } else { ", " };
            line.extend([separator, "\"", name, "\": ", &quoted(&value)]);
        }
    }
    line.push('}');
    line
}

impl Entry {
    /// Returns the members as text, in the order of [`MEMBERS`].
    fn members(&self) -> [Option<String>; MEMBERS.len()] {
        [
            Some(self.environment.clone()),
            Some(self.key.clone()),
            Some(Shown(self.rotated_at).to_string()),
            self.recorded_at.map(|at| Shown(at).to_string()),
            Some(self.reason.name().to_owned()),
            self.by.clone(),
            self.origin.clone(),
            self.kid.clone(),
            self.fingerprint.map(|fingerprint| fingerprint.to_string()),
            self.seal.map(|seal| seal.to_string()),
        ]
    }

    fn order(&self) -> (&str, &str, Timestamp, Option<Timestamp>, Option<&str>) {
        (
            &self.environment,
            &self.key,
            self.rotated_at,
            self.recorded_at,
            self.kid.as_deref(),
        )
    }

    /// Whether this entry says all that another one said to the disadvantage of the value.
    fn stands_for(&self, other: &Entry) -> bool {
        let is_of_value = other.fingerprint.is_none()
            || (&self.kid, self.fingerprint) == (&other.kid, other.fingerprint)
            || self.reason == Reason::Rekey && self.rotated_at == other.rotated_at;
        is_of_value && self.rotated_at <= other.rotated_at
    }

    /// Whether two entries are equal apart from their place.
    fn same_as(&self, other: &Entry) -> bool {
        self.members() == other.members()
    }
}
