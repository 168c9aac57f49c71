//! Reports the outcome of a check: of one schema, or of several in one report.

use std::path::{Path, PathBuf};

use envgate::EnvironmentInput;
use envgate::check::{mask, mask_ledger, rules};
use envgate::diagnostic::{Diagnostic, Severity};
use envgate::report::human::{self, Style};
use envgate::report::{
    Export, Hidden, Part, Report, concise, github, gitlab, json, junit, last_line_of_all, markdown, path_from, rdjson,
    refused, sarif,
};
use envgate::source::{PositionEncoding, Source, SourceId};

use crate::args::Format;
use crate::schema::Opened;
use crate::{FAILED, discover, terminal};

/// A finished check.
pub(crate) struct Finished {
    pub(crate) opened: Opened,
    pub(crate) environments: Vec<EnvironmentInput>,
    pub(crate) report: Report,
    /// Waivers and baseline, of which excerpts show the structure.
    pub(crate) beside: Vec<SourceId>,
    pub(crate) ledger: Option<SourceId>,
    /// Whether everything requested was done.
    pub(crate) complete: bool,
    /// What was read.
    pub(crate) inputs: Vec<PathBuf>,
}

/// The checks of a run, and the severity from which they fail.
pub(crate) struct Outcomes {
    floor: Severity,
    /// Whether the reports are those of several schemas, even if there is only one so far.
    are_several: bool,
    /// Whether people are only shown what may need a change.
    is_brief: bool,
    all: Vec<Outcome>,
    /// Whether all outputs were written.
    is_written: bool,
}

/// A schema and its finished check, unless it could not be checked.
struct Outcome {
    schema: PathBuf,
    /// Its folder and its name relative to the root of the repository.
    folder: String,
    name: String,
    finished: Option<Finished>,
}

impl Outcome {
    fn of(schema: PathBuf, finished: Option<Finished>) -> Outcome {
        let folder = discover::from_root(&schema);
        let file = schema
            .file_name()
            .map_or_else(String::new, |name| name.to_string_lossy().into_owned());
        Outcome {
            name: path_from(&folder, &file),
            schema,
            folder,
            finished,
        }
    }
}

impl Outcomes {
    /// Creates the outcome of a run with one schema.
    pub(crate) fn of_one(finished: Finished, floor: Severity) -> Outcomes {
        // Only one of several needs a name.
        let alone = Outcome {
            schema: finished.opened.path.clone(),
            folder: String::new(),
            name: String::new(),
            finished: Some(finished),
        };
        Outcomes {
            floor,
            are_several: false,
            is_brief: false,
            all: vec![alone],
            is_written: true,
        }
    }

    /// Creates the outcome of a run with several schemas, none of which is checked yet.
    pub(crate) fn of_several(floor: Severity) -> Outcomes {
        Outcomes {
            floor,
            are_several: true,
            is_brief: false,
            all: Vec::new(),
            is_written: true,
        }
    }

    /// Shows people only warnings, errors and failures, and counts the rest: before each commit, nobody wants to read the same infos again,
    /// or that forty schemas are fine.
    #[cfg(not(target_family = "wasm"))]
    pub(crate) fn brief(self) -> Outcomes {
        Outcomes { is_brief: true, ..self }
    }

    /// Adds the outcome of a schema.
    pub(crate) fn add(&mut self, schema: PathBuf, finished: Option<Finished>) {
        self.all.push(Outcome::of(schema, finished));
    }

    /// Adds the outcomes of one of several refs. Each schema is named as git names a file of a revision.
    #[cfg(not(target_family = "wasm"))]
    pub(crate) fn add_all(&mut self, reference: &str, others: Outcomes) {
        let named = others.all.into_iter().map(|outcome| {
            let outcome = Outcome::of(outcome.schema, outcome.finished);
            Outcome {
                name: format!("{reference}:{}", outcome.name),
                ..outcome
            }
        });
        self.all.extend(named);
    }

    /// Adds a ref of which nothing was checked.
    #[cfg(not(target_family = "wasm"))]
    pub(crate) fn add_refused(&mut self, reference: &str) {
        self.all.push(Outcome {
            schema: PathBuf::new(),
            folder: String::new(),
            name: format!("{reference}:{}", discover::SCHEMA),
            finished: None,
        });
    }

