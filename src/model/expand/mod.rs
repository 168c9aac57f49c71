//! References in values: what every expander needs, and which one reads a value.
//!
//! An expander turns the decoded text of one assignment into its value, asks [`Lookup`] for other variables, and notes each
//! reference with its place in the file. Everything is bounded: a value that refers to values that refer to values can be
//! larger than any memory.

mod alike;
mod arithmetic;
mod bun;
mod compose;
mod done;
mod dotenv;
mod eleven;
mod five;
mod inherited;
mod lookup;
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
use crate::parse::{Assignment, AssignmentKind, Effect, Quote};
use crate::source::Span;

pub(super) use self::alike::{Forms, come_to_the_same};
use self::done::Done;
use self::lookup::Lookup;
use super::resolve::file_winner;
use super::table::{Entry, PROCESS, Table, When};
use super::{Failure, FailureKind, Layer, Reference, ReferenceOutcome, Unknown};

/// How deep a reference may stand in the default of another.
const MAX_DEPTH: usize = 64;

/// How many references of one value are noted, where noting one reads the value again.
const MAX_REFERENCES: usize = 1000;

/// The values in which something was expanded.
pub(super) struct Expansions {
    /// Until they are given away.
    values: Done,
    /// Whether there may be a value among them that holds no reference as it stands in the file.
    plain: bool,
    pub(super) failures: Vec<Failure>,
    pub(super) commands: Vec<When>,
    /// If all references are such as are read alike: which.
    pub(super) alike: Option<Forms>,
}

/// A value after expansion.
pub(super) struct Expanded {
    pub(super) value: Result<Vec<u8>, Unknown>,
    pub(super) references: Vec<Reference>,
}

