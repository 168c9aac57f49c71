//! Where a variable comes from and what becomes of it: who sets it, who wins and why, what each declared loader gives, what it
//! refers to, what the schema says. Never the value: of two values, whether they are the same.

use crate::check::divergence::View;
use crate::check::{Checked, Documents, EnvironmentInput, Options, check, rule};
use crate::diagnostic::Diagnostic;
use crate::model::{Origin, ReferenceOutcome, Unknown, Value, Variable};
use crate::parse::dialect::Duplicates;
use crate::parse::{Dialect, External};
use crate::report::State;
use crate::schema::json::{self, Node};
use crate::schema::{EnvironmentId, Property, Schema};
use crate::source::{Location, Source, SourceId};

/// The variables of one environment, traced.
#[derive(Debug)]
pub struct Trace {
    /// The environment.
    pub environment: EnvironmentId,
    /// Its files, low to high precedence.
    pub files: Vec<SourceId>,
    /// Declared keys in the order of the schema, then the others by name; or the one that was asked for, if it is anywhere.
    pub keys: Vec<KeyTrace>,
    /// Names near to one that is nowhere may be among these.
    pub names: Vec<String>,
}

/// One variable, traced.
#[derive(Debug)]
pub struct KeyTrace {
    /// Its name.
    pub key: String,
    /// How it stands; `None` if it is optional and absent.
    pub state: Option<State>,
    /// What sets it, in the order in which it is read.
    pub steps: Vec<Step>,
    /// Why the one that wins does.
    pub why: Why,
    /// What each declared loader would give.
    pub loaders: Vec<(&'static Dialect, Outcome)>,
    /// What its value refers to.
    pub references: Vec<Referred>,
    /// Where its value is, if not in the file.
    pub external: Option<External>,
    /// What the schema says of it.
    pub declared: Option<Declared>,
    /// What a check says of it here.
    pub diagnostics: Vec<Diagnostic>,
}

/// Something that sets a variable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Step {
    /// Where its name stands; `None` for the process environment.
    pub location: Option<Location>,
    /// Whether the program gets this one.
    pub wins: bool,
}

/// Why one of several wins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// Nothing sets it.
    Unset,
    /// Nothing else sets it.
    Only,
    /// Its file is of higher precedence than the others.
    LastFile,
    /// It stands last in its file.
    LastInFile,
    /// It stands first in its file, and that is what this loader goes by.
    FirstInFile,
    /// The loader lets the process environment win.
    Process,
    /// The loader lets files win over the process environment.
    FileOverProcess,
}

/// What a loader would give, beside the one that decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// This is the one that decides.
    Decides,
    /// The same value.
    Same,
    /// Another value.
    Different,
    /// It does not set the variable.
    Unset,
    /// It alone sets the variable.
    Set,
    /// A value that only running something would tell.
    Unknown,
    /// It rejects a file.
    Rejects,
}

/// A reference in a value.
#[derive(Debug)]
pub struct Referred {
    /// Its name, if that may be shown.
    pub name: Option<String>,
    /// Where the reference stands.
    pub location: Location,
    /// What became of it.
    pub outcome: ReferenceOutcome,
    /// What sets the variable that it names: a place, or `None` for the process environment.
    pub from: Option<Option<Location>>,
}

/// What the schema says of a key.
#[derive(Debug)]
pub struct Declared {
    /// Where.
    pub location: Location,
    /// `integer`, `string or null`.
    pub types: Option<String>,
    /// Its `format`.
    pub format: Option<String>,
    /// The members of its `enum`, as they stand there; none for a secret.
    pub allowed_values: Vec<String>,
    /// Whether it must be set here.
    pub required: bool,
    /// Whether it is a secret.
    pub secret: bool,
    /// The names of the environments that may have it; `None` for all.
    pub allowed_in: Option<Vec<String>>,
    /// What it is when it is not set; `None` for a secret.
    pub default: Option<String>,
    /// What it is for.
    pub description: Option<String>,
}

