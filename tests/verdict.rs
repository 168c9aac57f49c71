//! The quick verdict and the report are one: `passes` says of any schema and any variables what `check` reports. With debug assertions, as here,
//! `passes` also holds its sieve against the whole check.

use envgate::check::rules;
use envgate::diagnostic::Severity;
use envgate::schema::{Phase, Schema, Vocabulary};
use envgate::source::{Source, SourceId};
use envgate::{EnvironmentInput, Options, check, passes};
use proptest::prelude::*;
use proptest::sample::{Index, select};
use proptest::strategy::ValueTree;

/// What a schema may say of one of four keys: members of the property.
const PROPERTIES: &[&str] = &[
    "",
    r#""type": "integer", "minimum": 1"#,
    r#""type": "boolean""#,
    r#""type": "array", "items": { "type": "integer" }, "uniqueItems": true"#,
    r#""enum": ["production", "staging", "test"]"#,
    r#""pattern": "^[a-z0-9:/.@-]+$", "maxLength": 40"#,
    r#""format": "uri""#,
    r#""type": ["null", "string"], "minLength": 3"#,
    r#""anyOf": [{ "type": "integer" }, { "pattern": "^x" }], "default": "x""#,
    r#""secret": true"#,
    r#""secret": true, "minBits": 128, "encoding": "hex", "examples": ["0123456789abcdef0123456789abcdef"]"#,
    r#""secret": { "maxAge": "90d" }"#,
    r#""minBits": 64"#,
    r#""deprecated": true"#,
    r#""allowedIn": ["production"]"#,
    r#""phases": ["deploy"], "requiredIn": ["production"]"#,
    r#""in": { "production": { "type": "integer", "maximum": 90 }, "staging": { "minLength": 2 } }"#,
    r#""in": { "production": { "const": "a" } }, "title": "A""#,
];

/// What it may say of all of them.
const WHOLE: &[&str] = &[
    r#""required": ["A", "NODE_ENV"]"#,
    r#""additionalProperties": false"#,
    r#""additionalProperties": { "pattern": "^[a-z]" }"#,
    r#""patternProperties": { "^A|^N": { "minLength": 2 } }"#,
    r#""propertyNames": { "maxLength": 8 }"#,
    r#""minProperties": 2, "maxProperties": 3"#,
    r#""dependentRequired": { "A": ["API_KEY"] }"#,
    r#""dependentSchemas": { "A": { "required": ["NEXT_PUBLIC_TOKEN"] } }"#,
    r#""together": [["A", "API_KEY"]]"#,
    r#""exclusive": [["A", "NEXT_PUBLIC_TOKEN"]]"#,
    r#""if": { "required": ["A"] }, "then": { "properties": { "API_KEY": { "minLength": 5 } } }"#,
    r#""not": { "required": ["A", "NODE_ENV"] }"#,
    r#""environmentKey": "NODE_ENV""#,
    r#""rules": { "placeholder-value": "off" }"#,
    r#""dialects": ["docker-compose", "dotenv", "bash"]"#,
    r#""title": "a system""#,
];

const KEYS: [&str; 4] = ["NODE_ENV", "A", "API_KEY", "NEXT_PUBLIC_TOKEN"];

/// Keys and values as they may be in a line.
const VALUES: &[&str] = &[
    "production",
    "staging",
    "",
    "1",
    "90",
    "007",
    "a",
    "xx",
    "xxxxxx",
    "changeme",
    "secret",
    "12345678",
    "aaaaaaaaaaaaaaaa",
    "yes",
    "1,2,3",
    "1,1",
    "https://example.com/path",
    "postgres://postgres:postgres@db:5432/app",
    "https://your-project.acme.net",
    "0123456789abcdef0123456789abcdef",
    "9f86d081884c7d659a2feaa0c55ad015",
    "your_jwt_secret",
    "ghp_0123456789abcdefghijklmnopqrstuvwxyz",
    "AKIAIOSFODNN7EXAMPLE",
    "a b",
    "'quoted'",
    "$A",
    "$(id)",
    "ü",
    "a#b",
    "a ",
];

