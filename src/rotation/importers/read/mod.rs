//! The readers: one small file a manager.
//!
//! A [`Reader`] is a row of [`READERS`]: how to know the shape, what to read of it, which command writes it. A reader names the fields it reads, so what is not
//! named is never decoded ([`json`]). If an export holds values all the same, a note says so; one that carries no dates is refused ([`undated`]).

mod aws;
mod azure;
mod github;
mod google;
mod iam_report;
mod kubernetes;
mod platforms;
mod sops;
mod undated;
mod vaults;

use jiff::Timestamp;

use super::{Import, ImportError, ImportOptions, Note, NoteKind, Record, Subject};
use crate::rotation::duration::Duration;
use crate::rotation::evidence::{Evidence, Expiry, Interval, Rank};
use crate::rotation::json::{self, ErrorKind, Node};
use crate::rotation::sort;
use crate::rotation::time::{self, Moment};
use crate::source::Span;

/// Every shape that is read, in the order in which it is tried: the narrower before the wider.
static READERS: &[&Reader] = &[
    &aws::SECRET_VERSIONS,
    &aws::SECRETS,
    &aws::PARAMETERS,
    &aws::ACCESS_KEYS,
    &iam_report::REPORT,
    &vaults::KV_METADATA,
    &google::SECRET_VERSIONS,
    &google::SECRETS,
    &google::SERVICE_ACCOUNT_KEYS,
    &azure::KEY_VAULT,
    &kubernetes::OBJECTS,
    &vaults::INFISICAL,
    &vaults::DOPPLER_LOG,
    &vaults::ONE_PASSWORD,
    &sops::FILE,
    &platforms::FLY,
    &platforms::CLOUDFLARE,
    &platforms::VERCEL,
    &platforms::NETLIFY,
    &platforms::HEROKU_RELEASES,
    &github::TOKENS,
    &github::SECRETS,
];

/// How one shape of export is known and read.
struct Reader {
    /// Its name, for `--from` and in reports.
    kind: &'static str,
    /// The command that writes it.
    command: &'static str,
    /// How strong its dates are.
    rank: Rank,
    /// Whether this is it.
    knows: fn(&Node<'_>) -> bool,
    /// Takes the records out.
    read: fn(&Node<'_>, &mut Sink<'_>),
}

/// Every kind of export that is read, by the name that `--from` takes, with the command that writes it.
pub fn kinds() -> impl Iterator<Item = (&'static str, &'static str)> {
    READERS.iter().map(|reader| (reader.kind, reader.command))
}

/// Reads an export. Several JSON values one behind the other, as a loop over a command writes them, are read as one export.
///
/// # Errors
/// When it is not text or not JSON, cut off, of no known shape, not of the shape asked for, or of one that carries no dates.
pub fn import(text: &[u8], options: &ImportOptions<'_>) -> Result<Import, ImportError> {
    let asked = options.from.map(find_reader).transpose()?;
    let text = decode(text)?;
    let offset = text.offset;
    if iam_report::is_csv(text.text) {
        let mut sink = Sink::new(&iam_report::REPORT, options);
        iam_report::read_csv(text.text, &mut sink);
        return finish(sink, asked, offset);
    }
    if sops::is_dotenv(text.text) {
        let mut sink = Sink::new(&sops::FILE, options);
        sops::read_dotenv(text.text, &mut sink);
        return finish(sink, asked, offset);
    }
    let nodes = json::parse_all(text.text).map_err(|error| not_json(error, text.text).moved(offset))?;
    let mut sink: Option<Sink<'_>> = None;
    for node in &nodes {
        let reader = recognise(node).map_err(|error| error.moved(offset))?;
        let sink = sink.get_or_insert_with(|| Sink::new(reader, options));
        if sink.reader.kind != reader.kind {
            let message = format!(
                "the export begins as {} and goes on as {}",
                sink.reader.kind, reader.kind
            );
            return Err(refuse(message, "give each export in a file of its own", Some(node.span)).moved(offset));
        }
        (reader.read)(node, sink);
    }
    // `parse_all` gives at least one value.
    sink.map_or_else(
        || Err(refuse("the export is empty", EXPORT_AGAIN, None)),
        |sink| finish(sink, asked, offset),
    )
}

const EXPORT_AGAIN: &str = "run the export again and give all of its output";

fn finish(mut sink: Sink<'_>, asked: Option<&'static Reader>, offset: usize) -> Result<Import, ImportError> {
    if let Some(asked) = asked.filter(|asked| asked.kind != sink.reader.kind) {
        let message = format!("this is an export of {}, not of {}", sink.reader.kind, asked.kind);
        return Err(refuse(
            message,
            &format!("{} is written by `{}`", asked.kind, asked.command),
            None,
        ));
    }
    if sink.records.is_empty() {
        sink.note(
            NoteKind::Empty,
            "the export holds no secret that is in use".to_owned(),
            None,
        );
    }
    if let Some(scope) = sink.options.scope {
        for record in sink.records.iter_mut().filter(|record| record.scopes.is_empty()) {
            record.scopes.push(scope.to_owned());
        }
    }
    if offset > 0 {
        for span in sink.records.iter_mut().map(|record| &mut record.span) {
            *span = Span::new(span.range().start + offset, span.range().end + offset);
        }
        for span in sink.notes.iter_mut().filter_map(|note| note.span.as_mut()) {
            *span = Span::new(span.range().start + offset, span.range().end + offset);
        }
    }
    Ok(Import {
        kind: sink.reader.kind,
        records: sink.records,
        notes: sink.notes,
    })
}

fn find_reader(kind: &str) -> Result<&'static Reader, ImportError> {
    READERS
        .iter()
        .copied()
        .find(|reader| reader.kind == kind)
        .ok_or_else(|| {
            refuse(
                "there is no reader of that name",
                &format!("name one of {}", list_kinds()),
                None,
            )
        })
}

