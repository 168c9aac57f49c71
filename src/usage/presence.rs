//! Tests whether a variable is there, in languages other than JavaScript: `if v := os.Getenv("DSN"); v != "" {`, `if os.getenv("DSN"):`,
//! `if ENV["DSN"].present?`.

use super::Language;
use super::access::Code;
use super::fallback::{is_literal, is_value};
use super::guard::{MAX_TOKENS, Role, alternative, end_of_enclosing, end_of_expression, end_of_statement, gives_up};
use super::lexer::Kind;

/// The longest condition, in tokens.
const MAX_CONDITION: usize = 60;

/// Returns what is done with the value in the tokens from `start` to `behind`.
pub(super) fn role(code: Code<'_>, language: Language, start: usize, behind: usize) -> Role {
    let (start, behind) = with_name(code, start, behind);
    let Some(asked) = Asked::of(code, language, start, behind) else {
        return Role::Use;
    };
    let Some(condition) = asked.condition(code, language) else {
        return asked.outside(code);
    };
    let is_negated = asked.is_absent != code.is_word(condition, "unless");
    if !code.begins_line(condition) && indents(language) {
        return asked.beside(code, language, condition, is_negated);
    }
    let Some(body) = asked.body(code, language) else {
        return Role::Use;
    };
    let end = body_end(code, language, condition, body);
    if is_negated {
        return if is_given_up(code, body, end) {
            Role::Demand
        } else if is_left(code, body) || is_set(code, body, start) {
            Role::Test(Some((end, scope_end(code, language, condition))))
        } else {
            Role::Use
        };
    }
    let alternative = if code.is(end, b'}') { end + 1 } else { end };
    let is_demanded = code.is_word(alternative, "else") && {
        let other = alternative + 1 + usize::from(code.is(alternative + 1, b':'));
        is_given_up(code, other, body_end(code, language, condition, other))
    };
    if is_demanded {
        Role::Demand
    } else {
        Role::Test(Some((asked.behind, end)))
    }
}

/// Returns the tokens of a value together with the name that it is given within a condition: `v := os.getenv("DSN")`, `(v = ENV["DSN"])`.
fn with_name(code: Code<'_>, start: usize, behind: usize) -> (usize, usize) {
    let Some(name) = start.checked_sub(2).filter(|&name| code.is_assignment(name + 1)) else {
        return (start, behind);
    };
    let is_name = |at: usize| code.kind(at) == Some(Kind::Word);
    let before = |at: usize, back: usize| at.checked_sub(back);
    if code.is(name, b':') && before(name, 1).is_some_and(is_name) {
        return (name - 1, behind);
    }
    let open = before(name, 1).filter(|&open| is_name(name) && code.is(open, b'(') && code.is(behind, b')'));
    match open {
        Some(open) if before(open, 1).is_some_and(|at| code.is_any_word(at, &["if", "elseif", "while"])) => {
            (name, behind)
        }
        Some(open) => (open, behind + 1),
        None => (start, behind),
    }
}

/// Returns where the block ends that contains a token: with a bracket, or with a line that is indented less.
pub(super) fn scope_end(code: Code<'_>, language: Language, at: usize) -> usize {
    let end = code.tokens.len().min(at + MAX_TOKENS);
    if !indents(language) {
        return end_of_enclosing(code, at + 1).unwrap_or(end);
    }
    let Some(indent) = code.indent(at) else { return at };
    // No line is indented less than this one.
    if indent == 0 {
        return end;
    }
    let is_outside = |&at: &usize| code.begins_line(at) && code.indent(at).is_none_or(|one| one < indent);
    (at + 1..end).find(is_outside).unwrap_or(end)
}

/// Whether blocks can be told by their indentation. Ruby marks their ends, but people indent them all the same.
fn indents(language: Language) -> bool {
    matches!(language, Language::Python | Language::Ruby)
}

/// A test whether a value is set.
struct Asked {
    start: usize,
    behind: usize,
    /// Whether it tests that the value is missing.
    is_absent: bool,
    /// Whether it is just the value, which is only a test if it turns out to be a condition.
    is_bare: bool,
}

