//! AWS IAM's credential report: CSV, as it is or in base64 inside `get-credential-report`.

use super::{Found, Interval, NoteKind, Reader, Sink};
use crate::rotation::base64;
use crate::rotation::evidence::Rank;
use crate::rotation::time::{self, Moment};
use crate::source::Span;

/// The report names users and slots, not key ids, so it is matched by a map of names.
pub(super) static REPORT: Reader = Reader {
    kind: "aws-credential-report",
    command: "aws iam get-credential-report",
    rank: Rank::Issuer,
    knows: |node| node.has("Content") && node.has("ReportFormat"),
    read: |node, sink| {
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
            record.span = node.span;
            record.evidence.as_of = record.evidence.as_of.or(made);
        }
        for note in &mut sink.notes {
            note.span = note.span.map(|_| node.span);
        }
    },
};

/// Whether a text is the report itself.
pub(super) fn is_csv(text: &str) -> bool {
    text.starts_with("user,arn,user_creation_time,")
}

/// Reads the report itself: a row for each user, two keys a row. No field of it is ever quoted.
pub(super) fn read_csv(text: &str, sink: &mut Sink<'_>) {
    let mut lines = text.split_inclusive('\n');
    let header: Vec<&str> = lines.next().unwrap_or_default().trim_end().split(',').collect();
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
        let fields: Vec<&str> = line.trim_end().split(',').collect();
        let field = |index: Option<usize>| index.and_then(|index| fields.get(index).copied());
        for (active, rotated, title) in keys {
            let (Some(user), Some("true"), Some(rotated)) = (field(user), field(active), field(rotated)) else {
                continue;
            };
            match time::parse(rotated, sink.options.assume_utc) {
                Ok(Moment::At(at)) => {
                    sink.add(Found::named(user, title, Interval::exact(at)), span);
                }
                Ok(_) => {}
                Err(_) if rotated == "N/A" => {}
                Err(error) => sink.note(NoteKind::BadDate, format!("a date {error}"), Some(span)),
            }
        }
    }
}
