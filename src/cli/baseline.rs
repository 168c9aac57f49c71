//! `envgate baseline`: records today's problems, so that `check` only reports new ones.
//!
//! The check itself finds them, and nothing is written if it could not check everything: what was not checked
//! is not known.

#[cfg(not(target_family = "wasm"))]
mod searched;

use std::collections::BTreeSet;
use std::path::Path;

use envgate::check::quiet::baseline::FILE_NAME;
use envgate::check::quiet::is_only_waived;

use crate::args::BaselineArguments;
use crate::check::{Prepared, prepare};
use crate::terminal::{self, Problem, complain, note};
use crate::{FAILED, discover, host, write};

/// Runs the subcommand.
pub(crate) fn run(arguments: &BaselineArguments) -> u8 {
    #[cfg(not(target_family = "wasm"))]
    if arguments.tokens_only || arguments.scan_only {
        return searched::alone(arguments);
    }
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
    let Some(text) = searched::with_searches(arguments, run.inputs.opened, options, text) else {
        return FAILED;
    };
    let written = written(&path, &name, &text);
    if written == FAILED {
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
    written
}

fn written(path: &Path, name: &str, text: &str) -> u8 {
    if let Err(problem) = write::whole(path, name, text.as_bytes()) {
        complain(&problem);
        return FAILED;
    }
    let entries = text.lines().filter(|line| line.starts_with("    {")).count();
    let plural = if entries == 1 { "y" } else { "ies" };
    terminal::print(&format!("{name}: {entries} entr{plural}\n"), 0)
}
