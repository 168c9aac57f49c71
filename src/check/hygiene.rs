//! How a file is saved: line ends, byte order mark, white space. If that changes no value, it is a matter of taste; if loaders differ
//! over it, `divergent-value` reports it; if every declared loader takes it for a part of a value, somebody has to say what was meant.

use crate::check::divergence::{View, outer};
use crate::check::mend;
use crate::check::rule::{Findings, Scope};
use crate::check::wording;
use crate::diagnostic::{Applicability, Edit, Fix, Severity};
use crate::model::Layer;
use crate::source::{Location, SourceId, Span};

/// What a rule says about one file.
pub(super) struct Remark {
    /// What was found, and how often.
    pub(super) what: String,
    /// What it becomes a part of, for a loader that doesn't ignore it.
    pub(super) part: &'static str,
    pub(super) title: &'static str,
    pub(super) help: &'static str,
}

/// Reports on a file at the first of some edits. `takes` says whether a loader takes what they remove for text.
pub(super) fn report(
    scope: &Scope<'_>,
    found: &mut Findings<'_>,
    source: SourceId,
    edits: Vec<Edit>,
    remark: Remark,
    takes: &dyn Fn(&View<'_, '_>) -> bool,
) {
    let Some(first) = edits.first() else { return };
    let views = &scope.views;
    let taking: Vec<&str> = views.iter().filter(|view| takes(view)).map(View::loader).collect();
    if !taking.is_empty() && taking.len() < views.len() {
        return;
    }
    let location = Location {
        source,
        span: first.span,
    };
    let Remark {
        what,
        part,
        title,
        help,
    } = remark;
    if taking.is_empty() {
        found.at(location, what).help(help).fix(mend::safe(title, edits));
        return;
    }
    let loaders = wording::list(&taking, "and");
    found
        .at(location, format!("{what}, a part of {part} for {loaders}"))
        .severity(Severity::Warning)
        .help(help)
        .fix(Fix {
            applicability: Applicability::Unsafe,
            ..mend::safe(title, edits)
        });
}

/// Formats `N lines end in …`.
pub(super) fn lines(count: usize, one: &str, many: &str) -> String {
    if count == 1 {
        format!("1 line {one}")
    } else {
        format!("{count} lines {many}")
    }
}

/// Returns the .env files of an environment, without duplicates.
pub(super) fn layers<'a, 'c>(scope: &'a Scope<'c>) -> impl Iterator<Item = &'a Layer<'c>> {
    let layers = &scope.environment.layers;
    let mut highest = None;
    layers.iter().enumerate().filter_map(move |(index, layer)| {
        // Files are numbered as they are read, so hardly any has to be looked for among those before it.
        let is_first = highest < Some(layer.source) || layers[..index].iter().all(|other| other.source != layer.source);
        highest = highest.max(Some(layer.source));
        (is_first && !layer.document.is_carried()).then_some(layer)
    })
}

/// Returns the files that may contain something unusual: a file of ordinary lines has no blanks, CR or byte order mark.
pub(super) fn unusual<'a, 'c>(scope: &'a Scope<'c>) -> impl Iterator<Item = &'a Layer<'c>> {
    layers(scope).filter(|layer| !layer.document.is_ordinary())
}

/// Whether a loader takes a place for part of a value; `None` inside quotes.
pub(super) fn in_value(view: &View<'_, '_>, source: SourceId, at: usize) -> Option<bool> {
    let assignments = view.layer(source)?.document.assignments();
    let index = assignments.partition_point(|assignment| assignment.key.start as usize <= at);
    let Some(value) = index.checked_sub(1).map(|index| assignments[index].value) else {
        return Some(false);
    };
    let span: Span = outer(value);
    let inside = span.start as usize <= at && at < span.end as usize;
    (!inside || value.quote.is_none()).then_some(inside)
}
