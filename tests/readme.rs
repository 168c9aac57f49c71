//! The `console` examples of the README and of those of the shipped examples, run by the real binary in the folder of the text.
//!
//! `[…]` ends what is shown of an output. `UPDATE=1` rewrites the examples that have no such end.

#![cfg(feature = "cli")]

use std::path::Path;
use std::process::Command;

#[test]
fn examples_are_what_the_program_says() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    assert!(check(root) >= 3, "the examples are gone");
    assert!(
        check(&root.join("schemas/examples/web-backend")) >= 3,
        "the ages at three instants are gone"
    );
}

/// How many examples the README of a folder has.
fn check(root: &Path) -> usize {
    let text = std::fs::read_to_string(root.join("README.md")).unwrap();
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
        std::fs::write(root.join("README.md"), rewritten).unwrap();
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
