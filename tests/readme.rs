//! The `console` examples of the README, of `docs/` and of the shipped examples, run by the real binary. Links between those texts lead
//! somewhere.
//!
//! `[…]` ends what is shown of an output. `UPDATE=1` rewrites the examples that have no such end.

#![cfg(feature = "cli")]

mod support;

use std::path::Path;
use std::process::Command;

#[test]
fn examples_are_what_the_program_says() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    assert!(check(root, "README.md") >= 3, "the examples are gone");
    for page in pages(root) {
        check(root, &page);
    }
    assert!(
        check(&root.join("schemas/examples/web-backend"), "README.md") >= 3,
        "the ages at three instants are gone"
    );
}

#[test]
fn links_lead_somewhere() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut links = 0;
    for page in pages(root).into_iter().chain(["README.md".to_owned()]) {
        let text = std::fs::read_to_string(root.join(&page)).unwrap();
        let folder = root.join(&page).parent().unwrap().to_owned();
        for target in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            if !target.contains("://") {
                assert!(folder.join(target).exists(), "{page} links to {target}");
                links += 1;
            }
        }
    }
    assert!(links > 10, "the links are gone");
}

/// One after the other, as somebody who follows the page would run them, with the values of production in the variables of the process.
#[test]
fn the_way_to_a_gate_in_ci_leads_there() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let page = std::fs::read_to_string(root.join("docs/ci.md")).unwrap();
    let project = support::Folder::new();
    let production = "PORT=8080\nDATABASE_URL=postgres://app:s3cr3tPq9@db.internal/app\n";
    project.write(".env", "PORT=8000\nDATABASE_URL=postgres://localhost/app\n");
    project.write(".env.production", production);
    let mut commands = 0;
    for line in page.lines() {
        let Some((_, arguments)) = line.split_once("npx envgate ").filter(|_| !line.contains('`')) else {
            continue;
        };
        let arguments = arguments.split(" #").next().unwrap_or_default();
        let output = project
            .envgate(&arguments.split_whitespace().collect::<Vec<_>>())
            .envs(production.lines().filter_map(|line| line.split_once('=')))
            .env("PWD", "/app")
            .output()
            .unwrap();
        assert!(
            output.status.success(),
            "envgate {arguments}: {}",
            support::said(&output)
        );
        commands += 1;
    }
    assert!(commands >= 4, "the commands are gone");
    for written in ["env.schema.json", "gl-code-quality-report.json", "envgate.xml"] {
        assert!(project.0.join(written).exists(), "{written}");
    }
}

/// The pages of `docs/`.
fn pages(root: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(root.join("docs")).unwrap();
    let mut names: Vec<String> = entries
        .map(|entry| format!("docs/{}", entry.unwrap().file_name().to_string_lossy()))
        .collect();
    names.sort();
    names
}

/// How many examples a page has, which are run in `root`.
fn check(root: &Path, page: &str) -> usize {
    let text = std::fs::read_to_string(root.join(page)).unwrap();
    let mut rewritten = String::new();
    let mut rest = text.as_str();
    let mut examples = 0;
    while let Some((before, block)) = rest.split_once("```console\n$ envgate ") {
        let (block, behind) = block.split_once("```").expect("a block ends");
        let (arguments, shown) = block.split_once('\n').expect("a command line");
        let actual = run(root, arguments);
        let shown = match shown.split_once("[…]\n") {
            Some((beginning, _)) => {
                assert!(actual.starts_with(beginning), "envgate {arguments} says:\n{actual}");
                shown.to_owned()
            }
            None if std::env::var_os("UPDATE").is_some() => actual,
            None => {
                assert_eq!(shown, actual, "envgate {arguments}");
                actual
            }
        };
        rewritten += &format!("{before}```console\n$ envgate {arguments}\n{shown}```");
        rest = behind;
        examples += 1;
    }
    rewritten += rest;
    if rewritten != text {
        std::fs::write(root.join(page), rewritten).unwrap();
    }
    examples
}

fn run(root: &Path, arguments: &str) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_envgate"))
        .args(arguments.split(' '))
        .env_clear()
        .current_dir(root)
        .output()
        .unwrap();
    assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}
