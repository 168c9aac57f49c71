//! `envgate check`: from schema and files to a report and an exit code.
//!
//! An input that can't be used does not keep the rest from being checked; but the exit code is then 2, whatever the report
//! says, because a gate must not pass what was not checked.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use envgate::check::{AgeEvidence, sets_nothing};
use envgate::diagnostic::Severity;
use envgate::report::human::Style;
use envgate::report::{EnvironmentReport, Report, State, neutralise};
use envgate::schema::EnvironmentId;
use envgate::source::SourceId;
use envgate::{EnvironmentInput, Options};

use crate::args::{CheckArguments, Format, Output};
use crate::exceptions::Exceptions;
use crate::inputs::Inputs;
use crate::outcome::{Finished, Outcomes};
use crate::plan::{self, Plan};
use crate::terminal::{self, Problem, note};
use crate::{FAILED, discover, evidence, host, models, modes, schema, write};

/// Runs the subcommand.
pub(crate) fn run(arguments: &CheckArguments) -> u8 {
    let named = &arguments.selection.schema.named;
    if !arguments.recursive && named.len() < 2 {
        return run_one(arguments);
    }
    let schemas = if arguments.recursive {
        several(arguments)
    } else {
        Ok(named.clone())
    };
    let schemas = schemas.and_then(|schemas| refuse_for_several(arguments, &schemas).map(|()| schemas));
    match schemas {
        Ok(schemas) => run_all(arguments, schemas),
        Err(problem) => {
            terminal::complain(&problem);
            FAILED
        }
    }
}

/// The schemas of all parts of a project.
fn several(arguments: &CheckArguments) -> Result<Vec<PathBuf>, Problem> {
    if !arguments.selection.schema.named.is_empty() {
        return Err(Problem::new(
            "--recursive finds the schemas, and --schema names them: give one of the two",
        ));
    }
    if !arguments.paths.is_empty() {
        return Err(Problem::new(
            "--recursive finds the files of each schema beside it: give no FILE",
        ));
    }
    let schemas = discover::all_below(Path::new("."))?;
    let twins = schemas.windows(2).find(|pair| pair[0].parent() == pair[1].parent());
    if let Some([one, other]) = twins {
        return Err(discover::twins(one, other));
    }
    if schemas.is_empty() {
        let problem = Problem::new(format!("there is no {} in this folder or below it", discover::SCHEMA));
        return Err(problem.help("without --recursive, it is looked for here and above"));
    }
    Ok(schemas)
}

/// Refuses arguments that belong to one schema if there are several.
fn refuse_for_several(arguments: &CheckArguments, schemas: &[PathBuf]) -> Result<(), Problem> {
    let what = if !arguments.paths.is_empty() {
        "FILE is"
    } else if arguments.known.is_named() {
        "--baseline is"
    } else if arguments.evidence.ledger.path.is_some() {
        "--ledger is"
    } else if !arguments.evidence.evidence.is_empty() {
        "--evidence is"
    } else {
        return Ok(());
    };
    if schemas.len() < 2 {
        return Ok(());
    }
    Err(discover::several(schemas, what))
}

/// Checks one after the other, with messages under the name of its folder, and reports all of them together.
fn run_all(arguments: &CheckArguments, schemas: Vec<PathBuf>) -> u8 {
    let format = arguments.report.format;
    let mut outcomes = Outcomes::of_several(arguments.report.floor.severity());
    let (has_others, mut code) = (schemas.len() > 1, 0);
    for schema in schemas {
        let folder = discover::folder(&schema);
        if has_others {
            terminal::head(Some(&discover::shown(folder)));
        }
        let mut own = arguments.clone();
        own.selection.schema.named = vec![schema.clone()];
        // Each schema is checked with the files beside it, never with those of another part.
        if arguments.recursive {
            own.paths = vec![folder.to_owned()];
        }
        outcomes.add(schema, finish(&own));
        code = outcomes.print_last(format, code);
    }
    terminal::head(None);
    write(arguments, &mut outcomes);
    let code = code.max(outcomes.code());
    outcomes.print(format, code)
}

fn run_one(arguments: &CheckArguments) -> u8 {
    let Some(finished) = finish(arguments) else {
        return FAILED;
    };
    let is_narrowed = !arguments.selection.schema.named.is_empty() || !arguments.paths.is_empty();
    let schema = finished.opened.path.clone();
    let mut outcomes = Outcomes::of_one(finished, arguments.report.floor.severity());
    write(arguments, &mut outcomes);
    let code = outcomes.print(arguments.report.format, outcomes.code());
    if !is_narrowed {
        discover::note_unchecked_schemas(&schema);
    }
    // The schema holds no values and the process is about to end. Freeing it would take a twentieth of the whole run.
    outcomes.forget_schemas();
    code
}

