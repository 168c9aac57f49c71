//! The Bidi rule for the labels of a name (RFC 5893): a label that mixes letters of both directions, or ends in a
//! character of neither, is displayed out of order, and so is any label next to it that begins with a digit.

use super::tables::{MARKS, is_in};

/// What is known of the labels read so far.
#[derive(Default)]
pub(super) struct Directions {
    /// Whether a label is read from right to left.
    has_right: bool,
    /// Whether a label breaks the rule, which matters only next to one that is read from right to left.
    is_broken: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Direction {
    Left,
    Right,
    /// Arabic digits, which count as read from right to left.
    Arabic,
    European,
    Mark,
    Neutral,
}

impl Directions {
    pub(super) fn agree(&self) -> bool {
        !(self.has_right && self.is_broken)
    }

    /// Reads a label: sections 2.1 to 2.6.
    pub(super) fn label(&mut self, label: impl Iterator<Item = char>) {
        use Direction::{Arabic, European, Left, Mark, Neutral, Right};
        let (mut first, mut last, mut seen) = (None, Neutral, 0);
        for direction in label.map(direction) {
            first.get_or_insert(direction);
            if direction != Mark {
                last = direction;
            }
            seen |= 1_u8 << direction as u8;
        }
        let has = |direction: Direction| seen >> direction as u8 & 1 == 1;
        self.has_right |= has(Right) || has(Arabic);
        let is_right = match first {
            Some(Right) => !has(Left) && matches!(last, Right | European | Arabic) && !(has(European) && has(Arabic)),
            Some(Left) => !has(Right) && !has(Arabic) && matches!(last, Left | European),
            _ => false,
        };
        self.is_broken |= !is_right;
    }
}

fn direction(c: char) -> Direction {
    match c {
        '-' | '\u{200C}' | '\u{200D}' => Direction::Neutral,
        '0'..='9' | '\u{6F0}'..='\u{6F9}' => Direction::European,
        '\u{660}'..='\u{669}' => Direction::Arabic,
        _ if is_in(&MARKS, c) => Direction::Mark,
        _ if is_from_right(c) => Direction::Right,
        _ => Direction::Left,
    }
}

/// Returns whether a letter belongs to a script that is read from right to left.
pub(super) fn is_from_right(c: char) -> bool {
    matches!(c, '\u{590}'..='\u{8FF}' | '\u{FB1D}'..='\u{FDFF}' | '\u{FE70}'..='\u{FEFC}' | '\u{10800}'..='\u{10FFF}' | '\u{1E800}'..='\u{1EFFF}')
}
