//! Arrays. They are parsed, but never exported.

use super::super::dialect::Shell;
use super::super::document::AssignmentKind;
use super::super::parser::Parser;
use super::super::words::Fault;
use super::super::words::shell::{ends_word, plain_word, word};
use super::command::Command;
use super::seen::Seen;
use super::{opaque, unreadable};

impl Parser<'_> {
    /// Reads `NAME[…]=value`, if it is that; returns the offset after it.
    pub(super) fn element(
        &mut self,
        shell: Shell,
        command: &mut Command,
        key: (usize, usize),
    ) -> Result<Option<usize>, Fault> {
        let rest = &self.text[key.1 + 1..];
        let len = rest
            .iter()
            .take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'-' | b' '))
            .count();
        let behind = key.1 + 1 + len;
        if !self.text[behind..].starts_with(b"]=") && !self.text[behind..].starts_with(b"]+=") {
            // bash reads up to the bracket that closes, over line ends and whatever else would end a word.
            let plain = |byte: &u8| {
                byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'-' | b',' | b':' | b'/' | b' ')
            };
            return match memchr::memchr(b']', rest) {
                None if shell == Shell::Bash => Err(unreadable(key.1)),
                Some(len) if shell == Shell::Bash && !rest[..len].iter().all(plain) => Err(opaque(key.1)),
                _ => Ok(None),
            };
        }
        if !rest[..len].iter().all(u8::is_ascii_digit) || len == 0 {
            return Err(opaque(key.1));
        }
        let start = behind + if self.text[behind + 1] == b'+' { 3 } else { 2 };
        let mut seen = Seen::of_value(self.text);
        let end = word(shell, self.text, start, &mut seen)?;
        if seen.nests || seen.asks || !seen.sets.is_empty() || seen.fails.is_some() {
            return Err(opaque(start));
        }
        let is_new = self.last_assignment(&self.text[key.0..key.1]).is_none();
        if shell == Shell::Zsh {
            if rest[..len].iter().all(|&digit| digit == b'0') {
                command.fails = command.fails.or(Some(key.0));
                return Ok(Some(end));
            }
            if !is_new {
                return Err(opaque(start));
            }
        }
        if command.fails.is_none() {
            self.push(key, (start, end), AssignmentKind::Hidden);
        }
        Ok(Some(end))
    }

    /// Reads `(…)` after `NAME=`; returns the offset after it.
    pub(super) fn array(&mut self, shell: Shell, start: usize) -> Result<usize, Fault> {
        let mut at = start + 1;
        loop {
            at = self.blanks(at);
            match &self.text[at..] {
                [] => return Err(unreadable(at)),
                [b'\n', ..] => at += 1,
                [b'#', ..] => at = self.line_end(at),
                [b')', ..] => break,
                // bash gives up on the array only, but how far that extends is not followed.
                [b';' | b'&' | b'|' | b'<' | b'>' | b'(', ..] => return Err(opaque(at)),
                _ => {
                    let mut seen = Seen::new(self.text);
                    at = plain_word(shell, self.text, at, &mut seen).map_err(|_| opaque(at))?;
                    let is_pattern = shell == Shell::Zsh && seen.pattern.is_some();
                    if seen.fails.is_some() || seen.asks || !seen.sets.is_empty() || seen.nests || is_pattern {
                        return Err(opaque(at));
                    }
                }
            }
        }
        at += 1;
        let ends = self.text.get(at).is_none_or(|&byte| ends_word(byte) && byte != b'(');
        if ends { Ok(at) } else { Err(opaque(at)) }
    }
}
