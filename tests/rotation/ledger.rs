//! The ledger: reading, writing, merging, and what attacks on it come to.

use std::path::Path;
use std::process::Command;

use envgate::rotation::ledger::audit::Known;
use envgate::rotation::ledger::{
    self, EMPTY, Entry, Finding, FindingKind, Fingerprint, Ledger, LedgerKey, Reason, Seal, Standing, insert, render,
};
use envgate::rotation::{Age, Duration, Interval, Policy, Rank, Verdict, judge};
use envgate::source::Span;

use crate::at;

const VALUE: &[u8] = b"correct horse battery staple";

fn key(kid: &str, byte: u8) -> LedgerKey {
    LedgerKey::parse(LedgerKey::render(kid, &[byte; 32]).unwrap().as_bytes()).unwrap()
}

fn entry(environment: &str, key: &str, rotated_at: &str) -> Entry {
    Entry {
        environment: environment.to_owned(),
        key: key.to_owned(),
        rotated_at: at(rotated_at),
        recorded_at: None,
        reason: Reason::Scheduled,
        by: Some("dev@example.com".to_owned()),
        origin: None,
        kid: None,
        fingerprint: None,
        seal: None,
        span: Span::default(),
    }
}

/// An entry of production for a value, sealed.
fn signed(rotated_at: &str, value: &[u8], with: &LedgerKey) -> Entry {
    let mut entry = entry("production", "DATABASE_PASSWORD", rotated_at);
    with.sign(&mut entry, value);
    entry
}

fn text(entries: &[Entry]) -> String {
    entries
        .iter()
        .fold(EMPTY.to_owned(), |text, entry| insert(&text, entry).unwrap())
}

fn parsed(text: &str) -> Ledger {
    Ledger::parse(text.as_bytes()).unwrap_or_else(|errors| panic!("{errors:?}\n{text}"))
}

fn ledger(entries: &[Entry]) -> Ledger {
    parsed(&text(entries))
}

fn audit(entries: &[Entry]) -> Vec<FindingKind> {
    kinds(&ledger(entries).audit(at("2026-01-15"), |_, _| Known::Yes))
}

fn kinds(findings: &[Finding]) -> Vec<FindingKind> {
    findings.iter().map(|finding| finding.kind).collect()
}

fn stand(entries: &[Entry], value: &[u8], keys: &[LedgerKey]) -> Standing {
    ledger(entries).stand("production", "DATABASE_PASSWORD", Some(value), keys)
}

fn verdict(standing: &Standing) -> Verdict {
    let policy = Policy {
        max_age: Some(Duration::days(90)),
        ..Policy::default()
    };
    let pieces: Vec<_> = standing.evidence.iter().cloned().collect();
    let now = at("2026-01-15");
    judge(&policy, &Age::of(&pieces, policy.floor(), now), &pieces, now).verdict
}

const OVERDUE: Verdict = Verdict::Overdue { in_grace: false };

#[test]
fn what_is_written_is_read() {
    let prod = key("prod-2025a", 1);
    let mut full = entry("production", "DATABASE_PASSWORD", "2025-10-02T08:14:22.5Z");
    full.recorded_at = Some(at("2025-10-02T09:00:00Z"));
    full.reason = Reason::StaffChange;
    full.by = Some("Zoë \"dev\" \\ <dev@example.com>".to_owned());
    full.origin = Some("aws-sm:22222222".to_owned());
    prod.sign(&mut full, VALUE);
    let plain = entry("staging", "API_KEY", "2025-10-01T00:00:00Z");
    let ledger = ledger(&[plain.clone(), full.clone()]);
    let written = |entry: &Entry| Entry {
        span: Span::default(),
        ..entry.clone()
    };
    assert_eq!(ledger.entries().iter().map(written).collect::<Vec<_>>(), [full, plain]);
}

