//! Gives expanders access to other variables as their loader sees them at that point, and keeps track of the limits.

use std::borrow::Cow;
use std::cell::{Cell, RefCell};

use crate::map::Map;
use crate::name::word_len;
use crate::parse::dialect::{Duplicates, Expander, Precedence};
use crate::parse::shell::has;
use crate::parse::{Effect, External, Quote};
use crate::source::Span;

use super::super::resolve::file_winner;
use super::super::table::{Entry, Table, When};
use super::super::{Failure, FailureKind, Unknown};
use super::alike::Forms;
use super::done::Done;
use super::{Expansion, is_merged};

/// How many bytes references may insert into values, for all values of an environment together: 16 MiB.
const MAX_INSERTED: usize = 16 << 20;

/// How many bytes expanders may read that process their own output again: at most 64 MiB. The limit is lower for short
/// files, since a loop costs the same in every evaluation, and searching for a fix evaluates many times.
const MAX_READ: usize = 64 << 20;
const READ: usize = 4 << 20;
const READ_A_BYTE: usize = 256;

/// What every process inherits from a login: POSIX.1-2024 (XBD 8.3) and `login(1)` set these, and a shell sets `PWD`. Not `TMPDIR`, which
/// Linux leaves unset, nor `UID` and `HOSTNAME`, which bash sets and does not export: there `$TMPDIR/a` really is `/a`.
const LOGIN: &str = " HOME LOGNAME PATH PWD SHELL USER ";

/// Stands for a value that a login sets, in a text that is then given up. A path, because nearly all of them are.
const OF_LOGIN: &[u8] = b"/";

pub(super) const UNKNOWN_OF_LOGIN: Unknown = Unknown::External(External::Login);

/// The state that expanders share.
pub(super) struct Lookup<'a, 's> {
    pub(super) table: &'a Table<'a, 's>,
    /// The values that are expanded so far.
    pub(super) done: Done,
    pub(super) failures: Vec<Failure>,
    /// Assignments whose value depends on a command.
    pub(super) commands: Vec<When>,
    /// Layers that the loader gave up on before it continued with the next.
    dropped: Vec<u32>,
    /// The forms that occur, if all references so far are ones that loaders read alike.
    pub(super) alike: Option<Forms>,
    inserted: usize,
    /// How many bytes may still be read.
    unread: usize,
    /// By the address of the first entry of a name: how many of its entries were passed, and the last of them that does something.
    passed: RefCell<Map<usize, (usize, Option<usize>)>>,
    /// Where names lead whose expansion did not end.
    leads: Map<Vec<u8>, Leads>,
    /// The assignment that is being expanded.
    at: When,
    /// Whether something that only a login sets has gone into the text that is being expanded.
    pub(super) is_of_login: Cell<bool>,
}

