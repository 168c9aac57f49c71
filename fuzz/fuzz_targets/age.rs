//! Reads any text as each source of evidence for the age of a secret: a ledger, waivers and a baseline, exports of all
//! secret managers, values that carry dates (X.509, SSH, JWT and others), and git's output about lines. Reading must
//! end, and errors must have a place in the text.
#![no_main]

use envgate::check::mask_ledger;
use envgate::check::quiet::{Baseline, Waivers};
use envgate::rotation::importers::{ImportOptions, import, kinds};
use envgate::rotation::ledger::Ledger;
use envgate::rotation::{Duration, git, selfdated, time};
use envgate::schema::{Schema, Vocabulary};
use envgate::source::{Source, SourceId, Span};
use jiff::Timestamp;
use libfuzzer_sys::fuzz_target;

const SCHEMA: &str = r#"{
  "environments": { "production": { "files": ["any"] } },
  "rotation": { "key": { "maxAge": "P90D" } },
  "properties": { "TOKEN": { "type": "string", "secret": "key" } }
}"#;

fuzz_target!(|text: &[u8]| {
    let within = |span: Span| assert!(span.start <= span.end && span.end as usize <= text.len());
    if let Err(errors) = Ledger::parse(text) {
        errors.iter().for_each(|error| within(error.span));
    }
    let kinds = kinds().map(|(kind, _)| Some(kind)).chain([None]);
    for from in kinds {
        let options = ImportOptions {
            from,
            name: Some("TOKEN"),
            scope: Some("production"),
            exported_at: Some(Timestamp::UNIX_EPOCH),
            assume_utc: true,
        };
        if let Err(error) = import(text, &options) {
            error.span.into_iter().for_each(within);
        }
    }
    let _ = selfdated::read(text);
    let said = String::from_utf8_lossy(text);
    let _ = git::blame(&said, false);
    let _ = time::parse(&said, false);
    let _ = time::parse_compact(text);
    let _ = time::parse_number(&said);
    let _ = Duration::parse(&said);

    let schema_source = Source::new("env.schema.json", SCHEMA).expect("the schema is short");
    let schema = Schema::compile(&schema_source, &Vocabulary::default()).expect("the schema is valid");
    let Ok(source) = Source::new("any.json", text) else {
        return;
    };
    let _ = Waivers::read(&source, SourceId(1), &schema, Timestamp::UNIX_EPOCH);
    let _ = Baseline::read(&source, SourceId(1), &schema);
    let _ = mask_ledger(&schema, &source);
});
