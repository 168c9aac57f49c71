//! Simple commands: assignments, or a name with arguments.

use super::super::dialect::Shell;
use super::super::document::{Assignment, AssignmentKind, Effect, SyntaxErrorKind};
use super::super::parser::Parser;
use super::super::words::{Fault, Operator, Parameter, shell::plain_word, shell::word};
use super::names::{self, Known, Setting};
use super::seen::Seen;
use super::{Outcome, Status, opaque, unreadable};
use crate::name::word_len;
use crate::source::Span;

/// A command that is being read.
pub(super) struct Command {
    pub(super) start: usize,
    /// The index of its first assignment.
    pub(super) first: usize,
    /// What kind of command it is, once its name is read.
    pub(super) known: Option<Known>,
    pub(super) name: (usize, usize),
    /// Where the shell gives up on the command.
    pub(super) fails: Option<usize>,
    pub(super) status: Status,
    /// Whether the shell only goes on if some parameter is set (`${name:?}`).
    pub(super) asks: bool,
    /// Whether it makes variables read-only.
    pub(super) seals: bool,
    /// The variables assigned before the name of a declaring command.
    pub(super) before: Vec<Vec<u8>>,
    /// Assignments that outlast the command although it has a name.
    pub(super) lasting: Vec<Assignment>,
}

