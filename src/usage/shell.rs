//! Reads shell scripts, and what other texts give to a shell.
//!
//! A variable that the text sets anywhere does not count as read from the environment: which comes first is known only
//! at run time. The same holds for scripts in one shell ([`sourced`]).

use std::collections::{BTreeMap, BTreeSet};

use super::guard::{self, Role};
use super::{Finder, Name, Need, Raw, condition, fallback, is_a_name, sourced};
use crate::name::{is_word_byte, word_len};

/// Reads a shell script.
pub(super) fn script(finder: &Finder, text: &[u8], comments: &mut Vec<(usize, usize)>, raw: &mut Raw) {
    let mut scan = Scan::new(text);
    scan.ends_at_unset = condition::ends_at_unset(text);
    scan.run(0, text.len());
    comments.append(&mut scan.comments);
    raw.script.sources = std::mem::take(&mut scan.sources);
    raw.script.sets = scan.finish(finder, raw);
}

/// Returns the length of the name with which a text begins.
pub(super) fn name_len(text: &[u8]) -> usize {
    let len = word_len(text);
    if is_a_name(&text[..len]) { len } else { 0 }
}

/// What opened a nested part.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Open {
    Quote,
    Bracket,
}

/// What is read of a text, piece by piece.
pub(super) struct Scan<'t> {
    text: &'t [u8],
    reads: Vec<Name>,
    /// Variables set from their previous value: `NAME=${NAME:-default}`.
    kept: Vec<Name>,
    /// Variables that the text declares as arguments.
    pub(super) arguments: Vec<Name>,
    /// Names that it sets.
    pub(super) assigned: BTreeSet<Vec<u8>>,
    sources: BTreeSet<String>,
    pub(super) comments: Vec<(usize, usize)>,
    untold: u32,
    argued: Argued,
    /// The ranges in which variables are known to be set.
    guarded: BTreeMap<&'t [u8], Vec<(usize, usize)>>,
    /// Whether the script ends at a variable that is not set, so that `$NAME` can't ask whether it is.
    ends_at_unset: bool,
}

/// Up to where the arguments of each kind of command were read: a line may name a command many times.
#[derive(Default)]
struct Argued {
    set: usize,
    asked: usize,
    substituted: usize,
}

/// Commands whose arguments are names that they set.
const SETTERS: [&[u8]; 9] = [
    b"read",
    b"local",
    b"declare",
    b"typeset",
    b"readonly",
    b"mapfile",
    b"readarray",
    b"getopts",
    b"unset",
];

