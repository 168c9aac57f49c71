//! Branches and other things that have no schema, in a repository that has one elsewhere.

use std::fs;

use crate::repository::{SCHEMA, token};
use crate::support::{Folder, said};

/// A repository whose branch `pages` has a file of its own and nothing else, and is checked out.
fn with_pages() -> (Folder, String) {
    let repository = Folder::with_hook();
    let remote = format!("{}-remote", repository.0.display());
    repository.git(&["init", "-q", "--bare", &remote]);
    repository.git(&["remote", "add", "origin", &remote]);
    repository.git(&["push", "-q", "origin", "main"]);
    repository.git(&["checkout", "-q", "--orphan", "pages"]);
    repository.git(&["rm", "-rfq", "."]);
    repository.write("index.html", "<p>hello</p>\n");
    repository.git(&["add", "index.html"]);
    (repository, remote)
}

#[test]
fn a_branch_of_pages() {
    let (repository, remote) = with_pages();
    let output = repository.git_output(&["commit", "-qm", "pages"]);
    assert!(output.status.success(), "{}", said(&output));
    assert!(
        said(&output).contains("what is committed has no env.schema.json, never had one, and has no env file"),
        "{}",
        said(&output)
    );
    let output = repository.git_output(&["push", "-q", "origin", "pages:gh-pages"]);
    assert!(output.status.success(), "{}", said(&output));
    assert!(
        said(&output).contains("note: refs/heads/gh-pages has no env.schema.json"),
        "{}",
        said(&output)
    );
    // What is secret on the other branch is secret here.
    repository.write("index.html", format!("<p>{}</p>\n", token()));
    repository.git(&["add", "index.html"]);
    repository.refused(&["commit", "-qm", "leak"], "index.html:1:4");
    repository.git(&["commit", "-qm", "leak", "--no-verify"]);
    repository.refused(&["push", "-q", "origin", "pages:gh-pages"], "index.html:1:4");
    repository.git(&["checkout", "-q", "main"]);
    repository.refused(&["push", "-q", "origin", "pages:gh-pages"], "index.html:1:4");
    fs::remove_dir_all(remote).unwrap();
}

#[test]
fn notes_and_trees() {
    let (repository, remote) = with_pages();
    repository.git(&["tag", "tree", &repository.git(&["write-tree"])]);
    repository.git(&["checkout", "-qf", "main"]);
    repository.git(&["notes", "add", "-m", "harmless"]);
    repository.git(&["push", "-q", "origin", "refs/notes/*", "tree"]);
    repository.git(&["notes", "add", "-f", "-m", &token()]);
    repository.refused(&["push", "-q", "origin", "refs/notes/*"], "known-value-leaked");
    fs::remove_dir_all(remote).unwrap();
}

/// A branch that lost its schema, or has something to check, does not pass.
#[test]
fn what_needs_a_schema() {
    let (repository, remote) = with_pages();
    repository.write(".env.staging", "PORT=80\n");
    repository.git(&["add", ".env.staging"]);
    let why = "what is committed has no env.schema.json, so .env.staging can't be checked";
    repository.refused(&["commit", "-qm", "env file"], why);
    repository.git(&["commit", "-qm", "env file", "--no-verify"]);
    // That a later commit took it out again changes nothing.
    repository.git(&["rm", "-q", ".env.staging"]);
    repository.git(&["commit", "-qm", "taken out"]);
    let why = "refs/heads/pages has no env.schema.json, so .env.staging can't be checked";
    repository.refused(&["push", "-q", "origin", "pages"], why);
    // One branch is put in the place of another that has a schema.
    let why = "refs/heads/main has no env.schema.json any more";
    repository.refused(&["push", "-qf", "origin", "pages:main"], why);
    repository.git(&["checkout", "-qf", "main"]);
    repository.git(&["rm", "-q", "env.schema.json"]);
    repository.refused(
        &["commit", "-qm", "no schema"],
        "what is committed has no env.schema.json any more",
    );
    repository.git(&["commit", "-qm", "no schema", "--no-verify"]);
    repository.refused(
        &["push", "-q", "origin", "main:new"],
        "refs/heads/new has no env.schema.json",
    );
    // A schema that somebody forgot to add.
    repository.git(&["checkout", "-q", "pages"]);
    repository.write("env.schema.json", SCHEMA);
    repository.git(&["commit", "-q", "--allow-empty", "-m", "x", "--no-verify"]);
    assert!(repository.hook(2).contains("git add env.schema.json"));
    fs::remove_dir_all(remote).unwrap();
}
