//! How the values of two sets of variables differ, without telling what they are.

use envgate::EnvironmentInput;
use envgate::check::{Comparison, Held, compare};
use envgate::schema::Schema;
use envgate::source::Source;

/// How a variable changes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Change {
    Added,
    Removed,
    Longer,
    Shorter,
    Changed,
    Unknown,
}

impl Change {
    fn of(held: &[Option<Held>]) -> Option<Change> {
        match held {
            [None, Some(_)] => Some(Change::Added),
            [Some(_), None] => Some(Change::Removed),
            [
                Some(Held::Known {
                    longer_than: before, ..
                }),
                Some(Held::Known { same_as, longer_than }),
            ] => match (same_as, before, longer_than) {
                (0, ..) => None,
                (_, 0, 1..) => Some(Change::Longer),
                (_, 1.., 0) => Some(Change::Shorter),
                _ => Some(Change::Changed),
            },
            [Some(_), Some(_)] => Some(Change::Unknown),
            _ => None,
        }
    }

    pub(super) fn sign(self) -> char {
        match self {
            Change::Added => '+',
            Change::Removed => '-',
            _ => '~',
        }
    }

    pub(super) fn words(self) -> &'static str {
        match self {
            Change::Added => "added",
            Change::Removed => "removed",
            Change::Longer => "changed, longer",
            Change::Shorter => "changed, shorter",
            Change::Changed => "changed",
            Change::Unknown => "not known: a command or a reference decides",
        }
    }
}

/// What changes from the first set to the second, by key.
pub(super) fn changes(schema: &Schema, sources: &[Source], pair: [&EnvironmentInput; 2]) -> Vec<(Change, String)> {
    let compared = compare(schema, sources, &pair.map(Clone::clone));
    let change = |Comparison { key, held }| Some((Change::of(&held)?, key));
    compared.into_iter().filter_map(change).collect()
}
