//! Names of hosts, of ASCII and of other scripts.
//!
//! A label beyond ASCII, also one written as an A-label (`xn--…`), is held to the contextual rules of RFC 5892 appendix A
//! and to its exceptions. For the rest the derived property PVALID is approximated by blocks, because its tables would
//! weigh more than all formats together: letters and marks of living scripts pass, punctuation, symbols, emoji,
//! compatibility forms and private use don't. No text is mapped (UTS 46): a name is judged as it stands.

/// Longest name, without a final dot.
const MAX_NAME: usize = 253;
/// Longest label, as A-label.
const MAX_LABEL: usize = 63;

pub(super) fn is_hostname(text: &str) -> bool {
    let mut directions = Directions::default();
    are_labels(text, |_| false)
        && text
            .split('.')
            .all(|label| is_permitted_ascii_label(label, &mut directions))
        && directions.agree()
}

/// Labels of letters, digits, hyphens and what else is allowed; no hyphen at either end.
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

/// Labels between full stops, be they ideographic, fullwidth or halfwidth (RFC 3490 section 3.1).
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

/// Which way the labels of a name are read (RFC 5893): a label that has letters of both ways, or ends in what has none, jumps about
/// on a screen, and so does any label beside it that begins with a digit.
#[derive(Default)]
struct Directions {
    /// A label is read from right to left.
    has_right: bool,
    /// A label breaks the rule, which only counts beside one that is read from right to left.
    is_broken: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Direction {
    Left,
    Right,
    /// Arabic digits, which count as read from right to left.
    Arabic,
    European,
    Mark,
    Neutral,
}

impl Directions {
    fn agree(&self) -> bool {
        !(self.has_right && self.is_broken)
    }

