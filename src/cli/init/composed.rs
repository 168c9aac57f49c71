//! Where the variables of a project without env files come from: its Compose file, which takes some from `.env` and sets others in each
//! service, or else its source.

use std::path::Path;

use envgate::carrier::{self, Carrier, Merge, Shelf};
use envgate::check::draft::{Asked, Found};
use envgate::schema::MAX_ENVIRONMENTS;
use envgate::source::Source;

use super::{copies, files};
use crate::models::COPY;
use crate::terminal::Problem;
use crate::{discover, host, read};

/// What a project has in place of env files.
pub(super) struct Composed {
    /// The environment of `.env`, if the Compose file takes anything from it, and one for each service that has variables.
    pub(super) environments: Vec<Found>,
    pub(super) asked: Asked,
}

/// Returns the names of the Compose files in a folder, the main one first.
pub(super) fn names(folder: &Path) -> Vec<String> {
    let mut names = host::names(folder);
    names.retain(|name| carrier::is_compose_name(name));
    // The shortest name is the main one: `compose.yaml` comes before `compose.override.yaml`.
    names.sort_by_key(|name| (name.len(), name.clone()));
    names
}

/// Returns what the source in a folder reads, if it has any variable. Only the native program reads source.
#[cfg(not(target_family = "wasm"))]
pub(super) fn sourced(folder: &Path) -> Result<Option<Composed>, Problem> {
    let Some(asked) = crate::scan::asked(folder, &folder.join(discover::SCHEMA)) else {
        return Ok(None);
    };
    let environments = vec![to_come()?];
    Ok(Some(Composed { environments, asked }))
}

#[cfg(target_family = "wasm")]
#[allow(clippy::unnecessary_wraps, reason = "as the native program has it")]
pub(super) fn sourced(_: &Path) -> Result<Option<Composed>, Problem> {
    Ok(None)
}

/// The environment of an `.env` that is not there yet.
fn to_come() -> Result<Found, Problem> {
    let file = Source::new(COPY, b"").map_err(|error| Problem::new(error.to_string()))?;
    Ok(Found {
        name: files::ONLY.to_owned(),
        files: vec![file],
        is_guessed: false,
        is_to_come: true,
        dialect: None,
    })
}

/// Adds to the environment of each part of the system the files that its services also read, according to their `env_file`. Files that are
/// only read this way are removed as environments of their own.
pub(super) fn layer(folder: &Path, environments: &mut Vec<Found>) -> Result<(), Problem> {
    let only = |found: &Found| match found.files.as_slice() {
        [file] if found.is_guessed => Some(file.name().to_owned()),
        _ => None,
    };
    let own: Vec<String> = environments.iter().filter_map(only).collect();
    let mut lists = lists(folder);
    lists.retain(|list| list.iter().all(|file| own.contains(file)));
    lists.sort();
    lists.dedup();
    let mut layered: Vec<(&String, Vec<Source>)> = Vec::new();
    for file in &own {
        let mut ending = lists.iter().filter(|list| list.last() == Some(file));
        // If several services read different files below this one, it is left as it is.
        let (Some(list), None) = (ending.next(), ending.next()) else {
            continue;
        };
        let known = |name| {
            environments
                .iter()
                .flat_map(|found| &found.files)
                .find(|one| one.name() == name)
        };
        let files = list.iter().filter_map(|name| known(name.as_str()));
        let files = files.map(|one| copies::named(one.name(), one.bytes()));
        layered.push((file, files.collect::<Result<_, _>>()?));
    }
    let is_last = |file: &String| lists.iter().any(|list| list.last() == Some(file));
    let is_below = |file: &String| {
        layered
            .iter()
            .any(|(_, files)| files.iter().any(|one| one.name() == file))
    };
    environments.retain(|found| only(found).is_none_or(|file| is_last(&file) || !is_below(&file)));
    for found in environments {
        let file = only(found);
        if let Some(at) = layered.iter().position(|(last, _)| file.as_ref() == Some(last)) {
            found.files = layered.swap_remove(at).1;
        }
    }
    Ok(())
}

/// Returns the env files that each service of the first Compose file reads, from low to high precedence.
fn lists(folder: &Path) -> Vec<Vec<String>> {
    let Some(name) = names(folder).into_iter().next() else {
        return Vec::new();
    };
    let Ok(text) = read::file(&folder.join(&name), &name) else {
        return Vec::new();
    };
    let mut shelf = Shelf::default();
    let files = |part: String| {
        let service = shelf.read(text.as_slice().into(), Carrier::Compose, Some(&part), &Merge::default());
        let path = |path: &str| path.strip_prefix("./").unwrap_or(path).to_owned();
        service
            .files
            .iter()
            .map(|file| path(&file.path))
            .collect::<Vec<String>>()
    };
    let mut lists: Vec<Vec<String>> = carrier::read(&*text, Carrier::Compose, None)
        .parts
        .into_iter()
        .map(files)
        .collect();
    lists.retain(|list| !list.is_empty());
    lists
}

/// Returns what the first Compose file of a folder has, if it has any variable.
pub(super) fn find(folder: &Path) -> Result<Option<Composed>, Problem> {
    let Some(name) = names(folder).into_iter().next() else {
        return Ok(None);
    };
    let path = folder.join(&name);
    let text = read::file(&path, &discover::shown(&path))?;
    let source = |name: String, text: &[u8]| Source::new(name, text).map_err(|error| Problem::new(error.to_string()));
    let mut environments = Vec::new();
    let asked = Asked::of(&name, &text);
    if !asked.keys.is_empty() {
        environments.push(to_come()?);
    }
    let mut shelf = Shelf::default();
    for part in carrier::read(&*text, Carrier::Compose, None).parts {
        let service = shelf.read(text.as_slice().into(), Carrier::Compose, Some(&part), &Merge::default());
        let is_known = environments.iter().any(|known| known.name == part);
        if service.document.assignments().is_empty() || is_known || environments.len() >= MAX_ENVIRONMENTS {
            continue;
        }
        environments.push(Found {
            files: vec![source(format!("{name}#{part}"), &text)?],
            name: part,
            is_guessed: true,
            is_to_come: false,
            dialect: None,
        });
    }
    Ok((!environments.is_empty()).then_some(Composed { environments, asked }))
}
