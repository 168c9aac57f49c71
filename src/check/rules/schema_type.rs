//! A value can't be read as the type that the schema declares.

use crate::check::rule::{Check, Rule};
use crate::check::rules::violation::Breach;
use crate::check::wording;
use crate::diagnostic::{RuleCode, Severity};
use crate::schema::TypeName;

pub(super) static RULE: Rule = Rule {
    code: RuleCode("schema-type"),
    severity: Severity::Error,
    summary: "a value can't be read as its type",
    docs: docs!("schema_type.md"),
    check: Check::Violation,
};

pub(super) fn word(breach: &mut Breach<'_, '_>, expected: &[TypeName]) {
    let message = format!("{} {}", breach.subject(), demand(expected));
    let help = expected.contains(&TypeName::Integer) || expected.contains(&TypeName::Number);
    let help =
        help.then(|| "write digits only: no quotes inside the value, no unit, no thousands separators".to_owned());
    breach.report(message, help);
}

pub(super) fn demand(expected: &[TypeName]) -> String {
    let names: Vec<&str> = expected
        .iter()
        .map(|name| match name {
            TypeName::Integer => "an integer",
            TypeName::Number => "a number",
            TypeName::Boolean => "a boolean (`true` or `false`; `1`, `0`, `yes`, `no`, `on` and `off` are read too)",
            TypeName::Null => "empty",
            TypeName::Array => "a list",
            TypeName::Object => "a JSON object",
            TypeName::String => "a text",
        })
        .collect();
    format!("must be {}", wording::list(&names, "or"))
}
