//! Parses a YAML text to a [`Tree`]. The library yields events. An alias becomes a second reference to the node of its
//! anchor, so the expansion of aliases never takes memory.

use std::borrow::Cow;
use std::collections::BTreeMap;

use granit_parser::{Event, Parser, ScalarStyle, Tag};
use zeroize::Zeroizing;

use crate::parse::EntryError;
use crate::source::Span;

use super::Failed;
use super::tree::{Data, Mark, NodeId, Plain, Tree};

/// A collection that is not closed yet.
struct Open {
    start: u32,
    anchor: usize,
    mapping: bool,
    mark: Option<Mark>,
    children: Vec<NodeId>,
}

/// Parses all documents of a text.
pub(super) fn tree(text: &str) -> Result<Tree, Failed> {
    let mut builder = Builder {
        text,
        tree: Tree {
            is_yaml: true,
            ..Tree::default()
        },
        open: Vec::new(),
        anchors: BTreeMap::new(),
        overrides: 0,
    };
    let mut parser = Parser::new_from_str(text);
    let mut last = 0;
    while let Some(event) = parser.next_event() {
        let (event, span) = match event {
            Ok(event) => event,
            Err(error) => {
                let at = error.marker().byte_offset().unwrap_or(last).min(text.len());
                let at = floor(text, at);
                let len = text[at..].chars().next().map_or(0, char::len_utf8);
                return Err(template(text).unwrap_or((Span::new(at, at + len), EntryError::NotYaml)));
            }
        };
        let range = span.byte_range().unwrap_or(last..last);
        let (start, end) = (range.start.min(text.len()), range.end.min(text.len()));
        let span = Span::new(start, end.max(start));
        last = span.end as usize;
        builder.event(event, span);
    }
    Ok(builder.tree)
}

/// A tree under construction.
struct Builder<'t> {
    text: &'t str,
    tree: Tree,
    /// The collections around the next node, outermost first.
    open: Vec<Open>,
    anchors: BTreeMap<usize, NodeId>,
    /// How many of the open collections have the tag `!override`.
    overrides: usize,
}

impl Builder<'_> {
    fn event(&mut self, event: Event<'_>, span: Span) {
        let node = match event {
            Event::Scalar(value, style, anchor, tag) => {
                let data = self.scalar(&value, style, tag.as_deref(), span);
                let id = self.tree.push(content(self.text, span, style), data);
                self.anchors.insert(anchor, id);
                self.mark(id, mark_of(tag.as_deref()));
                id
            }
            Event::Alias(anchor) => self.alias(anchor, span),
            Event::SequenceStart(_, anchor, tag) => {
                self.tag(tag.as_deref(), span);
                return self.open(span, anchor, false, mark_of(tag.as_deref()));
            }
            Event::MappingStart(_, anchor, tag) => {
                self.tag(tag.as_deref(), span);
                return self.open(span, anchor, true, mark_of(tag.as_deref()));
            }
            Event::SequenceEnd | Event::MappingEnd => match self.open.pop() {
                Some(closed) => self.close(closed, span),
                None => return,
            },
            _ => return,
        };
        match self.open.last_mut() {
            Some(parent) => parent.children.push(node),
            None => self.tree.roots.push(node),
        }
    }

    /// Records a tag that changes the meaning of a node.
    fn tag(&mut self, tag: Option<&Tag>, span: Span) {
        let is_own = |tag: &Tag| tag.handle() == "!" && !tag.suffix().is_empty();
        match tag {
            Some(tag) if is_own(tag) => self.tree.own_tags.push(span),
            tag if is_known(tag) => {}
            _ => self.tree.errors.push((span, EntryError::Tag)),
        }
    }

    fn scalar(&mut self, value: &str, style: ScalarStyle, tag: Option<&Tag>, span: Span) -> Data {
        let fits = tag.and_then(Tag::core_suffix).and_then(reader_of);
        match fits {
            Some(fits) if fits(value) => {}
            Some(_) => self.tree.errors.push((span, EntryError::Tag)),
            None => self.tag(tag, span),
        }
        // The library gives an absent value as `~`.
        let is_absent = span.is_empty() && style == ScalarStyle::Plain;
        Data::Scalar {
            text: Zeroizing::new(if is_absent { String::new() } else { value.to_owned() }),
            plain: style == ScalarStyle::Plain && tag.is_none() || fits.is_some(),
        }
    }

    /// Returns the node of an alias. An anchor that is still open is an error: the alias would be inside its own node.
    fn alias(&mut self, anchor: usize, span: Span) -> NodeId {
        match self.anchors.get(&anchor) {
            Some(&id) if !self.open.iter().any(|one| one.anchor == anchor) => id,
            _ => {
                self.tree.errors.push((span, EntryError::BadAlias));
                self.tree.push(span, Data::Broken)
            }
        }
    }

    /// Opens a collection. `anchor` is zero if it has none, and no alias refers to that.
    fn open(&mut self, span: Span, anchor: usize, mapping: bool, mark: Option<Mark>) {
        self.overrides += usize::from(mark == Some(Mark::Override));
        self.open.push(Open {
            start: span.start,
            anchor,
            mapping,
            mark,
            children: Vec::new(),
        });
    }

    fn close(&mut self, closed: Open, end: Span) -> NodeId {
        let span = Span {
            start: closed.start.min(end.end),
            end: end.end,
        };
        let data = if closed.mapping {
            let pairs = closed.children.chunks_exact(2).map(|pair| (pair[0], pair[1]));
            Data::Mapping(pairs.collect())
        } else {
            Data::Sequence(closed.children)
        };
        let id = self.tree.push(span, data);
        self.anchors.insert(closed.anchor, id);
        self.overrides -= usize::from(closed.mark == Some(Mark::Override));
        self.mark(id, closed.mark);
        id
    }

    /// Records a tag of Compose, unless it is within a node that Compose takes as it is.
    fn mark(&mut self, id: NodeId, mark: Option<Mark>) {
        if let Some(mark) = mark
            && self.overrides == 0
        {
            self.tree.marks.push((id, mark));
        }
    }
}

