//! What a search found, as diagnostics: which value is where, without any part of it.

use super::needles::{Named, Needles, Part};
use super::search::{Found, Hit, What};
use super::silence::{self, Silence};
use crate::check::quiet::suppression::{Mistake, Suppression, Suppressions};
use crate::check::rule::{Reach, Sink};
use crate::check::rules::{known_value_leaked, token_in_source};
use crate::check::secrets::{Dates, Format, Mode, Secrecy};
use crate::check::{Options, Searching};
use crate::diagnostic::Severity;
use crate::report::{Report, counted, size};
use crate::schema::Schema;
use crate::source::{LineColumn, LineIndex, Location, Mark, PositionEncoding, Source, SourceId, Span};

/// How much was looked at.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Searched {
    /// How many files.
    pub files: u64,
    /// How many bytes they have.
    pub bytes: u64,
    /// How many different values were looked for.
    pub values: usize,
    /// How many were not, because they are too short or too common.
    pub unsearched: usize,
}

impl Searched {
    /// The words with which a report ends.
    fn in_words(self) -> String {
        let files = counted(usize::try_from(self.files).unwrap_or(usize::MAX), "file");
        let left_out = match self.unsearched {
            0 => String::new(),
            count => format!(" ({count} more: too short or too common to search for)"),
        };
        let (size, values) = (size(self.bytes), counted(self.values, "value"));
        format!("Searched {files}, {size}, for {values}{left_out} and for tokens of known formats")
    }
}

/// Collects what was found in several texts, and makes a [`Report`] of it.
#[derive(Debug)]
pub struct Findings<'n> {
    needles: &'n Needles,
    texts: Vec<Text>,
    searched: Searched,
}

/// A text in which something was found.
#[derive(Debug)]
struct Text {
    /// Its name as it is, and as it may be shown.
    name: String,
    shown: String,
    /// The values that its name holds, where nothing else is found.
    named: Vec<Named>,
    found: Found,
}

