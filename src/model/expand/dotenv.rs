//! Expands references the way npm dotenv-expand 12 and 13, Vite's copy of it, dotenv-expand 1000 and dotenvx do: a loop
//! that replaces one reference at a time and reads its own output again.

use std::borrow::Cow;

use crate::map::Map;
use crate::name::{is_word_byte, word_len};
use crate::parse::dialect::Expander;

use super::super::{ReferenceOutcome, Unknown};
use super::{Expansion, Lookup, MAX_DEPTH, MAX_REFERENCES, inherited, turn};

/// How many bytes are read in search of closing braces before recording of references stops: 1 MiB.
const MAX_NOTED: usize = 1 << 20;

/// What a round costs in addition to reading the text, in bytes.
const ROUND: usize = 256;

/// Expands a value, and records its references.
pub(super) fn expand(
    lookup: &mut Lookup<'_, '_>,
    expansion: &mut Expansion<'_>,
    expander: Expander,
    typed: &[u8],
) -> Result<Vec<u8>, Unknown> {
    let mut cycle = false;
    let result = match expander {
        Expander::Dotenvx | Expander::Dotenvx1 if has_command(typed) => Err(Unknown::Command),
        _ => rewrite(lookup, expansion, expander, typed.to_vec(), &mut cycle),
    };
    note(lookup, expansion, typed, cycle, (0, typed.len()), 0);
    match result {
        Ok(text) if expander == Expander::DotenvExpand1000 && has_command(&text) => Err(Unknown::Command),
        result => result,
    }
}

/// Replaces references until there are none left, and sets `cycle` if one of them led back to an earlier state of the
/// text. Version 1000 has no guard against cycles, and never returns from one.
fn rewrite(
    lookup: &mut Lookup<'_, '_>,
    expansion: &Expansion<'_>,
    expander: Expander,
    mut text: Vec<u8>,
    cycle: &mut bool,
) -> Result<Vec<u8>, Unknown> {
    let mut seen = Map::default();
    while let Some((start, end)) = find(&text) {
        lookup.read(text.len() + ROUND)?;
        if !seen.insert(fingerprint(&text), ()) {
            // The text repeats, so the loop would never end.
            return Err(Unknown::Cycle);
        }
        let template = &text[start..end];
        let (name, operator, default) = split(expression(template));
        let value = value(lookup, expansion, expander, name)?;
        let replacement = match value.as_deref() {
            None if inherited::is_there(name) => match operator {
                b"-" if is_1000(expander) => default,
                b"+" if is_1000(expander) => b"",
                b":+" | b"+" => default,
                _ => inherited::called(lookup, expansion, expander, name, template),
            },
            value if is_1000(expander) => replacement_1000(value, operator, default),
            value if operator.contains(&b'+') => {
                if value.is_some_and(|value| !value.is_empty()) {
                    default
                } else {
                    b""
                }
            }
            None | Some([]) => default,
            Some(value) if seen.contains(&fingerprint(value)) => {
                *cycle = true;
                default
            }
            Some(value) => value,
        };
        lookup.insert(replacement.len())?;
        let at = crate::find::find(&text, template).unwrap_or(start);
        let replaced = replace(&text, at, template.len(), replacement);
        let is_done = if is_1000(expander) || expander == Expander::Dotenvx1 {
            // dotenvx does not expand a value that was in single quotes.
            let is_literal = is_dotenvx(expander) && lookup.is_literal(name, expansion.when);
            is_literal || value.is_some_and(|value| *value == *replaced)
        } else {
            running(lookup, expansion, expander, name)?.is_some_and(|value| *value == *replaced)
        };
        text = replaced;
        if is_done {
            break;
        }
    }
    Ok(text)
}

fn is_dotenvx(expander: Expander) -> bool {
    matches!(expander, Expander::Dotenvx | Expander::Dotenvx1)
}

