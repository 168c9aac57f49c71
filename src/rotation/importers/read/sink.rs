//! Collects what the readers find, and shares what they have in common: parsing dates, noticing missing pages, and noting values that were
//! passed over.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::super::{Import, ImportError, ImportOptions, Names, Note, NoteKind, Record, Subject};
use super::{Reader, refuse};
use crate::rotation::evidence::{Evidence, Expiry, Interval};
use crate::rotation::json::Node;
use crate::rotation::time::{self, Moment, TimeError};
use crate::source::Span;

/// Collects the records and notes of one reader.
pub(super) struct Sink<'o> {
    pub(super) reader: &'static Reader,
    pub(super) options: &'o ImportOptions<'o>,
    pub(super) records: Vec<Record>,
    pub(super) notes: Vec<Note>,
    /// Lists whose most recent page is not their last: where, and the note to write.
    open: BTreeMap<String, (Span, String)>,
    /// For lists that state how many rows they have: that total, how many rows were given, and where the last of them are.
    totals: BTreeMap<usize, (usize, Span)>,
    /// Why the export can't be used at all.
    refusal: Option<ImportError>,
}

/// The maximum number of notes. Anything that is wrong that often is known by then.
const MAX_NOTES: usize = 1000;

/// A record under construction: the parts in which readers differ.
pub(super) struct Found {
    subject: Subject,
    field: &'static str,
    written: Interval,
    expires: Expiry,
    better: Option<&'static str>,
}

impl Found {
    pub(super) fn of(subject: Subject, field: &'static str, written: Interval) -> Found {
        Found {
            subject,
            field,
            written,
            expires: Expiry::Unknown,
            better: None,
        }
    }

    pub(super) fn named(name: impl Into<String>, field: &'static str, written: Interval) -> Found {
        Found::of(Subject::Name(name.into()), field, written)
    }

    pub(super) fn with_id(id: impl Into<String>, field: &'static str, written: Interval) -> Found {
        Found::of(Subject::PublicId(id.into()), field, written)
    }

    pub(super) fn ends(self, expires: Expiry) -> Found {
        Found { expires, ..self }
    }

    pub(super) fn better(self, better: &'static str) -> Found {
        Found {
            better: Some(better),
            ..self
        }
    }
}

