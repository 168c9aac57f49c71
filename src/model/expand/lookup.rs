//! What expanders ask for: other variables, as their loader sees them at that point, and how much of the limits is
//! left.

use std::borrow::Cow;

use crate::map::Map;
use crate::name::word_len;
use crate::parse::dialect::{Duplicates, Expander, Precedence};
use crate::parse::{Effect, Quote};
use crate::source::Span;

use super::super::resolve::file_winner;
use super::super::table::{Entry, Table, When};
use super::super::{Failure, FailureKind, Unknown};
use super::alike::Forms;
use super::done::Done;
use super::{Expansion, is_merged};

/// What references may put into values, in all values of an environment together: 16 MiB.
const MAX_INSERTED: usize = 16 << 20;

/// What expanders that read their own output again may read: 64 MiB, and of short files less, since a loop in one costs the same at every
/// reading, and whoever looks for a mend reads many times.
const MAX_READ: usize = 64 << 20;
const READ: usize = 4 << 20;
const READ_A_BYTE: usize = 256;

/// What an expander may ask.
pub(super) struct Lookup<'a, 's> {
    pub(super) table: &'a Table<'a, 's>,
    /// What is expanded so far.
    pub(super) done: Done,
    pub(super) failures: Vec<Failure>,
    /// What only a command could tell.
    pub(super) commands: Vec<When>,
    /// Layers without which the loader went on.
    dropped: Vec<u32>,
    /// If all references so far are such as are read alike: which.
    pub(super) alike: Option<Forms>,
    inserted: usize,
    /// What is left to read.
    unread: usize,
    /// Where names lead whose expansion did not end.
    leads: Map<Vec<u8>, Leads>,
}

/// Where the text of a name leads, by the references in it.
#[derive(Clone, Copy)]
enum Leads {
    OnTheWay,
    IntoCircle,
    Nowhere,
}

impl<'a, 's> Lookup<'a, 's> {
    pub(super) fn new(table: &'a Table<'a, 's>) -> Lookup<'a, 's> {
        Lookup {
            table,
            done: Done::default(),
            failures: vec![],
            commands: vec![],
            dropped: vec![],
            alike: Some(Forms::default()),
            inserted: 0,
            leads: Map::default(),
            unread: unread(table),
        }
    }

