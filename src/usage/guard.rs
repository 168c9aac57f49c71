//! Tests in JavaScript whether a variable is there: `if (process.env.DSN) { report(process.env.DSN) }`. The program does without it, and what
//! the test guards reads it only where it is there.

use std::collections::BTreeMap;

use super::access::Code;
use super::fallback::is_literal;
use super::lexer::Kind;
use super::{Name, Need};

/// How far a test guards, in tokens.
const MAX_TOKENS: usize = 2000;

/// The ranges of a text in which variables are known to be there.
#[derive(Debug, Default)]
pub(super) struct Guards<'c> {
    of_name: BTreeMap<&'c [u8], Vec<(usize, usize)>>,
}

impl<'c> Guards<'c> {
    /// Records what the read whose name is at a token guards. Returns whether it is a test without which the program goes on.
    pub(super) fn note(&mut self, code: Code<'c>, name: usize) -> bool {
        let Some(read) = Read::of(code, name) else {
            return false;
        };
        let Some((from, to)) = read.guarded(code) else {
            return read.is_made_boolean;
        };
        let place = |at: usize| code.tokens.get(at).map_or(code.text.len(), |token| token.start);
        let guarded = self.of_name.entry(code.text(name)).or_default();
        guarded.push((place(from), place(to)));
        true
    }

    /// Says of the reads that a test guards that the program does without the variable.
    pub(super) fn settle(mut self, text: &[u8], names: &mut [Name]) {
        for ranges in self.of_name.values_mut() {
            // Disjoint ranges, so that each read looks at one.
            ranges.sort_unstable();
            ranges.dedup_by(|next, before| {
                let overlaps = next.0 <= before.1;
                before.1 = if overlaps { before.1.max(next.1) } else { before.1 };
                overlaps
            });
        }
        for name in names.iter_mut().filter(|name| name.need == Need::Sure) {
            let Some(ranges) = self.of_name.get(&text[name.start..name.end]) else {
                continue;
            };
            let at = ranges.partition_point(|range| range.0 <= name.start);
            if at > 0 && name.start < ranges[at - 1].1 {
                name.need = Need::Optional;
            }
        }
    }
}

/// A read as a member, `process.env.NAME` or `env["NAME"]`, in its tokens.
struct Read {
    start: usize,
    /// After it.
    behind: usize,
    is_negated: bool,
    /// Whether only it being there counts: `!!process.env.NAME`, `Boolean(process.env.NAME)`.
    is_made_boolean: bool,
}

impl Read {
    fn of(code: Code<'_>, name: usize) -> Option<Read> {
        let is_index = code.kind(name) == Some(Kind::Text);
        if is_index && !(code.is(name.checked_sub(1)?, b'[') && code.is(name + 1, b']')) {
            return None;
        }
        let mut start = if is_index {
            name.checked_sub(2)?
        } else {
            before_dot(code, name)?
        };
        while code.kind(start)? == Kind::Word {
            let Some(object) = before_dot(code, start) else {
                let mut read = Read {
                    start,
                    behind: name + 1 + usize::from(is_index),
                    is_negated: false,
                    is_made_boolean: false,
                };
                read.widen(code);
                return Some(read);
            };
            start = object;
        }
        None
    }

    /// Takes in what asks whether the value is there.
    fn widen(&mut self, code: Code<'_>) {
        let Read { start, behind, .. } = *self;
        let is_before = |back: usize, byte| start >= back && code.is(start - back, byte);
        let is_word_before = |back: usize, word| start >= back && code.is_word(start - back, word);
        let comparison = |byte| code.is(behind, byte) && code.is(behind + 1, b'=');
        let compared = behind + 2 + usize::from(code.is(behind + 2, b'='));
        if is_word_before(1, "typeof") {
            // `typeof process.env.NAME === "string"`
            let is_there = comparison(b'=') && code.text(compared) == b"string"
                || comparison(b'!') && code.text(compared) == b"undefined";
            (self.start, self.is_made_boolean) = (start - 1, is_there);
            self.behind = if is_there { compared + 1 } else { behind };
        } else if comparison(b'!') && ["undefined", "null"].iter().any(|word| code.is_word(compared, word)) {
            self.behind = compared + 1;
        } else if is_before(1, b'(') && code.is(behind, b')') && is_word_before(2, "Boolean") {
            (self.start, self.behind, self.is_made_boolean) = (start - 2, behind + 1, true);
        } else if is_before(1, b'!') && is_before(2, b'!') {
            (self.start, self.is_made_boolean) = (start - 2, true);
        } else if is_before(1, b'!') {
            (self.start, self.is_negated) = (start - 1, true);
        }
    }

    /// Returns the range of tokens that is only reached if the variable is there, if this is a test without which the program goes on.
    fn guarded(&self, code: Code<'_>) -> Option<(usize, usize)> {
        let two = |byte| code.is(self.behind, byte) && code.is(self.behind + 1, byte);
        let is_asked = code.is(self.behind, b'?') && !code.is(self.behind + 1, b'?') && !code.is(self.behind + 1, b'.');
        if self.is_negated {
            return self.left_early(code);
        }
        if !(is_asked || two(b'&') || two(b'|') || code.is(self.behind, b')')) {
            return None;
        }
        let close = end_of_enclosing(code, self.behind);
        let of_if = close.filter(|&close| code.is(close, b')')).and_then(|close| {
            let open = code.opening(close)?;
            let is_if = open > 0 && code.is_word(open - 1, "if");
            is_if.then_some(close)
        });
        if let Some(close) = of_if {
            let is_test = close == self.behind || two(b'&') || two(b'|');
            let end = end_of_statement(code, close + 1)?;
            let is_demanded = code.is_word(end, "else") && gives_up(code, end + 1);
            return (is_test && !is_demanded).then_some((self.behind, end));
        }
        if two(b'&') {
            Some((self.behind, end_of_expression(code, self.behind)))
        } else if is_asked {
            let colon = alternative(code, self.behind + 1)?;
            (!is_call(code, colon + 1) && !gives_up(code, colon + 1)).then_some((self.behind, colon))
        } else {
            None
        }
    }

