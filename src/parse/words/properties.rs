//! Logical lines of `java.util.Properties`: lines that end with a backslash go on with the next, without its indent, and
//! escapes are those of Java, of which `\uXXXX` are the only ones that can be wrong.

use crate::source::Span;

use super::super::dialect::Properties;
use super::super::document::{Effect, SyntaxErrorKind};
use super::{End, Fault, Sink};

/// Returns the spans of a logical line, one for each line that it goes over, and the offset after it. One that `begins` at `start`
/// may come after blank lines and comments; it is empty if nothing comes after them.
pub(in super::super) fn line(text: &[u8], start: usize, begins: bool) -> (Vec<Span>, usize) {
    let mut line = Vec::new();
    let mut first = None;
    let (mut skips, mut is_continued, mut escapes) = (begins, false, false);
    let mut at = start;
    let stretch = |first: Option<usize>, end| first.filter(|first| *first < end).map(|first| Span::new(first, end));
    while let Some(&byte) = text.get(at) {
        let ends = is_line_end(byte);
        at += 1;
        if skips && (is_blank(byte) || ends && !is_continued) {
            continue;
        }
        (skips, is_continued) = (false, false);
        let is_first = begins && line.is_empty() && first.is_none();
        if is_first && matches!(byte, b'#' | b'!') {
            at = line_end(text, at);
            skips = true;
        } else if !ends {
            first.get_or_insert(at - 1);
            escapes = byte == b'\\' && !escapes;
        } else if is_first {
            skips = true;
        } else {
            let end = at - 1 - usize::from(escapes);
            line.extend(stretch(first.take(), end));
            if !escapes {
                return (line, at);
            }
            (skips, is_continued, escapes) = (true, true, false);
            if byte == b'\r' && text.get(at) == Some(&b'\n') {
                at += 1;
            }
        }
    }
    let end = at - usize::from(escapes);
    line.extend(stretch(first, end));
    (line, at)
}

/// The offsets of a logical line, or of a part of it.
#[derive(Clone)]
pub(in super::super) struct Offsets<'a> {
    line: &'a [Span],
    from: usize,
    to: usize,
}

impl<'a> Offsets<'a> {
    pub(in super::super) fn new(line: &'a [Span], from: usize, to: usize) -> Self {
        Self { line, from, to }
    }

    /// Where the bytes end that follow each other from the last offset on.
    fn stretch(&self) -> usize {
        self.line.first().map_or(self.to, |span| self.to.min(span.range().end))
    }
}

impl Iterator for Offsets<'_> {
    type Item = usize;

    fn next(&mut self) -> Option<usize> {
        loop {
            let span = self.line.first()?.range();
            let at = self.from.max(span.start);
            if at >= self.to {
                return None;
            }
            if at < span.end {
                self.from = at + 1;
                return Some(at);
            }
            self.line = &self.line[1..];
        }
    }
}

/// Skips blank lines and comments as Spring does, and returns the offset of the line after them. It looks for the `---` of a new
/// document at the beginning of a comment as if that were a value: an escape there may reject the file, end the comment, or let it go
/// on in the next line, which `fault` is told. A second comment with the same sign is just skipped.
pub(in super::super) fn comments(text: &[u8], mut at: usize, fault: &mut dyn FnMut(usize, Effect)) -> usize {
    let mut sign_before = None;
    loop {
        let (mut begin, mut first) = (at, skip_blanks(text, at));
        // A line with nothing but a backslash goes on with the next one, which may be a comment.
        while let [b'\\', b'\n' | b'\r', ..] = text[first..] {
            begin = line_end(text, first + 1);
            first = skip_blanks(text, begin);
        }
        let sign = match &text[first..] {
            [b'\n' | b'\r', ..] => {
                (at, sign_before) = (line_end(text, first), None);
                continue;
            }
            [b'\\', sign @ (b'#' | b'!'), ..] | [sign @ (b'#' | b'!'), ..] => *sign,
            _ => return at,
        };
        let mut comment = Comment {
            text,
            at: first + if text[first] == sign { 1 } else { 2 },
            fault,
        };
        let ends = sign_before != Some(sign) && comment.begin(first == begin);
        at = if ends { comment.at } else { line_end(text, comment.at) };
        sign_before = Some(sign);
    }
}

