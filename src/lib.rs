//! One schema, three gates: validates sets of environment variables against `env.schema.json`, before commit,
//! in review and before deploy, and never prints a value.
#![cfg_attr(not(test), warn(clippy::unwrap_used))]

pub mod source;
pub mod secret;
pub mod name;
pub mod diagnostic;
pub mod parse;
pub mod model;
pub mod schema;
