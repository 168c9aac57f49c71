//! Finds tokens in any text: literals for a single automaton ([`Anchors`]), and the test of each place where one of them occurs.

use jiff::Timestamp;

use super::assigned::{self, ASSIGNED};
use super::shape::{self, Item, Kind};
use super::sought::{GIVEN, SOUGHT};
use super::table::FORMATS;
use super::{Dated, Format, Secrecy, is_well_known};
use crate::check::{material, placeholders};
use crate::find;
use crate::instant;
use crate::rotation::base64;
use crate::rotation::evidence::Expiry;
use crate::rotation::selfdated;

/// How far a context word may be from its token, in bytes.
const NEAR: usize = 80;

/// How many bytes after the place of a literal are looked at. Searching a stream must keep as many available.
pub(super) const AHEAD: usize = 8 << 10;

/// How many bytes before it.
pub(super) const BEHIND: usize = 128;

/// Literals, at least one of which occurs in every token, and the format that each belongs to.
#[derive(Debug)]
pub struct Anchors(Vec<Anchor>);

#[derive(Debug)]
struct Anchor {
    literal: Vec<u8>,
    format: &'static Format,
    place: Place,
}

/// Where a token begins, relative to its literal.
#[derive(Debug, Clone, Copy)]
enum Place {
    /// Between this many and that many bytes before it.
    Before(usize, usize),
    /// After it on the same line: the literal is a context word.
    Behind,
    /// In the value assigned to a name that contains the literal.
    Assigned,
    /// The same, where the value is a name with its password in base64.
    Pair,
}

/// A token in a text.
#[derive(Debug, Clone, Copy)]
pub struct Token {
    /// Its format.
    pub format: &'static Format,
    /// The offset at which it begins.
    pub start: usize,
    /// The offset at which it ends.
    pub end: usize,
    /// Whether its checksum matches; `None` if it has none.
    pub fits: Option<bool>,
    /// The dates that it contains.
    pub dates: Dates,
}

/// When a token was issued and when it expires, according to the token.
#[derive(Debug, Clone, Copy, Default)]
pub struct Dates {
    /// It was issued between these two instants.
    pub made: Option<(Timestamp, Timestamp)>,
    /// It expires at this instant.
    pub ends: Option<Timestamp>,
}

impl Dates {
    /// Formats "was made on 2025-11-24 and ends on 2027-03-01".
    #[must_use]
    pub fn sentence(&self) -> Option<String> {
        let day = |at: Timestamp| {
            let (year, month, day) = instant::date(at.as_second().div_euclid(86_400));
            format!("{year:04}-{month:02}-{day:02}")
        };
        let made = self.made.map(|(first, last)| match (day(first), day(last)) {
            (first, last) if first == last => format!("was made on {first}"),
            (first, last) => format!("was made between {first} and {last}"),
        });
        let ends = self.ends.map(|end| format!("ends on {}", day(end)));
        match (made, ends) {
            (Some(made), Some(ends)) => Some(format!("{made} and {ends}")),
            (made, ends) => made.or(ends),
        }
    }

    fn of(format: &Format, token: &[u8]) -> Dates {
        if matches!(format.dated, Dated::No | Dated::Caveat) {
            return Dates::default();
        }
        let Some(evidence) = selfdated::read(token) else {
            return Dates::default();
        };
        Dates {
            made: evidence.written.earliest.zip(evidence.written.latest),
            ends: match evidence.expires {
                Expiry::At(at) => Some(at),
                _ => None,
            },
        }
    }
}

impl Anchors {
    /// How many bytes before and after a literal [`Anchors::token`] looks at.
    pub const REACH: (usize, usize) = (BEHIND, AHEAD);

