//! What a loader does about bytes that are not text: invalid UTF-8, zero bytes, a byte order mark.

use crate::map::Map;
use crate::sort;
use crate::source::Span;

use super::dialect::{Bom, Dialect, Duplicates, Key, Reader, Space, Unfit};
use super::document::{Assignment, AssignmentKind, Document, Effect, SyntaxError, SyntaxErrorKind};
use super::lexer::{skip, skip_back};

pub(super) const BOM: &[u8] = b"\xEF\xBB\xBF";

/// Returns whether a text is UTF-8 without zero bytes and byte order mark, so that [`check`] has nothing to report.
pub(super) fn is_fit(text: &[u8]) -> bool {
    !text.starts_with(BOM) && memchr::memchr(0, text).is_none() && std::str::from_utf8(text).is_ok()
}

/// Returns whether the loader rejects Unicode noncharacters as if they were invalid UTF-8. systemd does.
pub(super) fn refuses_noncharacters(reader: &Reader) -> bool {
    reader.invalid_utf8 == Unfit::RejectedInAssignments
}

/// Returns the places of noncharacters.
fn noncharacters(text: &[u8]) -> impl Iterator<Item = (usize, usize)> + '_ {
    // The encoding of each has one of these as its last byte but one.
    let may = memchr::memchr2(0xB7, 0xBF, text).is_some();
    let chunks = text.utf8_chunks().filter(move |_| may).scan(0, |at, chunk| {
        let start = *at;
        *at += chunk.valid().len() + chunk.invalid().len();
        Some((start, chunk.valid()))
    });
    chunks.flat_map(|(start, valid)| {
        let is_none = |c: char| matches!(c, '\u{FDD0}'..='\u{FDEF}') || u32::from(c) & 0xFFFE == 0xFFFE;
        let of_chunk = valid.char_indices().filter(move |&(_, c)| is_none(c));
        of_chunk.map(move |(at, c)| (start + at, start + at + c.len_utf8()))
    })
}

/// Reports invalid UTF-8, zero bytes and a byte order mark; returns where loading ends.
pub(super) fn check(text: &[u8], reader: &Reader, errors: &mut Vec<SyntaxError>) -> usize {
    let mut end = text.len();
    if reader.bom == Bom::Rejected && text.starts_with(BOM) {
        let span = Span::new(0, BOM.len());
        errors.push(SyntaxError {
            kind: SyntaxErrorKind::ByteOrderMark,
            effect: Effect::Rejected,
            span,
        });
    }
    let mut at = 0;
    while let Err(error) = std::str::from_utf8(&text[at..]) {
        let start = at + error.valid_up_to();
        at = error.error_len().map_or(text.len(), |len| start + len);
        end = end.min(note(
            text,
            errors,
            SyntaxErrorKind::NotUtf8,
            reader.invalid_utf8,
            (start, at),
        ));
    }
    if refuses_noncharacters(reader) {
        for place in noncharacters(text) {
            note(text, errors, SyntaxErrorKind::NotUtf8, reader.invalid_utf8, place);
        }
    }
    let mut at = 0;
    while let Some(nul) = memchr::memchr(0, &text[at..]) {
        let start = at + nul;
        at = skip(text, start, |c| c == '\0');
        end = end.min(note(text, errors, SyntaxErrorKind::Nul, reader.nul, (start, at)));
    }
    if end < text.len() {
        errors.retain(|error| (error.span.start as usize) < end || error.effect == Effect::Dropped);
    }
    end
}

/// Records one run of bytes; returns where loading ends because of it.
fn note(
    text: &[u8],
    errors: &mut Vec<SyntaxError>,
    kind: SyntaxErrorKind,
    unfit: Unfit,
    (start, end): (usize, usize),
) -> usize {
    let effect = match unfit {
        Unfit::Kept
        | Unfit::Replaced(_)
        | Unfit::Cuts
        | Unfit::NotSet
        | Unfit::RejectedInAssignments
        | Unfit::Stops => Effect::Literal,
        Unfit::Rejected => Effect::Rejected,
        Unfit::Halts => Effect::Halted,
        Unfit::Ignored => Effect::Dropped,
    };
    let (span, loaded) = match unfit {
        Unfit::Ignored => (Span::new(0, text.len()), 0),
        _ => (Span::new(start, end), text.len()),
    };
    // Adjacent runs become one error, so that a binary file does not become a list of its bytes.
    match errors.last_mut() {
        Some(last) if last.kind == kind && last.span.end >= span.start => last.span.end = last.span.end.max(span.end),
        _ => errors.push(SyntaxError { kind, effect, span }),
    }
    loaded
}

