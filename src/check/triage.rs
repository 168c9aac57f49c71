//! Decides the final severity of each finding and whether it is shown. This is the only place where severities, suppressions, waivers and
//! the baseline are applied, and where everything they hide is counted.

use crate::check::Checked;
use crate::check::quiet::baseline::{Known, LedgerKeys};
use crate::check::quiet::{Baseline, is_never_hidden};
use crate::check::rule::{Context, Finding, Sink};
use crate::check::rules::{expired_waiver, stale_baseline, unused_suppression, unused_waiver};
use crate::diagnostic::{Diagnostic, RuleCode, Severity};
use crate::report::Hidden;
use crate::schema::EnvironmentId;
use crate::sort;
use crate::source::SourceId;

/// The maximum number of diagnostics in a report. A file of a million bad lines shows what is wrong long before its end.
pub const MAX_DIAGNOSTICS: usize = 10_000;

/// Applies the schema's severities, sorts, removes duplicates, applies the exceptions, and cuts at [`MAX_DIAGNOSTICS`].
pub(super) fn triage(context: &Context<'_>, mut sink: Sink) -> (Vec<Diagnostic>, Hidden) {
    sink.finish();
    let mut beyond: usize = sink
        .counts
        .entries()
        .iter()
        .filter(|((code, environment), _)| !is_off(context, *environment, *code))
        .map(|(_, count)| count.saturating_sub(MAX_DIAGNOSTICS))
        .sum();
    // No exception hides these: each stands for all findings after it, which may be at other places.
    let first_beyond = std::mem::take(&mut sink.beyond);
    let mut findings = judged(context, sink.findings);
    let mut hidden = Hidden::default();
    if context.has_exceptions() {
        let mut exceptions = Exceptions::new(context);
        findings.retain(|finding| !exceptions.hide(finding));
        hidden = exceptions.hidden;
        exceptions.saw_all = beyond == 0;
        findings.extend(judged(context, exceptions.own_findings().findings));
        sort::by(&mut findings, &|a, b| order(a).cmp(&order(b)));
    }
    if !first_beyond.is_empty() {
        let first = judged(context, first_beyond);
        beyond = beyond.saturating_sub(first.len());
        findings.extend(first);
        sort::by(&mut findings, &|a, b| order(a).cmp(&order(b)));
    }
    let omitted = beyond + findings.len().saturating_sub(MAX_DIAGNOSTICS);
    if findings.len() > MAX_DIAGNOSTICS {
        // Keep the most severe.
        sort::by(&mut findings, &|a, b| b.diagnostic.severity.cmp(&a.diagnostic.severity));
        findings.truncate(MAX_DIAGNOSTICS);
        sort::by(&mut findings, &|a, b| order(a).cmp(&order(b)));
    }
    hidden.omitted = u32::try_from(omitted).unwrap_or(u32::MAX);
    (findings.into_iter().map(|finding| finding.diagnostic).collect(), hidden)
}

/// Returns the text of a baseline with everything that is neither suppressed nor waived.
pub(super) fn baseline(context: &Context<'_>, sink: Sink) -> String {
    let mut findings = judged(context, sink.findings);
    let mut exceptions = Exceptions::new(context);
    exceptions.known_left.clear();
    findings.retain(|finding| !exceptions.hide(finding));
    Baseline::write(context, &findings, &context.options.quiet.baseline)
}

/// Returns all diagnostics that offer a fix and aren't hidden, without a limit.
#[cfg(feature = "cli")]
pub(super) fn fixes(context: &Context<'_>, sink: Sink) -> Vec<Diagnostic> {
    let mut findings = judged(context, sink.findings);
    let mut exceptions = Exceptions::new(context);
    findings.retain(|finding| !exceptions.hide(finding));
    findings.into_iter().map(|finding| finding.diagnostic).collect()
}

/// Returns the findings with the schema's severities, without duplicates, in the order of a report.
fn judged(context: &Context<'_>, findings: Vec<Finding>) -> Vec<Finding> {
    let mut findings: Vec<Finding> = findings
        .into_iter()
        .filter_map(|finding| judge(context, finding))
        .collect();
    // Place comes first, so that a report reads along the files; then everything that can differ, for a total order.
    sort::by(&mut findings, &|a, b| order(a).cmp(&order(b)));
    findings.dedup_by(|a, b| a.diagnostic == b.diagnostic);
    findings
}

/// Applies the schema's severity to a finding; `None` if the rule is off.
fn judge(context: &Context<'_>, finding: Finding) -> Option<Finding> {
    let Finding {
        environment,
        mut diagnostic,
        fingerprint,
        commit,
    } = finding;
    if let Some(id) = environment {
        diagnostic.environment = Some(context.spec(id).name.clone());
    }
    if let Some(severity) = configured_severity(context, environment, diagnostic.code) {
        diagnostic.severity = severity?;
    }
    Some(Finding {
        environment,
        diagnostic,
        fingerprint,
        commit,
    })
}

