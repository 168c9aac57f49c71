//! What is written where: reports to standard output, what could not be done to standard error; and what the terminal can
//! show.

use std::ffi::OsStr;
use std::io::ErrorKind;
use std::path::PathBuf;

use envgate::report::human::Style;
use envgate::report::neutralise;

use crate::FAILED;
use crate::host::{self, Stream};

/// The width of a line where nobody says how wide it may be.
const WIDTH: usize = 100;

/// What any file can hold.
pub(crate) const FILE: Style = Style {
    colour: false,
    width: WIDTH,
};

/// The file to which a step of a GitHub workflow adds what is shown with its job.
pub(crate) fn job_summary() -> Option<PathBuf> {
    let path = host::variable("GITHUB_STEP_SUMMARY")?;
    Some(path.into())
}

/// What standard output can show.
pub(crate) fn stdout_style() -> Style {
    Style {
        colour: colour(Stream::Stdout),
        width: width().unwrap_or(WIDTH),
    }
}

/// What standard error can show.
pub(crate) fn stderr_style() -> Style {
    Style {
        colour: colour(Stream::Stderr),
        width: width().unwrap_or(WIDTH),
    }
}

/// Colour on a terminal, unless `NO_COLOR` forbids it; elsewhere, if `CLICOLOR_FORCE` asks for it.
fn colour(stream: Stream) -> bool {
    if host::variable("NO_COLOR").is_some() {
        return false;
    }
    if host::variable("CLICOLOR_FORCE").is_some_and(|value| value != *OsStr::new("0")) {
        return true;
    }
    host::is_terminal(stream)
}

/// Below 40 columns, annotate-snippets would cut away what it is to show.
fn width() -> Option<usize> {
    host::columns().map(|columns| columns.max(40))
}

/// Writes what the program was asked for. A reader that went away has read enough; anything else that keeps a report from being
/// written is a failure, since a gate must not pass with its report lost.
pub(crate) fn print(text: &str, code: u8) -> u8 {
    print_what("the report", text, code)
}

fn print_what(what: &str, text: &str, code: u8) -> u8 {
    match host::write(Stream::Stdout, text.as_bytes()) {
        Err(kind) if kind != ErrorKind::BrokenPipe => {
            complain(&Problem::new(format!("{what} can't be written: {kind}")));
            FAILED
        }
        _ => code,
    }
}

/// Writes what is to be said of the arguments: help and version where they were asked for, else what is wrong with them. The exit code.
pub(crate) fn usage(error: &clap::Error) -> u8 {
    let stream = if error.use_stderr() {
        Stream::Stderr
    } else {
        Stream::Stdout
    };
    let text = error.render();
    let text = if colour(stream) {
        text.ansi().to_string()
    } else {
        text.to_string()
    };
    let code = u8::try_from(error.exit_code()).unwrap_or(FAILED);
    match stream {
        Stream::Stdout => print_what("the help", &text, code),
        Stream::Stderr => {
            print_error(&text);
            code
        }
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
    let _ = host::write(Stream::Stderr, text.as_bytes());
}
