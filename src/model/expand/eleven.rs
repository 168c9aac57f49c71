//! Expands references the way npm dotenv-expand 11 does: each reference is replaced once, by a value that is expanded separately.

use std::borrow::Cow;

use crate::parse::dialect::Expander;
use crate::parse::inherited::PROTOTYPE;

use super::super::{ReferenceOutcome, Unknown};
use super::{Expansion, Lookup, MAX_REFERENCES, inherited, turn};

/// How long a chain of references may be. The loader overflows its stack after some thousands.
const MAX_CHAIN: usize = 1000;

/// Expands a value, and records its references.
pub(super) fn expand(
    lookup: &mut Lookup<'_, '_>,
    expansion: &mut Expansion<'_>,
    expander: Expander,
    typed: &[u8],
) -> Result<Vec<u8>, Unknown> {
    // Expo does not expand a value that the process environment overrides.
    let stays = expander == Expander::Expo && lookup.process(expansion.key).is_some_and(|value| *value != *typed);
    let result = if stays {
        Ok(typed.to_vec())
    } else {
        interpolate(lookup, expansion, expander, typed)
    };
    note(lookup, expansion, typed);
    result
}

/// A match of `(\\)?(\$)(?!\()(\{?)([\w.]+)(?::?-(…)+)?(\}?)`.
struct Reference {
    escaped: bool,
    start: usize,
    name: (usize, usize),
    default: Option<(usize, usize)>,
    end: usize,
}

/// Returns the next reference from an offset.
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

/// Returns the end of a default: the first closing brace that does not belong to a reference inside it. References may
/// be nested three deep.
fn argument(text: &[u8], start: usize) -> usize {
    let mut at = start;
    let mut depth = 0;
    // The start of the outermost reference, which may turn out to be unterminated.
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
        // The first brace then closes that reference.
        let close = opened + len + 1;
        close + memchr::memchr(b'}', &text[close..]).unwrap_or(text.len() - close)
    })
}

/// A text whose references are being replaced.
struct Open<'s> {
    /// The name of its variable.
    name: Cow<'s, [u8]>,
    text: Cow<'s, [u8]>,
    /// The offset up to which it has been read; the result so far is in `out`.
    at: usize,
    out: Vec<u8>,
}

