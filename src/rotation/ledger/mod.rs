//! `env.rotation.json`: the rotations that we wrote down ourselves, committed, without any value.
//!
//! An entry says that a key of an environment got a new value at an instant. Its fingerprint ([`fingerprint`]) ties that to the value without giving a
//! reader of the repository anything to test guesses with; its seal, to whoever holds the values. What they bring to light is in [`audit`].
//!
//! # The merge rule
//!
//! The ledger is a set: an entry is never changed, and their order in the file means nothing. Each stands on a line of its own, sorted by environment, key and
//! instant, and every line ends in a comma, because the list closes with a `null`: to add an entry is to insert a line and touch no other. So two branches
//! that both add are merged by keeping the lines of both. git does so by itself where the lines aren't neighbours, and always with this line in
//! `.gitattributes`:
//!
//! ```text
//! env.rotation.json merge=union
//! ```
//!
//! The same rotation recorded on both branches in the same words is one entry; in different words it is a finding
//! ([`FindingKind::SameInstant`]). Conflict markers that were committed are an error with their place.

pub mod audit;
pub mod fingerprint;

use std::fmt::Write as _;

use jiff::Timestamp;

use super::json::{self, ErrorKind, Kind, Node};
use super::sort;
use super::time::{self, Moment, Shown};
use crate::source::Span;
pub use audit::{Finding, FindingKind, Standing};
pub use fingerprint::{Fingerprint, LedgerKey, Seal};

/// The name of the file, beside the schema.
pub const FILE_NAME: &str = "env.rotation.json";

/// What a new ledger looks like.
pub const EMPTY: &str = "{\n  \"version\": 1,\n  \"entries\": [\n    null\n  ]\n}\n";

/// All rotations that were written down.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Ledger {
    /// Sorted by environment, key and instant; each once.
    entries: Vec<Entry>,
}

/// One rotation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The environment, by its name in the schema.
    pub environment: String,
    /// The key.
    pub key: String,
    /// When the value changed.
    pub rotated_at: Timestamp,
    /// When that was written down.
    pub recorded_at: Option<Timestamp>,
    /// Why.
    pub reason: Reason,
    /// Who says so.
    pub by: Option<String>,
    /// The version in the store that the value comes from, such as `aws-sm:…`; says nothing about the value.
    pub origin: Option<String>,
    /// Which ledger key fingerprint and seal were made with.
    pub kid: Option<String>,
    /// Twenty bits that the value must agree with.
    pub fingerprint: Option<Fingerprint>,
    /// Proof that the entry was written by somebody who holds the values.
    pub seal: Option<Seal>,
    /// Where it stands in the ledger's text; empty for a new one.
    pub span: Span,
}

/// Why a value was changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reason {
    /// It was time.
    Scheduled,
    /// It is, or may be, known to others.
    Compromise,
    /// Somebody who knew it left.
    StaffChange,
    /// It ended.
    Expiry,
    /// It is the first.
    Initial,
    /// The value stays; it is fingerprinted with another ledger key.
    Rekey,
}

impl Reason {
    /// All.
    pub const ALL: [Reason; 6] = [
        Reason::Scheduled,
        Reason::Compromise,
        Reason::StaffChange,
        Reason::Expiry,
        Reason::Initial,
        Reason::Rekey,
    ];

    /// Its name in the ledger.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Reason::Scheduled => "scheduled",
            Reason::Compromise => "compromise",
            Reason::StaffChange => "staff-change",
            Reason::Expiry => "expiry",
            Reason::Initial => "initial",
            Reason::Rekey => "rekey",
        }
    }

    /// The reason of that name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Reason> {
        Reason::ALL.into_iter().find(|reason| reason.name() == name)
    }
}

/// A mistake in a ledger; a ledger with any is refused. Its text holds nothing of the ledger but the names of members.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LedgerError {
    /// Where in the ledger's text.
    pub span: Span,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub help: &'static str,
}

/// The members of an entry, in the order in which they are written.
const MEMBERS: [&str; 10] = [
    "environment",
    "key",
    "rotatedAt",
    "recordedAt",
    "reason",
    "by",
    "origin",
    "kid",
    "fingerprint",
    "mac",
];

/// The longest text of a member, in bytes.
const MAX_TEXT: usize = 1024;

/// The longest text of a member that is ever shown: any name, and no date of a fraction without end.
const MAX_SHOWN: usize = 80;

impl Ledger {
    /// Reads a ledger.
    ///
    /// # Errors
    /// Every mistake in it, in the order of the text.
    pub fn parse(text: &[u8]) -> Result<Ledger, Vec<LedgerError>> {
        let markers = conflict_markers(text);
        if !markers.is_empty() {
            return Err(markers);
        }
        let mut entries = Vec::new();
        let mut errors = Vec::new();
        let (_, items) = list(text).map_err(|error| vec![error])?;
        for item in &items {
            match item.kind {
                Kind::Null => {}
                Kind::Object(_) => entries.extend(read_entry(item, &mut errors)),
                _ => errors.push(error(
                    item.span,
                    "an entry is an object",
                    "see schemas/env.rotation.v1.schema.json",
                )),
            }
        }
        if !errors.is_empty() {
            sort::by(&mut errors, &|a, b| a.span.cmp(&b.span));
            return Err(errors);
        }
        sort::by(&mut entries, &|a: &Entry, b: &Entry| {
            a.order().cmp(&b.order()).then(a.span.cmp(&b.span))
        });
        entries.dedup_by(|this, kept| this.same_as(kept));
        Ok(Ledger { entries })
    }

