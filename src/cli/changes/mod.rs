//! `envgate diff`: what changes between two sets of env files, two schemas, or two revisions, without the values: which variables are added,
//! removed or changed, what has to be set before a deployment, what is stricter, and what is newly broken.

mod contract;
mod render;
#[cfg(not(target_family = "wasm"))]
mod revisions;
mod sides;
mod strictness;
mod values;

use envgate::diagnostic::{Diagnostic, Severity};
use envgate::schema::EnvironmentId;
use envgate::{EnvironmentInput, Options};

use crate::args::{ChangesFormat, DiffArguments, Format};
use crate::inputs::Inputs;
use crate::terminal::{self, Problem, complain, note};
use crate::{FAILED, code, discover, host, plan, schema};
use contract::{Demand, KeyChange};
use sides::{Asked, Side};
use values::Change;

/// Runs the subcommand.
pub(crate) fn run(arguments: &DiffArguments) -> u8 {
    let asked = match sides::asked(arguments) {
        Ok(asked) => asked,
        Err(problem) => {
            complain(&problem);
            return FAILED;
        }
    };
    let compared = match asked {
        Asked::Files(paths) => files(arguments, &paths),
        Asked::Schemas(old, new) => schemas(arguments, old, *new),
    };
    let Some((changes, failed)) = compared else {
        return FAILED;
    };
    let text = match arguments.format {
        ChangesFormat::Human => render::human(&changes),
        ChangesFormat::Markdown => render::markdown(&changes),
        ChangesFormat::Json => render::json(&changes),
    };
    let floor = arguments.floor.severity();
    let found = changes.severity().is_some_and(|worst| worst >= floor);
    terminal::print(&text, code(failed, found))
}

/// Everything that changed.
struct Changes {
    /// The name of the new side in a sentence; `None` if only values are compared.
    deployed: Option<String>,
    /// Whole parts of the schema that changed.
    schema: Vec<String>,
    environments: Vec<Changed>,
}

/// What changes in one environment.
struct Changed {
    name: String,
    /// Whether the old schema does not have it.
    is_new: bool,
    /// What has to be set, sorted by key.
    set: Vec<Demand>,
    /// How else the schema of keys changed, sorted by key.
    keys: Vec<KeyChange>,
    /// How each variable changes, sorted by key.
    values: Vec<(Change, String)>,
    /// Findings that are new.
    broken: Vec<Diagnostic>,
}

impl Changes {
    /// Returns the highest severity: what is broken or missing is an error, what is stricter a warning, the rest an info.
    fn severity(&self) -> Option<Severity> {
        let of = |one: &Changed| {
            let set = one.set.iter().map(|_| Severity::Error);
            let broken = one.broken.iter().map(|one| one.severity);
            let keys = one.keys.iter().map(KeyChange::severity);
            let values = one.values.iter().map(|_| Severity::Info);
            set.chain(broken).chain(keys).chain(values).max()
        };
        let schema = self.schema.iter().map(|_| Severity::Info).max();
        self.environments.iter().filter_map(of).chain(schema).max()
    }
}

impl Changed {
    fn is_empty(&self) -> bool {
        self.set.is_empty() && self.keys.is_empty() && self.values.is_empty() && self.broken.is_empty()
    }
}

/// Compares two sets of env files under one schema.
fn files(arguments: &DiffArguments, paths: &[std::path::PathBuf; 2]) -> Option<(Changes, bool)> {
    let selection = &arguments.selection;
    let opened = schema::open(&selection.schema.named, &paths[1..], Format::Human)?;
    let mut inputs = Inputs::new(selection, opened, true);
    let [old, new] = paths.each_ref().map(|path| {
        let plan = plan::plan(
            selection,
            std::slice::from_ref(path),
            &inputs.opened.schema,
            &inputs.opened.path,
        );
        for problem in &plan.problems {
            inputs.fail(problem);
        }
        let read = |one: &plan::Planned| Some((one.id, inputs.read(one)?));
        plan.environments.iter().filter_map(read).collect::<Vec<_>>()
    });
    let options = options(arguments);
    let mut environments = Vec::new();
    for (id, after) in &new {
        let name = inputs.opened.schema.environments()[usize::from(id.0)].name.clone();
        let Some((_, before)) = old.iter().find(|(other, _)| other == id) else {
            inputs.fail(&Problem::new(format!(
                "{name} has no files in {}",
                discover::shown(&paths[0])
            )));
            continue;
        };
        if are_the_same(before, after) && discover::absolute(&paths[0]) != discover::absolute(&paths[1]) {
            let [old, new] = paths.each_ref().map(|path| discover::shown(path));
            let problem = Problem::new(format!(
                "{name} reads {old} and {new} together, so they can't be compared"
            ));
            inputs.fail(&problem.help("compare two folders, or the same file of both"));
            continue;
        }
        let opened = &inputs.opened;
        let check = |input: &EnvironmentInput| {
            envgate::check(&opened.schema, &opened.sources, std::slice::from_ref(input), &options).diagnostics
        };
        environments.push(Changed {
            name,
            is_new: false,
            set: Vec::new(),
            keys: Vec::new(),
            values: values::changes(&opened.schema, &opened.sources, [before, after]),
            broken: newly(&check(before), check(after), arguments),
        });
    }
    // A file may be one of several environments, of which the other file is not.
    let gone = old.iter().filter(|(id, _)| new.iter().all(|(other, _)| other != id));
    for (id, _) in gone.filter(|_| host::is_folder(&paths[1])) {
        let name = &inputs.opened.schema.environments()[usize::from(id.0)].name;
        let problem = Problem::new(format!("{name} has no files in {}", discover::shown(&paths[1])));
        inputs.fail(&problem);
    }
    let changes = Changes {
        deployed: None,
        schema: Vec::new(),
        environments,
    };
    (!changes.environments.is_empty()).then_some((changes, inputs.failed))
}

