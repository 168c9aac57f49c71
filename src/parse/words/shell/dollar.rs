//! What follows a `$` in a shell: parameters, substitutions, arithmetic and `$'…'`.

use super::super::super::dialect::Shell;
use super::super::super::document::SyntaxErrorKind;
use super::super::{Fault, Operator, Parameter, Sink};
use super::braces::braces;
use super::{is_plain_command, opaque, unreadable};
use crate::name::{is_word_byte, word_len};

/// Reads what follows a `$`; returns the offset after it.
pub(super) fn dollar(shell: Shell, text: &[u8], at: usize, quoted: bool, sink: &mut dyn Sink) -> Result<usize, Fault> {
    let start = at + 1;
    let rest = &text[start..];
    let plain = |sink: &mut dyn Sink, end: usize| {
        sink.parameter(Parameter {
            whole: (at, end),
            name: (start, end),
            operator: Operator::None,
            argument: (end, end),
            quoted,
        });
        Ok(end)
    };
    match rest.first() {
        Some(b'(') if rest.starts_with(b"((") => double_parentheses(shell, text, start, sink),
        Some(b'(') => substitution(shell, text, start, sink),
        Some(b'[') if shell != Shell::Dash => arithmetic(shell, text, start + 1, b"]", sink).ok_or(opaque(at)),
        Some(b'{') => braces(shell, text, at, quoted, sink),
        Some(b'\\') if rest.get(1) == Some(&b'\n') => Err(opaque(at)),
        Some(byte) if shell == Shell::Zsh && !byte.is_ascii() => Err(opaque(at)),
        Some(byte) if byte.is_ascii_alphabetic() || *byte == b'_' => {
            let end = start + word_len(rest);
            // An escaped line end is removed before a name is read, and zsh allows names in any script.
            let goes_on = shell == Shell::Zsh && text.get(end).is_some_and(|byte| !byte.is_ascii());
            if text[end..].starts_with(b"\\\n") || goes_on {
                return Err(opaque(at));
            }
            if shell == Shell::Zsh && is_modified(&text[end..]) {
                sink.unknown();
            }
            plain(sink, end)
        }
        // The script that sources the file is assumed to have no arguments.
        Some(b'1'..=b'9') if shell == Shell::Zsh => {
            let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
            plain(sink, start + digits)
        }
        Some(b'1'..=b'9' | b'@' | b'*') => plain(sink, start + 1),
        // Empty unless something runs in the background.
        Some(b'!') if shell != Shell::Zsh && !text[at.saturating_sub(1 << 16)..at].contains(&b'&') => {
            plain(sink, start + 1)
        }
        Some(b'#') if shell == Shell::Zsh && has_length(rest.get(1)) => Err(opaque(at)),
        Some(b'#') => {
            sink.text(at, b"0", false);
            Ok(start + 1)
        }
        Some(b'?') => {
            sink.status(at);
            Ok(start + 1)
        }
        Some(b'$') if shell == Shell::Zsh && rest.get(1) == Some(&b'{') => Err(opaque(at)),
        Some(b'0' | b'$' | b'!' | b'-') => {
            sink.unknown();
            Ok(start + 1)
        }
        Some(b'^' | b'=' | b'~' | b'+') if shell == Shell::Zsh => Err(opaque(at)),
        _ => {
            sink.text(at, b"$", false);
            Ok(start)
        }
    }
}

/// Reads `((…))`, which is arithmetic or a command in parentheses; returns the offset after it.
fn double_parentheses(shell: Shell, text: &[u8], start: usize, sink: &mut dyn Sink) -> Result<usize, Fault> {
    if let Some(end) = arithmetic(shell, text, start + 2, b"))", sink) {
        return Ok(end);
    }
    let end = parentheses(text, start)?;
    let inside = &text[start..end];
    // It may set a variable, and zsh gives up on the file if it is not arithmetic.
    if shell == Shell::Zsh || steps(inside) || memchr::memchr(b'=', inside).is_some() {
        return Err(opaque(start - 1));
    }
    sink.unknown();
    Ok(end)
}

/// Reads `(…)`, a command substitution; returns the offset after it.
fn substitution(shell: Shell, text: &[u8], start: usize, sink: &mut dyn Sink) -> Result<usize, Fault> {
    let end = parentheses(text, start)?;
    let inside = text[start + 1..end - 1].trim_ascii();
    if !inside.is_empty() {
        // zsh parses the command along with the line, and reads no further if it can't.
        if shell == Shell::Zsh && !is_plain_command(inside) {
            return Err(opaque(start - 1));
        }
        sink.unknown();
    }
    Ok(end)
}

/// Returns whether zsh takes what follows a name for a subscript or a modifier.
fn is_modified(behind: &[u8]) -> bool {
    match behind {
        [b'[', ..] => true,
        [b':', next, ..] => next.is_ascii_alphabetic() || *next == b'&',
        _ => false,
    }
}

/// Returns whether zsh reads `$#` followed by this byte as the length of a parameter.
fn has_length(next: Option<&u8>) -> bool {
    next.is_some_and(|byte| is_word_byte(byte) || matches!(byte, b'-' | b'@' | b'*' | b'$' | b'?'))
}

