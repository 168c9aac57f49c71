//! `envgate scan --add`: declares what the source reads and the schema lacks, so that nobody has to type it.

use std::path::{Path, PathBuf};

use envgate::carrier::Carrier;
use envgate::check::draft::{self, Addition, Draft, Found, Missing};
use envgate::report::{counted, neutralise};
use envgate::source::Source;
use envgate::usage::{self, Finder};
use envgate::{Options, schema::EnvironmentSpec};

use crate::args::ScanArguments;
use crate::exceptions::Exceptions;
use crate::schema::Opened;
use crate::terminal::{Problem, complain, note};
use crate::{discover, host, init, leaks, models, read, schema, write};

/// Writes what is missing into the schema. Returns `None` if that is impossible, which has been reported.
pub(super) fn run(arguments: &ScanArguments, roots: &[PathBuf]) -> Option<()> {
    let mut opened = schema::open(&arguments.schema.named, &arguments.paths, arguments.report.format)?;
    let missing = missing(arguments, &mut opened, roots)?;
    let name = discover::shown(&opened.path);
    if missing.is_empty() {
        note(&format!("nothing was added to {}", neutralise(&name)));
        return Some(());
    }
    match add(&opened, &missing, &name) {
        Ok(said) => note(&said),
        Err(problem) => {
            complain(&problem);
            return None;
        }
    }
    Some(())
}

/// Returns what a report would tell. So a comment, a waiver or the baseline keeps a variable out of the schema, too.
fn missing(arguments: &ScanArguments, opened: &mut Opened, roots: &[PathBuf]) -> Option<Vec<Missing>> {
    let now = arguments.report.clock.now();
    let known = arguments.known.known();
    let exceptions = Exceptions::read(opened, known, now, arguments.report.format)?;
    let finder = Finder::new(&opened.schema);
    // What can't be searched is reported by the scan that follows.
    let needles = leaks::masked(opened);
    let (mut findings, _) = super::gather(&finder, &opened.path, needles, roots, arguments.no_ignore);
    let mut missing = findings.missing(&opened.schema);
    let options = Options {
        now,
        quiet: exceptions.quiet,
        ..Options::default()
    };
    let report = findings.report(&opened.schema, &mut opened.sources, &options, false);
    usage::retain_told(&mut missing, &report);
    for one in &mut missing {
        // It is written into the schema, which people read in a terminal, too.
        one.file = neutralise(&one.file).into_owned();
    }
    Some(missing)
}

fn add(opened: &Opened, missing: &[Missing], name: &str) -> Result<String, Problem> {
    let text = str::from_utf8(opened.sources[0].bytes()).unwrap_or_default();
    let specs = opened.schema.environments();
    let folder = discover::base(&opened.path, specs);
    let example = models::model(&folder).and_then(|path| {
        let bytes = read::file(&path, &discover::shown(&path)).ok()?;
        Source::new(discover::name(&path, &opened.path), bytes).ok()
    });
    let mut environments: Vec<Found> = specs.iter().map(|spec| found(spec, &folder)).collect();
    if environments.iter().all(|found| found.files.is_empty()) {
        environments.clear();
    }
    let mut draft = Draft {
        environments: &environments,
        example: example.as_ref(),
        loaders: &[],
        asked: None,
        doubted: &[],
    };
    let extend = |draft: &Draft<'_>| {
        let additions = draft.additions(missing);
        draft::extended(text, &additions).map(|text| (additions, text))
    };
    let refused = || Problem::new(format!("nothing can be added to {name}")).help("is it one JSON object?");
    let (mut additions, mut extended) = extend(&draft).ok_or_else(refused)?;
    let doubted = init::wrongly_guessed(&extended, &environments, example.as_ref())?;
    if !doubted.is_empty() {
        draft.doubted = &doubted;
        (additions, extended) = extend(&draft).ok_or_else(refused)?;
    }
    write::file(&opened.path, name, Some(opened.sources[0].bytes()), extended.as_bytes())?;
    Ok(said(&additions, name))
}

/// The env files of an environment that are there. What is in a file of another kind is checked, but no guess is based on it.
fn found(spec: &EnvironmentSpec, folder: &Path) -> Found {
    let source = |file: &String| {
        let path = folder.join(file);
        let bytes = host::is_file(&path).then(|| read::file(&path, file).ok())??;
        Source::new(&**file, bytes).ok()
    };
    let files = spec.files.iter().filter(|file| !file.contains('#')).filter_map(source);
    Found {
        name: spec.name.clone(),
        files: files.filter(|file| Carrier::of(file).is_none()).collect(),
        is_guessed: false,
        is_to_come: false,
        dialect: spec.dialects.first().copied(),
    }
}

fn said(additions: &[Addition], name: &str) -> String {
    let secrets = additions.iter().filter(|one| one.is_secret).count();
    format!(
        "{} added to {} ({}), none of them required: read the \"$comment\" of each",
        counted(additions.len(), "key"),
        neutralise(name),
        counted(secrets, "secret")
    )
}
