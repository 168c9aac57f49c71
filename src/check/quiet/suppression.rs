//! Comments that silence a rule at one place or in one file.
//!
//! ```text
//! # envgate: ignore[placeholder-value] the vendor's sandbox has one password for all
//! SANDBOX_PASSWORD=changeme
//! SANDBOX_USER=changeme  # envgate: ignore[placeholder-value, weak-key]
//! # envgate: ignore-file[unknown-key] shared with the legacy service
//! ```
//!
//! The loader of the file decides what a comment is. If it has no comments after values, such a text is part of the value, which is
//! reported as a mistake. A comment on a line of its own applies to the next line that isn't a comment (and to all lines of a value that
//! begins there).

use crate::check::quiet::{is_never_hidden, is_only_waived};
use crate::check::rules::{self, RULES};
use crate::diagnostic::{Diagnostic, RuleCode};
use crate::model::Layer;
use crate::parse::{Dialect, PieceKind};
use crate::sort;
use crate::source::{Location, SourceId, Span};
use crate::suggest;

/// How every suppression begins, after the `#`.
pub(crate) const MARK: &[u8] = b"envgate:";

/// All suppressions in the files of a check.
#[derive(Debug, Default)]
pub(crate) struct Suppressions {
    /// In the order of the files and their texts; one for each rule that is named.
    pub(crate) all: Vec<Suppression>,
    /// Comments that look like a suppression but aren't valid.
    pub(crate) mistakes: Vec<(Location, Mistake)>,
    /// Indices into `all`, sorted by file, rule, loader and target. Of several with the same target only the first is kept, so that a file
    /// of a million comments is searched as quickly as any other.
    sorted: Vec<usize>,
}

/// A suppression of one rule.
#[derive(Debug)]
pub(crate) struct Suppression {
    /// Where the rule is named.
    pub(crate) location: Location,
    pub(crate) code: RuleCode,
    /// The name of the loader that reads it as a comment; empty for texts that no loader reads.
    pub(crate) loader: &'static str,
    /// Where it applies; `None` for the whole file.
    pub(crate) target: Option<Span>,
}

