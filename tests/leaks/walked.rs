//! What is searched: ignore files, names of files, links, pipes, huge lines, deep folders.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use crate::planted::{nothing_is_printed, password, stripe, text, undeclared};
use crate::support::{Folder, said};

#[test]
fn ignore_files_are_honoured_and_env_files_keep_their_own() {
    let tree = Folder::with_secrets();
    tree.write(".gitignore", "/build\n.env*\n");
    tree.write("build/out.js", stripe());
    tree.write(".git/config", stripe());
    tree.write(".github/workflows/ci.yml", "on: push\n");
    let output = tree.run(&["--format", "concise"], b"");
    assert_eq!(output.status.code(), Some(0), "{}", text(&output));
    let all = tree.run(&["--no-ignore", "--format", "concise"], b"");
    assert_eq!(all.status.code(), Some(1));
    let all = text(&all);
    assert!(
        all.starts_with("build/out.js:1:1:") && all.lines().count() == 2,
        "{all}"
    );
    assert_eq!(
        tree.run(&["build"], b"").status.code(),
        Some(1),
        "what is named is searched"
    );
}

#[test]
fn what_is_committed_is_searched_though_it_is_ignored() {
    let tree = Folder::with_secrets();
    tree.git(&["init", "-q"]);
    tree.write("keys/old.js", stripe());
    tree.write("keys/new.js", stripe());
    tree.git(&["add", "keys/old.js"]);
    tree.write(".gitignore", "/keys\n.env*\n");
    for paths in [&[][..], &["."], &["keys", "."]] {
        let arguments = [paths, &["--format", "concise"]].concat();
        let output = tree.run(&arguments, b"");
        assert_eq!(output.status.code(), Some(1));
        let said = text(&output);
        let is_alone = said.starts_with("keys/") && said.matches("keys/old.js:1:1: ").count() == 1;
        assert!(is_alone, "{paths:?}: {said}");
    }
    assert!(!text(&tree.run(&["."], b"")).contains("new.js"));
}

#[cfg(unix)]
#[test]
fn unreadable_files_are_reported() {
    let tree = Folder::with_secrets();
    tree.write("a.txt", "nothing");
    std::os::unix::fs::symlink(".", tree.0.join("loop")).unwrap();
    std::os::unix::fs::symlink("nowhere", tree.0.join("broken")).unwrap();
    assert!(
        Command::new("mkfifo")
            .arg(tree.0.join("fifo"))
            .status()
            .unwrap()
            .success()
    );
    let output = tree.run(&[], b"");
    assert_eq!(
        output.status.code(),
        Some(0),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    for (path, message) in [
        ("fifo", "error: fifo is a named pipe, not a file"),
        ("broken", "error: broken does not exist"),
        ("missing", "error: missing does not exist"),
        ("/dev/zero", "error: /dev/zero is a device, not a file"),
    ] {
        let output = tree.run(&[path, "a.txt"], b"");
        assert_eq!(output.status.code(), Some(2), "{path}");
        let told = String::from_utf8(output.stderr).unwrap();
        assert!(told.contains(message), "{path}: {told}");
    }
    // Alone, it is told once.
    let told = String::from_utf8(tree.run(&["fifo"], b"").stderr).unwrap();
    assert_eq!(told.matches("error:").count(), 1, "{told}");
    fs::create_dir(tree.0.join("none")).unwrap();
    assert_eq!(
        tree.run(&["none"], b"").status.code(),
        Some(2),
        "nothing to search is no pass"
    );
}

#[cfg(target_os = "linux")]
#[test]
fn names_of_files_hold_no_values_either() {
    let folder = Folder::with_secrets();
    folder.write(format!("backup/{}.txt", password()), "nothing\n");
    folder.write(format!("{}/empty", undeclared()), "");
    folder.write("plain/empty", "");
    let output = folder.run(&["--format", "concise"], b"");
    let text = said(&output);
    assert_eq!(output.status.code(), Some(1), "{text}");
    for expected in [
        "********/empty:1:1: error[known-value-leaked]: the value of API_TOKEN (.env.production:7) is in the name of ********/empty",
        "backup/********.txt:1:1: error[known-value-leaked]: the password in DATABASE_URL (.env.production:5) is in the name of backup/********.txt",
    ] {
        assert!(text.contains(expected), "{text}");
    }
    assert!(
        !text.contains(&password()) && !text.contains(&undeclared()) && !text.contains("plain"),
        "{text}"
    );
    for format in [
        "human", "json", "sarif", "github", "gitlab", "junit", "markdown", "rdjson",
    ] {
        let text = said(&folder.run(&["--format", format], b""));
        assert!(text.contains("in the name of") && !text.contains(&password()), "{text}");
    }
}

#[cfg(unix)]
#[test]
fn odd_names_and_huge_lines() {
    use std::os::unix::ffi::OsStrExt;
    let tree = Folder::with_secrets();
    let name = std::ffi::OsStr::from_bytes(b"odd-\xFF\x1b[2J.txt");
    fs::write(tree.0.join(name), stripe()).unwrap();
    let mut line = vec![b'x'; 3_000_000];
    line.extend("é".repeat(10).bytes());
    line.extend(stripe().bytes());
    tree.write("line.js", &line);
    let mut deep = PathBuf::new();
    for _ in 0..200 {
        deep.push("d");
    }
    tree.write(deep.join("end.txt").to_str().unwrap(), stripe());
    let output = tree.run(&["--format", "concise"], b"");
    assert_eq!(output.status.code(), Some(1));
    nothing_is_printed(&output);
    let text = text(&output);
    assert!(text.contains("line.js:1:3000011: "), "{text}");
    assert!(text.contains("/d/end.txt:1:1: ") && !text.contains('\x1b'), "{text}");
    assert_eq!(text.lines().count(), 4, "{text}");
}
