//! Names that every JavaScript object inherits: loaders that look up keys in a plain object find them there, and fail.

use super::dialect::Expander;
use super::document::Effect;

/// The key that never becomes a property of a JavaScript object.
pub(crate) const PROTOTYPE: &[u8] = b"__proto__";

/// The other properties that every JavaScript object inherits.
const INHERITED: [&[u8]; 11] = [
    b"__defineGetter__",
    b"__defineSetter__",
    b"__lookupGetter__",
    b"__lookupSetter__",
    b"constructor",
    b"hasOwnProperty",
    b"isPrototypeOf",
    b"propertyIsEnumerable",
    b"toLocaleString",
    b"toString",
    b"valueOf",
];

/// Returns whether a key ends in the name of an inherited property.
fn ends_in_inherited(key: &[u8]) -> bool {
    matches!(key.last(), Some(b'_' | b'r' | b'y' | b'f' | b'e' | b'g'))
        && (key.ends_with(PROTOTYPE) || INHERITED.iter().any(|name| key.ends_with(name)))
}

/// Returns whether a text may contain a key that a loader finds in every object.
pub(crate) fn may_hold_inherited(text: &[u8]) -> bool {
    let mut words = text.split(|byte| !byte.is_ascii_alphanumeric() && *byte != b'_');
    words.any(ends_in_inherited)
}

/// Returns what an expander does about a file with a key that every object has, if it fails at it.
pub(super) fn stumbles_over(expander: Expander, key: &[u8]) -> Option<Effect> {
    let effect = match expander {
        Expander::Dotenvx | Expander::Dotenvx1 => Effect::Dropped,
        Expander::Vite => Effect::Rejected,
        // It calls this one, which is no longer a function.
        Expander::DotenvExpand5 if key == b"hasOwnProperty" => Effect::Rejected,
        _ => return None,
    };
    is_inherited(key).then_some(effect)
}

/// Returns whether a key is the name of a function that every JavaScript object inherits.
pub(crate) fn is_inherited(key: &[u8]) -> bool {
    ends_in_inherited(key) && INHERITED.contains(&key)
}
