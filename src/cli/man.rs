//! `envgate man [COMMAND]`: the manual page, made from the table of arguments.

use clap::CommandFactory;
use envgate::suggest;

use crate::FAILED;
use crate::args::{Arguments, ManArguments};
use crate::terminal::{self, Problem, complain};

/// Runs the subcommand.
pub(crate) fn run(arguments: &ManArguments) -> u8 {
    let mut program = Arguments::command();
    program.build();
    let page = match &arguments.command {
        None => program,
        Some(name) => match program.find_subcommand(name) {
            Some(command) => command.clone(),
            None => {
                let names: Vec<&str> = program.get_subcommands().map(clap::Command::get_name).collect();
                let problem = Problem::new(format!("there is no command {name:?}"));
                complain(&match suggest::nearest(name, names.iter().copied()) {
                    Some(near) => problem.help(format!("did you mean {near}?")),
                    None => problem.help(format!("there are {}", names.join(", "))),
                });
                return FAILED;
            }
        },
    };
    let mut text = Vec::new();
    if clap_mangen::Man::new(page).render(&mut text).is_err() {
        return FAILED;
    }
    terminal::print(&String::from_utf8_lossy(&text), 0)
}
