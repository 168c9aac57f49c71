//! Which environments share a value, without showing any: for a table of keys and environments, and for two versions of one
//! file.

use crate::check::{Documents, EnvironmentInput, dialect_of, rule};
use crate::model::{Environment, Value};
use crate::schema::Schema;
use crate::sort;
use crate::source::Source;

/// How one key compares across environments, or across two versions of one.
#[derive(Debug, PartialEq, Eq)]
pub struct Comparison {
    /// The name of the key. Keys whose names may not be shown are left out.
    pub key: String,
    /// One for each environment; `None` if the key is absent.
    pub held: Vec<Option<Held>>,
}

/// What may be shown of a value in comparison with others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Held {
    /// A command or a circular reference: it is not known whether it equals another.
    Unknown,
    /// A known value.
    Known {
        /// The index of the first environment with the same value, which may be this one.
        same_as: usize,
        /// How many of the environments have a value with fewer characters. This gives the order of the lengths, but not the lengths.
        longer_than: usize,
    },
}

/// Compares the values of all keys.
#[must_use]
pub fn compare(schema: &Schema, sources: &[Source], environments: &[EnvironmentInput]) -> Vec<Comparison> {
    let documents = Documents::parse(schema, sources, environments, None);
    let resolved: Vec<Environment<'_>> = environments
        .iter()
        .map(|input| {
            let layers = documents.layers(sources, &input.files, dialect_of(schema, input));
            Environment::resolve(&layers, &input.process).without_stand_ins()
        })
        .collect();
    let keys = resolved.iter().flat_map(|one| &one.variables).map(|one| one.key);
    let mut compared = Vec::new();
    for key in sort::set(keys.collect()) {
        let Some(shown) = rule::shown(schema, key) else {
            continue;
        };
        let values: Vec<Option<Option<&[u8]>>> = resolved
            .iter()
            .map(|one| {
                Some(match &one.get(key)?.value {
                    Value::Known(secret) => Some(secret.expose()),
                    Value::Unknown(_) => None,
                })
            })
            .collect();
        compared.push(Comparison {
            key: shown.to_owned(),
            held: values
                .iter()
                .map(|held| held.map(|value| judge(value, &values)))
                .collect(),
        });
    }
    compared
}

fn judge(value: Option<&[u8]>, all: &[Option<Option<&[u8]>>]) -> Held {
    let Some(value) = value else { return Held::Unknown };
    let mut same_as = None;
    let mut longer_than = 0;
    for (index, other) in all.iter().enumerate() {
        let Some(Some(other)) = other else { continue };
        if *other == value {
            same_as = same_as.or(Some(index));
        } else if length(other) < length(value) {
            longer_than += 1;
        }
    }
    Held::Known {
        same_as: same_as.unwrap_or_default(),
        longer_than,
    }
}

/// Returns the length in characters; bytes that are not UTF-8 are counted as such.
fn length(value: &[u8]) -> usize {
    value.iter().filter(|&byte| byte & 0xC0 != 0x80).count()
}
