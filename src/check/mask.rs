//! What may be seen of the files of a check: the allow-list behind every excerpt.
//!
//! Key names that [`Context::shown`](super::rule::Context::shown) would show, separators, quotes, `export` and white space. Nothing is
//! shown that any of the dialects reading the file takes for something else: where one sees a key, another may see the second
//! line of a value.

use crate::check::{EnvironmentInput, Manner, dialects_of};
use crate::name;
use crate::parse::{Document, Piece, PieceKind};
use crate::report::MaskedSource;
use crate::schema::Schema;
use crate::sort;
use crate::source::{Source, SourceId, Span};

/// The sources of a check, as they may be seen; takes what [`check`](super::check()) takes, and has an entry for every source. The
/// schema may be seen whole, since it holds no values; an input that no environment reads, not at all.
#[must_use]
pub fn mask<'s>(schema: &Schema, sources: &'s [Source], environments: &[EnvironmentInput]) -> Vec<MaskedSource<'s>> {
    let masked = sources.iter().zip(0..).map(|(source, id)| {
        if id == 0 {
            return MaskedSource::schema(source);
        }
        let mut readings: Vec<Manner<'_>> = Vec::new();
        for input in environments {
            for file in input.files.iter().filter(|file| file.source == SourceId(id)) {
                for dialect in dialects_of(schema, input) {
                    let manner = Manner::of(sources, file, dialect);
                    if !readings.iter().any(|known| known.is(manner)) {
                        readings.push(manner);
                    }
                }
            }
        }
        let shown = readings
            .into_iter()
            .map(|reading| shown(schema, source.bytes(), reading));
        MaskedSource::new(source, shown.reduce(|a, b| intersection(&a, &b)).unwrap_or_default())
    });
    masked.collect()
}

/// What one way of reading would have shown, in order.
fn shown(schema: &Schema, text: &[u8], reading: Manner<'_>) -> Vec<Span> {
    let (document, _) = reading.read(text);
    if document.is_carried() {
        return carried(schema, text, &document);
    }
    let may = |piece: &Piece| {
        let bytes = piece.span.of(text);
        match piece.kind {
            PieceKind::Key => is_name(schema, bytes),
            PieceKind::Separator | PieceKind::Quote | PieceKind::Export => true,
            PieceKind::Whitespace => bytes
                .iter()
                .all(|byte| byte.is_ascii_whitespace() || b"\x0b\xEF\xBB\xBF".contains(byte)),
            PieceKind::Value | PieceKind::Comment | PieceKind::Malformed => false,
        }
    };
    document
        .pieces(text)
        .filter(may)
        .map(|piece| piece.span)
        .filter(|span| !span.is_empty())
        .collect()
}

/// Of another carrier: the words of its structure and the names of keys, with the punctuation and the white space around them on
/// their line.
fn carried(schema: &Schema, text: &[u8], document: &Document) -> Vec<Span> {
    let keys = (0..document.assignments().len()).map(|index| document.place(index).0);
    let names = keys.filter(|span| is_name(schema, span.of(text)));
    let mut shown: Vec<Span> = Vec::new();
    for name in sort::set(names.chain(document.structure().iter().copied()).collect()) {
        let (start, end) = (name.start as usize, name.end as usize);
        let floor = shown.last().map_or(0, |last| last.end as usize);
        if start < floor {
            continue;
        }
        let before = text[floor..start].iter().rev();
        let before = before.take_while(|byte| b" \t-\"'{,?".contains(byte)).count();
        let after = text[end..].iter().take_while(|byte| b" \t:=\"'{[".contains(byte));
        shown.push(Span::new(start - before, end + after.count()));
    }
    shown
}

/// Whether a key may be shown.
pub(super) fn is_name(schema: &Schema, key: &[u8]) -> bool {
    schema.property(key).is_some() && str::from_utf8(key).is_ok() || name::is_plainly_a_name(key)
}

/// What is in both of two lists of sorted, disjoint spans.
fn intersection(a: &[Span], b: &[Span]) -> Vec<Span> {
    let (mut a, mut b) = (a.iter().peekable(), b.iter().peekable());
    let mut both = Vec::new();
    while let (Some(one), Some(other)) = (a.peek(), b.peek()) {
        let (start, end) = (one.start.max(other.start), one.end.min(other.end));
        if start < end {
            both.push(Span { start, end });
        }
        if one.end <= other.end {
            a.next();
        } else {
            b.next();
        }
    }
    both
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_intersection_is_what_both_have() {
        let spans = |list: &[(usize, usize)]| {
            list.iter()
                .map(|&(start, end)| Span::new(start, end))
                .collect::<Vec<_>>()
        };
        let (a, b) = (spans(&[(0, 4), (6, 10), (12, 13)]), spans(&[(2, 7), (9, 20)]));
        assert_eq!(intersection(&a, &b), spans(&[(2, 4), (6, 7), (9, 10), (12, 13)]));
        assert_eq!(intersection(&b, &a), intersection(&a, &b));
        assert_eq!(intersection(&a, &[]), []);
    }
}
