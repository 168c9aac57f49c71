//! What a commit says of one schema: its env files, those of the work tree that are in no commit, what is new and may hold their values, and what the repository
//! does with them.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use envgate::check::repository::{Tracked, judge};
use envgate::check::{Reach, known_values};
use envgate::leak::{Findings, Needles, Search};
use envgate::report::Report;
use envgate::rotation::ledger;
use envgate::schema::EnvironmentId;
use envgate::source::{Source, SourceId};
use envgate::{EnvironmentInput, Options};

use super::{Gate, env_files};
use crate::git::Ignored;
use crate::schema::Opened;
use crate::terminal::{Problem, complain, note};
use crate::{discover, host, read};

/// Findings that the commit can't be blamed for where further files of the environment are in no commit.
const ABSENCE: &[&str] = &["missing-required", "incomplete-group"];

/// A schema with its env files, those of the commit and those of the work tree.
pub(super) struct Project<'g> {
    gate: &'g Gate<'g>,
    folder: &'g Path,
    pub(super) opened: Opened,
    /// The env files of the commit, as they were checked, then those of the work tree.
    pub(super) environments: Vec<EnvironmentInput>,
    /// Env files of the work tree that are in no commit.
    only_here: Vec<(PathBuf, SourceId)>,
    /// What git was asked, until its answer is wanted.
    asked: Option<Ignored>,
    ignored: BTreeSet<PathBuf>,
}

