//! A key named after one provider holds the token of another.

use crate::check::rule::{Check, Findings, Rule, Subject, Traits};
use crate::check::rules::placeholder_value;
use crate::check::secrets::providers::KeyWords;
use crate::check::secrets::{self, Format};
use crate::diagnostic::{RuleCode, Severity};

pub(super) static RULE: Rule = Rule {
    code: RuleCode("wrong-provider"),
    severity: Severity::Error,
    summary: "a key is named for one provider and holds the token of another",
    docs: docs!("wrong_provider.md"),
    check: Check::Variable(Traits::TOKEN, check),
};

/// Variables that point the OpenAI client at another server with a compatible API, which issues keys of its own.
const OTHER_SERVERS: &[&str] = &["OPENAI_API_BASE", "OPENAI_API_BASE_URL", "OPENAI_BASE_URL"];

fn check(subject: &Subject<'_>, found: &mut Findings<'_>) {
    let Some(value) = subject.known().map(|secret| secret.expose()) else {
        return;
    };
    let mut begun = secrets::whole_or_begun(value);
    let Some(format) = begun.next() else { return };
    let key = subject.variable.key;
    let words = KeyWords::of(key);
    let is_right = |format: &Format| words.accept(format);
    if is_right(format) || begun.chain(secrets::whole(key, value)).any(is_right) {
        return;
    }
    let Some(named) = words.provider() else { return };
    let scope = subject.scope;
    let elsewhere = |name: &&str| scope.environment.environment.get(name.as_bytes()).is_some();
    if named == "OpenAI" && OTHER_SERVERS.iter().any(elsewhere) || placeholder_value::refuses_here(subject) {
        return;
    }
    let message = format!(
        "{} is named for {named} but holds what looks like {}",
        subject.name(),
        format.title()
    );
    subject.report_value(found, message, "were two values mixed up?");
}
