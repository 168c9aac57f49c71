//! What ARCHITECTURE.md says of the code, held to it: the arrows between the stages, the list of rules, the few doors, the versions.
//!
//! Reads files as text. Each failure says which rule was broken.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use envgate::check::rules::RULES;

/// Each stage and what it may use. Down only: a stage never names one that stands below it here, but for its own list.
const ARROWS: &[(&str, &[&str])] = &[
    ("sort", &[]),
    ("map", &[]),
    ("percent", &[]),
    ("find", &[]),
    ("join", &[]),
    ("json", &[]),
    ("instant", &[]),
    ("source", &["join"]),
    ("suggest", &["join"]),
    ("secret", &["source"]),
    ("name", &["find"]),
    ("diagnostic", &["source"]),
    ("parse", &["find", "map", "sort", "source", "secret", "name"]),
    ("model", &["find", "map", "sort", "source", "secret", "name", "parse"]),
    (
        "rotation",
        &[
            "find", "instant", "join", "json", "map", "percent", "sort", "source", "name",
        ],
    ),
    (
        "schema",
        &[
            "find",
            "join",
            "json",
            "instant",
            "map",
            "percent",
            "sort",
            "source",
            "secret",
            "name",
            "diagnostic",
            "parse",
            "model",
            "rotation",
            "suggest",
        ],
    ),
    ("carrier", &["map", "sort", "source", "parse", "schema"]),
    (
        "report",
        &[
            "find",
            "instant",
            "join",
            "json",
            "map",
            "sort",
            "source",
            "name",
            "diagnostic",
        ],
    ),
    (
        "check",
        &[
            "find",
            "instant",
            "join",
            "json",
            "map",
            "sort",
            "source",
            "secret",
            "name",
            "diagnostic",
            "parse",
            "model",
            "rotation",
            "schema",
            "rotation",
            "carrier",
            "report",
            "suggest",
        ],
    ),
    (
        "usage",
        &[
            "source",
            "name",
            "diagnostic",
            "schema",
            "carrier",
            "report",
            "check",
            "suggest",
        ],
    ),
    (
        "leak",
        &[
            "find",
            "percent",
            "source",
            "secret",
            "diagnostic",
            "schema",
            "report",
            "check",
        ],
    ),
    (
        "wasm",
        &[
            "join",
            "sort",
            "source",
            "secret",
            "name",
            "diagnostic",
            "parse",
            "model",
            "rotation",
            "schema",
            "carrier",
            "report",
            "check",
            "suggest",
        ],
    ),
];

/// The files of the program that may name the operating system: the door itself, and what makes no sense in Node.
const NATIVE: &[&str] = &["src/cli/git", "src/cli/host"];

/// The files that may look at a value.
const EXPOSING: &[&str] = &[
    "src/check/compare.rs",
    "src/check/divergence.rs",
    "src/check/draft.rs",
    "src/check/ages/mod.rs",
    "src/check/record.rs",
    "src/check/known_values.rs",
    "src/check/quiet/baseline.rs",
    "src/check/mend/line.rs",
    "src/check/mend/mod.rs",
    "src/check/mend/trial.rs",
    "src/check/repository.rs",
    "src/check/rules/environment_mismatch.rs",
    "src/check/rules/live_key_outside_production.rs",
    "src/check/rules/malformed_token.rs",
    "src/check/rules/placeholder_value.rs",
    "src/check/rules/previous_key_overlap.rs",
    "src/check/rules/secret_age_unknown.rs",
    "src/check/rules/schema_format.rs",
    "src/check/rules/shared_across_environments.rs",
    "src/check/rules/test_key_in_production.rs",
    "src/check/rules/public_secret.rs",
    "src/check/rules/unresolved_value.rs",
    "src/check/rules/weak_key.rs",
    "src/check/rules/wrong_provider.rs",
    "src/leak/needles.rs",
    "src/model/mod.rs",
    "src/model/stand_in.rs",
    "src/check/trace.rs",
    "src/check/traits.rs",
    "src/check/rule/scope.rs",
    "src/schema/instance.rs",
    "src/secret.rs",
    "src/wasm/loaded.rs",
];

