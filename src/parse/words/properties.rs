//! Logical lines of `java.util.Properties`: lines that end with a backslash go on with the next, without its indent, and
//! escapes are those of Java, of which `\uXXXX` are the only ones that can be wrong.

use super::super::dialect::Properties;
use super::super::document::SyntaxErrorKind;
use super::{End, Fault, Sink};

/// Returns where the bytes of a logical line are, and the offset after it. One that `begins` at `start` may come after blank lines
/// and comments; it is empty if nothing comes after them.
pub(in super::super) fn line(text: &[u8], start: usize, begins: bool) -> (Vec<usize>, usize) {
    let mut line = Vec::new();
    let (mut skips, mut is_continued, mut escapes) = (begins, false, false);
    let mut at = start;
    while let Some(&byte) = text.get(at) {
        let ends = matches!(byte, b'\n' | b'\r');
        at += 1;
        if skips && (is_blank(byte) || ends && !is_continued) {
            continue;
        }
        (skips, is_continued) = (false, false);
        let is_first = begins && line.is_empty();
        if is_first && matches!(byte, b'#' | b'!') {
            let len = memchr::memchr2(b'\n', b'\r', &text[at..]);
            at += len.unwrap_or(text.len() - at);
            skips = true;
        } else if !ends {
            line.push(at - 1);
            escapes = byte == b'\\' && !escapes;
        } else if is_first {
            skips = true;
        } else if !escapes {
            return (line, at);
        } else {
            line.pop();
            (skips, is_continued, escapes) = (true, true, false);
            if byte == b'\r' && text.get(at) == Some(&b'\n') {
                at += 1;
            }
        }
    }
    if escapes {
        line.pop();
    }
    (line, at)
}

/// Returns where comments have an escape that Spring takes for one: it looks for the `---` of a new document as if it were a value, so
/// that a line end or a comment goes on where nobody expects it. A second comment with the same sign is just skipped.
pub(in super::super) fn escapes_in_comments(comments: &[u8]) -> Vec<usize> {
    let mut found = Vec::new();
    let (mut at, mut sign_before) = (0, None);
    for line in comments.split(|byte| matches!(byte, b'\n' | b'\r')) {
        let blanks = line.iter().take_while(|byte| is_blank(**byte)).count();
        let sign = line.get(blanks).copied();
        if sign.is_some() && sign != sign_before {
            found.extend(escape_read(&line[blanks + 1..]).map(|escape| at + blanks + 1 + escape));
        }
        (at, sign_before) = (at + line.len() + 1, sign);
    }
    found
}

/// Where the beginning of a comment that is read as a value has such an escape.
fn escape_read(comment: &[u8]) -> Option<usize> {
    let hyphens = comment.iter().take(3).take_while(|byte| **byte == b'-').count();
    let mut at = 0;
    for _ in 0..hyphens + if hyphens < 3 { 2 } else { 1 } {
        match comment.get(at..)? {
            [b'\\'] | [b'\\', b'n' | b'u', ..] => return Some(at),
            [b'\\', ..] => at += 2,
            _ => at += 1,
        }
    }
    None
}

/// Returns whether a byte is white space within a line.
pub(in super::super) fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | 0x0C)
}

/// Decodes bytes of a logical line. To Spring each byte is a character.
pub(in super::super) fn convert(
    text: &[u8],
    line: &[usize],
    reader: Properties,
    sink: &mut dyn Sink,
) -> Result<(), Fault> {
    let byte = |index: usize| line.get(index).map(|&at| text[at]);
    let mut index = 0;
    while index < line.len() {
        let at = line[index];
        let mut run = index;
        while byte(run).is_some_and(|byte| byte != b'\\' && !(reader == Properties::Spring && byte >= 0x80))
            && line[run] - at == run - index
        {
            run += 1;
        }
        if run > index {
            sink.text(at, &text[at..at + run - index], false);
            index = run;
            continue;
        }
        match byte(index + 1).filter(|_| text[at] == b'\\') {
            Some(b'u') => {
                let fault = Fault {
                    kind: SyntaxErrorKind::BadEscape,
                    at,
                };
                let unit = |index: usize| {
                    let digit = |index| char::from(byte(index)?).to_digit(16);
                    let is_unit = byte(index) == Some(b'\\') && byte(index + 1) == Some(b'u');
                    let mut digits = (index + 2..index + 6).map(digit);
                    digits
                        .try_fold(0, |code, digit| Some(code * 16 + digit?))
                        .filter(|_| is_unit)
                };
                let first = unit(index).ok_or(fault)?;
                index += 6;
                let low =
                    unit(index).filter(|unit| (0xD800..0xDC00).contains(&first) && (0xDC00..0xE000).contains(unit));
                let code = low.map_or(first, |low| {
                    index += 6;
                    0x1_0000 + ((first - 0xD800) << 10) + low - 0xDC00
                });
                // Half of a pair is no character, and becomes a question mark when it leaves the program.
                let c = char::from_u32(code).unwrap_or('?');
                sink.text(at, c.encode_utf8(&mut [0; 4]).as_bytes(), false);
            }
            Some(letter) => {
                let meant = match letter {
                    b't' => b'\t',
                    b'n' => b'\n',
                    b'r' => b'\r',
                    b'f' => 0x0C,
                    other => other,
                };
                one(line[index + 1], meant, reader, sink);
                index += 2;
            }
            None => {
                one(at, text[at], reader, sink);
                index += 1;
            }
        }
    }
    Ok(())
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
    convert(text, &line, reader, sink)?;
    let value = line.last().map_or(start, |last| last + 1);
    Ok(End { value, next })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_that_spring_takes_out_of_comments() {
        for (comments, found) in [
            ("# a\\\n", vec![]),
            ("#\\\n!\\u1\n", vec![1, 4]),
            ("  #a\\nb\n", vec![4]),
            ("#a\n#b\\\n", vec![]),
            ("#a\n\n#b\\\n", vec![6]),
            ("#--\\\n", vec![3]),
            ("#---\\\n", vec![4]),
            ("#----\\\n", vec![]),
            ("#\\x\\\n", vec![3]),
            ("#\\xy\\\n", vec![]),
        ] {
            assert_eq!(escapes_in_comments(comments.as_bytes()), found, "{comments:?}");
        }
    }
}
