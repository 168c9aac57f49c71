//! Words of a shell, read as far as they can be known without running it: quotes, escapes, parameters, arithmetic and
//! `~`. Anything that would have to be run or looked up is reported to the sink as unknown.

mod braces;
mod dollar;

use super::super::dialect::Shell;
use super::super::document::SyntaxErrorKind;
use super::super::lexer::word_run;
use super::{Fault, Sink};
use dollar::{ansi, dollar};

/// Users that exist on most systems, so that `~name` is their home directory.
const USERS: &[&[u8]] = &[
    b"root",
    b"daemon",
    b"bin",
    b"sys",
    b"sync",
    b"games",
    b"man",
    b"lp",
    b"mail",
    b"news",
    b"proxy",
    b"backup",
    b"list",
    b"irc",
    b"nobody",
    b"ftp",
    b"http",
    b"www-data",
    b"sshd",
    b"postgres",
    b"mysql",
    b"redis",
    b"git",
    b"node",
    b"app",
    b"user",
    b"ubuntu",
    b"debian",
    b"admin",
    b"vagrant",
    b"deploy",
];

/// Programs whose names are plausible values.
const PROGRAMS: &[&[u8]] = &[
    b"true",
    b"false",
    b"yes",
    b"ls",
    b"ps",
    b"test",
    b"[",
    b"env",
    b"id",
    b"who",
    b"w",
    b"date",
    b"host",
    b"hostname",
    b"node",
    b"python",
    b"bash",
    b"sh",
    b"git",
    b"info",
    b"time",
    b"less",
    b"more",
    b"cat",
    b"at",
    b"as",
    b"file",
    b"find",
    b"sort",
    b"link",
    b"install",
    b"users",
    b"login",
];

/// The fault for text that the shell can't parse.
pub(crate) fn unreadable(at: usize) -> Fault {
    Fault {
        kind: SyntaxErrorKind::ShellSyntax,
        at,
    }
}

/// The fault for text that is not followed here.
pub(crate) fn opaque(at: usize) -> Fault {
    Fault {
        kind: SyntaxErrorKind::NotStatic,
        at,
    }
}

/// Reads the value of an assignment, and returns the offset of the byte that ends it. In a value, `~` is a home
/// directory at the start and after every `:`; in the name or an argument of a command, only at the start.
pub(crate) fn word(shell: Shell, text: &[u8], start: usize, sink: &mut dyn Sink) -> Result<usize, Fault> {
    read(shell, text, start, true, sink)
}

/// Like [`word`], for the name or an argument of a command.
pub(crate) fn plain_word(shell: Shell, text: &[u8], start: usize, sink: &mut dyn Sink) -> Result<usize, Fault> {
    read(shell, text, start, false, sink)
}

fn read(shell: Shell, text: &[u8], start: usize, is_value: bool, sink: &mut dyn Sink) -> Result<usize, Fault> {
    let mut at = start;
    let mut may_be_home = true;
    // Whether everything since the start of the word, or since a `:` in a value, may be substituted with nothing.
    let mut may_be_nothing = is_value;
    while let Some(&byte) = text.get(at) {
        let was_start = std::mem::replace(&mut may_be_home, false);
        match byte {
            b' ' | b'\t' | b'\n' | b';' | b'&' | b'|' | b'<' | b'>' | b')' => break,
            b'(' if shell != Shell::Zsh => break,
            // zsh defines a function of that name, even if this looks like an assignment; what follows is its body.
            b'(' if text.get(at + 1) == Some(&b')') => return Err(opaque(at)),
            b'(' if is_value => {
                at = parentheses_in_value(text, at, sink)?;
                continue;
            }
            b'(' => return Err(opaque(at)),
            b'=' if was_start && shell == Shell::Zsh => {
                // zsh replaces `=name` with the path of the command, and gives up if there is none.
                let is_name = |byte: &&u8| !ends_word(**byte) && **byte != b':';
                let name = &text[at + 1..][..text[at + 1..].iter().take_while(is_name).count()];
                let special = |byte: &u8| matches!(byte, b'$' | b'`' | b'\'' | b'"' | b'\\');
                let is_odd = name.is_empty() && matches!(text.get(at + 1), Some(b':' | b'('));
                if is_odd || name.iter().any(special) || PROGRAMS.contains(&name) {
                    return Err(opaque(at));
                }
                if !name.is_empty() {
                    sink.fails(at);
                }
                sink.text(at, b"=", true);
                may_be_nothing = false;
            }
            // zsh does so, too, if what is substituted before the `=` is nothing: `$argon2id$v=19` is a common one.
            b'=' if may_be_nothing && shell == Shell::Zsh && text.get(at + 1).is_some_and(|&byte| !ends_word(byte)) => {
                return Err(opaque(at));
            }
            b'~' if was_start => {
                may_be_nothing = false;
                at = tilde(shell, text, at, sink)?;
                continue;
            }
            b':' => {
                sink.text(at, b":", true);
                may_be_home = is_value;
                may_be_nothing = is_value;
            }
            // An escaped line end is removed before a word is read.
            b'\\' if text.get(at + 1) == Some(&b'\n') => {
                may_be_home = was_start;
                at += 1;
            }
            _ => {
                let quotes = |mark: u8| byte == mark && matches!(text.get(at + 1), Some(b'$' | b'`' | b'"' | b'\''));
                may_be_nothing &= matches!(byte, b'$' | b'`') || quotes(b'"') || quotes(b'\'');
                at = piece(shell, text, at, sink)?;
                continue;
            }
        }
        at += 1;
    }
    Ok(at)
}

