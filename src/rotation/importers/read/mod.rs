//! The readers of exports, one small file per secret manager.
//!
//! A [`Reader`] is a row of [`READERS`]: how to recognise the shape, what to read from it, and which command writes it. A reader names the
//! fields it reads; everything else is never decoded ([`json`]). If an export contains values anyway, a note says so; an export without
//! dates is refused ([`undated`]).

mod aws;
mod azure;
mod github;
mod google;
mod iam_report;
mod kubernetes;
mod platforms;
mod sink;
mod sops;
mod undated;
mod vaults;
mod yaml;

use std::borrow::Cow;

use jiff::Timestamp;

use super::{Import, ImportError, ImportOptions, NoteKind, Subject};
use crate::join::join;
use crate::rotation::duration::Duration;
use crate::rotation::evidence::{Expiry, Interval, Rank};
use crate::rotation::json::{self, ErrorKind, Node};
use crate::rotation::sort;
use crate::source::{Span, is_utf16};
use sink::{Found, Sink};

/// All shapes that are read, in the order in which they are tried: narrower ones before wider ones.
static READERS: &[&Reader] = &[
    &aws::SECRET_VERSIONS,
    &aws::SECRETS,
    &aws::PARAMETERS,
    &aws::ACCESS_KEYS,
    &iam_report::REPORT,
    &vaults::KV_METADATA,
    &vaults::STATIC_ROLE,
    &google::SECRET_VERSIONS,
    &google::SECRETS,
    &google::SERVICE_ACCOUNT_KEYS,
    &azure::KEY_VAULT,
    &kubernetes::OBJECTS,
    &vaults::INFISICAL,
    &vaults::DOPPLER_LOG,
    &vaults::ONE_PASSWORD,
    &vaults::BITWARDEN,
    &sops::FILE,
    &platforms::FLY,
    &platforms::CLOUDFLARE,
    &platforms::VERCEL,
    &platforms::NETLIFY,
    &platforms::HEROKU_RELEASES,
    &github::TOKENS,
    &github::SECRETS,
];

/// How to recognise and read one kind of export.
struct Reader {
    /// Its name in `--from` and in reports.
    kind: &'static str,
    /// The command that writes such an export.
    command: &'static str,
    /// The rank of its dates.
    rank: Rank,
    /// Whether a document is of this kind.
    knows: fn(&Node<'_>) -> bool,
    /// Adds the records of all documents to the sink.
    read: fn(&[&Node<'_>], &mut Sink<'_>),
}

/// Returns every kind of export that is read: its name in `--from`, and the command that writes it.
pub fn kinds() -> impl Iterator<Item = (&'static str, &'static str)> {
    READERS.iter().map(|reader| (reader.kind, reader.command))
}

/// Reads an export in JSON or YAML. Several documents in a row, as a loop or a paging command writes them, are read as one export, and so
/// is a list of them.
///
/// # Errors
/// If it is not text or not JSON, cut off, of no known shape, not of the kind in `options.from`, or of a kind without dates.
pub fn import(text: &[u8], options: &ImportOptions<'_>) -> Result<Import, ImportError> {
    let asked = options.from.map(find_reader).transpose()?;
    let Decoded { text, offset } = decode(text)?;
    let mut read = read(text, asked, options);
    let shift = |span: &mut Span| *span = Span::new(span.range().start + offset, span.range().end + offset);
    match &mut read {
        Ok(import) => {
            import.records.iter_mut().for_each(|record| shift(&mut record.span));
            import
                .notes
                .iter_mut()
                .filter_map(|note| note.span.as_mut())
                .for_each(shift);
        }
        Err(error) => error.span.iter_mut().for_each(shift),
    }
    read
}

fn read(text: &str, asked: Option<&'static Reader>, options: &ImportOptions<'_>) -> Result<Import, ImportError> {
    if let Some(csv) = iam_report::csv(text) {
        let mut sink = Sink::new(&iam_report::REPORT, options);
        iam_report::read_csv(&csv, &mut sink);
        if let Cow::Owned(_) = csv {
            sink.relocate(0, Span::new(0, text.len()));
        }
        return sink.finish(asked);
    }
    if sops::is_lines(text) {
        let mut sink = Sink::new(&sops::FILE, options);
        sops::read_lines(text, &mut sink);
        return sink.finish(asked);
    }
    let roots = match json::parse_all(text) {
        Ok(roots) => roots,
        Err(error) => {
            let is_known = |roots: &Vec<Node<'_>>| pages(roots).into_iter().all(|page| recognise(page, None).is_ok());
            let yaml = yaml::parse(text).filter(is_known);
            yaml.ok_or_else(|| not_json(error, text))?
        }
    };
    let pages = pages(&roots);
    let mut kind: Option<&'static Reader> = None;
    for page in pages.iter().filter(|page| !is_empty_list(page)) {
        let reader = recognise(page, asked)?;
        let first = *kind.get_or_insert(reader);
        if first.kind != reader.kind {
            let message = format!("the export begins as {} and goes on as {}", first.kind, reader.kind);
            return Err(refuse(
                message,
                "give each export in a file of its own",
                Some(page.span),
            ));
        }
    }
    // An empty list could be of any kind, so the user has to say.
    let reader = kind.or(asked).ok_or_else(|| {
        let help =
            "if the store is empty, leave the export out; otherwise check which account, project or vault was asked";
        let message = "the export is an empty list, so its kind can't be recognised";
        refuse(message, help, pages.first().map(|page| page.span))
    })?;
    let mut sink = Sink::new(reader, options);
    (reader.read)(&pages, &mut sink);
    sink.finish(asked)
}

const EXPORT_AGAIN: &str = "run the export again and give all of its output";

/// Returns the responses in a text: its documents, or the items of a list of responses (`gh api --slurp`, `jq -s`, `aws --output
/// yaml-stream`).
fn pages<'n, 't>(roots: &'n [Node<'t>]) -> Vec<&'n Node<'t>> {
    let mut pages = Vec::with_capacity(roots.len());
    for root in roots {
        let is_answer = |node: &Node<'_>| node.is_array() || reader_of(node).is_some() || is_empty_list(node);
        if undated::find(root).is_none()
            && reader_of(root).is_none()
            && !root.items().is_empty()
            && root.items().iter().all(is_answer)
        {
            pages.extend(root.items());
        } else {
            pages.push(root);
        }
    }
    pages
}

/// Whether this is an empty list, or a response that contains one and can't be recognised otherwise.
fn is_empty_list(node: &Node<'_>) -> bool {
    let lists = ["versions", "secrets", "keys", "value", "result", "data"];
    let is_empty = |list: &Node<'_>| list.is_array() && list.items().is_empty();
    is_empty(node) || reader_of(node).is_none() && lists.into_iter().any(|name| node.get(name).is_some_and(is_empty))
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
    join(&kinds().map(|(kind, _)| kind).collect::<Vec<_>>(), ", ")
}

fn reader_of(node: &Node<'_>) -> Option<&'static Reader> {
    READERS.iter().copied().find(|reader| (reader.knows)(node))
}

fn recognise(node: &Node<'_>, asked: Option<&'static Reader>) -> Result<&'static Reader, ImportError> {
    if let Some(undated) = undated::find(node) {
        return Err(refuse(undated.message, undated.instead, Some(node.span)));
    }
    reader_of(node).ok_or_else(|| {
        let help = match asked {
            Some(asked) => format!("{} is written by `{}`", asked.kind, asked.command),
            None => format!("these are read: {}", list_kinds()),
        };
        refuse("this JSON is not an export that envgate knows", &help, Some(node.span))
    })
}

/// The text of an export, after a byte order mark of `offset` bytes.
struct Decoded<'t> {
    text: &'t str,
    offset: usize,
}

