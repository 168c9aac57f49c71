//! `envgate check`: schema and files to a report and an exit code.
//!
//! One input that can't be used keeps nothing else from being checked; but then the exit code is 2, whatever the report says,
//! because a gate must not pass on what nobody looked at.

use std::path::{Path, PathBuf};

use envgate::check::quiet::{Baseline, Quiet, Waivers, baseline, waiver};
use envgate::check::{AgeEvidence, mask, rules};
use envgate::diagnostic::Severity;
use envgate::parse::dialect::{DEFAULT, Dialect};
use envgate::report::human::{self, Style};
use envgate::report::{Export, Report, concise, github, gitlab, json, junit, markdown, rdjson, refused, sarif};
use envgate::schema::SchemaError;
use envgate::source::{PositionEncoding, Source, SourceId};
use envgate::{EnvironmentInput, Options};

use jiff::Timestamp;

use crate::args::{CheckArguments, Format, Output};
use crate::plan::{self, Input, Plan, Planned};
use crate::terminal::{self, Problem, complain, note};
use crate::{FAILED, FOUND, discover, evidence, host, read, schema, write};

/// The name by which reports speak of standard input.
const STDIN: &str = "<stdin>";

/// Runs the subcommand.
pub(crate) fn run(arguments: &CheckArguments) -> u8 {
    let Some(Prepared {
        mut run,
        environments,
        options,
    }) = prepare(arguments)
    else {
        return FAILED;
    };
    let report = envgate::check(&run.opened.schema, &run.opened.sources, &environments, &options);
    run.refuse_unchecked(&report, &environments);
    run.write(&report, &environments);
    let text = run.render(&report, &environments, arguments.format, terminal::stdout_style());
    let code = terminal::print(&text, run.code(&report));
    // The schema holds no values and the process ends here: to take it apart would be a twentieth of all work.
    std::mem::forget(run.opened.schema);
    code
}

/// A check that is ready to be made.
pub(crate) struct Prepared<'a> {
    pub(crate) run: Run<'a>,
    pub(crate) environments: Vec<EnvironmentInput>,
    pub(crate) options: Options,
}

/// Reads all that a check needs; what keeps it from being made has been said when there is none.
pub(crate) fn prepare(arguments: &CheckArguments) -> Option<Prepared<'_>> {
    let opened = schema::open(&arguments.schema, &arguments.paths, arguments.format)?;
    let plan = plan::plan(arguments, &opened.schema, &opened.path);
    let mut run = Run {
        arguments,
        opened,
        failed: false,
        inputs: Vec::new(),
        beside: Vec::new(),
    };
    for problem in &plan.problems {
        run.fail(problem);
    }
    let environments: Vec<EnvironmentInput> = plan.environments.iter().filter_map(|one| run.read(one)).collect();
    run.tell_absent(&plan, &environments);
    if environments.is_empty() {
        return None;
    }
    let now = arguments.now.unwrap_or_else(host::now);
    let options = Options {
        now,
        phase: arguments.phase.map(Into::into),
        example: run.example(&plan),
        quiet: run.quiet(now)?,
        ages: run.ages(&plan),
    };
    Some(Prepared {
        run,
        environments,
        options,
    })
}

/// One run of the subcommand.
pub(crate) struct Run<'a> {
    arguments: &'a CheckArguments,
    pub(crate) opened: schema::Opened,
    /// Whether something could not be done.
    pub(crate) failed: bool,
    /// What was read, or could not be: an input of several environments is read, and complained about, once.
    inputs: Vec<(Input, Option<SourceId>)>,
    /// Waivers and baseline, of which only the skeleton is shown.
    beside: Vec<SourceId>,
}

