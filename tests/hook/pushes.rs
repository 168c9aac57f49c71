//! What a push publishes, to which remote, and in which objects.

use std::collections::BTreeSet;
use std::fs;

use crate::repository::{SCHEMA, token};
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
fn commits_of_one_remote_are_new_to_another() {
    let (repository, private) = pushed_before();
    let public = format!("{}-public", repository.0.display());
    repository.git(&["init", "-q", "--bare", &public]);
    repository.git(&["remote", "add", "public", &public]);
    repository.refused(&["push", "-q", "public", "main"], "main.py:1:8");
    // A remote that is given by its address has no name, so git does not know what it has.
    repository.refused(&["push", "-q", &public, "main"], "main.py:1:8");
    repository.git(&["push", "-q", "origin", "main:other"]);
    for folder in [private, public] {
        fs::remove_dir_all(folder).unwrap();
    }
}

/// As in a job of a CI, which has the last commit alone: the remote has all of it, and of what is not here nothing is known.
#[test]
fn a_range_that_begins_nowhere() {
    let (repository, private) = pushed_before();
    let range = |from: &str, code: i32| {
        let output = repository.run(&["hook", "--from-ref", from, "--to-ref", "HEAD"]);
        let told = said(&output);
        assert_eq!(output.status.code(), Some(code), "{from}: {told}");
        told
    };
    assert!(range("HEAD~1", 1).contains("main.py:1:8"));
    for from in ["HEAD~7", "no-such-branch", &"1".repeat(40)] {
        let told = range(from, 2);
        assert!(told.contains("so it is not known what is new"), "{told}");
    }
    fs::remove_dir_all(private).unwrap();
}

/// pre-commit names no commits of a first push, only what is pushed, which need not be what is checked out.
#[test]
fn the_first_push_under_pre_commit() {
    let repository = Folder::with_hook();
    repository.git(&["checkout", "-qb", "other"]);
    repository.write("main.py", format!("key = '{}'\n", token()));
    repository.git(&["add", "."]);
    repository.git(&["commit", "-qm", "leak", "--no-verify"]);
    repository.git(&["rm", "-q", "main.py"]);
    repository.git(&["commit", "-qm", "taken out"]);
    repository.git(&["checkout", "-q", "main"]);
    let hook = |branch: &str| {
        let mut command = repository.envgate(&["hook"]);
        let variables = [
            ("LOCAL_BRANCH", branch),
            ("REMOTE_BRANCH", branch),
            ("REMOTE_NAME", "origin"),
            ("REMOTE_URL", "../remote"),
        ];
        command.envs(variables.map(|(name, value)| (format!("PRE_COMMIT_{name}"), value)));
        let output = command.output().unwrap();
        (output.status.code(), said(&output))
    };
    let (code, leaked) = hook("refs/heads/other");
    assert!(code == Some(1) && leaked.contains("main.py:1:8"), "{leaked}");
    let (code, clean) = hook("refs/heads/main");
    assert_eq!(code, Some(0), "{clean}");
    let (code, unknown) = hook("refs/heads/gone");
    assert_eq!(code, Some(2), "{unknown}");
}

/// Of several refs, each report says whose it is; a further name of the same commit has nothing of its own.
#[test]
fn several_refs_at_once() {
    let (repository, private) = pushed_before();
    repository.git(&["checkout", "-qb", "wrong"]);
    repository.write(".env.defaults", "PORT=x\n");
    repository.git(&["commit", "-qam", "wrong", "--no-verify"]);
    repository.git(&["tag", "v1"]);
    repository.git(&["checkout", "-q", "main"]);
    repository.write("a.txt", "a\n");
    repository.git(&["add", "a.txt"]);
    repository.git(&["commit", "-qm", "a"]);
    let output = repository.git_output(&["push", "-q", "origin", "main", "wrong", "v1"]);
    let told = said(&output);
    assert!(
        !output.status.success() && told.matches("[schema-type]").count() == 1,
        "{told}"
    );
    let at = |part: &str| told.find(part).unwrap_or_else(|| panic!("{part}: {told}"));
    assert!(at("note: refs/heads/main:") < at("note: refs/heads/wrong:"), "{told}");
    // A push of one needs no name.
    let told = said(&repository.git_output(&["push", "-q", "origin", "main"]));
    assert!(!told.contains("refs/heads/main:"), "{told}");
    fs::remove_dir_all(private).unwrap();
}

