//! Commands that write a schema, check one or generate from one, and those about the program itself.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::shared::SchemaArgument;
use super::values::ListFormat;

#[derive(Debug, Args)]
#[command(
    after_help = "No value goes into the schema, and an existing schema is not overwritten.

Examples:
  envgate init
  envgate init --from .env.schema

Exit codes: 0 written, 2 the job could not be done."
)]
pub(crate) struct InitArguments {
    /// The folder with the env files, into which the schema is written [default: the current one]
    #[arg(value_name = "FOLDER", value_hint = clap::ValueHint::DirPath)]
    pub(crate) folder: Option<PathBuf>,

    /// Carry over this schema of another tool, instead of guessing: .env.schema (varlock, @env-spec), Envfile (dotenvx), JSON of dotenv-linter,
    /// JSON or YAML of zenv, JSON Schema
    #[arg(long, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    pub(crate) from: Option<PathBuf>,
}

/// The end of the help of a command that writes a file from a schema, with `words` as the example.
macro_rules! generated {
    ($words:literal) => {
        concat!(
            concat!("Examples:\n  envgate ", $words, "\n  envgate ", $words, " --check\n\n"),
            "Exit codes: 0 written or up to date, 1 out of date with --check, 2 the job could not be done."
        )
    };
}
pub(super) use generated;

/// What is written from a schema, and where to.
#[derive(Debug, Args)]
pub(crate) struct GenerateArguments {
    #[command(flatten)]
    pub(crate) schema: SchemaArgument,

    /// Write to this file [default: standard output]
    #[arg(long, short, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    pub(crate) output: Option<PathBuf>,

    /// Write nothing, and check whether the file is up to date
    #[arg(long)]
    pub(crate) check: bool,
}

#[derive(Debug, Args)]
#[command(after_help = generated!("types --output env.d.ts"))]
pub(crate) struct TypesArguments {
    #[command(flatten)]
    pub(crate) generate: GenerateArguments,

    /// Declare the variables of `process.env` as well
    #[arg(long)]
    pub(crate) process_env: bool,
}

#[derive(Debug, Args)]
pub(crate) struct RulesArguments {
    /// How to write the list; `json` includes what `explain` says
    #[arg(long, short, value_enum, value_name = "FORMAT", default_value = "human")]
    pub(crate) format: ListFormat,
}

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  envgate explain missing-required
  envgate explain preset:pci-dss-4.0.1

Exit codes: 0 explained, 2 there is no such rule or preset.")]
pub(crate) struct ExplainArguments {
    /// The rule's code, as shown in brackets in a report, or preset:NAME
    #[arg(value_name = "CODE")]
    pub(crate) code: String,
}

#[derive(Debug, Subcommand)]
pub(crate) enum SchemaCommand {
    /// Check the schema and nothing else
    Check(SchemaArguments),
    /// Print the JSON Schema by which editors complete and check env.schema.json
    #[command(
        after_help = "Example: keep a copy beside the schema, and name it there as \"$schema\": \"./env.schema.v1.json\"
  envgate schema print > env.schema.v1.json

Exit code: 0."
    )]
    Print,
}

#[derive(Debug, Args)]
#[command(after_help = "Exit codes: 0 no mistakes, 2 mistakes, or no schema that can be read.")]
pub(crate) struct SchemaArguments {
    /// The schema [default: the nearest env.schema.json, here or in a parent folder]
    #[arg(value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    pub(crate) file: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct CompletionsArguments {
    /// The shell
    #[arg(value_name = "SHELL")]
    pub(crate) shell: clap_complete::Shell,
}

#[derive(Debug, Args)]
pub(crate) struct ManArguments {
    /// The page of one command
    #[arg(value_name = "COMMAND")]
    pub(crate) command: Option<String>,
}
