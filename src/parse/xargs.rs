//! Reads what `export $(grep -v '^#' file | xargs)` exports: every word of the form `NAME=value`.
//!
//! `xargs` splits at blanks outside quotes, and the shell at those that are left, so no value can hold one. A quote that is
//! not closed on its line ends what `xargs` passes on. Names of files that a word would match as a pattern are not
//! looked for, since hardly any begins with the name of a variable.

use crate::name::is_name;
use crate::source::Span;

use super::dialect::Shell;
use super::document::{AssignmentKind, Effect, RawValue, SyntaxErrorKind};
use super::parser::Parser;
use super::words::xargs::{Step, step};

/// One word.
struct Word {
    /// From the blank before it, if that is in quotes or escaped.
    start: usize,
    end: usize,
    /// What stands before the `=`, without quotes.
    name: Vec<u8>,
    /// From the first byte of the name to behind the last.
    key: (usize, usize),
    /// Where the value starts, and whether in quotes.
    value: Option<(usize, bool)>,
}

impl Parser<'_> {
    /// Reads one line, with those that continue it; returns the offset after it.
    pub(super) fn xargs_line(&mut self, from: usize) -> usize {
        let text = self.text;
        let end = self.line_end(from);
        if self.grammar.comments.contains(&text[from]) {
            return (end + 1).min(text.len());
        }
        let line = &text[from..end];
        if std::str::from_utf8(line).is_err() || memchr::memchr(0, line).is_some() {
            // Whether that is text to `grep` depends on the locale, and `xargs` passes on nothing behind a zero byte.
            self.stop_at(from);
            return text.len();
        }
        let mut at = from;
        let mut lost = None;
        loop {
            match text.get(at) {
                // Between arguments, `xargs` skips more than what ends one.
                Some(b' ' | b'\t' | b'\r' | 0x0B | 0x0C) => at += 1,
                None | Some(b'\n') => {
                    self.lose(&mut lost);
                    return (at + 1).min(text.len());
                }
                Some(_) => match self.xargs_token(at, &mut lost) {
                    Some(next) => at = next,
                    None => return text.len(),
                },
            }
        }
    }

    /// Reads what is one argument to `xargs`; returns the offset after it, or `None` if nothing after it can be read.
    fn xargs_token(&mut self, start: usize, lost: &mut Option<Span>) -> Option<usize> {
        let text = self.text;
        let before = (
            self.document.assignments.len(),
            self.document.errors.len(),
            self.document.respelled.len(),
            *lost,
        );
        let (mut at, mut quote) = (start, 0);
        let mut from = start;
        // The length of lines in between that `grep` drops.
        let mut dropped = 0;
        loop {
            let mut word = Word {
                start: from,
                end: at,
                name: vec![],
                key: (at, at),
                value: None,
            };
            let is_last = loop {
                word.end = at;
                match step(text, &mut at, &mut quote) {
                    Step::Byte(byte) if word.value.is_none() => {
                        if text[byte] == b'=' {
                            word.value = Some((at, quote != 0));
                            continue;
                        }
                        if word.name.is_empty() {
                            word.key.0 = byte;
                        }
                        word.key.1 = byte + 1;
                        word.name.push(text[byte]);
                    }
                    Step::Byte(_) | Step::Quote => {}
                    Step::Blank => break false,
                    Step::End
                        if self
                            .dialect
                            .reader
                            .max_line
                            .is_none_or(|(max, _)| at - start - dropped < max) =>
                    {
                        break true;
                    }
                    fatal @ (Step::End | Step::Unmatched) => {
                        let kind = if matches!(fatal, Step::End) {
                            SyntaxErrorKind::LineTooLong
                        } else {
                            SyntaxErrorKind::UnterminatedQuote
                        };
                        // The argument is lost as a whole.
                        self.document.assignments.truncate(before.0);
                        self.document.errors.truncate(before.1);
                        self.document.respelled.truncate(before.2);
                        *lost = before.3;
                        self.lose(lost);
                        let rest = Span::new(start, text.len());
                        self.error(kind, Effect::Stopped, rest);
                        return None;
                    }
                }
            };
            from = word.end;
            if before.0 == 0 && lost.is_none() && word.name.first() == Some(&b'-') {
                // An option of `export` or of `echo`.
                self.stop_at(start);
                return None;
            }
            self.xargs_word(&word, start, lost);
            if is_last {
                return Some(at);
            }
            while text[..at].ends_with(b"\n") && text.get(at).is_some_and(|byte| self.grammar.comments.contains(byte)) {
                let next = (self.line_end(at) + 1).min(text.len());
                dropped += next - at;
                at = next;
            }
        }
    }

    /// Takes a word of an argument that begins at `token`.
    fn xargs_word(&mut self, word: &Word, token: usize, lost: &mut Option<Span>) {
        let Some((value, in_quotes)) = word.value else {
            let is_export = word.name == b"export" && {
                let before = self.text[..word.start].trim_ascii_end().len();
                before == 0 || memchr::memchr(b'\n', &self.text[before..word.start]).is_some()
            };
            // A name alone exports what is there already; only a value that was cut, or a comment, looks like one.
            if !is_export && (word.start > token || !word.name.is_empty()) {
                let start = lost.map_or(word.start, |span| span.start as usize);
                *lost = Some(Span::new(start, word.end));
            }
            return;
        };
        self.lose(lost);
        let (name, appends) = match word.name.split_last() {
            Some((b'+', name)) => (name, true),
            _ => (&word.name[..], false),
        };
        if !is_name(name) {
            let kind = if word.name.is_empty() {
                SyntaxErrorKind::NoKey
            } else {
                SyntaxErrorKind::BadKey
            };
            self.error(kind, Effect::Dropped, Span::new(word.start, word.end));
            return;
        }
        let key = Span::new(word.key.0, word.key.1 - usize::from(appends));
        if key.of(self.text) != name {
            let index = self.document.assignments.len();
            self.document.respelled.push((index, name.into()));
        }
        let kind = if appends || in_quotes || !self.sets_plainly(Shell::Bash, name) {
            AssignmentKind::Unknown
        } else {
            AssignmentKind::Value
        };
        let value = RawValue {
            span: Span::new(value, word.end),
            quote: None,
            plain: false,
        };
        self.assign(key, value, kind);
    }

    /// Reports words that set nothing.
    fn lose(&mut self, lost: &mut Option<Span>) {
        if let Some(span) = lost.take() {
            self.error(SyntaxErrorKind::NoSeparator, Effect::Dropped, span);
        }
    }
}