    /// Collects the literals of every format that isn't public.
    #[must_use]
    #[expect(clippy::new_without_default, reason = "it is a table, not an empty thing")]
    pub fn new() -> Anchors {
        let mut anchors = Vec::new();
        let formats = FORMATS.iter().chain(SOUGHT);
        for format in formats.filter(|format| format.secrecy != Secrecy::Public) {
            let mut add = |literals: Vec<Vec<u8>>, place| {
                anchors.extend(literals.into_iter().map(|literal| Anchor { literal, format, place }));
            };
            if !format.lead.is_empty() {
                let literals = grown(vec![format.lead.as_bytes().to_vec()], format.rest.as_bytes());
                add(literals, Place::Before(0, 0));
            } else if format.context.is_empty() {
                let (literals, min, max) = inside(format.rest.as_bytes());
                add(literals, Place::Before(min, max));
            } else {
                add(format.context.split(' ').flat_map(spellings).collect(), Place::Behind);
            }
        }
        for (words, place) in [(assigned::WORDS, Place::Assigned), (assigned::PAIRS, Place::Pair)] {
            anchors.extend(words.iter().map(|word| Anchor {
                literal: word.as_bytes().to_vec(),
                format: &ASSIGNED,
                place,
            }));
        }
        Anchors(anchors)
    }

    /// Returns the literals, in the order of their indices.
    pub fn literals(&self) -> impl Iterator<Item = &[u8]> {
        self.0.iter().map(|anchor| anchor.literal.as_slice())
    }

    /// Returns the length of the literal at an index.
    #[must_use]
    pub fn length(&self, index: usize) -> usize {
        self.0[index].literal.len()
    }

    /// Returns the token that contains the literal with that index, found at `at`.
    #[must_use]
    pub fn token(&self, index: usize, text: &[u8], at: usize) -> Option<Token> {
        let Anchor { literal, format, place } = &self.0[index];
        match *place {
            Place::Before(min, max) => {
                let starts = at.saturating_sub(max)..=at.checked_sub(min)?;
                // Take the longest token: if its beginning isn't fixed, a shorter one is only a piece of it.
                starts.into_iter().find_map(|start| token(format, text, start))
            }
            Place::Behind => {
                let from = at + literal.len();
                let until = text.len().min(from + NEAR);
                let line = memchr::memchr(b'\n', &text[from..until]).map_or(until, |end| from + end);
                (from..line).find_map(|start| token(format, text, start))
            }
            Place::Assigned | Place::Pair => {
                let (start, end) = assigned::value(text, at, at + literal.len())?;
                let value = &text[start..end];
                let is_secret = match place {
                    Place::Pair => !is_common_pair(value),
                    _ => !is_well_known(value) && !is_example(value),
                };
                is_secret.then_some(Token {
                    format,
                    start,
                    end,
                    fits: None,
                    dates: Dates::default(),
                })
            }
        }
    }
}

/// Returns the token of one format that begins at `start`.
fn token(format: &'static Format, text: &[u8], start: usize) -> Option<Token> {
    if !is_edge_before(format, text, start) {
        return None;
    }
    let limit = text.len().min(start + AHEAD);
    let lead = start + format.lead.len();
    let end = shape::run(format.rest.as_bytes(), &text[..limit], lead, &|_| true)?;
    if !is_edge_behind(format, text, end) {
        return None;
    }
    let before = &text[start.saturating_sub(NEAR)..start];
    let before = &before[memchr::memrchr(b'\n', before).map_or(0, |at| at + 1)..];
    if !format.has_context(before) {
        return None;
    }
    let fits = format.fits(&text[start..end]);
    (fits == Some(true) || !is_made_up(format, &text[start..end])).then(|| Token {
        format,
        start,
        end,
        fits,
        dates: Dates::of(format, &text[start..end]),
    })
}

/// Whether a token may begin here, because nothing precedes it that would belong to it. An escape such as `\n` or `%3D` doesn't.
fn is_edge_before(format: &Format, text: &[u8], start: usize) -> bool {
    if format.around == "*" {
        return true;
    }
    match text[..start] {
        [] => true,
        // The hash of a file, as in lock files and HTML.
        [.., b's', b'h', b'a', _, _, _, b'-'] => false,
        [.., b'\\', b'n' | b'r' | b't'] => true,
        [.., b'%', a, b] if a.is_ascii_hexdigit() && b.is_ascii_hexdigit() => true,
        [.., b'\\', b'u', b'0', b'0', _, _] => true,
        // A `=` before a token is an assignment or the padding of a base64 text.
        [.., b'='] => true,
        [.., before] => !continues(format, before),
    }
}