/// Returns whether every assignment to a key is put into the environment, not only the one that prevails.
fn sets_each(dialect: &Dialect) -> bool {
    let halts = dialect.grammar.on_error == Effect::Halted;
    dialect.grammar.key == Key::Systemd || halts && dialect.duplicates == Duplicates::Last
}

/// Returns which assignment of each key prevails.
fn prevailing<'t>(text: &'t [u8], dialect: &Dialect, assignments: &[Assignment]) -> Map<&'t [u8], usize> {
    let mut counting = Map::default();
    for (assignment, index) in assignments.iter().zip(0..) {
        let counts = counting.or(assignment.key.of(text), index);
        if dialect.duplicates != Duplicates::First {
            *counts = index;
        }
    }
    counting
}

/// Keeps the assignments that prevail if keys are cut at a zero byte. Node passes the keys on in sorted order, the
/// environment takes each up to its zero byte, and the first one set stays.
fn settle_cut_keys(text: &[u8], dialect: &Dialect, document: &mut Document) {
    if dialect.reader.nul != Unfit::Cuts || !matches!(dialect.grammar.key, Key::UpToEquals { .. }) {
        return;
    }
    let typed = |assignment: &Assignment| {
        let start = assignment.key.start as usize;
        let equals = memchr::memchr(b'=', &text[start..]).map_or(text.len(), |len| start + len);
        &text[start..dialect.grammar.space.skip_back(text, start, equals)]
    };
    settle_by_order(text, document, typed, Ord::min);
}

/// Keeps the assignments that prevail if keys are trimmed once the file is read, as Expo does: Node passes the keys on in sorted
/// order, so of those that become equal the one counts that is sorted last.
fn settle_trimmed_keys(text: &[u8], dialect: &Dialect, document: &mut Document) {
    let space = dialect.grammar.space;
    let is_trimmed = |c: char| Space::JavaScript.is_space(c) && c != '\n';
    let of_node = |assignment: &Assignment| {
        let start = space.skip(text, skip_back(text, 0, assignment.key.start as usize, is_trimmed));
        let behind = assignment.key.end as usize;
        let equals = memchr::memchr(b'=', &text[behind..]).map_or(behind, |len| behind + len);
        &text[start..space.skip_back(text, start, equals)]
    };
    settle_by_order(text, document, of_node, Ord::max);
}

/// Of the assignments whose keys have become equal, keeps those of the key that prevails among the keys as Node has them.
fn settle_by_order<'t>(
    text: &'t [u8],
    document: &mut Document,
    of_node: impl Fn(&Assignment) -> &'t [u8],
    prevailing: fn(&'t [u8], &'t [u8]) -> &'t [u8],
) {
    let mut kept: Map<&[u8], &[u8]> = Map::default();
    for assignment in &document.assignments {
        let key = of_node(assignment);
        let best = kept.or(assignment.key.of(text), key);
        *best = prevailing(key, best);
    }
    document
        .assignments
        .retain(|assignment| kept.get(assignment.key.of(text)) == Some(&of_node(assignment)));
}

