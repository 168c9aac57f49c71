//! npm dotenv-expand 11: each reference is replaced once, by a value that is expanded for itself.

use std::borrow::Cow;

use crate::parse::dialect::Expander;

use super::super::{ReferenceOutcome, Unknown};
use super::dotenv::unescape;
use super::{Expansion, Lookup, MAX_DEPTH, MAX_REFERENCES};

/// Expands a value, then takes the backslash from each `\$`.
pub(super) fn expand(
    lookup: &mut Lookup<'_, '_>,
    expansion: &mut Expansion<'_>,
    expander: Expander,
) -> Result<Vec<u8>, Unknown> {
    let typed = std::mem::take(&mut expansion.decoded.bytes);
    let result = interpolate(lookup, expander, expansion.key, &typed, 0);
    note(lookup, expansion, &typed);
    result.map(unescape)
}

/// One reference: `(\\)?(\$)(?!\()(\{?)([\w.]+)(?::?-(…)+)?(\}?)`.
struct Reference {
    escaped: bool,
    start: usize,
    name: (usize, usize),
    default: Option<(usize, usize)>,
    end: usize,
}

/// The next reference from an offset on.
fn find(text: &[u8], from: usize) -> Option<Reference> {
    memchr::memchr_iter(b'$', &text[from..])
        .map(|len| from + len)
        .find_map(|dollar| {
            let escaped = dollar > from && text[dollar - 1] == b'\\';
            let start = dollar + 1 + usize::from(text.get(dollar + 1) == Some(&b'{'));
            let is_name = |byte: &&u8| byte.is_ascii_alphanumeric() || matches!(**byte, b'_' | b'.');
            let name_end = start + text[start..].iter().take_while(is_name).count();
            if start == name_end {
                return None;
            }
            let operator = match &text[name_end..] {
                [b':', b'-', ..] => 2,
                [b'-', ..] => 1,
                _ => 0,
            };
            let from = name_end + operator;
            let default = (operator > 0)
                .then(|| (from, argument(text, from)))
                .filter(|(start, end)| start < end);
            let end = default.map_or(name_end, |(_, end)| end);
            Some(Reference {
                escaped,
                start: dollar - usize::from(escaped),
                name: (start, name_end),
                default,
                end: end + usize::from(text.get(end) == Some(&b'}')),
            })
        })
}

/// The end of a default: the first brace that no reference in it opens, of three that may stand in each other.
fn argument(text: &[u8], start: usize) -> usize {
    let mut at = start;
    let mut depth = 0;
    // Where the outermost reference opens, whose braces may turn out not to close.
    let mut opened = start;
    while let Some(&byte) = text.get(at) {
        match byte {
            b'$' if text.get(at + 1) == Some(&b'{') && depth < 3 => {
                if depth == 0 {
                    opened = at;
                }
                depth += 1;
                at += 1;
            }
            b'}' if depth == 0 => return at,
            b'}' => depth -= 1,
            _ => {}
        }
        at += 1;
    }
    if depth == 0 {
        return at;
    }
    memchr::memchr(b'}', &text[opened..]).map_or(at, |len| {
        // The first brace closes what opened last.
        let close = opened + len + 1;
        close + memchr::memchr(b'}', &text[close..]).unwrap_or(text.len() - close)
    })
}

fn interpolate(
    lookup: &mut Lookup<'_, '_>,
    expander: Expander,
    own: &[u8],
    text: &[u8],
    depth: usize,
) -> Result<Vec<u8>, Unknown> {
    if depth > MAX_DEPTH {
        // The loader runs out of stack.
        return Err(Unknown::Cycle);
    }
    let mut out = Vec::with_capacity(text.len());
    let mut at = 0;
    lookup.read(text.len() + 64)?;
    while let Some(found) = find(text, at) {
        out.extend_from_slice(&text[at..found.start]);
        at = found.end;
        if found.escaped {
            out.extend_from_slice(&text[found.start + 1..found.end]);
            continue;
        }
        let name = &text[found.name.0..found.name.1];
        let parsed = parsed(lookup, own, name)?.unwrap_or_default();
        let held = match lookup.process(name) {
            Some(value) => Some(Cow::Borrowed(value)),
            None if expander == Expander::Vite5 => None,
            None => lookup.in_file(name),
        };
        let held = held.filter(|value| !value.is_empty());
        let value = match (held, found.default) {
            (Some(held), _) if *held == *parsed => held.into_owned(),
            (Some(held), _) => interpolate(lookup, expander, own, &held, depth + 1)?,
            (None, _) if !parsed.is_empty() && *parsed != *text => {
                interpolate(lookup, expander, own, &parsed, depth + 1)?
            }
            (None, _) if !parsed.is_empty() && expander == Expander::Vite5 => parsed.into_owned(),
            (None, Some((start, end))) if text[start] == b'$' => {
                interpolate(lookup, expander, own, &text[start..end], depth + 1)?
            }
            (None, Some((start, end))) => text[start..end].to_vec(),
            (None, None) => vec![],
        };
        lookup.insert(value.len())?;
        out.extend_from_slice(&value);
    }
    out.extend_from_slice(&text[at..]);
    Ok(out)
}

/// What the map of the file holds for a name now: what stands in the file, and after its turn what came of it.
fn parsed<'s>(lookup: &Lookup<'_, 's>, own: &[u8], name: &[u8]) -> Result<Option<Cow<'s, [u8]>>, Unknown> {
    let first = |name: &[u8]| lookup.table.find(name).first().map(|entry| entry.when);
    match (lookup.process(name), lookup.in_file(name)) {
        (_, None) => Ok(None),
        (Some(value), Some(_)) if first(name) < first(own) => Ok(Some(Cow::Borrowed(value))),
        (Some(_), raw) => Ok(raw),
        (None, Some(_)) if name == own => Ok(lookup.in_file(name)),
        (None, Some(_)) => lookup.in_map(name),
    }
}

/// Notes the references of the text as typed.
fn note(lookup: &Lookup<'_, '_>, expansion: &mut Expansion<'_>, text: &[u8]) {
    let mut at = 0;
    while let Some(found) = find(text, at).filter(|_| expansion.references.len() < MAX_REFERENCES) {
        at = found.end;
        if found.escaped {
            continue;
        }
        let name = &text[found.name.0..found.name.1];
        let value = lookup.process(name).map(Cow::Borrowed).or_else(|| lookup.in_file(name));
        let outcome = match value {
            Some(value) if !value.is_empty() || found.default.is_none() => ReferenceOutcome::Resolved,
            _ if found.default.is_some() => ReferenceOutcome::Defaulted,
            _ => ReferenceOutcome::Undefined,
        };
        expansion.refer((found.start, found.end), found.name, outcome);
    }
}
