//! The format for people: a framed excerpt for each diagnostic, a line for each environment, and what was checked.
//!
//! Excerpts are masked. The properties of the terminal are a parameter ([`Style`]); this module queries none.

use std::collections::BTreeMap;
use std::fmt::Write;

use annotate_snippets::renderer::{DEFAULT_ERROR_STYLE, DEFAULT_INFO_STYLE, DEFAULT_NOTE_STYLE, DEFAULT_WARNING_STYLE};
use annotate_snippets::{Annotation, AnnotationKind, Group, Level, Origin, Renderer, Snippet};

use crate::diagnostic::{Diagnostic, Severity};
use crate::report::alike::{Alike, alike};
use crate::report::masked::MaskedSource;
use crate::report::merged::{Merged, merged};
use crate::report::places::Places;
use crate::report::untrusted::neutralise_first;
use crate::report::{EnvironmentReport, Report, column, neutralise, summary};
use crate::source::{Location, PositionEncoding, Source};

/// Follows a path, where annotate-snippets writes line and column of the excerpt. Those are wrong for the file, since
/// values are masked and long lines cut in an excerpt, so they are replaced. The marker is a noncharacter, which
/// [`neutralise`] never lets through.
const END_OF_PATH: char = '\u{FFFF}';

/// How many related places are framed for one diagnostic: a reader needs a few, and a file may have a million.
const MAX_RELATED: usize = 8;

/// How many keys are named of which one diagnostic says the same: all that a person would read.
const MAX_ALIKE: usize = 40;

/// The longest mark, in bytes of an excerpt. A longer span is marked only at its start, so that the excerpt is cut
/// around that.
const MAX_MARK: usize = 60;

/// What the reader's terminal can show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Style {
    /// Whether to colour.
    pub colour: bool,
    /// The maximum width of a line in columns.
    pub width: usize,
    /// The least severity of what is shown. The rest is only counted.
    pub least: Severity,
}

impl Style {
    /// What any file can hold: everything, without colours.
    pub const PLAIN: Style = Style {
        colour: false,
        width: 100,
        least: Severity::Hint,
    };
}

/// Renders a report. `masked` has an entry for every source; its text is shown only through that.
#[must_use]
pub fn render(report: &Report, sources: &[Source], masked: &[MaskedSource<'_>], style: Style) -> String {
    let mut text = String::new();
    if !report.diagnostics.is_empty() {
        let places = Places::of(report, sources, PositionEncoding::Scalar);
        let framer = Framer::new(sources, masked, style);
        let mut all = alike(merged(report), sources);
        // A search reads many files, in an order that says nothing: what has to be done comes first.
        if report.searched.is_some() {
            all.sort_by_key(|one| std::cmp::Reverse(one.first.diagnostic.severity));
        }
        for one in all.iter().filter(|one| one.first.diagnostic.severity >= style.least) {
            text.push_str(&framer.diagnostic(one, &places));
            text.push_str("\n\n");
        }
    }
    environments(report, sources, style, &mut text);
    if let Some(diagnostic) = report
        .diagnostics
        .iter()
        .filter(|one| one.severity >= style.least)
        .max_by_key(|one| (one.severity, std::cmp::Reverse(one.code)))
    {
        let _ = writeln!(text, "More about a code: envgate explain {}", diagnostic.code);
    }
    summary::conclude(&mut text, report, sources);
    text
}

/// Renders an error at a place, with help, for errors that occur before there is a report.
#[must_use]
pub fn render_error(
    message: &str,
    location: Location,
    help: Option<&str>,
    sources: &[Source],
    masked: &[MaskedSource<'_>],
    style: Style,
) -> String {
    let places = Places::new(&[location], sources, PositionEncoding::Scalar);
    let framer = Framer::new(sources, masked, style);
    let title = Level::ERROR.primary_title(neutralise(message));
    let mut group = framer.frame(Group::with_title(title), &[(location, Mark::Primary)], &places);
    if let Some(help) = help {
        group = group.element(Level::HELP.message(neutralise(help)));
    }
    framer.draw(group)
}

/// Writes a line for each environment, in columns.
fn environments(report: &Report, sources: &[Source], style: Style, text: &mut String) {
    let rows: Vec<[String; 3]> = report.environments.iter().map(|one| row(one, sources)).collect();
    let width = |at: usize| column::width(rows.iter().map(|row| &*row[at]));
    let (names, files, variables) = (width(0), width(1), width(2));
    for (row, environment) in rows.iter().zip(&report.environments) {
        let counts = summary::count(report, &environment.name);
        let outcome = paint(
            &summary::outcome_in(environment, &counts),
            counts.iter().find(|(_, count)| *count > 0).map(|one| one.0),
            style,
        );
        let [name, file, variable] = row;
        let _ = writeln!(text, "{name:names$}  {file:files$}  {variable:>variables$}  {outcome}");
    }
    if !rows.is_empty() {
        text.push('\n');
    }
}

fn row(environment: &EnvironmentReport, sources: &[Source]) -> [String; 3] {
    let files: Vec<_> = environment
        .files
        .iter()
        .map(|id| neutralise(sources[id.0 as usize].name()))
        .collect();
    let files = if files.is_empty() {
        "process environment".to_owned()
    } else {
        files.join(", ")
    };
    let mut variables = summary::counted(summary::present(environment), "variable");
    match summary::external(environment) {
        0 => {}
        count => variables.push_str(&format!(", {count} external")),
    }
    [neutralise_first(&environment.name).into_owned(), files, variables]
}

fn paint(text: &str, severity: Option<Severity>, style: Style) -> String {
    if !style.colour {
        return text.to_owned();
    }
    let paint = match severity {
        Some(Severity::Error) => DEFAULT_ERROR_STYLE,
        Some(Severity::Warning) => DEFAULT_WARNING_STYLE,
        Some(Severity::Info | Severity::Hint) => DEFAULT_INFO_STYLE,
        None => DEFAULT_NOTE_STYLE,
    };
    format!("{paint}{text}{paint:#}")
}

/// How to mark a place.
#[derive(Clone, Copy)]
enum Mark<'m> {
    Primary,
    Related(&'m str),
}

/// Draws framed excerpts.
struct Framer<'f> {
    sources: &'f [Source],
    masked: &'f [MaskedSource<'f>],
    renderer: Renderer,
}

