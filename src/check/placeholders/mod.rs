//! Placeholders, which stand in for a value that is yet to be filled in: a table of phrases, and how values are matched with it.
//!
//! Keys are of two sorts. In any key, only what nobody can mean literally is a placeholder (`changeme`, `<your-host>`), and a phrase must
//! begin the value. In a key that holds a secret, words are enough (`password`, `super-secret-key`), since no secret is made of such words
//! alone.

mod phrases;
#[cfg(test)]
mod tests;
mod url;
mod words;

use super::traits::Bytes;
pub(super) use url::{authority, options};
pub(super) use words::is_name_with_word;
use words::{Glance, MAX_DIGITS};

/// Why a value is a placeholder, for the message. Reveals nothing of the value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Placeholder {
    /// It asks to be replaced.
    Unreplaced,
    /// It consists of words such as `secret` or `example`.
    Words,
    /// A URL with well-known credentials.
    Credentials,
    /// A command of a shell, as a text: where it could run, its output would be the value.
    Command,
}

/// The maximum length of a placeholder, which is something short that somebody typed. Longer values are texts, keys or documents.
const MAX_LEN: usize = 256;

/// Returns why a value is a placeholder; `None` if it may be meant. `secret` says whether the key holds a secret.
pub(super) fn find(value: &[u8], secret: bool) -> Option<Placeholder> {
    find_among(value, Bytes::of(value), secret)
}

/// The same for a value whose bytes were looked at.
pub(super) fn find_among(value: &[u8], bytes: Bytes, secret: bool) -> Option<Placeholder> {
    if value.is_empty() || value.len() > MAX_LEN {
        return None;
    }
    if !bytes.has(Bytes::SYNTAX) {
        return find_in_text(value, bytes, secret);
    }
    if is_command(value) {
        return Some(Placeholder::Command);
    }
    let found = match url::authority(value) {
        Some(rest) => url::find(rest),
        None => find_in_text(value, bytes, secret),
    };
    found.or_else(|| url::connects_with_known(value).then_some(Placeholder::Credentials))
}

/// Whether a value of a key that holds no secret may be a placeholder, judging by a few of its bytes.
pub(super) fn may_be(value: &[u8], bytes: Bytes) -> bool {
    let (Some(first), Some(last)) = (value.first(), value.last()) else {
        return false;
    };
    matches!(first, b'<' | b'{' | b'[' | b'_' | b'%' | b'@' | b'#' | b'$')
        || is_filler(*last)
        || phrases::begin(without_exclamation_mark(value))
        || bytes.has(Bytes::SYNTAX)
            && (url::authority(value).is_some_and(url::may_be) || url::connects_with_known(value))
}

/// Drops a leading `!`: `!ChangeMe!` is the same as `ChangeMe`.
fn without_exclamation_mark(value: &[u8]) -> &[u8] {
    value.strip_prefix(b"!").unwrap_or(value)
}

/// Whether a byte stands for characters that are yet to be filled in.
fn is_filler(byte: u8) -> bool {
    matches!(byte, b'x' | b'X' | b'*' | b'.')
}

/// Like [`find`], for a value that is not a URL.
fn find_in_text(value: &[u8], bytes: Bytes, secret: bool) -> Option<Placeholder> {
    if is_bracketed(value) || is_all_x(value, secret) {
        return Some(Placeholder::Unreplaced);
    }
    // Text for people may contain these phrases.
    if !secret && (!phrases::begin(without_exclamation_mark(value)) || value.contains(&b' ')) {
        return None;
    }
    if secret && (is_abridged(value, bytes) || is_template(value)) {
        return Some(Placeholder::Unreplaced);
    }
    match words::glance(value)? {
        // Every phrase contains a word of letters; a number, an address or a range has none.
        // Nor has what is hardly anything: `-`, `""`, `{}`.
        Glance::Empty => {
            let is_nothing = value.len() < 3 && words::digits(value) == 0;
            return (is_nothing || words::is_counted_up(value)).then_some(Placeholder::Words);
        }
        Glance::Telling if phrases::contains_phrase(value, secret) => return Some(Placeholder::Unreplaced),
        _ => {}
    }
    let is_made_of_words = secret
        && words::are_known_in_disguise(value)
        && value.is_ascii()
        && words::is_of_letters(value)
        && words::digits_at_random(value) <= MAX_DIGITS;
    is_made_of_words.then_some(Placeholder::Words)
}

fn is_upper(value: &[u8]) -> bool {
    !value.iter().any(u8::is_ascii_lowercase)
}