/// What a program reads is one document, whatever is pushed at once. It has all refs, also those that could not be checked.
#[test]
fn several_refs_are_one_document() {
    let (repository, private) = pushed_before();
    repository.git(&["checkout", "-qb", "wrong"]);
    repository.write(".env.defaults", "PORT=x\n");
    repository.write("apps/env.schema.json", SCHEMA);
    repository.write("apps/.env.defaults", "PORT=1\n");
    repository.git(&["add", "."]);
    repository.git(&["commit", "-qm", "wrong", "--no-verify"]);
    repository.git(&["checkout", "-qb", "bare", "main"]);
    repository.git(&["rm", "-q", "env.schema.json"]);
    repository.git(&["commit", "-qm", "no schema", "--no-verify"]);
    let id = |of: &str| repository.git(&["rev-parse", of]);
    let (main, wrong, bare) = (id("main"), id("wrong"), id("bare"));
    let zeros = "0".repeat(40);
    let run = |format: &str, refs: &[(&str, &str)]| {
        let lines: String = refs
            .iter()
            .map(|(name, id)| format!("refs/heads/{name} {id} refs/heads/{name} {zeros}\n"))
            .collect();
        let arguments = ["hook", "--pre-push", "--remote", "origin", "--format", format];
        repository.write(".git/lines", lines);
        let lines = fs::File::open(repository.0.join(".git/lines")).unwrap();
        let output = repository.envgate(&arguments).stdin(lines).output().unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        (output.status.code(), text, String::from_utf8(output.stderr).unwrap())
    };
    // The one that can't be checked does not keep the others from being checked.
    let all = [("bare", &*bare), ("main", &main), ("wrong", &wrong)];
    let (code, text, told) = run("json", &all);
    assert_eq!(code, Some(2), "{told}");
    assert!(told.contains("has no env.schema.json any more"), "{told}");
    let report: serde_json::Value = serde_json::from_str(&text).expect(&text);
    let each = report["reports"].as_array().unwrap();
    let named: Vec<_> = each.iter().map(|one| one["schema"].as_str().unwrap()).collect();
    let expected = [
        "refs/heads/bare:env.schema.json",
        "refs/heads/main:env.schema.json",
        "refs/heads/wrong:apps/env.schema.json",
        "refs/heads/wrong:env.schema.json",
    ];
    assert_eq!(named, expected);
    assert!(each[0]["report"].is_null() && each[0]["complete"] == false, "{text}");
    assert_eq!(each[3]["report"]["diagnostics"][0]["code"], "schema-type", "{text}");
    let (_, text, _) = run("sarif", &all);
    let report: serde_json::Value = serde_json::from_str(&text).expect(&text);
    let runs = report["runs"].as_array().unwrap();
    let categories: BTreeSet<_> = runs.iter().map(|run| run["automationDetails"]["id"].as_str()).collect();
    assert_eq!((runs.len(), categories.len()), (3, 3), "{text}");
    for format in ["gitlab", "rdjson"] {
        let (_, text, _) = run(format, &all);
        let report: Result<serde_json::Value, _> = serde_json::from_str(&text);
        assert!(report.is_ok(), "{format}: {text}");
        assert!(text.contains("refs/heads/bare:env.schema.json"), "{format}: {text}");
    }
    let (_, text, _) = run("junit", &all);
    assert_eq!(text.matches("<testsuites ").count(), 1, "{text}");
    for suite in [
        "refs/heads/bare: envgate",
        "refs/heads/wrong: development",
        "refs/heads/wrong:apps: development",
    ] {
        assert_eq!(
            text.matches(&format!("<testsuite name=\"{suite}\"")).count(),
            1,
            "{suite}: {text}"
        );
    }
    assert_eq!(run("markdown", &all).1.matches("<!-- envgate -->").count(), 1);
    // Nothing is pushed, which is a document, too.
    let (code, text, _) = run("json", &[("main", &zeros)]);
    let report: serde_json::Value = serde_json::from_str(&text).expect(&text);
    assert_eq!(
        (code, report["reports"].as_array().map(Vec::len)),
        (Some(0), Some(0)),
        "{text}"
    );
    // A push of one ref is reported as before.
    let (code, text, _) = run("json", &[("main", &main)]);
    let report: serde_json::Value = serde_json::from_str(&text).expect(&text);
    assert!(code == Some(0) && report["diagnostics"].is_array(), "{text}");
    fs::remove_dir_all(private).unwrap();
}