    /// The value in the process environment.
    pub(super) fn process(&self, name: &[u8]) -> Option<&'s [u8]> {
        if self.table.process.is_empty() {
            return None;
        }
        self.table.process_value(self.table.find(name))
    }

    /// Whether the loader goes from file to file, and has set what stands in those above when it comes to that of an assignment.
    fn goes_down(&self, when: When) -> bool {
        let layer = self.table.layers.get(when.layer as usize);
        layer.is_some_and(|layer| layer.dialect.reads_winner_first() && !is_merged(layer.dialect.expander))
    }

    fn is_of(&self, when: When, expander: Expander) -> bool {
        let layer = self.table.layers.get(when.layer as usize);
        layer.is_some_and(|layer| layer.dialect.expander == expander)
    }

    /// The entries of a name that the loader has in its hands when it expands an assignment: of all files; or, if it goes from file to
    /// file and begins with the one that counts, of those that it has read, for Next of this one alone.
    pub(super) fn seen(&self, name: &[u8], when: When) -> &'a [Entry] {
        let group = self.table.find(name);
        if !self.goes_down(when) {
            return group;
        }
        let below = |end: u32| group.partition_point(|entry| entry.when.layer < end);
        let end = if self.is_of(when, Expander::Next) {
            below(when.layer + 1)
        } else {
            group.len()
        };
        &group[below(when.layer)..end]
    }

    /// The value in the process environment, or what a file that was read before has put there; uv hands all on at the end.
    pub(super) fn environment(&self, name: &[u8], when: When) -> Result<Option<Cow<'s, [u8]>>, Unknown> {
        match self.process(name) {
            Some(value) => Ok(Some(Cow::Borrowed(value))),
            None if self.goes_down(when) && !self.is_of(when, Expander::Uv) => {
                let group = self.table.find(name);
                let mut above = &group[group.partition_point(|entry| entry.when.layer <= when.layer)..];
                while let Some(winner) = file_winner(self.table, above) {
                    if !self.dropped.contains(&winner.layer) {
                        return self.value(winner);
                    }
                    above = &above[..above.partition_point(|entry| entry.when.layer < winner.layer)];
                }
                Ok(None)
            }
            None => Ok(None),
        }
    }

    /// Before the next file: what the loader did with one that it gave up is no longer counted.
    pub(super) fn renew(&mut self, layer: u32) {
        let source = self.table.layers[layer as usize].source;
        let last = self.failures.last();
        if last.is_some_and(|failure| failure.source == source && failure.effect == Effect::Dropped) {
            self.dropped.push(layer);
            self.unread = unread(self.table);
        }
    }

    /// The last entry of a name before an assignment, in files that are read before or in its own.
    fn last_before(&self, name: &[u8], when: When) -> Option<&Entry> {
        let group = self.seen(name, when);
        let before = &group[..group.partition_point(|entry| entry.when < when)];
        before
            .iter()
            .rev()
            .find(|entry| !self.table.does_nothing(entry.when, group))
    }

    /// When a name was last assigned before an assignment, in files that are read before or in its own.
    pub(super) fn when_before(&self, name: &[u8], when: When) -> Option<When> {
        self.last_before(name, when).map(|entry| entry.when)
    }

    /// The value that the file gave a name before an assignment, as the loader saw it then.
    pub(super) fn before(&self, name: &[u8], when: When) -> Result<Option<Cow<'s, [u8]>>, Unknown> {
        match self.last_before(name, when) {
            Some(entry) => self.value(entry.when),
            None => Ok(None),
        }
    }

    /// Whether the file took a name back before an assignment.
    pub(super) fn is_cleared(&self, name: &[u8], when: When) -> bool {
        self.last_before(name, when)
            .is_some_and(|entry| self.table.clears(entry.when))
    }

    /// Whether the value that a name has before an assignment stands in single quotes, with what looks like a reference.
    pub(super) fn is_literal(&self, name: &[u8], when: When) -> bool {
        let entry = self.last_before(name, when);
        entry
            .and_then(|entry| self.table.assignment(entry.when))
            .is_some_and(|(layer, assignment)| {
                let raw = assignment.value;
                let typed = raw.span.of(layer.text);
                // One that opens quotes and does not close them, too.
                let is_single = match raw.quote {
                    Some(quote) => quote == Quote::Single,
                    None => typed.first() == Some(&b'\''),
                };
                is_single && looks_like_reference(typed)
            })
    }

    /// Whether a loader puts what it reads over the process environment, and finds it there.
    pub(super) fn overrides(&self, when: When) -> bool {
        self.table
            .assignment(when)
            .is_some_and(|(layer, _)| layer.dialect.precedence == Precedence::File)
    }

    /// The value of the process environment, else of the assignments before one.
    pub(super) fn sequential(&self, name: &[u8], when: When) -> Result<Option<Cow<'s, [u8]>>, Unknown> {
        if self.overrides(when)
            && let Some(value) = self.before(name, when)?
        {
            return Ok(Some(value));
        }
        match self.environment(name, when)? {
            None if self.first_wins(when) => match self.seen(name, when).first().filter(|entry| entry.when < when) {
                Some(entry) => self.value(entry.when),
                None => Ok(None),
            },
            None => self.before(name, when),
            value => Ok(value),
        }
    }

    /// The value that a file of another kind above gives a name, which takes the file of an assignment in.
    pub(super) fn carried(&self, name: &[u8], when: When) -> Result<Option<Cow<'s, [u8]>>, Unknown> {
        let above = self.table.find(name).iter().rev().find(|entry| {
            let layer = self.table.layers.get(entry.when.layer as usize);
            entry.when.layer > when.layer && layer.is_some_and(|layer| layer.document.is_carried())
        });
        above.map_or(Ok(None), |entry| self.value(entry.when))
    }

    /// Whether what a name is before an assignment stands in the same file.
    pub(super) fn stands_above(&self, name: &[u8], when: When) -> bool {
        let above = self.last_before(name, when);
        above.is_some_and(|entry| entry.when.layer == when.layer)
    }

    /// Whether a name that is set stays as it is, for those who read it later in the file.
    pub(super) fn first_wins(&self, when: When) -> bool {
        self.table.assignment(when).is_some_and(|(layer, _)| {
            layer.dialect.duplicates == Duplicates::First && layer.dialect.expander == Expander::Dotenvy
        })
    }

    /// The value of an assignment, expanded where it was.
    pub(super) fn value(&self, when: When) -> Result<Option<Cow<'s, [u8]>>, Unknown> {
        if let Some(unknown) = self.table.unknown(when) {
            return Err(unknown);
        }
        match self.done.get(when).map(|expanded| &expanded.value) {
            Some(Ok(bytes)) => Ok(Some(Cow::Owned(bytes.clone()))),
            Some(Err(unknown)) => Err(*unknown),
            None => Ok(self.table.decoded(when).map(|decoded| decoded.bytes)),
        }
    }

    /// What a map of all that is read holds for a name now: the last value, expanded if its turn has come.
    pub(super) fn in_map(&self, name: &[u8], when: When) -> Result<Option<Cow<'s, [u8]>>, Unknown> {
        match file_winner(self.table, self.seen(name, when)) {
            Some(when) => self.value(when),
            None => Ok(None),
        }
    }

    /// As [`Lookup::in_map`], but always unexpanded.
    pub(super) fn in_file(&self, name: &[u8], when: When) -> Option<Cow<'s, [u8]>> {
        let when = file_winner(self.table, self.seen(name, when))?;
        self.table.decoded(when).map(|decoded| decoded.bytes)
    }

    /// Why an expansion that never ended did not end: the text of a name leads into a circle, or it is only large. What is found of a name is kept,
    /// so that a long chain of them is walked once and not again from each.
    pub(super) fn endless(&mut self, key: &[u8], when: When) -> Unknown {
        let mut path: Vec<(Vec<u8>, Vec<Vec<u8>>)> = vec![];
        let mut next = Some(key.to_vec());
        loop {
            if let Some(name) = next {
                match self.leads.get(&name) {
                    Some(Leads::OnTheWay | Leads::IntoCircle) => {
                        for (name, _) in path {
                            *self.leads.or(name, Leads::IntoCircle) = Leads::IntoCircle;
                        }
                        return Unknown::Cycle;
                    }
                    Some(Leads::Nowhere) => {}
                    None => {
                        let inherited = self.environment(&name, when).unwrap_or_default();
                        let text = inherited.or_else(|| self.in_file(&name, when)).unwrap_or_default();
                        path.push((name.clone(), names(&text)));
                        self.leads.insert(name, Leads::OnTheWay);
                    }
                }
            }
            let Some((_, pending)) = path.last_mut() else {
                return Unknown::TooLarge;
            };
            next = pending.pop();
            if next.is_none()
                && let Some((name, _)) = path.pop()
            {
                *self.leads.or(name, Leads::Nowhere) = Leads::Nowhere;
            }
        }
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
        self.unread = self.unread.checked_sub(len).ok_or(Unknown::TooLarge)?;
        Ok(())
    }

    /// As [`Lookup::fail`], with a range of the file.
    pub(super) fn fail_at(
        &mut self,
        expansion: &Expansion<'_>,
        (start, end): (usize, usize),
        kind: FailureKind,
        effect: Effect,
    ) {
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
    pub(super) fn fail(
        &mut self,
        expansion: &Expansion<'_>,
        (start, end): (usize, usize),
        kind: FailureKind,
        effect: Effect,
    ) {
        let span = expansion.span(start, end);
        self.fail_at(expansion, (span.start as usize, span.end as usize), kind, effect);
    }
}

