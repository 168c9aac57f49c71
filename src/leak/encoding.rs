//! The encodings in which a search looks for a value.

use zeroize::Zeroizing;

use crate::find;

/// How a value is encoded where it was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Encoding {
    /// Unchanged.
    Plain,
    /// With escapes such as `\n` and `\"`, as in JSON and most languages.
    Escaped,
    /// With escapes such as `%3D`, as in a URL.
    Percent,
    /// With entities such as `&amp;`, as in XML.
    Markup,
    /// In base64, by itself or inside a longer encoded text.
    Base64,
    /// In base64 with `-` and `_` (the URL-safe alphabet).
    Base64Url,
    /// In hexadecimal digits.
    Hex,
    /// In UTF-16, which Windows programs write.
    Utf16,
}

impl Encoding {
    /// Returns the word a message puts in brackets; `None` for encodings that need no remark.
    #[must_use]
    pub fn name(self) -> Option<&'static str> {
        match self {
            Encoding::Plain => None,
            Encoding::Escaped => Some("escaped"),
            Encoding::Percent => Some("percent-encoded"),
            Encoding::Markup => Some("XML-escaped"),
            Encoding::Base64 => Some("base64"),
            Encoding::Base64Url => Some("base64url"),
            Encoding::Hex => Some("hex"),
            Encoding::Utf16 => Some("UTF-16"),
        }
    }
}

/// A value in one encoding.
pub(super) type Encoded = (Encoding, Zeroizing<Vec<u8>>);

/// Returns the value in every encoding; a text that two encodings share is listed once.
pub(super) fn all(value: &[u8]) -> Vec<Encoded> {
    let mut all: Vec<Encoded> = Vec::new();
    let mut add = |encoding, text: Vec<u8>| {
        let text = Zeroizing::new(text);
        if !text.is_empty() && !all.iter().any(|(_, other)| *other == text) {
            all.push((encoding, text));
        }
    };
    add(Encoding::Plain, value.to_vec());
    if value.contains(&b'\n') {
        add(
            Encoding::Plain,
            replaced(&replaced(value, b"\r\n", b"\n"), b"\n", b"\r\n"),
        );
    }
    if find::find(value, b"\\n").is_some() {
        add(Encoding::Plain, replaced(value, b"\\n", b"\n"));
    }
    // In JSON, with the slash escaped or not; then in single quotes, a template and a shell's double quotes.
    for signs in [b"\"\\".as_slice(), b"\"\\/", b"'\\", b"`\\", b"\"\\$`"] {
        add(Encoding::Escaped, escaped(value, signs));
    }
    for writer in &JSON_WRITERS {
        add(Encoding::Escaped, unicode(value, writer));
    }
    // A quote inside quotes: in a shell, in SQL and YAML, and in CSV. A dollar sign in a Compose file.
    add(Encoding::Escaped, replaced(value, b"'", br"'\''"));
    add(Encoding::Escaped, replaced(value, b"'", b"''"));
    add(Encoding::Escaped, replaced(value, b"\"", b"\"\""));
    add(Encoding::Escaped, replaced(value, b"$", b"$$"));
    for quote in [b"&apos;".as_slice(), b"&#39;", b"&#x27;", b"'"] {
        add(Encoding::Markup, markup(value, b"&quot;", quote));
    }
    add(Encoding::Markup, markup(value, b"&#34;", b"&#39;"));
    add(Encoding::Markup, markup(value, b"\"", b"'"));
    for digits in [b"0123456789ABCDEF", b"0123456789abcdef"] {
        // What is kept by `encodeURIComponent`, by RFC 3986, by RFC 3986 with the slash; by `encodeURI`; in a password, by RFC 3986,
        // by `URL` of browsers, and by Go; then in an HTML form.
        let uri = b"-_.~!*'();/?:@&=+$,#";
        for kept in [
            b"-_.~!*'()".as_slice(),
            b"-_.~",
            b"-_.~/",
            uri,
            b"-_.~!$&'()*+,;=",
            b"-_.~!$&'()*+,",
            b"-_.~$&+,;=",
        ] {
            add(Encoding::Percent, percent(value, digits, kept, false));
        }
        add(Encoding::Percent, percent(value, digits, b"-_.*", true));
    }
    for shift in 0..3 {
        add(Encoding::Base64, base64(value, shift, b"+/"));
    }
    for shift in 0..3 {
        add(Encoding::Base64Url, base64(value, shift, b"-_"));
    }
    add(Encoding::Hex, hex(value, b"0123456789abcdef"));
    add(Encoding::Hex, hex(value, b"0123456789ABCDEF"));
    let units = || String::from_utf8_lossy(value).encode_utf16().collect::<Vec<u16>>();
    let little: Vec<u8> = units().into_iter().flat_map(u16::to_le_bytes).collect();
    let big: Vec<u8> = units().into_iter().flat_map(u16::to_be_bytes).collect();
    // Without the zero at the end or the beginning, ASCII is the same in both.
    add(Encoding::Utf16, little.strip_suffix(&[0]).unwrap_or(&little).to_vec());
    add(Encoding::Utf16, big.strip_prefix(&[0]).unwrap_or(&big).to_vec());
    all
}

