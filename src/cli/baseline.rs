//! `envgate baseline`: records today's problems, so that `check` only reports new ones.
//!
//! The check itself finds them, and nothing is written if it could not check everything: what was not checked
//! is not known.

use std::collections::BTreeSet;
#[cfg(not(target_family = "wasm"))]
use std::path::PathBuf;

use envgate::check::quiet::baseline::FILE_NAME;
use envgate::check::quiet::is_only_waived;
#[cfg(not(target_family = "wasm"))]
use envgate::check::{Reach, quiet::Baseline};
#[cfg(not(target_family = "wasm"))]
use envgate::leak::Findings;
#[cfg(not(target_family = "wasm"))]
use envgate::source::{Source, SourceId};
#[cfg(not(target_family = "wasm"))]
use envgate::usage::Finder;
#[cfg(not(target_family = "wasm"))]
use envgate::{EnvironmentInput, Options};

use crate::args::BaselineArguments;
use crate::check::{Prepared, prepare};
#[cfg(not(target_family = "wasm"))]
use crate::history;
#[cfg(not(target_family = "wasm"))]
use crate::leaks::{self, Values};
#[cfg(not(target_family = "wasm"))]
use crate::scan;
#[cfg(not(target_family = "wasm"))]
use crate::schema::Opened;
use crate::terminal::{self, Problem, complain, note};
use crate::{FAILED, discover, host, write};

/// Runs the subcommand.
pub(crate) fn run(arguments: &BaselineArguments) -> u8 {
    let check = arguments.check();
    let Some(Prepared {
        mut run,
        environments,
        mut options,
    }) = prepare(&check)
    else {
        return FAILED;
    };
    let home = run.inputs.opened.path.parent().map(|folder| folder.join(FILE_NAME));
    let path = arguments.baseline.clone().or(home).unwrap_or_else(|| FILE_NAME.into());
    if host::exists(&path) {
        match run
            .exceptions
            .baseline(&mut run.inputs.opened, &path, check.report.format)
        {
            Some(before) => options.quiet.baseline = before,
            None => return FAILED,
        }
    }
    let (schema, sources) = (&run.inputs.opened.schema, &run.inputs.opened.sources);
    let text = envgate::check::baseline(schema, sources, &environments, &options);
    let report = run.check(&environments, &options);
    run.refuse_unchecked(&report, &environments);
    let name = discover::shown(&path);
    if run.inputs.failed {
        complain(&Problem::new(format!(
            "not everything could be checked: {name} is not written"
        )));
        return FAILED;
    }
    #[cfg(not(target_family = "wasm"))]
    let Some(text) = with_searches(arguments, run.inputs.opened, options, text) else {
        return FAILED;
    };
    if let Err(problem) = write::whole(&path, &name, text.as_bytes()) {
        complain(&problem);
        return FAILED;
    }
    let left = report.diagnostics.iter().filter(|one| is_only_waived(one.code));
    let codes: BTreeSet<&str> = left.map(|one| one.code.0).collect();
    if !codes.is_empty() {
        let codes: Vec<&str> = codes.into_iter().collect();
        note(&format!(
            "not in it, because an entry never expires, and still reported: {}; a waiver in env.waivers.json does expire",
            codes.join(", ")
        ));
    }
    let entries = text.lines().filter(|line| line.starts_with("    {")).count();
    let plural = if entries == 1 { "y" } else { "ies" };
    terminal::print(&format!("{name}: {entries} entr{plural}\n"), 0)
}

/// The same baseline, with the findings of the requested searches in the current folder.
#[cfg(not(target_family = "wasm"))]
fn with_searches(
    arguments: &BaselineArguments,
    mut opened: Opened,
    mut options: Options,
    mut text: String,
) -> Option<String> {
    let searches: [(bool, Search); 3] = [
        (arguments.leaks, with_leaks),
        (arguments.history, with_history),
        (arguments.scan, with_uses),
    ];
    for (_, search) in searches.into_iter().filter(|(is_asked, _)| *is_asked) {
        let source = Source::new(FILE_NAME, text).ok()?;
        options.quiet.baseline = Baseline::read(&source, SourceId(0), &opened.schema).ok()?;
        let (with, failed) = search(&mut opened, &options)?;
        if failed {
            complain(&Problem::new(
                "not everything could be searched: the baseline is not written",
            ));
            return None;
        }
        text = with;
    }
    Some(text)
}

/// Adds the findings to the baseline in the options. Returns whether something could not be searched, or `None` if nothing could, which has
/// been reported.
#[cfg(not(target_family = "wasm"))]
type Search = fn(&mut Opened, &Options) -> Option<(String, bool)>;

#[cfg(not(target_family = "wasm"))]
fn with_leaks(opened: &mut Opened, options: &Options) -> Option<(String, bool)> {
    let values = Values::read(opened, &[], false, false)?;
    let (findings, failed) = leaks::search(&values.needles, values.kept, opened, &[], false)?;
    let text = with_findings(findings, &values.environments, false, opened, options);
    Some((text, failed))
}

#[cfg(not(target_family = "wasm"))]
fn with_history(opened: &mut Opened, options: &Options) -> Option<(String, bool)> {
    let values = Values::read(opened, &[], false, false)?;
    let searched = history::search(&values.needles, &values.kept, opened, None);
    let (findings, failed) = searched.map_err(|problem| complain(&problem)).ok()?;
    let text = with_findings(findings, &values.environments, true, opened, options);
    Some((text, failed))
}

#[cfg(not(target_family = "wasm"))]
fn with_findings(
    findings: Findings<'_>,
    environments: &[EnvironmentInput],
    is_history: bool,
    opened: &mut Opened,
    options: &Options,
) -> String {
    let reach = Reach {
        is_whole: true,
        is_history,
        environments: environments.iter().map(|one| one.id).collect(),
        ..Reach::default()
    };
    findings.baseline(&opened.schema, &mut opened.sources, options, reach)
}

#[cfg(not(target_family = "wasm"))]
fn with_uses(opened: &mut Opened, options: &Options) -> Option<(String, bool)> {
    let finder = Finder::new(&opened.schema);
    let (findings, failed) = scan::search(&finder, opened, &[PathBuf::from(".")], false)?;
    let text = findings.baseline(&opened.schema, &mut opened.sources, options);
    Some((text, failed))
}
