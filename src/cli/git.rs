//! git, asked by its own program with the environment that it was started with: so that its index is the one meant (`git commit -- PATH`
//! has one of its own), and its configuration holds.
//!
//! Paths are bytes, and are taken apart at NUL. Nothing here reads the work tree.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsStr;
use std::io::{BufRead, BufReader, ErrorKind, Read, Write};
use std::path::{Component, Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Output, Stdio};

use envgate::rotation;
use envgate::rotation::git::Blame;

use crate::discover;
use crate::host::{Kind, Refusal, View};
use crate::terminal::Problem;

/// The tree of a commit that has no parent.
const EMPTY_TREE: &str = "4b825dc642cb6eb9a060e54bf8d69288fbee4904";

/// The name of an object, as git writes it.
pub(crate) type Id = String;

/// A repository with a work tree.
#[derive(Debug)]
pub(crate) struct Repository {
    /// The folder of the work tree.
    pub(crate) top: PathBuf,
    /// The last commit, or the tree of nothing before the first.
    head: Id,
}

impl Repository {
    /// The one of the current folder.
    ///
    /// # Errors
    /// When git is missing or finds none.
    pub(crate) fn open() -> Result<Repository, Problem> {
        // One question, since each costs a process. Before the first commit, only the second half of it fails.
        let asked = output(&["rev-parse", "--show-toplevel", "HEAD"])?;
        let told = trimmed(&asked.stdout);
        let (top, head) = told.split_once('\n').unwrap_or((told, ""));
        if top.is_empty() {
            let problem = refused("rev-parse", &asked);
            return Err(problem.help("run it in the work tree of a git repository"));
        }
        Ok(Repository {
            top: path(top),
            head: if asked.status.success() { head } else { EMPTY_TREE }.to_owned(),
        })
    }

    /// The index: what the next commit will be.
    ///
    /// # Errors
    /// When git can't read it, or a merge in it is not resolved.
    pub(crate) fn index(&self) -> Result<Tree, Problem> {
        let listed = git(&["ls-files", "--stage", "-z", "--full-name", ":/"])?;
        let mut tree = Tree::new(&self.top);
        let mut unmerged = BTreeSet::new();
        for record in records(&listed) {
            // 100644 OBJECT 0<tab>PATH
            let Some((head, path)) = split_once(record, b'\t') else {
                continue;
            };
            let mut words = head.split(|byte| *byte == b' ').map(String::from_utf8_lossy);
            let (Some(mode), Some(id), Some(stage)) = (words.next(), words.next(), words.next()) else {
                continue;
            };
            if stage != "0" {
                unmerged.insert(String::from_utf8_lossy(path).into_owned());
            }
            tree.add(path, Mode::of(&mode), id.into_owned());
        }
        if let Some(first) = unmerged.first() {
            let more = if unmerged.len() > 1 {
                format!(" and {} more", unmerged.len() - 1)
            } else {
                String::new()
            };
            let problem = Problem::new(format!(
                "{first}{more}: a merge is not resolved, so there is nothing to check yet"
            ));
            return Err(problem.help("resolve it and `git add` it"));
        }
        Ok(tree)
    }

    /// The commit that a revision means.
    ///
    /// # Errors
    /// When there is none.
    pub(crate) fn resolve(&self, revision: &str) -> Result<Id, Problem> {
        let asked = output(&[
            "rev-parse",
            "--verify",
            "--quiet",
            "--end-of-options",
            &format!("{revision}^{{commit}}"),
        ])?;
        if asked.status.success() {
            return Ok(trimmed(&asked.stdout).to_owned());
        }
        let problem = Problem::new(format!("git knows no revision {revision:?}, and there is no such file"));
        Err(problem.help("fetch it, if it is in another repository: a shallow clone has only the last commits"))
    }

    /// The commit in which two lines of history parted.
    ///
    /// # Errors
    /// When they have none in common, or one of them does not exist.
    pub(crate) fn merge_base(&self, one: &str, other: &str) -> Result<Id, Problem> {
        let [from, to] = [self.resolve(one)?, self.resolve(other)?];
        let asked = output(&["merge-base", "--end-of-options", &from, &to])?;
        if asked.status.success() {
            return Ok(trimmed(&asked.stdout).to_owned());
        }
        let problem = Problem::new(format!("{one} and {other} have no commit in common"));
        Err(problem.help("fetch more of the history: git fetch --unshallow"))
    }

