//! Asks git, by running its own program in the environment that we were started with, so that the index is the one that is meant (`git
//! commit -- PATH` has its own) and its configuration applies.
//!
//! Paths are bytes, and are taken apart at NUL. Nothing here reads the work tree.

mod asked;
pub(crate) mod lfs;
mod tree;

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use envgate::rotation;
use envgate::rotation::git::Blame;

use asked::{Asked, command, git, missing, path_of, records, refused, trimmed};
pub(crate) use tree::Tree;
use tree::{Mode, Objects};

use crate::terminal::Problem;
use crate::{discover, host};

/// The name of an object, as git writes it.
pub(crate) type Id = String;

/// A repository with a work tree.
#[derive(Debug)]
pub(crate) struct Repository {
    /// The folder of the work tree.
    pub(crate) top: PathBuf,
    /// The folder of git itself, which all work trees share.
    pub(crate) git: PathBuf,
    /// The folder of the first work tree, if this one was added to it (`git worktree add`).
    pub(crate) first: Option<PathBuf>,
}

impl Repository {
    /// The one of the current folder.
    ///
    /// # Errors
    /// When git is missing or finds none.
    pub(crate) fn open() -> Result<Repository, Problem> {
        Repository::answered(Asked::start(TOP)?)
    }

    fn answered(asked: Asked) -> Result<Repository, Problem> {
        let output = asked.output()?;
        let told = trimmed(&output.stdout);
        let (top, common) = told.split_at(memchr::memrchr(b'\n', told).unwrap_or(told.len()));
        let top = path_of(trimmed(top));
        if !output.status.success() || top.as_os_str().is_empty() {
            let problem = refused(TOP[0], &output);
            return Err(problem.help("run it in the work tree of a git repository"));
        }
        // Of a repository without a work tree and of a submodule, it has another name.
        let common = discover::absolute(&path_of(common.trim_ascii_start()));
        let first = common
            .parent()
            .filter(|first| common.ends_with(".git") && *first != top);
        let first = first.map(Path::to_owned);
        Ok(Repository {
            top,
            git: common,
            first,
        })
    }

