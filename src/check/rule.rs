//! What a rule is: a plain value with a function in it, and what that function sees and says.

use std::borrow::Cow;
use std::cell::OnceCell;

use crate::check::ages::{Ages, Assessed};
use crate::check::divergence::View;
use crate::check::placeholders::{self, Placeholder};
use crate::check::quiet::suppression::Suppressions;
pub use crate::check::traits::Traits;
use crate::check::{Checked, MAX_DIAGNOSTICS, Options, rules};
use crate::diagnostic::{Diagnostic, Fix, Label, RuleCode, Severity};
use crate::map::Map;
use crate::model::{FailureKind, Layer, Origin, Value, Variable};
use crate::name;
use crate::parse::{Dialect, Document};
use crate::rotation::ledger::Fingerprint;
use crate::schema::{EnvironmentId, EnvironmentSpec, Property, Schema, ViolationKind};
use crate::secret::Secret;
use crate::sort;
use crate::source::{Location, Source, SourceId, Span};
use crate::suggest::Budget;

/// The input that holds the schema.
pub const SCHEMA: SourceId = SourceId(0);

/// The docs of a rule. The compact WebAssembly has none: they are as large as all loaders together, and who shows them loads them when they are asked for.
macro_rules! docs {
    ($file:literal) => {
        if cfg!(all(target_family = "wasm", not(any(feature = "full", feature = "cli")))) {
            ""
        } else {
            include_str!($file)
        }
    };
}

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
    /// One variable of one environment at a time, of those that have one of the traits. Most rules are of this kind: what the schema says of the
    /// key is looked up once for all.
    Variable(Traits, fn(&Subject<'_>, &mut Findings<'_>)),
    /// One environment at a time.
    Environment(Matter, fn(&Scope<'_>, &mut Findings<'_>)),
    /// All environments of the check side by side.
    Across(Matter, fn(&Context<'_>, &mut Findings<'_>)),
    /// What the schema's evaluation found, worded by `rules/violation.rs`.
    Violation,
    /// What a search of other files found (`leak/`), and no check of env files does.
    Search,
    /// What is seen only when all the others have spoken, worded by `triage.rs`.
    Triage,
}

/// What a rule about more than one variable is concerned with. Where there is none of it, the rule has nothing to say: `sieve.rs` goes by that.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Matter {
    /// How a file is written, where that is not the ordinary way.
    Lines,
    /// What values refer to, and commands in them.
    References,
    /// The variable that names the environment.
    Name,
    /// How old values are, and what is recorded of it.
    Ages,
    /// Comments that silence a rule.
    Comments,
    /// Policies that ask less than a preset.
    Remarks,
    /// That there are several environments.
    Environments,
}

impl Matter {
    /// All of them.
    pub(super) const ALL: [Matter; 7] = [
        Matter::Lines,
        Matter::References,
        Matter::Name,
        Matter::Ages,
        Matter::Comments,
        Matter::Remarks,
        Matter::Environments,
    ];
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
    /// The reference file.
    pub example: Option<Example<'c>>,
    /// The comments that silence a rule.
    pub(crate) suppressions: Suppressions,
    /// How old the secrets are.
    pub ages: Ages<'c>,
    /// How far a search went, if this is about what it found and not about variables.
    pub reach: Option<&'c Reach>,
}

/// How far a search went.
#[derive(Debug, Default)]
pub struct Reach {
    /// The rules that it judges.
    pub rules: &'static [RuleCode],
    /// The environments whose values were looked for.
    pub environments: Vec<EnvironmentId>,
    /// Whether all was searched, so that an exception that hid nothing is not needed.
    pub is_whole: bool,
}

/// The reference file (`.env.example`), by key.
#[derive(Debug)]
pub struct Example<'c> {
    /// Which input it is.
    pub source: SourceId,
    text: &'c [u8],
    /// Key and value as typed, sorted by key; of several assignments the last.
    values: Vec<(&'c [u8], Span)>,
}

