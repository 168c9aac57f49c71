//! Comments, waivers and the baseline, as they are committed: they hide what a search of a commit finds, and say so when they no longer may.

use std::fs;

use crate::repository::token;
use crate::support::Folder;

fn waiver(rest: &str) -> String {
    format!(
        r#"{{ "version": 1, "waivers": [ {{ "rule": {rest}, "until": "2026-12-31", "owner": "web", "reason": "moves" }} ] }}"#
    )
}

#[test]
fn a_comment_silences_what_is_staged() {
    let repository = Folder::with_hook();
    let comment = "# envgate: ignore[known-value-leaked] of the sandbox";
    repository.write("main.py", format!("key = '{}'  {comment}\n", token()));
    repository.git(&["add", "."]);
    assert!(repository.hook(0).contains("1 suppressed by a comment"));
    repository.write(
        "main.py",
        format!("key = '{}'  {}\n", token(), comment.replace("leaked", "leakd")),
    );
    repository.git(&["add", "."]);
    let said = repository.hook(1);
    assert!(
        said.contains("known-value-leaked") && said.contains("unknown-suppression"),
        "{said}"
    );
    // Files that are not in the commit may need the exception.
    repository.write("main.py", format!("{comment}\n"));
    repository.git(&["add", "."]);
    assert!(!repository.hook(0).contains("unused-suppression"));
}

#[test]
fn a_waiver_counts_as_it_is_staged() {
    let repository = Folder::with_hook();
    repository.write("main.py", format!("key = '{}'\n", token()));
    repository.git(&["add", "."]);
    let about = r#""known-value-leaked", "environment": "production", "key": "TOKEN""#;
    repository.write("env.waivers.json", waiver(about));
    repository.hook(1);
    repository.git(&["add", "."]);
    assert!(repository.hook(0).contains("1 waived"));
    repository.write("env.waivers.json", waiver(about).replace("2026-12", "2026-10"));
    repository.git(&["add", "."]);
    let said = repository.hook(1);
    assert!(
        said.contains("expired-waiver") && said.contains("known-value-leaked"),
        "{said}"
    );
    repository.write("env.waivers.json", waiver(&about.replace("leaked", "leakd")));
    repository.git(&["add", "."]);
    let said = repository.hook(2);
    assert!(said.contains("there is no rule"), "{said}");
}

#[test]
fn without_an_env_file_in_the_commit_too() {
    let repository = Folder::with_hook();
    repository.git(&["rm", "-q", "--cached", ".env.defaults"]);
    repository.write("main.py", format!("key = '{}'\n", token()));
    repository.write("env.waivers.json", waiver(r#""known-value-leaked", "file": "main.py""#));
    repository.git(&["add", "main.py", "env.waivers.json"]);
    assert!(repository.hook(0).contains("1 waived"));
}

#[test]
fn findings_about_the_repository_can_be_waived() {
    let repository = Folder::with_hook();
    repository.git(&["add", "-f", ".env.production"]);
    assert!(repository.hook(1).contains("env-file-committed"));
    repository.write(
        "env.waivers.json",
        waiver(r#""env-file-committed", "file": ".env.production""#),
    );
    repository.git(&["add", "env.waivers.json"]);
    assert!(repository.hook(0).contains("1 waived"));
    repository.git(&["reset", "-q", "env.waivers.json"]);
    let text = fs::read_to_string(repository.0.join(".env.production")).unwrap();
    repository.write(
        ".env.production",
        format!("# envgate: ignore-file[env-file-committed] a sandbox\n{text}"),
    );
    repository.git(&["add", "-f", ".env.production"]);
    assert!(repository.hook(0).contains("1 suppressed by a comment"));
}

#[test]
fn a_baseline_counts_as_it_is_staged() {
    let repository = Folder::with_hook();
    repository.write("main.py", format!("key = '{}'\n", token()));
    assert!(repository.run(&["baseline", "--leaks"]).status.success());
    repository.git(&["add", "."]);
    let said = repository.hook(0);
    assert!(said.contains("1 in the baseline"), "{said}");
    repository.write("other.py", format!("key = '{}'\n", token()));
    repository.git(&["add", "."]);
    let said = repository.hook(1);
    assert!(said.contains("other.py:1:8") && !said.contains("main.py:1:8"), "{said}");
}
