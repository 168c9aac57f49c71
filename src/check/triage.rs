//! The final severity of each finding, and whether it is shown: the one place in which severities, suppressions, waivers and the
//! baseline are applied, and in which everything that they hide is counted.

use crate::check::Checked;
use crate::check::quiet::baseline::LedgerKeys;
use crate::check::quiet::{Baseline, is_always_told};
use crate::check::rule::{Context, Finding, Sink};
use crate::check::rules::{expired_waiver, stale_baseline, unused_suppression, unused_waiver};
use crate::diagnostic::{Diagnostic, RuleCode, Severity};
use crate::report::Hidden;
use crate::schema::EnvironmentId;
use crate::sort;
use crate::source::SourceId;

/// The most diagnostics that a report carries. A file of a million bad lines says what is wrong long before its end.
pub const MAX_DIAGNOSTICS: usize = 10_000;

/// Applies the schema's severities, sorts, removes what was said twice, hides what is to be quiet, and cuts at [`MAX_DIAGNOSTICS`].
pub(super) fn triage(context: &Context<'_>, sink: Sink) -> (Vec<Diagnostic>, Hidden) {
    let beyond: usize = sink
        .counts
        .entries()
        .iter()
        .filter(|((code, environment), _)| !is_off(context, *environment, *code))
        .map(|(_, count)| count.saturating_sub(MAX_DIAGNOSTICS))
        .sum();
    let mut findings = judged(context, sink);
    let mut hidden = Hidden::default();
    if context.has_exceptions() {
        let mut exceptions = Exceptions::new(context);
        findings.retain(|finding| !exceptions.hide(finding));
        hidden = exceptions.hidden;
        exceptions.saw_all = beyond == 0;
        findings.extend(judged(context, exceptions.told()));
        sort::by(&mut findings, &|a, b| order(&a.diagnostic).cmp(&order(&b.diagnostic)));
    }
    let mut kept: Vec<Diagnostic> = findings.into_iter().map(|finding| finding.diagnostic).collect();
    let omitted = beyond + kept.len().saturating_sub(MAX_DIAGNOSTICS);
    if kept.len() > MAX_DIAGNOSTICS {
        // What must not ship is kept before what may bite.
        sort::by(&mut kept, &|a, b| b.severity.cmp(&a.severity));
        kept.truncate(MAX_DIAGNOSTICS);
        sort::by(&mut kept, &|a, b| order(a).cmp(&order(b)));
    }
    hidden.omitted = u32::try_from(omitted).unwrap_or(u32::MAX);
    (kept, hidden)
}

/// The text of a baseline of all that is neither suppressed nor waived.
pub(super) fn baseline(context: &Context<'_>, sink: Sink) -> String {
    let mut findings = judged(context, sink);
    let mut exceptions = Exceptions::new(context);
    exceptions.known_left.clear();
    findings.retain(|finding| !exceptions.hide(finding));
    Baseline::write(context, &findings, &context.options.quiet.baseline)
}

/// All that offers a fix and is told, however much that is.
#[cfg(feature = "cli")]
pub(super) fn fixes(context: &Context<'_>, sink: Sink) -> Vec<Diagnostic> {
    let mut findings = judged(context, sink);
    let mut exceptions = Exceptions::new(context);
    findings.retain(|finding| !exceptions.hide(finding));
    findings.into_iter().map(|finding| finding.diagnostic).collect()
}

/// The findings as the schema wants them judged, each once, in the order of a report.
fn judged(context: &Context<'_>, sink: Sink) -> Vec<Finding> {
    let mut findings: Vec<Finding> = sink
        .findings
        .into_iter()
        .filter_map(|finding| judge(context, finding))
        .collect();
    // The place first, so that a report reads along the files; then all that can differ, so that the order is total.
    sort::by(&mut findings, &|a, b| order(&a.diagnostic).cmp(&order(&b.diagnostic)));
    findings.dedup_by(|a, b| a.diagnostic == b.diagnostic);
    findings
}

/// The finding as the schema wants it judged; `None` where the rule is off.
fn judge(context: &Context<'_>, finding: Finding) -> Option<Finding> {
    let Finding {
        environment,
        mut diagnostic,
        fingerprint,
    } = finding;
    if let Some(id) = environment {
        diagnostic.environment = Some(context.spec(id).name.clone());
    }
    if let Some(severity) = said(context, environment, diagnostic.code) {
        diagnostic.severity = severity?;
    }
    Some(Finding {
        environment,
        diagnostic,
        fingerprint,
    })
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

/// What hides findings, and which of it did.
struct Exceptions<'c> {
    context: &'c Context<'c>,
    keys: LedgerKeys,
    suppressions_used: Vec<bool>,
    waivers_used: Vec<bool>,
    /// How many findings each entry of the baseline may still hide.
    known_left: Vec<u32>,
    hidden: Hidden,
    /// Whether there was no finding that the limit kept away, so that what hid none is not needed.
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

    /// Whether a finding is hidden; the first of the three that hides it is the one that counts.
    fn hide(&mut self, finding: &Finding) -> bool {
        if is_always_told(finding.diagnostic.code) {
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

    /// The name of the loader as which the environment of a finding reads the file that it stands in; empty where none reads it.
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

    fn is_known(&mut self, finding: &Finding) -> bool {
        let Some(known) = self.keys.known(self.context, finding) else {
            return false;
        };
        for index in self.context.options.quiet.baseline.of(&known) {
            if self.known_left.get(index).is_some_and(|left| *left > 0) {
                self.known_left[index] -= 1;
                return true;
            }
        }
        false
    }

    /// What there is to say of the exceptions themselves. What is not used is only told where all was checked that could use it.
    fn told(&self) -> Sink {
        let mut sink = Sink::default();
        let context = self.context;
        let quiet = &context.options.quiet;
        for (waiver, &used) in quiet.waivers.all.iter().zip(&self.waivers_used) {
            let code = waiver.code;
            let key = waiver.key.as_deref();
            // What was looked at only in part is told all the same where it would have hidden something.
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
            if left > 0 && self.is_checked(known.code, known.environment) {
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

    /// A file that several loaders read has each suppression once for each; it is used if it is for any of them.
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

    /// Whether all was looked at that a rule could find in an environment.
    fn is_checked(&self, code: RuleCode, environment: Option<EnvironmentId>) -> bool {
        self.saw_all && self.context.options.phase.is_none() && self.context.is_judged(code, environment)
    }

    /// Whether every environment that the schema lets read a file is under check.
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
