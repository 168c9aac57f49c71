//! Base64 in any of its four spellings, for material that is a secret: decoded in constant time, wiped when dropped.

use base64ct::{Base64Unpadded, Base64UrlUnpadded, Encoding};
use zeroize::Zeroizing;

/// The bytes of a text in the standard or the URL alphabet, with or without padding; `None` if it is neither.
pub(super) fn decode(text: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let text = std::str::from_utf8(text.trim_ascii()).ok()?.trim_end_matches('=');
    let bytes = if text.contains(['-', '_']) {
        Base64UrlUnpadded::decode_vec(text)
    } else {
        Base64Unpadded::decode_vec(text)
    };
    bytes.ok().map(Zeroizing::new)
}

/// The bytes of a text that may be broken into lines.
pub(super) fn decode_lines(text: &str) -> Option<Zeroizing<Vec<u8>>> {
    let joined: Zeroizing<Vec<u8>> = Zeroizing::new(text.bytes().filter(|byte| !byte.is_ascii_whitespace()).collect());
    decode(&joined)
}
