//! `envgate trace`: where variables come from, without showing what they are.

mod matrix;

use std::borrow::Cow;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use envgate::Options;
use envgate::check::AgeEvidence;
use envgate::check::quiet::Quiet;
use envgate::check::trace::{Declared, KeyTrace, Outcome, Referred, Trace, Why, trace};
use envgate::model::ReferenceOutcome;
use envgate::report::{Place, Places, State, column, neutralise, neutralise_first};
use envgate::schema::EnvironmentSpec;
use envgate::source::{Location, PositionEncoding, Source};
use envgate::suggest;
use serde_json::{Value, json};

use crate::args::{Format, ListFormat, TraceArguments};
use crate::inputs::Inputs;
use crate::plan;
use crate::terminal::{self, Problem, complain};
use crate::{FAILED, FOUND, host, schema};

/// Runs the subcommand.
pub(crate) fn run(arguments: &TraceArguments) -> u8 {
    let (key, paths) = key_and_paths(arguments);
    let selection = &arguments.selection;
    let Some(opened) = schema::open(&selection.schema.named, &paths, Format::Human) else {
        return FAILED;
    };
    let plan = plan::plan(selection, &paths, &opened.schema, &opened.path);
    let mut inputs = Inputs::new(selection, opened, !paths.is_empty());
    for problem in &plan.problems {
        inputs.fail(problem);
    }
    let environments: Vec<_> = plan.environments.iter().filter_map(|one| inputs.read(one)).collect();
    if environments.is_empty() {
        return FAILED;
    }
    let options = Options {
        now: host::now(),
        phase: None,
        example: inputs.example(&plan),
        quiet: Quiet::default(),
        ages: AgeEvidence::default(),
    };
    let opened = &inputs.opened;
    let traces: Vec<Trace> = environments
        .iter()
        .map(|input| trace(&opened.schema, &opened.sources, input, &options, key))
        .collect();
    if let Some(key) = key
        && traces.iter().all(|trace| trace.keys.is_empty())
    {
        complain(&nowhere(key, &traces));
        return if inputs.failed { FAILED } else { FOUND };
    }
    let view = View {
        specs: opened.schema.environments(),
        sources: &opened.sources,
        places: Places::new(&locations(&traces), &opened.sources, PositionEncoding::Scalar),
    };
    let text = match (arguments.format, key) {
        _ if arguments.matrix => matrix::matrix(&traces, &opened.schema),
        (ListFormat::Json, _) => view.json(&traces),
        (ListFormat::Human, Some(_)) => view.keys(&traces),
        (ListFormat::Human, None) => view.table(&traces),
    };
    terminal::print(&text, if inputs.failed { FAILED } else { 0 })
}

/// The first word is a key, unless it looks like a path or is one.
fn key_and_paths(arguments: &TraceArguments) -> (Option<&str>, Vec<PathBuf>) {
    let is_path = |word: &str| word.contains(['/', '.']) || word == "-" || host::exists(Path::new(word));
    match arguments.words.split_first() {
        Some((first, rest)) if first.to_str().is_some_and(|word| !is_path(word)) => (first.to_str(), rest.to_vec()),
        _ => (None, arguments.words.clone()),
    }
}

fn nowhere(key: &str, traces: &[Trace]) -> Problem {
    let names = traces.iter().flat_map(|trace| trace.names.iter().map(String::as_str));
    let problem = Problem::new(format!(
        "{key} is in none of the files, and the schema does not declare it"
    ));
    match suggest::nearest(key, names) {
        Some(near) => problem.help(format!("did you mean {near}?")),
        None => problem,
    }
}

/// The places that output may name.
fn locations(traces: &[Trace]) -> Vec<Location> {
    let mut all = Vec::new();
    for key in traces.iter().flat_map(|trace| &trace.keys) {
        all.extend(key.steps.iter().filter_map(|step| step.location));
        all.extend(key.references.iter().map(|one| one.location));
        all.extend(key.references.iter().filter_map(|one| one.from.flatten()));
        all.extend(key.declared.iter().map(|one| one.location));
    }
    all
}

