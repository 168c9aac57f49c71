//! The report that is rendered: a schema, an env file with secrets in every place, and one diagnostic of each kind.

use std::borrow::Cow;

use envgate::diagnostic::{Applicability, Diagnostic, Edit, Fix, Label, RuleCode, Severity};
use envgate::report::{EnvironmentReport, Hidden, Report, State, VariableReport};
use envgate::source::{Location, Source, SourceId, Span};

pub(crate) const SCHEMA: &str = r#"{
  "properties": {
    "SECRET_KEY": { "minLength": 32 },
    "DATABASE_URL": {}
  }
}
"#;

pub(crate) const ENV: &str =
    "# the password is hunter2-in-comment\nPORT=8000\r\nexport SECRET_KEY='tr0ub4dor&3é😀'  # rotate\nPORT=9000\n";

pub(crate) fn sources() -> Vec<Source> {
    vec![
        Source::new("env.schema.json", SCHEMA).unwrap(),
        Source::new(".env.prod", ENV).unwrap(),
    ]
}

/// The first `needle` behind `after` in a source.
pub(crate) fn place(source: u32, after: &str, needle: &str) -> Location {
    let text = [SCHEMA, ENV][source as usize];
    let from = text.find(after).unwrap();
    let start = from + text[from..].find(needle).unwrap();
    Location {
        source: SourceId(source),
        span: Span::new(start, start + needle.len()),
    }
}

/// The allow-list that the parser's pieces give: keys, `export`, separators, quotes, white space.
pub(crate) fn shown() -> Vec<Span> {
    let plain = ["\nPORT=", "\r\nexport SECRET_KEY='", "'  ", "\nPORT="];
    let mut at = 0;
    let spans = plain.map(|piece| {
        let start = at + ENV[at..].find(piece).unwrap();
        at = start + piece.len();
        Span::new(start, at)
    });
    spans.to_vec()
}

pub(crate) fn diagnostic(
    code: &'static str,
    severity: Severity,
    message: &str,
    location: Option<Location>,
) -> Diagnostic {
    Diagnostic {
        code: RuleCode(code),
        severity,
        message: message.to_owned(),
        environment: Some("production".to_owned()),
        key: None,
        location,
        related: Vec::new(),
        schema_pointer: None,
        help: None,
        fix: None,
    }
}

fn label(location: Location, message: &'static str) -> Label {
    Label {
        location,
        message: Cow::Borrowed(message),
    }
}

pub(crate) fn report() -> Report {
    let key = place(1, "export", "SECRET_KEY");
    let variable = |key: &str, state, location| VariableReport {
        key: key.to_owned(),
        state,
        secret: key == "SECRET_KEY",
        location,
        age: None,
    };
    Report {
        checked_at: "2026-11-20T00:00:00Z".parse().unwrap(),
        environments: vec![
            EnvironmentReport {
                name: "production".to_owned(),
                files: vec![SourceId(1)],
                errors: 2,
                warnings: 1,
                variables: vec![
                    variable("SECRET_KEY", State::Invalid, Some(key)),
                    variable("DATABASE_URL", State::Missing, None),
                    variable("PORT", State::Unknown, Some(place(1, "9000", "\n"))),
                ],
                unnamed: 0,
            },
            EnvironmentReport {
                name: "staging".to_owned(),
                files: Vec::new(),
                errors: 0,
                warnings: 0,
                variables: Vec::new(),
                unnamed: 0,
            },
        ],
        unchecked: vec!["development".to_owned()],
        diagnostics: vec![
            Diagnostic {
                key: Some("SECRET_KEY".to_owned()),
                schema_pointer: Some("/properties/SECRET_KEY/minLength".to_owned()),
                related: vec![label(place(0, "SECRET_KEY", "\"minLength\": 32"), "asked for here")],
                help: Some("make a new one: openssl rand -hex 32".to_owned()),
                ..diagnostic(
                    "schema-length",
                    Severity::Error,
                    "SECRET_KEY has 13 characters; at least 32 are required",
                    Some(place(1, "export", "tr0ub4dor&3é😀")),
                )
            },
            Diagnostic {
                key: Some("PORT".to_owned()),
                related: vec![label(place(1, "PORT", "PORT"), "first assigned here")],
                fix: Some(Fix {
                    title: Cow::Borrowed("remove the second line"),
                    applicability: Applicability::Unsafe,
                    edits: vec![Edit {
                        span: place(1, "rotate", "PORT=9000\n").span,
                        text: "",
                    }],
                }),
                ..diagnostic(
                    "duplicate-key",
                    Severity::Warning,
                    "PORT is assigned again",
                    Some(place(1, "rotate", "PORT")),
                )
            },
            Diagnostic {
                key: Some("DATABASE_URL".to_owned()),
                ..diagnostic(
                    "missing-required",
                    Severity::Error,
                    "DATABASE_URL is missing; it belongs in .env.prod",
                    Some(place(0, "DATABASE_URL\"", "DATABASE_URL")),
                )
            },
            Diagnostic {
                environment: None,
                ..diagnostic("unknown-key", Severity::Hint, "FOO is not declared", None)
            },
        ],
        hidden: Hidden {
            omitted: 3,
            ..Hidden::default()
        },
        searched: None,
    }
}
