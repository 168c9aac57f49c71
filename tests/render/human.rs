//! For people: framed excerpts, in colour or not.

use envgate::diagnostic::Diagnostic;
use envgate::report::human::{self, Style};
use envgate::report::{MaskedSource, Report};
use snapbox::{assert_data_eq, str};

use crate::sample::{place, report, shown, sources};

pub(crate) fn render_human(report: &Report, style: Style) -> String {
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
        render_human(&report(), Style::PLAIN),
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
    let text = render_human(&report, Style::PLAIN);
    assert_eq!(text.matches("error[schema-length]").count(), 1);
    assert!(text.contains("= environments: production, staging\n"), "{text}");
    // What is mended once is counted once.
    assert!(text.contains("2 errors, 1 warning, 1 hint."), "{text}");
}

#[test]
fn human_in_colour_says_the_same() {
    let coloured = render_human(
        &report(),
        Style {
            colour: true,
            ..Style::PLAIN
        },
    );
    assert!(coloured.contains("\u{1b}["), "coloured");
    assert_eq!(strip(&coloured), render_human(&report(), Style::PLAIN));
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
        Style::PLAIN,
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
