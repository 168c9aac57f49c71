//! git, asked by its own program with the environment that it was started with: so that its index is the one meant (`git commit -- PATH`
//! has one of its own), and its configuration holds.
//!
//! Paths are bytes, and are taken apart at NUL. Nothing here reads the work tree.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::io::{BufRead, BufReader, ErrorKind, Read, Write};
use std::ops::Range;
use std::path::{Component, Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Output, Stdio};

use envgate::rotation;
use envgate::rotation::git::Blame;

use crate::discover;
use crate::host::{Kind, Refusal, View};
use crate::terminal::Problem;

/// The name of an object, as git writes it.
pub(crate) type Id = String;

/// A repository with a work tree.
#[derive(Debug)]
pub(crate) struct Repository {
    /// The folder of the work tree.
    pub(crate) top: PathBuf,
}

impl Repository {
    /// The one of the current folder.
    ///
    /// # Errors
    /// When git is missing or finds none.
    pub(crate) fn open() -> Result<Repository, Problem> {
        Repository::told(Asked::start(TOP)?)
    }

    fn told(asked: Asked) -> Result<Repository, Problem> {
        let output = asked.output()?;
        let top = path_of(trimmed(&output.stdout));
        if !output.status.success() || top.as_os_str().is_empty() {
            let problem = refused(TOP[0], &output);
            return Err(problem.help("run it in the work tree of a git repository"));
        }
        Ok(Repository { top })
    }

    /// The repository of the current folder, its index as the tree that the next commit will be, and what that adds to the last one or changes
    /// of it.
    ///
    /// # Errors
    /// When git is missing, finds no repository, can't read the index, or a merge in it is not resolved.
    pub(crate) fn staged() -> Result<(Repository, Tree, Vec<Change>), Problem> {
        // All questions at once: each is a process, which takes about as long to start as all that is done with its answer.
        let top = Asked::start(TOP)?;
        let listed = Asked::start(&["ls-files", "--stage", "-z", "--full-name", ":/"])?;
        let changed = Asked::start(&changed_since("HEAD"))?;
        let objects = Objects::start().ok();
        let repository = Repository::told(top)?;
        let tree = Tree::new(&repository.top, listed.answer()?, objects);
        tree.refuse_unmerged()?;
        let changed = match changed.answer() {
            Ok(changed) => changed,
            Err(problem) => {
                let head = Asked::start(&["rev-parse", "--verify", "--quiet", "HEAD"])?.output()?;
                if head.status.success() {
                    return Err(problem);
                }
                // Before the first commit all is new.
                let empty = git(&["hash-object", "-t", "tree", "--stdin"])?;
                git(&changed_since(&String::from_utf8_lossy(trimmed(&empty))))?
            }
        };
        Ok((repository, tree, changes(&changed)))
    }

