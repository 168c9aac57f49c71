//! What the tests of the program have in common: a folder of their own, and programs run in it.
#![allow(dead_code, reason = "each test uses a part of it")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::atomic::{AtomicU32, Ordering};

/// A folder for one test, which is removed when it is dropped.
pub(crate) struct Folder(pub(crate) PathBuf);

impl Folder {
    pub(crate) fn new() -> Folder {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        // The real name, so that it can be found in what is printed.
        let temporary = std::env::temp_dir().canonicalize().unwrap();
        let path = temporary.join(format!("envgate-test-{}-{count}", std::process::id()));
        fs::create_dir(&path).unwrap();
        Folder(path)
    }

    /// A folder with a repository that has no commit yet.
    pub(crate) fn with_repository() -> Folder {
        let folder = Folder::new();
        folder.git(&["init", "--quiet", "--initial-branch=main", "--template=", "."]);
        folder
    }

    pub(crate) fn write(&self, name: impl AsRef<Path>, text: impl AsRef<[u8]>) {
        let path = self.0.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// A program to run in this folder. From the environment of the tests it only gets PATH: no other variables, no settings of git.
    pub(crate) fn command(&self, program: &str, arguments: &[&str]) -> Command {
        let mut command = Command::new(program);
        let ours = Path::new(env!("CARGO_BIN_EXE_envgate")).parent().unwrap();
        let path = format!("{}:{}", ours.display(), std::env::var("PATH").unwrap_or_default());
        command
            .args(arguments)
            .current_dir(&self.0)
            .env_clear()
            .env("PATH", path);
        command
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .env("GIT_CONFIG_NOSYSTEM", "1");
        for who in ["AUTHOR", "COMMITTER"] {
            command.env(format!("GIT_{who}_NAME"), "Somebody");
            command.env(format!("GIT_{who}_EMAIL"), "somebody@example.org");
        }
        command
    }

    /// The program under test.
    pub(crate) fn envgate(&self, arguments: &[&str]) -> Command {
        self.command(env!("CARGO_BIN_EXE_envgate"), arguments)
    }

    /// What `envgate baseline` writes.
    #[track_caller]
    pub(crate) fn baseline(&self, arguments: &[&str]) -> String {
        let output = self.envgate(&[&["baseline"], arguments].concat()).output().unwrap();
        assert!(output.status.success(), "{}", said(&output));
        fs::read_to_string(self.0.join("env.baseline.json")).unwrap()
    }

    /// Runs git, and returns what it printed.
    #[track_caller]
    pub(crate) fn git(&self, arguments: &[&str]) -> String {
        let output = self.command("git", arguments).output().unwrap();
        assert!(output.status.success(), "git {arguments:?}: {}", said(&output));
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// All that a program printed.
pub(crate) fn said(output: &Output) -> String {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    text(&output.stdout) + &text(&output.stderr)
}
