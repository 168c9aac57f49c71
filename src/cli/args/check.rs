//! `envgate check`, and the commands that begin with a check: `baseline`, `fix` and `run`.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::Args;

use super::selection::{EvidenceArguments, Selection};
use super::shared::{ClockArguments, KnownArguments, ReportArguments, SchemaArgument};
use super::values::{Format, Output, PhaseName, output};

#[derive(Debug, Clone, Args)]
#[command(
    after_help = "Without FILE, all environments of the schema are checked with the files that it names for them. Several schemas (--recursive, \
                  or --schema several times) are checked one after the other and reported together, in JSON as `schemas/reports.v1.schema.json` says.

Examples:
  envgate check                                all environments
  envgate check -e production                  one of them
  envgate check .env.staging                   the environment of this file
  envgate check compose.yaml#web -e production
  envgate check -f concise -o sarif=envgate.sarif

Exit codes: 0 clean, 1 problems at or above --fail-on, 2 the job could not be done."
)]
pub(crate) struct CheckArguments {
    /// Env files or other files with variables, `FILE#PART` for one service or container of a file, `-` for standard input, or
    /// one folder that holds the files the schema names
    #[arg(value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    pub(crate) paths: Vec<PathBuf>,

    #[command(flatten)]
    pub(crate) selection: Selection,

    /// Check every schema in the current folder and below it, each with the files beside it; skips hidden folders, links, folders of build
    /// output and installed packages, and what `.gitignore` excludes
    #[arg(long, short)]
    pub(crate) recursive: bool,

    /// The phase the gate runs in; without it, keys of all phases are required
    #[arg(long, value_enum, value_name = "PHASE")]
    pub(crate) phase: Option<PhaseName>,

    #[command(flatten)]
    pub(crate) known: KnownArguments,

    #[command(flatten)]
    pub(crate) report: ReportArguments,

    /// Also write the report to a file, in any format; repeatable
    #[arg(long = "output", short, value_name = "FORMAT=FILE", value_parser = output)]
    pub(crate) outputs: Vec<Output>,

    #[command(flatten)]
    pub(crate) evidence: EvidenceArguments,
}

impl CheckArguments {
    /// The check of these files without further words.
    pub(super) fn of(paths: Vec<PathBuf>, selection: Selection) -> CheckArguments {
        CheckArguments {
            paths,
            selection,
            recursive: false,
            phase: None,
            known: KnownArguments::default(),
            report: ReportArguments::of(Format::Human),
            outputs: Vec::new(),
            evidence: EvidenceArguments::default(),
        }
    }
}

#[derive(Debug, Args)]
#[command(
    after_help = "All environments of the schema are checked with the files that it names for them. Entries for environments without a file here \
                  stay as they are; so do those for leaks without --leaks, for the history without --history, and for source without --scan.

Examples:
  envgate baseline
  envgate baseline --leaks --history --scan
  envgate baseline --history --tokens-only

Exit codes: 0 written, 2 the job could not be done."
)]
pub(crate) struct BaselineArguments {
    /// The folder that holds the files the schema names
    #[arg(value_name = "FOLDER", value_hint = clap::ValueHint::DirPath)]
    pub(crate) folder: Option<PathBuf>,

    #[command(flatten)]
    pub(crate) schema: SchemaArgument,

    /// Write to this file [default: env.baseline.json beside the schema]
    #[arg(long, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    pub(crate) baseline: Option<PathBuf>,

    /// Also record what `envgate leaks` finds in the current folder
    #[cfg(not(target_family = "wasm"))]
    #[arg(long)]
    pub(crate) leaks: bool,

    /// Also record what `envgate leaks --history` finds, each with its commit
    #[cfg(not(target_family = "wasm"))]
    #[arg(long)]
    pub(crate) history: bool,

    /// Record tokens of known formats only, which needs neither a schema nor env files; with --leaks, --history or both
    #[cfg(not(target_family = "wasm"))]
    #[arg(long, conflicts_with_all = ["folder", "scan"])]
    pub(crate) tokens_only: bool,

    /// Also record what `envgate scan` finds in the current folder
    #[cfg(not(target_family = "wasm"))]
    #[arg(long)]
    pub(crate) scan: bool,

