//! Tests whether a variable is there: `if (process.env.DSN) { report(process.env.DSN) }`. The program does without it, and what
//! the test guards reads it only where it is there. A constant may stand for it ([`constant`](super::constant)). The tests of JavaScript are
//! here, those of other languages in [`presence`].

use std::collections::BTreeMap;

use super::access::Code;
use super::constant::Constants;
use super::fallback::{is_literal, is_value};
use super::lexer::Kind;
use super::{Language, Name, Need, presence};

/// How far a test guards, in tokens.
pub(super) const MAX_TOKENS: usize = 2000;

/// The ranges of a text in which variables are known to be set.
#[derive(Debug)]
pub(super) struct Guards<'c> {
    language: Language,
    of_name: BTreeMap<&'c [u8], Vec<(usize, usize)>>,
    constants: Constants<'c>,
}

/// What the source does with a value that may be missing.
pub(super) enum Role {
    /// It uses the value.
    Use,
    /// It tests whether the variable is set, and ends the program if not.
    Demand,
    /// It tests whether the variable is set, and goes on if not. The range is that of the tokens that are only reached if it is set, if
    /// there are any; in a shell, of the bytes.
    Test(Option<(usize, usize)>),
}

impl<'c> Guards<'c> {
    pub(super) fn new(language: Language) -> Guards<'c> {
        Guards {
            language,
            of_name: BTreeMap::new(),
            constants: Constants::default(),
        }
    }

    /// Records what the read whose name is at a token guards. Returns whether it is a test, after which the program goes on without the
    /// variable.
    pub(super) fn note(&mut self, code: Code<'c>, name: usize) -> bool {
        let Some((start, behind)) = read_of(code, self.language, name) else {
            return false;
        };
        match role(code, self.language, start, behind) {
            Role::Use => {
                self.constants.note(code, self.language, name, (start, behind));
                false
            }
            Role::Demand => false,
            Role::Test(guarded) => {
                if let Some((from, to)) = guarded {
                    let range = (place(code, from), place(code, to));
                    self.of_name.entry(code.text(name)).or_default().push(range);
                }
                true
            }
        }
    }

    /// Records a range of tokens in which the program can do without a variable.
    pub(super) fn guard(&mut self, code: Code<'c>, name: &'c [u8], (from, to): (usize, usize)) {
        let range = (place(code, from), place(code, to));
        self.of_name.entry(name).or_default().push(range);
    }

    /// Marks the reads whose value is only used after a test: the program can do without those variables.
    pub(super) fn settle_constants(&mut self, code: Code<'c>, names: &mut [Name]) {
        let mut spared = std::mem::take(&mut self.constants).spared(code, self.language);
        spared.sort_unstable();
        let is_spared = |name: &&mut Name| name.need == Need::Sure && spared.binary_search(&name.start).is_ok();
        names
            .iter_mut()
            .filter(is_spared)
            .for_each(|name| name.need = Need::Optional);
    }

    /// Marks the reads that a test guards: the program can do without those variables.
    pub(super) fn settle(self, text: &[u8], names: &mut [Name]) {
        settle(self.of_name, text, names);
    }
}

/// Marks the reads within the ranges of their names: the program can do without those variables.
pub(super) fn settle(mut of_name: BTreeMap<&[u8], Vec<(usize, usize)>>, text: &[u8], names: &mut [Name]) {
    for ranges in of_name.values_mut() {
        // Overlapping ranges are merged, so that each read looks at only one.
        ranges.sort_unstable();
        ranges.dedup_by(|next, before| {
            let overlaps = next.0 <= before.1;
            before.1 = if overlaps { before.1.max(next.1) } else { before.1 };
            overlaps
        });
    }
    for name in names.iter_mut().filter(|name| name.need == Need::Sure) {
        let Some(ranges) = of_name.get(&text[name.start..name.end]) else {
            continue;
        };
        let at = ranges.partition_point(|range| range.0 <= name.start);
        if at > 0 && name.start < ranges[at - 1].1 {
            name.need = Need::Optional;
        }
    }
}

/// Returns where a token begins, or where the text ends.
fn place(code: Code<'_>, at: usize) -> usize {
    code.tokens.get(at).map_or(code.text.len(), |token| token.start)
}

/// The tokens of a read (`process.env.NAME`, `env["NAME"]`, `env("NAME")`), or of a constant that holds its value.
struct Read {
    start: usize,
    /// After it.
    behind: usize,
    is_negated: bool,
    /// Whether only its presence counts:
    is_made_boolean: bool,
}

