//! Classes of characters, and functions that skip runs of them.

use super::dialect::Space;

/// A byte that can start a key in every dialect.
const KEY_START: u8 = 1;
/// A byte that can continue a key in every dialect.
const KEY: u8 = 2;
/// A byte that is literal in a bare value of every dialect, except perhaps at its start.
const PLAIN: u8 = 4;
/// A byte that is literal in every word of [`words`](super::words), at any place.
const WORD: u8 = 8;
/// A byte that no loader decodes or expands once it is known to be part of a value.
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
            // After it a shell may expand `~`.
            table[byte] = PLAIN;
        }
        if matches!(c, b' '..=b'}') && !matches!(c, b'"' | b'\'' | b'`' | b'\\' | b'$') {
            table[byte] |= INERT;
        }
        byte += 1;
    }
    table
}

/// A line `KEY=value` that every loader reads the same way.
#[derive(Clone, Copy)]
pub(super) struct OrdinaryLine {
    pub(super) start: usize,
    pub(super) separator: usize,
    pub(super) end: usize,
}

/// Returns the ordinary line that starts at `start`, which must be the start of a line.
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

/// Where the ordinary lines of a text are: found one by one, or known from an earlier reading.
pub(super) enum OrdinaryLines<'l> {
    Sought,
    /// All of them, except those that have been passed.
    Known(&'l [OrdinaryLine]),
}

impl OrdinaryLines<'_> {
    /// Like [`ordinary_line`], for offsets that only increase.
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

/// Returns all ordinary lines of a text, in order.
pub(super) fn ordinary_lines(text: &[u8]) -> Vec<OrdinaryLine> {
    let starts = std::iter::once(0).chain(memchr::memchr_iter(b'\n', text).map(|end| end + 1));
    starts.filter_map(|start| ordinary_line(text, start)).collect()
}

/// Returns the end of the run of bytes from `start` that are literal in every word, whatever surrounds them.
pub(super) fn word_run(text: &[u8], start: usize) -> usize {
    run(text, start, WORD)
}

/// Returns the end of the run of ASCII letters, digits and `_` from `start`.
pub(super) fn key_run(text: &[u8], start: usize) -> usize {
    run(text, start, KEY)
}

/// Returns whether a value needs no decoding: it is ASCII without quotes, backslashes, `$` or line ends.
pub(super) fn is_inert(value: &[u8]) -> bool {
    run(value, 0, INERT) == value.len()
}

/// Returns the end of the run of bytes from `start` that belong to a class, given as one bit.
fn run(text: &[u8], start: usize, class: u8) -> usize {
    let class_of = |byte: u8| CLASS[byte as usize];
    let mut rest = text.get(start..).unwrap_or_default();
    // Four bytes for each branch, unrolled by hand because the compiler does not unroll when it optimises for size.
    while let Some((&[a, b, c, d], behind)) = rest.split_first_chunk::<4>() {
        if class_of(a) & class_of(b) & class_of(c) & class_of(d) & class == 0 {
            break;
        }
        rest = behind;
    }
    let more = rest.iter().take_while(|byte| class_of(**byte) & class != 0).count();
    text.len() - rest.len() + more
}

/// Returns the character at an offset and its length; U+FFFD and 1 for a byte that is not UTF-8.
#[inline]
pub(super) fn char_at(text: &[u8], at: usize) -> Option<(char, usize)> {
    match *text.get(at)? {
        first @ 0..0x80 => Some((first as char, 1)),
        first => Some(wide_char_at(text, at, first)),
    }
}

/// [`char_at`] for a first byte that is not ASCII.
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

/// Returns the character that ends at an offset, and its length.
fn char_before(text: &[u8], end: usize) -> Option<(char, usize)> {
    let start = (end.saturating_sub(4)..end).rev().find(|&at| text[at] & 0xC0 != 0x80)?;
    char_at(text, start).filter(|&(_, len)| start + len == end)
}