/// Runs a check that precedes something else: it is silent if it passes, and writes to standard error otherwise. Returns the exit code.
pub(crate) fn gate(arguments: &CheckArguments) -> u8 {
    let Some(finished) = prepare_with_notes(arguments, Notes::OnFailures).map(Prepared::finish) else {
        return FAILED;
    };
    let outcomes = Outcomes::of_one(finished, arguments.report.floor.severity());
    let code = outcomes.code();
    if code != 0 {
        terminal::print_error(&outcomes.text(arguments.report.format, terminal::stderr_style()));
    }
    code
}

/// Checks one schema. Returns `None` if that is impossible, which has been reported.
fn finish(arguments: &CheckArguments) -> Option<Finished> {
    let prepared = prepare(arguments)?;
    let takes_all = arguments.recursive || arguments.paths.is_empty();
    if takes_all && arguments.selection.environments.is_empty() && !arguments.selection.no_files {
        prepared.run.note_files_of_none();
        modes::note_left_out(&prepared.run.inputs.opened.schema, &prepared.run.folder);
    }
    Some(prepared.finish())
}

/// Writes the files of `--output`. One that can't be written is a failure, since its reader would find an old report.
fn write(arguments: &CheckArguments, outcomes: &mut Outcomes) {
    let mut taken: Vec<PathBuf> = Vec::new();
    for Output { format, path } in &arguments.outputs {
        let (name, whole) = (discover::shown(path), discover::absolute(path));
        let written = if taken.contains(&whole) || outcomes.forbid(path) {
            Err(Problem::new(format!(
                "{name} is an input, or already written: not written"
            )))
        } else {
            write::whole(path, &name, outcomes.text(*format, Style::PLAIN).as_bytes())
        };
        if let Err(problem) = written {
            terminal::complain(&problem);
            outcomes.lacks_a_file();
        }
        taken.push(whole);
    }
    let mut formats = arguments.outputs.iter().map(|output| output.format);
    let is_for_github = arguments.report.format == Format::Github || formats.any(|format| format == Format::Github);
    if is_for_github && let Some(path) = terminal::job_summary() {
        let text = outcomes.text(Format::Markdown, Style::PLAIN);
        if let Err(problem) = write::append(&path, "the job summary", text.as_bytes()) {
            terminal::complain(&problem);
            outcomes.lacks_a_file();
        }
    }
}

/// A check that is ready to run.
pub(crate) struct Prepared<'a> {
    pub(crate) run: Run<'a>,
    pub(crate) environments: Vec<EnvironmentInput>,
    pub(crate) options: Options,
}

/// Which notes to print with the report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Notes {
    All,
    /// All but those about environments without a file.
    OnFailures,
}

/// Reads everything that a check needs. Returns `None` if it can't run, which has been reported.
pub(crate) fn prepare(arguments: &CheckArguments) -> Option<Prepared<'_>> {
    prepare_with_notes(arguments, Notes::All)
}

/// Like [`prepare`], with a choice of notes.
pub(crate) fn prepare_with_notes(arguments: &CheckArguments, notes: Notes) -> Option<Prepared<'_>> {
    let opened = schema::open(
        &arguments.selection.schema.named,
        &arguments.paths,
        arguments.report.format,
    )?;
    prepare_opened(arguments, opened, notes)
}

/// Like [`prepare`], for a schema that is already open.
pub(crate) fn prepare_opened(arguments: &CheckArguments, opened: schema::Opened, notes: Notes) -> Option<Prepared<'_>> {
    let selection = &arguments.selection;
    let plan = plan::plan(selection, &arguments.paths, &opened.schema, &opened.path);
    let mut run = Run {
        arguments,
        inputs: Inputs::new(selection, opened, !arguments.paths.is_empty()),
        exceptions: Exceptions::default(),
        ledger: None,
        folder: plan.folder.clone(),
    };
    for problem in &plan.problems {
        run.inputs.fail(problem);
    }
    let read = |one| run.inputs.read(one);
    let environments: Vec<EnvironmentInput> = plan.environments.iter().filter_map(read).collect();
    if notes == Notes::All {
        run.note_absent_environments(&plan, &environments);
    }
    if environments.is_empty() {
        return None;
    }
    let now = arguments.report.clock.now();
    let example = run.inputs.example(&plan);
    let known = arguments.known.known();
    run.exceptions = Exceptions::read(&mut run.inputs.opened, known, now, arguments.report.format)?;
    let options = Options {
        now,
        phase: arguments.phase.map(Into::into),
        example,
        quiet: std::mem::take(&mut run.exceptions.quiet),
        ages: run.ages(&plan),
    };
    Some(Prepared {
        run,
        environments,
        options,
    })
}

