//! `${…}` in a shell: a parameter and the operation on it.

use super::super::super::dialect::Shell;
use super::super::{Fault, Operator, Parameter, Sink};
use super::dollar::parentheses;
use super::{opaque, unreadable};
use crate::name::{is_word_byte, word_len};

/// Reads `${…}`; returns the offset after it.
pub(super) fn braces(shell: Shell, text: &[u8], at: usize, quoted: bool, sink: &mut dyn Sink) -> Result<usize, Fault> {
    let start = at + 2;
    if shell == Shell::Bash && matches!(text.get(start), Some(b' ' | b'\t' | b'\n' | b'|')) {
        return command(text, at);
    }
    let len = word_len(&text[start..]);
    let is_special = len == 0 && matches!(text.get(start), Some(b'@' | b'*' | b'?' | b'$' | b'!' | b'-'));
    let end = start + len + usize::from(is_special);
    let close = closing_brace(text, end, quoted)?;
    let (name, behind) = (&text[start..end], &text[end..close]);
    if hides_its_end(shell, behind, quoted) {
        return Err(opaque(at));
    }
    let next = close + 1;
    let mut parameter = Parameter {
        whole: (at, next),
        name: (start, end),
        operator: Operator::None,
        argument: (close, close),
        quoted,
    };
    if name == b"!" && shell == Shell::Bash && !behind.is_empty() {
        indirect(parameter, behind, sink);
        return Ok(next);
    }
    if shell == Shell::Zsh && memchr::memchr(b'{', behind).is_some() && crate::find::find(behind, b"${").is_none() {
        // zsh counts braces that are not part of a parameter, too.
        return Err(opaque(at));
    }
    let is_number = name.first().is_some_and(u8::is_ascii_digit);
    if len == 0 || is_number && !name.iter().all(u8::is_ascii_digit) {
        special(shell, name, behind, parameter, sink)?;
        return Ok(next);
    }
    if name == b"0" {
        sink.unknown();
        return Ok(next);
    }
    match operator(shell, behind, is_number, at)? {
        Action::Takes(operator, len) => {
            parameter.operator = operator;
            parameter.argument = (end + len, close);
            sink.parameter(parameter);
        }
        Action::Unknown => sink.unknown(),
        Action::Fails => sink.fails(at),
    }
    Ok(next)
}

/// Reads a command substitution in braces, new in bash 5.3, which ends like `{ …; }`.
fn command(text: &[u8], at: usize) -> Result<usize, Fault> {
    let start = at + 2;
    match memchr::memchr(b'}', &text[start..]).map(|len| (len, &text[start..start + len])) {
        Some((len, inside)) if inside.trim_ascii().is_empty() => Ok(start + len + 1),
        Some((_, inside)) if memchr::memchr2(b';', b'\n', inside).is_some() => Err(opaque(at)),
        // If bash can't parse the command, it gives up on the whole script, or only on what follows.
        _ if memchr::memchr3(b';', b'<', b'(', &text[start..]).is_some() => Err(opaque(at)),
        _ => Err(unreadable(at)),
    }
}

/// Returns whether bash looks past the closing brace for the second of a pair of quotes.
fn hides_its_end(shell: Shell, behind: &[u8], quoted: bool) -> bool {
    let quotes = memchr::memchr_iter(b'\'', behind).count();
    let escapes = memchr::memchr(b'\\', behind).is_some();
    shell == Shell::Bash && quoted && (quotes % 2 == 1 || quotes > 0 && escapes)
}

/// Reads `${!name}` of bash, or anything else that starts with `${!`.
fn indirect(mut parameter: Parameter, behind: &[u8], sink: &mut dyn Sink) {
    if behind.iter().all(is_word_byte) && !behind[0].is_ascii_digit() {
        parameter.name = (parameter.name.1, parameter.argument.0);
        parameter.operator = Operator::Indirect;
        sink.parameter(parameter);
    } else {
        sink.unknown();
    }
}

