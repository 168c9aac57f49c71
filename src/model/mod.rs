//! Documents to an [`Environment`]: what a program would see.
//!
//! Layers go from low to high precedence; the highest that assigns a key wins, and the environment remembers all of them.
//! References are expanded as the dialect's loader expands them, with the place of every reference kept.

use crate::parse::dialect::Order;
use crate::parse::{Dialect, Document, Effect, External};
use crate::secret::Secret;
use crate::sort;
use crate::source::{SourceId, Span};

use table::Sorted;

mod environments;
mod expand;
mod process;
mod resolve;
mod table;
#[cfg(test)]
mod tests;

pub use environments::Environments;
pub use process::{NO_PROCESS, ProcessEnvironment};

/// One file, parsed.
#[derive(Debug, Clone, Copy)]
pub struct Layer<'s> {
    /// Which input it is.
    pub source: SourceId,
    /// What the spans of the document are about; see [`Document::text`].
    pub text: &'s [u8],
    /// What stands in it.
    pub document: &'s Document,
    /// Whose reading that is.
    pub dialect: &'static Dialect,
}

/// What a program would see in one environment.
#[derive(Debug)]
pub struct Environment<'s> {
    /// Sorted by key; each key once.
    pub variables: Vec<Variable<'s>>,
    /// References for which a loader gives up a file, in the order in which it meets them. The variables are as if it did not.
    pub failures: Vec<Failure>,
    /// Assignments whose value only a command could tell, their own or one that they refer to; those that are overridden as well, since
    /// their command runs, too.
    pub commands: Vec<Origin>,
}

/// A reference for which the loader gives up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Failure {
    /// Which file.
    pub source: SourceId,
    /// What in it.
    pub span: Span,
    /// Why.
    pub kind: FailureKind,
    /// What the loader does: [`Effect::Dropped`] is the whole file, without a word that a program could hear.
    pub effect: Effect,
}

/// Why a loader gives up a file over a reference.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FailureKind {
    /// It begins like a reference, and is none.
    InvalidReference,
    /// It leads back to itself.
    Cycle,
    /// It asks for a variable that is not set, or empty: `${NAME:?}`.
    Required,
}

impl<'s> Environment<'s> {
    /// Applies the layers, from low to high precedence, and `process` where the loader does.
    #[must_use]
    pub fn resolve(layers: &[Layer<'s>], process: &'s ProcessEnvironment) -> Environment<'s> {
        resolve::resolve(layers, process, &Sorted::of(layers, process)).environment
    }

    /// The variables of one file in the order in which its loader hands them on; by key where it has none.
    #[must_use]
    pub fn in_order(&self, order: Order) -> Vec<&Variable<'s>> {
        let mut variables: Vec<&Variable<'_>> = self.variables.iter().collect();
        if matches!(order, Order::File | Order::Object) {
            let first = |variable: &Variable<'_>| {
                let places = variable.overridden.iter().chain([&variable.origin]);
                let place = |origin: &Origin| match origin {
                    Origin::File { source, key, .. } => Some((*source, key.start)),
                    Origin::Process => None,
                };
                places.filter_map(place).min()
            };
            sort::by(&mut variables, &|a, b| first(a).cmp(&first(b)));
        }
        if matches!(order, Order::Object | Order::Sorted) {
            let (mut numbers, names): (Vec<_>, Vec<_>) = variables.into_iter().partition(|one| is_index(one.key));
            sort::by(&mut numbers, &|a, b| (a.key.len(), a.key).cmp(&(b.key.len(), b.key)));
            numbers.extend(names);
            return numbers;
        }
        variables
    }

    /// The variable of that name.
    #[must_use]
    pub fn get(&self, key: &[u8]) -> Option<&Variable<'s>> {
        self.variables
            .binary_search_by(|variable| variable.key.cmp(key))
            .ok()
            .map(|index| &self.variables[index])
    }
}

/// Whether a name is a number that JavaScript takes for a place in an array: below 2^32 - 1, without a leading zero.
fn is_index(key: &[u8]) -> bool {
    let value = key.iter().try_fold(0u64, |value, byte| {
        let digit = byte.is_ascii_digit().then(|| u64::from(byte - b'0'))?;
        Some(value * 10 + digit).filter(|value| *value < u64::from(u32::MAX))
    });
    value.is_some() && !key.is_empty() && (key[0] != b'0' || key.len() == 1)
}

/// One variable, as the winning layer sets it.
#[derive(Debug)]
pub struct Variable<'s> {
    /// Its name; any bytes.
    pub key: &'s [u8],
    /// Its value after expansion.
    pub value: Value<'s>,
    /// Where the winning assignment stands.
    pub origin: Origin,
    /// Assignments that lost, in the order in which they were read; within one file those are duplicates.
    pub overridden: Vec<Origin>,
    /// What the winning value refers to, in the order of the text.
    pub references: Vec<Reference>,
}

/// A value, or why there is none to check.
#[derive(Debug)]
pub enum Value<'s> {
    /// What a program gets.
    Known(Secret<'s>),
    /// It can't be known without running or asking something.
    Unknown(Unknown),
}

/// Why a value is not known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unknown {
    /// The loader would run a command.
    Command,
    /// The value refers to itself, directly or in a circle.
    Cycle,
    /// Expansion would be larger than the bound.
    TooLarge,
    /// It is kept elsewhere.
    External(External),
}

/// Where a variable is assigned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// In a file.
    File {
        /// Which.
        source: SourceId,
        /// The key.
        key: Span,
        /// The value without its quotes.
        value: Span,
    },
    /// In the process environment, or in an object given by a program.
    Process,
}

/// A reference to another variable inside a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reference {
    /// The whole reference, as typed.
    pub span: Span,
    /// The name in it.
    pub name: Span,
    /// What became of it.
    pub outcome: ReferenceOutcome,
}

/// What became of a reference.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReferenceOutcome {
    /// The name is set, in a file or in the process environment.
    Resolved,
    /// The name is not set, and the reference says what to use instead.
    Defaulted,
    /// The name is not set, and the loader puts the empty string there.
    Undefined,
    /// The name leads back to this variable.
    Cycle,
}
