//! `envgate hook install`: a hook for plain git. An existing hook is kept.

use crate::args::InstallArguments;
use crate::git::Repository;
use crate::host::{self, Refusal};
use crate::terminal::{self, Problem, complain};
use crate::{FAILED, discover, read};

/// Identifies our hooks.
const MARK: &str = "# Installed by `envgate hook install`.";

/// Runs the subcommand.
pub(crate) fn run(arguments: &InstallArguments) -> Result<u8, Problem> {
    let (repository, mut stages) = if arguments.pre_receive {
        (Repository::of_server()?, vec!["pre-receive"])
    } else {
        // A merge that git commits by itself asks another hook.
        (Repository::open()?, vec!["pre-commit", "pre-merge-commit"])
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
                if String::from_utf8_lossy(&there).contains(MARK) && !host::may_be_run(&path) {
                    let problem = Problem::new(format!("{name} may not be run, so git passes it over"));
                    kept.push(problem.help(format!("chmod +x {name}")));
                } else if String::from_utf8_lossy(&there).contains(MARK) {
                    said.push_str(&format!("{name}: installed before\n"));
                } else {
                    let problem = Problem::new(format!("{name} already exists and is kept as it is"));
                    kept.push(problem.help(format!("add this line to it: {}", call(stage))));
                }
            }
            Err(refusal) => return Err(read::worded(refusal, &name)),
        }
    }
    kept.iter().for_each(complain);
    Ok(terminal::print(&said, if kept.is_empty() { 0 } else { FAILED }))
}

fn call(stage: &str) -> &'static str {
    match stage {
        "pre-receive" => "envgate hook --pre-receive || exit $?",
        "pre-push" => "envgate hook --pre-push --remote \"$1\" || exit $?",
        "commit-msg" => "envgate hook --commit-msg \"$1\" || exit $?",
        _ => "envgate hook || exit $?",
    }
}

/// A hook that can't find the program stops the commit: it does not let it pass unchecked.
fn script(stage: &str) -> String {
    let program = discover::shown(&host::program()).replace('\'', r"'\''");
    let line = call(stage)
        .trim_start_matches("envgate ")
        .trim_end_matches(" || exit $?");
    format!(
        "#!/bin/sh\n{MARK}\nif command -v envgate >/dev/null 2>&1; then\n  exec envgate {line}\nfi\nexec '{program}' {line}\n"
    )
}
