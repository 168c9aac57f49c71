//! Waivers and baselines: the readers agree with the schemas that editors use, and thousands of exceptions are each counted.
#![cfg(feature = "full")]

use std::fmt::Write as _;

use envgate::check::quiet::{Baseline, Quiet, Waivers, is_never_hidden, is_only_waived};
use envgate::check::{MAX_DIAGNOSTICS, rules};
use envgate::diagnostic::Severity;
use envgate::parse::Dialect;
use envgate::schema::{EnvironmentId, Schema, Vocabulary};
use envgate::source::{Source, SourceId};
use envgate::{EnvironmentInput, Options, check, passes};
use serde_json::{Value, json};

const SCHEMA: &str = r#"{
  "environments": { "production": { "files": [".env"] } },
  "properties": { "PORT": { "type": "integer" } }
}"#;

fn schema() -> Schema {
    let rules = rules::codes();
    let vocabulary = Vocabulary {
        rules: &rules,
        ..Vocabulary::default()
    };
    Schema::compile(&Source::new("env.schema.json", SCHEMA).unwrap(), &vocabulary).unwrap()
}

fn options(quiet: Quiet) -> Options {
    Options {
        now: "2026-11-20T00:00:00Z".parse().unwrap(),
        phase: None,
        example: None,
        quiet,
        ..Options::default()
    }
}

fn validator(text: &str) -> jsonschema::Validator {
    let schema: Value = serde_json::from_str(text).unwrap();
    jsonschema::draft202012::meta::validate(&schema).expect("valid against 2020-12");
    jsonschema::options()
        .should_validate_formats(true)
        .build(&schema)
        .unwrap()
}

/// A right entry, with one member changed or (`null`) left out.
fn with(base: &Value, name: &str, value: Value) -> Value {
    let mut changed = base.clone();
    match value {
        Value::Null => drop(changed.as_object_mut().unwrap().remove(name)),
        value => changed[name] = value,
    }
    changed
}

#[test]
fn waivers_are_what_their_schema_says() {
    let validator = validator(include_str!("../schemas/env.waivers.v1.schema.json"));
    let schema = schema();
    let good = json!({ "rule": "schema-type", "environment": "production", "key": "PORT", "until": "2026-12-31", "owner": "web", "reason": "why" });
    let cases = [
        (good.clone(), true),
        (with(&good, "file", json!(".env")), true),
        (with(&with(&good, "file", json!(".env")), "key", Value::Null), true),
        (with(&good, "key", Value::Null), false),
        (with(&good, "rule", Value::Null), false),
        (with(&good, "environment", Value::Null), false),
        (with(&good, "until", Value::Null), false),
        (with(&good, "owner", Value::Null), false),
        (with(&good, "reason", Value::Null), false),
        (with(&good, "reason", json!("  ")), false),
        (with(&good, "until", json!("2026-02-30")), false),
        (with(&good, "until", json!("soon")), false),
        (with(&good, "owner", json!(1)), false),
        (with(&good, "ticket", json!("x")), false),
        (json!("text"), false),
        // What a search finds need not belong to an environment, and its keys need not be declared.
        (
            with(
                &with(&good, "environment", Value::Null),
                "rule",
                json!("token-in-source"),
            ),
            true,
        ),
        (
            with(
                &with(&good, "key", json!("UNDECLARED")),
                "rule",
                json!("known-value-leaked"),
            ),
            true,
        ),
    ];
    for (waiver, right) in cases {
        let file = json!({ "version": 1, "waivers": [waiver] });
        let source = Source::new("env.waivers.json", file.to_string()).unwrap();
        let read = Waivers::read(&source, SourceId(1), &schema, options(Quiet::default()).now);
        assert_eq!(
            (read.is_ok(), validator.is_valid(&file)),
            (right, right),
            "{file}: {read:?}"
        );
    }
}

/// The schemas name the rules of a search, so that an editor knows what they may leave out.
#[test]
fn the_schemas_know_the_rules_of_a_search() {
    let searching = rules::RULES
        .iter()
        .filter(|rule| matches!(rule.check, envgate::check::rule::Check::Search));
    let mut codes: Vec<&str> = searching.map(|rule| rule.code.0).collect();
    codes.sort_unstable();
    for text in [
        include_str!("../schemas/env.waivers.v1.schema.json"),
        include_str!("../schemas/env.baseline.v1.schema.json"),
    ] {
        let schema: Value = serde_json::from_str(text).unwrap();
        assert_eq!(schema["$defs"]["ofSearch"]["properties"]["rule"]["enum"], json!(codes));
    }
}