/// Returns the tokens of the read whose name is at a token, unless a missing variable is an error there.
fn read_of(code: Code<'_>, language: Language, name: usize) -> Option<(usize, usize)> {
    let is_script = language == Language::JavaScript;
    let is_text = code.kind(name) == Some(Kind::Text);
    let is_between = |open, close| name > 0 && code.is(name - 1, open) && code.is(name + 1, close);
    if is_text && code.is_word(name + 1, "in") && language == Language::Python {
        // `"NAME" in os.environ`
        let behind = (name + 2..name + 6).find(|&at| !code.is(at, b'.') && code.kind(at) != Some(Kind::Word));
        return Some((name, behind?));
    }
    let is_index = is_between(b'[', b']') && language != Language::Python;
    let may_be_nothing = || {
        if is_script {
            !super::fallback::demands(code.text(name.wrapping_sub(2)))
        } else {
            super::fallback::may_be_missing(code, language, name, true)
        }
    };
    // `env('NAME', null)`
    let is_closed = code.is(name + 1, b',') && code.is(name + 3, b')') && code.is_any_word(name + 2, &["null", "None"]);
    let (last, behind) = if !is_text {
        (before_dot(code, name)?, name + 1)
    } else if is_index || is_between(b'(', b')') && may_be_nothing() {
        (name.checked_sub(2)?, name + 2)
    } else if is_closed && may_be_nothing() {
        (name.checked_sub(2)?, name + 4)
    } else {
        return None;
    };
    Some((start_of_path(code, last)?, behind))
}

/// Returns where the path begins whose last word is at a token: `process.env`, `std::env::var`.
pub(super) fn start_of_path(code: Code<'_>, mut at: usize) -> Option<usize> {
    while code.kind(at)? == Kind::Word {
        match before_dot(code, at) {
            Some(object) => at = object,
            None => return Some(at),
        }
    }
    None
}

/// Returns what is done with the value in the tokens from `start` to `behind`.
pub(super) fn role(code: Code<'_>, language: Language, start: usize, behind: usize) -> Role {
    match language {
        Language::JavaScript => Read::new(code, start, behind).role(code),
        _ => presence::role(code, language, start, behind),
    }
}

impl Read {
    fn new(code: Code<'_>, start: usize, behind: usize) -> Read {
        let mut read = Read {
            start,
            behind,
            is_negated: false,
            is_made_boolean: false,
        };
        read.widen(code);
        read
    }

    /// Extends the range over the operators that test whether the value is set.
    fn widen(&mut self, code: Code<'_>) {
        let Read { start, behind, .. } = *self;
        let is_before = |back: usize, byte| start >= back && code.is(start - back, byte);
        let is_word_before = |back: usize, word| start >= back && code.is_word(start - back, word);
        let (equals, differs) = (code.spells(behind, b"=="), code.spells(behind, b"!="));
        let compared = behind + 2 + usize::from(code.is(behind + 2, b'='));
        if is_word_before(1, "typeof") {
            // `typeof process.env.NAME === "string"`
            let is_there = equals && code.text(compared) == b"string" || differs && code.text(compared) == b"undefined";
            (self.start, self.is_made_boolean) = (start - 1, is_there);
            self.behind = if is_there { compared + 1 } else { behind };
        } else if differs && code.is_any_word(compared, &["undefined", "null"]) {
            self.behind = compared + 1;
        } else if equals && code.is_any_word(compared, &["undefined", "null"]) {
            (self.behind, self.is_negated) = (compared + 1, true);
        } else if is_before(1, b'(') && code.is(behind, b')') && is_word_before(2, "Boolean") {
            (self.start, self.behind, self.is_made_boolean) = (start - 2, behind + 1, true);
        } else if is_before(1, b'!') && is_before(2, b'!') {
            (self.start, self.is_made_boolean) = (start - 2, true);
        } else if is_before(1, b'!') {
            (self.start, self.is_negated) = (start - 1, true);
        }
    }

    fn role(&self, code: Code<'_>) -> Role {
        let (and, or) = (code.spells(self.behind, b"&&"), code.spells(self.behind, b"||"));
        let is_asked = code.is(self.behind, b'?') && !code.is_any(self.behind + 1, b"?.");
        if self.is_negated {
            return self.left_early(code);
        }
        let otherwise = if self.is_made_boolean {
            Role::Test(None)
        } else {
            Role::Use
        };
        if !(is_asked || and || or || code.is(self.behind, b')')) {
            return otherwise;
        }
        if let Some(close) = self.end_of_condition(code) {
            let is_test = close == self.behind || and || or;
            let end = end_of_statement(code, close + 1).filter(|_| is_test);
            return match end {
                Some(end) if code.is_word(end, "else") && gives_up(code, end + 1) => Role::Demand,
                Some(end) => Role::Test(Some((self.behind, end))),
                None => otherwise,
            };
        }
        if and {
            return Role::Test(Some((self.behind, end_of_expression(code, self.behind))));
        }
        let colon = if is_asked {
            alternative(code, self.behind + 1)
        } else {
            None
        };
        match colon {
            Some(colon) if gives_up(code, colon + 1) => Role::Demand,
            Some(colon) if !is_call(code, colon + 1) => Role::Test(Some((self.behind, colon))),
            _ => otherwise,
        }
    }

    /// Returns the bracket that closes the condition of the `if` that this is in.
    fn end_of_condition(&self, code: Code<'_>) -> Option<usize> {
        let close = end_of_enclosing(code, self.behind).filter(|&close| code.is(close, b')'))?;
        let open = code.opening(close)?;
        (open > 0 && code.is_word(open - 1, "if")).then_some(close)
    }

