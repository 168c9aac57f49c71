//! `report.v1`, the one wire format: `--format json`, the page and the npm package return these bytes.
//!
//! The types here are written by hand and only serialised, so that a change inside the library can't change what others
//! read. `schemas/report.v1.schema.json` describes them; a change that breaks it is a `report.v2` beside this file.

use jiff::Timestamp;
use serde::Serialize;

use crate::diagnostic::{Applicability, Diagnostic};
use crate::instant::Shown;
use crate::report::places::{Place, Places};
use crate::report::{AgeReport, EnvironmentReport, Report, State, VariableReport, untrusted};
use crate::source::{Location, PositionEncoding, Source, SourceId, Span};

/// Renders a report, indented by two spaces and with a line end behind it.
#[must_use]
pub fn render(report: &Report, sources: &[Source], encoding: PositionEncoding) -> String {
    let writer = Writer::new(report, sources, encoding);
    let wire = ReportV1 {
        version: 1,
        tool: Tool {
            name: env!("CARGO_PKG_NAME"),
            version: env!("CARGO_PKG_VERSION"),
        },
        checked_at: Shown(report.checked_at).to_string(),
        environments: report.environments.iter().map(|one| writer.environment(one)).collect(),
        diagnostics: report.diagnostics.iter().map(|one| writer.diagnostic(one)).collect(),
        hidden: HiddenV1 {
            suppressed: report.hidden.suppressed,
            waived: report.hidden.waived,
            baseline: report.hidden.baseline,
            omitted: report.hidden.omitted,
        },
    };
    let mut text =
        serde_json::to_string_pretty(&wire).unwrap_or_else(|_| unreachable!("strings and numbers serialise"));
    text.push('\n');
    escaped(text)
}

/// JSON leaves DEL, C1 and bidirectional controls as they are; a report that is printed must not carry them. They only occur
/// within strings, where an escape means the same.
pub(super) fn escaped(text: String) -> String {
    // Nearly every report is ASCII, and of that JSON has escaped all that acts but DEL.
    if text.bytes().all(|byte| byte < 0x7F) {
        return text;
    }
    let mut safe = String::with_capacity(text.len() + 64);
    for character in text.chars() {
        if character == '\n' || !untrusted::acts(character) {
            safe.push(character);
        } else {
            untrusted::escape(character, &mut safe);
        }
    }
    safe
}

pub(super) struct Writer<'w> {
    sources: &'w [Source],
    places: Places,
}

impl<'w> Writer<'w> {
    pub(super) fn new(report: &Report, sources: &'w [Source], encoding: PositionEncoding) -> Writer<'w> {
        Writer {
            sources,
            places: Places::of(report, sources, encoding),
        }
    }

    fn file(&self, source: SourceId) -> &'w str {
        self.sources[source.0 as usize].name()
    }

    fn position(&self, source: SourceId, offset: u32) -> Position {
        let Place { at, offset, .. } = self.places.at(source, offset);
        Position {
            line: at.line,
            column: at.column,
            offset,
        }
    }

