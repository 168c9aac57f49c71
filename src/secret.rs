//! Values, and the only way to read them.
//!
//! A [`Secret`] is the value of any variable, whether the schema calls it secret or not. It has no `Display` and no
//! `Serialize`, its `Debug` shows nothing, and it is zeroed when dropped. [`Secret::expose`] is the only accessor;
//! `tests/tidy.rs` lists the few files that may call it. A value that needs no decoding, as most do not, is borrowed
//! from the [`Source`](crate::source::Source), so reading a file does not copy it.

use std::fmt;

use secrecy::{ExposeSecret, SecretBox};
use zeroize::Zeroizing;

/// The value of one variable, borrowed from its file or decoded.
pub struct Secret<'s>(Repr<'s>);

enum Repr<'s> {
    Borrowed(&'s [u8]),
    Owned(SecretBox<[u8]>),
}

impl<'s> Secret<'s> {
    /// A value that is in its source verbatim.
    #[must_use]
    pub fn borrowed(bytes: &'s [u8]) -> Secret<'s> {
        Secret(Repr::Borrowed(bytes))
    }

    /// A decoded or expanded value, zeroed on drop. A vector without spare capacity is taken over; otherwise the bytes
    /// are copied and the vector is zeroed.
    #[must_use]
    pub fn owned(bytes: Vec<u8>) -> Secret<'s> {
        let exact = if bytes.len() == bytes.capacity() {
            bytes.into_boxed_slice()
        } else {
            Box::from(Zeroizing::new(bytes).as_slice())
        };
        Secret(Repr::Owned(SecretBox::new(exact)))
    }

    /// Returns the value. The caller must not let it reach a message, a report or a panic.
    #[must_use]
    pub fn expose(&self) -> &[u8] {
        match &self.0 {
            Repr::Borrowed(bytes) => bytes,
            Repr::Owned(bytes) => bytes.expose_secret(),
        }
    }

    /// Returns whether the value is UTF-8.
    #[must_use]
    pub fn is_text(&self) -> bool {
        str::from_utf8(self.expose()).is_ok()
    }

    /// Returns whether the value is the empty string, which many values are and which identifies none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.expose().is_empty()
    }

    /// Returns whether the value holds a zero byte, which no process environment can hold.
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
