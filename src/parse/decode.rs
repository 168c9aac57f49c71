//! Decodes a value: from the bytes in the file to the value they represent, before references are expanded.

use std::borrow::Cow;

use crate::source::Span;

use super::dialect::{Dialect, Escapes, Grammar, LineEnds, Shell, Unfit, Value, Words};
use super::document::{Assignment, Document, Quote, RawValue};
use super::words::{self, Sink};

/// A decoded value. Bytes that need no decoding are borrowed.
#[derive(Default)]
pub(crate) struct Decoded<'t> {
    pub(crate) bytes: Cow<'t, [u8]>,
    /// The offset of the first byte in the text.
    start: u32,
    /// The offsets in `bytes` of each `$` that may start a reference, for values composed of pieces.
    pub(crate) live: Vec<u32>,
    /// Where later runs of decoded bytes come from: offset in `bytes`, offset in the text; sorted.
    origins: Vec<(u32, u32)>,
}

impl<'t> Decoded<'t> {
    /// A value without decoding.
    pub(crate) fn typed(text: &'t [u8], value: RawValue) -> Decoded<'t> {
        Decoded {
            bytes: Cow::Borrowed(value.span.of(text)),
            start: value.span.start,
            live: vec![],
            origins: vec![],
        }
    }

    /// Returns the offset in the text from which a decoded byte comes.
    pub(crate) fn origin(&self, at: usize) -> usize {
        let index = self.origins.partition_point(|&(decoded, _)| decoded as usize <= at);
        let (decoded, typed) = index
            .checked_sub(1)
            .map_or((0, self.start), |index| self.origins[index]);
        typed as usize + at - decoded as usize
    }
}

/// Decodes a value of `text`.
pub(crate) fn decode<'t>(text: &'t [u8], value: RawValue, dialect: &Dialect) -> Decoded<'t> {
    if let Value::Words(words) = dialect.grammar.value {
        return assemble(text, value, words, dialect);
    }
    let (raw, start) = extent(text, value, dialect);
    let borrowed = Decoded {
        bytes: Cow::Borrowed(raw),
        start,
        live: vec![],
        origins: vec![],
    };
    if value.plain {
        return borrowed;
    }
    let grammar = &dialect.grammar;
    let escapes = escapes_of(raw, value, dialect);
    let lines = dialect.reader.lines;
    let stops = Stops {
        escapes: holds_escape(raw, escapes),
        line_ends: !matches!(lines, LineEnds::Lf | LineEnds::AnyKept) && memchr::memchr(b'\r', raw).is_some(),
        invalid: match dialect.reader.invalid_utf8 {
            Unfit::Replaced(with) if !raw.is_ascii() && std::str::from_utf8(raw).is_err() => Some(with),
            // godotenv decodes a bare value into characters to look for a comment.
            _ if grammar.double == Escapes::Godotenv && value.quote.is_none() && std::str::from_utf8(raw).is_err() => {
                Some("\u{FFFD}")
            }
            _ => None,
        },
    };
    // gotenv trims the first of several lines before it looks for those below.
    let first = memchr::memchr2(b'\n', b'\r', raw).filter(|_| grammar.value == Value::Anchored);
    let trimmed = first.map(|end| (grammar.space.skip_back(raw, 0, end), end));
    let mut trimmed = trimmed.filter(|(start, end)| start < end);
    if !stops.escapes && !stops.line_ends && stops.invalid.is_none() && trimmed.is_none() {
        return borrowed;
    }
    let mut decoder = Decoder {
        raw: &raw[..trimmed.map_or(raw.len(), |(start, _)| start)],
        start: start as usize,
        at: 0,
        out: Vec::with_capacity(raw.len()),
        origins: vec![],
    };
    loop {
        match decoder.copy_to(&stops) {
            Some(b'\\') => decoder.escape(escapes),
            Some(b'\r') => decoder.carriage_return(lines),
            Some(_) => decoder.replace_invalid(stops.invalid.unwrap_or_default(), grammar.double == Escapes::Godotenv),
            None => {
                let Some((_, end)) = trimmed.take() else { break };
                decoder.raw = raw;
                decoder.at = end;
                decoder.mark();
            }
        }
    }
    Decoded {
        bytes: Cow::Owned(decoder.out),
        start,
        live: vec![],
        origins: decoder.origins,
    }
}