impl<'g> Project<'g> {
    pub(super) fn new(
        gate: &'g Gate<'g>,
        folder: &'g Path,
        opened: Opened,
        environments: Vec<EnvironmentInput>,
        asked: Option<Ignored>,
    ) -> Project<'g> {
        Project {
            gate,
            folder,
            opened,
            environments,
            only_here: Vec::new(),
            asked,
            ignored: BTreeSet::new(),
        }
    }

    /// Whether git ignores one of the files that were asked about.
    fn is_ignored(&mut self, path: &Path) -> Result<bool, Problem> {
        if let Some(asked) = self.asked.take() {
            self.ignored = asked.paths()?;
        }
        Ok(self.ignored.contains(path))
    }

    /// Where a file of an environment is kept out of the repository, what is absent may stand there. That is said, since it was not
    /// checked.
    pub(super) fn forgive_absence(&mut self, report: &mut Report) -> Result<(), Problem> {
        for environment in &mut report.environments {
            let Some(id) = self.opened.schema.find_environment(&environment.name) else {
                continue;
            };
            let files = self.opened.schema.environments()[id.0 as usize].files.clone();
            let mut elsewhere = Vec::new();
            for file in files {
                let path = self.folder.join(&file);
                if !self.gate.is_committed(&path) && self.is_ignored(&path)? {
                    elsewhere.push(file);
                }
            }
            if elsewhere.is_empty() {
                continue;
            }
            let before = report.diagnostics.len();
            report
                .diagnostics
                .retain(|one| !(one.environment.as_ref() == Some(&environment.name) && ABSENCE.contains(&one.code.0)));
            let forgiven = u32::try_from(before - report.diagnostics.len()).unwrap_or(u32::MAX);
            if forgiven > 0 {
                environment.errors = environment.errors.saturating_sub(forgiven);
                note(&format!(
                    "{}: missing keys are not reported, since {} is not in the repository",
                    environment.name,
                    elsewhere.join(", ")
                ));
            }
        }
        Ok(())
    }

    /// Reads the env files that are in no commit. Those of the first work tree are as secret in one that was added to it, where they
    /// are often left out.
    pub(super) fn read_work_tree(&mut self) {
        let mut seen = BTreeSet::new();
        for index in 0..self.opened.schema.environments().len() {
            let files = self.opened.schema.environments()[index].files.clone();
            let mut found = Vec::new();
            for path in files.iter().map(|file| self.folder.join(file)) {
                if self.gate.is_committed(&path) || !seen.insert(path.clone()) {
                    continue;
                }
                if let Some(id) = self.read_if_there(&path) {
                    found.push(id.into());
                    self.only_here.push((path.clone(), id));
                }
                let repository = self.gate.repository;
                if let (Some(first), Ok(inside)) = (&repository.first, path.strip_prefix(&repository.top)) {
                    found.extend(self.read_if_there(&first.join(inside)).map(Into::into));
                }
            }
            if !found.is_empty() {
                self.environments.push(EnvironmentInput {
                    id: EnvironmentId(u16::try_from(index).unwrap_or_default()),
                    files: found,
                    dialect: None,
                    process: Default::default(),
                });
            }
        }
    }

    fn read_if_there(&mut self, path: &Path) -> Option<SourceId> {
        if !host::exists(path) {
            return None;
        }
        match read::file(path, &discover::shown(path)) {
            Ok(bytes) => self.add(path, bytes),
            Err(problem) => {
                complain(&problem);
                note("its values are not searched for");
                None
            }
        }
    }

    fn add(&mut self, path: &Path, bytes: Vec<u8>) -> Option<SourceId> {
        let name = self.name(path);
        let source = Source::new(name, bytes).ok()?;
        self.opened.sources.push(source);
        u32::try_from(self.opened.sources.len() - 1).ok().map(SourceId)
    }

    /// The name by which the report speaks of a file: as seen from the folder of the schema, wherever the repository lies.
    fn name(&self, path: &Path) -> String {
        let top = &self.gate.repository.top;
        let (Ok(inside), Ok(home)) = (path.strip_prefix(top), self.folder.strip_prefix(top)) else {
            return discover::name(path, &self.opened.path);
        };
        if path.starts_with(self.folder) {
            return discover::name(path, &self.opened.path);
        }
        let shared = inside.components().zip(home.components());
        let shared = shared.take_while(|(one, other)| one == other).count();
        let above = home.components().skip(shared).map(|_| "..".into());
        let below = inside
            .components()
            .skip(shared)
            .map(|part| part.as_os_str().to_string_lossy());
        let parts: Vec<_> = above.chain(below).collect();
        parts.join("/")
    }

    /// The source that was read from a path.
    fn source(&self, path: &Path) -> Option<SourceId> {
        let name = self.name(path);
        let position = self
            .opened
            .sources
            .iter()
            .skip(1)
            .position(|source| source.name() == name)?;
        u32::try_from(position + 1).ok().map(SourceId)
    }

    /// Looks for the values of all env files, and for tokens, in what is new.
    pub(super) fn search(&mut self, options: &Options, schemas: &[PathBuf]) -> Result<Report, Problem> {
        let needles = Needles::build(known_values(
            &self.opened.schema,
            &self.opened.sources,
            &self.environments,
        ));
        let mut findings = Findings::new(&needles);
        let mut search = Search::new(&needles);
        let mut bytes = 0;
        for change in &self.gate.changes {
            let path = self.gate.repository.top.join(&change.path);
            let streamed = self.gate.tree.stream(&change.id, |_, content| {
                loop {
                    let count = content.read(search.space())?;
                    if count == 0 {
                        return Ok(search.finish());
                    }
                    search.filled(count);
                }
            });
            let mut found =
                streamed.map_err(|refusal| read::worded(refusal, &needles.redact(&discover::shown(&change.path))))?;
            bytes += found.bytes;
            if !self.gate.belongs(&path, self.folder, schemas) {
                found.keep_values();
            }
            findings.add(&self.name(&path), self.source(&path), found);
        }
        findings.count(self.gate.changes.len() as u64, bytes);
        let (schema, sources) = (&self.opened.schema, &mut self.opened.sources);
        Ok(findings.report(schema, sources, options, Reach::default()))
    }

    /// What the repository does with its env files.
    pub(super) fn hygiene(&mut self, options: &Options, schemas: &[PathBuf]) -> Result<Report, Problem> {
        let mut tracked = Tracked::default();
        let named = env_files(&self.opened, self.folder);
        for change in &self.gate.changes {
            let path = self.gate.repository.top.join(&change.path);
            let is_named = named.contains(&path);
            let is_ours = path.starts_with(self.folder) && self.gate.belongs(&path, self.folder, schemas);
            // Of a link only its text is committed, in which values are searched for.
            if !(is_named || is_ours && is_env_file(&path)) || self.gate.tree.is_link(&path) {
                continue;
            }
            let known = self.source(&path).filter(|_| is_named);
            let id = match known {
                Some(id) => Some(id),
                None => match self.gate.within(|| read::file(&path, &discover::shown(&path))) {
                    Ok(bytes) => self.add(&path, bytes),
                    // It was there in an earlier commit of what is pushed; its values are found by the search.
                    Err(_) => None,
                },
            };
            tracked.committed.extend(id);
        }
        for (path, id) in std::mem::take(&mut self.only_here) {
            if !host::is_link(&path) && !self.is_ignored(&path)? {
                tracked.not_ignored.push(id);
            }
            if host::is_readable_by_all(&path) {
                tracked.readable.push(id);
            }
        }
        if let Some(path) = self.gate.within(|| discover::example(self.folder)) {
            tracked.example = match self.source(&path) {
                Some(id) => Some(id),
                None => {
                    let bytes = self.gate.within(|| read::file(&path, &discover::shown(&path)))?;
                    self.add(&path, bytes)
                }
            };
        }
        let path = self.folder.join(ledger::FILE_NAME);
        if host::exists(&path) {
            let here = read::file(&path, &discover::shown(&path))?;
            let committed = self.gate.within(|| read::file(&path, ""));
            if committed.as_ref() != Ok(&here) {
                tracked.ledger = self.add(&path, here);
            }
        }
        Ok(judge(&self.opened.schema, &self.opened.sources, &tracked, options))
    }
}

/// Whether a file is called like one of variables, and not like one that is there to be read by everybody.
fn is_env_file(path: &Path) -> bool {
    let Some(name) = path.file_name().and_then(|name| name.to_str()) else {
        return false;
    };
    let called =
        name == ".env" || name.starts_with(".env.") || Path::new(name).extension().is_some_and(|end| end == "env");
    let harmless = ["example", "sample", "template", "dist", "schema", "json", "vault"];
    called && !name.split('.').any(|word| harmless.contains(&word))
}
