//! The command line, as a table: help, completions and the man page are made from it.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::builder::PossibleValuesParser;
use clap::{Args, FromArgMatches, Parser, Subcommand, ValueEnum};
use envgate::carrier::Carrier;
use envgate::diagnostic::Severity;
use envgate::parse::dialect::DIALECTS;
use envgate::report::ages::calendar::Names;
use envgate::rotation::ledger::Reason;
use envgate::rotation::time::{self, Moment};
use envgate::schema::Phase;
use jiff::Timestamp;

/// The name of the carrier that is none: a .env file.
pub(crate) const ENV: &str = "env";

/// Validates environment variables before commit, in review and before deploy, and never prints a value.
#[derive(Debug, Parser)]
#[command(
    name = "envgate",
    version,
    propagate_version = true,
    disable_help_subcommand = true,
    after_help = "Exit codes: 0 clean, 1 problems at or above --fail-on, 2 the job could not be done."
)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Command,
}

impl Arguments {
    /// Reads the words of a command line.
    ///
    /// `check` is looked at by itself first, because to make all commands known costs as much as the check of a file. What it can't read is read
    /// again with all that there is to say about it.
    pub(crate) fn read(words: Vec<OsString>) -> Result<Arguments, clap::Error> {
        if words.get(1).is_some_and(|word| word == "check") {
            let mut check = CheckArguments::augment_args(clap::Command::new("check"));
            let matches = check.try_get_matches_from_mut(&words[1..]);
            // It holds no values, so that it need not be wiped.
            std::mem::forget(check);
            if let Ok(arguments) = matches.and_then(|matches| CheckArguments::from_arg_matches(&matches)) {
                let command = Command::Check(Box::new(arguments));
                return Ok(Arguments { command });
            }
        }
        Arguments::try_parse_from(words)
    }
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Check env files against the schema
    Check(Box<CheckArguments>),
    /// Write down what is wrong today, so that `check` only tells what is new
    Baseline(BaselineArguments),
    /// Show what changes between two versions of env files or schemas, without showing what they are
    Diff(DiffArguments),
    /// Show where variables come from, without showing what they are
    Trace(TraceArguments),
    /// Show how old every secret is, and write down when one was changed
    Rotation(Box<RotationArguments>),
    /// Mend what can be mended without asking
    Fix(FixArguments),
    /// Look for the values of the env files, and for tokens, where they must not stand
    #[cfg(not(target_family = "wasm"))]
    Leaks(LeaksArguments),
    /// Find variables that source uses and the schema does not declare, and the other way round
    #[cfg(not(target_family = "wasm"))]
    Scan(ScanArguments),
    /// Check what is being committed, or pushed
    #[cfg(not(target_family = "wasm"))]
    #[command(subcommand_negates_reqs = true, args_conflicts_with_subcommands = true)]
    Hook(HookArguments),
    /// Open the review page with the files of this project
    #[cfg(not(target_family = "wasm"))]
    Review(ReviewArguments),
    /// Explain what a rule is about and how to mend what it finds
    Explain(ExplainArguments),
    /// Work on the schema itself
    #[command(arg_required_else_help = true)]
    Schema {
        #[command(subcommand)]
        command: SchemaCommand,
    },
    /// Start a program if the variables that it gets pass
    Run(Box<LaunchArguments>),
    /// Write a first schema from the env files that are there
    Init(InitArguments),
    /// Write TypeScript declarations of the variables
    Types(TypesArguments),
    /// Write .env.example from the schema
    #[command(after_help = GENERATED)]
    Example(GenerateArguments),
    /// Write a Markdown table of the variables
    #[command(after_help = GENERATED)]
    Docs(GenerateArguments),
    /// List all rules
    Rules(RulesArguments),
    /// Print completions for a shell
    Completions(CompletionsArguments),
    /// Print the manual page
    Man(ManArguments),
}

#[derive(Debug, Args)]
#[command(
    after_help = "Without FILE, all environments of the schema are checked with the files that it names for them.

