//! Loaders that choose their files by mode: they read `.env` in every mode, whatever a schema lists.

use std::path::Path;

use envgate::check::draft;
use envgate::schema::{EnvironmentSpec, Schema};

use crate::host;
use crate::ignored::Ignored;
use crate::models::COPY;
use crate::terminal::note;

/// Notes which environments list the file of a mode but not `.env`, although their loader reads that, too: what `.env` sets is not checked in
/// them. If git ignores `.env`, it is a developer's own and does not reach those environments.
pub(crate) fn note_left_out(schema: &Schema, folder: &Path) {
    let specs = schema.environments();
    let loader = |spec: &EnvironmentSpec| draft::modes(spec.dialects.first()?).map(|(loader, _)| loader);
    let is_base = |file: &String| file == COPY;
    // The disk is asked last, since most schemas name no such loader.
    let has_one = specs.iter().any(|spec| loader(spec).is_some())
        && specs.iter().any(|spec| spec.files.iter().any(is_base))
        && host::is_file(&folder.join(COPY));
    if !has_one {
        return;
    }
    let is_of_mode = |spec: &EnvironmentSpec| {
        let mut parts = spec.files.iter().filter_map(|file| file.strip_prefix(".env."));
        parts.any(|mode| mode != "local" && host::is_file(&folder.join(format!(".env.{mode}"))))
    };
    let left_out: Vec<(&str, &str)> = specs
        .iter()
        .filter(|spec| !spec.files.iter().any(is_base) && is_of_mode(spec))
        .filter_map(|spec| Some((&*spec.name, loader(spec)?)))
        .collect();
    if left_out.is_empty() || Ignored::above(folder).within(folder).leaves_out(&folder.join(COPY)) {
        return;
    }
    for (name, loader) in left_out {
        note(&format!(
            "{name} does not list {COPY}, which {loader} reads in every mode: what only that sets is not checked in it"
        ));
    }
}
