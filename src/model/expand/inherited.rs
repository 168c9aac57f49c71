//! What loaders of JavaScript find under a name that nothing sets, if every object has something of that name: a function, which they
//! put in the place of the reference.

use crate::parse::Effect;
use crate::parse::dialect::Expander;
use crate::parse::inherited::{PROTOTYPE, is_inherited};

use super::super::FailureKind;
use super::{Expansion, Lookup, is_ten};

pub(super) const CONSTRUCTOR: &[u8] = b"constructor";
const OBJECT: &[u8] = b"[object Object]";

/// Whether every object has something of that name.
pub(super) fn is_there(name: &[u8]) -> bool {
    name == PROTOTYPE || is_inherited(name)
}

/// What `String.prototype.replace` puts in the place of a reference: it calls a function with what is replaced, and on nothing, over which
/// most of them fail.
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
        // That of the process environment is not that of other objects, which gives back what it is called with.
        CONSTRUCTOR if is_ten(expander) => b"[object global]",
        CONSTRUCTOR => reference,
        _ => {
            fail(lookup, expansion, expander);
            b""
        }
    }
}

/// What is there as text, for the loader that takes it for the value.
pub(super) fn as_text(name: &[u8]) -> Vec<u8> {
    let name = match name {
        PROTOTYPE => return OBJECT.to_vec(),
        CONSTRUCTOR => b"Object",
        name => name,
    };
    [b"function ", name, b"() { [native code] }"].concat()
}

/// Notes that the loader fails over a value.
pub(super) fn fail(lookup: &mut Lookup<'_, '_>, expansion: &Expansion<'_>, expander: Expander) {
    let effect = match expander {
        Expander::Next | Expander::Dotenvx => Effect::Dropped,
        _ => Effect::Rejected,
    };
    if let Some((_, assignment)) = lookup.table.assignment(expansion.when) {
        let span = assignment.value.span;
        let span = (span.start as usize, span.end as usize);
        lookup.fail_at(expansion, span, FailureKind::InvalidReference, effect);
    }
}
