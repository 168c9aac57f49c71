//! Records of rotations are never taken out of the ledger: without its record, a secret that is overdue is only one of unknown age.

use std::fs;
use std::io::Write;
use std::process::Stdio;

use crate::support::Folder;

const SCHEMA: &str = r#"{
  "environments": { "production": { "files": [".env.production"] }, "staging": { "files": [".env.staging"] } },
  "rotation": { "api-key": { "maxAge": "P90D" } },
  "properties": { "PORT": { "type": "integer" }, "TOKEN": { "type": "string", "secret": "api-key" } }
}
"#;

/// Long overdue.
const OLD: &str =
    r#"{"environment": "production", "key": "TOKEN", "rotatedAt": "2025-01-02T00:00:00Z", "reason": "scheduled"}"#;

fn ledger(entries: &[&str]) -> String {
    let lines: Vec<String> = entries.iter().map(|entry| format!("    {entry},\n")).collect();
    format!(
        "{{\n  \"version\": 1,\n  \"entries\": [\n{}    null\n  ]\n}}\n",
        lines.concat()
    )
}

/// A repository with an overdue secret and its record.
fn with_ledger() -> Folder {
    let repository = Folder::with_hook();
    repository.write("env.schema.json", SCHEMA);
    repository.write("env.rotation.json", ledger(&[OLD]));
    repository.git(&["rm", "-q", "--cached", ".env.defaults"]);
    repository.write(".gitignore", ".env*\n");
    repository.git(&["add", "."]);
    repository.git(&["commit", "-qm", "ledger"]);
    repository
}

#[test]
fn a_ledger_that_is_taken_out() {
    let repository = with_ledger();
    repository.git(&["rm", "-q", "env.rotation.json"]);
    let said = repository.hook(1);
    let message = "error[edited-record]: the record of TOKEN in production, of 2025-01-02T00:00:00Z, is no longer in env.rotation.json";
    assert!(said.contains(message), "{said}");
    repository.refused(&["commit", "-qm", "gone"], "edited-record");
    // A ledger in a place where nothing reads it counts as removed.
    repository.write("old/env.rotation.json", ledger(&[OLD]));
    repository.git(&["add", "."]);
    repository.refused(&["commit", "-qm", "moved"], "edited-record");
}

#[test]
fn a_record_that_is_taken_out_or_made_younger() {
    let repository = with_ledger();
    let young = OLD.replace("2025-01-02", "2026-11-01");
    for entries in [
        &[][..],
        &[&*young],
        &[&*OLD.replace("TOKEN", "PORT")],
        &[&*OLD.replace("production", "staging")],
    ] {
        repository.write("env.rotation.json", ledger(entries));
        repository.git(&["add", "."]);
        assert!(
            repository.hook(1).contains("the record of TOKEN in production"),
            "{entries:?}"
        );
    }
    // A record that is added or gets an earlier date hides nothing.
    for entries in [
        &[OLD, &*young][..],
        &[&*OLD.replace("2025", "2024")],
        &[&*OLD.replace("scheduled", "initial")],
    ] {
        repository.write("env.rotation.json", ledger(entries));
        repository.git(&["add", "."]);
        assert!(!repository.hook(0).contains("edited-record"), "{entries:?}");
    }
}

#[test]
fn what_the_schema_no_longer_asks_for_may_go() {
    let repository = with_ledger();
    repository.write("env.rotation.json", ledger(&[]));
    for schema in [
        SCHEMA.replace("TOKEN", "OTHER"),
        SCHEMA.replace("production", "live"),
        SCHEMA.replace("\"secret\": \"api-key\"", "\"secret\": true"),
    ] {
        repository.write("env.schema.json", schema);
        repository.git(&["add", "."]);
        assert!(!repository.hook(0).contains("edited-record"));
    }
}

#[test]
fn a_waiver_says_who_took_it_out() {
    let repository = with_ledger();
    repository.git(&["rm", "-q", "env.rotation.json"]);
    let waiver = r#"{ "version": 1, "waivers": [ { "rule": "edited-record", "environment": "production", "key": "TOKEN", "until": "2026-12-31", "owner": "web", "reason": "wrong" } ] }"#;
    repository.write("env.waivers.json", waiver);
    repository.git(&["add", "."]);
    assert!(repository.hook(0).contains("1 waived"));
}

