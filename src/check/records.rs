//! Reports what the ledger reveals, located at the record: the function behind all rules about records.

use crate::check::rule::{Context, Findings, key_location};
use crate::name;
use crate::rotation::ledger::FindingKind;
use crate::source::Location;

/// Reports every finding of one kind.
pub(super) fn report(context: &Context<'_>, kind: FindingKind, found: &mut Findings<'_>) {
    let Some((source, ledger)) = context.options.ages.ledger() else {
        return;
    };
    for finding in context.ages.findings.iter().filter(|finding| finding.kind == kind) {
        let entry = &ledger.entries()[finding.entry];
        let (message, help) = finding.words(ledger);
        let mut draft = found
            .at(
                Location {
                    source,
                    span: entry.span,
                },
                message,
            )
            .help(help);
        if context.schema.property(entry.key.as_bytes()).is_some() || name::is_plainly_a_name(entry.key.as_bytes()) {
            draft = draft.key(Some(&entry.key));
        }
        if let Some(against) = finding.against.and_then(|index| ledger.entries().get(index)) {
            let place = Location {
                source,
                span: against.span,
            };
            draft = draft.related(place, "the record that it disagrees with");
        }
        let Some(id) = context.environment_of(ledger, finding) else {
            continue;
        };
        draft = draft.environment(id);
        let here = context.environments.iter().find(|checked| checked.id == id);
        if let Some(variable) = here.and_then(|checked| checked.environment.get(entry.key.as_bytes())) {
            let _ = draft.related(key_location(&variable.origin), "the value in use");
        }
    }
}
