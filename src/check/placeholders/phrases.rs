//! Phrases that ask to be replaced.

use super::is_upper;
use super::words::{MAX_WORDS, digits, kind, words};

/// In which keys a phrase is a placeholder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Keys {
    Any,
    Secret,
}

/// Where in a value a phrase must be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// It is the whole value, apart from digits and punctuation.
    Whole,
    /// At the start of the value.
    Start,
    /// Anywhere.
    Anywhere,
    /// The first word starts the value, and the last one ends it.
    Around,
    /// The first word is anywhere, and the last one ends the value.
    Until,
}

/// Consecutive words, in lower case.
#[derive(Debug)]
struct Phrase {
    words: &'static [&'static str],
    place: Place,
    keys: Keys,
}

const fn phrase(keys: Keys, place: Place, words: &'static [&'static str]) -> Phrase {
    Phrase { words, place, keys }
}

/// All phrases.
const PHRASES: &[Phrase] = &[
    phrase(Keys::Any, Place::Anywhere, &["changeme"]),
    phrase(Keys::Any, Place::Anywhere, &["changethis"]),
    phrase(Keys::Any, Place::Anywhere, &["change", "me"]),
    phrase(Keys::Any, Place::Anywhere, &["change", "this"]),
    phrase(Keys::Any, Place::Anywhere, &["change", "in", "production"]),
    phrase(Keys::Any, Place::Anywhere, &["change", "in", "prod"]),
    phrase(Keys::Any, Place::Anywhere, &["change", "for", "production"]),
    phrase(Keys::Any, Place::Anywhere, &["replaceme"]),
    phrase(Keys::Any, Place::Anywhere, &["replace", "me"]),
    phrase(Keys::Any, Place::Anywhere, &["replace", "this"]),
    phrase(Keys::Any, Place::Start, &["replace", "with"]),
    phrase(Keys::Any, Place::Anywhere, &["replace", "in", "production"]),
    phrase(Keys::Any, Place::Anywhere, &["fill", "me", "in"]),
    phrase(Keys::Any, Place::Whole, &["fillme"]),
    phrase(Keys::Any, Place::Whole, &["fill", "me"]),
    phrase(Keys::Any, Place::Whole, &["fix", "me"]),
    phrase(Keys::Any, Place::Whole, &["placeholder"]),
    phrase(Keys::Any, Place::Whole, &["to", "be", "replaced"]),
    phrase(Keys::Any, Place::Whole, &["to", "be", "set"]),
    phrase(Keys::Any, Place::Whole, &["fixme"]),
    phrase(Keys::Any, Place::Whole, &["tbd"]),
    // As JavaScript writes what is not set.
    phrase(Keys::Any, Place::Whole, &["undefined"]),
    phrase(Keys::Any, Place::Around, &["your", "here"]),
    phrase(Keys::Any, Place::Around, &["insert", "here"]),
    phrase(Keys::Any, Place::Around, &["enter", "here"]),
    phrase(Keys::Any, Place::Around, &["paste", "here"]),
    phrase(Keys::Any, Place::Around, &["put", "here"]),
    phrase(Keys::Any, Place::Around, &["add", "here"]),
    phrase(Keys::Any, Place::Around, &["set", "here"]),
    phrase(Keys::Any, Place::Start, &["your", "api"]),
    phrase(Keys::Any, Place::Start, &["your", "secret"]),
    phrase(Keys::Any, Place::Start, &["your", "key"]),
    phrase(Keys::Any, Place::Start, &["your", "token"]),
    phrase(Keys::Any, Place::Start, &["your", "project"]),
    phrase(Keys::Any, Place::Start, &["your", "domain"]),
    phrase(Keys::Any, Place::Start, &["yourdomain"]),
    phrase(Keys::Secret, Place::Start, &["your"]),
    phrase(Keys::Secret, Place::Anywhere, &["your", "key"]),
    phrase(Keys::Secret, Place::Anywhere, &["your", "secret"]),
    phrase(Keys::Secret, Place::Anywhere, &["your", "token"]),
    phrase(Keys::Secret, Place::Anywhere, &["your", "password"]),
    phrase(Keys::Secret, Place::Until, &["your", "key"]),
    phrase(Keys::Secret, Place::Until, &["your", "secret"]),
    phrase(Keys::Secret, Place::Until, &["your", "token"]),
    phrase(Keys::Secret, Place::Until, &["your", "password"]),
    phrase(Keys::Secret, Place::Until, &["your", "here"]),
    phrase(Keys::Secret, Place::Anywhere, &["placeholder"]),
    phrase(Keys::Secret, Place::Anywhere, &["be", "changed"]),
    phrase(Keys::Secret, Place::Anywhere, &["change", "it"]),
    phrase(Keys::Secret, Place::Anywhere, &["changeit"]),
    phrase(Keys::Secret, Place::Anywhere, &["please", "change"]),
    phrase(Keys::Secret, Place::Anywhere, &["please", "replace"]),
    phrase(Keys::Secret, Place::Anywhere, &["replace", "with"]),
    phrase(Keys::Secret, Place::Anywhere, &["change", "before"]),
    phrase(Keys::Secret, Place::Anywhere, &["do", "not", "use"]),
    phrase(Keys::Secret, Place::Anywhere, &["not", "for", "production"]),
    phrase(Keys::Secret, Place::Anywhere, &["dev", "only"]),
    phrase(Keys::Secret, Place::Anywhere, &["goes", "here"]),
    phrase(Keys::Secret, Place::Start, &["insert"]),
    phrase(Keys::Secret, Place::Start, &["todo"]),
    // The secret key that `django-admin startproject` generates says so itself.
    phrase(Keys::Secret, Place::Start, &["django", "insecure"]),
    phrase(Keys::Secret, Place::Anywhere, &["insecure", "secret"]),
    phrase(Keys::Secret, Place::Anywhere, &["insecure", "key"]),
];