/// Returns the offset after the parenthesis that closes the one at `start`, skipping quotes.
pub(super) fn parentheses(text: &[u8], start: usize) -> Result<usize, Fault> {
    let open = unreadable(start);
    let (mut at, mut depth) = (start, 0);
    while let Some(&byte) = text.get(at) {
        match byte {
            b'\\' => at += 1,
            b'\'' => at += 1 + memchr::memchr(b'\'', &text[at + 1..]).ok_or(open)?,
            b'"' => {
                // Quotes in a command inside quotes are not followed.
                let len = memchr::memchr(b'"', &text[at + 1..]).ok_or(open)?;
                if crate::find::find(&text[at..at + 1 + len], b"$(").is_some() {
                    return Err(opaque(at));
                }
                at += 1 + len;
            }
            b'`' => at += 1 + memchr::memchr(b'`', &text[at + 1..]).ok_or(open)?,
            // Subshells, and `case`, in which a parenthesis may be unbalanced.
            b'(' if depth > 0 && !matches!(text[at - 1], b'$' | b'(') => return Err(opaque(at)),
            b'c' if text[at..].starts_with(b"case ") && !is_word_byte(&text[at - 1]) => return Err(opaque(at)),
            b'(' => depth += 1,
            b')' if depth == 1 => return Ok(at + 1),
            b')' => depth -= 1,
            b'#' | b'<' => return Err(opaque(at)),
            _ => {}
        }
        at += 1;
    }
    Err(open)
}

/// Returns whether arithmetic may increment or decrement a variable.
fn steps(expression: &[u8]) -> bool {
    crate::find::find(expression, b"++").is_some() || crate::find::find(expression, b"--").is_some()
}

/// Returns whether arithmetic has only numbers and operators that can't fail.
fn is_sure(expression: &[u8]) -> bool {
    let mut wants = true;
    let mut at = 0;
    while let Some(&byte) = expression.get(at) {
        let len = word_len(&expression[at..]);
        let word = &expression[at..at + len];
        match byte {
            b' ' | b'\t' => {}
            b'(' if wants => {}
            b')' if !wants => {}
            b'+' | b'-' | b'*' if !wants => wants = true,
            _ if wants && len > 0 && word.iter().all(u8::is_ascii_digit) && (len == 1 || word[0] != b'0') => {
                wants = false
            }
            _ => return false,
        }
        at += len.max(1);
    }
    !wants
}

/// Reads arithmetic up to `close`, if it has only numbers, names and operators that assign nothing; returns the offset after it.
fn arithmetic(shell: Shell, text: &[u8], start: usize, close: &[u8], sink: &mut dyn Sink) -> Option<usize> {
    let rest = &text[start..];
    let is_plain =
        |byte: &u8| is_word_byte(byte) || matches!(byte, b' ' | b'\t' | b'+' | b'-' | b'*' | b'/' | b'%' | b'(' | b')');
    let mut len = rest.iter().take_while(|byte| is_plain(byte)).count();
    if close == b"))" {
        // The last two closing parentheses are not part of the expression.
        let mut depth = 0;
        len = rest[..len].iter().position(|byte| {
            depth += i32::from(*byte == b'(') - i32::from(*byte == b')');
            depth < 0
        })?;
    }
    let expression = &rest[..len];
    if !rest[len..].starts_with(close) || steps(expression) || shell == Shell::Zsh && !is_sure(expression) {
        return None;
    }
    sink.arithmetic((start, start + len));
    Some(start + len + close.len())
}

/// Reads the inside of `$'…'`; returns the offset after the closing quote.
pub(super) fn ansi(shell: Shell, text: &[u8], start: usize, sink: &mut dyn Sink) -> Result<usize, Fault> {
    let mut at = start;
    loop {
        let open = Fault {
            kind: SyntaxErrorKind::UnterminatedQuote,
            at: start - 1,
        };
        let len = memchr::memchr2(b'\'', b'\\', text.get(at..).ok_or(open)?).ok_or(open)?;
        sink.text(at, &text[at..at + len], false);
        at += len;
        if text[at] == b'\'' {
            return Ok(at + 1);
        }
        let rest = &text[at + 1..];
        let &letter = rest.first().ok_or(open)?;
        let (len, code) = match letter {
            b'0'..=b'7' => number(rest, 3, 8),
            b'x' => number(&rest[1..], 2, 16),
            b'u' => number(&rest[1..], 4, 16),
            b'U' => number(&rest[1..], 8, 16),
            _ => (0, 0),
        };
        let mut held = [0; 4];
        let stands_for: &[u8] = match letter {
            b'a' => b"\x07",
            b'b' => b"\x08",
            b'e' | b'E' => b"\x1B",
            b'f' => b"\x0C",
            b'n' => b"\n",
            b'r' => b"\r",
            b't' => b"\t",
            b'v' => b"\x0B",
            b'\\' | b'\'' | b'"' => &rest[..1],
            b'?' if shell == Shell::Bash => b"?",
            b'0'..=b'7' | b'x' if len > 0 && (1..256).contains(&code) => {
                held[0] = code as u8;
                &held[..1]
            }
            b'u' | b'U' if len > 0 && code > 0 => match char::from_u32(code) {
                Some(c) => c.encode_utf8(&mut held).as_bytes(),
                None => {
                    sink.unknown();
                    b""
                }
            },
            b'c' | b'0'..=b'9' | b'x' | b'u' | b'U' | b'C' | b'M' => {
                sink.unknown();
                b""
            }
            _ if shell == Shell::Bash => &text[at..at + 2],
            _ => &rest[..1],
        };
        sink.text(at, stands_for, false);
        at += 1 + match letter {
            b'0'..=b'7' => len,
            _ => 1 + len,
        };
    }
}

/// Reads a number of at most `most` digits; returns its length and value.
fn number(text: &[u8], most: usize, base: u32) -> (usize, u32) {
    let digits = text
        .iter()
        .take(most)
        .map_while(|&byte| char::from(byte).to_digit(base));
    digits.fold((0, 0), |(len, code), digit| (len + 1, code * base + digit))
}
