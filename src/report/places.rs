//! Computes the lines and columns of everything that a report points at.
//!
//! A report can point ten thousand times into one line of 16 MiB, so positions are not looked up one by one: all
//! offsets are collected, sorted, and found in one sweep over each text.

use crate::report::Report;
use crate::sort;
use crate::source::{LineColumn, Location, PositionEncoding, Source, SourceId, Span};

/// A position in terms that people use, and its line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// Line and column.
    pub at: LineColumn,
    /// The span of the whole line without its line end; empty if the text is not available.
    pub line: Span,
    /// Its offset in bytes.
    pub offset: u32,
}

/// The places of a set of offsets.
#[derive(Debug)]
pub struct Places(Vec<(SourceId, u32, Place)>);

impl Places {
    /// Computes the places of everything that `report` points at.
    #[must_use]
    pub fn of(report: &Report, sources: &[Source], encoding: PositionEncoding) -> Places {
        let mut locations: Vec<Location> = Vec::new();
        for diagnostic in &report.diagnostics {
            locations.extend(diagnostic.location);
            locations.extend(diagnostic.related.iter().map(|label| label.location));
            if let (Some(fix), Some(location)) = (&diagnostic.fix, diagnostic.location) {
                let source = location.source;
                locations.extend(fix.edits.iter().map(|edit| Location {
                    source,
                    span: edit.span,
                }));
            }
        }
        for variable in report.environments.iter().flat_map(|one| &one.variables) {
            locations.extend(variable.location);
            let evidence = variable.age.iter().flat_map(|age| &age.evidence);
            locations.extend(evidence.filter_map(|piece| piece.location));
        }
        Places::new(&locations, sources, encoding)
    }

    /// Computes the places of the starts and ends of `locations`.
    #[must_use]
    pub fn new(locations: &[Location], sources: &[Source], encoding: PositionEncoding) -> Places {
        let start = Place {
            at: LineColumn { line: 1, column: 1 },
            line: Span::default(),
            offset: 0,
        };
        let mut places: Vec<(SourceId, u32, Place)> = locations
            .iter()
            .flat_map(|location| {
                [location.span.start, location.span.end].map(|offset| (location.source, offset, start))
            })
            .collect();
        sort::by(&mut places, &|a, b| (a.0, a.1).cmp(&(b.0, b.1)));
        places.dedup_by_key(|&mut (source, offset, _)| (source, offset));
        for run in places.chunk_by_mut(|a, b| a.0 == b.0) {
            let source = &sources[run[0].0.0 as usize];
            if let Some(marks) = source.marks() {
                for (_, index, place) in run {
                    if let Some(mark) = marks.get(*index as usize) {
                        (place.at, place.offset) = (mark.at, mark.offset);
                    }
                }
                continue;
            }
            let text = source.bytes();
            let mut sweep = Sweep::new(text, encoding);
            for (_, offset, place) in run {
                *place = sweep.place((*offset as usize).min(text.len()));
            }
        }
        Places(places)
    }

    /// Returns the place of an offset that was among the locations, or the start of the text for any other.
    #[must_use]
    pub fn at(&self, source: SourceId, offset: u32) -> Place {
        match self
            .0
            .binary_search_by_key(&(source, offset), |&(source, offset, _)| (source, offset))
        {
            Ok(index) => self.0[index].2,
            Err(_) => Place {
                at: LineColumn { line: 1, column: 1 },
                line: Span::default(),
                offset,
            },
        }
    }

    /// Returns the place where a location begins.
    #[must_use]
    pub fn start(&self, location: Location) -> Place {
        self.at(location.source, location.span.start)
    }
}

/// A pass over a text with ascending offsets.
struct Sweep<'s> {
    text: &'s [u8],
    encoding: PositionEncoding,
    line: u32,
    /// Start of the current line, and offset of its line end.
    bounds: (usize, usize),
    /// Start of the next line; `None` on the last.
    next: Option<usize>,
    /// The offset up to which the line is counted, and the count there.
    counted: (usize, usize),
}

impl<'s> Sweep<'s> {
    fn new(text: &'s [u8], encoding: PositionEncoding) -> Sweep<'s> {
        let mut sweep = Sweep {
            text,
            encoding,
            line: 0,
            bounds: (0, 0),
            next: None,
            counted: (0, 0),
        };
        sweep.enter(0);
        sweep
    }

    /// Moves to the line that starts at `start`. A line ends with LF, CRLF or a lone CR, as in
    /// [`crate::source::LineIndex`].
    fn enter(&mut self, start: usize) {
        let end = memchr::memchr2(b'\n', b'\r', &self.text[start..]).map(|at| start + at);
        self.next = end.map(|end| end + 1 + usize::from(self.text[end..].starts_with(b"\r\n")));
        self.bounds = (start, end.unwrap_or(self.text.len()));
        self.counted = (start, 0);
        self.line += 1;
    }

    /// Returns the place of `offset`, which must not be before the previous one.
    #[expect(clippy::cast_possible_truncation, reason = "a source is at most MAX_SOURCE_LEN long")]
    fn place(&mut self, offset: usize) -> Place {
        while let Some(next) = self.next.filter(|&next| next <= offset) {
            self.enter(next);
        }
        let (from, units) = self.counted;
        // Counting may only resume at a character boundary: a character is one byte and up to three continuation bytes.
        let split = self.text[..(offset + 1).min(self.text.len())]
            .iter()
            .rev()
            .take(4)
            .take_while(|&&byte| byte & 0xC0 == 0x80);
        let whole = match split.count() {
            4 => offset,
            continuing => offset.saturating_sub(continuing).max(from),
        };
        let units = units + self.encoding.units(&self.text[from..whole]);
        self.counted = (whole, units);
        let column = units + self.encoding.units(&self.text[whole..offset]) + 1;
        Place {
            at: LineColumn {
                line: self.line,
                column: column as u32,
            },
            line: Span::new(self.bounds.0, self.bounds.1),
            offset: offset as u32,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::LineIndex;

    /// Asserts that the sweep and the index agree on every offset of a text.
    #[track_caller]
    fn agree(text: &[u8]) {
        let sources = [Source::new("x", text).unwrap()];
        for encoding in [PositionEncoding::Scalar, PositionEncoding::Utf16] {
            let locations: Vec<Location> = (0..=text.len())
                .map(|at| Location {
                    source: SourceId(0),
                    span: Span::new(at, at),
                })
                .collect();
            let places = Places::new(&locations, &sources, encoding);
            let index = LineIndex::new(text);
            for location in locations {
                let place = places.start(location);
                assert_eq!(
                    place.at,
                    index.line_column(text, location.span.start, encoding),
                    "{location:?}"
                );
                assert_eq!(Some(place.line), index.line_span(text, place.at.line), "{location:?}");
            }
        }
    }

    #[test]
    fn the_sweep_agrees_with_the_index() {
        agree(b"");
        agree(b"A=1\nB=2\r\nC=3\rD=4\n");
        agree("é=😀\nKEY=東京 x\n".as_bytes());
        agree(b"A=\xFF\xFE\x80\x80\x80\x80\x80\x80x\n\xC3(\xE2\x82\nend");
    }
}