/// Returns what a backslash may escape in a value.
fn escapes_of(raw: &[u8], value: RawValue, dialect: &Dialect) -> Escapes {
    let grammar = &dialect.grammar;
    match value.quote {
        Some(Quote::Double) => grammar.double,
        Some(Quote::Single) => grammar.single,
        Some(Quote::Backtick) => Escapes::None,
        // npm dotenv looks at the first character of the text, even if it is an unterminated quote.
        None if matches!(grammar.double, Escapes::LineEnds | Escapes::LineEndsAndTab)
            && matches!(grammar.value, Value::Pattern { .. })
            && raw.first() == Some(&b'"') =>
        {
            grammar.double
        }
        None if grammar.single == Escapes::QuoteAnywhere && raw.first() == Some(&b'\'') => grammar.single,
        None => grammar.bare,
    }
}

/// Returns whether a loader takes every value of a .env file verbatim from between its quotes, apart from bytes that
/// are not text.
pub(crate) fn are_values_verbatim(text: &[u8], document: &Document, dialect: &Dialect) -> bool {
    let stands = |assignment: &Assignment| {
        let value = assignment.value;
        let raw = value.span.of(text);
        value.plain || !holds_escape(raw, escapes_of(raw, value, dialect)) && memchr::memchr(b'\r', raw).is_none()
    };
    // Some compose values of pieces; godotenv trims quotes, and gotenv a line within them.
    !matches!(dialect.grammar.value, Value::Words(_))
        && dialect.grammar.double != Escapes::Godotenv
        && dialect.grammar.value != Value::Anchored
        && !document.is_carried()
        && document.assignments().iter().all(stands)
}

/// Returns whether some backslash may be an escape.
fn holds_escape(raw: &[u8], escapes: Escapes) -> bool {
    let stands_before: &[u8] = match escapes {
        Escapes::None => return false,
        Escapes::LineFeed => b"n",
        Escapes::LineEnds => b"nr",
        // A backslash keeps a CR from being read as LF.
        Escapes::Bun => b"nr\r",
        Escapes::LineEndsAndTab => b"nrt",
        Escapes::Quote | Escapes::QuoteAnywhere => b"'",
        _ => return memchr::memchr(b'\\', raw).is_some(),
    };
    memchr::memchr_iter(b'\\', raw).any(|at| raw.get(at + 1).is_some_and(|next| stands_before.contains(next)))
}

/// Returns whether a loader joins the words of a value, without the white space between them.
pub(super) fn joins(grammar: &Grammar, text: &[u8], value: RawValue) -> bool {
    grammar.value == Value::Words(Words::Shlex)
        && value.quote.is_none()
        && memchr::memchr2(b' ', b'\t', value.span.of(text)).is_some()
}

/// Returns the place of a value that is composed of pieces, including its quotes.
pub(crate) fn pieces(value: RawValue) -> Span {
    let quote = usize::from(value.quote.is_some());
    Span::new(value.span.start as usize - quote, value.span.end as usize + quote)
}

/// Decodes a value that is composed of pieces.
fn assemble<'t>(text: &'t [u8], value: RawValue, words: Words, dialect: &Dialect) -> Decoded<'t> {
    let raw = value.span.of(text);
    let (start, plain) = (
        value.span.start,
        value.plain || memchr::memchr3(b'\\', b'$', b'\r', raw).is_none() && memchr::memchr(0, raw).is_none(),
    );
    let has_quotes = memchr::memchr2(b'"', b'\'', raw).is_some();
    let fits = dialect.reader.invalid_utf8 == Unfit::Kept || raw.is_ascii();
    if plain && fits && !joins(&dialect.grammar, text, value) && (value.plain || value.quote.is_some() || !has_quotes) {
        return Decoded {
            bytes: Cow::Borrowed(raw),
            start,
            live: vec![],
            origins: vec![],
        };
    }
    let span = pieces(value);
    // What stands behind the value decides how many backslashes are in it.
    let end = if words == Words::Make {
        text.len()
    } else {
        span.end as usize
    };
    let mut assembler = Assembler {
        out: vec![],
        origins: vec![],
        live: vec![],
        piece: 0,
        halves: matches!(words, Words::Symfony | Words::Symfony5),
    };
    let _ = words::scan(words, &text[..end], span.start as usize, &mut assembler);
    let Assembler {
        mut out, origins, live, ..
    } = assembler;
    match words {
        // A process environment can't hold zero bytes.
        Words::Shell(Shell::Zsh) => out.truncate(memchr::memchr(0, &out).unwrap_or(out.len())),
        Words::Shell(_) => out.retain(|&byte| byte != 0),
        _ => {}
    }
    let (bytes, live) = match dialect.reader.invalid_utf8 {
        Unfit::Replaced(with) if std::str::from_utf8(&out).is_err() => {
            let bytes = without_invalid(&out, with);
            // Positions of references are only used for values without invalid bytes.
            let live = if bytes.len() == out.len() { live } else { vec![] };
            (bytes, live)
        }
        _ => (out, live),
    };
    Decoded {
        bytes: Cow::Owned(bytes),
        start,
        live,
        origins,
    }
}

