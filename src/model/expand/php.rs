//! Expands references the way phpdotenv does: `${name}`, from the last to the first. References to unset names are left in place.

use super::super::Unknown;
use super::{Expansion, Lookup, outcome};

/// Expands a bare or double-quoted value.
pub(super) fn expand(
    lookup: &mut Lookup<'_, '_>,
    expansion: &mut Expansion<'_>,
    mut text: Vec<u8>,
) -> Result<Vec<u8>, Unknown> {
    let typed = text.len();
    let live = std::mem::take(&mut expansion.decoded.live);
    for dollar in live.into_iter().rev().map(|dollar| dollar as usize) {
        let Some(close) = name_end(&text, dollar) else { continue };
        let name = &text[dollar + 2..close];
        let value = lookup.sequential(name, expansion.when)?;
        // A brace beyond the original text may come from a reference that was already replaced.
        if close < typed {
            expansion.refer((dollar, close + 1), (dollar + 2, close), outcome(value.is_some()));
        }
        if let Some(value) = value {
            lookup.insert(value.len())?;
            lookup.read(text.len() - dollar)?;
            text.splice(dollar..=close, value.iter().copied());
        }
    }
    expansion.references.reverse();
    Ok(text)
}

/// Matches `\A\${[a-zA-Z0-9_.]+}`, and returns the offset of the closing brace.
fn name_end(text: &[u8], dollar: usize) -> Option<usize> {
    let name = text[dollar..].strip_prefix(b"${")?;
    let len = name
        .iter()
        .take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.'))
        .count();
    (len > 0 && name.get(len) == Some(&b'}')).then_some(dollar + 2 + len)
}
