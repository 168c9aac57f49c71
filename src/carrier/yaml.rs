//! A YAML text to a [`Tree`]. The library gives events; here an alias becomes another way to its anchor, so that what a text of
//! aliases stands for is never written out.

use std::borrow::Cow;
use std::collections::BTreeMap;

use granit_parser::{Event, Parser, ScalarStyle, Tag};
use zeroize::Zeroizing;

use crate::parse::EntryError;
use crate::source::Span;

use super::Failed;
use super::tree::{Data, NodeId, Tree};

/// A collection that is not closed yet.
struct Open {
    start: usize,
    anchor: usize,
    mapping: bool,
    children: Vec<NodeId>,
}

/// Reads all documents of a text.
pub(super) fn tree(text: &str) -> Result<Tree, Failed> {
    let mut tree = Tree {
        is_yaml: true,
        ..Tree::default()
    };
    let mut open: Vec<Open> = Vec::new();
    let mut anchors: BTreeMap<usize, NodeId> = BTreeMap::new();
    let mut parser = Parser::new_from_str(text);
    let mut last = 0;
    while let Some(event) = parser.next_event() {
        let (event, span) = match event {
            Ok(event) => event,
            Err(error) => {
                let at = error.marker().byte_offset().unwrap_or(last).min(text.len());
                let at = floor(text, at);
                let len = text[at..].chars().next().map_or(0, char::len_utf8);
                return Err((Span::new(at, at + len), EntryError::NotYaml));
            }
        };
        let range = span.byte_range().unwrap_or(last..last);
        let (start, end) = (range.start.min(text.len()), range.end.min(text.len()));
        let (start, end) = (start, end.max(start));
        last = end;
        let node = match event {
            Event::Scalar(value, style, anchor, tag) => {
                let data = scalar(&value, style, tag.as_deref(), start..end, &mut tree);
                let id = tree.push(content(text, start, end, style), data);
                anchors.insert(anchor, id);
                id
            }
            Event::Alias(anchor) => match anchors.get(&anchor) {
                // An anchor that is still open would lead back to the alias.
                Some(&id) if !open.iter().any(|one| one.anchor == anchor) => id,
                _ => {
                    tree.errors.push((Span::new(start, end), EntryError::BadAlias));
                    tree.push(Span::new(start, end), Data::Broken)
                }
            },
            Event::SequenceStart(_, anchor, tag) | Event::MappingStart(_, anchor, tag) if !is_known(tag.as_deref()) => {
                tree.errors.push((Span::new(start, end), EntryError::Tag));
                open.push(collection(start, anchor, true));
                continue;
            }
            Event::SequenceStart(_, anchor, _) => {
                open.push(collection(start, anchor, false));
                continue;
            }
            Event::MappingStart(_, anchor, _) => {
                open.push(collection(start, anchor, true));
                continue;
            }
            Event::SequenceEnd | Event::MappingEnd => {
                let Some(closed) = open.pop() else { continue };
                let span = Span::new(closed.start.min(end), end);
                let data = if closed.mapping {
                    let pairs = closed.children.chunks_exact(2).map(|pair| (pair[0], pair[1]));
                    Data::Mapping(pairs.collect())
                } else {
                    Data::Sequence(closed.children)
                };
                let id = tree.push(span, data);
                anchors.insert(closed.anchor, id);
                id
            }
            _ => continue,
        };
        match open.last_mut() {
            Some(parent) => parent.children.push(node),
            None => tree.roots.push(node),
        }
    }
    Ok(tree)
}

fn collection(start: usize, anchor: usize, mapping: bool) -> Open {
    Open {
        start,
        // Zero is no anchor; nothing can alias it.
        anchor,
        mapping,
        children: Vec::new(),
    }
}

fn scalar(value: &str, style: ScalarStyle, tag: Option<&Tag>, at: std::ops::Range<usize>, tree: &mut Tree) -> Data {
    if !is_known(tag) {
        tree.errors.push((Span::new(at.start, at.end), EntryError::Tag));
    }
    // Nothing at all is given as `~`.
    let value = if at.is_empty() && style == ScalarStyle::Plain {
        ""
    } else {
        value
    };
    Data::Scalar {
        text: Zeroizing::new(value.to_owned()),
        plain: style == ScalarStyle::Plain && tag.is_none(),
    }
}

/// The tags that say what would be read without them; `!!str` is the one that people write.
fn is_known(tag: Option<&Tag>) -> bool {
    tag.is_none_or(|tag| {
        let name: Option<Cow<'_, str>> = tag.core_suffix().map(Into::into);
        matches!(name.as_deref(), Some("str" | "map" | "seq"))
    })
}

/// The place of a scalar without its quotes, and of a block without the line end behind it.
fn content(text: &str, start: usize, end: usize, style: ScalarStyle) -> Span {
    match style {
        ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted if end >= start + 2 => Span::new(start + 1, end - 1),
        ScalarStyle::Literal | ScalarStyle::Folded => {
            let block = text.get(start..end).unwrap_or_default();
            Span::new(start, start + block.trim_end_matches(['\n', '\r']).len())
        }
        _ => Span::new(start, end),
    }
}

fn floor(text: &str, mut at: usize) -> usize {
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}
