//! `envgate hook`: checks what is being committed or pushed. `envgate hook install` makes git run it.
//!
//! It reads the index, or the commits that are pushed, and not the work tree, which may differ from what is staged. Only two things come
//! from the work tree: the values of env files that are in no commit, so that the commit can be searched for them, and whether git ignores
//! those files. On a server, nothing comes from the disk.

mod elsewhere;
mod message;
mod project;
mod pushes;
mod records;
mod schemaless;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use envgate::carrier::{Carrier, MAX_EXTENDING};
use envgate::parse::Dialect;
use envgate::report::Report;
use envgate::schema::EnvironmentId;
use envgate::source::{Source, SourceId};
use envgate::{EnvironmentInput, Options};
use jiff::Timestamp;

use crate::args::{CheckArguments, Format, HookArguments, HookCommand, ReportArguments};
use crate::check::{Notes, Prepared, asks_nothing, prepare_opened};
use crate::exceptions::{Exceptions, Known};
use crate::git::{Change, Coming, Former, Ignored, Push, Repository, Tree};
use crate::host::{self, View};
use crate::kept::{self, Taken};
use crate::outcome::{Finished, Outcomes};
use crate::plan::Input;
use crate::schema::{self, Opened};
use crate::terminal::{self, Problem, complain, note};
use crate::{FAILED, discover, install, read};
use message::Message;
use project::Project;

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
    let gate = |repository: &Repository, coming: Coming, origin: Origin, message: Option<Message>| {
        Gate {
            repository,
            tree: Rc::new(coming.tree),
            changes: coming.changes,
            gone: coming.gone,
            former: coming.former,
            origin,
            message,
            is_borrowed: false,
            arguments,
        }
        .run()
    };
    let ReportArguments { format, floor, .. } = arguments.report;
    if let Some(path) = &arguments.commit_msg {
        let message = Message::read(path)?;
        let (repository, mut coming) = Repository::staged()?;
        coming.changes.clear();
        return gate(&repository, coming, Origin::Index, Some(message)).map(|gated| gated.print(format));
    }
    let Some(pushes) = pushes::of(arguments)? else {
        let (repository, coming) = Repository::staged()?;
        return gate(&repository, coming, Origin::Index, None).map(|gated| gated.print(format));
    };
    let repository = if arguments.pre_receive {
        Repository::of_server()?
    } else {
        Repository::of_hook()?
    };
    if !arguments.pre_push && !arguments.pre_receive {
        for from in pushes.iter().filter_map(|push| push.from.as_deref()) {
            repository.resolve(from).map_err(|_| no_beginning(from))?;
        }
    }
    if pushes.is_empty() {
        // Either the remote has everything, or only a branch is deleted, or a hook does not pass on what git writes to its standard input.
        note("nothing is pushed, so nothing was checked");
    }
    let of = |at: usize| {
        let coming = repository.pushed(&pushes[at])?;
        gate(&repository, coming, Origin::Push { pushes: &pushes, at }, None)
    };
    if pushes.len() == 1 {
        return of(0).map(|gated| gated.print(format));
    }
    // What a program reads is one document, whatever is pushed at once.
    let (mut all, mut code) = (Outcomes::of_several(floor.severity()), 0);
    for (at, push) in pushes.iter().enumerate() {
        note(&format!("{}:", push.name));
        let gated = of(at).inspect_err(complain);
        code = code.max(gated.as_ref().map_or(FAILED, |gated| gated.code));
        match gated {
            Ok(gated) if format.is_lines() => code = code.max(gated.print(format)),
            Ok(gated) => all.add_all(&push.name, gated.outcomes),
            Err(_) => all.add_refused(&push.name),
        }
    }
    Ok(if format.is_lines() {
        code
    } else {
        all.print(format, code)
    })
}

/// A push may name a commit of the remote that is not here, and what is new is known all the same. A range that somebody names is different: in a
/// shallow clone nothing else would be new, and nothing would be searched.
fn no_beginning(from: &str) -> Problem {
    Problem::new(format!(
        "git knows no revision {from:?}, so it is not known what is new"
    ))
    .help("fetch it: a shallow clone has only the last commits")
}