#[test]
fn a_baseline_is_what_its_schema_says() {
    let validator = validator(include_str!("../schemas/env.baseline.v1.schema.json"));
    let schema = schema();
    let good = json!({ "rule": "schema-type", "environment": "production", "key": "PORT" });
    let leaked = with(&with(&good, "file", json!("a.ts")), "rule", json!("known-value-leaked"));
    let cases = [
        (good.clone(), true),
        (with(&good, "fingerprint", json!("AB27")), true),
        (with(&good, "count", json!(2)), true),
        (with(&with(&good, "file", json!(".env")), "key", Value::Null), true),
        (with(&good, "file", json!(".env")), false),
        (with(&good, "key", Value::Null), false),
        (with(&good, "rule", Value::Null), false),
        (with(&good, "environment", Value::Null), false),
        (with(&good, "fingerprint", json!("ab27")), false),
        (with(&good, "fingerprint", json!("AB270")), false),
        (with(&good, "count", json!(-1)), false),
        (with(&good, "count", json!("2")), false),
        (with(&good, "line", json!(3)), false),
        (with(&good, "commit", json!("1f0c2ab93e77")), false),
        (with(&leaked, "commit", json!("1f0c2ab93e77")), true),
        (with(&leaked, "commit", json!("1f0c2ab93e77".repeat(3) + "0000")), true),
        (with(&leaked, "commit", json!("1f0c2ab93e7")), false),
        (with(&leaked, "commit", json!("1F0C2AB93E77")), false),
        (with(&leaked, "commit", json!("main")), false),
        (leaked, true),
        (
            with(
                &with(&good, "environment", Value::Null),
                "rule",
                json!("token-in-source"),
            ),
            true,
        ),
    ];
    // What only a waiver hides, the schema knows too.
    let codes = rules::RULES.iter().map(|rule| rule.code);
    let mended = codes.filter(|code| !is_never_hidden(*code));
    let by_rule = mended.map(|code| (with(&good, "rule", json!(code.0)), !is_only_waived(code)));
    for (entry, right) in cases.into_iter().chain(by_rule) {
        let file = json!({ "version": 1, "entries": [entry] });
        let source = Source::new("env.baseline.json", file.to_string()).unwrap();
        let read = Baseline::read(&source, SourceId(1), &schema);
        assert_eq!(
            (read.is_ok(), validator.is_valid(&file)),
            (right, right),
            "{file}: {read:?}"
        );
    }
}

/// What `check` reports of a file.
fn checked(text: String, quiet: Quiet) -> envgate::report::Report {
    let schema = schema();
    let sources = [
        Source::new("env.schema.json", SCHEMA).unwrap(),
        Source::new(".env", text).unwrap(),
    ];
    let environments = [EnvironmentInput::new(
        schema.find_environment("production").unwrap(),
        [SourceId(1)],
    )];
    let report = check(&schema, &sources, &environments, &options(quiet.clone()));
    let floor = Severity::Info;
    let verdict = passes(&schema, &sources, &environments, &options(quiet), floor);
    assert_eq!(
        verdict,
        !report.diagnostics.iter().any(|one| one.severity >= floor),
        "both say the same"
    );
    report
}

#[test]
fn thousands_of_suppressions_are_each_used() {
    let (mut used, mut stacked) = (String::new(), String::new());
    for index in 0..9_000 {
        let _ = write!(used, "# envgate: ignore[malformed-line]\nnone {index}\n");
        stacked.push_str("# envgate: ignore[malformed-line]\n");
    }
    let report = checked(used, Quiet::default());
    assert_eq!(report.diagnostics.len(), 0, "each is used");
    for index in 0..9_000 {
        let _ = writeln!(stacked, "none {index}");
    }
    let report = checked(stacked, Quiet::default());
    assert_eq!(report.hidden.suppressed, 1, "all speak of one line");
}

#[test]
fn a_baseline_hides_as_many_as_it_counts() {
    let schema = schema();
    let text = r#"{ "version": 1, "entries": [ { "rule": "malformed-line", "environment": "production", "file": ".env", "count": 2 } ] }"#;
    let source = Source::new("env.baseline.json", text).unwrap();
    let quiet = Quiet {
        baseline: Baseline::read(&source, SourceId(1), &schema).unwrap(),
        ..Quiet::default()
    };
    let report = checked("one line\nanother\na third\nPORT=1\n".to_owned(), quiet);
    assert_eq!((report.hidden.baseline, report.diagnostics.len()), (2, 1));
}

