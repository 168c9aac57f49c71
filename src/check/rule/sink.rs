//! Where rules put their findings, and how a finding is completed.

use std::borrow::Cow;

use crate::check::MAX_DIAGNOSTICS;
use crate::diagnostic::{Diagnostic, Fix, Label, RuleCode, Severity};
use crate::map::Map;
use crate::rotation::ledger::Fingerprint;
use crate::schema::EnvironmentId;
use crate::source::Location;

use super::Rule;

/// A diagnostic before triage.
#[derive(Debug)]
pub struct Finding {
    /// The environment, if the rule looks at one.
    pub environment: Option<EnvironmentId>,
    /// The diagnostic, with the severity that the rule gave it.
    pub diagnostic: Diagnostic,
    /// The fingerprint of the value concerned, if only the finder could compute it.
    pub fingerprint: Option<Fingerprint>,
    /// The commit that brought it, if it is about a version of a file.
    pub commit: Option<String>,
}

/// Collects the findings of all rules.
#[derive(Debug, Default)]
pub struct Sink {
    /// The findings that are kept, in the order of discovery.
    pub findings: Vec<Finding>,
    /// How many findings each rule had in each environment. Only the first [`MAX_DIAGNOSTICS`] of each are kept: a file of a million bad
    /// lines must not produce a million findings, of which a report shows at most that many.
    pub(crate) counts: Map<(RuleCode, Option<EnvironmentId>), usize>,
    /// Of those that are not kept, the first of each severity, since the verdict may depend on it.
    pub(crate) beyond: Vec<Finding>,
    /// The last finding that is not kept, which is only known once it is complete.
    scratch: Option<Finding>,
    /// Whether to keep all findings with a fix and no others, for callers that apply fixes.
    only_fixes: bool,
}

impl Sink {
    /// Creates a sink that keeps all findings with a fix and no others.
    #[cfg(feature = "cli")]
    pub(crate) fn of_fixes() -> Sink {
        Sink {
            only_fixes: true,
            ..Sink::default()
        }
    }

    /// Finishes a sink of fixes.
    #[cfg(feature = "cli")]
    pub(crate) fn fixes(mut self) -> Sink {
        self.keep_fix();
        self
    }

    /// Finishes a sink: no finding is added after that.
    pub(crate) fn finish(&mut self) {
        let Some(last) = self.scratch.take() else { return };
        let kind = |one: &Finding| (one.diagnostic.code, one.environment, one.diagnostic.severity);
        if self.beyond.iter().all(|one| kind(one) != kind(&last)) {
            self.beyond.push(last);
        }
    }

    /// Keeps the last finding if it offers a fix.
    fn keep_fix(&mut self) {
        let last = self.scratch.take();
        self.findings
            .extend(last.filter(|finding| finding.diagnostic.fix.is_some()));
    }

    /// Restricts the sink to one rule, so that a rule can't report under another's name.
    pub fn of<'s>(&'s mut self, rule: &'static Rule, environment: Option<EnvironmentId>) -> Findings<'s> {
        Findings {
            sink: self,
            rule,
            environment,
        }
    }
}

/// Collects the findings of one rule.
#[derive(Debug)]
pub struct Findings<'s> {
    sink: &'s mut Sink,
    rule: &'static Rule,
    environment: Option<EnvironmentId>,
}

impl<'s> Findings<'s> {
    /// Reports something at a place (`None`: the variable comes from no file). The methods of [`Draft`] add more.
    pub fn at(&mut self, location: impl Into<Option<Location>>, message: impl Into<String>) -> Draft<'_> {
        Findings {
            sink: self.sink,
            rule: self.rule,
            environment: self.environment,
        }
        .report(location, message)
    }

    /// Like [`Findings::at`], but consumes the sink, so the draft can outlive it.
    pub fn report(self, location: impl Into<Option<Location>>, message: impl Into<String>) -> Draft<'s> {
        self.draft(location.into(), message.into())
    }

    /// Not inlined, because every rule calls it.
    #[inline(never)]
    fn draft(self, location: Option<Location>, message: String) -> Draft<'s> {
        let Findings {
            sink,
            rule,
            environment,
        } = self;
        let finding = Finding {
            environment,
            diagnostic: Diagnostic {
                code: rule.code,
                severity: rule.severity,
                message,
                environment: None,
                key: None,
                location,
                related: Vec::new(),
                schema_pointer: None,
                help: None,
                fix: None,
            },
            fingerprint: None,
            commit: None,
        };
        if sink.only_fixes {
            sink.keep_fix();
        } else {
            sink.finish();
        }
        let count = sink.counts.or((rule.code, environment), 0);
        *count += 1;
        if sink.only_fixes || *count > MAX_DIAGNOSTICS {
            return Draft {
                finding: sink.scratch.insert(finding),
            };
        }
        let index = sink.findings.len();
        sink.findings.push(finding);
        Draft {
            finding: &mut sink.findings[index],
        }
    }
}

/// A diagnostic that was just reported, to be completed.
#[derive(Debug)]
pub struct Draft<'f> {
    finding: &'f mut Finding,
}

impl Draft<'_> {
    /// Sets the key, as [`Context::shown`](super::Context::shown) returns it.
    pub fn key(self, key: Option<&str>) -> Self {
        self.finding.diagnostic.key = key.map(str::to_owned);
        self
    }

    /// Overrides the severity of the rule.
    pub fn severity(self, severity: Severity) -> Self {
        self.finding.diagnostic.severity = severity;
        self
    }

    /// Sets the environment, for a rule that looks at all of them.
    pub fn environment(self, id: EnvironmentId) -> Self {
        self.finding.environment = Some(id);
        self
    }

    /// Sets the fingerprint of the value.
    #[cfg(all(feature = "cli", not(target_family = "wasm")))]
    pub fn fingerprint(self, fingerprint: Option<Fingerprint>) -> Self {
        self.finding.fingerprint = fingerprint;
        self
    }

    /// Sets the commit that brought it, by the digits that people are told.
    #[cfg(all(feature = "cli", not(target_family = "wasm")))]
    pub fn commit(self, id: Option<&str>) -> Self {
        self.finding.commit = id.map(str::to_owned);
        self
    }

    /// Sets the help: what to do.
    pub fn help(self, help: impl Into<String>) -> Self {
        self.finding.diagnostic.help = Some(help.into());
        self
    }

    /// Sets the schema keyword that requires it.
    pub fn pointer(self, pointer: &str) -> Self {
        self.finding.diagnostic.schema_pointer = Some(pointer.to_owned());
        self
    }

    /// Adds another place that explains it.
    pub fn related(self, location: impl Into<Option<Location>>, message: impl Into<Cow<'static, str>>) -> Self {
        if let Some(location) = location.into() {
            self.finding.diagnostic.related.push(Label {
                location,
                message: message.into(),
            });
        }
        self
    }

    /// Offers a fix.
    pub fn fix(self, fix: Fix) -> Self {
        self.finding.diagnostic.fix = Some(fix);
        self
    }
}
