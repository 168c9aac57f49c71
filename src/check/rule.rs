//! What a rule is: a plain value with a function in it, and what that function sees and says.

use std::borrow::Cow;

use crate::check::{Checked, Options};
use crate::diagnostic::{Diagnostic, Fix, Label, RuleCode, Severity};
use crate::model::{Origin, Variable};
use crate::name;
use crate::parse::Document;
use crate::schema::{EnvironmentId, EnvironmentSpec, Property, Schema};
use crate::source::{Location, Source, SourceId, Span};

/// The input that holds the schema.
pub const SCHEMA: SourceId = SourceId(0);

/// A check with a code. Rules have no state, so a value with a function pointer is the whole design.
#[derive(Debug)]
pub struct Rule {
    /// Its id, in reports, in `rules` of a schema, in `explain` and in file names.
    pub code: RuleCode,
    /// How bad it is, unless the rule or the schema says otherwise.
    pub severity: Severity,
    /// What it finds, in a few words.
    pub summary: &'static str,
    /// What, why and how to mend, with examples that are also its tests.
    pub docs: &'static str,
    /// How it looks.
    pub check: Check,
}

/// What a rule looks at.
#[derive(Debug, Clone, Copy)]
pub enum Check {
    /// One environment at a time.
    Environment(fn(&Scope<'_>, &mut Findings<'_>)),
    /// All environments of the check side by side.
    Across(fn(&Context<'_>, &mut Findings<'_>)),
    /// What the schema's evaluation found, worded by `rules/violation.rs`.
    Violation,
}

/// Everything that a check was given, and what was made of it.
#[derive(Debug)]
pub struct Context<'c> {
    /// The schema.
    pub schema: &'c Schema,
    /// All inputs; the first is the schema.
    pub sources: &'c [Source],
    /// The environments under check, in the order given.
    pub environments: &'c [Checked<'c>],
    /// Clock, phase and the like.
    pub options: &'c Options,
    /// The reference file, parsed.
    pub example: Option<(SourceId, &'c Document)>,
}

impl<'c> Context<'c> {
    /// What the schema says of an environment.
    #[must_use]
    pub fn spec(&self, id: EnvironmentId) -> &'c EnvironmentSpec {
        &self.schema.environments()[id.0 as usize]
    }

    /// A key as it may be shown: itself, if it is declared or plainly a name.
    #[must_use]
    pub fn shown<'k>(&self, key: &'k [u8]) -> Option<&'k str> {
        let text = str::from_utf8(key).ok()?;
        (self.schema.property(key).is_some() || name::is_plainly_a_name(key)).then_some(text)
    }

    /// A key in a sentence: its name if that may be shown, else "this key".
    #[must_use]
    pub fn name<'k>(&self, key: &'k [u8]) -> &'k str {
        self.shown(key).unwrap_or("this key")
    }

    /// The bytes of an input.
    #[must_use]
    pub fn text(&self, id: SourceId) -> &'c [u8] {
        self.sources[id.0 as usize].bytes()
    }
}

/// One environment under check.
#[derive(Debug)]
pub struct Scope<'c> {
    /// The whole check.
    pub context: &'c Context<'c>,
    /// This environment.
    pub environment: &'c Checked<'c>,
    /// Its place in [`Context::environments`].
    pub index: usize,
}

impl<'c> Scope<'c> {
    /// The variables of this environment, sorted by key.
    #[must_use]
    pub fn variables(&self) -> &'c [Variable<'c>] {
        &self.environment.environment.variables
    }

    /// What the schema says of a variable.
    #[must_use]
    pub fn property(&self, variable: &Variable<'_>) -> Option<&'c Property> {
        self.context.schema.property(variable.key)
    }

    /// The name of this environment.
    #[must_use]
    pub fn name(&self) -> &'c str {
        &self.context.spec(self.environment.id).name
    }

    /// The file into which a missing key belongs: the one of highest precedence under check that people share (no `.local`),
    /// else the first that the schema names.
    #[must_use]
    pub fn home(&self) -> Option<&'c str> {
        let names = || self.environment.layers.iter().rev().map(|layer| self.context.sources[layer.source.0 as usize].name());
        names()
            .find(|name| !name.ends_with(".local"))
            .or_else(|| names().next())
            .or_else(|| self.context.spec(self.environment.id).files.last().map(String::as_str))
    }
}

