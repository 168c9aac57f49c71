//! `envgate scan`: variables that source uses and the schema does not declare, and vice versa.

mod add;

use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use envgate::Options;
use envgate::check::draft::Asked;
use envgate::check::quiet::baseline;
use envgate::diagnostic::Severity;
use envgate::leak::Needles;
use envgate::report::neutralise;
use envgate::schema::{Schema, Vocabulary};
use envgate::source::Source;
use envgate::usage::{Finder, Findings, Language, MAX_TEXT, Uses};

use crate::args::{Format, ReportArguments, ScanArguments};
use crate::discover::{self, name, shown};
use crate::exceptions::Exceptions;
use crate::host::{self, Reader, Refusal, Visit};
use crate::leaks;
use crate::outcome::Rendering;
use crate::problems::Problems;
use crate::schema::{self, Opened};
use crate::terminal::{self, Problem, complain, note};
use crate::{FAILED, code, models, read};

/// Folders of dependencies and build output; usually they are ignored anyway.
const LEFT_OUT: &[&str] = &[
    "node_modules",
    "bower_components",
    "vendor",
    "dist",
    "site-packages",
    "__pycache__",
    "venv",
    ".venv",
    ".next",
    ".yarn",
    ".nuxt",
    ".svelte-kit",
    ".turbo",
    ".terraform",
];

/// Scripts that projects copy from elsewhere without changes. They read variables of their own.
const COPIED: &[&str] = &["gradlew", "mvnw", "wait-for-it.sh"];

/// From this number of errors on, the help suggests a baseline.
const MANY: usize = 10;

/// Runs the subcommand.
pub(crate) fn run(arguments: &ScanArguments) -> u8 {
    let format = arguments.report.format;
    if arguments.list && !matches!(format, Format::Human | Format::Json) {
        complain(&Problem::new("a list is written as `human` or `json`"));
        return FAILED;
    }
    if arguments.paths.iter().any(|path| path.as_os_str() == "-") {
        complain(
            &Problem::new("standard input can't be scanned").help("the name of a file says what language it is in"),
        );
        return FAILED;
    }
    let mut roots = arguments.paths.clone();
    if roots.is_empty() {
        roots.push(PathBuf::from("."));
    }
    roots.sort();
    roots.dedup();
    if arguments.add && add::run(arguments, &roots).is_none() {
        return FAILED;
    }
    let Some(opened) = schema::open(&arguments.schema.named, &arguments.paths, format) else {
        return FAILED;
    };
    let finder = Finder::new(&opened.schema);
    if arguments.list {
        list(arguments, opened, &finder, &roots)
    } else {
        report(arguments, opened, &finder, &roots)
    }
}

/// Every variable with its places.
fn list(arguments: &ScanArguments, mut opened: Opened, finder: &Finder, roots: &[PathBuf]) -> u8 {
    let Some((findings, failed)) = search(finder, &mut opened, roots, arguments.no_ignore) else {
        return FAILED;
    };
    let list = findings.list();
    let text = if arguments.report.format == Format::Json {
        json(&list)
    } else {
        table(&list)
    };
    terminal::print(&text, code(failed, false))
}

/// What is wrong.
fn report(arguments: &ScanArguments, mut opened: Opened, finder: &Finder, roots: &[PathBuf]) -> u8 {
    let ReportArguments { format, floor, clock } = arguments.report;
    let now = clock.now();
    let Some(exceptions) = Exceptions::read(&mut opened, arguments.known.known(), now, format) else {
        return FAILED;
    };
    let Some((mut findings, failed)) = search(finder, &mut opened, roots, arguments.no_ignore) else {
        return FAILED;
    };
    let home = discover::absolute(discover::folder(&opened.path));
    let is_within = |root: &PathBuf| host::is_folder(root) && home.starts_with(discover::absolute(root));
    let all = !failed && roots.iter().any(is_within);
    if !all && !failed {
        note("unused keys are not reported: only a part of the project was searched");
    }
    let has_baseline = discover::beside(&opened.path, baseline::FILE_NAME).is_some();
    let options = Options {
        now,
        quiet: exceptions.quiet,
        ..Options::default()
    };
    let left = findings.left();
    let report = findings.report(&opened.schema, &mut opened.sources, &options, all);
    let rendering = Rendering {
        opened: &opened,
        sources: &opened.sources,
        report: &report,
        environments: &[],
        beside: &exceptions.sources,
        ledger: None,
        complete: !failed,
        floor: floor.severity(),
    };
    let code = rendering.print(format);
    note_left(&left);
    let errors = report.diagnostics.iter().filter(|one| one.severity == Severity::Error);
    if format == Format::Human && !has_baseline && errors.count() >= MANY {
        let first = if arguments.add {
            ""
        } else {
            "`envgate scan --add` declares them in the schema, with what can be guessed; "
        };
        note(&format!(
            "{first}`envgate baseline --scan` accepts what is there today: from then on, only new findings are reported"
        ));
    }
    code
}

