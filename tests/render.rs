//! One report through every format, a picture each; and what no format may ever show.

#![cfg(feature = "cli")]

use std::borrow::Cow;

use envgate::diagnostic::{Applicability, Diagnostic, Edit, Fix, Label, RuleCode, Severity};
use envgate::report::human::{self, Style};
use envgate::report::{EnvironmentReport, Hidden, MaskedSource, Report, State, VariableReport, concise, json};
use envgate::source::{Location, PositionEncoding, Source, SourceId, Span};
use snapbox::{assert_data_eq, str};

const SCHEMA: &str = r#"{
  "properties": {
    "SECRET_KEY": { "minLength": 32 },
    "DATABASE_URL": {}
  }
}
"#;

const ENV: &str =
    "# the password is hunter2-in-comment\nPORT=8000\r\nexport SECRET_KEY='tr0ub4dor&3é😀'  # rotate\nPORT=9000\n";

const PLAIN: Style = Style {
    colour: false,
    width: 100,
};

fn sources() -> Vec<Source> {
    vec![
        Source::new("env.schema.json", SCHEMA).unwrap(),
        Source::new(".env.prod", ENV).unwrap(),
    ]
}

/// The first `needle` behind `after` in a source.
fn place(source: u32, after: &str, needle: &str) -> Location {
    let text = [SCHEMA, ENV][source as usize];
    let from = text.find(after).unwrap();
    let start = from + text[from..].find(needle).unwrap();
    Location {
        source: SourceId(source),
        span: Span::new(start, start + needle.len()),
    }
}

/// The allow-list that the parser's pieces give: keys, `export`, separators, quotes, white space.
fn shown() -> Vec<Span> {
    let plain = ["\nPORT=", "\r\nexport SECRET_KEY='", "'  ", "\nPORT="];
    let mut at = 0;
    let spans = plain.map(|piece| {
        let start = at + ENV[at..].find(piece).unwrap();
        at = start + piece.len();
        Span::new(start, at)
    });
    spans.to_vec()
}

