//! Comments that silence a search, in any kind of text: `envgate: ignore[known-value-leaked]` after the comment sign of
//! any language.
//!
//! There is no loader here to define what a comment is. A mark counts if a sign precedes it and its brackets hold names
//! of rules; other text that mentions us, such as documentation (`ignore[CODE]`), is left alone. That is safe: what is
//! not silenced is reported.

use super::lines::Lines;
use super::needles::Needles;
use crate::check::quiet::suppression::{self, MARK, Mistake};
use crate::check::rules::{known_value_leaked, token_in_source};
use crate::diagnostic::RuleCode;
use crate::source::LineColumn;

/// The rules that a search applies. Findings of other rules in a file are silenced by a check.
pub(super) static RULES: [RuleCode; 2] = [known_value_leaked::RULE.code, token_in_source::RULE.code];

/// How many bytes of a line are read after a mark.
const MAX_READ: usize = 512;

/// One rule silenced in a text.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Silence {
    /// Offsets of the start and end of the rule's name.
    pub(super) start: u64,
    pub(super) end: u64,
    /// The same as lines and columns.
    pub(super) at: LineColumn,
    pub(super) to: LineColumn,
    /// The line in which the rule is silenced; `None` for the whole text.
    pub(super) line: Option<u32>,
    /// Whether only signs precede it in its line, so that it applies to the next line.
    is_alone: bool,
    /// The rule, or what is wrong with its name.
    pub(super) rule: Result<RuleCode, Mistake>,
}

/// Reads the comment whose mark begins at `mark`. `lines` is the position of the mark, `base` the offset of `text` in
/// the whole.
pub(super) fn read(text: &[u8], mark: usize, lines: Lines, base: u64, found: &mut Vec<Silence>) {
    let is_end = |byte: &u8| matches!(byte, b'\n' | b'\r');
    let before = &text[mark.saturating_sub(Needles::REACH.0)..mark];
    let line = before.iter().rposition(is_end);
    // If the line begins farther back, it has more than signs before the mark.
    let is_whole = line.is_some() || base == 0 && before.len() == mark;
    let before = &before[line.map_or(0, |at| at + 1)..];
    let sign = before.trim_ascii_end().last();
    if sign.is_none_or(|sign| sign.is_ascii_alphanumeric()) {
        return;
    }
    let is_alone = is_whole && !before.iter().any(u8::is_ascii_alphanumeric);
    let rest = &text[mark + MARK.len()..];
    let len = rest
        .iter()
        .take(MAX_READ)
        .position(is_end)
        .unwrap_or(rest.len().min(MAX_READ));
    let blanks = rest[..len]
        .iter()
        .take_while(|byte| matches!(byte, b' ' | b'\t'))
        .count();
    let start = mark + MARK.len();
    let (_, Ok(silence)) = suppression::silence(text, start + blanks, start + len) else {
        return;
    };
    let is_name = |byte: &u8| byte.is_ascii_lowercase() || *byte == b'-';
    if !silence
        .codes
        .iter()
        .all(|(span, _)| text[span.range()].iter().all(is_name))
    {
        return;
    }
    for (span, rule) in silence.codes {
        if rule.is_ok_and(|rule| !RULES.contains(&rule)) {
            continue;
        }
        let mut at = lines;
        at.advance(&text[mark..span.range().start]);
        let mut to = at;
        to.advance(&text[span.range()]);
        let line = at.at().line;
        found.push(Silence {
            start: base + span.range().start as u64,
            end: base + span.range().end as u64,
            at: at.at(),
            to: to.at(),
            line: (!silence.is_whole_file).then(|| line.saturating_add(u32::from(is_alone))),
            is_alone,
            rule,
        });
    }
}

/// Makes comments that are alone in consecutive lines apply to the line after the last of them. `silences` is in the
/// order of the text.
pub(super) fn extend_blocks(silences: &mut [Silence]) {
    let mut below: Option<(u32, u32)> = None;
    for silence in silences.iter_mut().rev().filter(|silence| silence.is_alone) {
        let Some(line) = silence.line else { continue };
        let target = match below {
            Some((first, target)) if first == line || first + 1 == line => target,
            _ => line,
        };
        silence.line = Some(target);
        below = Some((silence.at.line, target));
    }
}
