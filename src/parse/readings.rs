//! Reads one text with several loaders; loaders that are sure to read it the same way share a document.
//!
//! Many rows of the table differ only in how they decode a value, not in where it is, or in how they treat bytes that
//! few texts contain. `tests/roundtrip.rs` compares what is shared with what each loader reads on its own.

use std::rc::Rc;

use super::dialect::{Dialect, Duplicates, Grammar, Key, Precedence, Reader, Value};
use super::document::Document;
use super::inherited::may_hold_inherited;
use super::lexer::{OrdinaryLine, OrdinaryLines, ordinary_lines};
use super::parser;
use super::reader;

/// A text, and the documents made from it so far.
pub struct Readings<'t> {
    text: &'t [u8],
    /// Whether all of its bytes are text to every loader.
    is_fit: bool,
    /// Filled when a second loader reads.
    common: Option<Common>,
    documents: Vec<(&'static Dialect, Rc<Document>)>,
    /// The documents without duplicates.
    distinct: Vec<Rc<Document>>,
}

/// What is computed once for all loaders.
struct Common {
    /// The lines that every loader reads the same way.
    lines: Vec<OrdinaryLine>,
    /// Whether there may be a key at which some expanders fail.
    holds_inherited: bool,
}

impl<'t> Readings<'t> {
    /// Starts without any document.
    #[must_use]
    pub fn new(text: &'t [u8]) -> Readings<'t> {
        Readings {
            text,
            is_fit: reader::is_fit(text),
            common: None,
            documents: Vec::new(),
            distinct: Vec::new(),
        }
    }

    /// The text itself.
    #[must_use]
    pub fn text(&self) -> &'t [u8] {
        self.text
    }

    /// Returns what [`parse`](super::parse) returns for the text and this dialect.
    pub fn by(&mut self, dialect: &'static Dialect) -> Rc<Document> {
        if !self.documents.is_empty() && self.common.is_none() {
            self.common = Some(Common {
                lines: ordinary_lines(self.text),
                holds_inherited: may_hold_inherited(self.text),
            });
        }
        let mut known = self.documents.iter();
        if let Some((_, document)) = known.find(|(other, document)| self.are_alike(other, dialect, document)) {
            return Rc::clone(document);
        }
        let lines = match &self.common {
            None => OrdinaryLines::Sought,
            Some(common) => OrdinaryLines::Known(&common.lines),
        };
        let document = parser::parse(self.text, dialect, self.is_fit, lines);
        // Loaders that could differ may still agree on this text.
        let document = match self.distinct.iter().find(|other| other.is_same(&document)) {
            Some(same) => Rc::clone(same),
            None => {
                let document = Rc::new(document);
                self.distinct.push(Rc::clone(&document));
                document
            }
        };
        self.documents.push((dialect, Rc::clone(&document)));
        document
    }

    /// Returns whether a loader is sure to get the document that another got.
    fn are_alike(&self, one: &Dialect, other: &Dialect, document: &Document) -> bool {
        let rejects = |dialect: &Dialect| dialect.duplicates == Duplicates::Rejected;
        // One that leaves alone what is set may find the key of an `export` without a value there.
        let overrides = |dialect: &Dialect| {
            let stands_alone = matches!(dialect.grammar.key, Key::Word { stands_alone: true, .. });
            stands_alone && dialect.precedence == Precedence::File
        };
        if overrides(one) != overrides(other) {
            return false;
        }
        let holds_inherited = self.common.as_ref().is_none_or(|common| common.holds_inherited);
        if rejects(one) != rejects(other) || holds_inherited && one.expander != other.expander {
            return false;
        }
        let has_errors = !document.errors.is_empty();
        self.are_read_alike(&one.reader, &other.reader)
            && self.are_written_alike(&one.grammar, &other.grammar, has_errors)
    }

    fn are_read_alike(&self, one: &Reader, other: &Reader) -> bool {
        let unfit = |reader: &Reader| (reader.bom, reader.invalid_utf8, reader.nul);
        one.lines == other.lines && one.max_line == other.max_line && (self.is_fit || unfit(one) == unfit(other))
    }

    /// Escapes don't matter before a value is decoded, and the treatment of errors does not matter without errors.
    fn are_written_alike(&self, one: &Grammar, other: &Grammar, has_errors: bool) -> bool {
        let beginning = |grammar: &Grammar| (grammar.space, grammar.comments, grammar.export, grammar.comment);
        beginning(one) == beginning(other)
            && (one.key == other.key || !has_errors && is_up_to_equals(one.key, other.key))
            && (one.on_error == other.on_error || !has_errors)
            && (one.value == other.value || self.is_pattern(one.value) && self.is_pattern(other.value))
    }

    /// Returns whether a value is read as by npm dotenv, with no difference in quotes that the text contains.
    fn is_pattern(&self, value: Value) -> bool {
        let is_mark = |mark: u8, marks: &[u8]| marks.contains(&mark) || memchr::memchr(mark, self.text).is_none();
        matches!(value, Value::Pattern { marks } if [b'\'', b'"', b'`'].iter().all(|&mark| is_mark(mark, marks)))
    }
}

/// Returns whether two keys differ only in how a line without one is treated.
fn is_up_to_equals(one: Key, other: Key) -> bool {
    let ways = |key| match key {
        Key::UpToEquals { glues, trims, .. } => Some((glues, trims)),
        _ => None,
    };
    ways(one).is_some() && ways(one) == ways(other)
}
