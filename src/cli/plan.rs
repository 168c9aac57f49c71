//! What is to be checked: environments of the schema, each with its files.
//!
//! An environment is only ever checked whole. Files given without `--environment` are found among those that the schema names, and
//! the other files of their environment, which a program would load with them, are added from the same folder. With
//! `--environment NAME`, the files are that environment, as given.

use std::path::{Component, Path, PathBuf};

use envgate::schema::{EnvironmentId, EnvironmentSpec, Schema};

use crate::args::Selection;
use crate::discover::{self, shown};
use crate::host;
use crate::models;
use crate::terminal::Problem;

/// An input of a check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Input {
    File(PathBuf),
    /// One part of a file: a service, a container, a job.
    Part(PathBuf, String),
    Stdin,
}

impl Input {
    /// Parses a path as it was given or as a schema names it. After a `#` comes a part, unless there is a file of that name.
    pub(crate) fn of(path: PathBuf) -> Input {
        if path.as_os_str() == "-" {
            return Input::Stdin;
        }
        match split(&path).filter(|_| !exists(&path)) {
            Some((file, part)) => Input::Part(file, part),
            None => Input::File(path),
        }
    }

    /// Returns its path; `None` for standard input.
    pub(crate) fn path(&self) -> Option<&Path> {
        match self {
            Input::File(path) | Input::Part(path, _) => Some(path),
            Input::Stdin => None,
        }
    }

    /// Returns the part of the file that is asked for.
    pub(crate) fn part(&self) -> Option<&str> {
        match self {
            Input::Part(_, part) => Some(part),
            Input::File(_) | Input::Stdin => None,
        }
    }

    /// Returns the folder of a file, from which the paths in it start unless what includes it says otherwise.
    pub(crate) fn folder(&self) -> &Path {
        self.path().and_then(Path::parent).unwrap_or(Path::new(""))
    }

    /// Formats it for a message.
    fn shown(&self) -> String {
        shown(self.path().unwrap_or(Path::new("-")))
    }

    /// Whether the file exists, readable or not.
    pub(crate) fn exists(&self) -> bool {
        self.path().is_none_or(exists)
    }
}

/// `compose.yaml#web`. A `#` can also be in the name of a folder, such as `C#`, or be its beginning.
fn split(path: &Path) -> Option<(PathBuf, String)> {
    let (file, part) = path.to_str()?.rsplit_once('#')?;
    let is_of_folder = part.contains('/') && path.parent().is_some_and(host::is_folder);
    let is_part = !matches!(file.bytes().last(), None | Some(b'/')) && !part.is_empty() && !is_of_folder;
    is_part.then(|| (PathBuf::from(file), part.to_owned()))
}

/// An environment to check.
#[derive(Debug)]
pub(crate) struct Planned {
    pub(crate) id: EnvironmentId,
    /// Low to high precedence.
    pub(crate) inputs: Vec<Input>,
    /// Whether the process environment overrides them.
    pub(crate) process: bool,
}

/// Everything that a run has to do.
#[derive(Debug, Default)]
pub(crate) struct Plan {
    pub(crate) environments: Vec<Planned>,
    /// Environments that nobody asked for by name and that have no file here.
    pub(crate) absent: Vec<EnvironmentId>,
    /// Where a reference file would be.
    pub(crate) folder: PathBuf,
    pub(crate) problems: Vec<Problem>,
}

impl Plan {
    fn add(&mut self, id: EnvironmentId, inputs: Vec<Input>) {
        self.environments.push(Planned {
            id,
            inputs,
            process: false,
        });
    }
}

/// Makes the plan. Every mistake in the arguments is a problem in it; the rest is still planned.
pub(crate) fn plan(arguments: &Selection, paths: &[PathBuf], schema: &Schema, schema_path: &Path) -> Plan {
    let mut plan = Plan::default();
    let chosen = chosen(arguments, schema, &mut plan.problems);
    match paths {
        [] => {
            plan.folder = discover::base(schema_path, schema.environments());
            from_folder(arguments, paths, schema, &chosen, &mut plan);
        }
        [folder] if host::is_folder(folder) => {
            plan.folder.clone_from(folder);
            from_folder(arguments, paths, schema, &chosen, &mut plan);
        }
        paths => {
            let first = paths.iter().find_map(|path| path.parent()).unwrap_or(Path::new(""));
            plan.folder = first.to_owned();
            from_files(arguments, schema, &chosen, paths, &mut plan);
        }
    }
    if arguments.process_env {
        add_process(arguments, schema, &chosen, &mut plan);
    }
    plan
}

