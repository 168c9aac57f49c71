//! `envgate completions SHELL`, made from the table of arguments.

use clap::CommandFactory;

use crate::args::{Arguments, CompletionsArguments};
use crate::terminal;

/// Runs the subcommand.
pub(crate) fn run(arguments: &CompletionsArguments) -> u8 {
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut Arguments::command(), "envgate", &mut script);
    terminal::print(&String::from_utf8_lossy(&script), 0)
}
