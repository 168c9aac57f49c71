//! One automaton for known values and the beginnings of tokens.
//!
//! The automaton holds only the first bytes of each encoded value; the rest is compared directly. So it stays small
//! enough for the CPU caches, however long the values are. It walks a text in four lanes at once, because a single walk
//! waits for memory at every byte.
//!
//! Building a table (a [`DFA`]) costs as much as walking some hundred kilobytes without one, so it is built only once
//! that much has been walked: most commits are smaller.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use aho_corasick::automaton::{Automaton, StateID};
use aho_corasick::dfa::DFA;
use aho_corasick::nfa::noncontiguous::NFA;
use aho_corasick::{Anchored, MatchKind, StartKind};
use zeroize::Zeroizing;

use super::encoding::{self, Encoding};
use super::wrapped::{matched_before, matched_len};
use crate::check::quiet::suppression;
use crate::check::secrets::{Anchors, Token};
use crate::check::{Fingerprint, KnownValue, is_worth_searching, password_in};
use crate::percent;
use crate::report::MASK;
use crate::schema::EnvironmentId;
use crate::source::Location;

/// How many bytes of an encoded value are in the automaton.
const HEAD: usize = 12;

/// How many bytes of an encoded value are compared at most. A file that holds this much of a key holds all of it.
const LONGEST: usize = 4096;

/// Encoded values shorter than this are not searched for: they would match by chance.
const SHORTEST: usize = 8;

/// A value shorter than this matches only if no letter or digit is next to it.
const SHORT: usize = 12;

/// The number of lanes in which the automaton walks a text, and the shortest text for which it uses them.
const LANES: usize = 4;
const LONG: usize = 4096;

/// The number of bytes after which a table pays off.
const TABLED: usize = 256 << 10;

/// What to search for: known values in all their encodings, and tokens of known formats.
pub struct Needles {
    values: Vec<Value>,
    needles: Vec<Needle>,
    anchors: Anchors,
    automaton: NFA,
    /// The same automaton as a table, once it pays off.
    table: OnceLock<DFA>,
    /// How many bytes were walked without the table.
    walked: AtomicUsize,
    /// What each pattern of the automaton is the beginning of.
    patterns: Vec<Vec<Begins>>,
    /// The length of the longest pattern.
    longest: usize,
    unsearched: usize,
}

/// A value, and every place where it is kept.
pub(super) struct Value {
    pub(super) key: Option<String>,
    pub(super) environment: EnvironmentId,
    pub(super) fingerprint: Option<Fingerprint>,
    pub(super) places: Vec<Option<Location>>,
}

struct Needle {
    value: usize,
    /// Which part of the value this is.
    part: Part,
    encoding: Encoding,
    text: Zeroizing<Vec<u8>>,
    /// Whether it matches only with no letter or digit next to it.
    alone: bool,
}

/// Which part of a value was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// The whole value.
    Whole,
    /// The password in a URL.
    Password,
    /// One line of a value with several.
    Line,
}

#[derive(Debug, Clone, Copy)]
enum Begins {
    Needle(usize),
    /// What follows the head of a needle, for base64 with a line break in its head.
    Second(usize),
    Anchor(usize),
    Silence,
}

/// Something found in a text.
#[derive(Debug, Clone, Copy)]
pub(super) enum Match {
    Value {
        value: usize,
        part: Part,
        encoding: Encoding,
        start: usize,
        end: usize,
    },
    Token(Token),
    /// A possible silencing comment: where its mark begins and ends.
    Silence(usize, usize),
}

/// A value, which part of it was found, and in what encoding.
pub(super) type Named = (usize, Part, Encoding);

impl Needles {
    /// How far before and after the end of a pattern a match can depend on the text.
    pub(super) const REACH: (usize, usize) = Anchors::REACH;

