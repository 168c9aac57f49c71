//! Names that every object of JavaScript has though nobody put them there: loaders that look for keys in an object stumble over them.

use super::dialect::Expander;
use super::document::Effect;

/// What no member of an object of JavaScript can be called.
pub(crate) const PROTOTYPE: &[u8] = b"__proto__";

/// What an object of JavaScript has though nobody put it there.
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

/// Whether a key ends in the name of something that objects of JavaScript have.
fn ends_in_inherited(key: &[u8]) -> bool {
    matches!(key.last(), Some(b'_' | b'r' | b'y' | b'f' | b'e' | b'g'))
        && (key.ends_with(PROTOTYPE) || INHERITED.iter().any(|name| key.ends_with(name)))
}

/// Whether a text may hold a key over which a loader stumbles that looks for it in an object.
pub(super) fn may_hold_inherited(text: &[u8]) -> bool {
    let mut words = text.split(|byte| !byte.is_ascii_alphanumeric() && *byte != b'_');
    words.any(ends_in_inherited)
}

/// Whether a loader stumbles over keys that its objects have already, and what it makes of the file.
pub(super) fn stumbles_over_inherited(expander: Expander) -> Option<Effect> {
    match expander {
        Expander::Dotenvx => Some(Effect::Dropped),
        Expander::Vite => Some(Effect::Rejected),
        _ => None,
    }
}

/// Whether a key is the name of a function that objects of JavaScript have.
pub(crate) fn is_inherited(key: &[u8]) -> bool {
    ends_in_inherited(key) && INHERITED.contains(&key)
}
