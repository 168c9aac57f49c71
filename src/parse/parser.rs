//! From statement to statement. What a statement is, the row of the dialect says; how its value ends, [`value`](super::value).

use crate::source::Span;

use super::dialect::{Close, Colon, Dialect, Grammar, InvalidUtf8, Key, LineEnds};
use super::document::{Assignment, AssignmentKind, Document, Effect, RawValue, SyntaxError, SyntaxErrorKind};
use super::lexer::{char_at, ordinary_line, skip, skip_back};

/// Reads a text as the loader of `dialect` reads it.
pub(super) fn parse(text: &[u8], dialect: &Dialect) -> Document {
    let mut document = Document::default();
    // A guess at the number of lines, bounded so that one long value costs nothing.
    document.assignments.reserve((text.len() / 32).min(1024) + 1);
    let mut parser = Parser {
        text,
        dialect,
        grammar: &dialect.grammar,
        document,
    };
    parser.check_encoding();
    let mut at = if dialect.reader.strips_bom && text.starts_with(b"\xEF\xBB\xBF") {
        3
    } else {
        0
    };
    while at < text.len() {
        at = match ordinary_line(text, at) {
            Some((separator, end)) => parser.ordinary(at, separator, end),
            None => parser.statement(at),
        };
    }
    parser.document.errors.sort_by_key(|error| error.span);
    parser.document
}

pub(super) struct Parser<'t> {
    pub(super) text: &'t [u8],
    pub(super) dialect: &'t Dialect,
    pub(super) grammar: &'t Grammar,
    pub(super) document: Document,
}

/// What a statement begins with.
enum Head {
    /// A key and a separator; the value comes behind.
    Key { key: Span, value: usize },
    /// A key alone on its line, and where the next statement may begin.
    Bare { key: Span, next: usize },
}

