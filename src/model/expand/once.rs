//! Expanders that read a value once, from left to right, and never read what they insert.

use std::borrow::Cow;

use crate::name::word_len;
use crate::parse::dialect::Expander;

use super::super::{ReferenceOutcome, Unknown};
use super::{Expansion, Lookup, outcome};

/// How many bytes are searched for the end of a command.
const MAX_COMMAND: usize = 4096;

/// What is at a `$`.
enum Found {
    /// A reference: its end, name and default.
    Reference {
        end: usize,
        name: (usize, usize),
        default: Option<(usize, usize)>,
    },
    /// Text up to an offset, and the part of it that is kept.
    Text { end: usize, keep: (usize, usize) },
    /// A command.
    Command,
}

/// Expands a value.
pub(super) fn expand(
    lookup: &mut Lookup<'_, '_>,
    expansion: &mut Expansion<'_>,
    expander: Expander,
    text: &[u8],
    runs: bool,
) -> Result<Vec<u8>, Unknown> {
    let mut out = Vec::with_capacity(text.len());
    let mut at = 0;
    while let Some(dollar) = memchr::memchr(b'$', &text[at..]).map(|len| at + len) {
        let escapes = !matches!(expander, Expander::Python | Expander::Direnv);
        // Ruby removes a backslash before a reference or a command, and `$(` alone is neither.
        let is_neither = expander == Expander::Ruby && text.get(dollar + 1) == Some(&b'(') && !is_command(text, dollar);
        let escaped = escapes && dollar > at && text[dollar - 1] == b'\\' && !is_neither;
        out.extend_from_slice(&text[at..dollar - usize::from(escaped && escapes)]);
        let found = match expander {
            Expander::Python => {
                if text.get(dollar + 1) == Some(&b'{') {
                    let rest = &text[dollar..];
                    lookup.read(memchr::memchr2(b'}', b':', rest).unwrap_or(rest.len()))?;
                }
                python(text, dollar)
            }
            _ if escaped => Found::Text {
                end: dollar + 1,
                keep: (dollar, dollar + 1),
            },
            Expander::Deno => deno(text, dollar),
            Expander::Direnv => go(text, dollar),
            _ if runs && is_command(text, dollar) => Found::Command,
            _ => optional_braces(text, dollar, expander),
        };
        at = match found {
            Found::Text { end, keep } => {
                out.extend_from_slice(&text[keep.0..keep.1]);
                end
            }
            Found::Command => return Err(Unknown::Command),
            Found::Reference { end, name, default } => {
                let value = value(lookup, expansion, expander, &text[name.0..name.1], default.is_some())?;
                let result = match default {
                    Some(_) if value.is_none() => ReferenceOutcome::Defaulted,
                    _ => outcome(value.is_some()),
                };
                expansion.refer((dollar, end), name, result);
                let default = default.map_or(&b""[..], |(start, end)| &text[start..end]);
                let value = value.as_deref().unwrap_or(default);
                lookup.insert(value.len())?;
                out.extend_from_slice(value);
                end
            }
        };
    }
    out.extend_from_slice(&text[at..]);
    Ok(out)
}

/// Returns the value of a name.
fn value<'s>(
    lookup: &Lookup<'_, 's>,
    expansion: &Expansion<'_>,
    expander: Expander,
    name: &[u8],
    has_default: bool,
) -> Result<Option<Cow<'s, [u8]>>, Unknown> {
    match expander {
        // An empty value takes the default only if it comes from the process environment or from another file. A
        // variable of the same file keeps its value.
        Expander::Direnv => {
            let value = match lookup.before(name, expansion.when)? {
                value if lookup.is_set_in_same_file(name, expansion.when) => return Ok(value),
                None => lookup.process(name).map(Cow::Borrowed),
                value => value,
            };
            Ok(value.filter(|value| !value.is_empty() || !has_default))
        }
        Expander::Godotenv => lookup.before(name, expansion.when),
        // A key alone counts as set, so a default does not apply.
        Expander::Python => {
            let when = expansion.when;
            let is_cleared = lookup.is_cleared(name, when) && lookup.is_set_in_same_file(name, when);
            let value = if is_cleared && lookup.overrides(when) {
                None
            } else {
                lookup.sequential(name, when)?
            };
            Ok(value.or(is_cleared.then_some(Cow::Borrowed(&b""[..]))))
        }
        _ => lookup.sequential(name, expansion.when),
    }
}

