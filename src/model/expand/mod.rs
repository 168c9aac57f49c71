//! Expands the references in values: what all expanders share, and the choice of the expander for a value.
//!
//! An expander turns the decoded text of one assignment into its value, asks [`Lookup`] for other variables, and
//! records each reference with its place in the file. All work is bounded, because values that refer to each other can
//! grow beyond any memory.

mod alike;
mod arithmetic;
mod backwards;
mod bun;
mod compose;
mod done;
mod dotenv;
mod eleven;
mod five;
mod inherited;
mod lookup;
mod make;
mod next;
mod once;
mod pattern;
mod php;
mod pieces;
mod shell;
mod symfony;
mod symfony5;
mod turn;

use crate::parse::decode::{Decoded, pieces as pieces_of};
use crate::parse::dialect::{Commands, Expander, Key};
use crate::parse::inherited::{is_inherited, may_hold_inherited};
use crate::parse::{Assignment, AssignmentKind, Effect, Quote};
use crate::source::Span;

pub(super) use self::alike::{Forms, give_same_result};
use self::done::Done;
use self::lookup::Lookup;
use super::resolve::file_winner;
use super::table::{Entry, PROCESS, Table, When};
use super::{Failure, FailureKind, Layer, Reference, ReferenceOutcome, Unknown};

/// How deeply references may be nested in the defaults of others.
const MAX_DEPTH: usize = 64;

/// How many references of one value are recorded by expanders that read the value again to find them.
const MAX_REFERENCES: usize = 1000;

/// The values in which something was expanded.
pub(super) struct Expansions {
    /// Values are removed as [`Expansions::take`] hands them out.
    values: Done,
    /// Whether they may include a value that needs no decoding and has no references of its own.
    plain: bool,
    pub(super) failures: Vec<Failure>,
    pub(super) commands: Vec<When>,
    /// The forms that occur, if every reference is one that loaders read alike.
    pub(super) alike: Option<Forms>,
}

/// A value after expansion.
pub(super) struct Expanded {
    pub(super) value: Result<Vec<u8>, Unknown>,
    pub(super) references: Vec<Reference>,
}

impl Expansions {
    /// Expands every assignment that may contain references, in the order in which the loader does.
    pub(super) fn new(table: &Table<'_, '_>) -> Expansions {
        let mut lookup = Lookup::new(table);
        let mut expands_plain = false;
        for at in reading(table.layers) {
            let layer = &table.layers[at as usize];
            let expander = layer.dialect.expander;
            if matches!(expander, Expander::None | Expander::Symfony | Expander::Make) {
                continue;
            }
            let mut todo: Vec<When> = vec![];
            let of_process = is_ten(expander) && (!table.process.is_empty() || expands_again(expander, table));
            // c12 looks for the value of a key in an object, and finds what every object has.
            let of_objects = expander == Expander::C12 && may_hold_inherited(layer.text);
            expands_plain |= of_process || of_objects;
            // In Symfony, `${NAME:=value}` sets a variable further up in the file.
            expands_plain |= expander == Expander::Symfony5 && crate::find::find(layer.text, b":=").is_some();
            // A key is expanded where it first occurs, but its value at that time may come from a higher file.
            let of_above = is_merged(expander) && !layer.dialect.reads_winner_first() && table.layers.len() > 1;
            for (assignment, index) in layer.document.assignments().iter().zip(0..) {
                let when = When { layer: at, index };
                let is_there = of_objects && is_inherited(table.key(when));
                if !assignment.value.plain || of_process || is_there || of_above && turn::is_first(table, when) {
                    todo.push(when);
                }
            }
            turn::order(table, layer, &mut todo);
            lookup.done.reserve(todo.len());
            for when in todo {
                lookup.assignment(expander, when);
            }
            lookup.renew(at);
        }
        let is_symfony = |layer: &Layer<'_>| layer.dialect.expander == Expander::Symfony;
        if table.layers.iter().any(is_symfony) {
            lookup.alike = None;
            symfony::expand(&mut lookup);
        }
        if table.layers.iter().any(make::holds_more_than_text) {
            lookup.alike = None;
            expands_plain |= make::expand(&mut lookup);
        }
        Expansions {
            values: lookup.done,
            plain: expands_plain,
            failures: lookup.failures,
            commands: lookup.commands,
            alike: lookup.alike,
        }
    }

    /// Returns whether something was expanded for an assignment whose value needs no decoding.
    pub(super) fn hold_plain(&self, when: When) -> bool {
        self.plain && self.values.get(when).is_some()
    }

