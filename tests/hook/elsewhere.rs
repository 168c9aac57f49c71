//! Env files and schemas that the commit has where the check does not see them: by a name in other case, or behind a link.

use std::fs;
use std::os::unix::fs::symlink;

use crate::repository::{SCHEMA, token};
use crate::support::Folder;

#[test]
fn a_name_in_other_case_is_the_same_file_elsewhere() {
    for name in [".ENV.defaults", ".env.Defaults"] {
        let repository = Folder::with_hook();
        repository.git(&["mv", ".env.defaults", name]);
        repository.write(name, "PORT=eighty\n");
        repository.git(&["add", name]);
        repository.refused(&["commit", "-qm", "case"], "is the same file as .env.defaults");
        // On such a disk, only one of the two can exist, and nobody knows which.
        repository.write(".env.defaults", "PORT=80\n");
        repository.git(&["add", ".env.defaults"]);
        repository.refused(&["commit", "-qm", "both"], "is the same file as .env.defaults");
    }
    // A file that the schema names as well is checked.
    let repository = Folder::with_hook();
    repository.write("env.schema.json", SCHEMA.replace(".env.production", ".ENV.defaults"));
    repository.write(".ENV.defaults", "PORT=eighty\n");
    repository.git(&["add", "."]);
    assert!(repository.hook(1).contains("schema-type"));
}

#[test]
fn a_schema_in_other_case_is_not_lost() {
    let repository = Folder::with_hook();
    repository.write("app/env.schema.json", SCHEMA);
    repository.write("app/.env.defaults", "PORT=80\n");
    repository.git(&["add", "."]);
    repository.git(&["commit", "-qm", "two schemas"]);
    repository.git(&["mv", "app/env.schema.json", "app/Env.Schema.json"]);
    repository.write("app/.env.defaults", "PORT=eighty\n");
    repository.git(&["add", "."]);
    repository.refused(&["commit", "-qm", "case"], "app/Env.Schema.json is not read");
}

#[test]
fn a_link_out_of_the_repository_is_not_checked() {
    let outside = Folder::new();
    outside.write(".env.defaults", "PORT=eighty\n");
    let repository = Folder::with_hook();
    repository.git(&["rm", "-q", ".env.defaults"]);
    symlink(outside.0.join(".env.defaults"), repository.0.join(".env.defaults")).unwrap();
    repository.git(&["add", "."]);
    repository.refused(
        &["commit", "-qm", "link"],
        "is behind a link that leads out of the repository",
    );

    let repository = Folder::with_hook();
    repository.write(
        "env.schema.json",
        SCHEMA.replace(".env.defaults", "config/.env.defaults"),
    );
    symlink(&outside.0, repository.0.join("config")).unwrap();
    repository.git(&["add", "."]);
    repository.refused(
        &["commit", "-qm", "link"],
        "is behind a link that leads out of the repository",
    );
}

#[test]
fn a_link_to_a_file_that_is_not_committed() {
    let repository = Folder::with_hook();
    repository.git(&["rm", "-q", ".env.defaults"]);
    repository.write("defaults", "PORT=eighty\n");
    symlink("defaults", repository.0.join(".env.defaults")).unwrap();
    repository.git(&["add", ".env.defaults"]);
    repository.refused(&["commit", "-qm", "link"], "defaults is not committed");
    // Kept out of the repository on purpose.
    repository.write(".gitignore", ".env.production\ndefaults\n");
    repository.git(&["add", ".gitignore"]);
    repository.hook(0);
    // Once committed, it is checked at its own path.
    repository.git(&["add", "-f", "defaults"]);
    assert!(repository.hook(1).contains("schema-type"));
}

/// The target of a link is text that somebody wrote, which may be anything.
#[test]
fn a_link_to_a_value() {
    let repository = Folder::with_hook();
    fs::remove_file(repository.0.join(".env.defaults")).unwrap();
    symlink(token(), repository.0.join(".env.defaults")).unwrap();
    repository.git(&["add", ".env.defaults"]);
    let said = repository.hook(2);
    assert!(
        said.contains("******** is not committed, and .env.defaults is a link to it"),
        "{said}"
    );
}

#[test]
fn folders_behind_links_are_entered() {
    let repository = Folder::with_hook();
    repository.write(
        "env.schema.json",
        SCHEMA.replace(".env.defaults", "config/.env.defaults"),
    );
    repository.write("real/.env.defaults", "PORT=eighty\n");
    symlink("real", repository.0.join("config")).unwrap();
    repository.git(&["add", "."]);
    let said = repository.hook(1);
    assert!(said.contains("config/.env.defaults:1:6: error[schema-type]"), "{said}");
}

#[test]
fn a_folder_of_secrets_may_be_an_ignored_link() {
    let shared = Folder::new();
    shared.write(".env.production", format!("PORT=80\nTOKEN={}\n", token()));
    let repository = Folder::with_hook();
    repository.write(
        "env.schema.json",
        SCHEMA.replace(".env.production", "shared/.env.production"),
    );
    repository.write(".gitignore", ".env.production\nshared\n");
    symlink(&shared.0, repository.0.join("shared")).unwrap();
    repository.git(&["add", "."]);
    repository.git(&["commit", "-qm", "shared"]);
    repository.write("main.py", format!("key = '{}'\n", token()));
    repository.git(&["add", "."]);
    repository.refused(&["commit", "-qm", "leak"], "known-value-leaked");
}
