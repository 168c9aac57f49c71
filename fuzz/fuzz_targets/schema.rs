//! Any bytes compile as a schema or are refused, and the places of an error lie within the text.
#![no_main]

use envgate::schema::{Schema, Vocabulary};
use envgate::source::Source;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &[u8]| {
    let Ok(source) = Source::new("env.schema.json", text) else {
        return;
    };
    match Schema::compile(&source, &Vocabulary::default()) {
        Ok(schema) => assert!(!schema.environments().is_empty(), "a schema has an environment"),
        Err(errors) => {
            assert!(!errors.is_empty(), "a refusal has a reason");
            for error in errors {
                assert!(error.span.start <= error.span.end && error.span.end as usize <= text.len());
                assert!(!error.message.is_empty());
            }
        }
    }
});
