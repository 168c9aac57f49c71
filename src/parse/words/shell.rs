//! Words of a shell, as far as they can be known without running it: quotes, escapes, parameters and `~`. What would have
//! to be run or asked is told as such.

use super::super::dialect::Shell;
use super::super::document::SyntaxErrorKind;
use super::{Fault, Parameter, Sink};

/// Reads the value of an assignment up to the byte that ends the word, and gives its offset.
pub(crate) fn word(shell: Shell, text: &[u8], start: usize, sink: &mut dyn Sink) -> Result<usize, Fault> {
    let mut at = start;
    let mut may_be_home = true;
    while let Some(&byte) = text.get(at) {
        let was_start = std::mem::replace(&mut may_be_home, false);
        match byte {
            b' ' | b'\t' | b'\n' | b';' | b'&' | b'|' | b'<' | b'>' | b')' => break,
            b'(' => {
                return Err(Fault {
                    kind: SyntaxErrorKind::NotStatic,
                    at,
                });
            }
            b'=' if was_start && shell == Shell::Zsh => {
                return Err(Fault {
                    kind: SyntaxErrorKind::NotStatic,
                    at,
                });
            }
            b'~' if was_start => {
                let end = at + 1 + text[at + 1..].iter().take_while(|&&byte| !ends_user(byte)).count();
                if end == at + 1 {
                    sink.home(at)
                } else {
                    sink.unknown()
                }
                at = end;
                continue;
            }
            b':' => {
                sink.text(at, b":", false);
                may_be_home = true;
            }
            b'$' if text.get(at + 1) == Some(&b'\'') && shell != Shell::Dash => {
                at = ansi(text, at + 2, sink)?;
                continue;
            }
            b'$' if text.get(at + 1) == Some(&b'"') && shell != Shell::Dash => {
                sink.unknown();
                at = double(shell, text, at + 2, sink)?;
                continue;
            }
            _ => {
                at = piece(shell, text, at, sink)?;
                continue;
            }
        }
        at += 1;
    }
    Ok(at)
}

/// What ends the name of a user behind `~`.
fn ends_user(byte: u8) -> bool {
    matches!(
        byte,
        b'/' | b':' | b' ' | b'\t' | b'\n' | b';' | b'&' | b'|' | b'<' | b'>' | b')' | b'(' | b'#'
    )
}

/// The default in `${name:-default}`: as a word, in which white space and operators are text.
pub(crate) fn argument(
    shell: Shell,
    text: &[u8],
    quoted: bool,
    (start, end): (usize, usize),
    sink: &mut dyn Sink,
) -> Result<(), Fault> {
    let text = &text[..end];
    let mut at = start;
    if !quoted && text.get(at) == Some(&b'~') {
        sink.unknown();
    }
    while at < end {
        at = match text[at] {
            b'\'' if quoted => {
                sink.text(at, b"'", false);
                at + 1
            }
            b'\\' if quoted => in_double(text, at, true, sink),
            b'"' if quoted => at + 1,
            _ => piece(shell, text, at, sink)?,
        };
    }
    Ok(())
}

/// One quoted run, escape, expansion or run of text outside of quotes; gives the offset behind it.
fn piece(shell: Shell, text: &[u8], at: usize, sink: &mut dyn Sink) -> Result<usize, Fault> {
    let open = Fault {
        kind: SyntaxErrorKind::UnterminatedQuote,
        at,
    };
    match text[at] {
        b'\'' => {
            let close = at + 1 + memchr::memchr(b'\'', &text[at + 1..]).ok_or(open)?;
            sink.text(at + 1, &text[at + 1..close], false);
            Ok(close + 1)
        }
        b'"' => double(shell, text, at + 1, sink),
        b'\\' => {
            match text.get(at + 1..at + 2) {
                None | Some([]) => sink.text(at, b"\\", false),
                Some(b"\n") => {}
                Some(escaped) => sink.text(at + 1, escaped, false),
            }
            Ok((at + 2).min(text.len()))
        }
        b'`' => command(shell, text, at, sink),
        b'$' => dollar(shell, text, at, false, sink),
        _ => {
            sink.text(at, &text[at..=at], false);
            Ok(at + 1)
        }
    }
}

/// The inside of double quotes; gives the offset behind the closing one.
fn double(shell: Shell, text: &[u8], start: usize, sink: &mut dyn Sink) -> Result<usize, Fault> {
    let mut at = start;
    while let Some(&byte) = text.get(at) {
        at = match byte {
            b'"' => return Ok(at + 1),
            b'\\' => in_double(text, at, false, sink),
            b'`' => command(shell, text, at, sink)?,
            b'$' => dollar(shell, text, at, true, sink)?,
            _ => {
                let len = text[at..]
                    .iter()
                    .take_while(|byte| !matches!(byte, b'"' | b'\\' | b'`' | b'$'))
                    .count();
                sink.text(at, &text[at..at + len], false);
                at + len
            }
        };
    }
    Err(Fault {
        kind: SyntaxErrorKind::UnterminatedQuote,
        at: start - 1,
    })
}

