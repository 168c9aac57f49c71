//! What stands behind a `$`.

use super::super::super::dialect::Shell;
use super::super::super::document::SyntaxErrorKind;
use super::super::{Fault, Operator, Parameter, Sink};
use super::{is_plain_command, opaque, unreadable};

fn is_word(byte: &u8) -> bool {
    byte.is_ascii_alphanumeric() || *byte == b'_'
}

fn word_len(text: &[u8]) -> usize {
    text.iter().take_while(|byte| is_word(byte)).count()
}

/// What stands behind a `$`; gives the offset behind it.
pub(super) fn dollar(shell: Shell, text: &[u8], at: usize, quoted: bool, sink: &mut dyn Sink) -> Result<usize, Fault> {
    let start = at + 1;
    let rest = &text[start..];
    let plain = |end: usize, sink: &mut dyn Sink| {
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
        Some(b'(') if rest.starts_with(b"((") => match arithmetic(shell, text, start + 2, b"))", sink) {
            Some(end) => Ok(end),
            None => {
                let end = parentheses(text, start)?;
                let inside = &text[start..end];
                // It may set a variable, and zsh gives the file up where it is none.
                if shell == Shell::Zsh || steps(inside) || memchr::memchr(b'=', inside).is_some() {
                    return Err(opaque(at));
                }
                sink.unknown();
                Ok(end)
            }
        },
        Some(b'(') => {
            let end = parentheses(text, start)?;
            let inside = text[start + 1..end - 1].trim_ascii();
            if !inside.is_empty() {
                // zsh reads the command with the line, and nothing further where it can't.
                if shell == Shell::Zsh && !is_plain_command(inside) {
                    return Err(opaque(at));
                }
                sink.unknown();
            }
            Ok(end)
        }
        Some(b'[') if shell != Shell::Dash => match arithmetic(shell, text, start + 1, b"]", sink) {
            Some(end) => Ok(end),
            None => Err(opaque(at)),
        },
        Some(b'{') => braces(shell, text, at, quoted, sink),
        Some(b'\\') if rest.get(1) == Some(&b'\n') => Err(opaque(at)),
        Some(byte) if shell == Shell::Zsh && !byte.is_ascii() => Err(opaque(at)),
        Some(byte) if byte.is_ascii_alphabetic() || *byte == b'_' => {
            let end = start + word_len(rest);
            // An escaped line end goes before a name is read, and zsh has names in any script.
            let goes_on = shell == Shell::Zsh && text.get(end).is_some_and(|byte| !byte.is_ascii());
            if text[end..].starts_with(b"\\\n") || goes_on {
                return Err(opaque(at));
            }
            let modifies = match &text[end..] {
                [b'[', ..] => true,
                [b':', next, ..] => next.is_ascii_alphabetic() || *next == b'&',
                _ => false,
            };
            if shell == Shell::Zsh && modifies {
                sink.unknown();
            }
            plain(end, sink)
        }
        // The arguments of the script that reads the file are none, as far as is known here.
        Some(b'1'..=b'9') if shell == Shell::Zsh => plain(
            start + rest.iter().take_while(|byte| byte.is_ascii_digit()).count(),
            sink,
        ),
        Some(b'1'..=b'9' | b'@' | b'*') => plain(start + 1, sink),
        // Unless something runs in the background.
        Some(b'!') if shell != Shell::Zsh && !text[at.saturating_sub(1 << 16)..at].contains(&b'&') => {
            plain(start + 1, sink)
        }
        Some(b'#') => {
            if shell == Shell::Zsh
                && rest
                    .get(1)
                    .is_some_and(|byte| is_word(byte) || matches!(byte, b'-' | b'@' | b'*'))
            {
                // The length of a parameter.
                return Err(opaque(at));
            }
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

/// `${…}`; gives the offset behind it.
fn braces(shell: Shell, text: &[u8], at: usize, quoted: bool, sink: &mut dyn Sink) -> Result<usize, Fault> {
    let start = at + 2;
    if shell == Shell::Bash && matches!(text.get(start), Some(b' ' | b'\t' | b'\n' | b'|')) {
        // A command whose output is taken, since bash 5.3; it ends like `{ …; }`.
        return match memchr::memchr(b'}', &text[start..]) {
            Some(len) if text[start..start + len].trim_ascii().is_empty() => Ok(start + len + 1),
            Some(len) if text[start..start + len].iter().any(|byte| matches!(byte, b';' | b'\n')) => Err(opaque(at)),
            Some(_) if memchr::memchr(b';', &text[start..]).is_some() => Err(opaque(at)),
            _ => Err(unreadable(at)),
        };
    }
    let len = word_len(&text[start..]);
    let is_special = len == 0 && matches!(text.get(start), Some(b'@' | b'*' | b'?' | b'$' | b'!' | b'-'));
    let end = start + len + usize::from(is_special);
    let close = closing_brace(text, end, quoted)?;
    let (name, behind) = (&text[start..end], &text[end..close]);
    let is_number = name.first().is_some_and(u8::is_ascii_digit);
    let is_name = len > 0 && (!is_number || name.iter().all(u8::is_ascii_digit));
    let quotes = memchr::memchr_iter(b'\'', behind).count();
    let escapes = memchr::memchr(b'\\', behind).is_some();
    if shell == Shell::Bash && quoted && (quotes % 2 == 1 || quotes > 0 && escapes) {
        // bash looks for the other one.
        return Err(opaque(at));
    }
    let mut parameter = Parameter {
        whole: (at, close + 1),
        name: (start, end),
        operator: Operator::None,
        argument: (close, close),
        quoted,
    };
    let next = close + 1;
    if name == b"!" && shell == Shell::Bash && !behind.is_empty() {
        if behind.iter().all(is_word) && !behind[0].is_ascii_digit() {
            parameter.name = (end, close);
            parameter.operator = Operator::Indirect;
            sink.parameter(parameter);
        } else {
            sink.unknown();
        }
        return Ok(next);
    }
    if shell == Shell::Zsh && memchr::memchr(b'{', behind).is_some() && crate::find::find(behind, b"${").is_none() {
        // zsh counts those, too.
        return Err(opaque(at));
    }
    if !is_name {
        match (shell, name, behind) {
            (Shell::Dash | Shell::Zsh, b"!", [next, ..]) if is_word(next) => sink.fails(at),
            (_, b"@" | b"*", b"") => sink.parameter(parameter),
            (Shell::Zsh, b"$", [_, ..]) => return Err(opaque(at)),
            (_, [_], _) if is_special => sink.unknown(),
            (_, b"", b"#") => sink.text(at, b"0", false),
            (_, b"", [b'#', named @ ..]) if !named.is_empty() && named.iter().all(is_word) => {
                parameter.name = (end + 1, close);
                parameter.operator = Operator::Length;
                sink.parameter(parameter);
            }
            (_, b"", [b'#', ..]) => sink.unknown(),
            (Shell::Zsh, b"", b"") => {}
            // Flags, short forms and names of any script of zsh.
            (Shell::Zsh, b"", [first, ..]) if !first.is_ascii() => sink.unknown(),
            (Shell::Zsh, b"", [b'(' | b'=' | b'~' | b'^' | b'+' | b':' | b'"' | b'$', ..]) => return Err(opaque(at)),
            _ => sink.fails(at),
        }
        return Ok(next);
    }
    if is_number && name == b"0" {
        sink.unknown();
        return Ok(next);
    }
    let colon = usize::from(behind.first() == Some(&b':'));
    let double = usize::from(behind.len() > 1 && behind[0] == behind[1]);
    let (operator, len) = match (shell, &behind[colon..]) {
        (_, []) if colon == 0 => (Operator::None, 0),
        (_, [b'-', ..]) => (Operator::Default { colon: colon == 1 }, 1),
        (_, [b'+', ..]) => (Operator::Alternative { colon: colon == 1 }, 1),
        (_, [b'?', ..]) => (Operator::Require { colon: colon == 1 }, 1),
        (_, [b'=', ..]) if is_number => {
            sink.fails(at);
            return Ok(next);
        }
        (_, [b'=', ..]) => (Operator::Assign { colon: colon == 1 }, 1),
        (Shell::Bash, _) if colon == 1 => (Operator::Substring, 0),
        (Shell::Zsh, [b'0'..=b'9' | b' ' | b'(', rest @ ..]) if colon == 1 && !rest.contains(&b' ') => {
            (Operator::Substring, 0)
        }
        // Modifiers, of which it gives up those that it does not know.
        (Shell::Zsh, _) if colon == 1 => return Err(opaque(at)),
        (_, [b'#', ..]) if colon == 0 => (Operator::Prefix { longest: double == 1 }, 1 + double),
        (_, [b'%', ..]) if colon == 0 => (Operator::Suffix { longest: double == 1 }, 1 + double),
        (Shell::Bash | Shell::Zsh, [b'/', ..]) => (Operator::Replace { all: double == 1 }, 1 + double),
        (Shell::Bash, [b'^', ..]) => (
            Operator::Case {
                upper: true,
                all: double == 1,
            },
            1 + double,
        ),
        (Shell::Bash, [b',', ..]) => (
            Operator::Case {
                upper: false,
                all: double == 1,
            },
            1 + double,
        ),
        (Shell::Bash, [b'@' | b'~', ..]) | (Shell::Bash | Shell::Zsh, [b'[', ..]) => {
            sink.unknown();
            return Ok(next);
        }
        _ => {
            sink.fails(at);
            return Ok(next);
        }
    };
    parameter.operator = operator;
    parameter.argument = (end + colon + len, close);
    sink.parameter(parameter);
    Ok(next)
}

/// The brace that closes a parameter, behind quotes, escapes and what opens in it.
fn closing_brace(text: &[u8], start: usize, quoted: bool) -> Result<usize, Fault> {
    let (mut at, mut depth) = (start, 0);
    // In double quotes, others inside of the braces protect a brace.
    let mut protected = false;
    let open = unreadable(start);
    while let Some(&byte) = text.get(at) {
        match byte {
            b'\\' => at += 1,
            b'\'' if !quoted => at += 1 + memchr::memchr(b'\'', &text[at + 1..]).ok_or(open)?,
            b'"' if !quoted => {
                let len = memchr::memchr(b'"', &text[at + 1..]).ok_or(open)?;
                if memchr::memchr3(b'\\', b'$', b'`', &text[at + 1..at + 1 + len]).is_some() {
                    return Err(opaque(at));
                }
                at += 1 + len;
            }
            b'"' if depth > 0 => return Err(opaque(at)),
            b'"' => protected = !protected,
            b'`' => return Err(opaque(at)),
            b'$' if text.get(at + 1) == Some(&b'(') => at = parentheses(text, at + 1)? - 1,
            b'$' if text.get(at + 1) == Some(&b'{') => {
                depth += 1;
                at += 1;
            }
            b'}' if protected => {}
            b'}' if depth == 0 => return Ok(at),
            b'}' => depth -= 1,
            _ => {}
        }
        at += 1;
    }
    Err(open)
}

/// The offset behind the parenthesis that closes the one at `start`; what is in it is passed over, quotes and all.
fn parentheses(text: &[u8], start: usize) -> Result<usize, Fault> {
    let open = unreadable(start);
    let (mut at, mut depth) = (start, 0);
    while let Some(&byte) = text.get(at) {
        match byte {
            b'\\' => at += 1,
            b'\'' => at += 1 + memchr::memchr(b'\'', &text[at + 1..]).ok_or(open)?,
            b'"' => {
                // A quote in a command in a quote is more than is followed here.
                let len = memchr::memchr(b'"', &text[at + 1..]).ok_or(open)?;
                if crate::find::find(&text[at..at + 1 + len], b"$(").is_some() {
                    return Err(opaque(at));
                }
                at += 1 + len;
            }
            b'`' => at += 1 + memchr::memchr(b'`', &text[at + 1..]).ok_or(open)?,
            // Commands in parentheses, and those in which one stands alone.
            b'(' if depth > 0 && !matches!(text[at - 1], b'$' | b'(') => return Err(opaque(at)),
            b'c' if text[at..].starts_with(b"case ") && !is_word(&text[at - 1]) => return Err(opaque(at)),
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

/// Whether arithmetic may set a name that it counts up or down.
fn steps(expression: &[u8]) -> bool {
    crate::find::find(expression, b"++").is_some() || crate::find::find(expression, b"--").is_some()
}

/// Whether arithmetic is of numbers that can't fail.
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

/// Arithmetic up to `close`, if it is of numbers, names and the four operators; gives the offset behind it.
fn arithmetic(shell: Shell, text: &[u8], start: usize, close: &[u8], sink: &mut dyn Sink) -> Option<usize> {
    let rest = &text[start..];
    let is_plain =
        |byte: &u8| is_word(byte) || matches!(byte, b' ' | b'\t' | b'+' | b'-' | b'*' | b'/' | b'%' | b'(' | b')');
    let mut len = rest.iter().take_while(|byte| is_plain(byte)).count();
    if close == b"))" {
        // The last two of the parentheses are not of the expression.
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

/// The inside of `$'…'`; gives the offset behind the closing quote.
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

/// A number of at most `most` digits: how many there are, and which.
fn number(text: &[u8], most: usize, base: u32) -> (usize, u32) {
    let digits = text
        .iter()
        .take(most)
        .map_while(|&byte| char::from(byte).to_digit(base));
    digits.fold((0, 0), |(len, code), digit| (len + 1, code * base + digit))
}
