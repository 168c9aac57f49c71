//! How old a value is, and whether it may be.
//!
//! The parts meet like this:
//!
//! ```text
//!  a value ───── selfdated ──┐
//!  an export ─── importers ──┤
//!  env.rotation.json: ledger ┼──▶ Evidence (intervals) ──Age::of──▶ Age ──┐
//!  a commit, a comment ──────┘                                            ├─judge─▶ Judgement
//!  preset ◀ class ◀ property ◀ environment ──Policy::over──▶ Policy ──────┘
//! ```
//!
//! - [`policy`] says how old a value may be, with [`duration`]s that have one length; [`presets`] are policies with a source to cite.
//! - [`evidence`] is what is known about the instant at which the value came to be; [`verdict`] holds the one against the other.
//! - [`selfdated`], [`importers`], [`ledger`], [`git`] and [`comment`] give evidence; each reads dates through [`time`] only.
//!
//! Everything here is a pure function over text: the clock is an argument, and reading files is for the shells. Nothing but dates, names of fields
//! and version ids leaves an importer or a value reader, and no signature of a certificate or token is verified: a value that lies about its
//! date is found by other evidence or not at all.

pub mod duration;
pub mod policy;
pub mod presets;

pub mod evidence;
pub mod verdict;

pub mod importers;
pub mod ledger;
pub mod selfdated;
pub mod git;
pub mod comment;

pub(crate) mod base64;
#[cfg_attr(
    not(any(feature = "cli", feature = "full")),
    allow(
        dead_code,
        reason = "of exports more is asked than of the ledger, which is all that this build reads"
    )
)]
mod json;
pub mod time;

use crate::sort;

pub use duration::Duration;
pub use evidence::{Age, Evidence, Expiry, Interval, Rank};
pub use policy::Policy;
pub use verdict::{Judgement, Verdict, judge};