    /// Builds the automaton. Values that are too short or too common to be meaningful are left out and counted.
    #[must_use]
    pub fn build(known: impl IntoIterator<Item = KnownValue>) -> Needles {
        // What is dropped here and inside the automaton is zeroed by the program's allocator.
        let mut by_text: BTreeMap<Vec<u8>, usize> = BTreeMap::new();
        let mut needles = Needles {
            values: Vec::new(),
            needles: Vec::new(),
            anchors: Anchors::new(),
            automaton: NFA::new(Vec::<&[u8]>::new()).unwrap_or_else(|_| unreachable!("an automaton of nothing")),
            table: OnceLock::new(),
            walked: AtomicUsize::new(0),
            patterns: Vec::new(),
            longest: 1,
            unsearched: 0,
        };
        let mut unsearched: BTreeSet<Vec<u8>> = BTreeSet::new();
        for known in known {
            let text = known.value.expose();
            if let Some(index) = by_text.get(text) {
                needles.values[*index].places.push(known.location);
                continue;
            }
            let value = Value {
                key: known.key,
                environment: known.environment,
                fingerprint: known.fingerprint,
                places: vec![known.location],
            };
            if needles.add(text, value) {
                by_text.insert(text.to_vec(), needles.values.len() - 1);
            } else {
                unsearched.insert(text.to_vec());
            }
        }
        needles.unsearched = unsearched.len();
        needles.compile();
        needles
    }

    /// Returns how many distinct values are searched for.
    #[must_use]
    pub fn values(&self) -> usize {
        self.values.len()
    }

    /// Returns how many values are left out because they are too short or too common.
    #[must_use]
    pub fn unsearched(&self) -> usize {
        self.unsearched
    }

    pub(super) fn value(&self, index: usize) -> &Value {
        &self.values[index]
    }

    /// Adds a value with all its parts and encodings. Returns `false` if all of them are too short or too common.
    fn add(&mut self, text: &[u8], value: Value) -> bool {
        let mut parts: Vec<(Part, Zeroizing<Vec<u8>>)> = Vec::new();
        if is_worth_searching(text) {
            parts.push((Part::Whole, Zeroizing::new(text.to_vec())));
        }
        if let Some(password) = password_in(text).filter(|password| is_worth_searching(password)) {
            parts.push((Part::Password, Zeroizing::new(password.to_vec())));
            let plain = Zeroizing::new(percent::decode(password));
            if *plain != password && is_worth_searching(&plain) {
                parts.push((Part::Password, plain));
            }
        }
        // For a key of many lines, a line from its middle is as good as the whole, and is also found in code that wraps
        // the key differently.
        let longest = text
            .split(|byte| *byte == b'\n')
            .map(<[u8]>::trim_ascii)
            .filter(|line| *line != text);
        if let Some(line) = longest
            .max_by_key(|line| line.len())
            .filter(|line| line.len() >= 32 && is_worth_searching(line))
        {
            parts.push((Part::Line, Zeroizing::new(line.to_vec())));
        }
        if parts.is_empty() {
            return false;
        }
        self.values.push(value);
        let value = self.values.len() - 1;
        for (part, text) in parts {
            for (encoding, mut encoded) in encoding::all(&text) {
                encoded.truncate(LONGEST);
                if encoded.len() >= SHORTEST.min(text.len()) {
                    let alone = encoding == Encoding::Plain && text.len() < SHORT;
                    self.needles.push(Needle {
                        value,
                        part,
                        encoding,
                        text: encoded,
                        alone,
                    });
                }
            }
        }
        true
    }

    fn compile(&mut self) {
        let mut patterns: BTreeMap<&[u8], Vec<Begins>> = BTreeMap::new();
        for (index, needle) in self.needles.iter().enumerate() {
            let head = &needle.text[..needle.text.len().min(HEAD)];
            patterns.entry(head).or_default().push(Begins::Needle(index));
            let second = &needle.text[head.len()..needle.text.len().min(2 * HEAD)];
            if needle.encoding == Encoding::Base64 && second.len() >= SHORTEST {
                patterns.entry(second).or_default().push(Begins::Second(index));
            }
        }
        for (index, literal) in self.anchors.literals().enumerate() {
            patterns.entry(literal).or_default().push(Begins::Anchor(index));
        }
        patterns.entry(suppression::MARK).or_default().push(Begins::Silence);
        self.longest = patterns.keys().map(|pattern| pattern.len()).max().unwrap_or(1);
        self.automaton = NFA::builder()
            .match_kind(MatchKind::Standard)
            .prefilter(false)
            .build(patterns.keys())
            .unwrap_or_else(|_| unreachable!("a few thousand states, far below the limit"));
        self.patterns = patterns.into_values().collect();
    }

