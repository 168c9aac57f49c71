//! The command lines that are run: what each command is given, in every format, and with every option.

use std::collections::BTreeSet;

use crate::program::{Opt, Told};

/// What each command is given. The first line is the one that options are added to, unless they say otherwise; `< FILE` is standard input.
const COMMANDS: &[(&str, &[&str])] = &[
    (
        "check",
        &[
            "-e production",
            ".",
            "- -e production < .env.production",
            "broken/unterminated.env -e production",
            "broken/bytes.env -e production",
            "broken/values.json -e json",
            "broken/compose.yaml -e compose --carrier compose",
            "broken/deploy.yaml -e kubernetes --carrier kubernetes",
            "broken/workflow.yml -e ci --carrier github-actions",
            "broken/app.service -e systemd --carrier systemd",
            "deploy.yaml -e production --carrier yaml",
            "compose.yaml#db -e production",
            "-e production --process-env --evidence production=exports/aws.json --evidence exports/vault.json --evidence-name vault=SECRET_KEY \
             --evidence production=exports/github.json --evidence-git",
        ],
    ),
    (
        "baseline",
        &["", ".", "--leaks --scan", "--scan-only", "--history --tokens-only"],
    ),
    (
        "diff",
        &[
            "before after -e production",
            "HEAD~1..HEAD",
            "HEAD~1",
            ".env.staging .env.production -e production",
            "before.schema.json env.schema.json --files after",
            "broken/values.json values.json -e json",
        ],
    ),
    (
        "trace",
        &[
            "-e production",
            "",
            "DATABASE_URL",
            "REDIS_URL",
            "NOT_DECLARED",
            "SECRET_KEY .env.production -e production",
            "- -e production < .env.production",
            "broken/unterminated.env -e production",
            "broken/compose.yaml -e compose --carrier compose",
        ],
    ),
    (
        "rotation",
        &[
            "-e production",
            "",
            "-e production --process-env --evidence production=exports/aws.json --evidence exports/vault.json --evidence-name vault=SECRET_KEY \
             --evidence production=exports/github.json --evidence-git --now 2026-11-20T00:00:00Z",
        ],
    ),
    (
        "rotation record",
        &[
            "DATABASE_URL -e clean",
            "REDIS_URL -e clean",
            "DATABASE_URL -e production",
        ],
    ),
    ("rotation verify", &["", "-e clean"]),
    ("rotation key new", &[""]),
    (
        "fix",
        &["", ".env.production", "broken/unterminated.env", "compose.yaml"],
    ),
    (
        "leaks",
        &["", "logs src", "- < logs/app.log", "--process-env", "--history"],
    ),
    ("scan", &["", "--list", "src", "--add"]),
    (
        "hook",
        &[
            "",
            "--from-ref HEAD~1 --to-ref HEAD",
            "--pre-push < out/pushed",
            "--pre-receive < out/received",
        ],
    ),
    ("hook install", &[""]),
    (
        "review",
        &[
            "--page page.html --no-open",
            "--page page.html --write out/page.html",
            "--page .env.production --no-open",
        ],
    ),
    ("explain", &["weak-key", "preset:nist-sp-800-57", "no-such-rule"]),
    ("schema check", &["", "broken/schema.json", ".env.production"]),
    ("schema print", &[""]),
    ("run", &["-- true", "-e clean -- true"]),
    (
        "init",
        &[
            "fresh",
            ".",
            "foreign --from foreign/.env.schema",
            "foreign --from foreign/Envfile",
            "foreign --from foreign/linter.json",
            "foreign --from foreign/zenv.json",
            "foreign --from foreign/zenv.yaml",
            "foreign --from foreign/plain.json",
            "foreign --from foreign/env.ts",
            "foreign --from foreign/cut.json",
            "foreign --from .env.production",
            "foreign --from compose.yaml",
        ],
    ),
    ("types", &[""]),
    ("example", &[""]),
    ("docs", &[""]),
    ("rules", &[""]),
    ("completions", &[]),
    ("man", &["", "check"]),
];

