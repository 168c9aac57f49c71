//! What a report tells people, each thing once: a problem in a file that several environments share is fixed once.
//!
//! `report.v1` and JUnit keep a row for each environment, because programs filter and count by it; every format that points people at
//! lines goes through here.

use crate::diagnostic::Diagnostic;
use crate::report::Report;

/// Diagnostics that differ in nothing but their environment.
#[derive(Debug, Clone)]
pub(super) struct Told<'r> {
    /// The first of them.
    pub(super) diagnostic: &'r Diagnostic,
    /// The environments of all.
    pub(super) environments: Vec<&'r str>,
}

/// What the report tells, in its order. What is the same stands close together, since a report is sorted by place, so only what is near
/// is compared.
pub(super) fn told(report: &Report) -> Vec<Told<'_>> {
    const NEAR: usize = 64;
    let mut all: Vec<Told<'_>> = Vec::with_capacity(report.diagnostics.len());
    for diagnostic in &report.diagnostics {
        let near = all.len().saturating_sub(NEAR);
        let same = all[near..].iter_mut().find(|one| is_same(one.diagnostic, diagnostic));
        match same {
            Some(one) => one.environments.extend(diagnostic.environment.as_deref()),
            None => all.push(Told {
                diagnostic,
                environments: diagnostic.environment.iter().map(String::as_str).collect(),
            }),
        }
    }
    all
}

fn is_same(one: &Diagnostic, other: &Diagnostic) -> bool {
    let Diagnostic {
        code,
        severity,
        message,
        environment: _,
        key,
        location,
        related,
        schema_pointer,
        help,
        fix,
    } = one;
    (code, severity, location, key, message)
        == (
            &other.code,
            &other.severity,
            &other.location,
            &other.key,
            &other.message,
        )
        && (related, schema_pointer, help, fix) == (&other.related, &other.schema_pointer, &other.help, &other.fix)
}
