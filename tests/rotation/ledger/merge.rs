//! Two branches that both add, merged by git itself.

use std::path::Path;
use std::process::Command;

use envgate::rotation::ledger::{EMPTY, insert};

use super::{entry, parsed, text};

#[test]
fn git_merges_two_branches_that_both_add() {
    let base = text(&[
        entry("production", "A", "2025-01-01"),
        entry("production", "M", "2025-01-01"),
        entry("production", "Z", "2025-01-01"),
    ]);
    let add = |dates: &[(&str, &str)]| {
        dates.iter().fold(base.clone(), |text, (key, date)| {
            insert(&text, &entry("production", key, date)).unwrap()
        })
    };
    // Different keys that are no neighbours: git needs no help.
    let merged = merge(&base, &add(&[("A", "2025-02-01")]), &add(&[("M", "2025-02-01")]), false);
    assert_eq!(parsed(&merged).entries().len(), 5);
    // The same place: with `merge=union`, in any order, the same rotation once.
    let merged = merge(
        &base,
        &add(&[("Z", "2025-02-01"), ("Z", "2025-03-01")]),
        &add(&[("Z", "2025-02-01"), ("Z", "2025-04-01")]),
        true,
    );
    assert_eq!(parsed(&merged).entries().len(), 6);
    // A ledger that both branches begin.
    let first = |key| text(&[entry("production", key, "2025-01-01")]);
    let merged = merge(EMPTY, &first("A"), &first("B"), true);
    assert_eq!(parsed(&merged).entries().len(), 2);
}

fn merge(base: &str, ours: &str, theirs: &str, union: bool) -> String {
    let folder = std::env::temp_dir().join(format!(
        "envgate-ledger-{}-{}",
        std::process::id(),
        base.len() + ours.len() * 31 + theirs.len() * 17 + usize::from(union)
    ));
    std::fs::create_dir_all(&folder).unwrap();
    let write = |name: &str, text: &str| -> std::path::PathBuf {
        let path = folder.join(name);
        std::fs::write(&path, text).unwrap();
        path
    };
    let (ours, base, theirs) = (write("ours", ours), write("base", base), write("theirs", theirs));
    let mut git = Command::new("git");
    git.arg("merge-file").arg("-p").args(union.then_some("--union"));
    let output = git.args([Path::new(&ours), &base, &theirs]).output().expect("git");
    std::fs::remove_dir_all(&folder).unwrap();
    assert!(output.status.success(), "git left a conflict");
    String::from_utf8(output.stdout).unwrap()
}
