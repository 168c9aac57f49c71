//! `ages.v1`: the ages alone, as `envgate rotation --format json` writes them; each as in `report.v1`.

use serde::Serialize;

use crate::instant::Shown;
use crate::report::Report;
use crate::report::json::{AgeV1, Writer, escaped};
use crate::source::{PositionEncoding, Source};

/// Renders the ages, the most urgent first.
#[must_use]
pub fn render(report: &Report, sources: &[Source], encoding: PositionEncoding) -> String {
    let writer = Writer::new(report, sources, encoding);
    let wire = AgesV1 {
        version: 1,
        checked_at: Shown(report.checked_at).to_string(),
        secrets: super::rows(report)
            .iter()
            .map(|row| SecretV1 {
                environment: row.environment,
                key: row.key,
                age: writer.age(row.age),
            })
            .collect(),
    };
    let mut text =
        serde_json::to_string_pretty(&wire).unwrap_or_else(|_| unreachable!("strings and numbers serialise"));
    text.push('\n');
    escaped(text)
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct AgesV1<'w> {
    version: u32,
    checked_at: String,
    secrets: Vec<SecretV1<'w>>,
}

#[derive(Serialize)]
struct SecretV1<'w> {
    environment: &'w str,
    key: &'w str,
    age: AgeV1<'w>,
}
