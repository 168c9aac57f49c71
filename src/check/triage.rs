//! How bad each finding is in the end: the one place in which severities are applied, and where all that keeps a finding
//! from being shown is counted.

use crate::check::rule::{Context, Finding, Sink};
use crate::diagnostic::{Diagnostic, RuleCode, Severity};
use crate::report::Hidden;
use crate::schema::EnvironmentId;
use crate::sort;

/// The most diagnostics that a report carries. A file of a million bad lines says what is wrong long before its end.
pub const MAX_DIAGNOSTICS: usize = 10_000;

/// Applies the schema's severities, sorts, removes what was said twice, and cuts at [`MAX_DIAGNOSTICS`].
pub(super) fn triage(context: &Context<'_>, sink: Sink) -> (Vec<Diagnostic>, Hidden) {
    let beyond: usize = sink
        .counts
        .iter()
        .filter(|((code, environment), _)| !is_off(context, *environment, *code))
        .map(|(_, count)| count.saturating_sub(MAX_DIAGNOSTICS))
        .sum();
    let mut kept: Vec<Diagnostic> = sink
        .findings
        .into_iter()
        .filter_map(|finding| judge(context, finding))
        .collect();
    // The place first, so that a report reads along the files; then all that can differ, so that the order is total.
    sort::by(&mut kept, &|a, b| order(a).cmp(&order(b)));
    kept.dedup();
    let omitted = beyond + kept.len().saturating_sub(MAX_DIAGNOSTICS);
    if kept.len() > MAX_DIAGNOSTICS {
        // What must not ship is kept before what may bite.
        sort::by(&mut kept, &|a, b| b.severity.cmp(&a.severity));
        kept.truncate(MAX_DIAGNOSTICS);
        sort::by(&mut kept, &|a, b| order(a).cmp(&order(b)));
    }
    (
        kept,
        Hidden {
            omitted: u32::try_from(omitted).unwrap_or(u32::MAX),
            ..Hidden::default()
        },
    )
}

/// The finding as the schema wants it judged; `None` where the rule is off.
fn judge(context: &Context<'_>, finding: Finding) -> Option<Diagnostic> {
    let Finding {
        environment,
        mut diagnostic,
    } = finding;
    if let Some(id) = environment {
        diagnostic.environment = Some(context.spec(id).name.clone());
    }
    if let Some(severity) = said(context, environment, diagnostic.code) {
        diagnostic.severity = severity?;
    }
    Some(diagnostic)
}

/// Whether the schema turns a rule off there.
fn is_off(context: &Context<'_>, environment: Option<EnvironmentId>, code: RuleCode) -> bool {
    said(context, environment, code) == Some(None)
}

/// What the schema says of a rule there; of what belongs to no environment, what it says for all of them.
fn said(context: &Context<'_>, environment: Option<EnvironmentId>, code: RuleCode) -> Option<Option<Severity>> {
    if let Some(id) = environment {
        return context.schema.severity(id, code);
    }
    let mut all = (0..).map(EnvironmentId).take(context.schema.environments().len());
    let first = context.schema.severity(all.next()?, code);
    all.all(|id| context.schema.severity(id, code) == first)
        .then_some(first)
        .flatten()
}

/// Files in the order given, the schema last; within one by place, then code, environment and words.
fn order(diagnostic: &Diagnostic) -> (u32, u32, u32, &'static str, Option<&str>, Option<&str>, &str) {
    let (source, start, end) = diagnostic.location.map_or((u32::MAX, 0, 0), |location| {
        // The schema is source 0; what points there is about something absent and comes behind what is present.
        (
            location.source.0.wrapping_sub(1),
            location.span.start,
            location.span.end,
        )
    });
    let Diagnostic {
        code,
        environment,
        key,
        message,
        ..
    } = diagnostic;
    (
        source,
        start,
        end,
        code.0,
        environment.as_deref(),
        key.as_deref(),
        message,
    )
}
