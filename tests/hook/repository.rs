//! A repository with a schema, and git and envgate run in it.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::atomic::{AtomicU32, Ordering};

/// Put together here, so that no scanner takes it for a leak of ours.
pub(crate) fn token() -> String {
    ["tk", "93jf8sKd02lQ", "zMxv71Rp"].join("-")
}

pub(crate) const SCHEMA: &str = r#"{
  "environments": { "development": { "files": [".env.defaults"] }, "production": { "files": [".env.production"] } },
  "required": ["PORT"],
  "properties": {
    "PORT": { "type": "integer" },
    "TOKEN": { "type": "string", "secret": true, "allowedIn": ["production"] }
  },
  "additionalProperties": false
}
"#;

pub(crate) struct Repository(pub(crate) PathBuf);

impl Repository {
    /// A repository with a schema, a clean env file and the hook, all of it committed.
    pub(crate) fn new() -> Repository {
        let repository = Repository::bare();
        repository.write("env.schema.json", SCHEMA);
        repository.write(".env.defaults", "PORT=80\n");
        repository.write(".gitignore", ".env.production\n");
        repository.write(".env.production", &format!("PORT=80\nTOKEN={}\n", token()));
        fs::set_permissions(repository.0.join(".env.production"), fs::Permissions::from_mode(0o600)).unwrap();
        repository.ok(&["add", "."]);
        repository.envgate(&["hook", "install", "--pre-push"]);
        repository.ok(&["commit", "-qm", "first"]);
        repository
    }

    pub(crate) fn bare() -> Repository {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let name = format!(
            "envgate-hook-{}-{}",
            std::process::id(),
            COUNT.fetch_add(1, Ordering::Relaxed)
        );
        let path = std::env::temp_dir().canonicalize().unwrap().join(name);
        fs::create_dir(&path).unwrap();
        let repository = Repository(path);
        repository.ok(&["init", "-q", "-b", "main", "."]);
        repository
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        let path = self.0.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    pub(crate) fn command(&self, program: &str, arguments: &[&str]) -> Output {
        let binary = Path::new(env!("CARGO_BIN_EXE_envgate"));
        let path = format!(
            "{}:{}",
            binary.parent().unwrap().display(),
            std::env::var("PATH").unwrap()
        );
        let mut command = Command::new(program);
        command.args(arguments).current_dir(&self.0).env("PATH", path);
        for name in ["GIT_DIR", "GIT_INDEX_FILE", "GIT_WORK_TREE"] {
            command.env_remove(name);
        }
        for who in ["AUTHOR", "COMMITTER"] {
            command.env(format!("GIT_{who}_NAME"), "Somebody");
            command.env(format!("GIT_{who}_EMAIL"), "somebody@example.org");
        }
        command.env("GIT_CONFIG_GLOBAL", "/dev/null").output().unwrap()
    }

    /// What the hook says, and that it ends so.
    #[track_caller]
    pub(crate) fn hook(&self, code: i32) -> String {
        let output = self.envgate(&["hook", "--format", "concise", "--now", "2026-11-20T00:00:00Z"]);
        let said = said(&output);
        assert_eq!(output.status.code(), Some(code), "{said}");
        assert!(!said.contains(&token()[3..]), "{said}");
        said
    }

    pub(crate) fn git(&self, arguments: &[&str]) -> Output {
        self.command("git", arguments)
    }

    pub(crate) fn envgate(&self, arguments: &[&str]) -> Output {
        self.command(env!("CARGO_BIN_EXE_envgate"), arguments)
    }

    /// Git does it.
    pub(crate) fn ok(&self, arguments: &[&str]) {
        let output = self.git(arguments);
        assert!(output.status.success(), "git {arguments:?}: {}", said(&output));
    }

    /// The hook refuses it, and says why without saying the value.
    pub(crate) fn refused(&self, arguments: &[&str], why: &str) {
        let output = self.git(arguments);
        assert!(!output.status.success(), "git {arguments:?} went through");
        let said = said(&output);
        assert!(said.contains(why), "git {arguments:?}: {said}");
        assert!(!said.contains(&token()) && !said.contains("93jf8sKd02lQ"), "{said}");
    }
}

impl Drop for Repository {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

pub(crate) fn said(output: &Output) -> String {
    format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    )
}
