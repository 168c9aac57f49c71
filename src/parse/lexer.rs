//! Classes of characters, and steps over runs of them.

use super::dialect::Space;

/// A byte that starts a key in every dialect.
const KEY_START: u8 = 1;
/// A byte that goes on with a key in every dialect.
const KEY: u8 = 2;
/// A byte of a bare value that stands for itself in every dialect, wherever it stands behind the first place.
const PLAIN: u8 = 4;
/// A byte that is text in every word, wherever it stands.
const WORD: u8 = 8;

static CLASS: [u8; 256] = classes();

const fn classes() -> [u8; 256] {
    let mut table = [0; 256];
    let mut byte = 0;
    while byte < 128 {
        let c = byte as u8;
        if c.is_ascii_alphabetic() {
            table[byte] = KEY_START | KEY | PLAIN | WORD;
        } else if c.is_ascii_digit() || c == b'_' {
            table[byte] = KEY | PLAIN | WORD;
        } else if matches!(c, b'-' | b'.' | b'/' | b'+' | b'@' | b'%' | b',') {
            table[byte] = PLAIN | WORD;
        } else if c == b':' {
            // Behind it a shell may put a home.
            table[byte] = PLAIN;
        }
        byte += 1;
    }
    table
}

/// `KEY=value` on a line of its own that every loader reads alike: offsets of the separator and of the line end.
pub(super) fn ordinary_line(text: &[u8], start: usize) -> Option<(usize, usize)> {
    if CLASS[*text.get(start)? as usize] & KEY_START == 0 {
        return None;
    }
    let separator = run(text, start + 1, KEY);
    if text.get(separator) != Some(&b'=') {
        return None;
    }
    let end = run(text, separator + 1, PLAIN);
    (end > separator + 1 && (end == text.len() || text[end] == b'\n')).then_some((separator, end))
}

/// The end of the text that begins at an offset and is text in every word, whatever stands around it.
pub(super) fn word_run(text: &[u8], start: usize) -> usize {
    run(text, start, WORD)
}

/// The end of the run of bytes of a class that begins at an offset. Eight are looked up before it is asked whether all were of it.
fn run(text: &[u8], start: usize, class: u8) -> usize {
    let mut at = start;
    while let Some(eight) = text.get(at..).and_then(|rest| rest.first_chunk::<8>()) {
        let common = eight.iter().fold(class, |common, &byte| common & CLASS[byte as usize]);
        if common == 0 {
            break;
        }
        at += eight.len();
    }
    while text.get(at).is_some_and(|&byte| CLASS[byte as usize] & class != 0) {
        at += 1;
    }
    at
}

/// The character at an offset and its length; a byte that is no UTF-8 is U+FFFD.
pub(super) fn char_at(text: &[u8], at: usize) -> Option<(char, usize)> {
    let &first = text.get(at)?;
    let len = match first {
        0..0x80 => return Some((first as char, 1)),
        0xC2..=0xDF => 2,
        0xE0..=0xEF => 3,
        0xF0..=0xF4 => 4,
        _ => return Some((char::REPLACEMENT_CHARACTER, 1)),
    };
    let decoded = text.get(at..at + len).and_then(|bytes| std::str::from_utf8(bytes).ok());
    Some(
        decoded
            .and_then(|text| text.chars().next())
            .map_or((char::REPLACEMENT_CHARACTER, 1), |c| (c, len)),
    )
}

/// The character that ends before an offset and its length.
fn char_before(text: &[u8], end: usize) -> Option<(char, usize)> {
    let start = (end.saturating_sub(4)..end).rev().find(|&at| text[at] & 0xC0 != 0x80)?;
    char_at(text, start).filter(|&(_, len)| start + len == end)
}

impl Space {
    /// Whether a character is white space between statements.
    pub(super) fn is_space(self, c: char) -> bool {
        match self {
            Space::JavaScript => c.is_whitespace() && c != '\u{85}' || c == '\u{FEFF}',
            Space::Go | Space::Unicode => c.is_whitespace(),
            Space::Python => c.is_whitespace() || matches!(c, '\x1C'..='\x1F'),
            Space::Ascii => matches!(c, '\t' | '\n' | '\x0B' | '\x0C' | '\r' | ' '),
            Space::Php => matches!(c, '\t' | '\n' | '\x0B' | '\r' | ' ' | '\0'),
            Space::Re2 => matches!(c, '\t' | '\n' | '\x0C' | '\r' | ' '),
            // Each CR is taken out.
            Space::Spaces => matches!(c, ' ' | '\r'),
            Space::Posix => matches!(c, ' ' | '\t' | '\n'),
            Space::Blank => matches!(c, ' ' | '\t' | '\n' | '\r'),
        }
    }

    /// Whether a character is white space inside of a statement; LF never is.
    pub(super) fn is_blank(self, c: char) -> bool {
        match self {
            Space::JavaScript
            | Space::Unicode
            | Space::Python
            | Space::Ascii
            | Space::Php
            | Space::Re2
            | Space::Spaces
            | Space::Posix
            | Space::Blank => c != '\n' && self.is_space(c),
            Space::Go => matches!(c, '\t' | '\x0B' | '\x0C' | '\r' | ' ' | '\u{85}' | '\u{A0}'),
        }
    }
}

/// The offset behind a run of characters.
pub(super) fn skip(text: &[u8], mut at: usize, is: impl Fn(char) -> bool) -> usize {
    while let Some((c, len)) = char_at(text, at) {
        if !is(c) {
            break;
        }
        at += len;
    }
    at
}

/// The offset before a run of characters that ends at `end`, not below `start`.
pub(super) fn skip_back(text: &[u8], start: usize, mut end: usize, is: impl Fn(char) -> bool) -> usize {
    while end > start {
        match char_before(&text[start..end], end - start) {
            Some((c, len)) if is(c) => end -= len,
            _ => break,
        }
    }
    end
}
