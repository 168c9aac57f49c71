//! What stands where a value is still to come: one table of phrases, and how a value is read by them.
//!
//! Two sorts of keys are told apart. In any key, only what nobody means is a placeholder (`changeme`, `<your-host>`), and a phrase
//! must begin the value. In a key that
//! holds a secret, words are enough (`password`, `super-secret-key`), since no secret is made of words like these alone.

/// Why a value is a placeholder, for the message. Says nothing of the value itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Placeholder {
    /// It asks to be replaced.
    Unreplaced,
    /// It is made of words such as `secret` or `example`, and of nothing else.
    Words,
    /// A URL with user and password that everybody knows.
    Credentials,
}

/// Longer values are texts, keys or documents. A placeholder is something short that somebody typed.
const MAX_LEN: usize = 256;

/// The most words that are read; more is a sentence.
const MAX_WORDS: usize = 12;

/// What kind of placeholder a value is; `None` for what may be meant. `secret`: whether the key holds a secret.
pub(super) fn find(value: &[u8], secret: bool) -> Option<Placeholder> {
    if value.is_empty() || value.len() > MAX_LEN {
        return None;
    }
    match authority(value) {
        Some(rest) => credentials(rest).or_else(|| is_unreplaced_url(rest).then_some(Placeholder::Unreplaced)),
        None => find_in_text(value, secret),
    }
}

/// Whether a value of a key that holds no secret may be one at all: what a few bytes of it tell.
pub(super) fn may_be(value: &[u8]) -> bool {
    let (Some(first), Some(last)) = (value.first(), value.last()) else {
        return false;
    };
    OPENING.contains(first) || FILLERS.contains(last) || begins_like_a_phrase(value) || authority(value).is_some()
}

/// What opens a name that stands for a value; see [`is_bracketed`].
const OPENING: &[u8] = b"<{[_%";

/// What stands for characters that are still to come; see [`is_all_x`].
const FILLERS: &[u8] = b"xX*.";

/// The same for what is no URL.
fn find_in_text(value: &[u8], secret: bool) -> Option<Placeholder> {
    if is_bracketed(value) || is_all_x(value) {
        return Some(Placeholder::Unreplaced);
    }
    if !secret && !begins_like_a_phrase(value) {
        return None;
    }
    let shape = Shape::of(value);
    // Every phrase has a word of letters; a number, an address or a range has none.
    if shape.words == 0 {
        return is_counted_up(value).then_some(Placeholder::Words);
    }
    // Text for people may say what it likes.
    if shape.words > MAX_WORDS || !secret && value.contains(&b' ') {
        return None;
    }
    let may_be_known = secret && !shape.others && shape.digits <= MAX_DIGITS;
    if !shape.may_hold_a_phrase && !may_be_known {
        return None;
    }
    let words = Words::split(value, shape.digits);
    if shape.may_hold_a_phrase && words.hold_a_phrase(value, secret) {
        return Some(Placeholder::Unreplaced);
    }
    (may_be_known && words.are_all_known()).then_some(Placeholder::Words)
}

/// What is behind the `://` of a URL.
fn authority(value: &[u8]) -> Option<&[u8]> {
    memchr::memchr_iter(b':', value)
        .map(|at| &value[at + 1..])
        .find_map(|rest| rest.strip_prefix(b"//"))
}

/// In which keys a phrase is a placeholder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Keys {
    Any,
    Secret,
}

/// Where in the value a phrase stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// It is all there is, beside digits and punctuation.
    Whole,
    /// It begins the value.
    Start,
    /// Anywhere.
    Anywhere,
    /// The first word begins the value and the last one ends it.
    Around,
}

/// Some words in a row, in lower case.
#[derive(Debug)]
struct Phrase {
    words: &'static [&'static str],
    place: Place,
    keys: Keys,
}

const fn phrase(keys: Keys, place: Place, words: &'static [&'static str]) -> Phrase {
    Phrase { words, place, keys }
}

