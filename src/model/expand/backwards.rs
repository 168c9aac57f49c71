//! Expands references the way Bun did before 1.4: from the last `$` of a value to the first. What follows a `$` is a name,
//! even an empty one, then perhaps `:-` and a default, then perhaps a `}`, be there a `{` or not.

use super::super::{FailureKind, ReferenceOutcome, Unknown};
use super::{Expansion, Lookup, outcome};
use crate::name::word_len;
use crate::parse::Effect;

/// Expands a value.
pub(super) fn expand(
    lookup: &mut Lookup<'_, '_>,
    expansion: &mut Expansion<'_>,
    text: &[u8],
) -> Result<Vec<u8>, Unknown> {
    // From the last to the first.
    let mut pieces = vec![];
    let mut last = text.len();
    // The last character is never taken for a reference.
    let mut before = last.saturating_sub(1);
    while let Some(dollar) = memchr::memrchr(b'$', &text[..before]) {
        if dollar > 0 && text[dollar - 1] == b'\\' {
            pieces.push(text[dollar..last].into());
            last = dollar - 1;
        } else {
            let start = dollar + 1 + usize::from(text[dollar + 1] == b'{');
            let name = (start, start + word_len(&text[start..]));
            let behind = &text[name.1..];
            let default = behind.strip_prefix(b":-").map(|rest| {
                let len = rest.iter().position(|byte| matches!(byte, b'}' | b'\\'));
                &rest[..len.unwrap_or(rest.len())]
            });
            let mut end = name.1 + default.map_or(0, |default| 2 + default.len());
            end += usize::from(text.get(end) == Some(&b'}'));
            if end > last {
                // A `$` in the default is done by now, and Bun takes bytes from outside of the value. It does not come to
                // this for a variable that is already set.
                if lookup.environment(expansion.key, expansion.when) == Ok(None) {
                    lookup.fail(expansion, (dollar, end), FailureKind::InDefault, Effect::Rejected);
                }
                end = last;
            }
            let key = &text[name.0..name.1];
            let value = match lookup.process(key) {
                Some(value) => Some(value.into()),
                None => lookup.in_map(key, expansion.when)?,
            };
            let result = match &value {
                None if default.is_some() => ReferenceOutcome::Defaulted,
                Some(_) if key == expansion.key => ReferenceOutcome::Cycle,
                value => outcome(value.is_some()),
            };
            expansion.refer((dollar, end), name, result);
            let value = value.unwrap_or_else(|| default.unwrap_or_default().into());
            lookup.insert(value.len())?;
            pieces.push(text[end..last].into());
            pieces.push(value);
            last = dollar;
        }
        before = last;
    }
    pieces.push(text[..last].into());
    pieces.reverse();
    expansion.references.reverse();
    Ok(pieces.concat())
}