    /// The tree of a commit.
    ///
    /// # Errors
    /// When there is no such commit.
    pub(crate) fn commit(&self, revision: &str) -> Result<Tree, Problem> {
        let listed = git(&["ls-tree", "-r", "-z", "--full-tree", "--end-of-options", revision])?;
        let mut tree = Tree::new(&self.top);
        for record in records(&listed) {
            // 100644 blob OBJECT<tab>PATH
            let Some((head, path)) = split_once(record, b'\t') else {
                continue;
            };
            let mut words = head.split(|byte| *byte == b' ').map(String::from_utf8_lossy);
            if let (Some(mode), Some(_), Some(id)) = (words.next(), words.next(), words.next()) {
                tree.add(path, Mode::of(&mode), id.into_owned());
            }
        }
        Ok(tree)
    }

    /// What the index adds to the last commit, or changes of it.
    ///
    /// # Errors
    /// When git can't tell.
    pub(crate) fn staged(&self) -> Result<Vec<Change>, Problem> {
        let raw = git(&[
            "diff-index",
            "--cached",
            "--raw",
            "-z",
            "--no-abbrev",
            "--no-renames",
            "--diff-filter=ACMT",
            &self.head,
            "--",
        ])?;
        Ok(changes(&raw))
    }

    /// What the commits of a range added or changed, each of them: what a later one took out again is pushed all the same. Without
    /// `from`, all that no remote has.
    ///
    /// # Errors
    /// When git knows no such commits.
    pub(crate) fn pushed(&self, from: Option<&str>, to: &str) -> Result<Vec<Change>, Problem> {
        let mut arguments = vec![
            "log",
            "--raw",
            "-z",
            "--no-abbrev",
            "--no-renames",
            "--diff-filter=ACMT",
            "--format=",
            "-m",
            "--root",
        ];
        let range = from.map_or_else(|| to.to_owned(), |from| format!("{from}..{to}"));
        arguments.push(&range);
        if from.is_none() {
            arguments.extend(["--not", "--remotes"]);
        }
        arguments.push("--");
        let mut all = changes(&git(&arguments)?);
        all.sort();
        all.dedup();
        Ok(all)
    }

    /// Which of these files git ignores.
    ///
    /// # Errors
    /// When git can't tell.
    pub(crate) fn ignored(&self, paths: &[PathBuf]) -> Result<BTreeSet<PathBuf>, Problem> {
        if paths.is_empty() {
            return Ok(BTreeSet::new());
        }
        let mut input = Vec::new();
        for one in paths {
            input.extend_from_slice(one.as_os_str().as_encoded_bytes());
            input.push(0);
        }
        let mut child = command(&["check-ignore", "-z", "--stdin", "--no-index"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|error| missing(error.kind()))?;
        if let Some(mut stdin) = child.stdin.take() {
            let _ = stdin.write_all(&input);
        }
        let output = child.wait_with_output().map_err(|error| missing(error.kind()))?;
        // 1: none of them.
        match output.status.code() {
            Some(0 | 1) => Ok(records(&output.stdout).map(path_of).collect()),
            _ => Err(Problem::new("git can't tell which files it ignores")),
        }
    }

    /// Where git looks for a hook.
    ///
    /// # Errors
    /// When git can't tell.
    pub(crate) fn hook(&self, name: &str) -> Result<PathBuf, Problem> {
        let found = git(&["rev-parse", "--git-path", &format!("hooks/{name}")])?;
        Ok(discover::absolute(&path(trimmed(&found))))
    }
}

/// When the lines of a file were last changed, by the commits that did so; none of a file that git does not know, nor in a shallow
/// clone, where every line seems to be as young as the clone.
///
/// # Errors
/// When git can't be run.
pub(crate) fn blame(path: &Path) -> Result<Vec<Blame>, Problem> {
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    let name = path.file_name().unwrap_or_default();
    let ask = |arguments: &[&str], file: Option<&OsStr>| {
        let mut command = Command::new("git");
        command
            .arg("-C")
            .arg(folder)
            .args(arguments)
            .env("LC_ALL", "C")
            .stdin(Stdio::null());
        command.args(file).output().map_err(|error| missing(error.kind()))
    };
    let shallow = ask(&["rev-parse", "--is-shallow-repository"], None)?;
    let blamed = ask(&["blame", "-w", "--line-porcelain", "--"], Some(name))?;
    if !shallow.status.success() || !blamed.status.success() {
        return Ok(Vec::new());
    }
    let is_shallow = trimmed(&shallow.stdout) != "false";
    Ok(rotation::git::blame(
        &String::from_utf8_lossy(&blamed.stdout),
        is_shallow,
    ))
}

/// A file that a commit adds or changes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Change {
    /// Its path, from the top of the work tree.
    pub(crate) path: PathBuf,
    /// Its content.
    pub(crate) id: Id,
}

