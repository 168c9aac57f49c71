//! Punycode (RFC 3492), with which an A-label (`xn--…`) encodes characters beyond ASCII.

use super::MAX_LABEL;

// The parameters of section 5.
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

/// Decodes into the buffer (section 6.2). Returns the number of characters, or `None` for what no encoder produces.
pub(super) fn decode(encoded: &[u8], out: &mut [char; MAX_LABEL]) -> Option<usize> {
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

/// Returns the length of a label as an A-label (section 6.3), or `None` if that is too long.
pub(super) fn encoded_length(label: &str) -> Option<usize> {
    if label.is_ascii() {
        return Some(label.len()).filter(|&length| length <= MAX_LABEL);
    }
    // Each character takes at least a byte, so this bounds the number of passes over the label below.
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
