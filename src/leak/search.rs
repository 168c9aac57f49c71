//! Searches one text, which it is fed in pieces, in bounded memory.

use std::hash::{DefaultHasher, Hasher};

use super::encoding::Encoding;
use super::lines::Lines;
use super::needles::{Match, Needles, Part};
use super::silence::{self, Silence};
use crate::check::MAX_DIAGNOSTICS;
use crate::check::secrets::{Dates, Format, Secrecy};
use crate::source::LineColumn;

/// Size of the window over the text.
const WINDOW: usize = 256 << 10;

/// A search over one text.
///
/// ```text
/// loop { let count = read(search.space()); if count == 0 { break } search.filled(count); }
/// let found = search.finish();
/// ```
#[derive(Debug)]
pub struct Search<'n> {
    needles: &'n Needles,
    window: Vec<u8>,
    filled: usize,
    /// How far into the window the automaton has walked.
    walked: usize,
    /// The offset in the text at which the window begins, and the line and column there.
    base: u64,
    lines: Lines,
    found: Found,
}

/// What was found in one text.
#[derive(Debug, Default)]
pub struct Found {
    /// The hits, in order.
    pub hits: Vec<Hit>,
    /// The comments that silence some of them, in order.
    pub(super) silences: Vec<Silence>,
    /// How many hits were dropped beyond the maximum.
    pub omitted: usize,
    /// Length of the text in bytes.
    pub bytes: u64,
}

/// A place that holds something it must not.
#[derive(Debug, Clone, Copy)]
pub struct Hit {
    /// Offset of its first byte.
    pub start: u64,
    /// Offset just after its last byte.
    pub end: u64,
    /// Line and column of its first byte.
    pub at: LineColumn,
    /// Line and column just after its last byte.
    pub to: LineColumn,
    /// What was found.
    pub what: What,
    /// A hash of the token, by which it is known again in other texts; 0 for a value.
    print: u64,
}

impl Hit {
    /// What is the same wherever the same is found.
    pub(super) fn identity(&self) -> (Option<(usize, Encoding, Part)>, u64) {
        match self.what {
            What::Value { value, encoding, part } => (Some((value, encoding, part)), self.print),
            What::Token { .. } => (None, self.print),
        }
    }
}

/// What was found.
#[derive(Debug, Clone, Copy)]
pub enum What {
    /// A known value.
    Value {
        /// Its index in the [`Needles`].
        value: usize,
        /// How it is encoded.
        encoding: Encoding,
        /// Which part of it was found.
        part: Part,
    },
    /// A token of a known format.
    Token {
        /// Its format.
        format: &'static Format,
        /// Whether its checksum fits; `None` where it has none.
        fits: Option<bool>,
        /// The dates that the token itself carries.
        dates: Dates,
    },
}

impl<'n> Search<'n> {
    /// Creates a search over a new text.
    #[must_use]
    pub fn new(needles: &'n Needles) -> Search<'n> {
        Search {
            needles,
            window: vec![0; WINDOW],
            filled: 0,
            walked: 0,
            base: 0,
            lines: Lines::new(),
            found: Found::default(),
        }
    }

    /// Searches a whole text at once.
    #[must_use]
    pub fn whole(needles: &'n Needles, text: &[u8]) -> Found {
        let mut search = Search {
            window: Vec::new(),
            ..Search::new(needles)
        };
        search.look(text, 0, text.len());
        search.found.bytes = text.len() as u64;
        search.found.resolve_overlaps();
        search.found
    }

    /// Returns the buffer to write the next piece of the text to.
    pub fn space(&mut self) -> &mut [u8] {
        &mut self.window[self.filled..]
    }

    /// Records that the first `count` bytes of [`Search::space`] were written.
    pub fn filled(&mut self, count: usize) {
        self.filled = (self.filled + count).min(self.window.len());
        self.found.bytes += count as u64;
        if self.filled == self.window.len() {
            let (behind, ahead) = Needles::REACH;
            // The last bytes may be part of something whose end has not arrived yet.
            let sure = self.filled - ahead;
            self.walk(sure);
            self.discard(sure.saturating_sub(behind + self.needles.run_up()));
        }
    }

    /// Ends the text and returns what was found in it. The search can then be used for another text.
    #[must_use]
    pub fn finish(&mut self) -> Found {
        self.walk(self.filled);
        let mut found = std::mem::take(&mut self.found);
        found.resolve_overlaps();
        (self.filled, self.walked, self.base, self.lines) = (0, 0, 0, Lines::new());
        found
    }

    fn walk(&mut self, to: usize) {
        let window = std::mem::take(&mut self.window);
        self.look(&window[..self.filled], self.walked, to);
        self.window = window;
        self.walked = to;
    }

    /// Drops the window up to `to`, or up to the start of the character that `to` would split.
    fn discard(&mut self, to: usize) {
        let continues = |byte: &&u8| **byte & 0xC0 == 0x80;
        let to = to - self.window[..=to].iter().rev().take(3).take_while(continues).count();
        self.lines.advance(&self.window[..to]);
        self.window.copy_within(to..self.filled, 0);
        self.filled -= to;
        self.walked -= to;
        self.base += to as u64;
    }

    /// Finds what ends in `from..to` and records where it is.
    fn look(&mut self, text: &[u8], from: usize, to: usize) {
        let mut matches: Vec<(usize, usize, Option<What>)> = Vec::new();
        let mut omitted = 0;
        self.needles.matches(text, from, to, &mut |found| {
            let found = match found {
                Match::Value {
                    value,
                    part,
                    encoding,
                    start,
                    end,
                } => (start, end, Some(What::Value { value, encoding, part })),
                Match::Token(token) => {
                    let (format, fits, dates) = (token.format, token.fits, token.dates);
                    (token.start, token.end, Some(What::Token { format, fits, dates }))
                }
                Match::Silence(start, end) => (start, end, None),
            };
            if matches.len() < 2 * MAX_DIAGNOSTICS {
                matches.push(found);
            } else {
                omitted += 1;
            }
        });
        self.found.omitted += omitted;
        matches.sort_unstable_by_key(|&(start, end, _)| (start, end));
        let mut lines = self.lines;
        let mut counted = 0;
        for (start, end, what) in matches {
            if self.found.hits.len() >= 2 * MAX_DIAGNOSTICS {
                self.found.omitted += 1;
                continue;
            }
            lines.advance(&text[counted..start]);
            counted = start;
            let Some(what) = what else {
                silence::read(text, start, lines, self.base, &mut self.found.silences);
                continue;
            };
            let mut behind = lines;
            behind.advance(&text[start..end]);
            let print = match what {
                What::Value { .. } => 0,
                What::Token { .. } => hash(&text[start..end]),
            };
            self.found.hits.push(Hit {
                start: self.base + start as u64,
                end: self.base + end as u64,
                at: lines.at(),
                to: behind.at(),
                what,
                print,
            });
        }
    }
}

impl Found {
    /// Returns whether there is nothing to report.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.hits.is_empty() && self.silences.is_empty()
    }