/// Traces one key of an environment, or all.
#[must_use]
pub fn trace(
    schema: &Schema,
    sources: &[Source],
    input: &EnvironmentInput,
    options: &Options,
    key: Option<&str>,
) -> Trace {
    let inputs = std::slice::from_ref(input);
    let report = check(schema, sources, inputs, options);
    let documents = Documents::parse(schema, sources, inputs, None);
    let Some(checked) = documents.evaluate(schema, sources, inputs, options).into_iter().next() else {
        unreachable!("one environment was given");
    };
    let environment = &checked.environment;
    let root = str::from_utf8(sources[0].bytes())
        .ok()
        .and_then(|text| json::parse(text, &mut Vec::new()).ok());
    let states = report.environments.first().map_or(&[][..], |one| &one.variables);
    let tracer = Tracer {
        schema,
        sources,
        id: input.id,
        checked: &checked,
        root: root.as_ref(),
    };
    let mut names: Vec<String> = schema.properties().iter().map(|one| one.name.clone()).collect();
    let undeclared = environment.variables.iter().map(|variable| variable.key);
    names.extend(
        undeclared
            .filter(|key| schema.property(key).is_none() && rule::shown(schema, key).is_some())
            .filter_map(|key| str::from_utf8(key).ok().map(str::to_owned)),
    );
    let is_there =
        |name: &str| schema.property(name.as_bytes()).is_some() || environment.get(name.as_bytes()).is_some();
    let wanted: Vec<&str> = match key {
        Some(key) => [key].into_iter().filter(|key| is_there(key)).collect(),
        None => states.iter().map(|one| one.key.as_str()).collect(),
    };
    let keys = wanted
        .into_iter()
        .map(|key| {
            let state = states.iter().find(|one| one.key == key).map(|one| one.state);
            let diagnostics = report.diagnostics.iter();
            let own = diagnostics.filter(|one| one.key.as_deref() == Some(key)).cloned();
            tracer.key(key, state, own.collect())
        })
        .collect();
    Trace {
        environment: input.id,
        files: input.files.iter().map(|file| file.source).collect(),
        keys,
        names,
    }
}

struct Tracer<'t> {
    schema: &'t Schema,
    sources: &'t [Source],
    id: EnvironmentId,
    checked: &'t Checked<'t>,
    /// The schema as it stands, for what is only for people.
    root: Option<&'t Node<'t>>,
}

