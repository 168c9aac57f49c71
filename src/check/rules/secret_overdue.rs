//! A secret is certainly older than its policy allows, whichever evidence is true.

use crate::check::age_wording::{changed, date, demand, report};
use crate::check::rule::{Check, Findings, Matter, Rule, Scope};
use crate::diagnostic::{RuleCode, Severity};
use crate::rotation::Verdict;
use crate::rotation::time::shift;
use crate::rotation::verdict::DemandKind;

pub(in crate::check) static RULE: Rule = Rule {
    code: RuleCode("secret-overdue"),
    severity: Severity::Error,
    summary: "a secret is certainly older than its policy allows",
    docs: docs!("secret_overdue.md"),
    check: Check::Environment(Matter::Ages, check),
};

fn check(scope: &Scope<'_>, found: &mut Findings<'_>) {
    for secret in scope.ages() {
        let Verdict::Overdue { in_grace } = secret.verdict() else {
            continue;
        };
        let Some(broken) = secret.judgement.decided_by else {
            continue;
        };
        let (key, asked) = (&secret.property.name, demand(secret, broken));
        let since = changed(secret.age.written);
        let end = secret.age.expires.instant().map(date);
        let due = broken.latest.map(date).unwrap_or_default();
        let message = match (broken.kind, end) {
            (DemandKind::ExpiryRequired, _) => format!("{key} never expires, but {asked} requires an expiry"),
            (DemandKind::MaxLifetime, Some(end)) => {
                format!("{key} lives too long: it was changed {since} and expires on {end}, but {asked} is the limit")
            }
            (DemandKind::MaxLifetime, None) => format!("{key} never expires, but {asked} is the limit"),
            (DemandKind::MinRemaining, Some(end)) => {
                format!("{key} should have been replaced by {due}: it expires on {end}, and {asked} must remain")
            }
            _ => format!("{key} should have been changed by {due}: it was changed {since}, and {asked} is over"),
        };
        let grace = secret.policy.and_then(|policy| policy.policy.grace);
        let (message, severity) = match (in_grace, grace, broken.latest) {
            (true, Some(grace), Some(due)) => {
                let until = date(shift(due, grace.seconds()));
                (
                    format!("{message}; the grace period lasts until {until}"),
                    Severity::Warning,
                )
            }
            _ => (message, Severity::Error),
        };
        let help = "rotate it, and record it with `envgate rotation record`";
        let _ = report(found, secret, message, Some(help)).severity(severity);
    }
}