impl Parser<'_> {
    /// Takes a line that every loader reads alike; gives the offset behind it.
    fn ordinary(&mut self, start: usize, separator: usize, end: usize) -> usize {
        let value = RawValue {
            span: Span::new(separator + 1, end),
            quote: None,
            plain: true,
        };
        self.document.assignments.push(Assignment {
            key: Span::new(start, separator),
            value,
            kind: AssignmentKind::Value,
        });
        (end + 1).min(self.text.len())
    }

    /// Takes white space, a comment, or one statement; gives the offset behind it, which is always further on.
    fn statement(&mut self, start: usize) -> usize {
        let space = self.grammar.space;
        let start = skip(self.text, start, |c| space.is_space(c));
        match self.text.get(start) {
            None => return self.text.len(),
            Some(b'#') => return self.line_end(start),
            Some(_) => {}
        }
        let head = match self.after_export(start) {
            Some(key) => match self.head(key) {
                // `export` itself may be the key.
                Err(_) if self.grammar.key == Key::Word => self.head(start),
                head => head,
            },
            None => self.head(start),
        };
        let read = match head {
            Ok(Head::Key { key, value }) => self
                .value(value)
                .map(|(value, next)| (key, value, AssignmentKind::Value, next)),
            Ok(Head::Bare { next, key }) if key.is_empty() => return next,
            Ok(Head::Bare { key, next }) => {
                let end = key.end as usize;
                let value = RawValue {
                    span: Span::new(end, end),
                    quote: None,
                    plain: true,
                };
                Ok((key, value, AssignmentKind::Inherit, next))
            }
            Err(kind) => Err(kind),
        };
        match read {
            Ok((key, value, kind, next)) => {
                self.document.assignments.push(Assignment { key, value, kind });
                next
            }
            Err(kind) => self.skip_line(start, kind),
        }
    }

    /// Where the key stands, if the word `export` is before it.
    fn after_export(&self, start: usize) -> Option<usize> {
        let rest = self.text[start..].strip_prefix(b"export")?;
        let crosses_lines = self.grammar.separator.crosses_lines;
        let (first, _) = char_at(rest, 0)?;
        let space = self.grammar.space;
        let is = |c: char| {
            if crosses_lines {
                space.is_space(c)
            } else {
                space.is_blank(c)
            }
        };
        (space.is_space(first)).then(|| skip(self.text, start + b"export".len(), is))
    }

    /// Reads key and separator.
    fn head(&self, start: usize) -> Result<Head, SyntaxErrorKind> {
        match self.grammar.key {
            Key::Word => self.word(start),
            Key::Compose => self.compose_key(start),
        }
    }

    fn word(&self, start: usize) -> Result<Head, SyntaxErrorKind> {
        let (text, space) = (self.text, self.grammar.space);
        let end = skip(text, start, |c| {
            c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-')
        });
        let key = Span::new(start, end);
        if !key.is_empty() {
            let equals = skip(text, end, |c| space.is_space(c));
            if text.get(equals) == Some(&b'=') {
                return Ok(Head::Key { key, value: equals + 1 });
            }
            let colon = self.grammar.separator.colon == Colon::BeforeSpace && text.get(end) == Some(&b':');
            if let Some((c, len)) = char_at(text, end + 1).filter(|&(c, _)| colon && space.is_space(c)) {
                let len = if c == '\r' && text.get(end + 2) == Some(&b'\n') {
                    2
                } else {
                    len
                };
                return Ok(Head::Key {
                    key,
                    value: end + 1 + len,
                });
            }
        }
        Err(match memchr::memchr(b'=', &text[start..self.line_end(start)]) {
            None => SyntaxErrorKind::NoSeparator,
            Some(0) => SyntaxErrorKind::NoKey,
            Some(_) => SyntaxErrorKind::BadKey,
        })
    }

    fn compose_key(&self, start: usize) -> Result<Head, SyntaxErrorKind> {
        let (text, space) = (self.text, self.grammar.space);
        let is_name = |c: char| space.is_blank(c) || c.is_alphanumeric() || matches!(c, '_' | '.' | '-' | '[' | ']');
        let stop = skip(text, start, is_name);
        let key = Span::new(start, skip_back(text, start, stop, |c| space.is_space(c)));
        match text.get(stop) {
            Some(b'=' | b':' | b'\n') if memchr::memchr(b' ', key.of(text)).is_some() => Err(SyntaxErrorKind::BadKey),
            Some(b'=' | b':') => Ok(Head::Key { key, value: stop + 1 }),
            Some(b'\n') => Ok(Head::Bare { key, next: stop + 1 }),
            Some(_) => Err(SyntaxErrorKind::BadKey),
            None if start == stop => Err(SyntaxErrorKind::NoKey),
            // Nothing ends the key, and Compose takes the line for the value of an empty one.
            None => Ok(Head::Key {
                key: Span::new(start, start),
                value: start,
            }),
        }
    }

    /// Leaves a line out with an error; gives the offset behind it.
    fn skip_line(&mut self, start: usize, kind: SyntaxErrorKind) -> usize {
        let end = self.line_end(start);
        let shown = skip_back(self.text, start, end, |c| self.grammar.space.is_space(c)).max(start + 1);
        self.error(kind, self.grammar.on_error, Span::new(start, shown));
        end.max(start + 1)
    }

    pub(super) fn error(&mut self, kind: SyntaxErrorKind, effect: Effect, span: Span) {
        self.document.errors.push(SyntaxError { kind, effect, span });
    }

    /// The offset of the next line end, or of the end of the text.
    pub(super) fn line_end(&self, at: usize) -> usize {
        let rest = &self.text[at..];
        let len = match self.dialect.reader.lines {
            LineEnds::Lf => memchr::memchr(b'\n', rest),
            LineEnds::Any => memchr::memchr2(b'\n', b'\r', rest),
        };
        at + len.unwrap_or(rest.len())
    }

    /// Tells of bytes that are not UTF-8 and of zero bytes.
    fn check_encoding(&mut self) {
        let effect = match self.dialect.reader.invalid_utf8 {
            InvalidUtf8::Replaced => Effect::Literal,
        };
        let mut at = 0;
        while let Err(error) = std::str::from_utf8(&self.text[at..]) {
            let start = at + error.valid_up_to();
            let end = error.error_len().map_or(self.text.len(), |len| start + len);
            // Neighbours are one error, so that a binary file is not a list of its bytes.
            match self.document.errors.last_mut() {
                Some(last) if last.span.end as usize == start => last.span.end = Span::new(start, end).end,
                _ => self.error(SyntaxErrorKind::NotUtf8, effect, Span::new(start, end)),
            }
            at = end;
        }
        let mut from = 0;
        while let Some(nul) = memchr::memchr(0, &self.text[from..]) {
            let start = from + nul;
            from = skip(self.text, start, |c| c == '\0');
            self.error(SyntaxErrorKind::Nul, Effect::Literal, Span::new(start, from));
        }
    }

    /// Reads a value that begins behind the separator; gives it and where the next statement begins.
    fn value(&mut self, from: usize) -> Result<(RawValue, usize), SyntaxErrorKind> {
        match self.grammar.quotes.close {
            Close::Pattern => Ok(self.pattern_value(from)),
            Close::NextStatement => self.quoted_or_line(from),
        }
    }
}
