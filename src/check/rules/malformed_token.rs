//! The checksum of a token does not match.

use crate::check::rule::{Check, Findings, Rule, Subject, Traits};
use crate::check::rules::placeholder_value;
use crate::check::secrets;
use crate::diagnostic::{RuleCode, Severity};

pub(super) static RULE: Rule = Rule {
    code: RuleCode("malformed-token"),
    severity: Severity::Warning,
    summary: "the checksum of a token does not match",
    docs: docs!("malformed_token.md"),
    check: Check::Variable(Traits::TOKEN, check),
};

fn check(subject: &Subject<'_>, found: &mut Findings<'_>) {
    let Some(value) = subject.known().map(|secret| secret.expose()) else {
        return;
    };
    if !secrets::may_have_checksum(value) {
        return;
    }
    let formats = || secrets::whole(subject.variable.key, value);
    let Some(format) = formats().next() else { return };
    // A single format without a checksum, or with one that matches, is enough for the token to be intact.
    if !formats().all(|format| format.fits(value) == Some(false)) {
        return;
    }
    if placeholder_value::refuses_here(subject) {
        return;
    }
    let message = format!(
        "{} looks like {}, but its checksum does not match",
        subject.name(),
        format.title()
    );
    subject.report_value(
        found,
        message,
        "copy it again: a character is missing or mistyped, or the token was made up",
    );
}
