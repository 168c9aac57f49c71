//! The records that a commit removes from the ledger. Records are never changed or removed, so a missing one may hide that a secret is
//! overdue, and only git knows that it existed.

use std::path::{Path, PathBuf};

use envgate::Options;
use envgate::check::AgeEvidence;
use envgate::rotation::ledger::{self, Entry, Ledger};

use super::Gate;
use super::project::Project;
use crate::git::{Former, Id};
use crate::schema::Opened;
use crate::terminal::{Problem, note};
use crate::{discover, evidence, read};

impl Gate<'_> {
    /// Returns the former ledgers of a schema: those beside it. If the schema is new at this path, also those whose own schema is gone,
    /// because it may have been moved here.
    fn former_ledgers(&self, folder: &Path, schemas: &[PathBuf]) -> Vec<&Former> {
        let is_ledger = |path: &Path| path.file_name().is_some_and(|name| name == ledger::FILE_NAME);
        let folder_of = |path: &Path| self.repository.top.join(path).parent().map(Path::to_owned);
        let has_schema = |folder: &Path| schemas.iter().any(|schema| schema.parent() == Some(folder));
        let mut others = self.former.iter().filter(|former| !is_ledger(&former.path));
        let is_new = others.any(|schema| schema.id.is_none() && folder_of(&schema.path).as_deref() == Some(folder));
        let ledgers = self.former.iter().filter(|former| is_ledger(&former.path));
        let ours = ledgers.filter(|ledger| {
            let beside = folder_of(&ledger.path);
            beside.is_some_and(|beside| beside == folder || is_new && !has_schema(&beside))
        });
        ours.collect()
    }
}

impl Project<'_> {
    /// Returns the records that the ledger had before and no longer has.
    pub(super) fn lost_records(&mut self, options: &Options, schemas: &[PathBuf]) -> Result<Vec<Entry>, Problem> {
        let path = self.folder.join(ledger::FILE_NAME);
        let mut former = Vec::new();
        for ledger in self.gate.former_ledgers(self.folder, schemas) {
            let read = |id: &Option<Id>| id.as_deref().map_or(Ok(None), |id| self.former_ledger(id, &path));
            if let Some(ledger_then) = read(&ledger.id)? {
                former.push((ledger_then, read(&ledger.gone_before)?));
            }
        }
        let is_changed = self.gate.former.iter().any(|one| path.ends_with(&one.path));
        if former.is_empty() && !is_changed {
            return Ok(Vec::new());
        }
        let Some(now) = self.ledger(&path, options)? else {
            return Ok(Vec::new());
        };
        let mut lost: Vec<Entry> = Vec::new();
        for (then, before) in &former {
            let was_gone = |entry: &Entry| before.as_ref().is_some_and(|before| before.has(entry));
            lost.extend(then.lost(&now).filter(|entry| !was_gone(entry)).cloned());
        }
        Ok(lost)
    }

    /// Reads a former version of the ledger at a path; `None` if it can't be read, which a note says.
    fn former_ledger(&self, id: &str, path: &Path) -> Result<Option<Ledger>, Problem> {
        let text = self.gate.tree.objects().read(id, usize::MAX);
        let text = text.map_err(|refusal| read::worded(refusal, &self.name(path)))?;
        let ledger = Ledger::parse(&text).ok();
        if ledger.is_none() {
            note(&format!(
                "{} could not be read before, so it is not known whether records were removed from it",
                self.name(path)
            ));
        }
        Ok(ledger)
    }

    /// Returns the ledger of the commit; empty if it has none. If env files are committed, their check has read it already. `None` if it
    /// has mistakes, which have been reported.
    fn ledger(&mut self, path: &Path, options: &Options) -> Result<Option<Ledger>, Problem> {
        if let Some((_, ledger)) = options.ages.ledger() {
            return Ok(Some(ledger.clone()));
        }
        if !self.gate.is_committed(path) {
            return Ok(Some(Ledger::default()));
        }
        let text = self.gate.within(|| read::file(path, &discover::shown(path)))?;
        let id = self.add(path, text);
        let Opened { schema, sources, .. } = &self.opened;
        match AgeEvidence::read(schema, sources, &[], Vec::new(), id) {
            Ok(read) => Ok(read.ledger().map(|(_, ledger)| ledger.clone())),
            Err(_) if self.failed => Ok(None),
            Err(errors) => {
                for problem in evidence::problems(errors, &self.opened.sources) {
                    self.fail(&problem);
                }
                Ok(None)
            }
        }
    }
}
