//! Reads any text as any carrier of variables. Reading must end, spans must lie within the text, and no format may show
//! a piece of a value.
//!
//! The first byte selects the carrier, the rest is the file, or several files separated by NUL, each over the one before it.
//! Each `@` in them is replaced by a canary: text that occurs nowhere else, so a piece of it in a report must come from a file.
#![no_main]

mod shown;

use envgate::carrier::{Carrier, read};
use envgate::check::FileInput;
use envgate::schema::{EnvironmentId, Schema, Vocabulary};
use envgate::source::{Source, SourceId};
use envgate::{EnvironmentInput, Options, check};
use jiff::Timestamp;
use libfuzzer_sys::fuzz_target;

/// Letters of a script that none of our messages use.
const CANARY: &str = "ᚠᚢᚦᚨᚱᚲ";

const SCHEMA: &str = r#"{
  "$schema": "urn:envgate:schema:1",
  "environments": { "production": { "files": ["any"] } },
  "required": ["TOKEN"],
  "properties": { "TOKEN": { "type": "string", "secret": true, "minLength": 40 }, "PORT": { "type": "integer" } }
}"#;

/// As many as show what one takes away from those below it.
const MAX_FILES: usize = 3;

const NAMES: [&str; 7] = [
    "a.json",
    "a.yaml",
    "compose.yaml",
    "secret.yaml",
    ".github/workflows/a.yml",
    "a.service",
    "task-definition.json",
];

fuzz_target!(|data: &[u8]| {
    let Some((&which, text)) = data.split_first() else {
        return;
    };
    let texts: Vec<Vec<u8>> = text
        .split(|&byte| byte == 0)
        .take(MAX_FILES)
        .map(with_canaries)
        .collect();
    for text in &texts {
        for carrier in Carrier::ALL {
            check_spans(text, carrier);
        }
    }

    let name = NAMES[usize::from(which.wrapping_sub(b'0')) % NAMES.len()];
    let schema_source = Source::new("env.schema.json", SCHEMA).expect("the schema is short");
    let schema = Schema::compile(&schema_source, &Vocabulary::default()).expect("the schema is valid");
    let mut sources = vec![schema_source];
    sources.extend(texts.into_iter().filter_map(|text| Source::new(name, text).ok()));
    let files = (1_u32..).take(sources.len() - 1).map(|id| SourceId(id).into());
    let environments = [EnvironmentInput {
        id: EnvironmentId(0),
        files: FileInput::arranged(files.collect(), &sources),
        dialect: None,
        process: [("CANARY", CANARY)].into_iter().collect(),
    }];
    let options = Options {
        now: Timestamp::UNIX_EPOCH,
        ..Options::default()
    };
    let report = check(&schema, &sources, &environments, &options);
    for text in shown::formats(&schema, &sources, &environments, &report) {
        assert!(
            !text.as_bytes().windows(2).any(|pair| pair == b"\xE1\x9A"),
            "a value is shown"
        );
    }
});

/// Whatever part is read, and without whatever is taken away, the places of variables and errors lie within the text.
fn check_spans(text: &[u8], carrier: Carrier) {
    let whole = read(text, carrier, None);
    let parts = whole.parts.iter().take(4).map(|part| Some(part.as_str()));
    for part in parts.chain([None]) {
        let reading = read(text, carrier, part);
        for index in 0..reading.document.assignments().len() {
            let (key, value) = reading.document.place(index);
            assert!(key.end as usize <= text.len() && value.end as usize <= text.len());
        }
        for error in reading.document.errors() {
            assert!(error.span.end as usize <= text.len());
        }
        for file in &reading.files {
            assert!(file.span.end as usize <= text.len());
        }
    }
}

fn with_canaries(file: &[u8]) -> Vec<u8> {
    let mut text = Vec::with_capacity(2 * file.len());
    for &byte in file {
        match byte {
            b'@' => text.extend(CANARY.as_bytes()),
            byte => text.push(byte),
        }
    }
    text
}