#[test]
fn a_line_is_added_and_no_other_touched() {
    let entries = ["2025-03-01", "2025-01-01", "2025-02-01"].map(|date| entry("production", "B", date));
    let others = [
        entry("production", "A", "2025-05-01"),
        entry("staging", "A", "2024-01-01"),
        entry("production", "C", "2024-01-01"),
    ];
    let mut text = EMPTY.to_owned();
    for entry in entries.iter().chain(&others) {
        let new = insert(&text, entry).unwrap();
        let lines: Vec<&str> = new
            .lines()
            .filter(|line| !text.lines().any(|old| old == *line))
            .collect();
        assert_eq!(lines, [format!("    {},", render(entry))]);
        assert_eq!(new.lines().count(), text.lines().count() + 1);
        text = new;
    }
    let order: Vec<String> = parsed(&text)
        .entries()
        .iter()
        .map(|entry| {
            format!(
                "{} {} {}",
                entry.environment,
                entry.key,
                &entry.rotated_at.to_string()[..10]
            )
        })
        .collect();
    assert_eq!(
        order,
        [
            "production A 2025-05-01",
            "production B 2025-01-01",
            "production B 2025-02-01",
            "production B 2025-03-01",
            "production C 2024-01-01",
            "staging A 2024-01-01"
        ]
    );
    // The lines stand in the order of the entries.
    let ledger = parsed(&text);
    assert!(ledger.entries().is_sorted_by_key(|entry| entry.span));
}

#[test]
fn a_ledger_that_people_formatted_is_added_to_as_well() {
    let new = entry("production", "B", "2025-02-01");
    for (before, count) in [
        ("{\"version\":1,\"entries\":[]}", 1),
        ("{\"version\":1,\"entries\":[null]}", 1),
        (
            "{ \"entries\": [ {\"environment\":\"production\",\"key\":\"A\",\"rotatedAt\":\"2025-01-01\"} ], \"version\": 1 }",
            2,
        ),
        (
            "{\n\"$schema\": \"urn:envgate:rotation:1\", \"version\":1,\"entries\":[\n{\"environment\":\"z\",\"key\":\"A\",\n\"rotatedAt\":\"2025-01-01\"}]}\r\n",
            2,
        ),
    ] {
        let after = insert(before, &new).unwrap();
        assert_eq!(parsed(&after).entries().len(), count, "{after}");
        assert_eq!(
            parsed(&insert(&after, &entry("production", "B", "2025-03-01")).unwrap())
                .entries()
                .len(),
            count + 1
        );
    }
}