    /// Drops tokens and mistaken comments, which something else reports.
    pub fn keep_values(&mut self) {
        self.hits.retain(|hit| matches!(hit.what, What::Value { .. }));
        self.silences.retain(|silence| silence.rule.is_ok());
    }

    /// Ignores silencing comments: the author of a log's content does not decide what may be in it.
    pub fn ignore_comments(&mut self) {
        self.silences.clear();
    }

    /// Of overlapping hits keeps the most specific: a known value first, then a provider's token, then a token of a
    /// general format; among equals the longest.
    fn resolve_overlaps(&mut self) {
        silence::extend_blocks(&mut self.silences);
        let mut hits = std::mem::take(&mut self.hits);
        hits.sort_unstable_by_key(|hit| (hit.what.order(), hit.start, std::cmp::Reverse(hit.end), hit.what.rank()));
        let mut kept: Vec<Hit> = Vec::new();
        for same in hits.chunk_by(|a, b| a.what.order() == b.what.order()) {
            let mut at = 0;
            let free = uncovered(same).into_iter().filter(|hit| {
                while kept.get(at).is_some_and(|other| other.end <= hit.start) {
                    at += 1;
                }
                kept.get(at).is_none_or(|other| other.start >= hit.end)
            });
            let free: Vec<Hit> = free.collect();
            kept.extend(free);
            kept.sort_by_key(|hit| hit.start);
        }
        self.omitted += kept.len().saturating_sub(MAX_DIAGNOSTICS);
        kept.truncate(MAX_DIAGNOSTICS);
        self.hits = kept;
        // What was left out might be of another rule or in another line than what a comment names.
        if self.omitted > 0 {
            self.silences.retain(|silence| silence.rule.is_err());
        }
    }
}

fn hash(text: &[u8]) -> u64 {
    let mut hasher = DefaultHasher::new();
    hasher.write(text);
    hasher.finish()
}

/// Returns, of sorted hits of one kind, those that no earlier one covers, and only tokens that do not overlap an
/// earlier one.
fn uncovered(hits: &[Hit]) -> Vec<Hit> {
    let mut kept: Vec<Hit> = Vec::new();
    for hit in hits {
        let covered = kept.last().is_some_and(|last| match hit.what {
            What::Value { .. } => hit.end <= last.end,
            What::Token { .. } => hit.start < last.end,
        });
        if !covered {
            kept.push(*hit);
        }
    }
    kept
}

impl What {
    /// The most specific comes first.
    fn order(&self) -> u8 {
        match self {
            What::Value { .. } => 0,
            What::Token { format, .. } => 1 + u8::from(format.provider.is_empty()),
        }
    }

    /// Of two formats at one place, one whose checksum fits comes first, then the more specific one.
    fn rank(&self) -> (bool, bool, bool, &'static str) {
        match self {
            What::Value { .. } => (false, false, false, ""),
            What::Token { format, fits, .. } => (
                *fits != Some(true),
                format.secrecy != Secrecy::Secret,
                !format.asks_for_context(),
                format.provider,
            ),
        }
    }
}
