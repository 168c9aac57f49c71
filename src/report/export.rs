//! What the formats for other tools have in common: paths as a repository has them, one place for every diagnostic, and
//! fingerprints by which a tool recognises a diagnostic.

use crate::diagnostic::{Diagnostic, RuleCode, Severity};
use crate::map::Map;
use crate::report::jsontext::JsonText;
use crate::report::places::{Place, Places};
use crate::report::told::{Told, told};
use crate::report::{Report, neutralise, summary};
use crate::sort;
use crate::source::{Location, PositionEncoding, Source, SourceId, Span};

/// A report on its way to another tool.
#[derive(Debug)]
pub struct Export<'e> {
    /// The report.
    pub report: &'e Report,
    /// The inputs of the check.
    pub sources: &'e [Source],
    /// The folder in which the names of the inputs are meant, as seen from the root of the repository: `` or `services/api`.
    pub folder: &'e str,
    /// Whether all that was asked for was checked. A report that is not whole says so in every format.
    pub complete: bool,
    /// From which severity on a diagnostic is a failure.
    pub floor: Severity,
    /// In what columns count, where the format leaves that open.
    pub encoding: PositionEncoding,
}

/// One of several schemas whose reports are told as one.
#[cfg(feature = "cli")]
#[derive(Debug)]
pub struct Part<'e> {
    /// The path of the schema, as seen from the root of the repository.
    pub schema: &'e str,
    /// Its report; without one, nothing could be checked.
    pub export: Option<Export<'e>>,
}

/// What is to be said of a rule.
#[derive(Debug, Clone, Copy)]
pub struct RuleText {
    /// Its code.
    pub code: RuleCode,
    /// How bad it is, unless the schema says otherwise.
    pub severity: Severity,
    /// What it finds, in a few words.
    pub summary: &'static str,
    /// What, why and how to mend, in Markdown.
    pub docs: &'static str,
}

/// The list of the rules, for programs. A build that has no docs leaves them out.
#[must_use]
pub fn rules_json(rules: &[RuleText]) -> String {
    JsonText::array_of(&mut |json| {
        for rule in rules {
            json.item(&mut |json| {
                json.string("code", rule.code.0);
                json.string("severity", rule.severity.name());
                json.string("summary", rule.summary);
                json.optional("docs", Some(rule.docs).filter(|docs| !docs.is_empty()));
            });
        }
    })
}

/// What a file must be called where there is none: every format wants a path.
const SCHEMA: Location = Location {
    source: SourceId(0),
    span: Span { start: 0, end: 0 },
};

impl Export<'_> {
    pub(super) fn places(&self, encoding: PositionEncoding) -> Places {
        Places::of(self.report, self.sources, encoding)
    }

    /// The path of an input from the root of the repository.
    pub(super) fn path(&self, source: SourceId) -> String {
        let name = self.sources[source.0 as usize].name();
        neutralise(&path_from(self.folder, name)).into_owned()
    }

    /// Where a diagnostic is shown. What comes from no file is shown at the head of the schema, which asks for it.
    pub(super) fn location(diagnostic: &Diagnostic) -> Location {
        diagnostic.location.unwrap_or(SCHEMA)
    }

    /// First and last place of a diagnostic.
    pub(super) fn span(places: &Places, diagnostic: &Diagnostic) -> (Place, Place) {
        let Location { source, span } = Export::location(diagnostic);
        (places.at(source, span.start), places.at(source, span.end))
    }

    /// The message, with the environments where neither it nor the file tells.
    pub(super) fn message(&self, told: &Told<'_>) -> String {
        let message = neutralise(&told.diagnostic.message);
        format!("{message}{}", summary::environments(self.report, told))
    }

    /// What is told, worst first: what a tool cuts off is the least of it.
    pub(super) fn by_severity(&self) -> Vec<Told<'_>> {
        let mut all = told(self.report);
        sort::by(&mut all, &|a, b| b.diagnostic.severity.cmp(&a.diagnostic.severity));
        all
    }

    /// One for each, in their order: from rule, (first) environment, key and file, so that it stays the same when lines move
    /// or a value changes, and no one can learn anything of a value from it. What is alike in all of these is counted.
    pub(super) fn fingerprints(&self, told: &[Told<'_>]) -> Vec<String> {
        let mut seen: Map<u64, u32> = Map::default();
        let mut fingerprint = |diagnostic: &Diagnostic| {
            let path = self.path(Export::location(diagnostic).source);
            let parts = [
                diagnostic.code.0,
                diagnostic.environment.as_deref().unwrap_or_default(),
                diagnostic.key.as_deref().unwrap_or_default(),
                &path,
            ];
            let hash = parts
                .iter()
                .fold(FNV_OFFSET, |hash, part| fnv(fnv(hash, part.as_bytes()), &[0]));
            let count = seen.or(hash, 0);
            *count += 1;
            format!("{:016x}", fnv(hash, &count.to_le_bytes()))
        };
        told.iter().map(|one| fingerprint(one.diagnostic)).collect()
    }
}

/// The path of an input from further up: `.env` in `services/api`.
#[must_use]
pub fn path_from(folder: &str, name: &str) -> String {
    let is_absolute = name.starts_with('/') || name.as_bytes().get(1) == Some(&b':');
    if folder.is_empty() || is_absolute || name.starts_with('<') {
        return name.to_owned();
    }
    let mut parts: Vec<&str> = folder.split('/').collect();
    for part in name.split('/') {
        match part {
            "." | "" => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    parts.join("/")
}

const FNV_OFFSET: u64 = 0xcbf2_9ce4_8422_2325;

/// FNV-1a: what is hashed is public, it only has to be short and the same for ever.
fn fnv(hash: u64, bytes: &[u8]) -> u64 {
    bytes.iter().fold(hash, |hash, &byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}