/// Returns the environments that were asked for by name, in the order of the schema; empty if none was.
pub(crate) fn chosen(arguments: &Selection, schema: &Schema, problems: &mut Vec<Problem>) -> Vec<EnvironmentId> {
    let mut chosen = Vec::new();
    for name in &arguments.environments {
        match schema.find_environment(name) {
            Some(id) => chosen.push(id),
            None => problems.push(unknown_environment(name, schema)),
        }
    }
    chosen.sort_unstable();
    chosen.dedup();
    chosen
}

fn unknown_environment(name: &str, schema: &Schema) -> Problem {
    let problem = Problem::new(format!("the schema has no environment {name:?}"));
    match schema.meant(name) {
        Some(meant) => problem.help(format!("did you mean {meant}?")),
        None => {
            let names: Vec<&str> = schema.environments().iter().map(|spec| spec.name.as_str()).collect();
            problem.help(format!("it has {}", names.join(", ")))
        }
    }
}

/// The environments with the files that the schema names, as far as they are in `plan.folder`.
fn from_folder(arguments: &Selection, paths: &[PathBuf], schema: &Schema, chosen: &[EnvironmentId], plan: &mut Plan) {
    for (id, spec) in environments(schema) {
        let asked = chosen.contains(&id);
        // If the names were wrong, everything would be checked instead.
        if !asked && !arguments.environments.is_empty() {
            continue;
        }
        let inputs: Vec<Input> = if arguments.no_files {
            Vec::new()
        } else {
            present(&plan.folder, spec).collect()
        };
        if !inputs.is_empty() || (asked && arguments.process_env) {
            plan.add(id, inputs);
        } else if asked {
            plan.problems.push(no_file(spec, &plan.folder));
        } else {
            plan.absent.push(id);
        }
    }
    if arguments.environments.is_empty() && plan.environments.is_empty() && !arguments.process_env {
        let files: Vec<_> = schema
            .environments()
            .iter()
            .flat_map(|spec| &spec.files)
            .map(String::as_str)
            .collect();
        let problem = if files.is_empty() {
            Problem::new("the schema names no files").help("name them under `environments`, or give FILE")
        } else {
            let message = match paths {
                [] => format!(
                    "none of the files that the schema names exists {}: {}",
                    place(&plan.folder),
                    list(&files)
                ),
                _ => format!(
                    "{} is a folder without any of the files that the schema names: {}",
                    shown(&plan.folder),
                    list(&files)
                ),
            };
            Problem::new(message).help(missing(&plan.folder, &files))
        };
        plan.problems.push(problem);
        plan.absent.clear();
    }
}

/// The files of an environment that were given.
struct Claim {
    id: EnvironmentId,
    /// The folder in which they are files of it.
    base: PathBuf,
    files: Vec<Input>,
}

/// The environments to which the files given belong.
fn from_files(arguments: &Selection, schema: &Schema, chosen: &[EnvironmentId], paths: &[PathBuf], plan: &mut Plan) {
    let inputs = distinct(paths.iter().map(|path| Input::of(path.clone())));
    if let [id] = *chosen {
        plan.add(id, inputs);
        return;
    }
    let every = arguments.environments.is_empty();
    let mut claims: Vec<Claim> = Vec::new();
    let mut unclear = Vec::new();
    for input in inputs {
        let wanted = environments(schema).filter(|(id, _)| every || chosen.contains(id));
        if !claimed(&input, wanted, &mut claims, &mut plan.problems) {
            unclear.push(input);
        }
    }
    // One environment leaves no doubt.
    if let ([_], [], [_, ..], true) = (schema.environments(), &*claims, &*unclear, every) {
        plan.add(EnvironmentId(0), unclear);
        return;
    }
    plan.problems
        .extend(unclear.iter().map(|input| unclear_environment(input, schema)));
    // An environment that was asked for by name is either checked or reported, even if all given files belong to other environments.
    if plan.problems.is_empty() {
        for &id in chosen {
            if !claims.iter().any(|claim| claim.id == id) {
                plan.problems.push(not_given(&schema.environments()[usize::from(id.0)]));
            }
        }
    }
    claims.sort_by_key(|claim| claim.id);
    for claim in claims {
        plan.add(claim.id, whole(&claim, &schema.environments()[claim.id.0 as usize]));
    }
}

