//! Env files and variables of the process, as every loader reads them.

use std::collections::HashSet;

use envgate::diagnostic::Severity;
use envgate::model::ProcessEnvironment;
use envgate::parse::dialect::DIALECTS;
use envgate::source::{Source, SourceId};
use envgate::{EnvironmentInput, Options, check};
use proptest::prelude::*;

use crate::pieces::Pieces;
use crate::planted::{KEYS, SCHEMA, file, process};
use crate::said::{debug_of, everything_said, exports_of};
use crate::{compile, config};

// Two tests, so that the slowest work is shared by two cores.
proptest! {
    #![proptest_config(config(24))]

    #[test]
    fn no_report_on_two_files_holds_a_piece_of_a_secret((first, mut planted) in file(), (second, more) in file(), process in process()) {
        planted.extend(more);
        assert_nothing_leaks(first, second, process, planted)?;
    }

    #[test]
    fn no_report_on_a_shared_file_holds_a_piece_of_a_secret((file, planted) in file(), process in process()) {
        assert_nothing_leaks(file.clone(), file, process, planted)?;
    }
}

/// Checks two environments as every loader reads them, and looks for pieces of what was planted in all that is said of it.
fn assert_nothing_leaks(
    first: Vec<u8>,
    second: Vec<u8>,
    process: Vec<(usize, String, String)>,
    mut planted: Vec<String>,
) -> Result<(), TestCaseError> {
    let process: ProcessEnvironment = process
        .into_iter()
        .flat_map(|(key, value, name)| {
            planted.extend([value.clone(), name.clone()]);
            [(KEYS[key].to_owned(), value.clone()), (name, value)]
        })
        .collect();
    let sources = [
        Source::new("env.schema.json", SCHEMA).unwrap(),
        Source::new(".env.staging", first.clone()).unwrap(),
        Source::new(".env.production", second).unwrap(),
        Source::new(".env.example", first).unwrap(),
    ];
    let schema = compile(&sources[0]);
    let pieces = Pieces::of(&planted);
    let mut looked_at = HashSet::new();
    for dialect in DIALECTS {
        let input = |name: &str, file| EnvironmentInput {
            id: schema.find_environment(name).unwrap(),
            files: vec![SourceId(file).into()],
            dialect: Some(dialect),
            process: process.clone(),
        };
        let environments = [input("staging", 1), input("production", 2)];
        let options = Options {
            now: "2026-11-20T00:00:00Z".parse().unwrap(),
            example: Some(SourceId(3)),
            ..Options::default()
        };
        let report = check(&schema, &sources, &environments, &options);
        let baseline = envgate::check::baseline(&schema, &sources, &environments, &options);
        let debug = debug_of(&schema, &sources, &environments, &report);
        // The same report with the same masks was searched before: half of the loaders read most files alike.
        let is_new = looked_at.insert(debug.clone());
        let mut said = vec![("baseline", baseline)];
        if is_new {
            said.extend(debug);
            said.extend(everything_said(&schema, &sources, &environments, &report));
            said.extend(exports_of(&sources, &report));
        }
        for (what, text) in said {
            if let Some(piece) = pieces.leaked(&text) {
                return Err(TestCaseError::fail(format!(
                    "{what} under {} holds {piece}:\n{text}",
                    dialect.name
                )));
            }
        }
    }
    Ok(())
}

#[test]
fn the_schema_makes_many_rules_speak() {
    // If this fails, the tests above pass for the wrong reason.
    let text: String = KEYS.iter().map(|key| format!("{key}=qxZJvkwQXzjVKqxZ\n")).collect();
    let sources = [
        Source::new("env.schema.json", SCHEMA).unwrap(),
        Source::new(".env.production", text).unwrap(),
    ];
    let schema = compile(&sources[0]);
    let id = schema.find_environment("production").unwrap();
    let environments = [EnvironmentInput::new(id, [SourceId(1)])];
    let options = Options {
        now: "2026-11-20T00:00:00Z".parse().unwrap(),
        phase: None,
        example: None,
        ..Options::default()
    };
    let report = check(&schema, &sources, &environments, &options);
    let mut spoken: Vec<&str> = report.diagnostics.iter().map(|diagnostic| diagnostic.code.0).collect();
    spoken.sort_unstable();
    spoken.dedup();
    assert!(spoken.len() >= 14, "{spoken:?}");
    assert!(
        report
            .diagnostics
            .iter()
            .any(|diagnostic| diagnostic.severity == Severity::Error)
    );
}
