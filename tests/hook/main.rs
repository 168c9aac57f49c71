//! `envgate hook` in real repositories, called by git itself: the index counts, not the work tree.

#![cfg(all(feature = "cli", unix))]

mod bad_input;
mod carriers;
mod elsewhere;
mod exceptions;
mod pushes;
mod records;
mod repository;
mod schemaless;
mod server;
#[path = "../support/mod.rs"]
mod support;
mod unread;

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

use repository::{SCHEMA, token};
use support::{Folder, said};

#[test]
fn the_index_counts_and_not_the_work_tree() {
    let repository = Folder::with_hook();
    // Staged, and clean on the disk.
    repository.write("main.py", format!("key = '{}'\n", token()));
    repository.git(&["add", "main.py"]);
    repository.write("main.py", "key = 1\n");
    repository.refused(&["commit", "-qm", "leak"], "known-value-leaked");
    // The other way round.
    repository.git(&["add", "main.py"]);
    repository.write("main.py", format!("key = '{}'\n", token()));
    repository.git(&["commit", "-qm", "clean"]);
}

#[test]
fn a_part_of_a_file() {
    let repository = Folder::with_hook();
    repository.write("main.py", "a = 1\n\n\n\n\n\n\n\nb = 1\n");
    repository.git(&["add", "main.py"]);
    repository.git(&["commit", "-qm", "two lines"]);
    repository.write("main.py", format!("a = 2\n\n\n\n\n\n\n\nb = '{}'\n", token()));
    let patch = "--- a/main.py\n+++ b/main.py\n@@ -1,1 +1,1 @@\n-a = 1\n+a = 2\n";
    repository.write("../patch-of-a-part", patch);
    repository.git(&["apply", "--cached", "--unidiff-zero", "../patch-of-a-part"]);
    repository.git(&["commit", "-qm", "the clean part"]);
    repository.refused(&["commit", "-qam", "the other part"], "main.py:9:6");
}

#[test]
fn paths_given_to_commit() {
    let repository = Folder::with_hook();
    repository.write("clean.py", "a = 1\n");
    repository.write("leak.py", format!("key = '{}'\n", token()));
    repository.git(&["add", "."]);
    // Git makes a temporary index for this. Anything else that is staged is not part of the commit.
    repository.git(&["commit", "-qm", "clean", "--", "clean.py"]);
    repository.refused(&["commit", "-qm", "leak", "--", "leak.py"], "leak.py:1:8");
}

#[test]
fn renames_deletions_merges_links_and_odd_names() {
    let repository = Folder::with_hook();
    repository.write("a name\twith \"all\"\nkinds.txt", "x\n");
    std::os::unix::fs::symlink("/etc/hostname", repository.0.join("link")).unwrap();
    repository.git(&["add", "-A"]);
    repository.git(&["commit", "-qm", "odd names"]);
    repository.git(&["mv", "link", "moved"]);
    repository.git(&["commit", "-qm", "renamed"]);
    repository.git(&["rm", "-q", "moved"]);
    repository.git(&["commit", "-qm", "deleted"]);
    repository.git(&["checkout", "-qb", "side"]);
    repository.write("side.txt", format!("{}\n", token()));
    repository.git(&["add", "."]);
    repository.git(&["commit", "-qm", "leak", "--no-verify"]);
    repository.git(&["checkout", "-q", "main"]);
    repository.write("main.txt", "x\n");
    repository.git(&["add", "."]);
    repository.git(&["commit", "-qm", "main"]);
    // A merge that git commits by itself, and one that the user commits.
    repository.refused(&["merge", "-q", "--no-edit", "side"], "side.txt:1:1");
    repository.git(&["merge", "--abort"]);
    let merge = repository.git_output(&["merge", "-q", "--no-commit", "side"]);
    assert!(merge.status.success(), "{}", said(&merge));
    repository.refused(&["commit", "-qm", "merge"], "side.txt:1:1");
}

/// After a `#` comes a part of a file, such as a service, unless it is in the name of a folder.
#[test]
fn folders_with_a_number_sign() {
    for name in ["C#", "#1", "a#b/c#d"] {
        let repository = Folder::with_repository();
        repository.write(Path::new(name).join("env.schema.json"), SCHEMA);
        let defaults = Path::new(name).join(".env.defaults");
        repository.write(&defaults, "PORT=80\n");
        repository.git(&["add", "."]);
        // One of the files that the schema names is not there at all.
        assert_eq!(
            repository.run(&["hook"]).status.code(),
            Some(0),
            "{name}: {}",
            said(&repository.run(&["hook"]))
        );
        let check = || repository.run(&["check", "--recursive", "--format", "concise"]);
        assert_eq!(check().status.code(), Some(0), "{name}: {}", said(&check()));
        repository.write(&defaults, "PORT=x\n");
        repository.git(&["add", "."]);
        // Nor is the folder in the work tree, as in a sparse checkout.
        fs::remove_dir_all(repository.0.join(name)).unwrap();
        let told = said(&repository.run(&["hook"]));
        assert!(told.contains("schema-type"), "{name}: {told}");
    }
}

