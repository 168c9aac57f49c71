//! Splits source code into words, strings and punctuation. All it knows of a language ([`Syntax`]) is what comments and
//! strings look like.
//!
//! It makes one pass and never looks back further than a line. Anything unclosed ends with its line or with the text,
//! so a misreading costs a line and not the file.

mod string;
mod syntax;

use crate::name::is_word_byte;
use string::INTERPOLATED;
pub(super) use syntax::{Habit, Kind, Quote, Syntax, Token};

/// Splits a range of a text into tokens, and collects the spans of its comments.
pub(super) fn lex(
    text: &[u8],
    from: usize,
    to: usize,
    syntax: &'static Syntax,
    comments: &mut Vec<(usize, usize)>,
) -> Vec<Token> {
    let mut lexer = Lexer {
        text: &text[..to],
        at: from,
        syntax,
        tokens: Vec::new(),
        comments,
        holes: Vec::new(),
        heredocs: Vec::new(),
        unclosed: [from; 2],
    };
    lexer.run();
    lexer.tokens
}

/// A string that is interrupted by interpolated code.
struct Hole {
    quote: &'static Quote,
    /// Number of braces open in the code.
    depth: u32,
}

struct Heredoc {
    start: usize,
    end: usize,
    /// Whether it interpolates.
    holes: bool,
}

struct Lexer<'t, 'c> {
    text: &'t [u8],
    at: usize,
    syntax: &'static Syntax,
    tokens: Vec<Token>,
    comments: &'c mut Vec<(usize, usize)>,
    holes: Vec<Hole>,
    /// Heredocs whose text begins on the next line, with the spans of their names.
    heredocs: Vec<Heredoc>,
    /// Up to where no closing mark for a slash or a `%` exists, so that each line is searched only once.
    unclosed: [usize; 2],
}

/// More nested interpolations than real code has.
const MAX_HOLES: usize = 64;

impl Lexer<'_, '_> {
    fn run(&mut self) {
        while self.at < self.text.len() {
            let byte = self.text[self.at];
            match byte {
                b'\n' => {
                    self.at += 1;
                    if !self.heredocs.is_empty() {
                        self.heredoc_bodies();
                    }
                    if self.syntax.habit == Habit::Ruby && self.starts("=begin") {
                        self.skip_to_line(b"=end");
                    }
                }
                b' ' | b'\t' | b'\r' => self.at += 1,
                b'a'..=b'z' | b'A'..=b'Z' | b'_' | b'0'..=b'9' | b'$' | 0x80.. => self.word(),
                _ if self.comment(byte) => {}
                _ if self.string(byte) => {}
                b'/' if self.slash() => {}
                b'<' if self.heredoc() => {}
                b'%' if self.syntax.habit == Habit::Ruby && self.percent() => {}
                b'{' => {
                    if let Some(hole) = self.holes.last_mut() {
                        hole.depth += 1;
                    }
                    self.sign(byte);
                }
                b'}' => self.close(),
                _ => self.sign(byte),
            }
        }
    }

    fn push(&mut self, kind: Kind, start: usize, end: usize) {
        self.tokens.push(Token { kind, start, end });
    }

    fn sign(&mut self, byte: u8) {
        self.push(Kind::Sign(byte), self.at, self.at + 1);
        self.at += 1;
    }

    fn starts(&self, word: &str) -> bool {
        self.text[self.at..].starts_with(word.as_bytes())
    }

    /// Reads a word: letters, digits, `_`, `$`, and anything that is not ASCII.
    fn word(&mut self) {
        let start = self.at;
        let is_word = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$') || byte >= 0x80;
        let rest = &self.text[start..];
        self.at += rest.iter().position(|&byte| !is_word(byte)).unwrap_or(rest.len());
        // A prefix that determines the kind of a string belongs to the string.
        let is_a_part = match self.syntax.habit {
            Habit::Python => self.prefixed(start),
            Habit::Rust => self.raw(start),
            Habit::CSharp if self.text[start] == b'$' && self.at == start + 1 && self.starts("\"") => {
                self.at += 1;
                self.body(&INTERPOLATED);
                true
            }
            _ => false,
        };
        if !is_a_part {
            self.push(Kind::Word, start, self.at);
        }
    }

