//! Env files as the source of values, for commands that search for those values elsewhere: which further files a carrier includes, and
//! whether anything in a file could be read.

use std::path::{Path, PathBuf};

use envgate::EnvironmentInput;
use envgate::carrier::{self, Carrier};
use envgate::check::{FileInput, Form, sets_nothing};
use envgate::parse::Dialect;
use envgate::schema::EnvironmentId;
use envgate::source::Source;

use crate::plan::Input;
use crate::schema::Opened;
use crate::terminal::Problem;

/// A file that a carrier includes, and how.
pub(crate) enum Taken {
    /// A .env file, and the loader that reads it.
    Env(PathBuf, &'static Dialect),
    /// A service that another extends, or a file that is included.
    Base(Input),
}

/// Returns how a file of an environment is read, and the files that it includes.
pub(crate) fn taken(input: &Input, source: &Source) -> (Form, Vec<Taken>) {
    let Some(carrier) = Carrier::of(source) else {
        return (Form::Detected, Vec::new());
    };
    let part = match input {
        Input::Part(_, part) => Some(part.clone()),
        Input::File(_) | Input::Stdin => None,
    };
    let folder = input.path().and_then(Path::parent).unwrap_or(Path::new(""));
    let reading = carrier::read(source.bytes(), carrier, part.as_deref());
    let taken = reading.files.iter();
    let taken = taken.map(|file| Taken::Env(folder.join(&file.path), file.dialect));
    let base = reading.base.as_ref();
    let base = base.map(|base| Taken::Base(Input::Part(folder.join(&base.path), base.part.clone())));
    // Those of all services: more than one service needs, but none is missed.
    let included = reading.included.iter().flat_map(|included| &included.paths);
    let included = included.map(|path| Taken::Base(Input::File(folder.join(path))));
    let taken = taken.chain(base).chain(included).collect();
    (Form::Carried(carrier, part, Vec::new()), taken)
}

/// The problem with a file that is not empty but holds no readable variable: a search for its values would find nothing.
pub(crate) fn unread(opened: &Opened, id: EnvironmentId, file: &FileInput) -> Option<Problem> {
    let alone = EnvironmentInput::new(id, [file.clone()]);
    if !sets_nothing(&opened.schema, &opened.sources, &alone) {
        return None;
    }
    let source = &opened.sources[file.source.0 as usize];
    let is_right = match &file.form {
        Form::Carried(carrier, part, _) => {
            let reading = carrier::read(source.bytes(), *carrier, part.as_deref());
            reading.document.errors().is_empty()
        }
        Form::Detected | Form::Env(_) => {
            let mut lines = source.bytes().split(|byte| matches!(byte, b'\n' | b'\r'));
            lines.all(|line| matches!(line.trim_ascii_start().first(), None | Some(b'#')))
        }
    };
    let name = source.name();
    let problem = || {
        Problem::new(format!(
            "no variable of {name} could be read: its values can't be searched for"
        ))
        .help(format!("`envgate check` says why; is {name} saved as UTF-8?"))
    };
    (!is_right).then(problem)
}
