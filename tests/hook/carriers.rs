//! Env files that are a part of a file, and those that others take variables from.

use std::fs;

use crate::repository::token;
use crate::support::{Folder, said};

const SCHEMA: &str = r#"{
  "environments": { "web": { "files": ["compose.yaml#web"] } },
  "required": ["PORT", "TOKEN"],
  "properties": { "PORT": { "type": "integer" }, "TOKEN": { "type": "string", "secret": true } }
}
"#;

fn compose(port: &str) -> String {
    format!("services:\n  web:\n    env_file: ./web.env\n    environment:\n      PORT: {port}\n")
}

fn repository() -> Folder {
    let repository = Folder::with_repository();
    repository.write("env.schema.json", SCHEMA);
    repository.write(".gitignore", "web.env\n");
    repository.write("compose.yaml", compose("80"));
    repository.write("web.env", format!("TOKEN={}\n", token()));
    repository.git(&["add", "."]);
    repository
}

#[test]
fn a_part_is_checked() {
    let repository = repository();
    repository.hook(0);
    repository.write("compose.yaml", compose("eighty"));
    repository.git(&["add", "."]);
    let said = repository.hook(1);
    assert!(said.contains("compose.yaml:5:13: error[schema-type]"), "{said}");
}

#[test]
fn what_it_takes_is_kept_out_and_searched_for() {
    let repository = repository();
    let said_first = repository.hook(0);
    assert!(
        said_first.contains("missing keys are not reported, since web.env is not in the repository"),
        "{said_first}"
    );
    repository.write("main.py", format!("key = '{}'\n", token()));
    repository.git(&["add", "."]);
    let found = repository.hook(1);
    assert!(
        found.contains("main.py:1:8: error[known-value-leaked]: the value of TOKEN (web.env:1)"),
        "{found}"
    );
    let output = repository.run(&["leaks"]);
    assert_eq!(output.status.code(), Some(1), "{}", said(&output));
    assert!(said(&output).contains("main.py:1:8"), "{}", said(&output));
    repository.git(&["rm", "-q", "--cached", "main.py"]);
    fs::remove_file(repository.0.join("main.py")).unwrap();
    // As in a fresh clone.
    fs::remove_file(repository.0.join("web.env")).unwrap();
    repository.hook(0);
    repository.write("web.env", format!("TOKEN={}\n", token()));
    repository.git(&["add", "-f", "web.env"]);
    let committed = repository.hook(1);
    assert!(committed.contains("error[env-file-committed]"), "{committed}");
}

#[test]
fn what_it_takes_is_forgotten() {
    let repository = repository();
    repository.write(".gitignore", "\n");
    repository.git(&["add", ".gitignore"]);
    let output = repository.run(&["hook"]);
    assert_eq!(output.status.code(), Some(2), "{}", said(&output));
    assert!(said(&output).contains("git add web.env"), "{}", said(&output));
}

#[test]
fn an_included_file_is_outside_of_the_repository() {
    let repository = Folder::with_repository();
    repository.write(
        "env.schema.json",
        SCHEMA.replace("compose.yaml#web", "app.service\", \"../shared-of-nobody.env"),
    );
    repository.write(
        "app.service",
        "[Service]\nEnvironment=PORT=80\nEnvironmentFile=/etc/of-nobody/app.env\n",
    );
    repository.git(&["add", "."]);
    let said = repository.hook(0);
    assert!(
        said.contains("missing keys are not reported, since /etc/of-nobody/app.env"),
        "{said}"
    );
    repository.git(&["rm", "-q", "--cached", "app.service"]);
    repository.hook(0);
}