    /// The repository of the current folder, its index as the tree that the next commit will be, and what that adds to the last one or changes
    /// of it; all files, if it is asked outside of a commit and nothing is staged.
    ///
    /// # Errors
    /// When git is missing, finds no repository, can't read the index, or a merge in it is not resolved.
    pub(crate) fn staged() -> Result<(Repository, Tree, Vec<Change>), Problem> {
        // All questions at once: each is a process, which takes about as long to start as all that is done with its answer.
        let top = Asked::start(TOP)?;
        let listed = Asked::start(&["ls-files", "--stage", "-z", "--full-name", ":/"])?;
        let changed = Asked::start(&changed_since("HEAD"))?;
        let objects = Objects::start().ok();
        let repository = Repository::answered(top)?;
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
        let mut changes = changes(&changed);
        // Git names the index to a hook. Without a commit to be made, as by `pre-commit run --all-files`, all of it is meant.
        if changes.is_empty() && host::variable("GIT_INDEX_FILE").is_none() {
            changes = tree.files();
        }
        Ok((repository, tree, changes))
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

    /// Whether a file of one of these names was in any folder of one of these commits, or in any that they come from.
    ///
    /// # Errors
    /// When git knows no such commits.
    pub(crate) fn ever_had(&self, names: &[&str], commits: &[Id]) -> Result<bool, Problem> {
        let paths: Vec<String> = names.iter().map(|name| format!(":(top,glob)**/{name}")).collect();
        let mut words = vec!["rev-list", "--max-count=1", "--full-history", "--end-of-options"];
        words.extend(commits.iter().map(String::as_str));
        words.push("--");
        words.extend(paths.iter().map(String::as_str));
        // Without a commit in front, it would be the history of none.
        Ok(!commits.is_empty() && !git(&words)?.is_empty())
    }

    /// The commits of all branches, here and as last seen of others, with what git calls them: first the one that is checked out, then the
    /// youngest.
    ///
    /// # Errors
    /// When git can't tell.
    pub(crate) fn branches(&self) -> Result<Vec<(Id, String)>, Problem> {
        let listed = git(&[
            "for-each-ref",
            "--sort=-committerdate",
            "--format=%(objectname) %(refname:short)",
            "refs/heads",
            "refs/remotes",
        ])?;
        let listed = String::from_utf8_lossy(&listed).into_owned();
        let named = listed.lines().filter_map(|line| line.split_once(' '));
        let head = self.resolve("HEAD").ok().map(|id| (id, "HEAD".to_owned()));
        let named = named.map(|(id, name)| (id.to_owned(), name.to_owned()));
        let mut seen = BTreeSet::new();
        Ok(head
            .into_iter()
            .chain(named)
            .filter(|(id, _)| seen.insert(id.clone()))
            .collect())
    }

    /// The tree of a commit.
    ///
    /// # Errors
    /// When there is no such commit.
    pub(crate) fn commit(&self, revision: &str) -> Result<Tree, Problem> {
        let listed = git(&["ls-tree", "-r", "-z", "--full-tree", "--end-of-options", revision])?;
        Ok(Tree::new(&self.top, listed, None))
    }

    /// What a push adds or changes: the files of each of its commits, since what a later one took out again is pushed all the same, and
    /// what the commits and tags say themselves; and the tree that it leads to.
    ///
    /// # Errors
    /// When git knows no such commits.
    pub(crate) fn pushed(&self, push: &Push) -> Result<(Tree, Vec<Change>), Problem> {
        let (tags, kind, id) = self.peel(&push.to)?;
        let tags = tags.iter().map(|tag| Change::message("tag", tag));
        // A tag may stand for a tree or a file. Those have no history, so all of them is new; a file alone is looked at beside what is checked out.
        if kind == "blob" {
            return Ok((
                self.commit("HEAD")?,
                tags.chain([Change::message("blob", &id)]).collect(),
            ));
        }
        let tree = self.commit(&id)?;
        if kind == "tree" {
            let files = tree.files();
            return Ok((tree, tags.chain(files).collect()));
        }
        let arguments = push.range();
        let mut words = vec!["rev-list"];
        words.extend(arguments.iter().map(String::as_str));
        let listed = git(&words)?;
        let mut all = self.changed(&listed)?;
        let ids = listed.split(|byte| *byte == b'\n').filter(|id| !id.is_empty());
        all.extend(ids.map(|id| Change::message("commit", &String::from_utf8_lossy(id))));
        all.extend(tags);
        all.sort();
        all.dedup();
        Ok((tree, all))
    }

    /// The tags in front of what a name stands for, since a tag may be of a tag; what kind of thing that is, and its own name.
    fn peel(&self, name: &str) -> Result<(Vec<Id>, String, Id), Problem> {
        let text = |bytes: &[u8]| String::from_utf8_lossy(trimmed(bytes)).into_owned();
        let mut tags = Vec::new();
        let mut id = text(&git(&["rev-parse", "--verify", "--quiet", "--end-of-options", name])?);
        loop {
            let kind = text(&git(&["cat-file", "-t", &id])?);
            if kind != "tag" {
                return Ok((tags, kind, id));
            }
            // `object ID` is the first line of every tag.
            let tag = git(&["cat-file", "tag", &id])?;
            let line = tag.split(|byte| *byte == b'\n').next().unwrap_or_default();
            let next = line.strip_prefix(b"object ").map(text).filter(|next| is_id(next));
            let Some(next) = next.filter(|_| tags.len() < MAX_TAGS) else {
                return Err(Problem::new(format!("{name:?} is a tag that can't be followed")));
            };
            tags.push(std::mem::replace(&mut id, next));
        }
    }

    /// The files that these commits added or changed, each against all of its parents. Not by `git log`, which what a user has set for
    /// reading it can make say less: `log.diffMerges`, `log.showSignature`, `diff.relative`.
    fn changed(&self, commits: &[u8]) -> Result<Vec<Change>, Problem> {
        let mut command = command(&[
            "diff-tree",
            "--stdin",
            "-r",
            "-m",
            "--root",
            "--raw",
            "-z",
            "--no-abbrev",
            "--no-renames",
            "--no-commit-id",
            "--diff-filter=ACMT",
        ]);
        let mut asked = Asked::spawn("diff-tree", command.stdin(Stdio::piped()))?;
        let stdin = asked.child.stdin.take();
        // It answers while it is asked.
        let answer = std::thread::scope(|scope| {
            scope.spawn(|| stdin.map(|mut stdin| stdin.write_all(commits)));
            asked.answer()
        });
        Ok(changes(&answer?))
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
        let mut command = command(&["-C"]);
        command.arg(folder).args(arguments).stdin(Stdio::null());
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

/// How many tags of tags are followed: more than anybody makes.
const MAX_TAGS: usize = 100;

/// A file that a commit adds or changes, or the text of the commit itself.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Change {
    /// Its path, from the top of the work tree; of a commit, what it is called.
    pub(crate) path: PathBuf,
    /// Its content.
    pub(crate) id: Id,
    /// Whether it is a file.
    pub(crate) is_file: bool,
}

impl Change {
    /// Author, message and all else that a commit or a tag says, which is pushed with it; and a file that only a tag names.
    fn message(kind: &str, id: &str) -> Change {
        Change {
            path: PathBuf::from(format!("{kind} {}", id.get(..12).unwrap_or(id))),
            id: id.to_owned(),
            is_file: false,
        }
    }
}

/// Commits that somebody is about to get.
#[derive(Debug, Clone)]
pub(crate) struct Push {
    /// What they have; `None` if that is not known.
    pub(crate) from: Option<Id>,
    pub(crate) to: Id,
    /// What it will be called there; empty if nobody said so.
    pub(crate) name: String,
    /// Whom git calls them: what another remote has is new to this one. `None` if nobody said so.
    pub(crate) remote: Option<String>,
}

impl Push {
    /// The commits that they don't have, in the words of git.
    fn range(&self) -> Vec<String> {
        let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
        if let Some(from) = &self.from {
            return words(&["--end-of-options", &format!("{from}..{}", self.to), "--"]);
        }
        let remotes = match &self.remote {
            Some(name) => format!("--remotes={name}"),
            None => "--remotes".to_owned(),
        };
        words(&["--not", &remotes, "--not", "--end-of-options", &self.to, "--"])
    }
}

/// Whether a word is the name of an object, in full.
pub(crate) fn is_id(word: &str) -> bool {
    matches!(word.len(), 40 | 64) && word.bytes().all(|byte| byte.is_ascii_hexdigit())
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
                is_file: true,
            });
        }
    }
    found
}

/// The question for the folder of the work tree, and for git's own that all work trees share.
const TOP: &[&str] = &["rev-parse", "--show-toplevel", "--git-common-dir"];

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
