//! One set of files as several loaders give it to a program: loaders that must give the same variables share an
//! environment.

use std::cell::OnceCell;
use std::rc::Rc;

use crate::parse::decode::values_stand;
use crate::parse::dialect::{Dialect, Expander, Value};
use crate::parse::{Document, SyntaxErrorKind};

use super::expand::{Forms, come_to_the_same};
use super::resolve::{Resolved, resolve};
use super::table::Sorted;
use super::{Environment, Layer, ProcessEnvironment};

/// What loaders give a program, as far as it is known.
#[derive(Default)]
pub struct Environments<'s> {
    known: Vec<Known<'s>>,
}

/// What the loader of some layers gives.
struct Known<'s> {
    layers: Vec<Layer<'s>>,
    order: Rc<Sorted>,
    environment: Rc<Environment<'s>>,
    /// If all references are such as are read alike: which.
    alike: Option<Forms>,
    /// Whether each value is what stands between its quotes, once somebody asks.
    stand: OnceCell<bool>,
}

impl<'s> Environments<'s> {
    /// What the loader of some layers gives: what [`Environment::resolve`] does. The process environment is always the same.
    pub fn of(&mut self, layers: &[Layer<'s>], process: &'s ProcessEnvironment) -> Rc<Environment<'s>> {
        let stand = OnceCell::new();
        let mut known = self.known.iter();
        if let Some(known) = known.find(|known| known.is_that_of(layers, process, &stand)) {
            return Rc::clone(&known.environment);
        }
        let order = match self.known.iter().find(|known| known.is_sorted_as(layers)) {
            Some(known) => Rc::clone(&known.order),
            None => Rc::new(Sorted::of(layers, process)),
        };
        let Resolved { environment, alike } = resolve(layers, process, &order);
        let environment = Rc::new(environment);
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
    /// Whether the loader of other layers must give the same. `stand` is of those.
    fn is_that_of(&self, layers: &[Layer<'s>], process: &ProcessEnvironment, stand: &OnceCell<bool>) -> bool {
        let pairs = || self.layers.iter().zip(layers);
        if self.layers.len() != layers.len() || !pairs().all(|(one, other)| is_same_document(one, other)) {
            return false;
        }
        // Else nobody has to choose between two values of a key.
        let chooses = !process.is_empty() || self.order.repeats;
        let alike = self.alike.filter(|_| process.is_empty());
        let all_alike = |is_alike: &dyn Fn(&Dialect, &Dialect) -> bool| {
            pairs().all(|(one, other)| is_alike(one.dialect, other.dialect))
        };
        let hold_text_alone = || self.layers.iter().all(|layer| holds_text_alone(layer.document));
        let stand = || {
            let of = |layers: &[Layer<'_>], known: &OnceCell<bool>| *known.get_or_init(|| do_values_stand(layers));
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

/// Whether two loaders expand references alike, of which it is known if all are such as everybody does.
fn are_expanded_alike(one: &Dialect, other: &Dialect, alike: Option<Forms>) -> bool {
    let expanding = |dialect: &Dialect| {
        // In which order variables are expanded, one of them asks.
        let order = (dialect.expander == Expander::Vite).then_some(dialect.order);
        (dialect.expander, dialect.commands, dialect.reads_winner_first(), order)
    };
    expanding(one) == expanding(other) || alike.is_some_and(|used| come_to_the_same(one.expander, other.expander, used))
}

/// Whether two loaders make the same of bytes that are no text.
fn are_unfit_alike(one: &Dialect, other: &Dialect) -> bool {
    let unfit = |dialect: &Dialect| (dialect.reader.invalid_utf8, dialect.reader.nul);
    unfit(one) == unfit(other)
}

/// Whether two loaders decode whatever value alike.
fn are_decoded_alike(one: &Dialect, other: &Dialect) -> bool {
    let escapes = |dialect: &Dialect| (dialect.grammar.bare, dialect.grammar.single, dialect.grammar.double);
    // Of how a value ends it matters to a decoder only whether it is put together from pieces, and whether quotes may be its text.
    let value = |dialect: &Dialect| match dialect.grammar.value {
        Value::Words(words) => (Some(words), false),
        Value::Pattern { .. } => (None, true),
        _ => (None, false),
    };
    value(one) == value(other) && escapes(one) == escapes(other) && one.reader.lines == other.reader.lines
}

/// Whether the loader of some layers takes each value for what stands between its quotes.
fn do_values_stand(layers: &[Layer<'_>]) -> bool {
    layers
        .iter()
        .all(|layer| values_stand(layer.text, layer.document, layer.dialect))
}

/// Whether there are no bytes of which loaders make several things.
fn holds_text_alone(document: &Document) -> bool {
    let is_unfit = |kind| matches!(kind, SyntaxErrorKind::NotUtf8 | SyntaxErrorKind::Nul);
    !document.errors().iter().any(|error| is_unfit(error.kind))
}