Exit codes: 0 clean, 1 problems at or above --fail-on, 2 the job could not be done."
)]
pub(crate) struct CheckArguments {
    /// Env files or other carriers of variables, `FILE#PART` for one service or container of it, `-` for standard input, or
    /// one folder that holds the files the schema names
    #[arg(value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    pub(crate) paths: Vec<PathBuf>,

    #[command(flatten)]
    pub(crate) selection: Selection,

    /// The phase the gate runs in; without it, keys of all phases are asked for
    #[arg(long, value_enum, value_name = "PHASE")]
    pub(crate) phase: Option<PhaseName>,

    /// What is known and not told again [default: env.baseline.json beside the schema]
    #[arg(long, value_name = "FILE", value_hint = clap::ValueHint::FilePath, conflicts_with = "no_baseline")]
    pub(crate) baseline: Option<PathBuf>,

    /// Tell what the baseline knows as well
    #[arg(long)]
    pub(crate) no_baseline: bool,

    /// How to write the report
    #[arg(long, short, value_enum, value_name = "FORMAT", default_value = "human")]
    pub(crate) format: Format,

    /// Write the report to a file too, in any format; may be given more than once
    #[arg(long = "output", short, value_name = "FORMAT=FILE", value_parser = output)]
    pub(crate) outputs: Vec<Output>,

    /// Exit with 1 from this severity on
    #[arg(long, value_enum, value_name = "SEVERITY", default_value = "error")]
    pub(crate) fail_on: SeverityName,

    /// The instant that counts as now, in RFC 3339 [default: the clock's]
    #[arg(long, value_name = "INSTANT", value_parser = instant)]
    pub(crate) now: Option<Timestamp>,

    #[command(flatten)]
    pub(crate) evidence: EvidenceArguments,
}

#[derive(Debug, Args)]
#[command(
    args_conflicts_with_subcommands = true,
    after_help = "Exit codes: 0 nothing at or above --fail-on, 1 something is, 2 the job could not be done."
)]
pub(crate) struct RotationArguments {
    #[command(subcommand)]
    pub(crate) command: Option<RotationCommand>,

    #[command(flatten)]
    pub(crate) inputs: InputArguments,

    #[command(flatten)]
    pub(crate) evidence: EvidenceArguments,

    /// How to write the ages
    #[arg(long, short, value_enum, value_name = "FORMAT", default_value = "human")]
    pub(crate) format: AgeFormat,

    /// With --format ics: leave out the names of keys, and what tells them
    #[arg(long)]
    pub(crate) redact_names: bool,

    /// Exit with 1 for these; what is overdue counts with each but `never`
    #[arg(
        long,
        value_enum,
        value_name = "VERDICT",
        value_delimiter = ',',
        default_value = "overdue"
    )]
    pub(crate) fail_on: Vec<AgeFloor>,
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
    /// Write down that the value of a key was changed
    Record(RecordArguments),
    /// Hold the ledger against itself and against the values in use
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
    /// Make a ledger key, to be put among the values of one environment
    New(KeyNewArguments),
}

/// Which values a command looks at.
#[derive(Debug, Args)]
pub(crate) struct InputArguments {
    /// Env files, `-` for standard input, or one folder that holds the files the schema names
    #[arg(value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    pub(crate) paths: Vec<PathBuf>,

    #[command(flatten)]
    pub(crate) selection: Selection,

    /// The instant that counts as now, in RFC 3339 [default: the clock's]
    #[arg(long, value_name = "INSTANT", value_parser = instant)]
    pub(crate) now: Option<Timestamp>,
}

impl InputArguments {
    /// The check that looks at the same.
    pub(crate) fn check(&self, evidence: EvidenceArguments) -> CheckArguments {
        CheckArguments {
            paths: self.paths.clone(),
            selection: self.selection.clone(),
            phase: None,
            baseline: None,
            no_baseline: true,
            format: Format::Human,
            outputs: Vec::new(),
            fail_on: SeverityName::Error,
            now: self.now,
            evidence,
        }
    }
}