fn list_kinds() -> String {
    kinds().map(|(kind, _)| kind).collect::<Vec<_>>().join(", ")
}

fn recognise(node: &Node<'_>) -> Result<&'static Reader, ImportError> {
    if let Some(undated) = undated::find(node) {
        return Err(refuse(undated.message, undated.instead, Some(node.span)));
    }
    if node.is_array() && node.items().is_empty() {
        let help =
            "if the store is empty, leave the export away; else look at the account, project or vault that was asked";
        return Err(refuse(
            "the export is an empty list, so that its kind is not to be seen",
            help,
            Some(node.span),
        ));
    }
    READERS
        .iter()
        .copied()
        .find(|reader| (reader.knows)(node))
        .ok_or_else(|| {
            let help = format!("these are read: {}", list_kinds());
            refuse("this JSON is no export that is known", &help, Some(node.span))
        })
}

/// The text of an export, without a byte order mark of that many bytes.
struct Decoded<'t> {
    text: &'t str,
    offset: usize,
}

fn decode(bytes: &[u8]) -> Result<Decoded<'_>, ImportError> {
    if bytes.starts_with(&[0xFF, 0xFE]) || bytes.starts_with(&[0xFE, 0xFF]) {
        let help =
            "Windows PowerShell's `>` writes UTF-16; write `| Out-File -Encoding utf8 FILE`, or use PowerShell 7";
        return Err(refuse("the export is UTF-16", help, None));
    }
    let offset = if bytes.starts_with(b"\xEF\xBB\xBF") { 3 } else { 0 };
    let text = std::str::from_utf8(&bytes[offset..]).map_err(|error| {
        let at = offset + error.valid_up_to();
        refuse(
            format!("the export is not UTF-8 at byte {at}"),
            EXPORT_AGAIN,
            Some(Span::new(at, at + 1)),
        )
    })?;
    if text.trim_ascii().is_empty() {
        return Err(refuse(
            "the export is empty",
            "did the command print an error instead? run it again",
            None,
        ));
    }
    Ok(Decoded { text, offset })
}

fn not_json(error: json::JsonError, text: &str) -> ImportError {
    let span = Some(Span::new(error.at, text.len().min(error.at + 1)));
    match error.kind {
        ErrorKind::Truncated => {
            let message = format!("the export is cut off: it ends inside a value, at byte {}", text.len());
            refuse(message, EXPORT_AGAIN, span)
        }
        ErrorKind::TooDeep => refuse("the export is nested deeper than any export is", EXPORT_AGAIN, span),
        ErrorKind::Expected(_) if sops::is_yaml(text) => {
            let help = "give the SOPS file as JSON or dotenv; dates of a YAML file are not read";
            refuse("this is a SOPS file in YAML", help, None)
        }
        ErrorKind::Expected(what) if error.at == 0 => {
            let help = "ask for JSON: `--output json` (aws), `-format=json` (vault), `--format=json` (gcloud, op), `-o json` (az, kubectl), `--json` (gh, fly)";
            refuse(
                format!("this is no JSON: {what} is expected at its beginning"),
                help,
                span,
            )
        }
        ErrorKind::Expected(what) => refuse(
            format!("this is no JSON: {what} is expected at byte {}", error.at),
            EXPORT_AGAIN,
            span,
        ),
    }
}

fn refuse(message: impl Into<String>, help: &str, span: Option<Span>) -> ImportError {
    ImportError {
        message: message.into(),
        help: help.to_owned(),
        span,
    }
}

impl ImportError {
    /// Behind a byte order mark.
    fn moved(mut self, offset: usize) -> ImportError {
        self.span = self
            .span
            .map(|span| Span::new(span.range().start + offset, span.range().end + offset));
        self
    }
}

/// Takes what a reader finds.
struct Sink<'o> {
    reader: &'static Reader,
    options: &'o ImportOptions<'o>,
    records: Vec<Record>,
    notes: Vec<Note>,
}

/// A record under construction: what the readers differ in.
struct Found {
    subject: Subject,
    field: &'static str,
    written: Interval,
    expires: Expiry,
    better: Option<&'static str>,
}

