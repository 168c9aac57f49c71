//! `envgate run`: the gate in front of a program, for the entrypoint of a container. The program replaces this
//! one if the check passes, so that signals and exit codes are its own; its variables are not touched.

use std::io::ErrorKind;

use crate::args::{LaunchArguments, Selection};
use crate::terminal::{Problem, complain};
use crate::{FAILED, check, host, schema};

/// Exit codes of all programs that start others, such as `env` and `timeout`: there is no such program, and it can't be started.
const NO_PROGRAM: u8 = 127;
const NOT_STARTED: u8 = 126;

/// Runs the subcommand; returns only if the program did not start.
pub(crate) fn run(arguments: &LaunchArguments) -> u8 {
    let mut check = arguments.check();
    if check.selection.environments.is_empty() {
        match environment(&check.selection, &arguments.files) {
            Ok(name) => check.selection.environments = vec![name],
            Err(None) => return FAILED,
            Err(Some(problem)) => {
                complain(&problem);
                return FAILED;
            }
        }
    }
    let code = check::gate(&check);
    if code != 0 {
        return code;
    }
    let kind = host::execute(&arguments.command);
    // Only the first word is shown, which is a program: the arguments may hold a value.
    let program = arguments
        .command
        .first()
        .map(|word| word.to_string_lossy().into_owned());
    let program = program.unwrap_or_default();
    let message = match kind {
        // As from an unset variable in a script.
        _ if program.is_empty() => "no program was named: the word for it is empty".to_owned(),
        ErrorKind::NotFound if program.contains('/') && host::exists(program.as_ref()) => {
            format!("{program} can't be started: the interpreter or loader that it names does not exist")
        }
        ErrorKind::NotFound if program.contains('/') => format!("{program} can't be started: there is no such file"),
        ErrorKind::NotFound => format!("{program} can't be started: it is not on the PATH"),
        // Only Node reports this; the operating system accepts any bytes.
        ErrorKind::InvalidData => format!(
            "{program} can't be started: its arguments or variables hold bytes that are not UTF-8, and Node would hand on others"
        ),
        kind => format!("{program} can't be started: {kind}"),
    };
    complain(&Problem::new(message));
    match kind {
        ErrorKind::NotFound => NO_PROGRAM,
        _ if program.is_empty() => NO_PROGRAM,
        // Node could, but would start it with something else.
        ErrorKind::InvalidData => FAILED,
        _ => NOT_STARTED,
    }
}

/// Returns the environment if none is named: the one in the variable of `environmentKey`, or the only one.
fn environment(selection: &Selection, files: &[std::path::PathBuf]) -> Result<String, Option<Problem>> {
    let opened = schema::open(&selection.schema.named, files, crate::args::Format::Human).ok_or(None)?;
    let environments = opened.schema.environments();
    if let [only] = environments {
        return Ok(only.name.clone());
    }
    let said = opened.schema.environment_key().and_then(host::variable);
    let found = said.and_then(|name| opened.schema.find_environment(name.to_str()?));
    found
        .map(|id| environments[usize::from(id.0)].name.clone())
        .ok_or_else(|| {
            let names: Vec<&str> = environments.iter().map(|one| &*one.name).collect();
            let problem = Problem::new("the environment is not known: nothing was started");
            let help = match opened.schema.environment_key() {
                Some(key) => format!("set {key}, or give --environment: {}", names.join(", ")),
                None => format!("give --environment: {}", names.join(", ")),
            };
            Some(problem.help(help))
        })
}
