//! Reading: every mistake is reported with its place, and the schema that editors use agrees.

use envgate::rotation::ledger::{EMPTY, Ledger, LedgerKey, insert, render};

use super::{VALUE, entry, key, signed, text};

#[test]
fn conflict_markers_are_found_and_located() {
    let line = render(&entry("production", "A", "2025-01-01"));
    let text = format!(
        "{{\n\"version\": 1, \"entries\": [\n<<<<<<< HEAD\n{line},\n||||||| base\n=======\n{line},\n>>>>>>> branch\nnull]}}\n"
    );
    let errors = Ledger::parse(text.as_bytes()).unwrap_err();
    let places: Vec<&str> = errors.iter().map(|error| &text[error.span.range()]).collect();
    assert_eq!(places, ["<<<<<<< HEAD", "||||||| base", "=======", ">>>>>>> branch"]);
    assert!(errors[0].help.contains("merge=union"));
    assert!(insert(&text, &entry("production", "A", "2025-01-01")).is_err());
}

#[test]
fn every_mistake_is_reported_with_its_place() {
    for (text, place, message) in [
        ("", "", "cut off"),
        ("{\"version\":1,\"entries\":[", "", "cut off"),
        ("{\"version\":2,\"entries\":[]}", "2", "not of version 1"),
        ("{\"version\":1,\"entrys\":[]}", "\"entrys\"", "no such member"),
        ("{\"version\":1}", "{\"version\":1}", "no list of entries"),
        (
            "{\"version\":1,\"entries\":[null],\"entries\":[]}",
            "\"entries\"",
            "entries appears twice in the ledger",
        ),
        ("{\"version\":1,\"entries\":[1]}", "1", "an entry is an object"),
        (
            "{\"version\":1,\"entries\":[{\"key\":\"A\",\"rotatedAt\":\"2025-01-01\"}]}",
            "{\"key\":\"A\",\"rotatedAt\":\"2025-01-01\"}",
            "no environment",
        ),
        (
            "{\"version\":1,\"entries\":[{\"environment\":\"p\",\"key\":\"A\",\"rotatedAt\":\"2025-02-30\"}]}",
            "\"2025-02-30\"",
            "not a date",
        ),
        (
            "{\"version\":1,\"entries\":[{\"environment\":\"p\",\"key\":\"A\",\"rotatedAt\":\"2025-01-01T00:00:00\"}]}",
            "\"2025-01-01T00:00:00\"",
            "no offset",
        ),
        (
            "{\"version\":1,\"entries\":[{\"environment\":\"p\",\"key\":\"A\",\"rotatedAt\":\"9999-12-31T23:59:59Z\"}]}",
            "\"9999-12-31T23:59:59Z\"",
            "not the date of a rotation",
        ),
        (
            "{\"version\":1,\"entries\":[{\"environment\":\"p\",\"key\":7,\"rotatedAt\":\"2025-01-01\"}]}",
            "7",
            "key must be a single line",
        ),
        (
            "{\"version\":1,\"entries\":[{\"environment\":\"p\",\"key\":\"A\",\"rotatedAt\":\"2025-01-01\",\"reason\":\"bored\"}]}",
            "\"bored\"",
            "not one of scheduled",
        ),
        (
            "{\"version\":1,\"entries\":[{\"environment\":\"p\",\"key\":\"A\",\"rotatedAt\":\"2025-01-01\",\"fp\":\"JF4S\"}]}",
            "\"fp\"",
            "it has environment",
        ),
        (
            "{\"version\":1,\"entries\":[{\"environment\":\"p\",\"key\":\"A\",\"key\":\"A\",\"rotatedAt\":\"2025-01-01\"}]}",
            "\"key\"",
            "twice",
        ),
        (
            "{\"version\":1,\"entries\":[{\"environment\":\"p\",\"key\":\"A\",\"rotatedAt\":\"2025-01-01\",\"kid\":\"k\",\"fingerprint\":\"jf4s\"}]}",
            "\"jf4s\"",
            "base32",
        ),
        (
            "{\"version\":1,\"entries\":[{\"environment\":\"p\",\"key\":\"A\",\"rotatedAt\":\"2025-01-01\",\"kid\":\"k\",\"mac\":\"x\"}]}",
            "\"x\"",
            "base64url",
        ),
        ("[]", "[]", "version 1"),
    ] {
        let errors = Ledger::parse(text.as_bytes()).unwrap_err();
        assert!(errors[0].message.contains(message), "{text}: {errors:?}");
        assert_eq!(&text[errors[0].span.range()], place, "{text}");
    }
    let no_kid = "{\"version\":1,\"entries\":[{\"environment\":\"p\",\"key\":\"A\",\"rotatedAt\":\"2025-01-01\",\"fingerprint\":\"JF4S\"}]}";
    assert!(
        Ledger::parse(no_kid.as_bytes()).unwrap_err()[0]
            .message
            .contains("no kid")
    );
    assert!(
        Ledger::parse(b"{\"version\":\xFF}").unwrap_err()[0]
            .message
            .contains("UTF-8")
    );
    let two = "{\"version\":1,\"entries\":[{\"environment\":\"p\",\"rotatedAt\":\"x\"},{}]}";
    assert_eq!(Ledger::parse(two.as_bytes()).unwrap_err().len(), 5);
}

