//! One file of an environment: how it is read, and in which order files apply.

use std::rc::Rc;

use super::documents::text;
use crate::carrier::{self, Carrier, Cut, Whole};
use crate::parse::{Dialect, Document, Readings};
use crate::source::{Source, SourceId};

/// One file of an environment.
#[derive(Debug, Clone)]
pub struct FileInput {
    /// The source of the file.
    pub source: SourceId,
    /// How it is read.
    pub form: Form,
}

impl From<SourceId> for FileInput {
    fn from(source: SourceId) -> FileInput {
        FileInput {
            source,
            form: Form::Detected,
        }
    }
}

impl FileInput {
    /// Sorts files by precedence, lowest first: Secrets and ConfigMaps come before files whose containers refer to them, in whatever order
    /// they are named; and files of `env_file` come before all Compose files, since Compose merges those before reading `env_file`. What a
    /// Compose file takes away from those below it is left out.
    #[must_use]
    pub fn stores_below(mut files: Vec<FileInput>, sources: &[Source]) -> Vec<FileInput> {
        let carrier = |file: &FileInput| match &file.form {
            Form::Detected => Carrier::of(&sources[file.source.0 as usize]).map(|carrier| (carrier, None)),
            Form::Env(_) => None,
            Form::Carried(carrier, part, _) => Some((*carrier, part.clone())),
        };
        let mut carriers: Vec<Option<(Carrier, Option<String>)>> = files.iter().map(carrier).collect();
        if carriers.iter().flatten().count() < 2 {
            return files;
        }
        if cfg!(feature = "yaml") {
            cut(&mut files, &mut carriers, sources);
        }
        if let Some(first) = carriers.iter().position(Option::is_some)
            && files[first..].iter().any(of_compose)
        {
            let (below, above): (Vec<_>, Vec<_>) = files.split_off(first).into_iter().partition(of_compose);
            files.extend(below.into_iter().chain(above));
            return files;
        }
        let role = |(file, carrier): (&FileInput, Option<(Carrier, Option<String>)>)| {
            let read =
                carrier.map(|(carrier, part)| carrier::read(text(sources, file.source), carrier, part.as_deref()));
            read.map_or((false, false), |read| (read.lies_below, read.takes))
        };
        let roles: Vec<(bool, bool)> = files.iter().zip(carriers).map(role).collect();
        if !roles.iter().any(|role| role.1) {
            return files;
        }
        let (below, above): (Vec<_>, Vec<_>) = files.into_iter().zip(roles).partition(|(_, role)| role.0);
        below.into_iter().chain(above).map(|(file, _)| file).collect()
    }

    /// Keeps each .env file once, at its highest precedence: an environment and a carrier in it may both name the file.
    #[must_use]
    pub fn once(mut files: Vec<FileInput>) -> Vec<FileInput> {
        let is_env = |file: &FileInput| !matches!(file.form, Form::Carried(..));
        let count = files.iter().map(|file| file.source.0 as usize + 1).max().unwrap_or(0);
        // The files that come later, as they are seen from the end.
        let mut later = vec![false; count];
        files.reverse();
        files.retain(|file| !(is_env(file) && std::mem::replace(&mut later[file.source.0 as usize], true)));
        files.reverse();
        files
    }
}

