//! Expands references the way dotenv-expand 10 does, alone and as bundled by Next: the last reference first, and then
//! its own output again.

use std::borrow::Cow;

use crate::name::word_len;
use crate::parse::dialect::Expander;

use super::super::table::When;
use super::super::{ReferenceOutcome, Unknown};
use super::dotenv::replace;
use super::{Expansion, Lookup, MAX_REFERENCES, inherited};

/// How often a value is read again before expansion gives up. Next overflows its stack at about this number.
const MAX_ROUNDS: usize = 4000;

/// Expands a value, or what the process environment has instead, and records the references of the former.
pub(super) fn expand(
    lookup: &mut Lookup<'_, '_>,
    expansion: &mut Expansion<'_>,
    expander: Expander,
    typed: &[u8],
) -> Result<Vec<u8>, Unknown> {
    let inherited = inherited(lookup, expander, expansion.key, expansion.when)?;
    let text = inherited.map_or_else(|| typed.to_vec(), Cow::into_owned);
    let result = rewrite(lookup, expansion, expander, text);
    note(lookup, expansion, expander, typed, result.is_err());
    result
}

fn rewrite(
    lookup: &mut Lookup<'_, '_>,
    expansion: &Expansion<'_>,
    expander: Expander,
    mut text: Vec<u8>,
) -> Result<Vec<u8>, Unknown> {
    for _ in 0..MAX_ROUNDS {
        let Some(dollar) = last(&text) else { return Ok(text) };
        let Some((name, default, end)) = parts(&text, dollar) else {
            return Ok(text);
        };
        lookup.read(text.len() + 256)?;
        let template = text[dollar..end].to_vec();
        let name = &text[name.0..name.1];
        let inherits = inherited::is_there(name)
            && lookup.process(name).is_none()
            && (expander == Expander::Next || lookup.in_file(name, expansion.when).is_none());
        let value = if inherits {
            Cow::Borrowed(inherited::called(lookup, expansion, expander, name, &template))
        } else {
            value(lookup, expansion, expander, name, &text[default.0..default.1])?
        };
        lookup.insert(value.len())?;
        let at = crate::find::find(&text, &template).unwrap_or(dollar);
        text = replace(&text, at, template.len(), &value);
    }
    Err(Unknown::TooLarge)
}

/// Returns the value of a name: from the process environment, else the default, else from the file. Empty values count
/// as unset. For dotenv-expand 10 alone, dotenv has already put the file into the process environment.
fn value<'v>(
    lookup: &Lookup<'_, 'v>,
    expansion: &Expansion<'_>,
    expander: Expander,
    name: &[u8],
    default: &[u8],
) -> Result<Cow<'v, [u8]>, Unknown> {
    let inherited = inherited(lookup, expander, name, expansion.when)?;
    if let Some(value) = inherited.filter(|value| !value.is_empty()) {
        return Ok(value);
    }
    if expander == Expander::DotenvExpand10
        && lookup.process(name).is_none()
        && let Some(value) = lookup.in_file(name, expansion.when).filter(|value| !value.is_empty())
    {
        return Ok(value);
    }
    if !default.is_empty() {
        return Ok(Cow::Owned(default.to_vec()));
    }
    Ok(lookup.in_map(name, expansion.when)?.unwrap_or_default())
}

/// Returns the value of a name in the process environment, to which Next and dotenv-expand 5 add each file before they
/// read the next one.
pub(super) fn inherited<'v>(
    lookup: &Lookup<'_, 'v>,
    expander: Expander,
    name: &[u8],
    when: When,
) -> Result<Option<Cow<'v, [u8]>>, Unknown> {
    match expander {
        Expander::Next | Expander::DotenvExpand5 => lookup.environment(name, when),
        _ => Ok(lookup.process(name).map(Cow::Borrowed)),
    }
}

/// Returns the offset of the last `$` that is not preceded by a backslash.
fn last(text: &[u8]) -> Option<usize> {
    memchr::memrchr_iter(b'$', text).find(|&at| at == 0 || text[at - 1] != b'\\')
}

/// Matches `\${?(\w+)(?::-([^}\\]*))?}?`, and returns the name, the default and the end.
#[expect(clippy::type_complexity, reason = "two ranges and an offset")]
fn parts(text: &[u8], dollar: usize) -> Option<((usize, usize), (usize, usize), usize)> {
    let start = dollar + 1 + usize::from(text.get(dollar + 1) == Some(&b'{'));
    let name_end = start + word_len(&text[start..]);
    if start == name_end {
        return None;
    }
    let mut default = (name_end, name_end);
    if text[name_end..].starts_with(b":-") {
        let from = name_end + 2;
        default = (
            from,
            memchr::memchr2(b'}', b'\\', &text[from..]).map_or(text.len(), |len| from + len),
        );
    }
    let end = default.1 + usize::from(text.get(default.1) == Some(&b'}'));
    Some(((start, name_end), default, end))
}

/// Records the references in the text as written.
fn note(lookup: &Lookup<'_, '_>, expansion: &mut Expansion<'_>, expander: Expander, text: &[u8], cycle: bool) {
    let live = memchr::memchr_iter(b'$', text).filter(|&at| at == 0 || text[at - 1] != b'\\');
    for dollar in live.take(MAX_REFERENCES) {
        let Some((name, default, end)) = parts(text, dollar) else {
            continue;
        };
        let of_process = match inherited(lookup, expander, &text[name.0..name.1], expansion.when) {
            Ok(value) => value.is_some_and(|value| !value.is_empty()),
            Err(_) => true,
        };
        let in_file = lookup.in_file(&text[name.0..name.1], expansion.when);
        let leads_back = cycle
            && in_file
                .as_ref()
                .is_some_and(|value| memchr::memchr(b'$', value).is_some());
        let outcome = if of_process {
            ReferenceOutcome::Resolved
        } else if default.0 < default.1 {
            ReferenceOutcome::Defaulted
        } else if leads_back {
            ReferenceOutcome::Cycle
        } else if in_file.is_some() {
            ReferenceOutcome::Resolved
        } else {
            ReferenceOutcome::Undefined
        };
        expansion.refer((dollar, end), name, outcome);
    }
}
