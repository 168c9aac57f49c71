//! Reads whose text is tidied up before it is compared or replaced: `os.getenv("DEBUG", "").lower() == "true"`, `process.env.DEBUG?.trim() === "1"`. The
//! program does without the variable, which an empty text alone would not say.

use super::Language;
use super::access::Code;
use super::fallback::{is_compared, is_followed};
use super::lexer::Kind;

/// Methods of texts that take nothing and give a text.
const METHODS: &[&str] = &[
    "capitalize",
    "casefold",
    "downcase",
    "lower",
    "lstrip",
    "presence",
    "rstrip",
    "strip",
    "to_i",
    "to_s",
    "toLowerCase",
    "toUpperCase",
    "trim",
    "upcase",
    "upper",
];

/// Returns whether a read is made a text in any case, and then compared or replaced. `behind` is the index behind it.
pub(super) fn does_without(code: Code<'_>, language: Language, name: usize, behind: usize) -> bool {
    let begin = match emptied(code, name, behind) {
        Some(begin) => begin,
        None if is_called_on_nothing(code, behind) => behind,
        None => return false,
    };
    let end = behind_methods(code, begin);
    is_compared(code, end) || is_member(code, language, end) || is_followed(code, language, end)
}

/// Returns whether a method is only called where there is something, or does with nothing: `?.trim()`, `.presence` of Ruby.
fn is_called_on_nothing(code: Code<'_>, behind: usize) -> bool {
    let is_optional = code.spells(behind, b"?.") || code.spells(behind, b"&.");
    is_optional || code.is(behind, b'.') && code.is_any_word(behind + 1, &["presence", "to_i", "to_s"])
}

/// Returns whether Python looks for a value among others: `in ("1", "true")`. Nothing is in none of them.
pub(super) fn is_member(code: Code<'_>, language: Language, at: usize) -> bool {
    let at = at + usize::from(code.is_word(at, "not"));
    language == Language::Python
        && code.is_word(at, "in")
        && (code.is_any(at + 1, b"([{") || code.kind(at + 1) == Some(Kind::Word))
}

/// Returns the index behind a read that gives the empty text where there is no variable: `get("A", "")`, `(process.env.A ?? "")`.
fn emptied(code: Code<'_>, name: usize, behind: usize) -> Option<usize> {
    let is_empty = |at| code.kind(at) == Some(Kind::Text) && code.text(at).is_empty();
    if code.is(name + 1, b',') {
        return (is_empty(name + 2) && code.is(name + 3, b')')).then_some(name + 4);
    }
    let is_or = code.spells(behind, b"||") || code.spells(behind, b"??");
    let text = match is_or {
        true => behind + 2,
        false if code.is_word(behind, "or") => behind + 1,
        false => return None,
    };
    let is_replaced = is_empty(text) && code.is(text + 1, b')');
    let open = code.opening(text + 1).filter(|&open| is_replaced && open < name)?;
    // Else it is the argument of a call.
    let is_group = match open.checked_sub(1) {
        None => true,
        Some(before) if code.kind(before) == Some(Kind::Word) => {
            code.is_any_word(before, &["return", "and", "or", "not", "if"])
        }
        Some(before) => !code.is_any(before, b")]"),
    };
    is_group.then_some(text + 2)
}

/// Returns the index behind calls of such methods.
fn behind_methods(code: Code<'_>, mut at: usize) -> usize {
    while let Some(method) = code.behind_dot(at).filter(|&method| code.is_any_word(method, METHODS)) {
        let is_call = code.is(method + 1, b'(') && code.is(method + 2, b')');
        at = method + 1 + 2 * usize::from(is_call);
    }
    at
}
