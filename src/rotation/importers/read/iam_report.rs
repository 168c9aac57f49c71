//! AWS IAM's credential report: CSV, either plain or as base64 inside `get-credential-report`.

use std::borrow::Cow;

use super::{Found, Interval, NoteKind, Reader, Sink};
use crate::rotation::base64;
use crate::rotation::evidence::Rank;
use crate::rotation::json::Node;
use crate::rotation::time::{self, Moment};
use crate::source::Span;

/// The report names users and key slots, not key ids, so it is matched by a map of names.
pub(super) static REPORT: Reader = Reader {
    kind: "aws-credential-report",
    command: "aws iam get-credential-report",
    rank: Rank::Issuer,
    knows: |node| node.has("Content") && node.has("ReportFormat"),
    read: |pages, sink| pages.iter().for_each(|page| read_envelope(page, sink)),
};

fn read_envelope(node: &Node<'_>, sink: &mut Sink<'_>) {
    let csv = node
        .text_of("Content")
        .and_then(|content| base64::decode(content.as_bytes()));
    let made = sink.time(node.get("GeneratedTime"));
    let before = sink.records.len();
    match csv.as_deref().map(|csv| std::str::from_utf8(csv)) {
        Some(Ok(csv)) if is_csv(csv) => read_csv(csv, sink),
        _ => sink.note(
            NoteKind::BadDate,
            "the Content of the report is not CSV in base64".to_owned(),
            Some(node.span),
        ),
    }
    for record in &mut sink.records[before..] {
        record.evidence.as_of = record.evidence.as_of.or(made);
    }
    sink.relocate(before, node.span);
}

/// Returns the report, decoded if it is the base64 that `--query Content --output text` writes.
pub(super) fn csv(text: &str) -> Option<Cow<'_, str>> {
    if is_csv(text) {
        return Some(Cow::Borrowed(text));
    }
    // No other export consists of a single word.
    let word = text.trim_ascii().trim_matches('"');
    let is_word = word.len() > 100 && !word.contains(['{', '[', ' ', '\n']);
    let decoded = is_word.then(|| base64::decode(word.as_bytes()))??;
    let csv = std::str::from_utf8(&decoded).ok().filter(|csv| is_csv(csv))?;
    Some(Cow::Owned(csv.to_owned()))
}

/// Whether a text is the report itself, even if somebody removed columns.
pub(super) fn is_csv(text: &str) -> bool {
    let header = fields(text.lines().next().unwrap_or_default());
    header.contains(&"user") && header.iter().any(|title| title.starts_with("access_key_1_"))
}

/// Reads the report: one row per user, with two keys each.
pub(super) fn read_csv(text: &str, sink: &mut Sink<'_>) {
    let mut lines = text.split_inclusive('\n');
    let header = fields(lines.next().unwrap_or_default());
    let column = |name: &str| header.iter().position(|title| *title == name);
    let user = column("user");
    let keys = [
        (
            column("access_key_1_active"),
            column("access_key_1_last_rotated"),
            "access_key_1_last_rotated",
        ),
        (
            column("access_key_2_active"),
            column("access_key_2_last_rotated"),
            "access_key_2_last_rotated",
        ),
    ];
    let mut start = text.len() - lines.clone().map(str::len).sum::<usize>();
    for line in lines {
        let span = Span::new(start, start + line.trim_end().len());
        start += line.len();
        let fields = fields(line);
        if fields.len() < header.len() {
            if !line.trim_ascii().is_empty() {
                let message = "the export is cut off: a row has fewer fields than the header";
                sink.note_once(NoteKind::Incomplete, message, span);
            }
            continue;
        }
        let field = |index: Option<usize>| index.and_then(|index| fields.get(index).copied());
        for (active, rotated, title) in keys {
            let is_active = field(active).is_some_and(|active| active.eq_ignore_ascii_case("true"));
            let (Some(user), true, Some(rotated)) = (field(user), is_active, field(rotated)) else {
                continue;
            };
            match time::parse(rotated, sink.options.assume_utc) {
                Ok(Moment::At(at)) => {
                    sink.add(Found::named(user, title, Interval::exact(at)), span);
                }
                Ok(_) => {}
                // How the report says that there is no date.
                Err(_) if ["", "N/A", "no_information", "not_supported"].contains(&rotated) => {}
                Err(error) => sink.note(NoteKind::BadDate, format!("a date {error}"), Some(span)),
            }
        }
    }
}

/// Splits a row into fields, without quotes. The report needs none, unless a user name contains a comma, but a spreadsheet may add them.
fn fields(line: &str) -> Vec<&str> {
    let mut fields = Vec::new();
    let mut rest = line.trim_end();
    loop {
        let quoted = rest.strip_prefix('"').and_then(|inner| inner.split_once('"'));
        let (field, behind) = match quoted {
            Some((field, behind)) => (field, behind.strip_prefix(',')),
            None => rest
                .split_once(',')
                .map_or((rest, None), |(field, behind)| (field, Some(behind))),
        };
        fields.push(field);
        match behind {
            Some(behind) => rest = behind,
            None => return fields,
        }
    }
}