#[derive(Debug, Args)]
#[command(
    after_help = "The new value must be in the env file already. Exit codes: 0 written, 2 the job could not be done."
)]
pub(crate) struct RecordArguments {
    /// The key whose value was changed
    #[arg(value_name = "KEY")]
    pub(crate) key: String,

    #[command(flatten)]
    pub(crate) inputs: InputArguments,

    /// When it was changed: an instant or a date [default: now]
    #[arg(long, value_name = "INSTANT", value_parser = date)]
    pub(crate) at: Option<Timestamp>,

    /// Why: scheduled, compromise, staff-change, expiry, initial, or rekey for the same value with another ledger key
    #[arg(long, value_name = "REASON", value_parser = reason, default_value = "scheduled")]
    pub(crate) reason: Reason,

    /// Who says so
    #[arg(long, value_name = "NAME")]
    pub(crate) by: Option<String>,

    /// The version in the store that the value comes from, such as `aws-sm:…`; says nothing of the value
    #[arg(long, value_name = "ID")]
    pub(crate) origin: Option<String>,

    /// Which ledger key signs, where the environment has several
    #[arg(long, value_name = "NAME")]
    pub(crate) kid: Option<String>,

    /// The ledger [default: env.rotation.json beside the env files or the schema]
    #[arg(long, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    pub(crate) ledger: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct VerifyArguments {
    #[command(flatten)]
    pub(crate) inputs: InputArguments,

    /// The ledger [default: env.rotation.json beside the env files or the schema]
    #[arg(long, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    pub(crate) ledger: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct KeyNewArguments {
    /// Its name in the ledger: small letters, digits and `-` [default: of today]
    #[arg(long, value_name = "NAME")]
    pub(crate) kid: Option<String>,

    /// The instant that counts as now, in RFC 3339 [default: the clock's]
    #[arg(long, value_name = "INSTANT", value_parser = instant)]
    pub(crate) now: Option<Timestamp>,
}

/// How ages are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum AgeFormat {
    /// A table
    Human,
    /// ages.v1
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
    /// Overdue or expired
    Overdue,
    /// Also what is due soon, or overdue in grace
    DueSoon,
    /// Also what nobody knows
    Unknown,
    /// Nothing
    Never,
}

/// What is known of the age of secrets beside their values.
#[derive(Debug, Default, Clone, Args)]
#[command(next_help_heading = "Age of secrets")]
pub(crate) struct EvidenceArguments {
    /// An export of a secret manager, `-` for standard input; may be given more than once. In front may stand the environment that it is
    /// about, and its kind, each with `=`
    #[arg(long, value_name = "[ENVIRONMENT=][KIND=]FILE", value_hint = clap::ValueHint::FilePath)]
    pub(crate) evidence: Vec<String>,

    /// The key for which a name in an export stands, where the names differ; may be given more than once
    #[arg(long, value_name = "STORE_NAME=KEY", value_parser = store_name)]
    pub(crate) evidence_name: Vec<(String, String)>,

    /// When the exports were made, in RFC 3339 [default: now]
    #[arg(long, value_name = "INSTANT", value_parser = instant)]
    pub(crate) evidence_at: Option<Timestamp>,

    /// Take times in exports that have no offset for UTC
    #[arg(long)]
    pub(crate) assume_utc: bool,

    /// Take the commits that last changed the lines of the env files for evidence, too: the weakest there is
    #[cfg(not(target_family = "wasm"))]
    #[arg(long)]
    pub(crate) evidence_git: bool,

    /// The ledger of rotations [default: env.rotation.json beside the env files or the schema]
    #[arg(long, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    pub(crate) ledger: Option<PathBuf>,
}

/// What of a project is looked at, and how it is read.
#[derive(Debug, Clone, Args)]
pub(crate) struct Selection {
    /// The schema [default: the next env.schema.json, here or in a folder above]
    #[arg(long, short, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    pub(crate) schema: Vec<PathBuf>,

