//! Host names, in ASCII and internationalised.
//!
//! A label beyond ASCII, or one written as an A-label (`xn--…`), must follow the contextual rules of RFC 5892 appendix
//! A and its exceptions. Otherwise the derived property PVALID is approximated by blocks, because its tables would be
//! larger than all other formats together: letters and marks of living scripts are accepted; punctuation, symbols,
//! emoji, compatibility forms and private use are not. No mapping (UTS 46) is applied: a name is judged as written.

mod direction;
mod punycode;
mod tables;

use direction::{Directions, is_from_right};
use punycode::{decode, encoded_length};
use tables::{DISALLOWED, MARKS, is_in, is_virama};

/// Longest name in bytes, without a final dot.
const MAX_NAME: usize = 253;
/// Longest label in bytes, as an A-label.
const MAX_LABEL: usize = 63;

pub(super) fn is_hostname(text: &str) -> bool {
    let mut directions = Directions::default();
    are_labels(text, |_| false)
        && text
            .split('.')
            .all(|label| is_permitted_ascii_label(label, &mut directions))
        && directions.agree()
}

/// Labels of letters, digits, hyphens and the extra bytes allowed, with no hyphen at either end.
pub(super) fn are_labels(text: &str, is_extra: fn(u8) -> bool) -> bool {
    text.len() <= MAX_NAME
        && text.split('.').all(|label| {
            (1..=MAX_LABEL).contains(&label.len())
                && !label.starts_with('-')
                && !label.ends_with('-')
                && label
                    .bytes()
                    .all(|b| b.is_ascii_alphanumeric() || b == b'-' || is_extra(b))
        })
}

/// Labels separated by full stops, which may be ideographic, fullwidth or halfwidth (RFC 3490 section 3.1).
pub(super) fn is_idn_hostname(text: &str) -> bool {
    let mut length = 0;
    let mut directions = Directions::default();
    for label in text.split(['.', '\u{3002}', '\u{FF0E}', '\u{FF61}']) {
        let encoded = if label.is_ascii() {
            are_labels(label, |_| false) && is_permitted_ascii_label(label, &mut directions)
        } else {
            is_unicode_label(label.chars(), &mut directions)
        };
        match encoded_length(label) {
            Some(label) if encoded => length += label + 1,
            _ => return false,
        }
    }
    length <= MAX_NAME + 1 && directions.agree()
}

/// An ASCII label with hyphens as third and fourth characters is an A-label (RFC 5891 section 4.2.3.1).
fn is_permitted_ascii_label(label: &str, directions: &mut Directions) -> bool {
    match label.split_at_checked(4) {
        Some((prefix, encoded)) if prefix.eq_ignore_ascii_case("xn--") => {
            let mut decoded = ['\0'; MAX_LABEL];
            decode(encoded.as_bytes(), &mut decoded)
                .is_some_and(|length| is_unicode_label(decoded[..length].iter().copied(), directions))
        }
        other => {
            directions.label(label.chars());
            other.is_none_or(|(prefix, _)| !prefix.ends_with("--"))
        }
    }
}

/// RFC 5891 section 4.2 and RFC 5892 appendix A.
fn is_unicode_label(label: impl Iterator<Item = char> + Clone, directions: &mut Directions) -> bool {
    directions.label(label.clone());
    let mut chars = label.enumerate().peekable();
    let mut previous = None;
    let mut hyphens = 0;
    let (mut middle_dot, mut japanese, mut arabic_digits, mut extended_digits) = (false, false, false, false);
    while let Some((index, c)) = chars.next() {
        let next = chars.peek().map(|&(_, next)| next);
        let is_allowed = match c {
            '-' => {
                hyphens += usize::from(index == 2 || index == 3);
                index > 0 && next.is_some()
            }
            '\0'..='\x7F' => c.is_ascii_alphanumeric(),
            // ZERO WIDTH JOINER. The non-joiner is also allowed between joining letters, which are recognised by their
            // script.
            '\u{200D}' => previous.is_some_and(is_virama),
            '\u{200C}' => previous.is_some_and(|c| is_virama(c) || is_joining(c) && next.is_some_and(is_joining)),
            // MIDDLE DOT, between two `l` as in Catalan.
            '\u{B7}' => previous == Some('l') && next == Some('l'),
            // GREEK LOWER NUMERAL SIGN
            '\u{375}' => matches!(next, Some('\u{370}'..='\u{3FF}' | '\u{1F00}'..='\u{1FFF}')),
            // HEBREW PUNCTUATION GERESH and GERSHAYIM
            '\u{5F3}' | '\u{5F4}' => matches!(previous, Some('\u{590}'..='\u{5FF}')),
            '\u{30FB}' => {
                middle_dot = true;
                true
            }
            // Hiragana, Katakana, Han, and the ideographic zero, which is an exception.
            '\u{3005}'
            | '\u{3007}'
            | '\u{3041}'..='\u{3096}'
            | '\u{309D}'..='\u{309E}'
            | '\u{30A1}'..='\u{30FE}'
            | '\u{3400}'..='\u{4DBF}'
            | '\u{4E00}'..='\u{9FFF}' => {
                japanese = true;
                true
            }
            '\u{660}'..='\u{669}' => {
                arabic_digits = true;
                true
            }
            '\u{6F0}'..='\u{6F9}' => {
                extended_digits = true;
                true
            }
            _ if index == 0 && is_in(&MARKS, c) => false,
            _ => !is_in(&DISALLOWED, c),
        };
        if !is_allowed {
            return false;
        }
        previous = Some(c);
    }
    previous.is_some() && hyphens < 2 && (!middle_dot || japanese) && !(arabic_digits && extended_digits)
}

/// Returns whether letters of this script join their neighbours: scripts written from right to left, and Mongolian.
fn is_joining(c: char) -> bool {
    is_from_right(c) || matches!(c, '\u{1820}'..='\u{18AA}')
}
