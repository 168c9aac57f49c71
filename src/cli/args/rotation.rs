//! `envgate rotation`: ages, and the ledger of changes.

use clap::{Args, Subcommand, ValueEnum};
use envgate::report::ages::calendar::Names;
use envgate::rotation::ledger::Reason;
use jiff::Timestamp;

use super::shared::LedgerArgument;
use super::values::{date, reason};
use super::{ClockArguments, EvidenceArguments, InputArguments};

#[derive(Debug, Args)]
#[command(
    args_conflicts_with_subcommands = true,
    after_help = "Examples:
  envgate rotation
  envgate rotation --evidence production=export.json --fail-on due-soon
  envgate rotation --format ics --redact-names

Exit codes: 0 nothing at or above --fail-on, 1 something is, 2 the job could not be done."
)]
pub(crate) struct RotationArguments {
    #[command(subcommand)]
    pub(crate) command: Option<RotationCommand>,

    #[command(flatten)]
    pub(crate) inputs: InputArguments,

    /// How to write the ages
    #[arg(long, short, value_enum, value_name = "FORMAT", default_value = "human")]
    pub(crate) format: AgeFormat,

    /// With --format ics: leave out the names of keys, and what reveals them
    #[arg(long)]
    pub(crate) redact_names: bool,

    /// Exit with 1 for these; overdue secrets count with each but `never`
    #[arg(
        long,
        value_enum,
        value_name = "VERDICT",
        value_delimiter = ',',
        default_value = "overdue"
    )]
    pub(crate) fail_on: Vec<AgeFloor>,

    // Flattened last, because options after it would appear under its heading in the help.
    #[command(flatten)]
    pub(crate) evidence: EvidenceArguments,
}

impl RotationArguments {
    /// What a calendar says of keys.
    pub(crate) fn names(&self) -> Names {
        if self.redact_names {
            Names::Redacted
        } else {
            Names::Shown
        }
    }
}

#[derive(Debug, Subcommand)]
pub(crate) enum RotationCommand {
    /// Record that the value of a key was changed
    Record(RecordArguments),
    /// Verify the ledger against itself and against the values in use
    Verify(VerifyArguments),
    /// Work on ledger keys
    #[command(arg_required_else_help = true)]
    Key {
        #[command(subcommand)]
        command: KeyCommand,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum KeyCommand {
    /// Make a ledger key, to put among the values of one environment
    New(KeyNewArguments),
}

#[derive(Debug, Args)]
#[command(after_help = "The new value must already be in the env file.

Examples:
  envgate rotation record SECRET_KEY -e production
  envgate rotation record SECRET_KEY -e production --reason compromise --by dba

Exit codes: 0 written, 2 the job could not be done.")]
pub(crate) struct RecordArguments {
    /// The key whose value was changed
    #[arg(value_name = "KEY")]
    pub(crate) key: String,

    #[command(flatten)]
    pub(crate) inputs: InputArguments,

    /// When it was changed: an instant or a date [default: now]
    #[arg(long, value_name = "INSTANT", value_parser = date)]
    pub(crate) at: Option<Timestamp>,

    /// Why: scheduled, compromise, staff-change, expiry, initial, or rekey for the same value under another ledger key
    #[arg(long, value_name = "REASON", value_parser = reason, default_value = "scheduled")]
    pub(crate) reason: Reason,

    /// Who says so
    #[arg(long, value_name = "NAME")]
    pub(crate) by: Option<String>,

    /// The version in the store that the value comes from, such as `aws-sm:…`; reveals nothing about the value
    #[arg(long, value_name = "ID")]
    pub(crate) origin: Option<String>,

    /// Which ledger key signs, where the environment has several
    #[arg(long, value_name = "NAME")]
    pub(crate) kid: Option<String>,

    #[command(flatten)]
    pub(crate) ledger: LedgerArgument,
}

#[derive(Debug, Args)]
#[command(
    after_help = "Exit codes: 0 nothing is wrong, 1 a record is wrong or can't be verified, 2 the job could not be done."
)]
pub(crate) struct VerifyArguments {
    #[command(flatten)]
    pub(crate) inputs: InputArguments,

    #[command(flatten)]
    pub(crate) ledger: LedgerArgument,
}

#[derive(Debug, Args)]
pub(crate) struct KeyNewArguments {
    /// Its name in the ledger: lower-case letters, digits and `-` [default: today's date]
    #[arg(long, value_name = "NAME")]
    pub(crate) kid: Option<String>,

    #[command(flatten)]
    pub(crate) clock: ClockArguments,
}

/// How ages are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum AgeFormat {
    /// A table
    Human,
    /// For programs: ages.v1
    Json,
    /// A table for a summary or an issue
    Markdown,
    /// A calendar of due dates (RFC 5545)
    Ics,
    /// Gauges for the textfile collector
    Prometheus,
}

/// What ends `envgate rotation` with 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum AgeFloor {
    /// Overdue or expired, and records that are plainly wrong
    Overdue,
    /// Also what is due soon, or overdue within its grace period
    DueSoon,
    /// Also what is unknown
    Unknown,
    /// Nothing
    Never,
}
