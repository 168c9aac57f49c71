//! The crate dotenvy: quoted and bare pieces, with references of letters and digits, or of anything in braces.

use super::super::document::SyntaxErrorKind;
use super::super::lexer::{char_at, word_run};
use super::{End, Fault, Sink};

/// Returns the end of the logical line that starts at `start`: quotes and backslashes, wherever they are, hide a line
/// end, and a `#` after white space ends its content.
pub(super) fn logical_line(text: &[u8], start: usize) -> Result<End, Fault> {
    let mut at = start;
    let mut behind_white = false;
    let unterminated = Fault {
        kind: SyntaxErrorKind::UnterminatedQuote,
        at: text.len(),
    };
    loop {
        let run = word_run(text, at);
        behind_white &= run == at;
        at = run;
        let Some((c, len)) = char_at(text, at) else { break };
        let escaped = if c == '\\' { char_at(text, at + 1) } else { None };
        match c {
            '#' if behind_white => {
                let next = memchr::memchr(b'\n', &text[at..]).map_or(text.len(), |len| at + len);
                return Ok(End { value: at, next });
            }
            '\\' if escaped.is_none() => return Err(unterminated),
            '\\' => at += escaped.filter(|&(c, _)| c != '\n').map_or(0, |(_, len)| len),
            '"' | '\'' => at = close(text, at + 1, c as u8).ok_or(unterminated)?,
            '\n' => {
                return Ok(End {
                    value: at - usize::from(at > start && text[at - 1] == b'\r'),
                    next: at,
                });
            }
            _ => {}
        }
        at += len;
        behind_white = c.is_whitespace() && !behind_white && c != '\r';
    }
    // White space at the end of the file makes the reader expect more.
    if behind_white {
        Err(unterminated)
    } else {
        Ok(End {
            value: text.len(),
            next: text.len(),
        })
    }
}

/// Returns the end of the line that starts at `start`, for the crate dotenv, where nothing hides a line end.
pub(super) fn physical_line(text: &[u8], start: usize) -> End {
    let next = memchr::memchr(b'\n', &text[start..]).map_or(text.len(), |len| start + len);
    End {
        value: next - usize::from(next > start && next < text.len() && text[next - 1] == b'\r'),
        next,
    }
}

/// Returns the closing quote, skipping escaped ones.
fn close(text: &[u8], mut at: usize, mark: u8) -> Option<usize> {
    loop {
        at += memchr::memchr2(mark, b'\\', text.get(at..)?)?;
        if text[at] == mark {
            return Some(at);
        }
        at += 2;
    }
}

/// Reads a value on its logical line, which is the rest of `text` from `start`.
pub(super) fn scan(text: &[u8], start: usize, sink: &mut dyn Sink) -> Result<End, Fault> {
    let fault = |at: usize, kind| Err(Fault { kind, at });
    if text.get(start) == Some(&b'#') {
        return Ok(End {
            value: start,
            next: text.len(),
        });
    }
    let mut at = start;
    let mut double = false;
    let rest = |value: usize| End {
        value,
        next: text.len(),
    };
    while let Some((c, len)) = char_at(text, at) {
        match c {
            '$' => {
                at = reference(text, at, sink).ok_or(Fault {
                    kind: SyntaxErrorKind::BadReference,
                    at,
                })?;
                continue;
            }
            '\\' => match text.get(at + 1) {
                Some(b'n') => sink.text(at, b"\n", false),
                Some(b'\\' | b'\'' | b'"' | b'$' | b' ') => sink.text(at + 1, &text[at + 1..at + 2], false),
                None => break,
                Some(_) => return fault(at, SyntaxErrorKind::BadEscape),
            },
            '"' => double = !double,
            '\'' if !double => {
                let close = memchr::memchr(b'\'', &text[at + 1..]).map(|len| at + 1 + len);
                let Some(close) = close else {
                    return fault(at, SyntaxErrorKind::UnterminatedQuote);
                };
                sink.text(at + 1, &text[at + 1..close], false);
                at = close;
            }
            ' ' | '\t' if !double => {
                let behind = at
                    + text[at..]
                        .iter()
                        .take_while(|byte| matches!(byte, b' ' | b'\t'))
                        .count();
                if text.get(behind).is_some_and(|&byte| byte != b'#') {
                    return fault(behind, SyntaxErrorKind::SpaceInValue);
                }
                return Ok(rest(at));
            }
            _ => {
                let end = word_run(text, at).max(at + len);
                sink.text(at, &text[at..end], false);
                at = end;
                continue;
            }
        }
        at += if c == '\\' { 2 } else { len };
    }
    if double {
        fault(start, SyntaxErrorKind::UnterminatedQuote)
    } else {
        Ok(rest(text.len()))
    }
}

/// Reads a reference along with the character that it swallows; returns the offset after it, or `None` for an unclosed brace.
fn reference(text: &[u8], dollar: usize, sink: &mut dyn Sink) -> Option<usize> {
    let start = dollar + 1;
    if text.get(start) == Some(&b'{') {
        let close = start + memchr::memchr(b'}', &text[start..])?;
        sink.reference((dollar, close + 1), (start + 1, close));
        return Some(close + 1);
    }
    let end = super::super::lexer::skip(text, start, char::is_alphanumeric);
    sink.reference((dollar, end), (start, end));
    // The character that ends a bare name is literal, even if it is a quote. Only a `$` starts another reference.
    let eaten = char_at(text, end).filter(|&(c, _)| c != '$');
    Some(
        end + eaten.map_or(0, |(_, len)| {
            sink.text(end, &text[end..end + len], false);
            len
        }),
    )
}