/// Decides the effect of bytes that matter only in keys and values, now that these are known; sorts the errors.
pub(super) fn judge(text: &[u8], dialect: &Dialect, document: &mut Document) {
    let stops = judge_bytes(text, dialect, document);
    if let Some(index) = stops {
        cut_at(index, text, document);
    }
    let is_nul = |error: &SyntaxError| error.kind == SyntaxErrorKind::Nul;
    if document.respelled.is_empty() && document.errors.iter().any(is_nul) {
        settle_cut_keys(text, dialect, document);
    }
    let trims = matches!(dialect.grammar.key, Key::UpToEquals { trims: Some(_), .. });
    if trims && document.respelled.is_empty() && !text.is_ascii() {
        settle_trimmed_keys(text, dialect, document);
    }
    drop_all_if_rejected(text, document);
    if dialect.duplicates == Duplicates::Rejected {
        reject_duplicates(text, document);
    }
    debug_assert!(
        document
            .assignments
            .last()
            .is_none_or(|last| last.value.span.end as usize <= text.len())
    );
    if !document.errors.is_sorted_by_key(|error| error.span) {
        sort::by(&mut document.errors, &|a, b| a.span.cmp(&b.span));
    }
}

/// Decides for each run of bytes whether it is in an assignment; returns the index of the first assignment at which
/// reading stops.
fn judge_bytes(text: &[u8], dialect: &Dialect, document: &mut Document) -> Option<usize> {
    // Keys that are dropped together with their values are read first, and fail too.
    let dropped: Vec<Span> = document
        .errors
        .iter()
        .filter(|error| error.kind == SyntaxErrorKind::BadKey && error.effect == Effect::Dropped)
        .map(|error| error.span)
        .collect();
    let mut stops = None;
    let mut counting = None;
    for error in &mut document.errors {
        let unfit = match error.kind {
            SyntaxErrorKind::NotUtf8 => dialect.reader.invalid_utf8,
            SyntaxErrorKind::Nul => dialect.reader.nul,
            _ => continue,
        };
        if !matches!(unfit, Unfit::RejectedInAssignments | Unfit::Stops) {
            continue;
        }
        let next = document
            .assignments
            .partition_point(|assignment| assignment.value.span.end <= error.span.start);
        let hit = document.assignments.get(next).is_some_and(|assignment| {
            let (key, value) = (assignment.key, assignment.value.span);
            // The white space trimmed in between belongs to neither, and a key that only clears is never passed on.
            assignment.kind != AssignmentKind::Clear
                && key.start < error.span.end
                && (error.span.start < key.end || error.span.end > value.start)
        });
        if unfit == Unfit::Stops {
            stops = stops.or(hit.then_some(next));
            continue;
        }
        let mut counts = |key: Span| {
            let counting = counting.get_or_insert_with(|| prevailing(text, dialect, &document.assignments));
            counting.get(key.of(text)) == Some(&next)
        };
        let hit = hit && (sets_each(dialect) || counts(document.assignments[next].key));
        let next = dropped.partition_point(|span| span.end <= error.span.start);
        let hit = hit
            || dialect.grammar.key == Key::Systemd && dropped.get(next).is_some_and(|span| span.start < error.span.end);
        error.effect = if hit { Effect::Rejected } else { Effect::Literal };
    }
    stops
}

/// Removes all assignments from one on, at which the loader silently stops.
fn cut_at(index: usize, text: &[u8], document: &mut Document) {
    let start = document.assignments[index].key.start;
    document.assignments.truncate(index);
    document.errors.retain(|error| error.span.start < start);
    document.errors.push(SyntaxError {
        kind: SyntaxErrorKind::Nul,
        effect: Effect::Dropped,
        span: Span::new(start as usize, text.len()),
    });
}

/// Removes all assignments if an error makes the loader end up with none.
fn drop_all_if_rejected(text: &[u8], document: &mut Document) {
    let whole = Span::new(0, text.len());
    let is_all = |error: &SyntaxError| {
        error.kind == SyntaxErrorKind::BadKey && error.effect == Effect::Dropped && error.span == whole
    };
    if document.errors.iter().any(is_all) {
        document.assignments.clear();
    }
}

fn reject_duplicates(text: &[u8], document: &mut Document) {
    let all = &document.assignments;
    let again = sort::repeats(all.len(), &|a, b| all[a].key.of(text).cmp(all[b].key.of(text)));
    document.errors.extend(again.iter().map(|&index| SyntaxError {
        kind: SyntaxErrorKind::DuplicateKey,
        effect: Effect::Rejected,
        span: all[index].key,
    }));
}
