//! Decides in one look which rules can apply to a variable at all.
//!
//! Most variables are fine, and most rules are about something that few variables have: provider tokens, references, duplicates. A few
//! steps show whether a variable has it, so that no rule runs in vain.

use std::sync::atomic::Ordering;

use crate::check::rules::placeholder_value;
use crate::check::{left_over, placeholders, secrets};
use crate::model::{Origin, Value, Variable, stand_in};
use crate::name::secrecy;
use crate::schema::Property;

/// The letters that a value has, in either case, and the kinds of its other bytes, one bit each. A single pass over it tells of most values
/// that they are no URL, no connection string and no template, and have none of the words that would be searched in them otherwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Bytes(u32);

impl Bytes {
    /// One that no name has: anything but letters, digits, `_` and `-`.
    pub(super) const UNNAMED: Bytes = Bytes(1);
    /// A sign without which a value is no URL and no connection string, and stands for no other value.
    pub(super) const SYNTAX: Bytes = Bytes(1 << 27);
    /// One with which a value is abridged, of those of `...` and `…`.
    pub(super) const DOTS: Bytes = Bytes(1 << 28);
    /// `=`
    pub(super) const EQUALS: Bytes = Bytes(1 << 29);

    /// Returns those of a value.
    pub(super) fn of(value: &[u8]) -> Bytes {
        let kind = |byte: u8| KINDS[usize::from(byte)];
        let (mut kinds, mut rest) = (0, value);
        // By hand four at a time, because the compiler does not unroll loops when optimising for size.
        while let Some((&[a, b, c, d], behind)) = rest.split_first_chunk() {
            kinds |= kind(a) | kind(b) | kind(c) | kind(d);
            rest = behind;
        }
        Bytes(rest.iter().fold(kinds, |kinds, byte| kinds | kind(*byte)))
    }

    /// Returns those of a word.
    pub(super) const fn of_word(word: &[u8]) -> Bytes {
        let (mut kinds, mut at) = (0, 0);
        while at < word.len() {
            kinds |= KINDS[word[at] as usize];
            at += 1;
        }
        Bytes(kinds)
    }

    /// Whether it has a byte of these kinds.
    pub(super) fn has(self, kinds: Bytes) -> bool {
        self.0 & kinds.0 != 0
    }

    /// Whether it has all of these.
    pub(super) fn has_all(self, others: Bytes) -> bool {
        others.0 & !self.0 == 0
    }
}

/// The bits of each byte.
const KINDS: &[u32; 256] = &{
    let mut kinds = [Bytes::UNNAMED.0; 256];
    let mut byte = 0;
    while byte < 256 {
        match byte as u8 {
            b'A'..=b'Z' | b'a'..=b'z' => kinds[byte] = 1 << (byte & 31),
            b'0'..=b'9' | b'_' | b'-' => kinds[byte] = 0,
            b'=' => kinds[byte] |= Bytes::SYNTAX.0 | Bytes::EQUALS.0,
            b':' | b'(' | b'[' | b'{' => kinds[byte] |= Bytes::SYNTAX.0,
            b'.' | 0xE2 => kinds[byte] |= Bytes::DOTS.0,
            _ => {}
        }
        byte += 1;
    }
    kinds
};

/// What is true of every value of a declared key, one bit each. It is worked out when the first comes: most of it is searched for in lists of
/// names, and a program that checks the same schema again and again would search them for each value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Noted(u16);

