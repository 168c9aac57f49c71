//! Constants that hold what was read: `const dsn = process.env.DSN; if (!dsn) return;`, `if v := os.Getenv("DSN"); v != ""`. A program that uses one only behind a test does without
//! the variable.

use std::collections::BTreeMap;

use super::access::Code;
use super::guard::{Role, role};
use super::lexer::Kind;
use super::{Language, presence};

/// The most places of a constant that are looked at. One that is named more often is taken for needed.
const MAX_PLACES: usize = 64;

/// The constants of a text.
#[derive(Debug, Default)]
pub(super) struct Constants<'c> {
    /// By the name of the constant, in the order of the text.
    of_name: BTreeMap<&'c [u8], Vec<Constant>>,
}

#[derive(Debug)]
struct Constant {
    /// Where the name of the variable begins in the text.
    variable: usize,
    /// The tokens in which the constant stands for it.
    scope: (usize, usize),
    uses: Vec<usize>,
    /// Tokens that are only reached if it is there.
    guarded: Vec<(usize, usize)>,
    places: usize,
    is_tested: bool,
    is_demanded: bool,
}

impl<'c> Constants<'c> {
    /// Records the read in the tokens from `start` to `behind` if it is all that a constant is set to.
    pub(super) fn note(&mut self, code: Code<'c>, language: Language, variable: usize, read: (usize, usize)) {
        let (start, behind) = read;
        let name = constant_before(code, language, start).filter(|_| ends_statement(code, behind));
        let Some(name) = name else { return };
        let end = presence::scope_end(code, language, behind - 1);
        self.of_name.entry(code.text(name)).or_default().push(Constant {
            variable: code.tokens[variable].start,
            scope: (behind, end),
            uses: Vec::new(),
            guarded: Vec::new(),
            places: 0,
            is_tested: false,
            is_demanded: false,
        });
    }

    /// Returns where the names of the variables begin that the program does without, as far as their constants say.
    pub(super) fn spared(mut self, code: Code<'c>, language: Language) -> Vec<usize> {
        if self.of_name.is_empty() {
            return Vec::new();
        }
        for at in 0..code.tokens.len() {
            if code.kind(at) != Some(Kind::Word)
                || at > 0 && code.is(at - 1, b'.') && !code.is(at.wrapping_sub(2), b'.')
            {
                continue;
            }
            let Some(all) = self.of_name.get_mut(code.text(at)) else {
                continue;
            };
            let later = all.partition_point(|one| one.scope.0 <= at);
            if let Some(one) = all[..later].last_mut().filter(|one| at < one.scope.1) {
                one.place(code, language, at);
            }
        }
        let all = self.of_name.into_values().flatten();
        all.filter(Constant::is_spared).map(|one| one.variable).collect()
    }
}

impl Constant {
    /// Looks at a place that names the constant.
    fn place(&mut self, code: Code<'_>, language: Language, at: usize) {
        self.places += 1;
        if self.places > MAX_PLACES {
            return;
        }
        // What it is set to later is another value.
        if code.is_assignment(at + 1 + usize::from(code.is(at + 1, b':'))) {
            return;
        }
        match role(code, language, at, at + 1) {
            Role::Use => self.uses.push(at),
            Role::Demand => self.is_demanded = true,
            Role::Test(guarded) => {
                self.is_tested = true;
                self.guarded.extend(guarded);
            }
        }
    }

    fn is_spared(&self) -> bool {
        let is_guarded = |at: &usize| self.guarded.iter().any(|range| range.0 <= *at && *at < range.1);
        self.is_tested && !self.is_demanded && self.places <= MAX_PLACES && self.uses.iter().all(is_guarded)
    }
}

/// Returns the name in `const NAME = `, before the value at `start`.
fn constant_before(code: Code<'_>, language: Language, start: usize) -> Option<usize> {
    let equals = start.checked_sub(1).filter(|&equals| code.is_assignment(equals))?;
    if language != Language::JavaScript {
        let last = equals.checked_sub(1)?;
        // `name := `, `value, ok := `
        let name = if code.is(last, b':') {
            last.checked_sub(1)?
        } else {
            last
        };
        let is_member = name > 0 && code.is_any(name - 1, b".>@");
        return (code.kind(name) == Some(Kind::Word) && !is_member).then_some(name);
    }
    // Between them there may be a type: `const NAME: string | undefined = `.
    let first = equals.saturating_sub(8);
    let keyword = (first..equals).rfind(|&at| code.is_any_word(at, &["const", "let", "var"]))?;
    // What other files use, nobody can tell.
    let is_exported = keyword > 0 && code.is_word(keyword - 1, "export");
    let name = keyword + 1;
    let is_name = !is_exported && code.kind(name) == Some(Kind::Word);
    (is_name && (name + 1 == equals || code.is(name + 1, b':'))).then_some(name)
}

fn ends_statement(code: Code<'_>, behind: usize) -> bool {
    code.is(behind, b';')
        || behind > 0 && code.ends_line(behind - 1) && !code.is(behind, b'.') && !is_operator(code, behind)
}

fn is_operator(code: Code<'_>, at: usize) -> bool {
    code.is_any(at, b"&|?:+-*/=<>!([") || code.is_word(at, "as")
}
