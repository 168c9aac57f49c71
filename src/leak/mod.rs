//! Finds known values and tokens where they must not be. One automaton over bytes looks for every value, every
//! encoding of it, and every token format.
//!
//! ```text
//! values ──▶ Needles ──▶ Search: windows of a stream ──▶ hits ──▶ Findings ──▶ Report
//! ```
//!
//! [`Needles`] are built once; a [`Search`] goes over one text, which it is fed in pieces, in bounded memory;
//! [`Findings`] turns the hits into diagnostics. No output holds a value: a diagnostic says where one is, and file
//! names pass through [`Needles::redact`].

mod encoding;
mod findings;
mod lines;
mod needles;
mod search;
mod silence;
mod wrapped;
#[cfg(test)]
mod tests;

pub use encoding::Encoding;
pub use findings::{Findings, Kept, Origin};
pub use needles::{Needles, Part};
pub use search::{Found, Hit, Search, What};
