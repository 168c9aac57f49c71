//! The command line, as a table: help, completions and the man page are made from it.

mod generate;
#[cfg(not(target_family = "wasm"))]
mod hook;
mod rotation;
#[cfg(not(target_family = "wasm"))]
mod search;
mod shared;
mod values;

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{Args, FromArgMatches, Parser, Subcommand, ValueEnum};
use jiff::Timestamp;

use generate::GENERATED;
pub(crate) use generate::{
    CompletionsArguments, GenerateArguments, InitArguments, ManArguments, RulesArguments, TypesArguments,
};
#[cfg(not(target_family = "wasm"))]
pub(crate) use hook::{HookArguments, HookCommand, InstallArguments};
pub(crate) use rotation::{
    AgeFloor, AgeFormat, KeyCommand, KeyNewArguments, RecordArguments, RotationArguments, RotationCommand,
    VerifyArguments,
};
#[cfg(not(target_family = "wasm"))]
pub(crate) use search::{LeaksArguments, ScanArguments};
pub(crate) use shared::{ClockArguments, FloorArguments, KnownArguments, ReportArguments};
pub(crate) use values::{ENV, Format, ListFormat, Output, PhaseName};
use values::{carriers, dialects, instant, output, store_name};

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
    pub(crate) fn read(mut words: Vec<OsString>) -> Result<Arguments, clap::Error> {
        if words.get(1).is_some_and(|word| word == "help") {
            // `envgate help check` is `envgate check --help`, without a command of that name in every list.
            words.remove(1);
            words.push("--help".into());
        }
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
    /// Record today's problems, so that `check` only reports new ones
    Baseline(BaselineArguments),
    /// Show what changed between two versions of env files or schemas, without showing values
    Diff(DiffArguments),
    /// Show where variables come from, without showing values
    Trace(TraceArguments),
    /// Show how old every secret is, and record when one was changed
    Rotation(Box<RotationArguments>),
    /// Fix what can be fixed safely
    Fix(FixArguments),
    /// Search for the values of your secrets, and for tokens, where they must not be
    #[cfg(not(target_family = "wasm"))]
    Leaks(LeaksArguments),
    /// Find variables that the source uses but the schema does not declare, and vice versa
    #[cfg(not(target_family = "wasm"))]
    Scan(ScanArguments),
    /// Check what is being committed or pushed
    #[cfg(not(target_family = "wasm"))]
    #[command(subcommand_negates_reqs = true, args_conflicts_with_subcommands = true)]
    Hook(HookArguments),
    /// Open the review page with the files of this project
    #[cfg(not(target_family = "wasm"))]
    Review(ReviewArguments),
    /// Explain a rule and how to fix what it finds
    Explain(ExplainArguments),
    /// Work on the schema itself
    #[command(arg_required_else_help = true)]
    Schema {
        #[command(subcommand)]
        command: SchemaCommand,
    },
    /// Check the variables of a program, and start it if they pass
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
    /// Env files or other files with variables, `FILE#PART` for one service or container of a file, `-` for standard input, or
    /// one folder that holds the files the schema names
    #[arg(value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    pub(crate) paths: Vec<PathBuf>,

    #[command(flatten)]
    pub(crate) selection: Selection,

    /// The phase the gate runs in; without it, keys of all phases are required
    #[arg(long, value_enum, value_name = "PHASE")]
    pub(crate) phase: Option<PhaseName>,

    #[command(flatten)]
    pub(crate) known: KnownArguments,

    #[command(flatten)]
    pub(crate) report: ReportArguments,

    /// Also write the report to a file, in any format; repeatable
    #[arg(long = "output", short, value_name = "FORMAT=FILE", value_parser = output)]
    pub(crate) outputs: Vec<Output>,

    #[command(flatten)]
    pub(crate) evidence: EvidenceArguments,
}

