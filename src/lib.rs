//! One schema, three gates: validates sets of environment variables against `env.schema.json` before commit, in review and
//! before deploy, and never prints a value.
//!
//! The modules below stand in the order of the pipeline: bytes become a [`Document`](parse::Document), documents an
//! [`Environment`](model::Environment), an environment and a [`Schema`](schema::Schema) become diagnostics, and those a
//! [`Report`](report::Report). The library does no IO and has no clock: what it needs of the world is an argument.
#![cfg_attr(not(test), warn(clippy::unwrap_used))]

mod find;
mod instant;
mod json;
mod map;
mod sort;
pub mod suggest;
pub mod source;
pub mod secret;
pub mod name;
pub mod diagnostic;
pub mod parse;
pub mod model;
pub mod rotation;
pub mod schema;
pub mod carrier;
pub mod check;
pub mod report;
#[cfg(all(feature = "cli", not(target_family = "wasm")))]
pub mod leak;
#[cfg(all(feature = "cli", not(target_family = "wasm")))]
pub mod usage;
#[cfg(feature = "wasm")]
pub mod wasm;

pub use check::{EnvironmentInput, Options, check, passes};
