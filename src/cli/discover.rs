//! Where things are: the schema, the folder that holds the env files, and the name of a file in reports.

use std::collections::VecDeque;
use std::path::{Component, Path, PathBuf};

use envgate::check::quiet::{baseline, waiver};
use envgate::rotation::ledger;
use envgate::schema::EnvironmentSpec;

use crate::host;
use crate::ignored::{self, Ignored};
use crate::models;
use crate::terminal::{Problem, note};

/// The name of a schema: only one, so that nobody has to guess which of two counts.
pub(crate) const SCHEMA: &str = "env.schema.json";

/// A hidden variant of the name, accepted where it is the only one.
const HIDDEN_SCHEMA: &str = ".env.schema.json";

/// All names of a schema.
pub(crate) const SCHEMAS: [&str; 2] = [SCHEMA, HIDDEN_SCHEMA];

/// Returns the schema for `paths`: the one that was named, else the nearest one at or above the paths, else at or above the current
/// folder.
///
/// # Errors
/// When there is none, or more than one.
pub(crate) fn schema(named: &[PathBuf], paths: &[PathBuf]) -> Result<PathBuf, Problem> {
    match named {
        [] => {}
        [one] => return Ok(one.clone()),
        many => {
            let names: Vec<_> = many.iter().map(|path| shown(path)).collect();
            let problem = Problem::new(format!("there are {} schemas: {}", many.len(), names.join(", ")));
            return Err(problem.help("a check has one schema: run it once for each"));
        }
    }
    let mut found: Option<(&Path, PathBuf)> = None;
    for start in paths
        .iter()
        .filter(|path| path.as_os_str() != "-")
        .map(|path| folder(path))
    {
        let Some(next) = upwards(start)? else { continue };
        match &found {
            None => found = Some((start, next)),
            Some((_, first)) if absolute(first) == absolute(&next) => {}
            Some((before, first)) => {
                let problem = Problem::new(format!(
                    "there are two schemas: {} for {}, and {} for {}",
                    shown(first),
                    shown(before),
                    shown(&next),
                    shown(start)
                ));
                return Err(problem.help("run a check for each, or name the one schema with --schema"));
            }
        }
    }
    if let Some((_, schema)) = found {
        return Ok(schema);
    }
    let here = Path::new(".");
    upwards(here)?.ok_or_else(|| {
        if host::current_folder().as_os_str().is_empty() {
            return Problem::new("the current folder does not exist any more");
        }
        let message = format!(
            "there is no {SCHEMA} in {} or in any folder above it",
            shown(&absolute(here))
        );
        // In a monorepo, each part has its own schema, so those further down are suggested.
        let below = below(here, LOOKED_AT);
        let names: Vec<String> = below.iter().take(MAX_NAMED).map(|schema| shown(schema)).collect();
        let help = match below.len() {
            0 => "name one with --schema FILE, or write a first one: envgate init".to_owned(),
            1 => format!("name it with --schema {}", names[0]),
            count => {
                let more = if count > MAX_NAMED { ", …" } else { "" };
                format!(
                    "name one with --schema FILE, or check all of them with `envgate check --recursive`: {}{more}",
                    names.join(", ")
                )
            }
        };
        Problem::new(message).help(help)
    })
}

/// How many folders are searched for a schema to suggest, so that the error comes at once in a large tree, too.
const LOOKED_AT: usize = 1_000;

/// How many schemas are suggested.
const MAX_NAMED: usize = 10;

/// Folders of build output and installed packages: their files are copies, or belong to something else.
const BUILT: &[&str] = &[
    "__pycache__",
    "bower_components",
    "build",
    "coverage",
    "dist",
    "node_modules",
    "out",
    "target",
    "venv",
    "vendor",
];

/// Returns the schemas in a folder and below it, sorted. At most `limit` folders are searched.
pub(crate) fn below(folder: &Path, limit: usize) -> Vec<PathBuf> {
    let mut found = Vec::new();
    walk(folder, limit, &mut |folder, names| {
        found.extend(schemas_among(folder, names))
    });
    found.sort();
    found
}

/// Returns all schemas in a folder and below it, sorted.
///
/// # Errors
/// When a folder can't be read: there may be one in it.
pub(crate) fn all_below(folder: &Path) -> Result<Vec<PathBuf>, Problem> {
    let (mut found, mut closed) = (Vec::new(), Vec::new());
    walk(folder, usize::MAX, &mut |folder, names| {
        found.extend(schemas_among(folder, names));
        if names.is_empty() && !host::is_open(folder) {
            closed.push(shown(folder));
        }
    });
    found.sort();
    if closed.is_empty() {
        return Ok(found);
    }
    let (what, it) = if closed.len() == 1 {
        ("a schema in it", "it")
    } else {
        ("schemas in them", "them")
    };
    let problem = Problem::new(format!(
        "{} can't be read, so {what} would not be checked",
        closed.join(", ")
    ));
    Err(problem.help(format!(
        "may the user that runs envgate read {it}? What git ignores is passed over"
    )))
}

