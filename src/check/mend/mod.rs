//! Edits after which all declared loaders give a program the same variables: found by trying, and kept only if they
//! hold.
//!
//! If loaders read a line in several ways, its own punctuation says what is meant: quotes and white space around a value don't belong to
//! it; a `#` after white space begins a comment, and any other `#` belongs to the value; `export` doesn't belong to the key. An edit writes
//! the line in another way (other quotes, the comment elsewhere) so that every loader gives what a loader gave that read it as intended. It
//! is safe if all such loaders agreed, and if everything else that all loaders agreed on stays the same. [`downgrade_unsafe_fixes`] verifies that for every
//! fix, including those of other rules.

mod line;
mod trial;

use std::borrow::Cow;

use zeroize::Zeroizing;

use crate::check::divergence::{self, Cause, Divergence, View};
use crate::check::{Documents, EnvironmentInput, Reading};
use crate::diagnostic::{Applicability, Edit, Fix};
use crate::model::{Layer, Origin, ProcessEnvironment, Value};
use crate::parse::dialect;
use crate::schema::Schema;
use crate::sort;
use crate::source::{Source, SourceId, Span};

use line::{Line, WAYS};
pub use trial::applied;
pub(super) use trial::downgrade_unsafe_fixes;
use trial::{Trial, is_kept};

/// Returns the divergences of an environment, each with its fix.
pub(super) fn divergences<'c>(
    views: &[View<'_, 'c>],
    process: &'c ProcessEnvironment,
) -> Vec<(Divergence<'c>, Option<Fix>)> {
    let differing = divergence::differing(views);
    if differing.is_empty() {
        return Vec::new();
    }
    let found = divergence::divergences(views, &differing);
    let mended = Mender(Trial::new(views, process)).mend(&found);
    let fix = |divergence: &Divergence<'_>| {
        if is_of_file(divergence.cause) {
            let edits = mended.of_file.iter().filter(|edit| edit.source == divergence.source);
            let edits: Vec<Edit> = edits
                .filter(|edit| edit.cause == divergence.cause)
                .map(|edit| edit.edit)
                .collect();
            let title = if divergence.cause == Cause::CarriageReturn {
                "end lines with LF"
            } else {
                "remove the byte order mark"
            };
            (!edits.is_empty()).then(|| safe(title, edits))
        } else {
            mended.of_line(divergence.source, divergence.span)
        }
    };
    let fixes: Vec<Option<Fix>> = found.iter().map(fix).collect();
    found.into_iter().zip(fixes).collect()
}

/// Returns the fixes for lines at some places that one loader fails on and another doesn't.
pub(super) fn lines(
    views: &[View<'_, '_>],
    process: &ProcessEnvironment,
    places: &[(SourceId, Span)],
) -> Vec<Option<Fix>> {
    let mended = Mender(Trial::new(views, process)).mend(&[]);
    let of_line = |&(source, span): &(SourceId, Span)| mended.of_line(source, span);
    places.iter().map(of_line).collect()
}

/// Creates a fix that may be applied without review.
pub(super) fn safe(title: &'static str, edits: Vec<Edit>) -> Fix {
    Fix {
        title: Cow::Borrowed(title),
        applicability: Applicability::Safe,
        edits,
    }
}

/// Returns the edits that remove every CR before a line end.
pub(super) fn without_cr(text: &[u8]) -> impl Iterator<Item = Edit> + '_ {
    memchr::memchr_iter(b'\r', text)
        .filter(|at| text.get(at + 1) == Some(&b'\n'))
        .map(|at| Edit {
            span: Span::new(at, at + 1),
            text: "",
        })
}

/// Whether a cause concerns the whole file.
fn is_of_file(cause: Cause) -> bool {
    matches!(cause, Cause::CarriageReturn | Cause::ByteOrderMark)
}

/// The edits that mend an environment.
#[derive(Default)]
struct Mended<'c> {
    of_file: Vec<OfFile>,
    /// Sorted by place.
    lines: Vec<Rewrite<'c>>,
}

impl Mended<'_> {
    /// Returns the fix for the line at a place.
    fn of_line(&self, source: SourceId, span: Span) -> Option<Fix> {
        let at = span.start as usize;
        let behind = self
            .lines
            .partition_point(|rewrite| (rewrite.source, rewrite.line.start) <= (source, at));
        let before = self.lines[..behind].last();
        let rewrite = before.filter(|rewrite| rewrite.source == source && at <= rewrite.line.end)?;
        Some(Fix {
            title: Cow::Borrowed(rewrite.title),
            applicability: if rewrite.safe {
                Applicability::Safe
            } else {
                Applicability::Unsafe
            },
            edits: rewrite.edits.clone(),
        })
    }
}

