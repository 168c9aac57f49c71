//! Renders an iCalendar (RFC 5545) with one all-day event for each secret that has a due date.
//!
//! The same report gives the same bytes: `DTSTAMP` is the instant of the report, an event keeps its `UID` as long as
//! environment and key keep their names, and its `SEQUENCE` is the number of recorded rotations.
//!
//! A calendar may be visible to people who may not see the schema, and names of keys reveal what a system is made of.
//! [`Names::Redacted`] leaves out key, class and runbook, and hashes the `UID`. The hash is stable too, so anyone who
//! guesses a name can confirm the guess.

use jiff::Timestamp;
use sha2::{Digest, Sha256};

use super::Row;
use crate::instant::Shown;
use crate::report::Report;

/// The longest line in bytes, not counting its line end.
const MAX_LINE: usize = 75;

/// How much a calendar reveals of the names of keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Names {
    /// Names are shown.
    Shown,
    /// Names are left out, and so is everything that reveals them.
    Redacted,
}

/// Renders the calendar. `name` is the name of the system; it keeps its events apart from those of other systems.
#[must_use]
pub fn render(report: &Report, name: &str, names: Names) -> String {
    let mut rows = super::rows(report);
    crate::sort::by(&mut rows, &|a, b| (a.environment, a.key).cmp(&(b.environment, b.key)));
    let mut calendar = Calendar::default();
    calendar.line("BEGIN", "VCALENDAR");
    calendar.line("VERSION", "2.0");
    calendar.line(
        "PRODID",
        concat!("-//envgate//envgate ", env!("CARGO_PKG_VERSION"), "//EN"),
    );
    calendar.line("CALSCALE", "GREGORIAN");
    calendar.line("METHOD", "PUBLISH");
    calendar.line("X-WR-CALNAME", &escaped(&format!("Secrets of {name}")));
    for row in &rows {
        if let Some(due) = row
            .age
            .due
            .filter(|due| (0..=9999).contains(&crate::instant::date(due.as_second().div_euclid(86_400)).0))
        {
            calendar.event(row, due, report.checked_at, (name, names));
        }
    }
    calendar.line("END", "VCALENDAR");
    calendar.text
}

#[derive(Default)]
struct Calendar {
    text: String,
}

impl Calendar {
    fn event(&mut self, row: &Row<'_>, due: Timestamp, stamp: Timestamp, (name, names): (&str, Names)) {
        let age = row.age;
        let id = format!("{}.{}.{}", word(row.key), word(row.environment), word(name));
        let (id, key) = match names {
            Names::Shown => (id, row.key),
            Names::Redacted => (hash(&id), "A secret"),
        };
        let shown = |text: &Option<String>| text.clone().filter(|_| names == Names::Shown);
        self.line("BEGIN", "VEVENT");
        self.line("UID", &escaped(&format!("{id}@envgate")));
        self.line("DTSTAMP", &instant(stamp));
        self.line("SEQUENCE", &age.records.to_string());
        self.line("DTSTART;VALUE=DATE", &day(due, 0));
        self.line("DTEND;VALUE=DATE", &day(due, 1));
        let is_end = age.expires == Some(due);
        let what = if is_end { "ends" } else { "is due for rotation" };
        self.line("SUMMARY", &escaped(&format!("{key} ({}) {what}", row.environment)));
        let mut notes = vec![format!("Due {} at the earliest, as far as is known.", Shown(due))];
        notes.extend(shown(&age.class).map(|class| format!("Class: {class}")));
        notes.extend(age.owner.as_ref().map(|owner| format!("Owner: {owner}")));
        notes.extend(shown(&age.runbook).map(|runbook| format!("Runbook: {runbook}")));
        self.line("DESCRIPTION", &escaped(&notes.join("\n")));
        self.line("TRANSP", "TRANSPARENT");
        if let Some(warn) = age.warn.filter(|warn| *warn < due) {
            let days = (due.as_second() - warn.as_second()) / 86_400;
            self.line("BEGIN", "VALARM");
            self.line("ACTION", "DISPLAY");
            self.line(
                "DESCRIPTION",
                &escaped(&format!("{key} ({}) {what} soon", row.environment)),
            );
            self.line("TRIGGER", &format!("-P{days}D"));
            self.line("END", "VALARM");
        }
        self.line("END", "VEVENT");
    }

    /// Writes `name ":" value CRLF`, folded: a continued line follows CRLF and a space, and no character is split.
    fn line(&mut self, name: &str, value: &str) {
        let mut room = MAX_LINE;
        for char in name.chars().chain([':']).chain(value.chars()) {
            if char.len_utf8() > room {
                self.text.push_str("\r\n ");
                room = MAX_LINE - 1;
            }
            self.text.push(char);
            room -= char.len_utf8();
        }
        self.text.push_str("\r\n");
    }
}

/// Escapes a text value: backslash, semicolon, comma and line end are escaped; other controls are not allowed in one
/// and are dropped.
fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for char in text.chars() {
        match char {
            '\\' | ';' | ',' => safe.extend(['\\', char]),
            '\n' => safe.push_str("\\n"),
            control if control.is_control() => {}
            other => safe.push(other),
        }
    }
    safe
}

/// Encodes a name for use in an id: letters, digits, `_` and `-` are kept, anything else becomes its code point, so
/// that two names never collide.
fn word(name: &str) -> String {
    let mut word = String::with_capacity(name.len());
    for char in name.chars() {
        if char.is_ascii_alphanumeric() || matches!(char, '_' | '-') {
            word.push(char);
        } else {
            word.push_str(&format!("={:x}=", u32::from(char)));
        }
    }
    word
}

/// Returns the first half of a hash in hexadecimal digits.
fn hash(text: &str) -> String {
    let digest = Sha256::digest(text.as_bytes());
    digest[..16].iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Formats an instant as `20261120T000000Z`.
fn instant(at: Timestamp) -> String {
    let whole = Timestamp::from_second(at.as_second()).unwrap_or(at);
    Shown(whole).to_string().replace(['-', ':'], "")
}

/// Formats the day `on` days after an instant as `20261120`.
fn day(at: Timestamp, on: i64) -> String {
    let (year, month, day) = crate::instant::date(at.as_second().div_euclid(86_400) + on);
    format!("{year:04}{month:02}{day:02}")
}
