//! Options that several commands share: each group is defined once here and flattened into them.

use std::path::PathBuf;

use clap::Args;
use envgate::diagnostic::Severity;
use jiff::Timestamp;

use super::values::{Format, SeverityName, instant};
use crate::exceptions::Known;
use crate::host;

/// The schema that everything is held against.
#[derive(Debug, Default, Clone, Args)]
pub(crate) struct SchemaArgument {
    /// The schema [default: the nearest env.schema.json, here or in a parent folder]
    #[arg(long = "schema", short = 's', value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    pub(crate) named: Vec<PathBuf>,
}

/// What is known of the changes of secrets.
#[derive(Debug, Default, Clone, Args)]
pub(crate) struct LedgerArgument {
    /// The ledger of rotations [default: env.rotation.json beside the env files or the schema]
    #[arg(long = "ledger", value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    pub(crate) path: Option<PathBuf>,
}

/// How a report is written, and when it fails a gate.
#[derive(Debug, Clone, Copy, Args)]
pub(crate) struct ReportArguments {
    /// How to write the report
    #[arg(long, short, value_enum, value_name = "FORMAT", default_value = "human")]
    pub(crate) format: Format,

    #[command(flatten)]
    pub(crate) floor: FloorArguments,

    #[command(flatten)]
    pub(crate) clock: ClockArguments,
}

impl ReportArguments {
    /// In this format, all else as usual.
    pub(super) fn of(format: Format) -> ReportArguments {
        ReportArguments {
            format,
            floor: FloorArguments {
                fail_on: SeverityName::Error,
            },
            clock: ClockArguments::default(),
        }
    }
}

/// From which severity on a command ends with 1.
#[derive(Debug, Clone, Copy, Args)]
pub(crate) struct FloorArguments {
    /// Exit with 1 for this severity and above
    #[arg(long, value_enum, value_name = "SEVERITY", default_value = "error")]
    pub(super) fail_on: SeverityName,
}

impl FloorArguments {
    /// The least severity that counts.
    pub(crate) fn severity(self) -> Severity {
        self.fail_on.into()
    }
}

/// The time at which a command runs: a report depends on nothing else that changes by itself.
#[derive(Debug, Default, Clone, Copy, Args)]
pub(crate) struct ClockArguments {
    /// The current time for this run, in RFC 3339 [default: the clock's]
    #[arg(long, value_name = "INSTANT", value_parser = instant)]
    now: Option<Timestamp>,
}

impl ClockArguments {
    /// That instant.
    pub(crate) fn now(self) -> Timestamp {
        self.now.unwrap_or_else(host::now)
    }
}

/// Which problems are known already, and whether they are reported all the same.
#[derive(Debug, Default, Clone, Args)]
pub(crate) struct KnownArguments {
    /// Known problems, which are not reported again [default: env.baseline.json beside the schema]
    #[arg(long, value_name = "FILE", value_hint = clap::ValueHint::FilePath, conflicts_with = "no_baseline")]
    baseline: Option<PathBuf>,

    /// Also report what is in the baseline
    #[arg(long)]
    no_baseline: bool,
}

impl KnownArguments {
    /// Known problems are reported, too.
    pub(super) fn reported() -> KnownArguments {
        KnownArguments {
            baseline: None,
            no_baseline: true,
        }
    }

    /// Whether a baseline was named.
    pub(crate) fn is_named(&self) -> bool {
        self.baseline.is_some()
    }

    /// Where the baseline is.
    pub(crate) fn known(&self) -> Known<'_> {
        match &self.baseline {
            _ if self.no_baseline => Known::Reported,
            Some(file) => Known::At(file),
            None => Known::Usual,
        }
    }
}