    /// Records that an output could not be written, so that its reader would find an old one.
    pub(crate) fn lacks_a_file(&mut self) {
        self.is_written = false;
    }

    /// Whether a path is that of a file that people maintain, or that was read.
    pub(crate) fn forbid(&self, path: &Path) -> bool {
        let whole = discover::absolute(path);
        self.all.iter().any(|outcome| {
            let finished = outcome.finished.as_ref();
            discover::absolute(&outcome.schema) == whole
                || finished.is_some_and(|finished| {
                    let Opened { schema, path: home, .. } = &finished.opened;
                    finished.inputs.contains(&whole) || discover::is_kept(path, home, schema.environments())
                })
        })
    }

    /// Prints the outcome of the schema that was added last, in formats that print one report below the other.
    pub(crate) fn print_last(&self, format: Format, code: u8) -> u8 {
        match self.all.last() {
            Some(outcome) if format.is_lines() => terminal::print(&self.lines(outcome, format, self.style()), code),
            _ => code,
        }
    }

    /// Prints the rest: what concerns all of them.
    pub(crate) fn print(&self, format: Format, code: u8) -> u8 {
        // A single schema that could not be checked has been reported already.
        if let ([Outcome { finished: None, .. }], true) = (&self.all[..], self.is_brief) {
            return code;
        }
        let text = if self.are_several && format.is_lines() {
            last_line_of_all(&self.parts())
        } else {
            self.text(format, self.style())
        };
        terminal::print(&text, code)
    }

    /// Returns the report of all schemas as text.
    pub(crate) fn text(&self, format: Format, style: Style) -> String {
        if let ([outcome], false) = (&self.all[..], self.are_several) {
            let rendering = outcome.finished.as_ref().map(|finished| self.rendering(finished));
            return rendering.map_or_else(String::new, |rendering| rendering.text(format, style));
        }
        let parts = self.parts();
        match format {
            Format::Human | Format::Concise | Format::Github => {
                let each = self.all.iter().map(|outcome| self.lines(outcome, format, style));
                each.collect::<String>() + &last_line_of_all(&parts)
            }
            Format::Json => json::render_all(&parts),
            Format::Sarif => sarif::render_all(&parts, &rules::texts()),
            Format::Gitlab => gitlab::render_all(&parts),
            Format::Junit => junit::render_all(&parts),
            Format::Markdown => markdown::render_all(&parts),
            Format::Rdjson => rdjson::render_all(&parts),
        }
    }

    /// Returns one of several, with the names of its files relative to the current folder.
    fn lines(&self, outcome: &Outcome, format: Format, style: Style) -> String {
        let Some(finished) = &outcome.finished else {
            return String::new();
        };
        let mut rendering = self.rendering(finished);
        let report = &finished.report;
        let is_shown = |one: &Diagnostic| one.severity >= self.least();
        let is_clean =
            rendering.complete && !report.diagnostics.iter().any(is_shown) && report.hidden == Hidden::default();
        if self.is_brief && is_clean {
            return String::new();
        }
        let folder = discover::from_here(discover::folder(&outcome.schema));
        if format == Format::Github || folder.is_empty() {
            return rendering.text(format, style);
        }
        let renamed = |source: &Source| source.renamed(path_from(&folder, source.name()));
        let named: Vec<Source> = rendering.sources.iter().map(renamed).collect();
        rendering.sources = &named;
        rendering.text(format, style)
    }

    /// The least severity that is shown to people; the rest is counted.
    fn least(&self) -> Severity {
        if self.is_brief {
            self.floor.min(Severity::Warning)
        } else {
            Severity::Hint
        }
    }

    fn style(&self) -> Style {
        Style {
            least: self.least(),
            ..terminal::stdout_style()
        }
    }