/// The schema that editors use says what the reader says.
#[cfg(feature = "full")]
#[test]
fn the_json_schema_agrees_with_the_reader() {
    let schema: serde_json::Value =
        serde_json::from_str(include_str!("../../../schemas/env.rotation.v1.schema.json")).unwrap();
    let judge = jsonschema::options()
        .should_validate_formats(true)
        .build(&schema)
        .unwrap();
    let written = text(&[
        signed("2025-12-01", VALUE, &key("prod", 1)),
        entry("staging", "A", "2025-12-01T10:00:00Z"),
    ]);
    for (text, fine) in [
        (&*written, true),
        (EMPTY, true),
        ("{\"version\":1,\"entries\":[]}", true),
        ("{\"version\":2,\"entries\":[]}", false),
        ("{\"version\":1}", false),
        ("{\"version\":1,\"entries\":[{}]}", false),
        ("{\"version\":1,\"entries\":[1]}", false),
        ("{\"version\":1,\"entries\":[],\"x\":1}", false),
        (
            "{\"version\":1,\"entries\":[{\"environment\":\"p\",\"key\":\"A\",\"rotatedAt\":\"2025-02-30T00:00:00Z\"}]}",
            false,
        ),
        (
            "{\"version\":1,\"entries\":[{\"environment\":\"p\",\"key\":\"A\",\"rotatedAt\":\"2025-02-03T00:00:00Z\",\"reason\":\"x\"}]}",
            false,
        ),
        (
            "{\"version\":1,\"entries\":[{\"environment\":\"p\",\"key\":\"A\",\"rotatedAt\":\"2025-02-03T00:00:00Z\",\"fingerprint\":\"JF4S\"}]}",
            false,
        ),
        (
            "{\"version\":1,\"entries\":[{\"environment\":\"p\",\"key\":\"\",\"rotatedAt\":\"2025-02-03T00:00:00Z\"}]}",
            false,
        ),
    ] {
        assert_eq!(judge.is_valid(&serde_json::from_str(text).unwrap()), fine, "{text}");
        assert_eq!(Ledger::parse(text.as_bytes()).is_ok(), fine, "{text}");
    }
}

proptest::proptest! {
    #[test]
    fn no_text_makes_it_panic(text in "\\PC{0,200}", bytes: Vec<u8>) {
        let _ = (Ledger::parse(text.as_bytes()), Ledger::parse(&bytes), insert(&text, &entry("p", "K", "2025-01-01")), LedgerKey::parse(&bytes));
    }
}
