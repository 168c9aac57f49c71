//! Asks git, by running its program with the variables of this process, so that the index is the right one (`git commit -- PATH` has one of
//! its own) and the user's configuration applies.
//!
//! Paths are bytes, separated by NUL. Nothing here reads the work tree.

mod asked;
mod changed;
mod encrypted;
mod former;
mod history;
pub(crate) mod lfs;
mod objects;
mod pushed;
mod tree;

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use envgate::rotation;
use envgate::rotation::git::Blame;

use asked::{Asked, command, command_in, git, git_with, missing, path_of, records, refuse_nowhere, refused, trimmed};
use changed::Raw;
pub(crate) use changed::{Change, Coming};
pub(crate) use former::Former;
pub(crate) use objects::Objects;
pub(crate) use pushed::{Has, Push};
pub(crate) use tree::{End, Tree};

use crate::terminal::Problem;
use crate::{discover, host};

/// The id of an object, as git writes it.
pub(crate) type Id = String;

/// A repository, and what is beside it.
#[derive(Debug)]
pub(crate) struct Repository {
    /// The folder of the work tree, to which paths in a commit are joined. On a server, nothing in it is read.
    pub(crate) top: PathBuf,
    /// The `.git` folder, which all work trees share.
    pub(crate) git: PathBuf,
    /// The folder of the first work tree, if this one was added to it (`git worktree add`); all others, if there is no first one because the
    /// repository is bare.
    pub(crate) others: Vec<PathBuf>,
    /// Whether this is the server that a push goes to: then nothing on the disk belongs to what is pushed.
    pub(crate) is_of_server: bool,
    /// Where git notes which commits are being merged into the one that is checked out.
    merge_head: PathBuf,
}

impl Repository {
    /// Opens the repository of the current folder.
    ///
    /// # Errors
    /// When git is missing or finds none.
    pub(crate) fn open() -> Result<Repository, Problem> {
        Repository::answered(Asked::start(TOP)?)
    }

    /// The same for a hook, which needs the work tree around it.
    ///
    /// # Errors
    /// Also when the current folder is outside of it.
    pub(crate) fn of_hook() -> Result<Repository, Problem> {
        let repository = Repository::open()?;
        refuse_nowhere()?;
        Ok(repository)
    }

    fn answered(asked: Asked) -> Result<Repository, Problem> {
        let output = asked.output()?;
        let mut lines = trimmed(&output.stdout).rsplitn(3, |byte| *byte == b'\n');
        let [merge_head, common, top] = [(); 3].map(|()| path_of(trimmed(lines.next().unwrap_or_default())));
        if !output.status.success() || top.as_os_str().is_empty() {
            let problem = refused(TOP[0], &output);
            return Err(problem.or_help(
                "run it in the work tree of a git repository; on a server, which has none, call `envgate hook --pre-receive`",
            ));
        }
        let top = as_seen_from_here(top)?;
        // In a repository without a work tree and in a submodule, this folder is not called `.git`.
        let common = discover::absolute(&common);
        let first = common
            .parent()
            .filter(|first| common.ends_with(".git") && *first != top);
        let mut others: Vec<PathBuf> = first.map(Path::to_owned).into_iter().collect();
        if merge_head.parent().is_some_and(|own| discover::absolute(own) != common) {
            others.extend(beside_bare(&top)?);
        }
        Ok(Repository {
            top,
            git: common,
            others,
            is_of_server: false,
            merge_head,
        })
    }

    /// Opens the repository in which a hook of a server runs. Most have no work tree; if there is one, it is older than what is pushed.
    ///
    /// # Errors
    /// When git is missing or finds none.
    pub(crate) fn of_server() -> Result<Repository, Problem> {
        let folder = discover::absolute(&path_of(trimmed(&git(&["rev-parse", "--git-common-dir"])?)));
        Ok(Repository {
            top: folder.clone(),
            merge_head: folder.join("MERGE_HEAD"),
            git: folder,
            others: Vec::new(),
            is_of_server: true,
        })
    }