fn replaced(text: &[u8], from: &[u8], to: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len() + 64);
    let mut at = 0;
    for found in memchr::memmem::find_iter(text, from) {
        out.extend_from_slice(&text[at..found]);
        out.extend_from_slice(to);
        at = found + from.len();
    }
    out.extend_from_slice(&text[at..]);
    out
}

/// Encodes a value as the inside of a string of JSON or of most languages, with a backslash before each of `signs`.
fn escaped(value: &[u8], signs: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(value.len() + 64);
    for byte in value {
        match byte {
            sign if signs.contains(sign) => out.extend([b'\\', *sign]),
            b'\n' => out.extend(b"\\n"),
            b'\r' => out.extend(b"\\r"),
            b'\t' => out.extend(b"\\t"),
            0..0x20 => out.extend(format!("\\u{byte:04x}").into_bytes()),
            _ => out.push(*byte),
        }
    }
    out
}

/// What an encoder of JSON writes as `\u0026` besides what it must.
struct JsonWriter {
    /// These characters.
    signs: &'static [u8],
    /// Everything beyond ASCII.
    beyond_ascii: bool,
    /// Whether its hexadecimal digits are in lower case.
    is_lower_case: bool,
}

/// Go (hence Terraform's state), .NET, and encoders that keep to ASCII.
const JSON_WRITERS: [JsonWriter; 3] = [
    JsonWriter {
        signs: b"&<>",
        beyond_ascii: false,
        is_lower_case: true,
    },
    JsonWriter {
        signs: b"&<>\"'+`",
        beyond_ascii: true,
        is_lower_case: false,
    },
    JsonWriter {
        signs: b"",
        beyond_ascii: true,
        is_lower_case: true,
    },
];

/// Encodes a value as the inside of a JSON string.
fn unicode(value: &[u8], writer: &JsonWriter) -> Vec<u8> {
    let code = |unit: u16| {
        if writer.is_lower_case {
            format!("\\u{unit:04x}")
        } else {
            format!("\\u{unit:04X}")
        }
    };
    let mut out = Vec::with_capacity(value.len() * 2);
    for chunk in value.utf8_chunks() {
        for character in chunk.valid().chars() {
            let mut bytes = [0; 4];
            let bytes = character.encode_utf8(&mut bytes).as_bytes();
            if writer.beyond_ascii && !character.is_ascii() || bytes.len() == 1 && writer.signs.contains(&bytes[0]) {
                let mut units = [0; 2];
                let units = character.encode_utf16(&mut units);
                out.extend(units.iter().flat_map(|unit| code(*unit).into_bytes()));
            } else {
                out.extend(escaped(bytes, b"\"\\"));
            }
        }
        out.extend_from_slice(chunk.invalid());
    }
    out
}

/// Encodes a value as text in XML or HTML.
fn markup(value: &[u8], double: &[u8], single: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(value.len() + 64);
    for byte in value {
        match byte {
            b'&' => out.extend(b"&amp;"),
            b'<' => out.extend(b"&lt;"),
            b'>' => out.extend(b"&gt;"),
            b'"' => out.extend_from_slice(double),
            b'\'' => out.extend_from_slice(single),
            _ => out.push(*byte),
        }
    }
    out
}

fn percent(value: &[u8], digits: &[u8; 16], kept: &[u8], form: bool) -> Vec<u8> {
    let mut out = Vec::with_capacity(value.len() * 3);
    for byte in value {
        match byte {
            b' ' if form => out.push(b'+'),
            byte if byte.is_ascii_alphanumeric() || kept.contains(byte) => out.push(*byte),
            byte => out.extend([b'%', digits[usize::from(byte >> 4)], digits[usize::from(byte & 15)]]),
        }
    }
    out
}

