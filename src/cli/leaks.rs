//! `envgate leaks`: looks for the values of the env files, and for tokens of known formats, in trees, files and standard input.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use envgate::carrier::{self, MAX_EXTENDING};
use envgate::check::{FileInput, Form, Reach, known_values};
use envgate::leak::{Findings, Found, Kept, Needles, Origin, Search};
use envgate::model::ProcessEnvironment;
use envgate::report::Report;
use envgate::schema::EnvironmentId;
use envgate::source::{Source, SourceId};
use envgate::{EnvironmentInput, Options};

use crate::args::{Format, LeaksArguments, ReportArguments};
use crate::discover::{base, name, shown};
use crate::exceptions::Exceptions;
use crate::git::{self, lfs};
use crate::host::{self, Reader, Visit};
use crate::kept::{self, Taken};
use crate::outcome::Rendering;
use crate::plan::Input;
use crate::problems::Problems;
use crate::progress::Progress;
use crate::schema::{self, Opened};
use crate::terminal::{Problem, complain, note};
use crate::{FAILED, discover, history, read};

/// Runs the subcommand.
pub(crate) fn run(arguments: &LeaksArguments) -> u8 {
    let ReportArguments { format, floor, clock } = arguments.report;
    let Some(mut opened) = open(&arguments.schema.named, &arguments.paths, arguments.tokens_only, format) else {
        return FAILED;
    };
    let now = clock.now();
    let Some(exceptions) = Exceptions::read(&mut opened, arguments.known.known(), now, format) else {
        return FAILED;
    };
    let Some(Values {
        needles,
        environments,
        kept,
    }) = Values::read(
        &mut opened,
        &arguments.paths,
        arguments.process_env,
        arguments.tokens_only,
    )
    else {
        return FAILED;
    };
    let searched = match &arguments.history {
        Some(revisions) => {
            let revisions = Some(revisions.as_str()).filter(|revisions| !revisions.is_empty());
            let searched = history::search(&needles, &kept, &opened, revisions);
            searched.map_err(|problem| complain(&problem)).ok()
        }
        None => search(&needles, kept, &opened, &arguments.paths, arguments.no_ignore),
    };
    let Some((findings, failed)) = searched else {
        return FAILED;
    };
    let options = Options {
        now,
        quiet: exceptions.quiet,
        ..Options::default()
    };
    // If only a part of the tree is searched, an exception may be needed in the rest, so none is reported as unused.
    let reach = Reach {
        is_whole: arguments.paths.is_empty() && arguments.history.is_none() && !failed,
        is_history: arguments.history.is_some(),
        environments: environments.iter().map(|one| one.id).collect(),
        ..Reach::default()
    };
    let report: Report = findings.report(&opened.schema, &mut opened.sources, &options, reach);
    let rendering = Rendering {
        opened: &opened,
        sources: &opened.sources,
        report: &report,
        environments: &environments,
        beside: &exceptions.sources,
        ledger: None,
        complete: !failed,
        floor: floor.severity(),
    };
    rendering.print(format)
}

/// Opens the schema. Tokens can be looked for without one, but only on request, since without it no value would be found.
pub(crate) fn open(named: &[PathBuf], paths: &[PathBuf], tokens_only: bool, format: Format) -> Option<Opened> {
    match discover::schema(named, paths) {
        Ok(path) => schema::open_at(path, format),
        Err(_) if tokens_only && named.is_empty() => schema::none(format),
        Err(problem) => {
            complain(&problem);
            note("`envgate leaks --tokens-only` looks for tokens of known formats without a schema");
            None
        }
    }
}

/// Searches the paths, or the current folder. Returns whether something could not be searched, or `None` if nothing could, which has been
/// reported.
pub(crate) fn search<'n>(
    needles: &'n Needles,
    kept: BTreeMap<PathBuf, SourceId>,
    opened: &Opened,
    paths: &[PathBuf],
    no_ignore: bool,
) -> Option<(Findings<'n>, bool)> {
    let search = Searching {
        needles,
        schema: opened.path.clone(),
        kept,
        findings: Mutex::new(Findings::new(needles)),
        problems: Problems::default(),
        files: AtomicU64::new(0),
        bytes: AtomicU64::new(0),
        pointers: AtomicUsize::new(0),
        progress: Progress::new(),
    };
    search.run(paths, no_ignore);
    let (findings, failed) = search.finish();
    if findings.searched().files == 0 {
        // What can't be searched has been told.
        if !failed {
            complain(
                &Problem::new("nothing was searched")
                    .help("is everything there ignored? --no-ignore searches it anyway"),
            );
        }
        return None;
    }
    Some((findings, failed))
}

/// The values to search for, and the env files they are from.
pub(crate) struct Values {
    pub(crate) needles: Needles,
    pub(crate) environments: Vec<EnvironmentInput>,
    /// The source of each env file.
    pub(crate) kept: BTreeMap<PathBuf, SourceId>,
}