#[test]
fn env_files_with_secrets_stay_out() {
    let repository = Folder::with_hook();
    repository.git(&["add", "-f", ".env.production"]);
    repository.refused(&["commit", "-qm", "secrets"], "env-file-committed");
    repository.git(&["reset", "-q"]);
    repository.write(".gitignore", "\n");
    repository.git(&["add", ".gitignore"]);
    let output = repository.git_output(&["commit", "-qm", "not ignored"]);
    assert!(
        output.status.success() && said(&output).contains("env-file-not-ignored"),
        "{}",
        said(&output)
    );
    let allow = |path: &str, mode| {
        fs::set_permissions(repository.0.join(path), fs::Permissions::from_mode(mode)).unwrap();
    };
    allow(".env.production", 0o644);
    allow(".", 0o755);
    assert!(said(&repository.run(&["hook"])).contains("warning[env-file-readable]"));
    // Nobody else can read it.
    allow(".", 0o750);
    assert!(!said(&repository.run(&["hook"])).contains("env-file-readable"));
}

#[test]
fn a_wrong_env_file_and_a_wrong_schema() {
    let repository = Folder::with_hook();
    repository.write(".env.defaults", "PORT=eighty\n");
    repository.git(&["add", "."]);
    repository.refused(&["commit", "-qm", "type"], "schema-type");
    // As staged, not as it is on the disk.
    repository.write(".env.defaults", "PORT=80\n");
    repository.refused(&["commit", "-qm", "type"], "schema-type");
    repository.git(&["add", "."]);
    repository.write("env.schema.json", "{ \"propertys\": {} }\n");
    repository.git(&["add", "."]);
    repository.refused(&["commit", "-qm", "schema"], "did you mean");
    // Mistakes in the schema are reported in the requested format.
    let said = repository.hook(2);
    assert!(said.contains("env.schema.json:1:3: error: "), "{said}");
}

#[test]
fn the_reference_file_keeps_up() {
    let repository = Folder::with_hook();
    repository.write(".env.example", format!("PROT=\nTOKEN={}\n", token()));
    repository.git(&["add", "."]);
    repository.refused(&["commit", "-qm", "example"], "example-holds-secret");
    assert!(said(&repository.run(&["hook"])).contains("example-out-of-step"));
    // An optional key may be there as a comment, as `envgate example` writes it.
    for example in ["PORT=\nTOKEN=changeme\n", "PORT=\n# TOKEN=\n"] {
        repository.write(".env.example", example);
        repository.git(&["add", "."]);
        let output = repository.run(&["hook"]);
        assert!(
            output.status.success() && !said(&output).contains("example"),
            "{}",
            said(&output)
        );
    }
}

#[test]
fn never_a_pass_without_a_check() {
    let outside = Folder::with_repository();
    fs::remove_dir_all(outside.0.join(".git")).unwrap();
    let output = outside.run(&["hook"]);
    assert_eq!(output.status.code(), Some(2), "{}", said(&output));
    assert!(said(&output).contains("not a git repository"), "{}", said(&output));

    let repository = Folder::with_repository();
    assert_eq!(repository.run(&["hook"]).status.code(), Some(2), "no schema at all");
    repository.write("env.schema.json", SCHEMA);
    let output = repository.run(&["hook"]);
    assert_eq!(output.status.code(), Some(2), "a schema that is not committed");
    assert!(said(&output).contains("git add env.schema.json"), "{}", said(&output));
    repository.write(".gitignore", "env.schema.json\n");
    repository.git(&["add", "."]);
    let said_of_ignored = repository.hook(2);
    assert!(
        said_of_ignored.contains("env.schema.json is not committed"),
        "a schema that is ignored: {said_of_ignored}"
    );
    fs::remove_file(repository.0.join(".gitignore")).unwrap();
    repository.git(&["add", "."]);
    assert_eq!(
        repository.run(&["hook"]).status.code(),
        Some(0),
        "before the first commit"
    );
    let mut command = Command::new(env!("CARGO_BIN_EXE_envgate"));
    let output = command
        .arg("hook")
        .current_dir(&repository.0)
        .env("PATH", "/nowhere")
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(said(&output).contains("git is not installed"), "{}", said(&output));
}

#[test]
fn from_a_folder_below_and_from_another_work_tree() {
    let repository = Folder::with_hook();
    repository.write("below/main.py", format!("key = '{}'\n", token()));
    repository.git(&["add", "."]);
    repository.refused(&["-C", "below", "commit", "-qm", "leak"], "below/main.py:1:8");
    repository.git(&["reset", "-q", "--hard"]);
    let other = format!("{}-other", repository.0.display());
    repository.git(&["worktree", "add", "-q", &other, "-b", "other"]);
    // The env files with the secrets are in the first work tree only.
    fs::write(Path::new(&other).join("main.py"), format!("key = '{}'\n", token())).unwrap();
    repository.git(&["-C", &other, "add", "."]);
    repository.refused(&["-C", &other, "commit", "-qm", "leak"], "known-value-leaked");
    repository.git(&["-C", &other, "reset", "-q", "--hard"]);
    fs::write(Path::new(&other).join(".env.defaults"), "PORT=x\n").unwrap();
    repository.refused(&["-C", &other, "commit", "-qam", "type"], "schema-type");
    fs::remove_dir_all(&other).unwrap();
}

