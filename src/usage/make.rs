//! Reads Makefiles. `$(NAME)` is a variable of the Makefile; if it sets none, one of the environment or the command
//! line, and we can't know which. So it counts as a use of a declared key but needs no declaration, unless the Makefile
//! includes an env file. `$$NAME` in a recipe is read as in a shell.

use std::collections::BTreeSet;

use super::{Finder, Name, Need, Raw, config, fallback, is_a_name};
use crate::name::{is_word_byte, word_len};

pub(super) fn read(finder: &Finder, text: &[u8], comments: &mut Vec<(usize, usize)>, raw: &mut Raw) {
    config::read(finder, text, raw);
    let mut make = Make {
        text,
        assigned: BTreeSet::new(),
        reads: Vec::new(),
        includes_env: false,
    };
    let mut start = 0;
    for line in text.split(|byte| *byte == b'\n') {
        make.line(start, line, comments);
        start += line.len() + 1;
    }
    let Make {
        assigned,
        reads,
        includes_env,
        ..
    } = make;
    for (place, of_shell) in reads {
        let name = &text[place.start..place.end];
        let is_small = name.iter().any(u8::is_ascii_lowercase);
        if assigned.contains(name) || (is_small || is_of_make(name)) && finder.key(name).is_none() {
            continue;
        }
        raw.names.push(Name {
            need: if of_shell || includes_env {
                place.need
            } else {
                Need::Unsure
            },
            ..place
        });
    }
}

/// Returns whether make itself sets a variable.
fn is_of_make(name: &[u8]) -> bool {
    const OWN: &[&[u8]] = &[
        b"AR",
        b"AS",
        b"ARFLAGS",
        b"CPP",
        b"CPPFLAGS",
        b"CURDIR",
        b"FC",
        b"LDLIBS",
        b"LEX",
        b"RM",
        b"SUFFIXES",
        b"VPATH",
        b"YACC",
    ];
    name.starts_with(b"MAKE") || name.starts_with(b".") || OWN.contains(&name)
}

struct Make<'t> {
    text: &'t [u8],
    assigned: BTreeSet<&'t [u8]>,
    /// The variables read, and whether a shell reads them.
    reads: Vec<(Name, bool)>,
    includes_env: bool,
}

impl<'t> Make<'t> {
    fn line(&mut self, start: usize, line: &'t [u8], comments: &mut Vec<(usize, usize)>) {
        let is_recipe = line.starts_with(b"\t");
        let trimmed = line.trim_ascii_start();
        if trimmed.starts_with(b"#") {
            comments.push((start, start + line.len()));
            return;
        }
        if is_recipe {
            self.shell(start, line);
        } else {
            self.statement(start + (line.len() - trimmed.len()), trimmed);
        }
        let mut at = start;
        let end = start + line.len();
        while let Some(dollar) = memchr::memchr(b'$', &self.text[at..end]).map(|len| at + len) {
            at = dollar + 1;
            let of_shell = self.text.get(at) == Some(&b'$');
            at += usize::from(of_shell);
            let opens: &[u8] = if of_shell { b"{" } else { b"({" };
            let is_open = self.text.get(at).is_some_and(|byte| opens.contains(byte));
            at += usize::from(is_open);
            let len = word_len(&self.text[at.min(end)..end]);
            let ends = self.text[(at + len).min(end)..end].first();
            // `$(NAME)`, `$(NAME:.c=.o)`; `$(shell …)` is a function. `$NAME` is `$N` followed by `AME`.
            let is_read = of_shell || is_open && matches!(ends, Some(b')' | b'}' | b':'));
            if is_read {
                self.read(at, at + len, of_shell);
            }
        }
    }

    fn read(&mut self, start: usize, end: usize, of_shell: bool) {
        if is_a_name(&self.text[start..end]) {
            let need = if of_shell {
                fallback::need_of_expansion(self.text, end)
            } else {
                Need::Sure
            };
            let name = Name { start, end, need };
            self.reads.push((name, of_shell));
        }
    }

    /// Reads a line outside recipes: an assignment, a conditional or an include.
    fn statement(&mut self, at: usize, line: &'t [u8]) {
        let mut words = line.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty());
        let first = words.next().unwrap_or_default();
        match first {
            b"ifdef" | b"ifndef" => {
                let rest = &line[first.len()..];
                let name = rest.trim_ascii_start();
                let from = at + first.len() + (rest.len() - name.len());
                self.read(from, from + word_len(name), false);
                return;
            }
            b"include" | b"-include" | b"sinclude" => {
                let is_env = |word: &[u8]| {
                    let file = word.rsplit(|byte| *byte == b'/').next().unwrap_or_default();
                    file == b".env" || file.starts_with(b".env.") || file.ends_with(b".env")
                };
                self.includes_env |= words.any(is_env);
                return;
            }
            b"define" => {
                self.assigned.extend(words.next());
                return;
            }
            _ => {}
        }
        // `export NAME = …`, `override NAME := …`, and the target-specific `all: NAME = …`.
        let Some(equals) = memchr::memchr(b'=', line) else {
            return;
        };
        let before = line[..equals].trim_ascii_end();
        if before.ends_with(b"?") {
            // `?=` reads the environment first.
            let name = before[..before.len() - 1].trim_ascii_end();
            let from = at + last_word(name);
            self.read(from, at + name.len(), false);
            return;
        }
        let name = before.trim_ascii_end();
        let marks = name
            .iter()
            .rev()
            .take_while(|byte| matches!(byte, b':' | b'+' | b'!'))
            .count();
        let name = name[..name.len() - marks].trim_ascii_end();
        let name = &name[last_word(name)..];
        if !name.is_empty() {
            self.assigned.insert(name);
        }
    }

    /// Finds the variables that a recipe line sets, and those it reads by name.
    fn shell(&mut self, start: usize, line: &'t [u8]) {
        let mut at = 0;
        while at < line.len() {
            let begins = at == 0 || !(is_word_byte(&line[at - 1]) || matches!(line[at - 1], b'$' | b'-' | b'.' | b'/'));
            let len = word_len(&line[at..]);
            if !begins || len == 0 {
                at += 1;
                continue;
            }
            let word = &line[at..at + len];
            let rest = &line[at + len..];
            let behind = rest.trim_ascii_start();
            let next = at + len + (rest.len() - behind.len());
            let next_len = word_len(behind);
            if rest.starts_with(b"=") {
                self.assigned.insert(word);
            } else if matches!(word, b"for" | b"read") {
                self.assigned.insert(&behind[..next_len]);
            } else if word == b"printenv" {
                self.read(start + next, start + next + next_len, true);
            }
            at += len;
        }
    }
}

/// Returns the start of the last word of a text that can be the name of a variable.
fn last_word(text: &[u8]) -> usize {
    text.iter().rposition(|byte| !is_word_byte(byte)).map_or(0, |at| at + 1)
}