fn distinct(inputs: impl Iterator<Item = Input>) -> Vec<Input> {
    let mut distinct = Vec::new();
    for input in inputs {
        if !distinct.contains(&input) {
            distinct.push(input);
        }
    }
    distinct
}

/// Whether an input is a file of any environment. To each it is added, unless files of another folder are there already.
fn claimed<'s>(
    input: &Input,
    wanted: impl Iterator<Item = (EnvironmentId, &'s EnvironmentSpec)>,
    claims: &mut Vec<Claim>,
    problems: &mut Vec<Problem>,
) -> bool {
    let (Input::File(path) | Input::Part(path, _)) = input else {
        return false;
    };
    let mut known = false;
    for (id, spec) in wanted {
        // If a schema names `.env` and `web/.env`, `web/.env` means the longer path.
        let bases = spec.files.iter().filter_map(|entry| base_of(path, entry));
        let Some(base) = bases.min_by_key(|base| base.components().count()) else {
            continue;
        };
        known = true;
        match claims.iter_mut().find(|claim| claim.id == id) {
            Some(claim) if claim.base == base => claim.files.push(input.clone()),
            Some(claim) => {
                let (name, first) = (&spec.name, claim.files[0].shown());
                let problem = Problem::new(format!("{first} and {} are both files of {name}", input.shown()));
                problems.push(problem.help(format!(
                    "check them in two runs; to lay one over the other, add --environment {name}"
                )));
            }
            None => claims.push(Claim {
                id,
                base,
                files: vec![input.clone()],
            }),
        }
    }
    known
}

/// All files of an environment in their order, each as it was given, else as it is in the folder.
fn whole(claim: &Claim, spec: &EnvironmentSpec) -> Vec<Input> {
    distinct(spec.files.iter().filter_map(|entry| {
        let named = Input::of(claim.base.join(entry));
        let is_it = |given: &&Input| given.path().and_then(|path| base_of(path, entry)).as_ref() == Some(&claim.base);
        match (claim.files.iter().find(is_it), named) {
            // The part is as it was given, else as the schema names it.
            (Some(Input::File(path)), Input::Part(_, part)) => Some(Input::Part(path.clone(), part)),
            (Some(given), _) => Some(given.clone()),
            (None, named) => Some(named).filter(Input::exists),
        }
    }))
}

/// Why an input has no environment; the most obvious reason first.
fn unclear_environment(input: &Input, schema: &Schema) -> Problem {
    let names: Vec<_> = schema.environments().iter().map(|spec| spec.name.as_str()).collect();
    let help = format!("say which with --environment: {}", names.join(", "));
    let Some(path) = input.path() else {
        return Problem::new("it is not clear which environment standard input belongs to").help(help);
    };
    let name = shown(path);
    if !exists(path) {
        return Problem::new(format!("{name} does not exist"));
    }
    if host::is_folder(path) {
        let problem = Problem::new(format!("{name} is a folder, not a file"));
        return problem.help("a check takes files, or one folder and nothing else");
    }
    let message = format!("it is not clear which environment {name} belongs to: the schema names no such file");
    Problem::new(message).help(help)
}

/// The problem with an environment that was asked for without any of its files.
fn not_given(spec: &EnvironmentSpec) -> Problem {
    let files: Vec<&str> = spec.files.iter().map(String::as_str).collect();
    let problem = Problem::new(format!(
        "{} can't be checked: none of the files given is one of its own",
        spec.name
    ));
    problem.help(match &*files {
        [] => "the schema names no files for it; check it alone, with the files that it reads".to_owned(),
        files => format!("its own are {}", list(files)),
    })
}

/// Adds the process environment to the one environment that this process can be in.
fn add_process(arguments: &Selection, schema: &Schema, chosen: &[EnvironmentId], plan: &mut Plan) {
    let id = match (chosen, schema.environments()) {
        ([id], _) => *id,
        ([], [_]) if arguments.environments.is_empty() => EnvironmentId(0),
        // The wrong name has been reported.
        ([], _) if !arguments.environments.is_empty() => return,
        _ => {
            let problem = Problem::new("--process-env: it is not clear which environment this process runs in");
            let names: Vec<_> = schema.environments().iter().map(|spec| spec.name.as_str()).collect();
            plan.problems
                .push(problem.help(format!("say which with one --environment: {}", names.join(", "))));
            return;
        }
    };
    match plan.environments.iter_mut().find(|planned| planned.id == id) {
        Some(planned) => planned.process = true,
        None => {
            plan.absent.clear();
            plan.environments.push(Planned {
                id,
                inputs: Vec::new(),
                process: true,
            });
        }
    }
}