    /// Hands out the expanded value of the winner of a group. Up to version 10, dotenv-expand also expands what the
    /// process environment holds for a key of the file, and writes it back.
    pub(super) fn take(&mut self, winner: When, table: &Table<'_, '_>, group: &[Entry]) -> Option<Expanded> {
        if self.values.is_empty() {
            return None;
        }
        let is_next = |when: &When| {
            table
                .assignment(*when)
                .is_some_and(|(layer, _)| is_ten(layer.dialect.expander))
        };
        let of_file = if winner.layer == PROCESS {
            file_winner(table, group).filter(is_next)
        } else {
            None
        };
        let mut expanded = self.values.take(of_file.unwrap_or(winner))?;
        if let Some((layer, _)) = table.assignment(winner)
            && expands_again(layer.dialect.expander, table)
        {
            // The lowest file is read last.
            let lowest = group[0].when.layer;
            let last = group[group.partition_point(|entry| entry.when.layer == lowest) - 1].when;
            if lowest < winner.layer
                && let Some(last) = self.values.take(last)
            {
                expanded.value = last.value;
            }
        }
        Some(expanded)
    }
}

impl Expanded {
    /// Returns whether two ways of expanding a value agree, unless the other gave up because of the size.
    fn is_of(&self, other: &Expanded) -> bool {
        other.value == Err(Unknown::TooLarge) || self.value == other.value && self.references == other.references
    }
}

/// An expansion in progress.
struct Expansion<'s> {
    when: When,
    key: &'s [u8],
    decoded: Decoded<'s>,
    references: Vec<Reference>,
}

impl Expansion<'_> {
    /// Returns the place in the file of a range of the decoded text.
    fn span(&self, start: usize, end: usize) -> Span {
        Span::new(self.decoded.origin(start), self.decoded.origin(end))
    }

    /// Records a reference, given as ranges of the file.
    fn refer_to_text(&mut self, whole: (usize, usize), name: (usize, usize), outcome: ReferenceOutcome) {
        self.references.push(Reference {
            span: Span::new(whole.0, whole.1),
            name: Span::new(name.0, name.1),
            outcome,
        });
    }

    /// Records a reference, given as ranges of the decoded text.
    fn refer(&mut self, (start, end): (usize, usize), name: (usize, usize), outcome: ReferenceOutcome) {
        self.references.push(Reference {
            span: self.span(start, end),
            name: self.span(name.0, name.1),
            outcome,
        });
    }
}

