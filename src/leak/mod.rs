//! Finds known values where they must not be: one automaton over bytes, for every value, every encoding of it, and
//! every format of token.
//!
//! ```text
//! values ──▶ Needles ──▶ Search: windows of a stream ──▶ hits ──▶ Findings ──▶ Report
//! ```
//!
//! [`Needles`] are built once; a [`Search`] goes over one text, handed in by pieces, in bounded memory; [`Findings`] makes diagnostics of what it
//! found. Nothing that comes out holds a value: what is told is where one stands, and names of files pass [`Needles::redact`].

mod encoding;
mod findings;
mod lines;
mod needles;
mod search;
mod silence;
#[cfg(test)]
mod tests;

pub use encoding::Encoding;
pub use findings::Findings;
pub use needles::{Needles, Part};
pub use search::{Found, Hit, Search, What};