impl Space {
    /// Returns whether a character is white space between statements.
    pub(super) fn is_space(self, c: char) -> bool {
        match self {
            Space::JavaScript => c.is_whitespace() && c != '\u{85}' || c == '\u{FEFF}',
            Space::Go | Space::Trimmed | Space::Unicode => c.is_whitespace(),
            Space::Python => c.is_whitespace() || matches!(c, '\x1C'..='\x1F'),
            Space::Ascii => matches!(c, '\t' | '\n' | '\x0B' | '\x0C' | '\r' | ' '),
            Space::Php => matches!(c, '\t' | '\n' | '\x0B' | '\r' | ' ' | '\0'),
            Space::Re2 => matches!(c, '\t' | '\n' | '\x0C' | '\r' | ' '),
            // The loader removes every CR first.
            Space::Spaces => matches!(c, ' ' | '\r'),
            Space::Latin1 => matches!(c, '\t'..='\r' | ' ' | '\u{A0}'),
            Space::Posix => matches!(c, ' ' | '\t' | '\n'),
            Space::Blank => matches!(c, ' ' | '\t' | '\n' | '\r'),
        }
    }

    /// Returns whether a character is white space within a statement, as LF never is.
    pub(super) fn is_blank(self, c: char) -> bool {
        match self {
            Space::JavaScript
            | Space::Unicode
            | Space::Python
            | Space::Ascii
            | Space::Latin1
            | Space::Php
            | Space::Re2
            | Space::Spaces
            | Space::Posix
            | Space::Blank => c != '\n' && self.is_space(c),
            Space::Trimmed => Space::Re2.is_blank(c),
            Space::Go => matches!(c, '\t' | '\x0B' | '\x0C' | '\r' | ' ' | '\u{85}' | '\u{A0}'),
        }
    }

    /// Skips white space between statements.
    #[inline]
    pub(super) fn skip(self, text: &[u8], at: usize) -> usize {
        self.skip_white(text, at, |c| self.is_space(c))
    }

    /// Skips white space within a statement.
    #[inline]
    pub(super) fn skip_blanks(self, text: &[u8], at: usize) -> usize {
        self.skip_white(text, at, |c| self.is_blank(c))
    }

    /// Like [`Space::skip_blanks`], but stops at a CR.
    #[inline]
    pub(super) fn skip_on_line(self, text: &[u8], at: usize) -> usize {
        self.skip_white(text, at, |c| self.is_blank(c) && c != '\r')
    }

    /// Returns the start of the white space between statements that ends at `end`, but at least `start`.
    #[inline]
    pub(super) fn skip_back(self, text: &[u8], start: usize, end: usize) -> usize {
        if end <= start || is_visible(text.get(end - 1)) {
            return end;
        }
        if self == Space::Latin1 {
            let is_space = |byte: &&u8| self.is_space(char::from(**byte));
            return end - text[start..end].iter().rev().take_while(is_space).count();
        }
        skip_back(text, start, end, |c| self.is_space(c))
    }

    /// Returns the end of a run of white space, as `is_white` says what that is, with a quick exit at a visible ASCII
    /// character, which never is.
    #[inline]
    pub(super) fn skip_white(self, text: &[u8], mut at: usize, is_white: impl Fn(char) -> bool) -> usize {
        if is_visible(text.get(at)) {
            return at;
        }
        while let Some((c, len)) = self.char_at(text, at) {
            if !is_white(c) {
                break;
            }
            at += len;
        }
        at
    }

    /// Returns what the loader takes for the character at an offset, and its length.
    pub(super) fn char_at(self, text: &[u8], at: usize) -> Option<(char, usize)> {
        match self {
            Space::Latin1 => text.get(at).map(|byte| (char::from(*byte), 1)),
            _ => char_at(text, at),
        }
    }
}

/// Returns whether a byte is visible ASCII, which no loader takes for white space. At most places where white space is
/// allowed there is none.
pub(super) fn is_visible(byte: Option<&u8>) -> bool {
    matches!(byte, Some(b'!'..=b'~'))
}

/// Returns the end of a run of characters.
pub(super) fn skip(text: &[u8], mut at: usize, is: impl Fn(char) -> bool) -> usize {
    while let Some((c, len)) = char_at(text, at) {
        if !is(c) {
            break;
        }
        at += len;
    }
    at
}

/// Returns the start of the run of characters that ends at `end`, but at least `start`.
pub(super) fn skip_back(text: &[u8], start: usize, mut end: usize, is: impl Fn(char) -> bool) -> usize {
    while end > start {
        match char_before(&text[start..end], end - start) {
            Some((c, len)) if is(c) => end -= len,
            _ => break,
        }
    }
    end
}
