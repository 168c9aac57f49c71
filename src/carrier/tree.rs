//! A JSON or YAML text as a tree. Every node has its place, and an alias shares the node of its anchor.

use zeroize::Zeroizing;

use crate::parse::EntryError;
use crate::schema::json::{self, Json, Node as JsonNode};
use crate::source::Span;

use super::Failed;

/// A node, as an index into [`Tree::nodes`].
pub(super) type NodeId = usize;

/// All documents of a text. It is built from the leaves up, so a node only refers to earlier nodes, and there are no cycles.
#[derive(Default)]
pub(super) struct Tree {
    pub(super) nodes: Vec<Node>,
    /// The roots of the documents.
    pub(super) roots: Vec<NodeId>,
    /// Errors in single nodes.
    pub(super) errors: Vec<Failed>,
    /// Application-specific tags, such as `!name`, which Compose ignores but for `!reset` and `!override`.
    pub(super) own_tags: Vec<Span>,
    /// The nodes with a tag by which Compose takes away what is merged below them, in the order of the nodes.
    #[cfg(feature = "yaml")]
    pub(super) marks: Vec<(NodeId, Mark)>,
    /// Whether the text is YAML.
    #[cfg(feature = "yaml")]
    pub(super) is_yaml: bool,
}

/// A tag of Compose.
#[cfg(feature = "yaml")]
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Mark {
    /// `!reset`: the node is as if it were not there, and what is below it is taken away.
    Reset,
    /// `!override`: the node takes the place of what is below it. Tags within the node mean nothing.
    Override,
}

pub(super) struct Node {
    /// Its place, without quotes.
    pub(super) span: Span,
    pub(super) data: Data,
}

pub(super) enum Data {
    Scalar {
        text: Zeroizing<String>,
        /// Whether it is written without quotes and tag, so that it may be other than a string.
        plain: bool,
    },
    Sequence(Vec<NodeId>),
    Mapping(Vec<(NodeId, NodeId)>),
    /// A node whose error is already recorded.
    Broken,
}

impl Tree {
    pub(super) fn push(&mut self, span: Span, data: Data) -> NodeId {
        self.nodes.push(Node { span, data });
        self.nodes.len() - 1
    }

    /// Returns the text of a scalar.
    pub(super) fn text(&self, id: NodeId) -> Option<&str> {
        match &self.nodes[id].data {
            Data::Scalar { text, .. } => Some(text),
            _ => None,
        }
    }

    /// Returns the value of a key that is in the mapping itself, not merged into it.
    pub(super) fn get(&self, id: NodeId, key: &str) -> Option<NodeId> {
        match &self.nodes[id].data {
            Data::Mapping(members) => members
                .iter()
                .find(|(name, _)| self.text(*name) == Some(key))
                .map(|member| member.1),
            _ => None,
        }
    }

    /// Returns whether the text is YAML, where `<<` merges mappings.
    pub(super) fn is_yaml(&self) -> bool {
        #[cfg(feature = "yaml")]
        return self.is_yaml;
        #[cfg(not(feature = "yaml"))]
        false
    }

    pub(super) fn is_nested(&self, id: NodeId) -> bool {
        matches!(self.nodes[id].data, Data::Sequence(_) | Data::Mapping(_))
    }
}

/// Parses a JSON text. Duplicate keys are detected when the mapping is read.
pub(super) fn json(text: &str) -> Result<Tree, Failed> {
    let bom = text.len() - text.trim_start_matches('\u{FEFF}').len();
    let shift = |span: Span| Span::new(span.start as usize + bom, span.end as usize + bom);
    let root = json::parse(&text[bom..], &mut Vec::new()).map_err(|error| (shift(error.span), EntryError::NotJson))?;
    let mut tree = Tree::default();
    let root = add(&mut tree, root, &text[bom..], bom);
    tree.roots.push(root);
    Ok(tree)
}

