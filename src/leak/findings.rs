//! Turns what a search found into diagnostics, which say which value is where without showing any part of it.

use std::collections::BTreeSet;

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

/// How much was searched.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Searched {
    /// Number of files, or of their versions if commits were searched.
    pub files: u64,
    /// Number of commits; 0 if files were searched as they are now.
    pub commits: u64,
    /// Their total size in bytes.
    pub bytes: u64,
    /// Number of distinct values searched for.
    pub values: usize,
    /// Number of values left out because they are too short or too common.
    pub unsearched: usize,
}

impl Searched {
    /// Returns the sentence with which a report ends.
    fn in_words(self) -> String {
        let number = |count| usize::try_from(count).unwrap_or(usize::MAX);
        let files = match self.commits {
            0 => counted(number(self.files), "file"),
            commits => format!(
                "{} of files in {}",
                counted(number(self.files), "version"),
                counted(number(commits), "commit")
            ),
        };
        let left_out = match self.unsearched {
            0 => String::new(),
            count => format!(" ({count} more: too short or too common to search for)"),
        };
        let (size, values) = (size(self.bytes), counted(self.values, "value"));
        format!("Searched {files}, {size}, for {values}{left_out} and for tokens of known formats")
    }
}

/// Which of the findings in a text are where they belong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kept {
    /// None.
    Nothing,
    /// The values that this env file has now, because the text is an earlier version of it.
    Values(SourceId),
    /// The values of this env file. Tokens and mistaken comments in it are reported by a check instead.
    All(SourceId),
}

/// Where a text comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin<'o> {
    /// It is as somebody reads it now.
    Present,
    /// A commit, by the id that people are told, brought this version of a file.
    Commit(&'o str),
    /// It is the text of this commit or tag, which its name says.
    Message(&'o str),
}

/// Collects what was found in several texts and turns it into a [`Report`].
#[derive(Debug)]
pub struct Findings<'n> {
    needles: &'n Needles,
    texts: Vec<Text>,
    searched: Searched,
}

/// A text in which something was found.
#[derive(Debug)]
struct Text {
    /// The name as given, and as it may be shown.
    name: String,
    shown: String,
    /// The commit that brought it, if there is one. It stays there, whatever becomes of the file.
    commit: Option<String>,
    /// Whether it is a version of a file.
    is_version: bool,
    /// The values in its name; only filled if nothing was found in its content.
    named: Vec<Named>,
    found: Found,
}

impl Text {
    /// What to write behind its name.
    fn of_commit(&self) -> String {
        let commit = self.commit.as_deref().filter(|_| self.is_version);
        commit.map_or_else(String::new, |id| format!(" of commit {id}"))
    }

    /// What to do about something that it must not hold, beside `revoking` it.
    fn to_remove(&self, revoking: &str) -> String {
        if self.commit.is_some() {
            format!("{revoking}; what is in a commit stays there when a later one removes it")
        } else {
            format!("remove it, and {revoking}")
        }
    }
}

impl<'n> Findings<'n> {
    /// Creates a collection without findings.
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

    /// Adds what was found in the text `name`. The versions of a file are added in their order.
    pub fn add(&mut self, name: &str, origin: Origin<'_>, kept: Kept, mut found: Found) {
        match kept {
            Kept::Nothing => {}
            Kept::Values(id) => found.hits.retain(|hit| !self.is_kept_in(hit.what, id)),
            Kept::All(id) => {
                found
                    .hits
                    .retain(|hit| matches!(hit.what, What::Value { .. }) && !self.is_kept_in(hit.what, id));
                found.silences.retain(|silence| silence.rule.is_ok());
            }
        }
        // Beside the names in a lock file are hashes.
        if is_lock_file(name) {
            let is_uncertain =
                |hit: &Hit| matches!(hit.what, What::Token { format, .. } if format.secrecy == Secrecy::Either);
            found.hits.retain(|hit| !is_uncertain(hit));
        }
        // If the content has findings, the file is reported for those, with any value in its name masked.
        let named = if found.is_empty() {
            self.needles.in_name(name)
        } else {
            Vec::new()
        };
        if !found.is_empty() || !named.is_empty() {
            self.texts.push(Text {
                name: name.to_owned(),
                shown: self.needles.redact(name),
                commit: match origin {
                    Origin::Commit(id) | Origin::Message(id) => Some(id.to_owned()),
                    Origin::Present => None,
                },
                is_version: matches!(origin, Origin::Commit(_)),
                named,
                found,
            });
        }
    }

    /// Adds to the totals that the report states.
    pub fn count(&mut self, files: u64, bytes: u64) {
        self.searched.files += files;
        self.searched.bytes += bytes;
    }

    /// Adds commits to those totals.
    pub fn count_commits(&mut self, commits: u64) {
        self.searched.commits += commits;
    }

    fn is_kept_in(&self, what: What, id: SourceId) -> bool {
        let What::Value { value, .. } = what else { return false };
        let places = &self.needles.value(value).places;
        places.iter().flatten().any(|place| place.source == id)
    }

    /// Returns how much was searched.
    #[must_use]
    pub fn searched(&self) -> Searched {
        self.searched
    }

    /// Builds the report. `sources` holds the schema and the env files of the values; the texts in which something was
    /// found are appended to it. `reach` says which environments' values were searched for, and whether everything was
    /// searched that an exception could be about.
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

    /// Returns the text of a baseline that covers all findings, and keeps the present one's entries about anything
    /// else.
    #[must_use]
    pub fn baseline(self, schema: &Schema, sources: &mut Vec<Source>, options: &Options, reach: Reach) -> String {
        self.searching(sources, reach).baseline(schema, sources, options)
    }