/// A bare repository with all of its work trees beside it has no first one, and each often has only some of the env files.
#[test]
fn work_trees_of_a_bare_repository() {
    let repository = Folder::with_hook();
    let name = repository.0.file_name().unwrap().to_str().unwrap();
    let bare = Folder(repository.0.with_file_name(format!("{name}-bare")));
    repository.git(&["clone", "-q", "--bare", ".", bare.0.to_str().unwrap()]);
    let added = |at: &str| {
        bare.git(&["worktree", "add", "-q", &format!("trees/{at}"), "-b", at]);
        Folder(bare.0.join("trees").join(at))
    };
    let (one, other) = (added("one"), added("other"));
    one.write(".env.production", format!("PORT=80\nTOKEN={}\n", token()));
    fs::set_permissions(one.0.join(".env.production"), fs::Permissions::from_mode(0o600)).unwrap();
    one.run(&["hook", "install"]);
    other.write("main.py", format!("key = '{}'\n", token()));
    other.git(&["add", "."]);
    other.refused(&["commit", "-qm", "leak"], "main.py:1:8");
    // One that was removed by hand is still listed.
    fs::remove_dir_all(&one.0).unwrap();
    other.git(&["commit", "-qm", "no value is known"]);
}

/// In a work tree that was added, and where the `.git` folder is elsewhere, git names that folder to a hook. If the hook goes to another folder, as in
/// `cd frontend && envgate hook`, git takes that one for the whole work tree.
#[test]
fn a_hook_that_goes_to_another_folder() {
    let value = ["qq8Zk1", "pLr93mVx0TgW"].concat();
    let added = |repository: &Folder| {
        let other = repository.0.join("../").canonicalize().unwrap();
        let name = repository.0.file_name().unwrap().to_str().unwrap();
        let other = other.join(format!("{name}-other"));
        repository.git(&["worktree", "add", "-q", other.to_str().unwrap(), "-b", "other"]);
        Folder(other)
    };
    let moved = |repository: &Folder| {
        let name = repository.0.file_name().unwrap().to_str().unwrap();
        let elsewhere = repository.0.with_file_name(format!("{name}-git"));
        repository.git(&["init", "-q", "--separate-git-dir", elsewhere.to_str().unwrap()]);
        Folder(elsewhere)
    };
    for (is_added, around) in [(true, &added as &dyn Fn(&Folder) -> Folder), (false, &moved)] {
        let repository = Folder::with_hook();
        let hook = "#!/bin/sh\ncd frontend && exec envgate hook\n";
        repository.write(".git/hooks/pre-commit", hook);
        let other = around(&repository);
        let here = if is_added { &other } else { &repository };
        // A value that only this work tree has.
        here.write(".env.production", format!("PORT=80\nTOKEN={value}\n"));
        fs::set_permissions(here.0.join(".env.production"), fs::Permissions::from_mode(0o600)).unwrap();
        here.write("frontend/main.js", format!("key = '{value}'\n"));
        here.git(&["add", "."]);
        for arguments in [&["commit", "-qm", "leak"][..], &["commit", "-qm", "leak", "frontend"]] {
            let output = here.git_output(arguments);
            let said = said(&output);
            assert!(
                !output.status.success() && said.contains("known-value-leaked"),
                "{said}"
            );
            assert!(said.contains("(.env.production:2)") && !said.contains(&value), "{said}");
            assert!(!said.contains("not-ignored"), "{said}");
        }
        if is_added {
            repository.write(".git/hooks/pre-commit", hook.replace("frontend", "/"));
            let told = said(&here.git_output(&["commit", "-qm", "leak"]));
            assert!(told.contains("this folder is outside of the work tree"), "{told}");
            repository.write(".git/hooks/pre-commit", hook);
        }
        here.write("frontend/main.js", "key = 1\n");
        here.git(&["commit", "-qam", "clean"]);
    }
}

/// As of dotfiles: git's folder and the work tree are named to git, which then names the second to a hook only as `.`.
#[test]
fn a_hook_that_goes_to_another_folder_of_a_named_work_tree() {
    let repository = Folder::with_hook();
    fs::rename(repository.0.join(".git"), repository.0.join(".dotfiles")).unwrap();
    repository.write(".gitignore", ".env.production\n.dotfiles\n");
    let hook = |folder: &str| {
        let hook = format!("#!/bin/sh\ncd {folder} && exec envgate hook\n");
        repository.write(".dotfiles/hooks/pre-commit", hook);
    };
    hook("frontend");
    repository.write("frontend/main.js", format!("key = '{}'\n", token()));
    let top = repository.0.canonicalize().unwrap();
    let git = |words: &[&str]| {
        let named = [
            format!("--git-dir={}/.dotfiles", top.display()),
            format!("--work-tree={}", top.display()),
        ];
        let words: Vec<&str> = named.iter().map(String::as_str).chain(words.iter().copied()).collect();
        repository.git_output(&words)
    };
    assert!(git(&["add", "."]).status.success());
    let output = git(&["commit", "-qm", "leak"]);
    let told = said(&output);
    assert!(
        !output.status.success() && told.contains("(.env.production:2)"),
        "{told}"
    );
    assert!(!told.contains(&token()), "{told}");
    // Where it is not, nothing would be found.
    hook("/");
    let told = said(&git(&["commit", "-qm", "leak"]));
    assert!(told.contains("this folder is outside of the work tree"), "{told}");
    hook("frontend");
    repository.write("frontend/main.js", "key = 1\n");
    assert!(git(&["commit", "-qam", "clean"]).status.success());
}