fn add(tree: &mut Tree, node: JsonNode<'_>, text: &str, bom: usize) -> NodeId {
    let whole = |span: Span| Span::new(span.start as usize + bom, span.end as usize + bom);
    let inner = |span: Span| Span::new(span.start as usize + bom + 1, span.end as usize + bom - 1);
    let scalar = |text: &str, plain| Data::Scalar {
        text: Zeroizing::new(text.to_owned()),
        plain,
    };
    match node.json {
        Json::String(string) => tree.push(inner(node.span), scalar(&string, false)),
        Json::Null | Json::Bool(_) | Json::Number(_) => {
            tree.push(whole(node.span), scalar(&text[node.span.range()], true))
        }
        Json::Array(items) => {
            let items = items.into_iter().map(|item| add(tree, item, text, bom)).collect();
            tree.push(whole(node.span), Data::Sequence(items))
        }
        Json::Object(object) => {
            let mut members = Vec::with_capacity(object.members.len());
            for member in object.members {
                let key = tree.push(inner(member.key_span), scalar(&member.key, false));
                members.push((key, add(tree, member.value, text, bom)));
            }
            tree.push(whole(node.span), Data::Mapping(members))
        }
    }
}

/// What an unquoted scalar is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Plain {
    Text,
    Null,
    /// `true`, `false`.
    Boolean,
    /// `yes`, `no`, `on`, `off`: booleans to readers of YAML 1.1.
    OldBoolean,
    /// A number that every reader formats as it is written.
    Number,
    /// A number that some reader may format differently.
    OtherNumber,
}

impl Plain {
    pub(super) fn of(text: &str) -> Plain {
        let is = |words: &[&str]| {
            words.iter().any(|word| {
                // `true`, `True`, `TRUE`
                let capital = text.starts_with(|first: char| first.is_ascii_uppercase());
                let rest = text.get(1..).unwrap_or_default();
                text.eq_ignore_ascii_case(word)
                    && (rest.bytes().all(|byte| byte.is_ascii_lowercase())
                        || capital && rest.bytes().all(|byte| byte.is_ascii_uppercase()))
            })
        };
        match text {
            "" | "~" => Plain::Null,
            _ if is(&["null"]) => Plain::Null,
            _ if is(&["true", "false"]) => Plain::Boolean,
            _ if is(&["yes", "no", "on", "off"]) => Plain::OldBoolean,
            _ if is_plain_number(text) => Plain::Number,
            _ if is_number(text) => Plain::OtherNumber,
            _ => Plain::Text,
        }
    }
}

/// Returns whether a number such as `0`, `-12` or `1.5` is short and in its simplest form: no plus sign, exponent or
/// redundant zero.
fn is_plain_number(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let (whole, fraction) = digits.split_once('.').map_or((digits, None), |(a, b)| (a, Some(b)));
    let all_digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let whole_is = all_digits(whole) && (whole == "0" || !whole.starts_with('0')) && digits.len() <= 16;
    let zero = text == "-0";
    whole_is
        && !zero
        && fraction.is_none_or(|part| all_digits(part) && !part.ends_with('0') && !part.starts_with("0000"))
}

/// Returns whether a text is any number of YAML 1.1 or 1.2.
fn is_number(text: &str) -> bool {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    let of = |rest: &str, is: fn(u8) -> bool| !rest.is_empty() && rest.bytes().all(|byte| byte == b'_' || is(byte));
    if let Some(rest) = digits.strip_prefix("0x") {
        return of(rest, |byte| byte.is_ascii_hexdigit());
    }
    if let Some(rest) = digits.strip_prefix("0o") {
        return of(rest, |byte| matches!(byte, b'0'..=b'7'));
    }
    if let Some(rest) = digits.strip_prefix("0b") {
        return of(rest, |byte| matches!(byte, b'0' | b'1'));
    }
    if [".inf", ".Inf", ".INF", ".nan", ".NaN", ".NAN"].contains(&digits) {
        return true;
    }
    let (mantissa, exponent) = digits
        .split_once(['e', 'E'])
        .map_or((digits, None), |(a, b)| (a, Some(b)));
    let exponent_is = exponent.is_none_or(|text| {
        let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
        !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
    });
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let run = |part: &str| part.bytes().all(|byte| byte == b'_' || byte.is_ascii_digit());
    let any = mantissa.bytes().any(|byte| byte.is_ascii_digit());
    exponent_is && any && !whole.starts_with('_') && run(whole) && run(fraction)
}
