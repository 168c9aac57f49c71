//! What a rule sees: the whole check, one environment of it, or one variable; and how keys, loaders and places are named in messages.

use std::cell::OnceCell;

use crate::check::ages::{Ages, Assessed};
use crate::check::divergence::View;
use crate::check::placeholders::{self, Placeholder};
use crate::check::quiet::suppression::Suppressions;
use crate::check::{Checked, Options, rules, wording};
use crate::diagnostic::RuleCode;
use crate::model::{FailureKind, Layer, Origin, Reference, ReferenceOutcome, Value, Variable};
use crate::name;
use crate::parse::{Dialect, Document};
use crate::schema::{EnvironmentId, EnvironmentSpec, Property, Schema, ViolationKind};
use crate::secret::Secret;
use crate::sort;
use crate::source::{Location, Source, SourceId, Span};
use crate::suggest::Budget;

use super::{Check, Findings};

/// The input that holds the schema.
pub const SCHEMA: SourceId = SourceId(0);

/// Everything that a check was given and evaluated.
#[derive(Debug)]
pub struct Context<'c> {
    /// The schema.
    pub schema: &'c Schema,
    /// All sources; the first is the schema.
    pub sources: &'c [Source],
    /// The environments to check, in the given order.
    pub environments: &'c [Checked<'c>],
    /// Clock, phase and so on.
    pub options: &'c Options,
    /// The reference file.
    pub example: Option<Example<'c>>,
    /// The comments that silence a rule.
    pub(crate) suppressions: Suppressions,
    /// How old the secrets are.
    pub ages: Ages<'c>,
    /// How far a search went; `None` for a check of variables.
    pub reach: Option<&'c Reach>,
}

/// How far a search went.
#[derive(Debug, Default)]
pub struct Reach {
    /// The rules that it covers.
    pub rules: &'static [RuleCode],
    /// The environments whose values were searched for.
    pub environments: Vec<EnvironmentId>,
    /// Whether everything was searched, so that an exception that hid nothing is unnecessary.
    pub is_whole: bool,
    /// Whether that is everything that was ever committed, and not the files as they are now.
    pub is_history: bool,
}

/// The reference file (`.env.example`), by key.
#[derive(Debug)]
pub struct Example<'c> {
    /// The source.
    pub source: SourceId,
    text: &'c [u8],
    /// Keys and values as typed, sorted by key; the last of several assignments.
    values: Vec<(&'c [u8], Span)>,
}

impl<'c> Example<'c> {
    /// Takes the keys and values from the parsed file.
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

    /// Returns the value of a key as typed between the quotes. Everybody may read the file, but its text is still not to be shown.
    #[must_use]
    pub fn get(&self, key: &[u8]) -> Option<&'c [u8]> {
        let index = self.values.binary_search_by(|(name, _)| (*name).cmp(key)).ok()?;
        Some(self.values[index].1.of(self.text))
    }
}

impl<'c> Context<'c> {
    /// Returns the declaration of an environment.
    #[must_use]
    pub fn spec(&self, id: EnvironmentId) -> &'c EnvironmentSpec {
        &self.schema.environments()[id.0 as usize]
    }

    /// Returns the key if it may be shown: if it is declared, or plainly a name.
    #[must_use]
    pub fn shown<'k>(&self, key: &'k [u8]) -> Option<&'k str> {
        shown(self.schema, key)
    }

    /// Names a key in a message: by its name if that may be shown, or as "this key".
    #[must_use]
    pub fn name<'k>(&self, key: &'k [u8]) -> &'k str {
        self.shown(key).unwrap_or("this key")
    }

    /// Whether there are any exceptions.
    pub(in crate::check) fn has_exceptions(&self) -> bool {
        !(self.suppressions.all.is_empty() && self.options.quiet.is_empty())
    }

    /// Whether everything was looked at that a rule could find in an environment, or outside of any.
    pub(in crate::check) fn is_judged(&self, code: RuleCode, environment: Option<EnvironmentId>) -> bool {
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

    /// Returns the bytes of a source.
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
    /// Whether the schema refused an undeclared key in this environment.
    pub(in crate::check) is_closed: bool,
    /// All readings of its files, beginning with the one that decides.
    pub(in crate::check) views: Vec<View<'c, 'c>>,
    /// What remains of the budget for comparing names.
    pub(in crate::check) budget: Budget,
}

impl<'c> Scope<'c> {
    /// Creates the scope of one environment.
    #[must_use]
    pub fn new(context: &'c Context<'c>, environment: &'c Checked<'c>) -> Scope<'c> {
        let is_closed = environment
            .violations
            .iter()
            .any(|violation| matches!(violation.kind, ViolationKind::Additional));
        Scope {
            context,
            environment,
            is_closed,
            views: environment.views(),
            budget: Budget::default(),
        }
    }

    /// Returns the variables of this environment, sorted by key.
    #[must_use]
    pub fn variables(&self) -> &'c [Variable<'c>] {
        &self.environment.environment.variables
    }

    /// Returns the secrets of this environment with their ages.
    pub(in crate::check) fn ages(&self) -> impl Iterator<Item = &'c Assessed<'c>> {
        self.context.ages.in_environment(self.environment.id)
    }

    /// Returns the name of this environment.
    #[must_use]
    pub fn name(&self) -> &'c str {
        &self.context.spec(self.environment.id).name
    }

    /// Whether this is the first of several environments: where work begins, so that something unfinished is no error.
    #[must_use]
    pub fn is_first_of_several(&self) -> bool {
        self.environment.id.0 == 0 && self.context.schema.environments().len() > 1
    }

    /// Returns the name of the loader that reads a file, for messages.
    #[must_use]
    pub fn loader(&self, source: SourceId) -> &'static str {
        self.layer(source).map_or("the loader", |layer| loader(layer.dialect))
    }

    /// Returns the layer of a file.
    #[must_use]
    pub fn layer(&self, source: SourceId) -> Option<&'c Layer<'c>> {
        self.environment.layers.iter().find(|layer| layer.source == source)
    }

    /// Returns the references of one kind because of which a loader gives up a file: the place, the loader, and what it does.
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

    /// Returns the file that a missing key belongs in: the one of highest precedence that is shared (not `.local`). `None` if the variables
    /// come from no file.
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
    }
}

