//! `envgate leaks` and `envgate scan`: searches over many files.

use std::path::PathBuf;

use clap::Args;

use super::shared::{KnownArguments, ReportArguments};

#[derive(Debug, Args)]
#[command(
    after_help = "The values of all secrets in the env files that the schema names are looked for, in every usual encoding, and tokens of known
formats besides. The env files may hold their own. Nothing that is found is printed.

Exit codes: 0 clean, 1 problems at or above --fail-on, 2 something could not be searched."
)]
pub(crate) struct LeaksArguments {
    /// Files and folders to search, `-` for standard input [default: the current folder]
    #[arg(value_name = "PATH", value_hint = clap::ValueHint::AnyPath)]
    pub(crate) paths: Vec<PathBuf>,

    /// The schema [default: the next env.schema.json, here or in a folder above]
    #[arg(long, short, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    pub(crate) schema: Vec<PathBuf>,

    /// Look for the values that secrets have in the environment of this process, too
    #[arg(long)]
    pub(crate) process_env: bool,

    /// Search what ignore files leave out, too
    #[arg(long)]
    pub(crate) no_ignore: bool,

    #[command(flatten)]
    pub(crate) known: KnownArguments,

    #[command(flatten)]
    pub(crate) report: ReportArguments,
}

#[derive(Debug, Args)]
#[command(
    after_help = "Found are JavaScript and TypeScript (Node, Bun, Deno, Vite, Vue, Svelte, Astro), Python, Rust, Go, Ruby, PHP, Java, Kotlin, Scala, C#, C, Elixir,
Prisma, shells, Compose and Dockerfiles. Left out are what ignore files name, node_modules, vendor, dist and their like. That a key is used nowhere is only told
when the folder of the schema, or one above, was searched.

Exit codes: 0 clean, 1 problems at or above --fail-on, 2 something could not be searched."
)]
pub(crate) struct ScanArguments {
    /// Files and folders to search [default: the current folder]
    #[arg(value_name = "PATH", value_hint = clap::ValueHint::AnyPath)]
    pub(crate) paths: Vec<PathBuf>,

    /// The schema [default: the next env.schema.json, here or in a folder above]
    #[arg(long, short, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    pub(crate) schema: Vec<PathBuf>,

    /// Search what is left out, too
    #[arg(long)]
    pub(crate) no_ignore: bool,

    /// List every variable with all places where it is read, instead of what is wrong; as `human` or `json`
    #[arg(long, conflicts_with_all = ["fail_on", "baseline", "no_baseline"])]
    pub(crate) list: bool,

    #[command(flatten)]
    pub(crate) known: KnownArguments,

    #[command(flatten)]
    pub(crate) report: ReportArguments,
}