/// What is needed to name a place.
struct View<'v> {
    specs: &'v [EnvironmentSpec],
    sources: &'v [Source],
    places: Places,
}

impl View<'_> {
    fn name(&self, trace: &Trace) -> &str {
        &self.specs[trace.environment.0 as usize].name
    }

    /// Neutralises names of keys and environments, since a schema is untrusted.
    fn heading(&self, trace: &Trace) -> Cow<'_, str> {
        neutralise_first(self.name(trace))
    }

    /// Formats `.env:3`, or the process environment.
    fn place(&self, location: Option<Location>) -> String {
        let Some(location) = location else {
            return "the process environment".to_owned();
        };
        let Place { at, .. } = self.places.start(location);
        let name = neutralise(self.sources[location.source.0 as usize].name());
        format!("{name}:{}", at.line)
    }

    /// Formats one key in each environment, in detail.
    fn keys(&self, traces: &[Trace]) -> String {
        let mut text = String::new();
        for trace in traces {
            for key in &trace.keys {
                if !text.is_empty() {
                    text.push('\n');
                }
                let name = neutralise(&key.key);
                let _ = writeln!(text, "{name} in {}: {}", self.heading(trace), state(key.state));
                for (title, lines) in self.sections(key) {
                    for (index, line) in lines.iter().enumerate() {
                        let title = if index == 0 { title } else { "" };
                        let _ = writeln!(text, "  {title:<9}  {line}");
                    }
                }
            }
        }
        text
    }

    fn sections(&self, key: &KeyTrace) -> Vec<(&'static str, Vec<String>)> {
        let steps: Vec<String> = key
            .steps
            .iter()
            .map(|step| match step.wins {
                true => format!("{}{}", self.place(step.location), why(key.why)),
                false => format!("{}  is overridden", self.place(step.location)),
            })
            .collect();
        let unset = vec!["nothing".to_owned()];
        let width = key
            .loaders
            .iter()
            .map(|(loader, _)| loader.name.len())
            .max()
            .unwrap_or(0);
        let is_set = !key.steps.is_empty() || key.loaders.iter().any(|one| one.1 == Outcome::Set);
        let loaders = key
            .loaders
            .iter()
            .filter(|_| is_set)
            .map(|(loader, outcome)| format!("{:<width$}  {}", loader.name, gives(*outcome, key)));
        let references = key.references.iter().map(|one| self.refers(one));
        let external = key.external.map(|why| format!("is {}", why.place()));
        let found = key.diagnostics.iter();
        let found = found.map(|one| format!("{}[{}]: {}", one.severity.name(), one.code, neutralise(&one.message)));
        let mut sections = vec![
            ("set by", if steps.is_empty() { unset } else { steps }),
            ("value", external.into_iter().collect()),
            ("loaders", loaders.collect()),
            ("refers to", references.collect()),
            ("schema", self.declared(key.declared.as_ref())),
            ("check", found.collect()),
        ];
        sections.retain(|(_, lines)| !lines.is_empty());
        sections
    }

    fn refers(&self, referred: &Referred) -> String {
        let name = referred.name.as_deref().unwrap_or("a variable");
        let what = match (referred.outcome, referred.from) {
            (ReferenceOutcome::Cycle, _) => "leads back to this variable".to_owned(),
            (ReferenceOutcome::Defaulted, _) => "is not set; the reference says what to use instead".to_owned(),
            (ReferenceOutcome::Undefined, _) => "is not set; the empty string takes its place".to_owned(),
            (ReferenceOutcome::Resolved, Some(from)) => self.place(from),
            (ReferenceOutcome::Resolved, None) => "is set".to_owned(),
        };
        format!("{}  {what}", neutralise(name))
    }

    fn declared(&self, declared: Option<&Declared>) -> Vec<String> {
        let Some(declared) = declared else {
            return vec!["does not declare it".to_owned()];
        };
        let mut says: Vec<String> = Vec::new();
        says.extend(declared.types.clone());
        says.extend(declared.format.as_ref().map(|format| format!("format {format}")));
        if !declared.allowed_values.is_empty() {
            says.push(format!("one of {}", declared.allowed_values.join(", ")));
        }
        says.push(if declared.required { "required" } else { "optional" }.to_owned());
        if declared.secret {
            says.push("secret".to_owned());
        }
        says.extend(
            declared
                .allowed_in
                .as_ref()
                .map(|names| format!("only in {}", names.join(", "))),
        );
        says.extend(declared.default.as_ref().map(|default| format!("default {default}")));
        let mut lines = vec![self.place(Some(declared.location)), says.join(" · ")];
        lines.extend(declared.description.clone());
        lines.iter().map(|line| neutralise(line).into_owned()).collect()
    }

    /// Formats all keys of each environment, one per line.
    fn table(&self, traces: &[Trace]) -> String {
        let mut text = String::new();
        for trace in traces {
            if !text.is_empty() {
                text.push('\n');
            }
            let _ = writeln!(text, "{}", self.heading(trace));
            let rows: Vec<[String; 3]> = trace.keys.iter().map(|key| self.row(key)).collect();
            let width = |at: usize| column::width(rows.iter().map(|row| &*row[at]));
            let (keys, states) = (width(0), width(1));
            for [key, state, from] in &rows {
                let _ = writeln!(text, "  {key:keys$}  {state:states$}  {from}");
            }
            if rows.is_empty() {
                text.push_str("  no variables\n");
            }
        }
        text
    }

    fn row(&self, key: &KeyTrace) -> [String; 3] {
        let winner = key.steps.iter().find(|step| step.wins);
        let mut from = winner.map_or_else(
            || match key.state {
                Some(State::Defaulted) => "default of the schema".to_owned(),
                _ => "nothing sets it".to_owned(),
            },
            |step| self.place(step.location),
        );
        let over: Vec<String> = key
            .steps
            .iter()
            .filter(|step| !step.wins)
            .map(|step| self.place(step.location))
            .collect();
        if !over.is_empty() {
            let _ = write!(from, " over {}", over.join(", "));
        }
        let names: Vec<&str> = key
            .references
            .iter()
            .map(|one| one.name.as_deref().unwrap_or("a variable"))
            .collect();
        if !names.is_empty() {
            let _ = write!(from, ", refers to {}", neutralise(&names.join(", ")));
        }
        let differing = key
            .loaders
            .iter()
            .filter(|(_, outcome)| !matches!(outcome, Outcome::Decides | Outcome::Same));
        let differing: Vec<&str> = differing.map(|(loader, _)| loader.name).collect();
        if !differing.is_empty() {
            let _ = write!(from, ", another value in {}", differing.join(", "));
        }
        [
            neutralise_first(&key.key).into_owned(),
            state(key.state).to_owned(),
            from,
        ]
    }

    /// Formats JSON.
    fn json(&self, traces: &[Trace]) -> String {
        let environments: Vec<Value> = traces
            .iter()
            .map(|trace| {
                let files: Vec<&str> = trace
                    .files
                    .iter()
                    .map(|id| self.sources[id.0 as usize].name())
                    .collect();
                let keys: Vec<Value> = trace.keys.iter().map(|key| self.key_json(key)).collect();
                json!({ "name": self.name(trace), "files": files, "keys": keys })
            })
            .collect();
        let whole = json!({ "version": 1, "environments": environments });
        let text = serde_json::to_string_pretty(&whole).unwrap_or_default();
        text.lines().map(|line| format!("{}\n", neutralise(line))).collect()
    }

    fn key_json(&self, key: &KeyTrace) -> Value {
        let steps = key.steps.iter();
        let steps: Vec<Value> = steps
            .map(|step| with(self.place_json(step.location), "wins", json!(step.wins)))
            .collect();
        let loaders: Vec<Value> = key
            .loaders
            .iter()
            .map(|(loader, outcome)| json!({ "name": loader.name, "value": outcome_name(*outcome) }))
            .collect();
        let references: Vec<Value> = key.references.iter().map(|one| self.reference_json(one)).collect();
        let codes: Vec<&str> = key.diagnostics.iter().map(|one| one.code.0).collect();
        json!({
            "key": key.key,
            "state": key.state.map(|one| state(Some(one))),
            "setBy": steps,
            "why": why_name(key.why),
            "external": key.external.map(|why| why.place()),
            "loaders": loaders,
            "references": references,
            "schema": key.declared.as_ref().map(|one| self.declared_json(one)),
            "diagnostics": codes,
        })
    }

    fn reference_json(&self, one: &Referred) -> Value {
        let outcome = match one.outcome {
            ReferenceOutcome::Resolved => "resolved",
            ReferenceOutcome::Defaulted => "defaulted",
            ReferenceOutcome::Undefined => "undefined",
            ReferenceOutcome::Cycle => "cycle",
        };
        let mut value = with(self.place_json(Some(one.location)), "name", json!(one.name));
        value["outcome"] = json!(outcome);
        value["from"] = one.from.map_or(Value::Null, |from| self.place_json(from));
        value
    }

    fn declared_json(&self, one: &Declared) -> Value {
        let mut value = self.place_json(Some(one.location));
        value["type"] = json!(one.types);
        value["format"] = json!(one.format);
        value["enum"] = json!(one.allowed_values);
        value["required"] = json!(one.required);
        value["secret"] = json!(one.secret);
        value["allowedIn"] = json!(one.allowed_in);
        value["default"] = json!(one.default);
        value["description"] = json!(one.description);
        value
    }

    fn place_json(&self, location: Option<Location>) -> Value {
        let Some(location) = location else {
            return json!({ "file": null, "line": null, "column": null });
        };
        let at = self.places.start(location).at;
        json!({ "file": self.sources[location.source.0 as usize].name(), "line": at.line, "column": at.column })
    }
}

