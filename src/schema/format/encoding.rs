//! Bytes encoded as text: hexadecimal, base64, and formats built on them.

use crate::find;

/// At least one byte, two digits for each.
pub(super) fn is_hex(text: &str) -> bool {
    !text.is_empty() && text.len().is_multiple_of(2) && text.bytes().all(|b| b.is_ascii_hexdigit())
}

pub(super) fn is_base64(text: &str) -> bool {
    is_base64_of(text.bytes(), b"+/")
}

pub(super) fn is_base64url(text: &str) -> bool {
    is_base64_of(text.bytes(), b"-_")
}

/// At least one byte in base64, with `specials` as digits 62 and 63. Padding may be missing but not wrong.
fn is_base64_of(text: impl Iterator<Item = u8>, specials: &[u8; 2]) -> bool {
    let (mut digits, mut padding) = (0usize, 0usize);
    for b in text {
        if b == b'=' {
            padding += 1;
        } else if padding == 0 && (b.is_ascii_alphanumeric() || specials.contains(&b)) {
            digits += 1;
        } else {
            return false;
        }
    }
    digits > 0 && digits % 4 != 1 && (padding == 0 || padding < 3 && (digits + padding).is_multiple_of(4))
}

/// `header "." payload "." signature`, unpadded. The header is an object, so its JSON begins with `{`.
pub(super) fn is_jwt(text: &str) -> bool {
    text.starts_with("ey")
        && text.split('.').count() == 3
        && text.split('.').all(|part| !part.ends_with('=') && is_base64url(part))
}

/// `1*( "-----BEGIN " label "-----" [ headers ] base64 "-----END " label "-----" )`, with white space between.
pub(super) fn is_pem(text: &str) -> bool {
    let mut rest = trim_line_ends(text);
    if rest.is_empty() {
        return false;
    }
    while !rest.is_empty() {
        match after_pem_block(rest) {
            Some(after) => rest = trim_line_ends(after),
            None => return false,
        }
    }
    true
}

fn after_pem_block(text: &str) -> Option<&str> {
    let (label, rest) = find::split_once(text.strip_prefix("-----BEGIN ")?, "-----")?;
    let is_label = !label.is_empty() && label.bytes().all(|b| b == b' ' || b.is_ascii_graphic() && b != b'-');
    let (body, rest) = find::split_once(rest, "-----END ")?;
    let rest = rest.strip_prefix(label)?.strip_prefix("-----")?;
    // Keys in the old encrypted format (RFC 1421) have headers followed by an empty line.
    let body = trim_line_ends(body);
    let empty_lines = ["\n\n", "\r\n\r\n", r"\n\n"];
    let body = match empty_lines.iter().find_map(|line| find::split_once(body, line)) {
        Some((headers, body)) if headers.contains(':') => body,
        _ => body,
    };
    let mut bytes = body.bytes().peekable();
    let base64 = std::iter::from_fn(|| {
        loop {
            match bytes.next()? {
                b' ' | b'\t' | b'\r' | b'\n' => {}
                // Any other character after the backslash remains, and base64 refuses it.
                b'\\' if matches!(bytes.peek(), Some(b'n' | b'r')) => {
                    bytes.next();
                }
                b => return Some(b),
            }
        }
    });
    (is_label && is_base64_of(base64, b"+/")).then_some(rest)
}

/// Trims white space at both ends, including line ends written as `\n`.
fn trim_line_ends(mut text: &str) -> &str {
    loop {
        let trimmed = text.trim_ascii();
        let trimmed = trimmed
            .strip_prefix(r"\n")
            .or_else(|| trimmed.strip_prefix(r"\r"))
            .unwrap_or(trimmed);
        let trimmed = trimmed
            .strip_suffix(r"\n")
            .or_else(|| trimmed.strip_suffix(r"\r"))
            .unwrap_or(trimmed);
        if trimmed.len() == text.len() {
            return text;
        }
        text = trimmed;
    }
}
