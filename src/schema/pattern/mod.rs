//! `pattern` and `patternProperties`: does a text contain a match of an ECMA-262 regular expression?
//!
//! JSON Schema gives patterns the meaning of `new RegExp(source, "u").test(text)`, and this module keeps to it to the
//! letter: what it accepts, a JavaScript engine accepts and means the same by. It refuses, by name, what no automaton
//! can do in linear time (lookaround, back references) and, in this compact form, what needs the tables of Unicode
//! (`\p{…}`). Stricter than ECMA-262, because the lenient reading would help nobody: one half of a surrogate pair can't
//! occur in a text and is refused, group names are ASCII, and sizes are bounded (see [`PatternErrorKind::TooLarge`]).
//!
//! The way through: `syntax` reads tokens and knows all of the grammar, `program` turns them into instructions of a
//! nondeterministic automaton, and `dfa` runs that as a deterministic one whose states are made when a text first
//! needs them. Compiling is cheap because nothing is built for texts that never come; matching is one table look-up a
//! character once the states exist. There is no backtracking and no recursion: time is linear in the text, memory
//! bounded.
//!
//! `translate` leaves the module's own machinery aside: it spells a pattern in the syntax of the `regex` crate, for
//! the engine and for the tests that hold the two against each other.

mod charset;
mod dfa;
mod error;
mod program;
mod syntax;
mod translate;

#[cfg(test)]
mod tests;

use std::cell::RefCell;
use std::fmt;

pub use self::error::{PatternError, PatternErrorKind, Unsupported};
pub(in crate::schema) use self::syntax::is_sound as is_ecma_regex;
pub use self::translate::to_regex;

use self::dfa::Dfa;
use self::program::Program;

/// A compiled pattern.
///
/// It is `Send`, not `Sync`: matching fills a cache of states behind `&self`, and a lock would cost as much as the match
/// of a short text.
pub struct Pattern {
    program: Program,
    /// Made by the first match, since a pattern whose key is absent never needs one.
    dfa: RefCell<Option<Box<Dfa>>>,
}

impl Pattern {
    /// Compiles an ECMA-262 pattern (Unicode mode).
    ///
    /// # Errors
    /// The first mistake in it, or what it asks for that is not supported.
    pub fn compile(source: &str) -> Result<Pattern, PatternError> {
        Ok(Pattern {
            program: Program::compile(source)?,
            dfa: RefCell::new(None),
        })
    }

    /// Whether a pattern compiles. Costs little more than reading it.
    ///
    /// # Errors
    /// As [`Pattern::compile`].
    pub fn check(source: &str) -> Result<(), PatternError> {
        Program::compile(source).map(drop)
    }

    /// Whether the text contains a match.
    #[must_use]
    pub fn is_match(&self, text: &str) -> bool {
        let mut dfa = self.dfa.borrow_mut();
        dfa.get_or_insert_with(|| Box::new(Dfa::new(&self.program)))
            .is_match(&self.program, text)
    }
}

/// Leaves the cache out, because its states are the trail of the values that were matched.
impl fmt::Debug for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pattern")
            .field("instructions", &self.program.len())
            .finish_non_exhaustive()
    }
}