impl<'t> Scan<'t> {
    pub(super) fn new(text: &'t [u8]) -> Scan<'t> {
        Scan {
            text,
            reads: Vec::new(),
            kept: Vec::new(),
            arguments: Vec::new(),
            assigned: BTreeSet::new(),
            sources: BTreeSet::new(),
            comments: Vec::new(),
            untold: 0,
            argued: Argued::default(),
            guarded: BTreeMap::new(),
            ends_at_unset: false,
        }
    }

    /// Records what is read; returns the names that are set.
    pub(super) fn finish(mut self, finder: &Finder, raw: &mut Raw) -> BTreeSet<Vec<u8>> {
        guard::settle(std::mem::take(&mut self.guarded), self.text, &mut self.reads);
        raw.untold += self.untold;
        for name in self.reads {
            let text = &self.text[name.start..name.end];
            let key = finder.key(text);
            if self.assigned.contains(text) {
                raw.mentions.extend(key);
            } else if key.is_some() || !text.iter().any(u8::is_ascii_lowercase) {
                raw.names.push(name);
            }
        }
        raw.names.extend(self.kept);
        raw.names.extend(self.arguments);
        self.assigned
    }

    /// Reads a piece, in which quotes are closed.
    pub(super) fn run(&mut self, from: usize, to: usize) {
        let mut open: Vec<Open> = Vec::new();
        let mut heredocs: Vec<(usize, usize, bool)> = Vec::new();
        let mut at = from;
        while at < to {
            let byte = self.text[at];
            let quoted = open.last() == Some(&Open::Quote);
            let before = at.checked_sub(1).map_or(b'\n', |before| self.text[before]);
            let begins = at == from
                || matches!(
                    before,
                    b' ' | b'\t' | b'\n' | b'\r' | b';' | b'&' | b'|' | b'(' | b'`' | b'{'
                );
            at += 1;
            match byte {
                b'\\' => at += 1,
                b'\'' if !quoted => at = memchr::memchr(b'\'', &self.text[at..to]).map_or(to, |len| at + len + 1),
                b'"' if quoted => drop(open.pop()),
                b'"' if open.len() < 200 => open.push(Open::Quote),
                b'(' if !quoted && open.len() < 200 => open.push(Open::Bracket),
                b')' if open.last() == Some(&Open::Bracket) => drop(open.pop()),
                b'#' if !quoted && begins && before != b'{' => {
                    let end = memchr::memchr(b'\n', &self.text[at..to]).map_or(to, |len| at + len);
                    self.comments.push((at - 1, end));
                    at = end;
                }
                b'$' => at = self.dollar(at, to, &mut open),
                b'<' if !quoted && self.text[at..to].starts_with(b"<") => at = self.heredoc(at + 1, to, &mut heredocs),
                b'\n' if !heredocs.is_empty() => {
                    for (start, end, expands) in std::mem::take(&mut heredocs) {
                        at = self.body(at, to, start, end, expands);
                    }
                }
                b'-' if !quoted && begins && self.text[at..to].starts_with(b"v ") && self.is_in_a_test(at - 1) => {
                    let known = self.reads.len();
                    self.asked(at + 1, to);
                    if let Some(name) = self.reads.get(known).copied() {
                        let role = condition::role_of_name(self.text, name.start, name.end);
                        self.reads[known].need = self.need_in(role, (name.start, name.end), Need::Optional);
                    }
                }
                b'.' if !quoted && begins && matches!(self.text[at..to].first(), Some(b' ' | b'\t')) => {
                    self.source(at - 1, at);
                }
                b'A'..=b'Z' | b'a'..=b'z' | b'_' if !quoted && begins => at = self.word(at - 1, to),
                _ => {}
            }
        }
    }

    /// Reads what follows a `$`.
    fn dollar(&mut self, at: usize, to: usize, open: &mut Vec<Open>) -> usize {
        match self.text.get(at).filter(|_| at < to) {
            Some(b'(') if open.len() < 200 => {
                open.push(Open::Bracket);
                at + 1
            }
            Some(b'\'') if open.last() != Some(&Open::Quote) => {
                let mut end = at + 1;
                while end < to && self.text[end] != b'\'' {
                    end += 1 + usize::from(self.text[end] == b'\\');
                }
                (end + 1).min(to)
            }
            Some(b'{') => {
                let is_indirect = self.text.get(at + 1) == Some(&b'!');
                let start = at + 1 + usize::from(is_indirect || self.text.get(at + 1) == Some(&b'#'));
                let len = name_len(&self.text[start.min(to)..to]);
                self.untold += u32::from(is_indirect);
                if len > 0 && !is_indirect {
                    self.read(start, start + len, at - 1);
                }
                start + len
            }
            _ => {
                let len = name_len(&self.text[at..to]);
                if len > 0 {
                    self.read(at, at + len, at - 1);
                }
                at + len
            }
        }
    }

    fn read(&mut self, start: usize, end: usize, dollar: usize) {
        let is_braced = start == dollar + 2;
        let need = if is_braced {
            fallback::need_of_expansion(self.text, end)
        } else {
            Need::Sure
        };
        let role = condition::role(self.text, dollar, end);
        let name = Name {
            start,
            end,
            need: self.need_in(role, (start, end), need),
        };
        let before = &self.text[..dollar];
        let before = before.strip_suffix(b"\"").unwrap_or(before);
        let is_own = before.strip_suffix(b"=").is_some_and(|before| {
            let own = before.strip_suffix(&self.text[start..end]);
            own.is_some_and(|before| !before.last().is_some_and(is_word_byte))
        });
        let keeps = matches!(self.text.get(end), Some(b':' | b'-' | b'?' | b'=' | b'+'));
        if is_own && keeps && !self.text[start..end].iter().any(u8::is_ascii_lowercase) {
            self.kept.push(name);
        } else {
            self.reads.push(name);
        }
    }

    /// Returns the need of a variable, whose name is at a place, from the role it has there; `need` is what its expansion says.
    fn need_in(&mut self, role: Role, (start, end): (usize, usize), need: Need) -> Need {
        match role {
            Role::Demand => Need::Sure,
            Role::Test(guarded) if need == Need::Optional || !self.ends_at_unset => {
                let ranges = self.guarded.entry(&self.text[start..end]).or_default();
                ranges.extend(guarded);
                Need::Optional
            }
            Role::Test(_) | Role::Use => need,
        }
    }

    /// Reads a word in command position: `NAME=…`, or a command that sets names.
    fn word(&mut self, start: usize, to: usize) -> usize {
        let len = name_len(&self.text[start..to]);
        let end = start + len;
        let rest = &self.text[end..to];
        if len > 0 && (rest.starts_with(b"=") || rest.starts_with(b"+=") || rest.starts_with(b"[")) {
            self.assigned.insert(self.text[start..end].to_vec());
        } else if &self.text[start..end] == b"printenv" && end >= self.argued.asked {
            self.asked(end, to);
        } else if &self.text[start..end] == b"envsubst" && end >= self.argued.substituted {
            // The names it may substitute are in a string that the shell does not expand.
            let line = memchr::memchr2(b'\n', b'|', rest).map_or(to, |len| end + len);
            self.expand(end, line);
            self.argued.substituted = line;
        } else if &self.text[start..end] == b"source" {
            self.source(start, end);
        } else if matches!(&self.text[start..end], b"for" | b"select") {
            self.set_first(end, to);
        } else if SETTERS.contains(&&self.text[start..end]) && end >= self.argued.set {
            self.set(end, to);
        }
        end.max(start + 1)
    }

    /// Reads `source FILE` or `. FILE`.
    fn source(&mut self, start: usize, end: usize) {
        if sourced::is_command(self.text, start) {
            self.sources.extend(sourced::argument(self.text, end));
        }
    }

    /// Reads `printenv NAME OTHER` and `-v NAME`, which name variables without a dollar.
    fn asked(&mut self, from: usize, to: usize) {
        let mut at = from;
        loop {
            at += self.text[at..to]
                .iter()
                .take_while(|byte| matches!(byte, b' ' | b'\t'))
                .count();
            let len = name_len(&self.text[at..to]);
            let ends = self.text[at + len..to].first();
            if len == 0 || at == from || ends.is_some_and(|byte| !b" \t\r\n;|&)`\"'>".contains(byte)) {
                return;
            }
            let name = Name {
                start: at,
                end: at + len,
                need: Need::Sure,
            };
            self.reads.push(name);
            at += len;
            self.argued.asked = at;
        }
    }

    /// Returns whether a test precedes a place: `[[`, `[` or `test`, perhaps with a `!`.
    fn is_in_a_test(&self, at: usize) -> bool {
        let before = self.text[at.saturating_sub(40)..at].trim_ascii_end();
        let before = before.strip_suffix(b"!").unwrap_or(before).trim_ascii_end();
        [b"[".as_slice(), b"test", b"&&", b"||"]
            .iter()
            .any(|end| before.ends_with(end))
    }

    /// Records the names up to the end of a command as set.
    fn set(&mut self, from: usize, to: usize) {
        let rest = &self.text[from..to];
        let len = rest
            .iter()
            .position(|byte| matches!(byte, b'\n' | b';' | b'|' | b'&' | b')' | b'<' | b'#'))
            .unwrap_or(rest.len());
        for word in rest[..len].split(u8::is_ascii_whitespace) {
            let len = name_len(word);
            if len > 0 && (len == word.len() || word[len] == b'=') {
                self.assigned.insert(word[..len].to_vec());
            }
        }
        self.argued.set = from + len;
    }

    /// Records the name of a loop as set.
    fn set_first(&mut self, from: usize, to: usize) {
        let rest = &self.text[from..to];
        let blanks = rest.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
        let len = name_len(&rest[blanks..]);
        if len > 0 {
            self.assigned.insert(rest[blanks..blanks + len].to_vec());
        }
    }

    /// Reads what follows `<<`.
    fn heredoc(&self, at: usize, to: usize, heredocs: &mut Vec<(usize, usize, bool)>) -> usize {
        if self.text[at..to].starts_with(b"<") {
            return at + 1;
        }
        let mut start = at + usize::from(self.text.get(at) == Some(&b'-'));
        start += self.text[start.min(to)..to]
            .iter()
            .take_while(|byte| matches!(byte, b' ' | b'\t'))
            .count();
        let quote = self.text.get(start).filter(|byte| matches!(byte, b'\'' | b'"' | b'\\'));
        start += usize::from(quote.is_some());
        let len = name_len(&self.text[start.min(to)..to]);
        if len == 0 || heredocs.len() > 16 {
            return at;
        }
        heredocs.push((start, start + len, quote.is_none()));
        start + len + usize::from(quote.is_some_and(|byte| *byte != b'\\'))
    }

    /// Reads the text of a heredoc, up to the line with its name.
    fn body(&mut self, from: usize, to: usize, start: usize, end: usize, expands: bool) -> usize {
        let mut at = from;
        while at < to {
            let line = memchr::memchr(b'\n', &self.text[at..to]).map_or(to, |len| at + len);
            if self.text[at..line].trim_ascii() == &self.text[start..end] {
                return line;
            }
            if expands {
                self.expand(at, line);
            }
            at = line + 1;
        }
        to
    }

    /// Reads text in which only `$` has a meaning.
    fn expand(&mut self, from: usize, to: usize) {
        let mut at = from;
        while let Some(dollar) = memchr::memchr(b'$', &self.text[at..to]).map(|len| at + len) {
            at = dollar + 1;
            if dollar > from && self.text[dollar - 1] == b'\\' {
                continue;
            }
            let mut open = Vec::new();
            at = self.dollar(at, to, &mut open).max(at);
        }
    }
}
