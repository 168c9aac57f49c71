//! A value or the whole set matches none of several alternatives, more than one of them, or what `not` describes.

use crate::check::rule::{Check, Rule, key_location};
use crate::check::rules::violation::{self, Breach};
use crate::check::wording;
use crate::diagnostic::{RuleCode, Severity};
use crate::join::join;
use crate::schema::{Combinator, Violation};

pub(super) static RULE: Rule = Rule {
    code: RuleCode("schema-combinator"),
    severity: Severity::Error,
    summary: "a value matches none of several alternatives, or too many",
    docs: docs!("schema_combinator.md"),
    check: Check::Violation,
};

/// The maximum number of alternatives, and of demands in each, that a message lists.
const MAX_BRANCHES: usize = 4;

pub(super) fn word(breach: &mut Breach<'_, '_>, keyword: Combinator, branches: &[Vec<Violation>], matched: &[u32]) {
    let message = format!("{} {}", breach.subject(), demand(keyword, branches, matched));
    let help = alternatives(breach, branches);
    breach.report(message, help);
}

pub(super) fn demand(keyword: Combinator, branches: &[Vec<Violation>], matched: &[u32]) -> String {
    match keyword {
        Combinator::Not => "must not match what `not` describes".to_owned(),
        Combinator::AnyOf => format!(
            "must match one of the {} of `anyOf`",
            wording::count(branches.len() as u64, "alternative")
        ),
        Combinator::OneOf if matched.len() > 1 => {
            format!(
                "must match exactly one of the alternatives of `oneOf`, but matches {}",
                matched.len()
            )
        }
        Combinator::OneOf => {
            format!(
                "must match one of the {} of `oneOf`",
                wording::count(branches.len() as u64, "alternative")
            )
        }
    }
}

/// Words `not` applied to a constant or a list of constants.
pub(super) fn word_refused(breach: &mut Breach<'_, '_>, values: &[String]) {
    let message = format!("{} {}", breach.subject(), demand_refused(values, breach.hides_words()));
    breach.report(message, None);
}

/// The values come from the schema. But the value is one of them, so for a secret they are not shown.
pub(super) fn demand_refused(values: &[String], hides: bool) -> String {
    if hides {
        return "must not be what `not` describes".to_owned();
    }
    let quoted: Vec<String> = values.iter().map(|value| wording::quoted(value)).collect();
    format!("must not be {}", wording::list(&quoted, "or"))
}

/// Words `not` applied to `required`.
pub(super) fn word_forbidden(breach: &mut Breach<'_, '_>, keys: &[String], each: bool) {
    let key = keys.last().map(String::as_str);
    breach.locate(key.and_then(|key| {
        let variable = breach.scope.environment.environment.get(key.as_bytes())?;
        key_location(&variable.origin)
    }));
    breach.report(demand_forbidden(keys, each), None).key(key);
}

pub(super) fn demand_forbidden(keys: &[String], each: bool) -> String {
    let together = if keys.len() > 1 && !each { " together" } else { "" };
    format!("{} must not be set{together}", wording::list(keys, "and"))
}

/// Returns what each alternative requires that is not met.
fn alternatives(breach: &Breach<'_, '_>, branches: &[Vec<Violation>]) -> Option<String> {
    let mut alternatives: Vec<String> = branches
        .iter()
        .take(MAX_BRANCHES)
        .filter(|branch| !branch.is_empty())
        .map(|branch| {
            let demands: Vec<String> = branch
                .iter()
                .take(MAX_BRANCHES)
                .map(|violation| violation::demand_of(breach, violation))
                .collect();
            wording::list(&demands, "and")
        })
        .collect();
    alternatives.dedup();
    if branches.len() > MAX_BRANCHES {
        alternatives.push(format!("{} more", branches.len() - MAX_BRANCHES));
    }
    (!alternatives.is_empty()).then(|| format!("either {}", join(&alternatives, "; or ")))
}
