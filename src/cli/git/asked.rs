//! Questions to git, and how its answers are parsed.

use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::OnceLock;

use crate::terminal::Problem;
use crate::{discover, host};

pub(super) fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new("git");
    // `LC_ALL`: messages are not translated. `GIT_OPTIONAL_LOCKS`: a check needs no lock. The rest: an object is read as it is committed
    // and pushed, not as `git replace` shows it on this machine, and its parents are the ones it names, not those in a file of grafts.
    command
        .args(arguments)
        .env("LC_ALL", "C")
        .env("GIT_OPTIONAL_LOCKS", "0")
        .env("GIT_NO_REPLACE_OBJECTS", "1")
        .env("GIT_GRAFT_FILE", "/dev/null");
    // Magit and others set these for the command that the user runs. They must not change how our own commands read their paths.
    for reading in ["LITERAL", "GLOB", "NOGLOB", "ICASE"] {
        command.env_remove(format!("GIT_{reading}_PATHSPECS"));
    }
    if let WorkTree::At(top) = work_tree() {
        command.env(WORK_TREE_IS, top);
    }
    command
}

/// What git has to be told of the work tree.
enum WorkTree {
    /// Nothing: git finds it.
    Known,
    At(PathBuf),
    /// It is neither here nor above.
    Nowhere,
}

fn work_tree() -> &'static WorkTree {
    static WORK_TREE: OnceLock<WorkTree> = OnceLock::new();
    WORK_TREE.get_or_init(|| unnamed_work_tree().unwrap_or(WorkTree::Known))
}

/// Refuses a folder outside of the work tree, which git would mistake for it: no env file would be found there.
pub(super) fn refuse_nowhere() -> Result<(), Problem> {
    if !matches!(work_tree(), WorkTree::Nowhere) {
        return Ok(());
    }
    let problem = Problem::new("this folder is outside of the work tree, so its env files can't be found");
    Err(problem.help("does the hook go to another folder? Run envgate in the one in which git starts it"))
}

/// The same, run in another folder; git uses the repository of that folder.
pub(super) fn command_in(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = command(arguments);
    command.current_dir(folder).stdin(Stdio::null());
    // The variable that corrects git about the current folder would make it take this folder for the whole work tree.
    if host::variable(WORK_TREE_IS).is_none() && host::exists(Path::new(".git")) {
        command.env_remove(FOLDER_IS);
    }
    command
}

const FOLDER_IS: &str = "GIT_DIR";
const WORK_TREE_IS: &str = "GIT_WORK_TREE";

/// Where the work tree is, if git would mistake the current folder for it. In some repositories, such as those of `git worktree add`, git
/// tells a hook where its own folder is, but not where the work tree is; a hook that changes to another folder would then find no env file
/// on the disk.
fn unnamed_work_tree() -> Option<WorkTree> {
    let folder = PathBuf::from(host::variable(FOLDER_IS)?);
    // In the top folder, git is not mistaken; a hook of a server runs in git's own folder.
    if folder == Path::new(".") || host::exists(Path::new(".git")) {
        return None;
    }
    if let Some(named) = host::variable(WORK_TREE_IS) {
        return (Path::new(&named) == Path::new(".")).then(around).flatten();
    }
    let mut asked = Command::new("git");
    asked.args(["rev-parse", "--show-toplevel", "--absolute-git-dir"]);
    let output = asked.env_remove(FOLDER_IS).stderr(Stdio::null()).output().ok()?;
    let mut lines = trimmed(&output.stdout).rsplitn(2, |byte| *byte == b'\n');
    let [its, top] = [(); 2].map(|()| path_of(trimmed(lines.next().unwrap_or_default())));
    // The repository that encloses this folder may not be the one that is meant.
    let is_meant = output.status.success() && host::canonical(&its) == host::canonical(&folder);
    if is_meant { Some(WorkTree::At(top)) } else { around() }
}

/// The folder here or above that has the files of the index. Where a hook is told that the work tree is `.`, that is the folder in which git started
/// it, whatever its full name was (`git --work-tree=$HOME`), and it may have gone to another one.
fn around() -> Option<WorkTree> {
    let mut asked = Command::new("git");
    asked.args(["ls-files", "-z", "--full-name"]).stderr(Stdio::null());
    let listed = asked.output().ok()?.stdout;
    let mut best = (0, WorkTree::Nowhere);
    for folder in discover::absolute(Path::new("")).ancestors() {
        let there = records(&listed).filter(|path| host::exists(&folder.join(path_of(path))));
        let count = there.count();
        if count > best.0 {
            best = (count, WorkTree::At(folder.to_owned()));
        }
    }
    (!listed.is_empty()).then_some(best.1)
}

