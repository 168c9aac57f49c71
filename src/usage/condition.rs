//! Tests in shells whether a variable is there: `if [ -n "$DSN" ]; then report "$DSN"; fi`. The script does without it, and what the test guards
//! reads it only where it is there.

use super::guard::Role;
use super::{MAX_TESTED_LINE, indent_of, line_start};

/// How far a test is followed, in bytes.
const MAX_BLOCK: usize = 8000;

/// Returns what is done with the variable that is expanded from `dollar` on, and whose name ends at `end`.
pub(super) fn role(text: &[u8], dollar: usize, end: usize) -> Role {
    let Some(line) = line_start(text, dollar) else {
        return Role::Use;
    };
    let before = text[line..dollar].trim_ascii_start();
    let before = before.strip_suffix(b"\"").unwrap_or(before).trim_ascii_end();
    let is_braced = text[..end].get(dollar + 1) == Some(&b'{');
    let close = if is_braced {
        let limit = text.len().min(end + MAX_TESTED_LINE);
        memchr::memchr(b'}', &text[end..limit]).map_or(limit, |at| end + at + 1)
    } else {
        end
    };
    let behind = text[close..].strip_prefix(b"\"").unwrap_or(&text[close..]);
    let at = text.len() - behind.len();
    let turned = |before: &[u8]| before.trim_ascii_end().ends_with(b"!");
    // Nothing is the name of no file.
    let is_of_file = |sign: &&str| before.ends_with(sign.as_bytes());
    if let Some(sign) = ["-n", "-f", "-d", "-e", "-r", "-s", "-x"]
        .iter()
        .find(|sign| is_of_file(sign))
    {
        tested(text, line, at, turned(&before[..before.len() - sign.len()]))
    } else if let Some(before) = before.strip_suffix(b"-z") {
        tested(text, line, at, !turned(before))
    } else if ends_with_test(before) && (is_compared(behind) || before.ends_with(b"[[") && is_counted(behind)) {
        match tested(text, line, at, false) {
            Role::Demand => Role::Demand,
            Role::Test(_) | Role::Use => Role::Test(None),
        }
    } else if ends_with_test(before) && behind.trim_ascii_start().starts_with(b"]") {
        tested(text, line, at, false)
    } else if [b"+".as_slice(), b":+"]
        .iter()
        .any(|sign| text[end..].starts_with(sign))
    {
        // `${NAME:+--name "$NAME"}`
        Role::Test(Some((end, close)))
    } else {
        Role::Use
    }
}

/// Returns what is done with the variable whose name, which ends at `end`, follows `-v`.
pub(super) fn role_of_name(text: &[u8], start: usize, end: usize) -> Role {
    match line_start(text, start) {
        Some(line) => {
            let before = text[line..start].trim_ascii_end();
            let before = before.strip_suffix(b"-v").unwrap_or(before).trim_ascii_end();
            tested(text, line, end, before.ends_with(b"!"))
        }
        None => Role::Use,
    }
}

/// Returns whether a script ends at a variable that is not set.
pub(super) fn ends_at_unset(text: &[u8]) -> bool {
    let is_option = |line: &[u8]| {
        let mut words = line.split(u8::is_ascii_whitespace);
        words.next() == Some(b"set")
            && words.any(|word| word == b"nounset" || word.starts_with(b"-") && word.contains(&b'u'))
    };
    text.split(|byte| *byte == b'\n' || *byte == b';')
        .map(<[u8]>::trim_ascii)
        .any(is_option)
}

fn ends_with_test(before: &[u8]) -> bool {
    let before = before.strip_suffix(b"!").unwrap_or(before).trim_ascii_end();
    before.ends_with(b"[") || before.ends_with(b"test")
}

/// Returns whether `= word` follows, which is false where there is none.
fn is_compared(behind: &[u8]) -> bool {
    let behind = behind.trim_ascii_start();
    let with = [b"!=".as_slice(), b"==", b"=~", b"="]
        .iter()
        .find_map(|sign| behind.strip_prefix(*sign));
    let with = with.and_then(|with| with.strip_prefix(b" "));
    with.is_some_and(|with| {
        let with = with.strip_prefix(b"\"").or(with.strip_prefix(b"'")).unwrap_or(with);
        with.first()
            .is_some_and(|first| first.is_ascii_alphanumeric() || b"^(".contains(first))
    })
}