fn diagnostic(code: &'static str, severity: Severity, message: &str, location: Option<Location>) -> Diagnostic {
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

fn report() -> Report {
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

fn render_human(report: &Report, style: Style) -> String {
    let sources = sources();
    let masked = [
        MaskedSource::schema(&sources[0]),
        MaskedSource::new(&sources[1], shown()),
    ];
    human::render(report, &sources, &masked, style)
}

#[test]
fn human() {
    assert_data_eq!(
        render_human(&report(), PLAIN),
        str![[r#"
error[schema-length]: SECRET_KEY has 13 characters; at least 32 are required
 --> .env.prod:3:20
  |
3 | export SECRET_KEY='********'  ********
  |                    ^^^^^^^^
  |
 ::: env.schema.json:3:21
  |
3 |     "SECRET_KEY": { "minLength": 32 },
  |                     --------------- asked for here
  |
  = environment: production
  = help: make a new one: openssl rand -hex 32

warning[duplicate-key]: PORT is assigned again
 --> .env.prod:4:1
  |
4 | PORT=********
  | ^^^^
  |
 ::: .env.prod:2:1
  |
2 | PORT=********
  | ---- first assigned here
  |
  = environment: production
  = fix: remove the second line

error[missing-required]: DATABASE_URL is missing; it belongs in .env.prod
 --> env.schema.json:4:6
  |
4 |     "DATABASE_URL": {}
  |      ^^^^^^^^^^^^
  |
  = environment: production

hint[unknown-key]: FOO is not declared

production  .env.prod            2 variables  2 errors, 1 warning
staging     process environment  0 variables  no problems found

More about a code: envgate explain missing-required
Not shown: 3 beyond the limit of a report.
Checked 2 variables of 2 environments in 1 file against env.schema.json: 2 errors, 1 warning, 1 hint.

"#]]
    );
}

/// A file that two environments read is wrong once; the counts stay those of the report.
#[test]
fn human_merges_environments() {
    let mut report = report();
    let again = Diagnostic {
        environment: Some("staging".to_owned()),
        ..report.diagnostics[0].clone()
    };
    report.diagnostics.insert(1, again);
    let text = render_human(&report, PLAIN);
    assert_eq!(text.matches("error[schema-length]").count(), 1);
    assert!(text.contains("= environments: production, staging\n"), "{text}");
    // What is mended once is counted once.
    assert!(text.contains("2 errors, 1 warning, 1 hint."), "{text}");
}

#[test]
fn human_in_colour_says_the_same() {
    let coloured = render_human(&report(), Style { colour: true, ..PLAIN });
    assert!(coloured.contains("\u{1b}["), "coloured");
    assert_eq!(strip(&coloured), render_human(&report(), PLAIN));
}

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

#[test]
fn json() {
    assert_data_eq!(
        json::render(&report(), &sources(), PositionEncoding::Scalar),
        str![[r#"
{
  "version": 1,
  "tool": {
    "name": "envgate",
    "version": "0.1.0"
  },
  "checkedAt": "2026-11-20T00:00:00Z",
  "environments": [
    {
      "name": "production",
      "files": [
        ".env.prod"
      ],
      "errors": 2,
      "warnings": 1,
      "variables": [
        {
          "key": "SECRET_KEY",
          "state": "invalid",
          "secret": true,
          "file": ".env.prod",
          "line": 3,
          "age": null
        },
        {
          "key": "DATABASE_URL",
          "state": "missing",
          "secret": false,
          "file": null,
          "line": null,
          "age": null
        },
        {
          "key": "PORT",
          "state": "unknown",
          "secret": false,
          "file": ".env.prod",
          "line": 4,
          "age": null
        }
      ]
    },
    {
      "name": "staging",
      "files": [],
      "errors": 0,
      "warnings": 0,
      "variables": []
    }
  ],
  "diagnostics": [
    {
      "code": "schema-length",
      "severity": "error",
      "environment": "production",
      "key": "SECRET_KEY",
      "message": "SECRET_KEY has 13 characters; at least 32 are required",
      "file": ".env.prod",
      "start": {
        "line": 3,
        "column": 20,
        "offset": 67
      },
      "end": {
        "line": 3,
        "column": 33,
        "offset": 84
      },
      "schemaPointer": "/properties/SECRET_KEY/minLength",
      "related": [
        {
          "message": "asked for here",
          "file": "env.schema.json",
          "start": {
            "line": 3,
            "column": 21,
            "offset": 40
          },
          "end": {
            "line": 3,
            "column": 36,
            "offset": 55
          }
        }
      ],
      "help": "make a new one: openssl rand -hex 32",
      "fix": null
    },
    {
      "code": "duplicate-key",
      "severity": "warning",
      "environment": "production",
      "key": "PORT",
      "message": "PORT is assigned again",
      "file": ".env.prod",
      "start": {
        "line": 4,
        "column": 1,
        "offset": 96
      },
      "end": {
        "line": 4,
        "column": 5,
        "offset": 100
      },
      "schemaPointer": null,
      "related": [
        {
          "message": "first assigned here",
          "file": ".env.prod",
          "start": {
            "line": 2,
            "column": 1,
            "offset": 37
          },
          "end": {
            "line": 2,
            "column": 5,
            "offset": 41
          }
        }
      ],
      "help": null,
      "fix": {
        "title": "remove the second line",
        "applicability": "unsafe",
        "edits": [
          {
            "start": {
              "line": 4,
              "column": 1,
              "offset": 96
            },
            "end": {
              "line": 5,
              "column": 1,
              "offset": 106
            },
            "text": ""
          }
        ]
      }
    },
    {
      "code": "missing-required",
      "severity": "error",
      "environment": "production",
      "key": "DATABASE_URL",
      "message": "DATABASE_URL is missing; it belongs in .env.prod",
      "file": "env.schema.json",
      "start": {
        "line": 4,
        "column": 6,
        "offset": 64
      },
      "end": {
        "line": 4,
        "column": 18,
        "offset": 76
      },
      "schemaPointer": null,
      "related": [],
      "help": null,
      "fix": null
    },
    {
      "code": "unknown-key",
      "severity": "hint",
      "environment": null,
      "key": null,
      "message": "FOO is not declared",
      "file": null,
      "start": null,
      "end": null,
      "schemaPointer": null,
      "related": [],
      "help": null,
      "fix": null
    }
  ],
  "hidden": {
    "suppressed": 0,
    "waived": 0,
    "baseline": 0,
    "omitted": 3
  }
}

"#]]
    );
}

#[test]
fn json_counts_columns_as_asked() {
    let end = |encoding| -> serde_json::Value {
        let text = json::render(&report(), &sources(), encoding);
        serde_json::from_str::<serde_json::Value>(&text).unwrap()["diagnostics"][0]["end"].clone()
    };
    assert_eq!(
        end(PositionEncoding::Scalar),
        serde_json::json!({ "line": 3, "column": 33, "offset": 84 })
    );
    assert_eq!(
        end(PositionEncoding::Utf16),
        serde_json::json!({ "line": 3, "column": 34, "offset": 84 })
    );
}

/// The promise in `schemas/` and the bytes: every field of the one is in the other, and nothing else.
#[test]
#[cfg(feature = "full")]
fn json_is_what_its_schema_promises() {
    let schema: serde_json::Value = serde_json::from_str(include_str!("../schemas/report.v1.schema.json")).unwrap();
    jsonschema::meta::validate(&schema).unwrap();
    let validator = jsonschema::options()
        .should_validate_formats(true)
        .build(&schema)
        .unwrap();
    let mut json: serde_json::Value =
        serde_json::from_str(&json::render(&report(), &sources(), PositionEncoding::Scalar)).unwrap();
    let errors: Vec<String> = validator.iter_errors(&json).map(|error| error.to_string()).collect();
    assert!(errors.is_empty(), "{errors:?}");
    for pointer in [
        "",
        "/tool",
        "/hidden",
        "/environments/0",
        "/environments/0/variables/0",
        "/diagnostics/0",
        "/diagnostics/1/fix",
    ] {
        let object = json.pointer_mut(pointer).unwrap().as_object_mut().unwrap();
        object.insert("more".to_owned(), serde_json::Value::Null);
        assert!(!validator.is_valid(&json), "a field more in {pointer:?}");
        json.pointer_mut(pointer)
            .unwrap()
            .as_object_mut()
            .unwrap()
            .remove("more");
    }
    assert!(validator.is_valid(&json));
}

#[test]
fn no_format_shows_a_value() {
    let sources = sources();
    let texts = [
        render_human(&report(), PLAIN),
        render_human(
            &report(),
            Style {
                colour: true,
                width: 40,
            },
        ),
        concise::render(&report(), &sources),
        json::render(&report(), &sources, PositionEncoding::Scalar),
    ];
    for text in texts {
        for piece in ["hunter2", "tr0u", "dor&", "é😀", "rotate", "8000", "9000"] {
            assert!(!text.contains(piece), "{piece} in {text}");
        }
    }
}

/// Names of files and words of a schema are somebody's text too.
#[test]
fn no_format_lets_a_control_character_through() {
    let bad = "x\u{1b}]0;title\u{7}\u{9b}2J\u{202e}\u{7f}\u{e0001}\nnext";
    let sources = [
        Source::new(format!("{bad}.schema"), SCHEMA).unwrap(),
        Source::new(bad, ENV).unwrap(),
    ];
    let mut report = report();
    for diagnostic in &mut report.diagnostics {
        diagnostic.message = bad.to_owned();
        diagnostic.help = Some(bad.to_owned());
        diagnostic.environment = Some(bad.to_owned());
        diagnostic.key = Some(bad.to_owned());
        diagnostic
            .related
            .iter_mut()
            .for_each(|label| label.message = Cow::Owned(bad.to_owned()));
    }
    report.environments[0].name = bad.to_owned();
    let masked = sources.each_ref().map(MaskedSource::schema);
    let json = json::render(&report, &sources, PositionEncoding::Scalar);
    let texts = [
        human::render(&report, &sources, &masked, PLAIN),
        concise::render(&report, &sources),
        json.clone(),
    ];
    for text in texts {
        let acting = text
            .chars()
            .find(|&c| c != '\n' && (c.is_control() || matches!(c, '\u{202e}' | '\u{e0001}')));
        assert_eq!(acting, None, "{text}");
        assert!(!text.contains("\nnext"), "{text}");
    }
    let back: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(back["diagnostics"][0]["message"], bad, "escapes mean the same text");
}

#[test]
fn a_mistake_in_a_schema_is_framed() {
    let sources = sources();
    let masked = [MaskedSource::schema(&sources[0])];
    let at = place(0, "SECRET_KEY", "\"minLength\"");
    let text = human::render_error(
        "unknown keyword \"minLenght\"",
        at,
        Some("did you mean minLength?"),
        &sources,
        &masked,
        PLAIN,
    );
    assert_data_eq!(
        text,
        str![[r#"
error: unknown keyword "minLenght"
 --> env.schema.json:3:21
  |
3 |     "SECRET_KEY": { "minLength": 32 },
  |                     ^^^^^^^^^^^
  |
  = help: did you mean minLength?
"#]]
    );
}

/// A report may point ten thousand times into one line of 16 MiB, and must not read it ten thousand times.
#[test]
fn many_diagnostics_in_one_long_line() {
    let text = format!("KEY=\"{}\"", "x".repeat(16 << 20));
    let sources = [
        Source::new("env.schema.json", SCHEMA).unwrap(),
        Source::new(".env", text).unwrap(),
    ];
    let mut report = report();
    report.environments.clear();
    report.diagnostics = (0..10_000u32)
        .map(|index| {
            let at = Span::new(1_000 * index as usize, 1_000 * index as usize + 7);
            let message = "a reference to nothing";
            diagnostic(
                "undefined-reference",
                Severity::Warning,
                message,
                Some(Location {
                    source: SourceId(1),
                    span: at,
                }),
            )
        })
        .collect();
    let masked = [
        MaskedSource::schema(&sources[0]),
        MaskedSource::new(&sources[1], vec![Span::new(0, 5)]),
    ];
    let text = human::render(&report, &sources, &masked, PLAIN);
    assert!(text.len() < 10_000 * 400 && text.contains(".env:1:9999001"));
    assert_eq!(concise::render(&report, &sources).lines().count(), 10_002);
}

fn strip(text: &str) -> String {
    let mut plain = String::new();
    let mut rest = text;
    while let Some(at) = rest.find("\u{1b}[") {
        plain.push_str(&rest[..at]);
        rest = &rest[at..];
        rest = &rest[rest.find('m').unwrap() + 1..];
    }
    plain + rest
}