impl Prepared<'_> {
    /// Runs it.
    pub(crate) fn finish(mut self) -> Finished {
        let report = self.run.check(&self.environments, &self.options);
        self.run.refuse_unchecked(&report, &self.environments);
        let Run {
            inputs,
            exceptions,
            ledger,
            ..
        } = self.run;
        let read = inputs.paths().chain(exceptions.paths.iter().map(PathBuf::as_path));
        Finished {
            inputs: read.map(discover::absolute).collect(),
            opened: inputs.opened,
            environments: self.environments,
            report,
            beside: exceptions.sources,
            ledger,
            complete: !inputs.failed,
        }
    }

    /// Adds the other environments, for which only the ledger is checked, without values. Returns their names.
    pub(crate) fn add_without_values(&mut self) -> Vec<&str> {
        let specs = self.run.inputs.opened.schema.environments();
        let all = (0..)
            .zip(specs)
            .map(|(index, spec)| (EnvironmentId(index), spec.name.as_str()));
        let others: Vec<_> = all
            .filter(|(id, _)| self.environments.iter().all(|one| one.id != *id))
            .collect();
        let valueless = others
            .iter()
            .map(|(id, _)| EnvironmentInput::new(*id, Vec::<SourceId>::new()));
        self.environments.extend(valueless);
        self.environments.sort_by_key(|one| one.id);
        others.into_iter().map(|(_, name)| name).collect()
    }
}

/// Prepares a check of what the ledger alone says about all environments, without their values.
pub(crate) fn without_values(arguments: &CheckArguments, opened: schema::Opened) -> Prepared<'_> {
    note("there is no env file here: the records are checked against each other, not against values");
    let folder = discover::folder(&opened.path).to_owned();
    let mut run = Run {
        arguments,
        inputs: Inputs::new(&arguments.selection, opened, false),
        exceptions: Exceptions::default(),
        ledger: None,
        folder: folder.clone(),
    };
    let options = Options {
        now: arguments.report.clock.now(),
        ages: run.ages(&Plan {
            folder,
            ..Plan::default()
        }),
        ..Options::default()
    };
    let mut prepared = Prepared {
        run,
        environments: Vec::new(),
        options,
    };
    prepared.add_without_values();
    prepared
}

/// One run of the subcommand.
pub(crate) struct Run<'a> {
    arguments: &'a CheckArguments,
    pub(crate) inputs: Inputs<'a>,
    /// Waivers and baseline; their content is in the options.
    pub(crate) exceptions: Exceptions,
    /// The ledger, whose excerpts have masks of their own.
    ledger: Option<SourceId>,
    /// The folder of the env files.
    pub(crate) folder: PathBuf,
}

