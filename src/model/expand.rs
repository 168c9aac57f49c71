//! References in values: what every expander needs, and which one reads a value.
//!
//! An expander turns the decoded text of one assignment into its value, asks [`Lookup`] for other variables, and notes each
//! reference with its place in the file. Everything is bounded: a value that refers to values that refer to values can be
//! larger than any memory.

use std::borrow::Cow;
use std::collections::BTreeMap;

use crate::parse::decode::Decoded;
use crate::parse::dialect::Expander;
use crate::source::Span;

use super::resolve::file_winner;
use super::table::{Table, When};
use super::{Failure, FailureKind, Reference, ReferenceOutcome, Unknown, expand_compose, expand_dotenv};

/// What references may put into values, in all values of an environment together: 16 MiB.
const MAX_INSERTED: usize = 16 << 20;

/// What expanders that read their own output again may read: 256 MiB.
const MAX_READ: usize = 256 << 20;

/// How deep a reference may stand in the default of another.
pub(super) const MAX_DEPTH: usize = 64;

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
    /// Expands every assignment that may refer to something, in the order of reading.
    pub(super) fn new(table: &Table<'_, '_>) -> Expansions {
        let mut lookup = Lookup {
            table,
            done: BTreeMap::new(),
            failures: vec![],
            inserted: 0,
            read: 0,
        };
        for (layer, at) in table.layers.iter().zip(0..) {
            let expander = layer.dialect.expander;
            if expander == Expander::None {
                continue;
            }
            for (assignment, index) in layer.document.assignments().iter().zip(0..) {
                if assignment.value.plain {
                    continue;
                }
                lookup.assignment(expander, When { layer: at, index });
            }
        }
        Expansions {
            values: lookup.done,
            failures: lookup.failures,
        }
    }

    /// Gives an expanded value away.
    pub(super) fn take(&mut self, when: When) -> Option<Expanded> {
        self.values.remove(&when)
    }
}

/// What an expander may ask.
pub(super) struct Lookup<'a, 's> {
    pub(super) table: &'a Table<'a, 's>,
    /// What is expanded so far.
    done: BTreeMap<When, Expanded>,
    failures: Vec<Failure>,
    inserted: usize,
    read: usize,
}

/// One expansion in the making.
pub(super) struct Expansion<'s> {
    pub(super) when: When,
    pub(super) key: &'s [u8],
    pub(super) decoded: Decoded<'s>,
    pub(super) references: Vec<Reference>,
}

impl Expansion<'_> {
    /// Where a range of the decoded text stands in the file.
    pub(super) fn span(&self, start: usize, end: usize) -> Span {
        Span::new(self.decoded.origin(start), self.decoded.origin(end))
    }

    /// Notes a reference, given as ranges of the decoded text.
    pub(super) fn refer(&mut self, (start, end): (usize, usize), name: (usize, usize), outcome: ReferenceOutcome) {
        self.references.push(Reference {
            span: self.span(start, end),
            name: self.span(name.0, name.1),
            outcome,
        });
    }
}

impl<'a, 's> Lookup<'a, 's> {
    /// Expands one assignment, or leaves it as it is if it holds no `$`.
    fn assignment(&mut self, expander: Expander, mut when: When) {
        let sees_whole_file = expander == Expander::DotenvExpand13;
        if sees_whole_file {
            // A JavaScript object has each key once, where it first stood, with the last value.
            let group = self.table.find(self.table.key(when));
            if group.first().is_none_or(|first| first.when != when) {
                return;
            }
            when = file_winner(self.table, group).unwrap_or(when);
        }
        let Some((layer, assignment)) = self.table.assignment(when) else {
            return;
        };
        let quote = assignment.value.quote;
        if memchr::memchr(b'$', assignment.value.span.of(layer.text)).is_none() {
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
        let value = match expander {
            Expander::DotenvExpand13 => expand_dotenv::expand(self, &mut expansion),
            Expander::Compose if quote != Some(crate::parse::Quote::Single) => {
                expand_compose::expand(self, &mut expansion)
            }
            Expander::Compose | Expander::None => return,
        };
        self.done.insert(
            when,
            Expanded {
                value,
                references: expansion.references,
            },
        );
    }

    /// The value of a name at the time of an assignment: of the process environment, else of the assignments before.
    pub(super) fn sequential(&self, name: &[u8], before: When) -> Result<Option<Cow<'s, [u8]>>, Unknown> {
        let group = self.table.find(name);
        if let Some(value) = self.table.process_value(group) {
            return Ok(Some(Cow::Borrowed(value)));
        }
        let Some(entry) = group.iter().rev().find(|entry| entry.when < before) else {
            return Ok(None);
        };
        self.value(entry.when)
    }

    /// The value of an assignment, expanded where it was.
    pub(super) fn value(&self, when: When) -> Result<Option<Cow<'s, [u8]>>, Unknown> {
        match self.done.get(&when) {
            Some(Expanded { value: Ok(bytes), .. }) => Ok(Some(Cow::Owned(bytes.clone()))),
            Some(Expanded {
                value: Err(unknown), ..
            }) => Err(*unknown),
            None => Ok(self.table.decoded(when).map(|decoded| decoded.bytes)),
        }
    }

    /// The text of a name in a map that holds the whole file, unexpanded, under the process environment.
    pub(super) fn unexpanded(&self, name: &[u8]) -> Option<Cow<'s, [u8]>> {
        let group = self.table.find(name);
        if let Some(value) = self.table.process_value(group) {
            return Some(Cow::Borrowed(value));
        }
        self.table
            .decoded(file_winner(self.table, group)?)
            .map(|decoded| decoded.bytes)
    }

    /// Accounts for bytes that a reference puts into a value.
    pub(super) fn insert(&mut self, len: usize) -> Result<(), Unknown> {
        self.inserted += len;
        if self.inserted > MAX_INSERTED {
            Err(Unknown::TooLarge)
        } else {
            Ok(())
        }
    }

    /// Accounts for bytes that are read again.
    pub(super) fn read(&mut self, len: usize) -> Result<(), Unknown> {
        self.read += len;
        if self.read > MAX_READ {
            Err(Unknown::TooLarge)
        } else {
            Ok(())
        }
    }

    /// Notes that the loader gives the file up.
    pub(super) fn fail(&mut self, expansion: &Expansion<'_>, (start, end): (usize, usize), kind: FailureKind) {
        if let Some((layer, _)) = self.table.assignment(expansion.when) {
            self.failures.push(Failure {
                source: layer.source,
                span: expansion.span(start, end),
                kind,
            });
        }
    }
}

/// What a reference without a default came to.
pub(super) fn outcome(found: bool) -> ReferenceOutcome {
    if found {
        ReferenceOutcome::Resolved
    } else {
        ReferenceOutcome::Undefined
    }
}
