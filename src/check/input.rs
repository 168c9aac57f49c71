//! One file of an environment: how it is read, and in which order files apply.

use std::rc::Rc;

#[cfg(not(feature = "yaml"))]
use crate::carrier;
#[cfg(feature = "yaml")]
use crate::carrier::Shelf;
use crate::carrier::{Carrier, Merge};
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
    /// Puts files in the order of their precedence, and keeps each .env file once, at its highest: an environment and a carrier in it may
    /// both name the file. The compact build has no carriers that are merged.
    #[must_use]
    pub fn arranged(files: Vec<FileInput>, sources: &[Source]) -> Vec<FileInput> {
        #[cfg(feature = "yaml")]
        let files = super::arranged::arranged(files, sources);
        #[cfg(not(feature = "yaml"))]
        let _ = sources;
        FileInput::once(files)
    }

    fn once(mut files: Vec<FileInput>) -> Vec<FileInput> {
        if files.len() < 2 {
            return files;
        }
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
    /// As this carrier: one part of it, or all, and as the files change it that it is merged with.
    Carried(Carrier, Option<String>, Merge),
}

static NOT_MERGED: Merge = Merge {
    cuts: Vec::new(),
    conflicts: Vec::new(),
    lent: Vec::new(),
    lent_stores: Vec::new(),
    prefix: String::new(),
};

/// How a file is read, once that is determined.
#[derive(Debug, Clone, Copy)]
pub(super) enum Manner<'i> {
    Env(&'static Dialect),
    Carried(Carrier, Option<&'i str>, &'i Merge),
}

impl<'i> Manner<'i> {
    /// Determines how a file is read in an environment with that loader.
    pub(super) fn of(sources: &[Source], file: &'i FileInput, dialect: &'static Dialect) -> Manner<'i> {
        let source = &sources[file.source.0 as usize];
        let env = || Manner::Env(dialect.for_file(source.name()));
        match &file.form {
            Form::Carried(carrier, part, merge) => Manner::Carried(*carrier, part.as_deref(), merge),
            // Which Compose it is, the environment knows.
            Form::Env(Some(own)) if own.name == "docker-compose" && dialect.name.starts_with("docker-compose@") => {
                Manner::Env(dialect)
            }
            Form::Env(Some(dialect)) => Manner::Env(dialect),
            Form::Env(None) => env(),
            Form::Detected => match Carrier::of(source) {
                Some(carrier) => Manner::Carried(carrier, None, &NOT_MERGED),
                None => env(),
            },
        }
    }

    pub(super) fn is(self, other: Manner<'_>) -> bool {
        match (self, other) {
            (Manner::Env(one), Manner::Env(other)) => std::ptr::eq(one, other),
            (Manner::Carried(one, part, merge), Manner::Carried(other, other_part, other_merge)) => {
                one == other && part == other_part && merge == other_merge
            }
            _ => false,
        }
    }

    /// Reads the file, and returns the document and the dialect that it was read by.
    pub(super) fn read(self, text: &mut Text<'_>) -> (Rc<Document>, &'static Dialect) {
        match self {
            Manner::Env(dialect) => (text.readings.by(dialect), dialect),
            Manner::Carried(carrier, part, merge) => {
                #[cfg(feature = "yaml")]
                let read = text.shelf.read(text.source.into(), carrier, part, merge);
                #[cfg(not(feature = "yaml"))]
                let read = carrier::read_merged(text.source.into(), carrier, part, merge);
                (Rc::new(read.document), read.carrier.dialect())
            }
        }
    }
}

/// A text that is read in several manners.
pub(super) struct Text<'s> {
    source: &'s Source,
    readings: Readings<'s>,
    #[cfg(feature = "yaml")]
    shelf: Shelf,
}

impl<'s> Text<'s> {
    pub(super) fn new(source: &'s Source) -> Text<'s> {
        Text {
            source,
            readings: Readings::new(source.bytes()),
            #[cfg(feature = "yaml")]
            shelf: Shelf::default(),
        }
    }

    pub(super) fn bytes(&self) -> &'s [u8] {
        self.readings.text()
    }
}
