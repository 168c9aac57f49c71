//! Values as in @env-spec and Envfile: words, quoted texts, calls, lists and objects.

use crate::name;
use crate::source::Span;

/// A value and its span.
#[derive(Debug, Clone)]
pub(super) struct Value {
    pub(super) span: Span,
    pub(super) form: Form,
}

#[derive(Debug, Clone)]
pub(super) enum Form {
    /// Unquoted.
    Word(String),
    /// Quoted.
    Text(String),
    /// `name(…)`
    Call(String, Vec<Argument>),
    /// `[…]`
    List(Vec<Value>),
    /// `{…}`
    Object,
    /// Something computed: `$NAME`, `${…}`.
    Computed,
}

/// An argument, optionally named.
#[derive(Debug, Clone)]
pub(super) struct Argument {
    pub(super) name: Option<String>,
    pub(super) value: Value,
}

impl Value {
    /// Returns the text, if the value is a literal.
    pub(super) fn text(&self) -> Option<&str> {
        match &self.form {
            Form::Word(text) | Form::Text(text) => Some(text),
            _ => None,
        }
    }

    pub(super) fn flag(&self) -> Option<bool> {
        match &self.form {
            Form::Word(word) if word == "true" => Some(true),
            Form::Word(word) if word == "false" => Some(false),
            _ => None,
        }
    }

    /// Returns the number in JSON syntax.
    pub(super) fn number(&self) -> Option<String> {
        let text = self.text()?;
        let is_one = text
            .bytes()
            .all(|byte| byte.is_ascii_digit() || matches!(byte, b'-' | b'.'));
        let number: serde_json::Number = serde_json::from_str(text).ok().filter(|_| is_one)?;
        Some(number.to_string())
    }

    /// Returns a non-negative integer.
    pub(super) fn count(&self) -> Option<String> {
        self.text()?.parse::<u32>().ok().map(|count| count.to_string())
    }
}

/// Reads values. Within brackets, line ends and the `#` at the beginning of a comment line are white space.
pub(super) struct Reader<'t> {
    pub(super) text: &'t str,
    pub(super) at: usize,
    /// Where reading stops.
    pub(super) end: usize,
}

/// The maximum nesting depth, deeper than anybody writes.
const MAX_DEPTH: u32 = 24;