fn with(mut value: Value, name: &str, more: Value) -> Value {
    value[name] = more;
    value
}

fn state(state: Option<State>) -> &'static str {
    match state {
        Some(State::Ok) => "ok",
        Some(State::Invalid) => "invalid",
        Some(State::Missing) => "missing",
        Some(State::Defaulted) => "defaulted",
        Some(State::Forbidden) => "forbidden",
        Some(State::Unknown) => "unknown",
        Some(State::External) => "external",
        None => "not set",
    }
}

fn why(why: Why) -> &'static str {
    match why {
        Why::Unset | Why::Only => "",
        Why::LastFile => "  wins: of the files that set it, the last",
        Why::LastInFile => "  wins: it is the last in its file",
        Why::FirstInFile => "  wins: it is the first in its file",
        Why::Process => "  wins over the files",
        Why::FileOverProcess => "  wins over the process environment",
    }
}

fn why_name(why: Why) -> &'static str {
    match why {
        Why::Unset => "unset",
        Why::Only => "only",
        Why::LastFile => "last-file",
        Why::LastInFile => "last-in-file",
        Why::FirstInFile => "first-in-file",
        Why::Process => "process",
        Why::FileOverProcess => "file-over-process",
    }
}

fn gives(outcome: Outcome, key: &KeyTrace) -> &'static str {
    match outcome {
        Outcome::Decides if key.steps.is_empty() => "decides",
        Outcome::Decides => "decides the value",
        Outcome::Same if key.steps.is_empty() => "does not set it either",
        Outcome::Same => "gives the same value",
        Outcome::Different => "gives another value",
        Outcome::Unset => "does not set it",
        Outcome::Set => "sets it",
        Outcome::Unknown => "gives what only a running command could tell",
        Outcome::Rejects => "rejects a file",
    }
}

fn outcome_name(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Decides => "decides",
        Outcome::Same => "same",
        Outcome::Different => "different",
        Outcome::Unset => "unset",
        Outcome::Set => "set",
        Outcome::Unknown => "unknown",
        Outcome::Rejects => "rejects",
    }
}
