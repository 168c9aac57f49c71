//! The hook of a server: in a bare repository, over real pushes, with git's quarantine for what is not taken yet.

use std::fs;

use crate::repository::SCHEMA;
use crate::support::{Folder, said};

/// What the server refuses. The values are known only from a committed env file.
fn shared() -> String {
    ["q8Zt", "Lw3RmXv5", "KpDs2NyH"].concat()
}

/// A repository without hooks of its own, whose bare remote has the hook. It has pushed once.
fn with_server() -> (Folder, Folder) {
    let server = Folder::new();
    server.git(&["init", "-q", "--bare", "--initial-branch=main", "--template=", "."]);
    let output = server.run(&["hook", "install", "--pre-receive"]);
    assert!(
        said(&output).contains("hooks/pre-receive: installed"),
        "{}",
        said(&output)
    );
    let client = Folder::with_repository();
    client.write(
        "env.schema.json",
        SCHEMA.replace(", \"allowedIn\": [\"production\"]", ""),
    );
    client.write(".env.defaults", env_file("80"));
    client.git(&["remote", "add", "origin", &format!("file://{}", server.0.display())]);
    commit(&client, "first");
    pushed(&client, &["main"]);
    (client, server)
}

/// An env file that shares a secret on purpose.
fn env_file(port: &str) -> String {
    format!(
        "# envgate: ignore-file[env-file-committed] for all\nPORT={port}\nTOKEN={}\n",
        shared()
    )
}

fn commit(client: &Folder, message: &str) {
    client.git(&["add", "."]);
    client.git(&["commit", "-qm", message]);
}

#[track_caller]
fn pushed(client: &Folder, what: &[&str]) -> String {
    let output = client.git_output(&[&["push", "origin"], what].concat());
    let said = said(&output);
    assert!(output.status.success(), "{said}");
    assert!(!said.contains(&shared()), "{said}");
    said
}

#[track_caller]
fn refused(client: &Folder, what: &[&str], why: &str) -> String {
    let output = client.git_output(&[&["push", "origin"], what].concat());
    let said = said(&output);
    assert!(!output.status.success(), "git push {what:?} went through: {said}");
    assert!(
        said.contains(why) && said.contains("pre-receive hook declined"),
        "git push {what:?}: {said}"
    );
    assert!(!said.contains(&shared()), "{said}");
    said
}

#[test]
fn what_is_pushed_is_checked_before_it_is_taken() {
    let (client, server) = with_server();
    client.write("main.py", format!("key = '{}'\n", shared()));
    commit(&client, "leak");
    refused(&client, &["main"], "main.py:1:8");
    refused(&client, &["main:fresh"], "main.py:1:8");
    // What a later commit takes away is pushed all the same.
    client.git(&["rm", "-q", "main.py"]);
    commit(&client, "away");
    refused(&client, &["main"], "main.py:1:8");
    client.git(&["reset", "-q", "--hard", "HEAD~2"]);
    client.write(".env.defaults", env_file("eighty"));
    commit(&client, "wrong");
    refused(&client, &["main"], "schema-type");
    client.git(&["reset", "-q", "--hard", "HEAD~1"]);
    client.git(&["rm", "-q", "env.schema.json"]);
    commit(&client, "without a schema");
    refused(&client, &["main"], "refs/heads/main has no env.schema.json any more");
    assert_eq!(server.git(&["for-each-ref", "--format=%(refname)"]), "refs/heads/main");
}

#[test]
fn all_that_a_push_may_name() {
    let (client, _server) = with_server();
    client.write("more.txt", "more\n");
    commit(&client, "more");
    let told = pushed(&client, &["main", "main:side", "main:refs/custom/other"]);
    assert!(told.contains("Checked 2 variables"), "{told}");
    // Forced, deleted, tags of commits, of trees and of files, notes.
    client.git(&["reset", "-q", "--hard", "HEAD~1"]);
    pushed(&client, &["--force", "main"]);
    let told = pushed(&client, &["--delete", "side"]);
    assert!(told.contains("nothing is pushed, so nothing was checked"), "{told}");
    client.git(&["tag", "-a", "v1", "-m", "harmless"]);
    client.git(&["tag", "tree", "HEAD^{tree}"]);
    client.git(&["notes", "add", "-m", "harmless"]);
    pushed(&client, &["v1", "tree", "refs/notes/*"]);
    client.git(&["tag", "-a", "v2", "-m", &shared()]);
    refused(&client, &["v2"], "is in tag ");
    client.write("leak.txt", shared());
    let id = client.git(&["hash-object", "-w", "leak.txt"]);
    client.git(&["tag", "file", &id]);
    refused(&client, &["file"], "is in blob ");
    client.git(&["commit", "-q", "--allow-empty", "-m", &shared()]);
    refused(&client, &["main"], "is in commit ");
    // One bad ref holds up the others.
    refused(&client, &["main", "HEAD~1:refs/heads/clean"], "is in commit ");
}

