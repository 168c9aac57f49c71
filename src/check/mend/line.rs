//! A line with one assignment, read by its own punctuation, and the ways in which it can be written.

use crate::check::divergence::{View, outer};
use crate::diagnostic::Edit;
use crate::model::Value;
use crate::parse::dialect;
use crate::parse::{AssignmentKind, Quote};
use crate::source::{SourceId, Span};

/// How far to search for the closing quote of a value, in bytes.
const MAX_QUOTED: usize = 1 << 16;

/// A line with one assignment, by its own punctuation; several lines, if a quoted value spans them.
pub(super) struct Line {
    pub(super) start: usize,
    /// The end of the content, before CR or LF.
    pub(super) end: usize,
    pub(super) key: Span,
    equals: usize,
    /// The value, including its quotes.
    body: Span,
    quote: Option<Quote>,
    comment: Option<usize>,
}

/// A way of writing a line.
pub(super) struct Way {
    /// The quotes of the value; `None` leaves them as they are.
    quotes: Option<&'static str>,
    moves_comment: bool,
    removes_export: bool,
    /// Whether `\n` in double quotes becomes a line end, which more loaders support.
    breaks: bool,
}

/// All ways, beginning with those that change least.
pub(super) const WAYS: &[Way] = &ways();

const fn ways() -> [Way; 32] {
    const WAY: Way = Way {
        quotes: None,
        moves_comment: false,
        removes_export: false,
        breaks: false,
    };
    let mut ways = [WAY; 32];
    let mut index = 0;
    while index < 32 {
        ways[index] = Way {
            quotes: match index % 4 {
                0 => None,
                1 => Some("\""),
                2 => Some("'"),
                _ => Some(""),
            },
            moves_comment: index / 4 % 2 == 1,
            removes_export: index / 8 % 2 == 1,
            breaks: index / 16 == 1,
        };
        index += 1;
    }
    ways
}

impl Way {
    pub(super) fn is_bare(&self) -> bool {
        self.quotes.is_none_or(str::is_empty)
    }

    pub(super) fn title(&self, line: &Line) -> &'static str {
        match (self.quotes, line.quote) {
            _ if self.breaks => "write line ends in the place of `\\n`",
            (Some(""), Some(_)) => "take the quotes off",
            (Some("'"), _) => "put the value in single quotes",
            (Some("\""), _) => "put the value in double quotes",
            _ if self.moves_comment => "put the comment on a line of its own",
            _ if self.removes_export => "remove `export`",
            _ => "remove the white space around the value",
        }
    }
}

impl Line {
    /// Returns the line of a key, if only `export` precedes the key.
    pub(super) fn new(text: &[u8], key: Span) -> Option<Line> {
        let is_blank = |byte: &u8| matches!(byte, b' ' | b'\t');
        let skip = |at: usize, end: usize| at + text[at..end].iter().take_while(|byte| is_blank(byte)).count();
        let skip_back =
            |start: usize, at: usize| at - text[start..at].iter().rev().take_while(|byte| is_blank(byte)).count();
        let before = key.start as usize;
        let start = memchr::memrchr(b'\n', &text[..before]).map_or(0, |at| at + 1);
        let content = text[start..before]
            .strip_prefix(b"\xEF\xBB\xBF")
            .unwrap_or(&text[start..before]);
        if !matches!(content.trim_ascii(), b"" | b"export") {
            return None;
        }
        let end = memchr::memchr(b'\n', &text[before..]).map_or(text.len(), |len| before + len);
        let mut end = end - usize::from(end > before && text[end - 1] == b'\r');
        // A loader may read white space or a prefix as part of the key; only the name itself matters here.
        let equals = skip(key.end as usize, end.max(key.end as usize));
        if equals >= end || text[equals] != b'=' {
            return None;
        }
        let first = skip(equals + 1, end);
        let quote = text[first..end].first().and_then(|&byte| Quote::of(byte));
        let (close, comment) = if let Some(quote) = quote {
            let near = text.len().min(first + 1 + MAX_QUOTED);
            let close = first + 1 + memchr::memchr(quote.byte(), &text[first + 1..near])?;
            if close >= end {
                // A value that spans several lines.
                let next = memchr::memchr(b'\n', &text[close..]).map_or(text.len(), |len| close + len);
                end = next - usize::from(next > close && text[next - 1] == b'\r');
            }
            let behind = skip(close + 1, end);
            match text[behind..end].first() {
                None => (close + 1, None),
                Some(b'#') => (close + 1, Some(behind)),
                Some(_) => return None,
            }
        } else {
            let is_comment = |at: &usize| is_blank(&text[at - 1]);
            let comment = memchr::memchr_iter(b'#', &text[first..end])
                .map(|at| first + at)
                .find(is_comment);
            (skip_back(first, comment.unwrap_or(end)), comment)
        };
        Some(Line {
            start,
            end,
            key,
            equals,
            body: Span::new(first, close),
            quote,
            comment,
        })
    }