impl CheckArguments {
    /// The check of these files without further words.
    fn of(paths: Vec<PathBuf>, selection: Selection) -> CheckArguments {
        CheckArguments {
            paths,
            selection,
            phase: None,
            known: KnownArguments::default(),
            report: ReportArguments::of(Format::Human),
            outputs: Vec::new(),
            evidence: EvidenceArguments::default(),
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
            known: KnownArguments::told(),
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

    /// The ledger of rotations [default: env.rotation.json beside the env files or the schema]
    #[arg(long, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    pub(crate) ledger: Option<PathBuf>,
}

/// What of a project is looked at, and how it is read.
#[derive(Debug, Clone, Args)]
pub(crate) struct Selection {
    /// The schema [default: the nearest env.schema.json, here or in a parent folder]
    #[arg(long, short, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    pub(crate) schema: Vec<PathBuf>,

    /// Only this environment, by name or alias; repeatable
    #[arg(long = "environment", short, value_name = "NAME")]
    pub(crate) environments: Vec<String>,

    /// Read the files as this loader does, whatever the schema says
    #[arg(long, short, value_name = "NAME", value_parser = dialects())]
    pub(crate) dialect: Option<String>,

    /// Let the variables of this process override those of the files, where the loader does
    #[arg(long)]
    pub(crate) process_env: bool,

    /// Read the files as this kind, whatever their names say; `env` is a .env file
    #[arg(long, value_name = "NAME", value_parser = carriers())]
    pub(crate) carrier: Option<String>,
}

impl Selection {
    /// All that a schema names.
    fn of(schema: Vec<PathBuf>) -> Selection {
        Selection {
            schema,
            environments: Vec::new(),
            dialect: None,
            process_env: false,
            carrier: None,
        }
    }
}

#[derive(Debug, Args)]
#[command(
    after_help = "All environments of the schema are checked with the files that it names for them. Entries for environments without a file here \
                  stay as they are; so do those for leaks without --leaks, and for source without --scan.

Exit codes: 0 written, 2 the job could not be done."
)]
pub(crate) struct BaselineArguments {
    /// The folder that holds the files the schema names
    #[arg(value_name = "FOLDER", value_hint = clap::ValueHint::DirPath)]
    pub(crate) folder: Option<PathBuf>,

    /// The schema [default: the nearest env.schema.json, here or in a parent folder]
    #[arg(long, short, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    pub(crate) schema: Vec<PathBuf>,

    /// Write to this file [default: env.baseline.json beside the schema]
    #[arg(long, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    pub(crate) baseline: Option<PathBuf>,

    /// Also record what `envgate leaks` finds in the current folder
    #[cfg(not(target_family = "wasm"))]
    #[arg(long)]
    pub(crate) leaks: bool,

    /// Also record what `envgate scan` finds in the current folder
    #[cfg(not(target_family = "wasm"))]
    #[arg(long)]
    pub(crate) scan: bool,

    #[command(flatten)]
    pub(crate) clock: ClockArguments,
}

#[derive(Debug, Args)]
#[command(
    after_help = "What all declared loaders agree on is never changed without --unsafe. Every other byte stays as it is.

Exit codes: 0 fixed, or nothing to fix; 1 with --dry-run or --diff: there is something to fix; 2 the job could not be done."
)]
pub(crate) struct FixArguments {
    /// Env files, or one folder that holds the files the schema names
    #[arg(value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    pub(crate) paths: Vec<PathBuf>,

    /// The schema [default: the nearest env.schema.json, here or in a parent folder]
    #[arg(long, short, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    pub(crate) schema: Vec<PathBuf>,

    /// Say what would be fixed, and change nothing
    #[arg(long)]
    pub(crate) dry_run: bool,

    /// Show what would be changed, values masked, and change nothing
    #[arg(long)]
    pub(crate) diff: bool,

    /// Also apply fixes that decide what a `$` or a backslash means, or change what all loaders see
    #[arg(long = "unsafe")]
    pub(crate) unsafe_fixes: bool,
}

impl FixArguments {
    /// The check whose fixes are applied.
    pub(crate) fn check(&self) -> CheckArguments {
        CheckArguments {
            known: KnownArguments::told(),
            report: ReportArguments::of(Format::Concise),
            ..CheckArguments::of(self.paths.clone(), Selection::of(self.schema.clone()))
        }
    }
}

impl BaselineArguments {
    /// The check whose diagnostics are written down.
    pub(crate) fn check(&self) -> CheckArguments {
        CheckArguments {
            known: KnownArguments::told(),
            report: ReportArguments {
                clock: self.clock,
                ..ReportArguments::of(Format::Concise)
            },
            ..CheckArguments::of(
                self.folder.iter().cloned().collect(),
                Selection::of(self.schema.clone()),
            )
        }
    }
}

#[derive(Debug, Args)]
#[command(
    after_help = "Compares two env files, two folders of them, two schemas, or two revisions of a repository with all of these: `A..B`, `A...B` (since they