/// Whether two sets have the same files.
fn are_the_same(one: &EnvironmentInput, other: &EnvironmentInput) -> bool {
    let sources = |input: &EnvironmentInput| input.files.iter().map(|file| file.source.0).collect::<Vec<_>>();
    sources(one) == sources(other)
}

/// Compares two schemas, each with its env files as far as they exist.
fn schemas(arguments: &DiffArguments, old: Option<Box<Side>>, new: Side) -> Option<(Changes, bool)> {
    let chosen = chosen(arguments, &new)?;
    let mut new = new.read(&arguments.selection, arguments.files.as_deref());
    let mut old = old.map(|side| side.read(&arguments.selection, arguments.files.as_deref()));
    let options = options(arguments);
    let mut environments = Vec::new();
    for id in chosen {
        let name = new.inputs.opened.schema.environments()[usize::from(id.0)].name.clone();
        let before = old
            .as_ref()
            .and_then(|old| Some((old, old.inputs.opened.schema.find_environment(&name)?)));
        let report = new.check(id, &options);
        if arguments.files.is_some() && report.is_none() {
            note(&format!("{name}: no files, so what is set there is not known"));
        }
        let is_set = |key: &str| report.as_ref().is_some_and(|report| is_set(report, key));
        let (set, keys) = contract::changes(
            before.map(|(old, id)| (&old.inputs.opened, id)),
            (&new.inputs.opened, id),
            &is_set,
        );
        let old_report = before.and_then(|(old, id)| old.check(id, &options));
        if old_report.is_some() && report.is_none() && arguments.files.is_none() {
            note(&format!("{name}: no files any more, so nothing of it was checked"));
        }
        let broken = match (old_report, report) {
            (Some(before), Some(after)) => newly(&before.diagnostics, after.diagnostics, arguments),
            (None, Some(after)) => newly(&[], after.diagnostics, arguments),
            (_, None) => Vec::new(),
        };
        environments.push(Changed {
            name,
            is_new: before.is_none(),
            set,
            keys,
            values: Vec::new(),
            broken,
        });
    }
    let mut whole = contract::whole(old.as_ref().map(|old| &old.inputs.opened), &new.inputs.opened);
    if let Some(old) = &mut old {
        for changed in &mut environments {
            changed.values = sides::values(old, &mut new, &changed.name);
        }
        let gone = old.inputs.opened.schema.environments().iter();
        let gone = gone.filter(|one| new.inputs.opened.schema.find_environment(&one.name).is_none());
        whole.extend(gone.map(|one| format!("the environment {} is gone", one.name)));
    }
    let failed = new.inputs.failed || old.is_some_and(|old| old.inputs.failed);
    let changes = Changes {
        deployed: Some(new.label),
        schema: whole,
        environments,
    };
    Some((changes, failed))
}

/// Returns the requested environments of the new side.
fn chosen(arguments: &DiffArguments, new: &Side) -> Option<Vec<EnvironmentId>> {
    let schema = &new.opened.schema;
    let mut problems = Vec::new();
    let mut chosen = plan::chosen(&arguments.selection, schema, &mut problems);
    problems.iter().for_each(complain);
    if arguments.selection.environments.is_empty() {
        chosen = (0..)
            .zip(schema.environments())
            .map(|(index, _)| EnvironmentId(index))
            .collect();
    }
    problems.is_empty().then_some(chosen)
}

fn options(arguments: &DiffArguments) -> Options {
    Options {
        now: arguments.clock.now(),
        ..Options::default()
    }
}

/// Whether a key has a value according to a report.
fn is_set(report: &envgate::report::Report, key: &str) -> bool {
    let mut variables = report.environments.iter().flat_map(|one| &one.variables);
    variables.any(|one| one.key == key && one.state != envgate::report::State::Missing)
}

/// Returns findings that are new: errors, or what fails the run. Each old one stands for one of the same rule and key: what it says of the value may differ,
/// but a second one is new.
fn newly(before: &[Diagnostic], mut after: Vec<Diagnostic>, arguments: &DiffArguments) -> Vec<Diagnostic> {
    let floor = arguments.floor.severity().min(Severity::Error);
    after.retain(|one| one.severity >= floor);
    let mut known: Vec<&Diagnostic> = before.iter().filter(|one| one.severity >= floor).collect();
    after.retain(|one| {
        let is_it = |other: &&Diagnostic| other.code == one.code && other.key == one.key;
        let found = known.iter().position(is_it);
        found.map(|index| known.swap_remove(index)).is_none()
    });
    after
}
