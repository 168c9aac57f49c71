//! Reads values the way dotenv-java does, which matches a line and, as long as a double quote in it does not close, all of it again together
//! with the next.

use crate::parse::document::SyntaxErrorKind;
use crate::parse::lexer::{skip, skip_back};
use crate::parse::parser::Parser;

use super::{Result, bare, quoted};

/// What Java's `trim` removes.
fn is_trimmed(c: char) -> bool {
    c <= ' '
}

/// Returns whether `.` of Java stops in a text without CR and LF.
fn holds_line_end(text: &[u8]) -> bool {
    memchr::memchr2_iter(0xC2, 0xE2, text)
        .any(|at| matches!(text[at..], [0xC2, 0x85, ..] | [0xE2, 0x80, 0xA8 | 0xA9, ..]))
}

/// Returns whether a text without its own quotes has one that no backslash precedes.
fn holds_quote(inner: &[u8]) -> bool {
    memchr::memchr_iter(b'"', inner).any(|at| at == 0 || inner[at - 1] != b'\\')
}

impl Parser<'_> {
    /// Returns whether a line whose first character is `#`, `/` or a control character is none to the loader.
    pub(in crate::parse) fn is_passed_over(&self, start: usize) -> bool {
        let line = &self.text[start..self.line_end(start)];
        match line[0] {
            b'#' => self.begins_line(start),
            b'/' => self.begins_line(start) && line.starts_with(b"////"),
            _ => line.iter().all(|&byte| is_trimmed(char::from(byte))),
        }
    }

    /// Reads a value up to a `#`, or double quotes up to the line on which they close.
    pub(super) fn joined(&mut self, from: usize) -> Result {
        let line_end = self.line_end(from);
        let text = self.text;
        let start = self.grammar.space.skip(&text[..line_end], from);
        let single = match text[start..line_end] {
            [b'"', ..] => return self.joined_quotes(start, line_end),
            [b'\'', ref rest @ ..] => memchr::memchr(b'\'', rest).map(|len| start + len + 2),
            _ => None,
        };
        let end = match single.filter(|&end| self.only_comment_follows(end, line_end)) {
            Some(end) => end,
            None => up_to_comment(text, start, line_end)?,
        };
        let last = skip_back(text, start, end, is_trimmed);
        let first = skip(&text[..last], start, is_trimmed);
        let value = match &text[first..last] {
            // The loader counts the last quote off by the length that the value had before it was trimmed.
            [b'"', inner @ .., b'"'] if end - start == last - first + 1 && !holds_quote(inner) => bare(first + 1, last),
            [b'"', ..] | [.., b'"'] => return Err(SyntaxErrorKind::UnterminatedQuote),
            _ => bare(first, last),
        };
        Ok((value, line_end))
    }

    /// Reads what begins with a double quote, line by line until one ends with another, or with the first that follows and a comment.
    fn joined_quotes(&mut self, open: usize, mut line_end: usize) -> Result {
        let text = self.text;
        let close = memchr::memchr(b'"', &text[open + 1..]).map_or(text.len(), |len| open + 1 + len);
        let mut line = open + 1;
        let mut has_comment = false;
        let kind = loop {
            if (line..line_end).contains(&close) && self.only_comment_follows(close + 1, line_end) {
                return Ok((quoted(open + 1, close, b'"'), line_end));
            }
            let end = match up_to_comment(text, line, line_end) {
                // What was a comment at the end of the line before is not one in front of this line.
                Ok(end) if !has_comment => end,
                _ => break SyntaxErrorKind::UnterminatedQuote,
            };
            if text[end - 1] == b'"' {
                if end == open + 1 {
                    break SyntaxErrorKind::UnterminatedQuote;
                }
                if holds_quote(&text[open + 1..end - 1]) {
                    break SyntaxErrorKind::TextAfterQuote;
                }
                return Ok((quoted(open + 1, end - 1, b'"'), line_end));
            }
            has_comment = end < line_end;
            line = line_end + if text[line_end..].starts_with(b"\r\n") { 2 } else { 1 };
            if line >= text.len() {
                // The loader forgets what it has joined.
                self.stumbled = text.len();
                return Err(SyntaxErrorKind::UnterminatedQuote);
            }
            line_end = self.line_end(line);
        };
        self.wasted += line_end - open;
        if close < text.len() && self.only_comment_follows(close + 1, self.line_end(close)) {
            self.stumbled = close;
        }
        Err(kind)
    }

    /// Returns whether nothing but white space and a comment stands between two places of a line.
    fn only_comment_follows(&self, at: usize, line_end: usize) -> bool {
        let at = self.grammar.space.skip(&self.text[..line_end], at);
        at == line_end || self.text[at] == b'#' && !holds_line_end(&self.text[at..line_end])
    }
}

/// Returns where the comment of a line begins, or the line ends.
fn up_to_comment(text: &[u8], start: usize, line_end: usize) -> std::result::Result<usize, SyntaxErrorKind> {
    let end = memchr::memchr(b'#', &text[start..line_end]).map_or(line_end, |len| start + len);
    if holds_line_end(&text[end..line_end]) {
        return Err(SyntaxErrorKind::SpaceInValue);
    }
    Ok(end)
}