/// `:100644 100644 OLD NEW M<NUL>PATH<NUL>`, once a file.
fn changes(raw: &[u8]) -> Vec<Change> {
    let mut found = Vec::new();
    let mut words = records(raw);
    while let Some(head) = words.next() {
        // `git log` puts the end of an empty message in front.
        let head = String::from_utf8_lossy(head.trim_ascii_start());
        if !head.starts_with(':') {
            continue;
        }
        let Some(file) = words.next() else { break };
        let mut columns = head.split(' ').skip(1);
        if let (Some(mode), Some(_), Some(id)) = (columns.next(), columns.next(), columns.next())
            && Mode::of(mode) != Mode::Submodule
        {
            found.push(Change {
                path: path_of(file),
                id: id.to_owned(),
            });
        }
    }
    found
}

/// What an entry of a tree is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mode {
    File,
    Link,
    Submodule,
}

impl Mode {
    fn of(mode: &str) -> Mode {
        match mode {
            "120000" => Mode::Link,
            "160000" => Mode::Submodule,
            _ => Mode::File,
        }
    }
}

/// The files of a commit, or of the one to come.
pub(crate) struct Tree {
    top: PathBuf,
    /// By path from the top.
    entries: BTreeMap<PathBuf, (Mode, Id)>,
    folders: BTreeSet<PathBuf>,
    objects: RefCell<Option<Objects>>,
}

impl Tree {
    fn new(top: &Path) -> Tree {
        Tree {
            top: top.to_owned(),
            entries: BTreeMap::new(),
            folders: BTreeSet::from([PathBuf::new()]),
            objects: RefCell::new(None),
        }
    }

    fn add(&mut self, path: &[u8], mode: Mode, id: Id) {
        let path = path_of(path);
        for above in path.ancestors().skip(1) {
            if !self.folders.insert(above.to_owned()) {
                break;
            }
        }
        self.entries.insert(path, (mode, id));
    }

    /// The paths of its files, from the top.
    pub(crate) fn files(&self) -> impl Iterator<Item = &Path> {
        self.entries.keys().map(PathBuf::as_path)
    }

    /// Hands the content of an object to `work`, piece by piece.
    ///
    /// # Errors
    /// When it is not here.
    pub(crate) fn stream<T>(
        &self,
        id: &str,
        work: impl FnOnce(u64, &mut dyn Read) -> std::io::Result<T>,
    ) -> Result<T, Refusal> {
        let mut objects = self.objects.borrow_mut();
        let running = match objects.take() {
            Some(running) => running,
            None => Objects::start()?,
        };
        let running = objects.insert(running);
        let size = running.ask(id)?;
        let mut content = running.stdout.by_ref().take(size);
        let result = work(size, &mut content);
        // What was left unread, and the line end behind it.
        let drained = std::io::copy(&mut content, &mut std::io::sink());
        let mut end = [0];
        let ended = running.stdout.read_exact(&mut end);
        drained?;
        ended?;
        Ok(result?)
    }

    /// The entry of a path on disk, after links; `None` for one outside of the work tree or within git's own folder.
    fn find(&self, path: &Path) -> Option<Result<Found<'_>, ErrorKind>> {
        let mut inside = discover::absolute(path).strip_prefix(&self.top).ok()?.to_owned();
        if inside.components().next() == Some(Component::Normal(OsStr::new(".git"))) {
            return None;
        }
        for _ in 0..40 {
            if self.folders.contains(&inside) {
                return Some(Ok(Found::Folder));
            }
            match self.entries.get(&inside) {
                None => return Some(Err(ErrorKind::NotFound)),
                Some((Mode::File, id)) => return Some(Ok(Found::File(id))),
                Some((Mode::Submodule, _)) => return Some(Ok(Found::Folder)),
                Some((Mode::Link, id)) => {
                    // The content of what is outside is not a part of the commit.
                    let target = self.target(id).ok()?;
                    let joined = self.top.join(&inside).parent()?.join(target);
                    match discover::absolute(&joined).strip_prefix(&self.top) {
                        Ok(next) => inside = next.to_owned(),
                        Err(_) => return Some(Err(ErrorKind::NotFound)),
                    }
                }
            }
        }
        Some(Err(ErrorKind::NotFound))
    }

    fn target(&self, id: &str) -> Result<PathBuf, Refusal> {
        let mut target = Vec::new();
        self.stream(id, |_, content| content.take(4096).read_to_end(&mut target))?;
        Ok(path_of(&target))
    }
}

