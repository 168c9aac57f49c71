//! One report through the formats for people and programs, a picture each; and what no format may ever show. `tests/formats.rs` has the formats for
//! other tools.

#![cfg(feature = "cli")]

mod human;
mod json;
mod limits;
mod sample;

use envgate::report::concise;
use snapbox::{assert_data_eq, str};

use sample::{report, sources};

#[test]
fn concise() {
    assert_data_eq!(
        concise::render(&report(), &sources()),
        str![[r#"
.env.prod:3:20: error[schema-length]: SECRET_KEY has 13 characters; at least 32 are required
.env.prod:4:1: warning[duplicate-key]: PORT is assigned again
env.schema.json:4:6: error[missing-required]: DATABASE_URL is missing; it belongs in .env.prod (production)
<process environment>: hint[unknown-key]: FOO is not declared
Not shown: 3 beyond the limit of a report.
Checked 2 variables of 2 environments in 1 file against env.schema.json: 2 errors, 1 warning, 1 hint.

"#]]
    );
}
