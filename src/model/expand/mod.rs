//! References in values: what every expander needs, and which one reads a value.
//!
//! An expander turns the decoded text of one assignment into its value, asks [`Lookup`] for other variables, and notes each
//! reference with its place in the file. Everything is bounded: a value that refers to values that refer to values can be
//! larger than any memory.

mod bun;
mod compose;
mod dotenv;
mod next;
mod once;
mod php;
mod pieces;
mod shell;

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use crate::parse::decode::{Decoded, pieces as pieces_of};
use crate::parse::dialect::{Commands, Duplicates, Expander, Key};
use crate::parse::{Assignment, AssignmentKind, Effect, Quote};
use crate::sort;
use crate::source::Span;

use super::resolve::file_winner;
use super::table::{Entry, Table, When};
use super::{Failure, FailureKind, Reference, ReferenceOutcome, Unknown};

/// What references may put into values, in all values of an environment together: 16 MiB.
const MAX_INSERTED: usize = 16 << 20;

/// What expanders that read their own output again may read: 64 MiB.
const MAX_READ: usize = 64 << 20;

/// How deep a reference may stand in the default of another.
const MAX_DEPTH: usize = 64;

/// The values in which something was expanded.
pub(super) struct Expansions {
    values: BTreeMap<When, Expanded>,
    pub(super) failures: Vec<Failure>,
}

/// A value after expansion.
pub(super) struct Expanded {
    pub(super) value: Result<Vec<u8>, Unknown>,
    pub(super) references: Vec<Reference>,
}

impl Expansions {
    /// Expands every assignment that may refer to something, in the order in which the loader does.
    pub(super) fn new(table: &Table<'_, '_>) -> Expansions {
        let mut lookup = Lookup {
            table,
            done: BTreeMap::new(),
            failures: vec![],
            open: vec![],
            inserted: 0,
            read: 0,
        };
        for (layer, at) in table.layers.iter().zip(0..) {
            let expander = layer.dialect.expander;
            if expander == Expander::None {
                continue;
            }
            let mut todo: Vec<When> = vec![];
            for (assignment, index) in layer.document.assignments().iter().zip(0..) {
                if !assignment.value.plain || expander == Expander::Next && !table.process.is_empty() {
                    todo.push(When { layer: at, index });
                }
            }
            if expander == Expander::Vite {
                // Node hands the variables over sorted.
                sort::by(&mut todo, &|a, b| table.key(*a).cmp(table.key(*b)));
            }
            for when in todo {
                lookup.assignment(expander, when);
            }
        }
        Expansions {
            values: lookup.done,
            failures: lookup.failures,
        }
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
                .is_some_and(|(layer, _)| layer.dialect.expander == Expander::Next)
        };
        let when = file_winner(table, group).filter(is_next).unwrap_or(winner);
        self.values.remove(&when)
    }
}

