//! `envgate trace --format json` of every example, held against `schemas/trace.v1.schema.json`.

#![cfg(all(feature = "cli", unix))]

#[path = "support/mod.rs"]
mod support;

use std::path::{Path, PathBuf};
use std::process::Command;

use support::Folder;

/// A column is padded to the width of its widest cell, of which `format!` allows 65,535.
#[test]
fn names_may_be_longer_than_any_column() {
    let folder = Folder::new();
    let long = "K".repeat(70_000);
    let schema =
        r#"{ "environments": { "production": { "files": [".env"] } }, "properties": { "A": {}, "LONG": {} } }"#;
    folder.write("env.schema.json", schema.replace("LONG", &long));
    folder.write(".env", format!("{long}=1\nA=2\n"));
    folder.write("other.env", "A=2\n");
    let names: Vec<String> = (0..350).map(|at| format!("{at}{}.env", "n".repeat(200))).collect();
    names.iter().for_each(|name| folder.write(name, "A=1\n"));
    let check: Vec<&str> = ["check", "-e", "production"]
        .into_iter()
        .chain(names.iter().map(|name| &**name))
        .collect();
    for command in [&["trace"][..], &["diff", ".env", "other.env"], &["rotation"], &check] {
        let output = folder.envgate(command).output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(!said.contains("has a bug"), "{command:?}: {said}");
    }
}

/// The names of a schema are anybody's, as in a pull request: no command lets them act on a terminal, or lets a line read as another.
#[test]
fn names_act_on_no_terminal() {
    let folder = Folder::new();
    let names = [
        "A\u{1b}[2J",
        "B\u{202e}gnp",
        "C\n::error::x",
        "D\u{2066}x",
        "E\u{9b}31m",
        "F\u{200b}",
    ];
    let properties: serde_json::Map<String, serde_json::Value> = names
        .iter()
        .map(|name| {
            (
                (*name).to_owned(),
                serde_json::json!({ "type": "string", "secret": true, "description": name }),
            )
        })
        .collect();
    let schema = serde_json::json!({
        "environments": { "p\u{202e}d\u{1b}[2J": { "files": [".env"] } },
        "required": names,
        "properties": properties,
    });
    folder.write("env.schema.json", schema.to_string());
    folder.write(".env", "X=1\n");
    let commands: [&[&str]; 12] = [
        &["trace"],
        &["trace", names[1]],
        &["trace", "--format", "json"],
        &["types"],
        &["docs"],
        &["example"],
        &["rotation"],
        &["rotation", "--format", "markdown"],
        &["rotation", "--format", "prometheus"],
        &["check"],
        &["check", "--format", "github"],
        &["check", "--environment", names[0]],
    ];
    for command in commands {
        let output = folder.envgate(command).output().unwrap();
        for text in [output.stdout, output.stderr] {
            let text = String::from_utf8(text).unwrap();
            let acts = |c: &char| c.is_control() && *c != '\n' || "\u{202e}\u{2066}\u{200b}".contains(*c);
            let found = text
                .lines()
                .find(|line| line.chars().any(|c| acts(&c)) || line.starts_with("::error::x"));
            assert_eq!(found, None, "{command:?}");
        }
    }
}

#[test]
fn the_json_matches_its_schema() {
    let promised: serde_json::Value = serde_json::from_str(include_str!("../schemas/trace.v1.schema.json")).unwrap();
    jsonschema::draft202012::meta::validate(&promised).unwrap();
    let validator = jsonschema::validator_for(&promised).unwrap();
    let examples = Path::new(env!("CARGO_MANIFEST_DIR")).join("schemas/examples");
    let mut traced = 0;
    for example in folders(&examples) {
        for set in folders(&example) {
            let output = Command::new(env!("CARGO_BIN_EXE_envgate"))
                .args(["trace", "--format", "json"])
                .arg(&set)
                .output()
                .unwrap();
            // Folders of other things than env files are refused.
            let Ok(json) = serde_json::from_slice::<serde_json::Value>(&output.stdout) else {
                continue;
            };
            let errors: Vec<String> = validator
                .iter_errors(&json)
                .map(|error| format!("{}: {error}", error.instance_path()))
                .collect();
            assert!(errors.is_empty(), "{}: {errors:#?}", set.display());
            traced += 1;
        }
    }
    assert!(traced > 10, "{traced} sets traced");
}

fn folders(of: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(of).unwrap().map(|entry| entry.unwrap().path());
    entries.filter(|path| path.is_dir()).collect()
}