enum Found<'t> {
    File(&'t str),
    Folder,
}

impl View for Tree {
    fn kind(&self, path: &Path) -> Option<Result<Kind, ErrorKind>> {
        Some(self.find(path)?.map(|found| match found {
            Found::File(_) => Kind::File,
            Found::Folder => Kind::Folder,
        }))
    }

    fn read(&self, path: &Path, limit: usize) -> Option<Result<Vec<u8>, Refusal>> {
        let id = match self.find(path)? {
            Ok(Found::File(id)) => id,
            Ok(Found::Folder) => return Some(Err(Refusal::Not(Kind::Folder))),
            Err(kind) => return Some(Err(kind.into())),
        };
        let mut bytes = Vec::new();
        let fits = self.stream(id, |size, content| {
            if size > limit as u64 {
                return Ok(false);
            }
            content.read_to_end(&mut bytes).map(|_| true)
        });
        Some(match fits {
            Ok(true) => Ok(bytes),
            Ok(false) => Err(Refusal::TooLarge),
            Err(refusal) => Err(refusal),
        })
    }
}

/// `git cat-file --batch`, which answers many questions.
struct Objects {
    child: Child,
    stdin: ChildStdin,
    stdout: BufReader<ChildStdout>,
}

impl Objects {
    fn start() -> Result<Objects, Refusal> {
        let mut child = command(&["cat-file", "--batch"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()?;
        let (Some(stdin), Some(stdout)) = (child.stdin.take(), child.stdout.take()) else {
            return Err(ErrorKind::BrokenPipe.into());
        };
        Ok(Objects {
            child,
            stdin,
            stdout: BufReader::with_capacity(1 << 16, stdout),
        })
    }

    /// The size of an object, whose content comes next.
    fn ask(&mut self, id: &str) -> Result<u64, Refusal> {
        writeln!(self.stdin, "{id}")?;
        let mut answer = String::new();
        self.stdout.read_line(&mut answer)?;
        // OBJECT blob SIZE, or OBJECT missing
        let size = answer.trim_end().rsplit(' ').next().and_then(|size| size.parse().ok());
        size.ok_or_else(|| ErrorKind::NotFound.into())
    }
}

impl Drop for Objects {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new("git");
    // What is printed for people is not translated, and a check needs no lock.
    command
        .args(arguments)
        .env("LC_ALL", "C")
        .env("GIT_OPTIONAL_LOCKS", "0");
    command
}

/// Runs git, and gives what it printed.
fn git(arguments: &[&str]) -> Result<Vec<u8>, Problem> {
    let output = output(arguments)?;
    if output.status.success() {
        Ok(output.stdout)
    } else {
        Err(refused(arguments[0], &output))
    }
}

fn output(arguments: &[&str]) -> Result<Output, Problem> {
    let run = command(arguments).stdin(Stdio::null()).output();
    run.map_err(|error| missing(error.kind()))
}

/// What git said against it.
fn refused(asked: &str, output: &Output) -> Problem {
    let said = String::from_utf8_lossy(&output.stderr);
    let line = said
        .lines()
        .find(|line| !line.trim().is_empty())
        .unwrap_or("it said nothing");
    Problem::new(format!("git {asked}: {}", line.trim_start_matches("fatal: ")))
}

fn missing(kind: ErrorKind) -> Problem {
    match kind {
        ErrorKind::NotFound => Problem::new("git is not installed, or not on the PATH"),
        kind => Problem::new(format!("git can't be run: {kind}")),
    }
}

fn records(output: &[u8]) -> impl Iterator<Item = &[u8]> {
    output.split(|byte| *byte == 0).filter(|record| !record.is_empty())
}

fn split_once(record: &[u8], at: u8) -> Option<(&[u8], &[u8])> {
    let found = record.iter().position(|byte| *byte == at)?;
    Some((&record[..found], &record[found + 1..]))
}

fn trimmed(output: &[u8]) -> &str {
    str::from_utf8(output)
        .unwrap_or_default()
        .trim_end_matches(['\n', '\r'])
}

fn path(text: &str) -> PathBuf {
    PathBuf::from(text)
}

#[cfg(unix)]
fn path_of(bytes: &[u8]) -> PathBuf {
    use std::os::unix::ffi::OsStrExt;
    PathBuf::from(OsStr::from_bytes(bytes))
}

#[cfg(not(unix))]
fn path_of(bytes: &[u8]) -> PathBuf {
    PathBuf::from(String::from_utf8_lossy(bytes).into_owned())
}