fn is_1000(expander: Expander) -> bool {
    matches!(expander, Expander::DotenvExpand1000 | Expander::Dotenvx)
}

/// Returns the value of a name.
fn value<'s>(
    lookup: &Lookup<'_, 's>,
    expansion: &Expansion<'_>,
    expander: Expander,
    name: &[u8],
) -> Result<Option<Cow<'s, [u8]>>, Unknown> {
    if let Some(value) = lookup.process(name) {
        return Ok(Some(Cow::Borrowed(value)));
    }
    match expander {
        Expander::Dotenvx | Expander::Dotenvx1 => lookup.sequential(name, expansion.when),
        Expander::Vite | Expander::DotenvExpand1000 => lookup.in_map(name, expansion.when),
        _ => Ok(lookup.in_file(name, expansion.when)),
    }
}

/// Returns the replacement in version 1000, which distinguishes empty from unset.
fn replacement_1000<'t>(value: Option<&'t [u8]>, operator: &[u8], default: &'t [u8]) -> &'t [u8] {
    let is_full = value.is_some_and(|value| !value.is_empty());
    match (operator, value) {
        (b":-", Some(value)) if is_full => value,
        (b"-", Some(value)) => value,
        (b":-" | b"-", _) => default,
        (b":+", _) if is_full => default,
        (b"+", Some(_)) => default,
        (b":+" | b"+", _) => b"",
        (_, value) => value.unwrap_or_default(),
    }
}

/// Returns what the map of expanded values holds for a name. dotenv-expand adds variables when it is their turn; Vite's
/// map also has the later ones, as they were read.
fn running<'s>(
    lookup: &Lookup<'_, 's>,
    own: &Expansion<'_>,
    expander: Expander,
    name: &[u8],
) -> Result<Option<Cow<'s, [u8]>>, Unknown> {
    let table = lookup.table;
    let group = table.find(name);
    let Some(when) = super::file_winner(table, group) else {
        return Ok(None);
    };
    let is_before = turn::is_before(table, own.when, name, own.key);
    match table
        .process_value(group)
        .filter(|value| is_before && !value.is_empty())
    {
        Some(value) => Ok(Some(Cow::Borrowed(value))),
        None if is_before => lookup.value(when),
        None if expander == Expander::Vite => Ok(lookup.in_file(name, own.when)),
        None => Ok(None),
    }
}

/// Returns whether the text contains a command: a `$(` whose quotes and parentheses are closed.
fn has_command(text: &[u8]) -> bool {
    let mut scanned = 0;
    let mut dollars = memchr::memchr_iter(b'$', text);
    dollars.any(|start| {
        if text.get(start + 1) != Some(&b'(') {
            return false;
        }
        scanned += text.len() - start;
        // A text that takes longer to scan than any sensible value counts as a command.
        scanned > MAX_NOTED || closes(&text[start + 2..])
    })
}

/// Returns whether a text closes the parenthesis that precedes it.
fn closes(text: &[u8]) -> bool {
    let mut open = vec![None];
    let mut at = 0;
    while let (Some(&byte), Some(quote)) = (text.get(at), open.last_mut()) {
        at += 1;
        match (*quote, byte) {
            (Some(mark), byte) if mark == byte => *quote = None,
            (Some(b'\''), _) => {}
            (_, b'\\') => at += 1,
            (Some(_), b'$') if text.get(at) == Some(&b'(') => {
                open.push(None);
                at += 1;
            }
            (Some(_), _) => {}
            (None, b'\'' | b'"' | b'`') => *quote = Some(byte),
            (None, b'(') => open.push(None),
            (None, b')') => {
                open.pop();
            }
            (None, _) => {}
        }
    }
    open.is_empty()
}

