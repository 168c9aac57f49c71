//! npm dotenv-expand 11: each reference is replaced once, by a value that is expanded for itself.

use std::borrow::Cow;

use crate::parse::dialect::Expander;
use crate::parse::inherited::PROTOTYPE;

use super::super::{ReferenceOutcome, Unknown};
use super::dotenv::unescape;
use super::{Expansion, Lookup, MAX_REFERENCES, inherited, turn};

/// How many references may lead from one to the next; the loader runs out of stack behind some thousands.
const MAX_CHAIN: usize = 1000;

/// Expands a value, then takes the backslash from each `\$`.
pub(super) fn expand(
    lookup: &mut Lookup<'_, '_>,
    expansion: &mut Expansion<'_>,
    expander: Expander,
) -> Result<Vec<u8>, Unknown> {
    let typed = std::mem::take(&mut expansion.decoded.bytes);
    // Expo expands no value that the process environment is to replace.
    let stays = expander == Expander::Expo && lookup.process(expansion.key).is_some_and(|value| *value != *typed);
    let result = if stays {
        Ok(typed.to_vec())
    } else {
        interpolate(lookup, expansion, expander, &typed)
    };
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

/// A text in which references are being replaced.
struct Open<'s> {
    /// Of which name.
    name: Cow<'s, [u8]>,
    text: Cow<'s, [u8]>,
    /// Up to where it is read, and what came of that.
    at: usize,
    out: Vec<u8>,
}

/// What a reference comes to.
enum Comes<'s> {
    To(Cow<'s, [u8]>),
    /// To what comes of another text.
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
    // The loader calls itself for each; here they are a list, however long a chain of references is.
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

/// What a reference in a text comes to.
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
        // Vite 5 and Expo compare what the object of the process environment has with what the file says, and take the former for a text.
        inherited::fail(lookup, expansion, expander);
        return Ok(Comes::To(Cow::Borrowed(b"")));
    }
    let parsed = if expander == Expander::Expo {
        lookup.in_map(name, expansion.when)?
    } else {
        parsed(lookup, expansion, name)?
    };
    let parsed = parsed.unwrap_or_default();
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

/// What the map of the file holds for a name now: what stands in the file, and after its turn what came of it.
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

/// Notes the references of the text as typed.
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
