//! Source code to words, strings and signs. What is a comment and what is a string is all that it knows of a language ([`Syntax`]).
//!
//! One pass, no backtracking further than a line; whatever is not closed ends with its line or with the text, so that a slip costs a line and not a file.

/// What stands somewhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A name, a keyword or a number.
    Word,
    /// A string that says what it is: its span is what stands between the quotes.
    Text,
    /// A string with something in it that only the running program knows.
    Template,
    /// A regular expression.
    Pattern,
    /// One character of anything else.
    Sign(u8),
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Token {
    pub(super) kind: Kind,
    pub(super) start: usize,
    pub(super) end: usize,
}

/// A sort of string.
#[derive(Debug)]
pub(super) struct Quote {
    pub(super) open: &'static str,
    pub(super) close: &'static str,
    /// Whether a backslash takes the next character in.
    pub(super) escapes: bool,
    /// Whether it may go over the end of a line.
    pub(super) lines: bool,
    /// What opens a hole with code in it; `}` closes it.
    pub(super) hole: Option<&'static str>,
}

impl Quote {
    pub(super) const fn new(mark: &'static str) -> Quote {
        Quote {
            open: mark,
            close: mark,
            escapes: true,
            lines: false,
            hole: None,
        }
    }

    pub(super) const fn raw(self) -> Quote {
        Quote { escapes: false, ..self }
    }

    pub(super) const fn long(self) -> Quote {
        Quote { lines: true, ..self }
    }

    pub(super) const fn hole(self, open: &'static str) -> Quote {
        Quote {
            hole: Some(open),
            ..self
        }
    }
}

/// What is particular to a language beyond tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Habit {
    None,
    /// Regular expressions between slashes, apostrophes in the text of tags.
    JavaScript,
    /// Letters in front of quotes: `r`, `b`, `f`.
    Python,
    /// `r#"…"#`, lifetimes, comments in comments.
    Rust,
    /// Regular expressions, `<<~HEREDOC`, `%w[…]`, `=begin`.
    Ruby,
    /// `<<<HEREDOC`.
    Php,
    /// `@"…"`.
    CSharp,
}

/// How a language is written.
#[derive(Debug)]
pub(super) struct Syntax {
    pub(super) line_comments: &'static [&'static str],
    pub(super) block_comment: Option<(&'static str, &'static str)>,
    /// Longer marks before shorter ones.
    pub(super) quotes: &'static [Quote],
    pub(super) habit: Habit,
}

/// Takes a text apart. Comments are handed over by where they stand.
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

/// A string that waits for its hole to end.
struct Hole {
    quote: &'static Quote,
    /// Braces that are open in the hole.
    depth: u32,
}

struct Heredoc {
    start: usize,
    end: usize,
    /// Whether it has holes.
    holes: bool,
}

struct Lexer<'t, 'c> {
    text: &'t [u8],
    at: usize,
    syntax: &'static Syntax,
    tokens: Vec<Token>,
    comments: &'c mut Vec<(usize, usize)>,
    holes: Vec<Hole>,
    /// Whose text begins on the next line: where their names stand.
    heredocs: Vec<Heredoc>,
    /// Up to where it is known that nothing closes what a slash or a `%` would open: so that a line is gone through once.
    unclosed: [usize; 2],
}

/// More holes in holes than anybody writes.
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

    /// Letters, digits, `_`, `$`, and whatever is not ASCII.
    fn word(&mut self) {
        let start = self.at;
        let is_word = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$') || byte >= 0x80;
        let rest = &self.text[start..];
        self.at += rest.iter().position(|&byte| !is_word(byte)).unwrap_or(rest.len());
        // Letters that say what string comes, are a part of it.
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

    /// `rb"…"`, `f'…'`: the prefix was read, the quote comes.
    fn prefixed(&mut self, start: usize) -> bool {
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

    /// `r#"…"#`, `b"…"`, `c"…"`.
    fn raw(&mut self, start: usize) -> bool {
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

    /// `https://…` in the text of a tag.
    fn is_a_url(&self) -> bool {
        let before = &self.text[..self.at];
        self.syntax.habit == Habit::JavaScript
            && [b"http:".as_slice(), b"https:"]
                .iter()
                .any(|scheme| before.ends_with(scheme))
    }

    /// `#[…]` of PHP.
    fn is_an_attribute(&self) -> bool {
        self.syntax.habit == Habit::Php && self.starts("#[")
    }

    fn string(&mut self, byte: u8) -> bool {
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

    /// An apostrophe in a word, a lifetime, a digit separator.
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

    /// What is behind the mark that opens a string, or behind a hole in it.
    fn body(&mut self, quote: &'static Quote) {
        let start = self.at;
        let close = quote.close.as_bytes();
        let mut is_whole = true;
        while let Some(&byte) = self.text.get(self.at) {
            if byte == close[0] && self.starts(quote.close) {
                let end = self.at;
                self.at += close.len();
                // Twice is once, where there is no backslash to say so.
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
                // `{{` is a brace.
                if open == "{" && self.text.get(self.at + 1) == Some(&b'{') {
                    self.at += 2;
                    continue;
                }
                self.push(Kind::Template, start, self.at);
                // The `$` of `{$` is a part of the code.
                self.at += if open == "{$" { 1 } else { open.len() };
                self.holes.push(Hole { quote, depth: 0 });
                return;
            }
            self.at += 1;
        }
        // Nothing closes it.
        self.at = self.at.min(self.text.len());
        self.push(Kind::Template, start, self.at);
    }

    /// `}`: of a block, or of a hole.
    fn close(&mut self) {
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

    /// A regular expression, where no value stands before it that could be divided.
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

    /// `%w[…]`, `%q(…)` and their like.
    fn percent(&mut self) -> bool {
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

    /// `<<~NAME`, `<<<NAME`: a text that begins on the next line.
    fn heredoc(&mut self) -> bool {
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
        let len = rest
            .iter()
            .take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_')
            .count();
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

    /// The texts whose names stood on the line above.
    fn heredoc_bodies(&mut self) {
        for heredoc in std::mem::take(&mut self.heredocs) {
            let start = self.at;
            let name = self.text[heredoc.start..heredoc.end].to_vec();
            let end = self.skip_to_line(&name);
            if heredoc.holes {
                self.holes_in(start, end);
            }
        }
    }

    /// Behind the next line that begins with a word; where that line begins.
    fn skip_to_line(&mut self, word: &[u8]) -> usize {
        while self.at < self.text.len() {
            let line = self.at;
            let rest = &self.text[line..];
            let len = memchr::memchr(b'\n', rest).unwrap_or(rest.len());
            let trimmed = rest[..len].trim_ascii_start();
            if let Some(behind) = trimmed.strip_prefix(word)
                && !behind
                    .first()
                    .is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_')
            {
                self.at = line + (len - trimmed.len()) + word.len();
                return line;
            }
            self.at = (line + len + 1).min(self.text.len());
        }
        self.at
    }

    /// `#{…}` in a text: what is in it, on one line.
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

/// `$"…{code}…"` of C#.
static INTERPOLATED: Quote = Quote::new("\"").hole("{");

static FORMATTED: [Quote; 4] = [
    Quote::new("\"\"\"").long().hole("{"),
    Quote::new("'''").long().hole("{"),
    Quote::new("\"").hole("{"),
    Quote::new("'").hole("{"),
];

/// A backslash keeps a quote from closing even here.
static PYTHON_RAW: [Quote; 4] = [
    Quote::new("\"\"\"").long(),
    Quote::new("'''").long(),
    Quote::new("\""),
    Quote::new("'"),
];
