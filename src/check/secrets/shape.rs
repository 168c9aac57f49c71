//! Matches the shape of a token: a small subset of regular expressions, interpreted as written in the table.
//!
//! Supported are literals, `\` before a sign, ASCII classes, `{n}`, `{n,m}`, `{n,}`, `?`, `+`, `*`, and groups `(?:a|b)` that may be
//! optional. Nothing is compiled or allocated, since a shape is only matched where its first letters occur.

/// The longest run of one class that is read, which bounds the work of a match.
const MAX_RUN: usize = 1 << 16;

/// Returns the end of the first match from `at` that greedy matching finds and `then` accepts.
pub(super) fn run(shape: &[u8], text: &[u8], at: usize, then: &dyn Fn(usize) -> bool) -> Option<usize> {
    go(shape, text, at, &|end| then(end).then_some(end))
}

type Then<'t> = &'t dyn Fn(usize) -> Option<usize>;

fn go(shape: &[u8], text: &[u8], at: usize, then: Then<'_>) -> Option<usize> {
    let Some(item) = Item::first(shape) else {
        return then(at);
    };
    let rest = &shape[item.len..];
    if let Kind::Group(inner) = item.kind {
        for branch in branches(inner) {
            let end = go(branch, text, at, &|end| go(rest, text, end, then));
            if end.is_some() {
                return end;
            }
        }
        return if item.min == 0 { go(rest, text, at, then) } else { None };
    }
    let rest_of_text = &text[at..];
    let rest_of_text = &rest_of_text[..rest_of_text.len().min(item.max.min(MAX_RUN))];
    let set = item.kind.set();
    let count = rest_of_text.iter().position(|byte| !set.has(*byte));
    let count = count.unwrap_or(rest_of_text.len());
    (item.min..=count)
        .rev()
        .find_map(|count| go(rest, text, at + count, then))
}

/// Returns the minimum length of a shape, in bytes. Computed at compile time, since length alone rules out most values.
pub(super) const fn least(mut shape: &[u8]) -> usize {
    let mut sum = 0;
    while let Some(item) = Item::first(shape) {
        let once = match item.kind {
            Kind::Group(inner) => least_branch(inner),
            _ => 1,
        };
        sum += once * item.min;
        shape = shape.split_at(item.len).1;
    }
    sum
}

/// Returns the minimum length of the shortest branch of a group.
const fn least_branch(mut inner: &[u8]) -> usize {
    let mut shortest = usize::MAX;
    loop {
        let mut end = 0;
        while end < inner.len() && inner[end] != b'|' {
            end += 1;
        }
        let (branch, others) = inner.split_at(end);
        let length = least(branch);
        if length < shortest {
            shortest = length;
        }
        match others {
            [] => return shortest,
            [_, rest @ ..] => inner = rest,
        }
    }
}

/// Returns the branches of a group. Groups are not nested, and classes contain no `|`.
pub(super) fn branches(inner: &[u8]) -> impl Iterator<Item = &[u8]> {
    inner.split(|byte| *byte == b'|')
}

/// The first piece of a shape.
#[derive(Debug, Clone, Copy)]
pub(super) struct Item<'s> {
    pub(super) kind: Kind<'s>,
    pub(super) min: usize,
    pub(super) max: usize,
    /// The length of the piece within the shape.
    pub(super) len: usize,
}

#[derive(Debug, Clone, Copy)]
pub(super) enum Kind<'s> {
    /// This byte.
    Byte(u8),
    /// The text between the brackets.
    Class(&'s [u8]),
    /// The text between `(?:` and `)`.
    Group(&'s [u8]),
}

impl<'s> Item<'s> {
    /// Reads the first piece; `None` at the end.
    pub(super) const fn first(shape: &'s [u8]) -> Option<Item<'s>> {
        let (kind, end) = match *shape {
            [] | [b'\\'] => return None,
            [b'\\', byte, ..] => (Kind::Byte(byte), 2),
            [b'[', ..] => match close(shape, b']') {
                Some(close) => (Kind::Class(shape.split_at(close).0.split_at(1).1), close + 1),
                None => return None,
            },
            [b'(', ..] => match close(shape, b')') {
                Some(close) => (Kind::Group(shape.split_at(close).0.split_at(3).1), close + 1),
                None => return None,
            },
            [byte, ..] => (Kind::Byte(byte), 1),
        };
        let behind = shape.split_at(end).1;
        let (min, max, quantifier) = match behind {
            [b'?', ..] => (0, 1, 1),
            [b'+', ..] => (1, MAX_RUN, 1),
            [b'*', ..] => (0, MAX_RUN, 1),
            [b'{', ..] => counts(behind),
            _ => (1, 1, 0),
        };
        Some(Item {
            kind,
            min,
            max,
            len: end + quantifier,
        })
    }
}

/// The bytes that a piece matches: a bit for each ASCII byte, and whether it matches the others.
#[derive(Debug, Clone, Copy)]
pub(super) struct Set {
    ascii: u128,
    others: bool,
}

impl Set {
    pub(super) fn has(self, byte: u8) -> bool {
        if byte < 128 {
            self.ascii >> byte & 1 == 1
        } else {
            self.others
        }
    }
}

impl Kind<'_> {
    /// Returns the bytes that the piece matches; empty for a group.
    pub(super) fn set(&self) -> Set {
        let (ascii, others) = match *self {
            Kind::Byte(one) => (bits(one, one), false),
            Kind::Class([b'^', class @ ..]) => (!class_set(class), true),
            Kind::Class(class) => (class_set(class), false),
            Kind::Group(_) => (0, false),
        };
        Set { ascii, others }
    }
}

/// Returns the ASCII bytes in a class; the table has no others.
fn class_set(mut class: &[u8]) -> u128 {
    let mut set = 0;
    loop {
        let (bits, len) = match *class {
            [] => return set,
            [b'\\', b's', ..] => (bits(b'\t', b'\n') | bits(b'\x0C', b'\r') | bits(b' ', b' '), 2),
            [b'\\', one, ..] => (bits(one, one), 2),
            [from, b'-', to, ..] => (bits(from, to), 3),
            [one, ..] => (bits(one, one), 1),
        };
        set |= bits;
        class = &class[len..];
    }
}

/// Returns the bits of a range of ASCII.
fn bits(from: u8, to: u8) -> u128 {
    (u128::MAX >> (127 - to)) & (u128::MAX << from)
}

/// Parses `{n}`, `{n,}` or `{n,m}`: minimum, maximum, and the length of the text.
const fn counts(shape: &[u8]) -> (usize, usize, usize) {
    let (min, end) = number(shape, 1);
    match shape[end] {
        b',' if shape[end + 1] == b'}' => (min, MAX_RUN, end + 2),
        b',' => {
            let (max, end) = number(shape, end + 1);
            (min, max, end + 1)
        }
        _ => (min, min, end + 1),
    }
}

/// Parses a number, and returns where it ends.
const fn number(shape: &[u8], mut at: usize) -> (usize, usize) {
    let mut number = 0;
    while shape[at].is_ascii_digit() {
        number = number * 10 + (shape[at] - b'0') as usize;
        at += 1;
    }
    (number, at)
}

/// Returns the offset of the closing bracket.
const fn close(shape: &[u8], bracket: u8) -> Option<usize> {
    let mut at = 1;
    while at < shape.len() {
        match shape[at] {
            byte if byte == bracket => return Some(at),
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
    None
}
