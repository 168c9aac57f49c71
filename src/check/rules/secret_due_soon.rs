//! A warning band (`warnBefore`) of a secret has begun.

use crate::check::age_wording::{changed, date, demand, report};
use crate::check::rule::{Check, Findings, Matter, Rule, Scope};
use crate::diagnostic::{RuleCode, Severity};
use crate::rotation::Verdict;
use crate::rotation::verdict::DemandKind;

pub(in crate::check) static RULE: Rule = Rule {
    code: RuleCode("secret-due-soon"),
    severity: Severity::Warning,
    summary: "a secret is due to be changed soon",
    docs: docs!("secret_due_soon.md"),
    check: Check::Environment(Matter::Ages, check),
};

fn check(scope: &Scope<'_>, found: &mut Findings<'_>) {
    for secret in scope.ages() {
        let Verdict::DueSoon { band } = secret.verdict() else {
            continue;
        };
        let Some(coming) = secret
            .judgement
            .decided_by
            .filter(|demand| demand.kind != DemandKind::Expiry)
        else {
            continue;
        };
        let due = coming.earliest.map(date).unwrap_or_default();
        let message = format!(
            "{} is due to be changed by {due}, less than {band} from now: it was changed {}, and {} is over then",
            secret.property.name,
            changed(secret.age.written),
            demand(secret, coming)
        );
        let _ = report(found, secret, message, None);
    }
}
