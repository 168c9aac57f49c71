//! Decides which assignment to each key wins, and determines its value.

use std::borrow::Cow;

use crate::parse::carried::Removals;
use crate::parse::dialect::{Duplicates, Expander, Precedence};
use crate::parse::{AssignmentKind, Dialect};
use crate::secret::Secret;

use super::expand::{Expanded, Expansions, Forms};
use super::table::{Entry, PROCESS, Sorted, Table, When};
use super::{Environment, Layer, Origin, ProcessEnvironment, Value, Variable};

/// An environment, and what is needed to tell whether other loaders must produce the same.
pub(super) struct Resolved<'s> {
    pub(super) environment: Environment<'s>,
    /// The forms that occur, if every reference is one that loaders read alike; see `expand::alike`.
    pub(super) alike: Option<Forms>,
}

pub(super) fn resolve<'s>(layers: &[Layer<'s>], process: &'s ProcessEnvironment, order: &Sorted) -> Resolved<'s> {
    let table = Table::new(layers, process, order);
    let mut expansions = Expansions::new(&table);
    // A process environment that only serves references is not part of what the program sees.
    let process_alone = layers.is_empty()
        || layers
            .iter()
            .any(|layer| layer.dialect.precedence != Precedence::FileAlone);
    let mut variables = Vec::with_capacity(order.entries.len());
    for group in table.groups() {
        // The common case: the key is assigned once, and the value needs no decoding.
        if let [entry] = group
            && !expansions.hold_plain(entry.when)
            && let Some(variable) = table.plain(entry.when, process_alone)
        {
            variables.push(variable);
            continue;
        }
        let Some(winner) = winner(&table, group, process_alone) else {
            continue;
        };
        if table.clears(winner) {
            continue;
        }
        let (value, references) = match expansions.take(winner, &table, group) {
            Some(Expanded { value, references }) => {
                let known = value.map(|bytes| Value::Known(Secret::owned(bytes)));
                (known.unwrap_or_else(Value::Unknown), references)
            }
            None => match (table.unknown(winner), plain_value(&table, group, winner)) {
                (Some(unknown), _) => (Value::Unknown(unknown), vec![]),
                (None, Some(secret)) => (Value::Known(secret), vec![]),
                (None, None) => continue,
            },
        };
        if table.loses_nul(winner) && matches!(&value, Value::Known(secret) if secret.holds_nul()) {
            continue;
        }
        let others = group.iter().filter(|entry| entry.when != winner);
        variables.push(Variable {
            key: table.key(winner),
            value,
            origin: table.origin(winner),
            overridden: others.map(|entry| table.origin(entry.when)).collect(),
            references,
            is_null: false,
        });
    }
    let is_kept = |layer: &Layer<'_>| layer.dialect.expander == Expander::C12;
    if layers.iter().any(is_kept) {
        // c12 uses names that begin with `_` for references only, unless they come from the process environment.
        variables.retain(|one: &Variable<'_>| one.key.first() != Some(&b'_') || one.origin == Origin::Process);
    }
    if layers.iter().any(|layer| layer.dialect.expander == Expander::Laravel) {
        for variable in &mut variables {
            if let Some((meant, is_null)) = variable.value.known().and_then(laravel) {
                variable.is_null = is_null;
                variable.value = Value::Known(Secret::owned(meant.to_vec()));
            }
        }
    }
    // Only units do so, which a build without YAML does not read.
    if cfg!(feature = "yaml") {
        let removals = Removals::of(layers.iter().flat_map(|layer| layer.document.unset()));
        if !removals.is_empty() {
            variables.retain(|one| !removals.remove(one.key, one.value.known()));
        }
    }
    let environment = Environment {
        variables,
        failures: expansions.failures,
        commands: expansions.commands.into_iter().map(|when| table.origin(when)).collect(),
    };
    Resolved {
        environment,
        alike: expansions.alike,
    }
}

/// Returns what `env()` of Laravel makes of a value, unless that is the same text, and whether that is its `null`, which is empty here.
fn laravel(value: &[u8]) -> Option<(&[u8], bool)> {
    let bare = value.strip_prefix(b"(").and_then(|rest| rest.strip_suffix(b")"));
    let word = bare.unwrap_or(value);
    let is = |known: &str| word.eq_ignore_ascii_case(known.as_bytes());
    if is("null") || is("empty") {
        return Some((b"", is("null")));
    }
    let text = match value {
        [b'"', inside @ .., b'"'] | [b'\'', inside @ .., b'\''] if !inside.contains(&b'\n') => Some(inside),
        _ => bare.filter(|_| is("true") || is("false")),
    };
    Some((text?, false))
}

/// Returns the entry that prevails, or `None` if the program does not see the variable.
fn winner(table: &Table<'_, '_>, group: &[Entry], process_alone: bool) -> Option<When> {
    let process = group
        .last()
        .filter(|entry| entry.when.layer == PROCESS)
        .map(|entry| entry.when);
    let Some(file) = file_winner(table, group) else {
        return process.filter(|_| process_alone);
    };
    let Some(process) = process else { return Some(file) };
    let (layer, _) = table.assignment(file)?;
    let wins = match layer.dialect.precedence {
        Precedence::Process => true,
        Precedence::ProcessUnlessEmpty => {
            let value = table.process_value(group).unwrap_or_default();
            // The process environment holds the same text as the file, so it is expanded as the file's value is.
            !value.is_empty() && table.decoded(file).is_some_and(|decoded| *decoded.bytes != *value)
        }
        Precedence::File => table.clears(file) && leaves_alone(layer.dialect),
        Precedence::FileAlone => false,
    };
    Some(if wins { process } else { file })
}

/// Returns whether a key alone only removes what its own file has set.
fn leaves_alone(dialect: &Dialect) -> bool {
    dialect.reads_winner_first() || dialect.expander == Expander::Python
}

/// Returns the prevailing assignment among those in files.
pub(super) fn file_winner(table: &Table<'_, '_>, all: &[Entry]) -> Option<When> {
    let counts = |entry: &&Entry| entry.when.layer != PROCESS && !table.does_nothing(entry.when, all);
    let mut group = all;
    let mut cleared = None;
    loop {
        let Some(last) = group.iter().rev().find(counts).map(|entry| entry.when) else {
            return cleared;
        };
        let (layer, _) = table.assignment(last)?;
        if leaves_alone(layer.dialect) && table.clears(last) {
            // This file leaves the name unset, so the next one can set it.
            cleared = cleared.or(Some(last));
            group = &group[..group.partition_point(|entry| entry.when.layer < last.layer)];
            continue;
        }
        return match layer.dialect.duplicates {
            Duplicates::Last | Duplicates::Rejected => Some(last),
            Duplicates::First => group
                .iter()
                .find(|entry| entry.when.layer == last.layer)
                .map(|entry| entry.when),
        };
    }
}

/// Returns the value of an entry in which nothing was expanded, or `None` for a key alone that inherits nothing.
fn plain_value<'s>(table: &Table<'_, 's>, group: &[Entry], when: When) -> Option<Secret<'s>> {
    let process = table.process_value(group).map(Secret::borrowed);
    match table.assignment(when).map(|(_, assignment)| assignment.kind) {
        None | Some(AssignmentKind::Inherit) => process,
        Some(AssignmentKind::InheritOrEmpty) => Some(process.unwrap_or(Secret::borrowed(b""))),
        Some(
            AssignmentKind::Clear
            | AssignmentKind::Exported
            | AssignmentKind::Hidden
            | AssignmentKind::Unknown
            | AssignmentKind::External(_),
        ) => None,
        Some(AssignmentKind::Value | AssignmentKind::Append | AssignmentKind::Default { .. }) => {
            table.decoded(when).map(|decoded| match decoded.bytes {
                Cow::Borrowed(bytes) => Secret::borrowed(bytes),
                Cow::Owned(bytes) => Secret::owned(bytes),
            })
        }
    }
}
