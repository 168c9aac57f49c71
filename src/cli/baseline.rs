//! `envgate baseline`: what is wrong today, written down so that `check` only tells what is new.
//!
//! It is made by the check itself, and not written if that could not check everything: what nobody looked at is not known.

use std::collections::BTreeSet;

use envgate::check::quiet::baseline::FILE_NAME;
use envgate::check::quiet::is_only_waived;

use crate::args::BaselineArguments;
use crate::check::{Prepared, prepare};
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
        match run.baseline(&path) {
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
    if let Err(problem) = write::whole(&path, &name, text.as_bytes()) {
        complain(&problem);
        return FAILED;
    }
    let left = report.diagnostics.iter().filter(|one| is_only_waived(one.code));
    let codes: BTreeSet<&str> = left.map(|one| one.code.0).collect();
    if !codes.is_empty() {
        let codes: Vec<&str> = codes.into_iter().collect();
        note(&format!(
            "not in it, because it has no end, and still told: {}; a waiver in env.waivers.json has one",
            codes.join(", ")
        ));
    }
    let entries = text.lines().filter(|line| line.starts_with("    {")).count();
    let plural = if entries == 1 { "y" } else { "ies" };
    terminal::print(&format!("{name}: {entries} entr{plural}\n"), 0)
}
