//! Redirections with `<` and `>`, and here-documents.

use super::super::dialect::Shell;
use super::super::parser::Parser;
use super::super::words::{Fault, shell::ends_word, shell::plain_word};
use super::seen::Seen;
use super::{opaque, unreadable};

/// A here-document.
pub(super) struct Here {
    last_line: Vec<u8>,
    strips_tabs: bool,
    is_text: bool,
}

/// A redirection.
pub(super) struct Redirection {
    pub(super) end: usize,
    /// Whether it opens a file that may not exist.
    pub(super) opens: bool,
    /// Whether that file may well exist: its path is absolute, or the script has written a file before.
    pub(super) may_be_there: bool,
}

const OPERATORS: &[&[u8]] = &[
    b"&>>", b"&>", b"<<<", b"<<-", b"<<", b"<&", b"<>", b"<", b">>", b">&", b">|", b">",
];

impl Parser<'_> {
    /// Reads a redirection, if there is one.
    pub(super) fn redirection(&mut self, shell: Shell, start: usize) -> Result<Option<Redirection>, Fault> {
        let Some((operator, mut at)) = self.operator(shell, start) else {
            return Ok(None);
        };
        if self.text.get(at) == Some(&b'(') && shell != Shell::Dash {
            // A process in place of a file.
            return Err(opaque(at));
        }
        at = self.blanks(at);
        if self.text.get(at).is_none_or(|&byte| ends_word(byte) || byte == b'#') {
            return Err(unreadable(at));
        }
        let mut seen = Seen::new(self.text);
        let end = plain_word(shell, self.text, at, &mut seen)?;
        if seen.pattern.is_some() && shell == Shell::Zsh
            || seen.fails.is_some()
            || seen.asks
            || !seen.sets.is_empty()
            || seen.nests
            || seen.ends_in_brace
        {
            return Err(opaque(at));
        }
        let is_number = self.text[at..end].iter().all(u8::is_ascii_digit) || self.text[at..end] == *b"-";
        if shell == Shell::Dash && operator.ends_with(b"&") && !is_number {
            return Err(if seen.is_literal() { unreadable(at) } else { opaque(at) });
        }
        let is_here = operator.starts_with(b"<<") && operator != b"<<<";
        if is_here {
            if !seen.is_literal() {
                return Err(opaque(at));
            }
            self.script.here.push(Here {
                last_line: seen.text,
                strips_tabs: operator == b"<<-",
                is_text: seen.quoted,
            });
            return Ok(Some(Redirection {
                end,
                opens: false,
                may_be_there: false,
            }));
        }
        self.script.writes |= memchr::memchr(b'>', operator).is_some();
        Ok(Some(Redirection {
            end,
            opens: matches!(operator, b"<" | b"<&"),
            may_be_there: self.script.writes || !seen.is_literal() || matches!(seen.text.first(), Some(b'/' | b'.')),
        }))
    }

    /// Returns the operator of a redirection, which may follow the number of a file descriptor, and the offset after it.
    fn operator(&self, shell: Shell, start: usize) -> Option<(&'static [u8], usize)> {
        let digits = self.text[start..]
            .iter()
            .take_while(|byte| byte.is_ascii_digit())
            .count();
        let at = start + digits;
        if !matches!(self.text.get(at), Some(b'<' | b'>' | b'&')) {
            return None;
        }
        let fits = |operator: &&&[u8]| {
            let is_new = operator.starts_with(b"&") || **operator == b"<<<";
            self.text[at..].starts_with(operator)
                && (shell != Shell::Dash || !is_new)
                && (digits == 0 || !operator.starts_with(b"&"))
        };
        let &operator = OPERATORS.iter().find(fits)?;
        Some((operator, at + operator.len()))
    }

    /// Skips the here-documents below a line; returns the offset after them.
    pub(super) fn documents_below(&mut self, mut at: usize) -> Result<usize, Fault> {
        for here in std::mem::take(&mut self.script.here) {
            let start = at;
            while at < self.text.len() {
                let end = self.line_end(at);
                let line = &self.text[at..end];
                let line = if here.strips_tabs {
                    let tabs = line.iter().take_while(|byte| **byte == b'\t').count();
                    &line[tabs..]
                } else {
                    line
                };
                let is_last = line == here.last_line;
                at = (end + 1).min(self.text.len());
                if is_last {
                    break;
                }
            }
            let body = &self.text[start..at];
            if !here.is_text && (memchr::memchr(b'`', body).is_some() || crate::find::find(body, b"$").is_some()) {
                // The document may set a variable, or end the shell.
                return Err(opaque(start));
            }
        }
        Ok(at)
    }
}
