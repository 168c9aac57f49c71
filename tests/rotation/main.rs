//! Rotation from the outside: every sample with the interval that it proves, values that date themselves, the ledger under attack.
#![allow(missing_docs)]

mod importers;
mod ledger;
mod presets;
mod reasoning;
mod selfdated;
mod variants;

use envgate::rotation::time::{self, Moment};
use jiff::Timestamp;

/// The instant in a text.
fn at(text: &str) -> Timestamp {
    match time::parse(text, false) {
        Ok(Moment::At(at)) => at,
        other => panic!("{text}: {other:?}"),
    }
}

/// A sample of an export, a value or a file.
fn sample(name: &str) -> Vec<u8> {
    let path = format!("{}/tests/rotation/samples/{name}", env!("CARGO_MANIFEST_DIR"));
    std::fs::read(&path).unwrap_or_else(|error| panic!("{path}: {error}"))
}