/// One variable of one environment, with its property.
#[derive(Debug)]
pub struct Subject<'c> {
    /// The environment.
    pub scope: &'c Scope<'c>,
    /// The variable.
    pub variable: &'c Variable<'c>,
    /// Its property; `None` if the key is not declared.
    pub property: Option<&'c Property>,
    /// Which placeholder the value is, judged as that of a secret. Computed on first use.
    placeholder: OnceCell<Option<Placeholder>>,
}

impl<'c> Subject<'c> {
    /// Creates the subject of the rules about variables.
    #[must_use]
    pub fn new(scope: &'c Scope<'c>, variable: &'c Variable<'c>, property: Option<&'c Property>) -> Subject<'c> {
        Subject {
            scope,
            variable,
            property,
            placeholder: OnceCell::new(),
        }
    }

    /// Reports something about the value, with what to do and whom to ask.
    pub fn report_value(&self, found: &mut Findings<'_>, message: String, to_do: &str) {
        let help = wording::help(&[Some(to_do.to_owned()), self.property.and_then(wording::contacts)]);
        found
            .at(self.value_location(), message)
            .key(self.shown())
            .help(help.unwrap_or_default());
    }

    /// Returns which placeholder the value is, judged as that of a secret.
    pub(in crate::check) fn placeholder(&self) -> Option<Placeholder> {
        let find = || placeholders::find(self.known()?.expose(), true);
        *self.placeholder.get_or_init(find)
    }

    /// Names the key in a message.
    #[must_use]
    pub fn name(&self) -> &'c str {
        match self.property {
            Some(property) => &property.name,
            None => self.scope.context.name(self.variable.key),
        }
    }

    /// Returns the key, if it may be shown.
    #[must_use]
    pub fn shown(&self) -> Option<&'c str> {
        match self.property {
            Some(property) => Some(&property.name),
            None => self.scope.context.shown(self.variable.key),
        }
    }

    /// Returns the value, if it is known. For the few rules that look at values.
    #[must_use]
    pub fn known(&self) -> Option<&'c Secret<'c>> {
        match &self.variable.value {
            Value::Known(secret) => Some(secret),
            Value::Unknown(_) => None,
        }
    }

    /// Returns the place of the key.
    #[must_use]
    pub fn key_location(&self) -> Option<Location> {
        key_location(&self.variable.origin)
    }

    /// Returns the place of the value.
    #[must_use]
    pub fn value_location(&self) -> Option<Location> {
        value_location(&self.variable.origin)
    }

    /// Returns the name of the file in which to change it, or "the process environment".
    #[must_use]
    pub fn place(&self) -> &'c str {
        match self.variable.origin {
            Origin::File { source, .. } => self.scope.context.sources[source.0 as usize].name(),
            Origin::Process => "the process environment",
        }
    }
}

/// Returns the key if it may be shown: if it is declared, or plainly a name.
#[must_use]
pub fn shown<'k>(schema: &Schema, key: &'k [u8]) -> Option<&'k str> {
    let text = str::from_utf8(key).ok()?;
    (schema.property(key).is_some() || name::is_plainly_a_name(key)).then_some(text)
}

/// Returns the name in a reference if it may be shown. If nothing has that name, the `$` may be part of a password and the name the rest of
/// it. So it must look unlike a password: in braces, it must be in capitals or contain a `_`; without braces, both.
#[must_use]
pub fn referred<'t>(schema: &Schema, text: &'t [u8], reference: &Reference) -> Option<&'t str> {
    let name = reference.name.of(text);
    let is_set = matches!(reference.outcome, ReferenceOutcome::Resolved | ReferenceOutcome::Cycle);
    let is_in_braces = reference.span.of(text).starts_with(b"${");
    let is_in_capitals = !name.iter().any(u8::is_ascii_lowercase);
    let is_joined = name.contains(&b'_');
    let is_meant = if is_in_braces {
        is_in_capitals || is_joined
    } else {
        is_in_capitals && is_joined
    };
    shown(schema, name).filter(|_| is_set || is_meant || schema.property(name).is_some())
}

/// Returns the name of a loader for messages: its title up to a comma.
#[must_use]
pub fn loader(dialect: &Dialect) -> &'static str {
    dialect.title.split(',').next().unwrap_or(dialect.name)
}

/// Returns the place of a variable's value; `None` if it comes from no file.
#[must_use]
pub fn value_location(origin: &Origin) -> Option<Location> {
    match *origin {
        Origin::File { source, value, .. } => Some(Location { source, span: value }),
        Origin::Process => None,
    }
}

/// Returns the place of a variable's key; `None` if it comes from no file.
#[must_use]
pub fn key_location(origin: &Origin) -> Option<Location> {
    match *origin {
        Origin::File { source, key, .. } => Some(Location { source, span: key }),
        Origin::Process => None,
    }
}

/// Returns a place in the schema.
#[must_use]
pub fn in_schema(span: Span) -> Location {
    Location { source: SCHEMA, span }
}
