//! `envgate hook`: a check of what git is about to take.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::{CheckArguments, ReportArguments, Selection};

#[derive(Debug, Args)]
#[command(
    after_help = "What is read is the index, or the commits that are pushed, never the work tree. Of the work tree come only the values of env files that \
                  are in no commit, to be looked for in what is.

Exit codes: 0 clean, 1 problems at or above --fail-on, 2 the job could not be done."
)]
pub(crate) struct HookArguments {
    #[command(subcommand)]
    pub(crate) command: Option<HookCommand>,

    /// Check the commits behind this one instead of the index [default: what the framework of the hook says]
    #[arg(long, value_name = "REVISION", requires = "to_ref")]
    pub(crate) from_ref: Option<String>,

    /// The last of those commits
    #[arg(long, value_name = "REVISION")]
    pub(crate) to_ref: Option<String>,

    /// Check only this of the schemas that are committed
    #[arg(long, short, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    pub(crate) schema: Option<PathBuf>,

    /// Check what is pushed, as git tells it to a pre-push hook on standard input
    #[arg(long, conflicts_with_all = ["from_ref", "to_ref"])]
    pub(crate) pre_push: bool,

    #[command(flatten)]
    pub(crate) report: ReportArguments,
}

impl HookArguments {
    /// The check of the env files of one schema.
    pub(crate) fn check(&self, schema: PathBuf, folder: PathBuf) -> CheckArguments {
        CheckArguments {
            report: self.report,
            ..CheckArguments::of(vec![folder], Selection::of(vec![schema]))
        }
    }
}

#[derive(Debug, Subcommand)]
pub(crate) enum HookCommand {
    /// Install it as a hook of plain git; a hook that is there already is kept
    Install(InstallArguments),
}

#[derive(Debug, Args)]
pub(crate) struct InstallArguments {
    /// As a pre-push hook, too
    #[arg(long)]
    pub(crate) pre_push: bool,
}
