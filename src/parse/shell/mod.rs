//! Follows the lines of a shell script: finds the commands that assign, and those that can't be followed without running them.
//!
//! A shell parses a line with all its commands, and then runs them; of a line that it can't parse it runs nothing, and
//! it reads no further. Only what is static is followed: assignments, alone or after `export`, and commands that set
//! nothing. Where something could set variables unseen, reading stops with an error, because no value is better than a
//! wrong one.

mod array;
mod command;
mod declaration;
mod names;
mod redirection;
mod seen;

use crate::map::Map;
use crate::name::word_len;
use crate::sort;
use crate::source::Span;

use super::dialect::{Key, Shell};
use super::document::{Assignment, AssignmentKind, Effect, SyntaxErrorKind};
use super::parser::Parser;
use super::words::Fault;
use super::words::shell::{opaque, unreadable};
use names::{Known, Setting};

pub(crate) use names::{has, sets_itself};

/// How many assignments on the current line are looked at for each further word of it.
const MOST_ON_LINE: usize = 64;

/// What is known about the script so far.
#[derive(Default)]
pub(super) struct Script<'t> {
    /// Read-only variables.
    sealed: Map<&'t [u8], ()>,
    /// Names that zsh was told to export when no line had assigned them.
    created: Map<&'t [u8], ()>,
    /// Whether some variable is no longer set by an assignment, or no longer exported.
    pub(super) is_odd: bool,
    /// Whether the script writes to some file, which it may read later.
    pub(super) writes: bool,
    /// The index of the last assignment to each variable, for the lines before the current one.
    last: Map<&'t [u8], usize>,
    /// How many assignments are in `last`.
    seen: usize,
    /// The index of the first assignment of the current line.
    line: usize,
    /// The here-documents below the current line.
    here: Vec<redirection::Here>,
}

impl Script<'_> {
    /// Returns what an assignment to a variable does.
    fn setting(&self, shell: Shell, name: &[u8]) -> Setting {
        if self.sealed.contains(name) {
            Setting::Refused
        } else {
            names::setting(shell, name)
        }
    }
}

/// The exit status of a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Status {
    Well,
    Badly,
    Unknown,
}

impl Status {
    /// Returns whether what follows `&&` or `||` is run.
    fn run_after(self, sign: u8) -> Run {
        let wanted = if sign == b'&' { Status::Well } else { Status::Badly };
        match self {
            Status::Unknown => Run::Maybe,
            status if status == wanted => Run::Yes,
            _ => Run::No,
        }
    }
}

/// The result of a command.
struct Outcome {
    status: Status,
    /// Whether it consists of assignments only.
    bare: bool,
    /// Where the shell gave up on it, if it did, and what that does to the file.
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
    /// Returns whether an ordinary line does to a variable what it seems to do.
    pub(super) fn sets_plainly(&mut self, shell: Shell, name: &[u8]) -> bool {
        names::setting(shell, name) == Setting::Plain && !self.script.is_odd
    }

