//! Base64 in any of its four variants, for secret material: decoded in constant time and wiped when dropped.

use base64ct::{Base64UrlUnpadded, Encoding};
use zeroize::Zeroizing;

/// Decodes a text in the standard or the URL-safe alphabet, with or without padding; `None` if it is not valid base64 or mixes the
/// alphabets.
pub(crate) fn decode(text: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let mut text = text.trim_ascii();
    while let [rest @ .., b'='] = text {
        text = rest;
    }
    let has = |letters: &[u8; 2]| text.iter().any(|letter| letters.contains(letter));
    if has(b"-_") && has(b"+/") {
        return None;
    }
    // The alphabets differ in two letters: translate those, and one decoder does for both.
    let apart = |letter: u8, from: u8, to: u8| u8::from(letter == from) * (from ^ to);
    let url = text
        .iter()
        .map(|&letter| letter ^ apart(letter, b'+', b'-') ^ apart(letter, b'/', b'_'));
    let url = Zeroizing::new(url.collect::<Vec<u8>>());
    let mut bytes = Zeroizing::new(vec![0; url.len()]);
    let len = Base64UrlUnpadded::decode(url.as_slice(), &mut bytes).ok()?.len();
    bytes.truncate(len);
    Some(bytes)
}

/// Decodes a text that may be broken into lines.
pub(super) fn decode_lines(text: &str) -> Option<Zeroizing<Vec<u8>>> {
    let joined: Zeroizing<Vec<u8>> = Zeroizing::new(text.bytes().filter(|byte| !byte.is_ascii_whitespace()).collect());
    decode(&joined)
}

#[cfg(test)]
mod tests {
    use base64ct::{Base64, Base64Unpadded, Base64Url, Base64UrlUnpadded, Encoding};
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn all_four_spellings_are_read(bytes: Vec<u8>) {
            let texts = [
                Base64::encode_string(&bytes),
                Base64Unpadded::encode_string(&bytes),
                Base64Url::encode_string(&bytes),
                Base64UrlUnpadded::encode_string(&bytes),
            ];
            for text in texts {
                let decoded = super::decode(text.as_bytes());
                prop_assert_eq!(decoded.as_deref(), Some(&bytes));
            }
        }

        #[test]
        fn mixed_base64_alphabets_are_refused(text in "[A-Za-z0-9+/_-]{0,12}") {
            let is_one = Base64Unpadded::decode_vec(&text).is_ok() || Base64UrlUnpadded::decode_vec(&text).is_ok();
            prop_assert_eq!(super::decode(text.as_bytes()).is_some(), is_one);
        }
    }
}