#[test]
fn names_of_refs_are_pushed_too() {
    let (repository, private) = pushed_before();
    let name = format!("main:refs/heads/fix-{}", token());
    repository.refused(&["push", "-q", "origin", &name], "known-value-leaked");
    fs::remove_dir_all(private).unwrap();
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
    // Tags of a tag, of a tree and of a file. Each has a message, and the file is pushed with its tag.
    repository.git(&["tag", "-a", "v2", "-m", "outer", "v1"]);
    repository.refused(&["push", "-q", "origin", "v2"], "is in tag ");
    repository.git(&["rm", "-q", "main.py"]);
    repository.git(&["commit", "-qm", "clean", "--no-verify"]);
    repository.git(&["tag", "-a", "v3", "-m", &format!("with {}", token()), "HEAD^{tree}"]);
    repository.refused(&["push", "-q", "origin", "v3"], "is in tag ");
    repository.git(&["tag", "file", "HEAD~1:main.py"]);
    repository.refused(&["push", "-q", "origin", "file"], "is in blob ");
    repository.write("clean.txt", "nothing\n");
    let id = repository.git(&["hash-object", "-w", "clean.txt"]);
    repository.git(&["tag", "-a", "v4", "-m", "a file", id.trim()]);
    repository.git(&["push", "-q", "origin", "v4"]);
    fs::remove_dir_all(private).unwrap();
}

/// Every version of a file is pushed, and a comment in one of them excuses only that one.
#[test]
fn a_comment_in_a_later_version_excuses_no_earlier_one() {
    let (repository, private) = pushed_before();
    repository.git(&["rm", "-q", "main.py"]);
    let names: Vec<String> = (0..8).map(|index| format!("file{index}.py")).collect();
    for (index, name) in names.iter().enumerate() {
        repository.write(name, format!("key{index} = '{}'\n", token()));
    }
    repository.git(&["add", "."]);
    repository.git(&["commit", "-qm", "bare", "--no-verify"]);
    for (index, name) in names.iter().enumerate() {
        let line = format!(
            "key{index} = '{}'  # envgate: ignore[known-value-leaked] a fixture\n",
            token()
        );
        repository.write(name, line);
    }
    repository.git(&["add", "."]);
    repository.git(&["commit", "-qm", "excused"]);
    for name in &names {
        repository.refused(&["push", "-q", "origin", "main"], &format!("{name}:1:9"));
    }
    fs::remove_dir_all(private).unwrap();
}

