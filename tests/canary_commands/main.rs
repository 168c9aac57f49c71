//! No command of the program prints a piece of a value, nor writes one to a file: each is run in every format and with every option on a project with a
//! secret wherever something can stand (`project.txt`).
//!
//! The program itself lists its commands, options and formats (`program.rs`): a new one must be added to `lines.rs`, or the test fails. What a file
//! held before, it may keep, since `fix` rewrites env files.

#![cfg(all(feature = "cli", unix))]

mod lines;
mod planted;
mod program;
mod project;
#[path = "../support/mod.rs"]
mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;
use std::thread;

use planted::Planted;
use project::{Process, Project, Run};

#[test]
fn no_command_prints_or_writes_a_piece_of_a_value() {
    let mut planted = Planted::new();
    let process = Process::new(&mut planted);
    let lines = lines::all(&program::commands());
    let (next, seen) = (Mutex::new(lines.iter()), Mutex::new(Seen::default()));
    let workers = thread::available_parallelism().map_or(2, usize::from);
    thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|| {
                let project = Project::new(&planted);
                loop {
                    let Some(line) = next.lock().unwrap().next() else { break };
                    let run = project.run(line, &process);
                    let wrong = project.leaks(&run, &planted);
                    seen.lock().unwrap().add(line, &run, wrong);
                }
            });
        }
    });
    let seen = seen.into_inner().unwrap();
    assert!(
        seen.wrong.is_empty(),
        "{} of {}:\n\n{}",
        seen.wrong.len(),
        lines.len(),
        seen.wrong.join("\n\n")
    );
    // If this fails, the commands are silent for the wrong reason.
    assert!(
        seen.failed.is_empty(),
        "these did their job in no run: {:#?}",
        seen.failed
    );
    assert!(seen.rules.len() > 30, "these rules spoke: {:?}", seen.rules);
}

/// What was seen of all runs.
#[derive(Default)]
struct Seen {
    wrong: Vec<String>,
    /// Commands that did their job at least once, and what others said last.
    done: BTreeSet<&'static str>,
    failed: BTreeMap<&'static str, String>,
    rules: BTreeSet<String>,
}

impl Seen {
    fn add(&mut self, line: &str, run: &Run, mut wrong: Vec<String>) {
        let (stdout, stderr) = (
            String::from_utf8_lossy(&run.stdout),
            String::from_utf8_lossy(&run.stderr),
        );
        if stderr.contains("Usage: envgate") {
            wrong.push(format!("this is no command line: {stderr}"));
        }
        let command = lines::command(line);
        match run.code {
            Some(0 | 1) => {
                self.failed.remove(command);
                self.done.insert(command);
            }
            Some(2) if self.done.contains(command) => {}
            Some(2) => drop(self.failed.insert(command, stderr.clone().into_owned())),
            code => wrong.push(format!("it ended with {code:?}: {stderr}")),
        }
        let spoken = stdout
            .lines()
            .filter_map(|line| line.split_once('[')?.1.split_once(']'));
        self.rules.extend(
            spoken
                .map(|(rule, _)| rule.to_owned())
                .filter(|rule| envgate::check::rules::find(rule).is_some()),
        );
        self.wrong
            .extend(wrong.into_iter().map(|wrong| format!("envgate {line}\n{wrong}")));
    }
}