fn hex(value: &[u8], digits: &[u8; 16]) -> Vec<u8> {
    let pair = |byte: &u8| [digits[usize::from(byte >> 4)], digits[usize::from(byte & 15)]];
    value.iter().flat_map(pair).collect()
}

/// Returns the base64 digits that a value alone determines when `shift` bytes of its group of three precede it: digits
/// that also carry bits of a neighbour are left out.
fn base64(value: &[u8], shift: usize, last: &[u8; 2]) -> Vec<u8> {
    let bits = (shift + value.len()) * 8;
    let (from, to) = ((shift * 8).div_ceil(6), bits / 6);
    let byte = |at: usize| at.checked_sub(shift).and_then(|at| value.get(at)).copied().unwrap_or(0);
    (from..to)
        .map(|digit| {
            let bit = digit * 6;
            let pair = u16::from_be_bytes([byte(bit / 8), byte(bit / 8 + 1)]);
            match pair >> (10 - bit % 8) & 63 {
                value @ 0..26 => b'A' + value as u8,
                value @ 26..52 => b'a' + (value - 26) as u8,
                value @ 52..62 => b'0' + (value - 52) as u8,
                value => last[usize::from(value) - 62],
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn is_written(value: &str, encoding: Encoding, text: &str) {
        let all = all(value.as_bytes());
        let is_it = |(one, bytes): &Encoded| *one == encoding && **bytes == *text.as_bytes();
        assert!(all.iter().any(is_it), "{value:?} as {text:?}");
    }

    #[test]
    fn as_others_write_json() {
        is_written("a&b<c>d", Encoding::Escaped, r"a\u0026b\u003cc\u003ed");
        is_written("a+b'c\"", Encoding::Escaped, r"a\u002Bb\u0027c\u0022");
        is_written("schlüssel😀\\", Encoding::Escaped, r"schl\u00fcssel\ud83d\ude00\\");
    }

    #[test]
    fn within_quotes_and_markup() {
        is_written("it's", Encoding::Escaped, r"it'\''s");
        is_written("it's", Encoding::Escaped, "it''s");
        is_written("a&b<c", Encoding::Markup, "a&amp;b&lt;c");
        is_written("a\"b'c", Encoding::Markup, "a&quot;b&#39;c");
        is_written("a\"b'c&", Encoding::Markup, "a\"b'c&amp;");
    }

    #[test]
    fn as_python_and_go_write_markup() {
        is_written("a<b'c\"d", Encoding::Markup, "a&lt;b&#x27;c&quot;d");
        is_written("a<b'c\"d", Encoding::Markup, "a&lt;b&#39;c&#34;d");
    }

    #[test]
    fn as_a_string_of_each_language() {
        is_written(r#"a'b\c"d"#, Encoding::Escaped, r#"a\'b\\c"d"#);
        is_written("a`b'c", Encoding::Escaped, r"a\`b'c");
        is_written("a$b\"c`", Encoding::Escaped, r#"a\$b\"c\`"#);
        is_written("a$b", Encoding::Escaped, "a$$b");
        is_written("a\"b", Encoding::Escaped, "a\"\"b");
    }

    #[test]
    fn as_the_password_of_a_url() {
        is_written("a@b!c$d=", Encoding::Percent, "a%40b!c$d=");
        is_written("a@b!c$d=", Encoding::Percent, "a%40b!c$d%3D");
        is_written("a@b!c$d=", Encoding::Percent, "a%40b%21c$d=");
        is_written("a@b c[", Encoding::Percent, "a@b%20c%5B");
    }

    #[test]
    fn in_both_orders_of_bytes() {
        is_written("ab", Encoding::Utf16, "a\0b");
        let big: Vec<u8> = "é€".encode_utf16().flat_map(u16::to_be_bytes).collect();
        assert!(
            all("é€".as_bytes())
                .iter()
                .any(|(_, text)| big.ends_with(text) && text.len() >= 3)
        );
    }

    #[test]
    fn plain_text_is_not_escaped() {
        let kinds: Vec<Encoding> = all(b"q8Zt5LmXw3RvKp2Y")
            .into_iter()
            .map(|(encoding, _)| encoding)
            .collect();
        assert!(
            !kinds.contains(&Encoding::Escaped) && !kinds.contains(&Encoding::Markup),
            "{kinds:?}"
        );
    }
}