    /// Record what `envgate scan` finds only, which needs no env files
    #[cfg(not(target_family = "wasm"))]
    #[arg(long, conflicts_with_all = ["folder", "scan", "leaks", "history", "tokens_only"])]
    pub(crate) scan_only: bool,

    #[command(flatten)]
    pub(crate) clock: ClockArguments,
}

impl BaselineArguments {
    /// The check whose diagnostics are written down.
    pub(crate) fn check(&self) -> CheckArguments {
        CheckArguments {
            known: KnownArguments::reported(),
            report: ReportArguments {
                clock: self.clock,
                ..ReportArguments::of(Format::Concise)
            },
            ..CheckArguments::of(
                self.folder.iter().cloned().collect(),
                Selection::of(self.schema.clone()),
            )
        }
    }
}

#[derive(Debug, Args)]
#[command(
    after_help = "What all declared loaders agree on is never changed without --unsafe. Every other byte stays as it is.

Examples:
  envgate fix --diff
  envgate fix .env.production

Exit codes: 0 fixed, or nothing to fix; 1 with --dry-run or --diff: there is something to fix; 2 the job could not be done."
)]
pub(crate) struct FixArguments {
    /// Env files, or one folder that holds the files the schema names
    #[arg(value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    pub(crate) paths: Vec<PathBuf>,

    #[command(flatten)]
    pub(crate) schema: SchemaArgument,

    /// Say what would be fixed, and change nothing
    #[arg(long)]
    pub(crate) dry_run: bool,

    /// Show what would be changed, values masked, and change nothing
    #[arg(long)]
    pub(crate) diff: bool,

    /// Also apply fixes that decide what a `$` or a backslash means, or change what all loaders see
    #[arg(long = "unsafe")]
    pub(crate) unsafe_fixes: bool,
}

impl FixArguments {
    /// The check whose fixes are applied.
    pub(crate) fn check(&self) -> CheckArguments {
        CheckArguments {
            known: KnownArguments::reported(),
            report: ReportArguments::of(Format::Concise),
            ..CheckArguments::of(self.paths.clone(), Selection::of(self.schema.clone()))
        }
    }
}

#[derive(Debug, Args)]
#[command(
    after_help = "Checks what a program that reads the environment's files sees: the variables of those that exist here, with those of the process on top. \
                  The program is passed the variables of the process only: if it reads no file, check it with --no-files. Without --environment, the variable that `environmentKey` names says which environment it is.

Examples:
  envgate run -- node server.js
  envgate run -e production --no-files -- ./server

Exit codes: the program's own; 1 the check found problems, so it was not started; 2 the check could not be done; \
                  126 the program could not be started; 127 there is no such program."
)]
pub(crate) struct LaunchArguments {
    #[command(flatten)]
    pub(crate) schema: SchemaArgument,

    /// The environment it runs in, by name or alias
    #[arg(long, short, value_name = "NAME")]
    pub(crate) environment: Option<String>,

    /// Env files that the program reads; repeatable [default: those that the schema names and that exist here]
    #[arg(long = "file", short, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    pub(crate) files: Vec<PathBuf>,

    /// Check the variables of the process alone, for a program that reads no env file
    #[arg(long, conflicts_with = "files")]
    pub(crate) no_files: bool,

    /// The phase; keys of other phases are not required
    #[arg(long, value_enum, value_name = "PHASE", default_value = "run")]
    pub(crate) phase: PhaseName,

    /// The program and its arguments, after `--`
    #[arg(last = true, required = true, value_name = "COMMAND", value_hint = clap::ValueHint::CommandWithArguments)]
    pub(crate) command: Vec<OsString>,
}

impl LaunchArguments {
    /// The check that comes first.
    pub(crate) fn check(&self) -> CheckArguments {
        let selection = Selection {
            environments: self.environment.iter().cloned().collect(),
            process_env: true,
            no_files: self.no_files,
            ..Selection::of(self.schema.clone())
        };
        CheckArguments {
            phase: Some(self.phase),
            ..CheckArguments::of(self.files.clone(), selection)
        }
    }
}
