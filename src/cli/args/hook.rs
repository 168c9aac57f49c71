//! `envgate hook`: a check of what git is about to take.

use std::path::PathBuf;

use clap::builder::NonEmptyStringValueParser;
use clap::{Args, Subcommand};

use super::shared::{ReportArguments, SchemaArgument};
use super::{CheckArguments, Selection};

#[derive(Debug, Args)]
#[command(
    after_help = "Reads the index, or the commits being pushed, never the work tree. Env files that are in no commit are the exception: their values are \
                  read from the work tree, and searched for in what is committed.

Examples:
  envgate hook install --pre-push
  envgate hook
  envgate hook --from-ref main --to-ref HEAD
  envgate hook install --pre-receive

Exit codes: 0 clean, 1 problems at or above --fail-on, 2 the job could not be done."
)]
pub(crate) struct HookArguments {
    #[command(subcommand)]
    pub(crate) command: Option<HookCommand>,

    /// Check the commits after this one instead of the index [default: as the hook framework says]
    // One that is empty, as from a variable that is not set, would stand for the index, or for everything that no remote has.
    #[arg(long, value_name = "REVISION", requires = "to_ref", value_parser = NonEmptyStringValueParser::new())]
    pub(crate) from_ref: Option<String>,

    /// The last of those commits
    #[arg(long, value_name = "REVISION", value_parser = NonEmptyStringValueParser::new())]
    pub(crate) to_ref: Option<String>,

    /// Check only this one of the committed schemas
    #[arg(long, short, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    pub(crate) schema: Option<PathBuf>,

    /// Check what is pushed, which git passes to a pre-push hook on standard input
    #[arg(long, conflicts_with_all = ["from_ref", "to_ref"])]
    pub(crate) pre_push: bool,

    /// Check what a server is about to take, which git passes to its pre-receive hook on standard input; nothing on its disk is read
    #[arg(long, conflicts_with_all = ["from_ref", "to_ref", "pre_push", "remote"])]
    pub(crate) pre_receive: bool,

    /// The remote that is pushed to, which git passes to a pre-push hook as its first argument: what only other remotes have is new
    /// to it [default: as the hook framework says, or any remote]
    #[arg(long, value_name = "NAME")]
    pub(crate) remote: Option<String>,

    /// Search the message of the commit, whose file git passes to a commit-msg hook as its first argument
    #[arg(long, value_name = "FILE", conflicts_with_all = ["from_ref", "to_ref", "pre_push", "pre_receive"], value_hint = clap::ValueHint::FilePath)]
    pub(crate) commit_msg: Option<PathBuf>,

    #[command(flatten)]
    pub(crate) report: ReportArguments,
}

impl HookArguments {
    /// The check of the env files of one schema.
    pub(crate) fn check(&self, schema: PathBuf, folder: PathBuf) -> CheckArguments {
        CheckArguments {
            report: self.report,
            ..CheckArguments::of(vec![folder], Selection::of(SchemaArgument { named: vec![schema] }))
        }
    }
}

#[derive(Debug, Subcommand)]
pub(crate) enum HookCommand {
    /// Install it as a plain git hook; an existing hook is kept
    Install(InstallArguments),
}

#[derive(Debug, Args)]
pub(crate) struct InstallArguments {
    /// Also as a pre-push hook
    #[arg(long)]
    pub(crate) pre_push: bool,

    /// Also as a commit-msg hook
    #[arg(long)]
    pub(crate) commit_msg: bool,

    /// Instead as the pre-receive hook of a repository on a server
    #[arg(long, conflicts_with_all = ["pre_push", "commit_msg"])]
    pub(crate) pre_receive: bool,
}