/// What asks to be replaced.
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
    phrase(Keys::Any, Place::Whole, &["placeholder"]),
    phrase(Keys::Any, Place::Whole, &["to", "be", "replaced"]),
    phrase(Keys::Any, Place::Whole, &["to", "be", "set"]),
    phrase(Keys::Any, Place::Whole, &["fixme"]),
    phrase(Keys::Any, Place::Whole, &["tbd"]),
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
    phrase(Keys::Secret, Place::Anywhere, &["your", "api", "key"]),
    phrase(Keys::Secret, Place::Anywhere, &["your", "token"]),
    phrase(Keys::Secret, Place::Anywhere, &["your", "password"]),
    phrase(Keys::Secret, Place::Anywhere, &["placeholder"]),
    phrase(Keys::Secret, Place::Anywhere, &["change", "it"]),
    phrase(Keys::Secret, Place::Anywhere, &["changeit"]),
    phrase(Keys::Secret, Place::Anywhere, &["please", "change"]),
    phrase(Keys::Secret, Place::Anywhere, &["change", "before"]),
    phrase(Keys::Secret, Place::Anywhere, &["do", "not", "use"]),
    phrase(Keys::Secret, Place::Anywhere, &["not", "for", "production"]),
    phrase(Keys::Secret, Place::Anywhere, &["dev", "only"]),
    phrase(Keys::Secret, Place::Anywhere, &["goes", "here"]),
    phrase(Keys::Secret, Place::Start, &["insert"]),
    phrase(Keys::Secret, Place::Start, &["todo"]),
    // What `django-admin startproject` writes says so of itself.
    phrase(Keys::Secret, Place::Start, &["django", "insecure"]),
    phrase(Keys::Secret, Place::Anywhere, &["insecure", "secret"]),
    phrase(Keys::Secret, Place::Anywhere, &["insecure", "key"]),
];

/// For each letter, the lengths of the words with it that begin a phrase, a bit each. What is random has no such word, mostly.
const HEADS: [u16; 26] = {
    let mut heads = [0; 26];
    let mut at = 0;
    while at < PHRASES.len() {
        let word = PHRASES[at].words[0].as_bytes();
        heads[(word[0] - b'a') as usize] |= 1 << word.len();
        at += 1;
    }
    heads
};

/// Whether a run of letters may begin a phrase, by its first letter (0 for `a`) and its length.
fn may_begin(letter: u8, len: usize) -> bool {
    len < 16 && HEADS[usize::from(letter)] & (1 << len) != 0
}

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
    "auth",
    "bar",
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
    "example",
    "fake",
    "foo",
    "foobar",
    "for",
    "guest",
    "hash",
    "hello",
    "here",
    "hunter",
    "id",
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
    "pass",
    "passphrase",
    "passw",
    "passwd",
    "password",
    "pk",
    "postgres",
    "postgresql",
    "private",
    "prod",
    "production",
    "pwd",
    "qwerty",
    "qwertyuiop",
    "rabbitmq",
    "random",
    "rd",
    "redis",
    "refresh",
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

/// The first three letters of every phrase for any key. Sorted. Most values begin otherwise, and that settles it.
const BEGINNINGS: &[[u8; 3]] = &[
    *b"add", *b"cha", *b"ent", *b"fil", *b"fix", *b"ins", *b"pas", *b"pla", *b"put", *b"rep", *b"set", *b"tbd",
    *b"to-", *b"to_", *b"you",
];

/// The first letters of those, a bit each.
const FIRST_LETTERS: u32 = {
    let mut letters = 0;
    let mut at = 0;
    while at < BEGINNINGS.len() {
        letters |= 1 << (BEGINNINGS[at][0] - b'a');
        at += 1;
    }
    letters
};

fn begins_like_a_phrase(value: &[u8]) -> bool {
    let Some(first) = value.first_chunk::<3>() else {
        return false;
    };
    let letter = KINDS[usize::from(first[0])];
    // No array is compared whole: that takes a call for each.
    let is = |beginning: &&[u8; 3]| {
        beginning[0] == letter + b'a'
            && beginning[1] == first[1].to_ascii_lowercase()
            && beginning[2] == first[2].to_ascii_lowercase()
    };
    letter < LETTERS && FIRST_LETTERS >> letter & 1 == 1 && BEGINNINGS.iter().any(|beginning| is(&beginning))
}

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
const LETTERS: u8 = 26;
const DIGIT: u8 = 26;
const ASCII: u8 = 27;
const NO_ASCII: u8 = 28;

