//! npm dotenv-expand 11 to 13, Vite's copy of it, and 1000: a loop that replaces one reference at a time and reads its own
//! output again.

use std::borrow::Cow;

use crate::map::Map;
use crate::parse::dialect::{Expander, Order};

use super::super::table::{Entry, When};
use super::super::{ReferenceOutcome, Unknown};
use super::{Expansion, Lookup, MAX_DEPTH, MAX_REFERENCES};

/// How much is read in search of braces that close, before no more references are noted: 1 MiB.
const MAX_NOTED: usize = 1 << 20;

/// What a round costs beside reading, in bytes.
const ROUND: usize = 256;

/// Expands a value, then takes the backslash from each `\$`.
pub(super) fn expand(
    lookup: &mut Lookup<'_, '_>,
    expansion: &mut Expansion<'_>,
    expander: Expander,
) -> Result<Vec<u8>, Unknown> {
    let typed = std::mem::take(&mut expansion.decoded.bytes);
    let mut cycle = false;
    let result = match expander {
        Expander::Dotenvx if has_command(&typed) => Err(Unknown::Command),
        Expander::DotenvExpand1000 | Expander::Dotenvx => rewrite_1000(lookup, expansion, expander, typed.to_vec()),
        _ => rewrite(lookup, expansion, expander, typed.to_vec(), &mut cycle),
    };
    note(lookup, expansion, &typed, cycle, (0, typed.len()), 0);
    match result {
        Ok(text) if expander == Expander::DotenvExpand1000 && has_command(&text) => Err(Unknown::Command),
        result => result.map(unescape),
    }
}

/// Replaces references until there are none, and notes whether one led back to a text that was there before.
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
            // The same text again: this never ends.
            return Err(Unknown::Cycle);
        }
        let template = &text[start..end];
        let (name, operator, default) = split(expression(template));
        let value = match lookup.process(name) {
            Some(value) => Some(Cow::Borrowed(value)),
            None if expander == Expander::Vite => lookup.in_map(name)?,
            None => lookup.in_file(name),
        };
        let value = value.filter(|value| !value.is_empty());
        let replacement = match value {
            _ if operator.contains(&b'+') => Cow::Borrowed(if value.is_some() { default } else { b"" }),
            Some(value) if seen.contains(&fingerprint(&value)) => {
                *cycle = true;
                Cow::Borrowed(default)
            }
            Some(value) => value,
            None => Cow::Borrowed(default),
        };
        lookup.insert(replacement.len())?;
        let at = crate::find::find(&text, template).unwrap_or(start);
        let replaced = replace(&text, at, template.len(), &replacement);
        let ends = running(lookup, expansion, expander, name)?.is_some_and(|value| *value == *replaced);
        text = replaced;
        if ends {
            break;
        }
    }
    Ok(text)
}

/// As [`rewrite`], with the difference between empty and not set. The loader has no guard against circles: it never returns.
fn rewrite_1000(
    lookup: &mut Lookup<'_, '_>,
    expansion: &Expansion<'_>,
    expander: Expander,
    mut text: Vec<u8>,
) -> Result<Vec<u8>, Unknown> {
    let mut seen = Map::default();
    while let Some((start, end)) = find(&text) {
        lookup.read(text.len() + ROUND)?;
        if !seen.insert(fingerprint(&text), ()) {
            return Err(Unknown::Cycle);
        }
        let template = &text[start..end];
        let (name, operator, default) = split(expression(template));
        let value = match lookup.process(name) {
            Some(value) => Some(Cow::Borrowed(value)),
            None if expander == Expander::Dotenvx => lookup.before(name, expansion.when)?,
            None => lookup.in_map(name)?,
        };
        let is_full = value.as_ref().is_some_and(|value| !value.is_empty());
        let replacement: &[u8] = match (operator, &value) {
            (b":-", Some(value)) if is_full => value,
            (b"-", Some(value)) => value,
            (b":-" | b"-", _) => default,
            (b":+", _) if is_full => default,
            (b"+", Some(_)) => default,
            (b":+" | b"+", _) => b"",
            (_, value) => value.as_deref().unwrap_or_default(),
        };
        lookup.insert(replacement.len())?;
        let at = crate::find::find(&text, template).unwrap_or(start);
        let replaced = replace(&text, at, template.len(), replacement);
        // dotenvx leaves a value that came out of single quotes as it is.
        let is_literal = expander == Expander::Dotenvx && lookup.is_literal(name, expansion.when);
        let ends = is_literal || value.is_some_and(|value| *value == *replaced);
        text = replaced;
        if ends {
            break;
        }
    }
    Ok(text)
}

/// What the map of expanded values holds for a name: of dotenv-expand those whose turn was before, of Vite also the others,
/// as they were read.
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
    let first = |group: &[Entry]| group.first().map(|entry| entry.when);
    let is_before = match expander {
        Expander::Vite if is_sorted(lookup, own.when) => name < own.key,
        _ if table.order.repeats => first(group) < first(table.find(own.key)),
        _ => first(group) < Some(own.when),
    };
    match table
        .process_value(group)
        .filter(|value| is_before && !value.is_empty())
    {
        Some(value) => Ok(Some(Cow::Borrowed(value))),
        None if is_before => lookup.value(when),
        None if expander == Expander::Vite => Ok(lookup.in_file(name)),
        None => Ok(None),
    }
}