#[test]
fn dependencies_point_down() {
    let mut wrong = Vec::new();
    for file in library() {
        let stage = stage(&file);
        if stage == "lib" {
            continue;
        }
        let Some((_, may)) = ARROWS.iter().find(|(name, _)| *name == stage) else {
            wrong.push(format!(
                "{file}: {stage} is no stage that ARROWS knows; say there what it may use"
            ));
            continue;
        };
        for (number, line) in code(&file) {
            for used in after(&line, "crate::") {
                let used = first_word(used);
                if used != stage && used.starts_with(|letter: char| letter.is_ascii_lowercase()) && !may.contains(&used)
                {
                    wrong.push(format!("{file}:{number}: {stage} must not use {used}"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn the_stages_stand_in_the_order_in_which_they_are_read() {
    let order: Vec<String> = code("src/lib.rs")
        .iter()
        .filter_map(|(_, line)| Some(line.strip_prefix("pub mod ")?.trim_end_matches(';').to_owned()))
        .collect();
    let position = |name: &str| {
        order
            .iter()
            .position(|other| other == name)
            .unwrap_or_else(|| panic!("no `pub mod {name};` in lib.rs"))
    };
    for pair in ["source", "parse", "model", "schema", "carrier", "check"].windows(2) {
        assert!(
            position(pair[0]) < position(pair[1]),
            "{} comes before {}",
            pair[0],
            pair[1]
        );
    }
}

#[test]
fn the_binary_uses_the_public_api() {
    for file in files("src/cli", "rs") {
        for (number, line) in code(&file) {
            assert!(
                !line.contains("#[path"),
                "{file}:{number}: the binary is a crate of its own"
            );
        }
    }
}

/// So that the commands run in Node as well.
#[test]
fn io_is_confined_to_its_modules() {
    let doors = [
        "std::fs",
        "std::env",
        "std::io::",
        "std::process::Command",
        "std::time",
        "std::net",
        "rustix::",
    ];
    for file in files("src/cli", "rs") {
        if NATIVE.iter().any(|native| file.starts_with(native)) {
            continue;
        }
        for (number, line) in code(&file) {
            let line = line.replace("std::io::ErrorKind", "").replace("std::env::consts", "");
            for door in doors {
                assert!(!line.contains(door), "{file}:{number}: only src/cli/host/ names {door}");
            }
        }
    }
}

#[test]
fn values_are_exposed_where_listed() {
    let found: BTreeSet<String> = library()
        .into_iter()
        .filter(|file| {
            code(file)
                .iter()
                .any(|(_, line)| line.contains("expose(") || line.contains("Secret::expose"))
        })
        .collect();
    let unlisted: Vec<_> = found.iter().filter(|file| !EXPOSING.contains(&file.as_str())).collect();
    assert!(
        unlisted.is_empty(),
        "these look at values and are not listed: {unlisted:?}"
    );
    let idle: Vec<_> = EXPOSING
        .iter()
        .filter(|file| Path::new(file).exists() && !found.contains(**file))
        .collect();
    assert!(idle.is_empty(), "these are listed and look at no value: {idle:?}");
}

#[test]
fn one_file_names_the_engine() {
    for file in library().into_iter().filter(|file| file != "src/schema/engine.rs") {
        for (number, line) in code(&file) {
            assert!(
                !line.contains("jsonschema"),
                "{file}:{number}: only src/schema/engine.rs names the JSON Schema library"
            );
        }
    }
}

#[test]
fn the_library_touches_nothing_outside() {
    let doors = [
        "println!",
        "eprintln!",
        "print!(",
        "dbg!",
        "std::fs",
        "std::env",
        "TcpStream",
        "std::process",
        "std::io",
        "SystemTime",
        "Instant::now",
        "Timestamp::now",
        "std::thread",
        "HashMap",
        "HashSet",
        "RandomState",
    ];
    for file in library() {
        for (number, line) in code(&file) {
            for door in doors {
                assert!(!line.contains(door), "{file}:{number}: the library has no {door}");
            }
        }
    }
}

#[test]
fn rules_are_sorted_documented_and_in_pairs() {
    assert!(
        RULES.windows(2).all(|pair| pair[0].code < pair[1].code),
        "sorted, each once"
    );
    let stems: BTreeSet<String> = RULES.iter().map(|rule| rule.code.0.replace('-', "_")).collect();
    for rule in RULES {
        let code = rule.code.0;
        assert!(
            code.bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-'),
            "{code}: kebab-case"
        );
        assert!(
            rule.docs.starts_with(&format!("# {code}\n\n")),
            "{code}: the title is the code"
        );
        assert!(rule.docs.len() > 300, "{code}: says what, why and how to mend");
        let summary = rule.summary;
        assert!(
            !summary.is_empty() && summary.len() <= 80 && !summary.ends_with('.'),
            "{code}: a few words"
        );
        assert!(
            summary.starts_with(|letter: char| letter.is_lowercase()),
            "{code}: the summary begins in lower case"
        );
    }
    for extension in ["rs", "md"] {
        let found: BTreeSet<String> = files("src/check/rules", extension)
            .iter()
            .map(|file| Path::new(file).file_stem().unwrap().to_str().unwrap().to_owned())
            .filter(|stem| stem != "mod" && stem != "violation")
            .collect();
        assert_eq!(found, stems, "a {extension} for each rule, and no other");
    }
}

#[test]
fn codes_are_stable() {
    // A code is in people's schemas and scripts: adding one is a line here, renaming one breaks them.
    let codes: Vec<&str> = RULES.iter().map(|rule| rule.code.0).collect();
    assert_eq!(
        codes,
        [
            "byte-order-mark",
            "changed-without-record",
            "command-execution",
            "conflicting-records",
            "crlf-line-ends",
            "cut-value",
            "deprecated-key",
            "divergent-value",
            "duplicate-key",
            "edited-record",
            "empty-required",
            "env-file-committed",
            "env-file-not-ignored",
            "env-file-readable",
            "environment-mismatch",
            "example-holds-secret",
            "example-out-of-step",
            "exclusive-keys",
            "expansion-limit",
            "expired-waiver",
            "expires-soon",
            "future-date",
            "incomplete-evidence",
            "incomplete-group",
            "known-value-leaked",
            "ledger-not-committed",
            "live-key-outside-production",
            "loader-drops",
            "malformed-entry",
            "malformed-line",
            "malformed-token",
            "missing-final-newline",
            "missing-required",
            "not-allowed-here",
            "not-utf8",
            "placeholder-value",
            "preset-not-met",
            "previous-key-overlap",
            "public-secret",
            "recorded-late",
            "reference-cycle",
            "rolled-back",
            "rotated-on-paper",
            "schema-combinator",
            "schema-const",
            "schema-enum",
            "schema-format",
            "schema-items",
            "schema-keyword",
            "schema-length",
            "schema-pattern",
            "schema-range",
            "schema-type",
            "secret-age-unknown",
            "secret-due-soon",
            "secret-expired",
            "secret-overdue",
            "shared-across-environments",
            "stale-baseline",
            "test-key-in-production",
            "token-in-source",
            "trailing-whitespace",
            "undeclared-variable",
            "undefined-reference",
            "unknown-key",
            "unknown-record",
            "unknown-suppression",
            "unresolved-value",
            "unused-suppression",
            "unused-variable",
            "unused-waiver",
            "unverifiable-record",
            "weak-key",
            "wrong-provider",
        ]
    );
}

#[test]
fn the_meta_schema_knows_every_rule() {
    let path = "schemas/env.schema.v1.json";
    let text = fs::read_to_string(path).unwrap_or_else(|error| panic!("{path}: {error}"));
    let meta: serde_json::Value = serde_json::from_str(&text).unwrap();
    let listed: BTreeMap<&str, &str> = meta["$defs"]["rules"]["properties"]
        .as_object()
        .expect("the meta-schema lists the rules")
        .iter()
        .map(|(code, severity)| (code.as_str(), severity["description"].as_str().unwrap_or_default()))
        .collect();
    let rules: BTreeMap<&str, &str> = RULES.iter().map(|rule| (rule.code.0, rule.summary)).collect();
    assert_eq!(listed, rules, "codes, and the summaries that editors show beside them");
}

/// All gates compare values with those of the same file.
#[test]
fn names_of_examples_are_the_same_everywhere() {
    let names = |file: &str| {
        let text = fs::read_to_string(file).unwrap();
        let list = after(&text, "const EXAMPLES")
            .next()
            .unwrap_or_else(|| panic!("{file} has no list of examples"));
        let list = &list[..list.find("];").unwrap()];
        let names: Vec<String> = list.split('"').skip(1).step_by(2).map(str::to_owned).collect();
        assert!(names.len() > 1, "{file}");
        names
    };
    let ours = names("src/cli/models.rs");
    for file in ["pkg/src/node.ts", "www/src/route.ts"] {
        assert_eq!(names(file), ours, "{file}");
    }
}

#[test]
fn versions_are_in_step() {
    let version = env!("CARGO_PKG_VERSION");
    let changelog = fs::read_to_string("CHANGELOG.md").unwrap();
    assert!(
        changelog.contains(&format!("\n## {version}")),
        "CHANGELOG.md has no section {version}"
    );
    if let Ok(text) = fs::read_to_string("pkg/package.json") {
        let package: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(package["version"], version, "pkg/package.json");
    }
}

/// The files of the library, all but the binary's.
fn library() -> Vec<String> {
    files("src", "rs")
        .into_iter()
        .filter(|file| !file.starts_with("src/cli/"))
        .collect()
}

/// The files below a folder with that extension, relative to the package, with `/`, sorted.
fn files(folder: &str, extension: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut folders = vec![PathBuf::from(folder)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).into_iter().flatten() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|other| other == extension) {
                found.push(path.to_str().unwrap().replace('\\', "/"));
            }
        }
    }
    found.sort();
    found
}

/// `src/check/triage.rs` is in `check`.
fn stage(file: &str) -> &str {
    let inner = file.strip_prefix("src/").unwrap_or(file);
    inner
        .split_once('/')
        .map_or_else(|| inner.trim_end_matches(".rs"), |(folder, _)| folder)
}

/// The lines of a file that are code: no comments, and nothing of its tests.
fn code(file: &str) -> Vec<(usize, String)> {
    let text = fs::read_to_string(file).unwrap_or_else(|error| panic!("{file}: {error}"));
    if file.ends_with("tests.rs") || file.contains("/tests/") {
        return Vec::new();
    }
    // Where the tests begin; those of a file of their own are named where the other modules are.
    let mut marks = text.match_indices("#[cfg(test)]\nmod ");
    let until = marks.find(|(at, mark)| {
        text[at + mark.len()..]
            .lines()
            .next()
            .is_some_and(|line| line.ends_with('{'))
    });
    let until = until.map_or(text.len(), |(at, _)| at);
    let lines = text[..until].lines().enumerate();
    lines
        .map(|(index, line)| (index + 1, line.split("//").next().unwrap_or_default().to_owned()))
        .collect()
}

fn after<'t>(text: &'t str, mark: &'t str) -> impl Iterator<Item = &'t str> {
    text.match_indices(mark).map(move |(at, _)| &text[at + mark.len()..])
}

fn first_word(text: &str) -> &str {
    let end = text
        .find(|letter: char| !letter.is_alphanumeric() && letter != '_')
        .unwrap_or(text.len());
    &text[..end]
}
