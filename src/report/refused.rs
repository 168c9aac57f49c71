//! What may be seen of a file that was to be a schema and is none.
//!
//! A schema holds no values; but a file that was refused may be anything: an env file, or the JSON key of a service account, named
//! by mistake. So only the skeleton of its JSON is shown: punctuation, the names in it, short numbers and the three words.

use crate::report::MaskedSource;
use crate::source::{Source, Span};

/// The longest number that is shown: limits are short, and what is long may be something else.
const MAX_NUMBER: usize = 6;

/// The source as it may be shown beside what is wrong with it.
#[must_use]
pub fn refused(source: &Source) -> MaskedSource<'_> {
    let text = source.bytes();
    let mut shown = Vec::new();
    let mut at = 0;
    while at < text.len() {
        let end = at + token(&text[at..]);
        let piece = &text[at..end];
        let may = match piece[0] {
            b'"' => text[end..].trim_ascii_start().starts_with(b":"),
            b'0'..=b'9' | b'-' => piece.len() <= MAX_NUMBER,
            byte if byte.is_ascii_alphabetic() => matches!(piece, b"true" | b"false" | b"null"),
            byte => byte.is_ascii_whitespace() || b"{}[]:,".contains(&byte),
        };
        match (may, piece[0]) {
            (true, _) => shown.push(Span::new(at, end)),
            // The quotes of a string that is not shown, so that the line still reads as JSON.
            (false, b'"') => {
                shown.push(Span::new(at, at + 1));
                if piece.len() > 1 && piece.ends_with(b"\"") {
                    shown.push(Span::new(end - 1, end));
                }
            }
            _ => {}
        }
        at = end;
    }
    MaskedSource::new(source, shown)
}

/// The length of the first token: a string, which ends in its line; a word or number; or one byte.
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
            r#"{ "properties": { "PORT" : { "type": "intger", "minimum": 1, "maximum": 65535, "x": true } } }"#,
            r#"{ "properties": { "PORT" : { "type": "********", "minimum": 1, "maximum": 65535, "x": true } } }"#,
        );
    }

    #[test]
    fn an_env_file_or_a_key_file_shows_nothing() {
        shows("HOST=hunter2", "********");
        shows("PIN=12345678 # s3cret", "******** ******** ********");
        shows(
            r#"{"private_key": "-----BEGIN\nMIIE\"x", "id": 123456789012}"#,
            r#"{"private_key": "********", "id": ********}"#,
        );
        shows(
            "{\"key\": \"never closed\n\"and\": tr0ub4dor}",
            "{\"key\": \"********\n\"and\": ********}",
        );
        shows("\"", "\"");
        shows("\"\\", "\"********");
    }
}