    /// Look at this environment, by name or alias; may be given more than once
    #[arg(long = "environment", short, value_name = "NAME")]
    pub(crate) environments: Vec<String>,

    /// Read the files as this loader does, whatever the schema says
    #[arg(long, short, value_name = "NAME", value_parser = dialects())]
    pub(crate) dialect: Option<String>,

    /// Let the variables of this process win over those of the files, where the loader does
    #[arg(long)]
    pub(crate) process_env: bool,

    /// Read the files as this, whatever their names say; `env` is a .env file
    #[arg(long, value_name = "NAME", value_parser = carriers())]
    pub(crate) carrier: Option<String>,
}

#[derive(Debug, Args)]
#[command(
    after_help = "All environments of the schema are checked with the files that it names for them. What is known of environments without a file \
                  here stays as it is, and so does what is known of leaks, without --leaks.

Exit codes: 0 written, 2 the job could not be done."
)]
pub(crate) struct BaselineArguments {
    /// The folder that holds the files the schema names
    #[arg(value_name = "FOLDER", value_hint = clap::ValueHint::DirPath)]
    pub(crate) folder: Option<PathBuf>,

    /// The schema [default: the next env.schema.json, here or in a folder above]
    #[arg(long, short, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    pub(crate) schema: Vec<PathBuf>,

    /// Write to this file [default: env.baseline.json beside the schema]
    #[arg(long, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    pub(crate) baseline: Option<PathBuf>,

    /// Write down what `envgate leaks` finds in the current folder, too
    #[cfg(not(target_family = "wasm"))]
    #[arg(long)]
    pub(crate) leaks: bool,

    /// The instant that counts as now, in RFC 3339 [default: the clock's]
    #[arg(long, value_name = "INSTANT", value_parser = instant)]
    pub(crate) now: Option<Timestamp>,
}

#[derive(Debug, Args)]
#[command(
    after_help = "What all declared loaders agree on is never changed, unless --unsafe asks for it. Every other byte stays.

Exit codes: 0 fixed, or nothing to fix; 1 with --dry-run or --diff: there is something to fix; 2 the job could not be done."
)]
pub(crate) struct FixArguments {
    /// Env files, or one folder that holds the files the schema names
    #[arg(value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    pub(crate) paths: Vec<PathBuf>,

    /// The schema [default: the next env.schema.json, here or in a folder above]
    #[arg(long, short, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    pub(crate) schema: Vec<PathBuf>,

    /// Say what would be fixed, and change nothing
    #[arg(long)]
    pub(crate) dry_run: bool,

    /// Show what would be changed, values masked, and change nothing
    #[arg(long)]
    pub(crate) diff: bool,

    /// Apply fixes as well that decide what a `$` or a backslash means, or change what all loaders see
    #[arg(long = "unsafe")]
    pub(crate) unsafe_fixes: bool,
}

impl FixArguments {
    /// The check whose fixes are applied.
    pub(crate) fn check(&self) -> CheckArguments {
        CheckArguments {
            paths: self.paths.clone(),
            selection: Selection {
                schema: self.schema.clone(),
                environments: Vec::new(),
                dialect: None,
                process_env: false,
                carrier: None,
            },
            phase: None,
            baseline: None,
            no_baseline: true,
            format: Format::Concise,
            outputs: Vec::new(),
            fail_on: SeverityName::Error,
            now: None,
            evidence: EvidenceArguments::default(),
        }
    }
}

impl BaselineArguments {
    /// The check whose diagnostics are written down.
    pub(crate) fn check(&self) -> CheckArguments {
        CheckArguments {
            paths: self.folder.iter().cloned().collect(),
            selection: Selection {
                schema: self.schema.clone(),
                environments: Vec::new(),
                dialect: None,
                process_env: false,
                carrier: None,
            },
            phase: None,
            baseline: None,
            no_baseline: true,
            format: Format::Concise,
            outputs: Vec::new(),
            fail_on: SeverityName::Error,
            now: self.now,
            evidence: EvidenceArguments::default(),
        }
    }
}