impl Values {
    /// Returns the values of the env files that the schema names, as far as they exist, or with `tokens_only` none of them: tokens in env files
    /// are where they belong. `None` if one can't be read, which has been reported.
    pub(crate) fn read(opened: &mut Opened, paths: &[PathBuf], process_env: bool, tokens_only: bool) -> Option<Values> {
        let (mut environments, kept, problems) = env_files(opened, paths, process_env);
        if !problems.is_empty() {
            // Without all values, the search could miss one and still say that nothing was found.
            problems.iter().for_each(complain);
            return None;
        }
        let needles = if tokens_only {
            // A search that left out the values of an environment can't say that an exception for it is unused.
            environments.clear();
            Needles::build([])
        } else {
            Needles::build(known_values(&opened.schema, &opened.sources, &environments))
        };
        if needles.values() == 0 && !tokens_only {
            note("no value of any env file is looked for, only tokens of known formats");
        }
        Some(Values {
            needles,
            environments,
            kept,
        })
    }
}

/// Returns the values of the env files that the schema names, as far as they can be read. They are masked in names of files.
pub(crate) fn masked(opened: &mut Opened) -> Option<Needles> {
    let count = opened.sources.len();
    let (environments, ..) = env_files(opened, &[], false);
    let needles = (!environments.is_empty())
        .then(|| Needles::build(known_values(&opened.schema, &opened.sources, &environments)));
    // The env files are not part of the report.
    opened.sources.truncate(count);
    needles
}

/// Reads the env files that the schema names, as far as they exist. Also returns the source of each, and what could not be read.
fn env_files(
    opened: &mut Opened,
    paths: &[PathBuf],
    process_env: bool,
) -> (Vec<EnvironmentInput>, BTreeMap<PathBuf, SourceId>, Vec<Problem>) {
    let specs = opened.schema.environments();
    let holds_any = |folder: &PathBuf| {
        let mut files = specs.iter().flat_map(|spec| &spec.files);
        files.any(|file| Input::of(folder.join(file)).exists())
    };
    let usual = base(&opened.path, specs);
    let given = paths.iter().filter(|path| path.as_os_str() != "-").cloned();
    let folder = std::iter::once(usual.clone())
        .chain(given)
        .find(holds_any)
        .unwrap_or(usual);
    let mut reader = EnvFiles {
        schema: &opened.path,
        sources: &mut opened.sources,
        known: BTreeMap::new(),
    };
    let (mut environments, mut unread) = (Vec::new(), Vec::new());
    let mut problems = Vec::new();
    for (index, spec) in (0..).zip(specs) {
        let mut files: Vec<FileInput> = Vec::new();
        let inputs: Vec<Input> = spec.files.iter().map(|file| Input::of(folder.join(file))).collect();
        for input in inputs.iter().filter(|input| input.exists()) {
            match reader.read(input, input.folder(), 0) {
                Ok(mut read) => files.append(&mut read),
                Err(problem) => problems.push(problem),
            }
        }
        let process = if process_env {
            host::variables()
        } else {
            ProcessEnvironment::default()
        };
        let id = EnvironmentId(index);
        unread.extend(files.iter().map(|file| (id, file.clone())));
        if !files.is_empty() || !process.is_empty() {
            environments.push(EnvironmentInput {
                id,
                files,
                dialect: None,
                process,
            });
        }
    }
    let known = reader.known;
    let unread = unread.iter().filter_map(|(id, file)| kept::unread(opened, *id, file));
    problems.extend(unread);
    (environments, known, problems)
}

/// The env files that were read, each a source.
struct EnvFiles<'o> {
    schema: &'o Path,
    sources: &'o mut Vec<Source>,
    known: BTreeMap<PathBuf, SourceId>,
}

impl EnvFiles<'_> {
    /// Reads an env file, and those that it takes variables from, as far as they exist. The paths in it start from `folder`, and
    /// `extending` other files lead to it.
    fn read(&mut self, input: &Input, folder: &Path, extending: usize) -> Result<Vec<FileInput>, Problem> {
        let source = self.source(input.path().unwrap_or(Path::new("-")))?;
        let read = &self.sources[source.0 as usize];
        let (form, taken) = (kept::form(input, read), kept::taken(input, folder, read));
        let mut files = vec![FileInput { source, form }];
        for taken in taken {
            match taken {
                Taken::Env(path, dialect) if host::exists(&path) => {
                    let source = self.source(&path)?;
                    let form = Form::Env(Some(dialect));
                    files.push(FileInput { source, form });
                }
                // A file that was already read as a whole adds nothing when it is included again.
                Taken::Base(Input::File(path), _) if self.known.contains_key(&host::canonical(&path)) => {}
                Taken::Base(base, folder) if base.path().is_some_and(host::exists) && extending < MAX_EXTENDING => {
                    files.extend(self.read(&base, &folder, extending + 1)?);
                }
                Taken::Env(..) | Taken::Base(..) => {}
            }
        }
        Ok(files)
    }

    /// Returns the source of a file, which is read when it is first asked for.
    fn source(&mut self, path: &Path) -> Result<SourceId, Problem> {
        let canonical = host::canonical(path);
        if let Some(id) = self.known.get(&canonical) {
            return Ok(*id);
        }
        let bytes = read::file(path, &shown(path))?;
        let source = Source::new(name(path, self.schema), bytes).map_err(|error| Problem::new(error.to_string()))?;
        let id = SourceId(u32::try_from(self.sources.len()).unwrap_or(u32::MAX));
        self.sources.push(source);
        self.known.insert(canonical, id);
        Ok(id)
    }
}

