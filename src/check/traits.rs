//! Decides in one look which rules can apply to a variable at all.
//!
//! Most variables are fine, and most rules are about something that few variables have: provider tokens, references, duplicates. A few
//! steps show whether a variable has it, so that no rule runs in vain.

use crate::check::{placeholders, secrets};
use crate::model::{Origin, Value, Variable, stand_in};
use crate::name::secrecy;
use crate::schema::Property;

/// A set of traits, one bit each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Traits(u16);

impl Traits {
    /// No traits.
    pub const NONE: Traits = Traits(0);
    /// The schema does not declare the key.
    pub const UNDECLARED: Traits = Traits(1);
    /// The schema marks the key as deprecated.
    pub const DEPRECATED: Traits = Traits(1 << 1);
    /// The schema restricts the environments of the key.
    pub const LIMITED: Traits = Traits(1 << 2);
    /// The name has a prefix that a bundler publishes.
    pub const PUBLISHED: Traits = Traits(1 << 3);
    /// The variable overrides another assignment of the key.
    pub const OVERRIDDEN: Traits = Traits(1 << 4);
    /// The value refers to other variables.
    pub const REFERRING: Traits = Traits(1 << 5);
    /// The value is not known.
    pub const UNKNOWN: Traits = Traits(1 << 6);
    /// The value is key material: the schema declares a secret, or requires a number of bits.
    pub const MATERIAL: Traits = Traits(1 << 7);
    /// The value may be a placeholder.
    pub const PLACEHOLDER: Traits = Traits(1 << 8);
    /// The value has the format of a provider's token, or begins as only such a token does.
    pub const TOKEN: Traits = Traits(1 << 9);
    /// The value may be well known, judging by its length and first byte.
    pub const FAMOUS: Traits = Traits(1 << 10);
    /// The value stands for another, which nothing has put in its place.
    pub const STAND_IN: Traits = Traits(1 << 11);

    /// Returns the union of both.
    #[must_use]
    pub const fn or(self, other: Traits) -> Traits {
        Traits(self.0 | other.0)
    }

    /// Whether they have a trait in common.
    #[must_use]
    pub const fn meet(self, other: Traits) -> bool {
        self.0 & other.0 != 0
    }

    /// Returns the traits that are not in `others`.
    pub(super) const fn without(self, others: Traits) -> Traits {
        Traits(self.0 & !others.0)
    }

    /// Returns the traits of a variable.
    pub(super) fn of(variable: &Variable<'_>, property: Option<&Property>) -> Traits {
        let mut traits = Traits::NONE;
        traits.add(!variable.overridden.is_empty(), Traits::OVERRIDDEN);
        traits.add(!variable.references.is_empty(), Traits::REFERRING);
        let value = match &variable.value {
            // A process also has variables that do not concern the schema: `PWD` is its folder, and the database of another program may
            // have a well-known password. Nobody who declared none of them could change them.
            Value::Known(_) if property.is_none() && variable.origin == Origin::Process => b"",
            // `not-utf8` says that it was not checked: what bytes look like is no finding beside that.
            Value::Known(secret) if !secret.is_text() => b"",
            Value::Known(secret) => secret.expose(),
            Value::Unknown(_) => {
                traits.add(true, Traits::UNKNOWN);
                b""
            }
        };
        traits.add(
            secrets::is_token(value) || secrets::is_plain_but_telling(variable.key, value),
            Traits::TOKEN,
        );
        match property {
            Some(property) => traits.or(Traits::of_declared(property, value)),
            None => {
                traits.add(true, Traits::UNDECLARED);
                traits.add(secrecy::published(variable.key).is_some(), Traits::PUBLISHED);
                traits.or(Traits::of_value(value, secrecy::looks_secret(variable.key)))
            }
        }
    }

    /// Returns the traits of a declared key with a known value and a single assignment, except for [`Traits::TOKEN`], which takes longest.
    pub(super) fn of_declared(property: &Property, value: &[u8]) -> Traits {
        let declared = property.secret.is_some();
        let asks = declared || property.min_bits.iter().any(Option::is_some);
        let mut traits = Traits::of_value(value, property.holds_secret());
        traits.add(property.deprecated, Traits::DEPRECATED);
        traits.add(property.allowed_in.is_some(), Traits::LIMITED);
        traits.add(asks && !value.is_empty(), Traits::MATERIAL);
        traits.add(stand_in(value).is_some(), Traits::STAND_IN);
        // A URL with a password may be a placeholder, so that hardly any other name is looked at.
        traits.add(
            (declared || traits.meet(Traits::PLACEHOLDER)) && secrecy::published(property.name.as_bytes()).is_some(),
            Traits::PUBLISHED,
        );
        traits
    }

    fn of_value(value: &[u8], is_secret: bool) -> Traits {
        let mut traits = Traits::NONE;
        // An empty value is reported by `empty-required`.
        if !value.is_empty() {
            traits.add(is_secret || placeholders::may_be(value), Traits::PLACEHOLDER);
            traits.add(secrets::may_be_well_known(value), Traits::FAMOUS);
        }
        traits
    }

    fn add(&mut self, has: bool, one: Traits) {
        if has {
            *self = self.or(one);
        }
    }
}
