//! The percent escapes of URLs.

/// Decodes the escapes `%XX` of a text. A `%` without two digits stays as it is.
pub(crate) fn decode(text: &[u8]) -> Vec<u8> {
    let digit = |at: usize| text.get(at).and_then(|byte| char::from(*byte).to_digit(16));
    let mut decoded = Vec::with_capacity(text.len());
    let mut at = 0;
    while at < text.len() {
        let escape = digit(at + 1).zip(digit(at + 2)).filter(|_| text[at] == b'%');
        decoded.push(escape.map_or(text[at], |(high, low)| (high * 16 + low) as u8));
        at += if escape.is_some() { 3 } else { 1 };
    }
    decoded
}

#[cfg(test)]
mod tests {
    #[test]
    fn escapes_are_decoded_and_anything_else_stays() {
        for (text, decoded) in [
            ("a%20b", "a b"),
            ("%2f%2F%41", "//A"),
            ("100%", "100%"),
            ("%2", "%2"),
            ("%zz%+f%-0", "%zz%+f%-0"),
            ("%%41", "%A"),
        ] {
            assert_eq!(super::decode(text.as_bytes()), decoded.as_bytes(), "{text}");
        }
    }
}
