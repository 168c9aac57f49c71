//! The real binary, as people run it: transcripts ([`transcript`]), and what a transcript can't show: pipes, signals, limits.

#![cfg(all(feature = "cli", unix))]

mod launch;
#[path = "../support/mod.rs"]
mod support;
mod transcript;

use std::fs::{self, File};
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use support::Folder;

/// Longer than any run takes on a busy machine. Only a run that waits for a pipe exceeds it.
const PATIENCE: Duration = Duration::from_secs(60);

fn another_program() -> Option<String> {
    std::env::var("ENVGATE_PROGRAM").ok()
}

/// The program under test: ours, or the one that `ENVGATE_PROGRAM` names, as words (`node pkg/dist/cli.js`): the npm package has the same
/// commands and is held to the same transcripts.
fn program() -> Command {
    let Some(words) = another_program() else {
        return Command::new(env!("CARGO_BIN_EXE_envgate"));
    };
    let mut words = words.split(' ').map(str::to_owned);
    let mut command = Command::new(words.next().expect("a program"));
    command.args(words);
    command
}

fn envgate(folder: &Folder, arguments: &[&str]) -> Command {
    let mut command = program();
    command.args(arguments).env_clear().current_dir(&folder.0);
    command
}

/// A project whose check gives a report that is larger than a pipe holds.
fn large_project() -> Folder {
    let folder = Folder::new();
    folder.write(
        "env.schema.json",
        r#"{ "properties": {}, "additionalProperties": false }"#,
    );
    let lines: String = (0..3_000).map(|index| format!("KEY_{index}=1\n")).collect();
    folder.write(".env", lines);
    folder
}

