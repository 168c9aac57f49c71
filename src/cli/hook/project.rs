//! Checks a commit for one schema: its env files, those of the work tree that are in no commit, what is new and may hold their values, and how
//! the repository treats them.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use envgate::check::repository::{Tracked, judge};
use envgate::check::{FileInput, Form, Reach, known_values};
use envgate::leak::{Findings, Found, Kept, Needles, Origin, Search};
use envgate::report::Report;
use envgate::rotation::ledger;
use envgate::schema::EnvironmentId;
use envgate::source::{MAX_SOURCE_LEN, Source, SourceId};
use envgate::{EnvironmentInput, Options};

use super::{EnvFile, Gate};
use crate::git::{Change, Ignored, lfs, short};
use crate::host::Refusal;
use crate::kept;
use crate::schema::Opened;
use crate::terminal::{Problem, complain, note};
use crate::{committed, discover, host, models, read};

/// Findings that are dropped if further files of the environment are in no commit.
const ABSENCE: &[&str] = &["missing-required", "incomplete-group"];

/// A schema with its env files, those of the commit and those of the work tree.
pub(super) struct Project<'g> {
    pub(super) gate: &'g Gate<'g>,
    pub(super) folder: &'g Path,
    /// The files of all environments.
    pub(super) files: Vec<EnvFile>,
    pub(super) opened: Opened,
    /// The env files of the commit, as they were checked, then those of the work tree.
    pub(super) environments: Vec<EnvironmentInput>,
    /// Env files of the work tree that are in no commit.
    pub(super) only_here: Vec<(PathBuf, SourceId)>,
    /// The question to git, until its answer is needed.
    pub(super) asked: Option<Ignored>,
    pub(super) ignored: BTreeSet<PathBuf>,
    /// Whether something could not be done.
    pub(super) failed: bool,
}

