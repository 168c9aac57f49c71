//! A value does not have its format.

use crate::check::rule::{Check, Rule, value_location};
use crate::check::rules::violation::Breach;
use crate::diagnostic::{RuleCode, Severity};
use crate::model::Value;
use crate::schema::Format;
use crate::source::Location;

pub(super) static RULE: Rule = Rule {
    code: RuleCode("schema-format"),
    severity: Severity::Error,
    summary: "a value does not have the required format",
    docs: docs!("schema_format.md"),
    check: Check::Violation,
};

pub(super) fn word(breach: &mut Breach<'_, '_>, name: &str) {
    let message = format!("{} {}", breach.subject(), demand(name));
    let help = if is_url(name) && name != CONNECTION && is_connection(breach) {
        Some("a URL with several hosts, or of JDBC, has the format `connection-url`")
    } else if is_url(name) && (breach.hides_words() || is_cut(breach)) {
        // A URL that contains a password is usually invalid because of the password.
        Some(
            "in its user name and password, write `#` as `%23`, `/` as `%2F`, `?` as `%3F`, `@` as `%40`, `%` as `%25`",
        )
    } else {
        None
    };
    let help = help.map(str::to_owned);
    breach.report(message, help);
}

const CONNECTION: &str = "connection-url";

/// Whether a format is that of a URL.
pub(super) fn is_url(name: &str) -> bool {
    matches!(name, "uri" | "uri-reference" | "iri" | CONNECTION)
}

/// Whether the value ends at a `#`, which the loader takes for the beginning of a comment.
fn is_cut(breach: &Breach<'_, '_>) -> bool {
    let place = breach.variable().and_then(|variable| value_location(&variable.origin));
    let behind = |at: Location| {
        let text = breach.scope.context.sources[at.source.0 as usize].bytes();
        text.get(at.span.end as usize) == Some(&b'#')
    };
    place.is_some_and(behind)
}

/// Whether a driver would accept the value although it is not a URI; then the schema should ask for another format.
fn is_connection(breach: &Breach<'_, '_>) -> bool {
    let value = breach.variable().map(|variable| &variable.value);
    let text = match value {
        Some(Value::Known(value)) => str::from_utf8(value.expose()).ok(),
        _ => None,
    };
    text.is_some_and(|text| Format::ConnectionUrl.is_match(text))
}

pub(super) fn demand(name: &str) -> String {
    match Format::find(name) {
        Some(format) => format!("must be {}", format.description()),
        None => format!("must have the format `{name}`"),
    }
}
