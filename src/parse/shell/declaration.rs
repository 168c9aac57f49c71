//! `export`, `readonly` and the like, and `unset`.

use super::super::dialect::Shell;
use super::super::document::AssignmentKind;
use super::super::parser::Parser;
use super::super::words::{Fault, shell::plain_word};
use super::command::Command;
use super::names::{self, Setting};
use super::seen::Seen;
use super::{Status, opaque};

impl Parser<'_> {
    /// An argument of `export` and the like; gives the offset behind it.
    pub(super) fn declaration(&mut self, shell: Shell, command: &mut Command, at: usize) -> Result<usize, Fault> {
        let before = self.document.assignments.len();
        if let Some(end) = self.assignment(shell, command, at)? {
            let typed = &self.text[at..end];
            let kind = self.document.assignments.get(before).map(|assignment| assignment.kind);
            let is_hidden = kind == Some(AssignmentKind::Hidden);
            let again = self
                .document
                .assignments
                .get(before)
                .is_some_and(|assignment| command.before.iter().any(|key| key == assignment.key.of(self.text)));
            if again || kind == Some(AssignmentKind::Append) && shell == Shell::Zsh {
                return Err(opaque(at));
            }
            // bash makes several words of braces with a list in them. What may not be exported, or is refused here, is told elsewhere.
            let spreads = shell == Shell::Bash
                && memchr::memchr(b'{', typed).is_some()
                && (memchr::memchr(b',', typed).is_some() || crate::find::find(typed, b"..").is_some())
                && !self.is_in_quotes(before);
            if spreads || is_hidden && command.seals || command.fails.is_some() && shell == Shell::Bash {
                return Err(opaque(at));
            }
            if command.seals
                && let Some(assignment) = self.document.assignments.get(before)
            {
                self.script.sealed.insert(assignment.key.of(self.text), ());
            }
            return Ok(end);
        }
        let mut seen = Seen::new(self.text);
        let end = plain_word(shell, self.text, at, &mut seen)?;
        let typed = &self.text[at..end];
        if !seen.sets.is_empty() || seen.asks || seen.nests {
            return Err(opaque(at));
        }
        if let Some(failing) = seen.fails {
            if shell == Shell::Bash {
                return Err(opaque(at));
            }
            command.fails = command.fails.or(Some(failing));
            return Ok(end);
        }
        if memchr::memchr(b'{', typed).is_some() && shell != Shell::Dash {
            // A list of words in braces.
            return Err(opaque(at));
        }
        let is_letter = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'=' | b'[' | b'+');
        if !seen.is_literal() && shell == Shell::Bash && seen.text.first().is_some_and(|byte| !is_letter(byte)) {
            // No name, whatever is put in.
            command.status = Status::Badly;
            return Ok(end);
        }
        if !seen.is_literal() || seen.pattern.is_some() && memchr::memchr2(b'*', b'{', typed).is_some() {
            return Err(opaque(at));
        }
        // zsh looks for files of such names before it runs the command, and has variables with odd names.
        let is_odd = seen.pattern.is_some() || seen.text.len() == 1 && !seen.text[0].is_ascii_alphanumeric();
        if shell == Shell::Zsh && is_odd && seen.text != b"_" && seen.text != b"=" {
            return Err(opaque(at));
        }
        let name = &self.text[command.name.0..command.name.1];
        let text = seen.text.as_slice();
        let is_word = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
        let len = text.iter().take_while(|byte| is_word(byte)).count();
        let is_name = len > 0 && !text[0].is_ascii_digit();
        match text {
            [b'-' | b'+', ..] => match (name, text) {
                (b"export", b"--") if shell != Shell::Dash => {}
                (b"export", b"-x" | b"-g") => return Err(opaque(at)),
                (_, b"-x" | b"--" | b"-g") if shell != Shell::Dash && name != b"readonly" => {}
                (b"export" | b"readonly", b"-p") => {}
                (b"declare" | b"typeset", b"-r") => command.seals = true,
                (b"export", b"-n") if shell == Shell::Bash => return self.unexport(shell, end),
                _ => return Err(opaque(at)),
            },
            _ if is_name && len == text.len() => {
                // A name alone changes no value.
                if command.seals {
                    return Err(opaque(at));
                }
                if name != b"export" && shell == Shell::Zsh {
                    return Err(opaque(at));
                }
                let last = self.last_assignment(text).map(|last| last.kind);
                // zsh makes an empty variable of it, which it does not hand on.
                let is_asked_for = || crate::find::find(&self.text[end..], b"$").is_some();
                if last == Some(AssignmentKind::Hidden) || shell == Shell::Zsh && last.is_none() && is_asked_for() {
                    return Err(opaque(at));
                }
            }
            // Names of any script, and the arguments of the script itself.
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
                // No name that a variable could have: bash says so and goes on, others give up.
                command.status = Status::Badly;
                if shell != Shell::Bash {
                    command.fails = command.fails.or(Some(at));
                }
            }
        }
        Ok(end)
    }

    /// Whether the value of an assignment is in one pair of quotes.
    fn is_in_quotes(&self, index: usize) -> bool {
        let assignment = self.document.assignments.get(index);
        assignment.is_some_and(|assignment| assignment.value.quote.is_some())
    }

    /// An assignment behind `export` of which the name is in quotes as well, or nothing but the name.
    fn quoted_assignment(&mut self, shell: Shell, at: usize, end: usize) -> Result<usize, Fault> {
        let typed = &self.text[at..end];
        let [mark @ (b'"' | b'\''), ref inner @ ..] = *typed else {
            return Err(opaque(at));
        };
        let len = inner
            .iter()
            .take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_')
            .count();
        let key = (at + 1, at + 1 + len);
        let name = &self.text[key.0..key.1];
        if names::setting(shell, name) != Setting::Plain || self.script.sealed.contains(name) {
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
            [next, b'=', ..] if *next == mark => (key.1 + 2, end),
            _ => return Err(opaque(at)),
        };
        let is_whole = value.1 == end - 1;
        self.push(key, value, AssignmentKind::Value);
        if let Some(assignment) = self.document.assignments.last_mut().filter(|_| is_whole) {
            assignment.value.plain = true;
        }
        Ok(end)
    }

    /// The names behind `export -n`, which no program gets.
    fn unexport(&mut self, shell: Shell, mut at: usize) -> Result<usize, Fault> {
        loop {
            at = self.blanks(at);
            let len = self.text[at..]
                .iter()
                .take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_')
                .count();
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

    /// A name behind `unset`; gives the offset behind it.
    pub(super) fn unset(&mut self, shell: Shell, command: &mut Command, at: usize) -> Result<usize, Fault> {
        let mut seen = Seen::new(self.text);
        let end = plain_word(shell, self.text, at, &mut seen)?;
        let name = &self.text[at..end];
        if seen.text != name || !seen.is_literal() || seen.pattern.is_some() {
            return Err(opaque(at));
        }
        let is_word = name.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'_');
        if !is_word || name[0].is_ascii_digit() {
            if name.starts_with(b"-") {
                return Err(opaque(at));
            }
            if shell != Shell::Bash {
                command.fails = command.fails.or(Some(at));
            }
            return Ok(end);
        }
        if names::setting(shell, name) != Setting::Plain || self.script.sealed.contains(name) {
            return Err(opaque(at));
        }
        self.push((at, end), (end, end), AssignmentKind::Clear);
        Ok(end)
    }
}
