//! `envgate hook`: what is being committed, or pushed, checked before it is. `envgate hook install` puts it where git looks for it.
//!
//! What is read is the index, or the commits that are pushed, never the work tree: what is staged may be another thing than what lies on
//! the disk. Only two things come from there: the values of env files that are in no commit, to be looked for in what is, and whether
//! git would ignore them.

use std::cell::OnceCell;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use clap::Parser;
use envgate::check::known_values;
use envgate::check::repository::{Tracked, judge};
use envgate::diagnostic::Severity;
use envgate::leak::{Findings, Needles, Search};
use envgate::report::Report;
use envgate::rotation::ledger;
use envgate::schema::EnvironmentId;
use envgate::source::{Source, SourceId};
use envgate::{EnvironmentInput, Options};

use crate::args::{Arguments, CheckArguments, Command, HookArguments, HookCommand};
use crate::check::{Prepared, Rendering, Told, exit_code, prepare_telling};
use crate::git::{Change, Repository, Tree};
use crate::host::{self, View};
use crate::schema::{self, Opened};
use crate::terminal::{self, Problem, complain, note};
use crate::{FAILED, discover, install, read};

/// Findings that the commit can't be blamed for where further files of the environment are in no commit.
const ABSENCE: &[&str] = &["missing-required", "incomplete-group"];

/// Runs the subcommand.
pub(crate) fn run(arguments: &HookArguments) -> u8 {
    let done = match &arguments.command {
        Some(HookCommand::Install(arguments)) => install::run(arguments),
        None => gates(arguments),
    };
    done.unwrap_or_else(|problem| {
        complain(&problem);
        FAILED
    })
}

/// Checks everything that is about to be committed or pushed.
fn gates(arguments: &HookArguments) -> Result<u8, Problem> {
    let repository = Repository::open()?;
    let gate = |tree: Tree, changes: Vec<Change>| {
        Gate {
            repository: &repository,
            tree: Rc::new(tree),
            changes,
            arguments,
        }
        .run()
    };
    let Some(pushes) = pushes(arguments)? else {
        // Two questions to git at once: each takes about as long as all that is done with the answers.
        let (tree, changes) = std::thread::scope(|scope| {
            let tree = scope.spawn(|| repository.index());
            let changes = repository.staged();
            (tree.join(), changes)
        });
        let tree = tree.unwrap_or_else(|_| Err(Problem::new("the index can't be read")));
        return gate(tree?, changes?);
    };
    let mut code = 0;
    for Push { from, to } in pushes {
        let changes = match repository.pushed(from.as_deref(), &to) {
            Err(_) if from.is_some() => repository.pushed(None, &to)?,
            changes => changes?,
        };
        code = code.max(gate(repository.commit(&to)?, changes)?);
    }
    Ok(code)
}

/// Commits that somebody is about to get.
struct Push {
    /// What they have; `None` if that is not known.
    from: Option<String>,
    to: String,
}

/// `None` when a commit is made. The frameworks say what is pushed in variables, git on standard input.
fn pushes(arguments: &HookArguments) -> Result<Option<Vec<Push>>, Problem> {
    let real = |id: &str| !id.is_empty() && id.bytes().any(|byte| byte != b'0');
    if arguments.pre_push {
        let bytes = read::stdin("standard input")?;
        let text = String::from_utf8_lossy(&bytes);
        // LOCAL-REF LOCAL-ID REMOTE-REF REMOTE-ID
        let lines = text.lines().map(|line| line.split(' ').collect::<Vec<_>>());
        let pushes = lines
            .filter(|words| words.len() == 4 && real(words[1]))
            .map(|words| Push {
                from: Some(words[3].to_owned()).filter(|id| real(id)),
                to: words[1].to_owned(),
            });
        return Ok(Some(pushes.collect()));
    }
    let variable = |name| host::variable(name).and_then(|value| value.into_string().ok());
    let from = arguments.from_ref.clone().or_else(|| variable("PRE_COMMIT_FROM_REF"));
    let to = arguments.to_ref.clone().or_else(|| variable("PRE_COMMIT_TO_REF"));
    Ok(to.filter(|id| real(id)).map(|to| {
        let from = from.filter(|id| real(id));
        vec![Push { from, to }]
    }))
}

/// One tree, and what is new in it.
struct Gate<'g> {
    repository: &'g Repository,
    tree: Rc<Tree>,
    changes: Vec<Change>,
    arguments: &'g HookArguments,
}

