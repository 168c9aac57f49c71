//! Substring search over bytes. Written by hand because `memchr::memmem` adds as much code to the WebAssembly module as
//! a whole loader, and the standard library's half of one.

/// Returns the offset of the first occurrence of `word` in `text`, in linear time for any input.
pub(crate) fn find(text: &[u8], word: &[u8]) -> Option<usize> {
    let (&first, rest) = word.split_first()?;
    if rest.len() < SHORT {
        return memchr::memchr_iter(first, text).find(|at| text[at + 1..].starts_with(rest));
    }
    let text_from = memchr::memchr(first, text)?;
    if text[text_from..].starts_with(word) {
        return Some(text_from);
    }
    // Knuth-Morris-Pratt: how much of the word still matches when the next byte differs.
    let mut falls_to = vec![0; word.len()];
    let mut held = 0;
    for at in 1..word.len() {
        while held > 0 && word[at] != word[held] {
            held = falls_to[held - 1];
        }
        held += usize::from(word[at] == word[held]);
        falls_to[at] = held;
    }
    held = 0;
    for (at, &byte) in text.iter().enumerate().skip(text_from) {
        while held > 0 && byte != word[held] {
            held = falls_to[held - 1];
        }
        held += usize::from(byte == word[held]);
        if held == word.len() {
            return Some(at + 1 - held);
        }
    }
    None
}

/// Splits the text at the first occurrence of `word`, which is in neither half.
pub(crate) fn split_once<'t>(text: &'t str, word: &str) -> Option<(&'t str, &'t str)> {
    let at = find(text.as_bytes(), word.as_bytes())?;
    Some((&text[..at], &text[at + word.len()..]))
}

/// Returns whether the text contains `word`.
pub(crate) fn contains(text: &str, word: &str) -> bool {
    find(text.as_bytes(), word.as_bytes()).is_some()
}

/// Splits the text at each occurrence of `word`, which is in none of the parts.
pub(crate) fn split<'t>(text: &'t str, word: &'t str) -> impl Iterator<Item = &'t str> {
    let mut rest = Some(text);
    std::iter::from_fn(move || {
        let part = rest?;
        let split = split_once(part, word);
        rest = split.map(|(_, behind)| behind);
        Some(split.map_or(part, |(before, _)| before))
    })
}

/// Returns the text with every occurrence of `word` replaced by `with`.
pub(crate) fn replace(text: &str, word: &str, with: &str) -> String {
    let mut new = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, behind)) = split_once(rest, word) {
        new.push_str(before);
        new.push_str(with);
        rest = behind;
    }
    new.push_str(rest);
    new
}

/// Words with fewer bytes than this after the first are compared at each place where the first byte occurs.
const SHORT: usize = 4;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn finds_what_memchr_finds(text in "[ab]{0,40}", word in "[ab]{1,9}") {
            let (text, word) = (text.as_bytes(), word.as_bytes());
            prop_assert_eq!(super::find(text, word), memchr::memmem::find(text, word));
        }

        #[test]
        fn replaces_as_the_standard_library_does(text in "[ab]{0,40}", word in "[ab]{1,9}") {
            prop_assert_eq!(super::split_once(&text, &word), text.split_once(word.as_str()));
            prop_assert_eq!(super::contains(&text, &word), text.contains(&word));
            prop_assert!(super::split(&text, &word).eq(text.split(&word)));
            prop_assert_eq!(super::replace(&text, &word, "ß"), text.replace(word.as_str(), "ß"));
        }
    }
}