impl Run<'_> {
    fn fail(&mut self, problem: &Problem) {
        complain(problem);
        self.failed = true;
    }

    /// Reads the files of an environment; `None` if one can't be read, since without it the others would be judged wrongly.
    fn read(&mut self, planned: &Planned) -> Option<EnvironmentInput> {
        let read: Vec<Option<SourceId>> = planned.inputs.iter().map(|input| self.source(input)).collect();
        let name = self.opened.schema.environments()[planned.id.0 as usize].name.clone();
        let Some(files) = read.into_iter().collect::<Option<Vec<SourceId>>>() else {
            note(&format!("{name} was not checked"));
            return None;
        };
        self.refuse_empty(&files, planned.process);
        let dialect = self.arguments.dialect.as_deref().and_then(Dialect::find);
        let process = if planned.process { host::variables() } else { Vec::new() };
        Some(EnvironmentInput {
            id: planned.id,
            files,
            dialect,
            process,
        })
    }

    /// An input, read when it is first asked for.
    fn source(&mut self, input: &Input) -> Option<SourceId> {
        if let Some((_, known)) = self.inputs.iter().find(|(other, _)| other == input) {
            return *known;
        }
        let name = match input {
            Input::File(path) => discover::name(path, &self.opened.path),
            Input::Stdin => STDIN.to_owned(),
        };
        let read = match input {
            Input::File(path) => read::file(path, &discover::shown(path)),
            Input::Stdin => read::stdin("standard input"),
        };
        let source = read.and_then(|bytes| Source::new(name, bytes).map_err(|error| Problem::new(error.to_string())));
        let id = match source {
            Ok(source) => Some(self.add(source)),
            Err(problem) => {
                self.fail(&problem);
                None
            }
        };
        self.inputs.push((input.clone(), id));
        id
    }

    fn add(&mut self, source: Source) -> SourceId {
        if let Err(error) = str::from_utf8(source.bytes()) {
            let problem = Problem::new(format!(
                "{} is not UTF-8, from byte {} on",
                source.name(),
                error.valid_up_to()
            ));
            self.fail(&problem.help("save it as UTF-8; what a loader makes of such bytes is not what stands there"));
        }
        self.opened.sources.push(source);
        SourceId(u32::try_from(self.opened.sources.len() - 1).unwrap_or(u32::MAX))
    }

    /// An empty layer over others is nothing to worry about; an environment that has nothing else was not checked.
    fn refuse_empty(&mut self, files: &[SourceId], process: bool) {
        let empty: Vec<String> = files
            .iter()
            .map(|id| &self.opened.sources[id.0 as usize])
            .filter(|source| source.bytes().trim_ascii().is_empty())
            .map(|source| source.name().to_owned())
            .collect();
        let all = empty.len() == files.len() && !process;
        for name in empty {
            if all || !self.arguments.paths.is_empty() {
                self.fail(&Problem::new(format!("{name} is empty: nothing was checked in it")));
            } else {
                note(&format!("{name} is empty"));
            }
        }
    }

    /// What the report can't say: which environments of the schema are not in it.
    fn tell_absent(&self, plan: &Plan, environments: &[EnvironmentInput]) {
        if environments.is_empty() {
            return;
        }
        for id in &plan.absent {
            let spec = &self.opened.schema.environments()[id.0 as usize];
            note(&format!(
                "{} was not checked: no file ({})",
                spec.name,
                spec.files.join(", ")
            ));
        }
    }

    /// The reference file, whose values are placeholders. One that can't be read is no reason to fail: it is not under check.
    fn example(&mut self, plan: &Plan) -> Option<SourceId> {
        let input = Input::File(discover::example(&plan.folder)?);
        if let Some((_, known)) = self.inputs.iter().find(|(other, _)| *other == input) {
            return *known;
        }
        let Input::File(path) = &input else { return None };
        let name = discover::name(path, &self.opened.path);
        let source = Source::new(name.clone(), read::file(path, &name).ok()?).ok()?;
        self.opened.sources.push(source);
        Some(SourceId(
            u32::try_from(self.opened.sources.len() - 1).unwrap_or(u32::MAX),
        ))
    }

    /// What is waived and what is known. A mistake in either means that nothing is checked: what it was to hide would be told, and
    /// what it was not to hide would not.
    fn quiet(&mut self, now: Timestamp) -> Option<Quiet> {
        let schema = self.opened.path.clone();
        let mut quiet = Quiet::default();
        if let Some(path) = discover::beside(&schema, waiver::FILE_NAME) {
            let id = self.file_beside(&path)?;
            let source = &self.opened.sources[id.0 as usize];
            let waivers = Waivers::read(source, id, &self.opened.schema, now);
            quiet.waivers = waivers.map_err(|errors| self.refuse(&errors, &path, id)).ok()?;
        }
        let named = self.arguments.baseline.clone();
        let found = || discover::beside(&schema, baseline::FILE_NAME);
        if let Some(path) = named.or_else(found).filter(|_| !self.arguments.no_baseline) {
            quiet.baseline = self.baseline(&path)?;
        }
        Some(quiet)
    }

    /// A baseline that was written before.
    pub(crate) fn baseline(&mut self, path: &Path) -> Option<Baseline> {
        let id = self.file_beside(path)?;
        let baseline = Baseline::read(&self.opened.sources[id.0 as usize], id, &self.opened.schema);
        baseline.map_err(|errors| self.refuse(&errors, path, id)).ok()
    }

    fn file_beside(&mut self, path: &Path) -> Option<SourceId> {
        let id = self.source(&Input::File(path.to_owned()))?;
        self.beside.push(id);
        Some(id)
    }

    fn refuse(&self, errors: &[SchemaError], path: &Path, id: SourceId) {
        let source = &self.opened.sources[id.0 as usize..=id.0 as usize];
        schema::refuse(errors, path, source, self.arguments.format);
    }

    /// Exports and ledger. One that can't be used would leave ages unknown that are not, so it fails the run; all else is checked.
    fn ages(&mut self, plan: &Plan) -> AgeEvidence {
        let schema::Opened { schema, path, sources } = &mut self.opened;
        let gathered = evidence::gather(&self.arguments.evidence, schema, path, &plan.folder, sources);
        gathered.unwrap_or_else(|problems| {
            problems.iter().for_each(|problem| self.fail(problem));
            AgeEvidence::default()
        })
    }

    /// A file of comments passes every rule of a schema that requires nothing. There was nothing in it to check, and that is no
    /// pass.
    pub(crate) fn refuse_unchecked(&mut self, report: &Report, environments: &[EnvironmentInput]) {
        if self.failed {
            return;
        }
        for (checked, input) in report.environments.iter().zip(environments) {
            let silent = report
                .diagnostics
                .iter()
                .all(|one| one.environment.as_deref() != Some(&checked.name));
            let dialect = input.dialect.or_else(|| {
                self.opened.schema.environments()[input.id.0 as usize]
                    .dialects
                    .first()
                    .copied()
            });
            let has_assignments = |id: &SourceId| {
                let text = self.opened.sources[id.0 as usize].bytes();
                !envgate::parse::parse(text, dialect.unwrap_or(DEFAULT))
                    .assignments()
                    .is_empty()
            };
            let listed = checked.variables.iter().any(|variable| variable.location.is_some());
            if silent && !listed && input.process.is_empty() && !input.files.iter().any(has_assignments) {
                let problem = Problem::new(format!("{} has no variables: nothing was checked", checked.name));
                complain(&problem);
                self.failed = true;
            }
        }
    }

    /// The files that were asked for. One that can't be written is a failure: whoever reads it would read an old one.
    fn write(&mut self, report: &Report, environments: &[EnvironmentInput]) {
        let arguments = self.arguments;
        let mut taken: Vec<PathBuf> = vec![discover::absolute(&self.opened.path)];
        for (input, _) in &self.inputs {
            if let Input::File(path) = input {
                taken.push(discover::absolute(path));
            }
        }
        for Output { format, path } in &arguments.outputs {
            let (name, whole) = (discover::shown(path), discover::absolute(path));
            let written = if taken.contains(&whole) {
                Err(Problem::new(format!("{name} is read, or written already: not written")))
            } else {
                let text = self.render(report, environments, *format, terminal::FILE);
                write::whole(path, &name, text.as_bytes())
            };
            if let Err(problem) = written {
                self.fail(&problem);
            }
            taken.push(whole);
        }
        let formats = arguments.outputs.iter().map(|output| output.format);
        if formats.chain([arguments.format]).any(|format| format == Format::Github)
            && let Some(path) = terminal::job_summary()
        {
            let text = self.render(report, environments, Format::Markdown, terminal::FILE);
            if let Err(problem) = write::append(&path, "the job summary", text.as_bytes()) {
                self.fail(&problem);
            }
        }
    }

    fn render(&self, report: &Report, environments: &[EnvironmentInput], format: Format, style: Style) -> String {
        let sources = &self.opened.sources;
        let folder = discover::from_root(&self.opened.path);
        let export = Export {
            report,
            sources,
            folder: &folder,
            complete: !self.failed,
            floor: self.arguments.fail_on.into(),
            encoding: PositionEncoding::Scalar,
        };
        match format {
            Format::Human if report.diagnostics.is_empty() => human::render(report, sources, &[], style),
            Format::Human => {
                let mut masked = mask(&self.opened.schema, sources, environments);
                for id in &self.beside {
                    masked[id.0 as usize] = refused(&sources[id.0 as usize]);
                }
                human::render(report, sources, &masked, style)
            }
            Format::Concise => concise::render(report, sources),
            Format::Json => json::render(report, sources, PositionEncoding::Scalar),
            Format::Sarif => sarif::render(&export, &rules::texts()),
            Format::Github => github::render(&export),
            Format::Gitlab => gitlab::render(&export),
            Format::Junit => junit::render(&export),
            Format::Markdown => markdown::render(&export),
            Format::Rdjson => rdjson::render(&export),
        }
    }

    fn code(&self, report: &Report) -> u8 {
        let floor = Severity::from(self.arguments.fail_on);
        if self.failed {
            FAILED
        } else if report.diagnostics.iter().any(|diagnostic| diagnostic.severity >= floor) {
            FOUND
        } else {
            0
        }
    }
}
