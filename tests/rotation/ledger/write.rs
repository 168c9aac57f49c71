//! Writing: an entry is a line of its own, and no other line changes.

use envgate::rotation::ledger::{EMPTY, Entry, Reason, insert, render};
use envgate::source::Span;

use super::{VALUE, entry, key, ledger, parsed};
use crate::at;

#[test]
fn written_ledgers_are_read_back() {
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
    // The lines are in the order of the entries.
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
}
