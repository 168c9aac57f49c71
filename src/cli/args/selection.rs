//! Which part of a project a command looks at: files, environments, and evidence for the age of secrets.

use std::path::PathBuf;

use clap::Args;
use jiff::Timestamp;

use super::CheckArguments;
use super::shared::{ClockArguments, KnownArguments, LedgerArgument, ReportArguments, SchemaArgument};
use super::values::{DialectName, Format, carriers, instant, store_name};

/// What of a project is looked at, and how it is read.
#[derive(Debug, Clone, Args)]
pub(crate) struct Selection {
    #[command(flatten)]
    pub(crate) schema: SchemaArgument,

    /// Only this environment, by name or alias; repeatable
    #[arg(long = "environment", short, value_name = "NAME")]
    pub(crate) environments: Vec<String>,

    /// Read the files as this loader does, whatever the schema says
    #[arg(long, short, value_name = "NAME", value_parser = DialectName)]
    pub(crate) dialect: Option<String>,

    /// Let the variables of this process override those of the files, where the loader does
    #[arg(long)]
    pub(crate) process_env: bool,

    /// Whether only the variables of this process are looked at.
    #[arg(skip)]
    pub(crate) no_files: bool,

    /// Read the files as this kind, whatever their names say; `env` is a .env file
    #[arg(long, value_name = "NAME", value_parser = carriers())]
    pub(crate) carrier: Option<String>,
}

impl Selection {
    /// All that a schema names.
    pub(super) fn of(schema: SchemaArgument) -> Selection {
        Selection {
            schema,
            environments: Vec::new(),
            dialect: None,
            process_env: false,
            no_files: false,
            carrier: None,
        }
    }
}

/// Which values a command looks at.
#[derive(Debug, Args)]
pub(crate) struct InputArguments {
    /// Env files, `-` for standard input, or one folder that holds the files the schema names
    #[arg(value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    pub(crate) paths: Vec<PathBuf>,

    #[command(flatten)]
    pub(crate) selection: Selection,

    #[command(flatten)]
    pub(crate) clock: ClockArguments,
}

impl InputArguments {
    /// The check that looks at the same.
    pub(crate) fn check(&self, evidence: EvidenceArguments) -> CheckArguments {
        CheckArguments {
            known: KnownArguments::reported(),
            report: ReportArguments {
                clock: self.clock,
                ..ReportArguments::of(Format::Human)
            },
            evidence,
            ..CheckArguments::of(self.paths.clone(), self.selection.clone())
        }
    }
}

/// What is known of the age of secrets beside their values.
#[derive(Debug, Default, Clone, Args)]
#[command(next_help_heading = "Age of secrets")]
pub(crate) struct EvidenceArguments {
    /// An export of a secret manager, `-` for standard input; repeatable. Its environment and its kind may precede it, each followed by `=`
    #[arg(long, value_name = "[ENVIRONMENT=][KIND=]FILE", value_hint = clap::ValueHint::FilePath)]
    pub(crate) evidence: Vec<String>,

    /// The key that a name in an export stands for, where the names differ; repeatable
    #[arg(long, value_name = "STORE_NAME=KEY", value_parser = store_name)]
    pub(crate) evidence_name: Vec<(String, String)>,

    /// When the exports were made, in RFC 3339 [default: now]
    #[arg(long, value_name = "INSTANT", value_parser = instant)]
    pub(crate) evidence_at: Option<Timestamp>,

    /// Treat times without an offset in exports as UTC
    #[arg(long)]
    pub(crate) assume_utc: bool,

    /// Also use the commits that last changed the lines of the env files as evidence, the weakest there is
    #[cfg(not(target_family = "wasm"))]
    #[arg(long)]
    pub(crate) evidence_git: bool,

    #[command(flatten)]
    pub(crate) ledger: LedgerArgument,
}
