//! The program: from arguments to a subcommand, and from its result to an exit code. A crate root of its own, so that the
//! library can't depend on it.
//!
//! Exit codes: 0, everything was checked and nothing at or above `--fail-on` was found; 1, something was found; 2, the
//! job could not be done, whatever else was found.

mod args;
mod baseline;
mod changes;
mod check;
#[cfg(not(target_family = "wasm"))]
mod committed;
mod completions;
mod diff;
mod discover;
mod evidence;
mod exceptions;
mod example;
mod explain;
mod fix;
#[cfg(not(target_family = "wasm"))]
mod git;
#[cfg(not(target_family = "wasm"))]
mod history;
#[cfg(not(target_family = "wasm"))]
mod hook;
mod generated;
mod host;
mod ignored;
mod init;
mod inputs;
#[cfg(not(target_family = "wasm"))]
mod install;
mod kind;
mod launch;
#[cfg(not(target_family = "wasm"))]
mod kept;
#[cfg(not(target_family = "wasm"))]
mod leaks;
mod man;
mod models;
mod modes;
mod outcome;
mod plan;
mod process;
#[cfg(not(target_family = "wasm"))]
mod problems;
#[cfg(not(target_family = "wasm"))]
mod progress;
mod read;
#[cfg(not(target_family = "wasm"))]
mod review;
mod rotation;
mod rules;
mod said;
#[cfg(not(target_family = "wasm"))]
mod scan;
mod schema;
mod terminal;
mod trace;
mod types;
mod write;

use std::process::ExitCode;

use args::{Arguments, Command, SchemaCommand};

/// Zeroes memory when it is freed, so that no copy of a value stays behind.
#[cfg(not(all(target_arch = "wasm32", feature = "wasm")))]
#[global_allocator]
static ALLOCATOR: zeroizing_alloc::ZeroAlloc<std::alloc::System> = zeroizing_alloc::ZeroAlloc(std::alloc::System);

/// Exit code: something was found.
const FOUND: u8 = 1;

/// Exit code: the job could not be done.
const FAILED: u8 = 2;

/// Returns the exit code of a command: `failed` if it could not do all of its job, `found` if it found something.
fn code(failed: bool, found: bool) -> u8 {
    match (failed, found) {
        (true, _) => FAILED,
        (false, true) => FOUND,
        (false, false) => 0,
    }
}

fn main() -> ExitCode {
    process::harden();
    let code = match Arguments::read(host::arguments()) {
        Ok(arguments) => run(arguments.command),
        Err(error) => terminal::usage(&error),
    };
    host::ended(code)
}

/// Runs a subcommand and returns the exit code.
fn run(command: Command) -> u8 {
    match command {
        Command::Check(arguments) => check::run(&arguments),
        Command::Baseline(arguments) => baseline::run(&arguments),
        Command::Diff(arguments) => changes::run(&arguments),
        Command::Trace(arguments) => trace::run(&arguments),
        Command::Rotation(arguments) => rotation::run(&arguments),
        Command::Fix(arguments) => fix::run(&arguments),
        #[cfg(not(target_family = "wasm"))]
        Command::Leaks(arguments) => leaks::run(&arguments),
        #[cfg(not(target_family = "wasm"))]
        Command::Scan(arguments) => scan::run(&arguments),
        #[cfg(not(target_family = "wasm"))]
        Command::Hook(arguments) => hook::run(&arguments),
        #[cfg(not(target_family = "wasm"))]
        Command::Review(arguments) => review::run(&arguments),
        Command::Explain(arguments) => explain::run(&arguments),
        Command::Schema { command } => match command {
            SchemaCommand::Check(arguments) => schema::run(&arguments),
            SchemaCommand::Print => schema::print(),
        },
        Command::Run(arguments) => launch::run(&arguments),
        Command::Init(arguments) => init::run(&arguments),
        Command::Types(arguments) => types::run(&arguments),
        Command::Example(arguments) => example::run(&arguments),
        Command::Docs(arguments) => example::run_docs(&arguments),
        Command::Rules(arguments) => rules::run(&arguments),
        Command::Completions(arguments) => completions::run(&arguments),
        Command::Man(arguments) => man::run(&arguments),
    }
}
