//! The evidence doesn't say whether a secret meets its policy, or is contradictory.

use jiff::Timestamp;

use crate::check::age_wording::{changed, date, demand, report};
use crate::check::ages::Assessed;
use crate::check::placeholders;
use crate::check::rule::{Check, Findings, Matter, Rule, Scope};
use crate::diagnostic::{RuleCode, Severity};
use crate::model::Value;
use crate::rotation::verdict::{Demand, DemandKind};
use crate::rotation::{Evidence, Verdict};

pub(super) static RULE: Rule = Rule {
    code: RuleCode("secret-age-unknown"),
    severity: Severity::Warning,
    summary: "it is not known whether a secret is older than its policy allows",
    docs: docs!("secret_age_unknown.md"),
    check: Check::Environment(Matter::Ages, check),
};

fn check(scope: &Scope<'_>, found: &mut Findings<'_>) {
    for secret in scope.ages() {
        let key = &secret.property.name;
        let message = match (secret.verdict(), secret.judgement.decided_by, secret.age.conflict) {
            (Verdict::Unknown, ..) if is_placeholder(secret) => continue,
            (Verdict::Unknown, Some(open), _) => unknown(secret, open),
            (Verdict::Conflict, _, Some((stronger, weaker))) => {
                let says = |index: usize| {
                    let piece: &Evidence = &secret.pieces[index];
                    format!("{} says {}", piece.source, changed(piece.written))
                };
                format!(
                    "two sources disagree about when {key} was changed: {}, {}",
                    says(stronger),
                    says(weaker)
                )
            }
            _ => continue,
        };
        let severity = if scope.is_first_of_several() {
            Severity::Info
        } else {
            Severity::Warning
        };
        let _ = report(found, secret, message, secret.judgement.settle).severity(severity);
    }
}

fn unknown(secret: &Assessed<'_>, open: Demand) -> String {
    let (key, asked) = (&secret.property.name, demand(secret, open));
    let possible = open.earliest.filter(|at| *at > Timestamp::MIN).map(date);
    let written = secret.age.written;
    match (open.kind, possible) {
        (DemandKind::ExpiryRequired, _) => format!("it is not known whether {key} expires, as {asked} requires"),
        (DemandKind::MaxLifetime, _) => format!("it is not known whether {key} outlives {asked}"),
        (_, Some(due)) if written.latest.is_some() => format!(
            "{key} may be overdue since {due}: it was changed {}, and {asked} is over then at the earliest",
            changed(written)
        ),
        (_, Some(due)) => format!(
            "{key} may be overdue since {due}: all that is known is that it was changed {}",
            changed(written)
        ),
        (_, None) if written.latest.is_some() => {
            format!(
                "it is not known whether {asked} is over for {key}: it was changed {}",
                changed(written)
            )
        }
        (_, None) => format!("the age of {key} is not known, so neither is whether {asked} is over"),
    }
}

/// A placeholder has no age; reporting it is the business of another rule.
fn is_placeholder(secret: &Assessed<'_>) -> bool {
    secret.pieces.is_empty()
        && matches!(&secret.variable.value, Value::Known(value) if placeholders::find(value.expose(), true).is_some())
}
