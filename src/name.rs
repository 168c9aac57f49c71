//! Names of keys: which may be shown, and (in `secrecy`) what they say about the value.
//!
//! A key is public and a value never is, but what a loader reads as a key need not be one: the body of an unquoted PEM
//! block has lines such as `MIIE…Q==`, which every loader reads as a key with an empty value. So a name is shown only
//! if the schema declares it or if it is made of words; any other is called "this key".

pub(crate) mod letters;
pub(crate) mod secrecy;

use crate::find;

/// The longest name that is shown, in bytes.
const MAX_SHOWN: usize = 80;

/// The longest word in a name that the schema does not declare: longer runs of letters are more often data.
const MAX_WORD: usize = 24;

/// Returns whether a name that the schema does not declare is plainly a name, and may be shown.
///
/// It consists of words of one case, joined by `_`, `.` or `-`, each followed by at most four digits. A word of more
/// than six letters has a vowel; in a word of more than nine, the usual pairs of letters prevail, of which random text
/// has few. One word may be an abbreviation with digits inside (`E2E_BASE_URL`, `KAFKA_LOG4J_LEVEL`) if there is a
/// plain word beside it.
#[must_use]
pub fn is_plainly_a_name(key: &[u8]) -> bool {
    if key.is_empty() || key.len() > MAX_SHOWN {
        return false;
    }
    let upper = key.iter().any(u8::is_ascii_uppercase);
    let lower = key.iter().any(u8::is_ascii_lowercase);
    let words = || key.split(|byte| matches!(byte, b'_' | b'.' | b'-'));
    let mut strange = words().filter(|word| !is_word(word));
    upper != lower
        && match (strange.next(), strange.next()) {
            (None, _) => true,
            (Some(word), None) => is_abbreviation(word) && words().any(|word| word.len() > 2 && is_letters(word)),
            _ => false,
        }
}

/// Returns whether a tool that encrypts files writes the key next to what it encrypts: dotenvx the key to encrypt with, SOPS how it did.
#[must_use]
pub(crate) fn is_of_encryption(key: &[u8]) -> bool {
    key.starts_with(b"DOTENV_PUBLIC_KEY") || key.starts_with(b"sops_")
}

/// Returns whether a text of a schema is made of words and may be shown: names, words in `camelCase`, paths, durations and sentences, unlike random text. For a name
/// that is not declared, [`is_plainly_a_name`] is stricter.
pub(crate) fn is_plainly_words(text: &str) -> bool {
    let mut pieces = text
        .as_bytes()
        .split(|byte| byte.is_ascii_punctuation() || *byte == b' ');
    let has_login = find::split_once(text, "://").is_some_and(|(_, rest)| rest.contains('@'));
    let is_duration =
        || text.starts_with('P') && text.len() <= 12 && text.bytes().all(|byte| b"PTYMWDHS0123456789.".contains(&byte));
    !has_login && pieces.all(is_humps) || is_plainly_a_name(text.as_bytes()) || is_duration()
}

/// Whether a piece without punctuation is a word, or several of about three letters, each of which begins with a capital.
fn is_humps(piece: &[u8]) -> bool {
    // In other alphabets, words are not told from data, but no key or token is written in them.
    if !piece.is_ascii() {
        return !piece.iter().any(u8::is_ascii_digit);
    }
    let (mut start, mut humps, mut letters) = (0, 0, 0);
    for end in 1..=piece.len() {
        letters += usize::from(!piece[end - 1].is_ascii_digit());
        let is_end = piece.get(end).is_none_or(|next| {
            let before = piece[end - 1];
            next.is_ascii_uppercase() && !before.is_ascii_uppercase()
                || !next.is_ascii_digit() && before.is_ascii_digit()
        });
        if is_end {
            if !is_word(&piece[start..end]) {
                return false;
            }
            (start, humps) = (end, humps + 1);
        }
    }
    humps <= 1 || humps * 3 <= letters + 1
}

/// Whether a name ends in these words: `APP_URL` ends in `URL`, `CURL` does not.
pub(crate) fn ends_in(name: &[u8], words: &str) -> bool {
    // Of most names, the last letter tells that they do not.
    let may_end = name.last() == words.as_bytes().last();
    let before = may_end.then(|| name.strip_suffix(words.as_bytes())).flatten();
    before.is_some_and(|before| before.last().is_none_or(|byte| *byte == b'_'))
}

/// Whether a name ends so, in either case and also within a word.
pub(crate) fn has_end(name: &[u8], end: &[u8]) -> bool {
    name.len() >= end.len() && name[name.len() - end.len()..].eq_ignore_ascii_case(end)
}