/// A comment as Spring reads it: `at` is the offset of what it reads next.
struct Comment<'a> {
    text: &'a [u8],
    at: usize,
    fault: &'a mut dyn FnMut(usize, Effect),
}

impl Comment<'_> {
    /// Reads what may be the hyphens of a new document, and a character behind them; returns whether that has ended the comment.
    fn begin(&mut self, may_be_document: bool) -> bool {
        let mut hyphens = if may_be_document { 3 } else { 0 };
        while hyphens > 0 {
            hyphens = match self.read() {
                (LINE_END, false) => return true,
                (HYPHEN, _) => hyphens - 1,
                _ => 0,
            };
        }
        let at = self.at;
        let (code, escaped) = self.read();
        if code == LINE_END && escaped {
            (self.fault)(at, Effect::Literal);
        }
        code == LINE_END
    }

    /// Reads one character; returns whether it was escaped. The end of the text is the end of a line.
    fn read(&mut self) -> (u32, bool) {
        loop {
            let at = self.at;
            let byte = |index: usize| self.text.get(index).copied();
            let (len, code, escaped) = match (byte(at), byte(at + 1)) {
                (Some(b'\\'), Some(b'\n' | b'\r')) => {
                    self.at = skip_blanks(self.text, line_end(self.text, at + 1));
                    if !matches!(self.text.get(self.at), None | Some(b'\n' | b'\r' | b'#' | b'!')) {
                        (self.fault)(at, Effect::Literal);
                    }
                    continue;
                }
                (Some(b'\\'), Some(b'u')) => {
                    let mut digits = at + 2..self.text.len();
                    let code = unit(self.text, &mut digits);
                    if code.is_none() {
                        (self.fault)(at, Effect::Rejected);
                    }
                    (2 + if code.is_some() { 4 } else { 0 }, code.unwrap_or_default(), true)
                }
                (Some(b'\\'), Some(b'n')) => (2, LINE_END, true),
                (Some(b'\\'), Some(byte)) => (2, byte.into(), true),
                (Some(b'\\'), None) => (1, LINE_END, false),
                (None | Some(b'\n' | b'\r'), _) => (line_end(self.text, at) - at, LINE_END, false),
                (Some(byte), _) => (1, byte.into(), false),
            };
            self.at = at + len;
            return (code, escaped);
        }
    }
}

const LINE_END: u32 = b'\n' as u32;
const HYPHEN: u32 = b'-' as u32;

/// Returns the offset of the line after the one with `at`.
fn line_end(text: &[u8], at: usize) -> usize {
    let Some(len) = memchr::memchr2(b'\n', b'\r', &text[at..]) else {
        return text.len();
    };
    at + len + if text[at + len..].starts_with(b"\r\n") { 2 } else { 1 }
}

fn skip_blanks(text: &[u8], at: usize) -> usize {
    at + text[at..].iter().take_while(|byte| is_blank(**byte)).count()
}

/// Reads the digits of an escape.
fn unit(text: &[u8], offsets: &mut impl Iterator<Item = usize>) -> Option<u32> {
    (0..4).try_fold(0, |code, _| {
        let digit = char::from(text[offsets.next()?]).to_digit(16)?;
        Some(code * 16 + digit)
    })
}

/// Returns whether a byte ends a line.
fn is_line_end(byte: u8) -> bool {
    matches!(byte, b'\n' | b'\r')
}

/// Returns whether a byte is white space within a line.
pub(in super::super) fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | 0x0C)
}

