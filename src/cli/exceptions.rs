//! The exceptions of a project, waivers and baseline, read from beside its schema for every command that checks or
//! searches.

use std::path::{Path, PathBuf};

use envgate::check::quiet::{Baseline, Quiet, Waivers, baseline, waiver};
use envgate::schema::SchemaError;
use envgate::source::{Source, SourceId};
use jiff::Timestamp;

use crate::args::Format;
use crate::schema::{self, Opened};
use crate::terminal::{Problem, complain};
use crate::{discover, read};

/// Where the baseline is.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Known<'a> {
    /// Beside the schema, if there is one.
    Usual,
    /// In this file.
    At(&'a Path),
    /// Nowhere (`--no-baseline`): known problems are reported, too.
    Reported,
}

/// The exceptions of a project, and their files, of which reports show only the structure.
#[derive(Debug, Default)]
pub(crate) struct Exceptions {
    pub(crate) quiet: Quiet,
    pub(crate) sources: Vec<SourceId>,
    pub(crate) paths: Vec<PathBuf>,
}

impl Exceptions {
    /// Reads them. Returns `None` if that is impossible, which has been reported. With a mistake in either, nothing is checked: the check would
    /// report what it should hide, and hide what it should report.
    pub(crate) fn read(opened: &mut Opened, known: Known<'_>, now: Timestamp, format: Format) -> Option<Exceptions> {
        let mut all = Exceptions::default();
        if let Some(path) = discover::beside(&opened.path, waiver::FILE_NAME) {
            let id = all.source(opened, &path)?;
            let waivers = Waivers::read(&opened.sources[id.0 as usize], id, &opened.schema, now);
            all.quiet.waivers = waivers
                .map_err(|errors| refuse(&errors, &path, opened, id, format))
                .ok()?;
        }
        let path = match known {
            Known::Usual => discover::beside(&opened.path, baseline::FILE_NAME),
            Known::At(path) => Some(path.to_owned()),
            Known::Reported => None,
        };
        if let Some(path) = path {
            all.quiet.baseline = all.baseline(opened, &path, format)?;
        }
        Some(all)
    }

    /// Reads a baseline.
    pub(crate) fn baseline(&mut self, opened: &mut Opened, path: &Path, format: Format) -> Option<Baseline> {
        let id = self.source(opened, path)?;
        let baseline = Baseline::read(&opened.sources[id.0 as usize], id, &opened.schema);
        baseline
            .map_err(|errors| refuse(&errors, path, opened, id, format))
            .ok()
    }

    fn source(&mut self, opened: &mut Opened, path: &Path) -> Option<SourceId> {
        let name = discover::name(path, &opened.path);
        let bytes = read::file(path, &discover::shown(path));
        let source = bytes.and_then(|bytes| Source::new(name, bytes).map_err(|error| Problem::new(error.to_string())));
        match source {
            Ok(source) => opened.sources.push(source),
            Err(problem) => {
                complain(&problem);
                return None;
            }
        }
        let id = SourceId(u32::try_from(opened.sources.len() - 1).unwrap_or(u32::MAX));
        self.sources.push(id);
        self.paths.push(path.to_owned());
        Some(id)
    }
}

fn refuse(errors: &[SchemaError], path: &Path, opened: &Opened, id: SourceId, format: Format) {
    let source = &opened.sources[id.0 as usize..=id.0 as usize];
    schema::refuse(errors, path, source, format);
}