    /// Reads one line of commands; returns the offset after it.
    pub(super) fn commands(&mut self, shell: Shell, start: usize) -> usize {
        let (assignments, errors) = (self.document.assignments.len(), self.document.errors.len());
        self.script.line = assignments;
        self.script.here.clear();
        let mut gave_up = None;
        let read = self.list(shell, start, &mut gave_up);
        let read = read.and_then(|end| {
            self.zero_bytes(shell, (start, end), assignments)?;
            // bash keeps a backslash at the very end of the text, but not after a line end in quotes.
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

    /// Reads commands joined by `;`, `&`, `&&` and `||` up to a line end; returns the offset after it.
    fn list(&mut self, shell: Shell, start: usize, gave_up: &mut Option<(usize, Effect)>) -> Result<usize, Fault> {
        let mut at = start;
        let mut run = Run::Yes;
        // The first assignment of the commands joined by `&&` and `||`.
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
                // A command that is not run leaves the status of the last one that was.
                [b'&', b'&', ..] | [b'|', b'|', ..] if run == Run::No => return Err(opaque(at)),
                [sign @ (b'&' | b'|'), again, ..] if sign == again => {
                    run = status.run_after(*sign);
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

    /// Returns the status after a pipeline whose assignments start at `before`, and drops or marks those that are not certain.
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

    /// Returns the offset after the line end, if nothing but a comment precedes it.
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

    /// Returns the offset of the command after `&&`, `||` or `|`, which may be on a later line.
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

    /// Reads commands joined by `|`. Each runs in a process of its own, except for the last in zsh.
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

    /// Checks the zero bytes of a line. bash and dash remove them before they read anything; zsh cuts values.
    fn zero_bytes(&self, shell: Shell, (start, end): (usize, usize), first: usize) -> Result<(), Fault> {
        // The zero bytes in values, and whether they are fine there.
        let mut held: Vec<(usize, bool)> = Vec::new();
        if memchr::memchr(0, &self.text[start..end]).is_some() {
            for assignment in &self.document.assignments[first..] {
                let (value, from) = (
                    assignment.value.span.of(self.text),
                    assignment.value.span.start as usize,
                );
                let is_fine =
                    assignment.kind == AssignmentKind::Value && memchr::memchr3(b'\\', b'$', b'`', value).is_none();
                held.extend(memchr::memchr_iter(0, value).map(|at| (from + at, is_fine)));
            }
            sort::by(&mut held, &|one, other| one.0.cmp(&other.0));
        }
        // The end of the last line that was looked at, and whether it sets nothing.
        let mut line = (start, false);
        for nul in memchr::memchr_iter(0, &self.text[start..end]).map(|at| start + at) {
            let is_fine = match held.get(held.partition_point(|(at, _)| *at < nul)) {
                Some((at, is_fine)) if *at == nul => *is_fine,
                _ if shell == Shell::Zsh => true,
                _ => {
                    if nul >= line.0 {
                        line = (self.line_end(nul), self.sets_nothing(shell, nul));
                    }
                    line.1
                }
            };
            // bash takes two of them for the end of the text.
            let is_last = shell == Shell::Bash && self.text.get(nul + 1) == Some(&0);
            if !is_fine || is_last {
                return Err(opaque(nul));
            }
        }
        Ok(())
    }

    /// Returns whether the line around a zero byte, read without its zero bytes, assigns nothing.
    fn sets_nothing(&self, shell: Shell, nul: usize) -> bool {
        let start = memchr::memrchr(b'\n', &self.text[..nul]).map_or(0, |end| end + 1);
        let mut line = self.text[start..self.line_end(nul)].to_vec();
        line.retain(|&byte| byte != 0);
        let line = line.trim_ascii_start();
        let len = word_len(line);
        !matches!(line.get(len), Some(b'=' | b'+' | b'[')) && names::known(shell, &line[..len], true) == Known::Harmless
    }

    /// Brings `last` up to date. Deferred until it is needed.
    fn remember(&mut self) {
        for index in self.script.seen..self.script.line {
            let key = self.document.assignments[index].key;
            self.script.last.insert(key.of(self.text), index);
        }
        self.script.seen = self.script.line;
    }

    /// Returns whether some assignment so far is not exported.
    fn hides_some(&self) -> bool {
        let is_hidden = |assignment: &Assignment| assignment.kind == AssignmentKind::Hidden;
        self.script.is_odd || self.last_on_line().any(is_hidden)
    }

    /// Returns the last assignments on a line, beginning with the last. Not all of them, since they may be looked at for each word of it.
    fn last_on_line(&self) -> impl Iterator<Item = &Assignment> {
        let on_line = &self.document.assignments[self.script.line..];
        on_line.iter().rev().take(MOST_ON_LINE)
    }

    /// Returns the last assignment to a variable.
    fn last_assignment(&mut self, name: &[u8]) -> Option<&Assignment> {
        self.remember();
        self.last_on_line()
            .find(|assignment| assignment.key.of(self.text) == name)
            .or_else(|| {
                let index = *self.script.last.get(name)?;
                self.document.assignments.get(index)
            })
    }

    /// Gives up where only running make would tell what is set.
    pub(super) fn stop_at(&mut self, start: usize) {
        self.script.line = self.document.assignments.len();
        let rest = Span::new(start, self.text.len());
        self.error(SyntaxErrorKind::NotStatic, Effect::Stopped, rest);
        self.assign_unknown(start);
    }

    /// From `from` on, records everything that looks like an assignment, and every mention of a variable set before, as
    /// an assignment of an unknown value.
    fn assign_unknown(&mut self, from: usize) {
        self.remember();
        let in_make = self.grammar.key == Key::Make;
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
            // `${NAME:=value}` may set an empty variable.
            let defaults = text[..start].ends_with(b"{") && matches!(&text[end..], [b'=', ..] | [b':', b'=', ..]);
            if len == 0 || !opens && !defaults || text[start].is_ascii_digit() {
                continue;
            }
            let mut rest = &text[end..];
            if in_make {
                let blanks = rest.iter().take_while(|byte| matches!(byte, b' ' | b'\t'));
                rest = &rest[blanks.count()..];
            }
            let assigns = defaults
                || matches!(rest, [b'=' | b'[', ..] | [b'+', b'=', ..])
                || in_make && matches!(rest, [b':' | b'?' | b'!', b'=', ..] | [b':', b':', ..]);
            if assigns || self.script.last.contains(&text[start..end]) {
                self.push((start, end), (end, end), AssignmentKind::Unknown);
            }
        }
    }

    fn push(&mut self, key: (usize, usize), value: (usize, usize), kind: AssignmentKind) {
        let value = self.quoted_whole(value.0, value.1);
        self.assign(Span::new(key.0, key.1), value, kind);
    }

    /// Skips blanks and escaped line ends.
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
