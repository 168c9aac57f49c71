//! The same key is assigned twice in one file.

use crate::check::mend;
use crate::check::rule::{Check, Findings, Rule, Subject, Traits};
use crate::diagnostic::{Edit, RuleCode, Severity};
use crate::model::Origin;
use crate::parse::dialect::Duplicates;
use crate::sort;
use crate::source::{Location, SourceId, Span};

pub(super) static RULE: Rule = Rule {
    code: RuleCode("duplicate-key"),
    severity: Severity::Warning,
    summary: "a key is assigned more than once in one file",
    docs: docs!("duplicate_key.md"),
    check: Check::Variable(Traits::OVERRIDDEN, check),
};

fn check(subject: &Subject<'_>, found: &mut Findings<'_>) {
    if subject.variable.overridden.is_empty() {
        return;
    }
    let mut all: Vec<Assigned> = subject
        .variable
        .overridden
        .iter()
        .chain([&subject.variable.origin])
        .filter_map(Assigned::of)
        .collect();
    sort::by(&mut all, &|a, b| (a.source, a.key.start).cmp(&(b.source, b.key.start)));
    for in_one_file in all.chunk_by(|a, b| a.source == b.source) {
        let [first, again @ ..] = in_one_file else { continue };
        // In other carriers, one part may override another; a key that appears twice in one part is reported by `malformed-entry`.
        if subject
            .scope
            .layer(first.source)
            .is_some_and(|layer| layer.document.is_carried())
        {
            continue;
        }
        for (before, assigned) in in_one_file.iter().zip(again) {
            report(subject, found, (first, before), assigned);
        }
    }
}

fn report(subject: &Subject<'_>, found: &mut Findings<'_>, (first, before): (&Assigned, &Assigned), again: &Assigned) {
    let scope = subject.scope;
    let dialect = scope.layer(again.source).map(|layer| layer.dialect);
    let counts = match dialect.map(|dialect| dialect.duplicates) {
        Some(Duplicates::Last) | None => "the last assignment counts",
        Some(Duplicates::First) => "the first assignment counts",
        Some(Duplicates::Rejected) => "the loader rejects the file",
    };
    let text = scope.context.text(again.source);
    let compared = match first.same_value(again, text) {
        Some(true) => " with the same value",
        Some(false) => " with another value",
        None => "",
    };
    let draft = found
        .at(
            Location {
                source: again.source,
                span: again.key,
            },
            format!("{} is assigned again{compared}; {counts}", subject.name()),
        )
        .key(subject.shown())
        .help("remove all but the assignment you mean")
        .related(
            Location {
                source: first.source,
                span: first.key,
            },
            "first assigned here",
        );
    if let Some(line) = before.repeated(again, text) {
        let edit = Edit { span: line, text: "" };
        draft.fix(mend::safe("remove the line", vec![edit]));
    }
}

/// One assignment of a key in a file.
struct Assigned {
    source: SourceId,
    key: Span,
    value: Span,
}

impl Assigned {
    fn of(origin: &Origin) -> Option<Assigned> {
        match *origin {
            Origin::File { source, key, value } => Some(Assigned { source, key, value }),
            Origin::Process => None,
        }
    }

    /// Returns the line of `again` if it means the same as that of `self` in every dialect, and contains nothing else.
    fn repeated(&self, again: &Assigned, text: &[u8]) -> Option<Span> {
        let line = |assigned: &Assigned| {
            let (start, end) = (assigned.key.start as usize, assigned.value.end as usize);
            let from = memchr::memrchr(b'\n', &text[..start]).map_or(0, |at| at + 1);
            let to = memchr::memchr(b'\n', &text[end..]).map_or(text.len(), |len| end + len);
            Span::new(from, to)
        };
        let (one, other) = (line(self), line(again));
        // Require a single word, so that the line has nothing else on it, and nothing whose meaning depends on its place.
        let typed = one.of(text);
        let is_word = |byte: &u8| byte.is_ascii_graphic() && !b"#$`\\;&|<>()".contains(byte);
        let plain = typed == other.of(text) && typed.iter().all(is_word) && self.key.start == one.start;
        let end = other.end as usize;
        plain.then(|| Span::new(other.start as usize, (end + 1).min(text.len())))
    }

    /// Whether two values in one text are equal; `None` if escapes or references make that more than a comparison of bytes.
    fn same_value(&self, other: &Assigned, text: &[u8]) -> Option<bool> {
        let (a, b) = (self.value.of(text), other.value.of(text));
        let is_plain = |value: &[u8]| memchr::memchr2(b'\\', b'$', value).is_none();
        (is_plain(a) && is_plain(b)).then(|| a == b)
    }
}