#[test]
fn a_schema_that_moves_takes_its_ledger_along() {
    let repository = with_ledger();
    fs::create_dir(repository.0.join("app")).unwrap();
    repository.git(&["mv", "env.schema.json", "app/env.schema.json"]);
    repository.git(&["mv", "env.rotation.json", "app/env.rotation.json"]);
    assert!(!repository.hook(0).contains("edited-record"));
    repository.write("app/env.rotation.json", ledger(&[]));
    repository.git(&["add", "."]);
    assert!(repository.hook(1).contains("edited-record"));
    // If a part of the project is removed, its ledger goes with it.
    repository.git(&["reset", "-q", "--hard"]);
    repository.write("other/env.schema.json", SCHEMA);
    repository.git(&["add", "."]);
    repository.git(&["commit", "-qm", "another"]);
    repository.git(&["rm", "-q", "env.schema.json", "env.rotation.json"]);
    assert!(!repository.hook(0).contains("edited-record"));
}

#[test]
fn a_push_is_compared_with_what_the_remote_has() {
    let repository = with_ledger();
    repository.git(&["init", "-q", "--bare", "remote.git"]);
    repository.git(&["remote", "add", "origin", "./remote.git"]);
    repository.git(&["push", "-q", "origin", "main"]);
    repository.git(&["rm", "-q", "env.rotation.json"]);
    repository.git(&["commit", "-qm", "gone", "--no-verify"]);
    repository.write("a.txt", "a\n");
    repository.git(&["add", "a.txt"]);
    repository.git(&["commit", "-qm", "behind it"]);
    repository.refused(&["push", "-q", "origin", "main"], "edited-record");
    repository.refused(&["push", "-q", "origin", "main:side"], "edited-record");
    repository.git(&["checkout", "-q", "HEAD~2", "--", "env.rotation.json"]);
    repository.git(&["commit", "-qm", "back"]);
    repository.git(&["push", "-q", "origin", "main"]);
}

#[test]
fn a_ledger_that_is_broken_is_refused_without_an_env_file() {
    let repository = with_ledger();
    let both = format!("<<<<<<< ours\n{}=======\n>>>>>>> theirs\n", ledger(&[OLD]));
    repository.write("env.rotation.json", both);
    repository.git(&["add", "."]);
    assert!(repository.hook(2).contains("conflict marker"));
    // The former ledger itself is broken, so its records are unknown.
    repository.git(&["commit", "-qm", "broken", "--no-verify"]);
    repository.write("env.rotation.json", ledger(&[&OLD.replace("2025", "2026")]));
    repository.git(&["add", "."]);
    assert!(repository.hook(0).contains("could not be read before"));
}

/// Two branches that both recorded a rotation; the merge of them is not committed yet.
fn with_a_merge() -> Folder {
    let repository = with_ledger();
    repository.git(&["checkout", "-qb", "side"]);
    repository.write(
        "env.rotation.json",
        ledger(&[OLD, &OLD.replace("production", "staging")]),
    );
    repository.git(&["commit", "-qam", "recorded there"]);
    repository.git(&["checkout", "-q", "main"]);
    repository.write("env.rotation.json", ledger(&[&OLD.replace("2025", "2024"), OLD]));
    repository.git(&["commit", "-qam", "recorded here"]);
    let _ = repository.git_output(&["merge", "-q", "--no-commit", "side"]);
    repository
}

/// Whichever side is taken, the records of the other one are lost.
#[test]
fn a_merge_keeps_the_records_of_all_its_parents() {
    let repository = with_a_merge();
    repository.git(&["checkout", "-q", "HEAD", "--", "env.rotation.json"]);
    assert!(repository.hook(1).contains("the record of TOKEN in staging"));
    repository.refused(&["commit", "-qm", "ours"], "edited-record");
    repository.git(&["checkout", "-q", "side", "--", "env.rotation.json"]);
    assert!(repository.hook(1).contains("the record of TOKEN in production"));
    let both = [
        &*OLD.replace("2025", "2024"),
        OLD,
        &*OLD.replace("production", "staging"),
    ];
    repository.write("env.rotation.json", ledger(&both));
    repository.git(&["add", "."]);
    repository.git(&["commit", "-qm", "both"]);
    // A merge strategy that takes one side has no conflict to resolve.
    repository.git(&["checkout", "-qb", "third", "HEAD~1"]);
    repository.refused(&["merge", "-q", "-s", "ours", "side"], "the record of TOKEN in staging");
}

