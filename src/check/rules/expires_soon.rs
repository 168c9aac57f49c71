//! A secret expires soon, according to its issuer.

use crate::check::age_wording::{date, report};
use crate::check::rule::{Check, Findings, Matter, Rule, Scope};
use crate::diagnostic::{RuleCode, Severity};
use crate::rotation::Verdict;
use crate::rotation::verdict::DemandKind;

pub(in crate::check) static RULE: Rule = Rule {
    code: RuleCode("expires-soon"),
    severity: Severity::Warning,
    summary: "a secret expires soon, according to its issuer",
    docs: docs!("expires_soon.md"),
    check: Check::Environment(Matter::Ages, check),
};

fn check(scope: &Scope<'_>, found: &mut Findings<'_>) {
    for secret in scope.ages() {
        let Verdict::DueSoon { band } = secret.verdict() else {
            continue;
        };
        if secret
            .judgement
            .decided_by
            .is_some_and(|demand| demand.kind == DemandKind::Expiry)
            && let Some(end) = secret.age.expires.instant()
        {
            let message = format!(
                "{} expires on {}, less than {band} from now",
                secret.property.name,
                date(end)
            );
            let _ = report(found, secret, message, Some("replace it before"));
        }
    }
}