impl Gate<'_> {
    fn run(&self) -> Result<u8, Problem> {
        let is_schema = |path: &&Path| {
            let name = path.file_name().and_then(|name| name.to_str());
            name.is_some_and(discover::is_schema)
        };
        let schemas: Vec<&Path> = self.tree.files().filter(is_schema).collect();
        if schemas.is_empty() {
            return Err(self.no_schema());
        }
        let mut code = 0;
        for schema in schemas {
            code = code.max(self.check(&self.repository.top.join(schema))?);
        }
        Ok(code)
    }

    /// A gate without a schema would let everything through.
    fn no_schema(&self) -> Problem {
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

    /// Lets `work` see the tree in the place of the disk.
    fn within<T>(&self, work: impl FnOnce() -> T) -> T {
        host::through(Rc::clone(&self.tree) as Rc<dyn View>, work)
    }

    /// Everything that one schema says.
    fn check(&self, schema: &Path) -> Result<u8, Problem> {
        let folder = discover::folder(schema);
        let arguments = self.check_arguments(schema, folder)?;
        let Some(opened) = self.within(|| schema::open(&[schema.to_owned()], &[], arguments.format)) else {
            return Ok(FAILED);
        };
        let mut project = Project::new(self, folder, opened);
        let mut failed = false;
        let checked = if project.committed_files().next().is_none() {
            None
        } else {
            let Some(Prepared {
                mut run,
                environments,
                options,
            }) = self.within(|| prepare_telling(&arguments, Told::WhatFails))
            else {
                return Ok(FAILED);
            };
            let mut report = envgate::check(
                &run.inputs.opened.schema,
                &run.inputs.opened.sources,
                &environments,
                &options,
            );
            run.refuse_unchecked(&report, &environments);
            failed |= run.inputs.failed;
            project.forgive_absence(&mut report)?;
            project.take(run.inputs.opened, environments);
            Some((report, options))
        };
        let (checked, options) = match checked {
            Some((report, options)) => (Some(report), options),
            None => {
                let now = self.arguments.now.unwrap_or_else(host::now);
                (
                    None,
                    Options {
                        now,
                        ..Options::default()
                    },
                )
            }
        };
        project.read_work_tree();
        let found = project.search(&options)?;
        let mut report = match checked {
            Some(mut report) => {
                report.diagnostics.extend(found.diagnostics);
                report.hidden.omitted += found.hidden.omitted;
                report
            }
            None => found,
        };
        report.diagnostics.extend(project.hygiene(&options)?);
        let floor: Severity = self.arguments.fail_on.into();
        let rendering = Rendering {
            opened: &project.opened,
            environments: &project.environments,
            beside: &[],
            ledger: options.ages.ledger().map(|(id, _)| id),
            complete: !failed,
            floor,
        };
        let text = rendering.text(&report, self.arguments.format, terminal::stdout_style());
        Ok(terminal::print(&text, exit_code(&report, floor, failed)))
    }

    /// A check of the folder of a schema, by the table of arguments.
    fn check_arguments(&self, schema: &Path, folder: &Path) -> Result<Box<CheckArguments>, Problem> {
        let mut words: Vec<std::ffi::OsString> = vec!["envgate".into(), "check".into(), folder.into()];
        words.extend(["--schema".into(), schema.into()]);
        if let Some(now) = self.arguments.now {
            words.extend(["--now".into(), now.to_string().into()]);
        }
        match Arguments::try_parse_from(words).map(|arguments| arguments.command) {
            Ok(Command::Check(arguments)) => Ok(arguments),
            _ => Err(Problem::new("the folder of the schema has a name that can't be used")),
        }
    }
}

/// A schema with its env files, those of the commit and those of the work tree.
struct Project<'g> {
    gate: &'g Gate<'g>,
    folder: &'g Path,
    opened: Opened,
    /// The env files of the commit, as they were checked, then those of the work tree.
    environments: Vec<EnvironmentInput>,
    /// Env files of the work tree that are in no commit.
    only_here: Vec<(PathBuf, SourceId)>,
    ignored: OnceCell<BTreeSet<PathBuf>>,
}

