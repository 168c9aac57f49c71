//! What users see of a check, for the targets that look for values in it.

use envgate::EnvironmentInput;
use envgate::check::mask;
use envgate::report::human::Style;
use envgate::report::{Export, Report, concise, human, json};
use envgate::schema::Schema;
use envgate::source::{PositionEncoding, Source};

/// The report in the formats that are rendered each in its own way; for people, with colours and without.
pub fn formats(schema: &Schema, sources: &[Source], environments: &[EnvironmentInput], report: &Report) -> [String; 4] {
    let masked = mask(schema, sources, environments);
    let human = |colour| human::render(report, sources, &masked, Style { colour, ..Style::PLAIN });
    [
        json::render(&Export::new(report, sources, PositionEncoding::Utf16)),
        concise::render(report, sources),
        human(false),
        human(true),
    ]
}