    /// Sections 2.1 to 2.6.
    fn label(&mut self, label: impl Iterator<Item = char>) {
        use Direction::{Arabic, European, Left, Mark, Neutral, Right};
        let (mut first, mut last, mut seen) = (None, Neutral, 0);
        for direction in label.map(direction) {
            first.get_or_insert(direction);
            if direction != Mark {
                last = direction;
            }
            seen |= 1_u8 << direction as u8;
        }
        let has = |direction: Direction| seen >> direction as u8 & 1 == 1;
        self.has_right |= has(Right) || has(Arabic);
        let is_right = match first {
            Some(Right) => !has(Left) && matches!(last, Right | European | Arabic) && !(has(European) && has(Arabic)),
            Some(Left) => !has(Right) && !has(Arabic) && matches!(last, Left | European),
            _ => false,
        };
        self.is_broken |= !is_right;
    }
}

fn direction(c: char) -> Direction {
    match c {
        '-' | '\u{200C}' | '\u{200D}' => Direction::Neutral,
        '0'..='9' | '\u{6F0}'..='\u{6F9}' => Direction::European,
        '\u{660}'..='\u{669}' => Direction::Arabic,
        _ if is_in(&MARKS, c) => Direction::Mark,
        _ if is_from_right(c) => Direction::Right,
        _ => Direction::Left,
    }
}

/// Whether a letter belongs to a script that is read from right to left.
fn is_from_right(c: char) -> bool {
    matches!(c, '\u{590}'..='\u{8FF}' | '\u{FB1D}'..='\u{FDFF}' | '\u{FE70}'..='\u{FEFC}' | '\u{10800}'..='\u{10FFF}' | '\u{1E800}'..='\u{1EFFF}')
}

/// Whether letters of this script join their neighbours: those from right to left, and Mongolian.
fn is_joining(c: char) -> bool {
    is_from_right(c) || matches!(c, '\u{1820}'..='\u{18AA}')
}

/// A label of ASCII with hyphens in third and fourth place is an A-label (RFC 5891 section 4.2.3.1).
fn is_permitted_ascii_label(label: &str, directions: &mut Directions) -> bool {
    match label.split_at_checked(4) {
        Some((prefix, encoded)) if prefix.eq_ignore_ascii_case("xn--") => {
            let mut decoded = ['\0'; MAX_LABEL];
            decode_punycode(encoded.as_bytes(), &mut decoded)
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
            // ZERO WIDTH JOINER. The non-joiner is also allowed between joining letters, which are told by their script.
            '\u{200D}' => previous.is_some_and(is_virama),
            '\u{200C}' => previous.is_some_and(|c| is_virama(c) || is_joining(c) && next.is_some_and(is_joining)),
            // MIDDLE DOT, between two l as in Catalan.
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

// RFC 3492 section 5.
const BASE: u32 = 36;
const T_MIN: u32 = 1;
const T_MAX: u32 = 26;
const SKEW: u32 = 38;
const DAMP: u32 = 700;
const INITIAL_BIAS: u32 = 72;
const INITIAL_N: u32 = 0x80;

fn adapt(mut delta: u32, count: u32, first: bool) -> u32 {
    delta /= if first { DAMP } else { 2 };
    delta += delta / count;
    let mut k = 0;
    while delta > (BASE - T_MIN) * T_MAX / 2 {
        delta /= BASE - T_MIN;
        k += BASE;
    }
    k + (BASE - T_MIN + 1) * delta / (delta + SKEW)
}

fn threshold(k: u32, bias: u32) -> u32 {
    k.saturating_sub(bias).clamp(T_MIN, T_MAX)
}

/// RFC 3492 section 6.2, into the buffer; how many characters, or `None` for what no encoder writes.
fn decode_punycode(encoded: &[u8], out: &mut [char; MAX_LABEL]) -> Option<usize> {
    let basic = encoded.iter().rposition(|&b| b == b'-').unwrap_or(0);
    let mut length = 0;
    for &b in &encoded[..basic] {
        *out.get_mut(length)? = char::from(b);
        length += 1;
    }
    let mut rest = encoded[if basic > 0 { basic + 1 } else { 0 }..].iter();
    if rest.len() == 0 {
        return None;
    }
    let (mut n, mut i, mut bias) = (INITIAL_N, 0u32, INITIAL_BIAS);
    while rest.len() > 0 {
        let before = i;
        let mut weight = 1u32;
        for k in (BASE..).step_by(BASE as usize) {
            let digit = match *rest.next()? {
                b @ b'0'..=b'9' => u32::from(b - b'0') + 26,
                b if b.is_ascii_alphabetic() => u32::from(b.to_ascii_lowercase() - b'a'),
                _ => return None,
            };
            i = i.checked_add(digit.checked_mul(weight)?)?;
            let t = threshold(k, bias);
            if digit < t {
                break;
            }
            weight = weight.checked_mul(BASE - t)?;
        }
        let count = length as u32 + 1;
        bias = adapt(i - before, count, before == 0);
        n = n.checked_add(i / count)?;
        i %= count;
        let c = char::from_u32(n)?;
        if length == MAX_LABEL {
            return None;
        }
        out.copy_within(i as usize..length, i as usize + 1);
        out[i as usize] = c;
        length += 1;
        i += 1;
    }
    Some(length)
}

/// The length of a label's A-label, after RFC 3492 section 6.3; `None` when it is too long.
fn encoded_length(label: &str) -> Option<usize> {
    if label.is_ascii() {
        return Some(label.len()).filter(|&length| length <= MAX_LABEL);
    }
    // Each character takes a byte at least, so that the passes over the label below are few.
    if label.chars().count() > MAX_LABEL {
        return None;
    }
    let basic = label.bytes().filter(u8::is_ascii).count();
    let mut length = "xn--".len() + basic + usize::from(basic > 0);
    let (mut n, mut delta, mut bias) = (INITIAL_N, 0u32, INITIAL_BIAS);
    let mut handled = basic as u32;
    while let Some(next) = label.chars().map(u32::from).filter(|&c| c >= n).min() {
        delta = delta.checked_add((next - n).checked_mul(handled + 1)?)?;
        n = next;
        for c in label.chars().map(u32::from) {
            delta += u32::from(c < n);
            if c == n {
                let mut q = delta;
                for k in (BASE..).step_by(BASE as usize) {
                    length += 1;
                    let t = threshold(k, bias);
                    if q < t {
                        break;
                    }
                    q = (q - t) / (BASE - t);
                }
                bias = adapt(delta, handled + 1, handled == basic as u32);
                delta = 0;
                handled += 1;
            }
        }
        delta += 1;
        n += 1;
    }
    Some(length).filter(|&length| length <= MAX_LABEL)
}

fn is_in(ranges: &[(u32, u32)], c: char) -> bool {
    let c = u32::from(c);
    let after = ranges.partition_point(|range| range.0 <= c);
    after > 0 && c <= ranges[after - 1].1
}

/// Canonical combining class Virama.
fn is_virama(c: char) -> bool {
    const VIRAMAS: [u16; 26] = [
        0x94D, 0x9CD, 0xA4D, 0xACD, 0xB4D, 0xBCD, 0xC4D, 0xCCD, 0xD3B, 0xD3C, 0xD4D, 0xDCA, 0xE3A, 0xEBA, 0xF84,
        0x1039, 0x103A, 0x1714, 0x1734, 0x17D2, 0x1A60, 0x1B44, 0x1BAA, 0x1BAB, 0x1BF2, 0x1BF3,
    ];
    const MORE: [u16; 7] = [0x2D7F, 0xA806, 0xA82C, 0xA8C4, 0xA953, 0xA9C0, 0xAAF6];
    let is_one = |table: &[u16]| table.iter().any(|&virama| u32::from(virama) == u32::from(c));
    is_one(&VIRAMAS) || is_one(&MORE) || c == '\u{ABED}'
}

/// Blocks, and single exceptions of RFC 5892 section 2.6, whose characters no label may hold.
const DISALLOWED: [(u32, u32); 34] = [
    (0x80, 0xBF),
    (0xD7, 0xD7),
    (0xF7, 0xF7),
    (0x2C2, 0x2C5),
    (0x2D2, 0x2EB),
    (0x37E, 0x37E),
    (0x482, 0x482),
    (0x55A, 0x55F),
    (0x589, 0x58F),
    (0x5BE, 0x5BE),
    (0x5C0, 0x5C0),
    (0x5C3, 0x5C3),
    (0x5C6, 0x5C6),
    (0x600, 0x60F),
    (0x61B, 0x61F),
    (0x640, 0x640),
    (0x66A, 0x66D),
    (0x6D4, 0x6D4),
    (0x6DD, 0x6DE),
    (0x700, 0x70F),
    (0x7FA, 0x7FA),
    (0x2000, 0x2BFF),
    (0x2E00, 0x2E2E),
    (0x2E30, 0x3004),
    (0x3008, 0x3029),
    (0x302E, 0x303B),
    (0x303D, 0x3040),
    (0x3130, 0x319F),
    (0x3200, 0x33FF),
    (0x4DC0, 0x4DFF),
    (0xD7B0, 0xFA0D),
    (0xFB00, 0xFE1F),
    (0xFE30, 0xFFFF),
    (0x1CC00, 0x10FFFF),
];

/// Combining marks of the Basic Multilingual Plane, with which no label begins: general category M of Unicode 14,
/// unassigned gaps closed.
const MARKS: [(u32, u32); 158] = [
    (0x300, 0x36F),
    (0x483, 0x489),
    (0x591, 0x5BD),
    (0x5BF, 0x5BF),
    (0x5C1, 0x5C2),
    (0x5C4, 0x5C5),
    (0x5C7, 0x5C7),
    (0x610, 0x61A),
    (0x64B, 0x65F),
    (0x670, 0x670),
    (0x6D6, 0x6DC),
    (0x6DF, 0x6E4),
    (0x6E7, 0x6E8),
    (0x6EA, 0x6ED),
    (0x711, 0x711),
    (0x730, 0x74A),
    (0x7A6, 0x7B0),
    (0x7EB, 0x7F3),
    (0x7FD, 0x7FD),
    (0x816, 0x819),
    (0x81B, 0x823),
    (0x825, 0x827),
    (0x829, 0x82D),
    (0x859, 0x85B),
    (0x898, 0x89F),
    (0x8CA, 0x8E1),
    (0x8E3, 0x903),
    (0x93A, 0x93C),
    (0x93E, 0x94F),
    (0x951, 0x957),
    (0x962, 0x963),
    (0x981, 0x983),
    (0x9BC, 0x9BC),
    (0x9BE, 0x9CD),
    (0x9D7, 0x9D7),
    (0x9E2, 0x9E3),
    (0x9FE, 0xA03),
    (0xA3C, 0xA51),
    (0xA70, 0xA71),
    (0xA75, 0xA75),
    (0xA81, 0xA83),
    (0xABC, 0xABC),
    (0xABE, 0xACD),
    (0xAE2, 0xAE3),
    (0xAFA, 0xB03),
    (0xB3C, 0xB3C),
    (0xB3E, 0xB57),
    (0xB62, 0xB63),
    (0xB82, 0xB82),
    (0xBBE, 0xBCD),
    (0xBD7, 0xBD7),
    (0xC00, 0xC04),
    (0xC3C, 0xC3C),
    (0xC3E, 0xC56),
    (0xC62, 0xC63),
    (0xC81, 0xC83),
    (0xCBC, 0xCBC),
    (0xCBE, 0xCD6),
    (0xCE2, 0xCE3),
    (0xD00, 0xD03),
    (0xD3B, 0xD3C),
    (0xD3E, 0xD4D),
    (0xD57, 0xD57),
    (0xD62, 0xD63),
    (0xD81, 0xD83),
    (0xDCA, 0xDDF),
    (0xDF2, 0xDF3),
    (0xE31, 0xE31),
    (0xE34, 0xE3A),
    (0xE47, 0xE4E),
    (0xEB1, 0xEB1),
    (0xEB4, 0xEBC),
    (0xEC8, 0xECD),
    (0xF18, 0xF19),
    (0xF35, 0xF35),
    (0xF37, 0xF37),
    (0xF39, 0xF39),
    (0xF3E, 0xF3F),
    (0xF71, 0xF84),
    (0xF86, 0xF87),
    (0xF8D, 0xFBC),
    (0xFC6, 0xFC6),
    (0x102B, 0x103E),
    (0x1056, 0x1059),
    (0x105E, 0x1060),
    (0x1062, 0x1064),
    (0x1067, 0x106D),
    (0x1071, 0x1074),
    (0x1082, 0x108D),
    (0x108F, 0x108F),
    (0x109A, 0x109D),
    (0x135D, 0x135F),
    (0x1712, 0x1715),
    (0x1732, 0x1734),
    (0x1752, 0x1753),
    (0x1772, 0x1773),
    (0x17B4, 0x17D3),
    (0x17DD, 0x17DD),
    (0x180B, 0x180D),
    (0x180F, 0x180F),
    (0x1885, 0x1886),
    (0x18A9, 0x18A9),
    (0x1920, 0x193B),
    (0x1A17, 0x1A1B),
    (0x1A55, 0x1A7F),
    (0x1AB0, 0x1B04),
    (0x1B34, 0x1B44),
    (0x1B6B, 0x1B73),
    (0x1B80, 0x1B82),
    (0x1BA1, 0x1BAD),
    (0x1BE6, 0x1BF3),
    (0x1C24, 0x1C37),
    (0x1CD0, 0x1CD2),
    (0x1CD4, 0x1CE8),
    (0x1CED, 0x1CED),
    (0x1CF4, 0x1CF4),
    (0x1CF7, 0x1CF9),
    (0x1DC0, 0x1DFF),
    (0x20D0, 0x20F0),
    (0x2CEF, 0x2CF1),
    (0x2D7F, 0x2D7F),
    (0x2DE0, 0x2DFF),
    (0x302A, 0x302F),
    (0x3099, 0x309A),
    (0xA66F, 0xA672),
    (0xA674, 0xA67D),
    (0xA69E, 0xA69F),
    (0xA6F0, 0xA6F1),
    (0xA802, 0xA802),
    (0xA806, 0xA806),
    (0xA80B, 0xA80B),
    (0xA823, 0xA827),
    (0xA82C, 0xA82C),
    (0xA880, 0xA881),
    (0xA8B4, 0xA8C5),
    (0xA8E0, 0xA8F1),
    (0xA8FF, 0xA8FF),
    (0xA926, 0xA92D),
    (0xA947, 0xA953),
    (0xA980, 0xA983),
    (0xA9B3, 0xA9C0),
    (0xA9E5, 0xA9E5),
    (0xAA29, 0xAA36),
    (0xAA43, 0xAA43),
    (0xAA4C, 0xAA4D),
    (0xAA7B, 0xAA7D),
    (0xAAB0, 0xAAB0),
    (0xAAB2, 0xAAB4),
    (0xAAB7, 0xAAB8),
    (0xAABE, 0xAABF),
    (0xAAC1, 0xAAC1),
    (0xAAEB, 0xAAEF),
    (0xAAF5, 0xAAF6),
    (0xABE3, 0xABEA),
    (0xABEC, 0xABED),
    (0xFB1E, 0xFB1E),
    (0xFE00, 0xFE0F),
    (0xFE20, 0xFE2F),
];
