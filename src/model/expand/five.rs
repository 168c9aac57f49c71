//! dotenv-expand 5, as react-scripts and Vue CLI have it: it knows no default, and expands what a name stands for before it puts it in the
//! place of the first text that is spelled like the reference.

use std::borrow::Cow;

use crate::name::word_len;
use crate::parse::dialect::Expander;

use super::super::{ReferenceOutcome, Unknown};
use super::dotenv::replace;
use super::{Expansion, Lookup, MAX_DEPTH, MAX_REFERENCES, inherited, next};

const FIVE: Expander = Expander::DotenvExpand5;

/// `(.?)\${?([a-zA-Z0-9_]+)?}?`
struct Found {
    /// Where the `$` is.
    dollar: usize,
    end: usize,
    name: (usize, usize),
    is_escaped: bool,
}

/// Expands a value, or what the process environment has in its place.
pub(super) fn expand(lookup: &mut Lookup<'_, '_>, expansion: &mut Expansion<'_>) -> Result<Vec<u8>, Unknown> {
    let typed = std::mem::take(&mut expansion.decoded.bytes);
    let inherited = next::inherited(lookup, FIVE, expansion.key, expansion.when)?;
    let text = inherited.unwrap_or(Cow::Borrowed(&typed));
    let result = interpolate(lookup, expansion, text.into_owned(), &mut Vec::new());
    note(lookup, expansion, &typed, result == Err(Unknown::Cycle));
    result
}

/// The text with all that it refers to; `path` is the names that led to it.
fn interpolate(
    lookup: &mut Lookup<'_, '_>,
    expansion: &Expansion<'_>,
    text: Vec<u8>,
    path: &mut Vec<Vec<u8>>,
) -> Result<Vec<u8>, Unknown> {
    let mut new = text.clone();
    let mut at = 0;
    while let Some(found) = find(&text, at) {
        at = found.end;
        lookup.read(new.len() + 64)?;
        let template = &text[found.dollar..found.end];
        if found.is_escaped {
            let escaped = &text[found.dollar - 1..found.end];
            new = first(new, escaped, template);
            continue;
        }
        // A name that is not there is `undefined`, which a variable may be called, too.
        let name = match &text[found.name.0..found.name.1] {
            b"" => b"undefined",
            name => name,
        };
        let value = match value(lookup, expansion, name)? {
            Some(value) if memchr::memchr(b'$', &value).is_some() => {
                if path.iter().any(|before| before == name) {
                    return Err(Unknown::Cycle);
                }
                if path.len() == MAX_DEPTH {
                    return Err(Unknown::TooLarge);
                }
                path.push(name.to_vec());
                let value = interpolate(lookup, expansion, value.into_owned(), path)?;
                path.pop();
                value
            }
            Some(value) => value.into_owned(),
            None => {
                if inherited::is_there(name) {
                    // What every object has of that name is no text, over which it fails.
                    inherited::fail(lookup, expansion, FIVE);
                }
                Vec::new()
            }
        };
        lookup.insert(value.len())?;
        new = first(new, template, &value);
    }
    Ok(new)
}

/// The process environment, into which the file was put.
fn value<'s>(
    lookup: &Lookup<'_, 's>,
    expansion: &Expansion<'_>,
    name: &[u8],
) -> Result<Option<Cow<'s, [u8]>>, Unknown> {
    let inherited = next::inherited(lookup, FIVE, name, expansion.when)?;
    Ok(inherited.or_else(|| lookup.in_file(name, expansion.when)))
}

/// `text.replace(template, value)`
fn first(text: Vec<u8>, template: &[u8], value: &[u8]) -> Vec<u8> {
    match crate::find::find(&text, template) {
        Some(at) => replace(&text, at, template.len(), value),
        None => text,
    }
}

/// What the pattern finds first from an offset on: it begins with the character before the `$`, be it one itself, unless that ends a line.
fn find(text: &[u8], from: usize) -> Option<Found> {
    let first = from + memchr::memchr(b'$', &text[from..])?;
    let before = &text[from..first];
    let ends_line = matches!(before, [] | [.., b'\n' | b'\r'] | [.., 0xE2, 0x80, 0xA8 | 0xA9]);
    let dollar = first + usize::from(ends_line && text.get(first + 1) == Some(&b'$'));
    let start = dollar + 1 + usize::from(text.get(dollar + 1) == Some(&b'{'));
    let name = (start, start + word_len(&text[start..]));
    Some(Found {
        dollar,
        end: name.1 + usize::from(text.get(name.1) == Some(&b'}')),
        name,
        is_escaped: !ends_line && before.last() == Some(&b'\\'),
    })
}

/// Notes the references of the text as typed.
fn note(lookup: &Lookup<'_, '_>, expansion: &mut Expansion<'_>, text: &[u8], is_cycle: bool) {
    let mut at = 0;
    for _ in 0..MAX_REFERENCES {
        let Some(found) = find(text, at) else { return };
        at = found.end;
        if found.is_escaped || found.name.0 == found.name.1 {
            continue;
        }
        let outcome = match value(lookup, expansion, &text[found.name.0..found.name.1]) {
            Ok(Some(value)) if is_cycle && memchr::memchr(b'$', &value).is_some() => ReferenceOutcome::Cycle,
            Ok(None) => ReferenceOutcome::Undefined,
            _ => ReferenceOutcome::Resolved,
        };
        expansion.refer((found.dollar, found.end), found.name, outcome);
    }
}
