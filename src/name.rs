//! Names of keys: which may be shown, and (in `secrecy`) what they tell of the value.
//!
//! A key is public, a value never; but what stands where a key stands is not always a key. The body of an unquoted PEM block
//! has lines such as `MIIE…Q==`, which every loader reads as a key and an empty value. So a name is shown only if the schema
//! declares it, or if it is made of words: that is the allow-list, and all else is spoken of as "this key".

pub(crate) mod secrecy;

/// The longest name that is ever shown, in bytes.
const MAX_SHOWN: usize = 80;

/// The longest word of a name that the schema does not declare: longer runs of letters are more often data.
const MAX_WORD: usize = 24;

/// Whether a name that the schema does not declare is plainly a name: words of one case, each with at most four digits
/// behind it, joined by `_`, `.` or `-`, with at least one vowel in a word of more than six letters, since what is random has runs without.
#[must_use]
pub fn is_plainly_a_name(key: &[u8]) -> bool {
    if key.is_empty() || key.len() > MAX_SHOWN {
        return false;
    }
    let upper = key.iter().any(u8::is_ascii_uppercase);
    let lower = key.iter().any(u8::is_ascii_lowercase);
    upper != lower && key.split(|byte| matches!(byte, b'_' | b'.' | b'-')).all(is_word)
}

/// `word = letter* digit{0,4}`; empty between two separators.
fn is_word(word: &[u8]) -> bool {
    let letters = word.iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
    let digits = &word[letters..];
    let vowel = word[..letters]
        .iter()
        .any(|byte| matches!(byte | 0x20, b'a' | b'e' | b'i' | b'o' | b'u' | b'y'));
    digits.len() <= 4
        && digits.iter().all(u8::is_ascii_digit)
        && letters <= MAX_WORD
        && (letters <= 6 || vowel)
        && !(letters <= 2 && digits.len() > 3)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_shown() {
        for name in [
            "PORT",
            "DATABASE_URL",
            "S3_BUCKET",
            "AWS_ACCESS_KEY_ID",
            "_FOO",
            "npm_config_cache",
            "app.kubernetes-io",
            "OAUTH2_KEY",
            "DB__HOST",
        ] {
            assert!(is_plainly_a_name(name.as_bytes()), "{name}");
        }
    }

    #[test]
    fn what_looks_like_data_is_not() {
        for data in [
            "MIIEvQIBADANBgkqhkiG9w0BAQ",
            "a1b2c3d4e5",
            "deadBEEF",
            "JBSWY3DPEHPK3PXP",
            "0x00",
            "KEY\u{1b}[2J",
            "",
            "12345",
            "AKIA1234567890",
        ] {
            assert!(!is_plainly_a_name(data.as_bytes()), "{data}");
        }
        assert!(!is_plainly_a_name(&[b'A'; 25]));
        assert!(!is_plainly_a_name(b"K\xFF"));
    }
}
