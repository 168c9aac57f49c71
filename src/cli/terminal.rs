//! What is written where: reports to standard output, what could not be done to standard error; and what the terminal can
//! show.

use std::env;
use std::ffi::OsStr;
use std::io::{self, ErrorKind, IsTerminal, Write};
use std::path::PathBuf;

use envgate::report::human::Style;
use envgate::report::neutralise;

use crate::FAILED;

/// The width of a line where nobody says how wide it may be.
const WIDTH: usize = 100;

/// What any file can hold.
pub(crate) const FILE: Style = Style {
    colour: false,
    width: WIDTH,
};

/// The file to which a step of a GitHub workflow adds what is shown with its job.
pub(crate) fn job_summary() -> Option<PathBuf> {
    let path = env::var_os("GITHUB_STEP_SUMMARY").filter(|value| !value.is_empty())?;
    Some(path.into())
}

/// What standard output can show.
pub(crate) fn stdout_style() -> Style {
    Style {
        colour: colour(io::stdout().is_terminal()),
        width: width().unwrap_or(WIDTH),
    }
}

/// What standard error can show.
pub(crate) fn stderr_style() -> Style {
    Style {
        colour: colour(io::stderr().is_terminal()),
        width: width().unwrap_or(WIDTH),
    }
}

/// Colour on a terminal, unless `NO_COLOR` or `TERM=dumb` forbid it; elsewhere, if `CLICOLOR_FORCE` asks for it.
fn colour(terminal: bool) -> bool {
    let set = |name| env::var_os(name).filter(|value| !value.is_empty());
    if set("NO_COLOR").is_some() {
        return false;
    }
    if set("CLICOLOR_FORCE").is_some_and(|value| value != *OsStr::new("0")) {
        return true;
    }
    let term = set("TERM");
    terminal && term.map_or(cfg!(windows), |value| value != *OsStr::new("dumb"))
}

#[cfg(unix)]
fn width() -> Option<usize> {
    let size = rustix::termios::tcgetwinsize(io::stdout()).ok()?;
    // Below this, annotate-snippets would cut away what it is to show.
    (size.ws_col > 0).then(|| usize::from(size.ws_col).max(40))
}

#[cfg(not(unix))]
fn width() -> Option<usize> {
    None
}

/// Writes what the program was asked for. A reader that went away has read enough; anything else that keeps a report from being
/// written is a failure, since a gate must not pass with its report lost.
pub(crate) fn print(text: &str, code: u8) -> u8 {
    let mut stdout = io::stdout().lock();
    match stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            complain(&Problem::new(format!("the report can't be written: {}", error.kind())));
            FAILED
        }
        _ => code,
    }
}

/// Something that keeps the job from being done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Problem {
    message: String,
    help: Option<String>,
}

impl Problem {
    pub(crate) fn new(message: impl Into<String>) -> Problem {
        Problem {
            message: message.into(),
            help: None,
        }
    }

    /// The same, where the help does not.
    pub(crate) fn without_help(self) -> Problem {
        Problem { help: None, ..self }
    }

    /// What to do about it.
    pub(crate) fn help(self, help: impl Into<String>) -> Problem {
        Problem {
            help: Some(help.into()),
            ..self
        }
    }
}

/// Writes a problem to standard error.
pub(crate) fn complain(problem: &Problem) {
    let mut text = format!("error: {}\n", neutralise(&problem.message));
    if let Some(help) = &problem.help {
        text.push_str(&format!("  help: {}\n", neutralise(help)));
    }
    print_error(&text);
}

/// Writes something to standard error that does not keep the job from being done.
pub(crate) fn note(message: &str) {
    print_error(&format!("note: {}\n", neutralise(message)));
}

/// Writes text that is safe to print to standard error. If even that can't be written, the exit code has to say it all.
pub(crate) fn print_error(text: &str) {
    let _ = io::stderr().write_all(text.as_bytes());
}