impl<'f> Framer<'f> {
    fn new(sources: &'f [Source], masked: &'f [MaskedSource<'f>], style: Style) -> Framer<'f> {
        let renderer = if style.colour {
            Renderer::styled()
        } else {
            Renderer::plain()
        };
        Framer {
            sources,
            masked,
            renderer: renderer.term_width(style.width),
        }
    }

    /// Frames a diagnostic, and names those that say the same of other keys.
    fn diagnostic(&self, alike: &Alike<'_>, places: &Places) -> String {
        let Merged {
            diagnostic,
            environments,
        } = &alike.first;
        let level = match diagnostic.severity {
            Severity::Error => Level::ERROR,
            Severity::Warning => Level::WARNING,
            Severity::Info => Level::INFO,
            Severity::Hint => Level::NOTE.with_name("hint"),
        };
        let title = level
            .primary_title(neutralise(&diagnostic.message))
            .id(diagnostic.code.0);
        let mut marks: Vec<(Location, Mark<'_>)> = diagnostic.location.iter().map(|&at| (at, Mark::Primary)).collect();
        // A place that the diagnostic itself points at is marked already.
        let related = || {
            diagnostic
                .related
                .iter()
                .filter(|label| diagnostic.location != Some(label.location))
        };
        marks.extend(
            related()
                .take(MAX_RELATED)
                .map(|label| (label.location, Mark::Related(&label.message))),
        );
        let mut group = self.frame(Group::with_title(title), &marks, places);
        let more = related().count().saturating_sub(MAX_RELATED);
        if more > 0 {
            group =
                group.element(Level::NOTE.message(format!("{} not shown", summary::counted(more, "further place"))));
        }
        if !alike.others.is_empty() {
            group = group.element(
                Level::NOTE
                    .with_name("the same of")
                    .message(self.named(&alike.others, places)),
            );
        }
        if !environments.is_empty() {
            let noun = if environments.len() == 1 {
                "environment"
            } else {
                "environments"
            };
            group = group.element(
                Level::NOTE
                    .with_name(noun)
                    .message(neutralise(&environments.join(", ")).into_owned()),
            );
        }
        if let Some(help) = &diagnostic.help {
            group = group.element(Level::HELP.message(neutralise(help)));
        }
        if let Some(fix) = &diagnostic.fix {
            group = group.element(Level::HELP.with_name("fix").message(neutralise(&fix.title)));
        }
        self.draw(group)
    }

    /// Names the keys of `others`, with the lines where they stand. What is said of an absent key points to its
    /// declaration, which nobody has to visit.
    fn named(&self, others: &[&Diagnostic], places: &Places) -> String {
        let is_searched = |one: &&Diagnostic| {
            one.location
                .is_some_and(|at| self.sources[at.source.0 as usize].marks().is_some())
        };
        if others.iter().all(is_searched) {
            return self.placed(others, places);
        }
        let (named, more) = others.split_at(others.len().min(MAX_ALIKE));
        let names = named.iter().map(|one| {
            let key = neutralise(one.key.as_deref().unwrap_or_default());
            match one.location {
                Some(at) if !self.masked[at.source.0 as usize].is_schema() => {
                    format!("{key} (line {})", places.start(at).at.line)
                }
                _ => key.into_owned(),
            }
        });
        let mut text = names.collect::<Vec<_>>().join(", ");
        if !more.is_empty() {
            let _ = write!(text, " and {} more", more.len());
        }
        text
    }

    /// Names the keys of `others`, each with the first place where a search found it.
    fn placed(&self, others: &[&Diagnostic], places: &Places) -> String {
        let mut keys: Vec<(&Diagnostic, usize)> = Vec::new();
        let mut known: BTreeMap<Option<&str>, usize> = BTreeMap::new();
        for &one in others {
            let at = *known.entry(one.key.as_deref()).or_insert(keys.len());
            match keys.get_mut(at) {
                Some((_, again)) => *again += 1,
                None => keys.push((one, 0)),
            }
        }
        let (named, more) = keys.split_at(keys.len().min(MAX_RELATED));
        let mut lines: Vec<String> = (named.iter())
            .map(|(one, again)| {
                let mut line = one.key.clone().unwrap_or_default();
                if let Some(location) = one.location {
                    let (name, at) = (
                        self.sources[location.source.0 as usize].name(),
                        places.start(location).at,
                    );
                    let _ = write!(line, " at {name}:{}:{}", at.line, at.column);
                }
                if *again > 0 {
                    let _ = write!(line, " and {}", summary::counted(*again, "more place"));
                }
                neutralise(&line).into_owned()
            })
            .collect();
        if !more.is_empty() {
            lines.push(format!("{} more; `--format concise` shows each place", more.len()));
        }
        lines.join("\n")
    }

    /// Draws a frame, replacing the line and column of the excerpt after each path by those of the source.
    fn draw(&self, group: Group<'_>) -> String {
        let drawn = self.renderer.render(&[group]);
        let mut parts = drawn.split(END_OF_PATH);
        let mut text = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            text.push_str(part.trim_start_matches(|character: char| character == ':' || character.is_ascii_digit()));
        }
        text
    }

    /// Adds an excerpt for each line with marks: the primary one first, the others in the order given.
    fn frame<'g>(&self, mut group: Group<'g>, marks: &[(Location, Mark<'g>)], places: &Places) -> Group<'g>
    where
        'f: 'g,
    {
        for (index, &(location, _)) in marks.iter().enumerate() {
            let place = places.start(location);
            let here = |other: &Location| other.source == location.source && places.start(*other).line == place.line;
            if marks[..index].iter().any(|(earlier, _)| here(earlier)) {
                continue;
            }
            let in_line = || marks.iter().filter(|(other, _)| here(other));
            let focus = in_line()
                .map(|(other, _)| other.span.start)
                .min()
                .unwrap_or(location.span.start);
            let source = location.source.0 as usize;
            if self.sources[source].marks().is_some() {
                let path = neutralise(self.sources[source].name()).into_owned();
                let (line, column) = (place.at.line as usize, place.at.column as usize);
                group = group.element(Origin::path(path).line(line).char_column(column));
                continue;
            }
            let excerpt = self.masked[source].excerpt(place.line, focus);
            let range = |span| {
                let range = excerpt.range(span);
                let mut end = range.end.min(range.start + MAX_MARK);
                while !excerpt.text.is_char_boundary(end) {
                    end -= 1;
                }
                range.start..end
            };
            let annotations: Vec<Annotation<'_>> = in_line()
                .map(|(other, mark)| match mark {
                    Mark::Primary => AnnotationKind::Primary.span(range(other.span)),
                    Mark::Related(text) => AnnotationKind::Context.span(range(other.span)).label(neutralise(text)),
                })
                .collect();
            let (name, at) = (neutralise(self.sources[source].name()), place.at);
            let path = format!("{name}:{}:{}{END_OF_PATH}", at.line, at.column);
            let snippet = Snippet::source(excerpt.text).line_start(at.line as usize).path(path);
            group = group.element(snippet.annotations(annotations));
        }
        group
    }
}
