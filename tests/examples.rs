//! The shipped examples, through the real binary: every set gives exactly the report beside it, and together the sets show every rule.
//!
//! `UPDATE=1 cargo test --test examples` rewrites the expected reports; they are read by people before they are committed.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use envgate::check::rule::{Check, Rule};
use envgate::check::rules::RULES;

/// The systems, so that an empty or renamed folder fails instead of passing unseen.
const SYSTEMS: [&str; 7] = [
    "billing",
    "convex-saas",
    "episodes",
    "ora",
    "parcels",
    "template-cli",
    "web-backend",
];

/// Ages and dates are judged at this instant, so that a report is the same on every day.
const NOW: &str = "2026-11-20T00:00:00Z";

#[test]
fn every_set_gives_its_report() {
    let mut wrong = Vec::new();
    for set in sets() {
        for (format, extension) in [("json", "json"), ("concise", "txt")] {
            let output = check(&set, format);
            let name = set
                .strip_prefix(examples())
                .expect("inside the examples")
                .display()
                .to_string();
            let told = String::from_utf8_lossy(&output.stderr);
            assert_eq!(told.is_empty(), expected_exit(&set) != 2, "{name}: {told}");
            assert_eq!(output.status.code(), Some(expected_exit(&set)), "{name}: exit code");
            let expected = expected_path(&set, extension);
            if std::env::var_os("UPDATE").is_some() {
                fs::create_dir_all(expected.parent().expect("a folder")).expect("the folder of expected reports");
                fs::write(&expected, &output.stdout).expect("an expected report is written");
            } else if fs::read(&expected).unwrap_or_default() != output.stdout {
                wrong.push(format!(
                    "{}\n{}",
                    expected.display(),
                    String::from_utf8_lossy(&output.stdout)
                ));
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "these reports differ; UPDATE=1 rewrites them:\n\n{}",
        wrong.join("\n")
    );
}

#[test]
fn clean_sets_are_silent() {
    for system in SYSTEMS {
        let report = report(&examples().join(system).join("clean"));
        assert_eq!(report["diagnostics"], serde_json::json!([]), "{system}");
        let environments = report["environments"].as_array().expect("environments");
        assert!(environments.len() > 1, "{system}: every environment is checked");
        for environment in environments {
            assert_ne!(
                environment["files"],
                serde_json::json!([]),
                "{system}: {} has files",
                environment["name"]
            );
        }
    }
}

/// Keys of a provider in the wrong place, in each of the systems: a live one in the first environment, one for tests in the last. The
/// gate before a commit says the same, of what is staged.
#[test]
fn live_and_test_keys_in_the_wrong_place_are_reported() {
    let body = "51HxYcQmZp3VtKw8RbNdLsGfJe";
    for system in SYSTEMS {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("keys-{system}"));
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).expect("a folder");
        let clean = examples().join(system).join("clean");
        let environments = report(&clean)["environments"].as_array().expect("environments").clone();
        copy(
            &examples().join(system),
            &folder,
            &["env.schema.json", "env.rotation.json"],
        );
        copy(&clean, &folder, &[]);
        // One schema turns a rule off, since its production is one for show.
        let schema = folder.join("env.schema.json");
        let text = fs::read_to_string(&schema).expect("a schema");
        fs::write(&schema, text.replace(", \"test-key-in-production\": \"off\"", "")).expect("the schema is written");
        let last = |index: usize| {
            let files = environments[index]["files"].as_array().expect("files");
            let name = files.last().and_then(serde_json::Value::as_str).expect("a file");
            let name = name.strip_prefix("clean/").expect("a file of the set");
            folder.join(name)
        };
        for (index, mode) in [(0, "live"), (environments.len() - 1, "test")] {
            let file = last(index);
            let mut text = fs::read_to_string(&file).expect("an env file");
            if !text.ends_with('\n') {
                text.push('\n');
            }
            text.push_str(&format!("STRIPE_API_KEY=sk_{mode}_{body}\n"));
            fs::write(&file, text).expect("an env file is written");
        }
        let git = |arguments: &[&str]| {
            let output = Command::new("git")
                .args(arguments)
                .current_dir(&folder)
                .output()
                .expect("git");
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        };
        git(&["init", "--quiet"]);
        git(&["add", "--force", "."]);
        for command in ["check", "hook"] {
            let output = Command::new(env!("CARGO_BIN_EXE_envgate"))
                .args([command, "--format", "concise", "--now", NOW])
                .current_dir(&folder)
                .output()
                .expect("the program runs");
            let told = String::from_utf8_lossy(&output.stdout);
            assert_eq!(output.status.code(), Some(1), "{system} {command}: {told}");
            for rule in ["live-key-outside-production", "test-key-in-production"] {
                let is_told = told
                    .lines()
                    .any(|line| line.contains(rule) && line.contains("STRIPE_API_KEY"));
                assert!(is_told, "{system} {command} says nothing of {rule}:\n{told}");
            }
            assert!(!told.contains(&body[..4]), "{system} {command} shows a piece of a key");
        }
    }
}

