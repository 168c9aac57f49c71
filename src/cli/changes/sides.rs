//! The two sides of a comparison: paths, schemas, or revisions of a repository.

use std::path::{Path, PathBuf};

use envgate::EnvironmentInput;
use envgate::Options;
use envgate::report::Report;
use envgate::schema::EnvironmentId;
use envgate::source::{Source, SourceId};

#[cfg(not(target_family = "wasm"))]
use super::revisions::revisions;
use super::values::{self, Change};
use crate::args::{DiffArguments, Format, Selection};
use crate::inputs::Inputs;
use crate::plan::{Planned, present};
use crate::schema::{self, Opened};
use crate::terminal::Problem;
use crate::{discover, host};

/// What is compared.
pub(super) enum Asked {
    /// Two sets of env files.
    Files([PathBuf; 2]),
    /// Two schemas, with the files that exist. Without the old one, everything is new.
    Schemas(Option<Box<Side>>, Box<Side>),
}

/// One schema, and where its env files are.
pub(super) struct Side {
    pub(super) opened: Opened,
    pub(super) label: String,
    /// The tree in place of the disk.
    #[cfg(not(target_family = "wasm"))]
    pub(super) view: Option<std::rc::Rc<crate::git::Tree>>,
}

/// The same, with the env files read.
pub(super) struct Read<'s> {
    pub(super) inputs: Inputs<'s>,
    pub(super) label: String,
    environments: Vec<EnvironmentInput>,
}

/// Decides what to compare.
pub(super) fn asked(arguments: &DiffArguments) -> Result<Asked, Problem> {
    let Some(new) = &arguments.new else {
        return revisions(arguments, None);
    };
    let old = &arguments.old;
    match (host::exists(old), host::exists(new)) {
        (true, true) => {}
        (false, false) => {
            // Whoever names two things that are no files, may mean revisions; or has mistyped both.
            return revisions(arguments, Some(new)).map_err(|problem| match shape(new) {
                Shape::Path => Problem::new(format!("{} does not exist", discover::shown(new))),
                Shape::Revision => problem,
            });
        }
        _ => return Ok(Asked::Files([old.clone(), new.clone()])),
    }
    match (schema_at(old), schema_at(new)) {
        (Some(old), Some(new)) => {
            let open = |path: &PathBuf| {
                let opened = schema::open(std::slice::from_ref(path), &[], Format::Human)?;
                Some(Side::on_disk(opened, discover::shown(path)))
            };
            let sides = open(&old).zip(open(&new));
            let (old, new) = sides.ok_or_else(|| Problem::new("nothing was compared"))?;
            Ok(Asked::Schemas(Some(Box::new(old)), Box::new(new)))
        }
        (Some(_), None) if host::is_file(old) => Err(one_sided(old, new)),
        (None, Some(_)) if host::is_file(new) => Err(one_sided(new, old)),
        _ => Ok(Asked::Files([old.clone(), new.clone()])),
    }
}

fn one_sided(schema: &Path, other: &Path) -> Problem {
    let [schema, other] = [schema, other].map(discover::shown);
    Problem::new(format!("{schema} is a schema and {other} is not"))
        .help("compare two schemas, or two sets of env files")
}

enum Shape {
    Path,
    Revision,
}

/// The problem with an argument that is not a file: what it seems to be.
fn shape(path: &Path) -> Shape {
    let text = path.to_string_lossy();
    let is_path = text.starts_with('.')
        || text.ends_with('/')
        || text.contains("/.")
        || text.ends_with(".env")
        || text.ends_with(".json");
    if is_path { Shape::Path } else { Shape::Revision }
}

/// Returns the schema at a path, or in a folder.
fn schema_at(path: &Path) -> Option<PathBuf> {
    if host::is_folder(path) {
        let inside = path.join(discover::SCHEMA);
        return host::is_file(&inside).then_some(inside);
    }
    let name = path.file_name()?.to_str()?;
    if name == discover::SCHEMA || name.ends_with(".schema.json") {
        return Some(path.to_owned());
    }
    if !name.ends_with(".json") {
        return None;
    }
    // Variables may stand in JSON as well; those are texts and numbers.
    let bytes = host::read(path, envgate::source::MAX_SOURCE_LEN).ok()?;
    let json: serde_json::Value = serde_json::from_slice(&bytes).ok()?;
    json.get("properties")?.is_object().then(|| path.to_owned())
}

