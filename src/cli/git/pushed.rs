//! Pushes: which commits are new to the other side, and what they bring.

use envgate::source::MAX_SOURCE_LEN;

use super::asked::{Asked, git, refused, trimmed};
use super::changed::{Change, Coming, Raw};
use super::{Id, Objects, Repository, is_id, short};
use crate::read;
use crate::terminal::Problem;

/// Commits that are about to be pushed.
#[derive(Debug, Clone)]
pub(crate) struct Push {
    /// What the remote has; `None` if that is not known.
    pub(crate) from: Option<Id>,
    pub(crate) to: Id,
    /// The name of the ref there; empty if unknown.
    pub(crate) name: String,
    pub(crate) has: Has,
}

/// What the other side of a push has already.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Has {
    /// What this repository knows about that remote, since what only other remotes have is new to it. Without a name, what it knows about
    /// all remotes.
    Remote(Option<String>),
    /// What is in this repository, which is the other side.
    Here,
}

impl Push {
    /// The arguments for git that select the commits the other side doesn't have.
    fn range(&self) -> Vec<String> {
        let known = match &self.has {
            Has::Here => Some("--all".to_owned()),
            Has::Remote(Some(name)) => Some(format!("--remotes={name}")),
            // Without a name, only `from` is certain to be there: what other remotes have may be new to this one.
            Has::Remote(None) if self.from.is_some() => None,
            Has::Remote(None) => Some("--remotes".to_owned()),
        };
        let selected = match &self.from {
            Some(from) => format!("{from}..{}", self.to),
            None => self.to.clone(),
        };
        let not = || "--not".to_owned();
        let mut words: Vec<String> = known.map_or_else(Vec::new, |known| vec![not(), known, not()]);
        words.extend(["--end-of-options".to_owned(), selected, "--".to_owned()]);
        words
    }
}

impl Repository {
    /// Returns what a push adds or changes: the files of each of its commits, since what a later one removes is pushed all the same; the texts
    /// of the commits and tags themselves; and the tree at its end.
    ///
    /// # Errors
    /// When git knows no such commits, or a server has them already.
    pub(crate) fn pushed(&self, push: &Push) -> Result<Coming, Problem> {
        self.refuse_received(push)?;
        match self.brought(push) {
            // The commit that the remote has may be missing here.
            Err(_) if push.from.is_some() => self.brought(&Push {
                from: None,
                ..push.clone()
            }),
            brought => brought,
        }
    }

    /// Refuses to run in a hook that git calls after it has updated its refs, because then nothing would be new.
    fn refuse_received(&self, push: &Push) -> Result<(), Problem> {
        let words = ["rev-parse", "--verify", "--quiet", "--end-of-options", &push.name];
        if push.has != Has::Here || push.from.as_ref() == Some(&push.to) {
            return Ok(());
        }
        if trimmed(&Asked::start(&words)?.output()?.stdout) != push.to.as_bytes() {
            return Ok(());
        }
        let problem = Problem::new(format!(
            "{} has been updated already, so it is not known what is new",
            push.name
        ));
        Err(problem.help("run it as a pre-receive hook, before anything is taken; post-receive is too late"))
    }

    fn brought(&self, push: &Push) -> Result<Coming, Problem> {
        let (tags, kind, id) = self.peel(&push.to)?;
        let tags = tags.iter().map(|tag| Change::message("tag", tag));
        // A tag may lead to a tree or a file. Those have no history, so all of it is new. A single file is checked together with what is
        // checked out.
        if kind == "blob" {
            return Ok(Coming {
                tree: match self.resolve("HEAD") {
                    Ok(head) => self.commit(&head)?,
                    Err(_) => self.tree(Vec::new()),
                },
                changes: tags.chain([Change::message("blob", &id)]).collect(),
                gone: Vec::new(),
                former: Vec::new(),
            });
        }
        let tree = self.commit(&id)?;
        if kind == "tree" {
            let changes = tags.chain(tree.files()).collect();
            return Ok(Coming {
                tree,
                changes,
                gone: Vec::new(),
                former: Vec::new(),
            });
        }
        let arguments = push.range();
        // Commits that the remote has are marked with `-`.
        let mut words = vec!["rev-list", "--reverse", "--topo-order", "--boundary"];
        words.extend(arguments.iter().map(String::as_str));
        let listed = String::from_utf8_lossy(&git(&words)?).into_owned();
        let (known, new): (Vec<&str>, Vec<&str>) = listed.lines().partition(|line| line.starts_with('-'));
        let raw = self.changed(&(new.join("\n") + "\n"))?;
        let known = known.iter().map(|marked| &marked[1..]).chain(push.from.as_deref());
        let former = self.replaced(known.collect(), &id)?;
        let mut changes: Vec<Change> = raw.into_iter().filter_map(Raw::change).collect();
        changes.extend(new.into_iter().map(|id| Change::message("commit", id)));
        changes.extend(tags);
        Change::sort(&mut changes);
        Ok(Coming {
            tree,
            changes,
            gone: Vec::new(),
            former,
        })
    }

    /// Returns the object that a name leads to, as its kind and id, and the tags on the way, since a tag may point to a tag.
    fn peel(&self, name: &str) -> Result<(Vec<Id>, String, Id), Problem> {
        let text = |bytes: &[u8]| String::from_utf8_lossy(trimmed(bytes)).into_owned();
        let words = ["rev-parse", "--verify", "--quiet", "--end-of-options", name];
        let asked = Asked::start(&words)?.output()?;
        if !asked.status.success() {
            // With this code, it says nothing of a name that leads nowhere.
            return Err(match asked.status.code() {
                Some(1) => Problem::new(format!("git knows no revision {name:?}, so nothing was checked")),
                _ => refused("rev-parse", &asked),
            });
        }
        let id = text(&asked.stdout);
        let kind = text(&git(&["cat-file", "-t", &id])?);
        behind_tags(&Objects::default(), kind, id)
    }
}

/// Follows tags to the first object that is not a tag. Returns the tags on the way, and the kind and id of that object.
pub(super) fn behind_tags(objects: &Objects, mut kind: String, mut id: Id) -> Result<(Vec<Id>, String, Id), Problem> {
    let mut tags = Vec::new();
    while kind == "tag" {
        let name = || format!("tag {}", short(&id));
        let text = objects.read(&id, MAX_SOURCE_LEN);
        let text = text.map_err(|refusal| read::worded(refusal, &name()))?;
        let text = String::from_utf8_lossy(&text);
        // `object ID` and `type KIND` are the first lines of every tag.
        let mut lines = text.lines();
        let mut next = |word| lines.next()?.strip_prefix(word);
        let (object, its_kind) = (next("object ").filter(|id| is_id(id)), next("type "));
        let (Some(object), Some(its_kind), true) = (object, its_kind, tags.len() < MAX_TAGS) else {
            return Err(Problem::new(format!("{} can't be followed", name())));
        };
        kind = its_kind.to_owned();
        tags.push(std::mem::replace(&mut id, object.to_owned()));
    }
    Ok((tags, kind, id))
}

/// How many tags of tags are followed.
const MAX_TAGS: usize = 100;