impl Expansions {
    /// Expands every assignment that may refer to something, in the order in which the loader does.
    pub(super) fn new(table: &Table<'_, '_>) -> Expansions {
        let mut lookup = Lookup::new(table);
        let mut expands_plain = false;
        for at in reading(table.layers) {
            let layer = &table.layers[at as usize];
            let expander = layer.dialect.expander;
            if matches!(expander, Expander::None | Expander::Symfony) {
                continue;
            }
            let mut todo: Vec<When> = vec![];
            let of_process = is_ten(expander) && (!table.process.is_empty() || expands_again(expander, table));
            expands_plain |= of_process;
            // `${NAME:=value}` of Symfony sets what stands further up.
            expands_plain |= expander == Expander::Symfony5 && crate::find::find(layer.text, b":=").is_some();
            // The turn of a key comes where it first stands, and what it is then may stand in a file above.
            let of_above = is_merged(expander) && !layer.dialect.reads_winner_first() && table.layers.len() > 1;
            for (assignment, index) in layer.document.assignments().iter().zip(0..) {
                let when = When { layer: at, index };
                if !assignment.value.plain || of_process || of_above && turn::is_first(table, when) {
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
        Expansions {
            values: lookup.done,
            plain: expands_plain,
            failures: lookup.failures,
            commands: lookup.commands,
            alike: lookup.alike,
        }
    }

    /// Whether something was expanded in the value of an assignment that stands there as it is.
    pub(super) fn hold_plain(&self, when: When) -> bool {
        self.plain && self.values.get(when).is_some()
    }

    /// Gives the expanded value of the winner of a group away. Next also expands what the process environment holds, if a file
    /// has the key, and writes it back.
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
    /// Whether it is what another way came to, unless that gave up for its size.
    fn is_of(&self, other: &Expanded) -> bool {
        other.value == Err(Unknown::TooLarge) || self.value == other.value && self.references == other.references
    }
}

/// One expansion in the making.
struct Expansion<'s> {
    when: When,
    key: &'s [u8],
    decoded: Decoded<'s>,
    references: Vec<Reference>,
}

impl Expansion<'_> {
    /// Where a range of the decoded text stands in the file.
    fn span(&self, start: usize, end: usize) -> Span {
        Span::new(self.decoded.origin(start), self.decoded.origin(end))
    }

    /// Notes a reference, given as ranges of the file.
    fn refer_to_text(&mut self, whole: (usize, usize), name: (usize, usize), outcome: ReferenceOutcome) {
        self.references.push(Reference {
            span: Span::new(whole.0, whole.1),
            name: Span::new(name.0, name.1),
            outcome,
        });
    }

    /// Notes a reference, given as ranges of the decoded text.
    fn refer(&mut self, (start, end): (usize, usize), name: (usize, usize), outcome: ReferenceOutcome) {
        self.references.push(Reference {
            span: self.span(start, end),
            name: self.span(name.0, name.1),
            outcome,
        });
    }
}

impl<'s> Lookup<'_, 's> {
    /// Expands one assignment, or leaves it as it is if it holds no `$`.
    fn assignment(&mut self, expander: Expander, mut when: When) {
        if is_object(expander) {
            // A JavaScript object has each key once, where it first stood, with the last value.
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
        // What puts a value together reads it as it is typed.
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
        let alike = if appends {
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

    /// Expands one assignment as its loader does.
    fn by_itself(
        &mut self,
        expansion: &mut Expansion<'s>,
        expander: Expander,
        layer: &Layer<'s>,
        assignment: &Assignment,
    ) -> Result<Vec<u8>, Unknown> {
        let span = pieces_of(assignment.value);
        let text = &layer.text[..span.end as usize];
        let value = match expander {
            Expander::DotenvExpand13 | Expander::Vite | Expander::DotenvExpand1000 | Expander::Dotenvx => {
                dotenv::expand(self, expansion, expander)
            }
            Expander::Next | Expander::DotenvExpand10 => next::expand(self, expansion, expander),
            Expander::DotenvExpand5 | Expander::C12 => five::expand(self, expansion, expander),
            Expander::DotenvExpand11 | Expander::Vite5 | Expander::Expo => eleven::expand(self, expansion, expander),
            Expander::Bun => bun::expand(self, expansion),
            Expander::Compose | Expander::Compose5 => compose::expand(self, expansion, expander),
            Expander::Deno | Expander::Python | Expander::Ruby | Expander::Godotenv | Expander::Direnv => {
                let runs = layer.dialect.commands != Commands::Text;
                once::expand(self, expansion, expander, runs)
            }
            Expander::Php => php::expand(self, expansion),
            Expander::Shell => {
                let appends = assignment.kind == AssignmentKind::Append;
                let Key::Shell(kind) = layer.dialect.grammar.key else {
                    return Err(Unknown::Command);
                };
                shell::expand(self, expansion, kind, text, span.start as usize, appends)
            }
            Expander::Dotenvy | Expander::Uv => pieces::dotenvy(self, expansion, text, span.start as usize),
            Expander::Symfony5 => symfony5::expand(self, expansion, text, span.start as usize),
            // Symfony expands all variables at once.
            Expander::Symfony | Expander::None => Ok(std::mem::take(&mut expansion.decoded.bytes).into_owned()),
        };
        let value = match value {
            Err(Unknown::TooLarge) if is_object(expander) => Err(self.endless(expansion.key, expansion.when)),
            value => value,
        };
        let gives_up =
            is_ten(expander) || matches!(expander, Expander::DotenvExpand11 | Expander::Vite5 | Expander::Expo);
        if matches!(value, Err(Unknown::Cycle)) && gives_up {
            let span = assignment.value.span;
            // Next says so and goes on without the file.
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

/// The layers in the order in which they are read. Those of other files than these do not refer to anything.
fn reading(layers: &[Layer<'_>]) -> Vec<u32> {
    let mut order: Vec<u32> = (0..).take(layers.len()).collect();
    if layers.iter().any(|layer| layer.dialect.reads_winner_first()) {
        order.reverse();
    }
    order
}

/// Whether the loader puts all files into one object before it expands anything.
fn is_merged(expander: Expander) -> bool {
    is_object(expander) && !matches!(expander, Expander::Next | Expander::DotenvExpand5 | Expander::Bun)
}

/// Whether the loader expands the members of an object, after it has read the whole file.
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
    )
}

/// Whether the loader also expands what the process environment holds for a key of the file: dotenv-expand up to 10.
fn is_ten(expander: Expander) -> bool {
    matches!(
        expander,
        Expander::Next | Expander::DotenvExpand10 | Expander::DotenvExpand5
    )
}

/// Whether the loader expands a value once more for each file below that has the key.
fn expands_again(expander: Expander, table: &Table<'_, '_>) -> bool {
    expander == Expander::DotenvExpand5 && table.layers.len() > 1
}

/// Whether a value stands in other than double quotes, be it that nothing closes them.
fn is_quoted(assignment: &Assignment, typed: &[u8]) -> bool {
    match assignment.value.quote {
        Some(quote) => quote != Quote::Double,
        None => typed.first().is_some_and(|&byte| Quote::of(byte).is_some()),
    }
}

/// In which quotes references live.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Liveness {
    Anywhere,
    ButSingle,
    /// But single, be it the open quote of a value that is none.
    ButOpenSingle,
    /// In double quotes and in none. A value that opens a quote and does not close it is text, too.
    Double,
}

fn liveness(expander: Expander) -> Liveness {
    match expander {
        Expander::Dotenvx => Liveness::ButOpenSingle,
        Expander::Compose
        | Expander::Compose5
        | Expander::Ruby
        | Expander::Godotenv
        | Expander::Direnv
        | Expander::Php
        | Expander::Shell => Liveness::ButSingle,
        Expander::Deno => Liveness::Double,
        _ => Liveness::Anywhere,
    }
}

/// Whether the quotes of a value let references live.
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

/// What a reference without a default came to, for a loader that goes from top to bottom: there the own name is one that is not set
/// yet, and `PATH=${PATH}:/opt/bin` is no circle.
fn outcome(found: bool) -> ReferenceOutcome {
    if found {
        ReferenceOutcome::Resolved
    } else {
        ReferenceOutcome::Undefined
    }
}
