//! A value is not one of those that the schema allows.

use crate::check::rule::{Check, Rule};
use crate::check::rules::violation::Breach;
use crate::check::wording;
use crate::diagnostic::{RuleCode, Severity};

pub(super) static RULE: Rule = Rule {
    code: RuleCode("schema-enum"),
    severity: Severity::Error,
    summary: "a value is not one of those allowed",
    docs: docs!("schema_enum.md"),
    check: Check::Violation,
};

pub(super) fn word(breach: &mut Breach<'_, '_>, allowed: &[String]) {
    let message = format!("{} {}", breach.subject(), demand(allowed, breach.hides_words()));
    breach.report(message, None);
}

/// The allowed values come from the schema; nothing here is derived from the value. For a secret, only their number is shown.
pub(super) fn demand(allowed: &[String], hides: bool) -> String {
    match allowed {
        [_] if hides => "must be the value that the schema names".to_owned(),
        [_, ..] if hides => format!("must be one of the {} values that the schema names", allowed.len()),
        [] => "can have no value: its `enum` is empty".to_owned(),
        [only] => format!("must be {}", wording::quoted(only)),
        _ => {
            let quoted: Vec<String> = allowed.iter().map(|value| wording::quoted(value)).collect();
            format!("must be one of {}", wording::list(&quoted, "or"))
        }
    }
}