impl Noted {
    /// It was worked out.
    const KNOWN: Noted = Noted(1);
    /// The key is deprecated.
    const DEPRECATED: Noted = Noted(1 << 1);
    /// Its environments are restricted.
    const LIMITED: Noted = Noted(1 << 2);
    /// It is declared a secret.
    const DECLARED: Noted = Noted(1 << 3);
    /// It is a secret, by declaration or by name.
    const SECRET: Noted = Noted(1 << 4);
    /// Its name says that it is a secret.
    pub(super) const CALLED_SECRET: Noted = Noted(1 << 5);
    /// It is key material.
    const MATERIAL: Noted = Noted(1 << 6);
    /// A bundler publishes it.
    const PUBLISHED: Noted = Noted(1 << 7);
    /// No value may be made of words of its name.
    pub(super) const OWN_WORDS: Noted = Noted(1 << 8);
    /// Production may have been left with it from development.
    pub(super) const LEFT_OVER: Noted = Noted(1 << 9);
    /// Somebody may have made its value up, as a password.
    pub(super) const MADE_UP: Noted = Noted(1 << 10);

    /// Returns what is noted of a key.
    pub(super) fn of(property: &Property) -> Noted {
        match property.noted.load(Ordering::Relaxed) {
            0 => {
                let noted = Noted::work_out(property);
                property.noted.store(noted.0, Ordering::Relaxed);
                noted
            }
            noted => Noted(noted),
        }
    }

    #[cold]
    #[inline(never)]
    fn work_out(property: &Property) -> Noted {
        let key = property.name.as_bytes();
        let declared = property.secret.is_some();
        let rows = [
            (property.deprecated, Noted::DEPRECATED),
            (property.allowed_in.is_some(), Noted::LIMITED),
            (declared, Noted::DECLARED),
            (property.holds_secret(), Noted::SECRET),
            (property.called_secret, Noted::CALLED_SECRET),
            (
                declared || property.min_bits.iter().any(Option::is_some),
                Noted::MATERIAL,
            ),
            (secrecy::published(key).is_some(), Noted::PUBLISHED),
            (placeholder_value::may_not_be_made_of(key), Noted::OWN_WORDS),
            (left_over::may_be_judged(key), Noted::LEFT_OVER),
            (secrecy::may_be_made_up(key), Noted::MADE_UP),
        ];
        let said = rows.iter().filter(|row| row.0);
        Noted(said.fold(Noted::KNOWN.0, |noted, row| noted | row.1.0))
    }

    /// Whether one of these is true.
    pub(super) fn has(self, one: Noted) -> bool {
        self.0 & one.0 != 0
    }
}

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
            Some(property) => traits.or(Traits::of_declared(Noted::of(property), value, Bytes::of(value))),
            None => {
                traits.add(true, Traits::UNDECLARED);
                traits.add(secrecy::published(variable.key).is_some(), Traits::PUBLISHED);
                traits.or(Traits::of_value(
                    value,
                    Bytes::of(value),
                    secrecy::looks_secret(variable.key),
                ))
            }
        }
    }

    /// Returns the traits of a declared key with a known value and a single assignment, except for [`Traits::TOKEN`], which takes longest.
    pub(super) fn of_declared(noted: Noted, value: &[u8], bytes: Bytes) -> Traits {
        let mut traits = Traits::of_value(value, bytes, noted.has(Noted::SECRET));
        traits.add(noted.has(Noted::DEPRECATED), Traits::DEPRECATED);
        traits.add(noted.has(Noted::LIMITED), Traits::LIMITED);
        traits.add(noted.has(Noted::MATERIAL) && !value.is_empty(), Traits::MATERIAL);
        traits.add(bytes.has(Bytes::SYNTAX) && stand_in(value).is_some(), Traits::STAND_IN);
        // A URL with a password may be a placeholder, and is published where it is none.
        let may_be_secret = noted.has(Noted::DECLARED) || traits.meet(Traits::PLACEHOLDER);
        traits.add(noted.has(Noted::PUBLISHED) && may_be_secret, Traits::PUBLISHED);
        traits
    }

    #[inline(always)]
    fn of_value(value: &[u8], bytes: Bytes, is_secret: bool) -> Traits {
        let mut traits = Traits::NONE;
        // An empty value is reported by `empty-required`.
        if !value.is_empty() {
            traits.add(is_secret || placeholders::may_be(value, bytes), Traits::PLACEHOLDER);
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
