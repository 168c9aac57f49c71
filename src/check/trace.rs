//! Traces where a variable comes from and what becomes of it: what sets it, which assignment wins and why, what each declared loader gives,
//! what it refers to, and what the schema says. Never shows values, only whether two of them are equal.

use std::collections::{BTreeMap, BTreeSet};

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
    /// Its files, from low to high precedence.
    pub files: Vec<SourceId>,
    /// Declared keys in the order of the schema, then the others by name; or the requested one, if it exists.
    pub keys: Vec<KeyTrace>,
    /// All names, for suggestions if the requested key doesn't exist.
    pub names: Vec<String>,
}

/// One variable, traced.
#[derive(Debug)]
pub struct KeyTrace {
    /// The name of the key.
    pub key: String,
    /// Its state; `None` if it is optional and absent.
    pub state: Option<State>,
    /// What sets it, in the order of reading.
    pub steps: Vec<Step>,
    /// Why the winner wins.
    pub why: Why,
    /// What each declared loader gives.
    pub loaders: Vec<(&'static Dialect, Outcome)>,
    /// The references in its value.
    pub references: Vec<Referred>,
    /// Where its value is, if not in the file.
    pub external: Option<External>,
    /// Its declaration in the schema.
    pub declared: Option<Declared>,
    /// The diagnostics of a check about it.
    pub diagnostics: Vec<Diagnostic>,
}

/// Something that sets a variable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Step {
    /// The place of the key; `None` for the process environment.
    pub location: Option<Location>,
    /// Whether the program gets this value.
    pub wins: bool,
}

/// Why one of several assignments wins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// Nothing sets it.
    Unset,
    /// Nothing else sets it.
    Only,
    /// Its file has higher precedence than the others.
    LastFile,
    /// It is the last one in its file.
    LastInFile,
    /// It is the first one in its file, which this loader prefers.
    FirstInFile,
    /// The loader lets the process environment override files.
    Process,
    /// The loader lets files override the process environment.
    FileOverProcess,
}

/// What a loader gives, compared with the one that decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// This loader decides.
    Decides,
    /// The same value.
    Same,
    /// Another value.
    Different,
    /// It does not set the variable.
    Unset,
    /// Only this loader sets the variable.
    Set,
    /// The value can't be known without executing something.
    Unknown,
    /// It rejects a file.
    Rejects,
}

/// A reference in a value.
#[derive(Debug)]
pub struct Referred {
    /// The name, if it may be shown.
    pub name: Option<String>,
    /// The place of the reference.
    pub location: Location,
    /// What it was expanded to.
    pub outcome: ReferenceOutcome,
    /// What sets the variable that it names: a place, or the inner `None` for the process environment.
    pub from: Option<Option<Location>>,
}

/// The declaration of a key.
#[derive(Debug)]
pub struct Declared {
    /// The place in the schema.
    pub location: Location,
    /// The types, such as `integer` or `string or null`.
    pub types: Option<String>,
    /// Its `format`.
    pub format: Option<String>,
    /// The members of its `enum`, as written; none for a secret.
    pub allowed_values: Vec<String>,
    /// Whether it is required in this environment.
    pub required: bool,
    /// Whether it is a secret.
    pub secret: bool,
    /// The names of the environments that may have it; `None` for all.
    pub allowed_in: Option<Vec<String>>,
    /// The default; `None` for a secret.
    pub default: Option<String>,
    /// The description.
    pub description: Option<String>,
}

/// Traces one key of an environment, or all of them.
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
        declared: root.as_ref().map(declarations).unwrap_or_default(),
        required: root.as_ref().map(required).unwrap_or_default(),
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
    let states: BTreeMap<&str, State> = states.iter().map(|one| (&*one.key, one.state)).collect();
    let mut diagnostics: BTreeMap<&str, Vec<Diagnostic>> = BTreeMap::new();
    for one in &report.diagnostics {
        if let Some(key) = &one.key {
            diagnostics.entry(key).or_default().push(one.clone());
        }
    }
    let keys = wanted
        .into_iter()
        .map(|key| {
            tracer.key(
                key,
                states.get(key).copied(),
                diagnostics.remove(key).unwrap_or_default(),
            )
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
    /// The text of the schema as JSON, for keywords that are only documentation.
    root: Option<&'t Node<'t>>,
    /// Its `properties`.
    declared: BTreeMap<&'t str, &'t Node<'t>>,
    /// The names in its `required`.
    required: BTreeSet<&'t str>,
}

fn declarations<'n>(root: &'n Node<'n>) -> BTreeMap<&'n str, &'n Node<'n>> {
    let members = root.members("properties").iter();
    members.map(|member| (&*member.key, &member.value)).collect()
}

fn required<'n>(root: &'n Node<'n>) -> BTreeSet<&'n str> {
    let names = root.get("required").and_then(Node::as_array).unwrap_or_default();
    names.iter().filter_map(Node::as_str).collect()
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

    /// Returns everything that sets a variable, in the order of reading, and why one of them wins.
    fn steps(&self, variable: &Variable<'_>) -> (Vec<Step>, Why) {
        let layer_of = |origin: &Origin| match origin {
            Origin::File { source, .. } => self.checked.layers.iter().position(|layer| layer.source == *source),
            Origin::Process => None,
        };
        // The process environment comes after all files.
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

    /// Returns what each loader gives that reads the .env files.
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
        let node = self.declared.get(&*property.name).copied();
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
        let required = self.required.contains(&*property.name);
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

    /// Returns a keyword of a property, following references within the schema.
    fn word<'n>(&'n self, node: &'n Node<'n>, name: &str) -> Option<&'n Node<'n>> {
        let mut at = node;
        // A chain of references is short, or circular.
        for _ in 0..16 {
            if let Some(found) = at.get(name) {
                return Some(found);
            }
            let pointer = at.get("$ref")?.as_str()?.strip_prefix("#/")?;
            at = pointer.split('/').try_fold(self.root?, |node, part| node.get(part))?;
        }
        None
    }

    /// Returns a word of the schema as it is written.
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
