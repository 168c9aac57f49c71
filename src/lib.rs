//! One schema, three gates: validates sets of environment variables against `env.schema.json` before commit, in review and
//! before deploy, and never prints a value.
//!
//! The modules below are in the order of the pipeline: bytes become a [`Document`](parse::Document), documents an
//! [`Environment`](model::Environment), an environment and a [`Schema`](schema::Schema) become diagnostics, and those a
//! [`Report`](report::Report). The library does no IO and has no clock: everything that it needs from the world is an argument.
//!
//! ```
//! use envgate::schema::{Schema, Vocabulary};
//! use envgate::source::{Source, SourceId};
//! use envgate::{EnvironmentInput, Options, check};
//!
//! let sources = [
//!     Source::new("env.schema.json", r#"{
//!         "environments": { "production": { "files": [".env.production"] } },
//!         "required": ["PORT"],
//!         "properties": { "PORT": { "type": "integer" } }
//!     }"#).expect("it is small"),
//!     Source::new(".env.production", "PORT=80a0\n").expect("it is small"),
//! ];
//! let schema = Schema::compile(&sources[0], &Vocabulary::default()).expect("it has no mistakes");
//! let production = schema.find_environment("production").expect("the schema has it");
//! let environment = EnvironmentInput::new(production, [SourceId(1)]);
//!
//! let report = check(&schema, &sources, &[environment], &Options::default());
//! assert_eq!(report.diagnostics[0].code.0, "schema-type");
//! assert_eq!(report.diagnostics[0].message, "PORT must be an integer");
//! ```
//!
//! [`report`] turns a report into text, [`passes`] gives the verdict alone. The feature `full` adds the JSON Schema engine for what
//! the compact build refuses, `yaml` the carriers that need it; `cli` and `wasm` serve the program and the packages in this
//! repository, and what they add may change in any release.
#![cfg_attr(not(test), warn(clippy::unwrap_used))]

mod find;
mod instant;
mod join;
mod json;
mod map;
mod percent;
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
