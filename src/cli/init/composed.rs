//! What a project has that has no env file: its Compose file, which takes variables from `.env` and sets others in each service, or else its source,
//! which reads some.

use std::path::Path;

use envgate::carrier::{self, Carrier, Merge, Shelf};
use envgate::check::draft::{Asked, Found};
use envgate::schema::MAX_ENVIRONMENTS;
use envgate::source::Source;

use super::files;
use crate::models::COPY;
use crate::terminal::Problem;
use crate::{discover, host, read};

/// What a project has in place of env files.
pub(super) struct Composed {
    /// The one that `.env` is for, if anything is taken from it, and one for each service that has variables.
    pub(super) environments: Vec<Found>,
    pub(super) asked: Asked,
}

/// Returns the names of the Compose files in a folder, the main one first.
pub(super) fn names(folder: &Path) -> Vec<String> {
    let mut names = host::names(folder);
    names.retain(|name| carrier::is_compose_name(name));
    // `compose.yaml` is in front of `compose.override.yaml`.
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