/// Returns whether a byte outside quotes ends a word.
pub(crate) fn ends_word(byte: u8) -> bool {
    matches!(
        byte,
        b' ' | b'\t' | b'\n' | b';' | b'&' | b'|' | b'<' | b'>' | b')' | b'('
    )
}

/// Reads a `~` where it may be a home directory; returns the offset after it.
fn tilde(shell: Shell, text: &[u8], at: usize, sink: &mut dyn Sink) -> Result<usize, Fault> {
    let is_name = |byte: &&u8| byte.is_ascii_alphanumeric() || matches!(**byte, b'_' | b'-' | b'.' | b'+');
    let len = text[at + 1..].iter().take_while(is_name).count();
    let (name, end) = (&text[at + 1..at + 1 + len], at + 1 + len);
    let ends = text
        .get(end)
        .is_none_or(|&byte| ends_word(byte) || matches!(byte, b'/' | b':'));
    if text[end..].starts_with(b"\\\n") {
        // The name continues on the next line.
        return Err(opaque(at));
    } else if !ends {
        sink.text(at, &text[at..end], false);
    } else if len == 0 {
        sink.home(at);
    } else if matches!(name, b"+" | b"-") && shell != Shell::Dash || USERS.contains(&name) || name[0].is_ascii_digit() {
        if shell == Shell::Zsh && !matches!(name, b"+" | b"-") {
            // zsh gives up if there is no such user.
            return Err(opaque(at));
        }
        sink.unknown();
    } else if shell == Shell::Zsh {
        sink.fails(at);
    } else {
        sink.text(at, &text[at..end], false);
    }
    Ok(end)
}

/// Reads parentheses in a value of zsh, which are literal there, as are white space and `|` in them. Operators end the word even there.
fn parentheses_in_value(text: &[u8], start: usize, sink: &mut dyn Sink) -> Result<usize, Fault> {
    let mut depth = 0;
    for (at, &byte) in text.iter().enumerate().skip(start) {
        match byte {
            b';' | b'&' | b'<' | b'>' => {
                sink.text(start, &text[start..at], false);
                return Ok(at);
            }
            b'(' if text.get(at + 1) == Some(&b')') => return Err(opaque(at)),
            b'(' => depth += 1,
            b')' => depth -= 1,
            b'\'' | b'"' | b'\\' | b'$' | b'`' | b'#' => return Err(opaque(at)),
            _ => {}
        }
        if depth == 0 {
            sink.text(start, &text[start..=at], false);
            return Ok(at + 1);
        }
    }
    sink.text(start, &text[start..], false);
    Ok(text.len())
}

/// Reads the default in `${name:-default}`: a word in which white space and operators are literal.
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
            // What is nested in quotes is in quotes, too.
            b'$' if quoted && !matches!(text.get(at + 1), Some(b'\'' | b'"')) => dollar(shell, text, at, true, sink)?,
            _ => piece(shell, text, at, sink)?,
        };
    }
    Ok(())
}

