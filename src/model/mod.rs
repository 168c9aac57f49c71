//! Resolves documents into an [`Environment`]: the variables that a program would see.
//!
//! Layers are given in order of increasing precedence. The highest layer that assigns a key wins, and the environment
//! keeps the origin of every assignment. References are expanded the way the dialect's loader expands them, and each is
//! recorded with its place in the file.

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
mod stand_in;
mod table;
#[cfg(test)]
mod tests;

pub use environments::Environments;
pub use process::{NO_PROCESS, ProcessEnvironment};
pub(crate) use stand_in::stand_in;

/// A parsed file.
#[derive(Debug, Clone, Copy)]
pub struct Layer<'s> {
    /// The input that it was read from.
    pub source: SourceId,
    /// The text that the spans of the document refer to; see [`Document::text`].
    pub text: &'s [u8],
    /// The contents of the file.
    pub document: &'s Document,
    /// The dialect in which it was parsed.
    pub dialect: &'static Dialect,
}

/// The variables that a program would see in one environment.
#[derive(Debug)]
pub struct Environment<'s> {
    /// Sorted by key, each key once.
    pub variables: Vec<Variable<'s>>,
    /// References and exports because of which a loader gives up on a file, in the order in which it encounters them. The variables
    /// are computed as if it did not.
    pub failures: Vec<Failure>,
    /// Assignments whose value depends on a command, either directly or through a reference. Overridden assignments are
    /// included, because their commands run as well.
    pub commands: Vec<Origin>,
}

/// A reference, or an `export` without a value, because of which the loader gives up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Failure {
    /// The file that contains it.
    pub source: SourceId,
    /// Its place in the file.
    pub span: Span,
    /// The reason.
    pub kind: FailureKind,
    /// What the loader does. [`Effect::Dropped`] means that it silently skips the whole file.
    pub effect: Effect,
}

/// The reason why a loader gives up on a file although all of its lines can be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FailureKind {
    /// It starts like a reference, but is not a valid one.
    InvalidReference,
    /// Its default contains a `$`, at which the loader crashes.
    InDefault,
    /// It leads back to itself.
    Cycle,
    /// It requires a variable that is unset or empty: `${NAME:?}`.
    Required,
    /// It exports a variable that is unset.
    Unset,
}

impl<'s> Environment<'s> {
    /// Applies the layers, given in order of increasing precedence, and `process` where the loader takes it into account.
    #[must_use]
    pub fn resolve(layers: &[Layer<'s>], process: &'s ProcessEnvironment) -> Environment<'s> {
        resolve::resolve(layers, process, &Sorted::of(layers, process)).environment
    }

    /// Returns the variables of one file in the order in which its loader passes them on, or by key if the loader has no order.
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

    /// Returns the names and values that are known and are text.
    pub fn texts(&self) -> impl Iterator<Item = (&str, &str)> {
        self.variables.iter().filter_map(|variable| {
            let value = variable.value.known()?;
            Some((str::from_utf8(variable.key).ok()?, str::from_utf8(value).ok()?))
        })
    }

    /// Returns the variable with this name.
    #[must_use]
    pub fn get(&self, key: &[u8]) -> Option<&Variable<'s>> {
        self.variables
            .binary_search_by(|variable| variable.key.cmp(key))
            .ok()
            .map(|index| &self.variables[index])
    }
}

/// Returns whether JavaScript treats a property name as an array index: a number below 2^32 - 1 without leading zeros.
fn is_index(key: &[u8]) -> bool {
    let value = key.iter().try_fold(0u64, |value, byte| {
        let digit = byte.is_ascii_digit().then(|| u64::from(byte - b'0'))?;
        Some(value * 10 + digit).filter(|value| *value < u64::from(u32::MAX))
    });
    value.is_some() && !key.is_empty() && (key[0] != b'0' || key.len() == 1)
}

/// A variable, as the winning layer sets it.
#[derive(Debug)]
pub struct Variable<'s> {
    /// Its name, which may contain any bytes.
    pub key: &'s [u8],
    /// Its value after expansion.
    pub value: Value<'s>,
    /// The place of the winning assignment.
    pub origin: Origin,
    /// Assignments that lost, in the order in which they were read. Within one file those are duplicates.
    pub overridden: Vec<Origin>,
    /// The references in the winning value, in the order of the text.
    pub references: Vec<Reference>,
    /// Whether the loader makes `null` of the value, which then is empty.
    pub is_null: bool,
}

/// A value, or the reason why there is none to check.
#[derive(Debug)]
pub enum Value<'s> {
    /// The value that a program gets.
    Known(Secret<'s>),
    /// It can't be known without running a command or consulting another source.
    Unknown(Unknown),
}

impl Value<'_> {
    /// Returns the value, if it is known.
    fn known(&self) -> Option<&[u8]> {
        match self {
            Value::Known(secret) => Some(secret.expose()),
            Value::Unknown(_) => None,
        }
    }
}

/// The reason why a value is not known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unknown {
    /// The loader would run a command.
    Command,
    /// The value refers to itself, directly or through other variables.
    Cycle,
    /// Expansion would exceed the size limit.
    TooLarge,
    /// The value is kept elsewhere.
    External(External),
}

/// Where a variable is assigned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// In a file.
    File {
        /// The file.
        source: SourceId,
        /// The place of the key.
        key: Span,
        /// The place of the value, without its quotes.
        value: Span,
    },
    /// In the process environment, or in an object passed in by a program.
    Process,
}

/// A reference to another variable inside a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reference {
    /// The whole reference, as written.
    pub span: Span,
    /// The name in it.
    pub name: Span,
    /// How it was resolved.
    pub outcome: ReferenceOutcome,
}

/// How a reference was resolved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReferenceOutcome {
    /// The name is set, in a file or in the process environment.
    Resolved,
    /// The name is unset, and the default in the reference is used.
    Defaulted,
    /// The name is unset, and the loader inserts the empty string.
    Undefined,
    /// The name leads back to this variable.
    Cycle,
}
