//! `envgate leaks --history`: searches every version of every file that was ever committed, and the messages. A later commit removes
//! nothing from an earlier one, so whatever is found has been visible to everybody with access to the repository.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

use envgate::leak::{Findings, Found, Kept, Needles, Search};
use envgate::report::counted;
use envgate::source::SourceId;

use crate::discover::{name, shown};
use crate::git::{Change, Objects, Repository, lfs, short};
use crate::host::{self, Refusal};
use crate::problems::Problems;
use crate::progress::Progress;
use crate::schema::Opened;
use crate::terminal::{Problem, complain};
use crate::{committed, read};

/// Searches what `revisions` select, or everything if there are none. `env_files` are the sources of env files, by path. Returns whether something could not be searched.
///
/// # Errors
/// When nothing could be searched.
pub(crate) fn search<'n>(
    needles: &'n Needles,
    env_files: &BTreeMap<PathBuf, SourceId>,
    opened: &Opened,
    revisions: Option<&str>,
) -> Result<(Findings<'n>, bool), Problem> {
    let repository = Repository::open()?;
    let history = repository.history(revisions)?;
    let searching = Searching {
        needles,
        changes: &history.changes,
        git: &repository.git,
        next: AtomicUsize::new(0),
        bytes: AtomicU64::new(0),
        pointers: AtomicUsize::new(0),
        problems: Problems::default(),
        progress: Progress::new(),
    };
    let found = searching.run();
    // A branch without commits tracks nothing.
    let tree = match repository.resolve("HEAD") {
        Ok(head) => Some(repository.commit(&head)?),
        Err(_) => None,
    };
    let mut findings = Findings::new(needles);
    for (at, mut found) in found {
        let change = &history.changes[at];
        if change.is_file {
            let path = repository.top.join(&change.path);
            let kept = match (&tree, env_files.get(&host::canonical(&path))) {
                (Some(tree), Some(id)) => committed::kept(tree, change, *id),
                _ => Kept::Nothing,
            };
            findings.add(&name(&path, &opened.path), change.origin(), kept, found);
        } else {
            found.ignore_comments();
            findings.add(&shown(&change.path), change.origin(), Kept::Nothing, found);
        }
    }
    let versions = history.changes.iter().filter(|change| change.is_file).count();
    findings.count(versions as u64, searching.bytes.into_inner());
    findings.count_commits(history.commits as u64);
    lfs::note_absent(searching.pointers.into_inner());
    let failed = searching.problems.print();
    if history.is_shallow {
        let commits = counted(history.commits, "commit");
        let problem = Problem::new(format!(
            "this clone is shallow: of its history only {commits} could be searched"
        ));
        complain(&problem.help("fetch all of it: git fetch --unshallow, or `fetch-depth: 0` for actions/checkout"));
    }
    Ok((findings, failed || history.is_shallow))
}

/// A search over many objects, from several threads.
struct Searching<'s, 'n> {
    needles: &'n Needles,
    changes: &'s [Change],
    git: &'s Path,
    /// The index of the change to be searched next.
    next: AtomicUsize,
    bytes: AtomicU64,
    /// How many versions are pointers of Git LFS to content that is not here.
    pointers: AtomicUsize,
    problems: Problems,
    progress: Progress,
}

impl Searching<'_, '_> {
    /// Returns what was found, with the index of the change, in the order of the changes.
    fn run(&self) -> Vec<(usize, Found)> {
        let threads = std::thread::available_parallelism().map_or(1, usize::from);
        let mut found: Vec<(usize, Found)> = std::thread::scope(|scope| {
            let running: Vec<_> = (0..threads).map(|_| scope.spawn(|| self.search())).collect();
            let ended = running.into_iter().map(std::thread::ScopedJoinHandle::join);
            // If a thread panicked, it is unknown what it has searched, so the whole search fails.
            let found = ended.map(|one| one.unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
            found.flatten().collect()
        });
        self.progress.end();
        found.sort_by_key(|(at, _)| *at);
        found
    }

    /// Searches, in one thread, until there is nothing left.
    fn search(&self) -> Vec<(usize, Found)> {
        let (objects, mut search) = (Objects::default(), Search::new(self.needles));
        let mut all = Vec::new();
        loop {
            let at = self.next.fetch_add(1, Ordering::Relaxed);
            let Some(change) = self.changes.get(at) else { return all };
            match committed::object(&objects, &change.id, self.git, &mut search) {
                Ok((found, is_absent)) => {
                    self.pointers.fetch_add(usize::from(is_absent), Ordering::Relaxed);
                    let bytes = self.bytes.fetch_add(found.bytes, Ordering::Relaxed) + found.bytes;
                    self.progress.show(at as u64, bytes);
                    if !found.is_empty() || self.needles.are_in_name(&change.path.to_string_lossy()) {
                        all.push((at, found));
                    }
                }
                Err(refusal) => self.fail(change, refusal),
            }
        }
    }

    fn fail(&self, change: &Change, refusal: Refusal) {
        let mut place = self.needles.redact(&shown(&change.path));
        if let Some(commit) = &change.commit {
            place.push_str(&format!(" of commit {}", short(commit)));
        }
        let problem = read::worded(refusal, &place);
        self.problems.add(place, problem);
    }
}