/// What one pass over a value tells: nearly always that it is none.
struct Shape {
    /// How many runs of letters there are.
    words: usize,
    digits: usize,
    /// Whether there is more than ASCII.
    others: bool,
    /// Whether one of the words may begin a phrase.
    may_hold_a_phrase: bool,
}

impl Shape {
    fn of(value: &[u8]) -> Shape {
        let mut shape = Shape {
            words: 0,
            digits: 0,
            others: false,
            may_hold_a_phrase: false,
        };
        let mut at = 0;
        while let Some(&byte) = value.get(at) {
            let kind = KINDS[usize::from(byte)];
            at += 1;
            if kind >= LETTERS {
                shape.digits += usize::from(kind == DIGIT);
                shape.others |= kind == NO_ASCII;
                continue;
            }
            let start = at - 1;
            while value.get(at).is_some_and(|&byte| KINDS[usize::from(byte)] < LETTERS) {
                at += 1;
            }
            shape.words += 1;
            shape.may_hold_a_phrase |= may_begin(kind, at - start);
        }
        shape
    }
}

/// The digits that words may come with: `password123`, `secret-2024`. More could be a real key with a word in front.
const MAX_DIGITS: usize = 6;

/// The words of a value: runs of letters.
struct Words<'v> {
    list: [&'v [u8]; MAX_WORDS],
    count: usize,
    digits: usize,
}

impl<'v> Words<'v> {
    /// The first of them, if there are too many.
    fn split(value: &'v [u8], digits: usize) -> Words<'v> {
        let mut words = Words {
            list: [&[]; MAX_WORDS],
            count: 0,
            digits,
        };
        let runs = value.split(|byte| !byte.is_ascii_alphabetic());
        for (place, run) in words.list.iter_mut().zip(runs.filter(|run| !run.is_empty())) {
            *place = run;
            words.count += 1;
        }
        words
    }

    fn as_slice(&self) -> &[&'v [u8]] {
        &self.list[..self.count]
    }

    fn hold_a_phrase(&self, value: &[u8], secret: bool) -> bool {
        self.as_slice()
            .iter()
            .enumerate()
            .filter(|(_, word)| may_begin(KINDS[usize::from(word[0])], word.len()))
            .any(|(at, word)| {
                PHRASES
                    .iter()
                    .filter(|phrase| word.eq_ignore_ascii_case(phrase.words[0].as_bytes()))
                    .any(|phrase| (secret || phrase.keys == Keys::Any) && self.hold(phrase, at, value))
            })
    }

    /// Whether a phrase of which the first word is found at `at` is there.
    fn hold(&self, phrase: &Phrase, at: usize, value: &[u8]) -> bool {
        let (words, length) = (self.as_slice(), phrase.words.len());
        let is = |index: usize, word: &str| {
            words
                .get(index)
                .is_some_and(|other| other.eq_ignore_ascii_case(word.as_bytes()))
        };
        let in_a_row = || {
            phrase
                .words
                .iter()
                .enumerate()
                .all(|(offset, word)| is(at + offset, word))
        };
        match phrase.place {
            Place::Anywhere => in_a_row(),
            Place::Start => at == 0 && value.starts_with(words[0]) && in_a_row(),
            // `tbd` may be short for something, `TBD` is shouted.
            Place::Whole => {
                at == 0
                    && words.len() == length
                    && self.digits == 0
                    && in_a_row()
                    && (length > 1 || words[0].len() > 5 || is_upper(value))
            }
            Place::Around => at == 0 && words.len() > 1 && is(words.len() - 1, phrase.words[1]),
        }
    }

    fn are_all_known(&self) -> bool {
        self.as_slice().iter().all(|word| is_dummy(word))
    }
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

fn is_upper(value: &[u8]) -> bool {
    !value.iter().any(u8::is_ascii_lowercase)
}

/// `<your key>`, `{{ KEY }}`, `[your-key]`, `__KEY__`, `%KEY%`: one pair around a name that nothing replaced.
fn is_bracketed(value: &[u8]) -> bool {
    let inner = |open: &[u8], close: &[u8]| {
        value
            .strip_prefix(open)
            .and_then(|rest| rest.strip_suffix(close))
            .filter(|inner| {
                inner.iter().any(u8::is_ascii_alphabetic)
                    && inner
                        .iter()
                        .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b' ' | b'-' | b'_' | b'.'))
            })
    };
    match value[0] {
        b'<' => inner(b"<", b">").is_some(),
        b'{' => inner(b"{{", b"}}").is_some(),
        b'[' => inner(b"[", b"]").is_some_and(|text| text.len() > 4 && text[..4].eq_ignore_ascii_case(b"your")),
        b'_' => inner(b"__", b"__").is_some_and(is_upper),
        b'%' => inner(b"%", b"%").is_some_and(is_upper),
        _ => false,
    }
}