impl Parser<'_> {
    /// Reads one simple command; returns the offset after it.
    pub(super) fn simple_command(&mut self, shell: Shell, start: usize) -> Result<(usize, Outcome), Fault> {
        let mut command = Command {
            start,
            first: self.document.assignments.len(),
            known: None,
            name: (start, start),
            fails: None,
            status: Status::Well,
            asks: false,
            seals: false,
            before: vec![],
            lasting: vec![],
        };
        let mut at = start;
        let mut redirected = false;
        let mut may_fail = false;
        loop {
            at = self.blanks(at);
            if let Some(redirection) = self.redirection(shell, at)? {
                if redirection.opens {
                    if redirection.may_be_there {
                        return Err(opaque(at));
                    }
                    may_fail = true;
                }
                redirected = true;
                at = redirection.end;
                continue;
            }
            match &self.text[at..] {
                [] | [b'\n' | b';' | b'#' | b'&' | b'|' | b')', ..] => break,
                [b'(', ..] => return Err(self.parenthesis(shell, &command, at)),
                _ => {}
            }
            at = match command.known {
                None => match self.assignment(shell, &mut command, at)? {
                    Some(end) => end,
                    None => self.name(shell, &mut command, at)?,
                },
                Some(Known::Declares) => self.declaration(shell, &mut command, at)?,
                Some(Known::Unsets) => self.unset(shell, &mut command, at)?,
                Some(known) => self.command_argument(shell, &mut command, known, at)?,
            };
        }
        if at == start {
            return Err(unreadable(at));
        }
        self.finish(shell, command, (at, redirected, may_fail))
    }

    /// Returns the fault for a parenthesis in the place of a word.
    fn parenthesis(&self, shell: Shell, command: &Command, at: usize) -> Fault {
        let is_function = self.text[self.blanks(at + 1)..].starts_with(b")");
        let begins = command.known.is_none() && self.document.assignments.len() == command.first;
        if shell == Shell::Zsh || begins || is_function && command.known.is_some() {
            opaque(at)
        } else {
            unreadable(at)
        }
    }

    /// Determines the result of a command that has been read.
    fn finish(
        &mut self,
        shell: Shell,
        mut command: Command,
        (end, redirected, may_fail): (usize, bool, bool),
    ) -> Result<(usize, Outcome), Fault> {
        let effect = match shell {
            _ if command.known == Some(Known::Returns) && (shell != Shell::Dash || command.fails.is_none()) => {
                Effect::Stopped
            }
            Shell::Bash => Effect::Dropped,
            Shell::Zsh => Effect::Stopped,
            Shell::Dash => Effect::Halted,
        };
        let bare = command.known.is_none();
        let sets_more = self.document.assignments[command.first..]
            .iter()
            .any(|assignment| matches!(assignment.kind, AssignmentKind::Default { .. }));
        let keeps = command.known == Some(Known::Declares) && command.before.is_empty();
        if (command.asks || sets_more) && !bare && !keeps {
            return Err(opaque(command.start));
        }
        match command.known {
            None => {
                if may_fail && shell != Shell::Bash {
                    // The file does not exist, and nothing is assigned.
                    self.document.assignments.truncate(command.first);
                }
            }
            Some(Known::Declares) if may_fail => {
                // The file does not exist, and nothing is declared, not even what the shell would give up on.
                self.document.assignments.truncate(command.first);
                command.fails = (shell == Shell::Dash).then_some(command.fails.unwrap_or(command.start));
            }
            Some(known) if may_fail && known != Known::Harmless => return Err(opaque(command.start)),
            Some(Known::Declares | Known::Unsets | Known::Options) => {}
            Some(Known::Returns) => {
                if !names::keeps_assignments(shell, b"return") {
                    self.document.assignments.truncate(command.first);
                }
                command.fails = Some(command.fails.unwrap_or(command.start));
            }
            Some(known) => self.run(shell, &mut command, known, end),
        }
        if redirected {
            command.status = Status::Unknown;
        }
        let outcome = Outcome {
            status: command.status,
            bare,
            fails: command.fails.map(|at| (at, effect)),
        };
        Ok((end, outcome))
    }

    /// Determines the result of a command that sets nothing by itself.
    fn run(&mut self, shell: Shell, command: &mut Command, known: Known, end: usize) {
        let name = &self.text[command.name.0..command.name.1];
        if !names::keeps_assignments(shell, name) {
            self.document.assignments.truncate(command.first);
        }
        self.document.assignments.append(&mut command.lasting);
        command.status = match known {
            Known::True => Status::Well,
            Known::False => Status::Badly,
            _ => Status::Unknown,
        };
        let shown = Span::new(command.start, end);
        self.error(SyntaxErrorKind::Command, Effect::Dropped, shown);
    }

    /// Reads an assignment, if there is one; returns the offset after it.
    pub(super) fn assignment(
        &mut self,
        shell: Shell,
        command: &mut Command,
        at: usize,
    ) -> Result<Option<usize>, Fault> {
        let rest = &self.text[at..];
        let len = word_len(rest);
        let declares = command.known.is_some();
        let is_number = len > 0 && rest[..len].iter().all(u8::is_ascii_digit);
        if shell == Shell::Zsh && is_number && rest.get(len) == Some(&b'=') && !declares {
            return self.positional(shell, at + len + 1).map(Some);
        }
        if len == 0 || rest[0].is_ascii_digit() {
            return Ok(None);
        }
        let key = (at, at + len);
        let (kind, start) = match &rest[len..] {
            [b'=', ..] => (AssignmentKind::Value, key.1 + 1),
            [b'+', b'=', ..] if shell != Shell::Dash => (AssignmentKind::Append, key.1 + 2),
            [b'[', ..] if shell != Shell::Dash && declares => return Err(opaque(at)),
            [b'[', ..] if shell != Shell::Dash => return self.element(shell, command, key),
            _ => return Ok(None),
        };
        let setting = self.script.setting(shell, &self.text[key.0..key.1]);
        if setting == Setting::Unclear {
            return Err(opaque(at));
        }
        if self.text.get(start) != Some(&b'(') || shell == Shell::Dash {
            return self
                .assigned_word(shell, command, (key, kind, setting), start)
                .map(Some);
        }
        let end = self.array(shell, start)?;
        if kind == AssignmentKind::Append {
            return Err(opaque(start));
        }
        if command.fails.is_none() && setting != Setting::Refused {
            self.push(key, (start, end), AssignmentKind::Hidden);
        }
        Ok(Some(end))
    }

    /// Reads the value of an assignment, unless it is an array; returns the offset after it.
    fn assigned_word(
        &mut self,
        shell: Shell,
        command: &mut Command,
        (key, kind, setting): ((usize, usize), AssignmentKind, Setting),
        start: usize,
    ) -> Result<usize, Fault> {
        let mut seen = Seen::of_value(self.text);
        let end = word(shell, self.text, start, &mut seen)?;
        if seen.nests {
            return Err(opaque(start));
        }
        let refused = (setting == Setting::Refused).then_some(key.0);
        command.fails = command.fails.or(seen.fails).or(refused);
        command.asks |= seen.asks;
        if seen.unknown {
            command.status = Status::Unknown;
        }
        if command.fails.is_some() {
            return Ok(end);
        }
        let kind = if setting == Setting::Kept {
            AssignmentKind::Hidden
        } else {
            kind
        };
        // A variable that is no longer exported stays so.
        let was_hidden = |last: &Assignment| last.kind == AssignmentKind::Hidden;
        let name = &self.text[key.0..key.1];
        if setting != Setting::Kept && self.hides_some() && self.last_assignment(name).is_some_and(was_hidden) {
            return Err(opaque(start));
        }
        self.push(key, (start, end), kind);
        for parameter in &seen.sets {
            self.default(parameter)?;
        }
        Ok(end)
    }

    /// Reads the value of `1=…`, with which zsh sets an argument of the script; returns the offset after it.
    fn positional(&self, shell: Shell, start: usize) -> Result<usize, Fault> {
        let mut seen = Seen::of_value(self.text);
        let end = word(shell, self.text, start, &mut seen)?;
        let is_odd = seen.nests || seen.asks || !seen.sets.is_empty() || seen.fails.is_some();
        if is_odd || !self.ends_without_arguments(end) || self.text.get(start) == Some(&b'(') {
            return Err(opaque(start));
        }
        Ok(end)
    }

    /// Records `${NAME:=value}` in a word as an assignment.
    pub(super) fn default(&mut self, parameter: &Parameter) -> Result<(), Fault> {
        let Operator::Assign { colon } = parameter.operator else {
            return Ok(());
        };
        let name = &self.text[parameter.name.0..parameter.name.1];
        let last = self.last_assignment(name).copied();
        let kind = match last {
            None => AssignmentKind::Default { colon },
            Some(last) => match last.kind {
                AssignmentKind::Value if !colon => return Ok(()),
                AssignmentKind::Value if last.value.span.is_empty() => AssignmentKind::Value,
                AssignmentKind::Value => {
                    let typed = last.value.span.of(self.text);
                    if typed
                        .iter()
                        .any(|byte| matches!(byte, b'$' | b'`' | b'\'' | b'"' | b'\\' | b'~'))
                    {
                        return Err(opaque(parameter.whole.0));
                    }
                    return Ok(());
                }
                AssignmentKind::Clear => AssignmentKind::Value,
                _ => return Err(opaque(parameter.whole.0)),
            },
        };
        if parameter.quoted || self.script.sealed.contains(name) {
            let argument = &self.text[parameter.argument.0..parameter.argument.1];
            if argument
                .iter()
                .any(|byte| !byte.is_ascii_alphanumeric() && !matches!(byte, b'_' | b'-' | b'.' | b'/' | b':' | b','))
            {
                return Err(opaque(parameter.whole.0));
            }
        }
        let argument = &self.text[parameter.argument.0..parameter.argument.1];
        if argument
            .iter()
            .any(|&byte| super::super::words::shell::ends_word(byte) || byte == b'~')
        {
            return Err(opaque(parameter.whole.0));
        }
        self.push(parameter.name, parameter.argument, kind);
        Ok(())
    }

    /// Reads the name of a command; returns the offset after it.
    fn name(&mut self, shell: Shell, command: &mut Command, at: usize) -> Result<usize, Fault> {
        let mut seen = Seen::new(self.text);
        let end = plain_word(shell, self.text, at, &mut seen)?;
        let typed = &self.text[at..end];
        command.name = (at, end);
        if crate::find::find(typed, b"\\\n").is_some() {
            // The shell joins it to the word on the next line.
            return Err(opaque(at));
        }
        // No command that sets anything has a name with such characters, whatever is substituted in it.
        let is_letter = |byte: &u8| byte.is_ascii_alphabetic() || matches!(byte, b'.' | b':' | b'[' | b'_');
        let is_other = shell != Shell::Zsh && !seen.text.iter().all(is_letter);
        if seen.unknown && !is_other || seen.nests {
            return Err(opaque(at));
        }
        let is_alone = self.document.assignments.len() == command.first;
        // zsh reads what follows a redirection as it would without it.
        let is_first = is_alone && (command.start == at || shell == Shell::Zsh);
        let known = known_by_name(shell, typed, &seen, is_first).ok_or(opaque(at))?;
        // The name may be substituted with nothing, as an empty command always is, which leaves the assignments as the command.
        let may_vanish = !seen.quoted && seen.text.is_empty();
        if may_vanish && self.document.assignments.len() > command.first {
            return Err(opaque(at));
        }
        if shell == Shell::Zsh && known == Known::Harmless {
            // A program gets its assignments in a process of its own, so even those that zsh would give up on do no harm.
            command.fails = None;
        }
        if shell == Shell::Zsh && typed.starts_with(b"{") && typed.len() > 1 {
            return Err(opaque(at));
        }
        self.judge_word(shell, command, &seen, (at, end))?;
        match known {
            Known::Opaque => return Err(opaque(at)),
            Known::Misplaced => return Err(unreadable(at)),
            Known::Refused => command.fails = command.fails.or(Some(at)),
            _ => {}
        }
        command.seals = typed == b"readonly";
        let sets = matches!(known, Known::Declares | Known::Unsets | Known::Options);
        if sets && !names::keeps_assignments(shell, typed) {
            let before = self.document.assignments.drain(command.first..);
            command.before = before.map(|assignment| assignment.key.of(self.text).to_vec()).collect();
        }
        for parameter in &seen.sets {
            self.lasting_default(command, parameter)?;
        }
        command.known = Some(known);
        Ok(end)
    }

    /// Records `${NAME:=value}` in the words of a command. It outlasts the command, whatever that is.
    fn lasting_default(&mut self, command: &mut Command, parameter: &Parameter) -> Result<(), Fault> {
        let before = self.document.assignments.len();
        self.default(parameter)?;
        command.lasting.extend(self.document.assignments.drain(before..));
        Ok(())
    }

    /// Checks a word of a command, or its name, for what a shell would do about it.
    fn judge_word(
        &self,
        shell: Shell,
        command: &mut Command,
        seen: &Seen<'_>,
        (at, end): (usize, usize),
    ) -> Result<(), Fault> {
        command.asks |= seen.asks;
        let typed = &self.text[at..end];
        if shell == Shell::Zsh {
            if seen.ends_in_brace {
                return Err(unreadable(at));
            }
            // If nothing is substituted, `=` is followed by a command whose path zsh looks up, and there may be none.
            let may_vanish = (seen.expands || seen.unknown) && matches!(typed[0], b'$' | b'`');
            if may_vanish && seen.text.len() > 1 && seen.text.starts_with(b"=") {
                return Err(opaque(at));
            }
            let is_program = command.known == Some(Known::Harmless)
                && !names::is_builtin(&self.text[command.name.0..command.name.1]);
            if seen.pattern.is_some() && !is_program {
                // Few files have such a name. A program looks for them in a process of its own.
                let is_odd = memchr::memchr(b'=', typed).is_some()
                    || memchr::memchr(b'*', typed).is_none() && typed.iter().any(u8::is_ascii_alphanumeric);
                if !is_odd || command.known.is_some() || self.document.assignments.len() > command.first {
                    return Err(opaque(at));
                }
                command.fails = command.fails.or(Some(at));
            }
        }
        command.fails = command.fails.or(seen.fails);
        Ok(())
    }

    /// Reads an argument of a command that sets nothing, or of `set`; returns the offset after it.
    fn command_argument(
        &mut self,
        shell: Shell,
        command: &mut Command,
        known: Known,
        at: usize,
    ) -> Result<usize, Fault> {
        let mut seen = Seen::new(self.text);
        let end = plain_word(shell, self.text, at, &mut seen)?;
        self.judge_word(shell, command, &seen, (at, end))?;
        if seen.nests {
            return Err(opaque(at));
        }
        if known == Known::Options {
            // `set -a` is how the file is sourced. With words, `set` sets the arguments of the script.
            let is_flag = seen.text.first().is_none_or(|&byte| matches!(byte, b'-' | b'+')) || !seen.is_literal();
            if is_flag && &self.text[at..end] != b"-a" || !is_flag && !self.ends_without_arguments(end) {
                return Err(opaque(at));
            }
        }
        if known == Known::Returns {
            let is_first = at == self.blanks(command.name.1);
            let is_untold = match shell {
                Shell::Dash => is_first && !seen.is_literal(),
                // bash ends at a second argument, and zsh does not return then.
                Shell::Bash | Shell::Zsh => !is_first,
            };
            if is_untold {
                return Err(opaque(at));
            }
            // dash ends at a status that is no number.
            let is_status = || {
                std::str::from_utf8(&seen.text)
                    .is_ok_and(|text| text.parse::<i64>().is_ok_and(|status| (0..1 << 31).contains(&status)))
            };
            if shell == Shell::Dash && is_first && !is_status() {
                command.fails = command.fails.or(Some(at));
            }
        }
        for parameter in &seen.sets {
            self.lasting_default(command, parameter)?;
        }
        Ok(end)
    }

    /// Returns whether nothing after an offset refers to arguments of the script.
    fn ends_without_arguments(&self, at: usize) -> bool {
        let rest = &self.text[at..];
        memchr::memchr_iter(b'$', rest).all(|dollar| {
            let next = rest.get(dollar + 1).copied().unwrap_or(b' ');
            let in_braces = rest.get(dollar + 2).copied().unwrap_or(b' ');
            let asks = |byte: u8| byte.is_ascii_digit() || matches!(byte, b'@' | b'*' | b'#');
            !(asks(next) || next == b'{' && asks(in_braces))
        })
    }
}

/// Returns what kind of command has this name; `None` if it might set something unseen.
fn known_by_name(shell: Shell, typed: &[u8], seen: &Seen<'_>, is_first: bool) -> Option<Known> {
    if !seen.is_literal() {
        // A substituted name could be that of a command that sets something, but not if it contains an `=`.
        let is_odd = shell == Shell::Zsh && !typed.iter().any(|byte| matches!(byte, b'{' | b'_'));
        return (!is_odd || memchr::memchr(b'=', typed).is_none()).then_some(Known::Harmless);
    }
    if !seen.quoted {
        return Some(names::known(shell, typed, is_first));
    }
    matches!(
        names::known(shell, &seen.text, false),
        Known::Harmless | Known::Misplaced
    )
    .then_some(Known::Harmless)
}
