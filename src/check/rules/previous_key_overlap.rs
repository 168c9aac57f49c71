//! The previous key of a pair is still there after its overlap, or equals the current one.

use crate::check::age_wording::{changed, date};
use crate::check::rule::{Check, Findings, Matter, Rule, Scope, key_location};
use crate::diagnostic::{RuleCode, Severity};
use crate::model::Value;
use crate::rotation::verdict::{Overlap, overlap};

pub(in crate::check) static RULE: Rule = Rule {
    code: RuleCode("previous-key-overlap"),
    severity: Severity::Error,
    summary: "the previous key is still there after its overlap, or equals the current one",
    docs: docs!("previous_key_overlap.md"),
    check: Check::Environment(Matter::Ages, check),
};

fn check(scope: &Scope<'_>, found: &mut Findings<'_>) {
    for secret in scope.ages() {
        let Some(previous) = secret.policy.and_then(|policy| policy.policy.previous.as_ref()) else {
            continue;
        };
        let Some(old) = scope.environment.environment.get(previous.key.as_bytes()) else {
            continue;
        };
        let (Value::Known(then), Value::Known(now)) = (&old.value, &secret.variable.value) else {
            continue;
        };
        if then.expose().is_empty() {
            continue;
        }
        let key = &secret.property.name;
        let (message, severity) = if then.expose() == now.expose() {
            let message = format!(
                "{} has the same value as {key}, which was meant to replace it",
                previous.key
            );
            (message, Severity::Error)
        } else {
            let Some(allowed) = previous.overlap else { continue };
            let since = changed(secret.age.written);
            match overlap(allowed, secret.age.written, scope.context.options.now) {
                Overlap::Within => continue,
                Overlap::Over { since: end } => {
                    let end = date(end);
                    let message = format!(
                        "{} should have been removed by {end}: {key} was changed {since}, and the overlap of {allowed} is over",
                        previous.key
                    );
                    (message, Severity::Error)
                }
                Overlap::Unknown => {
                    let message = format!(
                        "{} may have outlived its overlap of {allowed}: it is not known when {key} was changed",
                        previous.key
                    );
                    (message, Severity::Warning)
                }
            }
        };
        let help = format!("remove {}, and revoke its value where it was issued", previous.key);
        let _ = found
            .at(key_location(&old.origin), message)
            .severity(severity)
            .key(Some(&previous.key))
            .help(help)
            .pointer(&secret.property.pointer)
            .related(key_location(&secret.variable.origin), format!("the present {key}"));
    }
}