impl Asked {
    fn of(code: Code<'_>, language: Language, start: usize, behind: usize) -> Option<Asked> {
        let of = |start, behind, is_absent| {
            Some(Asked {
                start,
                behind,
                is_absent,
                is_bare: false,
            })
        };
        let before = |back: usize| start.wrapping_sub(back);
        let is_nothing = |at: usize| {
            code.is_any_word(at, &["nil", "null", "NULL", "None", "false"])
                || code.kind(at) == Some(Kind::Text) && code.text(at).is_empty()
        };
        // `v != ""`, `v !== null`, `v == nil`
        for (sign, is_absent) in [(b'!', false), (b'=', true)] {
            let with = behind + 2 + usize::from(code.is(behind + 2, b'='));
            if code.is(behind, sign) && code.is(behind + 1, b'=') && is_nothing(with) {
                return of(start, with + 1, is_absent);
            }
            // `null !== $v`
            let equals = 1 + usize::from(code.is(before(2), b'='));
            if code.is(before(1), b'=') && code.is(before(equals + 1), sign) && is_nothing(before(equals + 2)) {
                return of(before(equals + 2), behind, is_absent);
            }
        }
        if code.is_word(behind, "is") {
            let is_absent = !code.is_word(behind + 1, "not");
            let with = behind + 1 + usize::from(!is_absent);
            return is_nothing(with).then(|| of(start, with + 1, is_absent)).flatten();
        }
        // `ENV["X"].present?`
        if code.is(behind, b'.') && language == Language::Ruby {
            let is_absent = code.is_any_word(behind + 1, &["blank", "nil", "empty"]);
            let is_there = code.is_word(behind + 1, "present");
            let behind = behind + 2 + usize::from(code.is(behind + 2, b'?'));
            return (is_absent || is_there).then(|| of(start, behind, is_absent)).flatten();
        }
        // `!empty($v)`, `string.IsNullOrEmpty(v)`
        if code.is(before(1), b'(') && code.is(behind, b')') {
            let is_absent = code.is_any_word(before(2), &["empty", "IsNullOrEmpty", "IsNullOrWhiteSpace", "is_null"]);
            if is_absent || code.is_any_word(before(2), &["isset", "filled"]) {
                let mut first = before(2);
                while first > 1 && code.is(first - 1, b'.') {
                    first -= 2;
                }
                let is_turned = first > 0 && code.is(first - 1, b'!');
                return of(first - usize::from(is_turned), behind + 1, is_absent != is_turned);
            }
        }
        if code.is(before(1), b'!') || code.is_word(before(1), "not") {
            return of(before(1), behind, true);
        }
        Some(Asked {
            start,
            behind,
            is_absent: false,
            is_bare: true,
        })
    }

    /// Returns the index of the word before the condition (`if`, `elif`, `unless`) if this is all of the condition or one of its parts.
    fn condition(&self, code: Code<'_>, language: Language) -> Option<usize> {
        let first = self.start.saturating_sub(MAX_CONDITION);
        let at = (first..self.start).rfind(|&at| code.is_any_word(at, &["if", "elif", "elsif", "unless"]))?;
        let (before, behind) = (self.start - 1, self.behind);
        let begins = before == at
            || code.is(before, b'(') && (before == at + 1)
            || code.is_any(before, b"&|;")
            || code.is_any_word(before, &["and", "or"]);
        let ends = code.is_any(behind, b"{:)&|")
            || code.is_any_word(behind, &["and", "or", "then", "else"])
            || code.ends_line(behind - 1);
        // If several parts are joined, a variable is only known to be set afterwards if each part alone is enough to leave.
        let joined = |sign: u8, word: &str| {
            [before, behind]
                .iter()
                .any(|&at| code.is(at, sign) || code.is_word(at, word))
        };
        let is_enough = match (self.is_absent, code.is_word(at, "unless")) {
            (true, false) => !joined(b'&', "and"),
            (false, true) => !joined(b'|', "or"),
            _ => true,
        };
        (begins && ends && is_enough && !(at..self.start).any(|at| ends_condition(code, language, at))).then_some(at)
    }

    /// Returns where the statements begin that the condition decides about.
    fn body(&self, code: Code<'_>, language: Language) -> Option<usize> {
        let end = code.tokens.len().min(self.behind + MAX_CONDITION);
        if indents(language) {
            return (self.behind - 1..end)
                .find(|&at| code.ends_line(at) || code.is(at, b':'))
                .map(|at| at + 1);
        }
        let begins = |at, depth| code.is(at, b'{') && depth <= 1 || code.nesting(at) == 0 && depth < 0;
        let mut near = code.depths(self.behind..end);
        let (at, _) = near.find(|&(at, depth)| code.is(at, b';') || begins(at, depth))?;
        (!code.is(at, b';')).then_some(at)
    }