/// Where the tree under check comes from.
enum Origin<'p> {
    Index,
    /// One of the refs that are pushed together.
    Push {
        pushes: &'p [Push],
        at: usize,
    },
}

/// The check of one tree: what a commit or a ref that is pushed would be.
struct Gate<'g> {
    repository: &'g Repository,
    tree: Rc<Tree>,
    changes: Vec<Change>,
    gone: Vec<PathBuf>,
    /// The schemas and ledgers that are not what they were.
    former: Vec<Former>,
    origin: Origin<'g>,
    /// The only thing to be searched, if it is given: with `--commit-msg`, the files were checked before.
    message: Option<Message>,
    /// Whether the tree is that of another branch, whose schema is used because this one has none.
    is_borrowed: bool,
    arguments: &'g HookArguments,
}

/// What came of a gate. Formats that print one report below the other have those of several schemas printed already.
struct Gated {
    outcomes: Outcomes,
    code: u8,
}

impl Gated {
    fn print(&self, format: Format) -> u8 {
        self.outcomes.print(format, self.code)
    }
}

impl Gate<'_> {
    fn run(self) -> Result<Gated, Problem> {
        if self.repository.is_of_server {
            // Links and paths in what is pushed may lead anywhere, and nothing on the disk of the server belongs to it.
            return host::through(Rc::clone(&self.tree) as Rc<dyn View>, || self.run_here());
        }
        self.run_here()
    }

    fn run_here(self) -> Result<Gated, Problem> {
        self.refuse_lost_schemas()?;
        let schemas = schemas_of(&self.tree);
        if schemas.is_empty() {
            return self.with_a_borrowed_schema()?.run_here();
        }
        if !self.only_searches() && self.arguments.schema.is_none() {
            self.refuse_left_behind(&schemas)?;
        }
        let schemas: Vec<PathBuf> = schemas.iter().map(|path| self.repository.top.join(path)).collect();
        let wanted = match &self.arguments.schema {
            Some(path) => vec![self.named(path, &schemas)?],
            None => schemas.clone(),
        };
        if wanted.len() > 1 {
            // What is new is searched for the values of each.
            self.tree.objects().keep();
        }
        let (format, floor) = (self.arguments.report.format, self.arguments.report.floor.severity());
        let mut outcomes = Outcomes::of_several(floor).brief();
        let mut code = 0;
        for schema in &wanted {
            if wanted.len() > 1 {
                let folder = schema.parent().unwrap_or(schema);
                let shown = match folder.strip_prefix(&self.repository.top) {
                    Ok(inside) if inside.as_os_str().is_empty() => ".".to_owned(),
                    Ok(inside) => discover::shown(inside),
                    Err(_) => discover::shown(folder),
                };
                terminal::head(Some(&shown));
            }
            let finished = match self.check(schema, &schemas) {
                Err(problem) if wanted.len() > 1 => {
                    complain(&problem);
                    None
                }
                finished => finished?,
            };
            match finished {
                Some(finished) if wanted.len() == 1 => {
                    let outcomes = Outcomes::of_one(finished, floor).brief();
                    let code = outcomes.code();
                    return Ok(Gated { outcomes, code });
                }
                finished => outcomes.add(schema.clone(), finished),
            }
            code = outcomes.print_last(format, code);
        }
        terminal::head(None);
        let code = code.max(outcomes.code());
        Ok(Gated { outcomes, code })
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

    /// Whether a schema is responsible for the findings in a file that need no values, such as tokens: the nearest schema above the file
    /// is, or else the first one.
    fn belongs(&self, path: &Path, folder: &Path, schemas: &[PathBuf]) -> bool {
        let mut folders = schemas.iter().filter_map(|schema| schema.parent());
        if !path.starts_with(folder) {
            return folders.clone().next() == Some(folder) && !folders.any(|one| path.starts_with(one));
        }
        let depth = |folder: &Path| folder.components().count();
        !folders.any(|one| path.starts_with(one) && depth(one) > depth(folder))
    }

    /// Whether only values and tokens are searched for, because there are no files to check.
    fn only_searches(&self) -> bool {
        self.is_borrowed || self.message.is_some()
    }

    /// Runs `work` with the tree in place of the disk.
    fn within<T>(&self, work: impl FnOnce() -> T) -> T {
        host::through(Rc::clone(&self.tree) as Rc<dyn View>, work)
    }

    /// Checks everything for one schema.
    fn check(&self, schema: &Path, schemas: &[PathBuf]) -> Result<Option<Finished>, Problem> {
        let folder = discover::folder(schema);
        let arguments = self.arguments.check(schema.to_owned(), folder.to_owned());
        let Some(mut opened) =
            self.within(|| schema::open(&arguments.selection.schema.named, &[], arguments.report.format))
        else {
            return Ok(None);
        };
        let files = self.env_files(&opened, folder);
        let ignored = self.ask_ignored(&files)?;
        let mut named = files.iter().filter(|file| file.taken_by.is_none());
        let checked = if named.any(|file| self.is_committed(file.path())) {
            self.within(|| Checked::of(&arguments, opened))
        } else {
            let now = arguments.report.clock.now();
            let read = || Exceptions::read(&mut opened, Known::Usual, now, arguments.report.format);
            self.within(read)
                .map(|exceptions| Checked::without_files(opened, exceptions, now))
        };
        let Some(checked) = checked else { return Ok(None) };
        let mut project = Project {
            gate: self,
            folder,
            files,
            opened: checked.opened,
            environments: checked.environments,
            only_here: Vec::new(),
            asked: ignored,
            ignored: BTreeSet::new(),
            failed: checked.failed,
        };
        project.read_work_tree();
        // The name of a file, or the target of a link, may itself be a value.
        let needles = project.needles();
        if !self.only_searches() {
            project.refuse_left_out(&checked.left_out, &needles)?;
            project.refuse_elsewhere(&needles)?;
            project.note_gone()?;
        }
        let found = project.search(&needles, &checked.options, schemas)?;
        // For a message, the files were checked by the hook that ran before it was written. In a borrowed tree, they are those of another
        // branch.
        let report = if self.only_searches() {
            found
        } else {
            let mut report = match checked.report {
                Some(mut report) => {
                    project.drop_missing_of_ignored_files(&mut report)?;
                    report.absorb(found);
                    report
                }
                None => found,
            };
            report.absorb(project.hygiene(&checked.options, schemas)?);
            report
        };
        Ok(Some(Finished {
            opened: project.opened,
            environments: project.environments,
            report,
            beside: checked.beside,
            ledger: checked.options.ages.ledger().map(|(id, _)| id),
            complete: !project.failed,
            inputs: Vec::new(),
        }))
    }

    /// Returns the env files that a schema names, and the files that those include.
    fn env_files(&self, opened: &Opened, folder: &Path) -> Vec<EnvFile> {
        let mut files = Vec::new();
        for (index, spec) in (0..).zip(opened.schema.environments()) {
            for file in &spec.files {
                let path = discover::absolute(&folder.join(file));
                // The work tree may lack what is committed.
                let input = if self.is_committed(&path) {
                    Input::File(path)
                } else {
                    Input::of(path)
                };
                let file = EnvFile {
                    environment: EnvironmentId(index),
                    input,
                    taken_by: None,
                };
                let paths_from = file.input.folder().to_owned();
                self.add_with_taken(file, &paths_from, &mut files, 0);
            }
        }
        files
    }

    /// Adds a file, and the files that it takes variables from. Paths in it are relative to `folder`; `extending` is how many files extend
    /// each other on the way to it.
    fn add_with_taken(&self, file: EnvFile, folder: &Path, files: &mut Vec<EnvFile>, extending: usize) {
        let (environment, taken) = (file.environment, self.taken(&file.input, folder));
        files.push(file);
        for taken in taken {
            match taken {
                Taken::Env(path, dialect) => files.push(EnvFile {
                    environment,
                    input: Input::File(discover::absolute(&path)),
                    taken_by: Some(dialect),
                }),
                Taken::Base(base, folder) if extending < MAX_EXTENDING => {
                    let input = match base {
                        Input::File(path) => Input::File(discover::absolute(&path)),
                        Input::Part(path, part) => Input::Part(discover::absolute(&path), part),
                        Input::Stdin => continue,
                    };
                    // A file may be included several times.
                    let is_known = |file: &EnvFile| file.environment == environment && file.input == input;
                    if !files.iter().any(is_known) {
                        let file = EnvFile {
                            environment,
                            input,
                            taken_by: None,
                        };
                        self.add_with_taken(file, &folder, files, extending + 1);
                    }
                }
                Taken::Base(..) => {}
            }
        }
    }

    /// Returns the files that a file includes, read from the commit, else from the disk.
    fn taken(&self, input: &Input, folder: &Path) -> Vec<Taken> {
        let Some(path) = input.path() else { return Vec::new() };
        let name = discover::shown(path);
        let source = |bytes| Source::new(name.clone(), bytes).ok();
        // Most names already say that the file includes nothing.
        if source(Vec::new()).as_ref().and_then(Carrier::of).is_none() {
            return Vec::new();
        }
        let read = || read::file(path, &name).ok().and_then(source);
        let source = if self.is_committed(path) {
            self.within(read)
        } else {
            read()
        };
        source.map_or_else(Vec::new, |source| kept::taken(input, folder, &source))
    }

    fn is_committed(&self, path: &Path) -> bool {
        self.within(|| host::exists(path))
    }

    /// Asks git which of the env files that are in no commit it ignores, if there are such files. git answers while the others are checked.
    fn ask_ignored(&self, files: &[EnvFile]) -> Result<Option<Ignored>, Problem> {
        let paths: BTreeSet<&Path> = files.iter().map(EnvFile::path).collect();
        // git does not answer for paths outside the repository.
        let inside = paths.into_iter().filter(|path| path.starts_with(&self.repository.top));
        let absent = inside.filter(|path| !self.is_committed(path));
        let absent: Vec<PathBuf> = absent.map(|path| self.asked_for(path)).collect();
        if absent.is_empty() || self.repository.is_of_server {
            return Ok(None);
        }
        Repository::ignored(&absent).map(Some)
    }
}

