//! A secret has expired, according to its issuer.

use crate::check::age_wording::{date, report};
use crate::check::rule::{Check, Findings, Matter, Rule, Scope};
use crate::diagnostic::{RuleCode, Severity};
use crate::rotation::Verdict;

pub(in crate::check) static RULE: Rule = Rule {
    code: RuleCode("secret-expired"),
    severity: Severity::Error,
    summary: "a secret has expired, according to its issuer",
    docs: docs!("secret_expired.md"),
    check: Check::Environment(Matter::Ages, check),
};

fn check(scope: &Scope<'_>, found: &mut Findings<'_>) {
    for secret in scope.ages().filter(|secret| secret.verdict() == Verdict::Expired) {
        if let Some(end) = secret.age.expires.instant() {
            let message = format!("{} expired on {}", secret.property.name, date(end));
            let _ = report(
                found,
                secret,
                message,
                Some("replace it: whatever checks it rejects it now"),
            );
        }
    }
}