/// Whether the schema turns a rule off in that environment.
fn is_off(context: &Context<'_>, environment: Option<EnvironmentId>, code: RuleCode) -> bool {
    configured_severity(context, environment, code) == Some(None)
}

/// Returns the severity that the schema sets for a rule in that environment; for a finding without one, that on which all environments
/// agree.
fn configured_severity(
    context: &Context<'_>,
    environment: Option<EnvironmentId>,
    code: RuleCode,
) -> Option<Option<Severity>> {
    if let Some(id) = environment {
        return context.schema.severity(id, code);
    }
    let mut all = (0..).map(EnvironmentId).take(context.schema.environments().len());
    let first = context.schema.severity(all.next()?, code);
    all.all(|id| context.schema.severity(id, code) == first)
        .then_some(first)
        .flatten()
}

/// The exceptions, and which of them have hidden something.
struct Exceptions<'c> {
    context: &'c Context<'c>,
    keys: LedgerKeys,
    suppressions_used: Vec<bool>,
    waivers_used: Vec<bool>,
    /// How many findings each entry of the baseline may still hide.
    known_left: Vec<u32>,
    hidden: Hidden,
    /// Whether the limit dropped no finding, so that an exception that hid nothing is unnecessary.
    saw_all: bool,
}

impl<'c> Exceptions<'c> {
    fn new(context: &'c Context<'c>) -> Exceptions<'c> {
        let quiet = &context.options.quiet;
        Exceptions {
            context,
            keys: LedgerKeys::of(context),
            suppressions_used: vec![false; context.suppressions.all.len()],
            waivers_used: vec![false; quiet.waivers.all.len()],
            known_left: quiet.baseline.all.iter().map(|entry| entry.count).collect(),
            hidden: Hidden::default(),
            saw_all: true,
        }
    }

    /// Whether a finding is hidden. The first exception that hides it is the one that is counted.
    fn hide(&mut self, finding: &Finding) -> bool {
        if is_never_hidden(finding.diagnostic.code) {
            return false;
        }
        if self.suppress(finding) {
            self.hidden.suppressed += 1;
        } else if self.waive(finding) {
            self.hidden.waived += 1;
        } else if self.is_known(finding) {
            self.hidden.baseline += 1;
        } else {
            return false;
        }
        true
    }

    fn suppress(&mut self, finding: &Finding) -> bool {
        let Some(loader) = self.loader(finding) else {
            return false;
        };
        let mut is_suppressed = false;
        for index in self.context.suppressions.of(&finding.diagnostic, loader) {
            self.suppressions_used[index] = true;
            is_suppressed = true;
        }
        is_suppressed
    }

    /// Returns the name of the loader by which the finding's environment reads its file; empty for the findings of a search.
    fn loader(&self, finding: &Finding) -> Option<&'static str> {
        if self.context.reach.is_some() {
            return Some("");
        }
        let source = finding.diagnostic.location?.source;
        let checked = self
            .context
            .environments
            .iter()
            .find(|one| Some(one.id) == finding.environment)?;
        let layer = checked.layers.iter().find(|layer| layer.source == source)?;
        Some(layer.dialect.name)
    }

    fn waive(
        &mut self,
        Finding {
            environment,
            diagnostic,
            ..
        }: &Finding,
    ) -> bool {
        let file = diagnostic
            .location
            .map(|at| self.context.sources[at.source.0 as usize].name());
        let mut is_waived = false;
        for (waiver, used) in self
            .context
            .options
            .quiet
            .waivers
            .all
            .iter()
            .zip(&mut self.waivers_used)
        {
            if waiver.is_about(diagnostic, *environment, file) {
                *used = true;
                is_waived |= !waiver.is_expired(self.context.options.now);
            }
        }
        is_waived
    }

    /// Whether a finding is in the baseline. One that a commit brought may be there with that commit, and it may be one of those that the
    /// file still has. It then counts as both, so that the next commit can't bring another in its place.
    fn is_known(&mut self, finding: &Finding) -> bool {
        let Some(mut known) = self.keys.known(self.context, finding) else {
            return false;
        };
        let is_known = self.take(&known);
        known.commit.take().is_some() && self.take(&known) || is_known
    }

    /// Counts a diagnostic with an entry of the baseline. Returns whether there is one.
    fn take(&mut self, known: &Known) -> bool {
        for index in self.context.options.quiet.baseline.of(known) {
            if self.known_left.get(index).is_some_and(|left| *left > 0) {
                self.known_left[index] -= 1;
                return true;
            }
        }
        false
    }

    /// Returns the findings about the exceptions themselves. An unused one is only reported if everything it could apply to was checked.
    fn own_findings(&self) -> Sink {
        let mut sink = Sink::default();
        let context = self.context;
        let quiet = &context.options.quiet;
        for (waiver, &used) in quiet.waivers.all.iter().zip(&self.waivers_used) {
            let code = waiver.code;
            let key = waiver.key.as_deref();
            // In a partial check, an exception is still reported if it would have hidden something.
            if !used && !context.is_judged(code, waiver.environment) {
                continue;
            }
            if waiver.is_expired(context.options.now) {
                let message = format!(
                    "the waiver of {code} expired after {}; its owner is {}",
                    waiver.last_day(),
                    waiver.owner
                );
                let found = sink.of(&expired_waiver::RULE, waiver.environment);
                let help = if used {
                    "fix the problem, or set a later `until` and say why"
                } else {
                    "remove it: the problem is fixed"
                };
                found.report(waiver.location, message).key(key).help(help);
            } else if !used && self.is_checked(code, waiver.environment) {
                let found = sink.of(&unused_waiver::RULE, waiver.environment);
                found
                    .report(waiver.location, format!("this waiver of {code} hides nothing"))
                    .key(key)
                    .help("remove it");
            }
        }
        for (entry, &left) in quiet.baseline.all.iter().zip(&self.known_left) {
            let known = &entry.known;
            if left > 0 && known.commit.is_none() && self.is_checked(known.code, known.environment) {
                let message = match entry.count {
                    1 => format!("{} is in the baseline but was not found", known.code),
                    count => format!(
                        "{} is in the baseline {count} times but was found {} times",
                        known.code,
                        count - left
                    ),
                };
                let found = sink.of(&stale_baseline::RULE, known.environment);
                found
                    .report(entry.location, message)
                    .key(known.key.as_deref())
                    .help("run `envgate baseline` to write it again without this");
            }
        }
        self.unused_suppressions(&mut sink);
        sink
    }

    /// Reports unused suppressions. A file with several loaders has each suppression once per loader; it is used if any of them is.
    fn unused_suppressions(&self, sink: &mut Sink) {
        let with = |used: bool| {
            let all = self.context.suppressions.all.iter().zip(&self.suppressions_used);
            let those = all.filter(|(_, is_used)| **is_used == used);
            those.map(|(one, _)| (one.location, one.code)).collect::<Vec<_>>()
        };
        let used = sort::set(with(true));
        for (location, code) in sort::set(with(false)) {
            let reads = |checked: &&Checked<'_>| checked.layers.iter().any(|layer| layer.source == location.source);
            let reader = self.context.environments.iter().find(reads).map(|one| one.id);
            let is_checked = match reader {
                Some(id) => self.is_checked(code, Some(id)) && self.are_readers_checked(location.source),
                None => self.is_checked(code, None),
            };
            if is_checked && used.binary_search(&(location, code)).is_err() {
                let found = sink.of(&unused_suppression::RULE, reader);
                found
                    .report(location, format!("{code} is suppressed here but finds nothing"))
                    .help("remove the comment, or this code from its list");
            }
        }
    }

    /// Whether everything was checked that a rule could find in an environment.
    fn is_checked(&self, code: RuleCode, environment: Option<EnvironmentId>) -> bool {
        self.saw_all && self.context.options.phase.is_none() && self.context.is_judged(code, environment)
    }

    /// Whether all environments that read a file according to the schema are being checked.
    fn are_readers_checked(&self, source: SourceId) -> bool {
        let name = self.context.sources[source.0 as usize].name();
        let reads = |file: &String| {
            name == file
                || name
                    .strip_suffix(file.as_str())
                    .is_some_and(|folder| folder.ends_with('/'))
        };
        let specs = self.context.schema.environments().iter();
        let is_here = |id| self.context.environments.iter().any(|one| one.id == EnvironmentId(id));
        (0..)
            .zip(specs)
            .all(|(id, spec)| is_here(id) || !spec.files.iter().any(reads))
    }
}

/// What decides the order of a report: source, start and end of the place, code, environment, key and text.
type Order<'f> = (
    u32,
    u32,
    u32,
    &'static str,
    Option<EnvironmentId>,
    Option<&'f str>,
    &'f str,
);

/// The order of a report: files in the given order, the schema last; within a file by place and code; then environments in promotion order.
fn order(finding: &Finding) -> Order<'_> {
    let Diagnostic {
        code,
        key,
        message,
        location,
        ..
    } = &finding.diagnostic;
    let (source, start, end) = location.map_or((u32::MAX, 0, 0), |location| {
        // The schema is source 0. What points there is about something absent, and is listed after what is present.
        (
            location.source.0.wrapping_sub(1),
            location.span.start,
            location.span.end,
        )
    });
    (source, start, end, code.0, finding.environment, key.as_deref(), message)
}