    fn parts(&self) -> Vec<Part<'_>> {
        let mut parts = Vec::with_capacity(self.all.len());
        for outcome in &self.all {
            let finished = outcome.finished.as_ref();
            parts.push(Part {
                schema: &outcome.name,
                export: finished.map(|finished| self.rendering(finished).export(&outcome.folder)),
            });
        }
        parts
    }

    fn rendering<'r>(&self, finished: &'r Finished) -> Rendering<'r> {
        Rendering {
            opened: &finished.opened,
            sources: &finished.opened.sources,
            environments: &finished.environments,
            report: &finished.report,
            beside: &finished.beside,
            ledger: finished.ledger,
            complete: finished.complete && self.is_written,
            floor: self.floor,
        }
    }

    /// Leaks the schemas instead of freeing them, which takes time at the end of a run.
    pub(crate) fn forget_schemas(self) {
        let finished = self.all.into_iter().filter_map(|outcome| outcome.finished);
        finished.for_each(|finished| std::mem::forget(finished.opened.schema));
    }

    /// Returns the exit code of the run.
    pub(crate) fn code(&self) -> u8 {
        let code = |outcome: &Outcome| match &outcome.finished {
            Some(finished) => self.rendering(finished).code(),
            None => FAILED,
        };
        self.all.iter().map(code).max().unwrap_or(FAILED)
    }
}

/// A report, and what the formats need besides it.
pub(crate) struct Rendering<'r> {
    pub(crate) opened: &'r Opened,
    /// Its sources, under the names that reports use.
    pub(crate) sources: &'r [Source],
    pub(crate) environments: &'r [EnvironmentInput],
    pub(crate) report: &'r Report,
    /// Waivers and baseline, of which excerpts show the structure.
    pub(crate) beside: &'r [SourceId],
    pub(crate) ledger: Option<SourceId>,
    /// Whether all that was asked for was done.
    pub(crate) complete: bool,
    pub(crate) floor: Severity,
}

impl<'r> Rendering<'r> {
    /// Prints the report and returns its exit code.
    #[cfg(not(target_family = "wasm"))]
    pub(crate) fn print(&self, format: Format) -> u8 {
        let text = self.text(format, terminal::stdout_style());
        terminal::print(&text, self.code())
    }

    /// Returns the report for formats of other tools, with the folder in front of the names of files.
    fn export<'e>(&self, folder: &'e str) -> Export<'e>
    where
        'r: 'e,
    {
        Export {
            report: self.report,
            sources: self.sources,
            folder,
            complete: self.complete,
            floor: self.floor,
            encoding: PositionEncoding::Scalar,
        }
    }

    /// Formats the report.
    pub(crate) fn text(&self, format: Format, style: Style) -> String {
        let (report, sources, schema) = (self.report, self.sources, &self.opened.schema);
        let exported = |render: &dyn Fn(&Export<'_>) -> String| {
            let folder = discover::from_root(&self.opened.path);
            render(&self.export(&folder))
        };
        // With a schema that asks nothing, the report must not say that no problems were found.
        let is_silent = schema.asks_nothing() && report.diagnostics.is_empty() && report.searched.is_none();
        match format {
            Format::Human | Format::Concise if is_silent => String::new(),
            Format::Human if report.diagnostics.is_empty() => human::render(report, sources, &[], style),
            Format::Human => {
                // Masks depend on the names of files, so they are made before the files are renamed for the report.
                let read = &self.opened.sources;
                let mut masked = mask(schema, read, self.environments);
                for id in self.beside {
                    masked[id.0 as usize] = refused(&read[id.0 as usize]);
                }
                if let Some(id) = self.ledger {
                    masked[id.0 as usize] = mask_ledger(schema, &read[id.0 as usize]);
                }
                human::render(report, sources, &masked, style)
            }
            Format::Concise => concise::render(report, sources),
            Format::Json => json::render(&self.export("")),
            Format::Sarif => exported(&|export| sarif::render(export, &rules::texts())),
            Format::Github => exported(&github::render),
            Format::Gitlab => exported(&gitlab::render),
            Format::Junit => exported(&junit::render),
            Format::Markdown => exported(&markdown::render),
            Format::Rdjson => exported(&rdjson::render),
        }
    }

    /// Returns the exit code of the report.
    fn code(&self) -> u8 {
        let mut diagnostics = self.report.diagnostics.iter();
        let found = diagnostics.any(|diagnostic| diagnostic.severity >= self.floor);
        crate::code(!self.complete, found)
    }
}