#[derive(Clone, Copy)]
struct OfFile {
    source: SourceId,
    cause: Cause,
    edit: Edit,
}

/// A line that is rewritten.
struct Rewrite<'c> {
    key: &'c [u8],
    source: SourceId,
    line: Line,
    /// What every loader is meant to give.
    meant: Zeroizing<Vec<u8>>,
    safe: bool,
    done: bool,
    title: &'static str,
    edits: Vec<Edit>,
}

struct Mender<'v, 'c>(Trial<'v, 'c>);

impl<'c> Mender<'_, 'c> {
    fn mend(&self, found: &[Divergence<'c>]) -> Mended<'c> {
        let mut mended = Mended {
            of_file: self.of_file(found),
            lines: self.rewrites(),
        };
        if !mended.of_file.is_empty() && !self.holds(&mut mended, false) {
            mended.of_file.clear();
        }
        // If some loader reads values verbatim, added quotes would become part of the value, and so would a comment.
        let verbatim = self
            .0
            .views
            .iter()
            .any(|view| view.dialect.grammar.value == dialect::Value::Verbatim);
        for way in WAYS.iter().filter(|way| !verbatim || way.is_bare()) {
            let mut tried = false;
            for rewrite in mended.lines.iter_mut().filter(|rewrite| !rewrite.done) {
                let Some(layer) = self.0.views[0].layer(rewrite.source) else {
                    continue;
                };
                rewrite.edits = rewrite.line.written(layer.text, way);
                rewrite.title = way.title(&rewrite.line);
                tried |= !rewrite.edits.is_empty();
            }
            if tried {
                self.holds(&mut mended, true);
            }
        }
        mended.lines.retain(|rewrite| rewrite.done);
        if self.holds(&mut mended, false) {
            mended
        } else {
            Mended::default()
        }
    }

    /// Returns the edits that concern whole files.
    fn of_file(&self, found: &[Divergence<'c>]) -> Vec<OfFile> {
        let mut edits = Vec::new();
        for divergence in found.iter().filter(|divergence| is_of_file(divergence.cause)) {
            let (source, cause) = (divergence.source, divergence.cause);
            let Some(layer) = self.0.views[0].layer(source) else {
                continue;
            };
            if edits
                .iter()
                .any(|edit: &OfFile| (edit.source, edit.cause) == (source, cause))
            {
                continue;
            }
            if cause == Cause::ByteOrderMark {
                let edit = Edit {
                    span: divergence.span,
                    text: "",
                };
                edits.push(OfFile { source, cause, edit });
            } else {
                edits.extend(without_cr(layer.text).map(|edit| OfFile { source, cause, edit }));
            }
        }
        edits
    }

    /// Returns the lines to rewrite: those of a key that differs and has a line of its own, on which all loaders that read it agree.
    fn rewrites(&self) -> Vec<Rewrite<'c>> {
        let mut rewrites: Vec<Rewrite<'c>> = Vec::new();
        for key in &self.0.open {
            let Some((source, line)) = self.line_of(key) else {
                continue;
            };
            let clashes = |other: &Rewrite<'_>| other.source == source && other.line.start == line.start;
            if rewrites.last().is_some_and(clashes) {
                continue;
            }
            let mut values = self.0.views.iter().filter_map(|view| line.meant(view, source, key));
            let Some(meant) = values.next() else { continue };
            let safe = values.all(|other| other == meant);
            rewrites.push(Rewrite {
                key,
                source,
                line,
                meant: Zeroizing::new(meant.to_vec()),
                safe,
                done: false,
                title: "",
                edits: Vec::new(),
            });
        }
        // Two keys on one line would get in each other's way.
        let place = |rewrite: &Rewrite<'c>| (rewrite.source, rewrite.line.start);
        sort::by(&mut rewrites, &|a, b| place(a).cmp(&place(b)));
        rewrites.dedup_by(|a, b| place(a) == place(b));
        rewrites
    }

    fn line_of(&self, key: &[u8]) -> Option<(SourceId, Line)> {
        let mut line: Option<(SourceId, Line)> = None;
        for view in self.0.views {
            let Some(variable) = view.environment.get(key) else {
                continue;
            };
            let Origin::File { source, key, value } = variable.origin else {
                return None;
            };
            match &line {
                Some((of, known)) if *of == source && known.key == key && value.end as usize <= known.end => {}
                Some(_) => return None,
                None => {
                    let found = Line::new(view.layer(source)?.text, key)?;
                    if value.end as usize > found.end {
                        return None;
                    }
                    line = Some((source, found));
                }
            }
        }
        line
    }

    /// Applies all edits, and returns whether everything that loaders agreed on stays the same. With `judge`, rewrites that don't give
    /// every loader the intended value lose their edits; without, any such rewrite makes the result false.
    fn holds(&self, mended: &mut Mended<'c>, judge: bool) -> bool {
        let mut edits: Vec<(SourceId, Edit)> = mended.of_file.iter().map(|of| (of.source, of.edit)).collect();
        for rewrite in &mended.lines {
            edits.extend(rewrite.edits.iter().map(|edit| (rewrite.source, *edit)));
        }
        sort::by(&mut edits, &|a, b| (a.0, a.1.span).cmp(&(b.0, b.1.span)));
        let mut agreed = true;
        let mut sees: Vec<bool> = mended.lines.iter().map(|rewrite| !rewrite.edits.is_empty()).collect();
        self.0.each(&edits, |view, layers, environment| {
            let stumbles = Stumbles::of(layers);
            agreed &= judge || is_kept(&self.0.open, (view.layers, view.environment), (layers, environment));
            for (rewrite, sees) in mended.lines.iter().zip(&mut sees) {
                *sees &= environment.get(rewrite.key).is_some_and(|variable| {
                    matches!(&variable.value, Value::Known(value) if value.expose() == &**rewrite.meant)
                        && stumbles.is_read_well(layers, variable.origin)
                });
            }
            true
        });
        for (rewrite, sees) in mended.lines.iter_mut().zip(sees) {
            if judge {
                rewrite.done = sees;
                if !sees {
                    rewrite.edits.clear();
                }
            } else {
                agreed &= sees || !rewrite.done;
            }
        }
        agreed
    }
}

/// Whether `after` keeps what the loaders of each environment agree on in `before`, and no loader fails in more places. For callers that
/// apply several fixes: each may be safe while all of them together are not.
#[must_use]
pub fn agreement_holds(
    schema: &Schema,
    before: &[Source],
    after: &[Source],
    environments: &[EnvironmentInput],
) -> bool {
    let (old, new) = (
        Documents::parse(schema, before, environments, None),
        Documents::parse(schema, after, environments, None),
    );
    environments.iter().all(|input| {
        let (old, new) = (old.readings(schema, before, input), new.readings(schema, after, input));
        let views: Vec<View<'_, '_>> = old.iter().map(Reading::view).collect();
        let open = divergence::known_differently(&views);
        let mut pairs = views.iter().zip(&new);
        pairs.all(|(view, new)| is_kept(&open, (view.layers, view.environment), (&new.layers, &new.environment)))
    })
}

/// The places that a loader fails on. For each layer, the offsets at which they begin, sorted, each with the furthest end of the places so
/// far.
struct Stumbles(Vec<Vec<(u32, u32)>>);

impl Stumbles {
    fn of(layers: &[Layer<'_>]) -> Stumbles {
        let of = |layer: &Layer<'_>| {
            let errors = layer.document.errors().iter();
            let mut places: Vec<(u32, u32)> = errors.map(|error| (error.span.start, error.span.end)).collect();
            sort::by(&mut places, &|a, b| a.cmp(b));
            let mut furthest = 0;
            for (_, end) in &mut places {
                furthest = furthest.max(*end);
                *end = furthest;
            }
            places
        };
        Stumbles(layers.iter().map(of).collect())
    }

    /// Whether the loader fails on nothing in the line of a variable.
    fn is_read_well(&self, layers: &[Layer<'_>], origin: Origin) -> bool {
        let Origin::File { source, key, value } = origin else {
            return true;
        };
        let mut own = layers.iter().zip(&self.0).filter(|(layer, _)| layer.source == source);
        own.all(|(layer, places)| {
            let end = value.end as usize;
            let line = memchr::memchr(b'\n', &layer.text[end..]).map_or(layer.text.len(), |len| end + len);
            let behind = places.partition_point(|(start, _)| *start as usize <= line);
            places[..behind].last().is_none_or(|(_, end)| *end <= key.start)
        })
    }
}
