//! `envgate hook`: what is being committed, or pushed, checked before it is. `envgate hook install` puts it where git looks for it.
//!
//! What is read is the index, or the commits that are pushed, never the work tree: what is staged may be another thing than what lies on
//! the disk. Only two things come from there: the values of env files that are in no commit, to be looked for in what is, and whether
//! git would ignore them.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use envgate::check::repository::{Tracked, judge};
use envgate::check::{Reach, known_values};
use envgate::leak::{Findings, Needles, Search};
use envgate::report::Report;
use envgate::rotation::ledger;
use envgate::schema::EnvironmentId;
use envgate::source::{Source, SourceId};
use envgate::{EnvironmentInput, Options};
use jiff::Timestamp;

use crate::args::{CheckArguments, Format, HookArguments, HookCommand};
use crate::check::{Prepared, Rendering, Told, prepare_opened};
use crate::exceptions::{Exceptions, Known};
use crate::git::{Change, Ignored, Repository, Tree};
use crate::host::{self, View};
use crate::schema::{self, Opened};
use crate::terminal::{Problem, complain, note};
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
    let gate = |repository: &Repository, tree: Tree, changes: Vec<Change>| {
        Gate {
            repository,
            tree: Rc::new(tree),
            changes,
            arguments,
        }
        .run()
    };
    let Some(pushes) = pushes(arguments)? else {
        let (repository, tree, changes) = Repository::staged()?;
        return gate(&repository, tree, changes);
    };
    let repository = Repository::open()?;
    let mut code = 0;
    for Push { from, to } in pushes {
        let changes = match repository.pushed(from.as_deref(), &to) {
            Err(_) if from.is_some() => repository.pushed(None, &to)?,
            changes => changes?,
        };
        code = code.max(gate(&repository, repository.commit(&to)?, changes)?);
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
        let mut pushes = Vec::new();
        for line in text.lines().filter(|line| !line.is_empty()) {
            let Some((to, from)) = pushed(line) else {
                return Err(Problem::new(
                    "standard input is not what git passes to a pre-push hook: nothing was checked",
                )
                .help("a line of it is: local ref, its commit, remote ref, its commit; does the hook pass it on?"));
            };
            if real(to) {
                pushes.push(Push {
                    from: Some(from.to_owned()).filter(|id| real(id)),
                    to: to.to_owned(),
                });
            }
        }
        return Ok(Some(pushes));
    }
    let variable = |name| host::variable(name).and_then(|value| value.into_string().ok());
    let from = arguments.from_ref.clone().or_else(|| variable("PRE_COMMIT_FROM_REF"));
    let to = arguments.to_ref.clone().or_else(|| variable("PRE_COMMIT_TO_REF"));
    Ok(to.filter(|id| real(id)).map(|to| {
        let from = from.filter(|id| real(id));
        vec![Push { from, to }]
    }))
}

/// What is pushed and what the other side has, of a line of git: LOCAL-REF LOCAL-ID REMOTE-REF REMOTE-ID. What git calls the local ref
/// may be any words that name a commit, such as `HEAD@{1 hour ago}`.
fn pushed(line: &str) -> Option<(&str, &str)> {
    let mut words = line.rsplitn(4, ' ');
    let (from, _, to, _) = (words.next()?, words.next()?, words.next()?, words.next()?);
    let is_id = |word: &str| matches!(word.len(), 40 | 64) && word.bytes().all(|byte| byte.is_ascii_hexdigit());
    (is_id(from) && is_id(to)).then_some((to, from))
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
        let is_schema = |path: &PathBuf| {
            let name = path.file_name().and_then(|name| name.to_str());
            name.is_some_and(discover::is_schema)
        };
        let named = self.tree.ending(discover::SCHEMA).filter(is_schema);
        let schemas: Vec<PathBuf> = named.map(|path| self.repository.top.join(path)).collect();
        if schemas.is_empty() {
            return Err(self.no_schema());
        }
        let wanted = match &self.arguments.schema {
            Some(path) => vec![self.named(path, &schemas)?],
            None => schemas.clone(),
        };
        self.refuse_to_mix(&wanted)?;
        let mut code = 0;
        for schema in &wanted {
            if wanted.len() > 1 {
                let folder = schema.parent().unwrap_or(schema);
                let shown = match folder.strip_prefix(&self.repository.top) {
                    Ok(inside) if inside.as_os_str().is_empty() => ".".to_owned(),
                    Ok(inside) => discover::shown(inside),
                    Err(_) => discover::shown(folder),
                };
                note(&format!("in {shown}:"));
            }
            code = code.max(self.check(schema, &schemas)?);
        }
        Ok(code)
    }

    /// The schema that was named, if it is committed.
    fn named(&self, path: &Path, schemas: &[PathBuf]) -> Result<PathBuf, Problem> {
        let path = discover::absolute(path);
        let found = schemas.iter().find(|schema| **schema == path);
        found.cloned().ok_or_else(|| {
            let name = discover::shown(&path);
            Problem::new(format!("{name} is not committed, so nothing can be checked")).help(format!("git add {name}"))
        })
    }

    /// What reads a report of these formats reads one.
    fn refuse_to_mix(&self, schemas: &[PathBuf]) -> Result<(), Problem> {
        let is_lines = matches!(
            self.arguments.report.format,
            Format::Human | Format::Concise | Format::Github | Format::Markdown
        );
        if is_lines || schemas.len() < 2 {
            return Ok(());
        }
        let names: Vec<String> = schemas.iter().map(|schema| discover::shown(schema)).collect();
        let problem = Problem::new(format!(
            "there are {} schemas, and a report of this format is about one: {}",
            names.len(),
            names.join(", ")
        ));
        Err(problem.help("run it once for each, with --schema"))
    }

    /// Whether a file is the business of a schema, so far as no values are asked for: the nearest above it, else the first.
    fn belongs(&self, path: &Path, folder: &Path, schemas: &[PathBuf]) -> bool {
        let folders = || schemas.iter().filter_map(|schema| schema.parent());
        let nearest = folders()
            .filter(|one| path.starts_with(one))
            .max_by_key(|one| one.components().count());
        nearest.or_else(|| folders().next()) == Some(folder)
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
    fn check(&self, schema: &Path, schemas: &[PathBuf]) -> Result<u8, Problem> {
        let folder = discover::folder(schema);
        let arguments = self.arguments.check(schema.to_owned(), folder.to_owned());
        let Some(mut opened) =
            self.within(|| schema::open(&arguments.selection.schema.named, &[], arguments.report.format))
        else {
            return Ok(FAILED);
        };
        let files = env_files(&opened, folder);
        let ignored = self.ask_ignored(&files)?;
        let checked = if files.iter().any(|path| self.is_committed(path)) {
            self.within(|| Checked::of(&arguments, opened))
        } else {
            let now = arguments.report.clock.now();
            let read = || Exceptions::read(&mut opened, Known::Usual, now, arguments.report.format);
            self.within(read)
                .map(|exceptions| Checked::without_files(opened, exceptions, now))
        };
        let Some(checked) = checked else { return Ok(FAILED) };
        let mut project = Project::new(self, folder, checked.opened, checked.environments, ignored);
        project.read_work_tree();
        let found = project.search(&checked.options, schemas)?;
        let mut report = match checked.report {
            Some(mut report) => {
                project.forgive_absence(&mut report)?;
                report.absorb(found);
                report
            }
            None => found,
        };
        report.absorb(project.hygiene(&checked.options, schemas)?);
        let rendering = Rendering {
            opened: &project.opened,
            environments: &project.environments,
            beside: &checked.beside,
            ledger: checked.options.ages.ledger().map(|(id, _)| id),
            complete: !checked.failed,
            floor: self.arguments.report.floor.severity(),
        };
        Ok(rendering.print(&report, self.arguments.report.format))
    }

    fn is_committed(&self, path: &Path) -> bool {
        self.within(|| host::exists(path))
    }

    /// Asks git which of the env files that are in no commit it ignores, if there is any: it answers while the others are checked.
    fn ask_ignored(&self, files: &[PathBuf]) -> Result<Option<Ignored>, Problem> {
        let absent = files.iter().filter(|path| !self.is_committed(path));
        let absent: Vec<PathBuf> = absent.cloned().collect();
        if absent.is_empty() {
            return Ok(None);
        }
        Repository::ignored(&absent).map(Some)
    }
}