    /// How many bytes before the first byte of interest the automaton has to read.
    pub(super) fn run_up(&self) -> usize {
        self.longest - 1
    }

    /// Finds everything whose beginning, as the automaton knows it, ends in `from..to`; in no particular order. May
    /// look at all of `text` to confirm a match.
    pub(super) fn matches(&self, text: &[u8], from: usize, to: usize, sink: &mut dyn FnMut(Match)) {
        self.walk(text, from, to, &mut |pattern, end| {
            for begins in &self.patterns[pattern] {
                let found = match *begins {
                    Begins::Needle(index) => self.needle(index, text, end),
                    Begins::Second(index) => self.broken(index, text, end),
                    Begins::Anchor(index) => {
                        let length = self.anchors.length(index);
                        self.anchors.token(index, text, end - length).map(Match::Token)
                    }
                    Begins::Silence => Some(Match::Silence(end - suppression::MARK.len(), end)),
                };
                if let Some(found) = found {
                    sink(found);
                }
            }
        });
    }

    fn needle(&self, index: usize, text: &[u8], head_end: usize) -> Option<Match> {
        let needle = &self.needles[index];
        let head = needle.text.len().min(HEAD);
        let start = head_end - head;
        let end = head_end + matched_len(&needle.text[head..], &text[head_end..], needle.encoding)?;
        self.at(needle, text, start, end)
    }

    /// Like [`Needles::needle`], where what follows the head ends at `second_end`, and only if a line break is in the head.
    fn broken(&self, index: usize, text: &[u8], second_end: usize) -> Option<Match> {
        let needle = &self.needles[index];
        let second = needle.text.len().min(2 * HEAD) - HEAD;
        let before = &text[..second_end - second];
        let head = &needle.text[..HEAD];
        let start = before
            .len()
            .checked_sub(matched_before(head, before).filter(|len| *len > HEAD)?)?;
        let rest = &needle.text[HEAD + second..];
        let end = second_end + matched_len(rest, &text[second_end..], needle.encoding)?;
        self.at(needle, text, start, end)
    }