/// For each letter, which second letters occur in the first words of phrases that begin with it, as bits. No first word has a single
/// letter.
const SECOND: [u32; 26] = {
    let mut seconds = [0; 26];
    let mut at = 0;
    while at < PHRASES.len() {
        let word = PHRASES[at].words[0].as_bytes();
        seconds[(word[0] - b'a') as usize] |= 1 << (word[1] - b'a');
        at += 1;
    }
    seconds
};

/// Whether a phrase may begin with two letters, given by their kinds; `second` may be another character.
pub(super) fn may_begin(first: u8, second: u8) -> bool {
    SECOND[usize::from(first)] >> second & 1 == 1
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
            .iter()
            .filter(|phrase| word.eq_ignore_ascii_case(phrase.words[0].as_bytes()))
            .any(|phrase| (secret || phrase.keys == Keys::Any) && phrase.is_at(list, at, value))
    })
}

impl Phrase {
    /// Whether the phrase is there, given that its first word is at `at`.
    fn is_at(&self, words: &[&[u8]], at: usize, value: &[u8]) -> bool {
        let length = self.words.len();
        let is = |index: usize, word: &str| {
            words
                .get(index)
                .is_some_and(|other| other.eq_ignore_ascii_case(word.as_bytes()))
        };
        let in_a_row = || {
            let mut offsets = self.words.iter().enumerate();
            offsets.all(|(offset, word)| is(at + offset, word))
        };
        match self.place {
            Place::Anywhere => in_a_row(),
            Place::Start => at == 0 && value.starts_with(words[0]) && in_a_row(),
            // `tbd` may be an abbreviation, but `TBD` is a placeholder.
            Place::Whole => {
                at == 0
                    && words.len() == length
                    && digits(value) == 0
                    && in_a_row()
                    && (length > 1 || words[0].len() > 5 || is_upper(value))
            }
            Place::Around | Place::Until => {
                (at == 0 || self.place == Place::Until) && words.len() > at + 1 && is(words.len() - 1, self.words[1])
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_phrase_begins_as_the_quick_check_expects() {
        assert!(BEGINNINGS.is_sorted());
        for phrase in PHRASES.iter().filter(|phrase| phrase.keys == Keys::Any) {
            assert!(begin(phrase.words.join("-").as_bytes()), "{phrase:?}");
        }
        let begins = |word: &str| may_begin(kind(word.as_bytes()[0]), kind(word.as_bytes()[1]));
        assert!(PHRASES.iter().all(|phrase| begins(phrase.words[0])));
    }

    #[test]
    fn every_phrase_has_the_words_that_its_place_asks_for() {
        assert!(PHRASES.iter().all(|phrase| !phrase.words.is_empty()
            && (!matches!(phrase.place, Place::Around | Place::Until) || phrase.words.len() == 2)));
    }
}