fn mark_of(tag: Option<&Tag>) -> Option<Mark> {
    match tag.filter(|tag| tag.handle() == "!")?.suffix() {
        "reset" => Some(Mark::Reset),
        "override" => Some(Mark::Override),
        _ => None,
    }
}

/// Returns what the text must be for tags that make it other than a string, quoted or not.
fn reader_of(tag: &str) -> Option<fn(&str) -> bool> {
    Some(match tag {
        "int" => |text| {
            let is_whole = !text.contains('.') && Plain::of(text) == Plain::Number;
            is_whole || Plain::of(text) == Plain::OtherNumber && (text.starts_with("0x") || text.starts_with("0o"))
        },
        // Without a point, a large float is formatted with an exponent.
        "float" => |text| text.contains('.') && matches!(Plain::of(text), Plain::Number | Plain::OtherNumber),
        "bool" => |text| Plain::of(text) == Plain::Boolean,
        "null" => |text| Plain::of(text) == Plain::Null,
        _ => return None,
    })
}

/// Returns whether a tag does not change the meaning of its node; in practice that is `!!str`.
fn is_known(tag: Option<&Tag>) -> bool {
    tag.is_none_or(|tag| {
        let name: Option<Cow<'_, str>> = tag.core_suffix().map(Into::into);
        matches!(name.as_deref(), Some("str" | "map" | "seq"))
    })
}

/// Returns the place of a scalar without its quotes, or of a block without the line ends after it.
fn content(text: &str, span: Span, style: ScalarStyle) -> Span {
    let (start, end) = (span.start as usize, span.end as usize);
    match style {
        ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted if end >= start + 2 => Span::new(start + 1, end - 1),
        ScalarStyle::Literal | ScalarStyle::Folded => {
            let block = text.get(start..end).unwrap_or_default();
            Span::new(start, start + block.trim_end_matches(['\n', '\r']).len())
        }
        _ => span,
    }
}

fn floor(text: &str, mut at: usize) -> usize {
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// Finds the first `{{` of a text that is not valid YAML, unless it belongs to a GitHub expression.
fn template(text: &str) -> Option<(Span, EntryError)> {
    let at = text
        .match_indices("{{")
        .map(|found| found.0)
        .find(|&at| !text[..at].ends_with('$'))?;
    let line = text[at..].lines().next().unwrap_or_default();
    line.contains("}}")
        .then(|| (Span::new(at, at + 2), EntryError::Template))
}
