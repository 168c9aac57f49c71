//! The attack table: what somebody may do to a ledger, and what comes of it.

use envgate::rotation::ledger::{Entry, FindingKind, Fingerprint, LedgerKey, Reason};
use envgate::rotation::{Interval, Verdict};

use super::{VALUE, audit, entry, key, kinds, ledger, signed, standing_of, verdict};
use crate::at;

const OVERDUE: Verdict = Verdict::Overdue { in_grace: false };

#[test]
fn rotated_on_paper() {
    let keys = [key("prod", 1)];
    let entries = [
        signed("2025-07-01", VALUE, &keys[0]),
        signed("2026-01-10", VALUE, &keys[0]),
    ];
    // Seen in the ledger alone, without value or key.
    assert_eq!(audit(&entries), [FindingKind::RotatedOnPaper]);
    let review = ledger(&entries).standing("production", "DATABASE_PASSWORD", None, &[]);
    assert_eq!(review.evidence.unwrap().written, Interval::exact(at("2025-07-01")));
    // And the date it was given doesn't help the value.
    assert_eq!(verdict(&standing_of(&entries, VALUE, &keys)), OVERDUE);
    // Not even without a fingerprint.
    let entries = [
        signed("2025-07-01", VALUE, &keys[0]),
        entry("production", "DATABASE_PASSWORD", "2026-01-10"),
    ];
    let standing = standing_of(&entries, VALUE, &keys);
    assert_eq!(
        (kinds(&standing.findings), verdict(&standing)),
        (vec![FindingKind::RotatedOnPaper], OVERDUE)
    );
}

#[test]
fn changed_without_record() {
    let keys = [key("prod", 1)];
    let standing = standing_of(&[signed("2025-12-01", VALUE, &keys[0])], b"another", &keys);
    assert_eq!(kinds(&standing.findings), [FindingKind::ChangedWithoutRecord]);
    assert_eq!(standing.evidence.unwrap().written, Interval::since(at("2025-12-01")));
}

#[test]
fn rolled_back() {
    let keys = [key("prod", 1)];
    let entries = [
        signed("2025-07-01", b"old", &keys[0]),
        signed("2025-12-01", VALUE, &keys[0]),
    ];
    let standing = standing_of(&entries, b"old", &keys);
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
    assert_eq!(verdict(&standing_of(&entries, b"old", &keys)), OVERDUE);
}

#[test]
fn edited_entry() {
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
        let standing = standing_of(&[entry], VALUE, &keys);
        assert_eq!(
            (kinds(&standing.findings), verdict(&standing)),
            (vec![FindingKind::EditedEntry], Verdict::Unknown)
        );
    }
    // Taking the seal away with the date, or pointing it at an unknown key, gives no date that counts.
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
        let standing = standing_of(&[entry], VALUE, &keys);
        assert_eq!(
            (kinds(&standing.findings), verdict(&standing)),
            (vec![FindingKind::Unverifiable], Verdict::Unknown)
        );
    }
    // An entry carried over from another environment or key is not what was sealed.
    let mut moved = honest.clone();
    moved.environment = "staging".to_owned();
    let standing = ledger(&[moved]).standing("staging", "DATABASE_PASSWORD", Some(VALUE), &keys);
    assert_eq!(kinds(&standing.findings), [FindingKind::EditedEntry]);
}

#[test]
fn future_date() {
    let keys = [key("prod", 1)];
    let entries = [
        signed("2025-07-01", b"old", &keys[0]),
        signed("2027-01-01", VALUE, &keys[0]),
    ];
    assert_eq!(audit(&entries), [FindingKind::FutureDate]);
    assert_eq!(verdict(&standing_of(&entries, VALUE, &keys)), Verdict::Unknown);
    let mut before_it_was_known = entry("production", "A", "2025-07-01");
    before_it_was_known.recorded_at = Some(at("2025-06-01"));
    assert_eq!(audit(&[before_it_was_known]), [FindingKind::FutureDate]);
}

#[test]
fn without_the_key_nothing_is_verified() {
    let prod = key("prod", 1);
    let entries = [signed("2025-12-01", VALUE, &prod)];
    for keys in [vec![], vec![key("other", 2)], vec![key("prod-2", 1)]] {
        let standing = standing_of(&entries, VALUE, &keys);
        assert_eq!(
            (kinds(&standing.findings), verdict(&standing)),
            (vec![FindingKind::Unverifiable], Verdict::Unknown)
        );
    }
    // The right name on a wrong key is no better.
    assert_eq!(
        kinds(&standing_of(&entries, VALUE, &[key("prod", 2)]).findings),
        [FindingKind::EditedEntry]
    );
}

#[test]
fn a_record_without_a_seal_behind_sealed_ones() {
    let keys = [key("prod", 1)];
    let entries = [
        signed("2025-07-01", VALUE, &keys[0]),
        entry("production", "DATABASE_PASSWORD", "2026-01-10"),
    ];
    // Whether the value is known, and the ledger key is here, or not.
    for (value, keys) in [(Some(VALUE), &[][..]), (None, &[]), (None, &keys)] {
        let standing = ledger(&entries).standing("production", "DATABASE_PASSWORD", value, keys);
        assert_eq!(
            (kinds(&standing.findings), verdict(&standing)),
            (vec![FindingKind::Unverifiable], Verdict::Unknown)
        );
    }
    // Nor where the key is here, and the ledger has no other record.
    let standing = ledger(&entries[1..]).standing("production", "DATABASE_PASSWORD", None, &keys);
    assert_eq!(kinds(&standing.findings), [FindingKind::Unverifiable]);
}

#[test]
fn a_record_between_two_of_one_value() {
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
        let review = ledger(&entries).standing("production", "DATABASE_PASSWORD", None, &[]);
        assert_eq!(review.evidence.unwrap().written, Interval::exact(at("2025-07-01")));
    }
}

/// A million guesses against one fingerprint: what a reader of the repository is left with.
#[test]
fn a_dictionary_of_a_million_guesses() {
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