/// The maximum number of folders that are named.
const MAX_LEFT: usize = 10;

/// Says what was not compared with this schema.
fn note_left(left: &[String]) {
    let Some(first) = left.first() else { return };
    let mut names = left.iter().take(MAX_LEFT).cloned().collect::<Vec<_>>().join(", ");
    if left.len() > MAX_LEFT {
        names.push_str(&format!(" and {} more", left.len() - MAX_LEFT));
    }
    let said = format!(
        "not compared with this schema, since there is another one: the source in {names}; next: envgate scan {first}"
    );
    note(&neutralise(&said));
}

/// Returns what the source in a folder without env files reads, or `None` if that is nothing.
pub(crate) fn asked(folder: &Path, schema: &Path) -> Option<Asked> {
    let none = Source::new(discover::SCHEMA, "{}").ok()?;
    let none = Schema::compile(&none, &Vocabulary::default()).ok()?;
    let finder = Finder::new(&none);
    let (findings, problems) = gather(&finder, schema, None, &[folder.to_owned()], false);
    problems.print();
    let keys = findings.asked();
    (!keys.is_empty()).then(|| Asked {
        file: "the source".to_owned(),
        keys,
    })
}

/// Searches the paths for what reads variables. Returns what could not be searched, too.
fn gather<'f>(
    finder: &'f Finder,
    schema: &Path,
    needles: Option<Needles>,
    roots: &[PathBuf],
    no_ignore: bool,
) -> (Findings<'f>, Problems) {
    let search = Searching {
        finder,
        schema,
        roots,
        needles,
        findings: Mutex::new(Findings::new(finder)),
        problems: Problems::default(),
    };
    host::walk(roots, no_ignore, LEFT_OUT, &|| {
        let mut text = Vec::new();
        let search = &search;
        move |path: &Path, visit: Visit| search.visit(path, visit, &mut text)
    });
    search.finish()
}

/// Searches the paths. Returns whether something could not be searched, or `None` if nothing could, which has been reported.
pub(crate) fn search<'f>(
    finder: &'f Finder,
    opened: &mut Opened,
    roots: &[PathBuf],
    no_ignore: bool,
) -> Option<(Findings<'f>, bool)> {
    let needles = leaks::masked(opened);
    let (mut findings, problems) = gather(finder, &opened.path, needles, roots, no_ignore);
    let failed = problems.print();
    if findings.files() == 0 {
        // What can't be searched has been told.
        if !failed {
            complain(
                &Problem::new("no source was found: nothing was searched")
                    .help("is it all ignored? --no-ignore searches it anyway"),
            );
        }
        return None;
    }
    let specs = opened.schema.environments();
    let folder = discover::base(&opened.path, specs);
    let files = specs.iter().flat_map(|spec| &spec.files).map(|file| folder.join(file));
    for path in files.chain(models::example(&folder)).filter(|path| host::is_file(path)) {
        // An unreadable one is no reason to fail, because it is not what is searched.
        if let Ok(text) = read::file(&path, &shown(&path)) {
            findings.add_env_file(&text);
        }
    }
    Some((findings, failed))
}

/// A search over many texts, from several threads.
struct Searching<'s, 'f> {
    finder: &'f Finder,
    schema: &'s Path,
    roots: &'s [PathBuf],
    /// What is masked in names of files.
    needles: Option<Needles>,
    findings: Mutex<Findings<'f>>,
    problems: Problems,
}