/// Finds `(?<!\\)\${([^{}]+)}|(?<!\\)\$([A-Za-z_][A-Za-z0-9_]*)`.
fn find(text: &[u8]) -> Option<(usize, usize)> {
    memchr::memchr_iter(b'$', text)
        .filter(|&at| at == 0 || text[at - 1] != b'\\')
        .find_map(|at| {
            let rest = &text[at + 1..];
            let end = match *rest.first()? {
                b'{' => {
                    let brace = 1 + memchr::memchr2(b'{', b'}', &rest[1..])?;
                    if brace == 1 || rest[brace] == b'{' {
                        return None;
                    }
                    brace + 1
                }
                byte if byte.is_ascii_alphabetic() || byte == b'_' => word_len(rest),
                _ => return None,
            };
            Some((at, at + 1 + end))
        })
}

/// Returns what is inside `$…` or `${…}`.
fn expression(template: &[u8]) -> &[u8] {
    match template {
        [b'$', b'{', expression @ .., b'}'] => expression,
        [_, expression @ ..] => expression,
        [] => &[],
    }
}

/// Splits an expression into name, operator and argument. The operator is the first of `:+`, `+`, `:-`, `-`.
fn split(expression: &[u8]) -> (&[u8], &[u8], &[u8]) {
    let Some(sign) = memchr::memchr2(b'+', b'-', expression) else {
        // Without an operator, the JavaScript code splits at `null`, which it converts to the string `"null"`.
        return match crate::find::find(expression, b"null") {
            Some(at) => (&expression[..at], b"", &expression[at + b"null".len()..]),
            None => (expression, b"", b""),
        };
    };
    let start = if sign > 0 && expression[sign - 1] == b':' {
        sign - 1
    } else {
        sign
    };
    (&expression[..start], &expression[start..=sign], &expression[sign + 1..])
}

/// Implements `String.prototype.replace` with a string, in which `$$`, `$&`, `` $` `` and `$'` are special.
pub(super) fn replace(text: &[u8], at: usize, len: usize, replacement: &[u8]) -> Vec<u8> {
    let (before, behind) = (&text[..at], &text[at + len..]);
    let mut out = Vec::with_capacity(text.len() + replacement.len());
    out.extend_from_slice(before);
    let mut from = 0;
    while let Some(dollar) = memchr::memchr(b'$', &replacement[from..]).map(|dollar| from + dollar) {
        out.extend_from_slice(&replacement[from..dollar]);
        let stands_for: &[u8] = match replacement.get(dollar + 1) {
            Some(b'$') => b"$",
            Some(b'&') => &text[at..at + len],
            Some(b'`') => before,
            Some(b'\'') => behind,
            _ => {
                out.push(b'$');
                from = dollar + 1;
                continue;
            }
        };
        out.extend_from_slice(stands_for);
        from = dollar + 2;
    }
    out.extend_from_slice(&replacement[from..]);
    out.extend_from_slice(behind);
    out
}

/// Replaces each `\$` with `$`.
pub(super) fn unescape(text: Vec<u8>) -> Vec<u8> {
    if crate::find::find(&text, b"\\$").is_none() {
        return text;
    }
    let mut out = Vec::with_capacity(text.len());
    for (at, &byte) in text.iter().enumerate() {
        if byte != b'\\' || text.get(at + 1) != Some(&b'$') {
            out.push(byte);
        }
    }
    out
}

/// Returns a hash that identifies an earlier text, so that no copy of it is kept.
fn fingerprint(text: &[u8]) -> (usize, u64) {
    let (words, rest) = text.as_chunks::<8>();
    let step = |hash: u64, word: u64| (hash ^ word).wrapping_mul(0x9E37_79B9_7F4A_7C15).rotate_left(29);
    let hash = words.iter().fold(0, |hash, word| step(hash, u64::from_le_bytes(*word)));
    (
        text.len(),
        rest.iter().fold(hash, |hash, &byte| step(hash, u64::from(byte))),
    )
}

