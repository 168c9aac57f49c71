//! Counts the key material in a value, and recognises what is plainly not random. Looks at bytes, returns numbers.

use zeroize::Zeroizing;

use super::{placeholders, private_key};
use crate::rotation::base64;
use crate::schema::Encoding;

/// Returns the bits of key material in a value, rather too few than too many; `None` if it isn't valid in `encoding`.
///
/// Without an encoding, hexadecimal digits count 4 bits each; characters of the base64 alphabets (`A-Za-z0-9+/-_`, with or without `=` at
/// the end) count 6 bits each, rounded down to whole bytes; and other values count 8 bits per byte. A prefix `base64:` or `hex:` names the
/// encoding and isn't counted, nor is `0x` before hexadecimal digits. The size of a private key in PEM is read from it; 0 if it is encrypted.
pub(super) fn bits(value: &[u8], encoding: Option<Encoding>) -> Option<u64> {
    let counted = counted(value, encoding)?;
    Some(private_key::bits(value).unwrap_or(counted))
}

fn counted(value: &[u8], encoding: Option<Encoding>) -> Option<u64> {
    let (value, encoding) = named(value, encoding);
    match encoding {
        Some(Encoding::Hex) => hex(value).filter(|bits| bits % 8 == 0),
        Some(Encoding::Base64) => sextets(value, |byte| matches!(byte, b'+' | b'/'))
            .filter(|&n| n % 4 != 1)
            .map(whole_bytes),
        Some(Encoding::Base64Url) => sextets(value, |byte| matches!(byte, b'-' | b'_'))
            .filter(|&n| n % 4 != 1)
            .map(whole_bytes),
        Some(Encoding::Utf8) => Some(8 * value.len() as u64),
        None => hex(value)
            .or_else(|| sextets(value, |byte| matches!(byte, b'+' | b'/' | b'-' | b'_')).map(whole_bytes))
            .or(Some(8 * value.len() as u64)),
    }
}

/// Returns the value without a prefix that names its encoding, unless the schema names one.
fn named(value: &[u8], encoding: Option<Encoding>) -> (&[u8], Option<Encoding>) {
    match (encoding, value) {
        (None, [b'b', b'a', b's', b'e', b'6', b'4', b':', rest @ ..]) => (rest, Some(Encoding::Base64)),
        (None, [b'h', b'e', b'x', b':', rest @ ..]) => (rest, Some(Encoding::Hex)),
        _ => (value, encoding),
    }
}

/// Returns 4 bits per digit, if there are only digits.
fn hex(value: &[u8]) -> Option<u64> {
    let digits = value.strip_prefix(b"0x").unwrap_or(value);
    digits
        .iter()
        .all(u8::is_ascii_hexdigit)
        .then_some(4 * digits.len() as u64)
}

/// Returns the number of base64 characters, if there is nothing else and the padding fits.
fn sextets(value: &[u8], is_special: fn(u8) -> bool) -> Option<u64> {
    let padding = value.iter().rev().take_while(|&&byte| byte == b'=').count();
    let body = &value[..value.len() - padding];
    let fits = padding == 0 || (padding <= 2 && value.len().is_multiple_of(4));
    (fits
        && body
            .iter()
            .all(|&byte| byte.is_ascii_alphanumeric() || is_special(byte)))
    .then_some(body.len() as u64)
}

fn whole_bytes(sextets: u64) -> u64 {
    sextets * 6 / 8 * 8
}

/// Why a value of at least [`MIN_JUDGED`] bytes is plainly not random.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Pattern {
    /// This many different characters, which are too few for the length.
    FewCharacters(usize),
    /// A short piece, repeated.
    Repeated,
    /// The alphabet, digits, keyboard rows or columns, forwards or backwards.
    Sequential,
    /// Words that are easy to guess, behind an encoding: `cGFzc3dvcmQ=`.
    Words,
}

/// The minimum length of a value that is judged: shorter ones have too few characters to tell a pattern from chance.
pub(super) const MIN_JUDGED: usize = 8;

/// The longest piece that is searched for repetitions.
const MAX_PERIOD: usize = 16;

/// How far apart characters of a run may be: `q1w2e3r4` and `a1b2c3d4` go on at every second one, the columns of a keyboard at every third
/// (`qazwsxedc`) or fourth (`1qaz2wsx3edc`).
const MAX_STRIDE: usize = 4;