diverged), `A B`, or `A` with the work tree. For two schemas, it says what has to be set before a deployment, and what is stricter or looser than before.

What has to be set and what is newly broken are errors, what is stricter is a warning, and everything else an info.

Exit codes: 0 nothing at or above --fail-on, 1 something is, 2 the job could not be done."
)]
pub(crate) struct DiffArguments {
    /// The file, the folder of files, the schema, or the revision, as it was
    #[arg(value_name = "OLD", value_hint = clap::ValueHint::AnyPath)]
    pub(crate) old: PathBuf,

    /// As it will be
    #[arg(value_name = "NEW", value_hint = clap::ValueHint::AnyPath)]
    pub(crate) new: Option<PathBuf>,

    /// With schemas or revisions: take the env files from this folder, such as those in use today, instead of from beside the schemas
    #[arg(long, value_name = "FOLDER", value_hint = clap::ValueHint::DirPath)]
    pub(crate) files: Option<PathBuf>,

    #[command(flatten)]
    pub(crate) selection: Selection,

    /// How to write it
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
    /// One line a variable
    Human,
    /// For a pull request
    Markdown,
    /// For programs
    Json,
}

#[derive(Debug, Args)]
#[command(
    after_help = "Without KEY, all variables are listed. A first word that contains `/` or `.`, or that is a file or a folder, is not a key.

Exit codes: 0 traced, 1 the key was not found, 2 the job could not be done."
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
    after_help = "The page checks in the browser. It is served on the loopback interface, and the files are handed out once, to whoever has the address; the browser
refuses every request of the page except those to this program.

Exit codes: 0 opened and closed again, or written; 2 the job could not be done."
)]
pub(crate) struct ReviewArguments {
    /// Env files, or one folder that holds the files the schema names
    #[arg(value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    pub(crate) paths: Vec<PathBuf>,

    /// The schema [default: the nearest env.schema.json, here or in a parent folder]
    #[arg(long, short, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    pub(crate) schema: Vec<PathBuf>,

    /// Only this environment, by name or alias; repeatable
    #[arg(long = "environment", short, value_name = "NAME")]
    pub(crate) environments: Vec<String>,

    /// An export of a secret manager, for the age of secrets; repeatable
    #[arg(long, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    pub(crate) evidence: Vec<PathBuf>,

    /// The ledger of rotations [default: env.rotation.json beside the env files or the schema]
    #[arg(long, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    pub(crate) ledger: Option<PathBuf>,

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
            carrier: None,
        }
    }
}

#[derive(Debug, Args)]
pub(crate) struct ExplainArguments {
    /// The rule's code, as shown in brackets in a report, or preset:NAME
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
    /// The schema [default: the nearest env.schema.json, here or in a parent folder]
    #[arg(value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    pub(crate) file: Option<PathBuf>,
}

#[derive(Debug, Args)]
#[command(
    after_help = "Checks the variables of the process, on top of those in the environment's files that exist here. The program gets the variables
of the process unchanged. Without --environment, the variable that `environmentKey` names says which environment it is.

Exit codes: the program's own; 1 the check found problems, so it was not started; 2 the check could not be done, or the
program could not be started."
)]
pub(crate) struct LaunchArguments {
    #[arg(long, short, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    /// The schema [default: the nearest env.schema.json, here or in a parent folder]
    pub(crate) schema: Option<PathBuf>,

    /// The environment it runs in, by name or alias
    #[arg(long, short, value_name = "NAME")]
    pub(crate) environment: Option<String>,

    /// Env files that the program reads; repeatable [default: those that the schema names and that exist here]
    #[arg(long = "file", short, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    pub(crate) files: Vec<PathBuf>,

    /// The phase; keys of other phases are not required
    #[arg(long, value_enum, value_name = "PHASE", default_value = "run")]
    pub(crate) phase: PhaseName,

    /// The program and its arguments, after `--`
    #[arg(last = true, required = true, value_name = "COMMAND", value_hint = clap::ValueHint::CommandWithArguments)]
    pub(crate) command: Vec<std::ffi::OsString>,
}

impl LaunchArguments {
    /// The check that comes first.
    pub(crate) fn check(&self) -> CheckArguments {
        let selection = Selection {
            environments: self.environment.iter().cloned().collect(),
            process_env: true,
            ..Selection::of(self.schema.iter().cloned().collect())
        };
        CheckArguments {
            phase: Some(self.phase),
            ..CheckArguments::of(self.files.clone(), selection)
        }
    }
}