/// Whether a token may end here. Punctuation that ends a sentence doesn't belong to it.
fn is_edge_behind(format: &Format, text: &[u8], end: usize) -> bool {
    if format.around == "*" {
        return true;
    }
    match text[end..] {
        [] => true,
        [b'.' | b':' | b'-' | b'=', next, ..] if next.is_ascii_whitespace() => true,
        [b'.'] => true,
        [next, ..] => !continues(format, next),
    }
}

fn continues(format: &Format, byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || format.around.as_bytes().contains(&byte)
}

/// Words that occur in examples, in lower case.
const EXAMPLES: &[&str] = &[
    "example",
    "xxxxx",
    "placeholder",
    "redacted",
    "changeme",
    "change_me",
    "your_",
    "00000000",
    "123456789",
];

/// Whether this can't have been issued, because it is well known or plainly not random.
fn is_made_up(format: &Format, token: &[u8]) -> bool {
    let body = &token[format.lead.len()..];
    if is_well_known(token) || is_well_known(body) || is_example(body) {
        return true;
    }
    let password = if format.name == GIVEN {
        Some(given(token))
    } else {
        password(token)
    };
    if let Some(password) = password {
        return is_common(password, token);
    }
    if format.lead.starts_with("-----") {
        return false;
    }
    if material::pattern(body).is_some() || distinct(body) < 6.min(body.len() / 3) {
        return true;
    }
    // With a weak prefix, a name or a path would match, too.
    let has = |is: fn(&u8) -> bool| body.iter().any(is);
    let is_weak = !format.context.is_empty() || format.lead.len() < 4;
    let kinds = [u8::is_ascii_digit, u8::is_ascii_lowercase, u8::is_ascii_uppercase];
    let mixed = kinds.into_iter().filter(|is| has(*is)).count() > 1;
    let is_secret_of_aws = format.lead.is_empty() && format.provider == "AWS";
    // Anything may follow a context word, so only random text counts.
    let is_anything = !format.context.is_empty() && format.lead.is_empty() && !token.contains(&b':');
    is_weak && !mixed
        || is_secret_of_aws && !(has(u8::is_ascii_lowercase) && has(u8::is_ascii_uppercase))
        || is_anything && !assigned::is_random(token)
}

/// Whether a text contains a word that occurs in examples.
fn is_example(text: &[u8]) -> bool {
    let is = |word: &&str| {
        text.windows(word.len())
            .any(|part| part.eq_ignore_ascii_case(word.as_bytes()))
    };
    EXAMPLES.iter().any(is)
}

/// Returns the password in a URL.
fn password(token: &[u8]) -> Option<&[u8]> {
    let scheme = find::find(token, b"://")? + 3;
    let at = memchr::memrchr(b'@', token).filter(|at| *at > scheme)?;
    let colon = memchr::memchr(b':', &token[scheme..at])? + scheme;
    Some(&token[colon + 1..at])
}

/// Returns the password in `-u name:password`, `-p password` or `login name password password`.
fn given(token: &[u8]) -> &[u8] {
    let colon = memchr::memchr(b':', token).filter(|_| token.starts_with(b"-u") || token.starts_with(b"--user"));
    let at = match colon {
        Some(colon) => colon + 1,
        None if token.starts_with(b"-") => 2,
        None => memchr::memrchr2(b' ', b'\t', token)
            .max(memchr::memrchr(b'\n', token))
            .map_or(0, |at| at + 1),
    };
    let password = &token[at..];
    &password[password.iter().take_while(|byte| b" \"'".contains(byte)).count()..]
}

/// Whether a text is not a name with its password in base64, or one of which the password is a placeholder.
fn is_common_pair(text: &[u8]) -> bool {
    let pair = base64::decode(text).filter(|pair| pair.iter().all(u8::is_ascii_graphic));
    let Some(pair) = pair else { return true };
    memchr::memchr(b':', &pair).is_none_or(|colon| is_common(&pair[colon + 1..], &pair))
}

