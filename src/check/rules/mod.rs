//! The rules. To add one: `my_rule.rs` (a const [`Rule`]), `my_rule.md` beside it, and a line in each of the two lists here.

mod duplicate_key;
mod environment_mismatch;
pub(super) mod missing_required;
pub(super) mod violation;

use crate::check::rule::Rule;

/// Every rule, sorted by code. Help, docs, SARIF, the meta-schema and the page derive from this list.
pub static RULES: &[&Rule] = &[&duplicate_key::RULE, &environment_mismatch::RULE, &missing_required::RULE];

/// The rule of a code.
#[must_use]
pub fn find(code: &str) -> Option<&'static Rule> {
    RULES.iter().copied().find(|rule| rule.code.0 == code)
}
