//! Files that are not code. If one contains the name of a declared key, it may well pass that variable on.

use super::{Finder, Name, Need, Raw, ambient, fallback, is_a_name};
use crate::name::{is_word_byte, word_len};

/// Records names of declared keys that occur as whole words outside comment lines.
pub(super) fn read(finder: &Finder, text: &[u8], raw: &mut Raw) {
    symfony(text, 0, text.len(), raw);
    let Some(automaton) = &finder.automaton else { return };
    for hit in automaton.find_overlapping_iter(text) {
        let is_word = |byte: Option<&u8>| byte.is_some_and(is_word_byte);
        let before = hit.start().checked_sub(1).and_then(|at| text.get(at));
        if hit.pattern().as_usize() >= finder.keys.len() || is_word(before) || is_word(text.get(hit.end())) {
            continue;
        }
        let known = hit.pattern().as_u32();
        if raw.mentions.last() != Some(&known) && !is_in_a_comment(text, hit.start()) {
            raw.mentions.push(known);
        }
    }
}

/// Records `%env(NAME)%` and `%env(int:NAME)%` of Symfony between two offsets.
pub(super) fn symfony(text: &[u8], from: usize, to: usize, raw: &mut Raw) {
    const MARK: &[u8] = b"%env(";
    for found in memchr::memmem::find_iter(&text[from..to], MARK) {
        let at = from + found + MARK.len();
        // Up to the next sign of percent, so that a text of many beginnings is read once.
        let Some(end) = memchr::memchr(b'%', &text[at..to]) else {
            return;
        };
        let Some(len) = end.checked_sub(1).filter(|len| text[at + len] == b')') else {
            continue;
        };
        // What is before the name processes the value.
        let all = &text[at..at + len];
        let behind = memchr::memrchr(b':', all).map_or(0, |colon| colon + 1);
        let has_default = all.starts_with(b"default:") || memchr::memmem::find(all, b":default:").is_some();
        if is_a_name(&all[behind..]) && !is_in_a_comment(text, at) {
            raw.names.push(Name {
                start: at + behind,
                end: at + len,
                need: Need::unless(has_default),
            });
        }
    }
}

/// Records `${NAME}` and `${NAME:default}` where the name is in capitals; other names are other settings.
pub(super) fn spring(finder: &Finder, text: &[u8], raw: &mut Raw) {
    read(finder, text, raw);
    for at in memchr::memmem::find_iter(text, b"${") {
        let start = at + 2;
        let len = text[start..]
            .iter()
            .take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_')
            .count();
        let name = &text[start..start + len];
        let ends = matches!(text.get(start + len), Some(b'}' | b':'));
        if ends && is_a_name(name) && !name.iter().any(u8::is_ascii_lowercase) && !is_in_a_comment(text, at) {
            raw.names.push(Name {
                start,
                end: start + len,
                need: fallback::need_of_placeholder(text, start + len),
            });
        }
    }
}

/// Returns whether the line begins like a comment; looks back a limited distance.
fn is_in_a_comment(text: &[u8], at: usize) -> bool {
    let near = &text[at.saturating_sub(400)..at];
    let line = memchr::memrchr(b'\n', near).map_or(near, |end| &near[end + 1..]);
    let line = line.trim_ascii_start();
    [b"#".as_slice(), b"//", b";", b"<!--"]
        .iter()
        .any(|mark| line.starts_with(mark))
}

/// Records `import.meta.env.NAME` in a page outside its scripts: in tags and in braces.
pub(super) fn vite(text: &[u8], scripts: &[(usize, usize)], raw: &mut Raw) {
    const MARK: &[u8] = b"import.meta.env.";
    let hits: Vec<usize> = memchr::memmem::find_iter(text, MARK).collect();
    for at in hits
        .into_iter()
        .filter(|at| !scripts.iter().any(|(from, to)| (*from..*to).contains(at)))
    {
        let start = at + MARK.len();
        let len = word_len(&text[start..]);
        let near = &text[at.saturating_sub(4000)..at];
        let open = memchr::memmem::rfind(near, b"<!--");
        let in_comment = open.is_some_and(|open| memchr::memmem::find(&near[open..], b"-->").is_none());
        let name = &text[start..start + len];
        if is_a_name(name) && !in_comment && !ambient::is_of_vite(name) {
            raw.names.push(Name {
                start,
                end: start + len,
                need: Need::Sure,
            });
        }
    }
}
