//! What can go wrong around a hook: it copes, or ends with exit code 2 and a message, and never passes silently.

use std::fs;
use std::io::{Read as _, Write as _};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::repository::{SCHEMA, token};
use crate::support::{Folder, said};

fn leak() -> String {
    format!("key = '{}'\n", token())
}

/// A folder beside a repository, removed at the end.
struct Beside(PathBuf);

impl Beside {
    fn new(repository: &Folder, name: &str) -> Beside {
        Beside(PathBuf::from(format!("{}-{name}", repository.0.display())))
    }

    fn name(&self) -> &str {
        self.0.to_str().unwrap()
    }
}

impl Drop for Beside {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

#[test]
fn before_the_first_commit_everything_is_new() {
    for format in ["sha1", "sha256"] {
        let repository = Folder::with_repository();
        fs::remove_dir_all(repository.0.join(".git")).unwrap();
        repository.git(&["init", "-q", "--object-format", format, "."]);
        repository.write("env.schema.json", SCHEMA);
        repository.write("main.py", "key = 'sk_live'\n");
        repository.git(&["add", "."]);
        repository.hook(0);
        repository.write(".env.production", format!("PORT=80\nTOKEN={}\n", token()));
        repository.write("main.py", leak());
        repository.git(&["add", "main.py"]);
        assert!(repository.hook(1).contains("main.py:1:8"), "{format}");
    }
}

#[test]
fn a_name_of_any_bytes_and_a_file_that_is_only_announced() {
    let repository = Folder::with_hook();
    let name = std::ffi::OsStr::from_bytes(b"odd \xFF\x1b[2J\n.txt");
    fs::write(repository.0.join(name), leak()).unwrap();
    repository.git(&["add", "."]);
    let said = repository.hook(1);
    assert!(said.contains("known-value-leaked") && !said.contains('\x1b'), "{said}");
    repository.git(&["reset", "-q", "--hard"]);
    repository.write("later.py", leak());
    repository.git(&["add", "-N", "later.py"]);
    repository.hook(0);
    repository.git(&["commit", "-qm", "nothing of it", "--allow-empty"]);
}

#[test]
fn an_env_file_that_is_only_announced_is_not_committed() {
    let repository = Folder::with_hook();
    // It is not in the commit, so its values are those of the disk.
    repository.git(&["add", "-fN", ".env.production"]);
    repository.write("clean.py", "a = 1\n");
    repository.git(&["add", "clean.py"]);
    repository.git(&["commit", "-qm", "clean"]);
    repository.write("main.py", leak());
    repository.git(&["add", "main.py"]);
    repository.refused(&["commit", "-qm", "leak"], "known-value-leaked");
    repository.git(&["reset", "-q"]);
    // An empty file is a different matter.
    repository.write(".env.production", "");
    repository.git(&["add", "-f", ".env.production"]);
    repository.refused(&["commit", "-qm", "empty"], ".env.production is empty");
    repository.git(&["reset", "-q"]);
    // A schema that is only announced does not count, as after `git rm --cached` and `git add -N`.
    repository.git(&["rm", "-q", "--cached", "env.schema.json"]);
    repository.git(&["add", "-N", "env.schema.json"]);
    repository.refused(&["commit", "-qm", "no schema"], "env.schema.json is not committed");
    // Before the first commit, too.
    let fresh = Folder::with_repository();
    fresh.write("env.schema.json", SCHEMA);
    fresh.write(".env.defaults", "PORT=80\n");
    fresh.git(&["add", "env.schema.json"]);
    fresh.git(&["add", "-N", ".env.defaults"]);
    fresh.hook(0);
}

#[test]
fn links_are_searched_as_their_text_not_their_target() {
    let repository = Folder::with_hook();
    std::os::unix::fs::symlink(token(), repository.0.join("link")).unwrap();
    repository.git(&["add", "link"]);
    assert!(
        repository.hook(1).contains("link:1:1"),
        "the text of a link is committed"
    );
    repository.git(&["rm", "-qf", "link"]);
    // An env file behind a link, one behind a link out of the repository, and a link to itself.
    repository.write("shared.env", "PORT=eighty\n");
    repository.git(&["rm", "-qf", ".env.defaults"]);
    let link = |to: &str| {
        let _ = fs::remove_file(repository.0.join(".env.defaults"));
        std::os::unix::fs::symlink(to, repository.0.join(".env.defaults")).unwrap();
        repository.git(&["add", "."]);
    };
    link("shared.env");
    assert!(repository.hook(1).contains("schema-type"));
    // The targets of the others are not in the commit, so they can't be checked and must not pass. Their values are searched for.
    let outside = Beside::new(&repository, "outside");
    fs::write(&outside.0, "PORT=eighty\n").unwrap();
    link(outside.name());
    let told = repository.hook(2);
    assert!(
        told.contains("out of the repository") && !told.contains("schema-type"),
        "{told}"
    );
    fs::write(&outside.0, format!("TOKEN={}\n", token())).unwrap();
    let told = repository.hook(2);
    assert!(
        !told.contains("env-file-committed") && !told.contains("env-file-not-ignored"),
        "{told}"
    );
    fs::remove_file(&outside.0).unwrap();
    link(".env.defaults");
    let told = repository.hook(2);
    assert!(
        told.contains("its values can't be searched for") && !told.contains("schema-type"),
        "{told}"
    );
    // A link whose own text is missing from the repository is a different error.
    link("shared.env");
    lose(&repository, ":.env.defaults");
    assert!(
        repository
            .hook(2)
            .contains(".env.defaults: its content is not in this repository")
    );
}

#[test]
fn submodules_are_left_to_their_own_hooks() {
    let part = Folder::with_hook();
    let repository = Folder::with_hook();
    let add = ["-c", "protocol.file.allow=always", "submodule", "--quiet", "add"];
    repository.git(&[&add[..], &[part.0.to_str().unwrap(), "part"]].concat());
    repository.hook(0);
    repository.git(&["commit", "-qm", "a part"]);
    // The commit of a staged submodule has no content in this repository.
    repository.git(&["-C", "part", "commit", "-qm", "more", "--allow-empty"]);
    repository.git(&["add", "part"]);
    repository.hook(0);
    let schema = SCHEMA.replace(".env.defaults", "part/.env.defaults");
    repository.write("env.schema.json", &schema);
    repository.git(&["add", "."]);
    let told = repository.hook(0);
    assert!(
        told.contains("part/.env.defaults is in a submodule") && !told.contains("can't"),
        "{told}"
    );
    // In it, its own schema and index count.
    let inside = repository.0.join("part");
    fs::write(inside.join(".env.defaults"), "PORT=eighty\n").unwrap();
    repository.git(&["-C", "part", "add", "."]);
    let mut command = Command::new(env!("CARGO_BIN_EXE_envgate"));
    let output = command.arg("hook").current_dir(&inside).output().unwrap();
    assert_eq!(output.status.code(), Some(1), "{}", said(&output));
    assert!(said(&output).contains("schema-type"), "{}", said(&output));
}

#[test]
fn files_outside_a_sparse_checkout_are_checked() {
    for options in [&["--cone"][..], &["--cone", "--sparse-index"]] {
        let repository = Folder::with_hook();
        repository.write("services/api/env.schema.json", SCHEMA);
        repository.write("services/api/.env.defaults", "PORT=80\n");
        repository.write("src/main.py", "a = 1\n");
        repository.git(&["add", "."]);
        repository.git(&["commit", "-qm", "a service"]);
        repository.git(&[&["sparse-checkout", "set"], options, &["src"]].concat());
        assert!(!repository.0.join("services").exists());
        repository.write("src/main.py", leak());
        repository.git(&["add", "src"]);
        let said = repository.hook(1);
        assert!(said.contains("src/main.py:1:8"), "{said}");
        repository.write("src/main.py", "a = 2\n");
        repository.git(&["add", "src"]);
        let said = repository.hook(0);
        assert!(said.contains("Checked 2 variables against 2 schemas"), "{said}");
    }
}

#[test]
fn a_partial_clone_without_its_remote() {
    let origin = Folder::with_hook();
    origin.git(&["config", "uploadpack.allowFilter", "true"]);
    origin.write("main.py", "a = 1\n");
    origin.git(&["add", "."]);
    origin.git(&["commit", "-qm", "second"]);
    let clone = Beside::new(&origin, "partial");
    let url = format!("file://{}", origin.0.display());
    origin.git(&["clone", "-q", "--filter=blob:none", "--no-checkout", &url, clone.name()]);
    let git = |arguments: &[&str]| origin.git(&[&["-C", clone.name()], arguments].concat());
    let hook = || {
        let mut command = Command::new(env!("CARGO_BIN_EXE_envgate"));
        let output = command.arg("hook").current_dir(&clone.0).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{}", said(&output));
        said(&output)
    };
    // The next commit needs what the second one added, which was not fetched.
    git(&["read-tree", "HEAD"]);
    git(&["update-ref", "--no-deref", "HEAD", "HEAD~1"]);
    git(&["cat-file", "blob", "HEAD:env.schema.json"]);
    git(&["cat-file", "blob", "HEAD:.env.defaults"]);
    git(&["remote", "remove", "origin"]);
    let said = hook();
    assert!(
        said.contains("main.py: its content is not in this repository"),
        "{said}"
    );
    assert!(said.contains("git fetch --refetch"), "{said}");
    // Neither was the schema, nor an env file.
    for (name, fetched) in [("env.schema.json", None), (".env.defaults", Some("env.schema.json"))] {
        fs::remove_dir_all(&clone.0).unwrap();
        origin.git(&["clone", "-q", "--filter=blob:none", "--no-checkout", &url, clone.name()]);
        git(&["read-tree", "HEAD"]);
        if let Some(fetched) = fetched {
            git(&["cat-file", "blob", &format!("HEAD:{fetched}")]);
        }
        git(&["remote", "remove", "origin"]);
        let said = hook();
        assert!(
            said.contains(&format!("{name}: its content is not in this repository")),
            "{said}"
        );
    }
}

/// Takes an object out of the repository.
fn lose(repository: &Folder, revision: &str) {
    let id = repository.git(&["rev-parse", revision]);
    let (folder, file) = id.split_at(2);
    fs::remove_file(repository.0.join(".git/objects").join(folder).join(file)).unwrap();
}

#[test]
fn an_object_that_is_lost() {
    let repository = Folder::with_hook();
    repository.write("main.py", "a = 1\n");
    repository.git(&["add", "."]);
    lose(&repository, ":main.py");
    assert!(
        repository
            .hook(2)
            .contains("main.py: its content is not in this repository")
    );
    lose(&repository, "HEAD^{tree}");
    let said = repository.hook(2);
    assert!(said.contains("error: git diff-index: bad tree object HEAD"), "{said}");
}

/// More names than fit into a pipe, and as many answers.
#[test]
fn thousands_of_env_files_that_git_ignores() {
    let repository = Folder::with_hook();
    let environment = |at: usize| {
        let long = "a".repeat(100);
        let files: Vec<String> = (0..50).map(|file| format!("\"{long}/{at}/.env.{file}\"")).collect();
        format!("\"e{at}\": {{ \"files\": [{}] }}, ", files.join(", "))
    };
    let many: String = (0..50).map(environment).collect();
    repository.write(
        "env.schema.json",
        SCHEMA.replacen("\"development\"", &format!("{many}\"development\""), 1),
    );
    repository.write(".gitignore", ".env.*\n!.env.defaults\n");
    repository.git(&["add", "."]);
    repository.hook(0);
}

#[test]
fn a_locked_index_can_be_read() {
    let repository = Folder::with_hook();
    repository.write("main.py", leak());
    repository.git(&["add", "."]);
    repository.write(".git/index.lock", "");
    assert!(repository.hook(1).contains("main.py:1:8"));
    repository.write(".git/index", "no index at all\n");
    let said = repository.hook(2);
    assert!(said.contains("git ls-files: "), "{said}");
}

/// An old git that does not know an option fails, and that is not a pass.
#[test]
fn a_git_that_is_too_old() {
    let repository = Folder::with_hook();
    let old = Beside::new(&repository, "old");
    fs::create_dir(&old.0).unwrap();
    let script = "#!/bin/sh\ncase \" $* \" in *' --end-of-options '*)\n  echo \"error: unknown option \\`end-of-options'\" >&2\n  echo 'usage: git ls-tree [<options>] <tree-ish>' >&2\n  exit 129;;\nesac\nPATH=${PATH#*:} exec git \"$@\"\n";
    fs::write(old.0.join("git"), script).unwrap();
    fs::set_permissions(old.0.join("git"), fs::Permissions::from_mode(0o755)).unwrap();
    let path = format!("{}:{}", old.name(), std::env::var("PATH").unwrap());
    let mut command = Command::new(env!("CARGO_BIN_EXE_envgate"));
    command
        .args(["hook", "--to-ref", "HEAD"])
        .current_dir(&repository.0)
        .env("PATH", path);
    let output = command.output().unwrap();
    assert_eq!(output.status.code(), Some(2), "{}", said(&output));
    assert!(
        said(&output).contains("is this git older than 2.24?"),
        "{}",
        said(&output)
    );
}

/// As in a container with a mounted repository of another user.
#[test]
fn a_repository_of_another_user() {
    let repository = Folder::with_hook();
    let mut command = repository.envgate(&["hook"]);
    let output = command.env("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1").output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(
        said(&output).contains("help: git config --global --add safe.directory /"),
        "{}",
        said(&output)
    );
}

#[test]
fn outside_of_a_work_tree() {
    let repository = Folder::with_hook();
    let bare = Beside::new(&repository, "bare");
    repository.git(&["clone", "-q", "--bare", ".", bare.name()]);
    let mut command = Command::new(env!("CARGO_BIN_EXE_envgate"));
    let output = command.arg("hook").current_dir(&bare.0).output().unwrap();
    assert_eq!(output.status.code(), Some(2), "{}", said(&output));
    assert!(
        said(&output).contains("work tree of a git repository"),
        "{}",
        said(&output)
    );
}

/// Larger than anything that is kept in memory, with a value at its end.
fn large(bytes: u64) {
    let repository = Folder::with_hook();
    repository.git(&["config", "core.bigFileThreshold", "1m"]);
    repository.git(&["config", "core.compression", "0"]);
    let mut file = fs::File::create(repository.0.join("dump.bin")).unwrap();
    file.set_len(bytes).unwrap();
    std::io::Seek::seek(&mut file, std::io::SeekFrom::End(0)).unwrap();
    file.write_all(token().as_bytes()).unwrap();
    repository.git(&["add", "dump.bin"]);
    let said = repository.hook(1);
    assert!(said.contains("dump.bin:1:"), "{said}");
    // As an env file it is refused, and not read.
    repository.git(&["reset", "-q"]);
    fs::rename(repository.0.join("dump.bin"), repository.0.join(".env.defaults")).unwrap();
    repository.git(&["add", ".env.defaults"]);
    if bytes > 256 << 20 {
        assert!(repository.hook(2).contains("is larger than 256 MiB"));
    }
}

#[test]
fn a_large_file() {
    large(70 << 20);
}

#[test]
#[ignore = "writes two gigabytes, and takes minutes without optimisation"]
fn a_file_of_two_gigabytes() {
    large(2 << 30);
}

/// Input that is not a list of pushes is not taken for an empty one, and nothing in it can become an option of git.
#[test]
fn malformed_pre_push_input_is_refused() {
    let repository = Folder::with_hook();
    let id = "1".repeat(40);
    for text in [
        "garbage\n".to_owned(),
        "a b c d\n".to_owned(),
        format!("refs/heads/x {id} refs/heads/y\n"),
        format!("refs/heads/x --output=written refs/heads/y {id}\n"),
    ] {
        let mut command = Command::new(env!("CARGO_BIN_EXE_envgate"));
        command.args(["hook", "--pre-push"]).current_dir(&repository.0);
        command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        child.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{text:?}: {}", said(&output));
        assert!(
            said(&output).contains("nothing was checked"),
            "{text:?}: {}",
            said(&output)
        );
    }
    let output = repository.run(&["hook", "--from-ref=HEAD", "--to-ref=--output=written"]);
    assert_eq!(output.status.code(), Some(2), "{}", said(&output));
    let output = repository.run(&["hook", "--from-ref=--output=written", "--to-ref=HEAD"]);
    assert_eq!(output.status.code(), Some(2), "{}", said(&output));
    for name in ["written", "written..HEAD", "HEAD..--output=written"] {
        assert!(!repository.0.join(name).exists(), "{name}");
    }
    let output = repository.run(&["hook", "--to-ref=HEAD~1..HEAD"]);
    assert_eq!(output.status.code(), Some(2), "{}", said(&output));
    assert!(
        said(&output).contains("git knows no revision \"HEAD~1..HEAD\""),
        "{}",
        said(&output)
    );
}

/// As from a variable that is not set. The index would be checked in place of what is meant, or nothing would be new.
#[test]
fn a_range_without_an_end() {
    let repository = Folder::with_hook();
    for arguments in [["--from-ref=HEAD", "--to-ref="], ["--from-ref=", "--to-ref=HEAD"]] {
        let output = repository.run(&[&["hook"][..], &arguments].concat());
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {}", said(&output));
    }
    // A name can be made of zeros, which as an id say that there is no commit.
    repository.git(&["checkout", "-qb", "0"]);
    repository.write(".env.defaults", "PORT=x\n");
    repository.git(&["commit", "-qnam", "wrong"]);
    repository.git(&["checkout", "-q", "main"]);
    assert_eq!(repository.run(&["hook", "--to-ref", "0"]).status.code(), Some(1));
    assert_eq!(
        repository.run(&["hook", "--to-ref", &"0".repeat(40)]).status.code(),
        Some(0)
    );
}

/// Git runs nothing in its place, so every commit would pass.
#[test]
fn a_hook_that_is_a_link_to_nowhere() {
    let repository = Folder::with_hook();
    let hook = repository.0.join(".git/hooks/pre-commit");
    fs::remove_file(&hook).unwrap();
    std::os::unix::fs::symlink("nowhere", &hook).unwrap();
    let output = repository.run(&["hook", "install"]);
    assert_eq!(output.status.code(), Some(2), "{}", said(&output));
    assert!(
        said(&output).contains("pre-commit is a link that leads nowhere"),
        "{}",
        said(&output)
    );
}

/// If it is interrupted, nothing is left to clean up.
#[test]
fn an_interrupted_hook_leaves_nothing_behind() {
    let repository = Folder::with_hook();
    let temporary = Beside::new(&repository, "temporary");
    fs::create_dir(&temporary.0).unwrap();
    let files = || {
        let listed = Command::new("find")
            .arg(&repository.0)
            .arg(&temporary.0)
            .output()
            .unwrap();
        said(&listed)
    };
    let before = files();
    // Both are ended while they wait for standard input. Not with SIGINT, which background processes ignore.
    for arguments in [&["hook", "--pre-push"][..], &["leaks", "-"]] {
        let mut command = Command::new(env!("CARGO_BIN_EXE_envgate"));
        command
            .args(arguments)
            .current_dir(&repository.0)
            .env("TMPDIR", &temporary.0);
        let mut child = command.stdin(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        child.stdin.as_mut().unwrap().write_all(leak().as_bytes()).unwrap();
        std::thread::sleep(Duration::from_millis(300));
        let id = child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &id]).status().unwrap().success());
        let ended = child.wait().unwrap();
        assert_eq!(
            std::os::unix::process::ExitStatusExt::signal(&ended),
            Some(15),
            "{arguments:?}"
        );
        assert_eq!(files(), before, "{arguments:?}");
    }
}

