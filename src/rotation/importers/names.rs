//! Which record of an export is about which key.
//!
//! Stores name things their own way: `prod/app/DATABASE_PASSWORD`, `DATABASE-PASSWORD`, `prod/app DATABASE_PASSWORD`. A record is taken for a key's if
//! the last part of its name is the key's, however it is written, and nothing in it names another environment. A map says the rest; it also is where
//! one secret is said to hold several keys, and then a date of its own is only an upper bound for each.

use super::{Import, Record, Subject};
use crate::rotation::evidence::{Evidence, Interval};
use crate::source::Span;

/// Names of stores to keys, as given by the user: `prod/app=DATABASE_PASSWORD`.
pub type NameMap = [(String, String)];

/// The key whose evidence is looked for.
#[derive(Debug, Clone, Copy)]
pub struct Target<'t> {
    /// The key.
    pub key: &'t str,
    /// All names of the environment: its name and its aliases.
    pub environment: &'t [&'t str],
    /// All names of the other environments.
    pub others: &'t [&'t str],
    /// Public ids that stand in the value or beside it ([`public_id`](crate::rotation::selfdated::public_id)).
    pub public_ids: &'t [String],
}

/// A piece of evidence, and where in the export it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Match {
    /// The evidence.
    pub evidence: Evidence,
    /// The record.
    pub span: Span,
}

/// The evidence that an export holds about a key.
#[must_use]
pub fn evidence_in(import: &Import, target: &Target<'_>, map: &NameMap) -> Vec<Match> {
    let mut found: Vec<(Fit, &Record)> = import
        .records
        .iter()
        .filter_map(|record| Some((fit(record, target, map)?, record)))
        .collect();
    let best = found.iter().map(|(fit, _)| *fit).max();
    found.retain(|(fit, _)| Some(*fit) == best);
    // Different secrets that fit equally well: any of them may be the one, so only what all allow is known.
    let distinct = found.iter().any(|(_, record)| record.subject != found[0].1.subject);
    let widest = found
        .iter()
        .map(|(_, record)| record.evidence.written)
        .reduce(Interval::hull);
    found
        .into_iter()
        .map(|(_, record)| {
            let mut evidence = record.evidence.clone();
            if let Some(widest) = widest.filter(|_| distinct) {
                evidence.written = widest;
                evidence.version = None;
            }
            if holds_several(record, map) {
                evidence.written.earliest = None;
            }
            Match {
                evidence,
                span: record.span,
            }
        })
        .collect()
}

/// How well a record fits, the best last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Fit {
    /// By its name.
    Name,
    /// By its name, and it names the environment.
    Environment,
    /// By the map, or by a public id.
    Certain,
}

fn fit(record: &Record, target: &Target<'_>, map: &NameMap) -> Option<Fit> {
    let name = match &record.subject {
        Subject::PublicId(id) => return target.public_ids.contains(id).then_some(Fit::Certain),
        Subject::Unnamed => return None,
        Subject::Name(name) => name,
    };
    if !record.scopes.is_empty() {
        let here = record.scopes.iter().any(|scope| mentions(scope, target.environment));
        let elsewhere = record.scopes.iter().any(|scope| mentions(scope, target.others));
        if elsewhere && !here {
            return None;
        }
    }
    if map.iter().any(|(store, _)| store == name) {
        return map
            .iter()
            .any(|(store, key)| store == name && key == target.key)
            .then_some(Fit::Certain);
    }
    let parts: Vec<&str> = name.split(['/', ':', ' ']).filter(|part| !part.is_empty()).collect();
    let (last, path) = parts.split_last()?;
    if !same(last, target.key) {
        return None;
    }
    let named = |names: &[&str]| path.iter().any(|part| mentions(part, names));
    if named(target.environment) || record.scopes.iter().any(|scope| mentions(scope, target.environment)) {
        Some(Fit::Environment)
    } else if named(target.others) {
        None
    } else {
        Some(Fit::Name)
    }
}

fn holds_several(record: &Record, map: &NameMap) -> bool {
    matches!(&record.subject, Subject::Name(name) if map.iter().filter(|(store, _)| store == name).nth(1).is_some())
}

/// Whether a part of a name is, or has among its words, one of these: `prod`, `app-prod`.
fn mentions(part: &str, names: &[&str]) -> bool {
    let words = || part.split(|char: char| !char.is_ascii_alphanumeric());
    names
        .iter()
        .any(|name| same(part, name) || words().any(|word| same(word, name)))
}

/// Letters without their case; `-` and `.` for `_`.
fn same(a: &str, b: &str) -> bool {
    let plain = |byte: u8| {
        if matches!(byte, b'-' | b'.') {
            b'_'
        } else {
            byte.to_ascii_uppercase()
        }
    };
    a.len() == b.len() && a.bytes().zip(b.bytes()).all(|(a, b)| plain(a) == plain(b))
}