/// Whether a value is a name in brackets that nothing replaced: `<your key>`, `{{ KEY }}`, `[your-key]`, `__KEY__`, `%KEY%`, `@KEY@`,
/// `#{KEY}#`; or what JavaScript and Go write for what is not there: `[object Object]`, `%!s(<nil>)`.
fn is_bracketed(value: &[u8]) -> bool {
    let between = |open: &[u8], close: &[u8]| value.strip_prefix(open)?.strip_suffix(close);
    let inner = |open: &[u8], close: &[u8]| {
        between(open, close).filter(|inner| {
            inner.iter().any(u8::is_ascii_alphabetic)
                && inner
                    .iter()
                    .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b' ' | b'-' | b'_' | b'.'))
        })
    };
    match value[0] {
        b'<' => inner(b"<", b">").is_some(),
        b'{' => inner(b"{{", b"}}").is_some(),
        b'#' => inner(b"#{", b"}#").is_some(),
        b'[' => {
            inner(b"[", b"]").is_some_and(|text| text.len() > 4 && text[..4].eq_ignore_ascii_case(b"your"))
                || value.starts_with(b"[object ")
        }
        b'_' => inner(b"__", b"__").is_some_and(is_upper),
        b'@' => inner(b"@@", b"@@").or(inner(b"@", b"@")).is_some_and(is_upper),
        b'%' => inner(b"%", b"%").is_some_and(is_upper) || between(b"%!", b")").is_some(),
        _ => false,
    }
}

/// Whether the whole value is a command that a shell would run: `$(pass show db)`. `$(NAME)` is a reference of Kubernetes or make.
fn is_command(value: &[u8]) -> bool {
    let Some(command) = value.strip_prefix(b"$(") else {
        return false;
    };
    let mut open = 1_usize;
    let end = command.iter().position(|byte| {
        open = match byte {
            b'(' => open + 1,
            b')' => open - 1,
            _ => open,
        };
        open == 0
    });
    command.first().is_some_and(u8::is_ascii_lowercase) && end.is_some_and(|end| end + 1 == command.len())
}

/// Whether a value is as a template has it, whatever is between its brackets: `{{ .Values.key | quote }}`, `${KEY}`, `<%= key %>`, `((key))`,
/// `{key}`, a command in backticks, or what to do in brackets. A program may be meant to replace it, but hardly in a secret.
fn is_template(value: &[u8]) -> bool {
    let [first, inner @ .., last] = value else { return false };
    let Some(second) = inner.first() else { return false };
    match (first, second, last) {
        (b'{', b'{' | b'%', b'}') | (b'$' | b'#' | b'%', b'{', b'}') | (b'(', b'(', b')') | (b'<', b'%', b'>') => true,
        // One sign on either side a random value may have, too, but it is no word.
        (b'`', _, b'`') | (b'[', _, b']') | (b'{', _, b'}') => {
            let is_of_word = |byte: &u8| byte.is_ascii_lowercase() || matches!(byte, b'_' | b'-');
            inner
                .split(|byte| *byte == b' ')
                .next()
                .is_some_and(|word| word.iter().all(is_of_word))
        }
        _ => false,
    }
}

/// Whether a value ends in fillers with nothing meaningful before them: `xxx`, `XXXX-XXXX`, `***`, `...` (at least three), or
/// `sk_live_xxxxxxxx` (at least five after a prefix). In a secret, three after a prefix are enough (`ghp_xxx`), and five after anything.
fn is_all_x(value: &[u8], secret: bool) -> bool {
    let last = value[value.len() - 1];
    if !is_filler(last) {
        return false;
    }
    let run = value.iter().rev().take_while(|&&byte| byte == last).count();
    let before = &value[..value.len() - run];
    let filler_only = before.iter().all(|&byte| byte == last || matches!(byte, b'-' | b'_'));
    let is_behind_prefix = matches!(before.last(), Some(b'-' | b'_'));
    let least = if secret && is_behind_prefix { 3 } else { 5 };
    run >= 3 && filler_only || last != b'.' && run >= least && (secret || is_behind_prefix)
}

/// Whether a value is abridged as in documentation (`AIzaSy...`) or masked as a page shows it (`sk-...Zq2X`, `••••Zq2X`), or ends like the
/// example keys of AWS.
fn is_abridged(value: &[u8], bytes: Bytes) -> bool {
    let is_cut = |three: &[u8]| matches!(three, b"..." | [0xE2, 0x80, 0xA6 | 0xA2]);
    // Dots are digits of the hashes of crypt, which begin with `$` and are longer than what somebody abridged.
    let is_hash = value[0] == b'$' && value.len() > 50;
    bytes.has(Bytes::DOTS) && !is_hash && value.windows(3).any(is_cut)
        || matches!(value.last(), Some(b'E' | b'Y')) && (value.ends_with(b"EXAMPLE") || value.ends_with(b"EXAMPLEKEY"))
}
