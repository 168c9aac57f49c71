//! Checks any file against any schema. The check must end, and no format may show a piece of a value.
//!
//! The input is a schema, a NUL and a file. A canary replaces each `@` in the file and is added to the end of every
//! line: text that occurs nowhere else, so four consecutive bytes of it in a report must come from the file.
#![no_main]

mod shown;

use envgate::schema::{EnvironmentId, Schema, Vocabulary};
use envgate::source::{Source, SourceId};
use envgate::{EnvironmentInput, Options, check};
use jiff::Timestamp;
use libfuzzer_sys::fuzz_target;

/// Letters of a script that none of our messages use, three bytes each.
const CANARY: &str = "ᚠᚢᚦᚨᚱᚲ";

fuzz_target!(|data: &[u8]| {
    let split = data.iter().position(|&byte| byte == 0).unwrap_or(data.len());
    let (schema, file) = (&data[..split], data.get(split + 1..).unwrap_or_default());
    if contains_canary(schema) {
        return;
    }
    let Ok(schema_source) = Source::new("env.schema.json", schema) else {
        return;
    };
    let Ok(schema) = Schema::compile(&schema_source, &Vocabulary::default()) else {
        return;
    };
    let Ok(file) = Source::new(".env", with_canaries(file)) else {
        return;
    };

    let sources = [schema_source, file];
    let environments: Vec<EnvironmentInput> = (0..schema.environments().len().min(4))
        .map(|index| EnvironmentInput {
            id: EnvironmentId(u16::try_from(index).expect("there are at most four environments")),
            files: vec![SourceId(1).into()],
            dialect: None,
            process: [("CANARY", CANARY)].into_iter().collect(),
        })
        .collect();
    let options = Options {
        now: Timestamp::UNIX_EPOCH,
        phase: None,
        example: Some(SourceId(1)),
        ..Options::default()
    };
    let report = check(&schema, &sources, &environments, &options);
    let debug = format!("{report:?} {schema:?} {sources:?} {environments:?}");
    for text in shown::formats(&schema, &sources, &environments, &report)
        .into_iter()
        .chain([debug])
    {
        assert!(!contains_canary(text.as_bytes()), "a value is shown");
    }
});

fn with_canaries(file: &[u8]) -> Vec<u8> {
    let mut text = Vec::with_capacity(2 * file.len());
    for &byte in file {
        if matches!(byte, b'@' | b'\n') {
            text.extend(CANARY.as_bytes());
        }
        if byte != b'@' {
            text.push(byte);
        }
    }
    text
}

/// Returns whether a text holds four consecutive bytes of the canary.
fn contains_canary(text: &[u8]) -> bool {
    // All its letters begin with these two bytes, so every piece of four bytes contains the pair.
    text.windows(2).any(|pair| pair == b"\xE1\x9A")
}
