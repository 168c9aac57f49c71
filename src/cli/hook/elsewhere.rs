//! What a commit has in places that the check does not read: schemas and env files whose names differ only in case, env files behind links
//! and in submodules, and env files whose schema is removed. Wherever a program might still read such a file, the commit is refused,
//! because it would pass unchecked.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use envgate::carrier::Carrier;
use envgate::leak::Needles;
use envgate::source::{MAX_SOURCE_LEN, Source};

use super::Gate;
use super::project::Project;
use crate::git::End;
use crate::terminal::{Problem, note};
use crate::{discover, host, read, schema};

impl Gate<'_> {
    /// Refuses a schema whose name differs only in case: on some disks it would be read, but here it would be overlooked.
    pub(super) fn refuse_lost_schemas(&self) -> Result<(), Problem> {
        let is_lost = |path: &PathBuf| {
            let name = path.file_name().unwrap_or_default();
            let mut names = discover::SCHEMAS.iter();
            !discover::SCHEMAS.iter().any(|known| name == *known) && names.any(|known| name.eq_ignore_ascii_case(known))
        };
        let Some(path) = self.tree.ending(discover::SCHEMA).find(is_lost) else {
            return Ok(());
        };
        let right = path.with_file_name(path.file_name().unwrap_or_default().to_ascii_lowercase());
        let (name, right) = (discover::shown(&path), discover::shown(&right));
        Err(
            Problem::new(format!("{name} is not read, because of the case of its name"))
                .help(format!("git mv {name} {right}")),
        )
    }

    /// Refuses to remove a schema while an env file stays that no other schema names. Nothing would check that file any more, and as long
    /// as there is another schema, nothing would say so.
    pub(super) fn refuse_left_behind(&self, schemas: &[PathBuf]) -> Result<(), Problem> {
        let is_schema = |path: &Path| discover::SCHEMAS.iter().any(|name| path.ends_with(name));
        let has_schema = |folder: &Path| schemas.iter().any(|schema| schema.parent() == Some(folder));
        let gone = self.former.iter().filter(|former| is_schema(&former.path));
        let gone = gone.filter(|former| !has_schema(former.path.parent().unwrap_or(Path::new(""))));
        let mut named: Option<BTreeSet<PathBuf>> = None;
        for former in gone {
            let Some(id) = &former.id else { continue };
            let text = self.tree.objects().read(id, MAX_SOURCE_LEN);
            let name = discover::shown(&former.path);
            let text = text.map_err(|refusal| read::worded(refusal, &name))?;
            let Ok(source) = Source::new(name.clone(), text) else {
                continue;
            };
            let there = self.env_files_of(&former.path, source).into_iter();
            let mut there = there.filter(|path| self.tree.has(path)).peekable();
            if there.peek().is_none() {
                continue;
            }
            let named = named.get_or_insert_with(|| {
                let read = |schema: &PathBuf| {
                    let source = self.within(|| schema::read(&self.repository.top.join(schema)));
                    source.map_or_else(|_| Vec::new(), |source| self.env_files_of(schema, source))
                };
                schemas.iter().flat_map(read).collect()
            });
            if let Some(left) = there.find(|path| !named.contains(path)) {
                let left = discover::shown(&left);
                let problem = Problem::new(format!("{name} is removed, and nothing would check {left} any more"));
                return Err(problem.help(format!("`git rm --cached {left}`, or name it in another schema")));
            }
        }
        Ok(())
    }

    /// Returns the paths from the top of the .env files that a schema names. Other carriers, such as Compose files, are left out.
    fn env_files_of(&self, schema: &Path, source: Source) -> Vec<PathBuf> {
        let top = &self.repository.top;
        let path = top.join(schema);
        let folder = discover::folder(&path).to_owned();
        let Ok(opened) = self.within(|| schema::compiled(path, source)) else {
            return Vec::new();
        };
        let files = opened.schema.environments().iter().flat_map(|spec| &spec.files);
        let is_env_file = |path: &PathBuf| {
            let alone = Source::new(discover::shown(path), Vec::new());
            alone.is_ok_and(|alone| Carrier::of(&alone).is_none())
        };
        let files = files.map(|file| discover::absolute(&folder.join(file)));
        files
            .filter(is_env_file)
            .filter_map(|path| Some(path.strip_prefix(top).ok()?.to_owned()))
            .collect()
    }

    /// Returns the path to ask git about when it matters whether `path` is ignored: committed links are followed, and git answers for a
    /// link on the disk but not for what is behind it, so the outermost such link is asked about.
    pub(super) fn asked_for(&self, path: &Path) -> PathBuf {
        let top = &self.repository.top;
        let Ok(inside) = path.strip_prefix(top) else {
            return path.to_owned();
        };
        let path = match self.tree.end(inside) {
            End::Missing(target) => top.join(target),
            _ => path.to_owned(),
        };
        let folders = path.ancestors().skip(1).take_while(|folder| *folder != top);
        let outermost = folders.filter(|folder| host::is_link(folder)).last();
        outermost.map_or(path.clone(), Path::to_owned)
    }
}

impl Project<'_> {
    /// Refuses env files that programs would read and that this check has not read.
    pub(super) fn refuse_elsewhere(&mut self, needles: &Needles) -> Result<(), Problem> {
        let top = &self.gate.repository.top;
        let named: BTreeSet<PathBuf> = (self.files.iter())
            .filter_map(|file| Some(file.path().strip_prefix(top).ok()?.to_owned()))
            .collect();
        self.refuse_other_case(&named, needles);
        for inside in &named {
            let path = self.gate.repository.top.join(inside);
            let name = needles.redact(&self.name(&path));
            match self.gate.tree.end(inside) {
                End::There | End::Nowhere => {}
                End::Submodule => note(&format!("{name} is in a submodule, so it was not checked here")),
                End::Outside => {
                    let problem = Problem::new(format!(
                        "{name} is behind a link that leads out of the repository, so it can't be checked"
                    ));
                    self.fail(&problem.help("commit the file itself, or remove the link and let git ignore it"));
                }
                End::Missing(target) => {
                    let target = self.gate.repository.top.join(target);
                    if !self.is_ignored(&target)? {
                        let target = needles.redact(&self.name(&target));
                        let problem = Problem::new(format!("{target} is not committed, and {name} is a link to it"));
                        self.fail(&problem.help(format!("git add {target}, or add it to .gitignore")));
                    }
                }
            }
        }
        Ok(())
    }

    /// Refuses committed files that would be an env file on a disk that ignores case, as those of macOS and Windows do.
    fn refuse_other_case(&mut self, named: &BTreeSet<PathBuf>, needles: &Needles) {
        let lower = |path: &Path| path.as_os_str().to_ascii_lowercase();
        let by_lower: BTreeMap<_, &PathBuf> = named.iter().map(|path| (lower(path), path)).collect();
        let lengths: BTreeSet<usize> = by_lower.keys().map(|path| path.len()).collect();
        let spelled = self.gate.tree.of_lengths(&lengths);
        let others: Vec<(PathBuf, &PathBuf)> = spelled
            .filter(|path| !named.contains(path))
            .filter_map(|path| Some((by_lower.get(&lower(&path)).copied()?, path)))
            .map(|(named, path)| (path, named))
            .collect();
        for (path, named) in others {
            let top = &self.gate.repository.top;
            let [path, named] = [&path, named].map(|path| needles.redact(&self.name(&top.join(path))));
            let problem = Problem::new(format!(
                "{path} is the same file as {named} on macOS and Windows, but here it was not checked"
            ));
            self.fail(&problem.help(format!("git mv {path} {named}, or name it so in the schema")));
        }
    }
}
