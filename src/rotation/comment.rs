//! Comments next to a value that note when it was changed or expires: `@rotated=2025-10-02`, `expires: 2026-02-01`.
//!
//! Nothing ties such a date to the value, so it counts only if the policy accepts comments.

use super::evidence::{Evidence, Expiry, Interval, Rank};
use super::time::{self, Moment};

/// Words that introduce a date, and whether the date is an expiry.
const WORDS: [(&str, bool); 5] = [
    ("rotated", false),
    ("rotated-at", false),
    ("changed", false),
    ("expires", true),
    ("expires-at", true),
];

/// Reads the dates in the comments above and after one assignment.
#[must_use]
pub fn read(comment: &str) -> Option<Evidence> {
    let (mut written, mut expires) = (Interval::UNKNOWN, Expiry::Unknown);
    let mut words = comment
        .split(|char: char| char.is_ascii_whitespace() || char == ',' || char == '#')
        .peekable();
    while let Some(word) = words.next() {
        let (name, date) = match word.strip_prefix('@') {
            Some(decorator) => decorator.split_once('=').unwrap_or((decorator, "")),
            None => (
                word.strip_suffix(':').unwrap_or_default(),
                words.peek().copied().unwrap_or_default(),
            ),
        };
        let Some((_, is_end)) = WORDS.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)) else {
            continue;
        };
        match (time::parse(date, false), is_end) {
            (Ok(Moment::At(at)), false) => written = Interval::exact(at),
            (Ok(Moment::At(at)), true) => expires = Expiry::At(at),
            _ => {}
        }
    }
    if written == Interval::UNKNOWN && expires == Expiry::Unknown {
        return None;
    }
    Some(Evidence {
        rank: Rank::Comment,
        source: "comment",
        field: "a date in a comment",
        written,
        expires,
        as_of: None,
        version: None,
        better: Some("nothing ties a comment to the value: record its last rotation with `envgate rotation record`"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_behind_known_words_only() {
        let at = |text: &str| match time::parse(text, false) {
            Ok(Moment::At(at)) => at,
            other => panic!("{other:?}"),
        };
        let both = read("# @rotated=2025-10-02 @owner=team, expires: 2026-02-01").unwrap();
        assert_eq!(
            (both.written, both.expires),
            (Interval::exact(at("2025-10-02")), Expiry::At(at("2026-02-01")))
        );
        for text in [
            "",
            "2025-10-02",
            "rotate every 90d; last 2025-10-02",
            "@rotated=soon",
            "@rotated",
            "expires:",
            "rotated 2025-10-02",
            "@docs(https://x)",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