    /// Returns the repository of the current folder, its index as the tree of the next commit, and what the index adds or changes. If
    /// nothing is staged and no commit is being made, all files count as new.
    ///
    /// # Errors
    /// When git is missing, finds no repository, can't read the index, or a merge in it is not resolved.
    pub(crate) fn staged() -> Result<(Repository, Coming), Problem> {
        // All questions are asked at once: each is a process, and to start one takes about as long as everything that is done with its
        // answer.
        let top = Asked::start(TOP)?;
        let listed = Asked::start(&["ls-files", "--stage", "-z", "--full-name", ":/"])?;
        let changed = Asked::start(&changed_since("HEAD", Announced::Shown))?;
        let objects = Objects::started();
        let repository = Repository::answered(top)?;
        refuse_nowhere()?;
        let mut tree = Tree::new(&repository.top, listed.answer()?, objects);
        tree.refuse_unmerged()?;
        let (since, changed) = match changed.answer() {
            Ok(changed) => ("HEAD".to_owned(), changed),
            Err(problem) => {
                let head = Asked::start(&["rev-parse", "--verify", "--quiet", "HEAD"])?.output()?;
                if head.status.success() {
                    return Err(problem);
                }
                // Before the first commit all is new.
                let empty = git(&["hash-object", "-t", "tree", "--stdin"])?;
                let empty = String::from_utf8_lossy(trimmed(&empty)).into_owned();
                let changed = git(&changed_since(&empty, Announced::Shown))?;
                (empty, changed)
            }
        };
        let mut raw = Raw::parse(&changed);
        // An empty file may be one that was only announced (`git add --intent-to-add`). git knows which it is.
        if raw.iter().any(Raw::is_empty) {
            let staged = Raw::parse(&git(&changed_since(&since, Announced::Hidden))?);
            tree.take_out(&Raw::announced(&raw, &staged));
            raw = staged;
        }
        let gone = raw.iter().filter_map(Raw::gone).collect();
        let mut former: Vec<Former> = raw.iter().filter_map(Raw::former).collect();
        former.extend(repository.merged()?);
        let mut changes: Vec<Change> = raw.into_iter().filter_map(Raw::change).collect();
        // git tells a hook where the index is. If it doesn't, no commit is being made, as under `pre-commit run --all-files`, and all files
        // are meant.
        if changes.is_empty() && host::variable("GIT_INDEX_FILE").is_none() {
            changes = tree.files();
        }
        let coming = Coming {
            tree,
            changes,
            gone,
            former,
        };
        Ok((repository, coming))
    }

    /// Returns the commit of a revision.
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

    /// Returns the commit where two lines of history diverged.
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

    /// Whether a file with one of these names is in any folder of these commits or of their ancestors.
    ///
    /// # Errors
    /// When git knows no such commits.
    pub(crate) fn ever_had(&self, names: &[&str], commits: &[Id]) -> Result<bool, Problem> {
        let paths: Vec<String> = names.iter().map(|name| format!(":(top,glob)**/{name}")).collect();
        let mut words = vec!["rev-list", "--max-count=1", "--full-history", "--end-of-options"];
        words.extend(commits.iter().map(String::as_str));
        words.push("--");
        words.extend(paths.iter().map(String::as_str));
        // With no commit to begin from, there is no history to ask for.
        Ok(!commits.is_empty() && !git(&words)?.is_empty())
    }

