//! The project of `project.txt`, with its secrets filled in, and the search for pieces of them.

use std::collections::{HashMap, HashSet};

use base64ct::{Base64, Encoding as _};

/// What is found of a secret is found from this length on.
const PIECE: usize = 6;

/// Letters that no word of English, of a format or of a schema is made of, and no name of a key: it has a vowel.
const LETTERS: &[u8; 20] = b"bcdfghjklmnpqrstvwxz";

/// As long as three letters of base64 are, so that what is encoded needs no padding.
const LENGTH: usize = 27;

pub(crate) struct Planted {
    /// Paths and their content.
    pub(crate) files: Vec<(String, Vec<u8>)>,
    /// The place of each secret, and the secret.
    secrets: Vec<(String, String)>,
    /// Of each piece of a secret, in lower case, which secret it is of.
    pieces: HashMap<[u8; PIECE], usize>,
    /// The same for what is written in base64.
    encoded: HashMap<[u8; PIECE], usize>,
}

impl Planted {
    pub(crate) fn new() -> Planted {
        let mut planted = Planted {
            files: Vec::new(),
            secrets: Vec::new(),
            pieces: HashMap::new(),
            encoded: HashMap::new(),
        };
        for section in include_str!("project.txt").split("\n=== ").skip(1) {
            let (path, text) = section.split_once('\n').unwrap();
            let path = planted.filled(path, path);
            let text = planted.filled(&path, &format!("{text}\n"));
            planted.files.push((path, unescaped(&text)));
        }
        planted
    }

    /// One more secret, for a place beside the files.
    pub(crate) fn plant(&mut self, place: &str) -> String {
        let secret = secret(place);
        let index = self.secrets.len();
        self.secrets.push((place.to_owned(), secret.clone()));
        for window in pieces_of(secret.as_bytes()) {
            self.pieces.insert(lower_case(window), index);
        }
        // In base64 the letters depend on where in a group of three bytes the secret begins; those at both ends are also made of what is beside it.
        for before in ["", "a", "ab"] {
            let text = Base64::encode_string(format!("{before}{secret}").as_bytes());
            let inner = &text.as_bytes()[4..text.len() - 4];
            self.encoded.extend(pieces_of(inner).map(|window| (window, index)));
        }
        secret
    }

    /// Returns the place of a secret that has a piece in `text`, and the text around that piece.
    pub(crate) fn leaked(&self, text: &[u8]) -> Option<(&str, String)> {
        self.found(text).next().map(|(at, index)| {
            let around = &text[at.saturating_sub(60)..(at + 60).min(text.len())];
            (&*self.secrets[index].0, String::from_utf8_lossy(around).into_owned())
        })
    }

    /// Which secrets have a piece in `text`.
    pub(crate) fn held(&self, text: &[u8]) -> HashSet<usize> {
        self.found(text).map(|(_, index)| index).collect()
    }

    pub(crate) fn place(&self, index: usize) -> &str {
        &self.secrets[index].0
    }

    fn found<'a>(&'a self, text: &'a [u8]) -> impl Iterator<Item = (usize, usize)> + 'a {
        pieces_of(text).enumerate().filter_map(|(at, window)| {
            let is_plain = window.iter().all(|byte| LETTERS.contains(&byte.to_ascii_lowercase()));
            let plain = is_plain.then(|| self.pieces.get(&lower_case(window))).flatten();
            // Most of a text is no base64 of a letter: one in four of its letters is among these.
            let may_be_encoded = || window.iter().all(u8::is_ascii_alphanumeric);
            let index = plain.or_else(|| may_be_encoded().then(|| self.encoded.get(&window)).flatten());
            index.map(|index| (at, *index))
        })
    }

    /// A text of the project, with its secrets.
    fn filled(&mut self, file: &str, text: &str) -> String {
        let mut filled = String::new();
        for (index, part) in text.split('~').enumerate() {
            let text = self.with_secrets(file, &filled, part);
            filled += &if index % 2 == 0 {
                text
            } else {
                Base64::encode_string(text.as_bytes())
            };
        }
        filled.replace('§', "@")
    }

    fn with_secrets(&mut self, file: &str, before: &str, text: &str) -> String {
        let mut filled = String::new();
        for (index, part) in text.split('@').enumerate() {
            if index == 0 {
                filled += part;
                continue;
            }
            let name = part.strip_prefix('{').and_then(|part| part.split_once('}'));
            let line = before.matches('\n').count() + filled.matches('\n').count() + 1;
            let (place, rest) = match name {
                Some((name, rest)) => (format!("`{name}`"), rest),
                None => (format!("{file}:{line} ({index})"), part),
            };
            filled += &self.plant(&place);
            filled += rest;
        }
        filled
    }
}

fn pieces_of(text: &[u8]) -> impl Iterator<Item = [u8; PIECE]> {
    text.windows(PIECE).map(|window| window.try_into().unwrap())
}

fn lower_case(mut piece: [u8; PIECE]) -> [u8; PIECE] {
    piece.make_ascii_lowercase();
    piece
}

/// A word of both cases, which only the place decides: what leaks is the same in every run.
fn secret(place: &str) -> String {
    let mut state = place.bytes().fold(0xcbf2_9ce4_8422_2325, |hash: u64, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    });
    let letter = |index| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        let letter = LETTERS[usize::try_from(state % 20).unwrap()] as char;
        if index % 3 == 0 {
            letter.to_ascii_uppercase()
        } else {
            letter
        }
    };
    (0..LENGTH).map(letter).collect()
}

/// With the two bytes that no text file holds.
fn unescaped(text: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    for (index, part) in text.split("\\xff").enumerate() {
        if index > 0 {
            bytes.push(0xFF);
        }
        bytes.extend_from_slice(part.replace("\\0", "\0").as_bytes());
    }
    bytes
}

#[test]
fn a_leak_would_be_seen() {
    let mut planted = Planted::new();
    let secret = planted.plant("here");
    assert!(planted.leaked(b"nothing, of which there is much in a report").is_none());
    for text in [
        format!("a {} b", &secret[9..15]),
        format!("a {} b", secret[9..15].to_lowercase()),
        Base64::encode_string(format!("{{\"key\":\"{secret}\"}}").as_bytes()),
    ] {
        assert_eq!(
            planted.leaked(text.as_bytes()).map(|(place, _)| place),
            Some("here"),
            "{text}"
        );
    }
    assert!(
        planted.leaked(&secret.as_bytes()[9..14]).is_none(),
        "five letters are none"
    );
}