impl Project<'_> {
    /// Whether a file is kept out of the repository on purpose: git ignores it, or it is outside. A server can't ask, and takes every file
    /// that was not pushed for one of these.
    pub(super) fn is_ignored(&mut self, path: &Path) -> Result<bool, Problem> {
        if self.gate.repository.is_of_server {
            return Ok(true);
        }
        if let Some(asked) = self.asked.take() {
            self.ignored = asked.paths()?;
        }
        Ok(self.ignored.contains(&self.gate.asked_for(path)) || !path.starts_with(&self.gate.repository.top))
    }

    /// Drops findings about missing keys if a file of their environment is kept out of the repository, because that file may set them. A
    /// note says what was not checked.
    pub(super) fn drop_missing_of_ignored_files(&mut self, report: &mut Report) -> Result<(), Problem> {
        for environment in &mut report.environments {
            let Some(id) = self.opened.schema.find_environment(&environment.name) else {
                continue;
            };
            let mut elsewhere = Vec::new();
            for file in self.files_of(id) {
                let path = file.path();
                if !self.gate.is_committed(path) && self.is_ignored(path)? {
                    elsewhere.push(self.name(path));
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

    /// Notes which environments are no longer checked because the commit removes their last file. If that file is ignored from now on, this
    /// is intended.
    pub(super) fn note_gone(&mut self) -> Result<(), Problem> {
        if self.gate.gone.is_empty() {
            return Ok(());
        }
        for index in (0..).take(self.opened.schema.environments().len()) {
            let files = self.files_of(EnvironmentId(index));
            if files.iter().any(|file| self.gate.is_committed(file.path())) {
                continue;
            }
            let top = &self.gate.repository.top;
            let is_gone = |file: &EnvFile| self.gate.gone.iter().any(|gone| top.join(gone) == file.path());
            let Some(gone) = files.iter().find(|file| is_gone(file)).map(EnvFile::path) else {
                continue;
            };
            if !self.is_ignored(gone)? {
                let name = &self.opened.schema.environments()[usize::from(index)].name;
                note(&format!(
                    "{name} is not checked any more: {} is removed",
                    self.name(gone)
                ));
            }
        }
        Ok(())
    }

    fn files_of(&self, environment: EnvironmentId) -> Vec<EnvFile> {
        let files = self.files.iter().filter(|file| file.environment == environment);
        files.cloned().collect()
    }

    /// Refuses the commit if an env file in it includes a file that is neither committed nor kept out of the repository.
    pub(super) fn refuse_left_out(&mut self, left_out: &[PathBuf], needles: &Needles) -> Result<(), Problem> {
        for path in left_out {
            let path = discover::absolute(path);
            if !self.is_ignored(&path)? {
                let name = needles.redact(&self.name(&path));
                let problem = Problem::new(format!(
                    "{name} is not committed, and an env file takes variables from it"
                ));
                self.fail(&problem.help(format!("git add {name}, or add it to .gitignore")));
            }
        }
        Ok(())
    }

    pub(super) fn fail(&mut self, problem: &Problem) {
        complain(problem);
        self.failed = true;
    }

    /// Reads the env files of the work tree that are in no commit, and those whose values differ from the committed ones, such as real
    /// values in place of placeholders. In a work tree of `git worktree add`, which often has none of them, those of the main work tree are
    /// read as well, and those of all of them if the repository is bare.
    pub(super) fn read_work_tree(&mut self) {
        let mut seen = BTreeSet::new();
        for index in (0..).take(self.opened.schema.environments().len()) {
            let id = EnvironmentId(index);
            let mut found: Vec<FileInput> = Vec::new();
            for file in self.files_of(id) {
                let path = file.path();
                if !seen.insert(path.to_owned()) {
                    continue;
                }
                if self.gate.is_committed(path) {
                    found.extend(self.read_if_changed(id, &file));
                    continue;
                }
                if let Some(read) = self.read_if_there(path, &file) {
                    self.only_here.push((path.to_owned(), read.source));
                    found.push(read);
                }
                let repository = self.gate.repository;
                if let Ok(inside) = path.strip_prefix(&repository.top) {
                    let elsewhere = repository.others.iter().map(|other| other.join(inside));
                    found.extend(elsewhere.filter_map(|path| self.read_if_there(&path, &file)));
                }
            }
            for file in &found {
                if let Some(problem) = kept::unread(&self.opened, id, file) {
                    self.fail(&problem);
                }
            }
            if !found.is_empty() {
                self.environments.push(EnvironmentInput::new(id, found));
            }
        }
    }

    fn read_if_there(&mut self, path: &Path, file: &EnvFile) -> Option<FileInput> {
        if !host::exists(path) {
            return None;
        }
        match read::file(path, &discover::shown(path)) {
            Ok(bytes) => {
                let source = self.add(path, bytes)?;
                Some(self.input(file, source))
            }
            Err(problem) => {
                self.fail(&problem);
                note("its values can't be searched for");
                None
            }
        }
    }

    /// Reads a committed file from the disk, if its content there differs.
    fn read_if_changed(&mut self, id: EnvironmentId, file: &EnvFile) -> Option<FileInput> {
        let path = file.path();
        if host::kind(path).is_err() {
            return None;
        }
        let name = self.name(path);
        let read = || read::file(path, &name);
        let here = read();
        // A file whose content was checked is not read again. A filter of git may have decrypted it, so contents are compared, not objects.
        let is_same = match (self.source(path), &here) {
            (Some(id), Ok(here)) => self.opened.sources[id.0 as usize].bytes() == here,
            _ => here == self.gate.within(read),
        };
        if is_same {
            return None;
        }
        let source = here.ok().and_then(|here| self.add(path, here));
        let found = source.map(|source| self.input(file, source));
        match found {
            Some(found) if kept::unread(&self.opened, id, &found).is_none() => Some(found),
            // What the commit has was checked, so a file that is half written on the disk is no reason to refuse it.
            _ => {
                note(&format!(
                    "{name} can't be read as it is on the disk, so only its values in the commit were searched for"
                ));
                None
            }
        }
    }

    fn input(&self, file: &EnvFile, source: SourceId) -> FileInput {
        let form = match file.taken_by {
            Some(dialect) => Form::Env(Some(dialect)),
            None => kept::form(&file.input, &self.opened.sources[source.0 as usize]),
        };
        FileInput { source, form }
    }

    pub(super) fn add(&mut self, path: &Path, bytes: Vec<u8>) -> Option<SourceId> {
        let name = self.name(path);
        let source = Source::new(name, bytes).ok()?;
        self.opened.sources.push(source);
        u32::try_from(self.opened.sources.len() - 1).ok().map(SourceId)
    }

    /// Returns the name of a file in the report: relative to the folder of the schema, wherever the repository is.
    pub(super) fn name(&self, path: &Path) -> String {
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

    /// Returns the source that was read from a path.
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

    /// The values of all env files that were read.
    pub(super) fn needles(&self) -> Needles {
        let (schema, sources) = (&self.opened.schema, &self.opened.sources);
        Needles::build(known_values(schema, sources, &self.environments))
    }

    /// Searches what is new for the values of all env files, and for tokens.
    pub(super) fn search(
        &mut self,
        needles: &Needles,
        options: &Options,
        schemas: &[PathBuf],
    ) -> Result<Report, Problem> {
        let mut findings = Findings::new(needles);
        let mut search = Search::new(needles);
        let (mut files, mut bytes, mut pointers) = (0, 0, 0);
        for change in &self.gate.changes {
            let path = self.gate.repository.top.join(&change.path);
            let is_ours = self.gate.belongs(&path, self.folder, schemas);
            // A token is reported once, by the schema whose it is; without values, there is nothing else to search for.
            if !is_ours && needles.values() == 0 {
                continue;
            }
            let worded = |refusal| read::worded(refusal, &needles.redact(&discover::shown(&change.path)));
            let git = &self.gate.repository.git;
            let (mut found, is_absent) =
                committed::object(self.gate.tree.objects(), &change.id, git, &mut search).map_err(worded)?;
            pointers += usize::from(is_absent);
            bytes += found.bytes;
            if !is_ours {
                found.keep_values();
            }
            if change.is_file {
                files += 1;
                // In a borrowed tree, the file of this name belongs to another branch.
                let known = self.source(&path).filter(|_| !self.gate.is_borrowed);
                let kept = known.map_or(Kept::Nothing, |id| committed::kept(&self.gate.tree, change, id));
                findings.add(&self.name(&path), change.origin(), kept, found);
            } else {
                found.ignore_comments();
                findings.add(&discover::shown(&change.path), change.origin(), Kept::Nothing, found);
            }
        }
        if let Some(message) = &self.gate.message {
            let mut found = committed::text(&mut search, &message.text)?;
            bytes += found.bytes;
            files += 1;
            // Every schema searches for tokens, but only the responsible one reports them.
            if Some(self.folder) != schemas.first().and_then(|schema| schema.parent()) {
                found.keep_values();
            }
            found.ignore_comments();
            findings.add(&message.name, Origin::Present, Kept::Nothing, found);
        }
        if let Some(name) = self.gate.reference() {
            // It is published like the name of a file.
            findings.add(name, Origin::Present, Kept::Nothing, Found::default());
        }
        lfs::note_absent(pointers);
        findings.count(files, bytes);
        let (schema, sources) = (&self.opened.schema, &mut self.opened.sources);
        Ok(findings.report(schema, sources, options, Reach::default()))
    }

    /// Returns the content of an earlier version of an env file; `None` if it is too large to be parsed, so that it can only be searched.
    fn version(&self, change: &Change) -> Result<Option<Vec<u8>>, Problem> {
        match self.gate.tree.objects().read(&change.id, MAX_SOURCE_LEN) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(Refusal::TooLarge) => Ok(None),
            Err(refusal) => Err(read::worded(refusal, &discover::shown(&change.path))),
        }
    }

    /// Checks how the repository treats its env files.
    pub(super) fn hygiene(&mut self, options: &Options, schemas: &[PathBuf]) -> Result<Report, Problem> {
        let mut tracked = Tracked::default();
        let named: BTreeSet<PathBuf> = self.files.iter().map(|file| file.path().to_owned()).collect();
        for change in self.gate.changes.iter().filter(|change| change.is_file) {
            let path = self.gate.repository.top.join(&change.path);
            let is_named = named.contains(&path);
            let is_ours = self.gate.belongs(&path, self.folder, schemas);
            if !(is_named || is_ours && is_env_file(&path)) {
                continue;
            }
            if let Some(commit) = &change.commit
                && !self.gate.tree.has_version(&change.path, &change.id)
            {
                let version = self.version(change)?.and_then(|bytes| self.add(&path, bytes));
                tracked
                    .replaced
                    .extend(version.map(|id| (id, short(commit).to_owned())));
                continue;
            }
            // Of a link, only the path it leads to is committed, and that is searched for values. Nobody can read what is encrypted.
            if self.gate.tree.is_link(&path) || self.gate.tree.is_encrypted(&path) {
                continue;
            }
            let known = self.source(&path).filter(|_| is_named);
            let read = || read::file(&path, &discover::shown(&path)).ok();
            let id = known.or_else(|| self.gate.within(read).and_then(|bytes| self.add(&path, bytes)));
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
        if let Some(path) = self.gate.within(|| models::example(self.folder)) {
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
        tracked.lost = self.lost_records(options, schemas)?;
        Ok(judge(&self.opened.schema, &self.opened.sources, &tracked, options))
    }
}

/// Whether a file has the name of an env file or of a copy of one (`.env~`, `.env-old`, `.env copy`), and not of an example.
pub(super) fn is_env_file(path: &Path) -> bool {
    let Some(name) = path.file_name().and_then(|name| name.to_str()) else {
        return false;
    };
    // On a file system that ignores case, `.ENV` is the same file.
    let name = name.to_ascii_lowercase();
    let harmless = ["example", "sample", "template", "dist", "schema", "json", "vault"];
    let is_harmless = |word: &str| harmless.contains(&word);
    // With a further dot it may be a program, such as `.env-setup.sh`.
    let separators = ['-', '_', ' ', '~'];
    let rest = name.strip_prefix(".env").unwrap_or_default();
    if rest.starts_with(separators) && !rest.contains('.') {
        return !rest.split(separators).any(is_harmless);
    }
    (models::is_called_env(&name) || name.starts_with(models::VARS)) && !name.split('.').any(is_harmless)
}
