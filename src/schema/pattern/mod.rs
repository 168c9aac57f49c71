//! Matches `pattern` and `patternProperties`: whether a text contains a match of an ECMA-262 regular expression.
//!
//! JSON Schema defines patterns as `new RegExp(source, "u").test(text)`, and this module follows that exactly: a
//! JavaScript engine accepts whatever it accepts, with the same meaning. It refuses, with an error that names them,
//! features that no automaton can handle in linear time (lookaround, back references) and, in this compact form, those
//! that need Unicode tables (`\p{…}`). It is stricter than ECMA-262 where leniency would help nobody: half a surrogate
//! pair can't occur in a text and is refused, group names are ASCII, and sizes are bounded (see
//! [`PatternErrorKind::TooLarge`]).
//!
//! The pipeline: `syntax` reads tokens and knows the whole grammar, `program` turns them into instructions of a
//! nondeterministic automaton, and `dfa` runs that as a deterministic one whose states are built lazily. Compiling is
//! cheap because no states are built for texts that never come; matching is one table look-up per character once the
//! states exist. There is no backtracking and no recursion: time is linear in the text, memory is bounded.
//!
//! `translate` is independent of that machinery: it converts a pattern to the syntax of the `regex` crate, for the
//! engine and for tests that compare the two.

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
/// It is `Send` but not `Sync`: matching fills a cache of states behind `&self`, and a lock would cost as much as
/// matching a short text.
pub struct Pattern {
    program: Program,
    /// Built by the first match, since the pattern of an absent key never needs one.
    dfa: RefCell<Option<Box<Dfa>>>,
}

impl Pattern {
    /// Compiles an ECMA-262 pattern (Unicode mode).
    ///
    /// # Errors
    /// Returns the first mistake in it, or the first unsupported feature.
    pub fn compile(source: &str) -> Result<Pattern, PatternError> {
        Ok(Pattern {
            program: Program::compile(source)?,
            dfa: RefCell::new(None),
        })
    }

    /// Checks whether a pattern compiles. Costs little more than reading it.
    ///
    /// # Errors
    /// As [`Pattern::compile`].
    pub fn check(source: &str) -> Result<(), PatternError> {
        Program::compile(source).map(drop)
    }

    /// Returns whether the text contains a match.
    #[must_use]
    pub fn is_match(&self, text: &str) -> bool {
        let mut dfa = self.dfa.borrow_mut();
        dfa.get_or_insert_with(|| Box::new(Dfa::new(&self.program)))
            .is_match(&self.program, text)
    }
}

/// Leaves out the cache, because its states are a trace of the values that were matched.
impl fmt::Debug for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pattern")
            .field("instructions", &self.program.len())
            .finish_non_exhaustive()
    }
}