#[cfg(not(target_family = "wasm"))]
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

    /// What is known and not told again [default: env.baseline.json beside the schema]
    #[arg(long, value_name = "FILE", value_hint = clap::ValueHint::FilePath, conflicts_with = "no_baseline")]
    pub(crate) baseline: Option<PathBuf>,

    /// Tell what the baseline knows as well
    #[arg(long)]
    pub(crate) no_baseline: bool,

    /// How to write the report
    #[arg(long, short, value_enum, value_name = "FORMAT", default_value = "human")]
    pub(crate) format: Format,

    /// Exit with 1 from this severity on
    #[arg(long, value_enum, value_name = "SEVERITY", default_value = "error")]
    pub(crate) fail_on: SeverityName,

    /// The instant that counts as now, in RFC 3339 [default: the clock's]
    #[arg(long, value_name = "INSTANT", value_parser = instant)]
    pub(crate) now: Option<Timestamp>,
}

#[cfg(not(target_family = "wasm"))]
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

    /// List every variable with all places where it is read, instead of what is wrong
    #[arg(long, conflicts_with = "fail_on")]
    pub(crate) list: bool,

    /// How to write the report; a list is written as `human` or `json`
    #[arg(long, short, value_enum, value_name = "FORMAT", default_value = "human")]
    pub(crate) format: Format,

    /// Exit with 1 from this severity on
    #[arg(long, value_enum, value_name = "SEVERITY", default_value = "error")]
    pub(crate) fail_on: SeverityName,

    /// The instant that counts as now, in RFC 3339 [default: the clock's]
    #[arg(long, value_name = "INSTANT", value_parser = instant)]
    pub(crate) now: Option<Timestamp>,
}

#[derive(Debug, Args)]
#[command(
    after_help = "Compared are two env files or folders of them, two schemas, or two revisions of a repository with all of these: `A..B`, `A...B` (from where they
parted), `A B`, or `A` and the work tree. Of two schemas it is told what has to be set before a deployment, and what asks for more or for less than it did.

What has to be set, and what is newly broken, is an error; what asks for more, a warning; all else, an info.

Exit codes: 0 nothing at or above --fail-on, 1 something is, 2 the job could not be done."
)]
pub(crate) struct DiffArguments {
    /// The file, the folder of files, the schema, or the revision, as it was
    #[arg(value_name = "OLD", value_hint = clap::ValueHint::AnyPath)]
    pub(crate) old: PathBuf,

    /// As it is to be
    #[arg(value_name = "NEW", value_hint = clap::ValueHint::AnyPath)]
    pub(crate) new: Option<PathBuf>,

    /// With schemas or revisions: take the env files from this folder, such as those in use today, not from beside the schemas
    #[arg(long, value_name = "FOLDER", value_hint = clap::ValueHint::DirPath)]
    pub(crate) files: Option<PathBuf>,

    #[command(flatten)]
    pub(crate) selection: Selection,

    /// How to write it
    #[arg(long, short, value_enum, value_name = "FORMAT", default_value = "human")]
    pub(crate) format: ChangesFormat,

    /// Exit with 1 from this severity on
    #[arg(long, value_enum, value_name = "SEVERITY", default_value = "error")]
    pub(crate) fail_on: SeverityName,

    /// The instant that counts as now, in RFC 3339 [default: the clock's]
    #[arg(long, value_name = "INSTANT", value_parser = instant)]
    pub(crate) now: Option<Timestamp>,
}

/// How changes are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ChangesFormat {
    /// One line a variable
    Human,
    /// For a pull request
    Markdown,
    /// For programs
    Json,
}

#[derive(Debug, Args)]
#[command(
    after_help = "Without KEY, all variables are listed. A first word that has a `/` or a `.` in it, or that is a file or a folder, is no key.

