//! Phrases that ask to be replaced.

use super::is_upper;
use super::words::{List, MAX_WORDS, digits, kind, words};

/// All phrases, sorted: consecutive words, and behind a dot the place in a value where they must be. A capital says that they are a
/// placeholder in any key, and else they are one in a secret.
///
/// - `w`: they are the whole value, apart from digits and punctuation;
/// - `s`: they are at its start;
/// - `a`: they are anywhere;
/// - `r`: the first word starts the value, and the last one ends it;
/// - `u`: the first word is anywhere, and the last one ends the value.
///
/// JavaScript writes `undefined` for what is not set, and the key that `django-admin startproject` generates begins with `django-insecure`.
static PHRASES: List = List::new(
    "\
    add-here.R \
    be-changed.a be-replaced.a be-updated.a \
    change-before.a change-for-production.A change-in-prod.A change-in-production.A change-it.a change-me.A \
    change-this.A changeit.a changeme.A changethis.A \
    dev-only.a django-insecure.s do-not-use.a \
    enter-here.R \
    fill-me-in.A fill-me.W fillme.W fix-me.W fixme.W \
    goes-here.a \
    insecure-key.a insecure-secret.a insert-here.R insert.s \
    not-for-production.a \
    paste-here.R placeholder.W placeholder.a please-change.a please-replace.a put-here.R \
    random-string.a replace-here.R replace-in-production.A replace-me.A replace-this.A replace-with.S replace-with.a replaceme.A \
    set-here.R \
    tbd.W to-be-replaced.W to-be-set.W todo.s \
    undefined.W \
    your-api.S your-domain.S your-here.R your-here.u your-key.S your-key.a your-key.u your-password.a \
    your-password.u your-project.S your-secret.S your-secret.a your-secret.u your-token.S your-token.a \
    your-token.u your.s yourdomain.S",
);

/// Whether a phrase may begin with two letters, given by their kinds; `second` may be another character.
pub(super) fn may_begin(first: u8, second: u8) -> bool {
    PHRASES.may_begin(first, second)
}

/// The first three letters of every phrase for any key, sorted. Most values begin differently and need no further look.
const BEGINNINGS: &[[u8; 3]] = &[
    *b"add", *b"cha", *b"ent", *b"fil", *b"fix", *b"ins", *b"pas", *b"pla", *b"put", *b"rep", *b"set", *b"tbd",
    *b"to-", *b"to_", *b"und", *b"you",
];

/// For each letter, which second letters occur in [`BEGINNINGS`] that start with it, as bits.
const BEGINNINGS_SECOND: [u32; 26] = {
    let mut seconds = [0; 26];
    let mut at = 0;
    while at < BEGINNINGS.len() {
        let [first, second, _] = BEGINNINGS[at];
        seconds[(first - b'a') as usize] |= 1 << (second - b'a');
        at += 1;
    }
    seconds
};

/// Whether a value begins like a phrase for any key.
pub(super) fn begin(value: &[u8]) -> bool {
    let Some([first, second, third]) = value.first_chunk::<3>() else {
        return false;
    };
    let (first, second) = (kind(*first), kind(*second));
    let may_begin = BEGINNINGS_SECOND
        .get(usize::from(first))
        .is_some_and(|seconds| seconds >> second & 1 == 1);
    // Compared byte by byte, since comparing arrays takes a call for each.
    let is = |beginning: &[u8; 3]| {
        beginning[0] == first + b'a' && beginning[1] == second + b'a' && beginning[2] == third.to_ascii_lowercase()
    };
    may_begin && BEGINNINGS.iter().any(is)
}

/// Whether the words of a value contain a phrase.
pub(super) fn contains_phrase(value: &[u8], secret: bool) -> bool {
    let mut list: [&[u8]; MAX_WORDS] = [&[]; MAX_WORDS];
    let mut count = 0;
    for (place, word) in list.iter_mut().zip(words(value)) {
        *place = word;
        count += 1;
    }
    let list = &list[..count];
    list.iter().enumerate().any(|(at, word)| {
        PHRASES
            .from(kind(word[0]))
            .any(|phrase| is_at(phrase, secret, list, at, value))
    })
}

/// Whether a phrase is in a value, beginning with the word at `at`.
fn is_at(entry: &[u8], secret: bool, words: &[&[u8]], at: usize, value: &[u8]) -> bool {
    let Some((&place, [phrase @ .., _])) = entry.split_last() else {
        return false;
    };
    let is_around = matches!(place, b'r' | b'R' | b'u');
    let mut parts = 0;
    let has = |word: &[u8]| {
        // The last word of two that are apart is that of the value.
        let index = if is_around && parts == 1 {
            words.len() - 1
        } else {
            at + parts
        };
        parts += 1;
        words.get(index).is_some_and(|other| other.eq_ignore_ascii_case(word))
    };
    (secret || place.is_ascii_uppercase())
        && phrase.split(|byte| *byte == b'-').all(has)
        && match place.to_ascii_lowercase() {
            b's' => at == 0 && value.starts_with(words[0]),
            // `tbd` may be an abbreviation, but `TBD` is a placeholder.
            b'w' => {
                at == 0
                    && words.len() == parts
                    && digits(value) == 0
                    && (parts > 1 || phrase.len() > 5 || is_upper(value))
            }
            b'r' => at == 0 && words.len() > 1,
            b'u' => words.len() > at + 1,
            _ => true,
        }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all() -> impl Iterator<Item = (&'static str, &'static str)> {
        PHRASES.text().split(' ').map(|entry| entry.split_once('.').unwrap())
    }

    #[test]
    fn every_phrase_begins_as_the_quick_check_expects() {
        assert!(BEGINNINGS.is_sorted());
        assert!(PHRASES.text().split(' ').is_sorted());
        for (phrase, _) in all().filter(|(_, place)| *place == place.to_uppercase()) {
            assert!(begin(phrase.as_bytes()), "{phrase:?}");
        }
        let begins = |word: &[u8]| may_begin(kind(word[0]), kind(word[1]));
        assert!(all().all(|(phrase, _)| begins(phrase.as_bytes())));
    }

    #[test]
    fn every_phrase_has_the_words_that_its_place_asks_for() {
        for (phrase, place) in all() {
            let count = phrase.split('-').count();
            assert!(match place.to_lowercase().as_str() {
                "r" | "u" => count == 2,
                "w" | "s" | "a" => count > 0,
                _ => false,
            });
        }
    }
}
