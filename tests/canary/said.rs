//! All that is said of a check: every format, and what a developer could print of it.

use envgate::EnvironmentInput;
use envgate::diagnostic::Severity;
use envgate::report::human::{self, Style};
use envgate::report::{Export, Report, concise, github, gitlab, json, junit, markdown, rdjson, sarif};
use envgate::schema::Schema;
use envgate::source::{PositionEncoding, Source};

/// What a developer could print of a check: all that its texts are made of.
pub(crate) fn debug_of(
    schema: &Schema,
    sources: &[Source],
    environments: &[EnvironmentInput],
    report: &Report,
) -> Vec<(&'static str, String)> {
    vec![
        ("the Debug of the report", format!("{report:?}")),
        ("the Debug of the sources", format!("{sources:?}")),
        (
            "the Debug of the masked sources",
            format!("{:?}", envgate::check::mask(schema, sources, environments)),
        ),
    ]
}

/// The formats for people and programs.
pub(crate) fn everything_said(
    schema: &Schema,
    sources: &[Source],
    environments: &[EnvironmentInput],
    report: &Report,
) -> Vec<(&'static str, String)> {
    let masked = envgate::check::mask(schema, sources, environments);
    let human = |colour| {
        human::render(
            report,
            sources,
            &masked,
            Style {
                colour,
                width: 80,
                ..Style::PLAIN
            },
        )
    };
    vec![
        (
            "json",
            json::render(&Export::new(report, sources, PositionEncoding::Scalar)),
        ),
        (
            "json for editors",
            json::render(&Export::new(report, sources, PositionEncoding::Utf16)),
        ),
        ("concise", concise::render(report, sources)),
        ("human", human(false)),
        ("human, in colour", human(true)),
    ]
}

/// The formats for other tools.
pub(crate) fn exports_of(sources: &[Source], report: &Report) -> Vec<(&'static str, String)> {
    let export = Export {
        report,
        sources,
        folder: "services/api",
        complete: false,
        floor: Severity::Warning,
        encoding: PositionEncoding::Scalar,
    };
    vec![
        ("sarif", sarif::render(&export, &[])),
        ("github", github::render(&export)),
        ("gitlab", gitlab::render(&export)),
        ("junit", junit::render(&export)),
        ("markdown", markdown::render(&export)),
        ("rdjson", rdjson::render(&export)),
    ]
}
