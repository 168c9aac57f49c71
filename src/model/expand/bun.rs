//! Expands references the way Bun does: `$name`, `${name}` and `${name:-default}`. Everything else is text.

use super::super::{ReferenceOutcome, Unknown};
use super::{Expansion, Lookup, MAX_DEPTH, outcome};
use crate::name::word_len;

/// Expands a value.
pub(super) fn expand(
    lookup: &mut Lookup<'_, '_>,
    expansion: &mut Expansion<'_>,
    text: &[u8],
) -> Result<Vec<u8>, Unknown> {
    let mut out = Vec::with_capacity(text.len());
    substitute(lookup, expansion, text, (0, text.len()), &mut out, 0)?;
    Ok(out)
}

fn substitute(
    lookup: &mut Lookup<'_, '_>,
    expansion: &mut Expansion<'_>,
    text: &[u8],
    (mut at, end): (usize, usize),
    out: &mut Vec<u8>,
    depth: usize,
) -> Result<(), Unknown> {
    if depth > MAX_DEPTH {
        return Err(Unknown::TooLarge);
    }
    while let Some(dollar) = memchr::memchr(b'$', &text[at..end]).map(|len| at + len) {
        let escaped = dollar > at && text[dollar - 1] == b'\\';
        out.extend_from_slice(&text[at..dollar - usize::from(escaped)]);
        at = dollar + 1;
        if escaped {
            out.push(b'$');
            continue;
        }
        let braced = usize::from(text[..end].get(at) == Some(&b'{'));
        let name = (at + braced, at + braced + word_len(&text[at + braced..end]));
        let close = if braced == 0 {
            Some(name.1)
        } else {
            closing_brace(&text[..end], name.1)
        };
        // An unterminated reference is text, together with everything after it.
        let Some(close) = close else {
            out.extend_from_slice(&text[dollar..end]);
            return Ok(());
        };
        let has_default = braced == 1 && text[name.1..close].starts_with(b":-");
        at = close + braced;
        if close > name.1 && !has_default || braced == 0 && name.0 == name.1 {
            out.extend_from_slice(&text[dollar..at]);
            continue;
        }
        let start = if has_default { name.1 + 2 } else { close };
        let key = &text[name.0..name.1];
        let value = match lookup.process(key) {
            Some(value) => Some(value.into()),
            None => lookup.in_map(key, expansion.when)?,
        };
        let result = match &value {
            None if has_default => ReferenceOutcome::Defaulted,
            Some(_) if key == expansion.key && !lookup.inherits(key) => ReferenceOutcome::Cycle,
            value => outcome(value.is_some()),
        };
        expansion.refer((dollar, at), name, result);
        match value {
            Some(value) => {
                lookup.insert(value.len())?;
                out.extend_from_slice(&value);
            }
            None => substitute(lookup, expansion, text, (start, close), out, depth + 1)?,
        }
    }
    out.extend_from_slice(&text[at..end]);
    Ok(())
}

/// Returns the offset of the closing brace, after any references that are opened before it. A backslash skips the next character.
fn closing_brace(text: &[u8], from: usize) -> Option<usize> {
    let (mut at, mut open) = (from, 0);
    while let Some(&byte) = text.get(at) {
        match byte {
            b'\\' => at += 1,
            b'$' if text.get(at + 1) == Some(&b'{') => {
                open += 1;
                at += 1;
            }
            b'}' if open == 0 => return Some(at),
            b'}' => open -= 1,
            _ => {}
        }
        at += 1;
    }
    None
}
