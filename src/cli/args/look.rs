//! `envgate diff`, `trace` and `review`: commands that show what is there.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::selection::Selection;
use super::shared::{ClockArguments, FloorArguments};
#[cfg(not(target_family = "wasm"))]
use super::shared::{LedgerArgument, SchemaArgument};
use super::values::ListFormat;

#[derive(Debug, Args)]
#[command(
    after_help = "Compares two env files, two folders of them, two schemas, or two revisions of a repository with all of these: `A..B`, `A...B` (since they \
                  diverged), `A B`, or `A` with the work tree. For two schemas, it says what has to be set before a deployment, and what is stricter or looser than before.

What has to be set and what is newly broken are errors, what is stricter is a warning, and everything else an info.

Examples:
  envgate diff main..HEAD
  envgate diff main --format markdown
  envgate diff .env.staging .env.production

Exit codes: 0 nothing at or above --fail-on, 1 something is, 2 the job could not be done."
)]
pub(crate) struct DiffArguments {
    /// The old file, folder of files, schema or revision
    #[arg(value_name = "OLD", value_hint = clap::ValueHint::AnyPath)]
    pub(crate) old: PathBuf,

    /// The new one
    #[arg(value_name = "NEW", value_hint = clap::ValueHint::AnyPath)]
    pub(crate) new: Option<PathBuf>,

    /// With schemas or revisions: take the env files from this folder, such as those in use today, instead of from beside the schemas
    #[arg(long, value_name = "FOLDER", value_hint = clap::ValueHint::DirPath)]
    pub(crate) files: Option<PathBuf>,

    #[command(flatten)]
    pub(crate) selection: Selection,

    /// How to write the changes
    #[arg(long, short, value_enum, value_name = "FORMAT", default_value = "human")]
    pub(crate) format: ChangesFormat,

    #[command(flatten)]
    pub(crate) floor: FloorArguments,

    #[command(flatten)]
    pub(crate) clock: ClockArguments,
}

/// How changes are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ChangesFormat {
    /// One line per variable
    Human,
    /// For a pull request
    Markdown,
    /// For programs
    Json,
}

#[derive(Debug, Args)]
#[command(
    after_help = "Without KEY, all variables are listed. A first word that contains `/` or `.`, or that is a file or a folder, is not a key.

Examples:
  envgate trace --matrix
  envgate trace DATABASE_URL -e production

Exit codes: 0 traced, 1 the key was not found, 2 the job could not be done."
)]
pub(crate) struct TraceArguments {
    /// The variable, then files or a folder as for `check`
    #[arg(value_name = "KEY|FILE", value_hint = clap::ValueHint::FilePath)]
    pub(crate) words: Vec<PathBuf>,

    #[command(flatten)]
    pub(crate) selection: Selection,

    /// A line for each variable and a column for each environment: ok, missing, invalid, …
    #[arg(long, conflicts_with = "format")]
    pub(crate) matrix: bool,

    /// How to write it
    #[arg(long, short, value_enum, value_name = "FORMAT", default_value = "human")]
    pub(crate) format: ListFormat,
}

#[cfg(not(target_family = "wasm"))]
#[derive(Debug, Args)]
#[command(
    after_help = "The page checks in the browser. It is served on the loopback interface, and the files are handed out once, to whoever has the address; the browser \
                  refuses every request of the page except those to this program.

Examples:
  envgate review
  envgate review --write review.html

Exit codes: 0 opened and closed again, or written; 2 the job could not be done."
)]
pub(crate) struct ReviewArguments {
    /// Env files, or one folder that holds the files the schema names
    #[arg(value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    pub(crate) paths: Vec<PathBuf>,

    #[command(flatten)]
    pub(crate) schema: SchemaArgument,

    /// Only this environment, by name or alias; repeatable
    #[arg(long = "environment", short, value_name = "NAME")]
    pub(crate) environments: Vec<String>,

    /// An export of a secret manager, for the age of secrets; repeatable
    #[arg(long, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    pub(crate) evidence: Vec<PathBuf>,

    #[command(flatten)]
    pub(crate) ledger: LedgerArgument,

    /// Print the address instead of opening a browser
    #[arg(long)]
    pub(crate) no_open: bool,

    /// Write the page without any files to this file instead; opened from disk, it lets you choose files
    #[arg(long, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    pub(crate) write: Option<PathBuf>,

    /// Use this page [default: the one in the release]
    #[arg(long, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    pub(crate) page: Option<PathBuf>,
}

#[cfg(not(target_family = "wasm"))]
impl ReviewArguments {
    /// What of the project is looked at.
    pub(crate) fn selection(&self) -> Selection {
        Selection {
            schema: self.schema.clone(),
            environments: self.environments.clone(),
            dialect: None,
            process_env: false,
            no_files: false,
            carrier: None,
        }
    }
}