/// What an expander may ask.
struct Lookup<'a, 's> {
    table: &'a Table<'a, 's>,
    /// What is expanded so far.
    done: BTreeMap<When, Expanded>,
    failures: Vec<Failure>,
    /// What is being expanded, one for the other.
    open: Vec<When>,
    inserted: usize,
    read: usize,
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
            let group = self.table.find(self.table.key(when));
            when = file_winner(self.table, group).unwrap_or(when);
            if self.done.contains_key(&when) {
                return;
            }
        }
        let Some((layer, assignment)) = self.table.assignment(when) else {
            return;
        };
        let of_process = expander == Expander::Next && self.process(self.table.key(when)).is_some();
        let typed = assignment.value.span.of(layer.text);
        let appends = assignment.kind == AssignmentKind::Append;
        let asks = expander == Expander::Shell && (appends || memchr::memchr2(b'`', b'~', typed).is_some());
        let dollar = of_process || asks || memchr::memchr(b'$', typed).is_some();
        if !dollar || !appends && !is_live(expander, assignment, typed) {
            return;
        }
        let Some(decoded) = self.table.decoded(when) else {
            return;
        };
        let mut expansion = Expansion {
            when,
            key: self.table.key(when),
            decoded,
            references: vec![],
        };
        self.open.push(when);
        let runs = layer.dialect.commands != Commands::Text;
        let value = match expander {
            Expander::DotenvExpand13 | Expander::Vite | Expander::DotenvExpand1000 => {
                dotenv::expand(self, &mut expansion, expander)
            }
            Expander::Next => next::expand(self, &mut expansion),
            Expander::Bun => bun::expand(self, &mut expansion),
            Expander::Compose => compose::expand(self, &mut expansion),
            Expander::Deno | Expander::Python | Expander::Ruby | Expander::Godotenv => {
                once::expand(self, &mut expansion, expander, runs)
            }
            Expander::Php => php::expand(self, &mut expansion),
            Expander::Shell => {
                let span = pieces_of(assignment.value);
                let Key::Shell(kind) = layer.dialect.grammar.key else {
                    return;
                };
                {
                    let text = &layer.text[..span.end as usize];
                    shell::expand(self, &mut expansion, kind, text, span.start as usize, appends)
                }
            }
            Expander::Dotenvy | Expander::Symfony => {
                let span = pieces_of(assignment.value);
                let text = &layer.text[..span.end as usize];
                let expand = if expander == Expander::Dotenvy {
                    pieces::dotenvy
                } else {
                    pieces::symfony
                };
                expand(self, &mut expansion, text, span.start as usize)
            }
            Expander::None => Ok(std::mem::take(&mut expansion.decoded.bytes).into_owned()),
        };
        let value = match value {
            Err(Unknown::TooLarge) if is_object(expander) => Err(self.endless(expansion.key)),
            value => value,
        };
        if matches!(value, Err(Unknown::Cycle)) && expander == Expander::Next {
            let span = assignment.value.span;
            self.fail_at(
                &expansion,
                (span.start as usize, span.end as usize),
                FailureKind::Cycle,
                Effect::Dropped,
            );
        }
        self.open.pop();
        self.done.insert(
            when,
            Expanded {
                value,
                references: expansion.references,
            },
        );
    }

    /// The value in the process environment.
    fn process(&self, name: &[u8]) -> Option<&'s [u8]> {
        self.table.process_value(self.table.find(name))
    }

    /// The value that the file gave a name before an assignment, as the loader saw it then.
    fn before(&self, name: &[u8], when: When) -> Result<Option<Cow<'s, [u8]>>, Unknown> {
        match self.table.find(name).iter().rev().find(|entry| entry.when < when) {
            Some(entry) => self.value(entry.when),
            None => Ok(None),
        }
    }

    /// The value of the process environment, else of the assignments before one.
    fn sequential(&self, name: &[u8], when: When) -> Result<Option<Cow<'s, [u8]>>, Unknown> {
        match self.process(name) {
            Some(value) => Ok(Some(Cow::Borrowed(value))),
            None if self.first_wins(when) => match self.table.find(name).first().filter(|entry| entry.when < when) {
                Some(entry) => self.value(entry.when),
                None => Ok(None),
            },
            None => self.before(name, when),
        }
    }

    /// Whether a name that is set stays as it is, for those who read it later in the file.
    fn first_wins(&self, when: When) -> bool {
        self.table.assignment(when).is_some_and(|(layer, _)| {
            layer.dialect.duplicates == Duplicates::First && layer.dialect.expander == Expander::Dotenvy
        })
    }

    /// What Symfony finds: of the file, the last value, whose own references are expanded first.
    fn in_symfony(&mut self, name: &[u8], own: &[u8]) -> Result<Option<Cow<'s, [u8]>>, Unknown> {
        if let Some(value) = self.process(name) {
            return Ok(Some(Cow::Borrowed(value)));
        }
        let Some(when) = file_winner(self.table, self.table.find(name)).filter(|_| name != own) else {
            return Ok(None);
        };
        if self.open.contains(&when) {
            return Ok(None);
        }
        if self.open.len() < MAX_DEPTH {
            self.assignment(Expander::Symfony, when);
        }
        self.value(when)
    }

    /// The value of an assignment, expanded where it was.
    fn value(&self, when: When) -> Result<Option<Cow<'s, [u8]>>, Unknown> {
        if self.table.is_unknown(when) {
            return Err(Unknown::Command);
        }
        match self.done.get(&when) {
            Some(Expanded { value: Ok(bytes), .. }) => Ok(Some(Cow::Owned(bytes.clone()))),
            Some(Expanded {
                value: Err(unknown), ..
            }) => Err(*unknown),
            None => Ok(self.table.decoded(when).map(|decoded| decoded.bytes)),
        }
    }

    /// What a map of the whole file holds for a name now: the last value, expanded if its turn has come.
    fn in_map(&self, name: &[u8]) -> Result<Option<Cow<'s, [u8]>>, Unknown> {
        match file_winner(self.table, self.table.find(name)) {
            Some(when) => self.value(when),
            None => Ok(None),
        }
    }

    /// As [`Lookup::in_map`], but always unexpanded.
    fn in_file(&self, name: &[u8]) -> Option<Cow<'s, [u8]>> {
        let when = file_winner(self.table, self.table.find(name))?;
        self.table.decoded(when).map(|decoded| decoded.bytes)
    }

    /// Why an expansion that never ended did not end: the text of a name leads back to it, or it is only large.
    fn endless(&self, key: &[u8]) -> Unknown {
        let text = |name: &[u8]| {
            self.process(name)
                .map(Cow::Borrowed)
                .or_else(|| self.in_file(name))
                .unwrap_or_default()
        };
        let mut seen = BTreeSet::new();
        let mut path = vec![(key.to_vec(), names(&text(key)))];
        while let Some((name, pending)) = path.last_mut() {
            let Some(next) = pending.pop() else {
                seen.insert(std::mem::take(name));
                path.pop();
                continue;
            };
            if path.iter().any(|(name, _)| *name == next) {
                return Unknown::Cycle;
            }
            if !seen.contains(&next) && path.len() < MAX_DEPTH {
                let pending = names(&text(&next));
                path.push((next, pending));
            }
        }
        Unknown::TooLarge
    }

    /// Accounts for bytes that a reference puts into a value.
    fn insert(&mut self, len: usize) -> Result<(), Unknown> {
        self.inserted += len;
        if self.inserted > MAX_INSERTED {
            Err(Unknown::TooLarge)
        } else {
            Ok(())
        }
    }

    /// Accounts for bytes that are read again.
    fn read(&mut self, len: usize) -> Result<(), Unknown> {
        self.read += len;
        if self.read > MAX_READ {
            Err(Unknown::TooLarge)
        } else {
            Ok(())
        }
    }

    /// As [`Lookup::fail`], with a range of the file.
    fn fail_at(&mut self, expansion: &Expansion<'_>, (start, end): (usize, usize), kind: FailureKind, effect: Effect) {
        if let Some((layer, _)) = self.table.assignment(expansion.when) {
            self.failures.push(Failure {
                source: layer.source,
                span: Span::new(start, end),
                kind,
                effect,
            });
        }
    }

    /// Notes that the loader gives the file up.
    fn fail(&mut self, expansion: &Expansion<'_>, (start, end): (usize, usize), kind: FailureKind, effect: Effect) {
        if let Some((layer, _)) = self.table.assignment(expansion.when) {
            self.failures.push(Failure {
                source: layer.source,
                span: expansion.span(start, end),
                kind,
                effect,
            });
        }
    }
}

