//! One set of files as several loaders give it to a program: those that must give the same share an environment.

use std::rc::Rc;

use crate::parse::dialect::{Dialect, Value};
use crate::parse::{Document, SyntaxErrorKind};

use super::{Environment, Layer, ProcessEnvironment};

/// What loaders give a program, as far as it is known.
#[derive(Default)]
pub struct Environments<'s> {
    known: Vec<(Vec<Layer<'s>>, Rc<Environment<'s>>)>,
}

impl<'s> Environments<'s> {
    /// What the loader of some layers gives: what [`Environment::resolve`] does. The process environment is always the same.
    pub fn of(&mut self, layers: &[Layer<'s>], process: &'s ProcessEnvironment) -> Rc<Environment<'s>> {
        let is_same = |(own, environment): &&(Vec<Layer<'s>>, Rc<Environment<'s>>)| {
            let mut pairs = own.iter().zip(layers);
            let chooses = || !process.is_empty() || environment.variables.iter().any(|one| !one.overridden.is_empty());
            own.len() == layers.len()
                && pairs.clone().all(|(one, other)| is_same_document(one, other))
                && (pairs.clone().all(|(one, other)| are_resolved_alike(one, other))
                    || pairs.all(|(one, _)| one.document.is_plain()) && !chooses())
        };
        if let Some((_, environment)) = self.known.iter().find(is_same) {
            return Rc::clone(environment);
        }
        let environment = Rc::new(Environment::resolve(layers, process));
        self.known.push((layers.to_vec(), Rc::clone(&environment)));
        environment
    }
}

fn is_same_document(one: &Layer<'_>, other: &Layer<'_>) -> bool {
    one.source == other.source && std::ptr::eq(one.document, other.document)
}

/// Whether two loaders make the same of a document: its values are decoded, expanded and chosen alike.
fn are_resolved_alike(one: &Layer<'_>, other: &Layer<'_>) -> bool {
    let expanding = |dialect: &Dialect| (dialect.expander, dialect.commands, dialect.order);
    let choosing = |dialect: &Dialect| (dialect.duplicates, dialect.precedence);
    let escapes = |dialect: &Dialect| (dialect.grammar.bare, dialect.grammar.single, dialect.grammar.double);
    let unfit = |dialect: &Dialect| (dialect.reader.invalid_utf8, dialect.reader.nul);
    let (document, one, other) = (one.document, one.dialect, other.dialect);
    expanding(one) == expanding(other)
        && choosing(one) == choosing(other)
        && escapes(one) == escapes(other)
        && one.reader.lines == other.reader.lines
        && (unfit(one) == unfit(other) || holds_text_alone(document))
        && match (one.grammar.value, other.grammar.value) {
            // Of these it matters to a decoder only that they are.
            (Value::Pattern { .. }, Value::Pattern { .. }) => true,
            (one, other) => one == other,
        }
}

/// Whether there are no bytes of which loaders make several things.
fn holds_text_alone(document: &Document) -> bool {
    let is_unfit = |kind| matches!(kind, SyntaxErrorKind::NotUtf8 | SyntaxErrorKind::Nul);
    !document.errors().iter().any(|error| is_unfit(error.kind))
}
