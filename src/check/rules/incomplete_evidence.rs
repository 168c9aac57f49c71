//! An export of a secret manager omits something, or holds more than it should.

use crate::check::rule::{Check, Context, Findings, Matter, Rule};
use crate::diagnostic::{RuleCode, Severity};
use crate::rotation::importers::NoteKind;
use crate::source::Location;

pub(super) static RULE: Rule = Rule {
    code: RuleCode("incomplete-evidence"),
    severity: Severity::Warning,
    summary: "an export of a secret manager leaves something out, or holds more than it should",
    docs: docs!("incomplete_evidence.md"),
    check: Check::Across(Matter::Ages, check),
};

fn check(context: &Context<'_>, found: &mut Findings<'_>) {
    for (source, note) in context.options.ages.notes() {
        let severity = match note.kind {
            NoteKind::Incomplete | NoteKind::HoldsValues | NoteKind::BadDate | NoteKind::Empty => Severity::Warning,
            NoteKind::Inactive | NoteKind::NoEvidence => Severity::Info,
        };
        let span = note.span.unwrap_or_default();
        let _ = found
            .at(Location { source, span }, note.message.as_str())
            .severity(severity);
    }
}