impl Tracer<'_> {
    fn key(&self, key: &str, state: Option<State>, diagnostics: Vec<Diagnostic>) -> KeyTrace {
        let variable = self.checked.environment.get(key.as_bytes());
        let (steps, why) = variable.map_or((Vec::new(), Why::Unset), |variable| self.steps(variable));
        KeyTrace {
            key: key.to_owned(),
            state,
            steps,
            why,
            loaders: self.loaders(key),
            references: variable.map(|variable| self.references(variable)).unwrap_or_default(),
            external: match variable.map(|variable| &variable.value) {
                Some(Value::Unknown(Unknown::External(why))) => Some(*why),
                _ => None,
            },
            declared: self
                .schema
                .property(key.as_bytes())
                .map(|property| self.declared(property)),
            diagnostics,
        }
    }

    /// Everything that sets a variable, in the order of reading, and why one of it wins.
    fn steps(&self, variable: &Variable<'_>) -> (Vec<Step>, Why) {
        let layer_of = |origin: &Origin| match origin {
            Origin::File { source, .. } => self.checked.layers.iter().position(|layer| layer.source == *source),
            Origin::Process => None,
        };
        // Behind all files.
        let rank = |origin: &Origin| layer_of(origin).unwrap_or(self.checked.layers.len());
        let mine = rank(&variable.origin);
        let first_wins = self
            .checked
            .layers
            .get(mine)
            .is_some_and(|layer| layer.dialect.duplicates == Duplicates::First);
        let is_before = |origin: &&Origin| {
            let theirs = rank(origin);
            theirs < mine || theirs == mine && !first_wins
        };
        let place = variable.overridden.iter().filter(is_before).count();
        let mut steps: Vec<Step> = variable.overridden.iter().map(|origin| step(origin, false)).collect();
        steps.insert(place, step(&variable.origin, true));
        let others = || variable.overridden.iter();
        let why = if variable.overridden.is_empty() {
            Why::Only
        } else if variable.origin == Origin::Process {
            Why::Process
        } else if others().any(|origin| *origin == Origin::Process) {
            Why::FileOverProcess
        } else if others().any(|origin| rank(origin) != mine) {
            Why::LastFile
        } else if first_wins {
            Why::FirstInFile
        } else {
            Why::LastInFile
        };
        (steps, why)
    }

    /// What each loader gives that reads the .env files.
    fn loaders(&self, key: &str) -> Vec<(&'static Dialect, Outcome)> {
        let views = self.checked.views();
        let others = views.iter().skip(1).map(|view| (view.dialect, self.outcome(key, view)));
        let first = views.first().map(|view| (view.dialect, Outcome::Decides));
        first.into_iter().chain(others).collect()
    }

    fn outcome(&self, key: &str, loader: &View<'_, '_>) -> Outcome {
        if loader.layers.iter().any(|layer| layer.document.rejected().is_some()) {
            return Outcome::Rejects;
        }
        match (
            self.checked.environment.get(key.as_bytes()),
            loader.environment.get(key.as_bytes()),
        ) {
            (None, None) => Outcome::Same,
            (Some(_), None) => Outcome::Unset,
            (None, Some(_)) => Outcome::Set,
            (Some(one), Some(other)) => match (&one.value, &other.value) {
                (Value::Known(one), Value::Known(other)) if one.expose() == other.expose() => Outcome::Same,
                (Value::Unknown(one), Value::Unknown(other)) if one == other => Outcome::Same,
                (_, Value::Unknown(_)) => Outcome::Unknown,
                _ => Outcome::Different,
            },
        }
    }

    fn references(&self, variable: &Variable<'_>) -> Vec<Referred> {
        let Origin::File { source, .. } = variable.origin else {
            return Vec::new();
        };
        let text = self.sources[source.0 as usize].bytes();
        let referred = |reference: &crate::model::Reference| {
            let name = reference.name.of(text);
            let shown = rule::referred(self.schema, text, reference);
            Referred {
                name: shown.map(str::to_owned),
                location: Location {
                    source,
                    span: reference.span,
                },
                outcome: reference.outcome,
                from: self
                    .checked
                    .environment
                    .get(name)
                    .map(|found| step(&found.origin, true).location),
            }
        };
        variable.references.iter().map(referred).collect()
    }

    fn declared(&self, property: &Property) -> Declared {
        let node = self.root.and_then(|root| root.get("properties")?.get(&property.name));
        let word = |name: &str| node.and_then(|node| self.word(node, name));
        let types = word("type").map(|types| match types.as_array() {
            Some(several) => several.iter().filter_map(Node::as_str).collect::<Vec<_>>().join(" or "),
            None => types.as_str().unwrap_or_default().to_owned(),
        });
        let shows = !property.holds_secret();
        let members = word("enum")
            .and_then(Node::as_array)
            .filter(|_| shows)
            .unwrap_or_default();
        let required = self
            .root
            .and_then(|root| root.get("required")?.as_array())
            .is_some_and(|names| names.iter().any(|name| name.as_str() == Some(&property.name)));
        let environments = self.schema.environments();
        Declared {
            location: Location {
                source: SourceId(0),
                span: property.span,
            },
            types,
            format: word("format").and_then(Node::as_str).map(str::to_owned),
            allowed_values: members.iter().map(|member| self.typed(member)).collect(),
            required: required || property.required_in.contains(&self.id),
            secret: property.secret.is_some(),
            allowed_in: property.allowed_in.as_ref().map(|ids| {
                let name = |id: &EnvironmentId| environments[id.0 as usize].name.clone();
                ids.iter().map(name).collect()
            }),
            default: property.default.clone().filter(|_| shows),
            description: property.description.clone(),
        }
    }

    /// A keyword of a property, its own or that of what it refers to within the schema.
    fn word<'n>(&'n self, node: &'n Node<'n>, name: &str) -> Option<&'n Node<'n>> {
        let mut at = node;
        // A chain of references is short, or a circle.
        for _ in 0..16 {
            if let Some(found) = at.get(name) {
                return Some(found);
            }
            let pointer = at.get("$ref")?.as_str()?.strip_prefix("#/")?;
            at = pointer.split('/').try_fold(self.root?, |node, part| node.get(part))?;
        }
        None
    }

    /// A word of the schema as it stands there.
    fn typed(&self, node: &Node<'_>) -> String {
        if let Some(text) = node.as_str() {
            return text.to_owned();
        }
        let text = node.span.of(self.sources[0].bytes());
        String::from_utf8_lossy(text).into_owned()
    }
}

fn step(origin: &Origin, wins: bool) -> Step {
    let location = match *origin {
        Origin::File { source, key, .. } => Some(Location { source, span: key }),
        Origin::Process => None,
    };
    Step { location, wins }
}
