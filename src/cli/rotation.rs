//! `envgate rotation`: shows how old every secret is, and records when one was changed.
//!
//! The table is the report of a check with everything but the ages left out, so it agrees with `envgate check`. `record` adds a line to the ledger, `verify`
//! compares the ledger with the values, and `key new` makes the key that ties the two together.

use envgate::check::EvidenceError;
use envgate::check::record::{self, Recorded, Rotation};
use envgate::check::rules;
use envgate::diagnostic::{Diagnostic, Severity};
use envgate::report::{Export, Report, ages, concise, counted, neutralise};
use envgate::rotation::ledger::{FILE_NAME, LedgerKey};
use envgate::schema::Schema;
use envgate::source::{PositionEncoding, Source, SourceId};
use envgate::suggest;

use crate::args::{
    AgeFloor, AgeFormat, CheckArguments, EvidenceArguments, KeyCommand, KeyNewArguments, RecordArguments,
    RotationArguments, RotationCommand, VerifyArguments,
};
use crate::check::{self, Notes, Prepared};
use crate::terminal::{self, Problem, complain, note};
use crate::{FAILED, code, discover, evidence, host, plan, read, schema, write};

/// Runs the subcommand.
pub(crate) fn run(arguments: &RotationArguments) -> u8 {
    match &arguments.command {
        None => table(arguments),
        Some(RotationCommand::Record(arguments)) => record(arguments),
        Some(RotationCommand::Verify(arguments)) => verify(arguments),
        Some(RotationCommand::Key {
            command: KeyCommand::New(arguments),
        }) => key_new(arguments),
    }
}

fn table(arguments: &RotationArguments) -> u8 {
    if arguments.redact_names && arguments.format != AgeFormat::Ics {
        let problem = Problem::new("--redact-names is for a calendar, which others may see");
        complain(&problem.help("add --format ics; the other formats say what they are about"));
        return FAILED;
    }
    let check = arguments.inputs.check(arguments.evidence.clone());
    let Some(Prepared {
        run,
        environments,
        options,
    }) = check::prepare(&check)
    else {
        return FAILED;
    };
    let sources = &run.inputs.opened.sources;
    let report = run.check(&environments, &options);
    note_evidence(&report, sources);
    let export = &Export {
        complete: !run.inputs.failed,
        ..Export::new(&report, sources, PositionEncoding::Scalar)
    };
    let text = match arguments.format {
        AgeFormat::Human => ages::table::render(&report),
        AgeFormat::Json => ages::json::render(export),
        AgeFormat::Markdown => ages::markdown::render(export),
        AgeFormat::Ics => {
            let name = run.inputs.opened.schema.title().unwrap_or("envgate");
            ages::calendar::render(&report, name, arguments.names())
        }
        AgeFormat::Prometheus => ages::prometheus::render(export),
    };
    // If a record is plainly wrong, the ages in the table may be whatever somebody wrote there.
    let is_wrong = |one: &Diagnostic| is_about_evidence(one) && one.severity == Severity::Error;
    let is_never = arguments.fail_on.contains(&AgeFloor::Never);
    let distrusted = !is_never && report.diagnostics.iter().any(is_wrong);
    let is_late = ages::rows(&report).iter().any(|row| {
        arguments.fail_on.iter().any(|floor| match (floor, row.age.verdict) {
            (AgeFloor::Never, _) => false,
            (_, "overdue" | "expired") => !row.age.in_grace || *floor == AgeFloor::DueSoon,
            (AgeFloor::DueSoon, "due-soon") | (AgeFloor::Unknown, "unknown" | "conflict") => true,
            _ => false,
        })
    });
    terminal::print(&text, code(!export.complete, is_late || distrusted))
}

/// Prints what is wrong with the evidence, which a table of ages can't show.
fn note_evidence(report: &Report, sources: &[Source]) {
    for line in concise::lines(&about_evidence(report), sources).lines() {
        note(line);
    }
}

/// Returns the report with only what is wrong with the evidence.
fn about_evidence(report: &Report) -> Report {
    let mut report = report.clone();
    report.diagnostics.retain(is_about_evidence);
    report
}

fn is_about_evidence(diagnostic: &Diagnostic) -> bool {
    rules::ABOUT_LEDGER.contains(&diagnostic.code.0) || diagnostic.code.0 == "incomplete-evidence"
}

fn verify(arguments: &VerifyArguments) -> u8 {
    let check = arguments.inputs.check(EvidenceArguments {
        ledger: arguments.ledger.clone(),
        ..EvidenceArguments::default()
    });
    let Some((prepared, has_values)) = prepare_verification(&check) else {
        return FAILED;
    };
    let Prepared {
        run,
        environments,
        options,
    } = prepared;
    let Some((_, ledger)) = options.ages.ledger() else {
        if !run.inputs.failed {
            let problem = Problem::new(format!("there is no {FILE_NAME} beside the env files or the schema"));
            complain(&problem.help("`envgate rotation record` begins one"));
        }
        return FAILED;
    };
    let report = about_evidence(&run.check(&environments, &options));
    let mut text = concise::lines(&report, &run.inputs.opened.sources);
    text.push_str(&counted(ledger.entries().len(), "record"));
    if has_values {
        let rows = ages::rows(&report);
        let with = |rank| {
            let has = |row: &&ages::Row<'_>| row.age.evidence.iter().any(|piece| piece.rank == rank);
            rows.iter().filter(has).count()
        };
        let (sealed, said) = (with("ledger"), with("record"));
        text.push_str(&format!(
            ". Values in use: {sealed} as their fingerprint says, {said} recorded without one.\n"
        ));
    } else {
        text.push_str(", checked against each other.\n");
    }
    let found = report.diagnostics.iter().any(|one| one.severity >= Severity::Warning);
    terminal::print(&text, code(run.inputs.failed, found))
}

