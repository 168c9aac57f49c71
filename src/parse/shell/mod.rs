//! The lines of a shell script: which commands assign, and which can't be followed without running them.
//!
//! A shell reads a line with all its commands, and then runs them; of a line that it can't read it runs nothing, and reads no further.
//! Only what is static is followed: assignments, alone on a command or behind `export`, and commands that set nothing. Where something
//! could set variables out of sight, reading stops, and says so. A value that is not told is better than a wrong one.

mod array;
mod command;
mod declaration;
mod names;
mod redirection;
mod seen;

use crate::map::Map;
use crate::name::word_len;
use crate::source::Span;

use super::dialect::Shell;
use super::document::{Assignment, AssignmentKind, Effect, SyntaxErrorKind};
use super::parser::Parser;
use super::words::Fault;
use super::words::shell::{opaque, unreadable};
use names::{Known, Setting};

pub(crate) use names::sets_itself;

/// What is known of the script so far.
#[derive(Default)]
pub(super) struct Script<'t> {
    /// Variables that may not be set again.
    sealed: Map<&'t [u8], ()>,
    /// Whether some variable is not set by an assignment any more, or not handed on.
    pub(super) is_odd: bool,
    /// Whether some file is written to, which may be read from further down.
    pub(super) writes: bool,
    /// The last assignment to each variable, of the lines that are read.
    last: Map<&'t [u8], usize>,
    /// How many assignments are in there.
    seen: usize,
    /// Where the line begins that is being read, among the assignments.
    line: usize,
    /// Documents that stand below the line: their last line, whether tabs before it are left out, whether what is in it is text.
    here: Vec<redirection::Here>,
}

impl Script<'_> {
    /// What becomes of an assignment to a variable.
    fn setting(&self, shell: Shell, name: &[u8]) -> Setting {
        if self.sealed.contains(name) {
            Setting::Refused
        } else {
            names::setting(shell, name)
        }
    }
}

/// How a command ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Status {
    Well,
    Badly,
    Unknown,
}

impl Status {
    /// Whether what stands behind `&&` or `||` is run.
    fn runs_behind(self, sign: u8) -> Run {
        let wanted = if sign == b'&' { Status::Well } else { Status::Badly };
        match self {
            Status::Unknown => Run::Maybe,
            status if status == wanted => Run::Yes,
            _ => Run::No,
        }
    }
}

/// What a command did to the line.
struct Outcome {
    status: Status,
    /// Whether it is assignments alone.
    bare: bool,
    /// Where the shell gave it up, if it did, and what becomes of the file.
    fails: Option<(usize, Effect)>,
}

/// Whether a command is run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Run {
    Yes,
    No,
    Maybe,
}

