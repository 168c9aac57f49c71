//! `envgate hook install`: a hook for plain git. An existing hook is kept.

use std::path::Path;

use crate::args::InstallArguments;
use crate::git::Repository;
use crate::host::{self, Refusal};
use crate::terminal::{self, Problem, complain, note};
use crate::{FAILED, discover, read, write};

/// Identifies our hooks.
const MARK: &str = "# Installed by `envgate hook install`.";

/// A program that runs hooks, and sets up those of git for that.
struct Runner {
    name: &'static str,
    /// What a project has that uses it.
    files: &'static [&'static str],
    /// What is in the hooks that it writes.
    mark: &'static str,
    /// Whether hooks that were there are not run any more once it is set up.
    takes_over: bool,
}

const RUNNERS: &[Runner] = &[
    Runner {
        name: "husky",
        files: &[".husky"],
        mark: "",
        takes_over: true,
    },
    Runner {
        name: "lefthook",
        files: &[
            "lefthook.yml",
            "lefthook.yaml",
            ".lefthook.yml",
            ".lefthook.yaml",
            "lefthook.toml",
        ],
        mark: "lefthook",
        takes_over: true,
    },
    Runner {
        name: "pre-commit",
        files: &[".pre-commit-config.yaml"],
        mark: "pre-commit.com",
        takes_over: false,
    },
    Runner {
        name: "prek",
        files: &["prek.toml", ".pre-commit-config.yaml", ".pre-commit-config.yml"],
        mark: "j178/prek",
        takes_over: false,
    },
];

impl Runner {
    /// Whether a hook is of those that it writes. Those of husky say nothing of it, and stand in a folder of their own.
    fn writes(&self, hook: &Path, text: &str) -> bool {
        match self.mark {
            "" => hook.parent().is_some_and(|folder| folder.ends_with(".husky/_")),
            mark => text.contains(mark),
        }
    }

    /// The file that says what it runs.
    fn file(&self, top: &Path) -> Option<&'static str> {
        self.files.iter().copied().find(|file| host::exists(&top.join(file)))
    }

    /// Where it is told to run ours at a stage; `None` if it is not.
    fn runs_it(&self, top: &Path, stage: &str) -> Option<String> {
        let file = self.file(top)?;
        let is_folder = host::is_folder(&top.join(file));
        let place = if is_folder {
            format!("{file}/{stage}")
        } else {
            file.to_owned()
        };
        let text = read::file(&top.join(&place), &place).ok()?;
        let text = String::from_utf8_lossy(&text);
        let is_told = match self.name {
            _ if is_folder => calls(&text, "envgate"),
            // Its hooks have stages of their own.
            "pre-commit" | "prek" if stage == "commit-msg" => calls(&text, "envgate-commit-msg"),
            "pre-commit" | "prek" => calls(&text, "envgate"),
            _ => calls(&text, "envgate") && calls(&text, stage),
        };
        is_told.then_some(place)
    }

    /// Says what to do so that it runs ours.
    fn help(&self, file: &str, stage: &str) -> String {
        let call = call(stage);
        match self.name {
            "husky" => format!("echo '{call}' >> {file}/{stage}"),
            "pre-commit" | "prek" => format!("name the hook in {file}, see docs/hook.md"),
            _ => format!(
                "name `{}` in {file}, under `{stage}`",
                call.trim_end_matches(" || exit $?")
            ),
        }
    }
}