/// The replacement of a reference.
enum Comes<'s> {
    To(Cow<'s, [u8]>),
    /// Another text that must be expanded first.
    From(Cow<'s, [u8]>),
}

fn interpolate(
    lookup: &mut Lookup<'_, '_>,
    expansion: &Expansion<'_>,
    expander: Expander,
    typed: &[u8],
) -> Result<Vec<u8>, Unknown> {
    let open = |name, text| Open {
        name,
        text,
        at: 0,
        out: vec![],
    };
    // The loader recurses; an explicit stack copes with a chain of any length.
    let mut texts = vec![open(Cow::Borrowed(expansion.key), Cow::Borrowed(typed))];
    lookup.read(typed.len() + 64)?;
    loop {
        let depth = texts.len();
        let Some(top) = texts.last_mut() else { return Ok(vec![]) };
        let Some(found) = find(&top.text, top.at) else {
            top.out.extend_from_slice(&top.text[top.at..]);
            let value = std::mem::take(&mut top.out);
            texts.pop();
            let Some(below) = texts.last_mut() else {
                return Ok(value);
            };
            lookup.insert(value.len())?;
            below.out.extend_from_slice(&value);
            continue;
        };
        top.out.extend_from_slice(&top.text[top.at..found.start]);
        top.at = found.end;
        if found.escaped {
            top.out.extend_from_slice(&top.text[found.start + 1..found.end]);
            continue;
        }
        match value(lookup, expansion, expander, (&top.name, &top.text), &found)? {
            Comes::To(value) => {
                lookup.insert(value.len())?;
                top.out.extend_from_slice(&value);
            }
            Comes::From(_) if depth > MAX_CHAIN => return Err(Unknown::TooLarge),
            Comes::From(text) => {
                lookup.read(text.len() + 64)?;
                let name = top.text[found.name.0..found.name.1].to_vec();
                texts.push(open(name.into(), text));
            }
        }
    }
}

/// Returns the replacement of a reference in a text.
fn value<'s>(
    lookup: &mut Lookup<'_, 's>,
    expansion: &Expansion<'_>,
    expander: Expander,
    (own, text): (&[u8], &[u8]),
    found: &Reference,
) -> Result<Comes<'s>, Unknown> {
    let name = &text[found.name.0..found.name.1];
    let held = match lookup.process(name) {
        Some(value) => Some(Cow::Borrowed(value)),
        None if matches!(expander, Expander::Vite5 | Expander::Expo) => None,
        None => lookup.in_file(name, expansion.when),
    };
    if held.is_none() && inherited::is_there(name) {
        let is_alike = expander != Expander::Expo || !matches!(name, inherited::CONSTRUCTOR | PROTOTYPE);
        if lookup.in_file(name, expansion.when).is_none() && is_alike {
            return Ok(Comes::To(inherited::as_text(name).into()));
        }
        // Vite 5 and Expo compare the inherited property with the value in the file, and then treat the property as a
        // string, which fails.
        inherited::fail(lookup, expansion, expander);
        return Ok(Comes::To(Cow::Borrowed(b"")));
    }
    let parsed = if expander == Expander::Expo {
        lookup.in_map(name, expansion.when)?
    } else {
        parsed(lookup, expansion, name)?
    };
    let parsed = parsed.unwrap_or_default();
    // Even if nothing is made of it: a long value may refer to itself at every third byte.
    lookup.read(parsed.len())?;
    let held = held.filter(|value| !value.is_empty());
    Ok(match (held, found.default) {
        (Some(held), _) if *held == *parsed => Comes::To(held),
        (Some(held), _) => Comes::From(held),
        (None, _) if expander == Expander::Expo && !parsed.is_empty() && name != own => Comes::From(parsed),
        (None, _) if expander != Expander::Expo && !parsed.is_empty() && *parsed != *text => Comes::From(parsed),
        (None, _) if !parsed.is_empty() && expander == Expander::Vite5 => Comes::To(parsed),
        (None, Some((start, end))) if text[start] == b'$' => Comes::From(text[start..end].to_vec().into()),
        (None, Some((start, end))) => Comes::To(text[start..end].to_vec().into()),
        (None, None) => Comes::To(Cow::Borrowed(b"")),
    })
}

/// Returns what the map of the file currently holds for a name: the value as read, or the expanded value after its turn.
fn parsed<'s>(
    lookup: &Lookup<'_, 's>,
    expansion: &Expansion<'_>,
    name: &[u8],
) -> Result<Option<Cow<'s, [u8]>>, Unknown> {
    let own = expansion.key;
    let is_before = || turn::is_before(lookup.table, expansion.when, name, own);
    match (lookup.process(name), lookup.in_file(name, expansion.when)) {
        (_, None) => Ok(None),
        (Some(value), Some(_)) if is_before() => Ok(Some(Cow::Borrowed(value))),
        (Some(_), raw) => Ok(raw),
        (None, Some(_)) if name == own => Ok(lookup.in_file(name, expansion.when)),
        (None, Some(_)) => lookup.in_map(name, expansion.when),
    }
}

/// Records the references in the text as written.
fn note(lookup: &Lookup<'_, '_>, expansion: &mut Expansion<'_>, text: &[u8]) {
    let mut at = 0;
    while let Some(found) = find(text, at).filter(|_| expansion.references.len() < MAX_REFERENCES) {
        at = found.end;
        if found.escaped {
            continue;
        }
        let name = &text[found.name.0..found.name.1];
        let value = lookup
            .process(name)
            .map(Cow::Borrowed)
            .or_else(|| lookup.in_file(name, expansion.when));
        let outcome = match value {
            Some(value) if !value.is_empty() || found.default.is_none() => ReferenceOutcome::Resolved,
            _ if found.default.is_some() => ReferenceOutcome::Defaulted,
            _ => ReferenceOutcome::Undefined,
        };
        expansion.refer((found.start, found.end), found.name, outcome);
    }
}
