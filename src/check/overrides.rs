//! What Docker Compose merges over a file by itself, although nobody named it: `compose.override.yaml` beside `compose.yaml`. It does so
//! only if it is not told which files to take, so a second Compose file in an environment says that it is told.

use super::input::{FileInput, Form};
use super::links::{Files, Start};
use crate::carrier::{self, Carrier, Conflict};
use crate::parse::EntryError;
use crate::source::{SourceId, Span};

/// The files that Compose looks for; it takes the first that exists.
const FOUND: [&str; 4] = [
    "compose.yaml",
    "compose.yml",
    "docker-compose.yml",
    "docker-compose.yaml",
];

/// What it merges over any of them; again the first that exists.
const MERGED: [&str; 4] = [
    "compose.override.yml",
    "compose.override.yaml",
    "docker-compose.override.yml",
    "docker-compose.override.yaml",
];

/// A file that an environment names.
#[derive(Debug)]
pub struct Named<P> {
    /// The file.
    pub source: SourceId,
    /// Its folder.
    pub folder: P,
}

/// Records in the only Compose file of an environment if there is one beside it that Compose would merge over it, that says something
/// about variables, and that the schema names in no environment.
pub fn note<F: Files>(files: &mut F, named: &[Named<F::Place>], inputs: &mut [FileInput]) {
    let place = |files: &F, one: &Named<F::Place>| FOUND.iter().position(|name| *name == files.name(one.source));
    let Some((one, at)) = named.iter().find_map(|one| Some((one, place(files, one)?))) else {
        return;
    };
    let beside = |files: &F, name| files.look(&files.file(&one.folder, name));
    if FOUND[..at].iter().any(|name| beside(files, name).is_some()) {
        return;
    }
    let Some((name, text)) = MERGED.iter().find_map(|name| Some((*name, beside(files, name)?))) else {
        return;
    };
    let mut specs = files.schema().environments().iter().flat_map(|spec| &spec.files);
    let is_named = specs.any(|file| {
        let file = file.rsplit('/').next().unwrap_or(file);
        file.split('#').next() == Some(name)
    });
    let mut others = named.iter().filter(|other| other.source != one.source);
    if is_named || others.any(|other| is_compose(files, other)) {
        return;
    }
    for input in inputs.iter_mut().filter(|input| input.source == one.source) {
        if let Form::Carried(_, part, merge) = &mut input.form
            && says_something(&text, part.as_deref())
        {
            merge.conflicts.push(Conflict {
                span: Span::new(0, 0),
                error: EntryError::Override(name),
            });
        }
    }
}

fn is_compose<F: Files>(files: &mut F, named: &Named<F::Place>) -> bool {
    let start = Start {
        source: named.source,
        carrier: Carrier::Yaml,
        part: None,
        folder: &named.folder,
    };
    let is_yaml = [".yaml", ".yml"]
        .iter()
        .any(|end| files.name(named.source).ends_with(end));
    is_yaml && matches!(files.read(&start), Ok(reading) if reading.carrier == Carrier::Compose)
}

/// Whether a Compose file sets, takes or takes away anything of a service, or of any; one that is wrong might.
fn says_something(text: &[u8], part: Option<&str>) -> bool {
    let reading = carrier::read(text, Carrier::Compose, part);
    let takes = !reading.files.is_empty() || !reading.cuts.is_empty() || reading.base.is_some();
    let is_read = reading.document.errors().is_empty() && reading.included.is_empty();
    reading.has_part && (takes || !is_read || !reading.document.assignments().is_empty())
}
