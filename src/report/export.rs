//! What the formats for other tools have in common: paths relative to the repository, a place for every diagnostic, and
//! fingerprints by which a tool recognises a diagnostic it has seen before.

use crate::diagnostic::{Diagnostic, RuleCode, Severity};
use crate::map::Map;
use crate::report::jsontext::JsonText;
use crate::report::merged::{Merged, merged};
use crate::report::places::{Place, Places};
use crate::report::{Report, neutralise, summary};
use crate::sort;
use crate::source::{Location, PositionEncoding, Source, SourceId, Span, resolved};

/// A report, with what the formats for other tools need beside it.
#[derive(Debug, Clone, Copy)]
pub struct Export<'e> {
    /// The report.
    pub report: &'e Report,
    /// The inputs of the check.
    pub sources: &'e [Source],
    /// The folder that the names of the inputs are relative to, as seen from the root of the repository: `` or
    /// `services/api`.
    pub folder: &'e str,
    /// Whether everything requested was checked. If not, every format says so.
    pub complete: bool,
    /// The lowest severity that counts as a failure.
    pub floor: Severity,
    /// The unit of columns in formats that leave it open.
    pub encoding: PositionEncoding,
}

/// One of several schemas that share a report.
#[derive(Debug)]
pub struct Part<'e> {
    /// The path of the schema, as seen from the root of the repository.
    pub schema: &'e str,
    /// Its report; `None` if nothing could be checked.
    pub export: Option<Export<'e>>,
}

impl Part<'_> {
    /// Returns what the formats that are a list of problems, and nothing else, have to say as one more: an empty list would
    /// read as a pass.
    pub(super) fn besides(&self) -> Vec<(Severity, String)> {
        let mut besides = Vec::new();
        if self.export.as_ref().is_none_or(|export| !export.complete) {
            besides.push((Severity::Error, format!("{}: this is not a pass", summary::INCOMPLETE)));
        }
        let omitted = self.export.as_ref().map_or(0, |export| export.report.hidden.omitted);
        if omitted > 0 {
            besides.push((Severity::Info, format!("{omitted} more beyond the limit of a report")));
        }
        besides
    }
}

/// The code of what is said besides the diagnostics.
pub(super) const BESIDES: &str = "incomplete";

/// The texts about a rule.
#[derive(Debug, Clone, Copy)]
pub struct RuleText {
    /// Its code.
    pub code: RuleCode,
    /// Its severity, unless the schema changes it.
    pub severity: Severity,
    /// What it finds, in a few words.
    pub summary: &'static str,
    /// What it finds, why that matters and how to fix it, in Markdown.
    pub docs: &'static str,
}

/// Lists the rules for programs. Builds without docs leave those out.
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

/// The place of diagnostics without one, since every format requires a path.
const SCHEMA: Location = Location {
    source: SourceId(0),
    span: Span { start: 0, end: 0 },
};