/// `xxx`, `XXXX-XXXX`, `sk_live_xxxxxxxx`, `***`, `...`: three or more of a filler in a row at the end, and nothing that could be meant before it.
fn is_all_x(value: &[u8]) -> bool {
    let last = value[value.len() - 1];
    if !FILLERS.contains(&last) {
        return false;
    }
    let run = value.iter().rev().take_while(|&&byte| byte == last).count();
    let before = &value[..value.len() - run];
    let filler_only = before.iter().all(|&byte| byte == last || matches!(byte, b'-' | b'_'));
    let behind_prefix = matches!(last, b'x' | b'X' | b'*') && run >= 5 && matches!(before.last(), Some(b'-' | b'_'));
    (run >= 3 && filler_only) || behind_prefix
}

/// `12345678`, `000000`: what people type who have to type a number.
fn is_counted_up(value: &[u8]) -> bool {
    value.len() >= 3
        && value
            .windows(2)
            .all(|pair| pair[1] == pair[0] || pair[1] == pair[0].wrapping_add(1) || pair == b"90")
}

/// Passwords that come with software, for the users that come with it.
const WELL_KNOWN_PASSWORDS: &[&str] = &[
    "123456",
    "12345678",
    "admin",
    "changeit",
    "changeme",
    "default",
    "dev",
    "example",
    "guest",
    "minioadmin",
    "mongo",
    "mysql",
    "pass",
    "passwd",
    "password",
    "password123",
    "pgpassword",
    "postgres",
    "postgrespw",
    "rabbitmq",
    "redis",
    "root",
    "secret",
    "secret123",
    "test",
    "toor",
    "user",
    "xxx",
    "your-password",
    "your_password",
    "yourpassword",
];

/// `user:password@host…` with a password that is no secret.
fn credentials(authority: &[u8]) -> Option<Placeholder> {
    let end = authority
        .iter()
        .position(|byte| matches!(byte, b'/' | b'?' | b'#'))
        .unwrap_or(authority.len());
    let at = authority[..end].iter().rposition(|&byte| byte == b'@')?;
    let user_info = &authority[..at];
    let colon = user_info.iter().position(|&byte| byte == b':')?;
    let (user, password) = (&user_info[..colon], &user_info[colon + 1..]);
    if password.is_empty() {
        return None;
    }
    let known = user.eq_ignore_ascii_case(password)
        || WELL_KNOWN_PASSWORDS
            .iter()
            .any(|known| password.eq_ignore_ascii_case(known.as_bytes()))
        || find_in_text(password, true).is_some();
    known.then_some(Placeholder::Credentials)
}

