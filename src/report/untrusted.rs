//! Makes untrusted text safe to print.
//!
//! File names, words of a schema and lines of a file may have been written by an attacker. A control character in them
//! can
//! rewrite a terminal, and a bidirectional control can make a line read as another; neither is ever printed.

use std::borrow::Cow;

/// Replaces a character that must not be printed.
pub(crate) const REPLACEMENT: char = '\u{FFFD}';

/// Replaces line ends and tabs by spaces, and every character that could act on a terminal by [`REPLACEMENT`].
#[must_use]
pub fn neutralise(text: &str) -> Cow<'_, str> {
    if !text.chars().any(acts) {
        return Cow::Borrowed(text);
    }
    let safe = |character| match character {
        '\n' | '\r' | '\t' => ' ',
        character if acts(character) => REPLACEMENT,
        character => character,
    };
    Cow::Owned(text.chars().map(safe).collect())
}

/// Returns whether a character does something other than being seen: controls (C0, DEL, C1), bidirectional controls,
/// zero-width
/// characters, line and paragraph separators, tags, noncharacters.
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
    fn what_acts_on_a_terminal_is_replaced() {
        assert_eq!(
            neutralise("a\u{1b}[31mb\u{9b}c\u{7f}"),
            "a\u{FFFD}[31mb\u{FFFD}c\u{FFFD}"
        );
        assert_eq!(neutralise("\u{202E}fdp.exe"), "\u{FFFD}fdp.exe");
        assert_eq!(neutralise("two\nlines\tand a tab"), "two lines and a tab");
    }

    #[test]
    fn what_is_only_seen_stays() {
        assert!(matches!(neutralise("Schlüssel für 東京 😀"), Cow::Borrowed(_)));
    }
}
