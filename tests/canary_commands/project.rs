//! The project in a repository, command lines run in it, and what they let out.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::planted::Planted;
use crate::support::Folder;

/// The variables of the process.
pub(crate) struct Process(Vec<(String, String)>);

impl Process {
    pub(crate) fn new(planted: &mut Planted) -> Process {
        let mut variables = Vec::new();
        for key in ["DATABASE_URL", "SMTP_PASSWORD", "PORT", "NOT_DECLARED"] {
            variables.push((key.to_owned(), planted.plant(&format!("the variable {key}"))));
        }
        variables.push((planted.plant("the name of a variable"), "x".to_owned()));
        variables.push(("APP_ENV".to_owned(), "production".to_owned()));
        Process(variables)
    }
}

/// What came of a command line.
pub(crate) struct Run {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: Vec<u8>,
    pub(crate) stderr: Vec<u8>,
}

/// A copy of the project, in a repository.
pub(crate) struct Project {
    folder: Folder,
    files: BTreeMap<PathBuf, Vec<u8>>,
}

impl Project {
    pub(crate) fn new(planted: &Planted) -> Project {
        let folder = Folder::with_repository();
        for (path, text) in &planted.files {
            folder.write(path, text);
        }
        folder.git(&["add", "--all"]);
        folder.git(&["commit", "--quiet", "--message", "first"]);
        // The second commit has other values, and the index and the work tree have others again, on other lines.
        let turned = |turns: usize| {
            for (path, text) in planted.files.iter().filter(|(path, _)| path.starts_with(".env")) {
                let mut lines: Vec<&[u8]> = text.split_inclusive(|byte| *byte == b'\n').collect();
                let middle = turns.min(lines.len());
                lines.rotate_left(middle);
                folder.write(path, lines.concat());
            }
            folder.git(&["add", "--all"]);
        };
        turned(2);
        folder.git(&["commit", "--quiet", "--message", "second"]);
        turned(1);
        for (path, text) in &planted.files {
            folder.write(path, text);
        }
        let head = folder.git(&["rev-parse", "HEAD"]);
        folder.write(
            "out/pushed",
            format!("refs/heads/main {head} refs/heads/main {}\n", "0".repeat(40)),
        );
        folder.write("out/received", format!("{} {head} refs/heads/new\n", "0".repeat(40)));
        let files = files(&folder.0);
        Project { folder, files }
    }

    pub(crate) fn run(&self, line: &str, process: &Process) -> Run {
        let (words, input) = line
            .split_once(" < ")
            .map_or((line, None), |(words, input)| (words, Some(input)));
        let words: Vec<&str> = words.split(' ').collect();
        let mut command = self.folder.envgate(&words);
        command
            .envs(process.0.iter().map(|(name, value)| (name, value)))
            .env("GITHUB_STEP_SUMMARY", "out/summary.md")
            .stdin(input.map_or_else(Stdio::null, |input| {
                File::open(self.folder.0.join(input)).unwrap().into()
            }))
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        if words[0] == "review" {
            served(command)
        } else {
            ended(command)
        }
    }

    /// What a run let out; afterwards all files are as they were.
    pub(crate) fn leaks(&self, run: &Run, planted: &Planted) -> Vec<String> {
        let mut wrong = Vec::new();
        let mut told = |whence: &str, (place, around): (&str, String)| {
            wrong.push(format!(
                "{whence} holds a piece of what is planted at {place}:\n{around}"
            ));
        };
        for (whence, text) in [("standard output", &run.stdout), ("standard error", &run.stderr)] {
            if let Some(leak) = planted.leaked(text) {
                told(whence, leak);
            }
        }
        let now = files(&self.folder.0);
        for (path, text) in now.iter().filter(|(path, text)| self.files.get(*path) != Some(text)) {
            let before = self.files.get(path).map(|text| planted.held(text)).unwrap_or_default();
            for index in planted.held(text).difference(&before) {
                told(&path.display().to_string(), (planted.place(*index), String::new()));
            }
        }
        for path in now.keys().filter(|path| !self.files.contains_key(*path)) {
            fs::remove_file(self.folder.0.join(path)).unwrap();
        }
        for (path, text) in self.files.iter().filter(|(path, text)| now.get(*path) != Some(text)) {
            self.folder.write(path, text);
        }
        wrong
    }
}

/// A program that ends by itself.
fn ended(mut command: Command) -> Run {
    let output = command.output().unwrap();
    Run {
        code: output.status.code(),
        stdout: output.stdout,
        stderr: output.stderr,
    }
}

/// A page that is being served; it is ended once it has printed its address.
fn served(mut command: Command) -> Run {
    let mut child = command.spawn().unwrap();
    let (mut stdout, mut stderr) = (String::new(), Vec::new());
    let mut reader = BufReader::new(child.stdout.take().unwrap());
    let mut code = None;
    while reader.read_line(&mut stdout).unwrap() > 0 {
        if stdout.contains("The address works once") {
            child.kill().unwrap();
            code = Some(0);
        }
    }
    child.stderr.take().unwrap().read_to_end(&mut stderr).unwrap();
    let status = child.wait().unwrap();
    Run {
        code: code.or(status.code()),
        stdout: stdout.into_bytes(),
        stderr,
    }
}

/// All files below a folder, but for what git keeps for itself.
fn files(root: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut files = BTreeMap::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                let hooks = folder.ends_with(".git") && !path.ends_with("hooks");
                folders.extend((!hooks).then_some(path));
            } else if !folder.ends_with(".git") {
                files.insert(path.strip_prefix(root).unwrap().to_owned(), fs::read(&path).unwrap());
            }
        }
    }
    files
}