/// Whether a loader expands variables in the order of their names.
fn is_sorted(lookup: &Lookup<'_, '_>, when: When) -> bool {
    let of_loader = lookup.table.assignment(when);
    of_loader.is_some_and(|(layer, _)| layer.dialect.order == Order::Sorted)
}

/// Whether `$(` opens a command that its quotes and parentheses close.
fn has_command(text: &[u8]) -> bool {
    let mut scanned = 0;
    let mut dollars = memchr::memchr_iter(b'$', text);
    dollars.any(|start| {
        if text.get(start + 1) != Some(&b'(') {
            return false;
        }
        scanned += text.len() - start;
        // Beyond any sane value it is taken for one, unread.
        scanned > MAX_NOTED || closes(&text[start + 2..])
    })
}

/// Whether the parenthesis before a text is closed in it.
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

/// `(?<!\\)\${([^{}]+)}|(?<!\\)\$([A-Za-z_][A-Za-z0-9_]*)`
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
                byte if byte.is_ascii_alphabetic() || byte == b'_' => rest
                    .iter()
                    .take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_')
                    .count(),
                _ => return None,
            };
            Some((at, at + 1 + end))
        })
}

/// What stands in `$…` or `${…}`.
fn expression(template: &[u8]) -> &[u8] {
    match template {
        [b'$', b'{', expression @ .., b'}'] => expression,
        [_, expression @ ..] => expression,
        [] => &[],
    }
}

/// Name, operator and argument: the operator is the first of `:+`, `+`, `:-`, `-`.
fn split(expression: &[u8]) -> (&[u8], &[u8], &[u8]) {
    let Some(sign) = memchr::memchr2(b'+', b'-', expression) else {
        return (expression, b"", b"");
    };
    let start = if sign > 0 && expression[sign - 1] == b':' {
        sign - 1
    } else {
        sign
    };
    (&expression[..start], &expression[start..=sign], &expression[sign + 1..])
}

/// `String.prototype.replace` with a string, in which `$$`, `$&`, `` $` `` and `$'` stand for something.
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

/// Each `\$` becomes `$`.
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

/// Stands for a text that was there before, so that no copy of it is kept.
fn fingerprint(text: &[u8]) -> (usize, u64) {
    let (words, rest) = text.as_chunks::<8>();
    let step = |hash: u64, word: u64| (hash ^ word).wrapping_mul(0x9E37_79B9_7F4A_7C15).rotate_left(29);
    let hash = words.iter().fold(0, |hash, word| step(hash, u64::from_le_bytes(*word)));
    (
        text.len(),
        rest.iter().fold(hash, |hash, &byte| step(hash, u64::from(byte))),
    )
}

/// Notes the references of the text as typed; those in a default only if it is used.
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
        let braced = text[..end].get(at) == Some(&b'{');
        let name_start = at + usize::from(braced);
        if dollar > 0 && text[dollar - 1] == b'\\' || depth > MAX_DEPTH {
            continue;
        }
        let is_name = |byte: &u8| {
            if braced {
                !matches!(byte, b'{' | b'}' | b'$' | b'+' | b'-')
            } else {
                byte.is_ascii_alphanumeric() || *byte == b'_'
            }
        };
        let mut name_end = name_start + text[name_start..end].iter().take_while(|byte| is_name(byte)).count();
        let operator = text[name_end..end]
            .first()
            .is_some_and(|byte| braced && matches!(byte, b'+' | b'-'));
        let argument = name_end + usize::from(operator);
        if operator && name_end > name_start && text[name_end - 1] == b':' {
            name_end -= 1;
        }
        if name_end == name_start || !braced && text[name_start].is_ascii_digit() {
            continue;
        }
        let close = if braced {
            balanced(&text[..end], argument)
        } else {
            Some(argument)
        };
        scanned += close.unwrap_or(end) - argument;
        if scanned > MAX_NOTED || expansion.references.len() >= MAX_REFERENCES {
            return;
        }
        let Some(close) = close else { continue };
        let name = &text[name_start..name_end];
        let value = lookup.process(name).map(Cow::Borrowed).or_else(|| lookup.in_file(name));
        let found = value.as_ref().is_some_and(|value| !value.is_empty() || !operator);
        let leads_back =
            cycle && (name == expansion.key || value.is_some_and(|value| memchr::memchr(b'$', &value).is_some()));
        // `PORT=${PORT:-3000}` says itself what stands there when it comes back to itself.
        let falls_back = leads_back && operator && name == expansion.key;
        let outcome = match (found, operator) {
            (true, _) if falls_back => ReferenceOutcome::Defaulted,
            (true, _) if leads_back => ReferenceOutcome::Cycle,
            (true, _) => ReferenceOutcome::Resolved,
            (false, true) => ReferenceOutcome::Defaulted,
            (false, false) => ReferenceOutcome::Undefined,
        };
        expansion.refer((dollar, close + usize::from(braced)), (name_start, name_end), outcome);
        if operator && (!found || falls_back) {
            note(lookup, expansion, text, cycle, (argument, close), depth + 1);
        }
        at = close;
    }
}

/// The brace that closes the one before `at`.
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
