//! What a push takes along: to whom, and in what.

use std::fs;

use crate::repository::token;
use crate::support::{Folder, said};

/// A repository whose last commit added the value and whose remote `origin` has it already.
fn pushed_before() -> (Folder, String) {
    let repository = Folder::with_hook();
    let remote = format!("{}-private", repository.0.display());
    repository.git(&["init", "-q", "--bare", &remote]);
    repository.git(&["remote", "add", "origin", &remote]);
    repository.write("main.py", format!("key = '{}'\n", token()));
    repository.git(&["add", "."]);
    repository.git(&["commit", "-qm", "leak", "--no-verify"]);
    repository.git(&["push", "-q", "--no-verify", "origin", "main"]);
    (repository, remote)
}

#[test]
fn what_one_remote_has_is_new_to_another() {
    let (repository, private) = pushed_before();
    let public = format!("{}-public", repository.0.display());
    repository.git(&["init", "-q", "--bare", &public]);
    repository.git(&["remote", "add", "public", &public]);
    repository.refused(&["push", "-q", "public", "main"], "main.py:1:8");
    // By its address it has no name by which git knows what it has.
    repository.refused(&["push", "-q", &public, "main"], "main.py:1:8");
    repository.git(&["push", "-q", "origin", "main:other"]);
    for folder in [private, public] {
        fs::remove_dir_all(folder).unwrap();
    }
}

#[test]
fn messages_are_pushed_too() {
    let (repository, private) = pushed_before();
    repository.git(&["commit", "-q", "--allow-empty", "-m", &format!("uses {}", token())]);
    let id = String::from_utf8(repository.git_output(&["rev-parse", "--short=12", "HEAD"]).stdout).unwrap();
    repository.refused(
        &["push", "-q", "origin", "main"],
        &format!("is in commit {}", id.trim()),
    );
    repository.git(&["reset", "-q", "--hard", "HEAD~1"]);
    repository.git(&["tag", "-a", "v1", "-m", &format!("with {}", token())]);
    repository.refused(&["push", "-q", "origin", "v1"], "is in tag ");
    // A tree that no commit has.
    repository.git(&["tag", "tree", "HEAD^{tree}"]);
    repository.refused(&["push", "-q", "origin", "tree"], "main.py:1:8");
    fs::remove_dir_all(private).unwrap();
}

#[test]
fn to_push_nothing_is_said_to_be_nothing() {
    let repository = Folder::with_hook();
    let output = repository.run(&["hook", "--pre-push"]);
    assert_eq!(output.status.code(), Some(0));
    assert!(
        said(&output).contains("nothing is pushed, so nothing was checked"),
        "{}",
        said(&output)
    );
}
