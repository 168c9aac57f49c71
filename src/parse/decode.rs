//! A value as typed to the value that it stands for, before references are expanded.

use std::borrow::Cow;

use super::dialect::{Dialect, Escapes, LineEnds};
use super::document::{Quote, RawValue};

/// A decoded value. Bytes that need no decoding are borrowed.
pub(crate) struct Decoded<'t> {
    pub(crate) bytes: Cow<'t, [u8]>,
    /// Where runs of decoded bytes come from: offset in `bytes`, offset in the text; sorted.
    origins: Vec<(u32, u32)>,
}

impl Decoded<'_> {
    /// The offset in the text of a decoded byte.
    pub(crate) fn origin(&self, at: usize) -> usize {
        let index = self.origins.partition_point(|&(decoded, _)| decoded as usize <= at) - 1;
        let (decoded, typed) = self.origins[index];
        typed as usize + at - decoded as usize
    }
}

/// Decodes a value of `text`.
pub(crate) fn decode<'t>(text: &'t [u8], value: RawValue, dialect: &Dialect) -> Decoded<'t> {
    let raw = value.span.of(text);
    let whole = Decoded {
        bytes: Cow::Borrowed(raw),
        origins: vec![],
    };
    if value.plain {
        return whole;
    }
    let grammar = &dialect.grammar;
    let escapes = match value.quote {
        Some(Quote::Double) => grammar.double,
        Some(Quote::Single) => grammar.single,
        Some(Quote::Backtick) => Escapes::None,
        // npm dotenv looks at the first character, be it the open quote of a value that is none.
        None if grammar.double == Escapes::LineEnds && raw.first() == Some(&b'"') => grammar.double,
        None => Escapes::None,
    };
    let has_escapes = escapes != Escapes::None && memchr::memchr(b'\\', raw).is_some();
    let has_line_ends = dialect.reader.lines == LineEnds::Any && memchr::memchr(b'\r', raw).is_some();
    let is_utf8 = raw.is_ascii() || std::str::from_utf8(raw).is_ok();
    if is_utf8 && !has_escapes && !has_line_ends {
        return Decoded {
            origins: vec![(0, value.span.start)],
            ..whole
        };
    }
    let mut decoder = Decoder {
        raw,
        start: value.span.start as usize,
        at: 0,
        out: Vec::with_capacity(raw.len()),
        origins: vec![],
    };
    decoder.mark();
    while let Some(stop) = decoder.copy_to(has_escapes, has_line_ends, is_utf8) {
        match stop {
            b'\\' => decoder.escape(escapes),
            b'\r' => {
                let len = if raw.get(decoder.at + 1) == Some(&b'\n') { 2 } else { 1 };
                decoder.put(b"\n", len);
            }
            _ => decoder.replace_invalid(),
        }
    }
    Decoded {
        bytes: Cow::Owned(decoder.out),
        origins: decoder.origins,
    }
}

struct Decoder<'t> {
    raw: &'t [u8],
    /// The offset of `raw` in the text.
    start: usize,
    at: usize,
    out: Vec<u8>,
    origins: Vec<(u32, u32)>,
}

impl Decoder<'_> {
    /// Copies up to the next byte that needs more than copying, and gives that byte.
    fn copy_to(&mut self, escapes: bool, line_ends: bool, is_utf8: bool) -> Option<u8> {
        let rest = &self.raw[self.at..];
        let needs = |byte: &u8| escapes && *byte == b'\\' || line_ends && *byte == b'\r' || !is_utf8 && *byte >= 0x80;
        let len = rest.iter().position(needs).unwrap_or(rest.len());
        self.out.extend_from_slice(&rest[..len]);
        self.at += len;
        rest.get(len).copied()
    }

    #[expect(
        clippy::cast_possible_truncation,
        reason = "a source is at most MAX_SOURCE_LEN long, and decoding at most triples it"
    )]
    fn mark(&mut self) {
        self.origins
            .push((self.out.len() as u32, (self.start + self.at) as u32));
    }

    /// Puts `bytes` for the next `len` bytes of the text.
    fn put(&mut self, bytes: &[u8], len: usize) {
        self.out.extend_from_slice(bytes);
        self.at += len;
        self.mark();
    }

    /// Keeps the next `len` bytes.
    fn keep(&mut self, len: usize) {
        let end = (self.at + len).min(self.raw.len());
        self.out.extend_from_slice(&self.raw[self.at..end]);
        self.at = end;
    }

    fn escape(&mut self, escapes: Escapes) {
        let next = self.raw.get(self.at + 1).copied();
        match (escapes, next) {
            (Escapes::LineEnds | Escapes::Compose, Some(b'n')) => self.put(b"\n", 2),
            (Escapes::LineEnds | Escapes::Compose, Some(b'r')) => self.put(b"\r", 2),
            (Escapes::Quote, Some(b'\'')) => self.put(b"'", 2),
            (Escapes::Quote, Some(_)) => self.keep(2),
            (Escapes::Compose, Some(b'"')) => self.put(b"\"", 2),
            (Escapes::Compose, Some(b'\\')) => self.put(b"\\", 2),
            // The template of Compose reads `$$` as `$`.
            (Escapes::Compose, Some(b'$')) => self.put(b"$$", 2),
            (Escapes::Compose, Some(b'a')) => self.put(b"\x07", 2),
            (Escapes::Compose, Some(b'b')) => self.put(b"\x08", 2),
            (Escapes::Compose, Some(b'f')) => self.put(b"\x0C", 2),
            (Escapes::Compose, Some(b't')) => self.put(b"\t", 2),
            (Escapes::Compose, Some(b'v')) => self.put(b"\x0B", 2),
            (Escapes::Compose, Some(b'0')) => self.octal(),
            _ => self.keep(1),
        }
    }

    /// `\0ooo`: a character below 256; what is no such number loses its zero, as it does in Compose.
    fn octal(&mut self) {
        let digits = self.raw[self.at + 2..]
            .iter()
            .take(3)
            .take_while(|byte| byte.is_ascii_digit())
            .count();
        let typed = &self.raw[self.at + 2..self.at + 2 + digits];
        let code = typed.iter().try_fold(0u32, |code, digit| {
            (*digit < b'8').then(|| code * 8 + u32::from(digit - b'0'))
        });
        match code.filter(|&code| digits == 3 && code < 256).and_then(char::from_u32) {
            Some(c) => self.put(c.encode_utf8(&mut [0; 4]).as_bytes(), 5),
            None => {
                self.put(b"\\", 2);
                self.keep(digits);
            }
        }
    }

    /// Puts U+FFFD for bytes that are not UTF-8, and copies one character that is.
    fn replace_invalid(&mut self) {
        let rest = &self.raw[self.at..];
        let Some(chunk) = rest[..rest.len().min(8)].utf8_chunks().next() else {
            return;
        };
        match chunk.valid().chars().next() {
            Some(c) => self.keep(c.len_utf8()),
            None => self.put("\u{FFFD}".as_bytes(), chunk.invalid().len()),
        }
    }
}
