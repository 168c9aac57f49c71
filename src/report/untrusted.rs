//! Makes untrusted text safe to print.
//!
//! File names, words of a schema and lines of a file may have been written by an attacker. A control character in them
//! can rewrite a terminal, and a bidirectional control can make a line read as another; neither is ever printed. Nor is
//! what a CI service takes for a command when it reads the output of a job: `##vso[` and `##[` anywhere in a line (Azure
//! Pipelines, GitHub), `##teamcity[`, and `::` at the beginning of a line (GitHub).

use std::borrow::Cow;

use crate::find;

/// Replaces a character that must not be printed.
pub(crate) const REPLACEMENT: char = '\u{FFFD}';

/// Replaces line ends and tabs by spaces, and every character that could act on a terminal or begins a command to a CI
/// service by [`REPLACEMENT`].
#[must_use]
pub fn neutralise(text: &str) -> Cow<'_, str> {
    if !text.chars().any(acts) && !find::contains(text, "##") {
        return Cow::Borrowed(text);
    }
    let safe = |(at, character)| match character {
        '\n' | '\r' | '\t' => ' ',
        character if acts(character) || begins_command(&text[at..]) => REPLACEMENT,
        character => character,
    };
    Cow::Owned(text.char_indices().map(safe).collect())
}

/// Does the same for text at the beginning of a line.
#[must_use]
pub fn neutralise_first(text: &str) -> Cow<'_, str> {
    let text = neutralise(text);
    match text.trim_start().strip_prefix("::") {
        Some(rest) => Cow::Owned(format!("{REPLACEMENT}:{rest}")),
        None => text,
    }
}

/// Returns whether a text begins with what is a command anywhere in a line.
pub(crate) fn begins_command(text: &str) -> bool {
    let behind = text.strip_prefix("##");
    behind.is_some_and(|rest| {
        rest.trim_start_matches(|letter: char| letter.is_ascii_alphabetic())
            .starts_with('[')
    })
}

/// Returns whether a character does something other than being seen: controls (C0, DEL, C1), bidirectional controls,
/// zero-width characters, line and paragraph separators, tags, noncharacters.
pub(crate) fn acts(character: char) -> bool {
    character.is_control()
        || matches!(character,
            '\u{061C}' | '\u{180E}' | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}'
            | '\u{FEFF}' | '\u{FFF9}'..='\u{FFFB}' | '\u{FFFE}'..='\u{FFFF}' | '\u{E0000}'..='\u{E007F}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_characters_are_replaced() {
        assert_eq!(
            neutralise("a\u{1b}[31mb\u{9b}c\u{7f}"),
            "a\u{FFFD}[31mb\u{FFFD}c\u{FFFD}"
        );
        assert_eq!(neutralise("\u{202E}fdp.exe"), "\u{FFFD}fdp.exe");
        assert_eq!(neutralise("two\nlines\tand a tab"), "two lines and a tab");
    }

    #[test]
    fn commands_to_ci_services_are_replaced() {
        assert_eq!(
            neutralise("a ##vso[task.x]y ##[error] ##teamcity[z] ###[w]"),
            "a \u{FFFD}#vso[task.x]y \u{FFFD}#[error] \u{FFFD}#teamcity[z] #\u{FFFD}#[w]"
        );
        assert_eq!(neutralise("## a heading, #[x] and ##"), "## a heading, #[x] and ##");
        assert_eq!(neutralise_first(" ::error::x"), "\u{FFFD}:error::x");
        assert_eq!(neutralise_first("a::error::x"), "a::error::x");
    }

    #[test]
    fn printable_text_is_unchanged() {
        assert!(matches!(neutralise("Schlüssel für 東京 😀"), Cow::Borrowed(_)));
    }
}