    /// Returns a needle that is at `start..end`, unless it has to be alone and is not.
    fn at(&self, needle: &Needle, text: &[u8], start: usize, end: usize) -> Option<Match> {
        let is_letter = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_alphanumeric);
        let alone = || !is_letter(text[..start].last()) && !is_letter(text.get(end));
        (!needle.alone || alone()).then_some(Match::Value {
            value: needle.value,
            part: needle.part,
            encoding: needle.encoding,
            start,
            end,
        })
    }

    /// Walks the automaton over `from..to` and reports each pattern that ends there, with its end.
    fn walk(&self, text: &[u8], from: usize, to: usize, sink: &mut dyn FnMut(usize, usize)) {
        let length = to - from;
        if self.table.get().is_none() && self.walked.fetch_add(length, Ordering::Relaxed) + length < TABLED {
            return self.walk_lane(&self.automaton, text, from, to, sink);
        }
        let table = self.table.get_or_init(|| {
            let mut builder = DFA::builder();
            builder.start_kind(StartKind::Unanchored).prefilter(false);
            let built = builder.build_from_noncontiguous(&self.automaton);
            built.unwrap_or_else(|_| unreachable!("a few thousand states, far below the limit"))
        });
        if length < LONG {
            return self.walk_lane(table, text, from, to, sink);
        }
        let part = length / LANES;
        let begin: [usize; LANES] = std::array::from_fn(|lane| from + lane * part);
        let mut states = begin.map(|begin| self.state_before(table, text, begin));
        let [a, b, c, d] = begin.map(|begin| &text[begin..begin + part]);
        for (at, (((a, b), c), d)) in a.iter().zip(b).zip(c).zip(d).enumerate() {
            states = [
                table.next_state(Anchored::No, states[0], *a),
                table.next_state(Anchored::No, states[1], *b),
                table.next_state(Anchored::No, states[2], *c),
                table.next_state(Anchored::No, states[3], *d),
            ];
            if states.iter().any(|state| table.is_special(*state)) {
                for (state, begin) in states.iter().zip(begin) {
                    report_matches(table, *state, begin + at + 1, sink);
                }
            }
        }
        self.walk_lane(table, text, from + LANES * part, to, sink);
    }

    fn walk_lane(
        &self,
        automaton: &impl Automaton,
        text: &[u8],
        from: usize,
        to: usize,
        sink: &mut dyn FnMut(usize, usize),
    ) {
        let mut state = self.state_before(automaton, text, from);
        for (at, byte) in text[from..to].iter().enumerate() {
            state = automaton.next_state(Anchored::No, state, *byte);
            if automaton.is_special(state) {
                report_matches(automaton, state, from + at + 1, sink);
            }
        }
    }

    /// Returns the automaton's state before the byte at `at`. The walk up to it is as long as any pattern needs.
    fn state_before(&self, automaton: &impl Automaton, text: &[u8], at: usize) -> StateID {
        let start = automaton
            .start_state(Anchored::No)
            .unwrap_or_else(|_| unreachable!("the automaton is built for unanchored searches"));
        text[at.saturating_sub(self.run_up())..at]
            .iter()
            .fold(start, |state, byte| automaton.next_state(Anchored::No, state, *byte))
    }

    /// Returns the values that a file name contains, each once.
    #[must_use]
    pub(super) fn in_name(&self, name: &str) -> Vec<Named> {
        let mut found: Vec<Named> = Vec::new();
        self.matches(name.as_bytes(), 0, name.len(), &mut |one| {
            if let Match::Value {
                value, part, encoding, ..
            } = one
                && found.iter().all(|(known, ..)| *known != value)
            {
                found.push((value, part, encoding));
            }
        });
        found
    }

    /// Returns whether a file name contains a value.
    #[must_use]
    pub fn are_in_name(&self, name: &str) -> bool {
        !self.in_name(name).is_empty()
    }

    /// Returns the text with everything masked that a search would find in it, in any encoding.
    #[must_use]
    pub fn redact(&self, text: &str) -> String {
        let bytes = text.as_bytes();
        let mut spans: Vec<(usize, usize)> = Vec::new();
        self.matches(bytes, 0, bytes.len(), &mut |found| match found {
            Match::Value { start, end, .. } => spans.push((start, end)),
            Match::Token(token) => spans.push((token.start, token.end)),
            Match::Silence(..) => {}
        });
        spans.sort_unstable();
        let mut out = Vec::with_capacity(bytes.len());
        let mut at = 0;
        for (start, end) in spans {
            if end <= at {
                continue;
            }
            // Where two spans overlap, the shared part is masked once.
            if start >= at {
                out.extend_from_slice(&bytes[at..start]);
                out.extend_from_slice(MASK.as_bytes());
            }
            at = end;
        }
        out.extend_from_slice(&bytes[at..]);
        String::from_utf8_lossy(&out).into_owned()
    }
}

impl fmt::Debug for Needles {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "Needles({} values, {} needles)",
            self.values.len(),
            self.needles.len()
        )
    }
}

/// Reports the patterns that end in `state`.
fn report_matches(automaton: &impl Automaton, state: StateID, end: usize, sink: &mut dyn FnMut(usize, usize)) {
    if automaton.is_match(state) {
        for index in 0..automaton.match_len(state) {
            sink(automaton.match_pattern(state, index).as_usize(), end);
        }
    }
}