impl<'o> Sink<'o> {
    pub(super) fn new(reader: &'static Reader, options: &'o ImportOptions<'o>) -> Sink<'o> {
        Sink {
            reader,
            options,
            records: Vec::new(),
            notes: Vec::new(),
            open: BTreeMap::new(),
            totals: BTreeMap::new(),
            refusal: None,
        }
    }

    pub(super) fn finish(mut self, asked: Option<&'static Reader>) -> Result<Import, ImportError> {
        if let Some(asked) = asked.filter(|asked| asked.kind != self.reader.kind) {
            let message = format!("this is an export of {}, not of {}", self.reader.kind, asked.kind);
            let help = format!("{} is written by `{}`", asked.kind, asked.command);
            return Err(refuse(message, &help, None));
        }
        if let Some(refusal) = self.refusal {
            return Err(refusal);
        }
        for (span, message) in std::mem::take(&mut self.open).into_values() {
            self.note_once(NoteKind::Incomplete, &message, span);
        }
        for (total, (rows, span)) in std::mem::take(&mut self.totals) {
            if rows < total {
                let message = format!("the export is incomplete: it has {rows} of {total} secrets; export all pages");
                self.note(NoteKind::Incomplete, message, Some(span));
            }
        }
        if self.records.is_empty() {
            let message = "the export holds no secret that is in use".to_owned();
            self.note(NoteKind::Empty, message, None);
        }
        if let Some(scope) = self.options.scope {
            for record in self.records.iter_mut().filter(|record| record.scopes.is_empty()) {
                record.scopes.push(scope.to_owned());
            }
        }
        Ok(Import {
            kind: self.reader.kind,
            names: Names::of(&self.records),
            records: self.records,
            notes: self.notes,
        })
    }

    /// Adds a record and returns it, for members that few readers set.
    pub(super) fn add(&mut self, found: Found, span: Span) -> &mut Record {
        let evidence = Evidence {
            rank: self.reader.rank,
            source: self.reader.kind,
            field: found.field,
            written: found.written,
            expires: found.expires,
            as_of: self.options.exported_at,
            version: None,
            better: found.better,
        };
        self.records.push(Record {
            subject: found.subject,
            scopes: Vec::new(),
            evidence,
            max_age: None,
            span,
        });
        let last = self.records.len() - 1;
        &mut self.records[last]
    }

    /// Moves the records from index `from` on, and all notes, to `place`: what was decoded from base64 has no place of its own.
    pub(super) fn relocate(&mut self, from: usize, place: Span) {
        for record in &mut self.records[from..] {
            record.span = place;
        }
        for note in &mut self.notes {
            note.span = note.span.map(|_| place);
        }
    }

    pub(super) fn note(&mut self, kind: NoteKind, message: String, span: Option<Span>) {
        if self.notes.len() < MAX_NOTES {
            self.notes.push(Note { kind, message, span });
        }
    }

    /// Adds a note unless there is an equal one.
    pub(super) fn note_once(&mut self, kind: NoteKind, message: &str, span: Span) {
        if !self
            .notes
            .iter()
            .any(|note| note.kind == kind && note.message == message)
        {
            self.note(kind, message.to_owned(), Some(span));
        }
    }

    /// Notes a page of a list. Its last page decides whether some are missing.
    pub(super) fn page(&mut self, list: &str, next: Option<&Node<'_>>) {
        let next = next.filter(|token| token.is_text() || token.number().is_some());
        let message = "the export is incomplete: it ends with the address of a next page; export all pages";
        self.leave_open(list, next.map(|token| (token.span, message.to_owned())));
    }

    /// Notes a page of a list that doesn't say whether there are more: there may be if it has exactly as many rows as a page can have.
    pub(super) fn full_page(&mut self, list: &str, rows: &Node<'_>, sizes: &[usize]) {
        let len = rows.items().len();
        let message =
            || format!("the export may be incomplete: it has exactly {len} rows, as many as a page; export all pages");
        self.leave_open(list, sizes.contains(&len).then(|| (rows.span, message())));
    }

    pub(super) fn leave_open(&mut self, list: &str, open: Option<(Span, String)>) {
        match open {
            Some(open) => drop(self.open.insert(list.to_owned(), open)),
            None => drop(self.open.remove(list)),
        }
    }

    /// Notes a page of a list that says how many rows there are in total.
    pub(super) fn total(&mut self, total: Option<&Node<'_>>, rows: &Node<'_>) {
        if let Some(total) = total
            .and_then(Node::integer)
            .and_then(|total| usize::try_from(total).ok())
        {
            let (given, span) = self.totals.entry(total).or_insert((0, rows.span));
            (*given, *span) = (*given + rows.items().len(), rows.span);
        }
    }

    /// Returns the subject of a page that doesn't name it: the name of the file, which works only if the page is the only one.
    pub(super) fn named_by_file(&mut self, page: &Node<'_>, of: usize) -> Subject {
        if of > 1 {
            let message = "the export holds several secrets and doesn't say which is which";
            let help = "give each in a file of its own, named after its key, such as DATABASE_PASSWORD.json";
            self.refusal = Some(refuse(message, help, Some(page.span)));
        }
        let name = self.options.name;
        name.map_or(Subject::Unnamed, |name| Subject::Name(name.to_owned()))
    }

    /// Notes that the export contains values although no reader wants any.
    pub(super) fn holds_values(&mut self, span: Span) {
        let message = format!(
            "this export holds values (they were not read); keep it out of the repository, or make it with `{}`",
            self.reader.command
        );
        self.note_once(NoteKind::HoldsValues, &message, span);
    }

    /// Returns the instant in a date field; `None` for an unset date or the end of time.
    pub(super) fn time(&mut self, node: Option<&Node<'_>>) -> Option<Timestamp> {
        match self.moment(node)? {
            Moment::At(at) => Some(at),
            Moment::Never | Moment::Unset => None,
        }
    }

    /// Returns the expiry in a date field.
    pub(super) fn expiry(&mut self, node: Option<&Node<'_>>) -> Expiry {
        match self.moment(node) {
            Some(Moment::At(at)) => Expiry::At(at),
            Some(Moment::Never) => Expiry::Never,
            Some(Moment::Unset) | None => Expiry::Unknown,
        }
    }

    pub(super) fn moment(&mut self, node: Option<&Node<'_>>) -> Option<Moment> {
        let node = node?;
        let moment = match (node.number(), node.text()) {
            (Some(digits), _) => time::parse_number(digits),
            (None, Some(text)) if !text.is_empty() && text != "N/A" => exported(&text, self.options.assume_utc),
            _ => return None,
        };
        moment
            .map_err(|error| self.note(NoteKind::BadDate, format!("a date {error}"), Some(node.span)))
            .ok()
    }
}

/// Parses a date as the tools write it. .NET writes milliseconds since 1970 as `/Date(…)/`.
fn exported(text: &str, assume_utc: bool) -> Result<Moment, TimeError> {
    let inside = text.strip_prefix("/Date(").and_then(|rest| rest.strip_suffix(")/"));
    match inside.map(|inside| inside.split_once('+').map_or(inside, |(milliseconds, _)| milliseconds)) {
        Some(milliseconds) => time::parse_number(&format!("{milliseconds}e-3")),
        None => time::parse(text, assume_utc),
    }
}