Exit codes: 0 traced, 1 the key is nowhere, 2 the job could not be done."
)]
pub(crate) struct TraceArguments {
    /// The variable, then files or a folder as for `check`
    #[arg(value_name = "KEY|FILE", value_hint = clap::ValueHint::FilePath)]
    pub(crate) words: Vec<PathBuf>,

    #[command(flatten)]
    pub(crate) selection: Selection,

    /// How to write it
    #[arg(long, short, value_enum, value_name = "FORMAT", default_value = "human")]
    pub(crate) format: ListFormat,
}

#[cfg(not(target_family = "wasm"))]
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

    /// How to write the report
    #[arg(long, short, value_enum, value_name = "FORMAT", default_value = "human")]
    pub(crate) format: Format,

    /// Exit with 1 from this severity on
    #[arg(long, value_enum, value_name = "SEVERITY", default_value = "error")]
    pub(crate) fail_on: SeverityName,

    /// The instant that counts as now, in RFC 3339 [default: the clock's]
    #[arg(long, value_name = "INSTANT", value_parser = instant)]
    pub(crate) now: Option<Timestamp>,
}

#[cfg(not(target_family = "wasm"))]
impl HookArguments {
    /// The check of the env files of one schema.
    pub(crate) fn check(&self, schema: PathBuf, folder: PathBuf) -> CheckArguments {
        CheckArguments {
            paths: vec![folder],
            selection: Selection {
                schema: vec![schema],
                environments: Vec::new(),
                dialect: None,
                process_env: false,
                carrier: None,
            },
            phase: None,
            baseline: None,
            no_baseline: false,
            format: self.format,
            outputs: Vec::new(),
            fail_on: self.fail_on,
            now: self.now,
            evidence: EvidenceArguments::default(),
        }
    }
}

#[cfg(not(target_family = "wasm"))]
#[derive(Debug, Subcommand)]
pub(crate) enum HookCommand {
    /// Install it as a hook of plain git; a hook that is there already is kept
    Install(InstallArguments),
}

#[cfg(not(target_family = "wasm"))]
#[derive(Debug, Args)]
pub(crate) struct InstallArguments {
    /// As a pre-push hook, too
    #[arg(long)]
    pub(crate) pre_push: bool,
}

#[cfg(not(target_family = "wasm"))]
#[derive(Debug, Args)]
#[command(
    after_help = "The page checks in the browser. It is served on the loopback interface, and hands out the files once, to whoever has the address; the browser is told to
refuse every request of the page but those to this program.

Exit codes: 0 opened and closed again, or written; 2 the job could not be done."
)]
pub(crate) struct ReviewArguments {
    /// Env files, or one folder that holds the files the schema names
    #[arg(value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    pub(crate) paths: Vec<PathBuf>,

    /// The schema [default: the next env.schema.json, here or in a folder above]
    #[arg(long, short, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    pub(crate) schema: Vec<PathBuf>,

    /// Look at this environment, by name or alias; may be given more than once
    #[arg(long = "environment", short, value_name = "NAME")]
    pub(crate) environments: Vec<String>,

    /// An export of a secret manager, for the age of secrets; may be given more than once
    #[arg(long, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    pub(crate) evidence: Vec<PathBuf>,

    /// The ledger of rotations [default: env.rotation.json beside the env files or the schema]
    #[arg(long, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    pub(crate) ledger: Option<PathBuf>,

    /// Print the address, and start no browser
    #[arg(long)]
    pub(crate) no_open: bool,

    /// Write the page to this file instead, empty: it opens from disk and takes files by itself
    #[arg(long, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    pub(crate) write: Option<PathBuf>,

    /// Use this page [default: the one that a release carries]
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
            carrier: None,
        }
    }
}

#[derive(Debug, Args)]
pub(crate) struct ExplainArguments {
    /// The rule's code, as it stands in brackets in a report, or preset:NAME
    #[arg(value_name = "CODE")]
    pub(crate) code: String,
}

#[derive(Debug, Subcommand)]
pub(crate) enum SchemaCommand {
    /// Check the schema and nothing else
    Check(SchemaArguments),
}

