//! Reads languages in which `$NAME` is a variable: shells, Dockerfiles, Compose.
//!
//! A variable that the text sets anywhere does not count as read from the environment: which comes first is known only
//! at run time. The same holds for scripts in one shell ([`sourced`]).

use std::collections::BTreeSet;

use super::{Finder, Name, Raw, config, is_a_name, sourced};
use crate::name::{is_word_byte, word_len};

/// Reads a shell script.
pub(super) fn script(finder: &Finder, text: &[u8], comments: &mut Vec<(usize, usize)>, raw: &mut Raw) {
    let mut scan = Scan::new(text);
    scan.run(0, text.len());
    comments.append(&mut scan.comments);
    raw.script.sources = std::mem::take(&mut scan.sources);
    raw.script.sets = scan.finish(finder, raw);
}

/// Reads a Dockerfile, each instruction separately, so that an apostrophe in one doesn't open a string that extends
/// into the next.
pub(super) fn dockerfile(finder: &Finder, text: &[u8], comments: &mut Vec<(usize, usize)>, raw: &mut Raw) {
    let mut scan = Scan::new(text);
    let mut at = 0;
    while at < text.len() {
        let (start, end) = instruction(text, at);
        at = end + 1;
        let line = &text[start..end];
        let trimmed = line.trim_ascii_start();
        if trimmed.starts_with(b"#") {
            comments.push((start, end));
            continue;
        }
        let from = start + (line.len() - trimmed.len());
        let word = trimmed.iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
        let rest = from + word;
        if trimmed[..word].eq_ignore_ascii_case(b"ARG") {
            for (name, has_default) in arguments(text, rest, end) {
                let known = text[name.start..name.end].to_vec();
                scan.assigned.insert(known);
                scan.arguments.push(Name {
                    asks: !has_default,
                    ..name
                });
            }
        } else if trimmed[..word].eq_ignore_ascii_case(b"ENV") {
            for (name, _) in arguments(text, rest, end) {
                scan.assigned.insert(text[name.start..name.end].to_vec());
            }
        }
        scan.run(rest, end);
    }
    comments.append(&mut scan.comments);
    scan.finish(finder, raw);
}

/// Returns the range of an instruction, from the start of its first line to the end of its last continuation line.
fn instruction(text: &[u8], start: usize) -> (usize, usize) {
    let mut at = start;
    loop {
        let end = memchr::memchr(b'\n', &text[at..]).map_or(text.len(), |len| at + len);
        let line = text[at..end].trim_ascii();
        // A comment between the lines of an instruction does not end it.
        let goes_on = line.ends_with(b"\\") || at > start && (line.is_empty() || line.starts_with(b"#"));
        if end == text.len() || !goes_on {
            return (start, end);
        }
        at = end + 1;
    }
}

/// Reads `NAME` and `NAME=value`, each preceded by white space, or `NAME value`; returns whether each has a value.
fn arguments(text: &[u8], from: usize, to: usize) -> Vec<(Name, bool)> {
    let mut found = Vec::new();
    let mut at = from;
    let mut quote = None;
    let mut begins = true;
    while at < to {
        let byte = text[at];
        match (quote, byte) {
            (Some(open), _) if byte == open => quote = None,
            (Some(_), b'\\') => at += 1,
            (Some(_), _) => {}
            (None, b'"' | b'\'') => quote = Some(byte),
            (None, b' ' | b'\t' | b'\n' | b'\r' | b'\\') => {
                begins = true;
                at += 1;
                continue;
            }
            _ if begins => {
                let len = name_len(&text[at..to]);
                if len > 0 {
                    let name = Name {
                        start: at,
                        end: at + len,
                        asks: true,
                    };
                    let next = text.get(at + len);
                    found.push((name, next == Some(&b'=')));
                    // `ENV NAME value`: the rest is the value.
                    if next == Some(&b' ') && !text[at..to].contains(&b'=') {
                        return found;
                    }
                    at += len;
                    begins = false;
                    continue;
                }
            }
            _ => {}
        }
        begins = false;
        at += 1;
    }
    found
}

/// Reads a Compose file: what it interpolates, and variables it passes on by name alone.
pub(super) fn compose(finder: &Finder, text: &[u8], comments: &mut Vec<(usize, usize)>, raw: &mut Raw) {
    config::read(finder, text, raw);
    let mut start = 0;
    // The indentation of the open `environment:` list, if any.
    let mut environment: Option<usize> = None;
    for line in text.split(|byte| *byte == b'\n') {
        let from = start;
        start += line.len() + 1;
        let trimmed = line.trim_ascii_start();
        let indent = line.len() - trimmed.len();
        if trimmed.is_empty() {
            continue;
        }
        if trimmed.starts_with(b"#") {
            comments.push((from, from + line.len()));
            continue;
        }
        let code = without_comment(line, from, comments);
        interpolations(text, from, from + code, raw);
        if trimmed.trim_ascii_end() == b"environment:" {
            environment = Some(indent);
            continue;
        }
        let Some(of) = environment else { continue };
        let is_item = trimmed.starts_with(b"- ");
        if indent < of || indent == of && !is_item {
            environment = None;
            continue;
        }
        let behind = if is_item {
            2 + trimmed[2..]
                .iter()
                .take_while(|byte| matches!(byte, b' ' | b'"' | b'\''))
                .count()
        } else {
            0
        };
        let name = from + indent + behind;
        let len = name_len(&text[name..from + code]);
        let rest = text[name + len..from + code].trim_ascii();
        let is_handed_on = if is_item {
            matches!(rest, b"" | b"\"" | b"'")
        } else {
            rest == b":"
        };
        if len > 0 && is_handed_on {
            raw.names.push(Name {
                start: name,
                end: name + len,
                asks: true,
            });
        }
    }
}