/// Returns the text with invalid UTF-8 replaced.
fn without_invalid(text: &[u8], with: &'static str) -> Vec<u8> {
    let stops = Stops {
        escapes: false,
        line_ends: false,
        invalid: Some(with),
    };
    let mut decoder = Decoder {
        raw: text,
        start: 0,
        at: 0,
        out: Vec::with_capacity(text.len()),
        origins: vec![],
    };
    while decoder.copy_to(&stops).is_some() {
        decoder.replace_invalid(with, false);
    }
    decoder.out
}

/// Collects the pieces of a value.
struct Assembler {
    out: Vec<u8>,
    origins: Vec<(u32, u32)>,
    live: Vec<u32>,
    /// Where the current piece starts in `out`.
    piece: usize,
    /// Whether two backslashes make one, except in single quotes.
    halves: bool,
}

impl Sink for Assembler {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "a source is at most MAX_SOURCE_LEN long, and no piece grows"
    )]
    fn text(&mut self, at: usize, bytes: &[u8], live: bool) {
        let start = self.out.len();
        self.origins.push((start as u32, at as u32));
        if live {
            self.live
                .extend(memchr::memchr_iter(b'$', bytes).map(|dollar| (start + dollar) as u32));
        }
        self.out.extend_from_slice(bytes);
    }

    fn piece(&mut self, live: bool) {
        let piece = &self.out[self.piece..];
        if live && self.halves && crate::find::find(piece, b"\\\\").is_some() {
            let mut halved = Vec::with_capacity(piece.len());
            halve(piece, &mut halved);
            self.out.truncate(self.piece);
            self.out.extend_from_slice(&halved);
        }
        self.piece = self.out.len();
    }
}

/// Appends a text with every two backslashes replaced by one.
pub(crate) fn halve(text: &[u8], out: &mut Vec<u8>) {
    let mut at = 0;
    while at < text.len() {
        out.push(text[at]);
        at += if text[at..].starts_with(b"\\\\") { 2 } else { 1 };
    }
}

/// Returns the bytes of the value, and their offset in the text.
fn extent<'t>(text: &'t [u8], value: RawValue, dialect: &Dialect) -> (&'t [u8], u32) {
    let mut raw = value.span.of(text);
    let mut start = value.span.start;
    if dialect.reader.nul == Unfit::Cuts {
        raw = &raw[..memchr::memchr(0, raw).unwrap_or(raw.len())];
    }
    if let Some(quote) = value.quote.filter(|_| dialect.grammar.double == Escapes::Godotenv) {
        // godotenv trims every quote at either end, even an escaped one.
        let is_quote = |byte: &u8| *byte == quote.byte();
        let leading = raw.iter().take_while(|byte| is_quote(byte)).count();
        raw = &raw[leading..];
        raw = &raw[..raw.len() - raw.iter().rev().take_while(|byte| is_quote(byte)).count()];
        start = Span::new(start as usize + leading, start as usize + leading).start;
    }
    (raw, start)
}

