//! Parts of sentences: lists, plurals, and the notes of a property. No part of a value gets here.

use crate::parse::Effect;
use crate::schema::Property;

/// The maximum number of names or values in a list.
const MAX_LISTED: usize = 8;

/// Says what a loader does when it gives up a file.
pub(super) fn gives_up(effect: Effect) -> &'static str {
    match effect {
        Effect::Halted => "fails there, after setting what comes before it",
        Effect::Stopped => "silently stops reading there",
        Effect::Dropped => "silently sets nothing from the file",
        Effect::Rejected | Effect::Literal => "rejects the file",
    }
}

/// Joins items to `a`, `a or b`, `a, b or c`, `a, b, … or one of 5 more`, in the given order.
pub(super) fn list<S: AsRef<str>>(items: &[S], last: &str) -> String {
    let shown = &items[..items.len().min(MAX_LISTED)];
    let shown: Vec<&str> = shown.iter().map(AsRef::as_ref).collect();
    first_of(&shown, items.len(), last)
}

/// The non-generic part of [`list`]: the first items, and how many there are.
fn first_of(items: &[&str], len: usize, last: &str) -> String {
    let mut text = String::new();
    let shown = if len > MAX_LISTED { MAX_LISTED - 1 } else { len };
    for (index, item) in items[..shown].iter().enumerate() {
        if index > 0 {
            let is_last = index + 1 == len;
            text.push_str(if is_last { " " } else { ", " });
            if is_last {
                text.push_str(last);
                text.push(' ');
            }
        }
        text.push_str(item);
    }
    if shown < len {
        text.push_str(&format!(" {last} {} more", len - shown));
    }
    text
}

/// Formats `1 character`, `2 characters`.
pub(super) fn count(number: u64, noun: &str) -> String {
    if number == 1 {
        format!("1 {noun}")
    } else {
        format!("{number} {noun}s")
    }
}

/// Quotes a word of the schema in backticks, shortened if it is long.
pub(super) fn quoted(text: &str) -> String {
    const MAX_QUOTED: usize = 80;
    match text.char_indices().nth(MAX_QUOTED) {
        Some((end, _)) => format!("`{}…`", &text[..end]),
        None => format!("`{text}`"),
    }
}

/// Whether a pattern matches only a few texts, which can be read off it: it is anchored at both ends, and nothing in it matches more than
/// one character.
pub(super) fn spells_values(pattern: &str) -> bool {
    let inner = pattern.strip_prefix('^').and_then(|rest| rest.strip_suffix('$'));
    inner.is_some_and(|inner| !inner.contains(['[', '.', '\\', '*', '+', '{']))
}

/// A minimum and a maximum.
#[derive(Debug, Clone, Copy)]
pub(super) struct Limits {
    pub(super) min: Option<u32>,
    pub(super) max: Option<u32>,
}

impl Limits {
    /// Says `at least 32 are required`, for a number outside the limits.
    pub(super) fn missed_by(self, actual: u64) -> String {
        match (self.min, self.max) {
            (Some(min), Some(max)) if min == max => format!("exactly {min} {} required", are(min)),
            (Some(min), _) if actual < u64::from(min) => format!("at least {min} {} required", are(min)),
            (_, Some(0)) => "none is allowed".to_owned(),
            (_, Some(max)) => format!("at most {max} {} allowed", are(max)),
            (Some(min), None) => format!("at least {min} {} required", are(min)),
            (None, None) => "another number is required".to_owned(),
        }
    }

    /// Formats the limits: `at least 32`, `at most 64`, `32 to 64`, `exactly 32`.
    pub(super) fn range(self) -> String {
        match (self.min, self.max) {
            (Some(min), Some(max)) if min == max => format!("exactly {min}"),
            (Some(min), Some(max)) => format!("{min} to {max}"),
            (Some(min), None) => format!("at least {min}"),
            (None, Some(max)) => format!("at most {max}"),
            (None, None) => "another number of".to_owned(),
        }
    }
}

fn are(number: u32) -> &'static str {
    if number == 1 { "is" } else { "are" }
}

/// Joins sentences with `; ` to a help text; `None` if there are none.
pub(super) fn help(parts: &[Option<String>]) -> Option<String> {
    let mut text = String::new();
    for part in parts.iter().flatten() {
        if !text.is_empty() {
            text.push_str("; ");
        }
        text.push_str(part);
    }
    (!text.is_empty()).then_some(text)
}

/// Says what a property is for, if the schema does.
pub(super) fn purpose(property: &Property) -> Option<String> {
    property
        .description
        .as_ref()
        .map(|description| format!("what it is for: {}", description.trim_end_matches('.')))
}

/// Says whom to ask and what to read, if the schema does.
pub(super) fn contacts(property: &Property) -> Option<String> {
    let owner = property.owner.as_ref().map(|owner| format!("ask {owner}"));
    let runbook = property.runbook.as_ref().map(|runbook| format!("see {runbook}"));
    help(&[owner, runbook])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_read_as_sentences_do() {
        assert_eq!(list(&["a"], "or"), "a");
        assert_eq!(list(&["a", "b"], "or"), "a or b");
        assert_eq!(list(&["a", "b", "c"], "and"), "a, b and c");
        assert_eq!(
            list(&["1", "2", "3", "4", "5", "6", "7", "8"], "or"),
            "1, 2, 3, 4, 5, 6, 7 or 8"
        );
        assert_eq!(
            list(&["1", "2", "3", "4", "5", "6", "7", "8", "9"], "or"),
            "1, 2, 3, 4, 5, 6, 7 or 2 more"
        );
    }
}
