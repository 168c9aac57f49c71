//! Decides which record of an export belongs to which key.
//!
//! Stores have their own naming schemes: `prod/app/DATABASE_PASSWORD`, `DATABASE-PASSWORD`, `prod/app DATABASE_PASSWORD`. A record belongs
//! to a key if the last part of its name is that of the key, in any spelling, and no part names another environment, whether one of the
//! schema or one of the usual names. A map given by the user settles the rest. The map also says if one secret holds several keys; then a
//! date of the secret is only an upper bound for each.

use super::{Import, Record, Subject};
use crate::rotation::evidence::{Evidence, Interval};
use crate::rotation::sort;
use crate::source::Span;

/// Names in the store and the keys they belong to, as given by the user: `prod/app=DATABASE_PASSWORD`.
pub type NameMap = [(String, String)];

/// The key to find evidence for.
#[derive(Debug, Clone, Copy)]
pub struct Target<'t> {
    /// The key.
    pub key: &'t str,
    /// All names of the environment: its name and its aliases.
    pub environment: &'t [&'t str],
    /// All names of the other environments.
    pub others: &'t [&'t str],
    /// Public ids found in the value or next to it ([`public_id`](crate::rotation::selfdated::public_id)).
    pub public_ids: &'t [String],
}

/// A piece of evidence, and its place in the export.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Match {
    /// The evidence.
    pub evidence: Evidence,
    /// The record.
    pub span: Span,
    /// Whether anything says that it is about this environment and no other.
    pub is_of_environment: bool,
}

/// Where the records of a name are, since an export may have thousands of them and a schema as many keys.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Names(Vec<(Called, String, usize)>);

/// How a record is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Called {
    /// By the last part of its name, as [`plain`] has it.
    Last,
    /// By its name.
    Whole,
    /// By its public id.
    Id,
}

impl Names {
    /// Of these records.
    #[must_use]
    pub fn of(records: &[Record]) -> Names {
        let mut names = Vec::with_capacity(2 * records.len());
        for (index, record) in records.iter().enumerate() {
            match &record.subject {
                Subject::Name(name) => {
                    names.extend(parts(name).last().map(|last| (Called::Last, plain(last), index)));
                    names.push((Called::Whole, name.clone(), index));
                }
                Subject::PublicId(id) => names.push((Called::Id, id.clone(), index)),
                Subject::Unnamed => {}
            }
        }
        sort::by(&mut names, &Ord::cmp);
        Names(names)
    }

    /// The records that may be about a key, in their order.
    fn candidates(&self, target: &Target<'_>, map: &NameMap) -> Vec<usize> {
        let mut found = Vec::new();
        let mut add = |called: Called, name: &str| {
            let at = self.0.partition_point(|(by, of, _)| (*by, &**of) < (called, name));
            let same = self.0[at..]
                .iter()
                .take_while(|(by, of, _)| (*by, &**of) == (called, name));
            found.extend(same.map(|(.., index)| *index));
        };
        add(Called::Last, &plain(target.key));
        let mapped = map.iter().filter(|(_, key)| key == target.key);
        mapped.for_each(|(store, _)| add(Called::Whole, store));
        target.public_ids.iter().for_each(|id| add(Called::Id, id));
        sort::set(found)
    }
}

/// Returns the evidence that an export holds about a key.
#[must_use]
pub fn evidence_in<'i>(import: &'i Import, target: &Target<'_>, map: &NameMap) -> Vec<Match> {
    let candidates = import.names.candidates(target, map);
    let mut found: Vec<(Fit, &'i Record)> = candidates
        .into_iter()
        .filter_map(|index| import.records.get(index))
        .filter_map(|record| Some((fit(record, target, map)?, record)))
        .collect();
    let best = found.iter().map(|(fit, _)| *fit).max();
    found.retain(|(fit, _)| Some(*fit) == best);
    // Different secrets that fit equally well: any of them may be the right one, so only what all of them allow is known.
    let secret = |record: &'i Record| (&record.subject, &record.scopes);
    let distinct = found.iter().any(|(_, record)| secret(record) != secret(found[0].1));
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
                is_of_environment: is_of_environment(record, target),
            }
        })
        .collect()
}

/// Whether a record can be about no other environment than this.
fn is_of_environment(record: &Record, target: &Target<'_>) -> bool {
    let name = match &record.subject {
        Subject::Name(name) => name.as_str(),
        Subject::PublicId(_) | Subject::Unnamed => return true,
    };
    let scopes = record.scopes.iter().map(String::as_str);
    target.others.is_empty() || scopes.chain(parts(name)).any(|part| place(part, target) == Place::Here)
}