    fn comment(&mut self, byte: u8) -> bool {
        if let Some((open, close)) = self.syntax.block_comment
            && open.as_bytes()[0] == byte
            && self.starts(open)
        {
            let start = self.at;
            self.at += open.len();
            let mut depth = 1;
            while depth > 0 {
                let rest = &self.text[self.at..];
                let Some(end) = memchr::memmem::find(rest, close.as_bytes()) else {
                    self.at = self.text.len();
                    break;
                };
                let inner = if self.syntax.habit == Habit::Rust {
                    memchr::memmem::find_iter(&rest[..end], open.as_bytes()).count()
                } else {
                    0
                };
                depth = depth + inner - 1;
                self.at += end + close.len();
            }
            self.comments.push((start, self.at));
            return true;
        }
        let is_one = self.syntax.line_comments.iter().any(|open| self.starts(open))
            && !self.is_a_url()
            && !self.is_an_attribute();
        if is_one {
            let start = self.at;
            let rest = &self.text[start..];
            self.at += memchr::memchr(b'\n', rest).unwrap_or(rest.len());
            self.comments.push((start, self.at));
        }
        is_one
    }

    /// Returns whether this is the `//` of a URL in the text of a tag.
    fn is_a_url(&self) -> bool {
        let before = &self.text[..self.at];
        self.syntax.habit == Habit::JavaScript
            && [b"http:".as_slice(), b"https:"]
                .iter()
                .any(|scheme| before.ends_with(scheme))
    }

    /// Returns whether this is the start of a PHP attribute, `#[…]`.
    fn is_an_attribute(&self) -> bool {
        self.syntax.habit == Habit::Php && self.starts("#[")
    }

    /// Reads a regular expression, unless the slash follows a value and so divides it.
    fn slash(&mut self) -> bool {
        if !matches!(self.syntax.habit, Habit::JavaScript | Habit::Ruby) {
            return false;
        }
        let before_is_a_value = self.tokens.last().is_some_and(|token| match token.kind {
            Kind::Word => {
                let word = &self.text[token.start..token.end];
                let keywords: [&[u8]; 14] = [
                    b"return", b"case", b"in", b"of", b"typeof", b"else", b"do", b"await", b"yield", b"if", b"unless",
                    b"when", b"and", b"or",
                ];
                !keywords.contains(&word)
            }
            Kind::Text | Kind::Template | Kind::Pattern => true,
            Kind::Sign(byte) => matches!(byte, b')' | b']' | b'}') || byte == b'<' && token.end == self.at,
        });
        // Ruby calls methods without parentheses: `split /,/`.
        let is_an_argument = self.syntax.habit == Habit::Ruby
            && self.text[..self.at].ends_with(b" ")
            && self.tokens.last().is_some_and(|token| token.kind == Kind::Word)
            && self
                .text
                .get(self.at + 1)
                .is_some_and(|next| !matches!(next, b' ' | b'='));
        if before_is_a_value && !is_an_argument || self.at < self.unclosed[0] {
            return false;
        }
        let mut at = self.at + 1;
        let mut in_class = false;
        while let Some(&byte) = self.text.get(at) {
            match byte {
                b'\n' => break,
                b'\\' => at += 1,
                b'[' => in_class = true,
                b']' => in_class = false,
                b'/' if !in_class => {
                    self.push(Kind::Pattern, self.at, at + 1);
                    self.at = at + 1;
                    return true;
                }
                _ => {}
            }
            at += 1;
        }
        self.unclosed[0] = at;
        false
    }

    /// Moves past the next line that begins with a word, and returns the start of that line.
    fn skip_to_line(&mut self, word: &[u8]) -> usize {
        while self.at < self.text.len() {
            let line = self.at;
            let rest = &self.text[line..];
            let len = memchr::memchr(b'\n', rest).unwrap_or(rest.len());
            let trimmed = rest[..len].trim_ascii_start();
            if let Some(behind) = trimmed.strip_prefix(word)
                && !behind.first().is_some_and(is_word_byte)
            {
                self.at = line + (len - trimmed.len()) + word.len();
                return line;
            }
            self.at = (line + len + 1).min(self.text.len());
        }
        self.at
    }
}