#[test]
fn the_same_entry_twice_is_one() {
    let one = entry("production", "A", "2025-01-01");
    assert_eq!(ledger(&[one.clone(), one.clone()]).entries().len(), 1);
}

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
fn every_mistake_is_told_with_its_place() {
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

#[test]
fn keys_are_read_and_never_shown() {
    let text = LedgerKey::render("prod-2025a", &[7; 32]).unwrap();
    let parsed = LedgerKey::parse(text.as_bytes()).unwrap();
    assert_eq!(format!("{parsed:?}"), "LedgerKey(prod-2025a, ***)");
    assert!(LedgerKey::is_meant(text.as_bytes()));
    for wrong in [
        "",
        "lgk1.",
        "lgk1.prod",
        "lgk1.prod.AAAA",
        "lgk1.Prod.BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc",
        "lgk2.prod.BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc",
    ] {
        let error = LedgerKey::parse(wrong.as_bytes()).unwrap_err();
        assert!(!error.to_string().contains("BwcH"));
    }
    assert!(LedgerKey::render("with space", &[7; 32]).is_err());
}

#[test]
fn the_fingerprint_is_the_one_that_is_documented() {
    // HMAC-SHA-256 of "lgr1\0production\0KEY\0value" under 32 times 0x07, by Python's hmac: 0x546e1.
    let fingerprint = key("k", 7).fingerprint("production", "KEY", b"value").unwrap();
    assert_eq!(fingerprint.to_string(), "KRXB");
    assert_eq!(Fingerprint::parse("KRXB"), Some(fingerprint));
    for wrong in ["", "ABC", "ABCDE", "abcd", "AB1D", "AB=D"] {
        assert_eq!(Fingerprint::parse(wrong), None);
    }
    assert_eq!(
        Seal::parse("AAAAAAAAAAAAAAAAAAAAAA").unwrap().to_string(),
        "AAAAAAAAAAAAAAAAAAAAAA"
    );
    assert_eq!(Seal::parse("AAAA"), None);
}

#[test]
fn a_fingerprint_is_bound_to_its_place() {
    let key = key("k", 7);
    let of = |environment, name| key.fingerprint(environment, name, b"value").unwrap();
    assert_ne!(of("production", "A"), of("staging", "A"));
    assert_ne!(of("production", "A"), of("production", "B"));
    assert_eq!(key.fingerprint("a\0b", "c", b"d"), None);
    assert_eq!(key.fingerprint("a", "b\0c", b"d"), None);
}

#[test]
fn a_sound_ledger_dates_the_value() {
    let keys = [key("prod", 1)];
    let entries = [
        signed("2025-07-01", b"old", &keys[0]),
        signed("2025-11-01", VALUE, &keys[0]),
    ];
    let standing = stand(&entries, VALUE, &keys);
    assert_eq!(standing.findings, []);
    let evidence = standing.evidence.clone().unwrap();
    assert_eq!(
        (evidence.rank, evidence.written),
        (Rank::Ledger, Interval::exact(at("2025-11-01")))
    );
    assert_eq!(verdict(&standing), Verdict::Current);
    assert_eq!(audit(&entries), []);
}

// The attack table.

#[test]
fn attack_rotated_on_paper() {
    let keys = [key("prod", 1)];
    let entries = [
        signed("2025-07-01", VALUE, &keys[0]),
        signed("2026-01-10", VALUE, &keys[0]),
    ];
    // Seen in the ledger alone, without value or key.
    assert_eq!(audit(&entries), [FindingKind::RotatedOnPaper]);
    let review = ledger(&entries).stand("production", "DATABASE_PASSWORD", None, &[]);
    assert_eq!(review.evidence.unwrap().written, Interval::exact(at("2025-07-01")));
    // And the date it was given doesn't help the value.
    assert_eq!(verdict(&stand(&entries, VALUE, &keys)), OVERDUE);
    // Not even without a fingerprint.
    let entries = [
        signed("2025-07-01", VALUE, &keys[0]),
        entry("production", "DATABASE_PASSWORD", "2026-01-10"),
    ];
    let standing = stand(&entries, VALUE, &keys);
    assert_eq!(
        (kinds(&standing.findings), verdict(&standing)),
        (vec![FindingKind::RotatedOnPaper], OVERDUE)
    );
}

#[test]
fn attack_changed_without_record() {
    let keys = [key("prod", 1)];
    let standing = stand(&[signed("2025-12-01", VALUE, &keys[0])], b"another", &keys);
    assert_eq!(kinds(&standing.findings), [FindingKind::ChangedWithoutRecord]);
    assert_eq!(standing.evidence.unwrap().written, Interval::since(at("2025-12-01")));
}

#[test]
fn attack_rolled_back() {
    let keys = [key("prod", 1)];
    let entries = [
        signed("2025-07-01", b"old", &keys[0]),
        signed("2025-12-01", VALUE, &keys[0]),
    ];
    let standing = stand(&entries, b"old", &keys);
    assert_eq!(
        (kinds(&standing.findings), verdict(&standing)),
        (vec![FindingKind::RolledBack], OVERDUE)
    );
    // Recording the roll-back shows it to everybody, and doesn't make it young.
    let entries = [
        entries[0].clone(),
        entries[1].clone(),
        signed("2026-01-10", b"old", &keys[0]),
    ];
    assert_eq!(audit(&entries), [FindingKind::RolledBack]);
    assert_eq!(verdict(&stand(&entries, b"old", &keys)), OVERDUE);
}

#[test]
fn attack_edited_entry() {
    let keys = [key("prod", 1)];
    let honest = signed("2025-07-01", VALUE, &keys[0]);
    let edits: [fn(&mut Entry); 6] = [
        |entry| entry.rotated_at = at("2026-01-10"),
        |entry| entry.reason = Reason::Compromise,
        |entry| entry.by = None,
        |entry| entry.origin = Some("x".to_owned()),
        |entry| entry.recorded_at = Some(at("2026-01-10")),
        |entry| entry.fingerprint = Fingerprint::parse("AAAA"),
    ];
    for edit in edits {
        let mut entry = honest.clone();
        edit(&mut entry);
        let standing = stand(&[entry], VALUE, &keys);
        assert_eq!(
            (kinds(&standing.findings), verdict(&standing)),
            (vec![FindingKind::EditedEntry], Verdict::Unknown)
        );
    }
    // Taking the seal away with the date, or pointing it at a key that nobody has, gives no date that counts.
    let strip: [fn(&mut Entry); 4] = [
        |entry| entry.seal = None,
        |entry| entry.kid = Some("nobody".to_owned()),
        |entry| (entry.seal, entry.fingerprint) = (None, None),
        |entry| (entry.seal, entry.fingerprint, entry.kid) = (None, None, None),
    ];
    for edit in strip {
        let mut entry = honest.clone();
        entry.rotated_at = at("2026-01-10");
        edit(&mut entry);
        let standing = stand(&[entry], VALUE, &keys);
        assert_eq!(
            (kinds(&standing.findings), verdict(&standing)),
            (vec![FindingKind::Unverifiable], Verdict::Unknown)
        );
    }
    // An entry carried over from another environment or key is not what was sealed.
    let mut moved = honest.clone();
    moved.environment = "staging".to_owned();
    let standing = ledger(&[moved]).stand("staging", "DATABASE_PASSWORD", Some(VALUE), &keys);
    assert_eq!(kinds(&standing.findings), [FindingKind::EditedEntry]);
}

#[test]
fn attack_future_date() {
    let keys = [key("prod", 1)];
    let entries = [
        signed("2025-07-01", b"old", &keys[0]),
        signed("2027-01-01", VALUE, &keys[0]),
    ];
    assert_eq!(audit(&entries), [FindingKind::FutureDate]);
    assert_eq!(verdict(&stand(&entries, VALUE, &keys)), Verdict::Unknown);
    let mut before_it_was_known = entry("production", "A", "2025-07-01");
    before_it_was_known.recorded_at = Some(at("2025-06-01"));
    assert_eq!(audit(&[before_it_was_known]), [FindingKind::FutureDate]);
}

#[test]
fn attack_without_the_key_nothing_is_verified() {
    let prod = key("prod", 1);
    let entries = [signed("2025-12-01", VALUE, &prod)];
    for keys in [vec![], vec![key("other", 2)], vec![key("prod-2", 1)]] {
        let standing = stand(&entries, VALUE, &keys);
        assert_eq!(
            (kinds(&standing.findings), verdict(&standing)),
            (vec![FindingKind::Unverifiable], Verdict::Unknown)
        );
    }
    // The right name on a wrong key is no better.
    assert_eq!(
        kinds(&stand(&entries, VALUE, &[key("prod", 2)]).findings),
        [FindingKind::EditedEntry]
    );
}

#[test]
fn a_ledger_without_keys_is_what_people_wrote_down() {
    let standing = stand(&[entry("production", "DATABASE_PASSWORD", "2025-12-01")], VALUE, &[]);
    assert_eq!(standing.evidence.clone().unwrap().rank, Rank::Record);
    assert_eq!((standing.findings.len(), verdict(&standing)), (0, Verdict::Current));
    assert_eq!(stand(&[], VALUE, &[]), Standing::default());
}

#[test]
fn attack_a_record_without_a_seal_behind_sealed_ones() {
    let keys = [key("prod", 1)];
    let entries = [
        signed("2025-07-01", VALUE, &keys[0]),
        entry("production", "DATABASE_PASSWORD", "2026-01-10"),
    ];
    // Whether the value is known, and the ledger key is here, or not.
    for (value, keys) in [(Some(VALUE), &[][..]), (None, &[]), (None, &keys)] {
        let standing = ledger(&entries).stand("production", "DATABASE_PASSWORD", value, keys);
        assert_eq!(
            (kinds(&standing.findings), verdict(&standing)),
            (vec![FindingKind::Unverifiable], Verdict::Unknown)
        );
    }
    // Nor where the key is here, and the ledger has no other record.
    let standing = ledger(&entries[1..]).stand("production", "DATABASE_PASSWORD", None, &keys);
    assert_eq!(kinds(&standing.findings), [FindingKind::Unverifiable]);
}

#[test]
fn attack_a_record_between_two_of_one_value() {
    let keys = [key("prod", 1)];
    let first = signed("2025-07-01", VALUE, &keys[0]);
    let again = signed("2026-01-10", VALUE, &keys[0]);
    for between in ["2025-09-01", "2026-01-10"] {
        let entries = [
            first.clone(),
            entry("production", "DATABASE_PASSWORD", between),
            again.clone(),
        ];
        assert!(
            audit(&entries)
                .iter()
                .any(|kind| matches!(kind, FindingKind::RotatedOnPaper | FindingKind::RolledBack)),
            "{between}"
        );
        let review = ledger(&entries).stand("production", "DATABASE_PASSWORD", None, &[]);
        assert_eq!(review.evidence.unwrap().written, Interval::exact(at("2025-07-01")));
    }
}

#[test]
fn a_new_ledger_key_keeps_the_date() {
    let (old, new) = (key("prod-1", 1), key("prod-2", 2));
    let mut again = entry("production", "DATABASE_PASSWORD", "2025-12-01");
    again.reason = Reason::Rekey;
    new.sign(&mut again, VALUE);
    let entries = [signed("2025-12-01", VALUE, &old), again];
    assert_eq!(audit(&entries), []);
    let standing = stand(&entries, VALUE, &[new]);
    assert_eq!(
        (standing.findings.len(), standing.evidence.unwrap().written),
        (0, Interval::exact(at("2025-12-01")))
    );
}

#[test]
fn the_rest_of_the_audit() {
    let mut other = entry("production", "A", "2025-07-01");
    other.by = Some("somebody else".to_owned());
    assert_eq!(
        audit(&[entry("production", "A", "2025-07-01"), other]),
        [FindingKind::SameInstant]
    );
    let mut late = entry("production", "A", "2025-07-01");
    late.recorded_at = Some(at("2025-07-16"));
    assert_eq!(audit(&[late]), [FindingKind::RecordedLate]);
    let entries = [
        entry("production", "GONE", "2025-07-01"),
        entry("prod", "A", "2025-07-01"),
    ];
    let known = |environment: &str, _: &str| {
        if environment == "prod" {
            Known::NoSuchEnvironment
        } else {
            Known::NoSuchKey
        }
    };
    let ledger = ledger(&entries);
    let findings = ledger.audit(at("2026-01-15"), known);
    assert_eq!(
        kinds(&findings),
        [FindingKind::UnknownEnvironment, FindingKind::UnknownKey]
    );
    assert!(
        findings
            .iter()
            .all(|finding| !finding.words(&ledger).0.contains("GONE"))
    );
}

/// A million guesses against one fingerprint: what a reader of the repository is left with.
#[test]
fn attack_a_dictionary_of_a_million_guesses() {
    const GUESSES: u32 = 1_000_000;
    const SECRET: u32 = 271_828;
    let guess = |number: u32| format!("Passw0rd-{number:06}");
    let prod = key("prod", 1);
    let target = signed("2025-12-01", guess(SECRET).as_bytes(), &prod)
        .fingerprint
        .unwrap();
    let survivors = |key: &LedgerKey| -> Vec<u32> {
        (0..GUESSES)
            .filter(|number| {
                key.fingerprint("production", "DATABASE_PASSWORD", guess(*number).as_bytes()) == Some(target)
            })
            .collect()
    };
    let with_key = survivors(&prod);
    println!(
        "with the ledger key:    {} of {GUESSES} guesses survive, the secret among them: {}",
        with_key.len(),
        with_key.contains(&SECRET)
    );
    assert!(
        with_key.contains(&SECRET) && with_key.len() <= 6,
        "twenty bits leave about one wrong guess in a million"
    );
    let without = survivors(&key("guessed", 2));
    println!(
        "without the ledger key: {} of {GUESSES} guesses survive, the secret among them: {}",
        without.len(),
        without.contains(&SECRET)
    );
    assert!(
        !without.contains(&SECRET) && without.len() <= 6,
        "what survives a wrong key, survives by chance"
    );
}

#[test]
fn no_finding_tells_a_value_or_the_fingerprint_of_one() {
    let keys = [key("prod", 1)];
    let entries = [signed("2025-12-01", VALUE, &keys[0])];
    let ledger = ledger(&entries);
    let candidate = keys[0]
        .fingerprint("production", "DATABASE_PASSWORD", b"another")
        .unwrap()
        .to_string();
    for finding in ledger
        .stand("production", "DATABASE_PASSWORD", Some(b"another"), &keys)
        .findings
    {
        let told = format!("{finding:?} {:?}", finding.words(&ledger));
        assert!(!told.contains(&candidate) && !told.contains("another"), "{told}");
    }
}

/// The schema that editors use says what the reader says.
#[cfg(feature = "full")]
#[test]
fn the_json_schema_agrees_with_the_reader() {
    let schema: serde_json::Value =
        serde_json::from_str(include_str!("../../schemas/env.rotation.v1.schema.json")).unwrap();
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

/// Two branches that both add, through git itself.
#[test]
fn git_merges_two_branches_that_both_add() {
    let base = text(&[
        entry("production", "A", "2025-01-01"),
        entry("production", "M", "2025-01-01"),
        entry("production", "Z", "2025-01-01"),
    ]);
    let add = |dates: &[(&str, &str)]| {
        dates.iter().fold(base.clone(), |text, (key, date)| {
            insert(&text, &entry("production", key, date)).unwrap()
        })
    };
    // Different keys that are no neighbours: git needs no help.
    let merged = merge(&base, &add(&[("A", "2025-02-01")]), &add(&[("M", "2025-02-01")]), false);
    assert_eq!(parsed(&merged).entries().len(), 5);
    // The same place: with `merge=union`, in any order, the same rotation once.
    let merged = merge(
        &base,
        &add(&[("Z", "2025-02-01"), ("Z", "2025-03-01")]),
        &add(&[("Z", "2025-02-01"), ("Z", "2025-04-01")]),
        true,
    );
    assert_eq!(parsed(&merged).entries().len(), 6);
    // A ledger that both branches begin.
    let first = |key| text(&[entry("production", key, "2025-01-01")]);
    let merged = merge(EMPTY, &first("A"), &first("B"), true);
    assert_eq!(parsed(&merged).entries().len(), 2);
}

fn merge(base: &str, ours: &str, theirs: &str, union: bool) -> String {
    let folder = std::env::temp_dir().join(format!(
        "envgate-ledger-{}-{}",
        std::process::id(),
        base.len() + ours.len() * 31 + theirs.len() * 17 + usize::from(union)
    ));
    std::fs::create_dir_all(&folder).unwrap();
    let write = |name: &str, text: &str| -> std::path::PathBuf {
        let path = folder.join(name);
        std::fs::write(&path, text).unwrap();
        path
    };
    let (ours, base, theirs) = (write("ours", ours), write("base", base), write("theirs", theirs));
    let mut git = Command::new("git");
    git.arg("merge-file").arg("-p").args(union.then_some("--union"));
    let output = git.args([Path::new(&ours), &base, &theirs]).output().expect("git");
    std::fs::remove_dir_all(&folder).unwrap();
    assert!(output.status.success(), "git left a conflict");
    String::from_utf8(output.stdout).unwrap()
}

proptest::proptest! {
    #[test]
    fn any_entry_survives_writing(key in "[A-Z_]{1,12}", by in "\\PC{1,20}", seconds in -60_000_000_000_i64..250_000_000_000) {
        let mut one = entry("production", &key, "2025-01-01");
        one.by = Some(by);
        one.rotated_at = jiff::Timestamp::from_second(seconds).unwrap();
        let year = one.rotated_at.to_string();
        proptest::prop_assume!(!year.starts_with("0001") && !year.starts_with('-') && !year.starts_with("9999"));
        let read = ledger(&[one.clone()]);
        proptest::prop_assert_eq!(Entry { span: Span::default(), ..read.entries()[0].clone() }, one);
    }

    #[test]
    fn no_text_makes_it_panic(text in "\\PC{0,200}", bytes: Vec<u8>) {
        let _ = (Ledger::parse(text.as_bytes()), Ledger::parse(&bytes), ledger::insert(&text, &entry("p", "K", "2025-01-01")), LedgerKey::parse(&bytes));
    }
}
