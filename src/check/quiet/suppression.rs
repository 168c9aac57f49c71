//! Comments that silence a rule at one place, or in one file.
//!
//! ```text
//! # envgate: ignore[placeholder-value] the vendor's sandbox has one password for all
//! SANDBOX_PASSWORD=changeme
//! SANDBOX_USER=changeme  # envgate: ignore[placeholder-value, weak-key]
//! # envgate: ignore-file[unknown-key] shared with the legacy service
//! ```
//!
//! What is a comment, the loader decides that reads the file: where it has none behind a value, such a text is a part of the value,
//! and that is told as a mistake. A comment on a line of its own speaks of the line below it (and of all lines of a value that begins
//! there); further comments may stand between.

use crate::check::quiet::{is_always_told, is_only_waived};
use crate::check::rules::{self, RULES};
use crate::diagnostic::{Diagnostic, RuleCode};
use crate::model::Layer;
use crate::parse::{Dialect, PieceKind};
use crate::sort;
use crate::source::{Location, SourceId, Span};
use crate::suggest;

/// What every such comment begins with, behind `#`.
pub(crate) const MARK: &[u8] = b"envgate:";

/// All suppressions of the files of a check.
#[derive(Debug, Default)]
pub(crate) struct Suppressions {
    /// In the order of the files and their texts; one for each rule that is named.
    pub(crate) all: Vec<Suppression>,
    /// What looks like one and is none.
    pub(crate) mistakes: Vec<(Location, Mistake)>,
    /// Indices into `all`, by file, rule, loader and target. Of several that say the same only the first is there, so that a file of a million
    /// comments is searched as quickly as any.
    sorted: Vec<usize>,
}

/// One rule, silenced.
#[derive(Debug)]
pub(crate) struct Suppression {
    /// Where the rule is named.
    pub(crate) location: Location,
    pub(crate) code: RuleCode,
    /// The name of the loader that takes it for a comment; empty for a text that no loader reads.
    pub(crate) loader: &'static str,
    /// Where it is silent; `None` for the whole file.
    pub(crate) target: Option<Span>,
}

/// Why a comment is no suppression.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mistake {
    /// It is neither `ignore[…]` nor `ignore-file[…]`.
    Unreadable,
    /// It names no rule.
    NoRule,
    /// It names one that does not exist; the one that is meant.
    UnknownRule(Option<&'static str>),
    /// It names one that is always told.
    AlwaysTold(RuleCode),
    /// It names one that only a waiver hides.
    OnlyWaived(RuleCode),
    /// The loader takes it for a part of the value.
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
            // Hardly any file has one, and to look for the mark costs nothing beside what parsing does.
            if is_seen
                || layer.document.is_carried()
                || layer.document.is_ordinary()
                || !candidates(layer.text).any(|_| true)
            {
                continue;
            }
            seen.push((layer.source, layer.dialect));
            let mut marks = candidates(layer.text).peekable();
            // What the last comment on a line of its own speaks of.
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

    /// Those of texts that no loader reads.
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

    /// The suppressions that silence a finding: one for its place and one for its file, at most.
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

/// Where `#` and the mark stand.
fn candidates(text: &[u8]) -> impl Iterator<Item = usize> + '_ {
    memchr::memchr_iter(b'#', text).filter(|&at| blanks(&text[at + 1..]).starts_with(MARK))
}

fn blanks(text: &[u8]) -> &[u8] {
    let count = text.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
    &text[count..]
}

/// What stands behind a mark.
pub(crate) struct Silence {
    pub(crate) is_whole_file: bool,
    /// Where each rule is named, and which it is.
    pub(crate) codes: Vec<(Span, Result<RuleCode, Mistake>)>,
}

/// Reads `ignore[CODE, …]` or `ignore-file[CODE, …]`, which begins at `start` and ends before `end`; also where its first word ends.
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
            Some(rule) if is_always_told(rule.code) => Err(Mistake::AlwaysTold(rule.code)),
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
    /// Where its `#` stands.
    at: usize,
}

impl Reading<'_, '_> {
    fn location(&self, span: Span) -> Location {
        let source = self.layer.source;
        Location { source, span }
    }

    /// From `#` to the end of the words that are ours.
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

    /// Only what reads as a suppression: a value may well speak of us.
    fn value(&self, found: &mut Suppressions) {
        let rest = blanks(&blanks(&self.layer.text[self.at + 1..])[MARK.len()..]);
        if rest.starts_with(b"ignore[") || rest.starts_with(b"ignore-file[") {
            let end = self.layer.text.len() - rest.len();
            let location = self.location(Span::new(self.at, end));
            let loader = crate::check::rule::loader(self.layer.dialect);
            found.mistakes.push((location, Mistake::InValue(loader)));
        }
    }

    /// The statement that a comment speaks of: the one it stands behind, else the one below it.
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
        // Comments in a row speak of the same line, which is looked for once.
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

/// The start of the line below; CR and LF together end one.
fn next_line(text: &[u8], at: usize) -> usize {
    let end = line_end(text, at);
    let is_pair = text[end..].starts_with(b"\r\n");
    (end + 1 + usize::from(is_pair)).min(text.len())
}