/// Reads one quoted run, escape, expansion or run of text outside quotes; returns the offset after it.
fn piece(shell: Shell, text: &[u8], at: usize, sink: &mut dyn Sink) -> Result<usize, Fault> {
    let open = Fault {
        kind: SyntaxErrorKind::UnterminatedQuote,
        at,
    };
    match text[at] {
        b'\'' => {
            let close = at + 1 + memchr::memchr(b'\'', &text[at + 1..]).ok_or(open)?;
            sink.quotes();
            sink.text(at + 1, &text[at + 1..close], false);
            Ok(close + 1)
        }
        b'"' => double(shell, text, at + 1, sink),
        b'\\' => {
            match text.get(at + 1..at + 2) {
                None | Some([]) if shell == Shell::Zsh => {}
                None | Some([]) => sink.text(at, b"\\", false),
                Some(b"\n") => {}
                Some(escaped) => {
                    sink.quotes();
                    sink.text(at + 1, escaped, false);
                }
            }
            Ok((at + 2).min(text.len()))
        }
        b'`' => command(shell, text, at, sink),
        b'$' if text.get(at + 1) == Some(&b'\'') && shell != Shell::Dash => {
            sink.quotes();
            ansi(shell, text, at + 2, sink)
        }
        // `$"…"` is translated if there is a translation.
        b'$' if text.get(at + 1) == Some(&b'"') && shell == Shell::Bash => double(shell, text, at + 2, sink),
        b'$' => dollar(shell, text, at, false, sink),
        _ => {
            let special =
                |byte: &u8| ends_word(*byte) || matches!(byte, b'\'' | b'"' | b'\\' | b'`' | b'$' | b':' | b'}');
            let known = word_run(text, at + 1);
            let end = known + text[known..].iter().take_while(|byte| !special(byte)).count();
            sink.text(at, &text[at..end], true);
            Ok(end)
        }
    }
}

/// Reads the inside of double quotes; returns the offset after the closing one.
fn double(shell: Shell, text: &[u8], start: usize, sink: &mut dyn Sink) -> Result<usize, Fault> {
    sink.quotes();
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

/// Reads a backslash in double quotes; returns the offset after what it escapes.
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

/// Words at the start of a command that is not a simple one.
const RESERVED: &[&[u8]] = &[
    b"!",
    b"[[",
    b"{",
    b"}",
    b"case",
    b"coproc",
    b"do",
    b"done",
    b"elif",
    b"else",
    b"esac",
    b"fi",
    b"for",
    b"foreach",
    b"function",
    b"if",
    b"repeat",
    b"select",
    b"then",
    b"time",
    b"until",
    b"while",
];

/// Returns whether a text is a command of plain words, or several joined by `|`, which any shell can parse.
fn is_plain_command(text: &[u8]) -> bool {
    let special = |byte: &u8| {
        matches!(
            byte,
            b';' | b'&'
                | b'('
                | b')'
                | b'<'
                | b'>'
                | b'{'
                | b'}'
                | b'`'
                | b'\''
                | b'"'
                | b'\\'
                | b'#'
                | b'!'
                | b'['
                | b'\n'
        )
    };
    !text.iter().any(special)
        && text.split(|byte| *byte == b'|').all(|command| {
            let first = command.split(u8::is_ascii_whitespace).find(|word| !word.is_empty());
            first.is_some_and(|word| !RESERVED.contains(&word))
        })
}

/// Reads a command in backticks; returns the offset after it.
fn command(shell: Shell, text: &[u8], start: usize, sink: &mut dyn Sink) -> Result<usize, Fault> {
    let mut at = start + 1;
    loop {
        let open = Fault {
            kind: SyntaxErrorKind::UnterminatedQuote,
            at: start,
        };
        at += memchr::memchr2(b'`', b'\\', text.get(at..).ok_or(open)?).ok_or(open)?;
        if text[at] == b'`' {
            let inside = &text[start + 1..at];
            if inside.trim_ascii().is_empty() {
                return Ok(at + 1);
            }
            sink.unknown();
            // zsh and dash parse the command along with the line, and run none of the line if they can't.
            if shell != Shell::Bash && !is_plain_command(inside) {
                return Err(opaque(start));
            }
            return Ok(at + 1);
        }
        if text.get(at + 1) == Some(&b'`') {
            // Shells differ in how they read a nested command.
            return Err(opaque(at));
        }
        at += 2;
    }
}