impl Run<'_> {
    /// The check itself.
    pub(crate) fn check(&self, environments: &[EnvironmentInput], options: &Options) -> Report {
        let opened = &self.inputs.opened;
        envgate::check(&opened.schema, &opened.sources, environments, options)
    }

    /// Notes which environments of the schema are not in the report.
    fn note_absent_environments(&self, plan: &Plan, environments: &[EnvironmentInput]) {
        if environments.is_empty() {
            return;
        }
        for id in &plan.absent {
            let spec = &self.inputs.opened.schema.environments()[id.0 as usize];
            let why = if spec.files.is_empty() {
                "the schema names none of its files".to_owned()
            } else {
                format!("no file ({})", spec.files.join(", "))
            };
            note(&format!("{} was not checked: {why}", spec.name));
        }
    }

    /// Notes which env files in the same folder are in no environment, because whoever added one may think that it is checked.
    fn note_files_of_none(&self) {
        let specs = self.inputs.opened.schema.environments();
        let is_named = |name: &str| specs.iter().any(|spec| spec.files.iter().any(|file| file == name));
        let mut names = host::names(&self.folder);
        names.retain(|name| models::may_be_loaded(name) && !is_named(name));
        if names.is_empty() {
            return;
        }
        let read: Vec<PathBuf> = self.inputs.paths().map(discover::absolute).collect();
        let mut of_none = names.iter().filter(|name| {
            let path = self.folder.join(name);
            !read.contains(&discover::absolute(&path)) && host::is_file(&path)
        });
        let Some(first) = of_none.next() else { return };
        let (more, were) = match of_none.count() {
            0 => (String::new(), "was"),
            count => (format!(" and {count} more"), "were"),
        };
        note(&format!(
            "{first}{more} {were} not checked: in no environment of the schema"
        ));
    }

    /// Reads exports and ledger. One that can't be used would leave known ages unknown, so it fails the run; everything else is checked.
    fn ages(&mut self, plan: &Plan) -> AgeEvidence {
        let ages = self.gather(plan);
        self.ledger = ages.ledger().map(|(id, _)| id);
        ages
    }

    fn gather(&mut self, plan: &Plan) -> AgeEvidence {
        let schema::Opened {
            schema, path, sources, ..
        } = &mut self.inputs.opened;
        let files = sources.len();
        let gathered = evidence::gather(&self.arguments.evidence, schema, path, &plan.folder, sources);
        #[cfg(not(target_family = "wasm"))]
        let gathered = gathered.and_then(|ages| {
            evidence::add_commits(&self.arguments.evidence, path, &sources[..files], ages)
                .map_err(|problem| vec![problem])
        });
        #[cfg(target_family = "wasm")]
        let _ = files;
        gathered.unwrap_or_else(|problems| {
            problems.iter().for_each(|problem| self.inputs.fail(problem));
            AgeEvidence::default()
        })
    }

    /// Refuses to let an environment pass in which there was nothing to check. For example, a file with nothing but comments passes every
    /// rule of a schema that requires nothing.
    pub(crate) fn refuse_unchecked(&mut self, report: &Report, environments: &[EnvironmentInput]) {
        if self.inputs.failed {
            return;
        }
        let opened = &self.inputs.opened;
        // A hint about white space is not a check of variables.
        let is_silent = |name: &str| {
            let mut errors = report.diagnostics.iter().filter(|one| one.severity == Severity::Error);
            errors.all(|one| one.environment.as_deref() != Some(name))
        };
        let checked = report.environments.iter().zip(environments);
        let mut silent = checked.filter(|(checked, _)| is_silent(&checked.name)).peekable();
        if opened.schema.asks_nothing() && silent.peek().is_some() {
            let problem = asks_nothing(opened);
            self.inputs.fail(&problem);
            return;
        }
        let mut unchecked = Vec::new();
        for (checked, input) in silent {
            unchecked.extend(vacuous(opened, checked, input));
            unchecked.extend(not_text(opened, input));
            if !input.process.is_empty() && sets_no_key(checked) {
                note(&format!(
                    "{}: the process environment sets none of the declared keys",
                    checked.name
                ));
            }
        }
        for problem in &unchecked {
            self.inputs.fail(problem);
        }
    }
}

/// Returns which declared variables of the process are not text. They could not be checked, which is no pass, even if the schema turns that
/// rule off.
fn not_text(opened: &schema::Opened, input: &EnvironmentInput) -> Option<Problem> {
    let pairs = input
        .process
        .pairs()
        .filter(|(_, value)| str::from_utf8(value).is_err());
    let keys: BTreeSet<&str> = pairs
        .filter_map(|(key, _)| Some(&*opened.schema.property(key)?.name))
        .collect();
    let names = keys.into_iter().collect::<Vec<_>>().join(", ");
    (!names.is_empty()).then(|| {
        Problem::new(format!("not UTF-8 in the process environment, so not checked: {names}"))
            .help("set it to text; bytes can be written in base64")
    })
}

/// Why a pass of an environment would mean nothing.
fn vacuous(opened: &schema::Opened, checked: &EnvironmentReport, input: &EnvironmentInput) -> Option<Problem> {
    let listed = checked.variables.iter().any(|variable| variable.location.is_some());
    if listed {
        return None;
    }
    let files = EnvironmentInput::new(input.id, input.files.clone());
    // A process alone is checked, too, if it sets none of the declared keys. Beside files that set nothing, it makes up for none of them.
    let by_process = !input.process.is_empty() && (input.files.is_empty() || !sets_no_key(checked));
    if by_process || !sets_nothing(&opened.schema, &opened.sources, &files) {
        return None;
    }
    Some(Problem::new(format!(
        "{} has no variables: nothing was checked",
        checked.name
    )))
}

/// The problem with a schema that asks nothing of any variable.
pub(crate) fn asks_nothing(opened: &schema::Opened) -> Problem {
    let name = neutralise(opened.sources[0].name());
    Problem::new(format!("{name} declares no variables: nothing was checked"))
        .help("declare them under \"properties\"; `envgate init` drafts them from the env files")
}

/// Whether no declared key is set: correct where nothing is required, but perhaps a surprise.
fn sets_no_key(checked: &EnvironmentReport) -> bool {
    let absent = |state| matches!(state, State::Missing | State::Defaulted);
    checked.variables.iter().all(|variable| absent(variable.state))
}
