//! Reads a ledger: its entries, and every error in it with its place.

use jiff::Timestamp;

use super::{Entry, Fingerprint, LedgerError, MEMBERS, Reason, Seal};
use crate::join::join;
use crate::rotation::json::{self, ErrorKind, Kind, Node};
use crate::rotation::time::{self, Moment};
use crate::source::Span;

/// The longest text of a member, in bytes.
const MAX_TEXT: usize = 1024;

/// The advice for members that only the program writes.
const RECORD_AGAIN: &str = "record the rotation again with `envgate rotation record`";

/// Finds the lines that git leaves after a merge conflict. No line of JSON begins like these.
pub(super) fn conflict_markers(text: &[u8]) -> Vec<LedgerError> {
    let mut start = 0;
    let mut errors = Vec::new();
    for line in text.split_inclusive(|byte| *byte == b'\n') {
        let content = line.trim_ascii_end();
        let marks = [&b"<<<<<<<"[..], b"|||||||", b">>>>>>>"];
        if content == b"=======" || marks.iter().any(|mark| content.starts_with(mark)) {
            errors.push(error(
                Span::new(start, start + content.len()),
                "there is a git conflict marker in the ledger",
                "keep the lines of both sides, in any order, and delete the markers; `env.rotation.json merge=union` in .gitattributes does so by itself",
            ));
        }
        start += line.len();
    }
    errors
}

/// Returns the span of the list of entries, and its items.
pub(super) fn list(text: &[u8]) -> Result<(Span, Vec<Node<'_>>), LedgerError> {
    const AGAIN: &str = "restore the last committed ledger and add the entries to it again";
    let text = std::str::from_utf8(text).map_err(|utf8| {
        let at = utf8.valid_up_to();
        error(Span::new(at, at + 1), "the ledger is not UTF-8", AGAIN)
    })?;
    if text.starts_with('\u{FEFF}') {
        return Err(error(
            Span::new(0, 3),
            "the ledger begins with a byte order mark, which JSON does not allow",
            "save it as UTF-8 without BOM",
        ));
    }
    let root = json::parse(text).map_err(|wrong| {
        let message = match wrong.kind {
            ErrorKind::Truncated => "the ledger is cut off".to_owned(),
            ErrorKind::TooDeep => "the ledger is nested too deeply".to_owned(),
            ErrorKind::Expected(what) => format!("the ledger is not JSON: expected {what} here"),
        };
        error(Span::new(wrong.at, text.len().min(wrong.at + 1)), message, AGAIN)
    })?;
    let known = ["$schema", "version", "entries"];
    if let Some(unknown) = root.members().iter().find(|member| !known.contains(&&*member.name)) {
        return Err(error(
            unknown.name_span,
            "a ledger has no such member",
            "it has `version` and `entries`",
        ));
    }
    for (index, member) in root.members().iter().enumerate() {
        if root.members()[..index].iter().any(|other| other.name == member.name) {
            let message = format!("{} appears twice in the ledger", member.name);
            return Err(error(member.name_span, message, "keep one, with the entries of both"));
        }
    }
    let version = root.get("version").and_then(Node::integer);
    if version != Some(1) {
        let span = root.get("version").map_or(root.span, |node| node.span);
        return Err(error(
            span,
            "the ledger is not of version 1",
            "write \"version\": 1, or use the envgate that wrote it",
        ));
    }
    match root.get("entries") {
        Some(Node {
            span,
            kind: Kind::Array(items),
        }) => Ok((*span, items.clone())),
        _ => Err(error(
            root.span,
            "the ledger has no list of entries",
            "write \"entries\": [null]",
        )),
    }
}

/// The text of a member and its span.
type Text = Option<(String, Span)>;