/// Whether a word is one of a list, in either case. Lists are texts with blanks between, since a list of texts takes as much again for their
/// places in memory; those of which every variable is asked are lists all the same.
pub(crate) fn is_among(word: &[u8], list: &str) -> bool {
    // Of bytes, since to look for a character in text takes several times as long.
    let mut words = list.as_bytes().split(|byte| *byte == b' ');
    words.any(|other| word.eq_ignore_ascii_case(other))
}

/// `[A-Za-z0-9_]`
#[inline]
pub(crate) fn is_word_byte(byte: &u8) -> bool {
    byte.is_ascii_alphanumeric() || *byte == b'_'
}

/// Returns the length of the run of `[A-Za-z0-9_]` at the start of a text.
pub(crate) fn word_len(text: &[u8]) -> usize {
    text.iter().take_while(|byte| is_word_byte(byte)).count()
}

/// Returns the length of the `[A-Za-z_][A-Za-z0-9_]*` at the start of a text, 0 if there is none.
pub(crate) fn name_len(text: &[u8]) -> usize {
    if text.first().is_none_or(u8::is_ascii_digit) {
        0
    } else {
        word_len(text)
    }
}

/// Returns whether the text is `[A-Za-z_][A-Za-z0-9_]*`, the name of a variable in a shell.
pub(crate) fn is_name(text: &[u8]) -> bool {
    !text.is_empty() && name_len(text) == text.len()
}

/// Returns the name, or "this key" if it may not be shown, for sentences written where no schema is at hand.
#[must_use]
pub(crate) fn shown(name: &str) -> &str {
    if is_plainly_a_name(name.as_bytes()) {
        name
    } else {
        "this key"
    }
}

fn is_letters(word: &[u8]) -> bool {
    word.iter().all(u8::is_ascii_alphabetic)
}

/// `letter{1,5} digit{1,2} letter{1,4}`
fn is_abbreviation(word: &[u8]) -> bool {
    let before = word.iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
    let digits = word[before..].iter().take_while(|byte| byte.is_ascii_digit()).count();
    let behind = &word[before + digits..];
    matches!(before, 1..=5) && matches!(digits, 1..=2) && matches!(behind.len(), 1..=4) && is_letters(behind)
}

/// `letter* digit{0,4}`; empty between two separators.
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
        && (letters <= 9 || is_of_usual_pairs(&word[..letters]))
        && !(letters <= 2 && digits.len() > 3)
}

fn is_of_usual_pairs(word: &[u8]) -> bool {
    let (known, all) = letters::pairs(word);
    known * 5 >= all * 2
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
            "E2E_BASE_URL",
            "K8S_NAMESPACE",
            "KAFKA_LOG4J_ROOT_LOGLEVEL",
            "i18n_locale",
            "HTTPSPROXY",
            "SQLALCHEMY_ECHO",
            "POSTGRESPASSWORD",
            "KUBERNETES_SERVICE_HOST",
            "NEXTAUTHURL",
            "FRESHBOOKS_CLIENT_ID",
            "xdgconfighome",
        ] {
            assert!(is_plainly_a_name(name.as_bytes()), "{name}");
        }
    }

    #[test]
    fn words_of_a_schema_are_shown() {
        for text in [
            "minLenght",
            "anyOf",
            "oneOff",
            "dotenv@15",
            "#/$defs/tied",
            "eu-west-1",
            "90 days",
            "P3M",
            "PT48H",
            "urn:envgate:schema:1",
            ".env.production",
            "S3Bucket",
        ] {
            assert!(is_plainly_words(text), "{text}");
        }
        for text in [
            "Zk3vQ9xT7mPwL2nR8sYb",
            "zkvqxtmpwlnrsyb",
            "aZkQvXtYb",
            "postgres://app:correct@db",
            "AB1CD-EF2GH-IJKLM",
            "p8Kw3Zq1",
            "482910375512",
        ] {
            assert!(!is_plainly_words(text), "{text}");
        }
    }

    #[test]
    fn text_that_looks_like_data_is_not_a_name() {
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
            "E2E",
            "A1B_C2D",
            "AB1CD-EF2GH-IJKLM",
            "K8S_JBSWY3DPEHPK3PXP",
            "qzxjavkwpfhgm",
            "UQXWOJKZVBYGPFHQ",
            "TOKEN_kwyqzuvxjfbpgd",
        ] {
            assert!(!is_plainly_a_name(data.as_bytes()), "{data}");
        }
        assert!(!is_plainly_a_name(&[b'A'; 25]));
        assert!(!is_plainly_a_name(b"K\xFF"));
    }
}
