//! Measures any bytes as a private key. Reading must end, and no format may show a piece of the key.
//!
//! The first byte selects how the bytes are written: as they are, in PEM of some title, or that in base64.
#![no_main]

mod shown;

use std::collections::BTreeSet;

use base64ct::{Base64, Encoding};
use envgate::schema::{EnvironmentId, Schema, Vocabulary};
use envgate::source::{Source, SourceId};
use envgate::{EnvironmentInput, Options, check};
use jiff::Timestamp;
use libfuzzer_sys::fuzz_target;

const SCHEMA: &str = r#"{
  "environments": { "production": { "files": [".env"] } },
  "properties": { "KEY": { "type": "string", "secret": true, "minBits": 100000 } }
}"#;

const TITLES: [&str; 5] = ["", "RSA ", "EC ", "OPENSSH ", "ENCRYPTED "];

fuzz_target!(|data: &[u8]| {
    let Some((&how, bytes)) = data.split_first() else {
        return;
    };
    let (body, title) = (
        Base64::encode_string(bytes),
        TITLES[usize::from(how / 4) % TITLES.len()],
    );
    let key = match how % 4 {
        0 => String::from_utf8_lossy(bytes).replace('\'', ""),
        1 => format!("-----BEGIN {title}PRIVATE KEY-----\n{body}\n-----END {title}PRIVATE KEY-----\n"),
        2 => format!("-----BEGIN {title}PRIVATE KEY-----\\n{body}\\n-----END {title}PRIVATE KEY-----"),
        _ => Base64::encode_string(format!("-----BEGIN {title}PRIVATE KEY-----\n{body}").as_bytes()),
    };
    let schema_source = Source::new("env.schema.json", SCHEMA).expect("the schema is short");
    let schema = Schema::compile(&schema_source, &Vocabulary::default()).expect("the schema is valid");
    let Ok(file) = Source::new(".env", format!("KEY='{key}'\n")) else {
        return;
    };
    let sources = [schema_source, file];
    let environments = [EnvironmentInput::new(EnvironmentId(0), [SourceId(1)])];
    let options = Options {
        now: Timestamp::UNIX_EPOCH,
        ..Options::default()
    };
    let report = check(&schema, &sources, &environments, &options);
    // Twelve letters of the key are its own: no message has so many of them in a row by chance.
    let written = shown::formats(&schema, &sources, &environments, &report).concat();
    let shown: BTreeSet<&[u8]> = written.as_bytes().windows(12).collect();
    let mut pieces = body.as_bytes().windows(12);
    assert!(
        !pieces.any(|piece| is_random(piece) && shown.contains(piece)),
        "a value is shown"
    );
});

/// Whether a piece is too mixed to be a word of a message.
fn is_random(piece: &[u8]) -> bool {
    piece.iter().any(u8::is_ascii_uppercase)
        && piece.iter().any(u8::is_ascii_lowercase)
        && piece.iter().any(u8::is_ascii_digit)
}
