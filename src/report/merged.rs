//! Merges diagnostics for people: a problem in a file that several environments share has to be fixed only once.
//!
//! `report.v1` and JUnit keep a row for each environment, because programs filter and count by it; every format that
//! points people to lines uses this module.

use crate::diagnostic::Diagnostic;
use crate::report::Report;

/// Diagnostics that differ only in their environment.
#[derive(Debug, Clone)]
pub(super) struct Merged<'r> {
    /// The first of the diagnostics.
    pub(super) diagnostic: &'r Diagnostic,
    /// The environments of all of them.
    pub(super) environments: Vec<&'r str>,
}

/// Returns the merged diagnostics of a report, in its order. A report is sorted by place, so duplicates are near each
/// other and only neighbours are compared.
pub(super) fn merged(report: &Report) -> Vec<Merged<'_>> {
    const NEAR: usize = 64;
    let mut all: Vec<Merged<'_>> = Vec::with_capacity(report.diagnostics.len());
    for diagnostic in &report.diagnostics {
        let near = all.len().saturating_sub(NEAR);
        let same = all[near..].iter_mut().find(|one| is_same(one.diagnostic, diagnostic));
        match same {
            Some(one) => one.environments.extend(diagnostic.environment.as_deref()),
            None => all.push(Merged {
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