/// Reads braces that don't start with the name or the number of a parameter.
fn special(
    shell: Shell,
    name: &[u8],
    behind: &[u8],
    mut parameter: Parameter,
    sink: &mut dyn Sink,
) -> Result<(), Fault> {
    let at = parameter.whole.0;
    match (shell, name, behind) {
        (Shell::Dash | Shell::Zsh, b"!", [next, ..]) if is_word_byte(next) => sink.fails(at),
        (_, b"@" | b"*", b"") => sink.parameter(parameter),
        (Shell::Zsh, b"$", [_, ..]) => return Err(opaque(at)),
        (_, [sign], _) if !is_word_byte(sign) => sink.unknown(),
        (_, b"", b"#") => sink.text(at, b"0", false),
        (_, b"", [b'#', named @ ..]) if !named.is_empty() && named.iter().all(is_word_byte) => {
            parameter.name = (parameter.name.1 + 1, parameter.argument.0);
            parameter.operator = Operator::Length;
            sink.parameter(parameter);
        }
        (_, b"", [b'#', ..]) => sink.unknown(),
        (Shell::Zsh, b"", b"") => {}
        // Flags, short forms and names in any script, in zsh.
        (Shell::Zsh, b"", [first, ..]) if !first.is_ascii() => sink.unknown(),
        (Shell::Zsh, b"", [b'(' | b'=' | b'~' | b'^' | b'+' | b':' | b'"' | b'$', ..]) => return Err(opaque(at)),
        _ => sink.fails(at),
    }
    Ok(())
}

/// What braces do with a parameter.
enum Action {
    /// They apply an operator of so many bytes, followed by its argument.
    Takes(Operator, usize),
    /// Something whose result is not known.
    Unknown,
    /// The shell gives up on the command.
    Fails,
}

/// Returns the operator at the start of what follows a name or a number.
fn operator(shell: Shell, behind: &[u8], is_number: bool, at: usize) -> Result<Action, Fault> {
    let colon = behind.first() == Some(&b':');
    let double = behind.len() > 1 && behind[0] == behind[1];
    let skipped = usize::from(colon);
    let takes = |operator, len| Ok(Action::Takes(operator, skipped + len));
    let single_or_double = |operator| takes(operator, 1 + usize::from(double));
    match (shell, &behind[skipped..]) {
        (_, []) if !colon => takes(Operator::None, 0),
        (_, [b'-', ..]) => takes(Operator::Default { colon }, 1),
        (_, [b'+', ..]) => takes(Operator::Alternative { colon }, 1),
        (_, [b'?', ..]) => takes(Operator::Require { colon }, 1),
        // zsh sets an argument of the script, the others give up.
        (Shell::Zsh, [b'=', ..]) if is_number => Err(opaque(at)),
        (_, [b'=', ..]) if is_number => Ok(Action::Fails),
        (_, [b'=', ..]) => takes(Operator::Assign { colon }, 1),
        (Shell::Bash, _) if colon => takes(Operator::Substring, 0),
        (Shell::Zsh, [b'0'..=b'9' | b' ' | b'(', rest @ ..]) if colon && !rest.contains(&b' ') => {
            takes(Operator::Substring, 0)
        }
        // Modifiers; zsh gives up on those that it does not know.
        (Shell::Zsh, _) if colon => Err(opaque(at)),
        (_, [b'#', ..]) if !colon => single_or_double(Operator::Prefix { longest: double }),
        (_, [b'%', ..]) if !colon => single_or_double(Operator::Suffix { longest: double }),
        (Shell::Bash | Shell::Zsh, [b'/', ..]) => single_or_double(Operator::Replace { all: double }),
        (Shell::Bash, [mark @ (b'^' | b','), ..]) => single_or_double(Operator::Case {
            upper: *mark == b'^',
            all: double,
        }),
        (Shell::Bash, [b'@' | b'~', ..]) | (Shell::Bash | Shell::Zsh, [b'[', ..]) => Ok(Action::Unknown),
        _ => Ok(Action::Fails),
    }
}

/// Returns the brace that closes a parameter, skipping quotes, escapes and nested braces.
fn closing_brace(text: &[u8], start: usize, quoted: bool) -> Result<usize, Fault> {
    let (mut at, mut depth) = (start, 0);
    // Within double quotes, further quotes inside the braces hide a brace.
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