    /// Returns what the loader gives a program, if it reads the line as intended.
    pub(super) fn meant<'a>(&self, view: &View<'a, '_>, source: SourceId, key: &[u8]) -> Option<&'a [u8]> {
        let variable = view.environment.get(key)?;
        let assignment = view.assignment(source, self.key)?;
        let value = assignment.value;
        let is_words = matches!(view.dialect.grammar.value, dialect::Value::Words(_));
        let fits = if self.body.is_empty() {
            value.span.is_empty()
        } else {
            outer(value) == self.body && (value.quote == self.quote || is_words)
        };
        match &variable.value {
            Value::Known(value) if fits && assignment.kind == AssignmentKind::Value => Some(value.expose()),
            _ => None,
        }
    }

    /// Returns the edits that rewrite the line in some way; none if it is written that way or can't be.
    pub(super) fn written(&self, text: &[u8], way: &Way) -> Vec<Edit> {
        let mut edits = Vec::new();
        let mut put = |start: usize, end: usize, with: &'static str| {
            if text[start..end] != *with.as_bytes() {
                edits.push(Edit {
                    span: Span::new(start, end),
                    text: with,
                });
            }
        };
        let before = text[self.start..self.key.start as usize].trim_ascii_start();
        let has_export = before.starts_with(b"export");
        if way.removes_export != has_export && way.removes_export || way.moves_comment && self.comment.is_none() {
            return Vec::new();
        }
        let (outer, quoted) = (self.body.range(), usize::from(self.quote.is_some()));
        let inner = &text[outer.start + quoted..outer.end - quoted];
        let own = match self.quote {
            None => "",
            Some(Quote::Single) => "'",
            Some(Quote::Double) => "\"",
            Some(Quote::Backtick) => "`",
        };
        let quotes = way.quotes.unwrap_or(own);
        let same = way.quotes == Some(own);
        if same && !way.breaks
            || quotes != own && !quotes.is_empty() && memchr::memchr(quotes.as_bytes()[0], inner).is_some()
        {
            return Vec::new();
        }
        let escapes = if way.breaks { line_breaks(inner) } else { Vec::new() };
        if way.breaks && (quotes != "\"" || escapes.is_empty()) {
            return Vec::new();
        }
        if has_export && way.removes_export {
            put(self.key.start as usize - before.len(), self.key.start as usize, "");
        }
        put(self.key.end as usize, self.equals, "");
        put(self.equals + 1, outer.start + quoted, quotes);
        for at in escapes {
            let at = outer.start + quoted + at;
            put(at, at + 2, "\n");
        }
        let inner_end = outer.end - quoted;
        match self.comment {
            Some(comment) if way.moves_comment => {
                let with = match quotes {
                    "\"" => "\"\n",
                    "'" => "'\n",
                    "`" => "`\n",
                    _ => "\n",
                };
                put(inner_end, comment, with);
            }
            Some(_) => put(inner_end, outer.end, quotes),
            None => put(inner_end, self.end, quotes),
        }
        edits
    }
}

/// Returns the offsets of `\n` in a quoted text, unless the backslash is itself escaped.
fn line_breaks(text: &[u8]) -> Vec<usize> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(len) = memchr::memchr(b'\\', &text[at..]) {
        at += len;
        if text.get(at + 1) == Some(&b'n') {
            found.push(at);
        }
        at = (at + 2).min(text.len());
    }
    found
}
