//! Sets of characters: a bitmap for ASCII, sorted ranges for the rest.

/// `0` to `9`.
pub(super) const DIGIT: u128 = span(b'0', b'9');
/// The characters of `\w`, which `\b` tests for as well.
pub(super) const WORD: u128 = DIGIT | span(b'A', b'Z') | span(b'a', b'z') | 1 << b'_';
/// The ASCII part of `\s`: TAB, LF, VT, FF, CR, SPACE.
pub(super) const SPACE: u128 = span(b'\t', b'\r') | 1 << b' ';
/// The rest of `\s`: WhiteSpace and LineTerminator of ECMA-262 sections 12.2 and 12.3.
pub(super) const SPACE_WIDE: [(u32, u32); 8] = [
    (0xA0, 0xA0),
    (0x1680, 0x1680),
    (0x2000, 0x200A),
    (0x2028, 0x2029),
    (0x202F, 0x202F),
    (0x205F, 0x205F),
    (0x3000, 0x3000),
    (0xFEFF, 0xFEFF),
];
/// What `.` does not match.
pub(super) const LINE_END: u128 = 1 << b'\n' | 1 << b'\r';
/// What `.` does not match beyond ASCII.
pub(super) const LINE_END_WIDE: [(u32, u32); 1] = [(0x2028, 0x2029)];

/// The first code point without a bit.
pub(super) const WIDE: u32 = 0x80;
/// Code points that are not characters.
pub(super) const SURROGATES: (u32, u32) = (0xD800, 0xDFFF);
const LAST: u32 = char::MAX as u32;

const fn span(first: u8, last: u8) -> u128 {
    (u128::MAX >> (127 - last)) & (u128::MAX << first)
}

/// A set of code points.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct CharSet {
    /// Bit n represents the code point n.
    pub(super) ascii: u128,
    /// Inclusive ranges beyond ASCII, sorted and not adjacent.
    pub(super) wide: Vec<(u32, u32)>,
}

impl CharSet {
    /// Creates the set of these characters and ranges.
    pub(super) fn new(ascii: u128, wide: &[(u32, u32)]) -> CharSet {
        CharSet {
            ascii,
            wide: wide.to_vec(),
        }
    }

    /// Returns the set of all other characters.
    pub(super) fn complement(&self) -> CharSet {
        let mut wide = Vec::with_capacity(self.wide.len() + 1);
        let mut from = WIDE;
        for &(first, last) in &self.wide {
            if from < first {
                wide.push((from, first - 1));
            }
            from = last + 1;
        }
        if from <= LAST {
            wide.push((from, LAST));
        }
        CharSet {
            ascii: !self.ascii,
            wide,
        }
    }

    /// Adds a range, both ends included.
    pub(super) fn add_range(&mut self, first: u32, last: u32) {
        if first < WIDE {
            self.ascii |= span(first as u8, last.min(WIDE - 1) as u8);
        }
        if last >= WIDE {
            self.add_wide(first.max(WIDE), last);
        }
    }

    /// Adds the members of another set.
    pub(super) fn add_set(&mut self, other: &CharSet) {
        self.ascii |= other.ascii;
        for &(first, last) in &other.wide {
            self.add_wide(first, last);
        }
    }

    fn add_wide(&mut self, mut first: u32, mut last: u32) {
        // No text contains surrogates, so a range next to them may as well include them; ranges on both sides then
        // become one.
        if last + 1 == SURROGATES.0 {
            last = SURROGATES.1;
        }
        if first == SURROGATES.1 + 1 {
            first = SURROGATES.0;
        }
        // The ranges from `begin` to `end` overlap or touch the new one and are merged with it.
        let begin = self.wide.partition_point(|range| range.1 + 1 < first);
        let mut end = begin;
        while let Some(range) = self.wide.get(end).filter(|range| range.0 <= last + 1) {
            first = first.min(range.0);
            last = last.max(range.1);
            end += 1;
        }
        if begin == end {
            self.wide.insert(begin, (first, last));
        } else {
            self.wide[begin] = (first, last);
            self.wide.drain(begin + 1..end);
        }
    }

    /// Returns whether the set contains a code point. A number that is not a code point is in no set.
    pub(super) fn contains(&self, c: u32) -> bool {
        if c < WIDE {
            return self.ascii >> c & 1 != 0;
        }
        let after = self.wide.partition_point(|range| range.0 <= c);
        after > 0 && c <= self.wide[after - 1].1
    }
}
