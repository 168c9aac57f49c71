//! A value refers to itself, directly or through others.

use crate::check::rule::{Check, Findings, Rule, Subject, Traits};
use crate::diagnostic::{RuleCode, Severity};
use crate::model::{Origin, ReferenceOutcome, Unknown, Value};
use crate::source::Location;

pub(super) static RULE: Rule = Rule {
    code: RuleCode("reference-cycle"),
    severity: Severity::Error,
    summary: "a value refers to itself",
    docs: docs!("reference_cycle.md"),
    check: Check::Variable(Traits::UNKNOWN.or(Traits::REFERRING), check),
};

fn check(subject: &Subject<'_>, found: &mut Findings<'_>) {
    let variable = subject.variable;
    let reference = variable
        .references
        .iter()
        .find(|reference| reference.outcome == ReferenceOutcome::Cycle);
    let location = match (reference, &variable.value, variable.origin) {
        (Some(reference), _, Origin::File { source, .. }) => Some(Location {
            source,
            span: reference.span,
        }),
        (None, Value::Unknown(Unknown::Cycle), _) => subject.value_location(),
        _ => return,
    };
    found
        .at(
            location,
            format!(
                "{} refers to itself, directly or through other variables",
                subject.name()
            ),
        )
        .key(subject.shown())
        .help("break the cycle: give one of them a value without references");
}
