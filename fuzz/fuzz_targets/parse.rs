//! Any bytes parse to a document in every dialect, and the pieces of the document tile them.
#![no_main]

use envgate::parse::dialect::DIALECTS;
use envgate::parse::{Piece, parse};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &[u8]| {
    for dialect in DIALECTS {
        let document = parse(text, dialect);
        let mut end = 0;
        for Piece { span, kind } in document.pieces(text) {
            assert_eq!(
                span.start, end,
                "{}: {kind:?} does not follow the piece before it",
                dialect.name
            );
            assert!(!span.is_empty(), "{}: an empty {kind:?}", dialect.name);
            end = span.end;
        }
        assert_eq!(
            end as usize,
            text.len(),
            "{}: the pieces end before the text",
            dialect.name
        );
        for assignment in document.assignments() {
            assert!(assignment.key.end as usize <= text.len() && assignment.value.span.end as usize <= text.len());
            assert!(
                assignment.key.end <= assignment.value.span.start,
                "{}: a value before its key",
                dialect.name
            );
        }
        for error in document.errors() {
            assert!(
                error.span.end as usize <= text.len(),
                "{}: an error behind the end",
                dialect.name
            );
        }
    }
});
