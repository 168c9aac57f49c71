//! `envgate hook install`: a hook for plain git. An existing hook is kept.

use std::io::ErrorKind;
use std::path::Path;

use crate::args::InstallArguments;
use crate::git::Repository;
use crate::host::{self, Refusal};
use crate::terminal::{self, Problem, complain, note};
use crate::{FAILED, discover, read, write};

/// A line in every hook that envgate writes, by which it recognises its own.
const MARK: &str = "# Installed by `envgate hook install`.";

/// A hook manager: a program that writes git's hooks itself and runs what its own configuration names.
struct Manager {
    name: &'static str,
    /// Its configuration files, or the folder with its hooks. A project that has one of them uses this manager.
    files: &'static [&'static str],
    configuration: Configuration,
    /// What tells a hook that it wrote from others.
    trace: Trace,
    /// Whether the hooks that were there before are no longer run once it is set up.
    takes_over: bool,
}

/// How a manager is told which commands to run.
enum Configuration {
    /// A script for each stage, in the folder.
    Scripts,
    /// A file that names stages, and under each the commands to run.
    CommandsByStage,
    /// A file that names hooks by id. Which stage a hook belongs to is written in `.pre-commit-hooks.yaml`.
    HookIds,
}

/// What tells a hook that a manager wrote from others.
enum Trace {
    /// This text is in it.
    Text(&'static str),
    /// It is in this folder; its text says nothing.
    Folder(&'static str),
}

const MANAGERS: &[Manager] = &[
    Manager {
        name: "husky",
        files: &[".husky"],
        configuration: Configuration::Scripts,
        trace: Trace::Folder(".husky/_"),
        takes_over: true,
    },
    Manager {
        name: "lefthook",
        files: &[
            "lefthook.yml",
            "lefthook.yaml",
            ".lefthook.yml",
            ".lefthook.yaml",
            "lefthook.toml",
        ],
        configuration: Configuration::CommandsByStage,
        trace: Trace::Text("lefthook"),
        takes_over: true,
    },
    Manager {
        name: "pre-commit",
        files: &[".pre-commit-config.yaml"],
        configuration: Configuration::HookIds,
        trace: Trace::Text("pre-commit.com"),
        takes_over: false,
    },
    Manager {
        name: "prek",
        files: &["prek.toml", ".pre-commit-config.yaml", ".pre-commit-config.yml"],
        configuration: Configuration::HookIds,
        trace: Trace::Text("j178/prek"),
        takes_over: false,
    },
];

impl Manager {
    /// Whether this manager wrote the hook at `path`.
    fn wrote(&self, path: &Path, text: &str) -> bool {
        match self.trace {
            Trace::Text(trace) => text.contains(trace),
            Trace::Folder(trace) => path.parent().is_some_and(|folder| folder.ends_with(trace)),
        }
    }

    /// Its configuration in this project, if there is any.
    fn file(&self, top: &Path) -> Option<&'static str> {
        self.files.iter().copied().find(|file| host::exists(&top.join(file)))
    }

    /// The file that tells it to run envgate at a stage; `None` if none does.
    fn runs_envgate(&self, top: &Path, stage: &str) -> Option<String> {
        let file = self.file(top)?;
        let place = match self.configuration {
            Configuration::Scripts => format!("{file}/{stage}"),
            Configuration::CommandsByStage | Configuration::HookIds => file.to_owned(),
        };
        let text = read::file(&top.join(&place), &place).ok()?;
        let text = String::from_utf8_lossy(&text);
        let is_named = match self.configuration {
            Configuration::Scripts => names(&text, "envgate"),
            Configuration::CommandsByStage => names(&text, "envgate") && names(&text, stage),
            Configuration::HookIds if stage == "commit-msg" => names(&text, "envgate-commit-msg"),
            Configuration::HookIds => names(&text, "envgate"),
        };
        is_named.then_some(place)
    }

    /// What to do so that it runs envgate at a stage.
    fn help(&self, file: &str, stage: &str) -> String {
        let call = call(stage);
        match self.configuration {
            Configuration::Scripts => format!("echo '{call}' >> {file}/{stage}"),
            Configuration::HookIds => format!("name the hook in {file}, see docs/hook.md"),
            Configuration::CommandsByStage => format!(
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
        // Git has a hook of its own for a merge that it commits itself, and one for `git am`.
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
            Err(Refusal::Failed(ErrorKind::AlreadyExists)) if host::kind(&path) == Err(ErrorKind::NotFound) => {
                let problem = Problem::new(format!(
                    "{name} is a link that leads nowhere, so git runs nothing there"
                ));
                kept.push(problem.help("remove it, and run this again"));
            }
            Err(Refusal::Failed(ErrorKind::AlreadyExists)) => {
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
        let hook = repository.hook("pre-commit")?;
        note_takeover(&repository.top, &hook);
        note_shared(&repository, &hook);
    }
    kept.iter().for_each(complain);
    Ok(terminal::print(&said, if kept.is_empty() { 0 } else { FAILED }))
}

/// What to say about a hook that was there before; a problem unless it is known to run envgate.
fn existing(top: &Path, path: &Path, text: &str, stage: &str) -> Result<String, Problem> {
    let name = discover::shown(path);
    let is_ours = text.contains(MARK);
    let manager = MANAGERS.iter().find(|manager| manager.wrote(path, text));
    let caller = match manager {
        Some(manager) => manager.runs_envgate(top, stage),
        None => (!is_ours && names(text, "envgate hook")).then(|| name.clone()),
    };
    if (is_ours || caller.is_some()) && !host::may_be_run(path) {
        let problem = Problem::new(format!("{name} is not executable, so git ignores it"));
        return Err(problem.help(format!("chmod +x {name}")));
    }
    if is_ours {
        return Ok(format!("{name}: installed before\n"));
    }
    if let Some(place) = caller {
        return Ok(format!("{place}: runs envgate already\n"));
    }
    let Some(manager) = manager else {
        let problem = Problem::new(format!("{name} already exists and is kept as it is"));
        return Err(problem.help(format!("add this line to it: {}", call(stage))));
    };
    // A manager writes a hook for every stage, and few projects apply patches from mails, so this one is not worth a problem.
    if stage == "pre-applypatch" {
        return Ok(String::new());
    }
    let problem = Problem::new(format!(
        "{name} was written by {}, which would overwrite a change to it",
        manager.name
    ));
    let file = manager.file(top).unwrap_or(manager.files[0]);
    Err(problem.help(manager.help(file, stage)))
}

/// Whether a line that is not a comment names this.
fn names(text: &str, word: &str) -> bool {
    let mut lines = text.lines().filter(|line| !line.trim_start().starts_with('#'));
    lines.any(|line| line.contains(word))
}

/// Warns of a manager that is not set up yet: once it is, git would silently stop running the hooks that were just installed.
fn note_takeover(top: &Path, hook: &Path) {
    for manager in MANAGERS.iter().filter(|manager| manager.takes_over) {
        let is_other =
            |file: &&str| !hook.starts_with(top.join(file)) && manager.runs_envgate(top, "pre-commit").is_none();
        if let Some(file) = manager.file(top).filter(is_other) {
            let help = manager.help(file, "pre-commit");
            note(&format!(
                "once {} is set up, git does not run these hooks any more: {help}",
                manager.name
            ));
        }
    }
}

/// Warns if other repositories run the same hooks: most of them have no schema.
fn note_shared(repository: &Repository, hook: &Path) {
    let real = host::canonical(hook);
    let is_here = |folder: &Path| hook.starts_with(folder) || real.starts_with(host::canonical(folder));
    if !is_here(&repository.top) && !is_here(&repository.git) {
        let folder = discover::shown(hook.parent().unwrap_or(hook));
        note(&format!(
            "every repository whose core.hooksPath is {folder} runs these hooks, and without an {} it can commit nothing; `git config core.hooksPath {}` sets up others for this one",
            discover::SCHEMA,
            discover::shown(&repository.git.join("hooks"))
        ));
    }
}

/// The line that runs envgate in the hook of a stage. `|| exit $?`, because a shell goes on after a command that failed.
fn call(stage: &str) -> &'static str {
    match stage {
        "pre-receive" => "envgate hook --pre-receive || exit $?",
        "pre-push" => "envgate hook --pre-push --remote \"$1\" || exit $?",
        "commit-msg" => "envgate hook --commit-msg \"$1\" || exit $?",
        _ => "envgate hook || exit $?",
    }
}

/// The text of a hook. If it finds no envgate, it fails, and with it the commit, which would otherwise pass unchecked.
///
/// A script of npm puts the programs of installed packages first in `PATH`, and the `envgate` of our package only hands `hook` on to a
/// native program. So the program that wrote the hook takes precedence over one in `node_modules`.
fn script(stage: &str) -> String {
    let program = discover::shown(&host::program()).replace('\'', r"'\''");
    let line = call(stage)
        .trim_start_matches("envgate ")
        .trim_end_matches(" || exit $?");
    format!(
        "#!/bin/sh\n{MARK}\nprogram='{program}'\ncase \"$(command -v envgate)\" in\n'' | *node_modules*) [ ! -x \"$program\" ] || exec \"$program\" {line} ;;\nesac\nexec envgate {line}\n"
    )
}
