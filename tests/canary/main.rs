//! No value is ever printed, not even a prefix: random secrets are planted wherever a file can hold something, and nothing that the
//! library says of it (messages, keys, `Debug`, every format) may hold four bytes of one.
#![cfg(all(feature = "cli", feature = "full"))]

mod draft;
mod evidence;
mod files;
mod pieces;
mod planted;
mod said;

use envgate::check::rules;
use envgate::schema::{Schema, Vocabulary};
use envgate::source::Source;
use proptest::prelude::ProptestConfig;

/// Compiles a schema that may name every rule.
fn compile(source: &Source) -> Schema {
    let codes = rules::codes();
    let vocabulary = Vocabulary {
        rules: &codes,
        ..Vocabulary::default()
    };
    Schema::compile(source, &vocabulary).unwrap()
}

/// Few enough `cases` for every run of the tests; `PROPTEST_CASES` asks for more.
fn config(cases: u32) -> ProptestConfig {
    let cases = if std::env::var_os("PROPTEST_CASES").is_some() {
        ProptestConfig::default().cases
    } else {
        cases
    };
    ProptestConfig {
        cases,
        failure_persistence: None,
        max_shrink_iters: 200,
        ..ProptestConfig::default()
    }
}