/// Why a comment is not a valid suppression.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mistake {
    /// It is neither `ignore[…]` nor `ignore-file[…]`.
    Unreadable,
    /// It names no rule.
    NoRule,
    /// It names a rule that doesn't exist; the rule that was probably meant.
    UnknownRule(Option<&'static str>),
    /// It names a rule that can't be hidden.
    NeverHidden(RuleCode),
    /// It names a rule that only a waiver can hide.
    OnlyWaived(RuleCode),
    /// The loader reads it as part of the value.
    InValue(&'static str),
}

impl Suppressions {
    pub(crate) fn read<'l>(layers: impl Iterator<Item = &'l Layer<'l>>) -> Suppressions {
        let mut found = Suppressions::default();
        let mut seen: Vec<(SourceId, &'static Dialect)> = Vec::new();
        for layer in layers {
            let is_seen = seen
                .iter()
                .any(|(source, by)| *source == layer.source && std::ptr::eq(*by, layer.dialect));
            // Few files have any, and searching for the mark costs nothing compared with parsing.
            if is_seen
                || layer.document.is_carried()
                || layer.document.is_ordinary()
                || !candidates(layer.text).any(|_| true)
            {
                continue;
            }
            seen.push((layer.source, layer.dialect));
            let mut marks = candidates(layer.text).peekable();
            // The target of the last comment on a line of its own.
            let mut below = None;
            for piece in layer.document.pieces(layer.text) {
                while let Some(at) = marks.next_if(|at| *at < piece.span.end as usize) {
                    let reading = Reading { layer, at };
                    match piece.kind {
                        PieceKind::Comment => reading.comment(piece.span.end as usize, &mut below, &mut found),
                        PieceKind::Value => reading.value(&mut found),
                        _ => {}
                    }
                }
            }
        }
        found.sorted()
    }

    /// Collects the suppressions in texts that no loader reads.
    #[cfg(all(feature = "cli", not(target_family = "wasm")))]
    pub(crate) fn of_texts(mut all: Vec<Suppression>, mistakes: Vec<(Location, Mistake)>) -> Suppressions {
        all.iter_mut().for_each(|one| one.loader = "");
        Suppressions {
            all,
            mistakes,
            sorted: Vec::new(),
        }
        .sorted()
    }

    fn sorted(mut self) -> Suppressions {
        sort::by(&mut self.mistakes, &|a, b| a.0.cmp(&b.0));
        self.mistakes.dedup();
        let all = &self.all;
        let mut sorted = sort::order(all.len(), &|a, b| all[a].order().cmp(&all[b].order()));
        sorted.dedup_by(|b, a| all[*a].order() == all[*b].order());
        self.sorted = sorted;
        self
    }

    /// Returns the suppressions of a finding: at most one for its place and one for its file.
    pub(crate) fn of(&self, diagnostic: &Diagnostic, loader: &'static str) -> impl Iterator<Item = usize> {
        let found = diagnostic.location.map(|Location { source, span }| {
            let key = |target| (source, diagnostic.code, loader, target);
            let at = |index: usize| &self.all[self.sorted[index]];
            let file = self
                .sorted
                .partition_point(|&index| self.all[index].order() < key(None));
            let file = (file < self.sorted.len() && at(file).order() == key(None)).then(|| self.sorted[file]);
            let behind = self
                .sorted
                .partition_point(|&index| self.all[index].order() <= key(Some(span.start)));
            let place = behind.checked_sub(1).filter(|&index| {
                let (of_source, of_code, of_loader, _) = at(index).order();
                let is_near = (of_source, of_code, of_loader) == (source, diagnostic.code, loader);
                is_near && at(index).target.is_some_and(|target| span.start <= target.end)
            });
            [file, place.map(|index| self.sorted[index])]
        });
        found.into_iter().flatten().flatten()
    }
}

impl Suppression {
    fn order(&self) -> (SourceId, RuleCode, &'static str, Option<u32>) {
        (
            self.location.source,
            self.code,
            self.loader,
            self.target.map(|target| target.start),
        )
    }
}

/// Returns the offsets of each `#` that is followed by the mark.
fn candidates(text: &[u8]) -> impl Iterator<Item = usize> + '_ {
    memchr::memchr_iter(b'#', text).filter(|&at| blanks(&text[at + 1..]).starts_with(MARK))
}

fn blanks(text: &[u8]) -> &[u8] {
    let count = text.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
    &text[count..]
}

/// What follows a mark.
pub(crate) struct Silence {
    pub(crate) is_whole_file: bool,
    /// Where each rule is named, and which one it is.
    pub(crate) codes: Vec<(Span, Result<RuleCode, Mistake>)>,
}

/// Reads `ignore[CODE, …]` or `ignore-file[CODE, …]` between `start` and `end`. Also returns where its first word ends.
pub(crate) fn silence(text: &[u8], start: usize, end: usize) -> (usize, Result<Silence, Mistake>) {
    let letters = text[start..end].iter();
    let word = start
        + letters
            .take_while(|byte| byte.is_ascii_lowercase() || **byte == b'-')
            .count();
    let is_whole_file = match &text[start..word] {
        b"ignore" => false,
        b"ignore-file" => true,
        _ => return (word, Err(Mistake::Unreadable)),
    };
    let Some(list) = text[word..end].strip_prefix(b"[") else {
        return (word, Err(Mistake::NoRule));
    };
    let Some(len) = memchr::memchr(b']', list) else {
        return (word, Err(Mistake::Unreadable));
    };
    let mut codes = Vec::new();
    let mut at = word + 1;
    for piece in list[..len].split(|&byte| byte == b',') {
        let code = piece.trim_ascii();
        let start = at + (piece.len() - piece.trim_ascii_start().len());
        at += piece.len() + 1;
        if code.is_empty() {
            continue;
        }
        let span = Span::new(start, start + code.len());
        let code = str::from_utf8(code).unwrap_or_default();
        let found = match rules::find(code) {
            Some(rule) if is_never_hidden(rule.code) => Err(Mistake::NeverHidden(rule.code)),
            Some(rule) if is_only_waived(rule.code) => Err(Mistake::OnlyWaived(rule.code)),
            Some(rule) => Ok(rule.code),
            None => Err(Mistake::UnknownRule(suggest::nearest(
                code,
                RULES.iter().map(|rule| rule.code.0),
            ))),
        };
        codes.push((span, found));
    }
    if codes.is_empty() {
        return (word, Err(Mistake::NoRule));
    }
    (word, Ok(Silence { is_whole_file, codes }))
}

