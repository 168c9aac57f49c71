//! What may be seen of the files of a check: the allow-list behind every excerpt.
//!
//! Key names that [`Context::shown`](super::rule::Context::shown) would show, separators, quotes, `export` and white space. Nothing is
//! shown that any of the dialects reading the file takes for something else: where one sees a key, another may see the second
//! line of a value.

use crate::check::{EnvironmentInput, dialects_of};
use crate::name;
use crate::parse::{self, Dialect, Piece, PieceKind};
use crate::report::MaskedSource;
use crate::schema::Schema;
use crate::source::{Source, SourceId, Span};

/// The sources of a check, as they may be seen; takes what [`check`](super::check()) takes, and has an entry for every source. The
/// schema may be seen whole, since it holds no values; an input that no environment reads, not at all.
#[must_use]
pub fn mask<'s>(schema: &Schema, sources: &'s [Source], environments: &[EnvironmentInput]) -> Vec<MaskedSource<'s>> {
    let masked = sources.iter().zip(0..).map(|(source, id)| {
        if id == 0 {
            return MaskedSource::schema(source);
        }
        let mut dialects: Vec<&'static Dialect> = Vec::new();
        for input in environments.iter().filter(|input| input.files.contains(&SourceId(id))) {
            for dialect in dialects_of(schema, input) {
                if !dialects.iter().any(|known| std::ptr::eq(*known, dialect)) {
                    dialects.push(dialect);
                }
            }
        }
        let shown = dialects
            .into_iter()
            .map(|dialect| shown(schema, source.bytes(), dialect));
        MaskedSource::new(source, shown.reduce(|a, b| intersection(&a, &b)).unwrap_or_default())
    });
    masked.collect()
}

/// What one dialect would have shown, in order.
fn shown(schema: &Schema, text: &[u8], dialect: &'static Dialect) -> Vec<Span> {
    let document = parse::parse(text, dialect);
    let may = |piece: &Piece| {
        let bytes = piece.span.of(text);
        match piece.kind {
            PieceKind::Key => {
                schema.property(bytes).is_some() && str::from_utf8(bytes).is_ok() || name::is_plainly_a_name(bytes)
            }
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