    /// All entries, sorted by environment, key and instant.
    #[must_use]
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The entries of one key, the oldest first, with the index of the first.
    #[must_use]
    pub fn of(&self, environment: &str, key: &str) -> (usize, &[Entry]) {
        let start = self
            .entries
            .partition_point(|entry| (&*entry.environment, &*entry.key) < (environment, key));
        let len = self.entries[start..].partition_point(|entry| entry.environment == environment && entry.key == key);
        (start, &self.entries[start..start + len])
    }
}

/// Adds an entry to the text of a ledger: one line more, and every other byte as it was.
///
/// # Errors
/// When the text is no ledger, in which nothing may be written.
pub fn insert(text: &str, entry: &Entry) -> Result<String, Vec<LedgerError>> {
    let ledger = Ledger::parse(text.as_bytes())?;
    let (list, items) = list(text.as_bytes()).map_err(|error| vec![error])?;
    let after = ledger
        .entries
        .iter()
        .filter(|other| other.order() <= entry.order())
        .map(|other| other.span.end)
        .max();
    let line = render(entry);
    let mut new = String::with_capacity(text.len() + line.len() + 16);
    let mut put = |at: usize, parts: [&str; 3]| {
        new.push_str(&text[..at]);
        new.extend(parts);
        new.push_str(&text[at..]);
    };
    let next = items.iter().find(|item| item.span.start >= after.unwrap_or(0));
    match (next, items.last()) {
        (Some(next), _) => put(next.span.range().start, ["", &line, ",\n    "]),
        (None, Some(last)) => put(last.span.range().end, [",\n    ", &line, ",\n    null"]),
        (None, None) => put(list.range().start + 1, ["\n    ", &line, ",\n    null\n  "]),
    }
    Ok(new)
}

/// What may be seen of the entries in the text of a ledger, sorted and disjoint: their structure, dates and reasons, and of environments and keys those that
/// `may` be shown, which is asked with the name of the member. Not who wrote it, and nothing that is made from a value.
#[must_use]
pub fn visible(text: &str, may: &dyn Fn(&str, &str) -> bool) -> Vec<Span> {
    let Ok((_, items)) = list(text.as_bytes()) else {
        return Vec::new();
    };
    let mut visible = Vec::new();
    let around = |byte: &u8| matches!(byte, b' ' | b'\t' | b',');
    for item in items.iter().filter(|item| item.is_object()) {
        let (start, end) = (item.span.range().start, item.span.range().end);
        let floor = visible.last().map_or(0, |last: &Span| last.range().end);
        let before = text.as_bytes()[floor..start]
            .iter()
            .rev()
            .take_while(|byte| around(byte))
            .count();
        let after = text.as_bytes()[end..].iter().take_while(|byte| around(byte)).count();
        let mut from = start - before;
        for member in item.members() {
            let value = member.value.text();
            let value = value.as_deref().filter(|value| value.len() <= MAX_SHOWN);
            let is_shown = value.is_some_and(|value| match &*member.name {
                "rotatedAt" | "recordedAt" => time::parse(value, false).is_ok(),
                "reason" => Reason::parse(value).is_some(),
                name @ ("environment" | "key") => may(name, value),
                _ => false,
            });
            let hidden = [
                Some(member.name_span).filter(|_| !MEMBERS.contains(&&*member.name)),
                Some(member.value.span).filter(|_| !is_shown),
            ];
            for hidden in hidden.into_iter().flatten() {
                visible.push(Span::new(from, hidden.range().start));
                from = hidden.range().end;
            }
        }
        visible.push(Span::new(from, end + after));
    }
    visible.retain(|span| !span.is_empty());
    visible
}

/// The line of an entry, without its comma.
#[must_use]
pub fn render(entry: &Entry) -> String {
    let mut line = String::from("{");
    for (name, value) in MEMBERS.into_iter().zip(entry.members()) {
        if let Some(value) = value {
            let separator = if line.len() == 1 { "" } else { ", " };
            let _ = write!(line, "{separator}\"{name}\": ");
            quote(&value, &mut line);
        }
    }
    line.push('}');
    line
}

impl Entry {
    /// The members as texts, in the order of [`MEMBERS`].
    fn members(&self) -> [Option<String>; MEMBERS.len()] {
        [
            Some(self.environment.clone()),
            Some(self.key.clone()),
            Some(Shown(self.rotated_at).to_string()),
            self.recorded_at.map(|at| Shown(at).to_string()),
            Some(self.reason.name().to_owned()),
            self.by.clone(),
            self.origin.clone(),
            self.kid.clone(),
            self.fingerprint.map(|fingerprint| fingerprint.to_string()),
            self.seal.map(|seal| seal.to_string()),
        ]
    }