#[derive(Debug, Args)]
pub(crate) struct SchemaArguments {
    /// The schema [default: the next env.schema.json, here or in a folder above]
    #[arg(value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    pub(crate) file: Option<PathBuf>,
}

#[derive(Debug, Args)]
#[command(
    after_help = "No value goes into the schema, and a schema that is there is not overwritten.

Exit codes: 0 written, 2 the job could not be done."
)]
pub(crate) struct InitArguments {
    /// The folder with the env files, into which the schema is written [default: the current one]
    #[arg(value_name = "FOLDER", value_hint = clap::ValueHint::DirPath)]
    pub(crate) folder: Option<PathBuf>,

    /// Carry over this schema of another tool, instead of guessing: .env.schema (varlock, @env-spec), Envfile (dotenvx), JSON of dotenv-linter
    /// or zenv, JSON Schema
    #[arg(long, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    pub(crate) from: Option<PathBuf>,
}

#[derive(Debug, Args)]
#[command(
    after_help = "The variables of the process are checked, over those of the files of the environment that are here. The program gets the variables
of the process as they are. Without --environment, the variable that `environmentKey` names says which it is.

Exit codes: the program's own; 1 and it was not started, since the check found problems; 2 the check could not be done, or the
program not be started."
)]
pub(crate) struct LaunchArguments {
    #[arg(long, short, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    /// The schema [default: the next env.schema.json, here or in a folder above]
    pub(crate) schema: Option<PathBuf>,

    /// The environment it runs in, by name or alias
    #[arg(long, short, value_name = "NAME")]
    pub(crate) environment: Option<String>,

    /// Env files that the program reads; may be given more than once [default: those that the schema names and that are here]
    #[arg(long = "file", short, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    pub(crate) files: Vec<PathBuf>,

    /// The phase; keys of other phases are not asked for
    #[arg(long, value_enum, value_name = "PHASE", default_value = "run")]
    pub(crate) phase: PhaseName,

    /// The program and its arguments, behind `--`
    #[arg(last = true, required = true, value_name = "COMMAND", value_hint = clap::ValueHint::CommandWithArguments)]
    pub(crate) command: Vec<std::ffi::OsString>,
}

impl LaunchArguments {
    /// The check that comes first.
    pub(crate) fn check(&self) -> CheckArguments {
        CheckArguments {
            paths: self.files.clone(),
            selection: Selection {
                schema: self.schema.iter().cloned().collect(),
                environments: self.environment.iter().cloned().collect(),
                dialect: None,
                process_env: true,
                carrier: None,
            },
            phase: Some(self.phase),
            baseline: None,
            no_baseline: false,
            format: Format::Human,
            outputs: Vec::new(),
            fail_on: SeverityName::Error,
            now: None,
            evidence: EvidenceArguments::default(),
        }
    }
}

const GENERATED: &str = "Exit codes: 0 written or in step, 1 out of step with --check, 2 the job could not be done.";

/// What is written from a schema, and where to.
#[derive(Debug, Args)]
pub(crate) struct GenerateArguments {
    /// The schema [default: the next env.schema.json, here or in a folder above]
    #[arg(long, short, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    pub(crate) schema: Option<PathBuf>,

    /// Write to this file [default: standard output]
    #[arg(long, short, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    pub(crate) output: Option<PathBuf>,

    /// Write nothing, and say whether the file is what would be written
    #[arg(long)]
    pub(crate) check: bool,
}

#[derive(Debug, Args)]
#[command(after_help = GENERATED)]
pub(crate) struct TypesArguments {
    #[command(flatten)]
    pub(crate) generate: GenerateArguments,

    /// Declare the variables of `process.env` as well
    #[arg(long)]
    pub(crate) process_env: bool,
}