impl<'n> Findings<'n> {
    /// Nothing found yet.
    #[must_use]
    pub fn new(needles: &'n Needles) -> Findings<'n> {
        Findings {
            needles,
            texts: Vec::new(),
            searched: Searched {
                values: needles.values(),
                unsearched: needles.unsearched(),
                ..Searched::default()
            },
        }
    }

    /// Adds what was found in a text, by the name that the report is to call it. `kept`: the env file among the sources that this is, if it is one:
    /// there its own values may stand, and tokens and mistakes in comments are the business of a check.
    pub fn add(&mut self, name: &str, kept: Option<SourceId>, mut found: Found) {
        if let Some(id) = kept {
            found.hits.retain(|hit| match hit.what {
                What::Value { value, .. } => !self.is_kept_in(value, id),
                What::Token { .. } => false,
            });
            found.silences.retain(|silence| silence.rule.is_ok());
        }
        // Where something is found within, the file is shown, and its name with the value masked.
        let named = if found.is_empty() {
            self.needles.in_name(name)
        } else {
            Vec::new()
        };
        if !found.is_empty() || !named.is_empty() {
            self.texts.push(Text {
                name: name.to_owned(),
                shown: self.needles.redact(name),
                named,
                found,
            });
        }
    }

    /// Says how much was searched in all, for the report to tell.
    pub fn count(&mut self, files: u64, bytes: u64) {
        self.searched.files += files;
        self.searched.bytes += bytes;
    }

    fn is_kept_in(&self, value: usize, id: SourceId) -> bool {
        let places = &self.needles.value(value).places;
        places.iter().flatten().any(|place| place.source == id)
    }

    /// How much was searched.
    #[must_use]
    pub fn searched(&self) -> Searched {
        self.searched
    }

    /// The report. `sources` are the schema and the env files of the values, and get the texts in which something was found. `environments` are those whose
    /// values were looked for; `is_whole` says that all was searched that an exception could be about.
    #[must_use]
    pub fn report(self, schema: &Schema, sources: &mut Vec<Source>, options: &Options, reach: Reach) -> Report {
        let omitted: usize = self.texts.iter().map(|text| text.found.omitted).sum();
        let mut report = self.searching(sources, reach).report(schema, sources, options);
        report.hidden.omitted = report
            .hidden
            .omitted
            .saturating_add(u32::try_from(omitted).unwrap_or(u32::MAX));
        report
    }

    /// The text of a baseline that knows all of it, and of everything else what the present one knows.
    #[must_use]
    pub fn baseline(self, schema: &Schema, sources: &mut Vec<Source>, options: &Options, reach: Reach) -> String {
        self.searching(sources, reach).baseline(schema, sources, options)
    }

    fn searching(mut self, sources: &mut Vec<Source>, reach: Reach) -> Searching {
        self.texts.sort_by(|a, b| a.name.cmp(&b.name));
        // One that was come upon by two ways.
        self.texts.dedup_by(|a, b| a.name == b.name);
        let mut telling = Telling {
            needles: self.needles,
            places: self.places(sources),
            found: Sink::default(),
            silences: Silences::default(),
        };
        for text in &self.texts {
            let id = SourceId(u32::try_from(sources.len()).unwrap_or(u32::MAX));
            let marks = telling.tell_text(text, id);
            sources.push(Source::marked(text.shown.as_str(), marks));
        }
        let Telling { found, silences, .. } = telling;
        Searching {
            found,
            searched: self.searched.in_words(),
            suppressions: Suppressions::of_texts(silences.known, silences.mistaken),
            reach: Reach {
                rules: &silence::RULES,
                ..reach
            },
        }
    }

    /// `.env.production:4`, for each value: where it is kept in the first place.
    fn places(&self, sources: &[Source]) -> Vec<String> {
        let mut indices: Vec<Option<LineIndex>> = sources.iter().map(|_| None).collect();
        let values = (0..self.needles.values()).map(|value| match self.needles.value(value).places.first() {
            Some(Some(Location { source, span })) => {
                let (text, id) = (&sources[source.0 as usize], source.0 as usize);
                let index = indices[id].get_or_insert_with(|| LineIndex::new(text.bytes()));
                let line = index
                    .line_column(text.bytes(), span.start, PositionEncoding::Scalar)
                    .line;
                self.needles.redact(&format!("{}:{line}", text.name()))
            }
            Some(None) | None => "the process environment".to_owned(),
        });
        values.collect()
    }
}

/// What is told of the texts, text by text.
struct Telling<'n> {
    needles: &'n Needles,
    /// Where each value is kept.
    places: Vec<String>,
    found: Sink,
    silences: Silences,
}

impl Telling<'_> {
    /// Tells what was found in one text, and takes the comments in it that keep some of that quiet; the places that it speaks of.
    fn tell_text(&mut self, text: &Text, id: SourceId) -> Vec<Mark> {
        let mut marks = Marks { id, all: Vec::new() };
        for &named in &text.named {
            let location = marks.add(0, START, 0, START);
            let here = format!("the name of {}", text.shown);
            self.tell_value(named, &here, location);
        }
        // The places of a text are marks in its order, so that a line is a row of them.
        let mut comments = text.found.silences.iter().peekable();
        let mut lines: Vec<(u32, u32)> = Vec::new();
        let mut marked: Vec<(&Silence, Location)> = Vec::new();
        for hit in &text.found.hits {
            while let Some(comment) = comments.next_if(|comment| comment.start < hit.start) {
                marked.push((comment, marks.add_silence(comment)));
            }
            let location = marks.add(hit.start, hit.at, hit.end, hit.to);
            lines.push((hit.at.line, location.span.start));
            self.tell(&text.shown, hit, location);
        }
        for comment in comments {
            marked.push((comment, marks.add_silence(comment)));
        }
        for (comment, location) in marked {
            self.silences.add(comment, location, &lines);
        }
        marks.all
    }

    fn tell_value(&mut self, (index, part, encoding): Named, here: &str, location: Location) {
        let value = self.needles.value(index);
        let key = value.key.as_deref();
        let what = match part {
            Part::Whole => "the value of",
            Part::Password => "the password in",
            Part::Line => "a line of",
        };
        let encoding = encoding.name().map_or_else(String::new, |name| format!(" ({name})"));
        let shown = self.needles.redact(key.unwrap_or("a key"));
        let message = format!("{what} {shown} ({}) is in {here}{encoding}", self.places[index]);
        let mut draft = self
            .found
            .of(&known_value_leaked::RULE, Some(value.environment))
            .report(location, message)
            .key(key.map(|_| shown.as_str()))
            .fingerprint(value.fingerprint)
            .help("remove it, and issue a new secret if anybody else could see this");
        for place in value.places.iter().flatten() {
            draft = draft.related(*place, "kept here");
        }
        let _ = draft;
    }

    fn tell(&mut self, name: &str, hit: &Hit, location: Location) {
        let here = format!("{name}:{}:{}", hit.at.line, hit.at.column);
        match hit.what {
            What::Value {
                value: index,
                encoding,
                part,
            } => self.tell_value((index, part, encoding), &here, location),
            What::Token { format, fits, dates } => {
                let what = format.title();
                let message = match fits {
                    Some(false) => format!("what looks like {what} is in {here}, but its checksum does not match"),
                    Some(true) => format!("{what} is in {here}, with a matching checksum"),
                    None => format!("what looks like {what} is in {here}"),
                };
                self.found
                    .of(&token_in_source::RULE, None)
                    .report(location, message)
                    .severity(severity(format, fits))
                    .help(help(format, dates));
            }
        }
    }
}