/// Returns the length of a line of YAML without its trailing comment.
fn without_comment(line: &[u8], from: usize, comments: &mut Vec<(usize, usize)>) -> usize {
    let mut quote = None;
    for (at, &byte) in line.iter().enumerate() {
        match (quote, byte) {
            (Some(open), _) if byte == open => quote = None,
            (None, b'"' | b'\'') if at == 0 || !line[at - 1].is_ascii_alphanumeric() => quote = Some(byte),
            (None, b'#') if at > 0 && matches!(line[at - 1], b' ' | b'\t') => {
                comments.push((from + at, from + line.len()));
                return at;
            }
            _ => {}
        }
    }
    line.len()
}

/// Records `$NAME` and `${NAME…}`; `$$` is a literal dollar.
fn interpolations(text: &[u8], from: usize, to: usize, raw: &mut Raw) {
    let mut at = from;
    while let Some(dollar) = memchr::memchr(b'$', &text[at..to]).map(|len| at + len) {
        at = dollar + 1;
        if text.get(at) == Some(&b'$') {
            at += 1;
            continue;
        }
        let start = at + usize::from(text.get(at) == Some(&b'{'));
        let len = name_len(&text[start.min(to)..to]);
        if len > 0 {
            raw.names.push(Name {
                start,
                end: start + len,
                asks: true,
            });
        }
    }
}

/// Returns the length of the name with which a text begins.
fn name_len(text: &[u8]) -> usize {
    let len = word_len(text);
    if is_a_name(&text[..len]) { len } else { 0 }
}

/// What opened a nested part.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Open {
    Quote,
    Bracket,
}

struct Scan<'t> {
    text: &'t [u8],
    reads: Vec<Name>,
    /// Variables set from their previous value: `NAME=${NAME:-default}`.
    kept: Vec<Name>,
    arguments: Vec<Name>,
    assigned: BTreeSet<Vec<u8>>,
    sources: BTreeSet<String>,
    comments: Vec<(usize, usize)>,
    untold: u32,
}

/// Commands whose arguments are names that they set.
const SETTERS: [&[u8]; 11] = [
    b"read",
    b"local",
    b"declare",
    b"typeset",
    b"readonly",
    b"mapfile",
    b"readarray",
    b"getopts",
    b"for",
    b"select",
    b"unset",
];

impl<'t> Scan<'t> {
    fn new(text: &'t [u8]) -> Scan<'t> {
        Scan {
            text,
            reads: Vec::new(),
            kept: Vec::new(),
            arguments: Vec::new(),
            assigned: BTreeSet::new(),
            sources: BTreeSet::new(),
            comments: Vec::new(),
            untold: 0,
        }
    }

    /// Records what is read; returns the names that are set.
    fn finish(self, finder: &Finder, raw: &mut Raw) -> BTreeSet<Vec<u8>> {
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

    fn run(&mut self, from: usize, to: usize) {
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
                    self.asked(at + 1, to);
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
        let name = Name { start, end, asks: true };
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

    /// Reads a word in command position: `NAME=…`, or a command that sets names.
    fn word(&mut self, start: usize, to: usize) -> usize {
        let len = name_len(&self.text[start..to]);
        let end = start + len;
        let rest = &self.text[end..to];
        if len > 0 && (rest.starts_with(b"=") || rest.starts_with(b"+=") || rest.starts_with(b"[")) {
            self.assigned.insert(self.text[start..end].to_vec());
        } else if &self.text[start..end] == b"printenv" {
            self.asked(end, to);
        } else if &self.text[start..end] == b"envsubst" {
            // The names it may substitute are in a string that the shell does not expand.
            let line = memchr::memchr2(b'\n', b'|', rest).map_or(to, |len| end + len);
            self.expand(end, line);
        } else if &self.text[start..end] == b"source" {
            self.source(start, end);
        } else if SETTERS.contains(&&self.text[start..end]) {
            let is_one = matches!(&self.text[start..end], b"for" | b"select");
            self.set(end, to, is_one);
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
                asks: true,
            };
            self.reads.push(name);
            at += len;
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
    fn set(&mut self, from: usize, to: usize, is_one: bool) {
        let rest = &self.text[from..to];
        let len = rest
            .iter()
            .position(|byte| matches!(byte, b'\n' | b';' | b'|' | b'&' | b')' | b'<' | b'#'))
            .unwrap_or(rest.len());
        for word in rest[..len].split(u8::is_ascii_whitespace) {
            let len = name_len(word);
            if len > 0 && (len == word.len() || word[len] == b'=') {
                self.assigned.insert(word[..len].to_vec());
                if is_one {
                    return;
                }
            }
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