/// The last version of an env file is checked. Earlier versions are pushed with it, and only the search looks into them.
#[test]
fn earlier_versions_of_an_env_file_are_searched() {
    let (repository, private) = pushed_before();
    let leaked = ["gl", "pat-", "Q7xWm2ZpLr9Tk4VbNc8s"].concat();
    repository.write(".env.defaults", format!("PORT=80\nGITLAB={leaked}\n"));
    repository.git(&["commit", "-qam", "token", "--no-verify"]);
    repository.write(".env.defaults", "PORT=80\n");
    repository.git(&["commit", "-qam", "gone"]);
    repository.refused(&["push", "-q", "origin", "main"], ".env.defaults:2:8");
    repository.git(&["push", "-q", "--no-verify", "origin", "main"]);
    // A file that exists on the disk, but not in the last commit.
    repository.git(&["add", "--force", ".env.production"]);
    repository.git(&["commit", "-qm", "by mistake", "--no-verify"]);
    repository.git(&["rm", "-q", "--cached", ".env.production"]);
    repository.git(&["commit", "-qm", "ignored again"]);
    repository.refused(
        &["push", "-q", "origin", "main"],
        "is in .env.production:2:7 of commit ",
    );
    fs::remove_dir_all(private).unwrap();
}

/// The value is only known from the commits that are pushed.
#[test]
fn env_files_that_a_later_commit_takes_away_are_pushed_too() {
    let (repository, private) = pushed_before();
    let lost = ["q8Zt", "Lw3RmXv5", "KpDs2NyH"].concat();
    repository.write(".env.staging", format!("PORT=80\nTOKEN={lost}\n"));
    repository.git(&["add", "--force", ".env.staging"]);
    repository.git(&["commit", "-qm", "by mistake", "--no-verify"]);
    let commit = repository.git(&["rev-parse", "--short=12", "HEAD"]);
    repository.git(&["rm", "-q", ".env.staging"]);
    repository.git(&["commit", "-qm", "away"]);
    let why = format!(".env.staging of commit {commit} has the value of TOKEN");
    repository.refused(&["push", "-q", "origin", "main"], &why);
    // The same in a file that stays, without a secret in the end.
    repository.git(&["reset", "-q", "--hard", "HEAD~2"]);
    repository.write(".env.defaults", format!("PORT=80\nTOKEN={lost}\n"));
    repository.git(&["commit", "-qam", "by mistake", "--no-verify"]);
    let commit = repository.git(&["rev-parse", "--short=12", "HEAD"]);
    repository.write(".env.defaults", "PORT=81\n");
    repository.git(&["commit", "-qam", "away"]);
    let why = format!(".env.defaults of commit {commit} has the value of TOKEN");
    repository.refused(&["push", "-q", "origin", "main"], &why);
    fs::remove_dir_all(private).unwrap();
}

/// A user's settings for `git log` don't hide what is pushed.
#[test]
fn settings_of_git_log_hide_nothing() {
    let (repository, private) = pushed_before();
    repository.git(&["checkout", "-qb", "side"]);
    repository.write("side.txt", "x\n");
    repository.git(&["add", "."]);
    repository.git(&["commit", "-qm", "side"]);
    repository.git(&["checkout", "-q", "main"]);
    repository.write("main.txt", "x\n");
    repository.git(&["add", "."]);
    repository.git(&["commit", "-qm", "main"]);
    // Only the merge has it, and the next commit takes it away.
    repository.git(&["merge", "-q", "--no-commit", "side"]);
    repository.write("evil.txt", format!("{}\n", token()));
    repository.git(&["add", "."]);
    repository.git(&["commit", "-qm", "merge", "--no-verify"]);
    repository.git(&["rm", "-q", "evil.txt"]);
    repository.git(&["commit", "-qm", "gone"]);
    for (name, value) in [
        ("log.diffMerges", "off"),
        ("log.diffMerges", "combined"),
        ("log.showSignature", "true"),
        ("diff.relative", "true"),
    ] {
        repository.git(&["config", name, value]);
        repository.refused(&["push", "-q", "origin", "main"], "evil.txt:1:1");
        repository.git(&["config", "--unset", name]);
    }
    // The parent in a file of grafts is not the parent that the commit names.
    let head = repository.git_output(&["rev-parse", "HEAD"]).stdout;
    fs::create_dir_all(repository.0.join(".git/info")).unwrap();
    fs::write(repository.0.join(".git/info/grafts"), head).unwrap();
    repository.refused(&["push", "-q", "origin", "main:fresh"], "evil.txt:1:1");
    fs::remove_dir_all(private).unwrap();
}