/// Only the native program can run git.
#[cfg(target_family = "wasm")]
fn revisions(arguments: &DiffArguments, _: Option<&PathBuf>) -> Result<Asked, Problem> {
    if host::exists(&arguments.old) {
        return Err(alone(&arguments.old));
    }
    let problem = Problem::new(format!("{} does not exist", discover::shown(&arguments.old)));
    Err(problem.help("only the native program compares revisions of a repository"))
}

/// The problem with one file and nothing to compare it with.
pub(super) fn alone(path: &Path) -> Problem {
    Problem::new(format!("there is nothing to compare {} with", discover::shown(path)))
        .help("envgate diff OLD NEW, or envgate diff REVISION")
}

impl Side {
    fn on_disk(opened: Opened, label: String) -> Side {
        Side {
            opened,
            label,
            #[cfg(not(target_family = "wasm"))]
            view: None,
        }
    }

    /// Reads the env files of all environments: those beside the schema, or in the folder that was given instead.
    pub(super) fn read<'s>(self, selection: &'s Selection, files: Option<&Path>) -> Read<'s> {
        #[cfg(not(target_family = "wasm"))]
        if let Some(view) = self.view.clone().filter(|_| files.is_none()) {
            return host::through(view as std::rc::Rc<dyn host::View>, || self.read_here(selection, files));
        }
        self.read_here(selection, files)
    }

    fn read_here<'s>(self, selection: &'s Selection, files: Option<&Path>) -> Read<'s> {
        let folder = files.map_or_else(|| discover::folder(&self.opened.path).to_owned(), Path::to_owned);
        let mut inputs = Inputs::new(selection, self.opened, false);
        let specs = inputs.opened.schema.environments().iter();
        let planned: Vec<Planned> = (0..)
            .map(EnvironmentId)
            .zip(specs)
            .map(|(id, spec)| Planned {
                id,
                inputs: present(&folder, spec).collect(),
                process: false,
            })
            .filter(|one| !one.inputs.is_empty())
            .collect();
        if let Some(files) = files.filter(|_| planned.is_empty()) {
            let name = discover::shown(files);
            inputs.fail(&Problem::new(format!(
                "{name} has none of the files that the schema names"
            )));
        }
        let environments = planned.iter().filter_map(|one| inputs.read(one)).collect();
        Read {
            inputs,
            label: self.label,
            environments,
        }
    }
}

impl Read<'_> {
    fn environment(&self, id: EnvironmentId) -> Option<&EnvironmentInput> {
        self.environments.iter().find(|one| one.id == id)
    }

    /// The check of an environment, if it has files here.
    pub(super) fn check(&self, id: EnvironmentId, options: &Options) -> Option<Report> {
        let input = self.environment(id)?;
        let opened = &self.inputs.opened;
        Some(envgate::check(
            &opened.schema,
            &opened.sources,
            std::slice::from_ref(input),
            options,
        ))
    }
}

/// How the values of an environment differ, where both sides have files of it.
pub(super) fn values(old: &Read<'_>, new: &mut Read<'_>, name: &str) -> Vec<(Change, String)> {
    let of = |side: &Read<'_>| {
        let id = side.inputs.opened.schema.find_environment(name)?;
        side.environment(id).cloned()
    };
    let Some((mut before, after)) = of(old).zip(of(new)) else {
        return Vec::new();
    };
    // The texts of the old side, behind those of the new.
    let sources = &mut new.inputs.opened.sources;
    before.id = after.id;
    for file in &mut before.files {
        let source = &old.inputs.opened.sources[file.source.0 as usize];
        let Ok(copy) = Source::new(source.name(), source.bytes()) else {
            return Vec::new();
        };
        file.source = SourceId(u32::try_from(sources.len()).unwrap_or(u32::MAX));
        sources.push(copy);
    }
    values::changes(&new.inputs.opened.schema, sources, [&before, &after])
}