impl<'f> Searching<'_, 'f> {
    fn visit(&self, path: &Path, visit: Visit, text: &mut Vec<u8>) {
        let file = path.file_name().unwrap_or_default().to_string_lossy();
        if file == discover::SCHEMA {
            self.other_schema(path);
        }
        // A file without an extension may be a script, which its first line says.
        let known = Language::of(&file);
        if known.is_none() && file.trim_start_matches('.').contains('.') || COPIED.contains(&&*file) {
            return;
        }
        let result = visit.and_then(|mut reader| self.look(&mut reader, known, path, text));
        if let Err(refusal) = result {
            let name = self.masked(&shown(path));
            let problem = match refusal {
                Refusal::TooLarge => {
                    Problem::new(format!("{name} is larger than {} MiB: not searched", MAX_TEXT >> 20))
                        .help("if people did not write it, name it in .ignore")
                }
                other => read::worded(other, &name),
            };
            self.problems.add(name, problem);
        }
    }

    /// Leaves out the folder of another schema, as a check does, unless it was asked for by name.
    fn other_schema(&self, path: &Path) {
        let folder = discover::absolute(discover::folder(path));
        let is_asked_for = self
            .roots
            .iter()
            .any(|root| discover::absolute(root).starts_with(&folder));
        if let Some((folder, _)) = name(path, self.schema).rsplit_once('/')
            && !is_asked_for
            && let Ok(mut findings) = self.findings.lock()
        {
            findings.leave(folder);
        }
    }

    fn look(
        &self,
        reader: &mut Reader,
        known: Option<Language>,
        path: &Path,
        text: &mut Vec<u8>,
    ) -> Result<(), Refusal> {
        text.clear();
        let most = if known.is_some() { MAX_TEXT } else { 256 };
        let is_whole = fill(reader, text, most)?;
        let Some(language) = known.or_else(|| Language::of_script(text)) else {
            return Ok(());
        };
        if known.is_none() && !is_whole && !fill(reader, text, MAX_TEXT)? || known.is_some() && !is_whole {
            return match language {
                // Data, not source.
                Language::Config => Ok(()),
                _ => Err(Refusal::TooLarge),
            };
        }
        if let Some(found) = self.finder.look(text, language)
            && let Ok(mut findings) = self.findings.lock()
        {
            findings.add(&name(path, self.schema), |name| self.masked(name), text.len(), found);
        }
        Ok(())
    }

    fn masked(&self, name: &str) -> String {
        let needles = self.needles.as_ref();
        needles.map_or_else(|| name.to_owned(), |needles| needles.redact(name))
    }

    /// Returns what was found, and what could not be searched.
    fn finish(self) -> (Findings<'f>, Problems) {
        let findings = self.findings.into_inner().unwrap_or_else(PoisonError::into_inner);
        (findings, self.problems)
    }
}

/// Reads on, up to `most` bytes in all. Returns whether that is everything.
fn fill(reader: &mut Reader, text: &mut Vec<u8>, most: usize) -> Result<bool, Refusal> {
    loop {
        let at = text.len();
        if at > most {
            return Ok(false);
        }
        text.resize((at + (64 << 10)).min(most + 1), 0);
        let count = reader.read(&mut text[at..])?;
        text.truncate(at + count);
        if count == 0 {
            return Ok(true);
        }
    }
}

fn table(list: &[Uses]) -> String {
    let mut text = String::new();
    for one in list {
        let declared = if one.declared { "" } else { "  not declared" };
        text.push_str(&format!("{}{declared}\n", neutralise(&one.name)));
        for place in &one.places {
            text.push_str(&format!(
                "  {}:{}:{}\n",
                neutralise(&place.file),
                place.at.line,
                place.at.column
            ));
        }
    }
    text
}

fn json(list: &[Uses]) -> String {
    let variables: Vec<_> = list
        .iter()
        .map(|one| {
            let uses = one.places.iter().map(
                |place| serde_json::json!({ "file": place.file, "line": place.at.line, "column": place.at.column }),
            );
            serde_json::json!({ "key": one.name, "declared": one.declared, "uses": uses.collect::<Vec<_>>() })
        })
        .collect();
    let document = serde_json::json!({ "version": 1, "variables": variables });
    serde_json::to_string_pretty(&document).unwrap_or_default() + "\n"
}