/// Reads an entry. Returns `None` and adds to `errors` if anything is wrong with it.
pub(super) fn read_entry(node: &Node<'_>, errors: &mut Vec<LedgerError>) -> Option<Entry> {
    let before = errors.len();
    check_members(node, errors);
    let [
        environment,
        key,
        rotated_at,
        recorded_at,
        reason,
        by,
        origin,
        kid,
        fingerprint,
        seal,
    ] = MEMBERS.map(|name| text(node, name, errors));
    for name in ["environment", "key", "rotatedAt"] {
        if !node.has(name) {
            errors.push(error(node.span, format!("the entry has no {name}"), "add it"));
        }
    }
    let (rotated_at, recorded_at) = (instant(rotated_at, errors), instant(recorded_at, errors));
    let reason = reason.map_or(Some(Reason::Scheduled), |text| read_reason(text, errors));
    let fingerprint = derived(
        fingerprint,
        Fingerprint::parse,
        errors,
        "the fingerprint is not four letters of base32",
    );
    let seal = derived(seal, Seal::parse, errors, "the mac is not 22 letters of base64url");
    if kid.is_none() && (fingerprint.is_some() || seal.is_some()) {
        errors.push(error(
            node.span,
            "the entry has a fingerprint or a mac, but no kid",
            RECORD_AGAIN,
        ));
    }
    if errors.len() > before {
        return None;
    }
    let text = |value: Text| value.map(|(text, _)| text);
    Some(Entry {
        environment: text(environment)?,
        key: text(key)?,
        rotated_at: rotated_at?,
        recorded_at,
        reason: reason?,
        by: text(by),
        origin: text(origin),
        kid: text(kid),
        fingerprint,
        seal,
        span: node.span,
    })
}

/// Checks that each member is one that entries have, and appears once.
fn check_members(node: &Node<'_>, errors: &mut Vec<LedgerError>) {
    for (index, member) in node.members().iter().enumerate() {
        let name = &member.name;
        if !MEMBERS.contains(&&**name) {
            let message = format!("an entry has no such member; it has {}", join(&MEMBERS, ", "));
            errors.push(error(member.name_span, message, "correct the spelling"));
        } else if node.members()[..index].iter().any(|other| other.name == *name) {
            let message = format!("{name} appears twice in the entry");
            errors.push(error(member.name_span, message, "keep one"));
        }
    }
}

fn text(node: &Node<'_>, name: &'static str, errors: &mut Vec<LedgerError>) -> Text {
    let value = node.get(name)?;
    let is_line = |text: &str| !text.is_empty() && text.len() <= MAX_TEXT && !text.contains(char::is_control);
    let text = value.text().filter(|text| is_line(text));
    if text.is_none() {
        let message = format!("{name} must be a single line of text");
        errors.push(error(value.span, message, "write a text in double quotes"));
    }
    text.map(|text| (text.into_owned(), value.span))
}

fn instant(value: Text, errors: &mut Vec<LedgerError>) -> Option<Timestamp> {
    let (text, span) = value?;
    match time::parse(&text, false) {
        Ok(Moment::At(at)) => return Some(at),
        Ok(Moment::Never | Moment::Unset) => {
            errors.push(error(
                span,
                "this is not the date of a rotation",
                "write when the value changed",
            ));
        }
        Err(wrong) => {
            let help = "write it in UTC, as 2026-01-31T09:00:00Z";
            errors.push(error(span, format!("the date {wrong}"), help));
        }
    }
    None
}

fn read_reason((text, span): (String, Span), errors: &mut Vec<LedgerError>) -> Option<Reason> {
    let reason = Reason::parse(&text);
    if reason.is_none() {
        let names = join(&Reason::ALL.map(Reason::name), ", ");
        errors.push(error(
            span,
            format!("the reason is not one of {names}"),
            "use the closest one",
        ));
    }
    reason
}

/// Parses a member that is derived from a value, which nobody writes by hand.
fn derived<T>(value: Text, parse: fn(&str) -> Option<T>, errors: &mut Vec<LedgerError>, message: &str) -> Option<T> {
    let (text, span) = value?;
    let read = parse(&text);
    if read.is_none() {
        errors.push(error(span, message, RECORD_AGAIN));
    }
    read
}

pub(super) fn error(span: Span, message: impl Into<String>, help: &'static str) -> LedgerError {
    LedgerError {
        span,
        message: message.into(),
        help,
    }
}