impl Reader<'_> {
    pub(super) fn peek(&self) -> Option<u8> {
        self.text.as_bytes()[..self.end].get(self.at).copied()
    }

    pub(super) fn take(&mut self, byte: u8) -> bool {
        let is = self.peek() == Some(byte);
        self.at += usize::from(is);
        is
    }

    pub(super) fn blanks(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t')) {
            self.at += 1;
        }
    }

    /// Skips white space within brackets.
    fn space(&mut self) {
        loop {
            match self.peek() {
                Some(b' ' | b'\t' | b'\r') => self.at += 1,
                Some(b'\n') => {
                    self.at += 1;
                    self.blanks();
                    // The `#` of the comment that contains the decorator.
                    self.take(b'#');
                }
                _ => return,
            }
        }
    }

    /// Reads letters, digits and `_`.
    pub(super) fn name(&mut self) -> Option<String> {
        let rest = &self.text[self.at..self.end];
        let len = name::word_len(rest.as_bytes());
        self.at += len;
        (len > 0).then(|| rest[..len].to_owned())
    }

    /// Reads a value; an unquoted one ends at any byte in `stops`.
    pub(super) fn value(&mut self, stops: &[u8], depth: u32) -> Option<Value> {
        let start = self.at;
        let mut form = match self.peek()? {
            quote @ (b'"' | b'\'' | b'`') => Form::Text(self.quoted(quote)?),
            _ if depth >= MAX_DEPTH => return None,
            b'[' => {
                self.at += 1;
                let items = self.arguments(b']', depth + 1)?;
                Form::List(items.into_iter().map(|item| item.value).collect())
            }
            b'{' => {
                self.at += 1;
                self.arguments(b'}', depth + 1)?;
                Form::Object
            }
            _ => self.word_or_call(stops, depth)?,
        };
        if let Form::Text(text) = &form
            && text.contains("${")
            && !self.text[start..].starts_with('\'')
        {
            form = Form::Computed;
        }
        Some(Value {
            span: Span::new(start, self.at),
            form,
        })
    }

    /// `word` or `name(…)`
    fn word_or_call(&mut self, stops: &[u8], depth: u32) -> Option<Form> {
        let rest = &self.text[self.at..self.end];
        let stop = |byte: &u8| stops.contains(byte);
        let len = rest.bytes().take_while(|byte| !stop(byte) && *byte != b'(').count();
        if stops.contains(&b',')
            && let Some(len) = pattern_len(rest, stops)
        {
            self.at += len;
            return Some(Form::Word(rest[..len].to_owned()));
        }
        let name = &rest[..len];
        if rest.as_bytes().get(len) == Some(&b'(') && !name.is_empty() && name::word_len(name.as_bytes()) == len {
            self.at += len + 1;
            return Some(Form::Call(name.to_owned(), self.arguments(b')', depth + 1)?));
        }
        // A bracket within a word is part of the word.
        let len = word_len(rest, stops);
        self.at += len;
        let word = &rest[..len];
        Some(if word.contains('$') {
            Form::Computed
        } else {
            Form::Word(word.to_owned())
        })
    }

    fn quoted(&mut self, quote: u8) -> Option<String> {
        self.at += 1;
        let mut text = String::new();
        while let Some(letter) = self.text[self.at..self.end].chars().next() {
            self.at += letter.len_utf8();
            match letter {
                '\\' => {
                    let next = self.text[self.at..self.end].chars().next()?;
                    self.at += next.len_utf8();
                    match next {
                        'n' => text.push('\n'),
                        't' => text.push('\t'),
                        'r' => text.push('\r'),
                        // Keep a backslash before anything but a quote, as in a pattern.
                        other if u32::from(other) == u32::from(quote) || other == '\\' => text.push(other),
                        other => text.extend(['\\', other]),
                    }
                }
                other if u32::from(other) == u32::from(quote) => return Some(text),
                '\n' => return None,
                other => text.push(other),
            }
        }
        None
    }

    /// Reads up to the closing bracket: values separated by `,`, each optionally preceded by `name=` or `name:`.
    pub(super) fn arguments(&mut self, close: u8, depth: u32) -> Option<Vec<Argument>> {
        let mut arguments = Vec::new();
        loop {
            self.space();
            if self.take(close) {
                return Some(arguments);
            }
            let start = self.at;
            let name = self.name().and_then(|name| {
                self.blanks();
                let is_one = matches!(self.peek(), Some(b'=' | b':')) && !self.text[self.at..].starts_with("://");
                is_one.then_some(name)
            });
            if name.is_some() {
                self.at += 1;
                self.space();
            } else {
                self.at = start;
            }
            let mut value = self.value(b",)]}\n", depth)?;
            if let Form::Word(word) = &mut value.form {
                *word = word.trim_end().to_owned();
            }
            arguments.push(Argument { name, value });
            self.space();
            if !self.take(b',') && self.peek() != Some(close) {
                return None;
            }
        }
    }
}

/// Returns the length of a word, which ends at any byte in `stops` outside `${…}`.
fn word_len(rest: &str, stops: &[u8]) -> usize {
    let bytes = rest.as_bytes();
    let mut at = 0;
    while let Some(byte) = bytes.get(at).filter(|byte| !stops.contains(byte)) {
        let braced = (*byte == b'$').then(|| rest[at..].lines().next()?.strip_prefix("${")?.find('}'));
        at += braced.flatten().map_or(1, |len| len + "${}".len());
    }
    at
}

/// Returns the length of `/pattern/flags`, which may contain brackets and commas; `None` if it is something else.
fn pattern_len(rest: &str, stops: &[u8]) -> Option<usize> {
    let line = rest.lines().next()?.strip_prefix('/')?;
    let mut is_escaped = false;
    let inner = line.bytes().position(|byte| {
        let ends = byte == b'/' && !is_escaped;
        is_escaped = byte == b'\\' && !is_escaped;
        ends
    })?;
    let flags = line[inner + 1..].bytes().take_while(u8::is_ascii_lowercase).count();
    let len = inner + 2 + flags;
    let next = rest.as_bytes().get(len);
    next.is_none_or(|byte| stops.contains(byte) || *byte == b' ')
        .then_some(len)
}