impl Found {
    fn named(name: impl Into<String>, field: &'static str, written: Interval) -> Found {
        Found {
            subject: Subject::Name(name.into()),
            field,
            written,
            expires: Expiry::Unknown,
            better: None,
        }
    }

    fn with_id(id: impl Into<String>, field: &'static str, written: Interval) -> Found {
        Found {
            subject: Subject::PublicId(id.into()),
            field,
            written,
            expires: Expiry::Unknown,
            better: None,
        }
    }

    fn ends(self, expires: Expiry) -> Found {
        Found { expires, ..self }
    }

    fn better(self, better: &'static str) -> Found {
        Found {
            better: Some(better),
            ..self
        }
    }
}

impl<'o> Sink<'o> {
    fn new(reader: &'static Reader, options: &'o ImportOptions<'o>) -> Sink<'o> {
        Sink {
            reader,
            options,
            records: Vec::new(),
            notes: Vec::new(),
        }
    }

    /// Adds a record; the answer takes what few readers know.
    fn add(&mut self, found: Found, span: Span) -> &mut Record {
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

    fn note(&mut self, kind: NoteKind, message: String, span: Option<Span>) {
        self.notes.push(Note { kind, message, span });
    }

    /// The same thing said once, however often it is found.
    fn note_once(&mut self, kind: NoteKind, message: &str, span: Span) {
        if !self
            .notes
            .iter()
            .any(|note| note.kind == kind && note.message == message)
        {
            self.note(kind, message.to_owned(), Some(span));
        }
    }

    /// There are more pages.
    fn incomplete(&mut self, span: Span) {
        self.note_once(
            NoteKind::Incomplete,
            "the export is incomplete: it ends with the address of a next page; export all pages",
            span,
        );
    }

    /// Exactly as many rows as a page has.
    fn full_page(&mut self, rows: &Node<'_>, page: usize) {
        if rows.items().len() == page {
            let message = format!(
                "the export may be incomplete: it has exactly {page} rows, as many as a page; export all pages"
            );
            self.note_once(NoteKind::Incomplete, &message, rows.span);
        }
    }

    /// There is a value where none was asked for.
    fn holds_values(&mut self, span: Span) {
        let message = format!(
            "this export holds values (they were not read); keep it out of the repository, or make it with `{}`",
            self.reader.command
        );
        self.note_once(NoteKind::HoldsValues, &message, span);
    }

    /// The instant in a date field; an end of time or an unset date is none.
    fn time(&mut self, node: Option<&Node<'_>>) -> Option<Timestamp> {
        match self.moment(node)? {
            Moment::At(at) => Some(at),
            Moment::Never | Moment::Unset => None,
        }
    }

    /// The end in a date field.
    fn expiry(&mut self, node: Option<&Node<'_>>) -> Expiry {
        match self.moment(node) {
            Some(Moment::At(at)) => Expiry::At(at),
            Some(Moment::Never) => Expiry::Never,
            Some(Moment::Unset) | None => Expiry::Unknown,
        }
    }

    fn moment(&mut self, node: Option<&Node<'_>>) -> Option<Moment> {
        let node = node?;
        let moment = match (node.number(), node.text()) {
            (Some(digits), _) => time::parse_number(digits),
            (None, Some(text)) if !text.is_empty() && text != "N/A" => time::parse(&text, self.options.assume_utc),
            _ => return None,
        };
        moment
            .map_err(|error| self.note(NoteKind::BadDate, format!("a date {error}"), Some(node.span)))
            .ok()
    }
}

/// A version id for people and ledgers: prefix and id, if the id is made of what ids are made of.
fn version(prefix: &str, id: &str) -> Option<String> {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.+/=".contains(&byte);
    (!id.is_empty() && id.len() <= 80 && id.bytes().all(plain)).then(|| format!("{prefix}:{id}"))
}

/// The segment behind the one of that name in a path.
fn segment_after<'p>(path: &'p str, name: &str) -> Option<&'p str> {
    path.split('/')
        .skip_while(|segment| *segment != name)
        .nth(1)
        .filter(|segment| !segment.is_empty())
}

/// Whether a node is a list whose first item has these members.
fn is_list_of(node: &Node<'_>, members: &[&str]) -> bool {
    node.items()
        .first()
        .is_some_and(|item| members.iter().all(|member| item.get(member).is_some()))
}

/// A key, when it was changed, and what says so.
type Change<'n, 't> = (String, Timestamp, &'n Node<'t>);

/// Of each key only the last change.
fn last_changes(changes: &mut Vec<Change<'_, '_>>) {
    sort::by(changes, &|(a, this, _), (b, that, _)| a.cmp(b).then(that.cmp(this)));
    changes.dedup_by(|(this, ..), (kept, ..)| this == kept);
}

/// The items of a list, or the one item itself.
fn one_or_many<'n, 't>(node: &'n Node<'t>) -> &'n [Node<'t>] {
    if node.is_array() {
        node.items()
    } else {
        std::slice::from_ref(node)
    }
}