impl<'c> Example<'c> {
    /// The file as `document` reads it.
    #[must_use]
    #[inline(never)]
    pub fn new(source: SourceId, text: &'c [u8], document: &Document) -> Example<'c> {
        let mut values: Vec<_> = document
            .assignments()
            .iter()
            .rev()
            .map(|assignment| (assignment.key.of(text), assignment.value.span))
            .collect();
        sort::by(&mut values, &|a, b| a.0.cmp(b.0));
        values.dedup_by(|a, b| a.0 == b.0);
        Example { source, text, values }
    }

    /// What stands there for a key, as typed between the quotes. It is in a file that everybody may read, and still no text to show.
    #[must_use]
    pub fn get(&self, key: &[u8]) -> Option<&'c [u8]> {
        let index = self.values.binary_search_by(|(name, _)| (*name).cmp(key)).ok()?;
        Some(self.values[index].1.of(self.text))
    }
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
        shown(self.schema, key)
    }

    /// A key in a sentence: its name if that may be shown, else "this key".
    #[must_use]
    pub fn name<'k>(&self, key: &'k [u8]) -> &'k str {
        self.shown(key).unwrap_or("this key")
    }

    /// Whether anything is to be hidden, or at least says that it is.
    pub(super) fn has_exceptions(&self) -> bool {
        !(self.suppressions.all.is_empty() && self.options.quiet.is_empty())
    }

    /// Whether all was looked at that a rule could find in an environment, or in none.
    pub(super) fn is_judged(&self, code: RuleCode, environment: Option<EnvironmentId>) -> bool {
        match self.reach {
            Some(reach) => {
                let is_in_reach = environment.is_none_or(|id| reach.environments.contains(&id));
                reach.is_whole && reach.rules.contains(&code) && is_in_reach
            }
            None => {
                let is_of_search = rules::find(code.0).is_some_and(|rule| matches!(rule.check, Check::Search));
                !is_of_search && environment.is_some_and(|id| self.environments.iter().any(|one| one.id == id))
            }
        }
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
    /// Whether the schema refused an undeclared key here.
    pub(super) is_closed: bool,
    /// All readings of its files, the one that decides first.
    pub(super) views: Vec<View<'c, 'c>>,
    /// What is left for comparing names.
    pub(super) budget: Budget,
}

impl<'c> Scope<'c> {
    /// The scope of one environment of a check.
    #[must_use]
    pub fn new(context: &'c Context<'c>, environment: &'c Checked<'c>) -> Scope<'c> {
        let is_closed = environment
            .violations
            .iter()
            .any(|violation| violation.kind == ViolationKind::Additional);
        Scope {
            context,
            environment,
            is_closed,
            views: environment.views(),
            budget: Budget::default(),
        }
    }

    /// The variables of this environment, sorted by key.
    #[must_use]
    pub fn variables(&self) -> &'c [Variable<'c>] {
        &self.environment.environment.variables
    }

    /// The secrets of this environment with their ages.
    pub(super) fn ages(&self) -> impl Iterator<Item = &'c Assessed<'c>> {
        self.context.ages.in_environment(self.environment.id)
    }

    /// The name of this environment.
    #[must_use]
    pub fn name(&self) -> &'c str {
        &self.context.spec(self.environment.id).name
    }

    /// Whether this is the first of several environments: where work begins, and where what is not ready is no mistake.
    #[must_use]
    pub fn is_first_of_several(&self) -> bool {
        self.environment.id.0 == 0 && self.context.schema.environments().len() > 1
    }

    /// The loader that reads a file, as people call it.
    #[must_use]
    pub fn loader(&self, source: SourceId) -> &'static str {
        self.layer(source).map_or("the loader", |layer| loader(layer.dialect))
    }

    /// The layer of a file.
    #[must_use]
    pub fn layer(&self, source: SourceId) -> Option<&'c Layer<'c>> {
        self.environment.layers.iter().find(|layer| layer.source == source)
    }

    /// The references of one kind over which a loader gives a file up: where, which loader, and what it does.
    pub fn failures(&self, kind: FailureKind) -> impl Iterator<Item = (Location, &'static str, &'static str)> + '_ {
        let all = self.environment.environment.failures.iter();
        all.filter(move |failure| failure.kind == kind).map(|failure| {
            let location = Location {
                source: failure.source,
                span: failure.span,
            };
            let loader = self.loader(failure.source);
            (location, loader, crate::check::wording::gives_up(failure.effect))
        })
    }

    /// The file into which a missing key belongs: the one of highest precedence under check that people share (no `.local`),
    /// else the first that the schema names.
    #[must_use]
    pub fn home(&self) -> Option<&'c str> {
        let names = || {
            self.environment
                .layers
                .iter()
                .rev()
                .map(|layer| self.context.sources[layer.source.0 as usize].name())
        };
        names()
            .find(|name| !name.ends_with(".local"))
            .or_else(|| names().next())
            .or_else(|| self.context.spec(self.environment.id).files.last().map(String::as_str))
    }
}