/// Where the text of a name leads if its references are followed.
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
            passed: RefCell::default(),
            leads: Map::default(),
            unread: unread(table),
            at: When { layer: 0, index: 0 },
            is_of_login: Cell::default(),
        }
    }

    /// Returns the value of a name in the process environment. If that was not read, something stands for what every login sets, unless
    /// the file has set it before.
    pub(super) fn process(&self, name: &[u8]) -> Option<&'s [u8]> {
        if self.inherits(name) {
            let is_set = self.table.find(name).first().is_some_and(|entry| entry.when < self.at);
            return (!is_set).then(|| self.login());
        }
        if self.table.process.is_empty() {
            return None;
        }
        self.table.process_value(self.table.find(name))
    }

    /// Returns whether only the process environment, which was not read, tells what a login has set a name to.
    pub(super) fn inherits(&self, name: &[u8]) -> bool {
        self.table.process.is_empty() && has(LOGIN, name)
    }

    /// Returns what stands for a value that a login sets. The text that it goes into is not known; see [`Lookup::settle`].
    pub(super) fn login(&self) -> &'static [u8] {
        self.is_of_login.set(true);
        OF_LOGIN
    }

    /// Notes which assignment is expanded next.
    pub(super) fn begin(&mut self, when: When) {
        self.at = when;
        self.is_of_login.set(false);
    }

    /// Returns the value that an expansion has come to, unless something only a login sets has gone into it. That is decided at the end, so
    /// that whatever else is in the value is found, such as a command.
    pub(super) fn settle(&self, value: Result<Vec<u8>, Unknown>) -> Result<Vec<u8>, Unknown> {
        match value {
            Ok(_) if self.is_of_login.take() => Err(UNKNOWN_OF_LOGIN),
            value => value,
        }
    }

    /// Returns whether the loader reads the winning file first, and has already set the variables of higher files when
    /// it comes to this assignment.
    fn has_set_higher_files(&self, when: When) -> bool {
        let layer = self.table.layers.get(when.layer as usize);
        layer.is_some_and(|layer| layer.dialect.reads_winner_first() && !is_merged(layer.dialect.expander))
    }

    fn is_of(&self, when: When, expander: Expander) -> bool {
        let layer = self.table.layers.get(when.layer as usize);
        layer.is_some_and(|layer| layer.dialect.expander == expander)
    }

    /// Returns the entries of a name that the loader knows when it expands an assignment. These are the entries of all
    /// files. If the loader expands file by file, winner first, they are those of the files read so far; for Next,
    /// those of the current file only.
    pub(super) fn seen(&self, name: &[u8], when: When) -> &'a [Entry] {
        let group = self.table.find(name);
        if !self.has_set_higher_files(when) {
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

    /// Returns the value in the process environment, or the one that an earlier file has put there. uv only sets
    /// variables at the end.
    pub(super) fn environment(&self, name: &[u8], when: When) -> Result<Option<Cow<'s, [u8]>>, Unknown> {
        match self.process(name) {
            Some(value) => Ok(Some(Cow::Borrowed(value))),
            None if self.has_set_higher_files(when) && !self.is_of(when, Expander::Uv) => {
                let group = self.table.find(name);
                let mut above = &group[group.partition_point(|entry| entry.when.layer <= when.layer)..];
                if self.is_of(when, Expander::DotenvExpand5) {
                    // Each file writes back what it has made of a variable that is set.
                    above = &above[..above.partition_point(|entry| entry.when.layer == above[0].when.layer)];
                }
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

    /// Prepares for the next file. If the loader gave up on this one, the bytes it read no longer count.
    pub(super) fn renew(&mut self, layer: u32) {
        let source = self.table.layers[layer as usize].source;
        let last = self.failures.last();
        if last.is_some_and(|failure| failure.source == source && failure.effect == Effect::Dropped) {
            self.dropped.push(layer);
            self.unread = unread(self.table);
        }
    }

    /// Returns the last entry of a name before an assignment, in the same file or in files read earlier.
    fn last_before(&self, name: &[u8], when: When) -> Option<&Entry> {
        let group = self.seen(name, when);
        let before = &group[..group.partition_point(|entry| entry.when < when)];
        let counts = |entry: &Entry| !self.table.does_nothing(entry.when, group);
        let last = before.last()?;
        if counts(last) {
            return Some(last);
        }
        // There may be many that do nothing, and as many references after them.
        let mut passed = self.passed.borrow_mut();
        let first = std::ptr::from_ref(&group[0]) as usize;
        let known = passed.get(&first).copied().filter(|(len, _)| *len <= before.len());
        let (len, found) = known.unwrap_or_default();
        let found = before[len..].iter().rposition(counts).map(|at| len + at).or(found);
        passed.insert(first, (before.len(), found));
        found.map(|at| &before[at])
    }

    /// Returns when a name was last assigned before an assignment, in the same file or in files read earlier.
    pub(super) fn when_before(&self, name: &[u8], when: When) -> Option<When> {
        self.last_before(name, when).map(|entry| entry.when)
    }

    /// Returns the value that the file gave a name before an assignment, as the loader saw it then.
    pub(super) fn before(&self, name: &[u8], when: When) -> Result<Option<Cow<'s, [u8]>>, Unknown> {
        match self.last_before(name, when) {
            Some(entry) => self.value(entry.when),
            None => Ok(None),
        }
    }

    /// Returns whether the file removed a name before an assignment.
    pub(super) fn is_cleared(&self, name: &[u8], when: When) -> bool {
        self.last_before(name, when)
            .is_some_and(|entry| self.table.clears(entry.when))
    }

    /// Returns whether the current value of a name was in single quotes and looks as if it contained a reference.
    pub(super) fn is_literal(&self, name: &[u8], when: When) -> bool {
        let entry = self.last_before(name, when);
        entry
            .and_then(|entry| self.table.assignment(entry.when))
            .is_some_and(|(layer, assignment)| {
                let raw = assignment.value;
                let typed = raw.span.of(layer.text);
                // This includes a value that opens a single quote without closing it.
                let is_single = match raw.quote {
                    Some(quote) => quote == Quote::Single,
                    None => typed.first() == Some(&b'\''),
                };
                is_single && looks_like_reference(typed)
            })
    }

    /// Returns whether the loader writes what it reads over the process environment, and reads it back from there.
    pub(super) fn overrides(&self, when: When) -> bool {
        self.table
            .assignment(when)
            .is_some_and(|(layer, _)| layer.dialect.precedence == Precedence::File)
    }

    /// Returns the value of a name from the process environment, else from earlier assignments. The order is reversed
    /// for a loader that overrides the environment.
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

    /// Returns the value that a higher layer of another carrier gives a name; such a layer includes the file of the assignment.
    pub(super) fn carried(&self, name: &[u8], when: When) -> Result<Option<Cow<'s, [u8]>>, Unknown> {
        let entries = self.table.find(name);
        let above = &entries[entries.partition_point(|entry| entry.when.layer <= when.layer)..];
        let is_carried = |entry: &&Entry| {
            let layer = self.table.layers.get(entry.when.layer as usize);
            layer.is_some_and(|layer| layer.document.is_carried())
        };
        let carried = above.iter().rev().find(is_carried);
        carried.map_or(Ok(None), |entry| self.value(entry.when))
    }

    /// Returns whether the current value of a name was assigned in the same file.
    pub(super) fn is_set_in_same_file(&self, name: &[u8], when: When) -> bool {
        let above = self.last_before(name, when);
        above.is_some_and(|entry| entry.when.layer == when.layer)
    }

    /// Returns whether the first assignment to a name also prevails for references further down.
    pub(super) fn first_wins(&self, when: When) -> bool {
        self.table.assignment(when).is_some_and(|(layer, _)| {
            layer.dialect.duplicates == Duplicates::First && layer.dialect.expander == Expander::Dotenvy
        })
    }

    /// Returns the value of an assignment, after expansion if it has been expanded.
    pub(super) fn value(&self, when: When) -> Result<Option<Cow<'s, [u8]>>, Unknown> {
        if let Some(unknown) = self.table.unknown(when) {
            return Err(unknown);
        }
        match self.done.get(when).map(|expanded| &expanded.value) {
            Some(Ok(bytes)) => Ok(Some(Cow::Owned(bytes.clone()))),
            Some(Err(UNKNOWN_OF_LOGIN)) => Ok(Some(Cow::Borrowed(self.login()))),
            Some(Err(unknown)) => Err(*unknown),
            None => Ok(self.table.decoded(when).map(|decoded| decoded.bytes)),
        }
    }

    /// Returns what a map of everything that was read currently holds for a name: the last value, expanded if its turn has come.
    pub(super) fn in_map(&self, name: &[u8], when: When) -> Result<Option<Cow<'s, [u8]>>, Unknown> {
        match file_winner(self.table, self.seen(name, when)) {
            Some(when) => self.value(when),
            None => Ok(None),
        }
    }

    /// Like [`Lookup::in_map`], but never expanded.
    pub(super) fn in_file(&self, name: &[u8], when: When) -> Option<Cow<'s, [u8]>> {
        let when = file_winner(self.table, self.seen(name, when))?;
        self.table.decoded(when).map(|decoded| decoded.bytes)
    }

    /// Determines why an expansion did not end: the references of a name lead into a cycle, or the value is just too
    /// large. The result for each name is kept, so that a long chain is walked once instead of once per name.
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

    /// Accounts for bytes that a reference inserts into a value.
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

    /// Like [`Lookup::fail`], with a range of the file.
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

    /// Records that the loader gives up on the file. The range is one of the decoded text.
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

/// Returns how many bytes expanders may read again, initially.
fn unread(table: &Table<'_, '_>) -> usize {
    let typed: usize = table.layers.iter().map(|layer| layer.text.len()).sum();
    typed.saturating_mul(READ_A_BYTE).saturating_add(READ).min(MAX_READ)
}

/// Returns whether a text contains `\$\{[^}]+\}|\$[A-Za-z_][A-Za-z0-9_]*`.
fn looks_like_reference(text: &[u8]) -> bool {
    memchr::memchr_iter(b'$', text).any(|dollar| match text.get(dollar + 1) {
        Some(b'{') => memchr::memchr(b'}', &text[dollar + 2..]).is_some_and(|len| len > 0),
        Some(byte) => byte.is_ascii_alphabetic() || *byte == b'_',
        None => false,
    })
}

/// Returns the names that a text may refer to. Some expanders allow any characters in braces, others only words; both
/// readings are included.
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