/// As `pre-commit run --all-files` does, in CI.
#[test]
fn all_files_when_no_commit_is_made() {
    let repository = Folder::with_hook();
    repository.write("main.py", format!("key = '{}'\n", token()));
    repository.git(&["add", "."]);
    repository.git(&["commit", "-q", "--no-verify", "-m", "leak"]);
    let output = repository.envgate(&["hook"]).output().unwrap();
    assert_eq!(output.status.code(), Some(1), "{}", said(&output));
    assert!(said(&output).contains("main.py:1:8"), "{}", said(&output));
    // Unstaged files are not part of it. A commit is only searched in what it adds.
    repository.git(&["commit", "-q", "--allow-empty", "-m", "nothing"]);
    repository.git(&["rm", "-q", "main.py"]);
    repository.git(&["commit", "-qm", "gone"]);
    repository.write("main.py", format!("key = '{}'\n", token()));
    let output = repository.envgate(&["hook"]).output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
}

/// Each service has its own schema; a leak of any of them is reported anywhere, and a token once.
#[test]
fn several_schemas_in_one_repository() {
    let repository = Folder::with_hook();
    let token_of_gitlab = ["gl", "pat-", "Q7xWm2ZpLr9Tk4VbNc8s"].concat();
    repository.write("services/api/env.schema.json", SCHEMA);
    repository.write("services/api/.env.defaults", "PORT=80\n");
    repository.write("docs/a.md", format!("{}\n{token_of_gitlab}\n", token()));
    repository.write("services/api/b.md", &token_of_gitlab);
    repository.git(&["rm", "-q", "--cached", "env.schema.json", ".env.defaults"]);
    repository.write("services/web/env.schema.json", SCHEMA);
    repository.write("services/web/.env.defaults", "PORT=80\n");
    repository.write("services/web/.env.production", format!("TOKEN={}\n", token()));
    repository.git(&["add", "services", "docs"]);
    let said = repository.hook(1);
    for line in [
        "in 1 file against services/api/env.schema.json: 2 errors.",
        "in 1 file against services/web/env.schema.json: 1 error, 1 warning.",
        "\ndocs/a.md:1:1: error[known-value-leaked]: the value of TOKEN (.env.production:1) is in ../../docs/a.md:1:1",
        "\nservices/api/b.md:1:1: error[token-in-source]",
    ] {
        assert!(said.contains(line), "{line}: {said}");
    }
    assert_eq!(said.matches("[token-in-source]").count(), 2, "{said}");
    // A format that is one document covers all of them.
    let output = repository.run(&["hook", "--format", "sarif"]);
    assert_eq!(output.status.code(), Some(1), "{}", support::said(&output));
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let ids = report["runs"]
        .as_array()
        .unwrap()
        .iter()
        .map(|run| run["automationDetails"]["id"].clone());
    assert_eq!(
        ids.collect::<Vec<_>>(),
        ["envgate/services/api/", "envgate/services/web/"]
    );
    let output = repository.run(&["hook", "--format", "sarif", "--schema", "services/web/env.schema.json"]);
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let results = report["runs"][0]["results"].as_array().unwrap();
    let uri = |one: &serde_json::Value| one["locations"][0]["physicalLocation"]["artifactLocation"]["uri"].clone();
    assert!(results.iter().any(|one| uri(one) == "docs/a.md"), "{results:?}");
    let output = repository.run(&["hook", "--schema", "env.schema.json"]);
    assert_eq!(output.status.code(), Some(2), "one that is not committed");
}

/// An env file that several services share is called as the schema calls it, on every machine, and may hold its own values.
#[test]
fn an_env_file_above_the_schema() {
    let repository = Folder::with_hook();
    repository.git(&["rm", "-q", "env.schema.json", ".env.defaults"]);
    let schema = SCHEMA.replace("\".env", "\"../../.env");
    repository.write("services/api/env.schema.json", &schema);
    repository.write(".env.defaults", "PORT=x\n");
    repository.git(&["add", "."]);
    repository.git(&["add", "-f", ".env.production"]);
    let said = repository.hook(1);
    assert!(
        said.contains("\n../../.env.defaults:1:6: error[schema-type]") || said.starts_with("../../.env.defaults:1:6"),
        "{said}"
    );
    assert!(
        said.contains("[env-file-committed]") && !said.contains("[known-value-leaked]"),
        "{said}"
    );
    let output = repository.run(&[
        "check",
        "--schema",
        "services/api/env.schema.json",
        "--format",
        "github",
    ]);
    let said = support::said(&output);
    assert!(said.contains("file=.env.defaults,line=1,"), "{said}");
}