    /// Returns the commits of all branches, local and remote-tracking, with their names: first the one that is checked out, then the
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
        Ok(self.tree(listed))
    }

    fn tree(&self, listed: Vec<u8>) -> Tree {
        let tree = Tree::new(&self.top, listed, Objects::default());
        if self.is_of_server { tree.alone() } else { tree }
    }

    /// The files that these commits added, changed or removed. Of a merge, only what differs from all of its parents (`-c`): the rest was
    /// brought by an earlier commit, which is either among these or known to the other side. `git log` would not do, because settings of
    /// the user can shorten its output: `log.diffMerges`, `log.showSignature`, `diff.relative`.
    fn changed(&self, commits: &str) -> Result<Vec<Raw>, Problem> {
        let arguments = [
            "diff-tree",
            "--stdin",
            "-r",
            "-c",
            "--root",
            "--raw",
            "-z",
            "--no-abbrev",
            "--no-renames",
            "--diff-filter=ACDMT",
        ];
        Ok(Raw::parse(&git_with(&arguments, commits)?))
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
        // It answers while it is asked: with both pipes full, each of us would wait for the other.
        if let Some(mut stdin) = asked.child.stdin.take() {
            std::thread::spawn(move || stdin.write_all(&input));
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

/// A running question for the files that git ignores; other work goes on meanwhile.
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

/// Returns the files below a folder that are in git although an ignore file names them; none outside of a repository.
pub(crate) fn tracked_though_ignored(folder: &Path) -> Vec<PathBuf> {
    let mut command = command_in(
        folder,
        &["ls-files", "-z", "--cached", "--ignored", "--exclude-standard"],
    );
    let answer = Asked::spawn("ls-files", &mut command).and_then(Asked::answer);
    let listed = answer.unwrap_or_default();
    records(&listed).map(|path| folder.join(path_of(path))).collect()
}

/// Returns when the lines of a file were last changed, according to the commits that did so; nothing for a file that git does not know, or in
/// a shallow clone, where every line seems to be as young as the clone.
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
        let mut command = command_in(folder, arguments);
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

/// Returns the short form of an id, for messages.
pub(crate) fn short(id: &str) -> &str {
    id.get(..12).unwrap_or(id)
}

/// Whether a word is the full id of an object.
pub(crate) fn is_id(word: &str) -> bool {
    matches!(word.len(), 40 | 64) && word.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// Returns the folder of the work tree, spelled as in the path of the current folder. On Windows, git may write its name in other letters,
/// and paths that are compared as text would then seem to be outside of it.
///
/// # Errors
/// When git names a folder that is not there, as the git of MSYS2 does for programs of Windows: nothing could be found in it.
fn as_seen_from_here(top: PathBuf) -> Result<PathBuf, Problem> {
    let here = discover::absolute(Path::new(""));
    if here.starts_with(&top) {
        return Ok(top);
    }
    if !host::is_folder(&top) {
        let problem = Problem::new(format!(
            "git says that the work tree is {}, and there is no such folder",
            discover::shown(&top)
        ));
        return Err(problem.help("on Windows, the git on the PATH must be Git for Windows"));
    }
    let real = host::canonical(&top);
    let same = here.ancestors().find(|folder| host::canonical(folder) == real);
    Ok(same.map_or(top, Path::to_owned))
}

/// Returns the other work trees of a bare repository; none if it is not bare.
fn beside_bare(top: &Path) -> Result<Vec<PathBuf>, Problem> {
    let listed = git(&["worktree", "list", "--porcelain"])?;
    let lines: Vec<&[u8]> = listed.split(|byte| *byte == b'\n').collect();
    // The repository itself comes first.
    if lines.get(1).copied() != Some(b"bare") {
        return Ok(Vec::new());
    }
    let folders = lines[1..].iter().filter_map(|line| line.strip_prefix(b"worktree "));
    let folders = folders.map(|path| path_of(trimmed(path)));
    Ok(folders
        .filter(|folder| host::canonical(folder) != host::canonical(top))
        .collect())
}

/// The arguments that ask for the folder of the work tree, for the `.git` folder that all work trees share, and for where a merge is noted.
const TOP: &[&str] = &[
    "rev-parse",
    "--show-toplevel",
    "--git-common-dir",
    "--git-path",
    "MERGE_HEAD",
];

/// What git does with files that were only announced, with `git add --intent-to-add`. They are no part of the commit, and the index has
/// them as empty files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Announced {
    Shown,
    Hidden,
}

/// The arguments that ask what the index adds to a commit, changes in it or takes out of it.
fn changed_since(commit: &str, announced: Announced) -> [&str; 10] {
    [
        "diff-index",
        "--cached",
        match announced {
            Announced::Shown => "--ita-visible-in-index",
            Announced::Hidden => "--ita-invisible-in-index",
        },
        "--raw",
        "-z",
        "--no-abbrev",
        "--no-renames",
        "--diff-filter=ACDMT",
        commit,
        "--",
    ]
}
