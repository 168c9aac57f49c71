//! Mistakes in a schema, collected: all at once, in the order of the text, each with its place and what to write instead.

use super::json::{Json, Node, quoted};
use crate::sort;
use crate::source::Span;
use crate::suggest;

/// More mistakes than this are counted, not listed.
const MAX_LISTED: usize = 1000;

/// After so many comparisons of words nothing more is suggested: there may be ten thousand of either.
const MAX_COMPARED: usize = 100_000;

/// One mistake in a schema; a schema with any is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SchemaError {
    /// Where in the text of the file.
    pub span: Span,
    /// Which file: 0 is the schema, `n` the file `n - 1` beside it.
    pub file: u16,
    /// What is wrong.
    pub message: String,
    /// What to write instead.
    pub help: Option<String>,
}

impl SchemaError {
    pub(crate) fn new(span: Span, message: impl Into<String>) -> SchemaError {
        SchemaError {
            span,
            file: 0,
            message: message.into(),
            help: None,
        }
    }

    pub(crate) fn help(self, help: impl Into<String>) -> SchemaError {
        SchemaError {
            help: Some(help.into()),
            ..self
        }
    }
}

/// The mistakes found so far.
#[derive(Default)]
pub(crate) struct Errors {
    found: Vec<SchemaError>,
    /// The file that is being read.
    pub file: u16,
    omitted: usize,
    compared: usize,
}

impl Errors {
    pub(crate) fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    /// All, in the order of the text; the last counts what is not listed.
    pub(crate) fn finish(mut self) -> Vec<SchemaError> {
        sort::by(&mut self.found, &|a, b| {
            (a.file, a.span, &a.message).cmp(&(b.file, b.span, &b.message))
        });
        self.found.dedup();
        if let (true, Some(last)) = (self.omitted > 0, self.found.last()) {
            let (span, file) = (last.span, last.file);
            let message = format!("{} further mistakes are not listed", self.omitted);
            self.found.push(SchemaError {
                span,
                file,
                message,
                help: None,
            });
        }
        self.found
    }

    /// A mistake in the file that is being read.
    pub(crate) fn add(&mut self, error: SchemaError) {
        self.add_in(self.file, error);
    }

    /// A mistake in a file.
    pub(crate) fn add_in(&mut self, file: u16, error: SchemaError) {
        if self.found.len() < MAX_LISTED {
            self.found.push(SchemaError { file, ..error });
        } else {
            self.omitted += 1;
        }
    }

    pub(crate) fn push(&mut self, span: Span, message: impl Into<String>) {
        self.tell(span, message.into(), None);
    }

    pub(crate) fn push_help(&mut self, span: Span, message: &str, help: impl Into<String>) {
        self.tell(span, message.to_owned(), Some(help.into()));
    }

    /// Not inlined, because it is called from everywhere.
    #[inline(never)]
    fn tell(&mut self, span: Span, message: String, help: Option<String>) {
        self.add(SchemaError {
            help,
            ..SchemaError::new(span, message)
        });
    }

    /// A word that is none of the known ones.
    pub(crate) fn unknown<'w>(
        &mut self,
        span: Span,
        message: &str,
        word: &str,
        known: impl IntoIterator<Item = &'w str>,
    ) {
        self.unknown_of(span, message, word, &mut known.into_iter());
    }

    /// The same, compiled once.
    fn unknown_of(&mut self, span: Span, message: &str, word: &str, known: &mut dyn Iterator<Item = &str>) {
        let help = self
            .nearest(word, known)
            .map(|near| format!("did you mean {}?", quoted(near)));
        self.tell(span, message.to_owned(), help);
    }

    /// The same of a word of the schema's own; where none is near it, what to do.
    pub(crate) fn undeclared(
        &mut self,
        span: Span,
        message: &str,
        word: &str,
        known: &mut dyn Iterator<Item = &str>,
        otherwise: &str,
    ) {
        let near = self.nearest(word, known);
        let help = near.map_or_else(
            || otherwise.to_owned(),
            |near| format!("did you mean {}?", quoted(near)),
        );
        self.tell(span, message.to_owned(), Some(help));
    }

    /// The known word that is meant, as long as few were compared.
    pub(crate) fn nearest<'w>(&mut self, word: &str, known: &mut dyn Iterator<Item = &'w str>) -> Option<&'w str> {
        if self.compared >= MAX_COMPARED {
            return None;
        }
        let compared = &mut self.compared;
        suggest::nearest_of(word, &mut known.inspect(|_| *compared += 1))
    }

    /// A value of the wrong kind.
    pub(crate) fn wrong_kind(&mut self, node: &Node<'_>, keyword: &str, expected: &str) {
        self.push(
            node.span,
            format!("{} takes {expected}, not {}", quoted(keyword), node.kind()),
        );
    }

    /// A value of the wrong kind, or a number out of range.
    pub(crate) fn wrong_number(&mut self, node: &Node<'_>, keyword: &str, expected: &str) {
        match &node.json {
            Json::Number(number) => self.push(node.span, format!("{} takes {expected}, not {number}", quoted(keyword))),
            _ => self.wrong_kind(node, keyword, expected),
        }
    }

    pub(crate) fn string<'n>(&mut self, node: &'n Node<'_>, keyword: &str) -> Option<&'n str> {
        let text = node.as_str();
        if text.is_none() {
            self.wrong_kind(node, keyword, "a string");
        }
        text
    }

    pub(crate) fn flag(&mut self, node: &Node<'_>, keyword: &str) -> Option<bool> {
        if let Json::Bool(flag) = node.json {
            return Some(flag);
        }
        self.wrong_kind(node, keyword, "true or false");
        None
    }

    /// The strings of a list.
    pub(crate) fn strings<'n, 's>(&mut self, node: &'n Node<'s>, keyword: &str) -> Vec<(&'n Node<'s>, &'n str)> {
        let Some(items) = node.as_array() else {
            self.wrong_kind(node, keyword, "a list of strings");
            return Vec::new();
        };
        let mut found = Vec::with_capacity(items.len());
        for item in items {
            match item.as_str() {
                Some(text) => found.push((item, text)),
                None => self.wrong_kind(item, keyword, "a list of strings"),
            }
        }
        found
    }
}