/// A search over many texts, from several threads.
struct Searching<'n> {
    needles: &'n Needles,
    schema: PathBuf,
    kept: BTreeMap<PathBuf, SourceId>,
    findings: Mutex<Findings<'n>>,
    problems: Problems,
    files: AtomicU64,
    bytes: AtomicU64,
    /// How many of the files are pointers of Git LFS.
    pointers: AtomicUsize,
    progress: Progress,
}

impl<'n> Searching<'n> {
    fn run(&self, paths: &[PathBuf], no_ignore: bool) {
        let here = [PathBuf::from(".")];
        let paths = if paths.is_empty() { &here[..] } else { paths };
        let (streams, mut roots): (Vec<PathBuf>, Vec<PathBuf>) =
            paths.iter().cloned().partition(|path| path.as_os_str() == "-");
        if !no_ignore {
            // A committed file is public, even if an ignore file that was added later excludes it.
            let is = |path: &Path, kind| host::kind(path) == Ok(kind);
            let folders = roots.iter().filter(|root| is(root, host::Kind::Folder));
            let tracked = folders.flat_map(|root| git::tracked_though_ignored(root));
            let tracked: Vec<PathBuf> = tracked
                .filter(|path| is(path, host::Kind::File) && !host::is_link(path))
                .collect();
            roots.extend(tracked);
        }
        roots.sort();
        roots.dedup();
        host::walk(&roots, no_ignore, &[], &|| {
            let mut search = Search::new(self.needles);
            move |path: &Path, visit: Visit| self.visit(path, visit, &mut search)
        });
        if !streams.is_empty() {
            let mut search = Search::new(self.needles);
            match self.read(&mut host::stdin_reader(), &mut search) {
                Ok(found) if found.bytes == 0 => self.fail(
                    "standard input",
                    Problem::new("standard input is empty: nothing was searched in it"),
                ),
                Ok(mut found) => {
                    found.ignore_comments();
                    self.add(carrier::STDIN, Kept::Nothing, found);
                }
                Err(refusal) => self.fail("standard input", read::worded(refusal, "standard input")),
            }
        }
        self.progress.end();
    }

    fn visit(&self, path: &Path, visit: Visit, search: &mut Search<'n>) {
        let found = visit.and_then(|mut reader| self.read(&mut reader, search));
        match found {
            Ok(found) => {
                let name = name(path, &self.schema);
                if !found.is_empty() || self.needles.are_in_name(&name) {
                    let kept = self.kept.get(&host::canonical(path)).copied();
                    self.add(&name, kept.map_or(Kept::Nothing, Kept::All), found);
                }
            }
            Err(refusal) => {
                let name = self.needles.redact(&shown(path));
                self.fail(&name, read::worded(refusal, &name));
            }
        }
    }

    /// Searches one text; the result of an interrupted search is dropped.
    fn read(&self, reader: &mut Reader, search: &mut Search<'n>) -> Result<Found, host::Refusal> {
        self.files.fetch_add(1, Ordering::Relaxed);
        let mut is_begun = false;
        loop {
            let room = search.space();
            match reader.read(room) {
                Ok(0) => return Ok(search.finish()),
                Ok(count) => {
                    if !is_begun && room[..count].starts_with(lfs::POINTER) {
                        self.pointers.fetch_add(1, Ordering::Relaxed);
                    }
                    is_begun = true;
                    search.filled(count);
                    let bytes = self.bytes.fetch_add(count as u64, Ordering::Relaxed) + count as u64;
                    self.progress.show(self.files.load(Ordering::Relaxed), bytes);
                }
                Err(kind) => {
                    let _ = search.finish();
                    self.files.fetch_sub(1, Ordering::Relaxed);
                    return Err(kind.into());
                }
            }
        }
    }

    fn add(&self, name: &str, kept: Kept, found: Found) {
        if let Ok(mut findings) = self.findings.lock() {
            findings.add(name, Origin::Present, kept, found);
        }
    }

    fn fail(&self, name: &str, problem: Problem) {
        self.problems.add(name.to_owned(), problem);
    }

    /// Returns what was found, and whether something could not be searched, which is printed here.
    fn finish(self) -> (Findings<'n>, bool) {
        let failed = self.problems.print();
        lfs::note_absent(self.pointers.into_inner());
        let mut findings = self.findings.into_inner().unwrap_or_else(PoisonError::into_inner);
        findings.count(self.files.into_inner(), self.bytes.into_inner());
        (findings, failed)
    }
}
