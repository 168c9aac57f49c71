//! `ages.v1`: only the ages of a report, as `envgate rotation --format json` writes them. Each has the form it has in
//! `report.v1`.

use crate::instant::Shown;
use crate::report::Report;
use crate::report::json::Writer;
use crate::report::jsontext::JsonText;
use crate::source::{PositionEncoding, Source};

/// Renders the ages, most urgent first.
#[must_use]
pub fn render(report: &Report, sources: &[Source], encoding: PositionEncoding) -> String {
    let writer = Writer::new(report, sources, encoding);
    JsonText::object_of(&mut |json| {
        json.number("version", 1);
        json.string("checkedAt", &Shown(report.checked_at).to_string());
        json.array("secrets", &mut |json| {
            for row in &super::rows(report) {
                json.item(&mut |json| {
                    json.string("environment", row.environment);
                    json.string("key", row.key);
                    json.object("age", &mut |json| writer.age(json, row.age));
                });
            }
        });
    })
}
