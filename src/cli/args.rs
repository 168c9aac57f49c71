//! The command line, as a table: help, completions and the man page are made from it.

mod check;
mod generate;
#[cfg(not(target_family = "wasm"))]
mod hook;
mod look;
mod rotation;
#[cfg(not(target_family = "wasm"))]
mod search;
mod selection;
mod shared;
mod values;

use std::ffi::OsString;
use std::ops::Deref;

use clap::{ArgMatches, Args, CommandFactory, FromArgMatches, Parser, Subcommand};

pub(crate) use check::{BaselineArguments, CheckArguments, FixArguments, LaunchArguments};
use generate::generated;
pub(crate) use generate::{
    CompletionsArguments, ExplainArguments, GenerateArguments, InitArguments, ManArguments, RulesArguments,
    SchemaArguments, SchemaCommand, TypesArguments,
};
#[cfg(not(target_family = "wasm"))]
pub(crate) use hook::{HookArguments, HookCommand, InstallArguments};
#[cfg(not(target_family = "wasm"))]
pub(crate) use look::ReviewArguments;
pub(crate) use look::{ChangesFormat, DiffArguments, TraceArguments};
pub(crate) use rotation::{
    AgeFloor, AgeFormat, KeyCommand, KeyNewArguments, RecordArguments, RotationArguments, RotationCommand,
    VerifyArguments,
};
#[cfg(not(target_family = "wasm"))]
pub(crate) use search::{LeaksArguments, ScanArguments};
pub(crate) use selection::{EvidenceArguments, InputArguments, Selection};
pub(crate) use shared::ClockArguments;
#[cfg(not(target_family = "wasm"))]
pub(crate) use shared::ReportArguments;
pub(crate) use values::{ENV, Format, ListFormat, Output};

/// Validates environment variables before commit, in review and before deploy, and never prints a value.
#[derive(Debug, Parser)]
#[command(
    name = "envgate",
    bin_name = "envgate",
    version,
    propagate_version = true,
    disable_help_subcommand = true,
    after_help = "To begin: `envgate init` drafts a schema from your env files, and `envgate check` checks them. `envgate help COMMAND` explains a command.

Exit codes: 0 clean, 1 problems at or above --fail-on, 2 the job could not be done."
)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Command,
}

impl Arguments {
    /// Parses a command line.
    ///
    /// `check` is tried by itself first, because even the names of all commands cost a twentieth of a check. What it can't parse is parsed again with the full
    /// table, which also words the errors.
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
            if let Ok(arguments) = matches.and_then(|matches| Own::from_arg_matches(&matches)) {
                let command = Command::Check(arguments);
                return Ok(Arguments { command });
            }
        }
        let mut table = Arguments::command();
        let matches = table.try_get_matches_from_mut(words);
        let arguments =
            matches.and_then(|matches| Arguments::from_arg_matches(&matches).map_err(|error| error.format(&mut table)));
        std::mem::forget(table);
        arguments
    }
}

/// The arguments of a command. They come into the table once the command is named: the table of all of them costs as much as a check.
#[derive(Debug)]
pub(crate) struct Own<T>(Box<T>);

impl<T> Deref for Own<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T: Args> Args for Own<T> {
    fn augment_args(command: clap::Command) -> clap::Command {
        command.defer(|command| {
            // Each group of arguments puts what it is itself in the place of what the command is for.
            let about = command.get_about().cloned().unwrap_or_default();
            T::augment_args(command).about(about).long_about(None)
        })
    }

    fn augment_args_for_update(command: clap::Command) -> clap::Command {
        Own::<T>::augment_args(command)
    }
}

impl<T: FromArgMatches> FromArgMatches for Own<T> {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Own<T>, clap::Error> {
        T::from_arg_matches(matches).map(|arguments| Own(Box::new(arguments)))
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        self.0.update_from_arg_matches(matches)
    }
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Check env files against the schema
    Check(Own<CheckArguments>),
    /// Record today's problems, so that `check` only reports new ones
    Baseline(Own<BaselineArguments>),
    /// Show what changed between two versions of env files or schemas, without showing values
    Diff(Own<DiffArguments>),
    /// Show where variables come from, without showing values
    Trace(Own<TraceArguments>),
    /// Show how old every secret is, and record when one was changed
    Rotation(Own<RotationArguments>),
    /// Fix what can be fixed safely
    Fix(Own<FixArguments>),
    /// Search for the values of your secrets, and for tokens, where they must not be
    #[cfg(not(target_family = "wasm"))]
    Leaks(Own<LeaksArguments>),
    /// Find variables that the source uses but the schema does not declare, and vice versa
    #[cfg(not(target_family = "wasm"))]
    Scan(Own<ScanArguments>),
    /// Check what is being committed or pushed
    #[cfg(not(target_family = "wasm"))]
    #[command(subcommand_negates_reqs = true, args_conflicts_with_subcommands = true)]
    Hook(Own<HookArguments>),
    /// Open the review page with the files of this project
    #[cfg(not(target_family = "wasm"))]
    Review(Own<ReviewArguments>),
    /// Explain a rule and how to fix what it finds
    Explain(Own<ExplainArguments>),
    /// Work on the schema itself
    #[command(arg_required_else_help = true)]
    Schema {
        #[command(subcommand)]
        command: SchemaCommand,
    },
    /// Check the variables of a program, and start it if they pass
    Run(Own<LaunchArguments>),
    /// Write a first schema from the env files that are there
    Init(Own<InitArguments>),
    /// Write TypeScript declarations of the variables
    Types(Own<TypesArguments>),
    /// Write .env.example from the schema
    #[command(after_help = generated!("example --output .env.example"))]
    Example(Own<GenerateArguments>),
    /// Write a Markdown table of the variables
    #[command(after_help = generated!("docs --output docs/environment.md"))]
    Docs(Own<GenerateArguments>),
    /// List all rules
    Rules(Own<RulesArguments>),
    /// Print completions for a shell
    Completions(Own<CompletionsArguments>),
    /// Print the manual page
    Man(Own<ManArguments>),
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Adds the lines under `Examples:` in the help of a command and of its subcommands.
    fn add_examples(command: &clap::Command, found: &mut Vec<String>) {
        let help = command.get_after_help().map(ToString::to_string).unwrap_or_default();
        if let Some((_, examples)) = help.split_once("Examples:\n") {
            let lines = examples.lines().take_while(|line| !line.is_empty());
            found.extend(lines.map(|line| line.trim().to_owned()));
        }
        command
            .get_subcommands()
            .for_each(|command| add_examples(command, found));
    }

    #[test]
    fn a_command_is_described_by_itself() {
        let about =
            |table: &clap::Command| -> Vec<_> { table.get_subcommands().map(|one| one.get_about().cloned()).collect() };
        let mut table = Arguments::command();
        let declared = about(&table);
        table.build();
        assert_eq!(about(&table), declared);
        assert!(table.get_subcommands().all(|one| one.get_long_about().is_none()));
    }

    #[test]
    fn examples_in_help_are_commands_that_parse() {
        let mut examples = Vec::new();
        let mut table = Arguments::command();
        table.build();
        add_examples(&table, &mut examples);
        assert!(examples.len() > 20, "the examples are gone");
        for example in examples {
            // What follows a gap says what the command does; what precedes a pipe is another program.
            let command = example.split("   ").next().unwrap_or_default();
            let command = command.rsplit(" | ").next().unwrap_or_default();
            let words = command.split_whitespace().map(Into::into).collect();
            if let Err(error) = Arguments::read(words) {
                panic!("{example}: {error}");
            }
        }
    }
}
