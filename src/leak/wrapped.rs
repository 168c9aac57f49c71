//! Compares encoded values with a text in which base64 may be broken into lines.

use super::encoding::Encoding;

/// How much white space is allowed at each line break of wrapped base64.
const MOST_INDENT: usize = 64;

/// Returns how many bytes of `text` the rest of a needle takes up, if `text` begins with it. Base64 may be broken into
/// lines, as `base64` itself does.
pub(super) fn matched_len(needle: &[u8], text: &[u8], encoding: Encoding) -> Option<usize> {
    if text.starts_with(needle) {
        return Some(needle.len());
    }
    if encoding != Encoding::Base64 {
        return None;
    }
    let mut at = 0;
    for digit in needle {
        at += line_break(&text[at..]);
        if text.get(at) != Some(digit) {
            return None;
        }
        at += 1;
    }
    Some(at)
}

/// Returns how many bytes at the end of `text` the digits of a needle take up, if `text` ends with them, in lines or not.
pub(super) fn matched_before(needle: &[u8], text: &[u8]) -> Option<usize> {
    (needle.len()..=(needle.len() + MOST_INDENT).min(text.len()))
        .find(|len| matched_len(needle, &text[text.len() - len..], Encoding::Base64) == Some(*len))
}

/// Returns the length of a line break, and of the white space around it, at the beginning of `text`; or of one that is escaped, as in
/// JSON.
fn line_break(text: &[u8]) -> usize {
    match text {
        [b'\n' | b'\r', ..] => {
            let is_blank = |byte: &&u8| byte.is_ascii_whitespace();
            text.iter().take_while(is_blank).take(MOST_INDENT).count()
        }
        [b'\\', b'r', b'\\', b'n', ..] => 4,
        [b'\\', b'n', ..] => 2,
        _ => 0,
    }
}
