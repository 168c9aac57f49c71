//! `envgate trace --format json` of every example, held against `schemas/trace.v1.schema.json`.

#![cfg(all(feature = "cli", unix))]

use std::path::{Path, PathBuf};
use std::process::Command;

#[test]
fn the_json_is_as_it_is_promised() {
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
