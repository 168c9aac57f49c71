//! What a tool would read together with the files of an environment, although neither the schema nor the command line names it.
//!
//! Docker Compose merges `compose.override.yaml` over `compose.yaml`, but only if it is not told which files to take, and a second Compose
//! file says that it is told. Kustomize takes what its `resources` and patches name, which is not followed.

use super::input::{FileInput, Form};
use super::links::{Files, Start};
use crate::carrier::{self, Carrier, Conflict, Unread};
use crate::find;
use crate::parse::EntryError;
use crate::source::{SourceId, Span};

/// The files that Compose looks for by itself; it takes the first that exists.
const FOUND: [&str; 4] = [
    "compose.yaml",
    "compose.yml",
    "docker-compose.yml",
    "docker-compose.yaml",
];

/// The files that Compose merges over one of those; again it takes the first that exists.
const MERGED: [&str; 4] = [
    "compose.override.yml",
    "compose.override.yaml",
    "docker-compose.override.yml",
    "docker-compose.override.yaml",
];

/// The names that a kustomization can have.
const KUSTOMIZATIONS: [&str; 3] = ["kustomization.yaml", "kustomization.yml", "Kustomization"];

/// The maximum number of files that are looked at for one kustomization.
const MAX_LOOKED_AT: usize = 1000;

/// A file that an environment names.
#[derive(Debug)]
pub struct Named<P> {
    /// The file.
    pub source: SourceId,
    /// Its folder.
    pub folder: P,
}

/// Records in the files of an environment what else a tool reads with them.
pub fn note<F: Files>(files: &mut F, named: &[Named<F::Place>], inputs: &mut [FileInput]) {
    note_override(files, named, inputs);
    note_resources(files, named, inputs);
}

/// If an environment has a single Compose file, records in it another one beside it that Compose would merge over it, if that says
/// something about variables and no environment of the schema names it.
fn note_override<F: Files>(files: &mut F, named: &[Named<F::Place>], inputs: &mut [FileInput]) {
    let place = |files: &F, one: &Named<F::Place>| FOUND.iter().position(|name| *name == files.name(one.source));
    let Some((one, at)) = named.iter().find_map(|one| Some((one, place(files, one)?))) else {
        return;
    };
    let beside = |files: &F, name| files.look(&files.file(&one.folder, name));
    if FOUND[..at].iter().any(|name| beside(files, name).is_some()) {
        return;
    }
    let is_there = |name: &&&str| files.is_there(&files.file(&one.folder, name));
    let Some(&name) = MERGED.iter().find(is_there) else {
        return;
    };
    let text = beside(files, name);
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
            // Compose rejects a file that can't be read, so it counts as one that matters.
            && text.as_deref().is_none_or(|text| says_something(text, part.as_deref()))
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

/// Whether a Compose file sets, takes or removes any variable of a service, or of any service if `part` is `None`. A file with mistakes
/// might.
fn says_something(text: &[u8], part: Option<&str>) -> bool {
    let reading = carrier::read(text, Carrier::Compose, part);
    let takes = !reading.files.is_empty() || !reading.cuts.is_empty() || reading.base.is_some();
    let is_read = reading.document.errors().is_empty() && reading.included.is_empty();
    reading.has_part && (takes || !is_read || !reading.document.assignments().is_empty())
}

/// Records in each kustomization the resources and patches that are no files of the environment and may say something about variables.
fn note_resources<F: Files>(files: &mut F, named: &[Named<F::Place>], inputs: &mut [FileInput]) {
    for one in named {
        if !KUSTOMIZATIONS.contains(&files.name(one.source)) {
            continue;
        }
        let start = Start {
            source: one.source,
            carrier: Carrier::Yaml,
            part: None,
            folder: &one.folder,
        };
        let Ok(reading) = files.read(&start) else { continue };
        let mut left = MAX_LOOKED_AT;
        let mut look = Look {
            files,
            inputs,
            left: &mut left,
        };
        let is_unread = |unread: &&Unread| look.is_unread(&one.folder, &unread.path);
        let conflicts = reading.unread.iter().filter(is_unread).map(|unread| Conflict {
            span: unread.span,
            error: EntryError::NotFollowed,
        });
        let conflicts: Vec<Conflict> = conflicts.collect();
        // If several parts of it are read, it is recorded in one of them.
        let form = inputs.iter_mut().find(|input| input.source == one.source);
        if let Some(Form::Carried(_, _, merge)) = form.map(|input| &mut input.form) {
            merge.conflicts.extend(conflicts);
        }
    }
}

/// The search through what a kustomization names.
struct Look<'l, F> {
    files: &'l mut F,
    /// The files of the environment.
    inputs: &'l [FileInput],
    /// How many files may still be looked at.
    left: &'l mut usize,
}

impl<F: Files> Look<'_, F> {
    /// Whether a file or a folder that a kustomization names is not read, and may set or change variables.
    fn is_unread(&mut self, folder: &F::Place, path: &str) -> bool {
        *self.left = self.left.saturating_sub(1);
        if *self.left == 0 || path.contains("://") {
            return true;
        }
        let place = self.files.file(folder, path);
        if self.is_input(&place) {
            return false;
        }
        if let Some(text) = self.files.look(&place) {
            return may_set(&text);
        }
        let folder = self.files.folder(folder, path);
        for name in KUSTOMIZATIONS {
            let place = self.files.file(&folder, name);
            if let Some(text) = self.files.look(&place) {
                let reading = carrier::read(&*text, Carrier::Kustomize, None);
                let is_empty = reading.document.assignments().is_empty() && reading.files.is_empty();
                let is_read = self.is_input(&place) || is_empty && reading.document.errors().is_empty();
                return !is_read
                    || reading
                        .unread
                        .iter()
                        .any(|unread| self.is_unread(&folder, &unread.path));
            }
        }
        true
    }

    fn is_input(&mut self, place: &F::Place) -> bool {
        let known = self.files.known(place);
        known.is_some_and(|known| self.inputs.iter().any(|input| input.source == known))
    }
}

/// Whether a resource or a patch may set or change variables.
fn may_set(text: &[u8]) -> bool {
    let reading = carrier::read(text, Carrier::Yaml, None);
    let is_patch = || {
        ["/env", "/data"]
            .iter()
            .any(|path| find::find(text, path.as_bytes()).is_some())
    };
    reading.takes || !reading.document.assignments().is_empty() || is_patch()
}