/// Where the value of a variable stands; `None` for one that comes from no file.
#[must_use]
pub fn value_location(origin: &Origin) -> Option<Location> {
    match *origin {
        Origin::File { source, value, .. } => Some(Location { source, span: value }),
        Origin::Process => None,
    }
}

/// Where the key of a variable stands; `None` for one that comes from no file.
#[must_use]
pub fn key_location(origin: &Origin) -> Option<Location> {
    match *origin {
        Origin::File { source, key, .. } => Some(Location { source, span: key }),
        Origin::Process => None,
    }
}

/// A place in the schema.
#[must_use]
pub fn in_schema(span: Span) -> Location {
    Location { source: SCHEMA, span }
}

/// A diagnostic before triage.
#[derive(Debug)]
pub struct Finding {
    /// The environment under check, if the rule looks at one.
    pub environment: Option<EnvironmentId>,
    /// The diagnostic, with the rule's own severity.
    pub diagnostic: Diagnostic,
}

/// Where all rules put what they find.
#[derive(Debug, Default)]
pub struct Sink {
    /// All of it, in the order of discovery.
    pub findings: Vec<Finding>,
}

impl Sink {
    /// The same sink, for one rule: a rule can't report under another's name.
    pub fn of<'s>(&'s mut self, rule: &'static Rule, environment: Option<EnvironmentId>) -> Findings<'s> {
        Findings { sink: self, rule, environment }
    }
}

/// Where one rule puts what it finds.
#[derive(Debug)]
pub struct Findings<'s> {
    sink: &'s mut Sink,
    rule: &'static Rule,
    environment: Option<EnvironmentId>,
}

impl Findings<'_> {
    /// Reports something at a place (`None`: the variable comes from no file); say more with the methods of [`Draft`].
    pub fn at(&mut self, location: impl Into<Option<Location>>, message: impl Into<String>) -> Draft<'_> {
        self.sink.findings.push(Finding {
            environment: self.environment,
            diagnostic: Diagnostic {
                code: self.rule.code,
                severity: self.rule.severity,
                message: message.into(),
                environment: None,
                key: None,
                location: location.into(),
                related: Vec::new(),
                schema_pointer: None,
                help: None,
                fix: None,
            },
        });
        let finding = self.sink.findings.last_mut().expect("one was pushed");
        Draft { finding }
    }
}

/// A diagnostic that was just reported, to be completed.
#[derive(Debug)]
pub struct Draft<'f> {
    finding: &'f mut Finding,
}

impl Draft<'_> {
    /// The key that it is about, as [`Context::shown`] gives it.
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

    /// What to do.
    pub fn help(self, help: impl Into<String>) -> Self {
        self.finding.diagnostic.help = Some(help.into());
        self
    }

    /// Another place that explains it.
    pub fn related(self, location: impl Into<Option<Location>>, message: impl Into<Cow<'static, str>>) -> Self {
        if let Some(location) = location.into() {
            self.finding.diagnostic.related.push(Label { location, message: message.into() });
        }
        self
    }

    /// The keyword of the schema that asks for it, which becomes a label of its own.
    pub fn asked_by(self, pointer: impl Into<String>, span: Span) -> Self {
        self.finding.diagnostic.schema_pointer = Some(pointer.into());
        self.related(in_schema(span), "asked for here")
    }

    /// An edit that mends it.
    pub fn fix(self, fix: Fix) -> Self {
        self.finding.diagnostic.fix = Some(fix);
        self
    }
}