/// What the env files of a commit were held against, and what came of it.
struct Checked {
    opened: Opened,
    environments: Vec<EnvironmentInput>,
    options: Options,
    /// What there is to be quiet about.
    beside: Vec<SourceId>,
    /// None where no env file is committed.
    report: Option<Report>,
    failed: bool,
}

impl Checked {
    fn of(arguments: &CheckArguments, opened: Opened) -> Option<Checked> {
        let Prepared {
            mut run,
            environments,
            options,
        } = prepare_opened(arguments, opened, Told::WhatFails)?;
        let report = run.check(&environments, &options);
        run.refuse_unchecked(&report, &environments);
        Some(Checked {
            failed: run.inputs.failed,
            beside: run.exceptions.sources,
            opened: run.inputs.opened,
            environments,
            options,
            report: Some(report),
        })
    }

    fn without_files(opened: Opened, exceptions: Exceptions, now: Timestamp) -> Checked {
        Checked {
            opened,
            environments: Vec::new(),
            options: Options {
                now,
                quiet: exceptions.quiet,
                ..Options::default()
            },
            beside: exceptions.sources,
            report: None,
            failed: false,
        }
    }
}

/// The env files that a schema names, each once.
fn env_files(opened: &Opened, folder: &Path) -> Vec<PathBuf> {
    let named = opened.schema.environments().iter().flat_map(|spec| &spec.files);
    let files: BTreeSet<PathBuf> = named.map(|file| folder.join(file)).collect();
    files.into_iter().collect()
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
    /// What git was asked, until its answer is wanted.
    asked: Option<Ignored>,
    ignored: BTreeSet<PathBuf>,
}

impl<'g> Project<'g> {
    fn new(
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
    fn forgive_absence(&mut self, report: &mut Report) -> Result<(), Problem> {
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

    /// Reads the env files that are in no commit.
    fn read_work_tree(&mut self) {
        let mut seen = BTreeSet::new();
        for index in 0..self.opened.schema.environments().len() {
            let files = self.opened.schema.environments()[index].files.clone();
            let mut found = Vec::new();
            for path in files.iter().map(|file| self.folder.join(file)) {
                if !host::exists(&path) || self.gate.is_committed(&path) || !seen.insert(path.clone()) {
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
                        note("its values are not searched for");
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
    fn search(&mut self, options: &Options, schemas: &[PathBuf]) -> Result<Report, Problem> {
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
    fn hygiene(&mut self, options: &Options, schemas: &[PathBuf]) -> Result<Report, Problem> {
        let mut tracked = Tracked::default();
        let named = env_files(&self.opened, self.folder);
        for change in &self.gate.changes {
            let path = self.gate.repository.top.join(&change.path);
            let is_named = named.contains(&path);
            let is_ours = path.starts_with(self.folder) && self.gate.belongs(&path, self.folder, schemas);
            if !(is_named || is_ours && is_env_file(&path)) {
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
            if !self.is_ignored(&path)? {
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
