//! `shlex` of Python in its POSIX mode, as honcho uses it: a line is split into words, and those behind the `=` are joined
//! without the white space between them.

use super::super::document::SyntaxErrorKind;
use super::super::lexer::{char_at, word_run};
use super::super::parser::ends_python_line;
use super::{End, Fault, Sink};

/// Reads a value, or a whole line, up to a comment or the line end. There are words in it if `value` is greater than `start`.
pub(in super::super) fn scan(text: &[u8], start: usize, sink: &mut dyn Sink) -> Result<End, Fault> {
    let mut joined = Joined { backslash: None, sink };
    let (mut at, mut end) = (start, start);
    while at < text.len() && !ends_python_line(&text[at..]) {
        match text[at] {
            b' ' | b'\t' => at += 1,
            b'#' => {
                while at < text.len() && !ends_python_line(&text[at..]) {
                    at += 1;
                }
            }
            _ => {
                at = piece(text, at, &mut joined)?;
                end = at;
            }
        }
    }
    joined.settle();
    Ok(End { value: end, next: at })
}

/// Reads the first word of a line; returns the offset after it.
pub(in super::super) fn first_word(text: &[u8], start: usize, sink: &mut dyn Sink) -> Result<usize, Fault> {
    let mut at = start;
    while let Some((c, _)) = char_at(text, at) {
        // Letters of Latin-1 are in its list of those that make words, and no other letters are.
        let is_latin = matches!(c, '\u{C0}'..='\u{FF}') && !matches!(c, '\u{D7}' | '\u{F7}');
        if !(c.is_ascii_alphanumeric() || is_latin || matches!(c, '_' | '"' | '\'' | '\\')) {
            break;
        }
        at = if c.is_alphanumeric() || c == '_' {
            sink.text(at, &text[at..at + c.len_utf8()], false);
            at + c.len_utf8()
        } else {
            piece(text, at, sink)?
        };
    }
    Ok(at)
}

/// Reads quotes, an escape, or a run of other characters; returns the offset after it.
fn piece(text: &[u8], at: usize, sink: &mut dyn Sink) -> Result<usize, Fault> {
    let line_ends = |at: usize| at >= text.len() || ends_python_line(&text[at..]);
    let fault = |kind| Err(Fault { kind, at });
    match text[at] {
        b'\\' if line_ends(at + 1) => fault(SyntaxErrorKind::BadEscape),
        b'\\' => {
            let end = at + 1 + char_at(text, at + 1).map_or(0, |(_, len)| len);
            sink.text(at + 1, &text[at + 1..end], false);
            Ok(end)
        }
        mark @ (b'"' | b'\'') => {
            let (mut from, mut end) = (at + 1, at + 1);
            while !line_ends(end) {
                match text[end] {
                    byte if byte == mark => {
                        sink.text(from, &text[from..end], false);
                        return Ok(end + 1);
                    }
                    b'\\' if mark == b'"' && matches!(text.get(end + 1), Some(b'"' | b'\\')) => {
                        sink.text(from, &text[from..end], false);
                        from = end + 1;
                        end += 2;
                    }
                    b'\\' if mark == b'"' && line_ends(end + 1) => return fault(SyntaxErrorKind::BadEscape),
                    _ => end += 1,
                }
            }
            fault(SyntaxErrorKind::UnterminatedQuote)
        }
        _ => {
            let one = char_at(text, at).map_or(1, |(_, len)| len);
            let end = word_run(text, at).max(at + one);
            sink.text(at, &text[at..end], false);
            Ok(end)
        }
    }
}

/// Passes pieces on with `\n` and `\t` replaced, which honcho looks for once they are joined: the two characters may be from
/// different pieces.
struct Joined<'s> {
    /// Where a backslash is that has not been passed on yet.
    backslash: Option<usize>,
    sink: &'s mut dyn Sink,
}

impl Joined<'_> {
    /// Passes on a backslash before which nothing is left to do.
    fn settle(&mut self) {
        if let Some(at) = self.backslash.take() {
            self.sink.text(at, b"\\", false);
        }
    }
}

impl Sink for Joined<'_> {
    fn text(&mut self, at: usize, bytes: &[u8], _: bool) {
        let mut from = 0;
        while from < bytes.len() {
            if let Some(backslash) = self.backslash {
                let replaced: &[u8] = match bytes[from] {
                    b'n' => b"\n",
                    b't' => b"\t",
                    _ => b"",
                };
                if replaced.is_empty() {
                    self.settle();
                } else {
                    self.backslash = None;
                    self.sink.text(backslash, replaced, false);
                    from += 1;
                    continue;
                }
            }
            let next = memchr::memchr(b'\\', &bytes[from..]).map_or(bytes.len(), |len| from + len);
            if from < next {
                self.sink.text(at + from, &bytes[from..next], false);
            }
            if next < bytes.len() {
                self.backslash = Some(at + next);
            }
            from = next + 1;
        }
    }
}