/// Whether the loader expands the members of an object, after it has read the whole file.
fn is_object(expander: Expander) -> bool {
    matches!(
        expander,
        Expander::DotenvExpand13
            | Expander::Vite
            | Expander::DotenvExpand1000
            | Expander::Next
            | Expander::Bun
            | Expander::Symfony
    )
}

/// Whether the quotes of a value let references live.
fn is_live(expander: Expander, assignment: &Assignment, typed: &[u8]) -> bool {
    let quote = assignment.value.quote;
    match expander {
        Expander::Compose | Expander::Ruby | Expander::Godotenv | Expander::Php | Expander::Shell => {
            quote != Some(Quote::Single)
        }
        // A value that opens a quote and does not close it is text, too.
        Expander::Deno => match quote {
            Some(quote) => quote == Quote::Double,
            None => typed.first().is_none_or(|&byte| Quote::of(byte).is_none()),
        },
        _ => true,
    }
}

/// What a reference without a default came to; one to the own key that finds nothing leads back.
fn outcome(found: bool, is_own: bool) -> ReferenceOutcome {
    match (found, is_own) {
        (true, _) => ReferenceOutcome::Resolved,
        (false, true) => ReferenceOutcome::Cycle,
        (false, false) => ReferenceOutcome::Undefined,
    }
}

/// The names that a text refers to.
fn names(text: &[u8]) -> Vec<Vec<u8>> {
    let name = |dollar: usize| match &text[dollar + 1..] {
        [b'{', rest @ ..] => {
            let len = rest
                .iter()
                .take_while(|byte| !matches!(byte, b'}' | b':' | b'+' | b'-' | b'{' | b'$'))
                .count();
            rest[..len].to_vec()
        }
        rest => rest[..word_len(rest)].to_vec(),
    };
    memchr::memchr_iter(b'$', text)
        .map(name)
        .filter(|name| !name.is_empty())
        .collect()
}

/// The length of a run of `[A-Za-z0-9_]`.
fn word_len(text: &[u8]) -> usize {
    text.iter()
        .take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_')
        .count()
}

/// The length of `[A-Za-z_][A-Za-z0-9_]*`, 0 if there is none.
fn name_len(text: &[u8]) -> usize {
    if text.first().is_none_or(u8::is_ascii_digit) {
        0
    } else {
        word_len(text)
    }
}
