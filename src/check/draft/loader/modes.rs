//! Loaders that choose their files by mode, and what they do with `.env.local`.

use crate::parse::Dialect;

/// What a loader that chooses its files by mode does with `.env.local`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Modes {
    /// Whether it wins over the file of the mode.
    pub local_wins: bool,
    /// Whether it is read in tests.
    pub local_in_test: bool,
}

/// Returns the name of the loader that a dialect describes, and how it chooses its files, if it does so by mode.
#[must_use]
pub fn modes(dialect: &Dialect) -> Option<(&'static str, Modes)> {
    MODES.iter().copied().find(|(loader, _)| *loader == dialect.loader())
}

/// Dialects whose loaders choose their files by mode, and how. The dialects of a loader's older versions (`vite@7`) are found by its name.
pub(super) const MODES: &[(&str, Modes)] = &[
    ("vite", VITE),
    ("next", NEXT),
    ("expo", NEXT),
    ("bun", NEXT),
    ("symfony", SYMFONY),
];

/// Dependencies that choose files by mode and have them read by a loader that does not.
pub(super) const MODES_OF_DEPENDENCIES: &[(&str, Modes)] = &[
    ("\"react-scripts\"", NEXT),
    ("\"dotenv-flow\"", SYMFONY),
    ("dotenv-rails", NEXT),
];

const VITE: Modes = Modes {
    local_wins: false,
    local_in_test: true,
};

const SYMFONY: Modes = Modes {
    local_wins: false,
    local_in_test: false,
};

pub(super) const NEXT: Modes = Modes {
    local_wins: true,
    local_in_test: false,
};
