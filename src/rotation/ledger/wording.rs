//! Wording of the findings of a ledger.

use super::{Finding, FindingKind, Ledger};
use crate::name;
use crate::rotation::time::Shown;

impl Finding {
    /// Returns what is wrong, in one sentence, and what to do. Names the key only if it is plainly a name.
    #[must_use]
    pub fn words(&self, ledger: &Ledger) -> (String, &'static str) {
        let entry = &ledger.entries[self.entry];
        let (key, at) = (name::shown(&entry.key), Shown(entry.rotated_at));
        let against = self
            .against
            .and_then(|index| ledger.entries.get(index))
            .map_or(at, |entry| Shown(entry.rotated_at));
        match self.kind {
            FindingKind::RotatedOnPaper => (
                format!("{key} was recorded as rotated at {at}, but its value is still that of {against}"),
                "rotate the value, and record it",
            ),
            FindingKind::ChangedWithoutRecord => (
                format!("{key} has a value that was not recorded; the last record is of {at}"),
                "record it with `envgate rotation record`",
            ),
            FindingKind::RolledBack => (
                format!("{key} has the value of {against} again, which was replaced at {at} at the latest"),
                "find out why the old value is back; rotate it, and record it",
            ),
            FindingKind::FutureDate => (
                format!("{key} is recorded as rotated at {at}, which was in the future when it was recorded"),
                "correct the record: add an entry with the true date",
            ),
            FindingKind::Unverifiable if entry.seal.is_none() || entry.fingerprint.is_none() => (
                format!(
                    "the record of {key} at {at} can't be verified: it has no fingerprint and seal, though there is a ledger key"
                ),
                "record the value again to seal the record",
            ),
            FindingKind::Unverifiable => (
                format!(
                    "the record of {key} at {at} can't be verified: the ledger key that sealed it is not among the values"
                ),
                "give the ledger key that the record's kid names, or record the value again",
            ),
            FindingKind::EditedEntry => (
                format!("the record of {key} at {at} does not match its seal: somebody edited it"),
                "restore the entry from history, or record the rotation again",
            ),
            FindingKind::SameInstant => (
                format!("{key} has two records for {at} that say different things"),
                "keep the one that is true",
            ),
            FindingKind::RecordedLate => (
                format!("the rotation of {key} at {at} was recorded more than 14 days later"),
                "record rotations when they are made, so that others can rely on the date",
            ),
            FindingKind::UnknownKey => (
                "the ledger has records of a key that the schema doesn't have".to_owned(),
                "declare the key, or correct its spelling in the ledger; to keep records of a key that is gone, declare it deprecated",
            ),
            FindingKind::UnknownEnvironment => (
                "the ledger has records of an environment that the schema doesn't have".to_owned(),
                "write the environment's name as the schema does, not an alias",
            ),
        }
    }
}
