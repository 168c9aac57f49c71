//! Env files as the source of values, for commands that search for those values elsewhere: which further files a carrier includes, and
//! whether anything in a file could be read.

use std::path::{Path, PathBuf};

use envgate::EnvironmentInput;
use envgate::carrier::{self, Carrier, Merge};
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
    /// A service that another extends, or a file that is included; and the folder from which the paths in it start.
    Base(Input, PathBuf),
}

/// Returns how a file of an environment is read.
pub(crate) fn form(input: &Input, source: &Source) -> Form {
    let carried = |carrier| Form::Carried(carrier, input.part().map(str::to_owned), Merge::default());
    Carrier::of(source).map_or(Form::Detected, carried)
}

/// Returns the files that a file of an environment includes. Its paths start from a folder.
pub(crate) fn taken(input: &Input, folder: &Path, source: &Source) -> Vec<Taken> {
    let Some(carrier) = Carrier::of(source) else {
        return Vec::new();
    };
    let other = |input: Input, folder: Option<PathBuf>| {
        let folder = folder.unwrap_or_else(|| input.folder().to_owned());
        Taken::Base(input, folder)
    };
    let reading = carrier::read(source, carrier, input.part());
    let taken = reading.files.iter();
    let taken = taken.map(|file| Taken::Env(folder.join(&file.path), file.dialect));
    let base = reading.base.as_ref();
    let base = base.map(|base| other(Input::Part(folder.join(&base.path), base.part.clone()), None));
    // The files of all services: more than a single service needs, but none is missed.
    let included = reading.included.iter().flat_map(|included| {
        let first = included.paths.first().map(|path| Input::File(folder.join(path)));
        let own = included.folder.as_ref().map(|own| folder.join(own));
        let own = own.or_else(|| Some(first.as_ref()?.folder().to_owned()));
        let paths = included.paths.iter();
        paths.map(move |path| other(Input::File(folder.join(path)), own.clone()))
    });
    taken.chain(base).chain(included).collect()
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
            let reading = carrier::read(source, *carrier, part.as_deref());
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
