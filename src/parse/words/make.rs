//! Values of GNU make: the rest of a line, which a backslash continues on the next, up to a `#` outside references. Quotes
//! are text.

use super::{End, Sink};

/// Returns where the content of a line ends, with the lines that continue it, and where the next line starts.
pub(in super::super) fn line(text: &[u8], start: usize) -> (usize, usize) {
    let mut from = start;
    while let Some(len) = memchr::memchr(b'\n', &text[from..]) {
        let feed = from + len;
        let end = feed - usize::from(text[from..feed].ends_with(b"\r"));
        if backslashes(text[from..end].iter().rev()) % 2 == 0 {
            return (end, feed + 1);
        }
        from = feed + 1;
    }
    (text.len(), text.len())
}

/// Returns the end of the white space from `at`, to which an escaped line end belongs.
pub(in super::super) fn leading(text: &[u8], mut at: usize) -> usize {
    loop {
        at = match text.get(at) {
            Some(b'\\') => match behind_line_end(text, at + 1) {
                Some(next) => next,
                None => return at,
            },
            Some(b'\t' | 0x0B | 0x0C | b'\r' | b' ') if behind_line_end(text, at).is_none() => at + 1,
            _ => return at,
        }
    }
}

/// Returns the offset behind the line end at `at`, if there is one.
fn behind_line_end(text: &[u8], at: usize) -> Option<usize> {
    match text.get(at..)? {
        [b'\n', ..] => Some(at + 1),
        [b'\r', b'\n', ..] => Some(at + 2),
        _ => None,
    }
}

fn backslashes<'t>(bytes: impl Iterator<Item = &'t u8>) -> usize {
    bytes.take_while(|&&byte| byte == b'\\').count()
}

/// Reads a value up to a comment or the end of the line. It can't fail.
pub(in super::super) fn scan(text: &[u8], start: usize, sink: &mut dyn Sink) -> End {
    let mut at = leading(text, start);
    let mut from = at;
    // The brackets around the name of a reference, and how many are open; in a reference, a `#` is text.
    let (mut brackets, mut open) = ((0, 0), 0);
    // Whether all that precedes `from` is a line end that became a space.
    let mut joined = false;
    loop {
        match text.get(at) {
            None | Some(b'\n') => break,
            Some(b'\r') if text.get(at + 1) == Some(&b'\n') => break,
            Some(b'#') if open == 0 => break,
            Some(b'\\') => {
                let count = backslashes(text[at..].iter());
                let behind = at + count;
                let next = behind_line_end(text, behind).filter(|_| count % 2 == 1);
                if let Some(next) = next {
                    let blanks = text[from..at]
                        .iter()
                        .rev()
                        .take_while(|byte| matches!(byte, b' ' | b'\t'));
                    let blanks = if count == 1 { blanks.count() } else { 0 };
                    let end = at - blanks + count / 2;
                    sink.text(from, &text[from..end], true);
                    if end > from || !joined {
                        sink.text(at, b" ", true);
                    }
                    joined = true;
                    at = next;
                    while matches!(text.get(at), Some(b' ' | b'\t')) {
                        at += 1;
                    }
                    from = at;
                } else if open == 0 && text.get(behind) == Some(&b'#') {
                    sink.text(from, &text[from..at + count / 2], true);
                    from = behind;
                    if count % 2 == 0 {
                        return End {
                            value: behind,
                            next: line(text, behind).0,
                        };
                    }
                    at = behind + 1;
                } else {
                    at = behind;
                }
            }
            Some(b'$') if open == 0 => {
                at += match text.get(at + 1) {
                    Some(b'(') => {
                        (brackets, open) = ((b'(', b')'), 1);
                        2
                    }
                    Some(b'{') => {
                        (brackets, open) = ((b'{', b'}'), 1);
                        2
                    }
                    None | Some(b'\\' | b'\n') => 1,
                    Some(b'\r') if text.get(at + 2) == Some(&b'\n') => 1,
                    Some(_) => 2,
                };
            }
            Some(&byte) => {
                if open > 0 {
                    open += usize::from(byte == brackets.0);
                    open -= usize::from(byte == brackets.1);
                }
                at += 1;
            }
        }
    }
    sink.text(from, &text[from..at], true);
    End {
        value: at,
        next: line(text, at).0,
    }
}