/// In a repository of forty services, those that are fine share one line: nobody reads eighty lines before every commit.
#[test]
fn of_several_schemas_those_without_findings_share_a_line() {
    let repository = Folder::with_hook();
    for part in ["a", "b", "c"] {
        repository.write(format!("{part}/env.schema.json"), repository::SCHEMA);
        repository.write(format!("{part}/.env.defaults"), "PORT=80\n");
    }
    repository.git(&["add", "."]);
    let output = repository.envgate(&["hook"]).output().unwrap();
    let clean = "Checked 4 variables against 4 schemas: no problems found.\n";
    assert_eq!(
        (output.status.code(), &*String::from_utf8_lossy(&output.stdout)),
        (Some(0), clean)
    );

    repository.write("b/.env.defaults", "PORT=none\n");
    repository.git(&["add", "."]);
    let said = repository.hook(1);
    assert!(said.contains("b/.env.defaults:1:6"), "{said}");
    assert!(
        said.contains("Checked 4 variables against 4 schemas: 1 error."),
        "{said}"
    );
    assert!(
        !said.contains("a/.env.defaults") && !said.contains("c/.env.defaults"),
        "{said}"
    );
}

/// Before every commit, nobody reads the same infos again.
#[test]
fn what_is_less_than_a_warning_is_counted() {
    let repository = Folder::with_hook();
    let schema = r#"{ "environments": { "dev": { "files": [".env.defaults"] }, "live": { "files": [".env.live"] } },
        "properties": { "MAIL_FROM": { "type": "string" } }, "required": ["MAIL_FROM"] }"#;
    repository.write("env.schema.json", schema);
    repository.write(".env.defaults", "MAIL_FROM=changeme\n");
    repository.git(&["add", "."]);
    let said = |options: &[&str]| {
        let output = repository.envgate(&[&["hook"], options].concat()).output().unwrap();
        String::from_utf8(output.stdout).unwrap()
    };
    assert_eq!(
        said(&[]),
        "dev  .env.defaults  1 variable  1 info\n\nChecked 1 variable of 1 environment in 1 file against env.schema.json: 1 info.\n"
    );
    for options in [
        &["--fail-on", "info"][..],
        &["--format", "concise"],
        &["--format", "json"],
    ] {
        assert!(said(options).contains("placeholder-value"), "{options:?}");
    }
}

/// Everything below would only be about other environments.
#[test]
fn an_env_file_that_goes_is_missed() {
    let repository = Folder::with_hook();
    repository.git(&["rm", "-q", "--cached", ".env.defaults"]);
    let note = "note: development is not checked any more: .env.defaults is removed";
    assert!(repository.hook(0).contains(note));
    // It is kept out of the repository from now on.
    repository.write(".gitignore", ".env.*\n");
    repository.git(&["add", ".gitignore"]);
    assert!(!repository.hook(0).contains(note));
}

#[test]
fn a_schema_that_goes_takes_its_env_files_along() {
    let repository = Folder::with_hook();
    for part in ["a", "b"] {
        repository.write(format!("{part}/env.schema.json"), repository::SCHEMA);
        repository.write(format!("{part}/.env.defaults"), "PORT=80\n");
    }
    repository.git(&["add", "."]);
    repository.git(&["commit", "-qm", "parts"]);
    let why = "a/env.schema.json is removed, and nothing would check a/.env.defaults any more";
    repository.git(&["rm", "-q", "a/env.schema.json"]);
    repository.refused(&["commit", "-qm", "no schema"], why);
    // Before a push, too.
    let remote = Folder::new();
    let remote = remote.0.to_str().unwrap();
    repository.git(&["init", "-q", "--bare", remote]);
    repository.git(&["remote", "add", "origin", remote]);
    repository.git(&["push", "-q", "origin", "main"]);
    repository.git(&["commit", "-qnm", "no schema"]);
    repository.refused(&["push", "-q", "origin", "main"], why);
    repository.git(&["reset", "-q", "--soft", "HEAD~1"]);
    // Allowed: the file is removed as well, another schema names it, or the schema is renamed to its hidden name.
    repository.git(&["rm", "-q", "--cached", "a/.env.defaults"]);
    repository.hook(0);
    repository.git(&["reset", "-q", "--hard"]);
    repository.git(&["rm", "-q", "a/env.schema.json"]);
    let with_part = repository::SCHEMA.replace("[\".env.defaults\"]", "[\".env.defaults\", \"a/.env.defaults\"]");
    repository.write("env.schema.json", with_part);
    repository.git(&["add", "env.schema.json"]);
    repository.hook(0);
    repository.git(&["reset", "-q", "--hard"]);
    repository.git(&["mv", "a/env.schema.json", "a/.env.schema.json"]);
    repository.hook(0);
}

#[test]
fn what_is_pushed() {
    let repository = Folder::with_hook();
    let remote = format!("{}-remote", repository.0.display());
    repository.git(&["init", "-q", "--bare", &remote]);
    repository.git(&["remote", "add", "origin", &remote]);
    repository.git(&["push", "-q", "origin", "main"]);
    // Removed again by the last commit, and still pushed.
    repository.write("main.py", format!("key = '{}'\n", token()));
    repository.git(&["add", "."]);
    repository.git(&["commit", "-qm", "leak", "--no-verify"]);
    repository.write("main.py", "key = 1\n");
    repository.git(&["commit", "-qam", "taken out"]);
    repository.refused(&["push", "-q", "origin", "main"], "main.py:1:8");
    repository.refused(&["push", "-q", "origin", "main:new"], "main.py:1:8");
    // Git passes the name of the commit to the hook as it is written here, with the blanks.
    repository.refused(&["push", "-q", "origin", ":/taken out:refs/heads/words"], "main.py:1:8");
    repository.git(&["push", "-q", "origin", "HEAD~2:refs/heads/clean"]);
    repository.git(&["push", "-q", "origin", ":clean"]);
    fs::remove_dir_all(&remote).unwrap();
}

