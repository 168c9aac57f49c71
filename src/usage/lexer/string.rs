//! Lexes strings: plain, prefixed, interpolated and multi-line ones.

use super::{Habit, Heredoc, Hole, Kind, Lexer, MAX_HOLES, Quote, lex};
use crate::name::word_len;

impl Lexer<'_, '_> {
    /// Reads the string of `rb"…"` or `f'…'`, whose prefix was read already.
    pub(super) fn prefixed(&mut self, start: usize) -> bool {
        let prefix = &self.text[start..self.at];
        let letter = |letter: u8| prefix.iter().any(|byte| byte | 0x20 == letter);
        if prefix.len() > 2 || !prefix.iter().all(|byte| b"rbftu".contains(&(byte | 0x20))) {
            return false;
        }
        let table: &'static [Quote] = match (letter(b'f') || letter(b't'), letter(b'r')) {
            (true, _) => &FORMATTED,
            (false, true) => &PYTHON_RAW,
            (false, false) => self.syntax.quotes,
        };
        let Some(quote) = table.iter().find(|quote| self.starts(quote.open)) else {
            return false;
        };
        self.at += quote.open.len();
        self.body(quote);
        true
    }

    /// Reads `r#"…"#`, `b"…"` or `c"…"`.
    pub(super) fn raw(&mut self, start: usize) -> bool {
        let prefix = &self.text[start..self.at];
        if matches!(prefix, b"b" | b"c") && self.starts("\"") {
            return self.string(b'"');
        }
        if !matches!(prefix, b"r" | b"br" | b"cr") {
            return false;
        }
        let rest = &self.text[self.at..];
        let hashes = rest.iter().take_while(|byte| **byte == b'#').count();
        if rest.get(hashes) != Some(&b'"') {
            return false;
        }
        let from = self.at + hashes + 1;
        let mut close = vec![b'"'];
        close.resize(hashes + 1, b'#');
        let end = memchr::memmem::find(&self.text[from..], &close).map_or(self.text.len(), |len| from + len);
        self.push(Kind::Text, from, end);
        self.at = (end + close.len()).min(self.text.len());
        true
    }

    pub(super) fn string(&mut self, byte: u8) -> bool {
        let Some(quote) = self
            .syntax
            .quotes
            .iter()
            .find(|quote| quote.open.as_bytes()[0] == byte && self.starts(quote.open))
        else {
            return false;
        };
        if byte == b'\'' && self.is_no_string() {
            self.at += 1;
            return true;
        }
        self.at += quote.open.len();
        self.body(quote);
        true
    }

    /// Returns whether a quote is an apostrophe in a word, a lifetime or a digit separator.
    fn is_no_string(&self) -> bool {
        let behind = |word: &[u8]| self.text[..self.at].ends_with(word);
        match self.syntax.habit {
            Habit::JavaScript | Habit::None | Habit::CSharp => {
                let before = self.at.checked_sub(1).map(|at| self.text[at]);
                let keywords: [&[u8]; 12] = [
                    b"return", b"case", b"in", b"of", b"typeof", b"import", b"from", b"else", b"default", b"await",
                    b"yield", b"as",
                ];
                before.is_some_and(|byte| byte.is_ascii_alphanumeric() || byte == b'}' || byte >= 0x80)
                    && !keywords.iter().any(|word| behind(word))
            }
            Habit::Rust => {
                let rest = &self.text[self.at + 1..];
                let is_name = rest
                    .first()
                    .is_some_and(|byte| byte.is_ascii_alphabetic() || *byte == b'_');
                is_name && rest.get(1) != Some(&b'\'')
            }
            _ => false,
        }
    }

    /// Reads a string after its opening mark, or after interpolated code in it.
    pub(super) fn body(&mut self, quote: &'static Quote) {
        let start = self.at;
        let close = quote.close.as_bytes();
        let mut is_whole = true;
        while let Some(&byte) = self.text.get(self.at) {
            if byte == close[0] && self.starts(quote.close) {
                let end = self.at;
                self.at += close.len();
                // A doubled quote is one quote, where no backslash can escape it.
                if !quote.escapes
                    && close.len() == 1
                    && self.syntax.habit == Habit::CSharp
                    && self.text.get(self.at) == Some(&close[0])
                {
                    self.at += 1;
                    is_whole = false;
                    continue;
                }
                let kind = if is_whole { Kind::Text } else { Kind::Template };
                return self.push(kind, start, end);
            }
            match byte {
                b'\\' if quote.escapes => {
                    self.at += 2;
                    continue;
                }
                b'\n' if !quote.lines => break,
                _ => {}
            }
            if let Some(open) = quote.hole
                && byte == open.as_bytes()[0]
                && self.starts(open)
                && self.holes.len() < MAX_HOLES
            {
                // `{{` is a literal brace.
                if open == "{" && self.text.get(self.at + 1) == Some(&b'{') {
                    self.at += 2;
                    continue;
                }
                self.push(Kind::Template, start, self.at);
                // The `$` of `{$` is part of the code.
                self.at += if open == "{$" { 1 } else { open.len() };
                self.holes.push(Hole { quote, depth: 0 });
                return;
            }
            self.at += 1;
        }
        // The string is unclosed.
        self.at = self.at.min(self.text.len());
        self.push(Kind::Template, start, self.at);
    }

    /// Reads `}`, which ends a block or interpolated code.
    pub(super) fn close(&mut self) {
        match self.holes.last_mut() {
            Some(hole) if hole.depth == 0 => {
                let quote = hole.quote;
                self.holes.pop();
                self.at += 1;
                self.body(quote);
            }
            Some(hole) => {
                hole.depth -= 1;
                self.sign(b'}');
            }
            None => self.sign(b'}'),
        }
    }

    /// Reads `%w[…]`, `%q(…)` and similar literals.
    pub(super) fn percent(&mut self) -> bool {
        let rest = &self.text[self.at + 1..];
        let letter = usize::from(rest.first().is_some_and(|byte| b"qQwWiIrxs".contains(byte)));
        let close = match rest.get(letter) {
            Some(b'(') => b')',
            Some(b'[') => b']',
            Some(b'{') => b'}',
            Some(b'<') => b'>',
            Some(byte @ (b'|' | b'!' | b'/')) if letter == 1 => *byte,
            _ => return false,
        };
        if letter == 0
            && self
                .tokens
                .last()
                .is_some_and(|token| matches!(token.kind, Kind::Word | Kind::Text | Kind::Sign(b')' | b']')))
        {
            return false;
        }
        let start = self.at;
        if start < self.unclosed[1] {
            return false;
        }
        let open = rest[letter];
        let mut depth = 0;
        for (index, &byte) in rest.iter().enumerate().skip(letter) {
            if byte == open && open != close {
                depth += 1;
            } else if byte == close && index > letter {
                depth -= i32::from(open != close);
                if depth == 0 {
                    self.at = start + 1 + index + 1;
                    self.push(Kind::Template, start, self.at);
                    return true;
                }
            }
        }
        self.unclosed[1] = self.text.len();
        false
    }

    /// Reads the start of a heredoc (`<<~NAME`, `<<<NAME`), whose text begins on the next line.
    pub(super) fn heredoc(&mut self) -> bool {
        let open = match self.syntax.habit {
            Habit::Ruby if self.starts("<<") => 2,
            Habit::Php if self.starts("<<<") => 3,
            _ => return false,
        };
        let mut at = self.at + open;
        let marked = matches!(self.text.get(at), Some(b'~' | b'-'));
        at += usize::from(marked);
        let quote = self.text.get(at).copied().filter(|byte| matches!(byte, b'\'' | b'"'));
        at += usize::from(quote.is_some());
        let rest = &self.text[at..];
        let len = word_len(rest);
        let is_a_value = self
            .tokens
            .last()
            .is_some_and(|token| token.end == self.at && matches!(token.kind, Kind::Word | Kind::Sign(b')' | b']')));
        let is_upper = rest
            .first()
            .is_some_and(|byte| byte.is_ascii_uppercase() || *byte == b'_');
        let is_one = len > 0 && (marked || quote.is_some() || open == 3 || is_upper && !is_a_value);
        if !is_one || self.heredocs.len() > 16 {
            return false;
        }
        self.heredocs.push(Heredoc {
            start: at,
            end: at + len,
            holes: open == 2 && quote != Some(b'\''),
        });
        self.push(Kind::Template, self.at, at + len);
        self.at = at + len + usize::from(quote.is_some());
        true
    }

    /// Reads the texts of the heredocs started on the line above.
    pub(super) fn heredoc_bodies(&mut self) {
        for heredoc in std::mem::take(&mut self.heredocs) {
            let start = self.at;
            let name = self.text[heredoc.start..heredoc.end].to_vec();
            let end = self.skip_to_line(&name);
            if heredoc.holes {
                self.holes_in(start, end);
            }
        }
    }

    /// Lexes the code of each `#{…}` in a text, up to the end of its line.
    fn holes_in(&mut self, start: usize, end: usize) {
        let mut at = start;
        while let Some(found) = memchr::memmem::find(&self.text[at..end], b"#{") {
            let from = at + found + 2;
            let line = memchr::memchr(b'\n', &self.text[from..end]).map_or(end, |len| from + len);
            let to = memchr::memchr(b'}', &self.text[from..line]).map_or(line, |len| from + len);
            self.tokens.extend(lex(self.text, from, to, self.syntax, self.comments));
            at = to;
        }
    }
}

/// C#'s `$"…{code}…"`.
pub(super) static INTERPOLATED: Quote = Quote::new("\"").hole("{");

static FORMATTED: [Quote; 4] = [
    Quote::new("\"\"\"").long().hole("{"),
    Quote::new("'''").long().hole("{"),
    Quote::new("\"").hole("{"),
    Quote::new("'").hole("{"),
];

/// Even in a raw string, a backslash keeps a quote from closing.
static PYTHON_RAW: [Quote; 4] = [
    Quote::new("\"\"\"").long(),
    Quote::new("'''").long(),
    Quote::new("\""),
    Quote::new("'"),
];
