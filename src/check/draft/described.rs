//! What the comments of an example say that a key is for.
//!
//! A comment may hold anything, a value that was set once as well. So only sentences are taken: words of letters that are plainly words, and of the
//! lines above a key all or none.

use std::collections::BTreeMap;

use crate::name;

/// The longest description, in bytes: a longer comment explains more than the key.
const MAX_LEN: usize = 300;

/// The longest word, in letters.
const MAX_WORD: usize = 14;

/// Returns a description for each key of an example, whether it is assigned or commented out.
pub(super) fn descriptions(example: &[u8]) -> BTreeMap<&str, String> {
    let mut found = BTreeMap::new();
    // The lines above; `None` if one of them is no sentence.
    let mut above: Option<Vec<&str>> = Some(Vec::new());
    for line in example.split(|byte| *byte == b'\n') {
        let line = str::from_utf8(line).unwrap_or_default().trim();
        let comment = line.strip_prefix('#').map(str::trim);
        let assignment = comment.unwrap_or(line);
        let assignment = assignment.strip_prefix("export ").unwrap_or(assignment);
        if let Some((name, _)) = assignment.split_once('=')
            && name::is_plainly_a_name(name.trim_end().as_bytes())
        {
            let said = above.take().unwrap_or_default().join(" ");
            if !said.is_empty() && said.len() <= MAX_LEN {
                found.entry(name.trim_end()).or_insert(said);
            }
            above = Some(Vec::new());
        } else if let Some(comment) = comment.filter(|comment| !comment.is_empty()) {
            match &mut above {
                Some(lines) if is_sentence(comment) => lines.push(comment),
                _ => above = None,
            }
        } else {
            above = Some(Vec::new());
        }
    }
    found
}

/// The maximum number of words that a list may have.
const MAX_LISTED: usize = 16;

/// Returns the words that a description lists as the possible values: "Should be one of error, warn or info". If anything else is said
/// about one of them, none is taken.
pub(super) fn listed(description: &str) -> Option<Vec<&str>> {
    let (_, rest) = description.split_once("one of ")?;
    let rest = ["the following: ", "these: ", "the following ", "these "]
        .iter()
        .find_map(|words| rest.strip_prefix(words))
        .unwrap_or(rest);
    let rest = rest.split(". ").next().unwrap_or_default();
    let (before, last) = rest.rsplit_once(" or ")?;
    let words: Vec<&str> = before.split(',').chain([last]).map(str::trim).collect();
    let words: Vec<&str> = words.into_iter().filter(|word| !word.is_empty()).collect();
    let plain: Vec<&str> = words.iter().map(|word| word.trim_end_matches('.')).collect();
    let is_word = |word: &&str| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_alphabetic() || byte == b'-');
    ((2..=MAX_LISTED).contains(&plain.len()) && plain.iter().all(is_word)).then_some(plain)
}

/// Whether a comment is a sentence or a part of one, in which nothing can be a value.
fn is_sentence(comment: &str) -> bool {
    let is_word = |word: &&str| {
        let word = word.trim_matches(|letter: char| matches!(letter, ',' | '.' | ';' | ':' | '?' | '!' | '(' | ')'));
        let parts = word.split(['-', '/', '\'']);
        word.len() <= MAX_WORD
            && parts
                .clone()
                .all(|part| part.bytes().all(|byte| byte.is_ascii_alphabetic()))
    };
    let mut words = comment.split(' ').filter(|word| !word.is_empty());
    // A word after the last colon may be the value itself.
    let has_value = comment
        .rsplit_once(": ")
        .is_some_and(|(_, rest)| !rest.trim().contains(' '));
    comment.split(' ').count() >= 3 && words.all(|word| is_word(&word)) && !has_value && name::is_plainly_words(comment)
}

#[cfg(test)]
mod tests {
    use super::{descriptions, listed};

    #[test]
    fn words_that_are_listed() {
        for (description, expected) in [
            (
                "Should be one of error, warn, info, http, or silly",
                Some(vec!["error", "warn", "info", "http", "silly"]),
            ),
            (
                "The driver, one of local or s-three. It is up to you.",
                Some(vec!["local", "s-three"]),
            ),
            ("one of the following: a, b or c.", Some(vec!["a", "b", "c"])),
            ("one of debug, info or warn in production", None),
            ("one of our servers, or nothing", None),
            ("one of those", None),
            ("Either this or that", None),
        ] {
            assert_eq!(listed(description), expected, "{description}");
        }
    }

    #[test]
    fn sentences_are_taken_and_nothing_else() {
        let text = "# --- Server ---\n\n# The port that the server listens on,\n# behind the proxy.\nPORT=3000\n# Mail\nMAIL=\n# Set to true in production\n# DEBUG=false\n\
                    # the old password: hunter\nA=\n# an old one was f8Kq2 once\nB=\n# see https://example.org/keys for more\nC=\n# What all of these are for\n\nD=\n\
                    # What one of these is for\n# k9Xw2mQp\nexport E=\n# Where the files are\nexport F=\n";
        let found: Vec<(&str, String)> = descriptions(text.as_bytes()).into_iter().collect();
        let expected = [
            ("DEBUG", "Set to true in production"),
            ("F", "Where the files are"),
            ("PORT", "The port that the server listens on, behind the proxy."),
        ];
        assert_eq!(found, expected.map(|(name, said)| (name, said.to_owned())));
    }
}
