//! Parses YAML as written by `kubectl -o yaml`, `gcloud --format=yaml`, `az -o yaml` and SOPS into the same nodes as JSON.
//!
//! Only what those tools write is read. They use no anchors and no tags, so a text with either is not an export.

use std::borrow::Cow;

use granit_parser::{Event, Parser, ScalarStyle};

use crate::rotation::json::{Kind, MAX_DEPTH, Member, Node};
use crate::source::Span;

/// A collection that is not closed yet.
struct Open<'t> {
    start: usize,
    is_mapping: bool,
    children: Vec<Node<'t>>,
}

/// Returns the documents of a text; `None` if it is not YAML, or has anything that those tools don't write.
pub(super) fn parse(text: &str) -> Option<Vec<Node<'_>>> {
    let mut roots = Vec::new();
    let mut open: Vec<Open<'_>> = Vec::new();
    let mut last = 0;
    for event in Parser::new_from_str(text) {
        let (event, span) = event.ok()?;
        let range = span.byte_range().unwrap_or(last..last);
        let (start, end) = (range.start.min(text.len()), range.end.min(text.len()));
        last = end;
        let node = match event {
            Event::Scalar(value, style, 0, None) => Node {
                span: Span::new(start, end),
                kind: scalar(value, style, text.get(start..end)?),
            },
            Event::SequenceStart(_, 0, None) | Event::MappingStart(_, 0, None) => {
                if open.len() == MAX_DEPTH as usize {
                    return None;
                }
                let is_mapping = matches!(event, Event::MappingStart(..));
                open.push(Open {
                    start,
                    is_mapping,
                    children: Vec::new(),
                });
                continue;
            }
            Event::SequenceEnd | Event::MappingEnd => {
                let closed = open.pop()?;
                Node {
                    span: Span::new(closed.start.min(end), end),
                    kind: if closed.is_mapping {
                        mapping(closed.children)?
                    } else {
                        Kind::Array(closed.children)
                    },
                }
            }
            Event::Scalar(..) | Event::SequenceStart(..) | Event::MappingStart(..) | Event::Alias(_) => return None,
            _ => continue,
        };
        match open.last_mut() {
            Some(parent) => parent.children.push(node),
            None => roots.push(node),
        }
    }
    let is_collection = |node: &Node<'_>| node.is_object() || node.is_array();
    (!roots.is_empty() && roots.iter().all(is_collection)).then_some(roots)
}

/// Returns the kind of a scalar as these tools mean it: a quoted one is text.
fn scalar<'t>(value: Cow<'t, str>, style: ScalarStyle, raw: &'t str) -> Kind<'t> {
    match &*value {
        _ if style != ScalarStyle::Plain => Kind::Text(value),
        "" | "~" | "null" => Kind::Null,
        "true" => Kind::Bool(true),
        "false" => Kind::Bool(false),
        // Numbers are the same in JSON: `parse` accepts the text only if it is a single JSON value.
        _ => match crate::rotation::json::parse(raw) {
            Ok(Node {
                kind: Kind::Number(digits),
                ..
            }) => Kind::Number(digits),
            _ => Kind::Text(value),
        },
    }
}

fn mapping(children: Vec<Node<'_>>) -> Option<Kind<'_>> {
    let mut members = Vec::with_capacity(children.len() / 2);
    let mut children = children.into_iter();
    while let Some(key) = children.next() {
        let name = match key.kind {
            Kind::Text(text) => text,
            Kind::Number(digits) => Cow::Borrowed(digits),
            // `y`, `null` and the like are not names of variables.
            _ => return None,
        };
        members.push(Member {
            name,
            name_span: key.span,
            value: children.next()?,
        });
    }
    Some(Kind::Object(members))
}