/// Decodes bytes of a logical line. To Spring each byte is a character.
pub(in super::super) fn convert(
    text: &[u8],
    mut rest: Offsets<'_>,
    reader: Properties,
    sink: &mut dyn Sink,
) -> Result<(), Fault> {
    let is_plain = |byte: &u8| *byte != b'\\' && !(reader == Properties::Spring && *byte >= 0x80);
    while let Some(at) = rest.next() {
        let escaped = if text[at] == b'\\' { rest.next() } else { None };
        let Some(letter) = escaped else {
            let len = text[at..rest.stretch()]
                .iter()
                .take_while(|byte| is_plain(byte))
                .count();
            if len == 0 {
                one(at, text[at], reader, sink);
            } else {
                sink.text(at, &text[at..at + len], false);
                rest.from = at + len;
            }
            continue;
        };
        let meant = match text[letter] {
            b'u' => {
                let c = unicode(text, letter, &mut rest, reader).ok_or(Fault {
                    kind: SyntaxErrorKind::BadEscape,
                    at,
                })?;
                sink.text(at, c.encode_utf8(&mut [0; 4]).as_bytes(), false);
                continue;
            }
            b't' => b'\t',
            b'n' => b'\n',
            b'r' => b'\r',
            b'f' => 0x0C,
            other => other,
        };
        one(letter, meant, reader, sink);
    }
    Ok(())
}

/// Reads what follows the `u` of an escape, which for half of a pair may be another one. Spring reads no digits of another line.
fn unicode(text: &[u8], letter: usize, rest: &mut Offsets<'_>, reader: Properties) -> Option<char> {
    let first = unit(text, rest)?;
    if reader == Properties::Spring && rest.from != letter + 5 {
        return None;
    }
    let mut after = rest.clone();
    let begins = after.next().is_some_and(|at| text[at] == b'\\') && after.next().is_some_and(|at| text[at] == b'u');
    let low = if begins { unit(text, &mut after) } else { None };
    let low = low.filter(|low| (0xD800..0xDC00).contains(&first) && (0xDC00..0xE000).contains(low));
    let code = low.map_or(first, |low| {
        *rest = after;
        0x1_0000 + ((first - 0xD800) << 10) + low - 0xDC00
    });
    // Half of a pair is no character, and becomes a question mark when it leaves the program.
    Some(char::from_u32(code).unwrap_or('?'))
}

/// Takes one byte.
fn one(at: usize, byte: u8, reader: Properties, sink: &mut dyn Sink) {
    match reader {
        Properties::Utf8 => sink.text(at, &[byte], false),
        Properties::Spring => sink.text(at, char::from(byte).encode_utf8(&mut [0; 4]).as_bytes(), false),
    }
}

/// Reads a value up to the end of its logical line.
pub(in super::super) fn scan(text: &[u8], start: usize, reader: Properties, sink: &mut dyn Sink) -> Result<End, Fault> {
    let (line, next) = line(text, start, false);
    let value = line.last().map_or(start, |last| last.range().end);
    convert(text, Offsets::new(&line, start, value), reader, sink)?;
    Ok(End { value, next })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_with_escapes_that_spring_reads() {
        use Effect::{Literal, Rejected};
        for (text, rest, found) in [
            ("# a\\\nA", "A", vec![]),
            ("# \\u0041\nA", "A", vec![]),
            ("#\\u004\nA", "A", vec![(1, Rejected)]),
            ("#\\\n!\\u1\nA", "A", vec![(4, Rejected)]),
            ("#\\\n B=1\nA", "A", vec![(1, Literal)]),
            ("#\\\n\nA", "A", vec![]),
            ("#\\", "", vec![]),
            ("  #a\\nb\n", "", vec![]),
            ("  #\\nb\n", "b\n", vec![(3, Literal)]),
            ("#a\\nb\n", "b\n", vec![(2, Literal)]),
            ("#\\nb\nA", "A", vec![]),
            ("#a\n#b\\\nA", "A", vec![]),
            ("#a\r\n#b\\\r\nA", "A", vec![]),
            ("#a\n\n#b\\\nA\n", "", vec![(6, Literal)]),
            ("#--\\\nA\n", "", vec![(3, Literal)]),
            ("#---\\\nA\n", "", vec![(4, Literal)]),
            ("#----\\\nA", "A", vec![]),
            ("\\#a\nA", "A", vec![]),
            ("\\\r\n\\\n#--\\\nA\n", "", vec![(8, Literal)]),
            (" \\\n B", " \\\n B", vec![]),
        ] {
            let mut told = Vec::new();
            let at = comments(text.as_bytes(), 0, &mut |at, effect| told.push((at, effect)));
            assert_eq!((&text[at..], told), (rest, found), "{text:?}");
        }
    }
}
