//! What edits change for every loader: the edited files are read again and compared with what they gave before.

use std::rc::Rc;

use zeroize::Zeroizing;

use crate::check::divergence::{View, known_differently};
use crate::check::rule::{Context, Finding};
use crate::diagnostic::{Applicability, Edit};
use crate::model::{Environment, Layer, ProcessEnvironment, Value, Variable};
use crate::parse::{Document, Readings};
use crate::sort;
use crate::source::SourceId;

/// How much text may be read again to try fixes one by one, in bytes. Any remaining fixes are tried together.
const MAX_TRIED: usize = 4 << 20;

/// One environment, to be read again with edits.
pub(super) struct Trial<'v, 'c> {
    pub(super) views: &'v [View<'v, 'c>],
    pub(super) process: &'c ProcessEnvironment,
    /// Keys whose values edits may change, because loaders give different ones already. Sorted.
    pub(super) open: Vec<&'c [u8]>,
}

impl<'v, 'c> Trial<'v, 'c> {
    pub(super) fn new(views: &'v [View<'v, 'c>], process: &'c ProcessEnvironment) -> Trial<'v, 'c> {
        Trial {
            views,
            process,
            open: known_differently(views),
        }
    }

    /// Whether every loader gives the same as before, except for `open` keys, and fails in no more places.
    pub(super) fn keeps(&self, open: &[&[u8]], edits: &[(SourceId, Edit)]) -> bool {
        let mut kept = true;
        self.each(edits, |view, layers, environment| {
            kept = kept && is_kept(open, (view.layers, view.environment), (layers, environment));
            kept
        });
        kept
    }

    /// Calls `hand_on` with what each loader makes of the edited files, until it returns false. The edits must be sorted.
    pub(super) fn each(
        &self,
        edits: &[(SourceId, Edit)],
        mut hand_on: impl FnMut(&View<'v, 'c>, &[Layer<'_>], &Environment<'_>) -> bool,
    ) {
        // Other carriers aren't edited.
        let texts: Vec<(SourceId, Zeroizing<Vec<u8>>)> = edits
            .chunk_by(|one, other| one.0 == other.0)
            .filter_map(|own| {
                let layer = self.views.first()?.layer(own[0].0)?;
                Some((layer.source, applied(layer.text, own.iter().map(|edit| &edit.1))))
            })
            .collect();
        let mut readings: Vec<Readings<'_>> = texts.iter().map(|(_, text)| Readings::new(text)).collect();
        for view in self.views {
            let read = |layer: &Layer<'_>| {
                let index = texts.iter().position(|(source, _)| *source == layer.source)?;
                (!layer.document.is_carried()).then(|| (index, readings[index].by(layer.dialect)))
            };
            let documents: Vec<Option<(usize, Rc<Document>)>> = view.layers.iter().map(read).collect();
            let mut layers: Vec<Layer<'_>> = view.layers.to_vec();
            for (layer, read) in layers.iter_mut().zip(&documents) {
                if let Some((index, document)) = read {
                    (layer.text, layer.document) = (&texts[*index].1, document);
                }
            }
            if !hand_on(view, &layers, &Environment::resolve(&layers, self.process)) {
                return;
            }
        }
    }

    /// Returns how much is read to try an edit, in bytes.
    fn len(&self) -> usize {
        let layers = self.views.iter().flat_map(|view| view.layers);
        layers.map(|layer| layer.text.len()).sum()
    }

    /// Whether a file is read in this environment.
    fn reads(&self, source: SourceId) -> bool {
        self.views.first().is_some_and(|view| view.layer(source).is_some())
    }
}