    fn order(&self) -> (&str, &str, Timestamp, Option<Timestamp>, Option<&str>) {
        (
            &self.environment,
            &self.key,
            self.rotated_at,
            self.recorded_at,
            self.kid.as_deref(),
        )
    }

    /// Whether two entries say the same, wherever they stand.
    fn same_as(&self, other: &Entry) -> bool {
        self.members() == other.members()
    }
}

/// Lines that git leaves where two branches changed the same place. No line of JSON begins like that.
fn conflict_markers(text: &[u8]) -> Vec<LedgerError> {
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

/// The place of the list of entries, and its items.
fn list(text: &[u8]) -> Result<(Span, Vec<Node<'_>>), LedgerError> {
    const AGAIN: &str = "restore the last committed ledger and add the entries to it again";
    let text = std::str::from_utf8(text).map_err(|utf8| {
        let at = utf8.valid_up_to();
        error(Span::new(at, at + 1), "the ledger is not UTF-8", AGAIN)
    })?;
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

fn read_entry(node: &Node<'_>, errors: &mut Vec<LedgerError>) -> Option<Entry> {
    let before = errors.len();
    for (index, member) in node.members().iter().enumerate() {
        let name = &member.name;
        if !MEMBERS.contains(&&**name) {
            let message = format!("an entry has no such member; it has {}", MEMBERS.join(", "));
            errors.push(error(member.name_span, message, "correct the spelling"));
        } else if node.members()[..index].iter().any(|other| other.name == *name) {
            errors.push(error(
                member.name_span,
                format!("{name} appears twice in the entry"),
                "keep one",
            ));
        }
    }
    let mut text = |name: &'static str| {
        let value = node.get(name)?;
        let text = value
            .text()
            .filter(|text| !text.is_empty() && text.len() <= MAX_TEXT && !text.contains(char::is_control));
        if text.is_none() {
            let message = format!("{name} must be a single line of text");
            errors.push(error(value.span, message, "write a text in double quotes"));
        }
        text.map(|text| (text.into_owned(), value.span))
    };
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
    ] = MEMBERS.map(&mut text);
    let mut need = |name: &str, there: bool| {
        if !there && !node.has(name) {
            errors.push(error(node.span, format!("the entry has no {name}"), "add it"));
        }
    };
    need("environment", environment.is_some());
    need("key", key.is_some());
    need("rotatedAt", rotated_at.is_some());

    let mut instant = |value: Option<(String, Span)>| {
        let (text, span) = value?;
        match time::parse(&text, false) {
            Ok(Moment::At(at)) => return Some(at),
            Ok(Moment::Never | Moment::Unset) => errors.push(error(
                span,
                "this is not the date of a rotation",
                "write when the value changed",
            )),
            Err(wrong) => errors.push(error(
                span,
                format!("the date {wrong}"),
                "write it in UTC, as 2026-01-31T09:00:00Z",
            )),
        }
        None
    };
    let (rotated_at, recorded_at) = (instant(rotated_at), instant(recorded_at));
    let reason = match reason {
        None => Some(Reason::Scheduled),
        Some((text, span)) => Reason::parse(&text).or_else(|| {
            let names = Reason::ALL.map(Reason::name).join(", ");
            errors.push(error(
                span,
                format!("the reason is not one of {names}"),
                "use the closest one",
            ));
            None
        }),
    };
    let fingerprint = fingerprint.and_then(|(text, span)| {
        let read = Fingerprint::parse(&text);
        if read.is_none() {
            errors.push(error(
                span,
                "the fingerprint is not four letters of base32",
                "record the rotation again with `envgate rotation record`",
            ));
        }
        read
    });
    let seal = seal.and_then(|(text, span)| {
        let read = Seal::parse(&text);
        if read.is_none() {
            errors.push(error(
                span,
                "the mac is not 22 letters of base64url",
                "record the rotation again with `envgate rotation record`",
            ));
        }
        read
    });
    if kid.is_none() && (fingerprint.is_some() || seal.is_some()) {
        errors.push(error(
            node.span,
            "the entry has a fingerprint or a mac, but no kid",
            "record the rotation again with `envgate rotation record`",
        ));
    }
    if errors.len() > before {
        return None;
    }
    let text = |value: Option<(String, Span)>| value.map(|(text, _)| text);
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

fn error(span: Span, message: impl Into<String>, help: &'static str) -> LedgerError {
    LedgerError {
        span,
        message: message.into(),
        help,
    }
}

/// A JSON string.
fn quote(text: &str, into: &mut String) {
    into.push('"');
    for char in text.chars() {
        match char {
            '"' | '\\' => into.extend(['\\', char]),
            char if char.is_control() => drop(write!(into, "\\u{:04x}", u32::from(char))),
            char => into.push(char),
        }
    }
    into.push('"');
}