/// A mark in a file.
struct Reading<'r, 'c> {
    layer: &'r Layer<'c>,
    /// The offset of its `#`.
    at: usize,
}

impl Reading<'_, '_> {
    fn location(&self, span: Span) -> Location {
        let source = self.layer.source;
        Location { source, span }
    }

    /// Reads a comment, from its `#`.
    fn comment(&self, end: usize, below: &mut Option<Span>, found: &mut Suppressions) {
        let text = self.layer.text;
        let rest = |at: usize| end - blanks(&text[at..end]).len();
        let start = rest(rest(self.at + 1) + MARK.len());
        let (word, read) = silence(text, start, end);
        let mark = self.location(Span::new(self.at, word));
        let silence = match read {
            Ok(silence) => silence,
            Err(mistake) => return found.mistakes.push((mark, mistake)),
        };
        let target = (!silence.is_whole_file).then(|| self.target(end, below));
        for (span, code) in silence.codes {
            let location = self.location(span);
            match code {
                Ok(code) => found.all.push(Suppression {
                    location,
                    code,
                    loader: self.layer.dialect.name,
                    target,
                }),
                Err(mistake) => found.mistakes.push((location, mistake)),
            }
        }
    }

    /// Reports a mark in a value, but only if a suppression follows: a value may well mention envgate.
    fn value(&self, found: &mut Suppressions) {
        let rest = blanks(&blanks(&self.layer.text[self.at + 1..])[MARK.len()..]);
        if rest.starts_with(b"ignore[") || rest.starts_with(b"ignore-file[") {
            let end = self.layer.text.len() - rest.len();
            let location = self.location(Span::new(self.at, end));
            let loader = crate::check::rule::loader(self.layer.dialect);
            found.mistakes.push((location, Mistake::InValue(loader)));
        }
    }

    /// Returns the statement that a comment applies to: the one before it on its line, or else the one below.
    fn target(&self, end: usize, below: &mut Option<Span>) -> Span {
        let text = self.layer.text;
        let line = line_start(text, self.at);
        let before = text[line..self.at]
            .strip_prefix(b"\xEF\xBB\xBF")
            .unwrap_or(&text[line..self.at]);
        let assignments = self.layer.document.assignments();
        if !before.trim_ascii().is_empty() {
            let behind = assignments.partition_point(|one| (one.value.span.end as usize) <= self.at);
            let key = behind
                .checked_sub(1)
                .map_or(line, |index| assignments[index].key.start as usize);
            return Span::new(line.min(line_start(text, key)), end);
        }
        // Consecutive comments apply to the same line, which is searched for once.
        if let Some(same) = below.filter(|same| (same.start as usize) > self.at) {
            return same;
        }
        let mut start = next_line(text, end);
        while blanks(&text[start..]).starts_with(b"#") {
            start = next_line(text, start);
        }
        let mut stop = line_end(text, start);
        let first = assignments.partition_point(|one| (one.key.start as usize) < start);
        if let Some(one) = assignments.get(first).filter(|one| (one.key.start as usize) < stop) {
            stop = line_end(text, stop.max(one.value.span.end as usize));
        }
        *below.insert(Span::new(start, stop))
    }
}

fn line_start(text: &[u8], at: usize) -> usize {
    memchr::memrchr2(b'\n', b'\r', &text[..at]).map_or(0, |end| end + 1)
}

fn line_end(text: &[u8], at: usize) -> usize {
    memchr::memchr2(b'\n', b'\r', &text[at..]).map_or(text.len(), |len| at + len)
}

/// Returns the start of the next line; CR and LF together are one line end.
fn next_line(text: &[u8], at: usize) -> usize {
    let end = line_end(text, at);
    let is_pair = text[end..].starts_with(b"\r\n");
    (end + 1 + usize::from(is_pair)).min(text.len())
}
