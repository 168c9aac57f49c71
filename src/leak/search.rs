//! A search over one text that is handed in by pieces, in bounded memory.

use super::encoding::Encoding;
use super::lines::Lines;
use super::needles::{Match, Needles, Part};
use super::silence::{self, Silence};
use crate::check::MAX_DIAGNOSTICS;
use crate::check::secrets::{Dates, Format, Secrecy};
use crate::source::LineColumn;

/// The window over the text.
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
    /// Up to where the automaton was walked, in the window.
    walked: usize,
    /// The offset in the text at which the window begins, and its line.
    base: u64,
    lines: Lines,
    found: Found,
}

/// What was found in one text.
#[derive(Debug, Default)]
pub struct Found {
    /// Where, in order.
    pub hits: Vec<Hit>,
    /// The comments that silence some of them, in order.
    pub(super) silences: Vec<Silence>,
    /// How many there are beyond the most that are kept.
    pub omitted: usize,
    /// How long the text was.
    pub bytes: u64,
}

/// A place at which something stands that must not.
#[derive(Debug, Clone, Copy)]
pub struct Hit {
    /// Offset of its first byte.
    pub start: u64,
    /// Offset behind its last byte.
    pub end: u64,
    /// Line and column of its first byte.
    pub at: LineColumn,
    /// Line and column behind its last byte.
    pub to: LineColumn,
    /// What it is.
    pub what: What,
}

/// What was found.
#[derive(Debug, Clone, Copy)]
pub enum What {
    /// A known value.
    Value {
        /// Which, as an index into the [`Needles`].
        value: usize,
        /// How it is written.
        encoding: Encoding,
        /// Whether all of it, or which part.
        part: Part,
    },
    /// A token of a known format.
    Token {
        /// Which.
        format: &'static Format,
        /// Whether its checksum fits; `None` where it has none.
        fits: Option<bool>,
        /// What it says of itself.
        dates: Dates,
    },
}

impl<'n> Search<'n> {
    /// A search over a new text.
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

    /// A whole text at once.
    #[must_use]
    pub fn whole(needles: &'n Needles, text: &[u8]) -> Found {
        let mut search = Search {
            window: Vec::new(),
            ..Search::new(needles)
        };
        search.look(text, 0, text.len());
        search.found.bytes = text.len() as u64;
        search.found.settle();
        search.found
    }

    /// Where the next piece of the text is to be written.
    pub fn space(&mut self) -> &mut [u8] {
        &mut self.window[self.filled..]
    }

    /// Says that the first `count` bytes of [`Search::space`] were written.
    pub fn filled(&mut self, count: usize) {
        self.filled = (self.filled + count).min(self.window.len());
        self.found.bytes += count as u64;
        if self.filled == self.window.len() {
            let (behind, ahead) = Needles::REACH;
            // What is behind that may be a part of something which is not here yet.
            let sure = self.filled - ahead;
            self.walk(sure);
            self.discard(sure.saturating_sub(behind + self.needles.run_up()));
        }
    }

    /// Says that the text is at its end. The search can be used for another one then.
    #[must_use]
    pub fn finish(&mut self) -> Found {
        self.walk(self.filled);
        let mut found = std::mem::take(&mut self.found);
        found.settle();
        (self.filled, self.walked, self.base, self.lines) = (0, 0, 0, Lines::new());
        found
    }

    fn walk(&mut self, to: usize) {
        let window = std::mem::take(&mut self.window);
        self.look(&window[..self.filled], self.walked, to);
        self.window = window;
        self.walked = to;
    }

    /// Forgets the window up to `to`, which is moved back to where a character begins.
    fn discard(&mut self, to: usize) {
        let continues = |byte: &&u8| **byte & 0xC0 == 0x80;
        let to = to - self.window[..=to].iter().rev().take(3).take_while(continues).count();
        self.lines.advance(&self.window[..to]);
        self.window.copy_within(to..self.filled, 0);
        self.filled -= to;
        self.walked -= to;
        self.base += to as u64;
    }

    /// Finds what ends in `from..to`, and where that is.
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
            self.found.hits.push(Hit {
                start: self.base + start as u64,
                end: self.base + end as u64,
                at: lines.at(),
                to: behind.at(),
                what,
            });
        }
    }
}

impl Found {
    /// Whether there is nothing to tell.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.hits.is_empty() && self.silences.is_empty()
    }

    /// Leaves tokens and mistakes in comments to somebody else.
    pub fn keep_values(&mut self) {
        self.hits.retain(|hit| matches!(hit.what, What::Value { .. }));
        self.silences.retain(|silence| silence.rule.is_ok());
    }

    /// Takes no notice of comments: who writes into a log does not answer for it.
    pub fn heed_no_comments(&mut self) {
        self.silences.clear();
    }

    /// Keeps of what overlaps the one that says most: a known value, then a token of a provider, then what anybody makes; of each the longest.
    fn settle(&mut self) {
        silence::settle(&mut self.silences);
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
    }
}

/// Of sorted hits of one sort those that no earlier one covers; of tokens none that overlaps an earlier one.
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
    /// What says most comes first.
    fn order(&self) -> u8 {
        match self {
            What::Value { .. } => 0,
            What::Token { format, .. } => 1 + u8::from(format.provider.is_empty()),
        }
    }

    /// Of formats at one place the one whose checksum fits, then the one that knows most of it.
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
