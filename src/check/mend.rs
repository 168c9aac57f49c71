//! Edits after which all declared loaders give a program the same: found by trying, and kept only if they hold.
//!
//! What is meant by a line that loaders read in several ways is what its own marks say: quotes around a value are no part of it,
//! nor is white space; a `#` behind white space begins a comment, and another belongs to the value; `export` belongs to no key. An
//! edit is a way of writing the line (other quotes, the comment elsewhere) that gives every loader what a loader saw that read it as
//! it is meant. It is safe if those that did so saw the same, and if whatever all loaders agreed on stays.

use std::borrow::Cow;

use zeroize::Zeroizing;

use crate::check::divergence::{self, Cause, Differing, Divergence, View, agree, outer};
use crate::check::{Documents, EnvironmentInput, Reading, dialects_of};
use crate::diagnostic::{Applicability, Edit, Fix};
use crate::model::{Environment, Layer, Origin, ProcessEnvironment, Value};
use crate::parse::dialect;
use crate::parse::{self, AssignmentKind, Document, Quote};
use crate::schema::Schema;
use crate::sort;
use crate::source::{Source, SourceId, Span};

/// The divergences of an environment, each with what mends it.
pub(super) fn divergences<'c>(
    views: &[View<'_, 'c>],
    process: &'c ProcessEnvironment,
) -> Vec<(Divergence<'c>, Option<Fix>)> {
    let differing = divergence::differing(views);
    if differing.is_empty() {
        return Vec::new();
    }
    let found = divergence::divergences(views, &differing);
    let mender = Mender {
        views,
        process,
        differing: &differing,
    };
    let mended = mender.mend(&found);
    let fix = |divergence: &Divergence<'_>| {
        let edits = |rewrite: &&Rewrite<'_>| {
            let line = &rewrite.line;
            rewrite.source == divergence.source && (line.start..=line.end).contains(&(divergence.span.start as usize))
        };
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
            mended.lines.iter().find(edits).map(|rewrite| Fix {
                title: Cow::Borrowed(rewrite.title),
                applicability: if rewrite.safe {
                    Applicability::Safe
                } else {
                    Applicability::Unsafe
                },
                edits: rewrite.edits.clone(),
            })
        }
    };
    let fixes: Vec<Option<Fix>> = found.iter().map(fix).collect();
    found.into_iter().zip(fixes).collect()
}

/// A fix that may be applied unseen.
pub(super) fn safe(title: &'static str, edits: Vec<Edit>) -> Fix {
    Fix {
        title: Cow::Borrowed(title),
        applicability: Applicability::Safe,
        edits,
    }
}

/// Whether edits of a file leave what all loaders of an environment agree on.
pub(super) fn is_harmless(
    views: &[View<'_, '_>],
    process: &ProcessEnvironment,
    source: SourceId,
    edits: &[Edit],
) -> bool {
    let differing = divergence::differing(views);
    let mender = Mender {
        views,
        process,
        differing: &differing,
    };
    let cause = Cause::Other;
    mender.holds(
        &mut Mended {
            of_file: edits.iter().map(|&edit| OfFile { source, cause, edit }).collect(),
            lines: Vec::new(),
        },
        false,
    )
}

/// Every CR before a line end, removed.
pub(super) fn without_cr(text: &[u8]) -> impl Iterator<Item = Edit> + '_ {
    memchr::memchr_iter(b'\r', text)
        .filter(|at| text.get(at + 1) == Some(&b'\n'))
        .map(|at| Edit {
            span: Span::new(at, at + 1),
            text: "",
        })
}

/// Whether a cause is one matter for the whole file.
fn is_of_file(cause: Cause) -> bool {
    matches!(cause, Cause::CarriageReturn | Cause::ByteOrderMark)
}

/// What mends an environment.
#[derive(Default)]
struct Mended<'c> {
    of_file: Vec<OfFile>,
    lines: Vec<Rewrite<'c>>,
}

#[derive(Clone, Copy)]
struct OfFile {
    source: SourceId,
    cause: Cause,
    edit: Edit,
}

/// A line that is written otherwise.
struct Rewrite<'c> {
    key: &'c [u8],
    source: SourceId,
    line: Line,
    /// What every loader is to see.
    meant: Zeroizing<Vec<u8>>,
    safe: bool,
    done: bool,
    title: &'static str,
    edits: Vec<Edit>,
}

struct Mender<'a, 'v, 'c> {
    views: &'a [View<'v, 'c>],
    process: &'c ProcessEnvironment,
    differing: &'a [Differing<'c>],
}