    /// `if (!process.env.NAME) return`: what follows in the block is guarded.
    fn left_early(&self, code: Code<'_>) -> Role {
        let Some(close) = self.end_of_condition(code) else {
            return Role::Use;
        };
        // With `||`, one missing variable is enough.
        let or = |at: usize| code.spells(at, b"||");
        let is_first = self.start > 1 && code.is(self.start - 1, b'(') && code.is_word(self.start - 2, "if");
        let is_one = (is_first || self.start > 1 && or(self.start - 2)) && (self.behind == close || or(self.behind));
        if !is_one {
            return Role::Use;
        }
        if gives_up(code, close + 1) {
            return Role::Demand;
        }
        match end_of_statement(code, close + 1) {
            Some(end) if leaves(code, close + 1) => {
                let rest = end_of_enclosing(code, end).unwrap_or(code.tokens.len().min(end + MAX_TOKENS));
                Role::Test(Some((end, rest)))
            }
            _ => Role::Use,
        }
    }
}

/// Returns whether a statement leaves its function or loop without an error: `return null`, possibly after writing to the log.
fn leaves(code: Code<'_>, statement: usize) -> bool {
    let mut at = statement + usize::from(code.is(statement, b'{'));
    let is_log = |at| {
        code.is_any_word(at, &["console", "logger", "log"])
            && code.is(at + 1, b'.')
            && !code.is_any_word(at + 2, &["error", "fatal"])
    };
    while is_log(at) {
        match end_of_statement(code, at) {
            Some(end) => at = end,
            None => return false,
        }
    }
    if code.is_word(at, "continue") {
        return true;
    }
    let with = at + 1;
    let is_nothing = code.is_any(with, b";}") || code.is_any_word(with, &["null", "undefined"]);
    let is_empty = code.spells(with, b"[]") || code.spells(with, b"{}");
    code.is_word(at, "return") && (is_nothing || is_empty || is_literal(code, with) || is_value(code, with))
}

/// Returns the index of the object before `.` or `?.`, of which there is a member at `at`.
fn before_dot(code: Code<'_>, at: usize) -> Option<usize> {
    if at > 1 && (code.spells(at - 2, b"::") || code.spells(at - 2, b"->")) {
        return at.checked_sub(3);
    }
    let dot = at.checked_sub(1).filter(|&dot| code.is(dot, b'.'))?;
    let before = dot.checked_sub(1)?;
    if code.is(before, b'?') {
        before.checked_sub(1)
    } else {
        Some(before)
    }
}

/// Returns the bracket that closes the innermost pair around `at`.
pub(super) fn end_of_enclosing(code: Code<'_>, at: usize) -> Option<usize> {
    let mut near = code.depths(at..at + MAX_TOKENS);
    near.find(|&(_, depth)| depth < 0).map(|(at, _)| at)
}

/// Returns where the expression ends that contains `at`.
pub(super) fn end_of_expression(code: Code<'_>, at: usize) -> usize {
    let goes_on = |at| code.is_any(at, b"&|?:+-*/=<>.!");
    let is_end = |at| code.is_any(at, b";,") || code.ends_line(at) && !goes_on(at) && !goes_on(at + 1);
    let mut near = code.depths(at..at + MAX_TOKENS);
    near.find(|&(at, depth)| depth < 0 || depth == 0 && is_end(at))
        .map_or(code.tokens.len().min(at + MAX_TOKENS), |(last, _)| last + 1)
}

/// Returns the index after the statement at `at`: a block, or what ends with `;` or with the line.
pub(super) fn end_of_statement(code: Code<'_>, at: usize) -> Option<usize> {
    let is_block = code.is(at, b'{');
    let is_end = |at| is_block || code.is(at, b';') || code.ends_line(at);
    let mut near = code.depths(at..at + MAX_TOKENS);
    let (last, depth) = near.find(|&(at, depth)| depth < 0 || depth == 0 && is_end(at))?;
    Some(if depth < 0 { last } else { last + 1 })
}

/// Returns the index of the `:` of a ternary whose first part begins at `at`.
pub(super) fn alternative(code: Code<'_>, at: usize) -> Option<usize> {
    let mut nested = 0;
    for (at, depth) in code.depths(at..at + MAX_TOKENS) {
        if depth < 0 {
            return None;
        }
        if depth == 0 && code.is(at, b'?') {
            // `?.` and `??` are no ternaries.
            nested += i32::from(!code.is_any(at + 1, b".?") && !code.is(at - 1, b'?'));
        } else if depth == 0 && code.is(at, b':') {
            if nested == 0 {
                return Some(at);
            }
            nested -= 1;
        }
    }
    None
}

/// Returns whether there is a call, which may fail.
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
pub(super) fn gives_up(code: Code<'_>, at: usize) -> bool {
    let end = end_of_statement(code, at).unwrap_or(at + MAX_TOKENS);
    (at..end.min(code.tokens.len())).any(|at| code.is_any_word(at, &["throw", "exit", "reject", "abort"]))
}