fn schemas_among(folder: &Path, names: &[&str]) -> impl Iterator<Item = PathBuf> {
    let there = SCHEMAS.map(|name| names.contains(&name).then(|| plainly(folder.join(name))));
    there.into_iter().flatten()
}

/// Visits at most `limit` folders, beginning with `folder` and then the nearest below it, each with the names of its entries. Links are not
/// followed, so the walk ends.
pub(crate) fn walk(folder: &Path, limit: usize, visit: &mut dyn FnMut(&Path, &[&str])) {
    let mut open: VecDeque<(PathBuf, Option<Ignored>)> = VecDeque::from([(folder.to_owned(), None)]);
    for _ in 0..limit {
        let Some((folder, above)) = open.pop_front() else { break };
        let entries = host::entries(&folder);
        let names: Vec<&str> = entries.iter().map(|(name, _)| name.as_str()).collect();
        visit(&folder, &names);
        let is_entered = |name: &str| !name.starts_with('.') && !BUILT.contains(&name);
        let mut inner = entries
            .iter()
            .filter(|(name, is_folder)| *is_folder && is_entered(name))
            .peekable();
        // Most folders have no subfolders, and then no `.gitignore` has to be read.
        if inner.peek().is_none() {
            continue;
        }
        let above = above.unwrap_or_else(|| Ignored::above(&folder));
        let ignored = if names.contains(&ignored::FILE) {
            above.within(&folder)
        } else {
            above
        };
        for (name, _) in inner {
            let path = folder.join(name);
            if !ignored.leaves_out(&path) {
                open.push_back((path, Some(ignored.clone())));
            }
        }
    }
}

/// How many folders are searched for other schemas, to mention that they were not checked. It is enough for the parts of a project, and
/// takes hardly any time.
const GLANCED_AT: usize = 64;

/// Notes which schemas below the current folder were not checked, if the one in it was.
pub(crate) fn note_unchecked_schemas(checked: &Path) {
    let here = Path::new(".");
    let (checked, mut below) = (absolute(checked), below(here, GLANCED_AT));
    below.retain(|schema| absolute(schema) != checked);
    let Some(first) = below.first() else { return };
    let more = match below.len() {
        1 => String::new(),
        count => format!(" and {} more", count - 1),
    };
    note(&format!(
        "not checked: {}{more}, below this folder; `envgate check --recursive` checks all",
        shown(first)
    ));
}

/// The folder itself if a path is one, else the folder that holds it.
pub(crate) fn folder(path: &Path) -> &Path {
    if host::is_folder(path) {
        return path;
    }
    path.parent()
        .filter(|parent| !parent.as_os_str().is_empty())
        .unwrap_or(Path::new("."))
}

/// Returns the nearest schema in `start` or above.
///
/// # Errors
/// When there are two in one folder.
fn upwards(start: &Path) -> Result<Option<PathBuf>, Problem> {
    let from = absolute(start);
    for (above, folder) in from.ancestors().enumerate() {
        // Shown relative to the current folder, as long as that is short.
        let spoken = if above == 0 {
            start.to_owned()
        } else {
            folder.to_owned()
        };
        let [plain, hidden] = SCHEMAS.map(|name| plainly(spoken.join(name)));
        // Anything of that name counts, even if it can't be read: a schema further up is not the one that was meant.
        match (host::exists(&plain), host::exists(&hidden)) {
            (true, true) => return Err(twins(&plain, &hidden)),
            (true, false) => return Ok(Some(plain)),
            (false, true) => return Ok(Some(hidden)),
            (false, false) => {}
        }
    }
    Ok(None)
}

/// The problem with an argument that belongs to one schema, if there are several.
pub(crate) fn several(schemas: &[PathBuf], what: &str) -> Problem {
    let names: Vec<String> = schemas.iter().map(|schema| shown(schema)).collect();
    let message = format!(
        "there are {} schemas, and {what} about one: {}",
        names.len(),
        names.join(", ")
    );
    Problem::new(message).help("run it once for each, with --schema")
}

/// The problem with two schemas in one folder.
pub(crate) fn twins(plain: &Path, hidden: &Path) -> Problem {
    let problem = Problem::new(format!("there are two schemas: {} and {}", shown(plain), shown(hidden)));
    problem.help("keep one, or name it with --schema")
}

/// Returns the folder in which the schema's files are looked for: the nearest one that holds any of them, from the current folder up
/// to the schema's. If the schema is not above the current folder, its own folder comes first.
pub(crate) fn base(schema: &Path, environments: &[EnvironmentSpec]) -> PathBuf {
    let home = folder(schema).to_owned();
    let (here, top) = (absolute(Path::new(".")), absolute(&home));
    let holds_any = |folder: &Path| {
        let mut files = environments.iter().flat_map(|one| &one.files);
        // `compose.yaml#web` is a part of a file; only the file can exist.
        files.any(|file| {
            let whole = file.rsplit_once('#').map_or(file.as_str(), |(whole, _)| whole);
            [file.as_str(), whole]
                .iter()
                .any(|name| host::exists(&folder.join(name)))
        })
    };
    if !here.starts_with(&top) {
        let dot = PathBuf::from(".");
        return if !holds_any(&home) && holds_any(&dot) {
            dot
        } else {
            home
        };
    }
    let between = here
        .ancestors()
        .take_while(|folder| folder.starts_with(&top) && **folder != *top);
    between
        .map(Path::to_owned)
        .find(|folder| holds_any(folder))
        .unwrap_or(home)
}