/// A URL with a host or a part that is still to be named: `https://your-project.example`, `https://<host>/`.
fn is_unreplaced_url(rest: &[u8]) -> bool {
    let end = rest
        .iter()
        .position(|byte| matches!(byte, b'/' | b'?' | b'#'))
        .unwrap_or(rest.len());
    let host = &rest[..end];
    let host = host
        .iter()
        .rposition(|&byte| byte == b'@')
        .map_or(host, |at| &host[at + 1..]);
    let label = host
        .split(|byte| matches!(byte, b'.' | b':'))
        .next()
        .unwrap_or_default();
    let begins = |prefix: &[u8]| label.len() > prefix.len() && label[..prefix.len()].eq_ignore_ascii_case(prefix);
    begins(b"your-")
        || begins(b"your_")
        || label.eq_ignore_ascii_case(b"yourdomain")
        || label.eq_ignore_ascii_case(b"changeme")
        || label.eq_ignore_ascii_case(b"change-me")
        || (label.len() >= 3 && label.iter().all(|byte| byte.eq_ignore_ascii_case(&b'x')))
        || (label.first() == Some(&b'<') && label.last() == Some(&b'>'))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// In secret keys.
    const PLACEHOLDERS: &[&str] = &[
        "changeme",
        "CHANGEME",
        "change-me",
        "change_me",
        "ChangeMe123",
        "changeme-please",
        "dev-secret-key-change-in-production",
        "your-api-key-here",
        "your_secret_key",
        "YOUR_API_KEY",
        "your-256-bit-secret",
        "<your-key>",
        "<secret>",
        "<YOUR API KEY>",
        "xxx",
        "XXXX",
        "xxxxxxxxxxxxxxxx",
        "sk_live_xxxxxxxxxxxx",
        "xxxx-xxxx-xxxx",
        "todo",
        "TODO",
        "TBD",
        "FIXME",
        "replace-me",
        "replaceme",
        "REPLACE_ME",
        "replace-with-real-key",
        "example",
        "dummy",
        "secret123",
        "password",
        "Password1",
        "passw0rd",
        "secret",
        "supersecret",
        "super-secret-jwt-key",
        "my-secret-key",
        "mysecretpassword",
        "test",
        "test-key",
        "admin",
        "root",
        "postgres",
        "minioadmin",
        "letmein",
        "qwerty",
        "hunter2",
        "12345678",
        "000000",
        "none",
        "null",
        "undefined",
        "placeholder",
        "{{ SECRET }}",
        "__SECRET_KEY__",
        "insert-key-here",
        "put your key here",
        "***",
        "django-insecure-x8$k2@v9q1!p",
        "changeit",
        "not-for-production-9f86d081884c",
        "postgres://postgres:postgres@localhost/db",
        "mysql://root:root@db:3306/app",
        "amqp://guest:guest@mq:5672",
        "redis://:changeme@redis:6379/0",
        "https://minioadmin:minioadmin@s3.local",
        "postgresql://app:password@db/app",
        "postgres://user:<password>@host/db",
        "mongodb://admin:admin@mongo",
        "postgres://app:your-password-here@db/app",
        "keep-it-secret",
        "some-very-long-secret",
    ];

    /// In secret keys; nothing of this may be called a placeholder.
    const REAL: &[&str] = &[
        "q83vEjRWeJq83vEjRWeJq83vEjRWeJq83vEjRWeJq80=",
        "9f86d081884c7d659a2feaa0c55ad015",
        "hR4v!kPz",
        "correct horse battery staple",
        concat!("sk_", "live_51H8xYzKl2mN4oP6qR8sT0uV"),
        "sk_test_4eC39HqLyjWDarjtT1zdp7dc",
        concat!("AK", "IAIOSFODNN7QXAMPLE"),
        concat!("gh", "p_16C7e42F292c6912E7710c838347Ae178B4a"),
        concat!("xo", "xb-17653672481-19874698323-pdFZKVeTuE8sk7oOHcbrzqgy"),
        "whsec_Kx7hT2mQ9vRz",
        "84917362",
        "tr0ub4dor&3",
        "Zx9-_q2W",
        "e3b0c44298fc1c149afb",
        "SG.ngeVfQFYQlKU0ufo8x5d1A.TwL2iGABf9DHoTf",
        "eyJhbGciOiJIUzI1NiJ9.e30.ZRrHA1JJJW8opsbCGfG_HACGpVUMN_a9IBi7yGMvO9k",
        "postgres://app:hR4v!kPz@db.internal:5432/app",
        "redis://:9f86d081884c7d65@redis:6379/0",
        "postgresql://app@db/app",
        "https://hooks.example.com/examples/9f86d081",
        "mysql://svc_orders:Wq8Zt5Lm@db.example.com/orders",
        "-----BEGIN PRIVATE KEY-----",
        "mahogany-otter-rivet-canyon",
        "Tr3nchc0at!Umbrella",
        "testament9xk2Lq",
        "secretariat-Vb8qZ2",
        "k3y-7Hq2mZ9x",
        "pass-Vx82kLm1Qz",
        "production-9f86d081884c7d659a2f",
        "dev_8d1fQz72LmXw",
        "a1b2c3d4e5f6a7b8",
        "Pa55-Kx7hT2mQ9v",
        "token-4Zx8Qm2L",
        "3xTpLq-92",
        "exampled-42Zq",
        "xK9xx",
        "Lxxx9q",
        "user-Kd82Lq0z",
        "mypasswordisverysecureQx7",
        "B4se64+/==Zq",
        "0f0f1e2d3c4b5a69",
        "live_Qz81LmXw0Kd7",
        "key-8dK2mQzL",
    ];

    /// In keys that hold no secret.
    const PLAIN: &[&str] = &[
        "8000",
        "localhost",
        "production",
        "postgres",
        "admin",
        "test",
        "example",
        "https://example.com",
        "https://api.example.com/examples/1",
        "http://localhost:3000",
        "INFO",
        "true",
        "todo",
        "todo-app",
        "Your account is ready",
        "Change me if you like",
        "redis",
        "user",
        "0.0.0.0",
        "noreply@example.com",
        "gpt-4",
        "default",
        "a,b,c",
        "/var/log/app.log",
        "{\"a\":1}",
        "<p>hi</p>",
        "max",
        "fox",
        "linux",
        "...and more",
        "none",
        "secret",
        "tbd",
        "[1,2]",
        "100%",
        "xx",
        "password",
        "us-east-1",
        "demo",
        "your",
        "yours-truly",
        "dev",
    ];

    /// In keys that hold no secret, and still.
    const PLAINLY: &[&str] = &[
        "changeme",
        "<your-host>",
        "your-domain-here",
        "https://your-project.convex.cloud",
        "CHANGE_ME",
        "replace-me.example.com",
        "TBD",
        "{{ host }}",
        "your-project-id",
        "xxx",
        "postgres://postgres:postgres@localhost/db",
        "https://<host>/",
        "__HOST__",
        "placeholder",
    ];

    #[test]
    fn placeholders_are_found_in_secrets() {
        assert!(PLACEHOLDERS.len() >= 60);
        for text in PLACEHOLDERS {
            assert!(find(text.as_bytes(), true).is_some(), "{text}");
        }
    }

    #[test]
    fn real_secrets_are_let_be() {
        assert!(REAL.len() + PLAIN.len() >= 60);
        for text in REAL {
            assert_eq!(find(text.as_bytes(), true), None, "{text}");
        }
    }

    #[test]
    fn in_other_keys_only_what_nobody_means() {
        for text in PLAIN {
            assert_eq!(find(text.as_bytes(), false), None, "{text}");
        }
        for text in PLAINLY {
            assert!(find(text.as_bytes(), false).is_some(), "{text}");
        }
    }

    #[test]
    fn every_phrase_begins_as_the_quick_check_expects() {
        assert!(BEGINNINGS.is_sorted());
        for phrase in PHRASES.iter().filter(|phrase| phrase.keys == Keys::Any) {
            assert!(begins_like_a_phrase(phrase.words.join("-").as_bytes()), "{phrase:?}");
        }
        assert!(PHRASES.iter().all(|phrase| {
            let word = phrase.words[0].as_bytes();
            may_begin(word[0] - b'a', word.len())
        }));
    }

    #[test]
    fn the_table_can_be_searched() {
        assert!(DUMMY_WORDS.is_sorted());
        assert!(
            PHRASES
                .iter()
                .all(|phrase| !phrase.words.is_empty() && (phrase.place != Place::Around || phrase.words.len() == 2))
        );
    }

    #[test]
    fn any_bytes_will_do() {
        for bytes in [
            &b"\xFF"[..],
            b"://",
            b"://@",
            b"://:@",
            b"<",
            b"<>",
            b"_",
            b"%",
            b"x",
            b"{{}}",
            &[b'a'; 300],
        ] {
            let _ = (find(bytes, true), find(bytes, false));
        }
    }
}