#[test]
fn a_hook_that_is_there_is_kept() {
    let repository = Folder::with_repository();
    repository.write(".git/hooks/pre-commit", "#!/bin/sh\nexit 0\n");
    let output = repository.run(&["hook", "install"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(said(&output).contains("is kept as it is") && said(&output).contains("envgate hook || exit $?"));
    assert_eq!(
        fs::read_to_string(repository.0.join(".git/hooks/pre-commit")).unwrap(),
        "#!/bin/sh\nexit 0\n"
    );
    // The others are installed, and say so.
    let merge = fs::read_to_string(repository.0.join(".git/hooks/pre-merge-commit")).unwrap();
    assert!(merge.contains("hook") && said(&output).contains("pre-merge-commit: installed"));
    fs::remove_file(repository.0.join(".git/hooks/pre-commit")).unwrap();
    assert_eq!(repository.run(&["hook", "install"]).status.code(), Some(0));
    assert_eq!(
        repository.run(&["hook", "install"]).status.code(),
        Some(0),
        "a second time"
    );
}

/// As on a full disk. Git would run an empty one, and let every commit pass.
/// A folder of hooks that all repositories of a user share: in most of them, the hook would refuse every commit.
#[test]
fn hooks_that_other_repositories_share() {
    let repository = Folder::with_repository();
    let shared = Folder::new();
    let folder = shared.0.to_str().unwrap();
    repository.git(&["config", "core.hooksPath", folder]);
    let output = repository.run(&["hook", "install"]);
    let told = said(&output);
    assert_eq!(output.status.code(), Some(0), "{told}");
    let note = format!("note: every repository whose core.hooksPath is {folder} runs these hooks");
    assert!(told.contains(&note), "{told}");
    // One of its own.
    repository.git(&["config", "core.hooksPath", ".githooks"]);
    let output = repository.run(&["hook", "install"]);
    assert!(!said(&output).contains("note:"), "{}", said(&output));
}

#[test]
fn no_unfinished_hook_is_left() {
    let repository = Folder::with_repository();
    let output = repository
        .command("sh", &["-c", "ulimit -f 0; exec envgate hook install"])
        .output()
        .unwrap();
    assert!(!output.status.success(), "{}", said(&output));
    let hooks = fs::read_dir(repository.0.join(".git/hooks")).unwrap();
    assert_eq!(hooks.count(), 0);
    assert!(repository.run(&["hook", "install"]).status.success());
    let mode = fs::metadata(repository.0.join(".git/hooks/pre-commit"))
        .unwrap()
        .permissions()
        .mode();
    assert_eq!(mode & 0o700, 0o700);
}

/// As when a script of npm commits, whose programs come before all others: that of our package has no hook.
#[test]
fn the_program_of_a_package_is_not_taken_for_it() {
    let repository = Folder::with_hook();
    repository.write("node_modules/.bin/envgate", "#!/bin/sh\nexit 0\n");
    let program = repository.0.join("node_modules/.bin/envgate");
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
    repository.write("main.py", format!("key = '{}'\n", token()));
    repository.git(&["add", "main.py"]);
    let path = format!("{}:/usr/local/bin:/usr/bin:/bin", program.parent().unwrap().display());
    let mut commit = repository.command("git", &["commit", "-qm", "leak"]);
    let output = commit.env("PATH", path).output().unwrap();
    assert!(
        !output.status.success() && said(&output).contains("known-value-leaked"),
        "{}",
        said(&output)
    );
}

/// The reason is not that they can't be read.
#[test]
fn hooks_that_cannot_be_written() {
    let repository = Folder::with_repository();
    repository.write("file", "");
    repository.git(&["config", "core.hooksPath", "file/below"]);
    let output = repository.run(&["hook", "install"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(
        said(&output).contains("file/below/pre-commit can't be written: not a directory"),
        "{}",
        said(&output)
    );
}

/// The line that the help suggests, or the configuration of a manager that names the hook.
#[test]
fn a_hook_that_runs_it_already() {
    let repository = Folder::with_repository();
    let install = |code: i32, says: &str| {
        let output = repository.run(&["hook", "install"]);
        assert!(
            output.status.code() == Some(code) && said(&output).contains(says),
            "{}",
            said(&output)
        );
    };
    let script = |name: &str, text: &str| {
        repository.write(name, text);
        fs::set_permissions(repository.0.join(name), fs::Permissions::from_mode(0o755)).unwrap();
    };
    script(
        ".git/hooks/pre-commit",
        "#!/bin/sh\nnpm test\n# envgate hook || exit $?\n",
    );
    install(2, "is kept as it is");
    script(
        ".git/hooks/pre-commit",
        "#!/bin/sh\nnpm test\nenvgate hook || exit $?\n",
    );
    install(0, ".git/hooks/pre-commit: runs envgate already");
    fs::set_permissions(
        repository.0.join(".git/hooks/pre-commit"),
        fs::Permissions::from_mode(0o644),
    )
    .unwrap();
    install(2, "is not executable");
    // lefthook installs hooks for the stages in its configuration.
    script(
        ".git/hooks/pre-commit",
        "#!/bin/sh\ncall_lefthook run \"pre-commit\" \"$@\"\n",
    );
    repository.write(
        "lefthook.yml",
        "pre-commit: { commands: { envgate: { run: envgate hook } } }\n",
    );
    install(0, "lefthook.yml: runs envgate already");
    // husky has a hook for every stage of git.
    repository.git(&["config", "core.hooksPath", ".husky/_"]);
    for stage in ["pre-commit", "pre-merge-commit", "pre-applypatch"] {
        script(
            &format!(".husky/_/{stage}"),
            "#!/usr/bin/env sh\n. \"$(dirname \"$0\")/h\"\n",
        );
    }
    repository.write(".husky/pre-commit", "npx envgate hook\n");
    install(2, "echo 'envgate hook || exit $?' >> .husky/pre-merge-commit");
    repository.write(".husky/pre-merge-commit", "npx envgate hook\n");
    install(0, ".husky/pre-commit: runs envgate already");
}

/// `git am` asks a hook of its own.
#[test]
fn a_patch_from_a_mail() {
    let repository = Folder::with_hook();
    repository.write("main.py", format!("key = '{}'\n", token()));
    repository.git(&["add", "main.py"]);
    repository.git(&["commit", "-q", "--no-verify", "-m", "leak"]);
    let mail = repository.git(&["format-patch", "-1", "--output-directory=.git"]);
    repository.git(&["reset", "-q", "--hard", "HEAD~1"]);
    repository.refused(&["am", "-q", &mail], "known-value-leaked");
    repository.git(&["am", "--abort"]);
    assert_eq!(repository.git(&["log", "--format=%s"]), "first");
}

#[test]
fn hooks_of_other_programs_are_not_added_to() {
    let repository = Folder::with_repository();
    for (text, help) in [
        (
            "#!/bin/sh\n# File generated by pre-commit: https://pre-commit.com\n",
            "name the hook in .pre-commit-config.yaml",
        ),
        (
            "#!/usr/bin/env bash\n# File generated by prek: https://github.com/j178/prek\n",
            "was written by prek, which would overwrite a change to it\n  help: name the hook in prek.toml",
        ),
        (
            "#!/bin/sh\ncall_lefthook run \"pre-commit\" \"$@\"\n",
            "name `envgate hook` in lefthook.yml, under `pre-commit`",
        ),
    ] {
        repository.write(".git/hooks/pre-commit", text);
        let output = repository.run(&["hook", "install"]);
        assert_eq!(output.status.code(), Some(2));
        assert!(
            said(&output).contains("which would overwrite a change to it") && said(&output).contains(help),
            "{}",
            said(&output)
        );
    }
    // The hooks of husky stand in a folder that it makes anew.
    repository.git(&["config", "core.hooksPath", ".husky/_"]);
    repository.write(".husky/_/pre-commit", "#!/usr/bin/env sh\n. \"$(dirname \"$0\")/h\"\n");
    let output = repository.run(&["hook", "install"]);
    assert!(
        said(&output).contains("echo 'envgate hook || exit $?' >> .husky/pre-commit"),
        "{}",
        said(&output)
    );
}

#[test]
fn what_will_pass_the_hooks_over_is_named() {
    let repository = Folder::with_repository();
    repository.write("lefthook.yml", "pre-commit: {}\n");
    let output = repository.run(&["hook", "install"]);
    assert_eq!(output.status.code(), Some(0));
    assert!(
        said(&output).contains("once lefthook is set up, git does not run these hooks any more"),
        "{}",
        said(&output)
    );
    repository.write(
        "lefthook.yml",
        "pre-commit: { commands: { envgate: { run: envgate hook } } }\n",
    );
    assert!(!said(&repository.run(&["hook", "install"])).contains("once lefthook"));
    fs::remove_file(repository.0.join("lefthook.yml")).unwrap();
    // Those of an older husky are in the folder that git is told of.
    repository.git(&["config", "core.hooksPath", ".husky"]);
    repository.write(".husky/_/husky.sh", "");
    let output = repository.run(&["hook", "install"]);
    assert!(
        output.status.success() && !said(&output).contains("once husky"),
        "{}",
        said(&output)
    );
}

#[test]
fn an_unresolved_merge_and_ten_thousand_files() {
    let repository = Folder::with_hook();
    for index in 0..10_000 {
        fs::write(repository.0.join(format!("file-{index}.txt")), format!("{index}\n")).unwrap();
    }
    repository.git(&["add", "."]);
    let output = repository.run(&["hook"]);
    assert!(output.status.success(), "{}", said(&output));
    repository.git(&["commit", "-qm", "many"]);

    repository.git(&["checkout", "-qb", "side", "HEAD~1"]);
    repository.write("file-0.txt", "side\n");
    repository.git(&["add", "."]);
    repository.git(&["commit", "-qm", "side"]);
    assert!(!repository.git_output(&["merge", "-q", "main"]).status.success());
    let output = repository.run(&["hook"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(said(&output).contains("a merge is not resolved"), "{}", said(&output));
}

/// A repository with a token on a line that a second commit brought.
fn with_a_dated_line() -> Folder {
    let repository = Folder::with_repository();
    repository.write(
        "env.schema.json",
        r#"{ "rotation": { "api-key": { "maxAge": "P90D", "evidence": "git" } }, "properties": { "TOKEN": { "type": "string", "secret": "api-key" } } }"#,
    );
    repository.write(".env", "# first\n");
    repository.git(&["add", "-f", "."]);
    repository.git(&["commit", "-qm", "first"]);
    repository.write(".env", format!("# first\nTOKEN={}\n", token()));
    repository
}

/// How old the token is.
fn verdict(folder: &Path, arguments: &[&str]) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_envgate"));
    let output = command
        .current_dir(folder)
        .args(["check", "--format", "json"])
        .args(arguments)
        .output()
        .unwrap();
    let report: serde_json::Value =
        serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{}", said(&output)));
    report["environments"][0]["variables"][0]["age"]["verdict"]
        .as_str()
        .unwrap_or_default()
        .to_owned()
}

/// Other line ends and blanks are not another value, and the date is the committer's, which no author can choose.
#[test]
fn white_space_and_authors_date_no_line() {
    let repository = with_a_dated_line();
    let commit = |committed: &str| {
        let output = Command::new("git")
            .current_dir(&repository.0)
            .args(["commit", "-qam", "x", "--date", "2001-01-01T00:00:00Z"])
            .env("GIT_COMMITTER_DATE", committed)
            .output()
            .unwrap();
        assert!(output.status.success(), "{}", said(&output));
    };
    let at = |now| verdict(&repository.0, &["--evidence-git", "--now", now]);
    commit("2026-06-01T00:00:00Z");
    assert_eq!(
        (at("2026-08-01T00:00:00Z"), at("2026-09-01T00:00:00Z")),
        ("current".to_owned(), "overdue".to_owned())
    );
    repository.git(&["config", "core.autocrlf", "false"]);
    repository.write(".env", format!("# first\r\nTOKEN={}\r\n", token()));
    commit("2026-08-15T00:00:00Z");
    assert_eq!(at("2026-09-01T00:00:00Z"), "overdue");
    repository.write(".env", format!("# first\r\nTOKEN={}x\r\n", token()));
    commit("2026-08-20T00:00:00Z");
    assert_eq!(at("2026-09-01T00:00:00Z"), "current");
}

/// To a hook in a work tree that was added git names its own folder, and would take any other folder for the whole work tree.
#[test]
fn a_line_below_is_dated_in_a_hook() {
    let repository = with_a_dated_line();
    for name in ["env.schema.json", ".env"] {
        let text = fs::read(repository.0.join(name)).unwrap();
        repository.write(Path::new("api").join(name), text);
    }
    repository.git(&["add", "-f", "api"]);
    repository.git(&["commit", "-qm", "below"]);
    let other = format!("{}-added", repository.0.display());
    repository.git(&["worktree", "add", "-q", &other, "-b", "other"]);
    let other = Folder(other.into());
    other.write(
        ".hook",
        "#!/bin/sh\nexec envgate check api --evidence-git --format json --now 2100-01-01T00:00:00Z\n",
    );
    fs::create_dir(other.0.join("hooks")).unwrap();
    fs::rename(other.0.join(".hook"), other.0.join("hooks/pre-commit")).unwrap();
    fs::set_permissions(other.0.join("hooks/pre-commit"), fs::Permissions::from_mode(0o755)).unwrap();
    let arguments = ["-c", "core.hooksPath=hooks", "commit", "--allow-empty", "-m", "x"];
    let said = said(&other.git_output(&arguments));
    assert!(said.contains(r#""verdict": "overdue""#), "{said}");
}

/// This is not about the hook, but about the commit of a line as evidence for the age of its secret.
#[test]
fn a_commit_dates_a_line_and_a_shallow_clone_does_not() {
    let repository = with_a_dated_line();
    repository.git(&["commit", "-qam", "second"]);
    assert_eq!(verdict(&repository.0, &[]), "unknown");
    assert_eq!(verdict(&repository.0, &["--evidence-git"]), "current");
    assert_eq!(
        verdict(&repository.0, &["--evidence-git", "--now", "2100-01-01T00:00:00Z"]),
        "overdue"
    );
    let shallow = format!("{}-shallow", repository.0.display());
    repository.git(&[
        "clone",
        "-q",
        "--depth",
        "1",
        &format!("file://{}", repository.0.display()),
        &shallow,
    ]);
    assert_eq!(verdict(Path::new(&shallow), &["--evidence-git"]), "unknown");
    fs::remove_dir_all(&shallow).unwrap();
    repository.write(".env", format!("# first\nTOKEN={}x\n", token()));
    assert_eq!(
        verdict(&repository.0, &["--evidence-git"]),
        "unknown",
        "not committed yet"
    );
}
