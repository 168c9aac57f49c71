//! Expands references the way dotenv-expand 5 (used by react-scripts and Vue CLI) and c12 (derived from it, used by Nuxt) do.
//!
//! They don't support defaults. The value of a name is expanded first, and then replaces the first text that is spelled
//! like the reference.

use std::borrow::Cow;

use crate::name::word_len;
use crate::parse::dialect::Expander;

use super::super::{ReferenceOutcome, Unknown};
use super::dotenv::replace;
use super::{Expansion, Lookup, MAX_DEPTH, MAX_REFERENCES, inherited, next};

/// A match of `(.?)\${?([a-zA-Z0-9_]+)?}?`; in c12, names may contain colons.
struct Found {
    /// The offset of the `$`.
    dollar: usize,
    end: usize,
    name: (usize, usize),
    is_escaped: bool,
}

/// Expands a value, or, in dotenv-expand, the value that the process environment has instead.
pub(super) fn expand(
    lookup: &mut Lookup<'_, '_>,
    expansion: &mut Expansion<'_>,
    expander: Expander,
    typed: &[u8],
) -> Result<Vec<u8>, Unknown> {
    let inherited = match expander {
        Expander::DotenvExpand5 => next::inherited(lookup, expander, expansion.key, expansion.when)?,
        _ => None,
    };
    let text = inherited.unwrap_or(Cow::Borrowed(typed));
    let result = interpolate(lookup, expansion, expander, text.into_owned(), &mut Vec::new());
    note(lookup, expansion, expander, typed, result == Err(Unknown::Cycle));
    result
}

/// Returns the text with all references expanded. `path` holds the names that led to it.
fn interpolate(
    lookup: &mut Lookup<'_, '_>,
    expansion: &Expansion<'_>,
    expander: Expander,
    text: Vec<u8>,
    path: &mut Vec<Vec<u8>>,
) -> Result<Vec<u8>, Unknown> {
    let mut new = text.clone();
    let mut at = 0;
    while let Some(found) = find(&text, at, expander) {
        at = found.end;
        lookup.read(new.len() + 64)?;
        let template = &text[found.dollar..found.end];
        if found.is_escaped {
            let escaped = &text[found.dollar - 1..found.end];
            new = first(new, escaped, template);
            continue;
        }
        // A missing name becomes the string `undefined`, which may also be the name of a variable.
        let name = match &text[found.name.0..found.name.1] {
            b"" => b"undefined",
            name => name,
        };
        if path.iter().any(|before| before == name) {
            if expander == Expander::DotenvExpand5 {
                return Err(Unknown::Cycle);
            }
            // c12 logs a warning, and continues with an empty text.
            new.clear();
            continue;
        }
        if expander == Expander::C12 && inherited::is_there(name) {
            // c12 looks the name up in an empty object first.
            let value = inherited::called(lookup, expansion, expander, name, template);
            new = first(new, template, value);
            continue;
        }
        let value = match value(lookup, expansion, expander, name)? {
            Some(value) if memchr::memchr(b'$', &value).is_some() => {
                if path.len() == MAX_DEPTH {
                    return Err(Unknown::TooLarge);
                }
                path.push(name.to_vec());
                let value = interpolate(lookup, expansion, expander, value.into_owned(), path)?;
                path.pop();
                value
            }
            Some(value) => value.into_owned(),
            // c12 leaves it as text.
            None if expander == Expander::C12 => continue,
            None => {
                if inherited::is_there(name) {
                    // The inherited property is not a string, so dotenv-expand fails.
                    inherited::fail(lookup, expansion, expander);
                }
                Vec::new()
            }
        };
        lookup.insert(value.len())?;
        new = first(new, template, &value);
    }
    Ok(new)
}

/// Returns the value of a name. For dotenv-expand, it comes from the process environment, to which dotenv has added the
/// file. For c12, it comes from an object of both, in which earlier variables are already expanded.
fn value<'s>(
    lookup: &mut Lookup<'_, 's>,
    expansion: &Expansion<'_>,
    expander: Expander,
    name: &[u8],
) -> Result<Option<Cow<'s, [u8]>>, Unknown> {
    if expander == Expander::DotenvExpand5 {
        let inherited = next::inherited(lookup, expander, name, expansion.when)?;
        return Ok(inherited.or_else(|| lookup.in_file(name, expansion.when)));
    }
    match lookup.process(name) {
        Some(value) if memchr::memchr(b'$', value).is_some() => {
            let value = interpolate(lookup, expansion, expander, value.to_vec(), &mut vec![name.to_vec()])?;
            Ok(Some(Cow::Owned(value)))
        }
        Some(value) => Ok(Some(Cow::Borrowed(value))),
        None => lookup.in_map(name, expansion.when),
    }
}

/// `text.replace(template, value)`
fn first(text: Vec<u8>, template: &[u8], value: &[u8]) -> Vec<u8> {
    match crate::find::find(&text, template) {
        Some(at) => replace(&text, at, template.len(), value),
        None => text,
    }
}

/// Returns the first match of the pattern from an offset. It includes the character before the `$`, even if that is a
/// `$` as well, unless it ends a line.
fn find(text: &[u8], from: usize, expander: Expander) -> Option<Found> {
    let first = from + memchr::memchr(b'$', &text[from..])?;
    let before = &text[from..first];
    let ends_line = matches!(before, [] | [.., b'\n' | b'\r'] | [.., 0xE2, 0x80, 0xA8 | 0xA9]);
    let dollar = first + usize::from(ends_line && text.get(first + 1) == Some(&b'$'));
    let start = dollar + 1 + usize::from(text.get(dollar + 1) == Some(&b'{'));
    let mut name = (start, start + word_len(&text[start..]));
    while expander == Expander::C12 && text.get(name.1) == Some(&b':') {
        name.1 += 1 + word_len(&text[name.1 + 1..]);
    }
    Some(Found {
        dollar,
        end: name.1 + usize::from(text.get(name.1) == Some(&b'}')),
        name,
        is_escaped: !ends_line && before.last() == Some(&b'\\'),
    })
}

/// Records the references in the text as written.
fn note(lookup: &mut Lookup<'_, '_>, expansion: &mut Expansion<'_>, expander: Expander, text: &[u8], is_cycle: bool) {
    let mut at = 0;
    for _ in 0..MAX_REFERENCES {
        let Some(found) = find(text, at, expander) else {
            return;
        };
        at = found.end;
        if found.is_escaped || found.name.0 == found.name.1 {
            continue;
        }
        let outcome = match value(lookup, expansion, expander, &text[found.name.0..found.name.1]) {
            Ok(Some(value)) if is_cycle && memchr::memchr(b'$', &value).is_some() => ReferenceOutcome::Cycle,
            Ok(None) => ReferenceOutcome::Undefined,
            _ => ReferenceOutcome::Resolved,
        };
        expansion.refer((found.dollar, found.end), found.name, outcome);
    }
}