impl<'e> Export<'e> {
    /// Creates one of a complete report, whose inputs lie at the root of the repository, and which fails at errors.
    #[must_use]
    pub fn new(report: &'e Report, sources: &'e [Source], encoding: PositionEncoding) -> Export<'e> {
        Export {
            report,
            sources,
            folder: "",
            complete: true,
            floor: Severity::Error,
            encoding,
        }
    }

    /// Returns it as the only part of a report; `schema` is its path.
    pub(super) fn alone<'p>(&self, schema: &'p str) -> Part<'p>
    where
        'e: 'p,
    {
        let export = Some(*self);
        Part { schema, export }
    }

    pub(super) fn places(&self, encoding: PositionEncoding) -> Places {
        Places::of(self.report, self.sources, encoding)
    }

    /// Returns the names of the environments that a check passed over. A search is about none of them.
    pub(super) fn passed_over(&self) -> &'e [String] {
        match self.report.searched {
            Some(_) => &[],
            None => &self.report.unchecked,
        }
    }

    /// Returns the path of an input from the root of the repository.
    pub(super) fn path(&self, source: SourceId) -> String {
        let name = self.sources[source.0 as usize].name();
        neutralise(&path_from(self.folder, name)).into_owned()
    }

    /// Returns where a diagnostic is shown. One that concerns no file is shown at the head of the schema, where its
    /// requirement comes from.
    pub(super) fn location(diagnostic: &Diagnostic) -> Location {
        diagnostic.location.unwrap_or(SCHEMA)
    }

    /// Returns the start and end of a diagnostic.
    pub(super) fn span(places: &Places, diagnostic: &Diagnostic) -> (Place, Place) {
        let Location { source, span } = Export::location(diagnostic);
        (places.at(source, span.start), places.at(source, span.end))
    }

    /// Returns the message, followed by the environments if neither message nor file implies them.
    pub(super) fn message(&self, merged: &Merged<'_>) -> String {
        let message = neutralise(&merged.diagnostic.message);
        format!("{message}{}", summary::environments(self.report, merged))
    }

    /// Returns the message and what to do, for tools that show people one text.
    pub(super) fn message_with_help(&self, merged: &Merged<'_>) -> String {
        let mut message = self.message(merged);
        if let Some(help) = &merged.diagnostic.help {
            message.push_str("\nhelp: ");
            message.push_str(&neutralise(help));
        }
        message
    }

    /// Returns the merged diagnostics, worst first: tools cut off the end of a long list.
    pub(super) fn by_severity(&self) -> Vec<Merged<'_>> {
        let mut all = merged(self.report);
        sort::by(&mut all, &|a, b| b.diagnostic.severity.cmp(&a.diagnostic.severity));
        all
    }

    /// Returns a fingerprint for each diagnostic, in their order.
    pub(super) fn fingerprints(&self, merged: &[Merged<'_>]) -> Vec<String> {
        let mut prints = Fingerprints::default();
        merged.iter().map(|one| prints.of(self, one.diagnostic)).collect()
    }
}

/// Fingerprints by which a tool recognises a diagnostic, for one report or for several that it reads as one.
#[derive(Default)]
pub(super) struct Fingerprints(Map<u64, u32>);

impl Fingerprints {
    /// Returns the fingerprint of the next diagnostic. It is computed from rule, (first) environment, key and file, so it
    /// survives moved lines and changed values, and reveals nothing about a value. Diagnostics equal in all of these are
    /// numbered.
    pub(super) fn of(&mut self, export: &Export<'_>, diagnostic: &Diagnostic) -> String {
        let path = export.path(Export::location(diagnostic).source);
        self.next([
            diagnostic.code.0,
            diagnostic.environment.as_deref().unwrap_or_default(),
            diagnostic.key.as_deref().unwrap_or_default(),
            &path,
        ])
    }

    pub(super) fn next(&mut self, parts: [&str; 4]) -> String {
        let hash = parts
            .iter()
            .fold(FNV_OFFSET, |hash, part| fnv(fnv(hash, part.as_bytes()), &[0]));
        let count = self.0.or(hash, 0);
        *count += 1;
        format!("{:016x}", fnv(hash, &count.to_le_bytes()))
    }
}

/// Returns the path of an input as seen from the root of the repository: `services/api/.env` for `.env` in the folder
/// `services/api`.
#[must_use]
pub fn path_from(folder: &str, name: &str) -> String {
    let is_absolute = name.starts_with('/') || name.as_bytes().get(1) == Some(&b':');
    if folder.is_empty() || is_absolute || name.starts_with('<') {
        return name.to_owned();
    }
    resolved(folder, name)
}

const FNV_OFFSET: u64 = 0xcbf2_9ce4_8422_2325;

/// FNV-1a. A cryptographic hash is not needed: the input is public, and the hash only has to be short and never change.
fn fnv(hash: u64, bytes: &[u8]) -> u64 {
    bytes.iter().fold(hash, |hash, &byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}
