//! `envgate diff` between revisions of real repositories, and its JSON held against `schemas/diff.v1.schema.json`.

#![cfg(all(feature = "cli", unix))]

mod support;

use std::fs;

use support::{Folder, said};

impl Folder {
    fn commit(&self, message: &str) -> String {
        self.git(&["add", "-A"]);
        self.git(&["commit", "-qm", message]);
        self.git(&["rev-parse", "HEAD"])
    }

    #[track_caller]
    fn diff(&self, arguments: &[&str], code: i32) -> String {
        self.diff_in(".", arguments, code)
    }

    #[track_caller]
    fn diff_in(&self, folder: &str, arguments: &[&str], code: i32) -> String {
        let all = [&["diff", "--now", "2026-11-20T00:00:00Z"], arguments].concat();
        let mut command = self.envgate(&all);
        let output = command.current_dir(self.0.join(folder)).output().unwrap();
        let said = said(&output);
        assert_eq!(output.status.code(), Some(code), "{said}");
        for secret in ["hunter2", "sesame"] {
            assert!(!said.contains(secret), "{said}");
        }
        said
    }
}

fn schema(keys: &str) -> String {
    format!(
        r#"{{ "environments": {{ "production": {{ "files": [".env.production"] }} }}, "properties": {{ {keys} }}, "additionalProperties": false }}"#
    )
}

const OLD: &str = r#""PORT": { "type": "integer" }, "TOKEN": { "type": "string", "secret": true }"#;
const NEW: &str = r#""PORT": { "type": "integer" }, "TOKEN": { "type": "string", "secret": true, "minLength": 20 }, "STRIPE_KEY": { "type": "string", "secret": true, "requiredIn": ["production"] }"#;

