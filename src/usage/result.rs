//! Reads in Rust, which give a `Result` or an `Option`: whether the program does without the variable. `if let Ok(dsn) = env::var("DSN")`,
//! `env::var("DSN").ok()`, `match env::var("DSN") { … Err(_) => None }`.

use super::access::Code;
use super::fallback::is_literal;
use super::guard::{end_of_enclosing, end_of_statement, start_of_path};
use super::presence::is_given_up;

/// How far a condition, a pattern and a chain of methods are followed, in tokens.
const MAX_TOKENS: usize = 60;
/// How far the arms of a `match` are followed, in tokens.
const MAX_ARMS: usize = 400;

/// Returns whether the program does without the variable whose name, at a token, is the argument of a call.
pub(super) fn does_without(code: Code<'_>, name: usize) -> bool {
    let Some(start) = start_of_call(code, name) else {
        return false;
    };
    let gives_option = code.is_word(name - 2, "var_os") || code.is_word(start, "option_env");
    let (end, asks) = match chain(code, name + 2, gives_option) {
        Chain::Demands => return false,
        Chain::Replaces => return true,
        Chain::Ends { end, asks } => (end, asks),
    };
    let is_option = asks.is_some();
    let Some(before) = start.checked_sub(1) else {
        return is_option;
    };
    if code.is_word(before, "match") {
        return code.is(end, b'{') && arm_without(code, end).unwrap_or(is_option);
    }
    let first = before - usize::from(before > 0 && code.is(before, b'!'));
    if code.is_any_word(first, &["if", "while"]) {
        return asks.is_some_and(|of_absence| !demands(code, end, of_absence != (first < before)));
    }
    match pattern_before(code, before) {
        Some((at, of_absence)) if at > 0 && code.is_any_word(at - 1, &["if", "while"]) => {
            !demands(code, end, of_absence)
        }
        // `let Ok(dsn) = env::var("DSN") else { … }`
        Some((_, false)) if code.is_word(end, "else") => !ends_program(code, end + 1),
        _ => is_option,
    }
}

/// What the methods that are called on a read do with it.
enum Chain {
    /// They fail if the variable is missing.
    Demands,
    /// They replace a missing value.
    Replaces,
    /// Neither.
    Ends {
        end: usize,
        /// `Some(true)` if they test that it is missing, `Some(false)` if they test that it is set or make an `Option` of it, `None` if
        /// they do none of these.
        asks: Option<bool>,
    },
}

fn chain(code: Code<'_>, behind: usize, gives_option: bool) -> Chain {
    let (mut at, mut asks, mut is_changed) = (behind, gives_option.then_some(false), false);
    while let Some(method) = code.behind_dot(at).filter(|method| method - behind < MAX_TOKENS) {
        let close = end_of_enclosing(code, method + 2).filter(|_| code.is(method + 1, b'('));
        let Some(close) = close else { break };
        match code.text(method) {
            b"unwrap" | b"expect" | b"ok_or" | b"ok_or_else" | b"context" | b"with_context" => return Chain::Demands,
            // These only report what is wrong with a value, not that it is missing.
            b"transpose" | b"map_or" | b"map_or_else" | b"is_ok_and" | b"is_some_and" | b"is_none_or" => {
                return Chain::Replaces;
            }
            b"unwrap_or" | b"unwrap_or_else" if is_literal(code, taken_instead(code, method)) => {
                return Chain::Replaces;
            }
            b"unwrap_or_else" if is_given_up(code, method, close) => return Chain::Demands,
            // The value that replaces the variable may itself be empty.
            b"unwrap_or" | b"unwrap_or_else" | b"unwrap_or_default" if !is_changed => break,
            b"unwrap_or" | b"unwrap_or_else" | b"unwrap_or_default" => return Chain::Replaces,
            b"ok" | b"is_ok" | b"is_some" => asks = Some(false),
            b"is_err" | b"is_none" => asks = Some(true),
            _ => is_changed = true,
        }
        at = close + 1;
    }
    if code.is(at, b'?') {
        Chain::Demands
    } else {
        Chain::Ends { end: at, asks }
    }
}

/// Returns where the value begins in `unwrap_or(value)` and `unwrap_or_else(|error| value)`.
fn taken_instead(code: Code<'_>, method: usize) -> usize {
    // Between the bars of a closure there is at most a name.
    let bar = (method + 3..method + 5).find(|&at| code.is(at, b'|'));
    bar.filter(|_| code.is(method + 2, b'|')).unwrap_or(method + 1) + 1
}

/// Returns the start of the path of the function or macro that is called with the text at a token.
fn start_of_call(code: Code<'_>, name: usize) -> Option<usize> {
    let callee = name.checked_sub(2)?;
    start_of_path(
        code,
        if code.is(callee, b'!') {
            callee.checked_sub(1)?
        } else {
            callee
        },
    )
}

/// Returns the `let` of the pattern before the `=` at a token, and whether the pattern is that of a variable that is missing.
fn pattern_before(code: Code<'_>, equals: usize) -> Option<(usize, bool)> {
    if !code.is_assignment(equals) {
        return None;
    }
    let at = (equals.saturating_sub(MAX_TOKENS)..equals).rfind(|&at| code.is_word(at, "let"))?;
    if code.is_any_word(at + 1, &["Err", "None"]) {
        Some((at, true))
    } else {
        code.is_any_word(at + 1, &["Ok", "Some"]).then_some((at, false))
    }
}

/// Returns whether an `if` whose condition continues at a token ends the program if the variable is missing.
fn demands(code: Code<'_>, from: usize, asks_for_absence: bool) -> bool {
    let end = code.tokens.len().min(from + MAX_TOKENS);
    let Some(block) = (from..end).find(|&at| code.is(at, b'{')) else {
        return false;
    };
    if asks_for_absence {
        return ends_program(code, block);
    }
    let otherwise = end_of_statement(code, block).filter(|&at| code.is_word(at, "else"));
    otherwise.is_some_and(|at| ends_program(code, at + 1))
}

fn ends_program(code: Code<'_>, block: usize) -> bool {
    end_of_statement(code, block).is_none_or(|end| is_given_up(code, block, end))
}

/// Returns whether the `match` whose arms begin with the bracket at `open` goes on if the variable is missing; `None` if no arm says so.
fn arm_without(code: Code<'_>, open: usize) -> Option<bool> {
    let end = end_of_enclosing(code, open + 1)?.min(open + MAX_ARMS);
    let mut goes_on = None;
    let mut at = open + 1;
    while let Some(arrow) = (at..end).find(|&at| code.spells(at, b"=>")) {
        let body = arrow + 2;
        let next = end_of_arm(code, body, end);
        let is_unreadable = (at..arrow).any(|at| code.is_word(at, "NotUnicode"));
        if !is_unreadable && code.is_any_word(at, &["Err", "None", "_"]) {
            goes_on = Some(goes_on != Some(false) && !is_given_up(code, body, next));
        }
        at = next;
    }
    goes_on
}

/// Returns where the arm of a `match` ends whose body begins at a token: behind its block, or its comma.
fn end_of_arm(code: Code<'_>, body: usize, end: usize) -> usize {
    if code.is(body, b'{') {
        let behind = end_of_enclosing(code, body + 1).map_or(end, |close| close + 1);
        return behind + usize::from(code.is(behind, b','));
    }
    let mut at = body;
    while at < end && !code.is(at, b',') {
        let opens = code.is_any(at, b"([{");
        let close = if opens { end_of_enclosing(code, at + 1) } else { None };
        at = close.unwrap_or(at) + 1;
    }
    at + 1
}
