//! `envgate leaks` and `envgate scan`: searches over many files.

use std::path::PathBuf;

use clap::Args;

use super::shared::{KnownArguments, ReportArguments, SchemaArgument};

#[derive(Debug, Args)]
#[command(
    after_help = "Looks for the values of all secrets in the env files that the schema names, in every common encoding, and for tokens of known \
                  formats. The env files themselves may hold them. Nothing that is found is printed.

Examples:
  envgate leaks
  envgate leaks dist server.log
  docker logs web 2>&1 | envgate leaks -
  envgate leaks --history
  envgate leaks --history=main..HEAD
  envgate leaks --tokens-only --history

Exit codes: 0 clean, 1 problems at or above --fail-on, 2 something could not be searched."
)]
pub(crate) struct LeaksArguments {
    /// Files and folders to search, `-` for standard input [default: the current folder]
    #[arg(value_name = "PATH", value_hint = clap::ValueHint::AnyPath)]
    pub(crate) paths: Vec<PathBuf>,

    #[command(flatten)]
    pub(crate) schema: SchemaArgument,

    /// Search all that was ever committed: every version of every file of all branches and tags, and the messages; or of REVISIONS, as git
    /// writes them
    #[arg(long, value_name = "REVISIONS", num_args = 0..=1, require_equals = true, default_missing_value = "")]
    #[arg(conflicts_with_all = ["paths", "no_ignore"])]
    pub(crate) history: Option<String>,

    /// Look for tokens of known formats only, which needs neither a schema nor env files
    #[arg(long, conflicts_with = "process_env")]
    pub(crate) tokens_only: bool,

    /// Also look for the values that secrets have in the environment of this process
    #[arg(long)]
    pub(crate) process_env: bool,

    /// Also search what ignore files exclude
    #[arg(long)]
    pub(crate) no_ignore: bool,

    #[command(flatten)]
    pub(crate) known: KnownArguments,

    #[command(flatten)]
    pub(crate) report: ReportArguments,
}

#[derive(Debug, Args)]
#[command(
    after_help = "Reads JavaScript and TypeScript (Node, Bun, Deno, Vite, Vue, Svelte, Astro), Python, Rust, Go, Ruby, PHP, Java, Kotlin, Scala, C#, C, Elixir, \
                  Prisma, shells, Compose and Dockerfiles. Skips what ignore files name, and node_modules, vendor, dist and the like. Unused keys are only reported \
                  if the schema's folder, or one above it, was searched.

Examples:
  envgate scan
  envgate scan src --list
  envgate scan --add

Exit codes: 0 clean, 1 problems at or above --fail-on, 2 something could not be searched."
)]
pub(crate) struct ScanArguments {
    /// Files and folders to search [default: the current folder]
    #[arg(value_name = "PATH", value_hint = clap::ValueHint::AnyPath)]
    pub(crate) paths: Vec<PathBuf>,

    #[command(flatten)]
    pub(crate) schema: SchemaArgument,

    /// Also search what is excluded
    #[arg(long)]
    pub(crate) no_ignore: bool,

    /// Declare in the schema what is missing there, with a guess at what it is; nothing is required, and a name that may be misspelt is left out
    #[arg(long, conflicts_with = "list")]
    pub(crate) add: bool,

    /// List every variable with all places where it is read, instead of problems; as `human` or `json`
    #[arg(long, conflicts_with_all = ["fail_on", "baseline", "no_baseline"])]
    pub(crate) list: bool,

    #[command(flatten)]
    pub(crate) known: KnownArguments,

    #[command(flatten)]
    pub(crate) report: ReportArguments,
}
