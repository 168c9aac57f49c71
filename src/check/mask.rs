//! What may be shown of the files of a check: the allow-list behind every excerpt.
//!
//! Allowed are key names that [`Context::shown`](super::rule::Context::shown) would show, separators, quotes, `export` and white space. A
//! place is shown only if all dialects that read the file agree on what it is: where one sees a key, another may see the second line of a
//! value.

use crate::check::wording::spells_values;
use crate::check::{EnvironmentInput, Manner, Text, dialects_of, rule};
use crate::map::Map;
use crate::parse::{Document, Piece, PieceKind};
use crate::report::MaskedSource;
use crate::rotation::ledger;
use crate::schema::Schema;
use crate::schema::json::{self, Node};
use crate::sort;
use crate::source::{Source, SourceId, Span};

/// Returns the sources of a check, masked. Takes the same arguments as [`check`](super::check()), and returns an entry for every source.
/// All of the schema is shown except for what it names for a secret; nothing is shown of an input that no environment reads.
#[must_use]
pub fn mask<'s>(schema: &Schema, sources: &'s [Source], environments: &[EnvironmentInput]) -> Vec<MaskedSource<'s>> {
    let masked = sources.iter().zip(0..).map(|(source, id)| {
        if id == 0 {
            return mask_schema(schema, source);
        }
        let tiles = tiles(schema, sources, SourceId(id), environments).into_iter();
        let shown = tiles.filter(|tile| tile.kind != TileKind::Comment);
        MaskedSource::new(source, shown.map(|tile| tile.span).collect())
    });
    masked.collect()
}

/// Masks a schema. It holds no values, but what it names for a secret (`const`, `enum`, `default`, `examples`) may be one.
fn mask_schema<'s>(schema: &Schema, source: &'s Source) -> MaskedSource<'s> {
    let text = str::from_utf8(source.bytes()).unwrap_or_default();
    let text = text.strip_prefix('\u{FEFF}').unwrap_or(text);
    let start = source.bytes().len() - text.len();
    let secrets: Vec<&str> = schema
        .properties()
        .iter()
        .filter(|property| property.holds_secret())
        .map(|property| property.name.as_str())
        .collect();
    let root = if secrets.is_empty() {
        None
    } else {
        json::parse(text, &mut Vec::new()).ok()
    };
    let Some(root) = root else {
        return MaskedSource::schema(source);
    };
    let mut words = SecretWords {
        secrets: sort::set(secrets),
        hidden: Vec::new(),
        definitions: Vec::new(),
        known: Map::default(),
    };
    words.walk(&root, false);
    let mut next = 0;
    while let Some(&name) = words.definitions.get(next) {
        next += 1;
        if let Some(definition) = root.get("$defs").and_then(|all| all.get(name)) {
            words.walk(definition, true);
        }
    }
    let mut shown = Vec::new();
    let mut at = 0;
    for span in sort::set(words.hidden) {
        let (from, to) = (span.start as usize + start, span.end as usize + start);
        // A span within another is hidden already.
        if from >= at {
            shown.push(Span::new(at, from));
            at = to;
        }
    }
    shown.push(Span::new(at, source.bytes().len()));
    MaskedSource::new(source, shown)
}

/// Collects what a schema names for secrets.
struct SecretWords<'r> {
    secrets: Vec<&'r str>,
    hidden: Vec<Span>,
    /// The names of definitions that secrets refer to, without duplicates.
    definitions: Vec<&'r str>,
    known: Map<&'r str, ()>,
}

impl<'r> SecretWords<'r> {
    fn walk(&mut self, node: &'r Node<'_>, is_secret: bool) {
        for item in node.as_array().unwrap_or_default() {
            self.walk(item, is_secret);
        }
        for member in node.own_members() {
            match &*member.key {
                "const" | "enum" | "default" | "examples" => {
                    if is_secret {
                        self.hidden.push(member.value.span);
                    }
                }
                "pattern" => {
                    if is_secret && member.value.as_str().is_some_and(spells_values) {
                        self.hidden.push(member.value.span);
                    }
                }
                "properties" => {
                    for property in member.value.own_members() {
                        let names_one = self.secrets.binary_search(&&*property.key).is_ok();
                        self.walk(&property.value, is_secret || names_one);
                    }
                }
                "$ref" => {
                    let name = member.value.as_str().and_then(|text| text.strip_prefix("#/$defs/"));
                    if let Some(name) = name.filter(|name| is_secret && !self.known.contains(name)) {
                        self.known.insert(name, ());
                        self.definitions.push(name);
                    }
                }
                _ => self.walk(&member.value, is_secret),
            }
        }
    }
}

/// Masks a ledger of rotations: shows what is not derived from a value, and names that the schema has.
#[must_use]
pub fn mask_ledger<'s>(schema: &Schema, ledger: &'s Source) -> MaskedSource<'s> {
    let may = |member: &str, name: &str| match member {
        "environment" => schema.environments().iter().any(|spec| spec.name == name),
        _ => rule::shown(schema, name.as_bytes()).is_some(),
    };
    let text = str::from_utf8(ledger.bytes()).unwrap_or_default();
    MaskedSource::new(ledger, ledger::visible(text, &may))
}