/// Copies the files of a folder, only those named if any are.
fn copy(from: &Path, to: &Path, names: &[&str]) {
    for entry in fs::read_dir(from).expect("a folder") {
        let entry = entry.expect("an entry");
        let name = entry.file_name();
        let is_wanted = names.is_empty() || names.iter().any(|one| *one == name);
        if is_wanted && entry.path().is_file() {
            fs::copy(entry.path(), to.join(name)).expect("a copy");
        }
    }
}

#[test]
fn every_rule_is_shown() {
    let shown: BTreeSet<String> = sets()
        .iter()
        .flat_map(|set| {
            let report = report(set);
            let diagnostics = report["diagnostics"].as_array().expect("diagnostics").clone();
            diagnostics
                .into_iter()
                .map(|diagnostic| diagnostic["code"].as_str().expect("a code").to_owned())
        })
        .collect();
    // What is found in other files than env files, and what only a token of full shape would show, which sets off scanners.
    let elsewhere = |rule: &&&Rule| matches!(rule.check, Check::Search) || rule.code.0 == "malformed-token";
    let missing: Vec<_> = RULES
        .iter()
        .filter(|rule| !elsewhere(rule))
        .map(|rule| rule.code.0)
        // Files beside a schema count for all its sets, the clean ones as well.
        .filter(|code| !["expired-waiver", "stale-baseline", "unused-waiver"].contains(code))
        // In a file, such a value is as it should be; examples are files.
        .filter(|code| *code != "unresolved-value")
        .filter(|code| !shown.contains(*code))
        .collect();
    assert!(missing.is_empty(), "no example shows {missing:?}");
}

/// The report of a set, parsed.
#[track_caller]
fn report(set: &Path) -> serde_json::Value {
    serde_json::from_slice(&check(set, "json").stdout).expect("a report in JSON")
}

/// Runs the binary in the folder of a set, without the variables of whoever runs the tests.
fn check(set: &Path, format: &str) -> Output {
    let exports = evidence(set);
    Command::new(env!("CARGO_BIN_EXE_envgate"))
        .args(["check", "--now", NOW, "--format", format])
        .args(exports.iter().flat_map(|name| ["--evidence", name]))
        .current_dir(set)
        .env_clear()
        .output()
        .expect("the binary runs")
}

/// The exports of secret managers that belong to a set, as seen from it.
fn evidence(set: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(set.join("evidence"))
        .map(|entries| {
            entries
                .map(|entry| entry.expect("an entry").file_name().into_string().expect("a name"))
                .collect()
        })
        .unwrap_or_default();
    names.sort();
    names.into_iter().map(|name| format!("evidence/{name}")).collect()
}

/// Broken sets fail, all others pass. What is not UTF-8 can't be checked for certain, and that is another code.
fn expected_exit(set: &Path) -> i32 {
    match set_name(set) {
        "broken-bytes" => 2,
        name if name.starts_with("broken-") => 1,
        _ => 0,
    }
}

fn set_name(set: &Path) -> &str {
    set.file_name().and_then(|name| name.to_str()).expect("a name")
}

fn expected_path(set: &Path, extension: &str) -> PathBuf {
    set.with_file_name("expected")
        .join(format!("{}.{extension}", set_name(set)))
}

fn examples() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("schemas/examples")
}

/// Every folder of env files, sorted.
fn sets() -> Vec<PathBuf> {
    let mut sets: Vec<PathBuf> = SYSTEMS
        .iter()
        .flat_map(|system| fs::read_dir(examples().join(system)).expect("the folder of a system"))
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.is_dir() && set_name(path) != "expected")
        .collect();
    sets.sort();
    assert!(sets.iter().any(|set| set_name(set) == "clean"), "there are no sets");
    sets
}