fn environments(schema: &Schema) -> impl Iterator<Item = (EnvironmentId, &EnvironmentSpec)> {
    (0..).map(EnvironmentId).zip(schema.environments())
}

/// Returns the files of an environment that exist in a folder, as files or as something else.
pub(crate) fn present<'a>(folder: &'a Path, spec: &'a EnvironmentSpec) -> impl Iterator<Item = Input> + 'a {
    spec.files
        .iter()
        .map(|file| Input::of(folder.join(file)))
        .filter(Input::exists)
}

/// Whether anything exists at a path, readable or not: what can't be read must be reported, not skipped.
fn exists(path: &Path) -> bool {
    host::exists(path) || host::kind(path) == Err(std::io::ErrorKind::PermissionDenied)
}

/// The folder in which `path` would have to be the file that a schema calls `entry`, whatever part of it the schema means.
fn base_of(path: &Path, entry: &str) -> Option<PathBuf> {
    let file = split(Path::new(entry)).and_then(|(file, _)| base_of_file(path, &file));
    base_of_file(path, Path::new(entry)).or(file)
}

fn base_of_file(path: &Path, entry: &Path) -> Option<PathBuf> {
    // Among thousands of entries, nearly all have another file name.
    if path.file_name() != entry.file_name() {
        return None;
    }
    let plain = |path: &Path| -> PathBuf { path.components().filter(|part| *part != Component::CurDir).collect() };
    let (path, entry) = (plain(path), plain(entry));
    if entry.as_os_str().is_empty() || !path.ends_with(&entry) {
        return None;
    }
    let above = path.components().count() - entry.components().count();
    Some(path.components().take(above).collect())
}

/// Why a requested environment can't be checked.
pub(crate) fn no_file(spec: &EnvironmentSpec, folder: &Path) -> Problem {
    let files: Vec<_> = spec.files.iter().map(String::as_str).collect();
    if files.is_empty() {
        return Problem::new(format!("the schema names no file for {}", spec.name)).help(format!(
            "name one under `environments`, or give FILE with --environment {}",
            spec.name
        ));
    }
    Problem::new(format!(
        "{} can't be checked: none of its files exists {}: {}",
        spec.name,
        place(folder),
        list(&files)
    ))
    .help(format!(
        "{}give FILE with --environment {}, or --process-env",
        copied(folder, &files),
        spec.name
    ))
}

/// Says which example to copy to one of these files, if there is an example that is named after it.
fn copied(folder: &Path, names: &[&str]) -> String {
    let sentence = |name: &&str| {
        let example = models::example_of(folder, name)?;
        Some(format!("copy {example} to {name} and fill it in; or "))
    };
    names.iter().find_map(sentence).unwrap_or_default()
}

/// What to do if none of the files exists: in a fresh clone, copy the example.
fn missing(folder: &Path, names: &[&str]) -> String {
    let give = "give the files, or the folder that holds them";
    let Some(first) = names.first() else {
        return give.to_owned();
    };
    if let Some(example) = models::model(folder) {
        let example = example.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let copy = Some(models::copy_of(&example))
            .filter(|copy| names.contains(copy))
            .unwrap_or(first);
        return format!("copy {example} to {copy} and fill it in; or {give}");
    }
    match models::alike(folder) {
        alike if alike.is_empty() => {
            format!("`envgate example` lists what to set in {first}; or {give}")
        }
        alike => format!("copy {} to {first} and fill it in; or {give}", alike.join(" or ")),
    }
}

fn place(folder: &Path) -> String {
    let text = shown(folder);
    if text.is_empty() || text == "." {
        "here".to_owned()
    } else {
        format!("in {text}")
    }
}

/// Lists each file once, in order.
fn list(files: &[&str]) -> String {
    let mut once: Vec<&str> = Vec::new();
    for file in files {
        if !once.contains(file) {
            once.push(file);
        }
    }
    once.join(", ")
}