/// A question to git that is being answered.
pub(super) struct Asked {
    what: String,
    pub(super) child: Child,
}

impl Asked {
    pub(super) fn start(arguments: &[&str]) -> Result<Asked, Problem> {
        Asked::spawn(arguments[0], command(arguments).stdin(Stdio::null()))
    }

    pub(super) fn spawn(what: &str, command: &mut Command) -> Result<Asked, Problem> {
        let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
        Ok(Asked {
            what: what.to_owned(),
            child: child.map_err(|error| missing(error.kind()))?,
        })
    }

    /// Waits for git and returns everything that it printed.
    pub(super) fn output(self) -> Result<Output, Problem> {
        self.child.wait_with_output().map_err(|error| missing(error.kind()))
    }

    /// Returns git's answer, unless it refused.
    pub(super) fn answer(self) -> Result<Vec<u8>, Problem> {
        let what = self.what.clone();
        let output = self.output()?;
        if output.status.success() {
            Ok(output.stdout)
        } else {
            Err(refused(&what, &output))
        }
    }
}

/// Runs git and returns what it printed.
pub(super) fn git(arguments: &[&str]) -> Result<Vec<u8>, Problem> {
    Asked::start(arguments)?.answer()
}

/// Runs git with something on its standard input, and returns what it printed.
pub(super) fn git_with(arguments: &[&str], input: &str) -> Result<Vec<u8>, Problem> {
    let mut asked = Asked::spawn(arguments[0], command(arguments).stdin(Stdio::piped()))?;
    let stdin = asked.child.stdin.take();
    // It answers while it is asked.
    std::thread::scope(|scope| {
        scope.spawn(|| stdin.map(|mut stdin| stdin.write_all(input.as_bytes())));
        asked.answer()
    })
}

/// The problem that git reported.
pub(super) fn refused(asked: &str, output: &Output) -> Problem {
    let said = String::from_utf8_lossy(&output.stderr);
    // Git's advice comes before the error, and is about its own files.
    let mut lines = said
        .lines()
        .filter(|line| !line.trim().is_empty() && !line.starts_with("hint:"));
    let line = lines.next().unwrap_or("it said nothing");
    let line = line.trim_start_matches("fatal: ").trim_start_matches("error: ");
    let problem = Problem::new(format!("git {asked}: {line}"));
    // For a repository of another user, such as one that is mounted into a container, git names the setting that allows it.
    if let Some(exception) = said
        .lines()
        .find(|line| line.contains("config --global --add safe.directory"))
    {
        return problem.help(exception.trim());
    }
    // With this code, git says that it does not understand its arguments.
    if output.status.code() == Some(129) {
        return problem.help("is this git older than 2.24? envgate needs that or a later one");
    }
    problem
}

pub(super) fn missing(kind: ErrorKind) -> Problem {
    match kind {
        ErrorKind::NotFound => Problem::new("git is not installed, or not on the PATH"),
        kind => Problem::new(format!("git can't be run: {kind}")),
    }
}

pub(super) fn records(output: &[u8]) -> impl Iterator<Item = &[u8]> {
    output.split(|byte| *byte == 0).filter(|record| !record.is_empty())
}

pub(super) fn trimmed(mut output: &[u8]) -> &[u8] {
    while let [rest @ .., b'\n' | b'\r'] = output {
        output = rest;
    }
    output
}

/// A path within the work tree as git writes it.
pub(super) fn bytes_of(inside: &Path) -> Vec<u8> {
    let mut bytes = Vec::new();
    for component in inside.components() {
        if !bytes.is_empty() {
            bytes.push(b'/');
        }
        bytes.extend_from_slice(component.as_os_str().as_encoded_bytes());
    }
    bytes
}

#[cfg(unix)]
pub(super) fn path_of(bytes: &[u8]) -> PathBuf {
    use std::os::unix::ffi::OsStrExt;
    PathBuf::from(std::ffi::OsStr::from_bytes(bytes))
}

#[cfg(not(unix))]
pub(super) fn path_of(bytes: &[u8]) -> PathBuf {
    PathBuf::from(String::from_utf8_lossy(bytes).into_owned())
}
