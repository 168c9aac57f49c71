//! A value is not written as its format asks.

use crate::check::rule::{Check, Rule};
use crate::check::rules::violation::Breach;
use crate::diagnostic::{RuleCode, Severity};

pub(super) static RULE: Rule = Rule {
    code: RuleCode("schema-format"),
    severity: Severity::Error,
    summary: "a value is not of its format",
    docs: include_str!("schema_format.md"),
    check: Check::Violation,
};

pub(super) fn word(breach: &mut Breach<'_, '_>, name: &str) {
    let message = format!("{} {}", breach.subject(), demand(name));
    breach.report(message, None);
}

pub(super) fn demand(name: &str) -> String {
    match FORMATS.iter().find(|(format, _)| *format == name) {
        Some((_, meaning)) => format!("must be {meaning} (format `{name}`)"),
        None => format!("must be of the format `{name}`"),
    }
}

/// What people call a format. One that is not here is called by its name.
const FORMATS: &[(&str, &str)] = &[
    ("date", "a date such as 2026-11-20"),
    ("date-time", "a date and time with offset such as 2026-11-20T09:30:00Z"),
    ("duration", "a duration such as P90D or PT48H"),
    ("email", "an e-mail address"),
    ("hostname", "a host name, without scheme and port"),
    ("idn-email", "an e-mail address"),
    ("idn-hostname", "a host name, without scheme and port"),
    ("ipv4", "an IPv4 address"),
    ("ipv6", "an IPv6 address"),
    ("iri", "an absolute URL"),
    ("iri-reference", "a URL, absolute or relative"),
    ("json-pointer", "a JSON Pointer"),
    ("port", "a port number from 1 to 65535"),
    ("regex", "a regular expression"),
    ("relative-json-pointer", "a relative JSON Pointer"),
    ("time", "a time with offset such as 09:30:00Z"),
    ("uri", "an absolute URL, with its scheme"),
    ("uri-reference", "a URL, absolute or relative"),
    ("uri-template", "a URL template"),
    ("uuid", "a UUID"),
];
