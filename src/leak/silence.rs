//! Comments that silence a search, in any text: `envgate: ignore[known-value-leaked]` behind a comment sign of whatever language.
//!
//! No loader says here what a comment is. So a mark counts where a sign stands before it and names of rules stand in its brackets; what else speaks of us, as
//! documentation does (`ignore[CODE]`), is left alone. Nothing is lost by that: what is not silenced is told.

use super::lines::Lines;
use super::needles::Needles;
use crate::check::quiet::suppression::{self, MARK, Mistake};
use crate::check::rules::{known_value_leaked, token_in_source};
use crate::diagnostic::RuleCode;
use crate::source::LineColumn;

/// The rules that a search judges: what other rules find in a file, a check silences.
pub(super) static RULES: [RuleCode; 2] = [known_value_leaked::RULE.code, token_in_source::RULE.code];

/// The most of a line that is read behind a mark.
const MOST: usize = 512;

/// One rule, silenced in a text.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Silence {
    /// Offsets at which the name of the rule begins and ends.
    pub(super) start: u64,
    pub(super) end: u64,
    /// The same as lines and columns.
    pub(super) at: LineColumn,
    pub(super) to: LineColumn,
    /// The line in which it is silent; `None` for all of them.
    pub(super) line: Option<u32>,
    /// Whether nothing but signs stands before it in its line, so that it speaks of the next.
    is_alone: bool,
    /// Which rule, unless there is none.
    pub(super) rule: Result<RuleCode, Mistake>,
}

/// Reads what stands at a mark, `mark` being where that begins; `lines` is the place of that, `base` the offset of the text.
pub(super) fn read(text: &[u8], mark: usize, lines: Lines, base: u64, found: &mut Vec<Silence>) {
    let is_end = |byte: &u8| matches!(byte, b'\n' | b'\r');
    let before = &text[mark.saturating_sub(Needles::REACH.0)..mark];
    let line = before.iter().rposition(is_end);
    // A line that begins farther away has more on it than signs.
    let is_whole = line.is_some() || base == 0 && before.len() == mark;
    let before = &before[line.map_or(0, |at| at + 1)..];
    let sign = before.trim_ascii_end().last();
    if sign.is_none_or(|sign| sign.is_ascii_alphanumeric()) {
        return;
    }
    let is_alone = is_whole && !before.iter().any(u8::is_ascii_alphanumeric);
    let rest = &text[mark + MARK.len()..];
    let len = rest.iter().take(MOST).position(is_end).unwrap_or(rest.len().min(MOST));
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

/// Lets those that stand alone in a row speak of the line behind the last of them. They come in the order of the text.
pub(super) fn settle(silences: &mut [Silence]) {
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