/// How a file is to be read.
#[derive(Debug, Clone)]
pub enum Form {
    /// Determined by its name and text: as another carrier, or as a .env file of the environment's loader.
    Detected,
    /// As a .env file, by this loader or else by the environment's.
    Env(Option<&'static Dialect>),
    /// As this carrier: one part of it, or all, without what files above take away.
    Carried(Carrier, Option<String>, Vec<Cut>),
}

/// Returns whether a file is one of a service's `env_file`.
fn of_compose(file: &FileInput) -> bool {
    match file.form {
        Form::Env(Some(dialect)) => dialect.name.starts_with("docker-compose"),
        _ => false,
    }
}

/// Leaves out of Compose files, and of the files of `env_file` that come before each, what the Compose files above them take away.
fn cut(files: &mut Vec<FileInput>, carriers: &mut Vec<Option<(Carrier, Option<String>)>>, sources: &[Source]) {
    let mut cuts: Vec<(SourceId, bool, Vec<Cut>)> = Vec::new();
    let mut loses_files = false;
    let mut kept = vec![true; files.len()];
    for (index, carrier) in carriers.iter().enumerate().rev() {
        let source = files[index].source;
        let Some((carrier, part)) = carrier else {
            kept[index] = !loses_files || !of_compose(&files[index]);
            continue;
        };
        let read = carrier::read(text(sources, source), *carrier, part.as_deref());
        if read.carrier != Carrier::Compose {
            loses_files = false;
            continue;
        }
        let above = cuts.iter().filter(|(above, ..)| *above != source);
        let here = above.flat_map(|(_, is_one, cuts)| {
            // The part here may be the one that the only part there extends, whose name is another.
            let counts = move |cut: &&Cut| part.as_ref().is_none_or(|part| *is_one || cut.part == *part);
            let part = if part.is_some() { Some(String::new()) } else { None };
            cuts.iter().filter(counts).map(move |cut| Cut {
                part: part.clone().unwrap_or_else(|| cut.part.clone()),
                what: cut.what.clone(),
            })
        });
        let here: Vec<Cut> = here.collect();
        loses_files = here.iter().any(|cut| cut.what == Whole::Files);
        if !here.is_empty() {
            files[index].form = Form::Carried(*carrier, part.clone(), here);
        }
        if !read.cuts.is_empty() {
            cuts.push((source, part.is_some() || read.parts.len() < 2, read.cuts));
        }
    }
    let mut at = kept.iter();
    files.retain(|_| at.next() == Some(&true));
    let mut at = kept.iter();
    carriers.retain(|_| at.next() == Some(&true));
}

/// How a file is read, once that is determined.
#[derive(Debug, Clone, Copy)]
pub(super) enum Manner<'i> {
    Env(&'static Dialect),
    Carried(Carrier, Option<&'i str>, &'i [Cut]),
}

impl<'i> Manner<'i> {
    /// Determines how a file is read in an environment with that loader.
    pub(super) fn of(sources: &[Source], file: &'i FileInput, dialect: &'static Dialect) -> Manner<'i> {
        match &file.form {
            Form::Carried(carrier, part, cuts) => Manner::Carried(*carrier, part.as_deref(), cuts),
            // Which Compose it is, the environment knows.
            Form::Env(Some(own)) if own.name == "docker-compose" && dialect.name.starts_with("docker-compose@") => {
                Manner::Env(dialect)
            }
            Form::Env(Some(dialect)) => Manner::Env(dialect),
            Form::Env(None) => Manner::Env(dialect),
            Form::Detected => match Carrier::of(&sources[file.source.0 as usize]) {
                Some(carrier) => Manner::Carried(carrier, None, &[]),
                None => Manner::Env(dialect),
            },
        }
    }

    pub(super) fn is(self, other: Manner<'_>) -> bool {
        match (self, other) {
            (Manner::Env(one), Manner::Env(other)) => std::ptr::eq(one, other),
            (Manner::Carried(one, part, cuts), Manner::Carried(other, whole, others)) => {
                one == other && part == whole && cuts == others
            }
            _ => false,
        }
    }

    /// Reads the file, and returns the document and the dialect that it was read by.
    pub(super) fn read(self, text: &mut Readings<'_>) -> (Rc<Document>, &'static Dialect) {
        match self {
            Manner::Env(dialect) => (text.by(dialect), dialect),
            Manner::Carried(carrier, part, cuts) => {
                let read = carrier::read_without(text.text(), carrier, part, cuts);
                (Rc::new(read.document), read.carrier.dialect())
            }
        }
    }
}