/// Which bytes need more than copying.
struct Stops {
    escapes: bool,
    line_ends: bool,
    invalid: Option<&'static str>,
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
    /// Copies up to the next byte that needs more than copying, and returns that byte.
    fn copy_to(&mut self, stops: &Stops) -> Option<u8> {
        let rest = &self.raw[self.at..];
        let needs = |byte: &u8| match *byte {
            b'\\' => stops.escapes,
            b'\r' => stops.line_ends,
            byte => byte >= 0x80 && stops.invalid.is_some(),
        };
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

    /// Appends `bytes` in place of the next `len` bytes of the text.
    fn put(&mut self, bytes: &[u8], len: usize) {
        self.out.extend_from_slice(bytes);
        self.at += len;
        self.mark();
    }

    /// Copies the next `len` bytes.
    fn keep(&mut self, len: usize) {
        let end = (self.at + len).min(self.raw.len());
        self.out.extend_from_slice(&self.raw[self.at..end]);
        self.at = end;
    }

    fn escape(&mut self, escapes: Escapes) {
        let next = self.raw.get(self.at + 1).copied();
        let stands_for: Option<&[u8]> = match next {
            Some(b'a') => Some(b"\x07"),
            Some(b'b') => Some(b"\x08"),
            Some(b'f') => Some(b"\x0C"),
            Some(b'n') => Some(b"\n"),
            Some(b'r') => Some(b"\r"),
            Some(b't') => Some(b"\t"),
            Some(b'v') => Some(b"\x0B"),
            _ => None,
        };
        match (escapes, next) {
            (Escapes::LineFeed | Escapes::Foreman, Some(b'n')) => self.put(b"\n", 2),
            // The `\n` after this backslash is replaced before other escapes are looked for, so the backslash does not escape it.
            (Escapes::Foreman, Some(b'\\')) if self.raw.get(self.at + 2) == Some(&b'n') => self.keep(1),
            (Escapes::LineEnds | Escapes::LineEndsAndTab | Escapes::Godotenv | Escapes::Direnv, Some(b'n')) => {
                self.put(b"\n", 2)
            }
            (Escapes::LineEndsAndTab, Some(b't')) => self.put(b"\t", 2),
            (Escapes::LineEnds | Escapes::LineEndsAndTab | Escapes::Godotenv | Escapes::Direnv, Some(b'r')) => {
                self.put(b"\r", 2)
            }
            (Escapes::Bun, Some(b'n')) => self.put(b"\n", 2),
            (Escapes::Bun, Some(b'r')) => self.put(b"\r", 2),
            (Escapes::Bun, Some(_)) => self.keep(2),
            (Escapes::Django, Some(b'n' | b'r' | b't')) => self.keep(2),
            (Escapes::RubyDouble, Some(b'n' | b'r')) => self.keep(2),
            (Escapes::Direnv, Some(b'\\')) if matches!(self.raw.get(self.at + 2), Some(b'n' | b'r')) => {
                let line_end: &[u8] = if self.raw[self.at + 2] == b'n' { b"\n" } else { b"\r" };
                self.put(line_end, 3);
            }
            (Escapes::Godotenv | Escapes::Ruby | Escapes::RubyDouble | Escapes::Direnv, Some(b'$')) => self.keep(2),
            // Ruby and those of Go have normalised line ends before they look for escapes, so this CR is part of an LF.
            (Escapes::Godotenv | Escapes::Ruby | Escapes::RubyDouble | Escapes::Direnv, Some(b'\r')) => {
                self.put(b"", 1)
            }
            (Escapes::Direnv, Some(_)) => {
                self.put(b"", 1);
                self.keep(1);
            }
            (Escapes::Godotenv | Escapes::Ruby | Escapes::RubyDouble | Escapes::Django | Escapes::Foreman, Some(_)) => {
                self.put(b"", 1);
                self.keep(1);
            }
            (Escapes::Quote | Escapes::QuoteAnywhere | Escapes::QuoteAndBackslash, Some(b'\'')) => self.put(b"'", 2),
            (Escapes::QuoteAndBackslash, Some(b'\\')) => self.put(b"\\", 2),
            (Escapes::Quote, Some(_)) => self.keep(2),
            (Escapes::Python, Some(quote @ (b'\\' | b'\'' | b'"'))) => self.put(&[quote], 2),
            (Escapes::Python | Escapes::Compose, Some(_)) if stands_for.is_some() => {
                self.put(stands_for.unwrap_or_default(), 2)
            }
            (Escapes::Compose, Some(b'"')) => self.put(b"\"", 2),
            (Escapes::Compose, Some(b'\\')) => self.put(b"\\", 2),
            // The template of Compose later reads `$$` as `$`.
            (Escapes::Compose, Some(b'$')) => self.put(b"$$", 2),
            (Escapes::Compose, Some(b'0')) => self.octal(),
            _ => self.keep(1),
        }
    }

    /// Decodes `\0ooo`, a character below 256. In any other number only the zero is lost, as in Compose.
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

    /// Decodes a CR, alone or before LF.
    fn carriage_return(&mut self, lines: LineEnds) {
        let is_crlf = self.raw.get(self.at + 1) == Some(&b'\n');
        match lines {
            LineEnds::LfWithoutCr => self.put(b"", 1),
            LineEnds::Any | LineEnds::Crlf | LineEnds::LfOrCr if is_crlf => self.put(b"\n", 2),
            LineEnds::Any => self.put(b"\n", 1),
            _ => self.keep(1),
        }
    }

    /// Replaces bytes that are not UTF-8, each or as a sequence, or copies one valid character.
    fn replace_invalid(&mut self, with: &str, each: bool) {
        let rest = &self.raw[self.at..];
        let Some(chunk) = rest[..rest.len().min(8)].utf8_chunks().next() else {
            return;
        };
        match chunk.valid().chars().next() {
            Some(c) => self.keep(c.len_utf8()),
            None if each => self.put(with.as_bytes(), 1),
            None => self.put(with.as_bytes(), chunk.invalid().len()),
        }
    }
}