/// A backslash inside of double quotes; gives the offset behind what it escapes.
fn in_double(text: &[u8], at: usize, in_braces: bool, sink: &mut dyn Sink) -> usize {
    match text.get(at + 1) {
        Some(b'$' | b'`' | b'"' | b'\\') => sink.text(at + 1, &text[at + 1..at + 2], false),
        Some(b'}') if in_braces => sink.text(at + 1, b"}", false),
        Some(b'\n') => {}
        Some(_) => sink.text(at, &text[at..at + 2], false),
        None => sink.text(at, b"\\", false),
    }
    (at + 2).min(text.len())
}

/// What stands behind a `$`; gives the offset behind it.
fn dollar(shell: Shell, text: &[u8], at: usize, quoted: bool, sink: &mut dyn Sink) -> Result<usize, Fault> {
    let start = at + 1;
    match text.get(start) {
        Some(b'(') => {
            sink.unknown();
            parentheses(text, start)
        }
        Some(b'{') => braces(shell, text, at, quoted, sink),
        Some(b'\\') if text.get(start + 1) == Some(&b'\n') => Err(Fault {
            kind: SyntaxErrorKind::NotStatic,
            at,
        }),
        Some(byte) if shell == Shell::Zsh && !byte.is_ascii() => Err(Fault {
            kind: SyntaxErrorKind::NotStatic,
            at,
        }),
        Some(byte) if byte.is_ascii_alphabetic() || *byte == b'_' => {
            let end = start
                + text[start..]
                    .iter()
                    .take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_')
                    .count();
            // An escaped line end goes before a name is read, and zsh has names in any script.
            let goes_on = shell == Shell::Zsh && text.get(end).is_some_and(|byte| !byte.is_ascii());
            if text[end..].starts_with(b"\\\n") || goes_on {
                return Err(Fault {
                    kind: SyntaxErrorKind::NotStatic,
                    at,
                });
            }
            if shell == Shell::Zsh && matches!(text.get(end), Some(b'[' | b':')) {
                sink.unknown();
            }
            sink.parameter(Parameter {
                whole: (at, end),
                name: (start, end),
                operator: (end, end),
                argument: (end, end),
                quoted,
            });
            Ok(end)
        }
        Some(byte)
            if byte.is_ascii_digit() || matches!(byte, b'$' | b'?' | b'!' | b'@' | b'*' | b'#' | b'-' | b'[') =>
        {
            sink.unknown();
            Ok(start + 1)
        }
        _ => {
            sink.text(at, b"$", false);
            Ok(start)
        }
    }
}

/// `${…}`; gives the offset behind it.
fn braces(shell: Shell, text: &[u8], at: usize, quoted: bool, sink: &mut dyn Sink) -> Result<usize, Fault> {
    let start = at + 2;
    let end = start
        + text[start..]
            .iter()
            .take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_')
            .count();
    let close = closing_brace(text, end, quoted)?;
    let is_name = end > start && !text[start].is_ascii_digit();
    let colon = usize::from(text.get(end) == Some(&b':'));
    let is_plain = end == close;
    let is_known = matches!(text.get(end + colon), Some(b'-' | b'+' | b'?'));
    let is_word = |text: &[u8]| text.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'_');
    // Patterns, parts and lengths, which are no harm, and are not followed.
    let is_part = match (shell, text.get(end), text.get(end + 1)) {
        (_, Some(b'%' | b'#'), _) => true,
        (Shell::Bash, Some(b'/' | b'^' | b','), _) | (Shell::Zsh, Some(b'/'), _) => true,
        (Shell::Bash, Some(b':'), next) => next != Some(&b'='),
        (Shell::Zsh, Some(b':'), next) => next.is_some_and(u8::is_ascii_digit),
        _ => false,
    };
    let is_length = text.get(start) == Some(&b'#') && close > start + 1 && is_word(&text[start + 1..close]);
    if is_name && (is_plain || is_known) {
        let operator = (end, if is_plain { end } else { end + colon + 1 });
        let argument = (operator.1, close);
        sink.parameter(Parameter {
            whole: (at, close + 1),
            name: (start, end),
            operator,
            argument,
            quoted,
        });
    } else if is_name && is_part || is_length {
        sink.unknown();
    } else {
        // It sets a variable, or the shell calls it a bad substitution and gives up.
        return Err(Fault {
            kind: SyntaxErrorKind::NotStatic,
            at,
        });
    }
    Ok(close + 1)
}

