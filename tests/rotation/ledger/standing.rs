//! What a sound ledger says of a value, and what an audit finds in one that is not.

use envgate::rotation::ledger::audit::Known;
use envgate::rotation::ledger::{FindingKind, Reason, Standing};
use envgate::rotation::{Interval, Rank, Verdict};

use super::{VALUE, audit, entry, key, kinds, ledger, signed, standing_of, verdict};
use crate::at;

#[test]
fn a_sound_ledger_dates_the_value() {
    let keys = [key("prod", 1)];
    let entries = [
        signed("2025-07-01", b"old", &keys[0]),
        signed("2025-11-01", VALUE, &keys[0]),
    ];
    let standing = standing_of(&entries, VALUE, &keys);
    assert_eq!(standing.findings, []);
    let evidence = standing.evidence.clone().unwrap();
    assert_eq!(
        (evidence.rank, evidence.written),
        (Rank::Ledger, Interval::exact(at("2025-11-01")))
    );
    assert_eq!(verdict(&standing), Verdict::Current);
    assert_eq!(audit(&entries), []);
}

#[test]
fn a_ledger_without_keys_is_what_people_wrote_down() {
    let standing = standing_of(&[entry("production", "DATABASE_PASSWORD", "2025-12-01")], VALUE, &[]);
    assert_eq!(standing.evidence.clone().unwrap().rank, Rank::Record);
    assert_eq!((standing.findings.len(), verdict(&standing)), (0, Verdict::Current));
    assert_eq!(standing_of(&[], VALUE, &[]), Standing::default());
}

#[test]
fn a_new_ledger_key_keeps_the_date() {
    let (old, new) = (key("prod-1", 1), key("prod-2", 2));
    let mut again = entry("production", "DATABASE_PASSWORD", "2025-12-01");
    again.reason = Reason::Rekey;
    new.sign(&mut again, VALUE);
    let entries = [signed("2025-12-01", VALUE, &old), again];
    assert_eq!(audit(&entries), []);
    let standing = standing_of(&entries, VALUE, &[new]);
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
