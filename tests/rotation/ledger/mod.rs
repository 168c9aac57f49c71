//! The ledger: reading, writing, merging, and what attacks on it come to.

mod attacks;
mod keys;
mod merge;
mod read;
mod standing;
mod write;

use envgate::rotation::ledger::audit::Known;
use envgate::rotation::ledger::{EMPTY, Entry, Finding, FindingKind, Ledger, LedgerKey, Reason, Standing, insert};
use envgate::rotation::{Age, Duration, Policy, Verdict, judge};
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

fn standing_of(entries: &[Entry], value: &[u8], keys: &[LedgerKey]) -> Standing {
    ledger(entries).standing("production", "DATABASE_PASSWORD", Some(value), keys)
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
