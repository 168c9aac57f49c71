//! Decides what may be shown of a file that was given as a schema but is not a valid one.
//!
//! A schema holds no values, but a refused file may be anything: an env file or the JSON key of a service account,
//! named by mistake. So only the skeleton of its JSON is shown: punctuation, names made of words, numbers of a few digits and, after
//! names that look like schema keywords and not like variables, slightly longer numbers and `true`, `false` and `null`.

use crate::name::is_plainly_words;
use crate::report::MaskedSource;
use crate::source::{Source, Span};

/// The longest number shown after a schema keyword: limits are short, and anything longer may be something else.
const MAX_LIMIT: usize = 6;

/// The longest number shown anywhere else in JSON.
const MAX_NUMBER: usize = 3;

/// Returns the source as it may be shown with the errors in it.
#[must_use]
pub fn refused(source: &Source) -> MaskedSource<'_> {
    let text = source.bytes();
    let is_json = text.trim_ascii_start().starts_with(b"{");
    let mut shown = Vec::new();
    let mut at = 0;
    // The name before the current token, and the colon if one follows it.
    let mut name: &[u8] = b"";
    let mut behind: &[u8] = b"";
    while at < text.len() {
        let end = at + token(&text[at..]);
        let piece = &text[at..end];
        let is_ours = is_json && behind == b":" && name.iter().any(u8::is_ascii_lowercase);
        let may = match piece[0] {
            b'"' => {
                let words = str::from_utf8(piece).is_ok_and(is_plainly_words);
                words && text[end..].trim_ascii_start().starts_with(b":")
            }
            b'0'..=b'9' | b'-' => piece.len() <= if is_ours { MAX_LIMIT } else { MAX_NUMBER } && is_json,
            byte if byte.is_ascii_alphabetic() => is_ours && matches!(piece, b"true" | b"false" | b"null"),
            byte => byte.is_ascii_whitespace() || b"{}[]:,".contains(&byte),
        };
        match (may, piece[0]) {
            (true, _) => shown.push(Span::new(at, end)),
            // The quotes of a hidden string are shown, so that the line still reads as JSON.
            (false, b'"') => {
                shown.push(Span::new(at, at + 1));
                if piece.len() > 1 && piece.ends_with(b"\"") {
                    shown.push(Span::new(end - 1, end));
                }
            }
            _ => {}
        }
        match piece[0] {
            byte if byte.is_ascii_whitespace() => {}
            b':' => behind = piece,
            _ => (name, behind) = (piece, b""),
        }
        at = end;
    }
    MaskedSource::new(source, shown)
}

/// Returns the length of the first token: a string, which ends within its line; a word or number; or one byte.
fn token(text: &[u8]) -> usize {
    match text[0] {
        b'"' => {
            let mut at = 1;
            loop {
                match text.get(at) {
                    None | Some(b'\n' | b'\r') => return at.min(text.len()),
                    Some(b'"') => return at + 1,
                    Some(b'\\') => at += 2,
                    Some(_) => at += 1,
                }
            }
        }
        byte if is_word(byte) => text.iter().position(|&byte| !is_word(byte)).unwrap_or(text.len()),
        byte if byte.is_ascii_whitespace() => text
            .iter()
            .position(|byte| !byte.is_ascii_whitespace())
            .unwrap_or(text.len()),
        _ => 1,
    }
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'+' | b'.' | b'_') || !byte.is_ascii()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn shows(text: &str, expected: &str) {
        let source = Source::new("x", text).unwrap();
        let masked = refused(&source);
        let lines = text.split('\n').scan(0, |at, line| {
            let span = Span::new(*at, *at + line.len());
            *at += line.len() + 1;
            Some(masked.excerpt(span, span.start).text)
        });
        assert_eq!(lines.collect::<Vec<_>>().join("\n"), expected);
    }

    #[test]
    fn a_schema_reads_as_one() {
        shows(
            r#"{ "properties": { "PORT" : { "type": "intger", "minimum": 1, "maximum" : 65535, "x": true } } }"#,
            r#"{ "properties": { "PORT" : { "type": "********", "minimum": 1, "maximum" : 65535, "x": true } } }"#,
        );
    }

    #[test]
    fn an_env_file_or_a_key_file_shows_nothing() {
        shows("HOST=hunter2", "********");
        shows("PIN=12345678 # s3cret", "******** ******** ********");
        shows("PIN=1234 5678", "******** ********");
        shows("DEBUG=true\nPORT: 80", "********\n********: ********");
        shows(
            r#"{"PIN": 1234, "DEBUG": true, "pins": [5678, 1]}"#,
            r#"{"PIN": ********, "DEBUG": ********, "pins": [********, 1]}"#,
        );
        shows(
            r#"{"private_key": "-----BEGIN\nMIIE\"x", "id": 123456789012}"#,
            r#"{"private_key": "********", "id": ********}"#,
        );
        shows(
            "{\"key\": \"never closed\n\"and\": tr0ub4dor}",
            "{\"key\": \"********\n\"and\": ********}",
        );
        shows(
            r#"{"minLenght": 3, "xK9fQ2mZ7w": 3}"#,
            r#"{"minLenght": 3, "********": 3}"#,
        );
        shows("\"", "\"");
        shows("\"\\", "\"********");
    }
}