/// One variable of one environment, with what the schema says of it.
#[derive(Debug)]
pub struct Subject<'c> {
    /// The environment.
    pub scope: &'c Scope<'c>,
    /// The variable.
    pub variable: &'c Variable<'c>,
    /// What the schema says of it; `None` where it does not declare the key.
    pub property: Option<&'c Property>,
    /// What placeholder the value is, if it is one, taken as that of a secret: looked for by the first rule that asks.
    placeholder: OnceCell<Option<Placeholder>>,
}

impl<'c> Subject<'c> {
    /// A variable, for the rules.
    #[must_use]
    pub fn new(scope: &'c Scope<'c>, variable: &'c Variable<'c>, property: Option<&'c Property>) -> Subject<'c> {
        Subject {
            scope,
            variable,
            property,
            placeholder: OnceCell::new(),
        }
    }

    /// What placeholder the value is, if it is one, taken as that of a secret.
    pub(super) fn placeholder(&self) -> Option<Placeholder> {
        let find = || placeholders::find(self.known()?.expose(), true);
        *self.placeholder.get_or_init(find)
    }

    /// The key in a sentence.
    #[must_use]
    pub fn name(&self) -> &'c str {
        match self.property {
            Some(property) => &property.name,
            None => self.scope.context.name(self.variable.key),
        }
    }

    /// The key, if it may be shown.
    #[must_use]
    pub fn shown(&self) -> Option<&'c str> {
        match self.property {
            Some(property) => Some(&property.name),
            None => self.scope.context.shown(self.variable.key),
        }
    }

    /// The text of the value, if it is known. For the few rules that look at values.
    #[must_use]
    pub fn known(&self) -> Option<&'c Secret<'c>> {
        match &self.variable.value {
            Value::Known(secret) => Some(secret),
            Value::Unknown(_) => None,
        }
    }

    /// Where the key stands.
    #[must_use]
    pub fn key_location(&self) -> Option<Location> {
        key_location(&self.variable.origin)
    }

    /// Where the value stands.
    #[must_use]
    pub fn value_location(&self) -> Option<Location> {
        value_location(&self.variable.origin)
    }

    /// "from `.env`", or where else it has to be changed.
    #[must_use]
    pub fn place(&self) -> &'c str {
        match self.variable.origin {
            Origin::File { source, .. } => self.scope.context.sources[source.0 as usize].name(),
            Origin::Process => "the process environment",
        }
    }
}

/// A key as it may be shown: itself, if it is declared or plainly a name.
#[must_use]
pub fn shown<'k>(schema: &Schema, key: &'k [u8]) -> Option<&'k str> {
    let text = str::from_utf8(key).ok()?;
    (schema.property(key).is_some() || name::is_plainly_a_name(key)).then_some(text)
}

/// A loader in a sentence: its title without what follows a comma.
#[must_use]
pub fn loader(dialect: &Dialect) -> &'static str {
    dialect.title.split(',').next().unwrap_or(dialect.name)
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
}

impl Sink {
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
        let count = sink.counts.or((rule.code, environment), 0);
        *count += 1;
        if *count > MAX_DIAGNOSTICS {
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
