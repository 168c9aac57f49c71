//! `EnvironmentFile=` of systemd: any number of quoted pieces at the start of a value, then text in which quotes are literal.

use super::super::lexer::word_run;
use super::{End, Sink};

/// Reads a value up to a line end that is neither quoted nor escaped. It can't fail: an unterminated quote takes the
/// rest of the text.
pub(super) fn scan(text: &[u8], start: usize, sink: &mut dyn Sink) -> End {
    let mut at = start;
    let mut end = start;
    while let Some(&byte) = text.get(at) {
        match byte {
            b'\n' | b'\r' => return End { value: end, next: at },
            b' ' | b'\t' => at += 1,
            b'\'' => {
                let close = memchr::memchr(b'\'', &text[at + 1..]).map_or(text.len(), |len| at + 1 + len);
                sink.text(at + 1, &text[at + 1..close], false);
                at = (close + 1).min(text.len());
                end = at;
            }
            b'"' => {
                at = double(text, at + 1, sink);
                end = at;
            }
            _ => return bare(text, at, sink),
        }
    }
    End { value: end, next: at }
}

/// Reads the inside of double quotes; returns the offset after the closing one.
fn double(text: &[u8], mut at: usize, sink: &mut dyn Sink) -> usize {
    while let Some(len) = memchr::memchr2(b'"', b'\\', &text[at..]) {
        sink.text(at, &text[at..at + len], false);
        at += len;
        if text[at] == b'"' {
            return at + 1;
        }
        match text.get(at + 1) {
            Some(b'"' | b'\\' | b'`' | b'$') => sink.text(at + 1, &text[at + 1..at + 2], false),
            Some(b'\n') => {}
            Some(_) => sink.text(at, &text[at..at + 2], false),
            None => return text.len(),
        }
        at += 2;
    }
    sink.text(at, &text[at..], false);
    text.len()
}

/// Reads bare text from its first character other than white space, without trailing white space.
fn bare(text: &[u8], start: usize, sink: &mut dyn Sink) -> End {
    let (mut at, mut end) = (start, start);
    while let Some(&byte) = text.get(at) {
        match byte {
            b'\n' | b'\r' => break,
            b'\\' => {
                sink.text(end, &text[end..at], false);
                if let Some(escaped) = text.get(at + 1..at + 2).filter(|next| !matches!(next, [b'\n' | b'\r'])) {
                    sink.text(at + 1, escaped, false);
                }
                at = (at + 2).min(text.len());
                end = at;
            }
            b' ' | b'\t' => at += 1,
            _ => {
                at = word_run(text, at + 1);
                sink.text(end, &text[end..at], false);
                end = at;
            }
        }
    }
    End { value: end, next: at }
}