/// Downgrades every fix that claims to be safe and isn't. Each is tried with all declared loaders of all environments that read its file,
/// whichever rule offers it.
pub(in crate::check) fn downgrade_unsafe_fixes(context: &Context<'_>, findings: &mut [Finding]) {
    let offer = |finding: &Finding| {
        let (location, fix) = (finding.diagnostic.location?, finding.diagnostic.fix.as_ref()?);
        (fix.applicability == Applicability::Safe && !fix.edits.is_empty()).then_some(location.source)
    };
    if findings.iter().all(|finding| offer(finding).is_none()) {
        return;
    }
    let views: Vec<Vec<View<'_, '_>>> = context.environments.iter().map(|one| one.views()).collect();
    let environments = views.iter().zip(context.environments);
    let trials: Vec<Trial<'_, '_>> = environments
        .map(|(views, one)| Trial::new(views, one.process))
        .collect();
    let holds = |source: SourceId, edits: &[Edit], changes: bool| {
        let edits: Vec<(SourceId, Edit)> = edits.iter().map(|edit| (source, *edit)).collect();
        let mut reading = trials.iter().filter(|trial| trial.reads(source));
        reading.all(|trial| trial.keeps(if changes { &trial.open } else { &[] }, &edits))
    };
    let mut left = MAX_TRIED;
    let mut judged: Vec<(usize, bool)> = Vec::new();
    let mut untried: Vec<(SourceId, usize)> = Vec::new();
    for (finding, index) in findings.iter().zip(0..) {
        let (Some(source), Some(fix)) = (offer(finding), &finding.diagnostic.fix) else {
            continue;
        };
        let reading = trials.iter().filter(|trial| trial.reads(source));
        match left.checked_sub(reading.map(Trial::len).sum()) {
            Some(rest) => {
                left = rest;
                judged.push((index, holds(source, &fix.edits, may_change(finding))));
            }
            None => untried.push((source, index)),
        }
    }
    sort::by(&mut untried, &|a, b| a.cmp(b));
    for own in untried.chunk_by(|a, b| a.0 == b.0) {
        let of = own.iter().map(|&(_, index)| &findings[index]);
        let fixes = of.clone().filter_map(|finding| finding.diagnostic.fix.as_ref());
        let mut edits: Vec<Edit> = fixes.flat_map(|fix| fix.edits.iter().copied()).collect();
        sort::by(&mut edits, &|a, b| a.span.cmp(&b.span));
        edits.dedup();
        let held = holds(own[0].0, &edits, of.clone().any(may_change));
        judged.extend(own.iter().map(|&(_, index)| (index, held)));
    }
    for (index, held) in judged {
        if let (false, Some(fix)) = (held, &mut findings[index].diagnostic.fix) {
            fix.applicability = Applicability::Unsafe;
        }
    }
}

/// Whether the fix of a finding may change values on which loaders disagree already, because that is its purpose.
fn may_change(finding: &Finding) -> bool {
    matches!(
        finding.diagnostic.code.0,
        "divergent-value" | "loader-drops" | "byte-order-mark"
    )
}

/// Whether a loader gives a program the same as before, except for `open` keys, and fails in no more places. A known value must stay known:
/// a fix that makes a loader do something that can't be evaluated is not safe.
pub(super) fn is_kept(
    open: &[&[u8]],
    (old, before): (&[Layer<'_>], &Environment<'_>),
    (new, after): (&[Layer<'_>], &Environment<'_>),
) -> bool {
    let has = |one: &Environment<'_>, other: &Environment<'_>| {
        one.variables.iter().all(|variable| {
            let same = |other: &Variable<'_>| match (&variable.value, &other.value) {
                (Value::Known(one), Value::Known(other)) => one.expose() == other.expose(),
                (Value::Unknown(one), Value::Unknown(other)) => one == other,
                _ => false,
            };
            open.binary_search(&variable.key).is_ok() || other.get(variable.key).is_some_and(same)
        })
    };
    let gives_up = |layers: &[Layer<'_>]| layers.iter().any(|layer| layer.document.rejected().is_some());
    has(before, after)
        && has(after, before)
        && failures(new, after) <= failures(old, before)
        && (gives_up(old) || !gives_up(new))
}

/// Returns in how many places a loader fails.
fn failures(layers: &[Layer<'_>], environment: &Environment<'_>) -> usize {
    let errors: usize = layers.iter().map(|layer| layer.document.errors().len()).sum();
    errors + environment.failures.len()
}

/// Applies edits, which must be sorted, to a text. Of two that overlap, the second is ignored.
#[must_use]
pub fn applied<'e>(text: &[u8], edits: impl Iterator<Item = &'e Edit>) -> Zeroizing<Vec<u8>> {
    let mut out = Zeroizing::new(Vec::with_capacity(text.len() + 64));
    let mut at = 0;
    for edit in edits {
        let range = edit.span.range();
        if range.start < at {
            continue;
        }
        out.extend_from_slice(&text[at..range.start]);
        out.extend_from_slice(edit.text.as_bytes());
        at = range.end;
    }
    out.extend_from_slice(&text[at..]);
    out
}