/// Prepares the check of a ledger, and returns whether there are values: without them, much can still be verified.
fn prepare_verification(check: &CheckArguments) -> Option<(Prepared<'_>, bool)> {
    let selection = &check.selection;
    let opened = schema::open(&selection.schema.named, &check.paths, check.report.format)?;
    let is_all = check.paths.is_empty() && selection.environments.is_empty();
    if is_all
        && plan::plan(selection, &[], &opened.schema, &opened.path)
            .environments
            .is_empty()
    {
        return Some((check::without_values(check, opened), false));
    }
    let mut prepared = check::prepare_with_notes(check, Notes::OnFailures)?;
    let names = if is_all {
        prepared.add_without_values()
    } else {
        Vec::new()
    };
    if !names.is_empty() {
        note(&format!(
            "no env file of {} is here: its records are checked against each other, not against values",
            names.join(", ")
        ));
    }
    Some((prepared, true))
}

fn record(arguments: &RecordArguments) -> u8 {
    match try_record(arguments) {
        Ok(text) => terminal::print(&text, 0),
        Err(problems) => {
            problems.iter().for_each(complain);
            FAILED
        }
    }
}

fn try_record(arguments: &RecordArguments) -> Result<String, Vec<Problem>> {
    // The ledger is read below, where it may still be missing.
    let check = arguments.inputs.check(EvidenceArguments::default());
    let Some(Prepared {
        mut run, environments, ..
    }) = check::prepare(&check)
    else {
        return Err(Vec::new());
    };
    let name = known_key(&arguments.key, &run.inputs.opened.schema)?;
    let [environment] = environments.as_slice() else {
        return Err(vec![unclear_environment(&run.inputs.opened.schema)]);
    };
    if run.inputs.failed {
        return Err(Vec::new());
    }
    let beside_schema = || discover::folder(&run.inputs.opened.path).join(FILE_NAME);
    let path = evidence::ledger_path(arguments.ledger.path.as_ref(), &run.inputs.opened.path, &run.folder)
        .unwrap_or_else(beside_schema);
    let shown = discover::shown(&path);
    let ledger = if host::exists(&path) {
        let bytes = read::file(&path, &shown).map_err(|problem| vec![problem])?;
        let source = Source::new(shown.clone(), bytes).map_err(|error| vec![Problem::new(error.to_string())])?;
        Some(run.inputs.add(source))
    } else {
        None
    };
    let rotation = Rotation {
        key: name,
        at: arguments.at,
        reason: arguments.reason,
        by: arguments.by.clone(),
        origin: arguments.origin.clone(),
        kid: arguments.kid.clone(),
    };
    let now = arguments.inputs.clock.now();
    let (schema, sources) = (&run.inputs.opened.schema, &run.inputs.opened.sources);
    // If there is no ledger yet, there is no place in a file to point at.
    let plain = |error: EvidenceError| Problem::new(error.message).help(error.help);
    let problems = |errors: Vec<EvidenceError>| match ledger {
        Some(_) => evidence::problems(errors, sources),
        None => errors.into_iter().map(plain).collect(),
    };
    let Recorded { text, entry } =
        record::record(schema, sources, environment, ledger, &rotation, now).map_err(problems)?;
    let before = ledger.map(|SourceId(index)| sources[index as usize].bytes());
    write::file(&path, &shown, before, text.as_bytes()).map_err(|problem| vec![problem])?;
    if entry.kid.is_none() {
        note(
            "there is no ledger key among the values, so only the date was recorded; `envgate rotation key new` makes one",
        );
    }
    Ok(format!(
        "{} in {} is recorded in {}\n",
        entry.key,
        entry.environment,
        neutralise(&shown)
    ))
}

fn unclear_environment(schema: &Schema) -> Problem {
    let names: Vec<&str> = schema.environments().iter().map(|spec| spec.name.as_str()).collect();
    let problem = Problem::new("it is not clear in which environment the value was changed");
    problem.help(format!("name one with -e: {}", names.join(", ")))
}

/// Returns the key as the schema spells it.
fn known_key(key: &str, schema: &Schema) -> Result<String, Vec<Problem>> {
    if schema.property(key.as_bytes()).is_some() {
        return Ok(key.to_owned());
    }
    let names = schema.properties().iter().map(|property| property.name.as_str());
    let problem = Problem::new(format!("the schema has no key {key:?}"));
    Err(vec![match suggest::nearest(key, names) {
        Some(near) => problem.help(format!("did you mean {near}?")),
        None => problem.help("declare it first: only declared keys are tracked"),
    }])
}

fn key_new(arguments: &KeyNewArguments) -> u8 {
    let now = arguments.clock.now().to_string();
    let day = now.split('T').next().unwrap_or_default();
    let kid = arguments.kid.clone().unwrap_or_else(|| format!("k-{day}"));
    let Some(random) = host::random() else {
        complain(&Problem::new("the system gave no random bytes"));
        return FAILED;
    };
    match LedgerKey::render(&kid, &random) {
        Ok(key) => {
            note(
                "put it among the values of one environment, under a name of your own (LEDGER_KEY), and never into the repository",
            );
            terminal::print(&format!("{}\n", *key), 0)
        }
        Err(_) => {
            let problem = Problem::new(format!("{kid:?} can't name a ledger key"));
            complain(&problem.help("a name has up to 40 small letters, digits and `-`: production-2026"));
            FAILED
        }
    }
}