impl<'s> Lookup<'_, 's> {
    /// Expands one assignment, or leaves it alone if it contains nothing to expand.
    fn assignment(&mut self, expander: Expander, mut when: When) {
        self.begin(when);
        if is_object(expander) {
            // A JavaScript object has each key once: at the position where it first occurred, with the last value.
            if self.table.order.repeats {
                let group = self.seen(self.table.key(when), when);
                let own = group.partition_point(|entry| entry.when.layer <= when.layer);
                let group = if is_merged(expander) { group } else { &group[..own] };
                when = file_winner(self.table, group).unwrap_or(when);
            }
            if self.done.get(when).is_some() {
                return;
            }
        }
        let Some((layer, assignment)) = self.table.assignment(when) else {
            return;
        };
        if assignment.kind == AssignmentKind::Exported {
            self.exported(when, assignment.key);
            return;
        }
        if expander == Expander::C12 && is_inherited(self.table.key(when)) {
            self.alike = None;
            let value = Ok(inherited::as_text(self.table.key(when)));
            self.done.insert(
                when,
                Expanded {
                    value,
                    references: vec![],
                },
            );
            return;
        }
        let of_process = is_ten(expander) && next::inherited(self, expander, self.table.key(when), when) != Ok(None);
        let typed = assignment.value.span.of(layer.text);
        let appends = assignment.kind == AssignmentKind::Append;
        let asks = expander == Expander::Shell && (appends || memchr::memchr2(b'`', b'~', typed).is_some());
        let dollar = of_process || asks || memchr::memchr(b'$', typed).is_some();
        if dollar && let Some(used) = &mut self.alike {
            used.quoted |= is_quoted(assignment, typed);
        }
        if !dollar || !appends && !is_live(expander, assignment, typed) {
            return;
        }
        // Expanders that compose a value of pieces read it undecoded.
        let reads_typed = matches!(
            expander,
            Expander::Shell | Expander::Dotenvy | Expander::Uv | Expander::Symfony5
        );
        let decoded = if reads_typed && self.table.has_value(when) {
            Decoded::typed(layer.text, assignment.value)
        } else if let Some(decoded) = self.table.decoded(when) {
            decoded
        } else {
            return;
        };
        let mut expansion = Expansion {
            when,
            key: self.table.key(when),
            decoded,
            references: vec![],
        };
        let mut used = self.alike.unwrap_or_default();
        // Loaders do not agree on taking the value from the process environment, to which files above may belong.
        let alike = if appends || of_process {
            None
        } else {
            alike::expand(self, &expansion, expander, (typed, assignment.value.quote), &mut used)
        };
        self.alike = self.alike.filter(|_| alike.is_some()).map(|_| used);
        let expanded = match alike {
            Some(alike) if !cfg!(debug_assertions) => alike,
            alike => {
                let value = self.by_itself(&mut expansion, expander, layer, assignment);
                let expanded = Expanded {
                    value,
                    references: expansion.references,
                };
                debug_assert!(
                    alike.is_none_or(|alike| alike.is_of(&expanded)),
                    "what all read alike {expander:?} reads otherwise"
                );
                expanded
            }
        };
        self.done.insert(when, expanded);
    }

    /// Records that the loader fails at an exported key of which it knows no value.
    fn exported(&mut self, when: When, key: Span) {
        self.alike = None;
        if let (Ok(None), Some((layer, _))) = (
            self.environment(self.table.key(when), when),
            self.table.assignment(when),
        ) {
            self.failures.push(Failure {
                source: layer.source,
                span: key,
                kind: FailureKind::Unset,
                effect: Effect::Rejected,
            });
        }
    }

    /// Expands one assignment with the algorithm of its loader.
    fn by_itself(
        &mut self,
        expansion: &mut Expansion<'s>,
        expander: Expander,
        layer: &Layer<'s>,
        assignment: &Assignment,
    ) -> Result<Vec<u8>, Unknown> {
        let span = pieces_of(assignment.value);
        let text = &layer.text[..span.end as usize];
        let decoded = std::mem::take(&mut expansion.decoded.bytes);
        let value = match expander {
            Expander::DotenvExpand13
            | Expander::Vite
            | Expander::DotenvExpand1000
            | Expander::Dotenvx
            | Expander::Dotenvx1 => dotenv::expand(self, expansion, expander, &decoded).map(dotenv::unescape),
            Expander::Next | Expander::DotenvExpand10 => {
                next::expand(self, expansion, expander, &decoded).map(dotenv::unescape)
            }
            Expander::DotenvExpand5 | Expander::C12 => five::expand(self, expansion, expander, &decoded),
            Expander::DotenvExpand11 | Expander::Vite5 | Expander::Expo => {
                eleven::expand(self, expansion, expander, &decoded).map(dotenv::unescape)
            }
            Expander::Bun => bun::expand(self, expansion, &decoded),
            Expander::Bun13 => backwards::expand(self, expansion, &decoded),
            Expander::Compose | Expander::Compose5 => compose::expand(self, expansion, expander, &decoded),
            Expander::Deno
            | Expander::Python
            | Expander::Ruby
            | Expander::Godotenv
            | Expander::Gotenv
            | Expander::Direnv => {
                let runs = layer.dialect.commands != Commands::Text;
                once::expand(self, expansion, expander, &decoded, runs)
            }
            Expander::Php | Expander::Laravel => php::expand(self, expansion, decoded.into_owned()),
            Expander::Shell => {
                let appends = assignment.kind == AssignmentKind::Append;
                let Key::Shell(kind) = layer.dialect.grammar.key else {
                    return Err(Unknown::Command);
                };
                shell::expand(self, expansion, kind, text, span.start as usize, appends)
            }
            Expander::Dotenvy | Expander::Uv => pieces::dotenvy(self, expansion, text, span.start as usize),
            Expander::Symfony5 => symfony5::expand(self, expansion, text, span.start as usize),
            // Symfony and make expand all variables at once.
            Expander::Symfony | Expander::Make | Expander::None => Ok(decoded.into_owned()),
        };
        let value = self.settle(value);
        let value = match value {
            Err(Unknown::TooLarge) if is_object(expander) => Err(self.endless(expansion.key, expansion.when)),
            value => value,
        };
        let gives_up =
            is_ten(expander) || matches!(expander, Expander::DotenvExpand11 | Expander::Vite5 | Expander::Expo);
        if matches!(value, Err(Unknown::Cycle)) && gives_up {
            let span = assignment.value.span;
            // Next logs the error and skips the file.
            let effect = if expander == Expander::Next {
                Effect::Dropped
            } else {
                Effect::Rejected
            };
            let span = (span.start as usize, span.end as usize);
            self.fail_at(expansion, span, FailureKind::Cycle, effect);
        }
        if matches!(value, Err(Unknown::Command)) {
            self.commands.push(expansion.when);
        }
        value
    }
}