/// Whether an existing file is maintained by people: the schema, the env files that it names, and the files beside it. Generated output
/// never replaces one.
pub(crate) fn is_kept(path: &Path, schema: &Path, environments: &[EnvironmentSpec]) -> bool {
    let real = |path: &Path| host::canonical(&absolute(path));
    let whole = real(path);
    if !host::exists(path) {
        return false;
    }
    let (home, base) = (folder(schema).to_owned(), base(schema, environments));
    let files = environments.iter().flat_map(|one| &one.files);
    let wholes = files.map(|file| file.rsplit_once('#').map_or(file.as_str(), |(whole, _)| whole));
    let beside = [ledger::FILE_NAME, waiver::FILE_NAME, baseline::FILE_NAME];
    // A reference file may also be the env file of a test run; it is still generated.
    let mut names = wholes.filter(|name| !models::EXAMPLES.contains(name)).chain(beside);
    real(schema) == whole || names.any(|name| [&home, &base].iter().any(|folder| real(&folder.join(name)) == whole))
}

/// Returns the file with this name beside the schema, if it exists.
pub(crate) fn beside(schema: &Path, name: &str) -> Option<PathBuf> {
    let path = folder(schema).join(name);
    // One that can't be read must be reported, not ignored.
    host::exists(&path).then_some(path)
}

/// Returns the name of a file in reports: relative to the schema's folder if it is in it, so that the report does not depend on the current
/// folder; as the schema names it if that is elsewhere (`../../.env`); else as it was given. Folders are separated by `/`.
pub(crate) fn name(path: &Path, schema: &Path) -> String {
    let home = folder(schema);
    let path = match absolute(path).strip_prefix(absolute(home)) {
        Ok(inside) => inside.to_owned(),
        Err(_) => plainly(path.strip_prefix(home).unwrap_or(path).to_owned()),
    };
    slashed(&path)
}

/// Returns the folder of the schema relative to the root of the repository, or to the current folder outside of a repository. Put in front
/// of the names in a report, it makes them the paths that a forge knows.
pub(crate) fn from_root(schema: &Path) -> String {
    let home = absolute(folder(schema));
    let root = repository(&home).map_or_else(|| absolute(Path::new("")), Path::to_owned);
    let inside = home.strip_prefix(&root).unwrap_or(Path::new(""));
    slashed(inside)
}

/// Returns the nearest folder, at or above one, that is the root of a git repository.
pub(crate) fn repository(home: &Path) -> Option<&Path> {
    home.ancestors().find(|folder| host::exists(&folder.join(".git")))
}

/// Whether a file that a schema refers to is in its project: the repository, or else the current folder where the schema is in it, or
/// else the folder of the schema. Neither `..` nor a link leads out.
pub(crate) fn is_in_project(file: &Path, schema: &Path) -> bool {
    let (home, here) = (absolute(folder(schema)), absolute(Path::new("")));
    let project = match repository(&home) {
        Some(repository) => repository,
        None if home.starts_with(&here) => &here,
        None => &home,
    };
    absolute(file).starts_with(project) && host::canonical(file).starts_with(host::canonical(project))
}

/// Formats a path for a message.
pub(crate) fn shown(path: &Path) -> String {
    slashed(&plainly(path.to_owned()))
}

/// Separates folders by `/` on every system, as git, schemas and globs do, so that messages are the same everywhere.
fn slashed(path: &Path) -> String {
    let text = path.to_string_lossy();
    if cfg!(windows) {
        text.replace('\\', "/")
    } else {
        text.into_owned()
    }
}

/// Returns a folder relative to the current one; empty for the current folder itself.
pub(crate) fn from_here(folder: &Path) -> String {
    let here = absolute(Path::new(""));
    let path = absolute(folder);
    path.strip_prefix(&here).map_or_else(|_| shown(folder), shown)
}

/// Removes a leading `./`, which nobody would type.
fn plainly(path: PathBuf) -> PathBuf {
    match path.strip_prefix(".") {
        Ok(rest) if !rest.as_os_str().is_empty() => rest.to_owned(),
        _ => path,
    }
}

/// Makes a path absolute and removes `.` and `..`, without asking the disk: two spellings of one path become equal, while a link keeps
/// the name that the user gave it.
pub(crate) fn absolute(path: &Path) -> PathBuf {
    let whole = host::current_folder().join(path);
    let mut plain = PathBuf::new();
    for component in whole.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir => {
                plain.pop();
            }
            other => plain.push(other),
        }
    }
    plain
}
