//! What a value is made of: its words, read in one pass (`ChangeThis` has two), and those that are known.

use super::phrases;

/// The most words that are read; more is a sentence.
const MAX_WORDS: usize = 16;

/// The digits that words may come with: `password123`, `secret-2024`. More could be a real key with a word in front.
pub(super) const MAX_DIGITS: usize = 6;

/// Words of which no secret is made alone. Sorted.
const DUMMY_WORDS: &[&str] = &[
    "a",
    "abc",
    "access",
    "admin",
    "an",
    "and",
    "api",
    "apikey",
    "app",
    "asdf",
    "ask",
    "auth",
    "bar",
    "base",
    "baz",
    "bit",
    "bits",
    "change",
    "client",
    "cookie",
    "credential",
    "credentials",
    "database",
    "db",
    "default",
    "demo",
    "dev",
    "development",
    "docker",
    "dummy",
    "empty",
    "encryption",
    "enter",
    "example",
    "fake",
    "foo",
    "foobar",
    "for",
    "generate",
    "guest",
    "hash",
    "hello",
    "here",
    "hex",
    "hunter",
    "id",
    "in",
    "insecure",
    "invalid",
    "is",
    "it",
    "jwt",
    "keep",
    "key",
    "letmein",
    "live",
    "local",
    "localhost",
    "login",
    "long",
    "master",
    "minioadmin",
    "missing",
    "mock",
    "mongo",
    "my",
    "mykey",
    "mypass",
    "mypassword",
    "mysecret",
    "mysql",
    "mytoken",
    "n",
    "na",
    "nextauth",
    "nil",
    "no",
    "none",
    "not",
    "notasecret",
    "null",
    "of",
    "only",
    "openssl",
    "pass",
    "passphrase",
    "passw",
    "passwd",
    "password",
    "pk",
    "please",
    "postgres",
    "postgresql",
    "private",
    "prod",
    "production",
    "pwd",
    "qwerty",
    "qwertyuiop",
    "rabbitmq",
    "rand",
    "random",
    "rd",
    "redacted",
    "redis",
    "refresh",
    "replace",
    "root",
    "safe",
    "salt",
    "sample",
    "secret",
    "secretkey",
    "secretpassword",
    "secrets",
    "secure",
    "server",
    "session",
    "set",
    "sk",
    "some",
    "something",
    "stage",
    "staging",
    "string",
    "strong",
    "super",
    "supersecret",
    "tbd",
    "temp",
    "temporary",
    "test",
    "tester",
    "testing",
    "testkey",
    "the",
    "this",
    "tmp",
    "todo",
    "token",
    "toor",
    "undefined",
    "unsafe",
    "unset",
    "use",
    "user",
    "username",
    "value",
    "very",
    "webhook",
    "welcome",
    "whsec",
    "word",
    "xxx",
    "xxxx",
    "xyz",
    "your",
];

/// What a byte is: a letter in either case (0 for `a`), a digit, another of ASCII, or none of it.
const KINDS: [u8; 256] = {
    let mut kinds = [ASCII; 256];
    let mut byte = 0;
    while byte < 256 {
        let c = byte as u8;
        if c.is_ascii_alphabetic() {
            kinds[byte] = c.to_ascii_lowercase() - b'a';
        } else if c.is_ascii_digit() {
            kinds[byte] = DIGIT;
        } else if !c.is_ascii() {
            kinds[byte] = NO_ASCII;
        }
        byte += 1;
    }
    kinds
};
pub(super) const LETTERS: u8 = 26;
const DIGIT: u8 = 26;
const ASCII: u8 = 27;
const NO_ASCII: u8 = 28;

/// The letter that a byte is, 0 for `a`; [`LETTERS`] or more for another.
pub(super) fn kind(byte: u8) -> u8 {
    KINDS[usize::from(byte)]
}

/// The words of a value, and what else there is in it.
pub(super) struct Words<'v> {
    list: [&'v [u8]; MAX_WORDS],
    count: usize,
    pub(super) digits: usize,
    /// Whether there is more than ASCII.
    pub(super) others: bool,
    /// Whether one of the words may begin a phrase. What is random has no such word, mostly.
    pub(super) may_hold_a_phrase: bool,
}