/// Records the references in the text as written. Those in a default are recorded only if it is used.
fn note(
    lookup: &Lookup<'_, '_>,
    expansion: &mut Expansion<'_>,
    text: &[u8],
    cycle: bool,
    (start, end): (usize, usize),
    depth: usize,
) {
    let (mut at, mut scanned) = (start, 0);
    while let Some(dollar) = memchr::memchr(b'$', &text[at..end]).map(|len| at + len) {
        at = dollar + 1;
        if dollar > 0 && text[dollar - 1] == b'\\' || depth > MAX_DEPTH {
            continue;
        }
        let Some(head) = head(&text[..end], dollar) else {
            continue;
        };
        let close = if head.braced {
            balanced(&text[..end], head.argument)
        } else {
            Some(head.argument)
        };
        scanned += close.unwrap_or(end) - head.argument;
        if scanned > MAX_NOTED || expansion.references.len() >= MAX_REFERENCES {
            return;
        }
        let Some(close) = close else { continue };
        let outcome = outcome(lookup, expansion, &text[head.name.0..head.name.1], head.operator, cycle);
        expansion.refer((dollar, close + usize::from(head.braced)), head.name, outcome);
        if outcome == ReferenceOutcome::Defaulted {
            note(lookup, expansion, text, cycle, (head.argument, close), depth + 1);
        }
        at = close;
    }
}

/// The beginning of a reference, as ranges of the text.
struct Head {
    braced: bool,
    name: (usize, usize),
    operator: bool,
    /// Where the argument of the operator starts.
    argument: usize,
}

/// Returns the beginning of the reference at a `$`, if it is one.
fn head(text: &[u8], dollar: usize) -> Option<Head> {
    let braced = text.get(dollar + 1) == Some(&b'{');
    let start = dollar + 1 + usize::from(braced);
    let is_name = |byte: &u8| {
        if braced {
            !matches!(byte, b'{' | b'}' | b'$' | b'+' | b'-')
        } else {
            is_word_byte(byte)
        }
    };
    let mut end = start + text[start..].iter().take_while(|byte| is_name(byte)).count();
    let operator = braced && matches!(text.get(end), Some(b'+' | b'-'));
    let argument = end + usize::from(operator);
    if operator && end > start && text[end - 1] == b':' {
        end -= 1;
    }
    if !operator && let Some(len) = crate::find::find(&text[start..end], b"null") {
        end = start + len;
    }
    (end > start && (braced || !text[start].is_ascii_digit())).then_some(Head {
        braced,
        name: (start, end),
        operator,
        argument,
    })
}

/// Returns the outcome of a reference; `operator` tells whether it has a default.
fn outcome(
    lookup: &Lookup<'_, '_>,
    expansion: &Expansion<'_>,
    name: &[u8],
    operator: bool,
    cycle: bool,
) -> ReferenceOutcome {
    let value = lookup
        .process(name)
        .map(Cow::Borrowed)
        .or_else(|| lookup.in_file(name, expansion.when));
    let found = value.as_ref().is_some_and(|value| !value.is_empty() || !operator);
    let leads_back =
        cycle && (name == expansion.key || value.is_some_and(|value| memchr::memchr(b'$', &value).is_some()));
    // `PORT=${PORT:-3000}` provides its own value if it refers back to itself.
    let falls_back = leads_back && operator && name == expansion.key;
    match (found, operator) {
        (true, _) if falls_back => ReferenceOutcome::Defaulted,
        (true, _) if leads_back => ReferenceOutcome::Cycle,
        (true, _) => ReferenceOutcome::Resolved,
        (false, true) => ReferenceOutcome::Defaulted,
        (false, false) => ReferenceOutcome::Undefined,
    }
}

/// Returns the offset of the brace that closes the one before `at`.
fn balanced(text: &[u8], at: usize) -> Option<usize> {
    let mut open = 1;
    memchr::memchr2_iter(b'{', b'}', &text[at..])
        .map(|len| at + len)
        .find(|&brace| {
            if text[brace] == b'{' {
                open += 1
            } else {
                open -= 1
            }
            open == 0
        })
}