/// A branch without a schema is searched for the values of another one, even if all branches come at once.
#[test]
fn the_first_push_of_all_branches() {
    let (client, server) = with_server();
    client.git(&["checkout", "-q", "--orphan", "pages"]);
    client.git(&["rm", "-rfq", "."]);
    client.write("index.html", "<p>hello</p>\n");
    commit(&client, "pages");
    for reference in server.git(&["for-each-ref", "--format=%(refname)"]).lines() {
        server.git(&["update-ref", "-d", reference]);
    }
    refused(&client, &["pages"], "there is no env.schema.json");
    pushed(&client, &["pages", "main"]);
    client.write("index.html", format!("<p>{}</p>\n", shared()));
    commit(&client, "leak");
    refused(&client, &["pages"], "index.html:1:4");
}

#[test]
fn records_that_a_push_takes_out() {
    let (client, _server) = with_server();
    let schema = SCHEMA
        .replace("\"secret\": true", "\"secret\": { \"maxAge\": \"P90D\" }")
        .replace(", \"allowedIn\": [\"production\"]", "");
    client.write("env.schema.json", schema);
    let entry = r#"{"environment": "production", "key": "TOKEN", "rotatedAt": "2025-01-02T00:00:00Z"}"#;
    client.write(
        "env.rotation.json",
        format!("{{ \"version\": 1, \"entries\": [\n{entry},\nnull ] }}\n"),
    );
    commit(&client, "recorded");
    pushed(&client, &["main"]);
    client.git(&["reset", "-q", "--hard", "HEAD~1"]);
    client.write("other.txt", "other\n");
    commit(&client, "forced");
    client.git(&["checkout", "-q", "HEAD@{2}", "--", "env.schema.json"]);
    commit(&client, "schema");
    refused(&client, &["--force", "main"], "edited-record");
}

/// A push may name any file on the disk of the server. None of them is read.
#[test]
fn nothing_on_the_disk_of_the_server_is_read() {
    let (client, server) = with_server();
    server.write("../envgate-outside.env", "PORT=eighty\nUNKNOWN_OF_SERVER=1\n");
    server.write("inside.env", "PORT=eighty\nUNKNOWN_OF_SERVER=1\n");
    server.write("env.rotation.json", "not a ledger\n");
    for file in [
        server.0.join("inside.env").to_str().unwrap().to_owned(),
        "../envgate-outside.env".to_owned(),
        "inside.env".to_owned(),
        "config".to_owned(),
    ] {
        client.write("env.schema.json", SCHEMA.replace(".env.production", &file));
        client.write(".env.defaults", "PORT=80\n");
        client.write("a.txt", &file);
        commit(&client, "elsewhere");
        let told = pushed(&client, &["main"]);
        assert!(
            !told.contains("UNKNOWN_OF_SERVER") && !told.contains("schema-type"),
            "{file}: {told}"
        );
    }
    fs::remove_file(server.0.join("../envgate-outside.env")).unwrap();
    // A Compose file that takes its variables from there.
    client.write("env.schema.json", SCHEMA.replace(".env.production", "compose.yaml#api"));
    client.write(
        "compose.yaml",
        format!(
            "services:\n  api:\n    env_file: {}\n    environment: {{ PORT: \"80\" }}\n",
            server.0.join("inside.env").display()
        ),
    );
    commit(&client, "compose");
    let output = client.git_output(&["push", "origin", "main"]);
    assert!(!said(&output).contains("UNKNOWN_OF_SERVER"), "{}", said(&output));
}

#[test]
fn what_is_not_such_a_hook_is_no_pass() {
    let (client, server) = with_server();
    // After the push, nothing is new.
    fs::rename(server.0.join("hooks/pre-receive"), server.0.join("hooks/post-receive")).unwrap();
    client.write("main.py", format!("key = '{}'\n", shared()));
    commit(&client, "leak");
    let output = client.git_output(&["push", "origin", "main"]);
    assert!(said(&output).contains("has been updated already"), "{}", said(&output));
    // An update hook gets the same in another order.
    server.write(
        "hooks/update",
        "#!/bin/sh\necho \"$2 $3 $1\" | envgate hook --pre-receive\n",
    );
    server.command("chmod", &["+x", "hooks/update"]).output().unwrap();
    client.write("more.py", format!("key = '{}'\n", shared()));
    commit(&client, "more");
    let output = client.git_output(&["push", "origin", "main"]);
    let told = said(&output);
    assert!(
        told.contains("more.py:1:8") && !told.contains("main.py") && told.contains("hook declined"),
        "{told}"
    );
    let output = client.run(&["hook", "--pre-receive"]);
    assert!(said(&output).contains("nothing is pushed"), "{}", said(&output));
}
