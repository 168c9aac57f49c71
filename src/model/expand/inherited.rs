//! What JavaScript loaders insert for an unset name that is also a property of every object. Most of these properties
//! are functions: `String.prototype.replace` calls them, and dotenv-expand 11 inserts them as text.

use crate::parse::Effect;
use crate::parse::dialect::Expander;
use crate::parse::inherited::{PROTOTYPE, is_inherited};

use super::super::FailureKind;
use super::{Expansion, Lookup, is_ten};

pub(super) const CONSTRUCTOR: &[u8] = b"constructor";
const OBJECT: &[u8] = b"[object Object]";

/// Returns whether every object has a property with this name.
pub(super) fn is_there(name: &[u8]) -> bool {
    name == PROTOTYPE || is_inherited(name)
}

/// Returns what `String.prototype.replace` inserts for a reference: it calls the inherited function with the matched
/// text and no `this`, which makes most of these functions throw.
pub(super) fn called<'t>(
    lookup: &mut Lookup<'_, '_>,
    expansion: &Expansion<'_>,
    expander: Expander,
    name: &[u8],
    reference: &'t [u8],
) -> &'t [u8] {
    match name {
        PROTOTYPE => OBJECT,
        b"toString" => b"[object Undefined]",
        b"isPrototypeOf" => b"false",
        // The constructor of `process.env` is not that of other objects, `Object`, which returns its argument.
        CONSTRUCTOR if is_ten(expander) => b"[object global]",
        CONSTRUCTOR => reference,
        _ => {
            fail(lookup, expansion, expander);
            b""
        }
    }
}

/// Returns the property converted to text, for loaders that use it as the value.
pub(super) fn as_text(name: &[u8]) -> Vec<u8> {
    let name = match name {
        PROTOTYPE => return OBJECT.to_vec(),
        CONSTRUCTOR => b"Object",
        name => name,
    };
    [b"function ", name, b"() { [native code] }"].concat()
}

/// Records that the loader fails on a value.
pub(super) fn fail(lookup: &mut Lookup<'_, '_>, expansion: &Expansion<'_>, expander: Expander) {
    let effect = match expander {
        Expander::Next | Expander::Dotenvx | Expander::Dotenvx1 => Effect::Dropped,
        _ => Effect::Rejected,
    };
    if let Some((_, assignment)) = lookup.table.assignment(expansion.when) {
        let span = assignment.value.span;
        let span = (span.start as usize, span.end as usize);
        lookup.fail_at(expansion, span, FailureKind::InvalidReference, effect);
    }
}