#[test]
fn a_closed_pipe_is_no_panic() {
    let folder = large_project();
    let mut child = envgate(&folder, &["check"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!(
        (output.status.code(), String::from_utf8_lossy(&output.stderr).as_ref()),
        (Some(1), "")
    );
}

/// A gate must not pass with its report lost.
#[test]
#[cfg(target_os = "linux")]
fn a_report_that_cannot_be_written_is_a_failure() {
    let folder = large_project();
    folder.write("env.schema.json", r#"{ "properties": { "KEY": {} } }"#);
    let full = File::options().write(true).open("/dev/full").unwrap();
    let output = envgate(&folder, &["check", "--format", "json"])
        .stdout(full)
        .stderr(Stdio::piped())
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).starts_with("error: the report can't be written"));
    for words in [&["--help"][..], &["check", "--help"], &["--version"]] {
        let full = File::options().write(true).open("/dev/full").unwrap();
        let output = envgate(&folder, words).stdout(full).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{words:?}");
        assert!(String::from_utf8_lossy(&output.stderr).starts_with("error: the help can't be written"));
    }
}

/// Before the first byte of an input is read.
#[test]
#[cfg(target_os = "linux")]
fn no_core_is_dumped() {
    if another_program().is_some() {
        return;
    }
    let folder = large_project();
    let mut child = envgate(&folder, &["check", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let limits = format!("/proc/{}/limits", child.id());
    let start = Instant::now();
    let dumps = || {
        let limits = fs::read_to_string(&limits).unwrap_or_default();
        let line = limits
            .lines()
            .find(|line| line.starts_with("Max core file size"))
            .unwrap_or_default()
            .to_owned();
        line.split_whitespace().nth(4) != Some("0")
    };
    while dumps() {
        assert!(start.elapsed() < PATIENCE, "the limit is not zero");
        thread::sleep(Duration::from_millis(2));
    }
    drop(child.stdin.take());
    child.wait().unwrap();
}

/// A report is limited, but what it leaves out is still fixed: here, none of the findings that it shows has a fix. To write the file anew for
/// each would take minutes.
#[test]
fn fixes_beyond_what_a_report_tells_are_applied() {
    let folder = Folder::new();
    let schema = r#"{ "dialects": ["docker-compose", "dotenv", "bash"], "properties": { "KEY_1": {} } }"#;
    folder.write("env.schema.json", schema);
    let count = 10_001;
    let lines: String = (0..count)
        .map(|key| format!("KEY_{key} = a value # of {key}\n"))
        .collect();
    folder.write(".env", lines);
    let output = envgate(&folder, &["fix"]).output().unwrap();
    let told = String::from_utf8_lossy(&output.stdout);
    assert_eq!(told, format!(".env: fixed divergent-value ({count})\n"));
    let output = envgate(&folder, &["fix", "--dry-run"]).output().unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stdout), "nothing to fix\n");
}

/// A file is replaced, so that no failure loses its content. Its other names then belong to the old file.
#[test]
fn a_file_with_other_names_is_left_behind() {
    let folder = Folder::new();
    folder.write(
        "env.schema.json",
        r#"{ "dialects": ["docker-compose", "dotenv", "bash"], "properties": { "A": {} } }"#,
    );
    folder.write(".env", "A = a value # of it\n");
    fs::hard_link(folder.0.join(".env"), folder.0.join("other")).unwrap();
    let output = envgate(&folder, &["fix"]).output().unwrap();
    assert_eq!(
        String::from_utf8_lossy(&output.stderr),
        "note: .env had 1 other name through hard links, where what it held is left as it was\n"
    );
    let other = fs::read_to_string(folder.0.join("other")).unwrap();
    assert_eq!(other, "A = a value # of it\n");
}

/// Not to a pipe, unless asked; `NO_COLOR` has the last word. The transcripts hold what is said without.
#[test]
fn colour_only_where_asked_for() {
    let folder = large_project();
    let coloured = |variables: &[(&str, &str)]| {
        let output = envgate(&folder, &["check"])
            .envs(variables.iter().copied())
            .output()
            .unwrap();
        output.stdout.contains(&0x1b)
    };
    assert!(!coloured(&[]));
    assert!(coloured(&[("CLICOLOR_FORCE", "1")]));
    assert!(coloured(&[("CLICOLOR_FORCE", "1"), ("TERM", "dumb")]));
    assert!(!coloured(&[("CLICOLOR_FORCE", "0")]));
    assert!(!coloured(&[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")]));
    assert!(coloured(&[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "")]));
}

#[test]
fn of_many_mistakes_the_first_are_framed() {
    let folder = Folder::new();
    let waiver =
        r#"{ "rule": "weak-kee", "environment": "a", "key": "A", "until": "soon", "owner": "o", "reason": "r" }"#;
    let list = vec![waiver; 30].join(",\n");
    folder.write("env.schema.json", r#"{ "properties": { "PORT": {} } }"#);
    folder.write(
        "env.waivers.json",
        format!("{{ \"version\": 1, \"waivers\": [{list}] }}\n"),
    );
    folder.write(".env", "PORT=1\n");
    let said = |arguments: &[&str]| {
        let output = envgate(&folder, arguments).output().unwrap();
        assert_eq!(output.status.code(), Some(2));
        String::from_utf8(output.stderr).unwrap()
    };
    let framed = said(&["check"]);
    assert_eq!(framed.matches("-->").count(), 50, "{framed}");
    assert!(
        framed.contains("env.waivers.json has 90 mistakes, of which the first 50 are shown: nothing was checked"),
        "{framed}"
    );
    assert_eq!(said(&["check", "--format", "concise"]).matches(": error: ").count(), 90);
}

#[test]
fn completions_and_manual_know_every_option() {
    let folder = Folder::new();
    let print = |arguments: &[&str]| {
        let output = envgate(&folder, arguments).output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{arguments:?}");
        String::from_utf8(output.stdout).unwrap()
    };
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        assert!(print(&["completions", shell]).contains("process-env"), "{shell}");
    }
    // Title, section, an empty date, source, manual: a version in the third place is shown as the date.
    let header = concat!(
        ".TH envgate 1 \" \" \"envgate ",
        env!("CARGO_PKG_VERSION"),
        "\" \"envgate manual\""
    );
    assert!(print(&["man"]).contains(header));
    assert!(print(&["man", "check"]).contains(&header.replacen("envgate", "envgate-check", 1)));
    assert!(print(&["man", "check"]).contains("process\\-env"));
}

/// Every rule of the list is in `rules`, and `explain` has its page.
#[test]
fn every_rule_is_listed_and_explained() {
    let folder = Folder::new();
    let print = |arguments: &[&str]| String::from_utf8(envgate(&folder, arguments).output().unwrap().stdout).unwrap();
    let (table, json) = (print(&["rules"]), print(&["rules", "--format", "json"]));
    let entries: Vec<serde_json::Value> = serde_json::from_str(&json).unwrap();
    assert_eq!(entries.len(), envgate::check::rules::RULES.len());
    assert_eq!(table.lines().count(), entries.len());
    for (rule, line) in envgate::check::rules::RULES.iter().zip(table.lines()) {
        assert!(line.starts_with(rule.code.0) && line.ends_with(rule.summary), "{line}");
        assert!(
            print(&["explain", rule.code.0]).contains(rule.docs.trim_end()),
            "{}",
            rule.code
        );
    }
}

/// An editor follows a path, and finds nothing under the URN.
#[test]
fn init_names_the_meta_schema_that_editors_find() {
    let folder = Folder::new();
    let begin = |name: &str| {
        let schema = folder.0.join(format!("{name}/env.schema.json"));
        folder.write(format!("{name}/.env"), "PORT=8080\n");
        let output = envgate(&folder, &["init", name]).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let text = fs::read_to_string(schema).unwrap();
        text.lines().nth(1).unwrap().to_owned()
    };
    assert_eq!(begin("plain"), r#"  "$schema": "urn:envgate:schema:1","#);
    let printed = envgate(&folder, &["schema", "print"]).output().unwrap();
    assert_eq!(printed.stdout, include_bytes!("../../schemas/env.schema.v1.json"));
    folder.write("npm/node_modules/envgate/env.schema.v1.json", printed.stdout);
    let line = begin("npm");
    assert_eq!(line, r#"  "$schema": "./node_modules/envgate/env.schema.v1.json","#);
    let check = envgate(&folder, &["schema", "check", "npm/env.schema.json"])
        .output()
        .unwrap();
    assert!(check.status.success(), "{}", String::from_utf8_lossy(&check.stderr));
}

/// A shell puts names of files into arguments (`envgate check *`), and a schema names keys as it likes.
#[test]
fn what_is_quoted_of_arguments_and_keys_is_no_command_to_a_service() {
    let folder = Folder::new();
    folder.write(
        "env.schema.json",
        r#"{ "properties": { "::error::x": {} }, "required": ["::error::x"] }"#,
    );
    let name = "--x\n::error::x\u{1b}[31m\u{202e}";
    for (colour, arguments) in [
        ("", ["check", name]),
        ("1", ["check", name]),
        ("", [name, ""]),
        ("", ["check", &format!("--format={name}")]),
        ("", ["example", "--locked"]),
        ("", ["example", "--schema=env.schema.json"]),
    ] {
        let output = envgate(&folder, &arguments)
            .env("CLICOLOR_FORCE", colour)
            .output()
            .unwrap();
        let said = support::said(&output);
        assert!(!said.is_empty(), "{arguments:?}");
        for line in said.lines() {
            assert!(!line.trim_start().starts_with("::"), "{arguments:?}: {line}");
            assert!(!line.contains(['\u{1b}', '\u{202e}']), "{arguments:?}: {line}");
        }
    }
}