/// A run of text, for an editor in which values are hidden. Anything outside the tiles is hidden, with nothing known about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tile {
    /// The span in the source.
    pub span: Span,
    /// What it contains.
    pub kind: TileKind,
}

/// What a [`Tile`] contains.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum TileKind {
    /// Separators, quotes, `export`, white space; may be shown.
    Plain,
    /// A key; may be shown.
    Key,
    /// A comment; hidden, because comments may contain values.
    Comment,
}

/// Returns the tiles of one source, sorted and disjoint: what [`mask`] shows, and comments.
#[must_use]
pub fn tiles(schema: &Schema, sources: &[Source], id: SourceId, environments: &[EnvironmentInput]) -> Vec<Tile> {
    let mut readings: Vec<Manner<'_>> = Vec::new();
    for input in environments {
        for file in input.files.iter().filter(|file| file.source == id) {
            for dialect in dialects_of(schema, input) {
                let manner = Manner::of(sources, file, dialect);
                if !readings.iter().any(|known| known.is(manner)) {
                    readings.push(manner);
                }
            }
        }
    }
    let mut text = Text::new(&sources[id.0 as usize]);
    let tiles = readings.into_iter().map(|manner| tiles_of(schema, &mut text, manner));
    tiles.reduce(|a, b| within(&a, &b)).unwrap_or_default()
}

/// Returns the tiles of one reading, in order.
fn tiles_of(schema: &Schema, text: &mut Text<'_>, manner: Manner<'_>) -> Vec<Tile> {
    let (document, _) = manner.read(text);
    let text = text.bytes();
    if document.is_carried() {
        return carried(schema, text, &document);
    }
    let mut tiles = Vec::with_capacity(4 * document.assignments().len());
    for Piece { kind, span } in document.pieces(text) {
        let bytes = span.of(text);
        let kind = match kind {
            PieceKind::Key => rule::shown(schema, bytes).map(|_| TileKind::Key),
            PieceKind::Separator | PieceKind::Quote | PieceKind::Export => Some(TileKind::Plain),
            PieceKind::Whitespace => {
                let is_white = |byte: &u8| byte.is_ascii_whitespace() || b"\x0b\xEF\xBB\xBF".contains(byte);
                bytes.iter().all(is_white).then_some(TileKind::Plain)
            }
            PieceKind::Comment => Some(TileKind::Comment),
            PieceKind::Value | PieceKind::Malformed => None,
        };
        if let Some(kind) = kind.filter(|_| !span.is_empty()) {
            tiles.push(Tile { span, kind });
        }
    }
    tiles
}

/// Returns the tiles of another carrier: the words of its structure and the names of keys, with punctuation and white space around them on
/// the same line.
fn carried(schema: &Schema, text: &[u8], document: &Document) -> Vec<Tile> {
    let keys = (0..document.assignments().len()).map(|index| document.place(index).0);
    let names = keys.filter(|span| rule::shown(schema, span.of(text)).is_some());
    let mut tiles: Vec<Tile> = Vec::new();
    for name in sort::set(names.chain(document.structure().iter().copied()).collect()) {
        let (start, end) = (name.start as usize, name.end as usize);
        let floor = tiles.last().map_or(0, |last| last.span.end as usize);
        if start < floor {
            continue;
        }
        let before = text[floor..start].iter().rev();
        let before = before.take_while(|byte| b" \t-\"'{,?".contains(byte)).count();
        let after = text[end..].iter().take_while(|byte| b" \t:=\"'{[".contains(byte));
        tiles.push(Tile {
            span: Span::new(start - before, end + after.count()),
            kind: TileKind::Key,
        });
    }
    tiles
}

/// Intersects two lists of sorted, disjoint tiles. What either takes for a comment is a comment.
fn within(tiles: &[Tile], others: &[Tile]) -> Vec<Tile> {
    let (mut at, mut beside) = (0, 0);
    let mut both = Vec::with_capacity(tiles.len());
    while let (Some(a), Some(b)) = (tiles.get(at), others.get(beside)) {
        let (start, end) = (a.span.start.max(b.span.start), a.span.end.min(b.span.end));
        if start < end {
            both.push(Tile {
                span: Span { start, end },
                kind: a.kind.max(b.kind),
            });
        }
        if a.span.end <= b.span.end {
            at += 1;
        } else {
            beside += 1;
        }
    }
    both
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_within_others_is_what_both_have() {
        let tiles = |list: &[(usize, usize)]| -> Vec<Tile> {
            let tile = |&(start, end): &(usize, usize)| Tile {
                span: Span::new(start, end),
                kind: TileKind::Key,
            };
            list.iter().map(tile).collect()
        };
        let (a, b) = (tiles(&[(0, 4), (6, 10), (12, 13)]), tiles(&[(2, 7), (9, 20)]));
        assert_eq!(within(&a, &b), tiles(&[(2, 4), (6, 7), (9, 10), (12, 13)]));
        assert_eq!(within(&b, &a), within(&a, &b));
        assert_eq!(within(&a, &[]), []);
    }
}
