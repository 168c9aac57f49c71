//! Trees without a schema, such as a branch that holds a website or git notes. Nothing in them can be checked, but they can be searched for
//! the values of another branch's schema. A tree that had a schema or holds env files is refused, because a gate without a schema would let
//! it through; and so is every tree if no branch has a schema.

use std::rc::Rc;

use super::project::is_env_file;
use super::{Gate, Origin, schemas_of};
use crate::discover;
use crate::git::{Id, Tree, short};
use crate::terminal::{Problem, note};

/// How many branches are searched for a schema, before the repository is taken to have none.
const MAX_BRANCHES: usize = 100;

impl<'g> Gate<'g> {
    /// Returns the same gate with the tree of a branch that has a schema.
    ///
    /// # Errors
    /// When no branch has one, and when these changes need one of their own.
    pub(super) fn with_a_borrowed_schema(self) -> Result<Gate<'g>, Problem> {
        // If there is a schema on the disk, somebody forgot to add it.
        let is_forgotten = matches!(self.origin, Origin::Index) && discover::schema(&[], &[]).is_ok();
        let lender = if is_forgotten { None } else { self.lender()? };
        let Some((tree, lender)) = lender else {
            return Err(no_schema());
        };
        let (here, commits) = (self.shown(), self.commits());
        let schema = discover::SCHEMA;
        if self.repository.ever_had(&discover::SCHEMAS, &commits)? {
            let problem = Problem::new(format!("{here} has no {schema} any more, so nothing can be checked"));
            return Err(problem.help(format!(
                "`git checkout {lender} -- {schema}` takes that of {lender}, where it has one there"
            )));
        }
        let files = self.tree.files();
        let mut files = files.iter().chain(&self.changes).filter(|file| file.is_file);
        if let Some(file) = files.find(|file| is_env_file(&file.path)) {
            let file = discover::shown(&file.path);
            let problem = Problem::new(format!("{here} has no {schema}, so {file} can't be checked"));
            return Err(problem.help(format!(
                "commit a schema beside it, or remove it: {lender} has a schema"
            )));
        }
        if self.message.is_none() {
            note(&format!(
                "{here} has no {schema}, never had one, and has no env file, so there is nothing to check; it is searched for tokens and for the values of {lender}"
            ));
        }
        Ok(Gate {
            tree: Rc::new(tree),
            is_borrowed: true,
            ..self
        })
    }

    /// The first branch with a schema.
    fn lender(&self) -> Result<Option<(Tree, String)>, Problem> {
        let branches = self.repository.branches()?.into_iter().take(MAX_BRANCHES);
        // A server may receive all of its branches in one push.
        let pushes = match &self.origin {
            Origin::Push { pushes, .. } => *pushes,
            Origin::Index => &[],
        };
        let pushes = pushes.iter().map(|push| (push.to.clone(), push.name.clone()));
        for (id, name) in branches.chain(pushes) {
            // A tag may lead to a file, which is no tree.
            let Ok(tree) = self.repository.commit(&id) else {
                continue;
            };
            if !schemas_of(&tree).is_empty() {
                return Ok(Some((tree, name)));
            }
        }
        Ok(None)
    }

    /// Returns the commits that the ref of these changes has, here and at the remote.
    fn commits(&self) -> Vec<Id> {
        match &self.origin {
            Origin::Index => self.repository.resolve("HEAD").into_iter().collect(),
            Origin::Push { pushes, at } => {
                let push = &pushes[*at];
                push.from.iter().chain([&push.to]).cloned().collect()
            }
        }
    }

    fn shown(&self) -> String {
        match (&self.origin, self.reference()) {
            (_, Some(name)) => name.to_owned(),
            (Origin::Push { pushes, at }, None) => short(&pushes[*at].to).to_owned(),
            (Origin::Index, None) => "what is committed".to_owned(),
        }
    }

    /// Returns the name of the ref that is pushed, if it is known.
    pub(super) fn reference(&self) -> Option<&str> {
        match &self.origin {
            Origin::Index => None,
            Origin::Push { pushes, at } => Some(&*pushes[*at].name).filter(|name| !name.is_empty()),
        }
    }
}

/// A gate without a schema would let everything through.
fn no_schema() -> Problem {
    match discover::schema(&[], &[]) {
        Ok(path) => Problem::new(format!(
            "{} is not committed, so nothing can be checked",
            discover::shown(&path)
        ))
        .help(format!("git add {}", discover::shown(&path))),
        Err(_) => Problem::new(format!("there is no {} in what is committed", discover::SCHEMA))
            .help("`envgate init` writes a first one"),
    }
}