/// How well a record fits, best last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Fit {
    /// By its name alone.
    Name,
    /// By its name, which also names the environment.
    Environment,
    /// By the map or a public id.
    Certain,
}

fn fit(record: &Record, target: &Target<'_>, map: &NameMap) -> Option<Fit> {
    let name = match &record.subject {
        Subject::PublicId(id) => return target.public_ids.contains(id).then_some(Fit::Certain),
        Subject::Unnamed => return None,
        Subject::Name(name) => name,
    };
    let of = |parts: &mut dyn Iterator<Item = &str>| {
        let places: Vec<Place> = parts.map(|part| place(part, target)).collect();
        [Place::Here, Place::Elsewhere]
            .into_iter()
            .find(|place| places.contains(place))
    };
    let scope = of(&mut record.scopes.iter().map(String::as_str));
    if scope == Some(Place::Elsewhere) {
        return None;
    }
    if map.iter().any(|(store, _)| store == name) {
        return map
            .iter()
            .any(|(store, key)| store == name && key == target.key)
            .then_some(Fit::Certain);
    }
    let parts: Vec<&str> = parts(name).collect();
    let (last, path) = parts.split_last()?;
    if !same(last, target.key) {
        return None;
    }
    match (of(&mut path.iter().copied()), scope) {
        (Some(Place::Here), _) | (_, Some(Place::Here)) => Some(Fit::Environment),
        (Some(Place::Elsewhere), _) => None,
        _ => Some(Fit::Name),
    }
}

/// Where a secret belongs, according to one part of its name or to a scope.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Here,
    Elsewhere,
    Unsaid,
}

/// The usual names of environments; those in one row are synonyms.
const CALLED: [&[&str]; 11] = [
    &["production", "prod", "prd", "live"],
    &["preproduction", "preprod", "preprd"],
    &["nonproduction", "nonprod", "nonprd"],
    &["staging", "stage", "stg"],
    &["development", "dev", "devel"],
    &["testing", "test", "tst"],
    &["preview"],
    &["sandbox"],
    &["qa"],
    &["uat"],
    &["local"],
];

/// Returns where a part of a name belongs: to the environment by one of its names (`prod`, `app-prod`), to another one of the schema, or to
/// one that the schema doesn't have: `qa/KEY` is not the key of production merely because the schema has no `qa`. Anything else, such as a
/// region, may belong to any environment.
fn place(part: &str, target: &Target<'_>) -> Place {
    let words = words(part);
    let mentions = |names: &[&str]| {
        names
            .iter()
            .any(|name| same(part, name) || words.contains(&squeezed(name)))
    };
    if mentions(target.environment) {
        return Place::Here;
    }
    if mentions(target.others) {
        return Place::Elsewhere;
    }
    let is_called = |called: &[&str], words: &[String]| words.iter().any(|word| called.contains(&&**word));
    let own: Vec<String> = target.environment.iter().flat_map(|name| self::words(name)).collect();
    let mut here = CALLED.iter().filter(|called| is_called(called, &own)).peekable();
    if here.peek().is_none() || !CALLED.iter().any(|called| is_called(called, &words)) {
        Place::Unsaid
    } else if here.any(|called| is_called(called, &words)) {
        Place::Here
    } else {
        Place::Elsewhere
    }
}

/// Returns the words of a part in lower case. `non-prod` is one word, and not `prod`.
fn words(part: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    for word in part.split(|char: char| !char.is_ascii_alphanumeric()) {
        match words
            .last_mut()
            .filter(|last| matches!(&***last, "pre" | "non" | "not"))
        {
            Some(last) => last.push_str(&word.to_ascii_lowercase()),
            None => words.push(word.to_ascii_lowercase()),
        }
    }
    words
}

/// Returns a name as a single word: its letters and digits in lower case.
fn squeezed(name: &str) -> String {
    name.chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|char| char.to_ascii_lowercase())
        .collect()
}

fn holds_several(record: &Record, map: &NameMap) -> bool {
    matches!(&record.subject, Subject::Name(name) if map.iter().filter(|(store, _)| store == name).nth(1).is_some())
}

/// The parts of a path.
fn parts(name: &str) -> impl Iterator<Item = &str> {
    name.split(['/', ':', ' ']).filter(|part| !part.is_empty())
}

/// A name in capitals, with `-` and `.` as `_`.
fn plain(name: &str) -> String {
    let letter = |char: char| match char {
        '-' | '.' => '_',
        char => char.to_ascii_uppercase(),
    };
    name.chars().map(letter).collect()
}

/// Compares names, ignoring case and taking `-` and `.` for `_`.
fn same(a: &str, b: &str) -> bool {
    plain(a) == plain(b)
}
