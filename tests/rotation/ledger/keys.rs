//! Ledger keys and fingerprints.

use envgate::rotation::ledger::{Fingerprint, LedgerKey, Seal};

use super::{VALUE, key, ledger, signed};

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
fn no_finding_tells_a_value_or_the_fingerprint_of_one() {
    let keys = [key("prod", 1)];
    let entries = [signed("2025-12-01", VALUE, &keys[0])];
    let ledger = ledger(&entries);
    let candidate = keys[0]
        .fingerprint("production", "DATABASE_PASSWORD", b"another")
        .unwrap()
        .to_string();
    for finding in ledger
        .standing("production", "DATABASE_PASSWORD", Some(b"another"), &keys)
        .findings
    {
        let told = format!("{finding:?} {:?}", finding.words(&ledger));
        assert!(!told.contains(&candidate) && !told.contains("another"), "{told}");
    }
}
