//! `ages.v1`: only the ages of a report, as `envgate rotation --format json` writes them. Each has the form it has in
//! `report.v1`.

use crate::instant::Shown;
use crate::report::Export;
use crate::report::json::Writer;
use crate::report::jsontext::JsonText;

/// Renders the ages, most urgent first.
#[must_use]
pub fn render(export: &Export<'_>) -> String {
    let report = export.report;
    let writer = Writer::new(report, export.sources, export.encoding);
    JsonText::object_of(&mut |json| {
        json.number("version", 1);
        json.string("checkedAt", &Shown(report.checked_at).to_string());
        json.boolean("complete", export.complete);
        json.strings("unchecked", &mut report.unchecked.iter().map(String::as_str));
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