    /// `if (!process.env.NAME) return`: what follows in the block is guarded.
    fn left_early(&self, code: Code<'_>) -> Option<(usize, usize)> {
        let open = self.start.checked_sub(1)?;
        let is_if = code.is(open, b'(') && open > 0 && code.is_word(open - 1, "if") && code.is(self.behind, b')');
        let at = self.behind + 1 + usize::from(code.is(self.behind + 1, b'{'));
        let is_nothing = |at| {
            [b';', b'}'].iter().any(|end| code.is(at, *end))
                || ["null", "undefined"].iter().any(|word| code.is_word(at, word))
        };
        let leaves = code.is_word(at, "return") && (is_nothing(at + 1) || is_literal(code, at + 1))
            || code.is_word(at, "continue");
        let end = end_of_statement(code, self.behind + 1)?;
        (is_if && leaves).then(|| {
            (
                end,
                end_of_enclosing(code, end).unwrap_or(code.tokens.len().min(end + MAX_TOKENS)),
            )
        })
    }
}

/// Returns the index of the object before `.` or `?.`, of which there is a member at `at`.
fn before_dot(code: Code<'_>, at: usize) -> Option<usize> {
    let dot = at.checked_sub(1).filter(|&dot| code.is(dot, b'.'))?;
    let before = dot.checked_sub(1)?;
    if code.is(before, b'?') {
        before.checked_sub(1)
    } else {
        Some(before)
    }
}

fn change(code: Code<'_>, at: usize) -> i32 {
    match code.kind(at) {
        Some(Kind::Sign(b'{' | b'(' | b'[')) => 1,
        Some(Kind::Sign(b'}' | b')' | b']')) => -1,
        _ => 0,
    }
}

/// Returns the bracket that closes what `at` is in.
fn end_of_enclosing(code: Code<'_>, at: usize) -> Option<usize> {
    let mut depth = 0;
    for at in at..code.tokens.len().min(at + MAX_TOKENS) {
        depth += change(code, at);
        if depth < 0 {
            return Some(at);
        }
    }
    None
}

/// Returns where the expression ends that contains `at`.
fn end_of_expression(code: Code<'_>, at: usize) -> usize {
    let goes_on = |at| {
        let signs = b"&|?:+-*/=<>.!";
        matches!(code.kind(at), Some(Kind::Sign(sign)) if signs.contains(&sign))
    };
    let mut depth = 0;
    for at in at..code.tokens.len().min(at + MAX_TOKENS) {
        depth += change(code, at);
        let is_end = depth == 0
            && (code.is(at, b';') || code.is(at, b',') || code.ends_line(at) && !goes_on(at) && !goes_on(at + 1));
        if depth < 0 || is_end {
            return at + 1;
        }
    }
    code.tokens.len().min(at + MAX_TOKENS)
}

/// Returns the index after the statement at `at`: a block, or what ends with `;` or with the line.
fn end_of_statement(code: Code<'_>, at: usize) -> Option<usize> {
    let is_block = code.is(at, b'{');
    let mut depth = 0;
    for index in at..code.tokens.len().min(at + MAX_TOKENS) {
        depth += change(code, index);
        if depth < 0 {
            return Some(index);
        }
        if depth == 0 && (code.is(index, b';') || is_block || code.ends_line(index)) {
            return Some(index + 1);
        }
    }
    None
}

/// Returns the index of the `:` of a ternary whose first part begins at `at`.
fn alternative(code: Code<'_>, at: usize) -> Option<usize> {
    let (mut depth, mut nested) = (0, 0);
    for at in at..code.tokens.len().min(at + MAX_TOKENS) {
        depth += change(code, at);
        if depth < 0 {
            return None;
        }
        if depth == 0 && code.is(at, b'?') {
            // `?.` and `??` are no ternaries.
            nested += i32::from(!code.is(at + 1, b'.') && !code.is(at + 1, b'?') && !code.is(at - 1, b'?'));
        } else if depth == 0 && code.is(at, b':') {
            if nested == 0 {
                return Some(at);
            }
            nested -= 1;
        }
    }
    None
}

/// Returns whether there is a call: it may fail.
fn is_call(code: Code<'_>, mut at: usize) -> bool {
    while code.kind(at) == Some(Kind::Word) {
        at = match code.behind_dot(at + 1) {
            Some(member) => member,
            None => return code.is(at + 1, b'('),
        };
    }
    false
}

/// Returns whether the statement or expression at `at` ends the program.
fn gives_up(code: Code<'_>, at: usize) -> bool {
    let end = end_of_statement(code, at).unwrap_or(at + MAX_TOKENS);
    (at..end.min(code.tokens.len())).any(|at| {
        ["throw", "exit", "reject", "abort"]
            .iter()
            .any(|word| code.is_word(at, word))
    })
}