/// Runs the subcommand.
pub(crate) fn run(arguments: &InstallArguments) -> Result<u8, Problem> {
    let (repository, mut stages) = if arguments.pre_receive {
        (Repository::of_server()?, vec!["pre-receive"])
    } else {
        // A merge that git commits by itself asks another hook, and so does a mail.
        (
            Repository::open()?,
            vec!["pre-commit", "pre-merge-commit", "pre-applypatch"],
        )
    };
    let (mut said, mut kept) = (String::new(), Vec::new());
    if arguments.pre_push {
        stages.push("pre-push");
    }
    if arguments.commit_msg {
        stages.push("commit-msg");
    }
    for stage in stages {
        let path = repository.hook(stage)?;
        let name = discover::shown(&path);
        match host::install(&path, &script(stage)) {
            Ok(()) => said.push_str(&format!("{name}: installed\n")),
            Err(Refusal::Failed(std::io::ErrorKind::AlreadyExists)) => {
                let there = read::file(&path, &name)?;
                match existing(&repository.top, &path, &String::from_utf8_lossy(&there), stage) {
                    Ok(line) => said.push_str(&line),
                    Err(problem) => kept.push(problem),
                }
            }
            Err(refusal) => return Err(write::worded(refusal, &name)),
        }
    }
    if kept.is_empty() && !arguments.pre_receive {
        note_takeover(&repository.top, &repository.hook("pre-commit")?);
    }
    kept.iter().for_each(complain);
    Ok(terminal::print(&said, if kept.is_empty() { 0 } else { FAILED }))
}

/// What is said of a hook that was there before; a problem if nothing of it is known to run ours.
fn existing(top: &Path, path: &Path, text: &str, stage: &str) -> Result<String, Problem> {
    let name = discover::shown(path);
    let is_ours = text.contains(MARK);
    let runner = RUNNERS.iter().find(|runner| runner.writes(path, text));
    let told = match runner {
        Some(runner) => runner.runs_it(top, stage),
        None => (!is_ours && calls(text, "envgate hook")).then(|| name.clone()),
    };
    if (is_ours || told.is_some()) && !host::may_be_run(path) {
        let problem = Problem::new(format!("{name} may not be run, so git passes it over"));
        return Err(problem.help(format!("chmod +x {name}")));
    }
    if is_ours {
        return Ok(format!("{name}: installed before\n"));
    }
    if let Some(place) = told {
        return Ok(format!("{place}: runs envgate already\n"));
    }
    let Some(runner) = runner else {
        let problem = Problem::new(format!("{name} already exists and is kept as it is"));
        return Err(problem.help(format!("add this line to it: {}", call(stage))));
    };
    // It has a hook for every stage of git, and few projects take mails.
    if stage == "pre-applypatch" {
        return Ok(String::new());
    }
    let problem = Problem::new(format!("{name} is of {}, which writes it anew", runner.name));
    let file = runner.file(top).unwrap_or(runner.files[0]);
    Err(problem.help(runner.help(file, stage)))
}

/// Whether a line says this, outside of a comment.
fn calls(text: &str, word: &str) -> bool {
    let mut lines = text.lines().filter(|line| !line.trim_start().starts_with('#'));
    lines.any(|line| line.contains(word))
}

/// Says so if a project has what will put other hooks in place of these: they would be passed over, and nobody be told.
fn note_takeover(top: &Path, hook: &Path) {
    for runner in RUNNERS.iter().filter(|runner| runner.takes_over) {
        let is_other = |file: &&str| !hook.starts_with(top.join(file)) && runner.runs_it(top, "pre-commit").is_none();
        if let Some(file) = runner.file(top).filter(is_other) {
            let help = runner.help(file, "pre-commit");
            note(&format!(
                "once {} is set up, git does not run these hooks any more: {help}",
                runner.name
            ));
        }
    }
}

fn call(stage: &str) -> &'static str {
    match stage {
        "pre-receive" => "envgate hook --pre-receive || exit $?",
        "pre-push" => "envgate hook --pre-push --remote \"$1\" || exit $?",
        "commit-msg" => "envgate hook --commit-msg \"$1\" || exit $?",
        _ => "envgate hook || exit $?",
    }
}

/// A hook that can't find the program stops the commit: it does not let it pass unchecked. A script of npm puts the programs of packages before all others,
/// and that of ours has no such command.
fn script(stage: &str) -> String {
    let program = discover::shown(&host::program()).replace('\'', r"'\''");
    let line = call(stage)
        .trim_start_matches("envgate ")
        .trim_end_matches(" || exit $?");
    format!(
        "#!/bin/sh\n{MARK}\nprogram='{program}'\ncase \"$(command -v envgate)\" in\n'' | *node_modules*) [ ! -x \"$program\" ] || exec \"$program\" {line} ;;\nesac\nexec envgate {line}\n"
    )
}
