//! Resolves the same files for several loaders. Loaders that are known to produce the same variables share one environment.

use std::cell::OnceCell;
use std::rc::Rc;

use crate::parse::decode::are_values_verbatim;
use crate::parse::dialect::{Dialect, Expander, Value};
use crate::parse::{Document, SyntaxErrorKind};

use super::expand::{Forms, give_same_result};
use super::resolve::{Resolved, resolve};
use super::table::Sorted;
use super::{Environment, Layer, ProcessEnvironment};

/// The environments that have been resolved so far.
#[derive(Default)]
pub struct Environments<'s> {
    known: Vec<Known<'s>>,
}

/// The environment that one loader produces from some layers.
struct Known<'s> {
    layers: Vec<Layer<'s>>,
    order: Rc<Sorted>,
    environment: Rc<Environment<'s>>,
    /// The forms that occur, if every reference is one that loaders read alike; see `expand::alike`.
    alike: Option<Forms>,
    /// Whether every value is taken verbatim from between its quotes; computed on first use.
    stand: OnceCell<bool>,
}

impl<'s> Environments<'s> {
    /// Returns the environment that the loader of these layers produces, as [`Environment::resolve`] does, without
    /// values that stand for others. Every call must pass the same process environment.
    pub fn of(&mut self, layers: &[Layer<'s>], process: &'s ProcessEnvironment) -> Rc<Environment<'s>> {
        let stand = OnceCell::new();
        let mut known = self.known.iter();
        if let Some(known) = known.find(|known| known.is_same_for(layers, process, &stand)) {
            return Rc::clone(&known.environment);
        }
        let order = match self.known.iter().find(|known| known.is_sorted_as(layers)) {
            Some(known) => Rc::clone(&known.order),
            None => Rc::new(Sorted::of(layers, process)),
        };
        let Resolved { environment, alike } = resolve(layers, process, &order);
        let environment = Rc::new(environment.without_stand_ins());
        self.known.push(Known {
            layers: layers.to_vec(),
            order,
            environment: Rc::clone(&environment),
            alike,
            stand,
        });
        environment
    }
}

impl<'s> Known<'s> {
    /// Returns whether the loader of other layers is certain to produce the same environment. `stand` belongs to the
    /// other layers.
    fn is_same_for(&self, layers: &[Layer<'s>], process: &ProcessEnvironment, stand: &OnceCell<bool>) -> bool {
        let pairs = || self.layers.iter().zip(layers);
        let gives_words = |layer: &Layer<'_>| layer.dialect.expander == Expander::Laravel;
        let is_read_alike =
            |one: &Layer<'_>, other: &Layer<'_>| is_same_document(one, other) && gives_words(one) == gives_words(other);
        if self.layers.len() != layers.len() || !pairs().all(|(one, other)| is_read_alike(one, other)) {
            return false;
        }
        // Otherwise no key has two values to choose between.
        let chooses = !process.is_empty() || self.order.repeats;
        let alike = self.alike.filter(|_| process.is_empty());
        let all_alike = |is_alike: &dyn Fn(&Dialect, &Dialect) -> bool| {
            pairs().all(|(one, other)| is_alike(one.dialect, other.dialect))
        };
        let hold_text_alone = || self.layers.iter().all(|layer| holds_text_alone(layer.document));
        let stand = || {
            let of =
                |layers: &[Layer<'_>], known: &OnceCell<bool>| *known.get_or_init(|| takes_values_verbatim(layers));
            hold_text_alone() && of(&self.layers, &self.stand) && of(layers, stand)
        };
        !chooses && self.layers.iter().all(|layer| layer.document.is_plain())
            || all_alike(&|one, other| are_expanded_alike(one, other, alike))
                && (!chooses || all_alike(&are_chosen_alike))
                && (all_alike(&are_unfit_alike) || hold_text_alone())
                && (all_alike(&are_decoded_alike) || stand())
    }

    /// Whether other layers hold the same keys at the same places.
    fn is_sorted_as(&self, layers: &[Layer<'s>]) -> bool {
        let mut pairs = self.layers.iter().zip(layers);
        self.layers.len() == layers.len()
            && pairs.all(|(one, other)| one.source == other.source && one.document.has_keys_of(other.document))
    }
}

fn is_same_document(one: &Layer<'_>, other: &Layer<'_>) -> bool {
    one.source == other.source && std::ptr::eq(one.document, other.document)
}

fn are_chosen_alike(one: &Dialect, other: &Dialect) -> bool {
    one.duplicates == other.duplicates && one.precedence == other.precedence
}

/// Returns whether two loaders expand references in the same way. `alike` holds the forms that occur, if every
/// reference is one that loaders read alike.
fn are_expanded_alike(one: &Dialect, other: &Dialect, alike: Option<Forms>) -> bool {
    let expanding = |dialect: &Dialect| {
        // Only Vite's result depends on the order in which variables are expanded.
        let order = (dialect.expander == Expander::Vite).then_some(dialect.order);
        (dialect.expander, dialect.commands, dialect.reads_winner_first(), order)
    };
    expanding(one) == expanding(other) || alike.is_some_and(|used| give_same_result(one.expander, other.expander, used))
}

/// Returns whether two loaders treat bytes that are not text in the same way.
fn are_unfit_alike(one: &Dialect, other: &Dialect) -> bool {
    let unfit = |dialect: &Dialect| (dialect.reader.invalid_utf8, dialect.reader.nul);
    unfit(one) == unfit(other)
}

/// Returns whether two loaders decode every possible value in the same way.
fn are_decoded_alike(one: &Dialect, other: &Dialect) -> bool {
    let escapes = |dialect: &Dialect| (dialect.grammar.bare, dialect.grammar.single, dialect.grammar.double);
    // Decoding depends on the value syntax in two respects: whether values are composed of pieces, and whether quotes
    // may be part of the text.
    let value = |dialect: &Dialect| match dialect.grammar.value {
        Value::Words(words) => (Some(words), false),
        Value::Pattern { .. } => (None, true),
        _ => (None, false),
    };
    value(one) == value(other) && escapes(one) == escapes(other) && one.reader.lines == other.reader.lines
}

/// Returns whether the loader of some layers takes every value verbatim from between its quotes.
fn takes_values_verbatim(layers: &[Layer<'_>]) -> bool {
    layers
        .iter()
        .all(|layer| are_values_verbatim(layer.text, layer.document, layer.dialect))
}

/// Returns whether the file is free of bytes that loaders treat differently.
fn holds_text_alone(document: &Document) -> bool {
    let is_unfit = |kind| matches!(kind, SyntaxErrorKind::NotUtf8 | SyntaxErrorKind::Nul);
    !document.errors().iter().any(|error| is_unfit(error.kind))
}
