//! What the searches of `leaks` and `scan` find, for a baseline. Only the native program has them.

use std::path::PathBuf;

use envgate::check::Reach;
use envgate::check::quiet::Baseline;
use envgate::check::quiet::baseline::FILE_NAME;
use envgate::leak::Findings;
use envgate::source::{Source, SourceId};
use envgate::usage::Finder;
use envgate::{EnvironmentInput, Options};

use super::written;
use crate::args::{BaselineArguments, Format};
use crate::exceptions::{Exceptions, Known};
use crate::leaks::{self, Values};
use crate::schema::{self, Opened};
use crate::terminal::{Problem, complain};
use crate::{FAILED, discover, history, host, read, scan};

/// The text of a baseline without entries.
const EMPTY: &str = "{\n  \"version\": 1,\n  \"entries\": []\n}\n";

/// The same baseline, with the findings of the requested searches in the current folder.
pub(super) fn with_searches(
    arguments: &BaselineArguments,
    mut opened: Opened,
    mut options: Options,
    mut text: String,
) -> Option<String> {
    let searches: [(bool, Search); 3] = [
        (arguments.leaks, with_leaks),
        (arguments.history, with_history),
        (arguments.scan || arguments.scan_only, with_uses),
    ];
    for (_, search) in searches.into_iter().filter(|(is_asked, _)| *is_asked) {
        let source = Source::new(FILE_NAME, text).ok()?;
        options.quiet.baseline = Baseline::read(&source, SourceId(0), &opened.schema).ok()?;
        let (with, failed) = search(arguments, &mut opened, &options)?;
        if failed {
            complain(&Problem::new(
                "not everything could be searched: the baseline is not written",
            ));
            return None;
        }
        text = with;
    }
    Some(text)
}

/// Adds the findings to the baseline in the options. Returns whether something could not be searched, or `None` if nothing could, which has
/// been reported.
type Search = fn(&BaselineArguments, &mut Opened, &Options) -> Option<(String, bool)>;

fn with_leaks(arguments: &BaselineArguments, opened: &mut Opened, options: &Options) -> Option<(String, bool)> {
    let values = Values::read(opened, &[], false, arguments.tokens_only)?;
    let (findings, failed) = leaks::search(&values.needles, values.kept, opened, &[], false)?;
    let text = with_findings(findings, &values.environments, false, opened, options);
    Some((text, failed))
}

fn with_history(arguments: &BaselineArguments, opened: &mut Opened, options: &Options) -> Option<(String, bool)> {
    let values = Values::read(opened, &[], false, arguments.tokens_only)?;
    let searched = history::search(&values.needles, &values.kept, opened, None);
    let (findings, failed) = searched.map_err(|problem| complain(&problem)).ok()?;
    let text = with_findings(findings, &values.environments, true, opened, options);
    Some((text, failed))
}

fn with_findings(
    findings: Findings<'_>,
    environments: &[EnvironmentInput],
    is_history: bool,
    opened: &mut Opened,
    options: &Options,
) -> String {
    let reach = Reach {
        is_whole: true,
        is_history,
        environments: environments.iter().map(|one| one.id).collect(),
        ..Reach::default()
    };
    findings.baseline(&opened.schema, &mut opened.sources, options, reach)
}

fn with_uses(_: &BaselineArguments, opened: &mut Opened, options: &Options) -> Option<(String, bool)> {
    let finder = Finder::new(&opened.schema);
    let (findings, failed) = scan::search(&finder, opened, &[PathBuf::from(".")], false)?;
    let text = findings.baseline(&opened.schema, &mut opened.sources, options);
    Some((text, failed))
}

/// Records what a search finds that needs no env files, and leaves everything else in the baseline as it is.
pub(super) fn alone(arguments: &BaselineArguments) -> u8 {
    if !arguments.leaks && !arguments.history && !arguments.scan_only {
        let problem = Problem::new("--tokens-only is about a search, and none is asked for");
        complain(&problem.help("add --leaks, --history, or both"));
        return FAILED;
    }
    let now = arguments.clock.now();
    let named = &arguments.schema.named;
    let opened = if arguments.tokens_only {
        leaks::open(named, &[], true, Format::Concise)
    } else {
        schema::open(named, &[], Format::Concise)
    };
    let Some(mut opened) = opened else {
        return FAILED;
    };
    let path = (arguments.baseline.clone()).unwrap_or_else(|| discover::folder(&opened.path).join(FILE_NAME));
    let name = discover::shown(&path);
    let known = if host::exists(&path) {
        Known::At(&path)
    } else {
        Known::Reported
    };
    let Some(exceptions) = Exceptions::read(&mut opened, known, now, Format::Concise) else {
        return FAILED;
    };
    let options = Options {
        now,
        quiet: exceptions.quiet,
        ..Options::default()
    };
    let text = match known {
        Known::At(_) => read::file(&path, &name).map(|text| String::from_utf8_lossy(&text).into_owned()),
        _ => Ok(EMPTY.to_owned()),
    };
    let text = text.map_err(|problem| complain(&problem)).ok();
    match text.and_then(|text| with_searches(arguments, opened, options, text)) {
        Some(text) => written(&path, &name, &text),
        None => FAILED,
    }
}
