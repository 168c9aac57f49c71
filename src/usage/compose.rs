//! Reads Compose files: what they interpolate, and the variables that they pass on by name alone.

use super::shell::name_len;
use super::{Finder, Name, Need, Raw, config, fallback};

/// Reads a Compose file.
pub(super) fn read(finder: &Finder, text: &[u8], comments: &mut Vec<(usize, usize)>, raw: &mut Raw) {
    config::read(finder, text, raw);
    let mut start = 0;
    // The indentation of the open `environment:` list, if any.
    let mut environment: Option<usize> = None;
    for line in text.split(|byte| *byte == b'\n') {
        let from = start;
        start += line.len() + 1;
        let trimmed = line.trim_ascii_start();
        let indent = line.len() - trimmed.len();
        if trimmed.is_empty() {
            continue;
        }
        if trimmed.starts_with(b"#") {
            comments.push((from, from + line.len()));
            continue;
        }
        let code = without_comment(line, from, comments);
        interpolations(text, from, from + code, raw);
        // A container gets all variables of the file.
        raw.untold += u32::from(trimmed.starts_with(b"env_file:"));
        if trimmed.trim_ascii_end() == b"environment:" {
            environment = Some(indent);
            continue;
        }
        let Some(of) = environment else { continue };
        let is_item = trimmed.starts_with(b"- ");
        if indent < of || indent == of && !is_item {
            environment = None;
            continue;
        }
        let behind = if is_item {
            2 + trimmed[2..]
                .iter()
                .take_while(|byte| matches!(byte, b' ' | b'"' | b'\''))
                .count()
        } else {
            0
        };
        let name = from + indent + behind;
        let len = name_len(&text[name..from + code]);
        let rest = text[name + len..from + code].trim_ascii();
        let is_handed_on = if is_item {
            matches!(rest, b"" | b"\"" | b"'")
        } else {
            rest == b":"
        };
        if len > 0 && is_handed_on {
            raw.names.push(Name {
                start: name,
                end: name + len,
                need: Need::Sure,
            });
        }
    }
}

/// Returns the length of a line of YAML without its trailing comment.
fn without_comment(line: &[u8], from: usize, comments: &mut Vec<(usize, usize)>) -> usize {
    let mut quote = None;
    for (at, &byte) in line.iter().enumerate() {
        match (quote, byte) {
            (Some(open), _) if byte == open => quote = None,
            (None, b'"' | b'\'') if at == 0 || !line[at - 1].is_ascii_alphanumeric() => quote = Some(byte),
            (None, b'#') if at > 0 && matches!(line[at - 1], b' ' | b'\t') => {
                comments.push((from + at, from + line.len()));
                return at;
            }
            _ => {}
        }
    }
    line.len()
}

/// Records `$NAME` and `${NAME…}`; `$$` is a literal dollar.
fn interpolations(text: &[u8], from: usize, to: usize, raw: &mut Raw) {
    let mut at = from;
    while let Some(dollar) = memchr::memchr(b'$', &text[at..to]).map(|len| at + len) {
        at = dollar + 1;
        if text.get(at) == Some(&b'$') {
            at += 1;
            continue;
        }
        let start = at + usize::from(text.get(at) == Some(&b'{'));
        let len = name_len(&text[start.min(to)..to]);
        if len > 0 {
            raw.names.push(Name {
                start,
                end: start + len,
                need: if start > at {
                    fallback::need_of_expansion(text, start + len)
                } else {
                    Need::Sure
                },
            });
        }
    }
}
