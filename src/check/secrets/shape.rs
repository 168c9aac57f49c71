//! Matching the shape of a token: a small part of the language of regular expressions, read as it stands in the table.
//!
//! Literals, `\` before a sign, classes of ASCII, `{n}`, `{n,m}`, `{n,}`, `?`, `+`, `*`, and groups `(?:a|b)` that may be optional. Nothing is
//! compiled and nothing allocated: a shape is only looked at where its first letters stand, and the table is the whole of it.

/// The longest run of one class that is read; it bounds the work of one match.
const MAX_RUN: usize = 1 << 16;

/// Where the longest match from `at` on ends that greedy reading finds, if `then` agrees.
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

/// The fewest bytes that a shape takes. Known when the table is compiled: most values are told from a format by their length alone.
pub(super) const fn least(shape: &[u8]) -> usize {
    let (mut at, mut sum) = (0, 0);
    // The least of the branches of the group that is open, if one is, and what stands before it.
    let (mut group, mut before) = (usize::MAX, 0);
    while at < shape.len() {
        let mut item = 1;
        match shape[at] {
            b'(' => {
                (group, before, sum) = (usize::MAX, sum, 0);
                at += 3;
                continue;
            }
            b'|' => {
                group = if sum < group { sum } else { group };
                sum = 0;
                at += 1;
                continue;
            }
            b')' => {
                item = if sum < group { sum } else { group };
                sum = before;
            }
            b'[' => {
                while shape[at] != b']' {
                    at += if shape[at] == b'\\' { 2 } else { 1 };
                }
            }
            b'\\' => at += 1,
            _ => {}
        }
        at += 1;
        let (times, length) = least_times(shape, at);
        sum += item * times;
        at += length;
    }
    sum
}

/// How often at least what stands before a place is repeated, and how long it takes to say so.
const fn least_times(shape: &[u8], at: usize) -> (usize, usize) {
    let (mut times, mut end) = (0, at + 1);
    match if at < shape.len() { shape[at] } else { 0 } {
        b'?' | b'*' => (0, 1),
        b'+' => (1, 1),
        b'{' => {
            while shape[end].is_ascii_digit() {
                times = times * 10 + (shape[end] - b'0') as usize;
                end += 1;
            }
            while shape[end] != b'}' {
                end += 1;
            }
            (times, end + 1 - at)
        }
        _ => (1, 0),
    }
}

/// The branches of a group. No group stands in a group, and no `|` in a class.
pub(super) fn branches(inner: &[u8]) -> impl Iterator<Item = &[u8]> {
    inner.split(|byte| *byte == b'|')
}

/// The first piece of a shape.
#[derive(Debug, Clone, Copy)]
pub(super) struct Item<'s> {
    pub(super) kind: Kind<'s>,
    pub(super) min: usize,
    pub(super) max: usize,
    /// How much of the shape it takes.
    pub(super) len: usize,
}

#[derive(Debug, Clone, Copy)]
pub(super) enum Kind<'s> {
    /// This byte.
    Byte(u8),
    /// What stands between the brackets.
    Class(&'s [u8]),
    /// What stands between `(?:` and `)`.
    Group(&'s [u8]),
}

impl<'s> Item<'s> {
    /// `None` at the end.
    pub(super) fn first(shape: &'s [u8]) -> Option<Item<'s>> {
        let (kind, end) = match *shape.first()? {
            b'\\' => (Kind::Byte(*shape.get(1)?), 2),
            b'[' => {
                let close = close(shape, b']')?;
                (Kind::Class(&shape[1..close]), close + 1)
            }
            b'(' => {
                let close = close(shape, b')')?;
                (Kind::Group(&shape[3..close]), close + 1)
            }
            byte => (Kind::Byte(byte), 1),
        };
        let (min, max, quantifier) = match shape.get(end) {
            Some(b'?') => (0, 1, 1),
            Some(b'+') => (1, MAX_RUN, 1),
            Some(b'*') => (0, MAX_RUN, 1),
            Some(b'{') => counts(&shape[end..])?,
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

/// The bytes that a piece takes: those of ASCII a bit each, and whether it takes the others.
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
    /// The bytes that it takes, one at a time; none for a group.
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

/// The bytes of ASCII that stand in a class; the table names no others.
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

/// The bits of a range of ASCII.
fn bits(from: u8, to: u8) -> u128 {
    (u128::MAX >> (127 - to)) & (u128::MAX << from)
}

/// `{n}`, `{n,}` or `{n,m}`, and how long it is.
fn counts(shape: &[u8]) -> Option<(usize, usize, usize)> {
    let close = close(shape, b'}')?;
    let mut numbers = shape[1..close].split(|byte| *byte == b',');
    let number = |digits: &[u8]| digits.iter().fold(0, |sum, digit| sum * 10 + usize::from(digit - b'0'));
    let min = number(numbers.next()?);
    let max = match numbers.next() {
        None => min,
        Some([]) => MAX_RUN,
        Some(digits) => number(digits),
    };
    Some((min, max, close + 1))
}

/// Where a bracket is closed.
fn close(shape: &[u8], bracket: u8) -> Option<usize> {
    let mut at = 1;
    while *shape.get(at)? != bracket {
        at += if shape[at] == b'\\' { 2 } else { 1 };
    }
    Some(at)
}
