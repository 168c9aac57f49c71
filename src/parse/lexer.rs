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
/// A byte that no loader decodes or expands once it is known that it stands in a value.
const INERT: u8 = 16;

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
        if matches!(c, b' '..=b'}') && !matches!(c, b'"' | b'\'' | b'`' | b'\\' | b'$') {
            table[byte] |= INERT;
        }
        byte += 1;
    }
    table
}

/// `KEY=value` on a line of its own that every loader reads alike.
#[derive(Clone, Copy)]
pub(super) struct OrdinaryLine {
    pub(super) start: usize,
    pub(super) separator: usize,
    pub(super) end: usize,
}

/// The ordinary line that begins at an offset, where a line begins.
fn ordinary_line(text: &[u8], start: usize) -> Option<OrdinaryLine> {
    if CLASS[*text.get(start)? as usize] & KEY_START == 0 {
        return None;
    }
    let separator = run(text, start + 1, KEY);
    if text.get(separator) != Some(&b'=') {
        return None;
    }
    let end = run(text, separator + 1, PLAIN);
    let is_whole = end > separator + 1 && (end == text.len() || text[end] == b'\n');
    is_whole.then_some(OrdinaryLine { start, separator, end })
}

/// Where the ordinary lines of a text are: looked for one by one, or known from another reading.
pub(super) enum OrdinaryLines<'l> {
    Sought,
    /// All of them, but for those that lie behind.
    Known(&'l [OrdinaryLine]),
}

impl OrdinaryLines<'_> {
    /// As [`ordinary_line`], for offsets that only grow.
    pub(super) fn at(&mut self, text: &[u8], start: usize) -> Option<OrdinaryLine> {
        match self {
            OrdinaryLines::Known(lines) if start == 0 || text[start - 1] == b'\n' => {
                while lines.first().is_some_and(|line| line.start < start) {
                    *lines = &lines[1..];
                }
                let next = lines.first().copied();
                next.filter(|line| line.start == start && line.end <= text.len())
            }
            _ => ordinary_line(text, start),
        }
    }
}

/// All ordinary lines of a text, in order.
pub(super) fn ordinary_lines(text: &[u8]) -> Vec<OrdinaryLine> {
    let starts = std::iter::once(0).chain(memchr::memchr_iter(b'\n', text).map(|end| end + 1));
    starts.filter_map(|start| ordinary_line(text, start)).collect()
}

/// The end of the text that begins at an offset and is text in every word, whatever stands around it.
pub(super) fn word_run(text: &[u8], start: usize) -> usize {
    run(text, start, WORD)
}

/// The end of the run of letters, digits and `_` that begins at an offset.
pub(super) fn key_run(text: &[u8], start: usize) -> usize {
    run(text, start, KEY)
}

/// Whether what stands in a value is the value: no quotes, no escape, no reference, no line end, nothing but ASCII.
pub(super) fn is_inert(value: &[u8]) -> bool {
    run(value, 0, INERT) == value.len()
}

/// The end of the run of bytes of a class, which is one bit, that begins at an offset.
fn run(text: &[u8], start: usize, class: u8) -> usize {
    let class_of = |byte: u8| CLASS[byte as usize];
    let mut rest = text.get(start..).unwrap_or_default();
    // Four at a time with one branch, written out, because a loop is not unrolled where size counts.
    while let Some((&[a, b, c, d], behind)) = rest.split_first_chunk::<4>() {
        if class_of(a) & class_of(b) & class_of(c) & class_of(d) & class == 0 {
            break;
        }
        rest = behind;
    }
    let more = rest.iter().take_while(|byte| class_of(**byte) & class != 0).count();
    text.len() - rest.len() + more
}

/// The character at an offset and its length; a byte that is no UTF-8 is U+FFFD.
#[inline]
pub(super) fn char_at(text: &[u8], at: usize) -> Option<(char, usize)> {
    match *text.get(at)? {
        first @ 0..0x80 => Some((first as char, 1)),
        first => Some(wide_char_at(text, at, first)),
    }
}

/// As [`char_at`], where the first byte is known to be none of ASCII.
fn wide_char_at(text: &[u8], at: usize, first: u8) -> (char, usize) {
    let len = match first {
        0xC2..=0xDF => 2,
        0xE0..=0xEF => 3,
        0xF0..=0xF4 => 4,
        _ => return (char::REPLACEMENT_CHARACTER, 1),
    };
    let decoded = text.get(at..at + len).and_then(|bytes| std::str::from_utf8(bytes).ok());
    decoded
        .and_then(|text| text.chars().next())
        .map_or((char::REPLACEMENT_CHARACTER, 1), |c| (c, len))
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

    /// The offset behind white space between statements.
    #[inline]
    pub(super) fn skip(self, text: &[u8], at: usize) -> usize {
        skip_white(text, at, |c| self.is_space(c))
    }

    /// The offset behind white space inside of a statement.
    #[inline]
    pub(super) fn skip_blanks(self, text: &[u8], at: usize) -> usize {
        skip_white(text, at, |c| self.is_blank(c))
    }

    /// As [`Space::skip_blanks`], but up to a CR.
    #[inline]
    pub(super) fn skip_on_line(self, text: &[u8], at: usize) -> usize {
        skip_white(text, at, |c| self.is_blank(c) && c != '\r')
    }

    /// The offset before white space between statements that ends at `end`, not below `start`.
    #[inline]
    pub(super) fn skip_back(self, text: &[u8], start: usize, end: usize) -> usize {
        if end <= start || is_visible(text.get(end - 1)) {
            return end;
        }
        skip_back(text, start, end, |c| self.is_space(c))
    }
}

/// As [`skip`], for what no visible character of ASCII can be.
#[inline]
fn skip_white(text: &[u8], at: usize, is_white: impl Fn(char) -> bool) -> usize {
    if is_visible(text.get(at)) {
        return at;
    }
    skip(text, at, is_white)
}

/// Whether there is a character of ASCII that no loader takes for white space. Most places where white space may stand hold none.
pub(super) fn is_visible(byte: Option<&u8>) -> bool {
    matches!(byte, Some(b'!'..=b'~'))
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
