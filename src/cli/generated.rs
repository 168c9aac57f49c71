//! Writes what is generated from a schema to standard output or to a file, or compares it with the existing file (`--check`).

use std::path::Path;

use envgate::report::{counted, neutralise};

use crate::args::GenerateArguments;
use crate::schema::{self, Opened};
use crate::terminal::{self, Problem, complain};
use crate::{FAILED, FOUND, discover, host, read, write};

/// Generates a text from a schema and writes it where the arguments say, or compares it. `usual` is the file to compare if none is named.
pub(crate) fn run(arguments: &GenerateArguments, command: &str, usual: &str, make: impl Fn(&Opened) -> String) -> u8 {
    let Some(opened) = schema::open(&arguments.schema.named, &[], crate::args::Format::Human) else {
        return FAILED;
    };
    let text = make(&opened);
    let usual = || discover::folder(&opened.path).join(usual);
    if arguments.check {
        return in_step(&arguments.output.clone().unwrap_or_else(usual), command, &text);
    }
    // `-` is standard output, not a file of that name, as everywhere.
    let Some(path) = arguments.output.as_ref().filter(|path| **path != Path::new("-")) else {
        return terminal::print(&text, 0);
    };
    let name = discover::shown(path);
    if discover::is_kept(path, &opened.path, opened.schema.environments()) {
        let help = format!(
            "generated text needs a file of its own, such as {}",
            discover::shown(&usual())
        );
        complain(&Problem::new(format!("{name} is not a generated file: not written")).help(help));
        return FAILED;
    }
    if let Err(problem) = write::whole(path, &name, text.as_bytes()) {
        complain(&problem);
        return FAILED;
    }
    let keys = counted(opened.schema.properties().len(), "key");
    terminal::print(&format!("{}: {keys}\n", neutralise(&name)), 0)
}

/// Whether a file equals what would be written.
fn in_step(path: &Path, command: &str, text: &str) -> u8 {
    let name = discover::shown(path);
    let help = format!("run envgate {command} --output {name}");
    if !host::exists(path) {
        complain(&Problem::new(format!("{name} does not exist")).help(help));
        return FOUND;
    }
    let held = match read::file(path, &name) {
        Ok(held) => held,
        Err(problem) => {
            complain(&problem);
            return FAILED;
        }
    };
    // A checkout may have converted the line ends.
    let held = String::from_utf8_lossy(&held).replace("\r\n", "\n");
    if held == text {
        return terminal::print(&format!("{}: up to date with the schema\n", neutralise(&name)), 0);
    }
    complain(&Problem::new(format!("{name} is out of date with the schema")).help(help));
    FOUND
}