    fn environment(&self, environment: &'w EnvironmentReport) -> EnvironmentV1<'w> {
        EnvironmentV1 {
            name: &environment.name,
            files: environment.files.iter().map(|&source| self.file(source)).collect(),
            errors: environment.errors,
            warnings: environment.warnings,
            variables: environment.variables.iter().map(|one| self.variable(one)).collect(),
        }
    }

    fn variable(&self, variable: &'w VariableReport) -> VariableV1<'w> {
        VariableV1 {
            key: &variable.key,
            state: state(variable.state),
            secret: variable.secret,
            file: variable.location.map(|location| self.file(location.source)),
            line: variable.location.map(|location| self.places.start(location).at.line),
            age: variable.age.as_ref().map(|age| self.age(age)),
        }
    }

    pub(super) fn age(&self, age: &'w AgeReport) -> AgeV1<'w> {
        AgeV1 {
            verdict: age.verdict,
            class: age.class.as_deref(),
            from: instant(age.earliest),
            to: instant(age.latest),
            warn: instant(age.warn),
            due: instant(age.due),
            expires: instant(age.expires),
            evidence: age
                .evidence
                .iter()
                .map(|piece| EvidenceV1 {
                    rank: piece.rank,
                    source: piece.source,
                    field: piece.field,
                    from: instant(piece.earliest),
                    to: instant(piece.latest),
                    expires: instant(piece.expires),
                    file: piece.location.map(|location| self.file(location.source)),
                    line: piece.location.map(|location| self.places.start(location).at.line),
                })
                .collect(),
            owner: age.owner.as_deref(),
            runbook: age.runbook.as_deref(),
            settle: age.settle,
        }
    }

    fn diagnostic(&self, diagnostic: &'w Diagnostic) -> DiagnosticV1<'w> {
        let location = diagnostic.location;
        let (start, end) = match location {
            Some(location) => (Some(self.start(location)), Some(self.end(location))),
            None => (None, None),
        };
        DiagnosticV1 {
            code: diagnostic.code.0,
            severity: diagnostic.severity.name(),
            environment: diagnostic.environment.as_deref(),
            key: diagnostic.key.as_deref(),
            message: &diagnostic.message,
            file: location.map(|location| self.file(location.source)),
            start,
            end,
            schema_pointer: diagnostic.schema_pointer.as_deref(),
            related: diagnostic
                .related
                .iter()
                .map(|label| RelatedV1 {
                    message: &label.message,
                    file: self.file(label.location.source),
                    start: self.start(label.location),
                    end: self.end(label.location),
                })
                .collect(),
            help: diagnostic.help.as_deref(),
            // The edits of a fix are in the file of its diagnostic; without one there is nothing to edit.
            fix: diagnostic
                .fix
                .as_ref()
                .zip(location)
                .map(|(fix, Location { source, .. })| FixV1 {
                    title: &fix.title,
                    applicability: match fix.applicability {
                        Applicability::Safe => "safe",
                        Applicability::Unsafe => "unsafe",
                    },
                    edits: fix
                        .edits
                        .iter()
                        .map(|edit| self.edit(source, edit.span, edit.text))
                        .collect(),
                }),
        }
    }

    fn start(&self, Location { source, span }: Location) -> Position {
        self.position(source, span.start)
    }

    fn end(&self, Location { source, span }: Location) -> Position {
        self.position(source, span.end)
    }

    fn edit(&self, source: SourceId, span: Span, text: &'w str) -> EditV1<'w> {
        EditV1 {
            start: self.position(source, span.start),
            end: self.position(source, span.end),
            text,
        }
    }
}

fn instant(at: Option<Timestamp>) -> Option<String> {
    at.map(|at| Shown(at).to_string())
}

fn state(state: State) -> &'static str {
    match state {
        State::Ok => "ok",
        State::Invalid => "invalid",
        State::Missing => "missing",
        State::Defaulted => "defaulted",
        State::Forbidden => "forbidden",
        State::Unknown => "unknown",
        State::External => "external",
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ReportV1<'w> {
    version: u32,
    tool: Tool,
    checked_at: String,
    environments: Vec<EnvironmentV1<'w>>,
    diagnostics: Vec<DiagnosticV1<'w>>,
    hidden: HiddenV1,
}

#[derive(Serialize)]
struct Tool {
    name: &'static str,
    version: &'static str,
}

#[derive(Serialize)]
struct EnvironmentV1<'w> {
    name: &'w str,
    files: Vec<&'w str>,
    errors: u32,
    warnings: u32,
    variables: Vec<VariableV1<'w>>,
}

#[derive(Serialize)]
struct VariableV1<'w> {
    key: &'w str,
    state: &'static str,
    secret: bool,
    file: Option<&'w str>,
    line: Option<u32>,
    age: Option<AgeV1<'w>>,
}

#[derive(Serialize)]
pub(super) struct AgeV1<'w> {
    verdict: &'static str,
    due: Option<String>,
    warn: Option<String>,
    from: Option<String>,
    to: Option<String>,
    expires: Option<String>,
    class: Option<&'w str>,
    owner: Option<&'w str>,
    runbook: Option<&'w str>,
    evidence: Vec<EvidenceV1<'w>>,
    settle: Option<&'static str>,
}

#[derive(Serialize)]
struct EvidenceV1<'w> {
    rank: &'static str,
    source: &'static str,
    field: &'static str,
    from: Option<String>,
    to: Option<String>,
    expires: Option<String>,
    file: Option<&'w str>,
    line: Option<u32>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct DiagnosticV1<'w> {
    code: &'static str,
    severity: &'static str,
    environment: Option<&'w str>,
    key: Option<&'w str>,
    message: &'w str,
    file: Option<&'w str>,
    start: Option<Position>,
    end: Option<Position>,
    schema_pointer: Option<&'w str>,
    related: Vec<RelatedV1<'w>>,
    help: Option<&'w str>,
    fix: Option<FixV1<'w>>,
}

#[derive(Serialize)]
struct Position {
    line: u32,
    column: u32,
    offset: u32,
}

#[derive(Serialize)]
struct RelatedV1<'w> {
    message: &'w str,
    file: &'w str,
    start: Position,
    end: Position,
}

#[derive(Serialize)]
struct FixV1<'w> {
    title: &'w str,
    applicability: &'static str,
    edits: Vec<EditV1<'w>>,
}

#[derive(Serialize)]
struct EditV1<'w> {
    start: Position,
    end: Position,
    text: &'w str,
}

#[derive(Serialize)]
struct HiddenV1 {
    suppressed: u32,
    waived: u32,
    baseline: u32,
    omitted: u32,
}
