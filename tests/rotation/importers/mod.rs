//! Exports of secret managers: a sample of each, what can be wrong with one, and which record is about which key.

mod keys;
mod notes;
mod refused;
mod samples;

use std::fmt::Write as _;

use envgate::rotation::importers::{Import, ImportError, ImportOptions, Subject, import};
use envgate::rotation::{Expiry, Interval};

/// What an export says, a line a record: subject, rank, interval, end, version, scopes, policy; then a line a note.
pub(crate) fn shown(import: &Import) -> String {
    let mut text = format!("{}\n", import.kind);
    for record in &import.records {
        let evidence = &record.evidence;
        let subject = match &record.subject {
            Subject::Name(name) => name.clone(),
            Subject::PublicId(id) => format!("id {id}"),
            Subject::Unnamed => "unnamed".to_owned(),
        };
        let _ = write!(
            text,
            "{subject} {} {}",
            evidence.rank.name(),
            interval(evidence.written)
        );
        match evidence.expires {
            Expiry::Unknown => {}
            Expiry::Never => text.push_str(" ends never"),
            Expiry::At(at) => drop(write!(text, " ends {at}")),
            Expiry::Through(at) => drop(write!(text, " good through {at}")),
        }
        if let Some(version) = &evidence.version {
            let _ = write!(text, " {version}");
        }
        if !record.scopes.is_empty() {
            let _ = write!(text, " in {}", record.scopes.join("+"));
        }
        if let Some(max_age) = record.max_age {
            let _ = write!(text, " every {max_age}");
        }
        text.push('\n');
    }
    for note in &import.notes {
        let _ = writeln!(text, "({:?})", note.kind);
    }
    text
}

fn interval(interval: Interval) -> String {
    match (interval.earliest, interval.latest) {
        (None, None) => "?".to_owned(),
        (Some(from), Some(to)) if from == to => format!("= {from}"),
        (from, to) => {
            let show = |bound: Option<jiff::Timestamp>| bound.map_or_else(String::new, |at| at.to_string());
            format!("{}..{}", show(from), show(to))
        }
    }
}

fn refused(text: &[u8]) -> ImportError {
    import(text, &ImportOptions::default()).expect_err("must be refused")
}