/// The brace that closes a parameter, behind quotes, escapes and what opens in it.
fn closing_brace(text: &[u8], start: usize, quoted: bool) -> Result<usize, Fault> {
    let open = Fault {
        kind: SyntaxErrorKind::NotStatic,
        at: start,
    };
    let (mut at, mut depth) = (start, 0);
    while let Some(&byte) = text.get(at) {
        match byte {
            b'\\' => at += 1,
            b'\'' if !quoted => at += 1 + memchr::memchr(b'\'', &text[at + 1..]).ok_or(open)?,
            b'"' if !quoted => at += 1 + memchr::memchr(b'"', &text[at + 1..]).ok_or(open)?,
            b'"' | b'`' => return Err(open),
            b'$' if text.get(at + 1) == Some(&b'(') => at = parentheses(text, at + 1)? - 1,
            b'$' if text.get(at + 1) == Some(&b'{') => {
                depth += 1;
                at += 1;
            }
            b'}' if depth == 0 => return Ok(at),
            b'}' => depth -= 1,
            _ => {}
        }
        at += 1;
    }
    Err(open)
}

/// A command in backticks; gives the offset behind it.
fn command(shell: Shell, text: &[u8], start: usize, sink: &mut dyn Sink) -> Result<usize, Fault> {
    sink.unknown();
    let mut at = start + 1;
    loop {
        let open = Fault {
            kind: SyntaxErrorKind::UnterminatedQuote,
            at: start,
        };
        at += memchr::memchr2(b'`', b'\\', text.get(at..).ok_or(open)?).ok_or(open)?;
        if text[at] == b'`' {
            // zsh reads the command with the line, and runs none of it if it can't.
            let is_word = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b' ' | b'-' | b'_' | b'.' | b'/');
            if shell == Shell::Zsh && !text[start + 1..at].iter().all(is_word) {
                return Err(Fault {
                    kind: SyntaxErrorKind::NotStatic,
                    at: start,
                });
            }
            return Ok(at + 1);
        }
        if text.get(at + 1) == Some(&b'`') {
            // A command in a command, which shells do not read alike.
            return Err(Fault {
                kind: SyntaxErrorKind::NotStatic,
                at,
            });
        }
        at += 2;
    }
}

/// The offset behind the parenthesis that closes the one at `start`; what is in it is passed over, quotes and all.
fn parentheses(text: &[u8], start: usize) -> Result<usize, Fault> {
    let open = Fault {
        kind: SyntaxErrorKind::NotStatic,
        at: start,
    };
    let (mut at, mut depth) = (start, 0);
    while let Some(&byte) = text.get(at) {
        match byte {
            b'\\' => at += 1,
            b'\'' => at += 1 + memchr::memchr(b'\'', &text[at + 1..]).ok_or(open)?,
            b'"' => {
                // A quote in a command in a quote is more than is followed here.
                let len = memchr::memchr(b'"', &text[at + 1..]).ok_or(open)?;
                if crate::find::find(&text[at..at + 1 + len], b"$(").is_some() {
                    return Err(open);
                }
                at += 1 + len;
            }
            b'(' => depth += 1,
            b')' if depth == 1 => return Ok(at + 1),
            b')' => depth -= 1,
            b'#' | b'<' => return Err(open),
            _ => {}
        }
        at += 1;
    }
    Err(open)
}

/// The inside of `$'…'`; gives the offset behind the closing quote.
fn ansi(text: &[u8], start: usize, sink: &mut dyn Sink) -> Result<usize, Fault> {
    let mut at = start;
    loop {
        let open = Fault {
            kind: SyntaxErrorKind::UnterminatedQuote,
            at: start,
        };
        let len = memchr::memchr2(b'\'', b'\\', text.get(at..).ok_or(open)?).ok_or(open)?;
        sink.text(at, &text[at..at + len], false);
        at += len;
        if text[at] == b'\'' {
            return Ok(at + 1);
        }
        let stands_for: &[u8] = match text.get(at + 1) {
            Some(b'a') => b"\x07",
            Some(b'b') => b"\x08",
            Some(b'e' | b'E') => b"\x1B",
            Some(b'f') => b"\x0C",
            Some(b'n') => b"\n",
            Some(b'r') => b"\r",
            Some(b't') => b"\t",
            Some(b'v') => b"\x0B",
            Some(b'\\' | b'\'' | b'"') => &text[at + 1..at + 2],
            _ => {
                sink.unknown();
                b""
            }
        };
        sink.text(at, stands_for, false);
        at += 2;
    }
}