/// With its hook installed, a message is searched before it is in the history.
#[test]
fn a_message_is_searched_before_the_commit_is_made() {
    let repository = Folder::with_hook();
    let output = repository.run(&["hook", "install", "--commit-msg"]);
    assert!(
        said(&output).contains("hooks/commit-msg: installed"),
        "{}",
        said(&output)
    );
    repository.write("main.py", "a = 1\n");
    repository.git(&["add", "."]);
    repository.refused(
        &["commit", "-qm", &format!("Use the key\n\nIt is {}", token())],
        "COMMIT_EDITMSG:3:7",
    );
    repository.git(&["commit", "-qm", "clean"]);
    // What git shows below the scissors line is not part of the message; text after other scissors is.
    let scissors = "# ------------------------ >8 ------------------------\n";
    for (behind, code) in [
        ("# Do not modify.\ndiff --git a/x b/x\n-", 0),
        ("", 1),
        ("# Do not modify.\n", 1),
    ] {
        repository.write("../a-message", format!("clean\n{scissors}{behind}{}\n", token()));
        let output = repository.run(&["hook", "--commit-msg", "../a-message"]);
        assert_eq!(output.status.code(), Some(code), "{}", said(&output));
    }
    // Where no editor has shown it, all of it becomes the message, as a patch that somebody sent.
    let patch = format!("clean\n{scissors}diff --git a/x b/x\n-{}\n", token());
    repository.write("../a-message", patch);
    repository.refused(
        &["commit", "-q", "--allow-empty", "-F", "../a-message"],
        "COMMIT_EDITMSG:4:2",
    );
    let output = repository.run(&["hook", "--commit-msg", "../no-message"]);
    assert_eq!(output.status.code(), Some(2), "{}", said(&output));
    fs::remove_file(repository.0.join("../a-message")).unwrap();
}

#[test]
fn pushing_nothing_is_reported() {
    let repository = Folder::with_hook();
    let output = repository.run(&["hook", "--pre-push"]);
    assert_eq!(output.status.code(), Some(0));
    assert!(
        said(&output).contains("nothing is pushed, so nothing was checked"),
        "{}",
        said(&output)
    );
}

/// If a merge takes something from a branch that the remote has, it is not new to the remote. What only the merge has is new.
#[test]
fn a_merge_brings_only_what_no_parent_has() {
    let (repository, private) = pushed_before();
    repository.git(&["checkout", "-qb", "side", "HEAD~1"]);
    repository.write("side.txt", "a\n");
    repository.git(&["add", "."]);
    repository.git(&["commit", "-qm", "side"]);
    repository.git(&["push", "-q", "origin", "side"]);
    repository.git(&["merge", "-q", "--no-verify", "-m", "merged", "main"]);
    let output = repository.git_output(&["push", "origin", "side"]);
    assert!(output.status.success(), "{}", said(&output));
    repository.git(&["checkout", "-qb", "third", "HEAD~1"]);
    repository.git(&["merge", "-q", "--no-verify", "--no-commit", "--no-ff", "main"]);
    repository.write("evil.txt", token());
    repository.git(&["add", "."]);
    repository.git(&["commit", "-qm", "with more", "--no-verify"]);
    let output = repository.git_output(&["push", "origin", "third:side", "--force"]);
    let said = said(&output);
    assert!(!output.status.success() && said.contains("evil.txt:1:1"), "{said}");
    assert!(!said.contains("main.py"), "{said}");
    fs::remove_dir_all(private).unwrap();
}