impl<'g> Project<'g> {
    fn new(gate: &'g Gate<'g>, folder: &'g Path, opened: Opened) -> Project<'g> {
        Project {
            gate,
            folder,
            opened,
            environments: Vec::new(),
            only_here: Vec::new(),
            ignored: OnceCell::new(),
        }
    }

    /// The env files that the schema names.
    fn files(&self) -> impl Iterator<Item = PathBuf> {
        let files = self.opened.schema.environments().iter().flat_map(|spec| &spec.files);
        files.map(|file| self.folder.join(file))
    }

    fn is_committed(&self, path: &Path) -> bool {
        self.gate.within(|| host::exists(path))
    }

    fn committed_files(&self) -> impl Iterator<Item = PathBuf> {
        self.files().filter(|path| self.is_committed(path))
    }

    /// Takes over what a check has read.
    fn take(&mut self, opened: Opened, environments: Vec<EnvironmentInput>) {
        self.opened = opened;
        self.environments = environments;
    }

    fn is_ignored(&self, path: &Path) -> Result<bool, Problem> {
        if self.ignored.get().is_none() {
            let mut all: Vec<PathBuf> = self.files().collect();
            all.sort();
            all.dedup();
            let _ = self.ignored.set(self.gate.repository.ignored(&all)?);
        }
        Ok(self.ignored.get().is_some_and(|ignored| ignored.contains(path)))
    }

    /// Where a file of an environment is kept out of the repository, what is absent may stand there. That is said, since it was not
    /// checked.
    fn forgive_absence(&self, report: &mut Report) -> Result<(), Problem> {
        for environment in &mut report.environments {
            let Some(id) = self.opened.schema.find_environment(&environment.name) else {
                continue;
            };
            let spec = &self.opened.schema.environments()[id.0 as usize];
            let mut elsewhere = Vec::new();
            for file in &spec.files {
                let path = self.folder.join(file);
                if !self.is_committed(&path) && self.is_ignored(&path)? {
                    elsewhere.push(file.as_str());
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
                    "{}: what is missing is not told, since {} is not in the repository",
                    environment.name,
                    elsewhere.join(", ")
                ));
            }
        }
        Ok(())
    }

    /// Reads the env files that are in no commit.
    fn read_work_tree(&mut self) {
        let mut seen = BTreeSet::new();
        for index in 0..self.opened.schema.environments().len() {
            let files = self.opened.schema.environments()[index].files.clone();
            let mut found = Vec::new();
            for path in files.iter().map(|file| self.folder.join(file)) {
                if !host::exists(&path) || self.is_committed(&path) || !seen.insert(path.clone()) {
                    continue;
                }
                match read::file(&path, &discover::shown(&path)) {
                    Ok(bytes) => {
                        if let Some(id) = self.add(&path, bytes) {
                            found.push(id.into());
                            self.only_here.push((path, id));
                        }
                    }
                    Err(problem) => {
                        complain(&problem);
                        note("its values are not looked for");
                    }
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

    fn add(&mut self, path: &Path, bytes: Vec<u8>) -> Option<SourceId> {
        let name = discover::name(path, &self.opened.path);
        let source = Source::new(name, bytes).ok()?;
        self.opened.sources.push(source);
        u32::try_from(self.opened.sources.len() - 1).ok().map(SourceId)
    }

    /// The source that was read from a path.
    fn source(&self, path: &Path) -> Option<SourceId> {
        let name = discover::name(path, &self.opened.path);
        let position = self
            .opened
            .sources
            .iter()
            .skip(1)
            .position(|source| source.name() == name)?;
        u32::try_from(position + 1).ok().map(SourceId)
    }

    /// Looks for the values of all env files, and for tokens, in what is new.
    fn search(&mut self, options: &Options) -> Result<Report, Problem> {
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
            let found = streamed.map_err(|_| {
                let name = needles.redact(&discover::shown(&change.path));
                Problem::new(format!("{name}: its content is not in the repository"))
                    .help("fetch it: git fetch --refetch")
            })?;
            bytes += found.bytes;
            let name = discover::name(&path, &self.opened.path);
            findings.add(&name, self.source(&path), found);
        }
        findings.count(self.gate.changes.len() as u64, bytes);
        Ok(findings.report(&self.opened.schema, &mut self.opened.sources, options))
    }

    /// What the repository does with its env files.
    fn hygiene(&mut self, options: &Options) -> Result<Vec<envgate::diagnostic::Diagnostic>, Problem> {
        let mut tracked = Tracked::default();
        for change in &self.gate.changes {
            let path = self.gate.repository.top.join(&change.path);
            if !path.starts_with(self.folder) || !(is_env_file(&path) || self.files().any(|file| file == path)) {
                continue;
            }
            let known = self.source(&path).filter(|_| self.files().any(|file| file == path));
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
        for (path, id) in &self.only_here {
            if !self.is_ignored(path)? {
                tracked.not_ignored.push(*id);
            }
            if host::is_readable_by_all(path) {
                tracked.readable.push(*id);
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
        let report = judge(&self.opened.schema, &self.opened.sources, &tracked, options);
        Ok(report.diagnostics)
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