/// The values of options that take something other than a word from a list, and the arguments that go with them.
const OPTIONS: &[(&str, &[&str])] = &[
    (
        "--schema",
        &[
            "--schema env.schema.json",
            "--schema broken/schema.json",
            "--schema .env.production",
        ],
    ),
    (
        "--environment",
        &[
            "--environment production",
            "--environment prod",
            "--environment nowhere",
        ],
    ),
    ("--baseline", &["--baseline broken/baseline.json"]),
    ("--now", &["--now 2026-11-20T00:00:00Z"]),
    ("--output", &["--output out/written"]),
    ("--check", &["--check --output .env.example"]),
    (
        "--evidence",
        &[
            "--evidence exports/aws.json",
            "--evidence exports/aws-versions.json",
            "--evidence exports/vault.json",
            "--evidence exports/vault-value.json",
            "--evidence exports/github.json",
            "--evidence exports/kubernetes.json",
            "--evidence exports/sops.env",
            "--evidence exports/infisical.json",
            "--evidence exports/iam.csv",
            "--evidence exports/plain.json",
            "--evidence exports/none.txt",
            "--evidence exports/cut.json",
            "--evidence .env.production",
        ],
    ),
    (
        "--evidence-name",
        &["--evidence-name prod/db=DATABASE_URL --evidence exports/aws.json"],
    ),
    (
        "--evidence-at",
        &["--evidence-at 2026-11-20T00:00:00Z --evidence exports/aws.json"],
    ),
    (
        "--ledger",
        &[
            "--ledger env.rotation.json",
            "--ledger broken/ledger.json",
            "--ledger broken/conflict.json",
            "--ledger .env.production",
        ],
    ),
    ("--files", &["--files after"]),
    ("--from-ref", &["--from-ref HEAD~1 --to-ref HEAD"]),
    ("--to-ref", &["--from-ref HEAD --to-ref HEAD~1"]),
    ("--pre-push", &["--pre-push"]),
    ("--pre-receive", &["--pre-receive"]),
    // This option takes a file with `hook`, but none with `hook install`.
    ("--commit-msg", &["--commit-msg", "--commit-msg logs/app.log"]),
    ("--remote", &["--pre-push --remote origin < out/pushed"]),
    ("--at", &["--at 2026-11-20"]),
    ("--by", &["--by somebody"]),
    ("--origin", &["--origin aws-sm:1"]),
    ("--kid", &["--kid docs"]),
    ("--reason", &["--reason compromise"]),
    ("--from", &["--from foreign/.env.schema"]),
    // Already in every command line of `review`.
    ("--page", &[]),
    ("--no-open", &[]),
    ("--write", &[]),
    ("--file", &["--file .env.production"]),
];

/// Every command line: each command with all that it is given, in every format, and with every option. An option that several commands have in common is tried with all
/// that it takes at the first of them.
pub(crate) fn all(commands: &[Told]) -> Vec<String> {
    let mut lines = Vec::new();
    let mut tried = BTreeSet::new();
    for told in commands {
        let given = COMMANDS.iter().find(|(command, _)| *command == told.command);
        let given = match given {
            Some((_, given)) => given.iter().map(|given| (*given).to_owned()).collect(),
            None if told.is_group => continue,
            None => panic!("`envgate {}` is new: say in COMMANDS what it is given", told.command),
        };
        let given: Vec<String> = if told.arguments.is_empty() {
            given
        } else {
            told.arguments.clone()
        };
        let formats = told.formats();
        for given in &given {
            lines.extend(
                formats
                    .iter()
                    .map(|format| with(&told.command, given, &format!("--format {format}"))),
            );
            if formats.is_empty() {
                lines.push(with(&told.command, given, ""));
            }
        }
        for option in told.options.iter().filter(|option| option.name != "--format") {
            let words = words(option, told);
            let new = if tried.contains(&words) { 1 } else { words.len() };
            lines.extend(
                words
                    .iter()
                    .take(new)
                    .map(|words| with(&told.command, &given[0], words)),
            );
            tried.insert(words);
        }
    }
    for (command, _) in COMMANDS {
        assert!(
            commands.iter().any(|told| told.command == *command),
            "there is no `envgate {command}` any more"
        );
    }
    lines
}

/// All that an option may be given.
fn words(option: &Opt, told: &Told) -> Vec<String> {
    let name = &option.name;
    if name == "--output" && !told.formats().is_empty() {
        let formats = told.formats().iter();
        return formats
            .map(|format| format!("--output {format}=out/{format}"))
            .collect();
    }
    if let Some((_, words)) = OPTIONS.iter().find(|(option, _)| option == name) {
        return words.iter().map(|words| (*words).to_owned()).collect();
    }
    match (option.takes_value, option.values.is_empty()) {
        (false, _) => vec![name.clone()],
        (true, false) => option.values.iter().map(|value| format!("{name} {value}")).collect(),
        (true, true) => panic!(
            "`envgate {} {name}` is new: say in OPTIONS what it is given",
            told.command
        ),
    }
}

/// A command line; options precede its arguments, since a program to run ends the options.
fn with(command: &str, given: &str, options: &str) -> String {
    let words = [command, options, given].into_iter().filter(|words| !words.is_empty());
    words.collect::<Vec<_>>().join(" ")
}

/// The command of a line.
pub(crate) fn command(line: &str) -> &'static str {
    let commands = COMMANDS.iter().map(|(command, _)| *command);
    let of_line = commands.filter(|command| line.starts_with(command));
    of_line.max_by_key(|command| command.len()).unwrap()
}