/// How much expanders may read again at first.
fn unread(table: &Table<'_, '_>) -> usize {
    let typed: usize = table.layers.iter().map(|layer| layer.text.len()).sum();
    typed.saturating_mul(READ_A_BYTE).saturating_add(READ).min(MAX_READ)
}

/// `\$\{[^}]+\}|\$[A-Za-z_][A-Za-z0-9_]*` somewhere in a text.
fn looks_like_reference(text: &[u8]) -> bool {
    memchr::memchr_iter(b'$', text).any(|dollar| match text.get(dollar + 1) {
        Some(b'{') => memchr::memchr(b'}', &text[dollar + 2..]).is_some_and(|len| len > 0),
        Some(byte) => byte.is_ascii_alphabetic() || *byte == b'_',
        None => false,
    })
}

/// The names that a text may refer to; braces hold a name of any characters to some expanders, and of words to others.
fn names(text: &[u8]) -> Vec<Vec<u8>> {
    let mut names = vec![];
    for dollar in memchr::memchr_iter(b'$', text) {
        let braced = usize::from(text.get(dollar + 1) == Some(&b'{'));
        let rest = &text[dollar + 1 + braced..];
        let word = word_len(rest);
        let any = rest
            .iter()
            .take_while(|byte| !matches!(byte, b'}' | b':' | b'+' | b'-' | b'{' | b'$'))
            .count();
        names.push(rest[..word].to_vec());
        if braced == 1 && any != word {
            names.push(rest[..any].to_vec());
        }
    }
    names
}