impl Parser<'_> {
    /// Whether an ordinary line does to a variable what it looks like.
    pub(super) fn sets_plainly(&mut self, shell: Shell, name: &[u8]) -> bool {
        names::setting(shell, name) == Setting::Plain && !self.script.is_odd
    }

    /// Reads one line of commands; gives the offset behind it.
    pub(super) fn commands(&mut self, shell: Shell, start: usize) -> usize {
        let (assignments, errors) = (self.document.assignments.len(), self.document.errors.len());
        self.script.line = assignments;
        self.script.here.clear();
        let mut gave_up = None;
        let read = self.list(shell, start, &mut gave_up);
        let read = read.and_then(|end| {
            self.zero_bytes(shell, (start, end), assignments)?;
            // bash keeps a backslash that is the last of the text, but not behind a line end that stands in quotes.
            let lines = &self.text[start..end];
            let is_unclear = shell == Shell::Bash && lines.ends_with(b"\\") && memchr::memchr(b'\n', lines).is_some();
            if is_unclear { Err(opaque(start)) } else { Ok(end) }
        });
        self.script.is_odd |= !self.script.sealed.is_empty()
            || self.document.assignments[assignments..]
                .iter()
                .any(|assignment| assignment.kind == AssignmentKind::Hidden);
        match (read, gave_up) {
            (Ok(end), None) => end,
            (Ok(end), Some((at, Effect::Dropped))) => {
                let shown = Span::new(at, end.max(at + 1).min(self.text.len()));
                self.error(SyntaxErrorKind::FailingCommand, Effect::Dropped, shown);
                end
            }
            (Ok(_), Some((at, effect))) => {
                self.error(SyntaxErrorKind::FailingCommand, effect, Span::new(at, self.text.len()));
                self.text.len()
            }
            (Err(fault), _) => {
                self.document.assignments.truncate(assignments);
                self.document.errors.truncate(errors);
                let effect = match shell {
                    Shell::Dash if fault.kind != SyntaxErrorKind::NotStatic => Effect::Halted,
                    _ => Effect::Stopped,
                };
                self.error(fault.kind, effect, Span::new(start, self.text.len()));
                if fault.kind == SyntaxErrorKind::NotStatic {
                    self.assign_unknown(start);
                }
                self.text.len()
            }
        }
    }

    /// Commands with `;`, `&`, `&&` and `||` between them, up to a line end; gives the offset behind it.
    fn list(&mut self, shell: Shell, start: usize, gave_up: &mut Option<(usize, Effect)>) -> Result<usize, Fault> {
        let mut at = start;
        let mut run = Run::Yes;
        // Where the commands begin that are joined by `&&` and `||`.
        let mut joined = self.document.assignments.len();
        loop {
            at = self.blanks(at);
            if matches!(&self.text[at..], [b';', ..]) && shell == Shell::Zsh && !self.text[at..].starts_with(b";;") {
                at += 1;
                continue;
            }
            if let Some(end) = self.line_end_at(at)? {
                return Ok(end);
            }
            let before = self.document.assignments.len();
            let (end, outcome) = self.pipeline(shell, at)?;
            let run_now = if gave_up.is_some() { Run::No } else { run };
            if run_now == Run::Maybe && outcome.fails.is_some() {
                return Err(opaque(at));
            }
            if run_now == Run::Yes {
                *gave_up = outcome.fails;
            }
            let status = self.status_after(run_now, &outcome, before);
            at = self.blanks(end);
            match &self.text[at..] {
                [b';', b';', ..] => return Err(unreadable(at)),
                // What was not run leaves the status of what was.
                [b'&', b'&', ..] | [b'|', b'|', ..] if run == Run::No => return Err(opaque(at)),
                [sign @ (b'&' | b'|'), again, ..] if sign == again => {
                    run = status.runs_behind(*sign);
                    at = self.next_command(shell, at + 2)?;
                    if at == self.text.len() {
                        return Ok(at);
                    }
                    continue;
                }
                [b';', ..] => at += 1,
                [b'&', ..] => {
                    if shell == Shell::Zsh && outcome.bare {
                        return Err(unreadable(at));
                    }
                    self.document.assignments.truncate(joined);
                    if gave_up.is_some_and(|(given_up, _)| given_up >= start) && run_now == Run::Yes {
                        *gave_up = None;
                    }
                    at += 1;
                }
                [] | [b'\n' | b'#', ..] => {}
                _ => return Err(unreadable(at)),
            }
            run = Run::Yes;
            joined = self.document.assignments.len();
        }
    }

    /// What is known of the status behind a pipeline; keeps of its assignments, which begin at `before`, what is sure.
    fn status_after(&mut self, run: Run, outcome: &Outcome, before: usize) -> Status {
        match run {
            Run::Yes => outcome.status,
            Run::No => {
                self.document.assignments.truncate(before);
                Status::Unknown
            }
            Run::Maybe => {
                for assignment in &mut self.document.assignments[before..] {
                    assignment.kind = AssignmentKind::Unknown;
                }
                Status::Unknown
            }
        }
    }

    /// The offset behind the line end, if nothing but a comment stands before it.
    fn line_end_at(&mut self, mut at: usize) -> Result<Option<usize>, Fault> {
        if self.text.get(at) == Some(&b'#') {
            at = self.line_end(at);
        }
        match self.text.get(at) {
            None => Ok(Some(at)),
            Some(b'\n') => self.documents_below(at + 1).map(Some),
            Some(_) => Ok(None),
        }
    }

    /// The offset of the command behind `&&`, `||` or `|`, perhaps on a line further down.
    fn next_command(&mut self, shell: Shell, mut at: usize) -> Result<usize, Fault> {
        loop {
            at = self.blanks(at);
            match self.line_end_at(at)? {
                Some(end) if end == at => {
                    return if shell == Shell::Zsh {
                        Ok(end)
                    } else {
                        Err(unreadable(end))
                    };
                }
                Some(end) => at = end,
                None => return Ok(at),
            }
        }
    }

    /// Commands with `|` between them, each of which runs in a process of its own; but for the last of zsh.
    fn pipeline(&mut self, shell: Shell, start: usize) -> Result<(usize, Outcome), Fault> {
        let before = self.document.assignments.len();
        let mut at = start;
        let mut inverts = false;
        while let [b'!', b' ' | b'\t', ..] = &self.text[at..] {
            inverts = !inverts;
            at = self.blanks(at + 1);
        }
        let (mut end, mut outcome) = self.simple_command(shell, at)?;
        loop {
            at = self.blanks(end);
            let len = match &self.text[at..] {
                [b'|', b'|', ..] => break,
                [b'|', b'&', ..] if shell != Shell::Dash => 2,
                [b'|', ..] => 1,
                _ => break,
            };
            self.document.assignments.truncate(before);
            at = self.next_command(shell, at + len)?;
            (end, outcome) = self.simple_command(shell, at)?;
            if shell != Shell::Zsh {
                self.document.assignments.truncate(before);
                outcome.fails = None;
                outcome.status = Status::Unknown;
            }
            outcome.bare = false;
        }
        if inverts {
            outcome.status = match outcome.status {
                Status::Well => Status::Badly,
                Status::Badly => Status::Well,
                Status::Unknown => Status::Unknown,
            };
        }
        Ok((end, outcome))
    }

    /// Sorts out the zero bytes of a line. bash and dash leave them out before they read anything; zsh cuts values.
    fn zero_bytes(&self, shell: Shell, (start, end): (usize, usize), first: usize) -> Result<(), Fault> {
        let assignments = &self.document.assignments[first..];
        for nul in memchr::memchr_iter(0, &self.text[start..end]).map(|at| start + at) {
            let is_at = |span: Span| (span.start as usize) <= nul && nul < span.end as usize;
            let held = assignments.iter().find(|assignment| is_at(assignment.value.span));
            let is_fine = match held {
                Some(assignment) => {
                    assignment.kind == AssignmentKind::Value
                        && memchr::memchr3(b'\\', b'$', b'`', assignment.value.span.of(self.text)).is_none()
                }
                None if shell == Shell::Zsh => true,
                None => self.sets_nothing(shell, nul),
            };
            // bash takes two of them for the end of what is text.
            let is_last = shell == Shell::Bash && self.text.get(nul + 1) == Some(&0);
            if !is_fine || is_last {
                return Err(opaque(nul));
            }
        }
        Ok(())
    }

    /// Whether the line around a zero byte is no assignment, with its zero bytes left out.
    fn sets_nothing(&self, shell: Shell, nul: usize) -> bool {
        let start = memchr::memrchr(b'\n', &self.text[..nul]).map_or(0, |end| end + 1);
        let mut line = self.text[start..self.line_end(nul)].to_vec();
        line.retain(|&byte| byte != 0);
        let line = line.trim_ascii_start();
        let len = word_len(line);
        !matches!(line.get(len), Some(b'=' | b'+' | b'[')) && names::known(shell, &line[..len], true) == Known::Harmless
    }

    /// Takes note of the assignments of the lines that are read, now that somebody asks.
    fn remember(&mut self) {
        for index in self.script.seen..self.script.line {
            let key = self.document.assignments[index].key;
            self.script.last.insert(key.of(self.text), index);
        }
        self.script.seen = self.script.line;
    }

    /// Whether an assignment is not handed on, as far as the script is read.
    fn hides_some(&self) -> bool {
        let on_line = &self.document.assignments[self.script.line..];
        self.script.is_odd
            || on_line
                .iter()
                .any(|assignment| assignment.kind == AssignmentKind::Hidden)
    }

    /// The last assignment to a variable.
    fn last_assignment(&mut self, name: &[u8]) -> Option<&Assignment> {
        self.remember();
        let on_line = self.document.assignments[self.script.line..].iter().rev();
        on_line
            .take(64)
            .find(|assignment| assignment.key.of(self.text) == name)
            .or_else(|| {
                let index = *self.script.last.get(name)?;
                self.document.assignments.get(index)
            })
    }

    /// Takes what looks like an assignment, from `from` on, for one whose value is not known; and each mention of a variable that is
    /// set before, which may be changed.
    fn assign_unknown(&mut self, from: usize) {
        self.remember();
        let text = self.text;
        let mut at = from;
        while at < text.len() {
            let len = word_len(&text[at..]);
            let (start, end) = (at, at + len);
            at = end + 1;
            let opens = start == 0
                || matches!(
                    text[start - 1],
                    0 | b' ' | b'\t' | b'\n' | b';' | b'&' | b'|' | b'(' | b'"' | b'\'' | b','
                )
                || text[..start].ends_with(b"{") && !text[..start].ends_with(b"${")
                || text[..start].ends_with(b"++")
                || text[..start].ends_with(b"--");
            // `${NAME:=value}` may set what is empty.
            let defaults = text[..start].ends_with(b"{") && matches!(&text[end..], [b'=', ..] | [b':', b'=', ..]);
            if len == 0 || !opens && !defaults || text[start].is_ascii_digit() {
                continue;
            }
            let assigns = defaults || matches!(&text[end..], [b'=' | b'[', ..] | [b'+', b'=', ..]);
            if assigns || self.script.last.contains(&text[start..end]) {
                self.push((start, end), (end, end), AssignmentKind::Unknown);
            }
        }
    }

    fn push(&mut self, key: (usize, usize), value: (usize, usize), kind: AssignmentKind) {
        let value = self.quoted_whole(value.0, value.1);
        self.assign(Span::new(key.0, key.1), value, kind);
    }

    /// The offset behind blanks and escaped line ends.
    fn blanks(&self, mut at: usize) -> usize {
        loop {
            match &self.text[at..] {
                [b' ' | b'\t', ..] => at += 1,
                [b'\\', b'\n', ..] => at += 2,
                _ => return at,
            }
        }
    }
}