/// Returns the layers in the order in which they are read. Layers of other carriers than .env files contain no
/// references to expand.
fn reading(layers: &[Layer<'_>]) -> Vec<u32> {
    let mut order: Vec<u32> = (0..).take(layers.len()).collect();
    if layers.iter().any(|layer| layer.dialect.reads_winner_first()) {
        order.reverse();
    }
    order
}

/// Returns whether the loader merges all files into one object before it expands anything.
fn is_merged(expander: Expander) -> bool {
    let reads_each = matches!(
        expander,
        Expander::Next | Expander::DotenvExpand5 | Expander::Bun | Expander::Bun13
    );
    is_object(expander) && !reads_each
}

/// Returns whether the loader expands the properties of an object, after it has read the whole file.
fn is_object(expander: Expander) -> bool {
    matches!(
        expander,
        Expander::DotenvExpand13
            | Expander::Vite
            | Expander::DotenvExpand1000
            | Expander::Next
            | Expander::DotenvExpand10
            | Expander::DotenvExpand11
            | Expander::DotenvExpand5
            | Expander::C12
            | Expander::Vite5
            | Expander::Expo
            | Expander::Bun
            | Expander::Bun13
    )
}

/// Returns whether the loader also expands what the process environment holds for a key of the file: dotenv-expand up to 10.
fn is_ten(expander: Expander) -> bool {
    matches!(
        expander,
        Expander::Next | Expander::DotenvExpand10 | Expander::DotenvExpand5
    )
}

/// Returns whether the loader expands a value once more for each lower file that has the key.
fn expands_again(expander: Expander, table: &Table<'_, '_>) -> bool {
    expander == Expander::DotenvExpand5 && table.layers.len() > 1
}

/// Returns whether a value is in quotes other than double ones, or opens any quote without closing it.
fn is_quoted(assignment: &Assignment, typed: &[u8]) -> bool {
    match assignment.value.quote {
        Some(quote) => quote != Quote::Double,
        None => typed.first().is_some_and(|&byte| Quote::of(byte).is_some()),
    }
}

/// The quotes in which references are expanded.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Liveness {
    Anywhere,
    ButSingle,
    /// Everywhere but in single quotes, including a value that opens a single quote without closing it.
    ButOpenSingle,
    /// In double quotes and in bare values, but not in a value that opens a quote without closing it.
    Double,
}

fn liveness(expander: Expander) -> Liveness {
    match expander {
        Expander::Dotenvx | Expander::Dotenvx1 => Liveness::ButOpenSingle,
        Expander::Compose
        | Expander::Compose5
        | Expander::Ruby
        | Expander::Godotenv
        | Expander::Gotenv
        | Expander::Direnv
        | Expander::Php
        | Expander::Laravel
        | Expander::Shell => Liveness::ButSingle,
        Expander::Deno => Liveness::Double,
        _ => Liveness::Anywhere,
    }
}

/// Returns whether references are expanded in a value with these quotes.
fn is_live(expander: Expander, assignment: &Assignment, typed: &[u8]) -> bool {
    let quote = assignment.value.quote;
    match liveness(expander) {
        Liveness::Anywhere => true,
        Liveness::ButSingle => quote != Some(Quote::Single),
        Liveness::ButOpenSingle => quote != Some(Quote::Single) && (quote.is_some() || typed.first() != Some(&b'\'')),
        Liveness::Double => match quote {
            Some(quote) => quote == Quote::Double,
            None => typed.first().is_none_or(|&byte| Quote::of(byte).is_none()),
        },
    }
}

/// Returns the outcome of a reference without a default, for a loader that goes from top to bottom. There a variable
/// does not see itself, so `PATH=${PATH}:/opt/bin` is not a cycle.
fn outcome(found: bool) -> ReferenceOutcome {
    if found {
        ReferenceOutcome::Resolved
    } else {
        ReferenceOutcome::Undefined
    }
}