    /// The commit that a revision means.
    ///
    /// # Errors
    /// When there is none.
    pub(crate) fn resolve(&self, revision: &str) -> Result<Id, Problem> {
        let asked = Asked::start(&[
            "rev-parse",
            "--verify",
            "--quiet",
            "--end-of-options",
            &format!("{revision}^{{commit}}"),
        ])?
        .output()?;
        if asked.status.success() {
            return Ok(String::from_utf8_lossy(trimmed(&asked.stdout)).into_owned());
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
        let asked = Asked::start(&["merge-base", "--end-of-options", &from, &to])?.output()?;
        if asked.status.success() {
            return Ok(String::from_utf8_lossy(trimmed(&asked.stdout)).into_owned());
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
        Ok(Tree::new(&self.top, listed, None))
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

    /// Asks which of these files git ignores.
    ///
    /// # Errors
    /// When git can't be run.
    pub(crate) fn ignored(paths: &[PathBuf]) -> Result<Ignored, Problem> {
        let mut command = command(&["check-ignore", "-z", "--stdin", "--no-index"]);
        let mut asked = Asked::spawn("check-ignore", command.stdin(Stdio::piped()))?;
        let mut input = Vec::new();
        for one in paths {
            input.extend_from_slice(one.as_os_str().as_encoded_bytes());
            input.push(0);
        }
        if let Some(mut stdin) = asked.child.stdin.take() {
            let _ = stdin.write_all(&input);
        }
        Ok(Ignored(asked))
    }

    /// Where git looks for a hook.
    ///
    /// # Errors
    /// When git can't tell.
    pub(crate) fn hook(&self, name: &str) -> Result<PathBuf, Problem> {
        let found = git(&["rev-parse", "--git-path", &format!("hooks/{name}")])?;
        Ok(discover::absolute(&path_of(trimmed(&found))))
    }
}

/// The files that git ignores, once it has said so; meanwhile there is other work.
pub(crate) struct Ignored(Asked);

impl Ignored {
    /// # Errors
    /// When git can't tell.
    pub(crate) fn paths(self) -> Result<BTreeSet<PathBuf>, Problem> {
        let output = self.0.output()?;
        // 1: none of them.
        match output.status.code() {
            Some(0 | 1) => Ok(records(&output.stdout).map(path_of).collect()),
            _ => Err(Problem::new("git can't tell which files it ignores")),
        }
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
    let is_shallow = trimmed(&shallow.stdout) != b"false";
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
            && Mode::of(mode.as_bytes()) != Mode::Submodule
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
    fn of(mode: &[u8]) -> Mode {
        match mode {
            b"120000" => Mode::Link,
            b"160000" => Mode::Submodule,
            _ => Mode::File,
        }
    }
}

/// The files of a commit, or of the one to come.
pub(crate) struct Tree {
    top: PathBuf,
    /// What git said of them, which the entries point into: of thousands hardly one is ever looked at.
    listed: Vec<u8>,
    /// By path from the top, byte by byte.
    entries: Vec<Entry>,
    objects: RefCell<Option<Objects>>,
}

#[derive(Clone)]
struct Entry {
    mode: Mode,
    is_merged: bool,
    id: Range<usize>,
    path: Range<usize>,
}

impl Entry {
    /// `100644 OBJECT 0<tab>PATH` of the index, or `100644 blob OBJECT<tab>PATH` of a commit, at `record` in what git said.
    fn read(listed: &[u8], record: Range<usize>) -> Option<Entry> {
        let text = &listed[record.clone()];
        let tab = memchr::memchr(b'\t', text)?;
        let mut spaces = memchr::memchr_iter(b' ', &text[..tab]);
        let (first, second) = (spaces.next()?, spaces.next()?);
        let (word, last) = (first + 1..second, second + 1..tab);
        let is_index = last.len() == 1;
        let id = if is_index { &word } else { &last };
        Some(Entry {
            mode: Mode::of(&text[..first]),
            is_merged: !is_index || text[last.start] == b'0',
            id: record.start + id.start..record.start + id.end,
            path: record.start + tab + 1..record.end,
        })
    }
}

impl Tree {
    fn new(top: &Path, listed: Vec<u8>, objects: Option<Objects>) -> Tree {
        let mut entries = Vec::new();
        let mut start = 0;
        for end in memchr::memchr_iter(0, &listed) {
            entries.extend(Entry::read(&listed, start..end));
            start = end + 1;
        }
        // As git lists them already, but for the sides of a merge.
        entries.sort_by(|a, b| listed[a.path.clone()].cmp(&listed[b.path.clone()]));
        Tree {
            top: top.to_owned(),
            listed,
            entries,
            objects: RefCell::new(objects),
        }
    }

    fn path(&self, entry: &Entry) -> &[u8] {
        &self.listed[entry.path.clone()]
    }

    /// The paths from the top of those files whose names end so.
    pub(crate) fn ending<'t>(&'t self, end: &'t str) -> impl Iterator<Item = PathBuf> + 't {
        let paths = self.entries.iter().map(|entry| self.path(entry));
        paths.filter(|path| path.ends_with(end.as_bytes())).map(path_of)
    }

    fn refuse_unmerged(&self) -> Result<(), Problem> {
        let unmerged = self.entries.iter().filter(|entry| !entry.is_merged);
        let paths: BTreeSet<&[u8]> = unmerged.map(|entry| self.path(entry)).collect();
        let Some(first) = paths.first() else { return Ok(()) };
        let more = match paths.len() - 1 {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        let first = String::from_utf8_lossy(first);
        let problem = Problem::new(format!(
            "{first}{more}: a merge is not resolved, so there is nothing to check yet"
        ));
        Err(problem.help("resolve it and `git add` it"))
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
        let mut running = match objects.take() {
            Some(running) => running,
            None => Objects::start()?,
        };
        // One that has given up, as it does over an object that can't be fetched, is not asked again.
        let size = running.ask(id)?;
        let running = objects.insert(running);
        let Some(size) = size else {
            return Err(Refusal::Absent);
        };
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
            match self.entry(&inside) {
                None if self.is_folder(&inside) => return Some(Ok(Found::Folder)),
                None => return Some(Err(ErrorKind::NotFound)),
                Some((Mode::File, id)) => return Some(Ok(Found::File(id))),
                Some((Mode::Submodule, _)) => return Some(Ok(Found::Folder)),
                Some((Mode::Link, id)) => {
                    // The content of what is outside is not a part of the commit.
                    let Ok(target) = self.target(id) else {
                        return Some(Ok(Found::Absent));
                    };
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

    fn entry(&self, inside: &Path) -> Option<(Mode, &str)> {
        let path = bytes_of(inside);
        let at = self
            .entries
            .binary_search_by(|entry| self.path(entry).cmp(&path))
            .ok()?;
        let entry = &self.entries[at];
        Some((entry.mode, str::from_utf8(&self.listed[entry.id.clone()]).ok()?))
    }

    fn is_folder(&self, inside: &Path) -> bool {
        let mut start = bytes_of(inside);
        if start.is_empty() {
            return true;
        }
        start.push(b'/');
        let at = self
            .entries
            .partition_point(|entry| self.path(entry) < start.as_slice());
        let next = self.entries.get(at);
        next.is_some_and(|entry| self.path(entry).starts_with(&start))
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
    /// A link that the repository does not have.
    Absent,
}

impl View for Tree {
    fn kind(&self, path: &Path) -> Option<Result<Kind, ErrorKind>> {
        Some(self.find(path)?.map(|found| match found {
            Found::File(_) | Found::Absent => Kind::File,
            Found::Folder => Kind::Folder,
        }))
    }

    fn read(&self, path: &Path, limit: usize) -> Option<Result<Vec<u8>, Refusal>> {
        let id = match self.find(path)? {
            Ok(Found::File(id)) => id,
            Ok(Found::Folder) => return Some(Err(Refusal::Not(Kind::Folder))),
            Ok(Found::Absent) => return Some(Err(Refusal::Absent)),
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

    /// The size of an object, whose content comes next; `None` if the repository does not have it.
    ///
    /// # Errors
    /// When git has ended.
    fn ask(&mut self, id: &str) -> Result<Option<u64>, Refusal> {
        let mut answer = String::new();
        let asked = writeln!(self.stdin, "{id}").and_then(|()| self.stdout.read_line(&mut answer));
        if !matches!(asked, Ok(1..)) {
            return Err(Refusal::Absent);
        }
        // OBJECT blob SIZE, or OBJECT missing
        Ok(answer.trim_end().rsplit(' ').next().and_then(|size| size.parse().ok()))
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

/// The question for the folder of the work tree.
const TOP: &[&str] = &["rev-parse", "--show-toplevel"];

/// The question for what the index adds to a commit, or changes of it.
fn changed_since(commit: &str) -> [&str; 9] {
    [
        "diff-index",
        "--cached",
        "--raw",
        "-z",
        "--no-abbrev",
        "--no-renames",
        "--diff-filter=ACMT",
        commit,
        "--",
    ]
}

/// A question to git that is being answered.
struct Asked {
    what: String,
    child: Child,
}

impl Asked {
    fn start(arguments: &[&str]) -> Result<Asked, Problem> {
        Asked::spawn(arguments[0], command(arguments).stdin(Stdio::null()))
    }

    fn spawn(what: &str, command: &mut Command) -> Result<Asked, Problem> {
        let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
        Ok(Asked {
            what: what.to_owned(),
            child: child.map_err(|error| missing(error.kind()))?,
        })
    }

    /// All that git printed, once it has ended.
    fn output(self) -> Result<Output, Problem> {
        self.child.wait_with_output().map_err(|error| missing(error.kind()))
    }

    /// What git answered, unless it refused to.
    fn answer(self) -> Result<Vec<u8>, Problem> {
        let what = self.what.clone();
        let output = self.output()?;
        if output.status.success() {
            Ok(output.stdout)
        } else {
            Err(refused(&what, &output))
        }
    }
}

/// Runs git, and gives what it printed.
fn git(arguments: &[&str]) -> Result<Vec<u8>, Problem> {
    Asked::start(arguments)?.answer()
}

/// What git said against it.
fn refused(asked: &str, output: &Output) -> Problem {
    let said = String::from_utf8_lossy(&output.stderr);
    let line = said
        .lines()
        .find(|line| !line.trim().is_empty())
        .unwrap_or("it said nothing");
    let problem = Problem::new(format!("git {asked}: {}", line.trim_start_matches("fatal: ")));
    // So git says that it does not know how it was called.
    if output.status.code() == Some(129) {
        return problem.help("is this git older than 2.24? envgate needs that or a later one");
    }
    problem
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

fn trimmed(mut output: &[u8]) -> &[u8] {
    while let [rest @ .., b'\n' | b'\r'] = output {
        output = rest;
    }
    output
}

/// A path within the work tree as git writes it.
fn bytes_of(inside: &Path) -> Vec<u8> {
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
fn path_of(bytes: &[u8]) -> PathBuf {
    use std::os::unix::ffi::OsStrExt;
    PathBuf::from(OsStr::from_bytes(bytes))
}

#[cfg(not(unix))]
fn path_of(bytes: &[u8]) -> PathBuf {
    PathBuf::from(String::from_utf8_lossy(bytes).into_owned())
}
