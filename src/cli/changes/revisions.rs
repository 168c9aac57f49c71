//! Two revisions of a repository, or one and the work tree, as the sides of a comparison.

use std::path::{Path, PathBuf};
use std::rc::Rc;

use super::sides::{Asked, Side, alone};
use crate::args::{DiffArguments, Format};
use crate::git::{Repository, Tree};
use crate::schema::{self, Opened};
use crate::terminal::{Problem, note};
use crate::{discover, host};

/// `A..B`, `A...B`, `A B`, or `A` and the work tree.
pub(super) fn revisions(arguments: &DiffArguments, new: Option<&PathBuf>) -> Result<Asked, Problem> {
    let is_file = new.is_none() && host::exists(&arguments.old);
    let missing = |problem| if is_file { alone(&arguments.old) } else { problem };
    let repository = Repository::open().map_err(missing)?;
    let first = text(&arguments.old)?;
    let (old, new) = match new {
        Some(new) => (repository.resolve(first)?, Some(repository.resolve(text(new)?)?)),
        None if first.contains("..") => range(&repository, first)?,
        None => (repository.resolve(first).map_err(missing)?, None),
    };
    let (opened, label, tree) = after(arguments, &repository, new.as_deref())?;
    let old = before(&repository, &old, &opened.path)?;
    let new = Side {
        opened,
        label,
        view: tree,
    };
    Ok(Asked::Schemas(old.map(Box::new), Box::new(new)))
}

fn text(path: &Path) -> Result<&str, Problem> {
    path.to_str()
        .ok_or_else(|| Problem::new(format!("{} is not a revision", discover::shown(path))))
}

fn or_head(text: &str) -> &str {
    if text.is_empty() { "HEAD" } else { text }
}

/// Parses `A..B` and `A...B`; a side that is not named is `HEAD`.
fn range(repository: &Repository, text: &str) -> Result<(String, Option<String>), Problem> {
    let (old, new) = if let Some((from, to)) = text.split_once("...") {
        let from = repository.merge_base(or_head(from), or_head(to))?;
        (from, repository.resolve(or_head(to))?)
    } else {
        let (from, to) = text.split_once("..").unwrap_or((text, ""));
        (repository.resolve(or_head(from))?, repository.resolve(or_head(to))?)
    };
    if text.starts_with("..") && old == new {
        // As from a variable that is not set. That nothing changes would be no answer.
        let problem = Problem::new(format!("both sides of {text:?} are HEAD: nothing was compared"));
        return Err(problem.help("name the old revision before the dots, such as main..HEAD"));
    }
    Ok((old, Some(new)))
}

/// Returns the new schema, the name of that side, and its tree: none for the work tree.
fn after(
    arguments: &DiffArguments,
    repository: &Repository,
    id: Option<&str>,
) -> Result<(Opened, String, Option<Rc<Tree>>), Problem> {
    let tree = id.map(|id| repository.commit(id).map(Rc::new)).transpose()?;
    let opened = within(tree.as_ref(), || {
        let path = discover::absolute(&discover::schema(&arguments.selection.schema.named, &[])?);
        open(&path).ok_or_else(|| Problem::new("nothing was compared"))
    })?;
    let label = id.map_or("the work tree".to_owned(), |id| id.chars().take(9).collect());
    Ok((opened, label, tree))
}

/// Returns the old version of the schema; `None` if there was none, which is printed.
fn before(repository: &Repository, id: &str, path: &Path) -> Result<Option<Side>, Problem> {
    let tree = Rc::new(repository.commit(id)?);
    let opened = within(Some(&tree), || host::exists(path).then(|| open(path)));
    match opened {
        Some(Some(opened)) => Ok(Some(Side {
            opened,
            label: String::new(),
            view: Some(tree),
        })),
        Some(None) => Err(Problem::new(
            "the schema of the old revision can't be read: nothing was compared",
        )),
        None => {
            note("there was no schema before: all in it is new");
            Ok(None)
        }
    }
}

fn open(path: &Path) -> Option<Opened> {
    schema::open(&[path.to_owned()], &[], Format::Human)
}

/// Runs `work` with a tree in place of the disk.
fn within<T>(tree: Option<&Rc<Tree>>, work: impl FnOnce() -> T) -> T {
    match tree {
        Some(tree) => host::through(Rc::clone(tree) as Rc<dyn host::View>, work),
        None => work(),
    }
}