/// Returns why a value is plainly not random; `None` if it may be.
///
/// The limits are chosen so that a few in ten thousand random values of eight digits are taken for a pattern, and practically no random
/// value of sixteen letters and digits.
pub(super) fn pattern(value: &[u8]) -> Option<Pattern> {
    if value.len() < MIN_JUDGED {
        return None;
    }
    let few = match value.len() {
        ..16 => 2,
        16..32 => 3,
        _ => 4,
    };
    if let Some(count) = distinct_up_to(value, few) {
        return Some(Pattern::FewCharacters(count));
    }
    let longest = MAX_PERIOD.min(value.len() / 2);
    if (1..=longest).any(|period| value.iter().zip(&value[period..]).all(|(a, b)| a == b)) {
        return Some(Pattern::Repeated);
    }
    let expected = value.windows(2).filter(|pair| follows(pair[0], pair[1])).count();
    // Allow some jumps between runs, if the rest is long enough to rule out chance.
    let jumps = match value.len() {
        ..12 => 0,
        12..16 => 1,
        length => length * 3 / 20,
    };
    // Among digits alone, chance makes neighbours more often.
    let least = if value.iter().all(u8::is_ascii_digit) { 8 } else { 6 };
    let goes_on = |stride: usize| value.iter().zip(&value[stride..]).all(|(a, b)| follows(*a, *b));
    let is_run = expected + jumps >= value.len() - 1
        || (2..=MAX_STRIDE).any(|stride| value.len() >= least + stride && goes_on(stride));
    is_run.then_some(Pattern::Sequential)
}

/// Returns why a value, or what it decodes to, is plainly not random, and whether it is the latter.
pub(super) fn weakness(value: &[u8], encoding: Option<Encoding>) -> Option<(Pattern, bool)> {
    if let Some(found) = pattern(value) {
        return Some((found, false));
    }
    let (value, encoding) = named(value, encoding);
    let is_hex = hex(value).is_some_and(|bits| bits % 8 == 0);
    let bytes = match encoding {
        Some(Encoding::Utf8) => return None,
        None | Some(Encoding::Hex) if is_hex => {
            let digit = |byte: u8| (byte as char).to_digit(16).map_or(0, |digit| digit as u8);
            let digits = value.strip_prefix(b"0x").unwrap_or(value);
            let pairs = digits.chunks_exact(2).map(|pair| digit(pair[0]) << 4 | digit(pair[1]));
            Zeroizing::new(pairs.collect::<Vec<u8>>())
        }
        _ => base64::decode(value)?,
    };
    // Fewer bytes are printable by chance, and made of words of a letter or two.
    let text = bytes.trim_ascii_end();
    let is_text = || text.len() >= 6 && text.iter().all(|byte| matches!(byte, b' '..=b'~'));
    let are_words = || is_text() && placeholders::find(text, true).is_some();
    let found = pattern(&bytes).or_else(|| are_words().then_some(Pattern::Words));
    found.map(|found| (found, true))
}

/// Returns the number of different bytes, or `None` if it exceeds `most`.
fn distinct_up_to(value: &[u8], most: usize) -> Option<usize> {
    let mut seen = [0_u8; 4];
    let mut count = 0;
    for byte in value {
        if !seen[..count].contains(byte) {
            if count == most.min(seen.len()) {
                return None;
            }
            seen[count] = *byte;
            count += 1;
        }
    }
    Some(count)
}

/// Whether `b` is an obvious successor of `a`: the same, its neighbour in the alphabet, or its neighbour on the keyboard.
fn follows(a: u8, b: u8) -> bool {
    let (a, b) = (a.to_ascii_lowercase(), b.to_ascii_lowercase());
    a.abs_diff(b) <= 1
        || (PLACE_ON_KEYBOARD[a as usize] != 0
            && PLACE_ON_KEYBOARD[a as usize].abs_diff(PLACE_ON_KEYBOARD[b as usize]) == 1)
}

