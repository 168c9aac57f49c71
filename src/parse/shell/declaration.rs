//! `export`, `readonly`, `declare` and `typeset`, and `unset`.

use std::ops::Range;

use super::super::dialect::Shell;
use super::super::document::AssignmentKind;
use super::super::parser::Parser;
use super::super::words::{Fault, shell::plain_word};
use super::command::Command;
use super::names::{self, Known, Setting};
use super::seen::Seen;
use super::{Status, opaque};
use crate::name::{is_name, is_word_byte, word_len};

/// Up to so many assignments after one `export` are searched for in later ones.
const MAX_DECLARED: usize = 64;

impl Parser<'_> {
    /// Reads an argument of a declaring command; returns the offset after it.
    pub(super) fn declaration(&mut self, shell: Shell, command: &mut Command, at: usize) -> Result<usize, Fault> {
        if let Some(end) = self.declared_assignment(shell, command, at)? {
            return Ok(end);
        }
        let mut seen = Seen::new(self.text);
        let end = plain_word(shell, self.text, at, &mut seen)?;
        let typed = &self.text[at..end];
        // zsh reads nothing of a line with an unopened closing brace.
        let has_brace = shell == Shell::Zsh && seen.ends_in_brace && self.document.assignments.len() > command.first;
        if !seen.sets.is_empty() || seen.asks || seen.nests || has_brace {
            return Err(opaque(at));
        }
        if let Some(failing) = seen.fails {
            if shell == Shell::Bash || self.document.assignments.len() > command.first {
                return Err(opaque(at));
            }
            command.fails = command.fails.or(Some(failing));
            return Ok(end);
        }
        if memchr::memchr(b'{', typed).is_some() && shell != Shell::Dash {
            // A brace expansion.
            return Err(opaque(at));
        }
        let may_begin_a_name = |byte: &u8| is_word_byte(byte) || matches!(byte, b'=' | b'[' | b'+');
        if !seen.is_literal() && shell == Shell::Bash && seen.text.first().is_some_and(|byte| !may_begin_a_name(byte)) {
            // Not a name, whatever is substituted.
            command.status = Status::Badly;
            return Ok(end);
        }
        if !seen.is_literal() || seen.pattern.is_some() && memchr::memchr2(b'*', b'{', typed).is_some() {
            return Err(opaque(at));
        }
        // zsh looks for files that match before it runs the command, and has variables with odd names.
        let is_odd = seen.pattern.is_some() || seen.text.len() == 1 && !seen.text[0].is_ascii_alphanumeric();
        if shell == Shell::Zsh && is_odd && seen.text != b"_" && seen.text != b"=" {
            return Err(opaque(at));
        }
        self.literal_argument(shell, command, &seen.text, (at, end))
    }

    /// Reads an assignment after a declaring command, if there is one.
    fn declared_assignment(&mut self, shell: Shell, command: &mut Command, at: usize) -> Result<Option<usize>, Fault> {
        let before = self.document.assignments.len();
        let Some(end) = self.assignment(shell, command, at)? else {
            return Ok(None);
        };
        let typed = &self.text[at..end];
        let assignment = self.document.assignments.get(before).copied();
        let key = assignment.map(|assignment| assignment.key.of(self.text));
        let is_of_kind = |kind| assignment.is_some_and(|assignment| assignment.kind == kind);
        let again = key.is_some_and(|key| command.before.iter().any(|other| other == key));
        if again || is_of_kind(AssignmentKind::Append) && shell == Shell::Zsh {
            return Err(opaque(at));
        }
        // bash expands a list in braces to several words.
        let spreads = shell == Shell::Bash
            && memchr::memchr(b'{', typed).is_some()
            && (memchr::memchr(b',', typed).is_some() || crate::find::find(typed, b"..").is_some())
            && assignment.is_none_or(|assignment| assignment.value.quote.is_none());
        // Arguments are expanded before the command is run: if this one fails, the ones before it are not declared, nor
        // can it refer to them.
        let is_first = before == command.first;
        let gives_up = command.fails.is_some() && (shell != Shell::Dash || !is_first);
        let sees_others = !is_first && self.mentions(command.first..before, typed);
        if spreads || is_of_kind(AssignmentKind::Hidden) && command.seals || gives_up || sees_others {
            return Err(opaque(at));
        }
        if let Some(key) = key.filter(|_| command.seals) {
            self.script.sealed.insert(key, ());
        }
        Ok(Some(end))
    }

    /// Returns whether a word may refer to the keys of some assignments.
    fn mentions(&self, assignments: Range<usize>, word: &[u8]) -> bool {
        let mut keys = self.document.assignments[assignments.clone()].iter();
        memchr::memchr2(b'$', b'`', word).is_some()
            && (assignments.len() > MAX_DECLARED
                || keys.any(|assignment| crate::find::find(word, assignment.key.of(self.text)).is_some()))
    }

    /// Takes an argument whose text is known: an option, a name alone, or an assignment that is quoted together with its name.
    fn literal_argument(
        &mut self,
        shell: Shell,
        command: &mut Command,
        text: &[u8],
        (at, end): (usize, usize),
    ) -> Result<usize, Fault> {
        let len = word_len(text);
        let is_name = len > 0 && !text[0].is_ascii_digit();
        match text {
            [b'-' | b'+', ..] => return self.option(shell, command, text, (at, end)),
            _ if is_name && len == text.len() => self.bare_name(shell, command, text, (at, end))?,
            // Names in any script, and the arguments of the script itself.
            [first, ..]
                if shell == Shell::Zsh && (!first.is_ascii() || first.is_ascii_digit() && len == text.len()) =>
            {
                return Err(opaque(at));
            }
            _ if is_name && text[len] == b'=' => return self.quoted_assignment(shell, at, end),
            _ if is_name && (text[len] == b'[' || text[len..].starts_with(b"+=") && shell != Shell::Dash) => {
                return Err(opaque(at));
            }
            _ => {
                // Not a valid name: bash says so and goes on, the others give up.
                command.status = Status::Badly;
                if shell != Shell::Bash {
                    command.fails = command.fails.or(Some(at));
                }
            }
        }
        Ok(end)
    }

    /// Reads an option of a declaring command; returns the offset after it and its operands.
    fn option(
        &mut self,
        shell: Shell,
        command: &mut Command,
        text: &[u8],
        (at, end): (usize, usize),
    ) -> Result<usize, Fault> {
        match (&self.text[command.name.0..command.name.1], text) {
            (b"export", b"--") if shell != Shell::Dash => Ok(end),
            (b"export", b"-x" | b"-g") => Err(opaque(at)),
            (name, b"-x" | b"--" | b"-g") if shell != Shell::Dash && name != b"readonly" => Ok(end),
            (b"export" | b"readonly", b"-p") if at != self.blanks(command.name.1) => Err(opaque(at)),
            (b"export" | b"readonly", b"-p") => {
                if shell != Shell::Bash {
                    // They print what follows, and set nothing.
                    command.known = Some(Known::Harmless);
                }
                Ok(end)
            }
            (b"declare" | b"typeset", b"-r") => {
                command.seals = true;
                Ok(end)
            }
            (b"export", b"-n") if shell == Shell::Bash => self.unexport(shell, end),
            _ => Err(opaque(at)),
        }
    }

    /// Checks a name alone, which changes no value, except in the cases that are refused here.
    fn bare_name(
        &mut self,
        shell: Shell,
        command: &Command,
        name: &[u8],
        (at, end): (usize, usize),
    ) -> Result<(), Fault> {
        let exports = self.text[command.name.0..command.name.1] == *b"export";
        if command.seals || !exports && shell == Shell::Zsh {
            return Err(opaque(at));
        }
        let last = self.last_assignment(name).map(|last| last.kind);
        let typed = &self.text[at..end];
        // zsh creates an empty variable that it does not export.
        let is_asked_for = || memchr::memchr(b'$', &self.text[end..]).is_some();
        if last == Some(AssignmentKind::Hidden) || shell == Shell::Zsh && last.is_none() && is_asked_for() {
            return Err(opaque(at));
        }
        if exports && last.is_none() && shell == Shell::Zsh && typed == name && !self.script.created.insert(typed, ()) {
            // Told so once more, it exports that.
            self.push((at, end), (end, end), AssignmentKind::InheritOrEmpty);
        }
        Ok(())
    }

    /// Reads an assignment after `export` in which the name is quoted as well, or only the name is.
    fn quoted_assignment(&mut self, shell: Shell, at: usize, end: usize) -> Result<usize, Fault> {
        let typed = &self.text[at..end];
        let [mark @ (b'"' | b'\''), ref inner @ ..] = *typed else {
            return Err(opaque(at));
        };
        let len = word_len(inner);
        let key = (at + 1, at + 1 + len);
        if self.script.setting(shell, &self.text[key.0..key.1]) != Setting::Plain {
            return Err(opaque(at));
        }
        let value = match &inner[len..] {
            [b'=', rest @ .., last] if *last == mark => {
                let special = |byte: &u8| matches!(byte, b'"' | b'\'' | b'\\' | b'$' | b'`' | b'\r' | 0);
                if rest.iter().any(special) {
                    return Err(opaque(at));
                }
                (key.1 + 1, end - 1)
            }
            // bash and dash read this as an ordinary word, in which `~` is literal.
            [next, b'=', value @ ..] if *next == mark && memchr::memchr(b'~', value).is_none() => (key.1 + 2, end),
            _ => return Err(opaque(at)),
        };
        let is_whole = value.1 == end - 1;
        self.push(key, value, AssignmentKind::Value);
        if let Some(assignment) = self.document.assignments.last_mut().filter(|_| is_whole) {
            assignment.value.plain = true;
        }
        Ok(end)
    }

    /// Reads the names after `export -n`, which are no longer exported.
    fn unexport(&mut self, shell: Shell, mut at: usize) -> Result<usize, Fault> {
        loop {
            at = self.blanks(at);
            let len = word_len(&self.text[at..]);
            if len == 0 {
                return Ok(at);
            }
            let ends = self
                .text
                .get(at + len)
                .is_none_or(|byte| matches!(byte, b' ' | b'\t' | b'\n' | b';'));
            if !ends || names::setting(shell, &self.text[at..at + len]) != Setting::Plain {
                return Err(opaque(at));
            }
            self.push((at, at + len), (at + len, at + len), AssignmentKind::Hidden);
            at += len;
        }
    }

    /// Reads a name after `unset`; returns the offset after it.
    pub(super) fn unset(&mut self, shell: Shell, command: &mut Command, at: usize) -> Result<usize, Fault> {
        let mut seen = Seen::new(self.text);
        let end = plain_word(shell, self.text, at, &mut seen)?;
        let typed = &self.text[at..end];
        // dash reads up to the `=`, as in an assignment.
        let is_assigned = |&at: &usize| shell == Shell::Dash && is_name(&typed[..at]);
        let name = &typed[..memchr::memchr(b'=', typed).filter(is_assigned).unwrap_or(typed.len())];
        if seen.text != typed || !seen.is_literal() || seen.pattern.is_some() {
            return Err(opaque(at));
        }
        if !is_name(name) {
            if name.starts_with(b"-") {
                return Err(opaque(at));
            }
            if shell != Shell::Bash {
                command.fails = command.fails.or(Some(at));
            }
            return Ok(end);
        }
        if self.script.setting(shell, name) != Setting::Plain {
            return Err(opaque(at));
        }
        self.push((at, at + name.len()), (end, end), AssignmentKind::Clear);
        Ok(end)
    }
}
