//! npm dotenv-expand 11 to 13: a loop that replaces one reference at a time and reads its own output again.

use std::borrow::Cow;

use super::expand::{Expansion, Lookup, MAX_DEPTH};
use super::table::When;
use super::{ReferenceOutcome, Unknown};

/// Expands a value as `expandValue` of dotenv-expand does, then takes the backslash from each `\$`.
pub(super) fn expand(lookup: &mut Lookup<'_, '_>, expansion: &mut Expansion<'_>) -> Result<Vec<u8>, Unknown> {
    let typed = std::mem::take(&mut expansion.decoded.bytes);
    let result = rewrite(lookup, expansion.key, typed.to_vec());
    let cycle = matches!(result, Err(Unknown::Cycle) | Ok((_, true)));
    note(lookup, expansion, &typed, cycle, 0, typed.len(), 0);
    result.map(|(value, _)| unescape(&value))
}

/// Replaces references until there are none; gives the text and whether one led back to a text that was there before.
fn rewrite(lookup: &mut Lookup<'_, '_>, key: &[u8], mut text: Vec<u8>) -> Result<(Vec<u8>, bool), Unknown> {
    let mut seen = Vec::new();
    let mut cycle = false;
    while let Some((start, end)) = find(&text) {
        lookup.read(text.len())?;
        seen.push(fingerprint(&text));
        let template = text[start..end].to_vec();
        let (name, operator, default) = split(expression(&template));
        let value = lookup.unexpanded(name).filter(|value| !value.is_empty());
        let replacement = match value {
            _ if operator.contains(&b'+') => Cow::Borrowed(if value.is_some() { default } else { b"" }),
            Some(value) if seen.contains(&fingerprint(&value)) => {
                cycle = true;
                Cow::Borrowed(default)
            }
            Some(value) => value,
            None => Cow::Borrowed(default),
        };
        lookup.insert(replacement.len())?;
        let at = memchr::memmem::find(&text, &template).unwrap_or(start);
        text = replace(&text, at, template.len(), &replacement);
        let running = running(lookup, name, key)?;
        if running.is_some_and(|value| *value == *text) {
            break;
        }
    }
    Ok((text, cycle))
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
fn replace(text: &[u8], at: usize, len: usize, replacement: &[u8]) -> Vec<u8> {
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

/// The value that a name had when its turn came, if that was before this key's.
fn running<'s>(lookup: &Lookup<'_, 's>, name: &[u8], key: &[u8]) -> Result<Option<Cow<'s, [u8]>>, Unknown> {
    let table = lookup.table;
    let first = |key| table.find(key).first().map(|entry| entry.when);
    let is_file = |when: &When| table.assignment(*when).is_some();
    let (Some(name_first), Some(own_first)) = (first(name).filter(is_file), first(key)) else {
        return Ok(None);
    };
    if name_first >= own_first {
        return Ok(None);
    }
    let group = table.find(name);
    match (
        table.process_value(group).filter(|value| !value.is_empty()),
        super::resolve::file_winner(table, group),
    ) {
        (Some(value), _) => Ok(Some(Cow::Borrowed(value))),
        (None, Some(when)) => lookup.value(when),
        (None, None) => Ok(None),
    }
}

/// Each `\$` becomes `$`.
fn unescape(text: &[u8]) -> Vec<u8> {
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
    let hash = text.iter().fold(0xCBF2_9CE4_8422_2325, |hash: u64, &byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01B3)
    });
    (text.len(), hash)
}

/// Notes the references of the text as typed; those in a default only if it is used.
fn note(
    lookup: &Lookup<'_, '_>,
    expansion: &mut Expansion<'_>,
    text: &[u8],
    cycle: bool,
    start: usize,
    end: usize,
    depth: usize,
) {
    let mut at = start;
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
        let Some(close) = close else { continue };
        let name = &text[name_start..name_end];
        let value = lookup.unexpanded(name);
        let found = value.as_ref().is_some_and(|value| !value.is_empty() || !operator);
        let leads_back =
            cycle && (name == expansion.key || value.is_some_and(|value| memchr::memchr(b'$', &value).is_some()));
        let outcome = match (found, operator) {
            (true, _) if leads_back => ReferenceOutcome::Cycle,
            (true, _) => ReferenceOutcome::Resolved,
            (false, true) => ReferenceOutcome::Defaulted,
            (false, false) => ReferenceOutcome::Undefined,
        };
        expansion.refer((dollar, close + usize::from(braced)), (name_start, name_end), outcome);
        if operator && !found {
            note(lookup, expansion, text, cycle, argument, close, depth + 1);
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