/// Where a file begins.
const START: LineColumn = LineColumn { line: 1, column: 1 };

/// The known places of a text.
struct Marks {
    id: SourceId,
    all: Vec<Mark>,
}

impl Marks {
    /// The place from one offset to another, each with its line and column.
    fn add(&mut self, start: u64, at: LineColumn, end: u64, to: LineColumn) -> Location {
        let first = self.all.len();
        let offset = |offset| u32::try_from(offset).unwrap_or(u32::MAX);
        self.all.push(Mark {
            offset: offset(start),
            at,
        });
        self.all.push(Mark {
            offset: offset(end),
            at: to,
        });
        Location {
            source: self.id,
            span: Span::new(first, first + 1),
        }
    }

    fn add_silence(&mut self, silence: &Silence) -> Location {
        self.add(silence.start, silence.at, silence.end, silence.to)
    }
}

/// The comments of all texts that keep something quiet.
#[derive(Default)]
struct Silences {
    known: Vec<Suppression>,
    mistaken: Vec<(Location, Mistake)>,
}

impl Silences {
    /// Adds a comment; `lines` are the numbers of the lines on which something was found in its text, each with its mark, in order.
    fn add(&mut self, silence: &Silence, location: Location, lines: &[(u32, u32)]) {
        let target = silence.line.map(|line| {
            let from = lines.partition_point(|(of, _)| *of < line);
            let to = lines.partition_point(|(of, _)| *of <= line);
            match lines.get(from..to) {
                Some([first, .., last]) => Span::new(first.1 as usize, last.1 as usize),
                Some([one]) => Span::new(one.1 as usize, one.1 as usize),
                _ => location.span,
            }
        });
        match silence.rule {
            Ok(code) => self.known.push(Suppression {
                location,
                code,
                loader: "",
                target,
            }),
            Err(mistake) => self.mistaken.push((location, mistake)),
        }
    }
}

/// A token that opens nothing real is a smaller mistake, and so is one that is perhaps none.
fn severity(format: &Format, fits: Option<bool>) -> Severity {
    let severity = match (format.secrecy, format.mode) {
        (Secrecy::Id, _) => Severity::Info,
        (Secrecy::Either, _) | (_, Mode::Test) => Severity::Warning,
        _ => Severity::Error,
    };
    match (fits, severity) {
        (Some(false), Severity::Error) => Severity::Warning,
        (Some(false), _) => Severity::Info,
        _ => severity,
    }
}

fn help(format: &Format, dates: Dates) -> String {
    let mut help = "remove it, and revoke it if it was ever valid".to_owned();
    if let Some(said) = dates.said() {
        help.push_str(&format!("; by its own word it {said}"));
    } else if format.lifetime > 0 {
        help.push_str(&format!("; it is valid for at most {} days", format.lifetime));
    }
    help
}