impl<'v> Words<'v> {
    /// `None` if there are more words than are read.
    pub(super) fn of(value: &'v [u8]) -> Option<Words<'v>> {
        let mut words = Words {
            list: [&[]; MAX_WORDS],
            count: 0,
            digits: 0,
            others: false,
            may_hold_a_phrase: false,
        };
        let mut at = 0;
        while at < value.len() {
            let kind_here = kind(value[at]);
            let start = at;
            at += 1;
            if kind_here >= LETTERS {
                words.digits += usize::from(kind_here == DIGIT);
                words.others |= kind_here == NO_ASCII;
                continue;
            }
            while at < value.len() && kind(value[at]) < LETTERS && !is_hump(value[at - 1], value[at]) {
                at += 1;
            }
            let word = &value[start..at];
            *words.list.get_mut(words.count)? = word;
            words.count += 1;
            words.may_hold_a_phrase |= phrases::may_begin(word);
        }
        Some(words)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.count == 0
    }

    pub(super) fn as_slice(&self) -> &[&'v [u8]] {
        &self.list[..self.count]
    }
}

/// Whether of two letters the first is small and the second is not: a word begins there.
fn is_hump(before: u8, letter: u8) -> bool {
    before & !letter & 0x20 != 0
}

/// Whether a value has no other runs of letters than words that are known.
pub(super) fn are_all_known(value: &[u8]) -> bool {
    value
        .split(|&byte| kind(byte) >= LETTERS)
        .all(|run| run.is_empty() || is_dummy(run))
}

/// Whether a value is words that are known, in which digits and signs stand for letters: `s3cr3t`, `p@55word`.
pub(super) fn are_known_in_disguise(value: &[u8]) -> bool {
    let mut plain = [0_u8; MAX_TOGETHER];
    let Some(plain) = plain.get_mut(..value.len()) else {
        return false;
    };
    for (letter, byte) in plain.iter_mut().zip(value) {
        *letter = match byte {
            b'0' => b'o',
            b'1' | b'!' => b'i',
            b'3' => b'e',
            b'4' | b'@' => b'a',
            b'5' | b'$' => b's',
            b'7' => b't',
            byte if kind(*byte) < LETTERS => *byte,
            _ => return false,
        };
    }
    is_dummy(plain)
}

/// Whether a run of letters is one of the words, or several written together (`mysecretpassword`).
fn is_dummy(word: &[u8]) -> bool {
    let mut lower = [0_u8; MAX_TOGETHER];
    let Some(lower) = lower.get_mut(..word.len()) else {
        return false;
    };
    lower.copy_from_slice(word);
    lower.make_ascii_lowercase();
    // Bit n: the first n letters are words.
    let mut reached = 1_u64;
    for start in 0..lower.len() {
        if reached >> start & 1 == 1 {
            for word in listed_from(lower[start])
                .iter()
                .filter(|word| lower[start..].starts_with(word.as_bytes()))
            {
                let end = start + word.len();
                // A single letter is a word only where it stands alone.
                if word.len() > 1 || lower.len() == 1 {
                    reached |= 1 << end;
                }
            }
        }
    }
    reached >> lower.len() & 1 == 1
}

/// The longest run of letters that is taken apart.
const MAX_TOGETHER: usize = 40;

/// The words that begin with a letter.
fn listed_from(first: u8) -> &'static [&'static str] {
    let letter = usize::from(first - b'a');
    &DUMMY_WORDS[usize::from(LISTED[letter])..usize::from(LISTED[letter + 1])]
}

/// Where in the list the words with each letter begin.
const LISTED: [u8; 27] = {
    let mut starts = [0; 27];
    let mut at = 0;
    while at < DUMMY_WORDS.len() {
        let mut letter = (DUMMY_WORDS[at].as_bytes()[0] - b'a') as usize + 1;
        at += 1;
        while letter < starts.len() {
            starts[letter] = at as u8;
            letter += 1;
        }
    }
    starts
};

#[cfg(test)]
mod tests {
    #[test]
    fn the_words_can_be_searched() {
        assert!(super::DUMMY_WORDS.is_sorted());
    }
}