fn decode(bytes: &[u8]) -> Result<Decoded<'_>, ImportError> {
    if is_utf16(bytes) {
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
        ErrorKind::Expected(what) if error.at == 0 => {
            let help = "ask for JSON: `--output json` (aws), `-format=json` (vault), `--format=json` (gcloud, op), `-o json` (az, kubectl), `--json` (gh, fly)";
            refuse(
                format!("this is not JSON: {what} is expected at its beginning"),
                help,
                span,
            )
        }
        ErrorKind::Expected(what) => refuse(
            format!("this is not JSON: {what} is expected at byte {}", error.at),
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

/// Returns a version id for people and ledgers: prefix and id, if the id has only characters that ids are made of.
fn version(prefix: &str, id: &str) -> Option<String> {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.+/=".contains(&byte);
    (!id.is_empty() && id.len() <= 80 && id.bytes().all(plain)).then(|| format!("{prefix}:{id}"))
}

/// Returns the segment of a path that follows the one of that name.
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

/// A change of a key.
struct Change<'n, 't> {
    key: String,
    /// The scopes that the key belongs to, if the export says so: other scopes may have a key of that name.
    scopes: Vec<String>,
    at: Timestamp,
    /// The node that says so.
    node: &'n Node<'t>,
}

impl Change<'_, '_> {
    fn of(&self) -> (&str, &[String]) {
        (&self.key, &self.scopes)
    }
}

/// Keeps only the last change of each key.
fn last_changes(changes: &mut Vec<Change<'_, '_>>) {
    sort::by(changes, &|a, b| a.of().cmp(&b.of()).then(b.at.cmp(&a.at)));
    changes.dedup_by(|this, kept| this.of() == kept.of());
}

/// Returns all rows of all pages.
fn rows_of<'n, 't>(pages: &[&'n Node<'t>], rows: fn(&'n Node<'t>) -> &'n [Node<'t>]) -> Vec<&'n Node<'t>> {
    pages.iter().copied().flat_map(rows).collect()
}

/// Returns the list in the member of that name; or else the items of the node if it is a list; or else the node itself.
fn member_rows<'n, 't>(node: &'n Node<'t>, member: &str) -> &'n [Node<'t>] {
    node.get(member)
        .filter(|rows| rows.is_array())
        .map_or(one_or_many(node), Node::items)
}

/// Returns the items of a list, or the node itself as the only item.
fn one_or_many<'n, 't>(node: &'n Node<'t>) -> &'n [Node<'t>] {
    if node.is_array() {
        node.items()
    } else {
        std::slice::from_ref(node)
    }
}