#[derive(Debug, Args)]
pub(crate) struct RulesArguments {
    /// How to write the list
    #[arg(long, short, value_enum, value_name = "FORMAT", default_value = "human")]
    pub(crate) format: ListFormat,
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

/// How a report is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// Framed excerpts, values masked
    Human,
    /// One line a diagnostic
    Concise,
    /// report.v1
    Json,
    /// SARIF 2.1.0, for code scanning
    Sarif,
    /// GitHub annotations, and a job summary where there is one to write
    Github,
    /// GitLab code quality
    Gitlab,
    /// JUnit XML
    Junit,
    /// A comment for a pull request
    Markdown,
    /// For reviewdog
    Rdjson,
}

/// A report to be written to a file.
#[derive(Debug, Clone)]
pub(crate) struct Output {
    pub(crate) format: Format,
    pub(crate) path: PathBuf,
}

/// How a list is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ListFormat {
    /// A table
    Human,
    /// JSON, with the text of `explain`
    Json,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum PhaseName {
    Build,
    Deploy,
    Run,
}

impl From<PhaseName> for Phase {
    fn from(name: PhaseName) -> Phase {
        match name {
            PhaseName::Build => Phase::Build,
            PhaseName::Deploy => Phase::Deploy,
            PhaseName::Run => Phase::Run,
        }
    }
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum SeverityName {
    Error,
    Warning,
    Info,
    Hint,
}

impl From<SeverityName> for Severity {
    fn from(name: SeverityName) -> Severity {
        match name {
            SeverityName::Error => Severity::Error,
            SeverityName::Warning => Severity::Warning,
            SeverityName::Info => Severity::Info,
            SeverityName::Hint => Severity::Hint,
        }
    }
}

/// The names and aliases in the table of loaders, so that a new row needs no change here.
fn dialects() -> PossibleValuesParser {
    PossibleValuesParser::new(
        DIALECTS
            .iter()
            .map(|dialect| clap::builder::PossibleValue::new(dialect.name).aliases(dialect.aliases)),
    )
}

fn output(text: &str) -> Result<Output, String> {
    let (format, path) = text
        .split_once('=')
        .ok_or("not FORMAT=FILE, such as sarif=envgate.sarif")?;
    let known = || Format::value_variants().iter().filter_map(ValueEnum::to_possible_value);
    let format = Format::from_str(format, false).map_err(|_| {
        let names: Vec<String> = known().map(|value| value.get_name().to_owned()).collect();
        format!("the formats are {}", names.join(", "))
    })?;
    if path.is_empty() || path == "-" {
        return Err("a file is needed behind `=`; --format says what is printed".to_owned());
    }
    Ok(Output {
        format,
        path: path.into(),
    })
}

fn reason(text: &str) -> Result<Reason, String> {
    Reason::parse(text).ok_or_else(|| format!("the reasons are {}", Reason::ALL.map(Reason::name).join(", ")))
}

/// An instant, or a date for its beginning in UTC.
fn date(text: &str) -> Result<Timestamp, String> {
    match time::parse(text, false) {
        Ok(Moment::At(at)) => Ok(at),
        Ok(Moment::Never | Moment::Unset) => Err("not a date on which something was changed".to_owned()),
        Err(error) => Err(error.to_string()),
    }
}

fn store_name(text: &str) -> Result<(String, String), String> {
    // A name of a store may hold a `=`, a key can't.
    text.rsplit_once('=')
        .filter(|(name, key)| !name.is_empty() && !key.is_empty())
        .map(|(name, key)| (name.to_owned(), key.to_owned()))
        .ok_or_else(|| "write the name in the export, `=`, and the key: prod/app/db=DATABASE_PASSWORD".to_owned())
}

/// `env`, and the names of all other carriers.
fn carriers() -> PossibleValuesParser {
    PossibleValuesParser::new(std::iter::once(ENV).chain(Carrier::ALL.map(Carrier::name)))
}

fn instant(text: &str) -> Result<Timestamp, String> {
    text.parse()
        .map_err(|_| "not an instant in RFC 3339, such as 2026-11-20T00:00:00Z".to_owned())
}
