//! A value is not written as its format asks.

use crate::check::rule::{Check, Rule};
use crate::check::rules::violation::Breach;
use crate::diagnostic::{RuleCode, Severity};
use crate::schema::Format;

pub(super) static RULE: Rule = Rule {
    code: RuleCode("schema-format"),
    severity: Severity::Error,
    summary: "a value does not have the required format",
    docs: docs!("schema_format.md"),
    check: Check::Violation,
};

pub(super) fn word(breach: &mut Breach<'_, '_>, name: &str) {
    let message = format!("{} {}", breach.subject(), demand(name));
    // What has a password in it is mostly wrong because of that.
    let is_url = matches!(name, "uri" | "uri-reference" | "iri") && breach.hides_words();
    let help = is_url.then(|| {
        "in its user name and password, write `#` as `%23`, `/` as `%2F`, `?` as `%3F`, `@` as `%40`, `%` as `%25`"
            .to_owned()
    });
    breach.report(message, help);
}

pub(super) fn demand(name: &str) -> String {
    match Format::find(name) {
        Some(format) => format!("must be {}", format.description()),
        None => format!("must have the format `{name}`"),
    }
}
