//! What a rule says: where its findings are put, and how each is completed.

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
    /// The environment under check, if the rule looks at one.
    pub environment: Option<EnvironmentId>,
    /// The diagnostic, with the rule's own severity.
    pub diagnostic: Diagnostic,
    /// The fingerprint of the value that it is about, where only who found it has that.
    pub fingerprint: Option<Fingerprint>,
}

/// Where all rules put what they find.
#[derive(Debug, Default)]
pub struct Sink {
    /// What is kept, in the order of discovery.
    pub findings: Vec<Finding>,
    /// How many each rule had to say in each environment. Only the first [`MAX_DIAGNOSTICS`] are kept: a file of a million bad
    /// lines must not become a list of a million findings, of which a report shows as many at most.
    pub(crate) counts: Map<(RuleCode, Option<EnvironmentId>), usize>,
    /// Where a finding is written that is not kept.
    scratch: Option<Finding>,
    /// Whether all findings are kept that offer a fix, and no others: for those who apply them.
    only_fixes: bool,
}

impl Sink {
    /// One that keeps all that offers a fix, and nothing else.
    #[cfg(feature = "cli")]
    pub(crate) fn of_fixes() -> Sink {
        Sink {
            only_fixes: true,
            ..Sink::default()
        }
    }

    /// What was kept of fixes.
    #[cfg(feature = "cli")]
    pub(crate) fn fixes(mut self) -> Sink {
        self.keep_fix();
        self
    }

    /// What was written last, if it is to be kept: whether it offers a fix is only known once it is complete.
    fn keep_fix(&mut self) {
        let last = self.scratch.take();
        self.findings
            .extend(last.filter(|finding| finding.diagnostic.fix.is_some()));
    }

    /// The same sink, for one rule: a rule can't report under another's name.
    pub fn of<'s>(&'s mut self, rule: &'static Rule, environment: Option<EnvironmentId>) -> Findings<'s> {
        Findings {
            sink: self,
            rule,
            environment,
        }
    }
}

/// Where one rule puts what it finds.
#[derive(Debug)]
pub struct Findings<'s> {
    sink: &'s mut Sink,
    rule: &'static Rule,
    environment: Option<EnvironmentId>,
}

impl<'s> Findings<'s> {
    /// Reports something at a place (`None`: the variable comes from no file); say more with the methods of [`Draft`].
    pub fn at(&mut self, location: impl Into<Option<Location>>, message: impl Into<String>) -> Draft<'_> {
        Findings {
            sink: self.sink,
            rule: self.rule,
            environment: self.environment,
        }
        .report(location, message)
    }

    /// The same, for the last thing that is reported.
    pub fn report(self, location: impl Into<Option<Location>>, message: impl Into<String>) -> Draft<'s> {
        self.draft(location.into(), message.into())
    }

    /// Not inlined, because it is called from every rule.
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
        };
        if sink.only_fixes {
            sink.keep_fix();
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
    /// The key that it is about, as [`Context::shown`](super::Context::shown) gives it.
    pub fn key(self, key: Option<&str>) -> Self {
        self.finding.diagnostic.key = key.map(str::to_owned);
        self
    }

    /// Another severity than the rule's own.
    pub fn severity(self, severity: Severity) -> Self {
        self.finding.diagnostic.severity = severity;
        self
    }

    /// The environment, for a rule that looks at all.
    pub fn environment(self, id: EnvironmentId) -> Self {
        self.finding.environment = Some(id);
        self
    }

    /// The fingerprint of the value.
    #[cfg(all(feature = "cli", not(target_family = "wasm")))]
    pub fn fingerprint(self, fingerprint: Option<Fingerprint>) -> Self {
        self.finding.fingerprint = fingerprint;
        self
    }

    /// What to do.
    pub fn help(self, help: impl Into<String>) -> Self {
        self.finding.diagnostic.help = Some(help.into());
        self
    }

    /// The keyword of the schema that asks for it.
    pub fn pointer(self, pointer: &str) -> Self {
        self.finding.diagnostic.schema_pointer = Some(pointer.to_owned());
        self
    }

    /// Another place that explains it.
    pub fn related(self, location: impl Into<Option<Location>>, message: impl Into<Cow<'static, str>>) -> Self {
        if let Some(location) = location.into() {
            self.finding.diagnostic.related.push(Label {
                location,
                message: message.into(),
            });
        }
        self
    }

    /// An edit that mends it.
    pub fn fix(self, fix: Fix) -> Self {
        self.finding.diagnostic.fix = Some(fix);
        self
    }
}
