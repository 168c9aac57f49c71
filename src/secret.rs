//! Values, and the only door to them.
//!
//! A [`Secret`] is any value of a variable, whether the schema calls it secret or not: no `Display`, no `Serialize`,
//! a `Debug` that shows nothing, zeroed when dropped. [`Secret::expose`] is the one way in; `tests/tidy.rs` lists the
//! few files that may call it. A value that stands in the file as it is (most do) is borrowed from the
//! [`Source`](crate::source::Source), so reading a file makes no copy of it.

use std::fmt;

use secrecy::{ExposeSecret, SecretBox};
use zeroize::Zeroizing;

/// The value of one variable: bytes, in the file or decoded from it.
pub struct Secret<'s>(Repr<'s>);

enum Repr<'s> {
    Borrowed(&'s [u8]),
    Owned(SecretBox<[u8]>),
}

impl<'s> Secret<'s> {
    /// A value that stands in its source as it is.
    #[must_use]
    pub fn borrowed(bytes: &'s [u8]) -> Secret<'s> {
        Secret(Repr::Borrowed(bytes))
    }

    /// A decoded or expanded value, zeroed on drop. A vector with nothing to spare is taken over; of another the bytes are copied, and
    /// it is zeroed.
    #[must_use]
    pub fn owned(bytes: Vec<u8>) -> Secret<'s> {
        let exact = if bytes.len() == bytes.capacity() {
            bytes.into_boxed_slice()
        } else {
            Box::from(Zeroizing::new(bytes).as_slice())
        };
        Secret(Repr::Owned(SecretBox::new(exact)))
    }

    /// The value itself. Whoever calls this must not let it reach a message, a report or a panic.
    #[must_use]
    pub fn expose(&self) -> &[u8] {
        match &self.0 {
            Repr::Borrowed(bytes) => bytes,
            Repr::Owned(bytes) => bytes.expose_secret(),
        }
    }

    /// Whether it is UTF-8, which is all that is told of it.
    #[must_use]
    pub fn is_text(&self) -> bool {
        str::from_utf8(self.expose()).is_ok()
    }

    /// Whether the value is the empty string, which says nothing about any other value.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.expose().is_empty()
    }

    /// Whether the value holds a zero byte, which no environment takes.
    pub(crate) fn holds_nul(&self) -> bool {
        memchr::memchr(0, self.expose()).is_some()
    }
}

impl fmt::Debug for Secret<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(***)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_nothing() {
        assert_eq!(
            format!("{:?} {:?}", Secret::borrowed(b"hunter2"), Secret::owned(b"x".to_vec())),
            "Secret(***) Secret(***)"
        );
    }
}
