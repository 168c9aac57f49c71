//! What all writers and readers of JSON share: how a string is escaped, and the [lexer](read).

pub(crate) mod read;

/// Returns the string in quotes, with the escapes that JSON requires and no others.
pub(crate) fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    push_quoted(text, &mut out);
    out
}

/// Appends what [`quoted`] returns.
pub(crate) fn push_quoted(text: &str, out: &mut String) {
    let mut rest = text;
    *out += "\"";
    // Most strings need no escape, and are appended as a whole.
    while let Some(at) = rest.bytes().position(|byte| matches!(byte, ..b' ' | b'"' | b'\\')) {
        out.push_str(&rest[..at]);
        push(char::from(rest.as_bytes()[at]), out);
        rest = &rest[at + 1..];
    }
    *out += rest;
    *out += "\"";
}

/// Appends one character of a string, escaped if JSON requires it.
pub(crate) fn push(character: char, out: &mut String) {
    let escape = match character {
        '"' | '\\' => character,
        '\u{8}' => 'b',
        '\t' => 't',
        '\n' => 'n',
        '\u{c}' => 'f',
        '\r' => 'r',
        ..' ' => return push_unicode(character, out),
        _ => return out.push(character),
    };
    out.push('\\');
    out.push(escape);
}

/// Appends one character as `\uXXXX`, in UTF-16.
pub(crate) fn push_unicode(character: char, out: &mut String) {
    for unit in character.encode_utf16(&mut [0; 2]) {
        out.push_str("\\u");
        for shift in [12, 8, 4, 0] {
            out.extend(char::from_digit(u32::from(*unit >> shift & 0xF), 16));
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn strings_are_quoted_as_serde_does(text: String) {
            prop_assert_eq!(super::quoted(&text), serde_json::to_string(&text).unwrap());
        }
    }
}
