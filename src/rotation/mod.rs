//! Secret rotation: how old a value is, and whether its policy allows that.
//!
//! How the parts fit together:
//!
//! ```text
//!  a value ───── selfdated ──┐
//!  an export ─── importers ──┤
//!  env.rotation.json: ledger ┼──▶ Evidence (intervals) ──Age::of──▶ Age ──┐
//!  a commit, a comment ──────┘                                            ├─judge─▶ Judgement
//!  preset ◀ class ◀ property ◀ environment ──Policy::over──▶ Policy ──────┘
//! ```
//!
//! - [`policy`] says how old a value may be, in [`duration`]s of a fixed length; [`presets`] are policies that cite a published source.
//! - [`evidence`] holds what is known about the instant at which a value was written; [`verdict`] compares that with the policy.
//! - [`selfdated`], [`importers`], [`ledger`], [`git`] and [`comment`] produce evidence. All of them read dates through [`time`].
//!
//! Everything here is a pure function over text: the clock is an argument, and the shells read the files. An importer or value reader lets
//! out nothing but dates, field names and version ids. Signatures of certificates and tokens are not verified, so a value that lies about
//! its date is caught only if other evidence contradicts it.

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
pub(crate) mod elements;
#[cfg_attr(
    not(any(feature = "cli", feature = "full")),
    allow(
        dead_code,
        reason = "this build reads only the ledger, which needs less of the reader than exports do"
    )
)]
mod json;
pub mod time;

use crate::sort;

pub use duration::Duration;
pub use evidence::{Age, Evidence, Expiry, Interval, Rank};
pub use policy::Policy;
pub use verdict::{Judgement, Verdict, judge};