#[derive(Debug, Clone)]
struct Case {
    schema: String,
    text: String,
    is_process: bool,
    phase: Option<Phase>,
    environment: Index,
}

fn cases() -> impl Strategy<Value = Case> {
    let properties = prop::collection::vec(select(PROPERTIES), KEYS.len());
    let whole = prop::sample::subsequence(WHOLE, 0..=3);
    const OTHERS: [&str; 4] = ["B", "X_Y", "A", "NODE_ENV"];
    let key = prop_oneof![12 => select(&KEYS[..]), 1 => select(&OTHERS[..])];
    let lines = prop::collection::vec((key, select(VALUES)), 0..6);
    let ends = select(&["\n", "\n", "\n", "", "\r\n", "\n\n", "\n# a comment\n", " \n"][..]);
    let phase = select(&[None, Some(Phase::Build), Some(Phase::Deploy)][..]);
    (properties, whole, lines, ends, any::<(bool, Index)>(), phase).prop_map(
        |(properties, whole, mut lines, end, (is_process, environment), phase)| {
            // Mostly each key once, so that much of it passes.
            if environment.index(8) > 0 {
                lines.sort_unstable();
                lines.dedup_by_key(|line| line.0);
            }
            let properties: Vec<String> = KEYS
                .iter()
                .zip(properties)
                .map(|(key, words)| format!("\"{key}\": {{ {words} }}"))
                .collect();
            let mut members = vec![
                r#""environments": { "staging": { "files": [".env"] }, "production": { "files": [".env"] } }"#
                    .to_owned(),
                format!("\"properties\": {{ {} }}", properties.join(", ")),
            ];
            members.extend(whole.iter().map(|member| (*member).to_owned()));
            Case {
                schema: format!("{{ {} }}", members.join(", ")),
                text: lines.iter().map(|(key, value)| format!("{key}={value}{end}")).collect(),
                is_process,
                phase,
                environment,
            }
        },
    )
}

/// Whether it passes at each severity; `None` for a schema that is refused.
fn judge(case: &Case) -> Option<bool> {
    let rules = rules::codes();
    let source = Source::new("env.schema.json", case.schema.as_str()).unwrap();
    let vocabulary = Vocabulary {
        rules: &rules,
        ..Vocabulary::default()
    };
    let schema = Schema::compile(&source, &vocabulary).ok()?;
    let name = ["staging", "production"][case.environment.index(2)];
    let pairs = case.text.lines().filter_map(|line| line.split_once('='));
    let input = EnvironmentInput {
        id: schema.find_environment(name).unwrap(),
        files: if case.is_process {
            vec![]
        } else {
            vec![SourceId(1).into()]
        },
        dialect: None,
        process: if case.is_process {
            pairs.collect()
        } else {
            Default::default()
        },
    };
    let sources = [source, Source::new(".env", case.text.as_str()).unwrap()];
    let options = Options {
        now: "2026-11-20T00:00:00Z".parse().unwrap(),
        phase: case.phase,
        ..Options::default()
    };
    let inputs = [input];
    let report = check(&schema, &sources, &inputs, &options);
    for floor in [Severity::Hint, Severity::Info, Severity::Warning, Severity::Error] {
        let told = report.diagnostics.iter().any(|one| one.severity >= floor);
        assert_eq!(
            passes(&schema, &sources, &inputs, &options, floor),
            !told,
            "at {floor:?}: {case:?} {:?}",
            report.diagnostics
        );
    }
    Some(report.diagnostics.is_empty())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4000, ..ProptestConfig::default() })]

    #[test]
    fn the_verdict_is_that_of_the_report(case in cases()) {
        judge(&case);
    }
}

/// Else the test above would show little.
#[test]
fn many_generated_cases_pass() {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let strategy = cases();
    let mut passed = 0;
    for _ in 0..1000 {
        let case = strategy.new_tree(&mut runner).unwrap().current();
        passed += usize::from(judge(&case) == Some(true));
    }
    assert!(passed > 100, "{passed} of 1,000 pass");
}