impl<'c> Mender<'_, '_, 'c> {
    fn mend(&self, found: &[Divergence<'c>]) -> Mended<'c> {
        let mut mended = Mended {
            of_file: self.of_file(found),
            lines: self.rewrites(),
        };
        if !mended.of_file.is_empty() && !self.holds(&mut mended, false) {
            mended.of_file.clear();
        }
        // Where a value is taken as it stands, quotes would be part of it, and so would a comment.
        let verbatim = self
            .views
            .iter()
            .any(|view| view.dialect.grammar.value == dialect::Value::Verbatim);
        for way in WAYS.iter().filter(|way| !verbatim || way.is_bare()) {
            let mut tried = false;
            for rewrite in mended.lines.iter_mut().filter(|rewrite| !rewrite.done) {
                let Some(layer) = self.views[0].layer(rewrite.source) else {
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

    /// Edits of whole files.
    fn of_file(&self, found: &[Divergence<'c>]) -> Vec<OfFile> {
        let mut edits = Vec::new();
        for divergence in found.iter().filter(|divergence| is_of_file(divergence.cause)) {
            let (source, cause) = (divergence.source, divergence.cause);
            let Some(layer) = self.views[0].layer(source) else {
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

    /// The lines to write otherwise: of a key that differs and is assigned on a line of its own, the same for all who have it.
    fn rewrites(&self) -> Vec<Rewrite<'c>> {
        let mut rewrites: Vec<Rewrite<'c>> = Vec::new();
        for Differing { key, .. } in self.differing {
            let Some((source, line)) = self.line_of(key) else {
                continue;
            };
            let clashes = |other: &Rewrite<'_>| other.source == source && other.line.start == line.start;
            if rewrites.last().is_some_and(clashes) {
                continue;
            }
            let mut values = self.views.iter().filter_map(|view| line.meant(view, source, key));
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
        // Two keys of one line are in each other's way.
        let place = |rewrite: &Rewrite<'c>| (rewrite.source, rewrite.line.start);
        sort::by(&mut rewrites, &|a, b| place(a).cmp(&place(b)));
        rewrites.dedup_by(|a, b| place(a) == place(b));
        rewrites
    }

    fn line_of(&self, key: &[u8]) -> Option<(SourceId, Line)> {
        let mut line: Option<(SourceId, Line)> = None;
        for view in self.views {
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

    /// Applies all edits, and says whether what was agreed on is as it was. With `judge`, what does not give every loader what is
    /// meant loses its edits; without, one that does not makes it false.
    fn holds(&self, mended: &mut Mended<'c>, judge: bool) -> bool {
        let mut edits: Vec<(SourceId, Edit)> = mended.of_file.iter().map(|of| (of.source, of.edit)).collect();
        for rewrite in &mended.lines {
            edits.extend(rewrite.edits.iter().map(|edit| (rewrite.source, *edit)));
        }
        sort::by(&mut edits, &|a, b| (a.0, a.1.span).cmp(&(b.0, b.1.span)));
        let texts: Vec<(SourceId, Zeroizing<Vec<u8>>)> = self.views[0]
            .layers
            .iter()
            .map(|layer| {
                let own = edits.iter().filter(|edit| edit.0 == layer.source);
                (layer.source, applied(layer.text, own.map(|edit| &edit.1)))
            })
            .collect();
        let mut agreed = true;
        let mut sees: Vec<bool> = mended.lines.iter().map(|rewrite| !rewrite.edits.is_empty()).collect();
        for view in self.views {
            // Other carriers stay as they are.
            let documents: Vec<Document> = texts
                .iter()
                .zip(view.layers)
                .map(|((_, text), layer)| parse::parse(text, layer.dialect))
                .collect();
            let mut layers: Vec<Layer<'_>> = view.layers.to_vec();
            for ((layer, (_, text)), document) in layers.iter_mut().zip(&texts).zip(&documents) {
                if !layer.document.is_carried() {
                    (layer.text, layer.document) = (text, document);
                }
            }
            let environment = Environment::resolve(&layers, self.process);
            agreed &= judge
                || is_unchanged(self.differing, view.environment, &environment)
                    && failures(&layers, &environment) <= failures(view.layers, view.environment);
            for (rewrite, sees) in mended.lines.iter().zip(&mut sees) {
                *sees &= environment.get(rewrite.key).is_some_and(|variable| {
                    matches!(&variable.value, Value::Known(value) if value.expose() == &**rewrite.meant)
                        && is_read_well(&layers, variable.origin)
                });
            }
        }
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

/// Whether what all loaders of an environment agree on is in `after` as it is in `before`, for every environment, and no loader
/// stumbles more often. For those who apply fixes: what holds in one environment need not in another that reads the same file.
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
        let old: Vec<Reading<'_>> = dialects_of(schema, input)
            .map(|dialect| old.read(before, input, dialect))
            .collect();
        let views: Vec<View<'_, '_>> = old.iter().map(Reading::view).collect();
        let differing = divergence::differing(&views);
        views.iter().all(|view| {
            let new = new.read(after, input, view.dialect);
            is_unchanged(&differing, view.environment, &new.environment)
                && failures(&new.layers, &new.environment) <= failures(view.layers, view.environment)
        })
    })
}

/// Whether a loader gives a program what it did, but for the keys about which the loaders do not agree.
fn is_unchanged(differing: &[Differing<'_>], before: &Environment<'_>, after: &Environment<'_>) -> bool {
    let differs = |key: &[u8]| differing.binary_search_by(|other| other.key.cmp(key)).is_ok();
    let kept = |one: &Environment<'_>, other: &Environment<'_>| {
        one.variables
            .iter()
            .all(|variable| differs(variable.key) || agree(Some(variable), other.get(variable.key)))
    };
    kept(before, after) && kept(after, before)
}

/// Over how much a loader stumbles.
fn failures(layers: &[Layer<'_>], environment: &Environment<'_>) -> usize {
    let errors: usize = layers.iter().map(|layer| layer.document.errors().len()).sum();
    errors + environment.failures.len()
}

/// Whether a loader stumbles over nothing on the line of a variable.
fn is_read_well(layers: &[Layer<'_>], origin: Origin) -> bool {
    let Origin::File { source, key, value } = origin else {
        return true;
    };
    layers.iter().filter(|layer| layer.source == source).all(|layer| {
        let end = value.end as usize;
        let line = memchr::memchr(b'\n', &layer.text[end..]).map_or(layer.text.len(), |len| end + len);
        let mut errors = layer.document.errors().iter();
        !errors.any(|error| (error.span.start as usize) <= line && key.start < error.span.end)
    })
}

/// A text with edits, which are sorted and disjoint.
fn applied<'e>(text: &[u8], edits: impl Iterator<Item = &'e Edit>) -> Zeroizing<Vec<u8>> {
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

/// How far the quote is looked for that closes a value, in bytes.
const MAX_QUOTED: usize = 1 << 16;

/// A line with one assignment, by its own marks; several, if it is quoted over line ends.
struct Line {
    start: usize,
    /// Of the content, before CR or LF.
    end: usize,
    key: Span,
    equals: usize,
    /// The value, quotes and all.
    body: Span,
    quote: Option<Quote>,
    comment: Option<usize>,
}

/// A way of writing a line.
struct Way {
    /// The quotes of the value; `None` leaves them as they are.
    quotes: Option<&'static str>,
    moves_comment: bool,
    removes_export: bool,
    /// Whether `\n` in double quotes becomes a line end, which more loaders know.
    breaks: bool,
}

/// From what changes least.
const WAYS: &[Way] = &ways();

const fn ways() -> [Way; 32] {
    const WAY: Way = Way {
        quotes: None,
        moves_comment: false,
        removes_export: false,
        breaks: false,
    };
    let mut ways = [WAY; 32];
    let mut index = 0;
    while index < 32 {
        ways[index] = Way {
            quotes: match index % 4 {
                0 => None,
                1 => Some("\""),
                2 => Some("'"),
                _ => Some(""),
            },
            moves_comment: index / 4 % 2 == 1,
            removes_export: index / 8 % 2 == 1,
            breaks: index / 16 == 1,
        };
        index += 1;
    }
    ways
}

impl Way {
    fn is_bare(&self) -> bool {
        self.quotes.is_none_or(str::is_empty)
    }

    fn title(&self, line: &Line) -> &'static str {
        match (self.quotes, line.quote) {
            _ if self.breaks => "write line ends in the place of `\\n`",
            (Some(""), Some(_)) => "take the quotes off",
            (Some("'"), _) => "put the value in single quotes",
            (Some("\""), _) => "put the value in double quotes",
            _ if self.moves_comment => "put the comment on a line of its own",
            _ if self.removes_export => "remove `export`",
            _ => "remove the white space around the value",
        }
    }
}

impl Line {
    /// The line of a key, if nothing but `export` stands before it.
    fn new(text: &[u8], key: Span) -> Option<Line> {
        let is_blank = |byte: &u8| matches!(byte, b' ' | b'\t');
        let skip = |at: usize, end: usize| at + text[at..end].iter().take_while(|byte| is_blank(byte)).count();
        let skip_back =
            |start: usize, at: usize| at - text[start..at].iter().rev().take_while(|byte| is_blank(byte)).count();
        let before = key.start as usize;
        let start = memchr::memrchr(b'\n', &text[..before]).map_or(0, |at| at + 1);
        let content = text[start..before]
            .strip_prefix(b"\xEF\xBB\xBF")
            .unwrap_or(&text[start..before]);
        if !matches!(content.trim_ascii(), b"" | b"export") {
            return None;
        }
        let end = memchr::memchr(b'\n', &text[before..]).map_or(text.len(), |len| before + len);
        let mut end = end - usize::from(end > before && text[end - 1] == b'\r');
        // A key may be read with white space, or with what stands before it; the name alone is looked at.
        let equals = skip(key.end as usize, end.max(key.end as usize));
        if equals >= end || text[equals] != b'=' {
            return None;
        }
        let first = skip(equals + 1, end);
        let quote = text[first..end].first().and_then(|&byte| Quote::of(byte));
        let (close, comment) = if let Some(quote) = quote {
            let near = text.len().min(first + 1 + MAX_QUOTED);
            let close = first + 1 + memchr::memchr(quote.byte(), &text[first + 1..near])?;
            if close >= end {
                // A value of several lines.
                let next = memchr::memchr(b'\n', &text[close..]).map_or(text.len(), |len| close + len);
                end = next - usize::from(next > close && text[next - 1] == b'\r');
            }
            let behind = skip(close + 1, end);
            match text[behind..end].first() {
                None => (close + 1, None),
                Some(b'#') => (close + 1, Some(behind)),
                Some(_) => return None,
            }
        } else {
            let is_comment = |at: &usize| is_blank(&text[at - 1]);
            let comment = memchr::memchr_iter(b'#', &text[first..end])
                .map(|at| first + at)
                .find(is_comment);
            (skip_back(first, comment.unwrap_or(end)), comment)
        };
        Some(Line {
            start,
            end,
            key,
            equals,
            body: Span::new(first, close),
            quote,
            comment,
        })
    }

    /// What a loader sees, if it reads the line as it is meant.
    fn meant<'a>(&self, view: &View<'a, '_>, source: SourceId, key: &[u8]) -> Option<&'a [u8]> {
        let variable = view.environment.get(key)?;
        let assignment = view.assignment(source, self.key)?;
        let value = assignment.value;
        let is_words = matches!(view.dialect.grammar.value, dialect::Value::Words(_));
        let fits = if self.body.is_empty() {
            value.span.is_empty()
        } else {
            outer(value) == self.body && (value.quote == self.quote || is_words)
        };
        match &variable.value {
            Value::Known(value) if fits && assignment.kind == AssignmentKind::Value => Some(value.expose()),
            _ => None,
        }
    }

    /// The edits that write it in another way; none if it is written so, or can't be.
    fn written(&self, text: &[u8], way: &Way) -> Vec<Edit> {
        let mut edits = Vec::new();
        let mut put = |start: usize, end: usize, with: &'static str| {
            if text[start..end] != *with.as_bytes() {
                edits.push(Edit {
                    span: Span::new(start, end),
                    text: with,
                });
            }
        };
        let before = text[self.start..self.key.start as usize].trim_ascii_start();
        let has_export = before.starts_with(b"export");
        if way.removes_export != has_export && way.removes_export || way.moves_comment && self.comment.is_none() {
            return Vec::new();
        }
        let (outer, quoted) = (self.body.range(), usize::from(self.quote.is_some()));
        let inner = &text[outer.start + quoted..outer.end - quoted];
        let own = match self.quote {
            None => "",
            Some(Quote::Single) => "'",
            Some(Quote::Double) => "\"",
            Some(Quote::Backtick) => "`",
        };
        let quotes = way.quotes.unwrap_or(own);
        let same = way.quotes == Some(own);
        if same && !way.breaks
            || quotes != own && !quotes.is_empty() && memchr::memchr(quotes.as_bytes()[0], inner).is_some()
        {
            return Vec::new();
        }
        let mut escapes = Vec::new();
        if way.breaks {
            if quotes != "\"" {
                return Vec::new();
            }
            let mut at = 0;
            while let Some(len) = memchr::memchr(b'\\', &inner[at..]) {
                at += len;
                if inner.get(at + 1) == Some(&b'n') {
                    escapes.push(outer.start + quoted + at);
                }
                at = (at + 2).min(inner.len());
            }
            if escapes.is_empty() {
                return Vec::new();
            }
        }
        if has_export && way.removes_export {
            put(self.key.start as usize - before.len(), self.key.start as usize, "");
        }
        put(self.key.end as usize, self.equals, "");
        put(self.equals + 1, outer.start + quoted, quotes);
        for at in escapes {
            put(at, at + 2, "\n");
        }
        let inner_end = outer.end - quoted;
        match self.comment {
            Some(comment) if way.moves_comment => {
                let with = match quotes {
                    "\"" => "\"\n",
                    "'" => "'\n",
                    "`" => "`\n",
                    _ => "\n",
                };
                put(inner_end, comment, with);
            }
            Some(_) => put(inner_end, outer.end, quotes),
            None => put(inner_end, self.end, quotes),
        }
        edits
    }
}