/// Both sides of a merge may have an entry, with any count.
#[test]
fn counts_that_are_edited_by_hand_do_not_overflow() {
    let schema = schema();
    let entry = r#"{ "rule": "malformed-line", "environment": "production", "file": ".env", "count": 4294967295 }"#;
    let text = format!(r#"{{ "version": 1, "entries": [{entry}, {entry}] }}"#);
    let source = Source::new("env.baseline.json", text).unwrap();
    let quiet = Quiet {
        baseline: Baseline::read(&source, SourceId(1), &schema).unwrap(),
        ..Quiet::default()
    };
    let sources = [Source::new("env.schema.json", SCHEMA).unwrap()];
    // Nothing is checked, so both are kept.
    let written = envgate::check::baseline(&schema, &sources, &[], &options(quiet));
    assert!(written.contains(r#""count": 4294967295"#), "{written}");
}

/// Comments are only that where the loader has them.
#[test]
fn the_loader_decides_what_is_a_comment() {
    let schema = schema();
    for (dialect, codes) in [
        ("dotenv", &[][..]),
        ("docker", &["schema-type", "unknown-suppression"]),
        ("kubectl", &["schema-type", "unknown-suppression"]),
    ] {
        let sources = [
            Source::new("env.schema.json", SCHEMA).unwrap(),
            Source::new(".env", "PORT=x # envgate: ignore[schema-type]\n").unwrap(),
        ];
        let environments = [EnvironmentInput {
            id: schema.find_environment("production").unwrap(),
            files: vec![SourceId(1).into()],
            dialect: envgate::parse::Dialect::find(dialect),
            process: Default::default(),
        }];
        let report = check(&schema, &sources, &environments, &options(Quiet::default()));
        let found: Vec<&str> = report.diagnostics.iter().map(|one| one.code.0).collect();
        assert_eq!(found, codes, "{dialect}");
    }
}

/// Of more findings than a report holds, those behind the limit are not looked at one by one. What hides all others must not hide them.
#[test]
fn no_exception_hides_what_is_behind_the_limit() {
    let text = r#"{
  "environments": { "production": { "files": [".env", ".env.local"] } },
  "properties": { "PORT": {} },
  "additionalProperties": false
}"#;
    let home = Source::new("env.schema.json", text).unwrap();
    let schema = Schema::compile(&home, &Vocabulary::default()).unwrap();
    let mut many = "# envgate: ignore-file[unknown-key] of another program\n".to_owned();
    for index in 0..=MAX_DIAGNOSTICS {
        writeln!(many, "A_{index}=1").unwrap();
    }
    let own = Source::new(".env.local", "PORT=1\nZ_UNKNOWN=1\n").unwrap();
    let sources = [home, Source::new(".env", many).unwrap(), own];
    let environments = [EnvironmentInput::new(EnvironmentId(0), vec![SourceId(1), SourceId(2)])];
    let found = check(&schema, &sources, &environments, &options(Quiet::default()));
    assert_eq!(found.hidden.suppressed as usize, MAX_DIAGNOSTICS);
    assert_eq!((found.diagnostics.len(), found.hidden.omitted), (1, 1));
    assert_eq!(found.diagnostics[0].severity, Severity::Error);
}

/// Nor may the first ten thousand warnings of a rule crowd out an error of it.
#[test]
fn a_more_severe_finding_behind_the_limit_counts() {
    let text = r#"{ "environments": { "production": { "files": [".env"] } }, "properties": { "PORT": {} } }"#;
    let home = Source::new("env.schema.json", text).unwrap();
    let schema = Schema::compile(&home, &Vocabulary::default()).unwrap();
    let mut many = String::new();
    for index in 0..=MAX_DIAGNOSTICS {
        writeln!(many, "A_{index}=${{NOT_SET}}").unwrap();
    }
    many.push_str("PORT=${ALSO_NOT_SET:?say it}\n");
    let sources = [home, Source::new(".env", many).unwrap()];
    let environment = EnvironmentInput {
        dialect: Dialect::find("docker-compose"),
        ..EnvironmentInput::new(EnvironmentId(0), vec![SourceId(1)])
    };
    let found = check(&schema, &sources, &[environment], &options(Quiet::default()));
    assert_eq!(found.diagnostics.len(), MAX_DIAGNOSTICS);
    let mut errors = found.diagnostics.iter().filter(|one| one.severity == Severity::Error);
    assert_eq!(errors.next().map(|one| one.code.0), Some("undefined-reference"));
}
