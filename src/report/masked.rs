//! Excerpts of a source that show only what may be shown.
//!
//! What may be shown is an allow-list of spans, because secrets also sit in comments, in malformed lines and in text
//! that only looks like a key. Everything else becomes a mask of fixed width, which does not reveal a length. The rest
//! is neutralised, tabs are widened, and long lines are cut. Spans of the source can be mapped to the excerpt.

use std::ops::Range;

use crate::report::untrusted;
use crate::source::{Source, Span};

/// Replaces everything that is not shown.
pub const MASK: &str = "********";

/// Marks where a line was cut.
const CUT: &str = "…";

/// The longest excerpt in bytes; the line is cut after that.
const MAX_WIDTH: usize = 200;

/// How many bytes are shown at most before the place that an excerpt is about.
const MAX_LEAD: usize = 100;

/// A source of which only the spans on its allow-list can be seen.
#[derive(Debug)]
pub struct MaskedSource<'s> {
    source: &'s Source,
    shown: Shown,
}

#[derive(Debug)]
enum Shown {
    Spans(Vec<Span>),
    All,
}

impl<'s> MaskedSource<'s> {
    /// Creates a masked source that shows only `shown`, whose spans must be sorted and disjoint.
    #[must_use]
    pub fn new(source: &'s Source, shown: Vec<Span>) -> MaskedSource<'s> {
        debug_assert!(shown.is_sorted_by(|a, b| a.end <= b.start), "sorted and disjoint");
        MaskedSource {
            source,
            shown: Shown::Spans(shown),
        }
    }

    /// Creates a masked source that shows everything: a schema, which holds no values.
    #[must_use]
    pub fn schema(source: &'s Source) -> MaskedSource<'s> {
        MaskedSource {
            source,
            shown: Shown::All,
        }
    }

    /// Returns whether this is a schema.
    #[cfg(feature = "cli")]
    #[must_use]
    pub fn is_schema(&self) -> bool {
        matches!(self.shown, Shown::All)
    }

    /// Returns an excerpt of one line around the offset `focus`.
    #[must_use]
    pub fn excerpt(&self, line: Span, focus: u32) -> Excerpt {
        let text = self.source.bytes();
        let end = line.end as usize;
        let mut at = line.start as usize;
        let mut excerpt = Excerpt::default();
        if focus as usize > at + MAX_LEAD {
            let from = boundary(text, focus as usize - MAX_LEAD, end);
            excerpt.replace(at..from, CUT);
            at = from;
        }
        while at < end {
            let room = MAX_WIDTH.saturating_sub(excerpt.text.len());
            if room == 0 {
                excerpt.replace(at..end, CUT);
                break;
            }
            let (shown, until) = self.run(at, end);
            if shown {
                let until = boundary(text, until.min(at + room), until);
                excerpt.show(text, at..until);
                at = until;
            } else {
                excerpt.replace(at..until, MASK);
                at = until;
            }
        }
        excerpt
    }

    /// Returns whether the byte at `at` is shown, and where the run of bytes that share this ends, at most `end`.
    fn run(&self, at: usize, end: usize) -> (bool, usize) {
        let Shown::Spans(shown) = &self.shown else {
            return (true, end);
        };
        match shown.get(shown.partition_point(|span| span.end as usize <= at)) {
            Some(span) if span.start as usize <= at => (true, end.min(span.end as usize)),
            Some(span) => (false, end.min(span.start as usize)),
            None => (false, end),
        }
    }
}

/// Returns the first offset in `at..end` that is on a character boundary.
fn boundary(text: &[u8], at: usize, end: usize) -> usize {
    text[at..end]
        .iter()
        .position(|byte| byte & 0xC0 != 0x80)
        .map_or(end, |continuing| at + continuing)
}

/// A line that may be printed.
#[derive(Debug, Default)]
pub struct Excerpt {
    /// Its text.
    pub text: String,
    runs: Vec<Run>,
}

/// A piece of an excerpt, and the piece of the source that it represents.
#[derive(Debug)]
struct Run {
    source: Range<usize>,
    text: Range<usize>,
    /// Whether both are the same bytes, so that offsets within can be mapped.
    same: bool,
}

impl Excerpt {
    /// Returns the range of [`Excerpt::text`] that represents `span`, clipped to the line.
    #[must_use]
    pub fn range(&self, span: Span) -> Range<usize> {
        let start = self
            .runs
            .iter()
            .find(|run| run.source.end > span.start as usize)
            .map_or(self.text.len(), |run| {
                if run.same {
                    run.text.start + (span.start as usize).saturating_sub(run.source.start)
                } else {
                    run.text.start
                }
            });
        let end = self
            .runs
            .iter()
            .rev()
            .find(|run| run.source.start < span.end as usize)
            .map_or(start, |run| {
                if run.same {
                    run.text.end.min(run.text.start + span.end as usize - run.source.start)
                } else {
                    run.text.end
                }
            });
        start..end.max(start)
    }

    fn replace(&mut self, source: Range<usize>, with: &str) {
        let start = self.text.len();
        self.text.push_str(with);
        self.runs.push(Run {
            source,
            text: start..self.text.len(),
            same: false,
        });
    }

    fn show(&mut self, text: &[u8], range: Range<usize>) {
        let mut at = range.start;
        for chunk in text[range].utf8_chunks() {
            for (within, character) in chunk.valid().char_indices() {
                let source = at..at + character.len_utf8();
                at = source.end;
                match character {
                    '\t' => self.replace(source, "    "),
                    // A byte order mark is not part of the text.
                    '\u{FEFF}' if source.start == 0 => self.replace(source, ""),
                    character if untrusted::acts(character) => self.replace(source, "\u{FFFD}"),
                    '#' if untrusted::begins_command(&chunk.valid()[within..]) => self.replace(source, "\u{FFFD}"),
                    character => self.keep(source, character),
                }
            }
            if !chunk.invalid().is_empty() {
                let source = at..at + chunk.invalid().len();
                at = source.end;
                self.replace(source, "\u{FFFD}");
            }
        }
    }

    fn keep(&mut self, source: Range<usize>, character: char) {
        let start = self.text.len();
        self.text.push(character);
        match self.runs.last_mut() {
            Some(run) if run.same && run.source.end == source.start => {
                run.source.end = source.end;
                run.text.end = self.text.len();
            }
            _ => self.runs.push(Run {
                source,
                text: start..self.text.len(),
                same: true,
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(text: &str) -> Source {
        Source::new(".env", text).unwrap()
    }

    fn whole(text: &str) -> Span {
        Span::new(0, text.len())
    }

    #[test]
    fn unlisted_text_is_masked_at_a_fixed_width() {
        for value in ["x", "hunter2", "a very long value indeed, much longer than its mask"] {
            let text = format!("KEY={value} # why");
            let source = source(&text);
            let masked = MaskedSource::new(&source, vec![Span::new(0, 4)]);
            let excerpt = masked.excerpt(whole(&text), 0);
            assert_eq!(excerpt.text, "KEY=********");
            assert_eq!(excerpt.range(Span::new(4, 4 + value.len())), 4..12);
            assert_eq!(excerpt.range(Span::new(0, 3)), 0..3);
        }
    }

    #[test]
    fn an_empty_list_shows_nothing() {
        let source = source("KEY=hunter2");
        assert_eq!(
            MaskedSource::new(&source, Vec::new()).excerpt(Span::new(0, 11), 0).text,
            MASK
        );
    }

    #[test]
    fn an_empty_span_stays_empty() {
        let source = source("KEY=");
        let excerpt = MaskedSource::new(&source, vec![Span::new(0, 4)]).excerpt(Span::new(0, 4), 4);
        assert_eq!(excerpt.range(Span::new(4, 4)), 4..4);
    }

    #[test]
    fn a_schema_is_shown_and_neutralised() {
        let text = "\u{FEFF}{\t\"a\": \"\u{1b}[2J\"}";
        let source = source(text);
        let excerpt = MaskedSource::schema(&source).excerpt(whole(text), 0);
        assert_eq!(excerpt.text, "{    \"a\": \"\u{FFFD}[2J\"}");
        assert_eq!(&excerpt.text[excerpt.range(Span::new(5, 8))], "\"a\"");
    }

    #[test]
    fn long_lines_are_cut_around_the_place() {
        let text = format!("{}HERE{}", "é".repeat(5_000), "b€".repeat(5_000));
        let source = source(&text);
        let excerpt = MaskedSource::schema(&source).excerpt(whole(&text), 10_000);
        assert!(excerpt.text.chars().count() < 220 && excerpt.text.starts_with('…') && excerpt.text.ends_with('…'));
        assert_eq!(&excerpt.text[excerpt.range(Span::new(10_000, 10_004))], "HERE");
        assert!(!excerpt.text.contains('\u{FFFD}'), "no character is split");
        assert_eq!(&excerpt.text[excerpt.range(Span::new(14_000, 14_001))], "…");
    }

    #[test]
    fn every_range_is_within_the_text() {
        let text = "KEY='é\u{202E}\tvalue' # ÿ";
        let source = source(text);
        let masked = MaskedSource::new(&source, vec![Span::new(0, 12)]);
        let excerpt = masked.excerpt(whole(text), 0);
        for start in 0..=text.len() {
            for end in start..=text.len() {
                assert!(excerpt.text.len() >= excerpt.range(Span::new(start, end)).end);
            }
        }
    }
}
