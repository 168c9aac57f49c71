//! vlucas/phpdotenv: a value is bare, or quoted as a whole.

use super::super::document::SyntaxErrorKind;
use super::{End, Fault, Sink, raw};

/// `ctype_space` of PHP.
fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | 0x0B | 0x0C)
}

/// Returns where an entry ends: at the line end, unless `="`, without a `#` before it, opens a value that the line does
/// not close.
pub(super) fn logical_line(text: &[u8], start: usize) -> End {
    let line_end = |at: usize| memchr::memchr2(b'\n', b'\r', &text[at..]).map_or(text.len(), |len| at + len);
    let first = line_end(start);
    let is_comment = |len: usize| memchr::memchr(b'#', &text[start..start + len]).is_some();
    let opens = crate::find::find(&text[start..first], b"=\"").is_some_and(|len| !is_comment(len));
    if !opens || stops(&text[start..first], true) {
        return End {
            value: first,
            next: first,
        };
    }
    let mut at = first;
    while at < text.len() {
        let from = at + if text[at..].starts_with(b"\r\n") { 2 } else { 1 };
        at = line_end(from);
        if stops(&text[from..at], false) {
            return End { value: at, next: at };
        }
    }
    End {
        value: text.len(),
        next: text.len(),
    }
}

/// Returns whether a line closes a value: it contains an unescaped quote, or two if the value opens on this line.
/// Backslashes count in pairs.
fn stops(line: &[u8], opens: bool) -> bool {
    let mut before = None;
    let mut quotes = 0;
    let mut at = 0;
    while at < line.len() {
        if line[at..].starts_with(b"\\\\") {
            at += 2;
            continue;
        }
        quotes += usize::from(line[at] == b'"' && before != Some(b'\\'));
        before = Some(line[at]);
        at += 1;
    }
    quotes > usize::from(opens)
}

/// Reads the value of an entry, which is the rest of `text` from `start`.
pub(super) fn scan(text: &[u8], start: usize, sink: &mut dyn Sink) -> Result<End, Fault> {
    let end = match text.get(start) {
        Some(b'\'') => {
            let close = memchr::memchr(b'\'', &text[start + 1..]).map(|len| start + 1 + len);
            let close = close.ok_or(Fault {
                kind: SyntaxErrorKind::UnterminatedQuote,
                at: start,
            })?;
            sink.text(start + 1, &text[start + 1..close], false);
            close + 1
        }
        Some(b'"') => double(text, start, sink)?,
        _ => {
            // PHP's `trim` leaves a form feed, and the first white space that is read is part of the text.
            let first = text[start..].iter().take_while(|&&byte| is_space(byte)).count();
            let len = first
                + text[start + first..]
                    .iter()
                    .take_while(|&&byte| byte != b'#' && !is_space(byte))
                    .count();
            sink.text(start, &text[start..start + len], true);
            start + len
        }
    };
    let behind = end + text[end..].iter().take_while(|&&byte| is_space(byte)).count();
    match text.get(behind) {
        None | Some(b'#') => Ok(End {
            value: end,
            next: text.len(),
        }),
        Some(_) if matches!(text[start], b'\'' | b'"') => Err(Fault {
            kind: SyntaxErrorKind::TextAfterQuote,
            at: behind,
        }),
        Some(_) => Err(Fault {
            kind: SyntaxErrorKind::SpaceInValue,
            at: behind,
        }),
    }
}

/// Reads double quotes; returns the offset after the closing one.
fn double(text: &[u8], start: usize, sink: &mut dyn Sink) -> Result<usize, Fault> {
    let mut at = start + 1;
    while let Some(len) = memchr::memchr2(b'"', b'\\', &text[at..]) {
        raw(sink, at, &text[at..at + len], true);
        at += len;
        if text[at] == b'"' {
            return Ok(at + 1);
        }
        match text.get(at + 1) {
            Some(b'"' | b'\\' | b'$') => sink.text(at + 1, &text[at + 1..at + 2], false),
            Some(b'f') => sink.text(at, b"\x0C", false),
            Some(b'n') => sink.text(at, b"\n", false),
            Some(b'r') => sink.text(at, b"\r", false),
            Some(b't') => sink.text(at, b"\t", false),
            Some(b'v') => sink.text(at, b"\x0B", false),
            _ => {
                return Err(Fault {
                    kind: SyntaxErrorKind::BadEscape,
                    at,
                });
            }
        }
        at += 2;
    }
    Err(Fault {
        kind: SyntaxErrorKind::UnterminatedQuote,
        at: start,
    })
}
