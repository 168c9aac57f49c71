//! A process has a value that stands for another: encrypted, or a reference to a secret manager.

use crate::check::rule::{Check, Findings, Rule, Subject, Traits};
use crate::diagnostic::{RuleCode, Severity};
use crate::model::stand_in;
use crate::parse::External;

pub(super) static RULE: Rule = Rule {
    code: RuleCode("unresolved-value"),
    severity: Severity::Error,
    summary: "a program gets an encrypted value, or a reference to a secret manager",
    docs: docs!("unresolved_value.md"),
    check: Check::Variable(Traits::STAND_IN, check),
};

fn check(subject: &Subject<'_>, found: &mut Findings<'_>) {
    // In a file, such a value is not known; see `Environment::without_stand_ins`.
    let Some(why) = subject.known().and_then(|secret| stand_in(secret.expose())) else {
        return;
    };
    let (what, help) = match why {
        External::Encrypted => (
            "is still encrypted",
            "start the program with what decrypts it, such as `dotenvx run` or `sops exec-env`, and see that its key is there",
        ),
        _ => (
            "still refers to a secret manager",
            "start the program with what resolves it, such as `op run` or `vals exec`",
        ),
    };
    found
        .at(subject.value_location(), format!("{} {what}", subject.name()))
        .key(subject.shown())
        .help(help);
}