/// Matches `\$\{(?P<name>[^\}:]*)(?::-(?P<default>[^\}]*))?\}`.
fn python(text: &[u8], dollar: usize) -> Found {
    let literal = Found::Text {
        end: dollar + 1,
        keep: (dollar, dollar + 1),
    };
    let start = dollar + 2;
    if text.get(dollar + 1) != Some(&b'{') {
        return literal;
    }
    // If a reference is unterminated, so is everything after it.
    let rest = Found::Text {
        end: text.len(),
        keep: (dollar, text.len()),
    };
    let Some(stop) = memchr::memchr2(b'}', b':', &text[start..]).map(|len| start + len) else {
        return rest;
    };
    if text[stop] == b'}' {
        return Found::Reference {
            end: stop + 1,
            name: (start, stop),
            default: None,
        };
    }
    match memchr::memchr(b'}', &text[stop..]).map(|len| stop + len) {
        Some(close) if text[stop..].starts_with(b":-") => Found::Reference {
            end: close + 1,
            name: (start, stop),
            default: Some((stop + 2, close)),
        },
        None => rest,
        Some(_) => literal,
    }
}

/// Reads a reference like Go's `os.Expand`, with `:-` in addition. An invalid name is removed together with its braces.
fn go(text: &[u8], dollar: usize) -> Found {
    let start = dollar + 1;
    let is_special =
        |byte: &u8| byte.is_ascii_digit() || matches!(byte, b'*' | b'#' | b'$' | b'@' | b'!' | b'?' | b'-');
    let reference = |end: usize, name: (usize, usize)| {
        let default = crate::find::find(&text[name.0..name.1], b":-").map(|len| name.0 + len);
        Found::Reference {
            end,
            name: (name.0, default.unwrap_or(name.1)),
            default: default.map(|at| (at + 2, name.1)),
        }
    };
    match &text[start..] {
        [b'{', special, b'}', ..] if is_special(special) => reference(start + 3, (start + 1, start + 2)),
        [b'{', rest @ ..] => match memchr::memchr(b'}', rest) {
            // An invalid reference is removed.
            None => Found::Text {
                end: start + 1,
                keep: (start, start),
            },
            Some(0) => Found::Text {
                end: start + 2,
                keep: (start, start),
            },
            Some(len) => reference(start + len + 2, (start + 1, start + 1 + len)),
        },
        [special, ..] if is_special(special) => reference(start + 1, (start, start + 1)),
        rest => match word_len(rest) {
            0 => Found::Text {
                end: start,
                keep: (dollar, start),
            },
            len => reference(start + len, (start, start + len)),
        },
    }
}

/// Reads `$` and letters, digits and `_`, possibly none; or `${` and everything up to the first `}`.
fn deno(text: &[u8], dollar: usize) -> Found {
    let start = dollar + 1;
    if text.get(start) == Some(&b'{') {
        let close = memchr::memchr(b'}', &text[start..]).map_or(text.len(), |len| start + len);
        return Found::Reference {
            end: (close + 1).min(text.len()),
            name: (start + 1, close),
            default: None,
        };
    }
    let end = start + word_len(&text[start..]);
    if start == end {
        return Found::Text { end, keep: (end, end) };
    }
    Found::Reference {
        end,
        name: (start, end),
        default: None,
    }
}

/// Matches `\$\{?([A-Za-z0-9_]+)?\}?`. Those of Go only accept capitals, and godotenv allows a `(` before the brace. Without a
/// name it is text.
fn optional_braces(text: &[u8], dollar: usize, expander: Expander) -> Found {
    let skipped = usize::from(expander == Expander::Godotenv && text.get(dollar + 1) == Some(&b'('));
    let start = dollar + 1 + skipped + usize::from(text.get(dollar + 1 + skipped) == Some(&b'{'));
    let is_name = |byte: &u8| {
        byte.is_ascii_digit()
            || *byte == b'_'
            || byte.is_ascii_uppercase()
            || expander == Expander::Ruby && byte.is_ascii_alphabetic()
    };
    let name_end = start + text[start..].iter().take_while(|byte| is_name(byte)).count();
    let end = name_end + usize::from(text.get(name_end) == Some(&b'}'));
    if start == name_end {
        return Found::Text {
            end,
            keep: (dollar, end),
        };
    }
    Found::Reference {
        end,
        name: (start, name_end),
        default: None,
    }
}

/// Returns whether `\$\((?:[^()]|\g<0>)+\)` matches at a `$`: balanced parentheses.
pub(super) fn is_command(text: &[u8], dollar: usize) -> bool {
    if text.get(dollar + 1) != Some(&b'(') || text.get(dollar + 2) == Some(&b')') {
        return false;
    }
    let rest = &text[dollar + 1..];
    let near = &rest[..rest.len().min(MAX_COMMAND)];
    let mut open = 0;
    for at in memchr::memchr2_iter(b'(', b')', near) {
        if near[at] == b'(' {
            open += 1;
        } else {
            open -= 1;
        }
        if open == 0 {
            return true;
        }
    }
    // If the end is too far away to search for, it counts as a command.
    near.len() < rest.len()
}
