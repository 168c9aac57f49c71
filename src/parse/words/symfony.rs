//! symfony/dotenv: quoted and bare pieces, each of which is expanded separately.

use super::super::document::SyntaxErrorKind;
use super::super::lexer::word_run;
use super::{End, Fault, Sink, raw};

/// Reads a value that directly follows its separator. White space in a bare piece is an error unless the piece contains
/// something to expand; with `replaces`, unless something in it is replaced.
pub(super) fn scan(text: &[u8], start: usize, sink: &mut dyn Sink, replaces: bool) -> Result<End, Fault> {
    let blank = start + blanks(&text[start..]);
    match text.get(blank) {
        None | Some(b'\n' | b'\r' | b'#') => {
            return Ok(End {
                value: start,
                next: line_end(text, blank),
            });
        }
        Some(_) if blank > start => {
            return Err(Fault {
                kind: SyntaxErrorKind::SpaceBeforeSeparator,
                at: start,
            });
        }
        Some(_) => {}
    }
    let mut at = start;
    while let Some(&byte) = text.get(at) {
        match byte {
            b'\n' | b'\r' => break,
            b'\'' => {
                let close = memchr::memchr(b'\'', &text[at + 1..]).map(|len| at + 1 + len);
                let close = close.ok_or(Fault {
                    kind: SyntaxErrorKind::UnterminatedQuote,
                    at: text.len(),
                })?;
                raw(sink, at + 1, &text[at + 1..close], false);
                sink.piece(false);
                at = close + 1;
            }
            b'"' => {
                at = double(text, at, sink)?;
                sink.piece(true);
            }
            _ => {
                let end = bare(text, at, sink, replaces)?;
                sink.piece(true);
                if text.get(end.next) == Some(&b'#') {
                    return Ok(End {
                        value: end.value,
                        next: line_end(text, end.next),
                    });
                }
                if matches!(text.get(end.next), None | Some(b'\n' | b'\r')) {
                    return Ok(end);
                }
                at = end.next;
            }
        }
    }
    Ok(End { value: at, next: at })
}

fn blanks(text: &[u8]) -> usize {
    text.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count()
}

fn line_end(text: &[u8], at: usize) -> usize {
    memchr::memchr2(b'\n', b'\r', &text[at..]).map_or(text.len(), |len| at + len)
}

/// Reads double quotes; returns the offset after the closing one.
fn double(text: &[u8], start: usize, sink: &mut dyn Sink) -> Result<usize, Fault> {
    let mut at = start + 1;
    while let Some(len) = memchr::memchr2(b'"', b'\\', &text[at..]) {
        raw(sink, at, &text[at..at + len], true);
        at += len;
        let escaped = text[at - 1] == b'\\' && text[at - 2] != b'\\';
        if text[at] == b'"' && !escaped {
            return Ok(at + 1);
        }
        at += match text[at..] {
            [b'\\', b'"', ..] if text[at - 1] != b'\\' => {
                sink.text(at + 1, b"\"", true);
                2
            }
            [b'\\', b'n', ..] => {
                sink.text(at, b"\n", true);
                2
            }
            [b'\\', b'r', ..] => {
                sink.text(at, b"\r", true);
                2
            }
            _ => {
                sink.text(at, &text[at..=at], true);
                1
            }
        };
    }
    Err(Fault {
        kind: SyntaxErrorKind::UnterminatedQuote,
        at: text.len(),
    })
}

/// Reads a bare piece up to a quote, a line end, or a `#` after white space, without trailing white space.
fn bare(text: &[u8], start: usize, sink: &mut dyn Sink, replaces: bool) -> Result<End, Fault> {
    let mut at = start;
    let mut previous = text[start - 1];
    let (mut end, mut space, mut dynamic) = (start, None, false);
    loop {
        let run = word_run(text, at);
        if run > at {
            sink.text(end, &text[end..run], true);
            (previous, at, end) = (text[run - 1], run, run);
        }
        let Some(&byte) = text.get(at) else { break };
        if matches!(byte, b'\n' | b'\r' | b'"' | b'\'') || byte == b'#' && matches!(previous, b' ' | b'\t') {
            break;
        }
        if matches!(byte, b' ' | b'\t' | 0x0B | 0x0C) {
            space = space.or(Some(at));
            previous = byte;
            at += 1;
            if byte == 0x0C {
                // PHP's `trim` leaves a form feed.
                sink.text(end, &text[end..at], true);
                end = at;
            }
            continue;
        }
        if byte == 0 {
            // PHP's `trim` removes a zero byte, but it does not count as white space inside the piece.
            previous = byte;
            at += 1;
            continue;
        }
        sink.text(end, &text[end..at], true);
        let mut len = 1;
        if byte == b'\\' && matches!(text.get(at + 1), Some(b'"' | b'\'')) {
            at += 1;
        } else if byte == b'$' && text.get(at + 1) == Some(&b'(') {
            len = command(text, at + 1)? - at;
        }
        dynamic |= match byte {
            b'$' if replaces => is_replaced(text, at),
            b'\\' => replaces && matches!(text.get(at + 1), Some(b'\\' | b'$')),
            byte => byte == b'$',
        };
        sink.text(at, &text[at..at + len], true);
        previous = text[at];
        at += len;
        end = at;
    }
    let inner = space.filter(|&space| space < end);
    match inner {
        Some(space) if !dynamic => Err(Fault {
            kind: SyntaxErrorKind::SpaceInValue,
            at: space,
        }),
        _ => Ok(End { value: end, next: at }),
    }
}

/// Returns the offset after the parenthesis that closes a command.
fn command(text: &[u8], open: usize) -> Result<usize, Fault> {
    let mut depth = 0;
    for (len, byte) in text[open..line_end(text, open)].iter().enumerate() {
        match byte {
            b'(' => depth += 1,
            b')' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return Ok(open + len + 1);
        }
    }
    Err(Fault {
        kind: SyntaxErrorKind::BadReference,
        at: open,
    })
}

/// Returns whether Symfony replaces what starts at a `$`.
fn is_replaced(text: &[u8], dollar: usize) -> bool {
    let behind = &text[dollar + 1..];
    let name = behind.strip_prefix(b"{").unwrap_or(behind);
    let name = name.strip_prefix(b"_").unwrap_or(name);
    match name {
        [first, ..] if first.is_ascii_alphabetic() => true,
        [b':', b'-' | b'=', ..] | [b'}', ..] => true,
        _ => behind.first() == Some(&b'('),
    }
}