    fn searching(mut self, sources: &mut Vec<Source>, reach: Reach) -> Searching {
        self.texts.sort_by(|a, b| a.name.cmp(&b.name));
        drop_repeated(&mut self.texts);
        let mut reporter = Reporter {
            needles: self.needles,
            places: self.places(sources),
            found: Sink::default(),
            silences: Silences::default(),
        };
        for text in &self.texts {
            let id = SourceId(u32::try_from(sources.len()).unwrap_or(u32::MAX));
            let marks = reporter.report_text(text, id);
            sources.push(Source::marked(text.shown.as_str(), marks));
        }
        let Reporter { found, silences, .. } = reporter;
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

    /// Returns for each value the place where it is kept, as `.env.production:4`.
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

/// Drops a file that was reached by two paths, and of the versions of a file what an earlier one has as well, so that a secret is told once,
/// where it came in. A comment excuses only the version that it stands in, so one with comments is told as a whole, and hides nothing in others.
fn drop_repeated(texts: &mut Vec<Text>) {
    texts.dedup_by(|a, b| a.name == b.name && a.commit == b.commit);
    for versions in texts.chunk_by_mut(|a, b| a.name == b.name) {
        let mut known = BTreeSet::new();
        let mut is_name_told = false;
        for text in versions {
            if is_name_told {
                text.named.clear();
            }
            is_name_told |= !text.named.is_empty();
            if text.found.silences.is_empty() {
                text.found.hits.retain(|hit| !known.contains(&hit.identity()));
                known.extend(text.found.hits.iter().map(Hit::identity));
            }
        }
    }
    texts.retain(|text| !(text.found.is_empty() && text.named.is_empty()));
}

/// Builds the diagnostics, text by text.
struct Reporter<'n> {
    needles: &'n Needles,
    /// Where each value is kept.
    places: Vec<String>,
    found: Sink,
    silences: Silences,
}

impl Reporter<'_> {
    /// Reports what was found in one text and reads its silencing comments. Returns the places that the diagnostics
    /// point at.
    fn report_text(&mut self, text: &Text, id: SourceId) -> Vec<Mark> {
        let mut marks = Marks { id, all: Vec::new() };
        for &named in &text.named {
            let location = marks.add(0, START, 0, START);
            let here = format!("the name of {}{}", text.shown, text.of_commit());
            self.report_value(text, named, &here, location);
        }
        // Places are numbered in the order of the text, so the findings of a line have consecutive numbers.
        let mut comments = text.found.silences.iter().peekable();
        let mut lines: Vec<(u32, u32)> = Vec::new();
        let mut marked: Vec<(&Silence, Location)> = Vec::new();
        for hit in &text.found.hits {
            while let Some(comment) = comments.next_if(|comment| comment.start < hit.start) {
                marked.push((comment, marks.add_silence(comment)));
            }
            let location = marks.add(hit.start, hit.at, hit.end, hit.to);
            lines.push((hit.at.line, location.span.start));
            self.report_hit(text, hit, location);
        }
        for comment in comments {
            marked.push((comment, marks.add_silence(comment)));
        }
        for (comment, location) in marked {
            self.silences.add(comment, location, &lines);
        }
        marks.all
    }

    fn report_value(&mut self, text: &Text, (index, part, encoding): Named, here: &str, location: Location) {
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
            .commit(text.commit.as_deref())
            .help(text.to_remove("issue a new secret if anybody else could see this"));
        for place in value.places.iter().flatten() {
            draft = draft.related(*place, "kept here");
        }
        let _ = draft;
    }

    fn report_hit(&mut self, text: &Text, hit: &Hit, location: Location) {
        let here = format!("{}:{}:{}{}", text.shown, hit.at.line, hit.at.column, text.of_commit());
        match hit.what {
            What::Value {
                value: index,
                encoding,
                part,
            } => self.report_value(text, (index, part, encoding), &here, location),
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
                    .commit(text.commit.as_deref())
                    .help(help(text, format, dates));
            }
        }
    }
}

/// The start of a file.
const START: LineColumn = LineColumn { line: 1, column: 1 };

/// Places of a text whose line and column are already known.
struct Marks {
    id: SourceId,
    all: Vec<Mark>,
}

impl Marks {
    /// Adds the place between two offsets, given with their lines and columns.
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

/// The silencing comments of all texts.
#[derive(Default)]
struct Silences {
    known: Vec<Suppression>,
    mistaken: Vec<(Location, Mistake)>,
}

impl Silences {
    /// Adds a comment. `lines` lists, in order, the number of each line with findings in this text, together with their
    /// marks.
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

/// Whether a file, by its name, lists the hashes of what a project depends on: `yarn.lock`, `go.sum`.
fn is_lock_file(name: &str) -> bool {
    let file = name.rsplit(['/', '\\']).next().unwrap_or(name);
    file.ends_with(".lock")
        || [
            "go.sum",
            "go.work.sum",
            "package-lock.json",
            "npm-shrinkwrap.json",
            "pnpm-lock.yaml",
            "packages.lock.json",
        ]
        .contains(&file)
}

/// A token that grants no access to anything real is less severe, and so is one that may not be a token at all.
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

fn help(text: &Text, format: &Format, dates: Dates) -> String {
    let mut help = text.to_remove("revoke it if it was ever valid");
    if let Some(said) = dates.sentence() {
        help.push_str(&format!("; by its own word it {said}"));
    } else if format.lifetime > 0 {
        help.push_str(&format!("; it is valid for at most {} days", format.lifetime));
    }
    help
}