/// On a terminal, long work shows its progress and clears it; in a pipe it shows none.
#[test]
fn progress_is_for_terminals() {
    let repository = Folder::with_hook();
    let slowly = "(echo a; sleep 1.2; echo b; sleep 0.5; echo c)";
    let line = format!("{slowly} | {} leaks -", env!("CARGO_BIN_EXE_envgate"));
    let run = |command: &mut Command| {
        command.current_dir(&repository.0).env("TERM", "xterm");
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let start = Instant::now();
        let mut text = String::new();
        child.stdout.take().unwrap().read_to_string(&mut text).unwrap();
        child.stderr.take().unwrap().read_to_string(&mut text).unwrap();
        assert!(child.wait().unwrap().success(), "{text}");
        assert!(start.elapsed() > Duration::from_secs(1), "{text}");
        text
    };
    let piped = run(Command::new("sh").args(["-c", &line]));
    assert!(!piped.contains('\r') && !piped.contains("/s"), "{piped:?}");
    if !Path::new("/usr/bin/script").exists() {
        return;
    }
    let shown = run(Command::new("/usr/bin/script").args(["-qec", &line, "/dev/null"]));
    assert!(
        shown.contains("\r\u{1b}[K1 file, ") && shown.contains("bytes/s"),
        "{shown:?}"
    );
    let last = shown.rfind("bytes/s").unwrap();
    assert!(
        shown[last..].starts_with("bytes/s\r\u{1b}[K"),
        "it is wiped away: {shown:?}"
    );
}
