//! Every verdict of ours is that of JSON Schema's own test suite, and of the general engine.
//!
//! A case is run twice: with its schema as the schema of one key, which is set to the instance, and, where the instance is an object,
//! with its schema as the whole schema and the instance as the set of variables. Instances go in typed, past the reading of text.

use std::path::Path;

use envgate::schema::{EnvironmentId, Schema, Vocabulary};
use envgate::source::Source;
use serde_json::{Value, json};

/// Schemas of the suite that are refused, which is no verdict: by what the refusal says, with the reason. No case is skipped otherwise.
const REFUSED: &[(&str, &str)] = &[
    (
        "is a URL, and nothing is ever fetched",
        "no schema is known by an address, not even the meta-schema",
    ),
    (
        "\"$id\" belongs at the root",
        "a part of a document has no address of its own; files beside the schema do that",
    ),
    (
        "a schema is an object, not a boolean",
        "a whole env.schema.json that is `true` or `false` says nothing about any key",
    ),
    ("no other type can be met", "a set of variables is an object"),
    (
        "does nothing without",
        "the standard ignores a keyword without its partner; nobody who writes it means that",
    ),
    (
        "does not allow this default",
        "the standard never looks at a default, and a program gets it from us",
    ),
    (
        "does not declare",
        "what a branch says of a key that may not be set is a slip",
    ),
    (
        "\"minContains\" and \"maxContains\" allow nothing",
        "limits that nothing can meet are a slip",
    ),
    #[cfg(not(feature = "full"))]
    ("needs the full build", "the compact build has no engine"),
];

enum Outcome {
    Verdict(bool),
    Refused(String),
}

fn source(name: &str, value: &Value) -> Source {
    Source::new(name, value.to_string()).expect("small")
}

fn ours(schema: &Value, files: &[Source], instance: &Value) -> Outcome {
    match Schema::compile(
        &source("env.schema.json", schema),
        &Vocabulary {
            files,
            ..Vocabulary::default()
        },
    ) {
        Ok(schema) => {
            let found = schema.evaluate_typed(EnvironmentId(0), &instance.to_string());
            Outcome::Verdict(found.expect("an object").is_empty())
        }
        Err(errors) => Outcome::Refused(
            errors
                .into_iter()
                .map(|error| error.message)
                .collect::<Vec<_>>()
                .join("; "),
        ),
    }
}

/// The engine, as it comes.
#[cfg(feature = "full")]
fn engines(schema: &Value, instance: &Value) -> bool {
    jsonschema::options()
        .with_draft(jsonschema::Draft::Draft202012)
        .with_pattern_options(jsonschema::PatternOptions::regex())
        .build(schema)
        .expect("a schema")
        .is_valid(instance)
}

#[test]
fn verdicts_are_those_of_the_suite() {
    let other = std::env::var_os("ENVGATE_SCHEMA_SUITE");
    let folder = other.as_ref().map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/suite/draft2020-12"),
        |folder| Path::new(folder).to_owned(),
    );
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .expect("suite")
        .map(|entry| entry.expect("entry").path())
        .collect();
    files.sort();
    let (mut run, mut wrong) = (0, Vec::new());
    let mut used = vec![false; REFUSED.len()];
    for file in files {
        if file.is_dir() {
            continue;
        }
        let name = file.file_stem().expect("name").to_string_lossy().into_owned();
        let groups: Value = serde_json::from_str(&std::fs::read_to_string(&file).expect("file")).expect("JSON");
        for group in groups.as_array().expect("groups") {
            let schema = &group["schema"];
            for case in group["tests"].as_array().expect("tests") {
                let instance = &case["data"];
                let mut about = format!("{name} / {} / {}", group["description"], case["description"]);
                let root = json!({"properties": {"X": {"$ref": "case.json"}}});
                let wrapped = ours(&root, &[source("case.json", schema)], &json!({ "X": instance }));
                let whole = instance.is_object().then(|| ours(schema, &[], instance));
                for outcome in [Some(wrapped), whole].into_iter().flatten() {
                    match outcome {
                        Outcome::Verdict(got) => {
                            run += 1;
                            if got != case["valid"] {
                                wrong.push(format!("{about}: {got}"));
                            }
                            #[cfg(feature = "full")]
                            if other.is_none() && got != engines(schema, instance) {
                                wrong.push(format!("{about}: the engine says {}", !got));
                            }
                        }
                        Outcome::Refused(why) => match REFUSED.iter().position(|(known, _)| why.contains(known)) {
                            Some(index) => used[index] = true,
                            None => wrong.push(format!("{about}: refused: {why}")),
                        },
                    }
                    about.push_str(" (as the whole schema)");
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{} of {run}:\n{}", wrong.len(), wrong.join("\n"));
    for ((known, _), used) in REFUSED.iter().zip(used) {
        assert!(used, "nothing is refused with {known:?} any more");
    }
    let least = if cfg!(feature = "full") { 1400 } else { 800 };
    assert!(run >= least, "only {run} cases were run");
}
