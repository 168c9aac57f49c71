//! `envgate man [COMMAND]`: the manual page, made from the table of arguments.

use clap::CommandFactory;
use envgate::suggest;

use crate::FAILED;
use crate::args::{Arguments, ManArguments};
use crate::terminal::{self, Problem, complain};

const VERSION: &str = env!("CARGO_PKG_VERSION");

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
    // The version says how old a page is, and a date of the build would make each build another. But an empty date isn't
    // written at all, and the version would take its place.
    let man = clap_mangen::Man::new(page)
        .date(" ")
        .source(format!("envgate {VERSION}"))
        .manual("envgate manual");
    if man.render(&mut text).is_err() {
        return FAILED;
    }
    terminal::print(&String::from_utf8_lossy(&text), 0)
}