#[test]
fn revisions_are_compared_as_git_names_them() {
    let repository = Folder::with_repository();
    repository.write("env.schema.json", schema(OLD));
    repository.write(".env.production", "PORT=80\nTOKEN=hunter2-hunter2\n");
    repository.commit("first");
    repository.git(&["checkout", "-qb", "side"]);
    repository.write("env.schema.json", schema(NEW));
    repository.write(".env.production", "PORT=8080\nTOKEN=hunter2-hunter2\n");
    let side = repository.commit("a key more");
    let expected = format!(
        "production
  > STRIPE_KEY  set it before you deploy: text, secret
  ~ TOKEN       minLength 20, there was none (narrower)
  ~ PORT        value changed, longer
  ! newly broken: TOKEN has 15 characters; at least 20 are required [schema-length]
  ! newly broken: STRIPE_KEY is required and missing from .env.production [missing-required]

Set 1 key in production before you deploy {}.
",
        &side[..9]
    );
    for arguments in [
        &["main..HEAD"][..],
        &["main...side"],
        &["main..side"],
        &["HEAD~1..HEAD"],
        &["main", "side"],
        &["main.."],
    ] {
        let said = repository.diff(arguments, 1);
        assert_eq!(said, expected, "{arguments:?}");
    }
    // Against the work tree, as with git itself.
    assert!(repository.diff(&["HEAD"], 0).contains("nothing changes"));
    repository.write(
        ".env.production",
        "PORT=8080\nTOKEN=sesame-Kq7mTz2vXw9bLr4N\nSTRIPE_KEY=sesame-Pd8nWy3cVf6hJt5S\n",
    );
    let said = repository.diff(&["HEAD"], 0);
    assert!(
        said.contains("+ STRIPE_KEY  value added")
            && said.contains("No key has to be set before you deploy the work tree."),
        "{said}"
    );
    assert!(repository.diff(&["HEAD~1"], 0).contains("minLength 20"));
    repository.diff(&["HEAD~1", "--fail-on", "warning"], 1);
    // What main did meanwhile is no part of `...`.
    repository.git(&["stash", "-q"]);
    repository.git(&["checkout", "-q", "main"]);
    repository.write(
        "env.schema.json",
        schema(r#""PORT": { "type": "integer" }, "TOKEN": { "type": "string", "secret": true }, "OF_MAIN": {}"#),
    );
    repository.commit("meanwhile");
    assert!(!repository.diff(&["main...side"], 1).contains("OF_MAIN"));
    assert!(repository.diff(&["main..side"], 1).contains("OF_MAIN"));
    // From a folder below.
    repository.write("deep/er/x", "");
    assert!(
        repository
            .diff_in("deep/er", &["main...side"], 1)
            .contains("STRIPE_KEY")
    );
}

#[test]
fn files_in_use_today_can_be_given() {
    let repository = Folder::with_repository();
    repository.write("env.schema.json", schema(OLD));
    repository.commit("first");
    repository.write("env.schema.json", schema(NEW));
    repository.commit("second");
    // No env file is in the repository: then the schema alone speaks.
    let said = repository.diff(&["HEAD~1..HEAD"], 1);
    assert!(
        said.contains("> STRIPE_KEY") && !said.contains("newly broken"),
        "{said}"
    );
    repository.write(
        "../envgate-diff-live/.env.production",
        "PORT=80\nTOKEN=hunter2-Zb5kQx8rMv2tGd7L\nSTRIPE_KEY=sesame-Pd8nWy3cVf6hJt5S\n",
    );
    let said = repository.diff(&["HEAD~1..HEAD", "--files", "../envgate-diff-live"], 0);
    assert!(said.contains("No key has to be set"), "{said}");
    let _ = fs::remove_dir_all(repository.0.join("../envgate-diff-live"));
}

#[test]
fn incomparable_inputs_fail() {
    let repository = Folder::with_repository();
    repository.write("README.md", "x");
    repository.commit("no schema");
    assert!(repository.diff(&["HEAD"], 2).contains("there is no env.schema.json"));
    repository.write("env.schema.json", schema(NEW));
    let said = repository.diff(&["HEAD"], 1);
    assert!(
        said.contains("there was no schema before") && said.contains("> STRIPE_KEY"),
        "{said}"
    );
    repository.commit("a schema");
    assert!(
        repository
            .diff(&["nosuch..HEAD"], 2)
            .contains("git knows no revision \"nosuch\"")
    );
    assert!(repository.diff(&["HEAD", "nosuch"], 2).contains("nosuch"));
    for range in ["..HEAD", "...HEAD", ".."] {
        assert!(repository.diff(&[range], 2).contains("nothing was compared"), "{range}");
    }
    repository.diff(&["HEAD..HEAD"], 0);
    assert!(
        repository
            .diff(&["README.md"], 2)
            .contains("there is nothing to compare README.md with")
    );
    repository.write("env.schema.json", "{");
    assert!(repository.diff(&["HEAD"], 2).contains("nothing was"));
    repository.commit("broken");
    repository.write("env.schema.json", schema(OLD));
    assert!(repository.diff(&["HEAD"], 2).contains("the old revision can't be read"));
}

#[test]
fn the_json_matches_its_schema() {
    let promised: serde_json::Value = serde_json::from_str(include_str!("../schemas/diff.v1.schema.json")).unwrap();
    jsonschema::draft202012::meta::validate(&promised).unwrap();
    let validator = jsonschema::validator_for(&promised).unwrap();
    let repository = Folder::with_repository();
    repository.write("env.schema.json", schema(OLD));
    repository.write(".env.production", "PORT=80\nTOKEN=hunter2-hunter2\n");
    repository.commit("first");
    repository.write("env.schema.json", schema(NEW));
    repository.write(".env.production", "PORT=8080\nTOKEN=hunter2-hunter2\n");
    repository.commit("second");
    repository.write("other/.env.production", "PORT=x\n");
    for arguments in [
        &["HEAD~1..HEAD"][..],
        &[".env.production", "other/.env.production"],
        &["HEAD~1"],
    ] {
        let json = repository.diff(&[arguments, &["--format", "json"]].concat(), 1);
        let json: serde_json::Value = serde_json::from_str(&json).unwrap();
        let errors: Vec<String> = validator.iter_errors(&json).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{errors:#?}\n{json:#}");
        assert_eq!(json["environments"][0]["name"], "production");
    }
}
