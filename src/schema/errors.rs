//! Collects the mistakes in a schema, all of them, in the order of the text, each with its place and what to write
//! instead.

use super::json::{Json, Node, quoted};
use crate::sort;
use crate::source::Span;
use crate::suggest;

/// How many mistakes are listed; further ones are only counted.
const MAX_LISTED: usize = 1000;

/// How many pairs of words are compared before suggestions stop: a schema may have ten thousand names, and as many
/// unknown ones.
const MAX_COMPARED: usize = 100_000;

/// A mistake in a schema. A schema with any is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SchemaError {
    /// The place in the text of the file.
    pub span: Span,
    /// The file: 0 is the schema, `n` is the file `n - 1` beside it.
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
    /// The file being read.
    pub file: u16,
    omitted: usize,
    compared: usize,
}

impl Errors {
    pub(crate) fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    /// Returns all mistakes in the order of the text; a final one states how many are not listed.
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

    /// Adds a mistake in the file being read.
    pub(crate) fn add(&mut self, error: SchemaError) {
        self.add_in(self.file, error);
    }

    /// Adds a mistake in any file.
    pub(crate) fn add_in(&mut self, file: u16, error: SchemaError) {
        if self.found.len() < MAX_LISTED {
            self.found.push(SchemaError { file, ..error });
        } else {
            self.omitted += 1;
        }
    }

    pub(crate) fn push(&mut self, span: Span, message: impl Into<String>) {
        self.record(span, message.into(), None);
    }

    pub(crate) fn push_help(&mut self, span: Span, message: &str, help: impl Into<String>) {
        self.record(span, message.to_owned(), Some(help.into()));
    }

    /// Not inlined because it is called from everywhere.
    #[inline(never)]
    fn record(&mut self, span: Span, message: String, help: Option<String>) {
        self.add(SchemaError {
            help,
            ..SchemaError::new(span, message)
        });
    }

    /// Adds an unknown word, with a similar known one as suggestion.
    pub(crate) fn unknown<'w>(
        &mut self,
        span: Span,
        message: &str,
        word: &str,
        known: impl IntoIterator<Item = &'w str>,
    ) {
        self.unknown_of(span, message, word, &mut known.into_iter());
    }

    /// The part of [`Errors::unknown`] that is compiled only once.
    fn unknown_of(&mut self, span: Span, message: &str, word: &str, known: &mut dyn Iterator<Item = &str>) {
        let help = self
            .nearest(word, known)
            .map(|near| format!("did you mean {}?", quoted(near)));
        self.record(span, message.to_owned(), help);
    }

    /// Adds an unknown word of the schema's own vocabulary. If no known word is similar, the help says what to do.
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
        self.record(span, message.to_owned(), Some(help));
    }

    /// Returns the known word that is probably meant, until the limit of comparisons is reached.
    pub(crate) fn nearest<'w>(&mut self, word: &str, known: &mut dyn Iterator<Item = &'w str>) -> Option<&'w str> {
        if self.compared >= MAX_COMPARED {
            return None;
        }
        let compared = &mut self.compared;
        suggest::nearest_of(word, &mut known.inspect(|_| *compared += 1))
    }

    /// Adds a value of the wrong type.
    pub(crate) fn wrong_kind(&mut self, node: &Node<'_>, keyword: &str, expected: &str) {
        self.push(
            node.span,
            format!("{} takes {expected}, not {}", quoted(keyword), node.kind()),
        );
    }

    /// Adds a value of the wrong type or a number out of range.
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

    /// Returns the strings of a list.
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