/// A number for each key, the same with Shift; neighbours in a row differ by one. 0 for keys in no row.
const PLACE_ON_KEYBOARD: [u8; 256] = {
    let rows: [&[u8]; 5] = [b"1234567890", b"qwertyuiop", b"asdfghjkl", b"zxcvbnm", b"!@#$%^&*()"];
    let mut places = [0; 256];
    let mut row = 0;
    while row < rows.len() {
        let mut at = 0;
        while at < rows[row].len() {
            places[rows[row][at] as usize] = (row % 4 * 16 + at + 2) as u8;
            at += 1;
        }
        row += 1;
    }
    places
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bits_are_counted_after_decoding() {
        let of = |text: &str| bits(text.as_bytes(), None).unwrap();
        assert_eq!(of(&"a3".repeat(32)), 256, "hex digits");
        assert_eq!(of("0xdeadbeef"), 32);
        assert_eq!(
            of("q83vEjRWeJq83vEjRWeJq83vEjRWeJq83vEjRWeJq80="),
            256,
            "32 bytes of base64"
        );
        assert_eq!(
            of("q83vEjRWeJq83vEjRWeJq83vEjRWeJq83vEjRWeJq80"),
            256,
            "without padding"
        );
        assert_eq!(
            of("base64:q83vEjRWeJq83vEjRWeJq83vEjRWeJq83vEjRWeJq80="),
            256,
            "as Laravel writes it"
        );
        assert_eq!(of("correct horse battery staple"), 28 * 8, "neither");
        assert_eq!(of("Zx9-_"), 24, "a length that is no base64 counts no better for that");
        assert_eq!(of(""), 0);
    }

    #[test]
    fn a_declared_encoding_must_fit() {
        assert_eq!(bits(b"zz", Some(Encoding::Hex)), None);
        assert_eq!(bits(b"abc", Some(Encoding::Hex)), None, "half a byte");
        assert_eq!(bits(b"ab-_", Some(Encoding::Base64)), None);
        assert_eq!(bits(b"ab-_", Some(Encoding::Base64Url)), Some(24));
        assert_eq!(bits(b"YQ===", Some(Encoding::Base64)), None);
        assert_eq!(bits(b"abcd", Some(Encoding::Utf8)), Some(32));
    }

    #[test]
    fn patterns_are_found() {
        for (text, found) in [
            ("aaaaaaaaaaaa", Pattern::FewCharacters(1)),
            ("abababababab", Pattern::FewCharacters(2)),
            ("abcabcabcabc", Pattern::Repeated),
            ("hunter2hunter2", Pattern::Repeated),
            ("0123456789abcdef", Pattern::Sequential),
            ("0123456789abcdef0123456789abcdef0123456789ABCDEF", Pattern::Sequential),
            ("qwertyuiopasdfghjkl", Pattern::Sequential),
            ("9876543210", Pattern::Sequential),
            ("abcdefghijklmnopqrstuvwxyz", Pattern::Sequential),
            ("q1w2e3r4", Pattern::Sequential),
            ("a1b2c3d4e5f6", Pattern::Sequential),
            ("qazwsxedcrfv", Pattern::Sequential),
            ("1qaz2wsx3edc4rfv", Pattern::Sequential),
            ("!QAZ2wsx#EDC4rfv", Pattern::Sequential),
        ] {
            assert_eq!(pattern(text.as_bytes()), Some(found), "{text}");
        }
    }

    #[test]
    fn patterns_are_found_behind_an_encoding() {
        for text in [
            "000102030405060708090a0b0c0d0e0f",
            "AAECAwQFBgcICQoLDA0ODw==",
            "hex:000102030405060708090a0b0c0d0e0f",
            "base64:YWJjZGVmZ2hpamtsbW5vcA==",
            "YWJjZGVmZ2hpamtsbW5vcA",
        ] {
            assert_eq!(
                weakness(text.as_bytes(), None),
                Some((Pattern::Sequential, true)),
                "{text}"
            );
        }
        for text in [
            "cGFzc3dvcmQ=",
            "cGFzc3dvcmQK",
            "bXktc2VjcmV0LWtleQ==",
            "70617373776f7264",
            "base64:eW91ci1zZWNyZXQta2V5LWhlcmU=",
            "YWRtaW46YWRtaW4=",
        ] {
            assert_eq!(weakness(text.as_bytes(), None), Some((Pattern::Words, true)), "{text}");
        }
        let text = b"YWJjZGVmZ2hpamtsbW5vcA==";
        assert_eq!(weakness(text, Some(Encoding::Utf8)), None, "the text is the key");
        assert_eq!(weakness(b"abcabcabcabc", None), Some((Pattern::Repeated, false)));
    }

    #[test]
    fn values_that_may_be_random_are_accepted() {
        for text in [
            "aaaaaaa",
            "correct horse battery staple",
            "9f86d081884c7d659a2feaa0c55ad015",
            "hR4v!kPz",
            "84917362",
            "13243546",
            "41123461",
            "304161252041",
            "password",
            "YXBwOmhSNHYha1B6",
            "f47ac10b-58cc-4372-a567-0e02b2c3d479",
        ] {
            assert_eq!(weakness(text.as_bytes(), None), None, "{text}");
        }
    }
}