    /// `value if ENV["X"]`, `return unless ENV["X"]`, `a if v else b`
    fn beside(&self, code: Code<'_>, language: Language, condition: usize, is_negated: bool) -> Role {
        let first = (condition.saturating_sub(MAX_CONDITION)..condition).rfind(|&at| code.begins_line(at));
        let Some(first) = first else { return Role::Use };
        // `a = if ENV["X"]`
        if code.is(condition - 1, b'=') {
            let end = self
                .body(code, language)
                .map(|body| body_end(code, language, first, body));
            return end.map_or(Role::Use, |end| Role::Test(Some((self.behind, end))));
        }
        if !is_negated {
            return Role::Test(Some((first, condition)));
        }
        if is_given_up(code, first, condition) {
            Role::Demand
        } else if is_left(code, first) {
            Role::Test(Some((self.behind, scope_end(code, language, first))))
        } else {
            Role::Use
        }
    }

    /// Returns the role of a test that is not the condition of an `if`.
    fn outside(&self, code: Code<'_>) -> Role {
        let and = code.spells(self.behind, b"&&") || code.is_word(self.behind, "and");
        let is_asked = code.is(self.behind, b'?') && !code.is_any(self.behind + 1, b":?.-");
        if self.is_absent {
            let colon = is_asked.then(|| alternative(code, self.behind + 1)).flatten();
            match colon {
                // `null === env('X') ? 1.0 : env('X')`
                Some(colon) if is_literal(code, self.behind + 1) => {
                    Role::Test(Some((colon, end_of_expression(code, colon + 1))))
                }
                _ => Role::Use,
            }
        } else if and || is_asked {
            Role::Test(Some((self.behind, end_of_expression(code, self.behind + 1))))
        } else if self.is_bare {
            Role::Use
        } else {
            Role::Test(None)
        }
    }
}

/// Returns whether a condition ends after a token.
fn ends_condition(code: Code<'_>, language: Language, at: usize) -> bool {
    let goes_on = code.is_any(at, b"&|(,\\") || code.is_any_word(at, &["and", "or", "not"]);
    match language {
        Language::Python => code.is(at, b':') && !code.is(at + 1, b'=') || code.ends_line(at) && !goes_on,
        Language::Ruby => code.ends_line(at) && !goes_on || code.is_word(at, "then"),
        _ => code.is_any(at, b"{}"),
    }
}

/// Returns the index after a block, or that of the bracket which closes it.
fn body_end(code: Code<'_>, language: Language, condition: usize, body: usize) -> usize {
    if !indents(language) {
        return end_of_statement(code, body).unwrap_or(body);
    }
    let Some(indent) = code.indent(condition) else {
        return body;
    };
    let end = code.tokens.len().min(body + MAX_TOKENS);
    let is_outside = |&at: &usize| code.begins_line(at) && code.indent(at).is_none_or(|one| one <= indent);
    (body..end).find(is_outside).unwrap_or(end)
}

/// Returns whether the statements in some tokens end the program, or tell a caller that something is wrong.
pub(super) fn is_given_up(code: Code<'_>, from: usize, to: usize) -> bool {
    const WORDS: &[&[u8]] = &[
        b"raise", b"abort", b"exit", b"throw", b"die", b"panic", b"fatal", b"fatalf", b"fatalln", b"fail", b"bail",
        b"quit",
    ];
    let complains = |at: usize| {
        let word = code.text(at).to_ascii_lowercase();
        // `return ErrMissing`, `fmt.Errorf(…)`, `http.Error(…)`
        WORDS.contains(&&*word) || word.starts_with(b"err") || word.ends_with(b"error")
    };
    let end = to.min(code.tokens.len()).min(from + MAX_TOKENS);
    (from..end).any(|at| code.kind(at) == Some(Kind::Word) && complains(at)) || gives_up(code, from)
}

/// Returns whether a block begins by leaving its function or loop.
fn is_left(code: Code<'_>, body: usize) -> bool {
    let at = body + usize::from(code.is(body, b'{'));
    let with = at + 1;
    let leaves = code.is_any_word(at, &["return", "continue", "next", "pass", "break"]);
    let is_nothing = code.ends_line(at)
        || code.is_any(with, b";}")
        || code.is_any_word(with, &["nil", "null", "None", "if", "unless"]);
    leaves && (is_nothing || is_literal(code, with) || is_value(code, with))
}

/// Returns whether a block begins with `v = …` for the `v` that was tested.
fn is_set(code: Code<'_>, body: usize, asked: usize) -> bool {
    let at = body + usize::from(code.is(body, b'{'));
    code.kind(at) == Some(Kind::Word)
        && code.text(at) == code.text(asked)
        && code.is_assignment(at + 1)
        && (is_literal(code, at + 2) || is_value(code, at + 2))
}