/// Whether a password is a placeholder, or only opens something on the local machine.
fn is_common(password: &[u8], url: &[u8]) -> bool {
    let host = &url[memchr::memrchr(b'@', url).map_or(0, |at| at + 1)..];
    let is_local = [
        "localhost",
        "127.0.0.1",
        "0.0.0.0",
        "[::1]",
        "host",
        "hostname",
        "example.",
    ];
    let is_reference = password.iter().any(|byte| b"${}<>%*()[]".contains(byte))
        && !password
            .windows(3)
            .any(|part| part[0] == b'%' && part[1].is_ascii_hexdigit() && part[2].is_ascii_hexdigit());
    is_reference
        || placeholders::find(url, true).is_some()
        || placeholders::find(password, true).is_some()
        || is_local.iter().any(|name| host.starts_with(name.as_bytes()))
        || find::find(host, b"example.").is_some()
        || password.len() < 8
        || distinct(password) < 5
        || password.iter().all(u8::is_ascii_lowercase)
        || password.iter().all(u8::is_ascii_uppercase)
}

/// Returns the number of different bytes.
pub(in crate::check) fn distinct(text: &[u8]) -> usize {
    let mut seen = [false; 256];
    text.iter()
        .filter(|byte| !std::mem::replace(&mut seen[usize::from(**byte)], true))
        .count()
}

/// Returns the spellings of a word in names: `aws_secret`, `AWS_SECRET`, `Aws_secret`.
fn spellings(word: &str) -> Vec<Vec<u8>> {
    let mut spellings = vec![word.to_ascii_lowercase(), word.to_ascii_uppercase()];
    if let Some((first, rest)) = word.split_at_checked(1) {
        spellings.push(first.to_ascii_uppercase() + rest);
    }
    if word == "secretaccess" {
        spellings = vec!["SecretAccess".to_owned(), "secretAccess".to_owned()];
    }
    spellings.into_iter().map(String::into_bytes).collect()
}

/// The maximum length of a literal, and the maximum number of literals per format.
const LONGEST: usize = 6;
const MOST: usize = 16;

/// Extends the literals by what follows in the shape, as long as there are few alternatives.
fn grown(mut literals: Vec<Vec<u8>>, mut rest: &[u8]) -> Vec<Vec<u8>> {
    while literals.iter().map(Vec::len).min().unwrap_or(0) < LONGEST {
        let Some(item) = Item::first(rest) else { break };
        let next: Vec<Vec<u8>> = match item.kind {
            _ if (item.min, item.max) != (1, 1) => break,
            Kind::Byte(byte) => vec![vec![byte]],
            Kind::Class(_) => (0..=u8::MAX)
                .filter(|byte| item.kind.set().has(*byte))
                .map(|byte| vec![byte])
                .collect(),
            Kind::Group(inner) => {
                let plain = |branch: &[u8]| {
                    branch
                        .iter()
                        .all(|byte| byte.is_ascii_alphanumeric() || b"_- ".contains(byte))
                };
                if !shape::branches(inner).all(plain) {
                    break;
                }
                shape::branches(inner).map(<[u8]>::to_vec).collect()
            }
        };
        if literals.len() * next.len() > MOST {
            break;
        }
        literals = literals
            .iter()
            .flat_map(|literal| next.iter().map(move |end| [literal.as_slice(), end].concat()))
            .collect();
        rest = &rest[item.len..];
    }
    literals
}

/// Returns the first literal within a shape that is long enough to search for, and its minimum and maximum distance from the beginning.
fn inside(mut rest: &[u8]) -> (Vec<Vec<u8>>, usize, usize) {
    let (mut min, mut max) = (0, 0);
    while let Some(item) = Item::first(rest) {
        let literals = grown(vec![Vec::new()], rest);
        if literals.iter().all(|literal| literal.len() >= 3) {
            return (literals, min, max);
        }
        min += item.min;
        max += item.max;
        rest = &rest[item.len..];
    }
    (Vec::new(), min, max)
}
