//! Writes reports to standard output and problems to standard error, and detects what the terminal can show.

use std::borrow::Cow;
use std::ffi::{OsStr, OsString};
use std::io::ErrorKind;
use std::path::PathBuf;
use std::sync::Mutex;

use envgate::report::human::Style;
use envgate::report::{neutralise, neutralise_first};

use crate::FAILED;
use crate::host::{self, Stream};

/// The file to which a step of a GitHub workflow appends the summary of its job.
pub(crate) fn job_summary() -> Option<PathBuf> {
    let path = host::variable("GITHUB_STEP_SUMMARY")?;
    Some(path.into())
}

/// What standard output can show.
pub(crate) fn stdout_style() -> Style {
    Style {
        colour: colour(Stream::Stdout),
        width: width().unwrap_or(Style::PLAIN.width),
        ..Style::PLAIN
    }
}

/// What standard error can show.
pub(crate) fn stderr_style() -> Style {
    Style {
        colour: colour(Stream::Stderr),
        width: width().unwrap_or(Style::PLAIN.width),
        ..Style::PLAIN
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

/// Below 40 columns, annotate-snippets would cut off the annotated text.
fn width() -> Option<usize> {
    host::columns().map(|columns| columns.max(40))
}

/// Writes the output. A closed pipe is fine, since its reader has read enough; any other error is a failure, since a gate must not pass
/// with its report lost.
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

/// Writes help or version if they were asked for, else what is wrong with the arguments. Returns the exit code.
pub(crate) fn usage(error: &clap::Error) -> u8 {
    let stream = if error.use_stderr() {
        Stream::Stderr
    } else {
        Stream::Stdout
    };
    let text = error.render();
    // An argument may be the name of a file that a shell put there. clap quotes it as it is.
    let acts = |word: OsString| matches!(neutralise(&word.to_string_lossy()), Cow::Owned(_));
    let text = if colour(stream) && !host::arguments().into_iter().any(acts) {
        text.ansi().to_string()
    } else {
        let text = text.to_string();
        text.lines()
            .map(|line| format!("{}\n", neutralise_first(line)))
            .collect()
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

/// A reason why the job can't be done.
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

    /// Removes the help, where it would not help.
    pub(crate) fn without_help(self) -> Problem {
        Problem { help: None, ..self }
    }

    /// Says what to do about it, unless git has said so.
    #[cfg(not(target_family = "wasm"))]
    pub(crate) fn or_help(self, help: &str) -> Problem {
        if self.help.is_some() { self } else { self.help(help) }
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

/// Writes a note to standard error: something that does not prevent the job.
pub(crate) fn note(message: &str) {
    print_error(&format!("note: {}\n", neutralise(message)));
}

/// The heading of the next messages, until it has been written.
static HEADING: Mutex<Option<String>> = Mutex::new(None);

/// Puts the name of a part above the messages that follow, until another is named. A part that nothing is said about is not mentioned.
pub(crate) fn head(part: Option<&str>) {
    if let Ok(mut heading) = HEADING.lock() {
        *heading = part.map(|part| format!("note: in {}:\n", neutralise(part)));
    }
}

/// Writes text that is safe to print to standard error. If that fails, only the exit code is left.
pub(crate) fn print_error(text: &str) {
    let heading = HEADING.lock().ok().and_then(|mut heading| heading.take());
    let _ = host::write(Stream::Stderr, (heading.unwrap_or_default() + text).as_bytes());
}