/// Returns whether `-eq 1` follows: between `[[` and `]]`, nothing is 0.
fn is_counted(behind: &[u8]) -> bool {
    let behind = behind.trim_ascii_start();
    ["-eq ", "-ne ", "-gt ", "-ge ", "-lt ", "-le "]
        .iter()
        .any(|sign| behind.starts_with(sign.as_bytes()))
}

/// Returns what a test at `at`, in the line that begins at `line`, decides about.
fn tested(text: &[u8], line: usize, at: usize, asks_for_absence: bool) -> Role {
    let to = end_of_line(text, at);
    let rest = &text[at..to];
    let trimmed = text[line..].trim_ascii_start();
    if [b"if ".as_slice(), b"elif "]
        .iter()
        .any(|word| trimmed.starts_with(word))
    {
        let is_one_line = memchr::memmem::find(rest, b"; fi").is_some();
        let end = if is_one_line { to } else { end_of_block(text, line, to) };
        if asks_for_absence {
            return match gives_up(&text[at..end]) {
                Some(true) => Role::Demand,
                Some(false) => Role::Test(Some((end, text.len()))),
                None => Role::Use,
            };
        }
        let other = text[end..].trim_ascii_start();
        let is_demanded = other.starts_with(b"else") && {
            let from = text.len() - other.len();
            let end = end_of_block(text, line, end_of_line(text, from));
            gives_up(&text[from..end]) == Some(true)
        };
        return if is_demanded {
            Role::Demand
        } else {
            Role::Test(Some((at, end)))
        };
    }
    let (and, or) = (memchr::memmem::find(rest, b"&&"), memchr::memmem::find(rest, b"||"));
    let (where_there, where_missing) = if asks_for_absence { (or, and) } else { (and, or) };
    let otherwise = where_missing.and_then(|from| gives_up(&rest[from..]));
    match otherwise {
        Some(true) => Role::Demand,
        Some(false) => Role::Test(Some((to, text.len()))),
        None if where_there.is_some() => Role::Test(Some((at, to))),
        None => Role::Use,
    }
}

/// Returns whether commands end the script or function, and whether they do so as a failure.
fn gives_up(commands: &[u8]) -> Option<bool> {
    const WORDS: [&[u8]; 7] = [b"die", b"fatal", b"fail", b"usage", b"abort", b"error", b"err"];
    let mut words = commands
        .split(|byte| byte.is_ascii_whitespace() || b";()|&{}".contains(byte))
        .filter(|word| !word.is_empty())
        .peekable();
    while let Some(word) = words.next() {
        let next = words.peek();
        if matches!(word, b"exit" | b"return") {
            let is_failure = match next {
                Some(code) if code[0].is_ascii_digit() => **code != *b"0".as_slice(),
                _ => word == b"exit",
            };
            return Some(is_failure);
        }
        if WORDS.contains(&word) {
            return Some(true);
        }
    }
    None
}

/// Returns the end of the lines that are indented further than the one at `line`; they begin behind `from`.
fn end_of_block(text: &[u8], line: usize, from: usize) -> usize {
    let limit = text.len().min(from + MAX_BLOCK);
    let indent = indent_of(&text[line..]);
    let mut at = from;
    while at < limit {
        let start = at + 1;
        let end = end_of_line(text, start.min(text.len()));
        let one = text.get(start..end).unwrap_or_default();
        let is_blank = one.trim_ascii().is_empty();
        if !is_blank && indent_of(one) <= indent && !one.trim_ascii().starts_with(b"then") {
            return at;
        }
        at = end;
        if start >= text.len() {
            break;
        }
    }
    at.min(text.len())
}

/// Returns the end of the line at `at`, or a place as far behind it as a line may reach.
fn end_of_line(text: &[u8], at: usize) -> usize {
    let limit = text.len().min(at + MAX_BLOCK);
    memchr::memchr(b'\n', &text[at..limit]).map_or(limit, |len| at + len)
}