/// Returns the schemas of a tree, from its top.
fn schemas_of(tree: &Tree) -> Vec<PathBuf> {
    let is_schema = |path: &PathBuf| {
        let name = path.file_name().and_then(|name| name.to_str());
        name.is_some_and(|name| discover::SCHEMAS.contains(&name))
    };
    tree.ending(discover::SCHEMA).filter(is_schema).collect()
}

/// A file of an environment.
#[derive(Clone)]
struct EnvFile {
    environment: EnvironmentId,
    input: Input,
    /// The loader by which another file includes it; `None` for a file that the schema names.
    taken_by: Option<&'static Dialect>,
}

impl EnvFile {
    fn path(&self) -> &Path {
        self.input.path().unwrap_or(Path::new("-"))
    }
}

/// The known values of a commit's env files, and the results of the search for them.
struct Checked {
    opened: Opened,
    environments: Vec<EnvironmentInput>,
    options: Options,
    /// Suppressions, waivers and baseline.
    beside: Vec<SourceId>,
    /// `None` if no env file is committed.
    report: Option<Report>,
    /// Files that others include and that are not committed.
    left_out: Vec<PathBuf>,
    failed: bool,
}

impl Checked {
    fn of(arguments: &CheckArguments, opened: Opened) -> Option<Checked> {
        let Prepared {
            mut run,
            environments,
            options,
        } = prepare_opened(arguments, opened, Notes::OnFailures)?;
        let report = run.check(&environments, &options);
        run.refuse_unchecked(&report, &environments);
        Some(Checked {
            failed: run.inputs.failed,
            left_out: run.inputs.left_out,
            beside: run.exceptions.sources,
            opened: run.inputs.opened,
            environments,
            options,
            report: Some(report),
        })
    }

    fn without_files(opened: Opened, exceptions: Exceptions, now: Timestamp) -> Checked {
        // A schema that `check` refuses because it asks nothing is refused here, too.
        let failed = opened.schema.asks_nothing();
        if failed {
            complain(&asks_nothing(&opened));
        }
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
            left_out: Vec::new(),
            failed,
        }
    }
}