/// A record that was taken out, with a reason, before an older branch is merged is not missing from that branch.
#[test]
fn a_record_that_went_before_the_merge() {
    let repository = with_ledger();
    repository.git(&["branch", "side"]);
    repository.git(&["rm", "-q", "env.rotation.json"]);
    repository.git(&["commit", "-qm", "waived", "--no-verify"]);
    repository.git(&["checkout", "-q", "side"]);
    repository.write("a.txt", "a\n");
    repository.git(&["add", "a.txt"]);
    repository.git(&["commit", "-qm", "older"]);
    repository.git(&["checkout", "-q", "main"]);
    repository.git(&["merge", "-q", "side"]);
    // Nor is it missing from what the remote has.
    repository.git(&["init", "-q", "--bare", "remote.git"]);
    repository.git(&["remote", "add", "origin", "./remote.git"]);
    repository.git(&["push", "-q", "--no-verify", "origin", "HEAD~1:refs/heads/main"]);
    repository.git(&["push", "-q", "origin", "main"]);
}

/// A forced push removes what was pushed before, although none of its commits does.
#[test]
fn a_forced_push_is_compared_with_what_it_replaces() {
    let repository = with_ledger();
    repository.git(&["init", "-q", "--bare", "remote.git"]);
    repository.git(&["remote", "add", "origin", "./remote.git"]);
    repository.write(
        "env.rotation.json",
        ledger(&[OLD, &OLD.replace("production", "staging")]),
    );
    repository.git(&["commit", "-qam", "recorded"]);
    repository.git(&["push", "-q", "origin", "main"]);
    repository.git(&["reset", "-q", "--hard", "HEAD~1"]);
    repository.refused(
        &["push", "-q", "--force", "origin", "main"],
        "the record of TOKEN in staging",
    );
    repository.write("a.txt", "a\n");
    repository.git(&["add", "a.txt"]);
    repository.git(&["commit", "-qm", "another"]);
    repository.refused(
        &["push", "-q", "--force", "origin", "main"],
        "the record of TOKEN in staging",
    );
    // The same commit on another branch.
    repository.git(&["cherry-pick", "origin/main"]);
    repository.git(&["push", "-q", "--force", "origin", "main"]);
}

/// A branch that took in another one many times meets the remote in each of those commits, of which only the last says what the remote has.
#[test]
fn a_branch_that_merged_often() {
    let repository = with_ledger();
    let staging = OLD.replace("production", "staging");
    let mut history = String::new();
    // Recorded and taken out again up there, before the last commit, which either has the record again or not.
    let steps = [(50, ledger(&[OLD, &staging])), (100, ledger(&[OLD]))];
    for at in 1..=150 {
        let step = steps.iter().find(|(step, _)| *step == at);
        history += &imported("up", at, None, step.map(|(_, ledger)| ledger));
    }
    for at in 1..=150 {
        history += &imported("side", 150 + at, Some(at), None);
    }
    history += &imported("again", 301, None, Some(&ledger(&[OLD, &staging]))).replacen("refs/heads/main^0", ":150", 1);
    history += &imported("lost", 302, Some(301), None).replacen("refs/heads/main^0", ":300", 1);
    let mut import = repository.command("git", &["fast-import", "--quiet"]);
    let mut import = import.stdin(Stdio::piped()).spawn().unwrap();
    import.stdin.take().unwrap().write_all(history.as_bytes()).unwrap();
    assert!(import.wait().unwrap().success());
    repository.git(&["init", "-q", "--bare", "remote.git"]);
    repository.git(&["remote", "add", "origin", "./remote.git"]);
    repository.git(&["push", "-q", "--no-verify", "origin", "again"]);
    repository.refused(&["push", "-q", "origin", "lost"], "the record of TOKEN in staging");
    repository.git(&["push", "-q", "--no-verify", "origin", ":again", "up"]);
    repository.git(&["push", "-q", "origin", "side"]);
}

/// A commit for `git fast-import`.
fn imported(branch: &str, mark: usize, merged: Option<usize>, ledger: Option<&String>) -> String {
    let is_first = matches!((branch, mark), ("up", 1) | ("side", 151) | ("again" | "lost", _));
    let from = if is_first { "from refs/heads/main^0\n" } else { "" };
    let merged = merged.map_or_else(String::new, |mark| format!("merge :{mark}\n"));
    let ledger = ledger.map_or_else(String::new, |text| {
        format!("M 100644 inline env.rotation.json\ndata {}\n{text}\n", text.len())
    });
    let time = 1_700_000_000 + mark;
    format!(
        "commit refs/heads/{branch}\nmark :{mark}\ncommitter A <a@example.org> {time} +0000\ndata 1\nm\n{from}{merged}{ledger}\n"
    )
}
